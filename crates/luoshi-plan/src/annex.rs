//! Annexes that stand in the file, and annexes that the text speaks of.

use luoshi_text::{BlockKind, Span};

use crate::compile::Reading;
use crate::facts::Line;
use crate::model::{Annex, CitedAnnex, MarkerKind};
use crate::outline::{annex_number, is_annex_heading, number};
use crate::roles::{Place, is_date_line};

/// `附件`, `附件1` at the start: its number, 0 without one, and the bytes it takes. A year is the
/// beginning of the title.
fn opener(text: &str) -> Option<(u32, usize)> {
    annex_number(text).map(|(n, len)| if n > 99 { (0, "附件".len()) } else { (n, len) })
}

/// Whether a node is the head of an annex: the words 附件 or 附件1, alone or with its title, with
/// something below.
pub(crate) fn is_head(reading: &Reading<'_>, i: usize) -> bool {
    begins(reading, i)
        && reading.nodes.get(i + 1).is_some_and(|next| {
            !begins(reading, i + 1)
                && reading.places[i + 1] != Place::Back
                && !is_date_line(reading.doc, next.span)
        })
}

fn begins(reading: &Reading<'_>, i: usize) -> bool {
    let text = reading.lines[i].text;
    let Some((_, len)) = opener(text) else {
        return false;
    };
    if reading.nodes[i].marker == Some(MarkerKind::Annex) || is_annex_heading(text) {
        return true;
    }
    // "附件：安排表" is a list of one, but for the head of the table right below it.
    if text[len..].starts_with(['：', ':']) && text.chars().count() <= 45 && table_at(reading, i + 1) {
        return true;
    }
    // "附件　安排表": no number, the title after a blank.
    text[len..].starts_with([' ', '\u{3000}', '\t'])
        && text.chars().count() <= 45
        && !text.contains(['。', '，', '；', '：', ':'])
}

/// Whether a node is a cell of a table or a row set with tabs.
fn table_at(reading: &Reading<'_>, i: usize) -> bool {
    reading.nodes.get(i).is_some_and(|node| {
        let cell = matches!(reading.doc.blocks()[node.block as usize].kind, BlockKind::Cell { .. });
        cell || reading.lines[i].text.contains('\t')
    })
}

/// The title of the annex that begins at a node: on its own line or on the next ones.
pub(crate) fn title(reading: &Reading<'_>, i: usize) -> String {
    let text = reading.lines[i].text;
    let own = opener(text)
        .map_or("", |(_, len)| text[len..].trim_start_matches([':', '：', ' ', '\u{3000}', '\t', '.', '．']));
    if !own.is_empty() {
        return own.trim().to_owned();
    }
    match reading.nodes.get(i + 1) {
        Some(next) if next.marker.is_none() => {
            let words = reading.lines[i + 1].text.trim();
            let title = words.chars().count() <= 45 && !words.contains(['\t', '。', '；']);
            if title { words.to_owned() } else { text.trim().to_owned() }
        }
        _ => text.trim().to_owned(),
    }
}

/// The annexes that stand in the file.
pub(crate) fn annexes(reading: &Reading<'_>) -> Vec<Annex> {
    let heads: Vec<usize> = (0..reading.nodes.len()).filter(|i| is_head(reading, *i)).collect();
    heads
        .iter()
        .enumerate()
        .map(|(k, i)| {
            let last = heads.get(k + 1).map_or(reading.nodes.len(), |n| *n) - 1;
            let n = opener(reading.lines[*i].text).map_or(0, |(n, _)| n);
            Annex {
                number: (n > 0).then_some(n),
                title: title(reading, *i),
                span: Span { start: reading.nodes[*i].span.start, end: reading.nodes[last].span.end },
            }
        })
        .collect()
}

/// A line of the list of annexes after the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The node.
    pub(crate) node: usize,
    number: Option<u32>,
    /// Bytes of the line: where the entry and its title begin.
    entry: usize,
    title: usize,
}

/// The list `附件：1.…` `2.…` after the body, line by line.
pub(crate) fn listed(reading: &Reading<'_>) -> Vec<Listed> {
    let mut out = Vec::new();
    let mut expected = 0;
    for node in 0..reading.nodes.len() {
        let text = reading.lines[node].text;
        let opened = text.strip_prefix("附件：").or_else(|| text.strip_prefix("附件:"));
        let entry = text.len() - opened.unwrap_or(text).trim_start().len();
        let found = numbered(text, entry);
        if is_head(reading, node) {
            expected = 0;
        } else if opened.is_some() {
            let (number, title) = found.map_or((None, entry), |(n, title)| (Some(n), title));
            expected = number.map_or(u32::from(entry >= text.len()), |n| n + 1);
            out.push(Listed { node, number, entry, title });
        } else if let Some((n, title)) = found
            && n == expected
            && text.chars().count() <= 50
            && !text.contains('。')
        {
            out.push(Listed { node, number: Some(n), entry, title });
            expected += 1;
        } else {
            expected = 0;
        }
    }
    out
}

/// The annexes that the text speaks of: in the list after the body, and inside sentences.
pub(crate) fn cited(reading: &Reading<'_>) -> Vec<CitedAnnex> {
    let mut out = Vec::new();
    let mut list = listed(reading).into_iter().peekable();
    for (i, node) in reading.nodes.iter().enumerate() {
        let text = reading.lines[i].text;
        let base = node.span.start as usize;
        if let Some(line) = list.next_if(|l| l.node == i) {
            let title = text[line.title..].trim().trim_end_matches(['。', '；', ';']);
            if !title.is_empty() {
                out.push(CitedAnnex {
                    number: line.number,
                    title: Some(title.to_owned()),
                    span: Span::new(base + line.entry, base + text.len()),
                });
            }
        } else if !is_head(reading, i) {
            in_sentence(&reading.lines[i], base, &mut out);
        }
    }
    out
}

/// `1.名单` at an offset: its number and where the title begins.
fn numbered(text: &str, from: usize) -> Option<(u32, usize)> {
    let (n, len) = number(&text[from..])?;
    let mark = text[from + len..].chars().next()?;
    matches!(mark, '.' | '．' | '、').then_some((n, from + len + mark.len_utf8()))
}

/// 见附件1, 附件所列: words inside a sentence, not inside 《》.
fn in_sentence(line: &Line<'_>, base: usize, out: &mut Vec<CitedAnnex>) {
    if !line.holds("附件") {
        return;
    }
    let text = line.text;
    // How many 《 are open, carried along from one place to the next.
    let (mut open, mut counted) = (0i32, 0);
    for (at, word) in text.match_indices("附件") {
        let rest = &text[at..];
        for c in text[counted..at].chars() {
            open += i32::from(c == '《') - i32::from(c == '》');
        }
        counted = at;
        let foreign = text[..at].ends_with("电子邮件") || rest.starts_with("附件材料");
        if foreign || open > 0 {
            continue;
        }
        let (n, len) = opener(rest).unwrap_or((0, word.len()));
        out.push(CitedAnnex {
            number: (n > 0).then_some(n),
            title: None,
            span: Span::new(base + at, base + at + len),
        });
    }
}
