//! Tables set with blanks alone: rows with cells left out, and columns one blank apart.

use luoshi_text::BlockKind;

use crate::compile::Reading;

use super::grid::{Cell, Grid, is_head_line, split_runs};
use super::head::{Column, amount, column};
use super::quota::total_word;

/// Columns of a line before an offset, a Chinese character taking two.
fn columns(text: &str, at: usize) -> usize {
    text[..at].chars().map(|c| 1 + usize::from(!c.is_ascii())).sum()
}

/// A row as wide as the heads above it. A sum goes below the numbers; other cells that are too few
/// go below the heads that stand nearest, or from the left where the columns are not aligned.
pub(super) fn placed(reading: &Reading<'_>, mut row: Vec<Cell>, rows: &[Vec<Cell>]) -> Vec<Cell> {
    let Some(heads) = rows.first().filter(|heads| row.len() < heads.len()) else {
        row.truncate(rows.first().map_or(row.len(), Vec::len));
        return row;
    };
    let places = below_numbers(reading, &row, rows).or_else(|| nearest(reading, &row, heads));
    let mut out = vec![Cell::default(); heads.len()];
    for (i, cell) in row.into_iter().enumerate() {
        out[places.as_ref().map_or(i, |p| p[i])] = cell;
    }
    out
}

/// 合计 30: the columns of a row that holds nothing but the word and numbers, one a number column.
fn below_numbers(reading: &Reading<'_>, row: &[Cell], rows: &[Vec<Cell>]) -> Option<Vec<usize>> {
    total_word(reading, row)?;
    let filled = |c: usize| rows[1..].iter().filter(move |r| amount(&r[c].text(reading)).is_some()).count();
    let heads = &rows[0];
    let numbers = (0..heads.len())
        .filter(|c| column(&heads[*c].text(reading)) != Column::Number && filled(*c) * 2 > rows.len() - 1);
    let places: Vec<usize> = std::iter::once(0).chain(numbers).collect();
    let all = row[1..].iter().all(|c| amount(&c.text(reading)).is_some());
    (all && places.len() == row.len()).then_some(places)
}

/// For each cell the head that begins nearest to it, in order.
fn nearest(reading: &Reading<'_>, row: &[Cell], heads: &[Cell]) -> Option<Vec<usize>> {
    let begin = |cell: &Cell| {
        let (node, range) = cell.parts.first()?;
        let text = reading.lines[*node].text;
        (!text.contains('\t')).then(|| columns(text, range.start))
    };
    let starts: Vec<usize> = heads.iter().map(begin).collect::<Option<_>>()?;
    let mut out: Vec<usize> = Vec::new();
    for cell in row {
        let at = begin(cell)?;
        let place = (0..starts.len()).min_by_key(|c| starts[*c].abs_diff(at))?;
        if out.last().is_some_and(|last| *last >= place) {
            return None;
        }
        out.push(place);
    }
    Some(out)
}

/// A row of a sum, however few its cells.
pub(super) fn total(reading: &Reading<'_>, i: usize) -> Option<Vec<Cell>> {
    let row = cells(reading, i, 1)?;
    (row.len() >= 2 && total_word(reading, &row).is_some()).then_some(row)
}

/// The cells of a paragraph at runs of so many blanks or more.
fn cells(reading: &Reading<'_>, i: usize, least: usize) -> Option<Vec<Cell>> {
    let block = &reading.doc.blocks()[reading.nodes[i].block as usize];
    let text = reading.lines[i].text;
    let spaced = || text.contains(' ') || text.contains('\u{3000}');
    let short = block.kind == BlockKind::Paragraph && text.len() <= 600 && spaced();
    (short && !text.contains('\t')).then(|| {
        let ranges = split_runs(text, least).into_iter();
        ranges.map(|r| Cell { parts: vec![(i, r)], width: 1, ..Cell::default() }).collect()
    })
}

/// The heads of a line split again at every blank, where only that makes them as many as the cells
/// below (序号　检查内容　　责任单位).
pub(super) fn heads(reading: &Reading<'_>, i: usize, heads: Vec<Cell>, below: usize) -> Vec<Cell> {
    let finer = cells(reading, i, 1).filter(|finer| heads.len() < below && finer.len() == below);
    finer.unwrap_or(heads)
}

/// 序号 单位 任务数 with rows of as many words below: a table one blank apart. Only a line of
/// nothing but heads begins one, and every row fills all its columns.
pub(super) fn narrow(reading: &Reading<'_>, i: usize) -> Option<Grid> {
    let heads = cells(reading, i, 1).filter(|c| c.len() >= 3 && is_head_line(reading, c))?;
    let short = |c: &Cell| {
        let text = c.text(reading);
        text.chars().count() <= 10 && !text.contains(['，', '。', '；', '：'])
    };
    let named = heads.iter().filter(|c| column(&c.text(reading)) != Column::Other).count();
    if named + 1 < heads.len() || !heads.iter().all(short) {
        return None;
    }
    let cols = heads.len();
    let mut rows = vec![heads];
    let mut at = i + 1;
    while at < reading.nodes.len() {
        let full = cells(reading, at, 1).filter(|row| row.len() == cols);
        let Some(row) = full.or_else(|| total(reading, at)) else { break };
        rows.push(placed(reading, row, &rows));
        at += 1;
    }
    (rows.len() >= 3).then_some(Grid { nodes: i..at, rows })
}
