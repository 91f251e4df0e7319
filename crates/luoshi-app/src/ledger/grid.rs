//! Files as grids of cells: workbooks, tables of documents, comma-separated values.

use std::collections::BTreeMap;

use luoshi_engine::RefusalKind;
use luoshi_read::{Limits, ReadError, detect, read, read_separated};
use luoshi_text::{BlockKind, Document, Format, Origin};

use super::refused;
use crate::error::AppError;

/// One sheet or table: rows as the user counts them, cells from the left. What a merged cell holds
/// stands in every cell that it covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) rows: BTreeMap<u32, Vec<String>>,
}

impl Grid {
    fn put(&mut self, row: u32, col: u32, text: &str) {
        let cells = self.rows.entry(row).or_default();
        let col = col as usize;
        if cells.len() <= col {
            cells.resize(col + 1, String::new());
        }
        // A cell that a damaged file holds twice keeps what came first.
        if cells[col].is_empty() {
            text.clone_into(&mut cells[col]);
        }
    }

    /// A cell's words; none where the row is shorter.
    pub(super) fn cell(&self, row: u32, col: usize) -> &str {
        self.rows.get(&row).and_then(|cells| cells.get(col)).map_or("", String::as_str)
    }
}

/// Reads the sheets of a file. The bytes decide what it is.
pub(super) fn read_grids(bytes: &[u8], name: &str) -> Result<Vec<Grid>, AppError> {
    let limits = Limits::default();
    let grids = match detect(bytes)? {
        Format::Text => vec![separated(bytes, &limits)?],
        _ => tables(&read(bytes, Some(name), &limits)?),
    };
    let grids: Vec<Grid> = grids.into_iter().filter(|grid| !grid.rows.is_empty()).collect();
    if grids.is_empty() {
        let sentence = format!("“{name}”里没有表格，请上传xlsx或csv格式的台账");
        return Err(refused(RefusalKind::Incomplete, sentence));
    }
    Ok(grids)
}

/// The tables of a document by where their cells stand in the user's file.
fn tables(document: &Document) -> Vec<Grid> {
    let mut grids: BTreeMap<u32, Grid> = BTreeMap::new();
    let place = |offset: usize| match document.origin_at(offset)? {
        Origin::Sheet { sheet, row, col } => Some((sheet, row, col)),
        Origin::Cell { table, row, col } => Some((table, row, col)),
        _ => None,
    };
    for cell in document.tables().iter().flat_map(|table| &table.cells) {
        let blocks = &document.blocks()[cell.block as usize..(cell.block + cell.blocks) as usize];
        let lines: Vec<&str> = blocks.iter().map(|block| document.slice(block.span)).collect();
        let Some((sheet, row, col)) = blocks.first().and_then(|block| place(block.span.start as usize))
        else {
            continue;
        };
        let (text, grid) = (lines.join("\n"), grids.entry(sheet).or_default());
        for down in 0..cell.height {
            for right in 0..cell.width {
                grid.put(row + down, col - 1 + right, &text);
            }
        }
    }
    // Words alone in their row, as titles and notes are, but also a row of which only one cell is filled.
    for block in document.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph) {
        if let Some((sheet, row, col)) = place(block.span.start as usize) {
            grids.entry(sheet).or_default().put(row, col - 1, document.slice(block.span));
        }
    }
    grids.into_values().collect()
}

/// Separated values as a grid.
fn separated(bytes: &[u8], limits: &Limits) -> Result<Grid, ReadError> {
    let mut grid = Grid::default();
    for row in read_separated(bytes, limits)?.rows {
        for (col, cell) in (0..).zip(&row.fields).filter(|(_, cell)| !cell.trim().is_empty()) {
            grid.put(row.number, col, disarmed(cell.trim()));
        }
    }
    Ok(grid)
}

/// Without the apostrophe that an export puts before what looks like a formula.
fn disarmed(cell: &str) -> &str {
    let looks = |rest: &&str| {
        let first = rest.trim_start_matches([' ', '\u{3000}', '\u{a0}']);
        first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
    };
    cell.strip_prefix('\'').filter(looks).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(u32, &[&str])]) {
        let grid = separated(text.as_bytes(), &Limits::default()).unwrap();
        let rows: Vec<(u32, Vec<&str>)> =
            grid.rows.iter().map(|(row, cells)| (*row, cells.iter().map(String::as_str).collect())).collect();
        let expect: Vec<(u32, Vec<&str>)> =
            expect.iter().map(|(row, cells)| (*row, cells.to_vec())).collect();
        assert_eq!(rows, expect, "{text:?}");
    }

    #[test]
    fn values_are_separated_quoted_and_disarmed() {
        check("编号,标题\r\n1,\"甲,\"\"乙\"\"\"\r\n", &[(1, &["编号", "标题"]), (2, &["1", "甲,\"乙\""])]);
        check("甲\t乙,丙\n\n丁\t", &[(1, &["甲", "乙,丙"]), (3, &["丁"])]);
        check("\"一\n二\",'-5,'甲", &[(1, &["一\n二", "-5", "'甲"])]);
        check("\"没有收尾,", &[(1, &["没有收尾,"])]);
    }
}
