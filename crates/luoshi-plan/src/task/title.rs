//! Short titles of tasks.

use crate::compile::Reading;
use crate::facts::Line;
use crate::lexicon::class;
use crate::model::Value;
use crate::words::sentence_end;

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
    if let Some(name) = stage {
        return clean(&name);
    }
    of_words(line, line.marker)
}

/// The title that the words from an offset on give.
pub(super) fn of_words(line: &Line<'_>, from: usize) -> String {
    let text = line.text.get(from..).unwrap_or("");
    let end = sentence_end(text);
    let head = bare(&text[..end]);
    let n = head.chars().count();
    // "松坪乡：村文化室5个": the name before the colon is the unit, the work follows.
    let after = text[end..].trim_start_matches(['：', ':']);
    if text[end..].starts_with(['：', ':'])
        && !after.is_empty()
        && (is_unit(line, from + end) || is_label(line, from) || is_time(line, from, from + end))
    {
        let start = line.text.len() - after.len();
        return of_words(line, start);
    }
    if (1..=LONGEST).contains(&n) {
        return clean(head);
    }
    let clause = head.split(['，', ',']).find(|c| c.chars().count() >= 4).unwrap_or(head);
    cut(clause)
}

/// Whether a unit's name ends at an offset.
fn is_unit(line: &Line<'_>, end: usize) -> bool {
    line.token_before(end).is_some_and(|t| t.is(class::NAME_END) && !t.is(class::POST))
}

fn is_label(line: &Line<'_>, at: usize) -> bool {
    line.token_at(at).is_some_and(|t| t.is(class::LABEL | class::TIME_LABEL))
}

fn is_time(line: &Line<'_>, from: usize, to: usize) -> bool {
    line.times.iter().any(|f| f.range.start == from && f.range.end >= to)
}

/// Cuts words that are too long at a joint.
fn cut(words: &str) -> String {
    let words = bare(words);
    let limit = words.char_indices().nth(LONGEST).map_or(words.len(), |(at, _)| at);
    if limit == words.len() {
        return clean(words);
    }
    let joint = words[..limit]
        .rfind(['、', '，', ',', '；', ';', '和', '（', '('])
        .filter(|at| words[..*at].chars().count() >= 8);
    clean(&words[..joint.unwrap_or(limit)])
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
            inner.chars().any(|c| c.is_ascii_digit()) || inner.contains(['：', ':']) || inner.contains("月");
        if !telling || at == 0 {
            break;
        }
        words = words[..at].trim_end();
    }
    words
}

fn clean(words: &str) -> String {
    words.trim_matches(|c: char| c.is_whitespace() || "。；;，,：:、！!？?…—-.".contains(c)).to_owned()
}
