//! A span that ends before it begins.

use luoshi_text::Level;
use luoshi_when::{Reading, When};

use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "span-reversed",
    level: Level::Error,
    title: "起止时间颠倒",
    what: "起止时间的止日早于起日，如“9月30日至9月1日”。",
    why: "止日在前，这一时段实际上是空的，阶段和任务都无法安排。",
    fix: "核对后对调或者更正日期；确实跨年的，写明年份。",
    faults: &[
        "一、实施步骤\n（一）集中排查（⟦2025年9月30日至2025年9月1日⟧）。各村开展排查。",
        "一、实施步骤\n（一）集中排查（⟦5月31日至4月1日⟧）。各村开展排查。",
        "一、实施步骤\n（一）集中排查阶段（⟦6月30日—6月1日⟧）。各村开展排查。",
    ],
    near: &[
        "@issued 2025-12-01\n一、实施步骤\n（一）集中排查（12月20日至2月20日）。各村开展排查。",
        "一、实施步骤\n（一）集中排查（9月1日至9月30日）。各村开展排查。",
        "一、工作范围\n服务期自2025年9月1日至2026年8月31日，值班自9月1日至次年8月31日。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        for found in &line.times {
            let words = &line.text[found.range.clone()];
            let rolled = match &found.when {
                // Without years the end has run on into the next year: nearly a year is no span.
                When::Span { start, end } => {
                    let days = start.until(*end).map_or(0, |s| s.get_days());
                    (300..=357).contains(&days)
                        && end.year() > start.year()
                        && !words.contains(['年', '次', '翌'])
                }
                _ => false,
            };
            if rolled || found.reading.contains(&Reading::EndBeforeStart) {
                out.add(line.span(found.range.clone()), format!("{}的止日在起日之前。", quote(words)));
            }
        }
    }
}
