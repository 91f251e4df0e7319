//! Numbers of headings and items, read as runs.

use std::collections::HashMap;
use std::ops::Range;

use luoshi_text::Span;

use super::{Context, Line};
use crate::model::MarkerKind;

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Numbers before it are missing.
    Skipped,
    /// The number was there before.
    Repeated,
}

/// A number out of its run.
#[derive(Clone, Debug)]
pub(super) struct Odd {
    pub(super) fault: Fault,
    /// The number's words.
    pub(super) span: Span,
    pub(super) words: String,
    /// The number before it in its run; 0 for the first.
    pub(super) previous: u32,
    pub(super) number: u32,
}

/// 1. and 1、 are mixed freely and count as one numbering.
fn class(kind: MarkerKind) -> MarkerKind {
    if kind == MarkerKind::ArabicComma { MarkerKind::ArabicDot } else { kind }
}

/// Numbers out of their run, in the order of the text.
pub(super) fn odd(context: &Context<'_>) -> Vec<Odd> {
    let mut out = Vec::new();
    run(context, context.body(), &mut out);
    // Every annex numbers anew.
    let mut rest = context.annexes();
    while !rest.is_empty() {
        let length = rest[1..]
            .iter()
            .position(|l| super::context::annex_head(l.text).is_some())
            .map_or(rest.len(), |i| i + 1);
        run(context, &rest[..length], &mut out);
        rest = &rest[length..];
    }
    out.sort_by_key(|o| o.span);
    out
}

fn run(context: &Context<'_>, lines: &[Line<'_>], out: &mut Vec<Odd>) {
    // The last number of each run (same numbering under the same heading), and of each numbering.
    let mut runs: HashMap<Key, u32> = HashMap::new();
    let mut latest: HashMap<MarkerKind, (Key, u32)> = HashMap::new();
    // The number of the last annex named, while a list of annexes goes on.
    let mut annex = None;
    // What was the latest before a box (专栏1　…): it numbers anew, and the items behind it go on.
    let mut boxed: Option<HashMap<MarkerKind, (Key, u32)>> = None;
    for line in lines {
        if ["附件：1", "附件:1"].iter().any(|w| line.text.starts_with(w)) {
            annex = Some(1);
            continue;
        }
        if line.text.starts_with("专栏") && line.text.chars().count() <= 45 {
            boxed.get_or_insert_with(|| latest.clone());
        } else if matches!(
            line.node.marker,
            Some(MarkerKind::Han | MarkerKind::HanParen | MarkerKind::Chapter)
        ) {
            latest = boxed.take().unwrap_or(latest);
        }
        let found = if line.cell { None } else { number_of(context, line, &latest) };
        let Some((key, number)) = found else {
            annex = None;
            if let Some((kind, number)) = inline(line, out).filter(|_| !line.cell) {
                // A list that runs on in the next paragraph goes on from here.
                latest.insert(kind, ((line.node.parent, kind), number));
            }
            continue;
        };
        if annex.is_some_and(|n| number == n + 1) && key.1 == MarkerKind::ArabicDot {
            annex = Some(number);
            continue;
        }
        annex = None;
        if !matches!(key.1, MarkerKind::Annex | MarkerKind::Ordinal) {
            let previous = runs.get(&key).copied().unwrap_or(0);
            let carried = latest.get(&key.1).map_or(0, |l| l.1);
            if let Some(fault) = fault(previous, carried, number) {
                let words = marker_words(line);
                out.push(Odd {
                    fault,
                    span: line.span(0..words.len()),
                    words: words.to_owned(),
                    previous: if previous == 0 && carried + 1 < number { carried } else { previous },
                    number,
                });
            }
            runs.insert(key, number);
            latest.insert(key.1, (key, number));
        }
        if let Some((kind, number)) = inline(line, out).filter(|l| l.0 != key.1) {
            latest.insert(kind, ((line.node.parent, kind), number));
        }
    }
}

/// A run: the heading above it and its numbering.
type Key = (Option<u32>, MarkerKind);

/// The run and the number of a line.
fn number_of(
    context: &Context<'_>,
    line: &Line<'_>,
    latest: &HashMap<MarkerKind, (Key, u32)>,
) -> Option<(Key, u32)> {
    let node = line.node;
    if let Some(kind) = node.marker.map(class) {
        // 1、 and 2. nest in the outline; here they stand side by side.
        let mut parent = node.parent;
        while let Some(above) = parent.and_then(|p| context.plan.outline.get(p as usize)) {
            if above.marker.map(class) != Some(kind) {
                break;
            }
            parent = above.parent;
        }
        return Some(((parent, kind), node.number));
    }
    // 2.6月30日前: the number runs into a date.
    let (number, len) = crate::outline::number(line.text)?;
    let rest = line.text.get(len..)?.strip_prefix(['.', '．'])?;
    let (_, month) = crate::outline::number(rest)?;
    let dated =
        rest.get(month..)?.starts_with(['月', '年']) && line.text.starts_with(|c: char| c.is_ascii_digit());
    let key = latest.get(&MarkerKind::ArabicDot)?.0;
    (dated && number <= 99).then_some((key, number))
}

fn fault(previous: u32, carried: u32, number: u32) -> Option<Fault> {
    if number == previous + 1 || number == 1 && previous != 1 || previous == 0 && number == carried + 1 {
        return None;
    }
    if previous == 0 || number > previous { Some(Fault::Skipped) } else { Some(Fault::Repeated) }
}

/// The number without blanks behind it.
fn marker_words<'a>(line: &Line<'a>) -> &'a str {
    let words = line.text.get(..line.marker()).unwrap_or("").trim_end();
    if words.is_empty() { line.text.split_inclusive(['.', '．']).next().unwrap_or("") } else { words }
}

/// Items inside a paragraph: one run a numbering. Gives the last number of it.
fn inline(line: &Line<'_>, out: &mut Vec<Odd>) -> Option<(MarkerKind, u32)> {
    if line.cell {
        return None;
    }
    let mut last: Option<(MarkerKind, u32)> = None;
    for (range, kind, number) in inline_markers(line.text, line.marker()) {
        let own = line.node.marker.map(class);
        if own == Some(kind) && last.is_none() && range.start > line.marker() {
            // 1.… 2.… all in one line: the run began with the line's own number.
            last = Some((kind, line.node.number));
        }
        match last {
            Some((k, previous)) if k == kind => {
                if let Some(fault) = fault(previous, 0, number).filter(|_| previous > 0) {
                    out.push(Odd {
                        fault,
                        span: line.span(range.clone()),
                        words: line.text[range].to_owned(),
                        previous,
                        number,
                    });
                }
                last = Some((kind, number));
            }
            _ if number == 1 => last = Some((kind, 1)),
            _ => {}
        }
    }
    last
}

/// Numbers that stand after a stop inside a paragraph.
fn inline_markers(text: &str, from: usize) -> Vec<(Range<usize>, MarkerKind, u32)> {
    let mut out = Vec::new();
    let mut boundary = true;
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        if boundary
            && depth <= 0
            && at >= from
            && let Some(m) = crate::outline::find_marker(&text[at..])
            && matches!(
                m.kind,
                MarkerKind::HanIs | MarkerKind::ArabicDot | MarkerKind::ArabicComma | MarkerKind::Circled
            )
        {
            let end = at + text[at..at + m.len].trim_end().len();
            out.push((at..end, class(m.kind), m.number));
        }
        match c {
            '（' | '(' | '《' | '“' => depth += 1,
            '）' | ')' | '》' | '”' => depth -= 1,
            _ => {}
        }
        boundary = matches!(c, '。' | '；' | ';' | '：' | ':') && !crate::outline::is_clock(text, at);
    }
    out
}
