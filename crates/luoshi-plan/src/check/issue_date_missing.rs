//! A plan whose day of issue is not told, though its dates need one.

use luoshi_text::Level;
use luoshi_when::Reading;

use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "issue-date-missing",
    level: Level::Hint,
    title: "没有成文日期",
    what: "文中有不带年份的时限，又没有成文日期，年份只能推定。",
    why: "同一份文件隔年再看，“6月底前”就成了另一年；逾期从哪年算起没有依据。",
    fix: "在落款处写明成文日期，或者检查时用 --issued 指定。",
    faults: &[
        "@issued none\n一、主要任务\n1.整修水渠。各村要在⟦6月30日前⟧完成整修，7月底前通水。",
        "@issued none\n一、主要任务\n1.整修水渠。（责任单位：各村；完成时限：⟦5月底前⟧）",
        "@issued none\n一、实施步骤\n（一）动员部署阶段（⟦4月1日至4月30日⟧）。各村制定方案。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。各村要在6月30日前完成整修。",
        "@issued none\n一、主要任务\n1.整修水渠。各村要在2025年6月30日前完成整修。",
        "@issued none\n一、主要任务\n1.整修水渠。各村要在6月30日前完成整修。\n东湖镇人民政府\n2025年2月24日",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    if context.knows_issue() {
        return;
    }
    let first = context.lines.iter().find_map(|line| {
        let found = line.times.iter().find(|f| f.reading.contains(&Reading::YearAssumed))?;
        Some(line.span(found.range.clone()))
    });
    if let Some(span) = first {
        out.add(span, "文件没有成文日期，这里的年份是推定的。");
    }
}
