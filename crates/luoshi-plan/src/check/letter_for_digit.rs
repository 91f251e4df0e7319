//! A letter typed for a digit.

use luoshi_text::Level;

use super::text::{after, before, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "letter-for-digit",
    level: Level::Warning,
    title: "数字里混入字母",
    what: "数字里混入了形状相近的字母，如“l0日”“2O26年”“二O二六年”，字母l、I应为数字1，字母O应为数字0或者汉字〇。",
    why: "看上去一样，程序却读不出这个日期、数量，任务会因此没有时限。",
    fix: "改为数字或者汉字〇。",
    faults: &[
        "一、主要任务\n各村要在6月⟦l0⟧日前完成排查。",
        "一、主要任务\n各村要在⟦2O26⟧年6月30日前完成，每村不少于⟦1O⟧人。",
        "一、主要任务\n力争⟦二O二六⟧年底建成，合格率达到⟦9O⟧%。",
    ],
    near: &[
        "一、主要任务\n监测PM10和O3浓度，每点注水10l，配备A0型箱2个。",
        "一、主要任务\n各村要在20OO年6月30日前完成，登记车号豫A10O12。",
        "一、主要任务\n二〇二六年6月10日前完成，每村不少于10人。",
    ],
    run,
};

/// What a number is followed by, where it is one.
const UNITS: &str = "年月日号时分点%％元人户亩公里个项名天周岁条次座所家辆万";

fn is_letter(c: char) -> bool {
    matches!(c, 'l' | 'I' | 'O' | 'o')
}

fn is_numeral(c: char) -> bool {
    "〇零一二三四五六七八九十".contains(c)
}

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        let part = |c: char| c.is_ascii_digit() || is_letter(c) || is_numeral(c);
        let mut end = 0;
        for (at, _) in text.match_indices(is_letter) {
            if at < end {
                continue;
            }
            let start = text[..at].trim_end_matches(part).len();
            end = at + text[at..].find(|c| !part(c)).unwrap_or(text.len() - at);
            let words = &text[start..end];
            let tied = |c: char| c.is_ascii_alphanumeric() || "-_/.@:".contains(c);
            let counted = after(text, end).is_some_and(|c| UNITS.contains(c));
            if before(text, start).is_some_and(tied) || !counted {
                continue;
            }
            if let Some(right) = corrected(words) {
                out.add(line.span(start..end), format!("{}混入了字母，应为“{right}”。", quote(words)));
            }
        }
    }
}

/// The number that is meant; none where letters stand for what is left open (20OO年).
fn corrected(words: &str) -> Option<String> {
    let letters = words.chars().filter(|c| is_letter(*c)).count();
    let arabic = words.chars().any(|c| c.is_ascii_digit());
    let chinese = words.chars().any(is_numeral);
    if arabic == chinese || letters * 2 > words.chars().count() || words.contains("OO") {
        return None;
    }
    let right = |c| match c {
        'l' | 'I' if arabic => '1',
        'O' | 'o' if arabic => '0',
        'O' | 'o' => '〇',
        other => other,
    };
    let right: String = words.chars().map(right).collect();
    right.chars().all(|c| !is_letter(c)).then_some(right)
}
