//! Deadlines that have passed on the day of checking.

use luoshi_text::{Level, Span};
use luoshi_when::When;

use super::text::{day, quote};
use super::{Check, Context, Findings};
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "deadline-in-past",
    level: Level::Hint,
    title: "有的时限已过",
    what: "方案还在执行期内，检查之日已有任务到期。每份方案只报一处，并说明共有几处。",
    why: "到期的任务应当已有结果；方案如是待印发稿，这些时限下达时就已逾期。",
    fix: "核对办结情况；待印发的，顺延时限。",
    faults: &[
        "@issued 2025-03-03\n@today 2025-05-20\n一、主要任务\n1.整修水渠。各村要在⟦4月30日前⟧完成整修。\n2.清理淤泥。各村要在6月30日前完成清理。",
        "@issued 2025-03-03\n@today 2025-06-10\n一、主要任务\n1.整修水渠。（完成时限：3月31日前）\n2.清理淤泥。（完成时限：⟦5月30日前⟧）\n3.建好护栏。（完成时限：8月29日前）",
        "@issued 2025-03-03\n@today 2025-12-02\n一、主要任务\n1.整修水渠。各村⟦2025年12月1日前⟧整修到位，12月31日前通水。",
    ],
    near: &[
        "@issued 2025-03-03\n@today 2025-03-20\n一、主要任务\n1.整修水渠。各村要在4月30日前完成整修。",
        "@issued 2020-03-03\n@today 2025-03-20\n一、主要任务\n1.整修水渠。各村要在4月30日前完成整修。",
        "一、主要任务\n1.整修水渠。各村要在4月30日前完成整修。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let Some(today) = context.options.today.filter(|t| context.knows_issue() && *t >= context.plan.issued)
    else {
        return;
    };
    let mut past: Vec<(jiff::civil::Date, Span)> = Vec::new();
    let mut running = false;
    for line in
        context.lines.iter().filter(|l| matches!(l.role, Role::Task | Role::Requirement | Role::Stage))
    {
        for found in &line.times {
            let When::By { end } = found.when else { continue };
            if end >= today {
                running = true;
            } else if end >= context.plan.issued {
                past.push((end, line.span(found.range.clone())));
            }
        }
    }
    let count = past.len();
    // Of a plan that is over, everything has passed: nothing to say.
    if let Some((_, span)) =
        past.into_iter().max_by_key(|(end, span)| (*end, std::cmp::Reverse(*span))).filter(|_| running)
    {
        let words = quote(context.doc.slice(span));
        out.add(span, format!("截至{}，已有{count}处时限到期，最近的一处是{words}。", day(today)));
    }
}
