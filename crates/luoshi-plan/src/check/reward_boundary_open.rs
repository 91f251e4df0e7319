//! A number between two tiers that belongs to none.

use luoshi_text::Level;

use super::tiers::{Meeting, ladder, tiered};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "reward-boundary-open",
    level: Level::Warning,
    title: "奖惩分档有空档或者界点不明",
    what: "分档奖惩中，分界的数哪一档都不含，或者没有写明归哪一档，或者两档之间空了一段。",
    why: "恰好得到分界数的单位按哪一档兑现，会引起争议。",
    fix: "在分界数后面写明“（含）”“（不含）”，使每个数只归一档。",
    faults: &[
        "一、奖惩办法\n（一）完成率低于80%的村，扣减经费500元；⟦高于80%⟧的村，奖励1000元。",
        "一、奖惩办法\n（一）得分60分至80分的，奖励500元；⟦80分至90分⟧的，奖励800元。",
        "一、奖惩办法\n（一）得分不足60分的，由镇纪委约谈；⟦70分以上⟧的，奖励500元。",
    ],
    near: &[
        "一、奖惩办法\n（一）完成率低于80%（不含）的，不予补贴；80%（含）至100%（含）的，按400元/人补贴；高于100%（不含）的，按600元/人补贴。",
        "一、奖惩办法\n（一）得分90分以上的，奖励1000元；80分以上不足90分的，奖励500元；不足80分的，不予奖励。",
        "一、奖惩办法\n（一）得分80至89分的，奖励500元；90分以上的，奖励1000元。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in tiered(context) {
        for (low, high, at, meeting) in ladder(line.text) {
            let message = match meeting {
                Meeting::None if low.high.is_some_and(|h| h.0 == at) => {
                    format!("恰好{at}{}的不属于任何一档。", high.unit)
                }
                Meeting::None => "与低一档之间空了一段，落在其间的不属于任何一档。".to_owned(),
                Meeting::Unsaid => format!("恰好{at}{}的归哪一档没有写明。", high.unit),
                Meeting::Both | Meeting::Clean => continue,
            };
            out.add(line.span(high.range), message).related.push(luoshi_text::Label {
                span: line.span(low.range),
                message: "低一档在这里。".to_owned(),
            });
        }
    }
}
