//! Acceptance that is due before the work.

use jiff::civil::Date;
use luoshi_text::{Level, Span};
use luoshi_when::When;

use super::stages::schedules;
use super::text::{any, clause_at, day, quote};
use super::{Check, Context, Findings, Line};

pub(super) const CHECK: Check = Check {
    name: "acceptance-before-work",
    level: Level::Warning,
    title: "验收早于完工",
    what: "同一项任务的验收时间早于完成时间，或者验收、总结阶段排在实施阶段之前。",
    why: "工作还没有做完就要验收，验收只能走过场。",
    fix: "把验收时间改到完成时间之后。",
    faults: &[
        "一、主要任务\n1.整修水渠。6月30日前完成整修，⟦5月30日前⟧由镇水利站组织验收。",
        "一、主要任务\n1.建设文化广场。镇政府⟦8月15日前⟧组织验收，各村9月30日前完成建设。",
        "一、实施步骤\n（一）验收总结阶段（⟦4月1日至4月30日⟧）。镇政府组织验收。\n（二）集中整治阶段（5月1日至6月30日）。各村开展整治。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。5月30日前完成整修，6月30日前由镇水利站组织验收。",
        "一、主要任务\n1.整修水渠。5月30日前提交验收申请，6月30日前完成全部资料整理。",
        "一、实施步骤\n（一）集中整治阶段（4月1日至4月30日）。各村开展整治。\n（二）验收总结阶段（5月1日至6月30日）。镇政府组织验收。\n（三）巩固提升阶段（7月1日至7月31日）。各村建立长效机制。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in context.lines.iter().filter(|l| !l.cell && l.text.contains("验收")) {
        let work = dates(line, |c| {
            any(c, &["完成", "建成", "整改", "竣工", "到位", "安装"])
                && !any(c, &["验收", "资料", "总结", "申请", "公示", "材料", "整理", "归档"])
        });
        let acceptance = dates(line, |c| {
            any(c, &["组织验收", "验收", "实地验收"])
                && !any(c, &["申请", "验收后", "意见", "通过验收", "合格", "报告"])
        });
        let Some(last) = work.iter().map(|w| w.0).max() else { continue };
        for (date, span) in acceptance {
            if date < last {
                out.add(span, format!("验收在{}，早于完成时间{}。", day(date), day(last)));
            }
        }
    }
    for schedule in schedules(context) {
        let last = schedule.iter().filter(|p| works(&p.stage.name)).max_by_key(|p| p.stage.start);
        for phase in &schedule {
            let Some((_, end)) = phase.days().filter(|_| closes(&phase.stage.name)) else { continue };
            let later = last.filter(|p| p.stage.start.is_some_and(|s| s > end));
            if let Some(later) = later {
                let name = quote(&later.stage.name);
                out.add(phase.dates, format!("验收总结排在{name}之前。"));
            }
        }
    }
}

/// Deadlines in clauses that a test picks.
fn dates(line: &Line<'_>, pick: impl Fn(&str) -> bool) -> Vec<(Date, Span)> {
    line.times
        .iter()
        .filter_map(|f| match f.when {
            When::By { end } => Some((end, f.range.clone())),
            When::On { day } => Some((day, f.range.clone())),
            _ => None,
        })
        .filter(|(_, range)| pick(&line.text[clause_at(line.text, range.start)]))
        .map(|(date, range)| (date, line.span(range)))
        .collect()
}

fn closes(name: &str) -> bool {
    any(name, &["验收", "总结", "评估"]) && !works(name) && !any(name, &["中期", "阶段性", "试点"])
}

fn works(name: &str) -> bool {
    any(name, &["整治", "实施", "攻坚", "建设", "推进", "排查", "整改"])
        && !any(name, &["验收", "总结", "巩固", "提升", "回头看", "评估"])
}
