//! One paragraph that holds several pieces of work.

use std::ops::Range;

use luoshi_text::Span;

use crate::compile::Reading;
use crate::facts::unit::labels;
use crate::model::{UnitRole, Value};
use crate::outline::inline_items;

use super::items::Item;

/// A part of a paragraph that is work of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The block that holds it.
    pub(super) block: usize,
    /// Its words, as offsets of the block.
    pub(super) range: Range<usize>,
    /// Where its words proper begin, after a number.
    pub(super) words: usize,
}

/// The pieces of an item, where it holds several that carry their own units or dates.
pub(super) fn pieces(reading: &Reading<'_>, item: &Item) -> Vec<Piece> {
    for block in item.blocks.clone() {
        let found = runs(reading, block);
        if found.len() >= 2 {
            return found;
        }
        let found = leads(reading, block);
        if found.len() >= 2 {
            return found;
        }
    }
    Vec::new()
}

/// 一是…；二是… in one paragraph.
fn runs(reading: &Reading<'_>, block: usize) -> Vec<Piece> {
    // Fewer facts than two cannot be spread over two pieces.
    let few = |test: fn(&Value) -> bool| reading.facts[block].iter().filter(|f| test(&f.value)).count() < 2;
    if few(bears) && few(dates) {
        return Vec::new();
    }
    let line = &reading.lines[block];
    let from = line.marker;
    let items = inline_items(&line.text[from..]);
    let end = tail(reading, block).unwrap_or(line.text.len());
    let starts: Vec<(usize, usize)> =
        items.iter().map(|(at, m)| (from + at, from + at + m.len)).filter(|(at, _)| *at < end).collect();
    let found: Vec<Piece> = starts
        .iter()
        .enumerate()
        .map(|(i, (at, words))| Piece {
            block,
            range: *at..starts.get(i + 1).map_or(end, |next| next.0),
            words: *words,
        })
        .collect();
    let own = |test: fn(&Value) -> bool| {
        found
            .iter()
            .filter(|p| {
                reading.facts[block].iter().any(|f| span_of(reading, p).covers(f.span) && test(&f.value))
            })
            .count()
    };
    if own(bears) >= 2 || own(dates) >= 2 { found } else { Vec::new() }
}

/// Whether a fact names who answers for work.
fn bears(value: &Value) -> bool {
    matches!(value, Value::Unit { role: UnitRole::Lead | UnitRole::Responsible, .. })
}

/// Whether a fact gives a time.
fn dates(value: &Value) -> bool {
    matches!(value, Value::Date { .. })
}

/// 由A牵头…。由B牵头…: sentences with leaders of their own.
fn leads(reading: &Reading<'_>, block: usize) -> Vec<Piece> {
    let line = &reading.lines[block];
    let base = reading.nodes[block].span.start as usize;
    let labels = labels(line);
    let mut starts: Vec<(usize, &str)> = Vec::new();
    let (mut begin, mut seen) = (line.marker, 0);
    for fact in &reading.facts[block] {
        if !matches!(fact.value, Value::Unit { role: UnitRole::Lead, .. }) {
            continue;
        }
        let at = fact.span.start as usize - base;
        if labels.iter().any(|l| l.start <= at && at < l.value.end) {
            continue;
        }
        // The facts stand in order: each looks back to the one before it only.
        if let Some(i) = line.text[seen..at].rfind(['。', '；', ';']) {
            begin = seen + i + line.text[seen + i..].chars().next().map_or(1, char::len_utf8);
        }
        seen = at;
        if starts.last().is_none_or(|(last, _)| *last < begin) {
            starts.push((begin, reading.doc.slice(fact.span)));
        }
    }
    let distinct = starts.windows(2).any(|w| w[0].1 != w[1].1);
    if starts.len() < 2 || !distinct {
        return Vec::new();
    }
    let end = tail(reading, block).unwrap_or(line.text.len());
    starts
        .iter()
        .enumerate()
        .map(|(i, (at, _))| Piece {
            block,
            range: *at..starts.get(i + 1).map_or(end, |next| next.0),
            words: *at,
        })
        .collect()
}

/// Where the labels at the end of a paragraph begin, with their bracket: they hold for all pieces.
fn tail(reading: &Reading<'_>, block: usize) -> Option<usize> {
    let line = &reading.lines[block];
    let all = labels(line);
    if !all.iter().any(|l| l.value.end + 8 >= line.text.len()) {
        return None;
    }
    let near = line.text.char_indices().rev().nth(59).map_or(0, |(at, _)| at);
    let start = all.iter().find(|l| l.value.end > near || near == 0)?.start;
    let before = line.text[..start].trim_end();
    Some(before.trim_end_matches(['（', '(', '【', '[']).len())
}

/// The span of a piece.
pub(super) fn span_of(reading: &Reading<'_>, piece: &Piece) -> Span {
    let base = reading.nodes[piece.block].span.start as usize;
    Span::new(base + piece.range.start, base + piece.range.end)
}
