//! A table that gives a task to another unit than the text does.

use std::collections::HashMap;

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::{Party, Task};

pub(super) const CHECK: Check = Check {
    name: "unit-text-differs",
    level: Level::Warning,
    title: "正文与附表的责任单位不一致",
    what: "同名的任务，附表里写的单位或者责任人与正文写的没有一个相同。",
    why: "正文和附表各派一家，两家都会以为是对方的事。",
    fix: "核对后使正文与附表一致。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站；完成时限：5月30日前）\n2.清理淤泥。（责任单位：镇农业站；完成时限：6月30日前）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t⟦镇财政所⟧\n2\t清理淤泥\t镇农业站",
        "一、主要任务\n1.校舍类：查看墙体。（责任人：施国梁；完成时限：5月30日前）\n2.用电类：查看线路。（责任人：范晓燕；完成时限：6月30日前）\n附件\n隐患自查表\n序号\t隐患类别\t责任人\n1\t校舍\t⟦米兰⟧\n2\t用电\t范晓燕",
        "一、主要任务\n1.整修水渠。（牵头单位：镇水利站）\n2.清理淤泥。（牵头单位：镇农业站）\n附件\n任务分解表\n序号\t任务\t牵头单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t⟦镇民政所⟧",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站、各村",
        "一、主要任务\n1.整修水渠。（责任单位：各村）\n2.清理淤泥。（责任单位：镇农业站）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t东村\n2\t清理淤泥\t镇农业站",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t验收水渠\t镇财政所\n2\t清理淤泥\t镇农业站",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let tasks = &context.plan.tasks;
    let mut told: HashMap<&str, Option<&Task>> = HashMap::new();
    for task in tasks.iter().filter(|t| !t.from_table) {
        // A title that two tasks have tells nothing.
        told.entry(key(&task.title)).and_modify(|t| *t = None).or_insert(Some(task));
    }
    for row in tasks.iter().filter(|t| t.from_table) {
        let Some(Some(task)) = told.get(key(&row.title)) else { continue };
        let (here, there): (Vec<&Party>, Vec<&Party>) = (own(row).collect(), own(task).collect());
        let Some(first) = here.first() else { continue };
        let open = here.iter().chain(&there).any(|p| p.collective.is_some());
        let shared =
            here.iter().any(|p| there.iter().any(|q| p.name.contains(&q.name) || q.name.contains(&p.name)));
        if let Some(other) = there.first().filter(|_| !open && !shared) {
            let message = format!("附表写的是{}，正文写的是{}。", quote(&first.name), quote(&other.name));
            out.add(first.span, message)
                .related
                .push(luoshi_text::Label { span: other.span, message: "正文写在这里。".to_owned() });
        }
    }
}

/// 校舍类 in the text is 校舍 in the table.
fn key(title: &str) -> &str {
    let bare = title.trim_matches(['“', '”', '。', ' ']);
    bare.strip_suffix('类').unwrap_or(bare)
}

/// Those who are named for the task itself.
fn own(task: &Task) -> impl Iterator<Item = &Party> {
    [&task.lead, &task.responsible, &task.leader].into_iter().flatten().filter(|p| !p.inherited)
}
