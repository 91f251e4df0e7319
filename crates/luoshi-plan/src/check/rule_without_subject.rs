//! A consequence without anybody whom it could meet.

use luoshi_text::Level;

use super::text::{any, quote};
use super::{Check, Context, Findings};
use crate::lexicon::{class, lexicon, lists};

pub(super) const CHECK: Check = Check {
    name: "rule-without-subject",
    level: Level::Warning,
    title: "奖惩没有对象和情形",
    what: "一句话只写了“予以通报批评”“每次扣2分”，没有写对谁、在什么情形下适用。",
    why: "没有对象和情形的奖惩无法兑现，也经不起申诉。",
    fix: "写明“……的，由……对……予以……”。",
    faults: &[
        "一、工作要求\n（一）严肃纪律。各村要按时报送。⟦一律予以通报批评⟧。",
        "一、奖惩办法\n（一）扣分。⟦每次扣2分⟧。",
        "一、工作要求\n（一）严肃纪律。⟦视情节轻重给予约谈、通报批评⟧。",
    ],
    near: &[
        "一、工作要求\n（一）严肃纪律。逾期不报的，一律予以通报批评。",
        "一、奖惩办法\n（一）扣分。报表逾期的，每次扣2分；对排名末位的村，由镇纪委约谈。",
        "一、工作要求\n（一）严肃纪律。县纪委对各村予以通报批评。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in context.lines.iter().filter(|l| !l.cell) {
        let from = line.marker();
        let mut at = from;
        for (i, sentence) in line.text[from..].split('。').enumerate() {
            let start = at;
            at += sentence.len() + '。'.len_utf8();
            // The heading says nothing of its own; a fragment goes with the sentence before it.
            let heading = i == 0 && sentence.chars().count() <= 12;
            let long = sentence.chars().count() > 30 || sentence.contains(['；', ';', '：', ':']);
            if heading || long || !lists().sanctions.lie_in(sentence) {
                continue;
            }
            let condition = any(
                sentence,
                &[
                    "的，",
                    "的,",
                    "对",
                    "如",
                    "凡",
                    "若",
                    "未",
                    "逾期",
                    "每少",
                    "每短缺",
                    "每发现",
                    "将",
                    "实行",
                    "要",
                    "严格",
                    "加强",
                    "纳入",
                    "结果",
                ],
            );
            let named = lexicon()
                .tokens(sentence)
                .iter()
                .any(|t| t.is(class::HEAD | class::EACH | class::POST) && &sentence[t.range()] != "每");
            if !condition && !named {
                let trimmed = sentence.trim();
                let offset = start + sentence.len() - sentence.trim_start().len();
                out.add(
                    line.span(offset..offset + trimmed.len()),
                    format!("{}没有写明对谁、在什么情形下适用。", quote(trimmed)),
                );
            }
        }
    }
}
