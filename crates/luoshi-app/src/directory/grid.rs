//! The cells of a file in rows and columns, whatever kind of file it is.

use std::collections::BTreeMap;

use luoshi_read::{Limits, ReadError, Row};
use luoshi_text::{BlockKind, Document, Format, Origin};

use super::{Place, cell};

/// Columns beyond this are left out: no list is that wide, and a single cell far out to the right
/// must not make every row so.
const WIDEST: u32 = 200;

/// Rows that a file may have, of all its sheets: every row is weighed against the whole directory.
const MOST: usize = 20_000;

/// One sheet or table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The rows with where they stand; a row has as many cells as it needs.
    pub(super) rows: Vec<(Place, Vec<String>)>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) grids: Vec<Grid>,
    pub(super) notices: Vec<String>,
}

/// Reads a file of bounded length.
pub(super) fn read(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Read, ReadError> {
    let read = read_all(bytes, name, limits)?;
    let rows: usize = read.grids.iter().map(|grid| grid.rows.len()).sum();
    if rows > MOST {
        return Err(ReadError::TooComplex { what: "名录行数", limit: MOST as u64 });
    }
    Ok(read)
}

fn read_all(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Read, ReadError> {
    if luoshi_read::detect(bytes)? == Format::Text {
        let read = luoshi_read::read_separated(bytes, limits)?;
        let grid = Grid { rows: read.rows.into_iter().map(separated).collect() };
        return Ok(Read { grids: vec![grid], notices: read.notices });
    }
    let document = luoshi_read::read(bytes, name, limits)?;
    let notices = document.notices().iter().map(|notice| notice.message.clone()).collect();
    Ok(Read { grids: sheets(&document), notices })
}

fn separated(row: Row) -> (Place, Vec<String>) {
    let place = Place { sheet: None, row: row.number };
    (place, row.fields.iter().map(|field| cell::disarmed(field).to_owned()).collect())
}

type Cells = BTreeMap<(u32, u32), String>;

/// The cells by the sheet or table they stand in. Paragraphs of a sheet are cells too: the reader
/// takes a row with one filled cell for a title or note.
fn sheets(document: &Document) -> Vec<Grid> {
    let mut found: BTreeMap<u32, Cells> = BTreeMap::new();
    for block in document.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph) {
        if let Some(Origin::Sheet { sheet, row, col }) = block.pieces.first().map(|piece| piece.origin) {
            let words = document.slice(block.span);
            join(found.entry(sheet).or_default().entry((row, col)).or_default(), words);
        }
    }
    for table in document.tables() {
        for cell in &table.cells {
            let blocks = document.blocks().iter().skip(cell.block as usize).take(cell.blocks as usize);
            let mut words = String::new();
            let mut origin = None;
            for block in blocks {
                join(&mut words, document.slice(block.span));
                origin = origin.or(block.pieces.first().map(|piece| piece.origin));
            }
            let Some((sheet, row, col)) = origin.and_then(|origin| corner(origin, cell.col)) else {
                continue;
            };
            let cells = found.entry(sheet).or_default();
            // A merged cell says the same for all that it covers.
            for (r, c) in (0..cell.height).flat_map(|r| (0..cell.width).map(move |c| (r, c))) {
                cells.insert((row + r, col + c), words.clone());
            }
        }
    }
    let several = found.len() > 1;
    found.into_iter().map(|(sheet, cells)| grid(several.then_some(sheet), cells)).collect()
}

/// Sheet, row and column of a cell, all from 1.
fn corner(origin: Origin, col: u32) -> Option<(u32, u32, u32)> {
    match origin {
        Origin::Sheet { sheet, row, col } => Some((sheet, row, col)),
        Origin::Cell { table, row, col } => Some((table, row, col)),
        Origin::Line(line) => Some((1, line, col + 1)),
        Origin::Paragraph(_) | Origin::Page { .. } => None,
    }
}

fn join(words: &mut String, more: &str) {
    if !words.is_empty() && !more.is_empty() {
        words.push('\n');
    }
    words.push_str(more);
}

fn grid(sheet: Option<u32>, cells: Cells) -> Grid {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for ((row, col), words) in cells.into_iter().filter(|((_, col), _)| (1..=WIDEST).contains(col)) {
        let row = rows.entry(row).or_default();
        row.resize(row.len().max(col as usize), String::new());
        if let Some(cell) = row.get_mut(col as usize - 1) {
            *cell = words;
        }
    }
    Grid { rows: rows.into_iter().map(|(row, cells)| (Place { sheet, row }, cells)).collect() }
}

#[cfg(test)]
mod tests {
    use luoshi_text::{Builder, Cell, Table};

    use super::*;

    /// A sheet: paragraphs by row and column, then one table of cells (row, column, height, width).
    fn sheet(
        builder: &mut Builder,
        sheet: u32,
        paragraphs: &[(u32, u32, &str)],
        cells: &[(u32, u32, u32, u32, &str)],
    ) {
        for (row, col, words) in paragraphs {
            builder.paragraph(words, Origin::Sheet { sheet, row: *row, col: *col });
        }
        let index = builder.next_table();
        let (mut table, first) = (Table::default(), cells.first().map_or(1, |cell| cell.0));
        for (row, col, height, width, words) in cells {
            let kind = BlockKind::Cell { table: index, row: row - first, col: col - 1 };
            let mut block = None;
            for line in words.split('\n') {
                let at = builder.block(kind, [(line, Origin::Sheet { sheet, row: *row, col: *col })]);
                block = block.or(Some(at));
            }
            table.cells.push(Cell {
                block: block.unwrap(),
                blocks: words.split('\n').count() as u32,
                row: row - first,
                col: col - 1,
                height: *height,
                width: *width,
            });
        }
        builder.table(table);
    }

    #[test]
    fn merged_cells_speak_for_all_rows_that_they_cover() {
        let mut builder = Builder::new(Format::Xlsx);
        let heads = [(1, 1, 1, 1, "单位\n名称"), (1, 2, 1, 1, "上级单位")];
        let rows = [(2, 1, 1, 1, "红石村"), (2, 2, 2, 1, "松坪镇"), (3, 1, 1, 1, "青山村")];
        // The reader names a sheet before its cells, at the place of the first of them.
        sheet(&mut builder, 1, &[(1, 1, "单位表"), (5, 1, "柳树村")], &[&heads[..], &rows[..]].concat());
        sheet(&mut builder, 3, &[(1, 1, "人员表")], &[(2, 1, 1, 1, "姓名"), (2, 2, 1, 1, "单位")]);
        let grids = sheets(&builder.finish());
        let told = |grid: &Grid| -> Vec<String> {
            grid.rows.iter().map(|(place, cells)| format!("{place}：{}", cells.join("|"))).collect()
        };
        assert_eq!(
            told(&grids[0]),
            [
                "第1张表第1行：单位\n名称|上级单位",
                "第1张表第2行：红石村|松坪镇",
                "第1张表第3行：青山村|松坪镇",
                "第1张表第5行：柳树村",
            ]
        );
        assert_eq!(told(&grids[1]), ["第3张表第1行：人员表", "第3张表第2行：姓名|单位"]);
    }

    #[test]
    fn a_cell_far_out_makes_no_row_wide() {
        let mut builder = Builder::new(Format::Xlsx);
        sheet(&mut builder, 1, &[(1, 16_000, "远")], &[(2, 1, 1, 1, "名称")]);
        let grids = sheets(&builder.finish());
        assert_eq!(grids[0].rows, [(Place { sheet: None, row: 2 }, vec!["名称".to_owned()])]);
    }
}
