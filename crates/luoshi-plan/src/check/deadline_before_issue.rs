//! A deadline before the day of issue.

use luoshi_text::Level;
use luoshi_when::When;

use super::text::{any, clause_at, day, quote};
use super::{Check, Context, Findings};
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "deadline-before-issue",
    level: Level::Error,
    title: "时限早于印发日期",
    what: "任务的完成时限在方案印发之前就已经过去。",
    why: "下达时已经逾期，无法完成，多为沿用旧方案没有改年份。",
    fix: "更正时限；已经完成的事项改为叙述，不再列为任务。",
    faults: &[
        "@issued 2025-03-10\n一、主要任务\n1.整修水渠。各村要在⟦2024年6月30日前⟧完成整修。",
        "@issued 2025-03-10\n一、主要任务\n1.整修水渠。（责任单位：各村；完成时限：⟦3月7日前⟧）",
        "@issued 2025-03-10\n一、工作要求\n（一）按时报送。各村于⟦2025年2月28日前⟧向镇水利站报送名单。",
    ],
    near: &[
        "@issued 2025-03-10\n一、主要任务\n1.整修水渠。各村要在2月28日前完成整修，3月10日前动工。",
        "@issued 2025-03-10\n一、主要任务\n1.整修水渠。对2024年6月30日前登记的水渠，各村要在5月底前整修。",
        "@issued none\n一、主要任务\n1.整修水渠。各村要在2024年6月30日前完成整修。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    if !context.knows_issue() {
        return;
    }
    let issued = context.plan.issued;
    for line in &context.lines {
        if matches!(line.role, Role::Preamble | Role::Guidance | Role::Noise) {
            continue;
        }
        for found in &line.times {
            let When::By { end } = found.when else { continue };
            let span = line.span(found.range.clone());
            let clause = clause_at(line.text, found.range.start);
            let head = &line.text[clause.start..found.range.start];
            let tail = &line.text[found.range.end..];
            // 对2024年6月前登记的…: a class of things, not a deadline.
            let class = tail
                .split(['，', '。', '；', ','])
                .next()
                .is_some_and(|c| c.ends_with('的') || { any(head, &["对", "凡"]) && c.contains('的') });
            let story = any(head, &["截至", "此前", "已于", "已经"])
                || any(tail.get(..tail.len().min(12)).unwrap_or(""), &["已"]);
            if end < issued && !class && !story && !line.in_quotes(found.range.start) {
                let words = quote(&line.text[found.range.clone()]);
                out.add(span, format!("{words}早于印发日期{}，下达时已经逾期。", day(issued)));
            }
        }
    }
}
