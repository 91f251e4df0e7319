//! Days between phases that belong to none.

use luoshi_text::Level;

use super::stages::{days_between, schedules};
use super::text::{day, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "stages-gap",
    level: Level::Hint,
    title: "阶段之间有空档",
    what: "前一阶段结束后，过了工作日后一阶段才开始，中间的日子不属于任何阶段。",
    why: "空档里的工作没有安排，容易停摆；也可能是日期写错了。",
    fix: "把前后两个阶段的日期接上，或者写明中间这段时间做什么。",
    faults: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月20日）。各村制定方案。\n（二）集中整治阶段（⟦5月6日至5月31日⟧）。各村开展整治。",
        "一、实施步骤\n（一）自查（4月1日至4月30日）。各村自查。\n（二）整改（⟦6月1日至6月30日⟧）。各村整改。",
        "一、进度安排\n1.筹备（4月1日至4月9日）：印制资料。\n2.铺开（⟦4月16日至5月15日⟧）：各村组织活动。",
    ],
    near: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（5月1日至5月31日）。各村开展整治。",
        "一、实施步骤\n（一）自查（4月1日至4月11日）。各村自查。\n（二）整改（4月14日至6月30日）。各村整改。",
        "一、实施步骤\n（一）自查（6月1日至7月10日）。各班自查。\n（二）整改（8月25日至9月30日）。暑假期间不安排，开学后各班整改。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for schedule in schedules(context) {
        for pair in schedule.windows(2) {
            let (Some(end), Some(next)) = (pair[0].stage.end, pair[1].stage.start) else { continue };
            let days = days_between(end, next) - 1;
            let text = context.lines[pair[1].line].text;
            if days < 1 || super::text::any(text, &["暑假", "寒假", "假期"]) {
                continue;
            }
            // A weekend or a holiday between two phases is no gap.
            let worked = (1..=days.min(60)).any(|n| {
                end.checked_add(jiff::Span::new().days(n))
                    .is_ok_and(|d| context.options.calendar.workday(d).working)
            });
            if worked {
                let name = quote(&pair[0].stage.name);
                out.add(
                    pair[1].dates,
                    format!("前面的{name}到{}结束，中间有{days}天不属于任何阶段。", day(end)),
                );
            }
        }
    }
}
