//! Small readings of Chinese text that several checks share.

use std::ops::Range;

/// A Chinese character.
pub(super) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '〇')
}

/// The words in quotation marks, cut to a length that a message can carry.
pub(super) fn quote(words: &str) -> String {
    let words = words.trim();
    if words.chars().count() <= 24 {
        format!("“{words}”")
    } else {
        format!("“{}…”", words.chars().take(22).collect::<String>())
    }
}

/// A day as it is said in Chinese.
pub(super) fn day(date: jiff::civil::Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Every place of a word.
pub(super) fn places<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices(word).map(|(at, w)| at..at + w.len())
}

/// The character before an offset.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at an offset.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Labels (责任单位：) of a text that belong to one of `names` and have nothing after them: the
/// stretch of the label with its colon. A label at the very end counts only where `open` says so.
pub(super) fn blank_labels(
    text: &str,
    names: impl IntoIterator<Item = &'static str>,
    end_counts: bool,
) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for name in names {
        for place in places(text, name) {
            let Some(colon) = after(text, place.end).filter(|c| matches!(c, '：' | ':')) else { continue };
            let end = place.end + colon.len_utf8();
            let rest = text[end..].trim_start_matches([' ', '\u{3000}', '\t', '_', '＿']);
            let blank = match rest.chars().next() {
                None => end_counts,
                Some(c) => matches!(c, '）' | ')' | '】' | ']' | '；' | ';' | '。' | '，' | ','),
            };
            if blank {
                out.push(place.start..end);
            }
        }
    }
    // The longest label wins: 责任单位 over 单位. All of them end with their own colon.
    out.sort_by_key(|r| (r.end, r.start));
    out.dedup_by_key(|r| r.end);
    out
}

/// The sentence (up to 。！？ or the line's end) that holds an offset.
pub(super) fn sentence_at(text: &str, at: usize) -> Range<usize> {
    between(text, at, |c| matches!(c, '。' | '！' | '？' | '!' | '?'))
}

/// The clause (between commas, semicolons, colons, stops) that holds an offset.
pub(super) fn clause_at(text: &str, at: usize) -> Range<usize> {
    between(text, at, |c| matches!(c, '。' | '！' | '？' | '!' | '?' | '，' | ',' | '；' | ';' | '：' | ':'))
}

/// As far as is looked on either side: no sentence is longer, and a text without a stop must not
/// cost more than its length.
const REACH: usize = 3000;

fn between(text: &str, at: usize, cut: impl Fn(char) -> bool) -> Range<usize> {
    let from = floor(text, at.saturating_sub(REACH));
    let to = floor(text, (at + REACH).min(text.len()));
    let start = text[from..at].rfind(&cut).map_or(from, |i| {
        let stop = from + i;
        stop + after(text, stop).map_or(0, char::len_utf8)
    });
    let end = text[at..to].find(&cut).map_or(to, |i| at + i);
    start..end
}

/// The nearest character boundary at or before an offset.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether a text holds one of some words.
pub(super) fn any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.contains(w))
}
