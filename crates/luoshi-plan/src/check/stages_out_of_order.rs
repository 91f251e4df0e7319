//! A phase that begins before the one above it.

use luoshi_text::Level;

use super::stages::schedules;
use super::text::{day, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "stages-out-of-order",
    level: Level::Warning,
    title: "阶段顺序颠倒",
    what: "实施步骤中后一阶段的开始时间早于前一阶段的开始时间。",
    why: "阶段倒置，前一阶段的结果还没有，后一阶段无法开展。",
    fix: "对调两个阶段，或者更正日期。",
    faults: &[
        "一、实施步骤\n（一）动员部署阶段（5月1日至5月31日）。各村制定方案。\n（二）集中整治阶段（⟦4月1日至4月30日⟧）。各村开展整治。",
        "一、实施步骤\n（一）自查（2025年6月1日至6月30日）。各村自查。\n（二）整改（⟦2025年4月1日至4月30日⟧）。各村整改。\n（三）总结（2025年7月1日至7月10日）。各村总结。",
        "一、进度安排\n1.筹备（4月16日至4月30日）：印制资料。\n2.铺开（⟦4月1日至4月15日⟧）：各村组织活动。",
    ],
    near: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（5月1日至5月31日）。各村开展整治。",
        "@issued 2025-11-03\n一、实施步骤\n（一）动员部署阶段（11月5日至12月31日）。各村制定方案。\n（二）集中整治阶段（1月1日至3月31日）。各村开展整治。",
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）整治阶段（4月1日至5月31日）。各村开展整治。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for schedule in schedules(context) {
        for pair in schedule.windows(2) {
            let (Some(first), Some(second)) = (pair[0].stage.start, pair[1].stage.start) else { continue };
            if second < first {
                let name = quote(&pair[0].stage.name);
                out.add(pair[1].dates, format!("这一阶段从{}开始，早于前面的{name}。", day(second)));
            }
        }
    }
}
