//! A number between two tiers that belongs to both.

use luoshi_text::Level;

use super::tiers::{Meeting, ladder, tiered};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "reward-boundary-overlap",
    level: Level::Warning,
    title: "奖惩分档重叠",
    what: "分档奖惩中，同一个数同时属于两档，如“80分以下”和“80分以上”（以上、以下都含本数）。",
    why: "同一个成绩可以按两档兑现，奖多奖少无法裁断。",
    fix: "在分界数后面写明“（含）”“（不含）”，使每个数只归一档。",
    faults: &[
        "一、奖惩办法\n（一）得分80分以下的，扣减经费500元；⟦80分以上⟧的，奖励1000元。",
        "一、奖惩办法\n（一）完成率60%（含）至80%（含）的，补贴500元；⟦80%（含）至100%（含）⟧的，补贴800元。",
        "一、奖惩办法\n（一）得分60分至85分的，奖励500元；⟦80分以上⟧的，奖励800元。",
    ],
    near: &[
        "一、奖惩办法\n（一）得分80分（不含）以下的，扣减经费500元；80分（含）以上的，奖励1000元。",
        "一、奖惩办法\n（一）完成率60%（含）至80%（不含）的，补贴500元；80%（含）至100%（含）的，补贴800元。",
        "一、工作目标\n（一）合格率不低于90%，投诉下降20%以上，重复信访率控制在2%以内。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in tiered(context) {
        for (low, high, at, meeting) in ladder(line.text) {
            if meeting == Meeting::Both {
                out.add(line.span(high.range), format!("{at}{}同时属于两档。", high.unit)).related.push(
                    luoshi_text::Label {
                        span: line.span(low.range), message: "另一档在这里。".to_owned()
                    },
                );
            }
        }
    }
}
