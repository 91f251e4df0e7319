//! Short titles of tasks.

use crate::compile::Reading;
use crate::facts::Line;
use crate::lexicon::class;
use crate::model::Value;
use crate::words::{leading_bracket, sentence_end};

use super::items::Item;

/// The longest title, in characters.
const LONGEST: usize = 30;

/// The title of an item: the name of its phase, its own heading, or its first clause.
pub(super) fn title(reading: &Reading<'_>, item: &Item) -> String {
    let line = &reading.lines[item.head];
    let stage = reading.facts[item.head].iter().find_map(|f| match &f.value {
        Value::Stage { name, .. } if name.chars().count() <= LONGEST => Some(name.clone()),
        _ => None,
    });
    match stage {
        Some(name) => clean(&name),
        None => of_words(line, behind_parties(line.text).unwrap_or(line.marker)..line.text.len()),
    }
}

/// Where the words begin behind a bracket that says who leads (（甲局牵头，乙局配合）清理网箱).
fn behind_parties(text: &str) -> Option<usize> {
    let open = leading_bracket(text)?;
    let close = open + text[open..].find(['）', ')'])?;
    let at = close + text[close..].chars().next().map_or(0, char::len_utf8);
    (!text[at..].trim().is_empty()).then_some(at)
}

/// The title that a stretch of a line gives.
pub(super) fn of_words(line: &Line<'_>, range: std::ops::Range<usize>) -> String {
    let text = line.text.get(range.clone()).unwrap_or("").trim_end();
    let end = sentence_end(text);
    let head = bare(&text[..end]);
    let n = head.chars().count();
    // "松坪乡：村文化室5个": the name before the colon is the unit, the work follows.
    let after = text[end..].trim_start_matches(['：', ':', ' ']);
    if text[end..].starts_with(['：', ':'])
        && !after.is_empty()
        && (is_unit(line, range.start + end)
            || is_label(line, range.start)
            || is_time(line, range.start, range.start + end))
    {
        let start = range.start + text.len() - after.len();
        return of_words(line, start..range.end);
    }
    let heading = !after.trim_start_matches(['。', '；', ';', '.']).is_empty() || !head.contains(['，', ',']);
    if (1..=LONGEST).contains(&n) && (heading || n <= 12) {
        return clean(head);
    }
    cut(clause(line, range.start, head))
}

/// The first clause that says what to do: not only who, when or on what.
fn clause<'a>(line: &Line<'_>, from: usize, head: &'a str) -> &'a str {
    let mut first = None;
    let mut at = 0;
    for part in head.split(['，', ',']) {
        let start = at;
        at = start + part.len() + head[start + part.len()..].chars().next().map_or(0, char::len_utf8);
        let mut words = part.trim();
        if let Some(time) = line.time_at(from + start).filter(|f| f.range.end <= from + start + part.len()) {
            words = part.get(time.range.len()..).unwrap_or("").trim_start_matches(['前', '，', ',']);
        }
        if words.chars().count() < 4 {
            continue;
        }
        first.get_or_insert(words);
        let who = words.chars().count() <= 24
            && ["牵头", "配合", "协助", "负责"].iter().any(|w| words.ends_with(w));
        let on_what =
            ["对", "针对", "围绕", "按照", "根据", "依据", "通过", "除"].iter().any(|w| words.starts_with(w));
        if !who && !on_what {
            return words;
        }
    }
    first.unwrap_or(head)
}

/// Whether a unit's name ends at an offset.
fn is_unit(line: &Line<'_>, end: usize) -> bool {
    line.token_before(end).is_some_and(|t| t.is(class::NAME_END) && !t.is(class::POST))
}

fn is_label(line: &Line<'_>, at: usize) -> bool {
    line.token_at(at).is_some_and(|t| t.is(class::LABEL | class::TIME_LABEL))
}

fn is_time(line: &Line<'_>, from: usize, to: usize) -> bool {
    line.time_at(from).is_some_and(|f| f.range.end >= to)
}

/// Cuts words that are too long at a joint.
pub(crate) fn cut(words: &str) -> String {
    let words = bare(words);
    let limit = words.char_indices().nth(LONGEST).map_or(words.len(), |(at, _)| at);
    if limit == words.len() {
        return clean(words);
    }
    let joint = words[..limit]
        .rfind(['、', '，', ',', '；', ';', '。', '：', '和', '及', '与', '（', '(', '【'])
        .filter(|at| words[..*at].chars().count() >= 8);
    // A number or a Latin word is not cut in two, nor is what stands in 《》 or a bracket.
    let whole =
        words[..limit].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '%')).len();
    let at = joint.unwrap_or(if words[limit..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
        whole
    } else {
        limit
    });
    clean(&words[..unopened(&words[..at]).unwrap_or(at)])
}

/// Where a bracket or quotation opens that is not closed again, far enough from the start.
fn unopened(words: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in words.char_indices() {
        match c {
            '（' | '(' | '《' | '“' | '【' => open.push(at),
            '）' | ')' | '》' | '”' | '】' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.first().copied().filter(|at| words[..*at].chars().count() >= 8)
}

/// Without brackets at the end that hold dates or parties.
fn bare(words: &str) -> &str {
    let mut words = words.trim();
    while words.ends_with(['）', ')', '】']) {
        let Some(at) = words.rfind(['（', '(', '【']) else {
            break;
        };
        let inner = &words[at..];
        let telling =
            inner.chars().any(|c| c.is_ascii_digit()) || inner.contains(['：', ':']) || inner.contains('月');
        if !telling || at == 0 {
            break;
        }
        words = words[..at].trim_end();
    }
    words
}

/// Without blanks and marks at the ends.
pub(crate) fn clean(words: &str) -> String {
    unnumbered(words)
        .trim_matches(|c: char| c.is_whitespace() || "。；;，,：:、！!？?…—-.".contains(c))
        .to_owned()
}

/// Without a number mark before the words: 6．, 2.1, （3）. A measure (2.5公里) is none.
fn unnumbered(words: &str) -> &str {
    let words = words.trim_start();
    let inner = words.strip_prefix(['（', '(']).unwrap_or(words);
    let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '．'));
    let number = &inner[..inner.len() - rest.len()];
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.chars().count() > 8 {
        return words;
    }
    let marked = number.ends_with(['.', '．']);
    let nested = number.contains(['.', '．']);
    let after = rest.trim_start_matches([' ', '\u{3000}']);
    let measure = [
        "公里", "千米", "米", "吨", "亿", "万", "亩", "公顷", "平方", "倍", "元", "个", "小时", "天", "%",
        "％", "分",
    ]
    .iter()
    .any(|w| after.starts_with(w));
    if inner.len() < words.len() {
        return rest
            .strip_prefix(['）', ')'])
            .map_or(words, |rest| rest.trim_start_matches(['、', ' ', '\u{3000}']));
    }
    if let Some(rest) = rest.strip_prefix(['、', '）', ')']) {
        return rest.trim_start();
    }
    if marked || nested && !measure { after } else { words }
}
