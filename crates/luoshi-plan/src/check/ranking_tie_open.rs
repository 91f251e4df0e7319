//! A reward for a rank without a word on ties.

use luoshi_text::Level;

use super::text::{any, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "ranking-tie-open",
    level: Level::Hint,
    title: "排名并列没有规定",
    what: "按名次奖惩，全文没有写明名次并列怎么办。每份方案只报一处。",
    why: "并列时奖几个、罚几个、钱怎么分，没有依据。",
    fix: "写明并列时的办法，如“得分相同的，以满意率高者居前”“并列的同奖”。",
    faults: &[
        "一、奖惩办法\n（一）年终得分⟦前两名⟧的村，各奖励5000元。",
        "一、奖惩办法\n（一）完成任务且排名⟦第一、第二、第三⟧的村，分别奖励1000元、800元、500元。",
        "一、奖惩办法\n（一）未完成任务且列倒数⟦第一、二名、三名⟧的村，扣减经费300元。",
        "一、奖惩办法\n（一）单月排名⟦末位⟧的村，由镇纪委约谈。",
    ],
    near: &[
        "一、奖惩办法\n（一）年终得分前两名的村，各奖励5000元；得分相同的，以满意率高者居前。",
        "一、奖惩办法\n（一）年终得分前两名的村，各奖励5000元，名次并列的同等奖励。",
        "一、奖惩办法\n（一）排名第一的任务是整修水渠。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    if context
        .lines
        .iter()
        .any(|l| any(l.text, &["并列", "得分相同", "分数相同", "成绩相同", "排名相同", "率相同", "同分"]))
    {
        return;
    }
    for line in &context.lines {
        let text = line.text;
        if !any(text, &["奖", "罚", "约谈", "扣", "谈话", "表态", "取消"]) {
            continue;
        }
        if let Some(range) = rank(text) {
            let words = quote(&text[range.clone()]);
            out.add(line.span(range), format!("按{words}奖惩，名次并列时怎么办没有写明。"));
            return;
        }
    }
}

/// 前三名, 后两名, 第一、第二名, 末位 in a sentence that ranks and pays.
fn rank(text: &str) -> Option<std::ops::Range<usize>> {
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let length = if matches!(c, '前' | '后') {
            let digits = numeral(&rest[c.len_utf8()..]);
            let end = c.len_utf8() + digits;
            (digits > 0 && rest[end..].starts_with(['名', '位'])).then_some(end + '名'.len_utf8())
        } else if c == '第' {
            let mut end = 0;
            while rest[end..].starts_with('第') {
                let digits = numeral(&rest[end + '第'.len_utf8()..]);
                if digits == 0 {
                    break;
                }
                end += '第'.len_utf8() + digits;
                // 第一、二名、三名
                while let Some(more) = rest[end..].strip_prefix(['、', '名']) {
                    let digits = numeral(more.trim_start_matches('、'));
                    let skipped = rest.len() - more.trim_start_matches('、').len();
                    if digits == 0 {
                        break;
                    }
                    end = skipped + digits;
                }
                if rest[end..].starts_with('、') && rest[end + '、'.len_utf8()..].starts_with('第') {
                    end += '、'.len_utf8();
                }
            }
            let ranked = any(near(text, at), &["排名", "名次", "位列", "位居", "倒数"]);
            let list = rest[..end].contains('、') || rest[end..].starts_with('名');
            let named = if rest[end..].starts_with('名') { '名'.len_utf8() } else { 0 };
            (end > 0 && ranked && list).then_some(end + named)
        } else if rest.starts_with("末位") {
            any(near(text, at), &["排名", "名次", "得分", "考核"]).then_some("末位".len())
        } else {
            None
        };
        let Some(length) = length else { continue };
        let sentence = &text[super::text::sentence_at(text, at)];
        if any(sentence, &["奖", "罚", "约谈", "扣", "谈话", "表态", "取消"])
            && any(sentence, &["排名", "名次", "得分", "考核", "总分", "评", "列", "居"])
        {
            return Some(at..at + length);
        }
    }
    None
}

/// The words before an offset, as far as anybody would look back.
fn near(text: &str, at: usize) -> &str {
    &text[super::text::floor(text, at.saturating_sub(600))..at]
}

/// Bytes of a small number.
fn numeral(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit() && !"一二三四五六七八九十两".contains(c)).unwrap_or(text.len())
}
