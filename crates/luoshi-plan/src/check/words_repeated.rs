//! Words written twice in a row.

use luoshi_text::Level;

use super::text::{is_han, places, quote};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "words-repeated",
    level: Level::Warning,
    title: "字词连写两遍",
    what: "同样的字词紧接着又写了一遍，如“以危险化学品以危险化学品”“开展开展”。",
    why: "多为复制、改稿留下的残字，影响文意，自动读取任务时也会错位。",
    fix: "删去重复的一遍。",
    faults: &[
        "一、主要任务\n重点围绕⟦建筑施工建筑施工⟧开展排查。",
        "一、主要任务\n组织各村⟦开展开展⟧清洁行动，⟦确保确保⟧按期完成。",
        "一、主要任务\n严格落实⟦安全责任制安全责任制⟧⟦的的⟧要求。",
    ],
    near: &[
        "一、主要任务\n的的确确做到逐村逐户、逐座签约、逐座拆除，商量商量再定。",
        "一、主要任务\n电话12121212、13131313，编号2020220202。",
        "一、主要任务\n和和美美过年，高高兴兴上班，清清楚楚管账。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
        for word in lists().doubled_words.iter() {
            let double = word.repeat(2);
            taken.extend(places(text, &double));
        }
        taken.extend(places(text, "的的").filter(|p| !text[p.end..].starts_with("确确")));
        taken.extend(long(text));
        taken.sort_by_key(|r| (r.start, usize::MAX - r.end));
        let mut end = 0;
        for range in taken {
            if range.start < end {
                continue;
            }
            end = range.end;
            out.add(line.span(range.clone()), format!("{}重复。", quote(&text[range.clone()])));
        }
    }
}

/// Runs of four to twelve Chinese characters that follow themselves.
fn long(text: &str) -> Vec<std::ops::Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    // For each length, how many characters in a row equal the one that many places further on.
    for length in 4..=12usize {
        let mut run = 0;
        for i in 0..chars.len().saturating_sub(length) {
            let same = chars[i].1 == chars[i + length].1 && is_han(chars[i].1);
            run = if same { run + 1 } else { 0 };
            if run == length {
                let first = i + 1 - length;
                let end = chars.get(i + length + 1).map_or(text.len(), |c| c.0);
                if distinct(&chars[first..first + length]) {
                    out.push(chars[first].0..end);
                }
                run = 0;
            }
        }
    }
    out
}

/// Not one character over and over.
fn distinct(chars: &[(usize, char)]) -> bool {
    chars.iter().any(|c| c.1 != chars[0].1)
}
