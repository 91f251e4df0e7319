//! A deadline on a day off.

use luoshi_text::Level;
use luoshi_when::{Reading, When};

use super::text::{day, quote};
use super::{Check, Context, Findings};
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "deadline-on-rest-day",
    level: Level::Hint,
    title: "时限落在休息日",
    what: "写明日子的时限是周末或者法定节假日（已计算调休）。月底、季末、年底一类时限不报。",
    why: "休息日没有人收件、验收，实际提前还是顺延，各单位理解不一。",
    fix: "改为前后最近的工作日；本来就要在休息日办的，可以关闭此项并写明理由。",
    faults: &[
        "一、主要任务\n1.整修水渠。各村要在⟦2025年4月12日前⟧完成整修。",
        "一、主要任务\n1.整修水渠。（责任单位：各村；完成时限：⟦5月3日前⟧）",
        "一、工作要求\n（一）按时报送。各村于⟦10月1日前⟧向镇水利站报送名单。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。各村要在2025年4月11日前完成整修。",
        "一、主要任务\n1.整修水渠。各村要在8月底前完成整修，4月27日前（调休上班）报送名单。",
        "@issued none\n一、主要任务\n1.整修水渠。各村要在20xx年4月12日前、5月3日前完成整修。",
        "一、实施步骤\n（一）动员部署阶段（3月15日至4月13日）。各村制定方案。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        if matches!(line.role, Role::Preamble | Role::Guidance | Role::Noise) {
            continue;
        }
        for found in &line.times {
            let When::By { end } = found.when else { continue };
            let words = &line.text[found.range.clone()];
            // Which weekday it is hangs on the year: an assumed one must rest on a known day of issue.
            let year = context.knows_issue() || !found.reading.contains(&Reading::YearAssumed);
            let exact = year
                && words.contains(['日', '号'])
                && !found.reading.iter().any(|r| {
                    matches!(
                        r,
                        Reading::EndRounded
                            | Reading::PeriodEnd
                            | Reading::MaskedYear
                            | Reading::NoSuchDay
                            | Reading::BeforeIssue
                            | Reading::Holiday
                    )
                });
            // The last day of a month is a limit of the month.
            if exact && end != end.last_of_month() && !context.options.calendar.workday(end).working {
                out.add(
                    line.span(found.range.clone()),
                    format!("{}（{}）是休息日。", quote(words), day(end)),
                );
            }
        }
    }
}
