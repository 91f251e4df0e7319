//! Phases that run into each other.

use luoshi_text::Level;

use super::stages::{days_between, schedules};
use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "stages-overlap",
    level: Level::Warning,
    title: "阶段时间重叠",
    what: "后一阶段开始时前一阶段还没有结束。",
    why: "重叠的日子里两个阶段的要求同时有效，进度归哪个阶段说不清。",
    fix: "让后一阶段从前一阶段结束的次日开始；确需并行的，写明“同步进行”。",
    faults: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（⟦4月20日至5月31日⟧）。各村开展整治。",
        "一、实施步骤\n（一）自查（4月1日至5月31日）。各村自查。\n（二）整改（⟦5月10日至6月30日⟧）。各村整改。",
        "一、进度安排\n1.筹备（4月1日至4月30日）：印制资料。\n2.铺开（⟦4月30日至5月15日⟧）：各村组织活动。",
    ],
    near: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（5月1日至5月31日）。各村开展整治。",
        "一、实施步骤\n（一）自查（4月1日至5月31日）。各村自查。\n（二）整改（4月10日至6月30日，与自查同步进行）。各村边查边改。",
        "一、实施步骤\n（一）自查（5月1日至5月31日）。各村自查。\n（二）整改（4月1日至4月30日）。各村整改。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for schedule in schedules(context) {
        for pair in schedule.windows(2) {
            let (Some((start, end)), Some(next)) = (pair[0].days(), pair[1].stage.start) else { continue };
            let text = context.lines[pair[1].line].text;
            let meant = super::text::any(text, &["同步进行", "同步推进", "同步开展", "并行", "贯穿"]);
            if next >= start && next <= end && !meant {
                let name = quote(&pair[0].stage.name);
                let days = days_between(next, end) + 1;
                // A shared border day is a slip of the pen, not a clash of work.
                let level = if days == 1 { Level::Hint } else { Level::Warning };
                out.add_at(level, pair[1].dates, format!("与前面的{name}有{days}天重叠。"));
            }
        }
    }
}
