//! A table that gives a task another deadline than the text does.

use std::collections::HashMap;

use jiff::civil::Date;
use luoshi_text::{Label, Level, Span};

use super::text::{any, clause_at, day};
use super::{Check, Context, Findings};
use crate::model::Task;
use crate::twin::day_of;

pub(super) const CHECK: Check = Check {
    name: "deadline-text-differs",
    level: Level::Warning,
    title: "正文与附表的时限不一致",
    what: "同一项任务，附表写的完成日期与正文写的不是同一天。",
    why: "承办单位照附表办，督办单位按正文催，到哪一天算逾期说不清。",
    fix: "核对后使正文与附表一致。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站；完成时限：5月30日前）\n2.清理淤泥。（责任单位：镇农业站；完成时限：6月30日前）\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t⟦6月15日前⟧\n2\t清理淤泥\t镇农业站\t6月30日前",
        "一、主要任务\n1.整修水渠。镇水利站4月30日前完成设计，5月30日前完成整修。\n2.清理淤泥。镇农业站6月30日前完成清理。\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t5月30日前\n2\t清理淤泥\t镇农业站\t⟦5月15日前⟧",
        "一、主要任务\n（一）更换路灯。7月底前更换到位，由镇城建办负责。\n（二）修补路面。8月底前修补到位，由镇城建办负责。\n附件1\n任务清单\n任务\t牵头单位\t时间节点\n更换路灯\t镇城建办\t⟦2025年9月30日⟧\n修补路面\t镇城建办\t2025年8月31日",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。镇水利站4月30日前完成设计，5月30日前开工。\n2.清理淤泥。（责任单位：镇农业站；完成时限：6月30日前）\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t8月30日前\n2\t清理淤泥\t镇农业站\t6月底前",
        "一、主要任务\n1.整修水渠。6月中旬集中施工。（责任单位：镇水利站；完成时限：6月30日前）\n2.清理淤泥。镇农业站7月10日前报送验收资料。\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t6月30日前\n2\t清理淤泥\t镇农业站\t6月20日前",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站；完成时限：5月30日前）\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠东段\t镇水利站\t4月30日前\n2\t整修水渠西段\t镇水利站\t5月30日前\n3\t检查水渠\t镇水利站\t6月30日前",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站；完成时限：5月30日前）\n2.清理淤泥。（责任单位：镇农业站；完成时限：长期坚持）\n附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t2025年5月30日\n2\t清理淤泥\t镇农业站\t6月30日前",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut rows_of: HashMap<u32, usize> = HashMap::new();
    for twin in &context.plan.twins {
        *rows_of.entry(twin.text).or_default() += 1;
    }
    let numbered = |n: u32| context.plan.tasks.get((n as usize).checked_sub(1)?).filter(|t| t.number == n);
    for twin in &context.plan.twins {
        // Where several rows share out one task of the text, each may have a day of its own.
        let (Some(told), Some(here), Some(1)) =
            (twin.text_deadline, twin.table_deadline, rows_of.get(&twin.text))
        else {
            continue;
        };
        let (Some(text), Some(table)) = (numbered(twin.text), numbered(twin.table)) else { continue };
        let (Some(there), Some(place)) = (place(text, told), place(table, here)) else { continue };
        if days(text).any(|d| d == here) || days(table).any(|d| d == told) || step(context, there) {
            continue;
        }
        let message = format!("附表写的是{}，正文写的是{}。", day(here), day(told));
        out.add(place, message)
            .related
            .push(Label { span: there, message: "正文写在这里。".to_owned() });
    }
}

/// The days that a task names itself.
fn days(task: &Task) -> impl Iterator<Item = Date> {
    task.times.iter().filter(|t| !t.inherited).filter_map(|t| day_of(&t.when))
}

/// Where a task names a day.
fn place(task: &Task, wanted: Date) -> Option<Span> {
    task.times.iter().find(|t| !t.inherited && day_of(&t.when) == Some(wanted)).map(|t| t.span)
}

/// Whether a day in the text is that of a step before or after the work: a design, a start, a report.
fn step(context: &Context<'_>, span: Span) -> bool {
    let i = context.lines.partition_point(|l| l.base <= span.start as usize);
    let Some(line) = i.checked_sub(1).and_then(|i| context.lines.get(i)) else { return false };
    let clause = &line.text[clause_at(line.text, line.local(span).start)];
    any(
        clause,
        &[
            "设计",
            "方案",
            "招标",
            "摸底",
            "动员",
            "开工",
            "动工",
            "启动",
            "开始",
            "首轮",
            "第一批",
            "报送",
            "上报",
            "报告",
            "汇总",
            "资料",
            "总结",
            "验收",
            "复查",
            "评估",
            "签订",
        ],
    )
}
