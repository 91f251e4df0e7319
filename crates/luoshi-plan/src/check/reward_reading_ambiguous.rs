//! A reward for more than the quota that can be read in two ways.

use luoshi_text::Level;

use super::text::{any, sentence_at};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "reward-reading-ambiguous",
    level: Level::Warning,
    title: "超额奖励有两种读法",
    what: "“超额完成的按600元/人奖补”没有写明是全部人数都按新标准，还是只有超出部分按新标准。",
    why: "两种读法金额相差很大，兑现时必有争议。",
    fix: "写明“超出任务的部分按……”或者“全部人数按……”。",
    faults: &[
        "一、奖惩办法\n（一）完成任务的按400元/人奖补；⟦超额完成的按600元/人⟧奖补。",
        "一、奖惩办法\n（一）⟦超额完成任务的村，按每人500元⟧给予补贴。",
        "一、奖惩办法\n（一）⟦超任务完成的，每户奖励200元⟧。",
    ],
    near: &[
        "一、奖惩办法\n（一）完成任务的按400元/人奖补；超额完成的，超出部分按600元/人奖补。",
        "一、奖惩办法\n（一）超额完成任务的村，每村奖励1000元，每所加2分。",
        "一、奖惩办法\n（一）超额完成任务的，全部人数按每人500元补贴。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        for (at, word) in lists().excess_words.iter().flat_map(|w| text.match_indices(w)) {
            let sentence = sentence_at(text, at);
            let stop = text[at..sentence.end].find(['；', ';']).map_or(sentence.end, |i| at + i);
            let clause = &text[at..stop];
            if any(clause, &["部分", "超出的人", "全部", "所有", "总数", "全额"]) || word.starts_with("超出")
            {
                continue;
            }
            let Some(end) =
                lists().each_sums.iter().filter_map(|w| clause.find(w).map(|i| (i, i + w.len()))).min()
            else {
                continue;
            };
            let end = price(clause, end.0).unwrap_or(end.1);
            out.add(line.span(at..at + end), "是全部按这一标准，还是只有超出部分按这一标准，没有写明。");
        }
    }
}

/// The end of 每人500元 and 每户奖励200元.
fn price(clause: &str, at: usize) -> Option<usize> {
    let rest = clause[at..].strip_prefix('每')?;
    let yuan = rest.find('元').filter(|i| rest[..*i].chars().count() <= 10)?;
    Some(at + '每'.len_utf8() + yuan + '元'.len_utf8())
}
