//! Tables as rows of cells, from the file's own tables and from lines with tabs or wide blanks.

use std::ops::Range;

use luoshi_text::{BlockKind, Span, Table};

use crate::compile::Reading;

use super::{blanks, head};

/// Cells beyond this many are left alone: no office writes such a table.
const MOST: u64 = 200_000;

/// A cell as one row sees it; a merged cell stands in every row it covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Its paragraphs: node and bytes of that node's line.
    pub(super) parts: Vec<(usize, Range<usize>)>,
    /// It began in a row above.
    pub(super) carried: bool,
    /// It reaches into the row below.
    pub(super) tall: bool,
    /// Columns covered.
    pub(super) width: usize,
}

impl Cell {
    /// Its words, paragraphs put together.
    pub(super) fn text(&self, reading: &Reading<'_>) -> String {
        self.parts.iter().map(|(node, range)| reading.lines[*node].slice(range.clone()).trim()).collect()
    }

    /// Where it stands in the document.
    pub(super) fn span(&self, reading: &Reading<'_>) -> Option<Span> {
        let (first, from) = self.parts.first()?;
        let (last, to) = self.parts.last()?;
        Some(Span::new(
            reading.nodes[*first].span.start as usize + from.start,
            reading.nodes[*last].span.start as usize + to.end,
        ))
    }

    /// Whether there are no words in it.
    pub(super) fn is_blank(&self, reading: &Reading<'_>) -> bool {
        self.text(reading).is_empty()
    }
}

/// A table of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    /// The nodes that it takes up.
    pub(crate) nodes: Range<usize>,
    /// Its rows, each with the same number of cells.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The tables of a plan, in order.
pub(crate) fn grids(reading: &Reading<'_>) -> Vec<Grid> {
    let mut out = from_tables(reading);
    out.extend(from_lines(reading));
    out.sort_by_key(|g| g.nodes.start);
    out
}

/// Tables that the file has as tables.
fn from_tables(reading: &Reading<'_>) -> Vec<Grid> {
    let first = reading.first;
    let end = first + reading.nodes.len() as u32;
    let tables = reading.doc.tables();
    let begins = |t: &Table| t.cells.first().map_or(0, |c| c.block);
    let from = tables.partition_point(|t| begins(t) < first);
    tables[from..]
        .iter()
        .take_while(|t| begins(t) < end)
        .filter_map(|t| from_table(reading, t, first, end))
        .collect()
}

fn from_table(reading: &Reading<'_>, table: &Table, first: u32, end: u32) -> Option<Grid> {
    let (rows, cols) = (u64::from(table.rows), u64::from(table.cols));
    if rows == 0 || cols == 0 || rows.checked_mul(cols)? > MOST {
        return None;
    }
    let mut grid = vec![vec![Cell::default(); cols as usize]; rows as usize];
    let (mut low, mut high) = (usize::MAX, 0);
    for cell in &table.cells {
        let blocks = cell.block..cell.block.checked_add(cell.blocks)?;
        if blocks.start < first || blocks.end > end {
            return None;
        }
        let nodes = (blocks.start - first) as usize..(blocks.end - first) as usize;
        low = low.min(nodes.start);
        high = high.max(nodes.end);
        let parts: Vec<_> = nodes.map(|n| (n, 0..reading.lines[n].text.len())).collect();
        let height = cell.height.max(1);
        for row in cell.row..cell.row.saturating_add(height).min(table.rows) {
            let carried = row > cell.row;
            let Some(place) = grid.get_mut(row as usize).and_then(|r| r.get_mut(cell.col as usize)) else {
                continue;
            };
            *place = Cell {
                parts: parts.clone(),
                carried,
                tall: row + 1 < cell.row.saturating_add(height),
                width: cell.width.max(1) as usize,
            };
        }
    }
    (low < high).then_some(Grid { nodes: low..high, rows: grid })
}

/// Runs of lines whose cells are parted by tabs or wide blanks, under a line of heads.
fn from_lines(reading: &Reading<'_>) -> Vec<Grid> {
    let mut out = Vec::new();
    let n = reading.nodes.len();
    let mut i = 0;
    while i < n {
        let Some(heads) = cells(reading, i).filter(|c| is_head_line(reading, c)) else {
            let narrow = blanks::narrow(reading, i);
            i = narrow.as_ref().map_or(i + 1, |grid| grid.nodes.end);
            out.extend(narrow);
            continue;
        };
        let next = if i + 1 < n { cells(reading, i + 1).map_or(0, |row| row.len()) } else { 0 };
        let mut rows = vec![blanks::heads(reading, i, heads, next)];
        let mut at = i + 1;
        while at < n
            && let Some(row) = cells(reading, at).or_else(|| blanks::total(reading, at))
        {
            rows.push(blanks::placed(reading, row, &rows));
            at += 1;
        }
        if rows.len() >= 2 {
            out.push(Grid { nodes: i..at, rows });
        }
        i = at;
    }
    out
}

pub(super) fn is_head_line(reading: &Reading<'_>, cells: &[Cell]) -> bool {
    let known = cells.iter().filter(|c| head::column(&c.text(reading)) != head::Column::Other).count();
    known >= 2
}

/// The cells of a paragraph that holds a row.
fn cells(reading: &Reading<'_>, i: usize) -> Option<Vec<Cell>> {
    let block = &reading.doc.blocks()[reading.nodes[i].block as usize];
    if block.kind != BlockKind::Paragraph {
        return None;
    }
    let line = &reading.lines[i];
    let text = line.text;
    if !['\t', ' ', '\u{3000}'].iter().any(|c| line.letters.has(*c) && text.contains(*c)) {
        return None;
    }
    let ranges = if text.contains('\t') { split_tabs(text) } else { split_blanks(text) };
    let least = if text.contains('\t') { 2 } else { 3 };
    (ranges.len() >= least && text.chars().count() <= 600).then(|| {
        ranges.into_iter().map(|r| Cell { parts: vec![(i, r)], width: 1, ..Cell::default() }).collect()
    })
}

fn split_tabs(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, _) in text.match_indices('\t') {
        out.push(from..at);
        from = at + 1;
    }
    out.push(from..text.len());
    out
}

/// Splits at runs of two blanks or more.
fn split_blanks(text: &str) -> Vec<Range<usize>> {
    split_runs(text, 2)
}

/// Splits at runs of so many blanks or more.
pub(super) fn split_runs(text: &str, least: usize) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = 0;
    let mut run = None;
    for (at, c) in text.char_indices() {
        if matches!(c, ' ' | '\u{3000}') {
            run.get_or_insert((at, 0)).1 += 1;
        } else if let Some((start, n)) = run.take()
            && n >= least
        {
            out.push(from..start);
            from = at;
        }
    }
    out.push(from..text.len());
    out
}
