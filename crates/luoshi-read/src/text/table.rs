use luoshi_text::{BlockKind, Builder, Cell, Origin, Table};

use super::lines::{Line, trim};
use super::markdown;
use crate::items::item_mark;

/// A table found at the beginning of some lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found<'a> {
    /// How many lines it takes.
    pub(crate) lines: usize,
    rows: Vec<(Origin, Vec<&'a str>)>,
    head_rows: u32,
}

/// The table that the lines begin with, set with tabs or as Markdown does.
pub(crate) fn find<'a>(lines: &[Line<'a>]) -> Option<Found<'a>> {
    pipes(lines).or_else(|| tabs(lines))
}

impl Found<'_> {
    /// How many cells it has.
    pub(crate) fn cells(&self) -> usize {
        self.rows.iter().map(|(_, row)| row.len()).sum()
    }

    /// Adds its cells and the table to a document.
    pub(crate) fn build(&self, builder: &mut Builder, marked: bool) {
        let table = builder.next_table();
        let mut cells = Vec::with_capacity(self.cells());
        for ((origin, texts), row) in self.rows.iter().zip(0..) {
            for (text, col) in texts.iter().zip(0..) {
                let kind = BlockKind::Cell { table, row, col };
                let block = if marked {
                    builder.block(kind, [(markdown::plain(text).as_str(), *origin)])
                } else {
                    builder.block(kind, [(*text, *origin)])
                };
                cells.push(Cell { block, blocks: 1, row, col, height: 1, width: 1 });
            }
        }
        let cols = self.rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0) as u32;
        builder.table(Table { cells, rows: self.rows.len() as u32, cols, head_rows: self.head_rows });
    }
}

/// At least two lines, one right after the other, with the same number of tabs; below a head of three
/// columns or more a row may leave out its last cells (合计, 30).
fn tabs<'a>(lines: &[Line<'a>]) -> Option<Found<'a>> {
    let count = |line: &Line| line.raw.matches('\t').count();
    let tabs = count(lines.first()?);
    if tabs == 0 || !lines[0].text.contains('\t') {
        return None;
    }
    // A single tab before the text is an indent.
    let belongs = |line: &Line| {
        let inner = line.text.contains('\t');
        count(line) == tabs && (tabs > 1 || inner) || count(line) < tabs && inner
    };
    let n = 1 + lines[1..].iter().take_while(|line| !line.gap && belongs(line)).count();
    let row = |line: &Line<'a>| (line.origin(), line.raw.split('\t').map(trim).collect::<Vec<_>>());
    let rows: Vec<_> = lines[..n].iter().map(row).collect();
    let is_mark = |text: &str| item_mark(text).is_some_and(|len| len == text.len());
    let is_page = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let list = tabs == 1 && rows.iter().all(|(_, row)| is_mark(row[0]));
    let contents = tabs == 1 && rows.iter().all(|(_, row)| item_mark(row[0]).is_some() && is_page(row[1]));
    (n >= 2 && !list && !contents).then_some(Found { lines: n, rows, head_rows: 0 })
}

/// A Markdown table: a head, a line of dashes, rows.
fn pipes<'a>(lines: &[Line<'a>]) -> Option<Found<'a>> {
    let [head, rule, rest @ ..] = lines else {
        return None;
    };
    if rule.gap || !head.text.contains('|') || !is_rule(rule.text) {
        return None;
    }
    let width = split_row(head.text).len();
    if split_row(rule.text).len() != width {
        return None;
    }
    let body = rest.iter().take_while(|line| !line.gap && line.text.contains('|'));
    let rows = std::iter::once(head).chain(body).map(|line| {
        let mut row = split_row(line.text);
        row.resize(width, "");
        (line.origin(), row)
    });
    let rows: Vec<_> = rows.collect();
    Some(Found { lines: rows.len() + 1, rows, head_rows: 1 })
}

fn is_rule(text: &str) -> bool {
    text.contains('|')
        && split_row(text).iter().all(|cell| {
            let dashes = cell.trim_start_matches(':').trim_end_matches(':');
            !dashes.is_empty() && dashes.bytes().all(|b| b == b'-')
        })
}

fn split_row(text: &str) -> Vec<&str> {
    let text = text.strip_prefix('|').unwrap_or(text);
    let text = text.strip_suffix('|').filter(|t| !t.ends_with('\\')).unwrap_or(text);
    let mut cells = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'|' && !escaped {
            cells.push(trim(&text[start..at]));
            start = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    cells.push(trim(&text[start..]));
    cells
}
