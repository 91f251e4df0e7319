//! A deadline after the whole campaign is over.

use jiff::civil::Date;
use luoshi_text::Level;
use luoshi_when::When;

use super::stages::days_between;
use super::text::{any, clause_at, day, quote};
use super::{Check, Context, Findings};
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "deadline-outside-plan",
    level: Level::Warning,
    title: "时限超出方案的起止时间",
    what: "任务的完成时限晚于方案自己规定的结束时间。总结、验收、奖惩可以稍晚，不在此列。",
    why: "活动结束后领导小组和专班已经解散，没有人催办和验收。",
    fix: "把时限改到方案期限之内，或者延长方案的期限。",
    faults: &[
        "一、活动时间\n2025年4月1日至2025年6月30日\n二、主要任务\n1.整修水渠。各村要在⟦2025年9月30日前⟧完成整修。",
        "一、主要任务\n1.整修水渠。（责任单位：各村；完成时限：⟦10月31日前⟧）\n二、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（5月1日至6月30日）。各村开展整治。",
        "一、主要任务\n1.整修水渠。各村⟦2025年12月31日前⟧全部整修到位。\n二、实施步骤\n（一）自查（4月1日至4月30日）。各村自查。\n（二）整改（5月1日至8月31日）。各村整改。",
    ],
    near: &[
        "一、活动时间\n2025年4月1日至2025年6月30日\n二、工作要求\n（一）按时总结。各村要在7月10日前报送活动总结。",
        "一、工作目标\n到2027年12月底前，渠系完好率达到95%。\n二、实施步骤\n（一）自查（4月1日至4月30日）。各村自查。\n（二）整改（5月1日至8月31日）。各村整改。",
        "一、主要任务\n1.整修水渠。各村6月30日前整修到位。\n二、实施步骤\n（一）自查（4月1日至4月30日）。各村自查。\n（二）整改（5月1日至6月30日）。各村整改。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let Some(last) = last_day(context) else { return };
    for line in context.lines.iter().filter(|l| matches!(l.role, Role::Task | Role::Requirement)) {
        for found in &line.times {
            let When::By { end } = found.when else { continue };
            let clause = &line.text[clause_at(line.text, found.range.start)];
            let after = days_between(last, end);
            let aftermath = after <= 60
                && any(
                    clause,
                    &[
                        "总结", "上报", "报送", "报告", "验收", "通报", "表彰", "评", "奖", "公示", "考核",
                        "补", "归档",
                    ],
                );
            if after > 0 && !aftermath {
                let words = quote(&line.text[found.range.clone()]);
                out.add(line.span(found.range.clone()), format!("{words}晚于方案的结束时间{}。", day(last)));
            }
        }
    }
}

/// The last day of the plan as it says itself: of the whole time, or of the last phase.
fn last_day(context: &Context<'_>) -> Option<Date> {
    let runs = match context.plan.runs.as_ref().map(|t| &t.when) {
        Some(When::Span { end, .. }) => Some(*end),
        _ => None,
    };
    // One phase alone is no schedule, and an open one has no end.
    let stages = &context.plan.stages;
    let closed = stages.len() > 1 && stages.iter().all(|s| s.end.is_some());
    let phases = stages.iter().filter_map(|s| s.end).max();
    match (stages.is_empty(), closed) {
        (true, _) => runs,
        (false, true) => runs.max(phases),
        (false, false) => None,
    }
}
