//! Tables of word processors on their way into a document.

use luoshi_text::{BlockKind, Builder, Cell, Origin, Table};

use crate::text::trim;

/// A cell as a reader sees it.
#[derive(Debug)]
pub(crate) struct GridCell {
    pub(crate) row: u32,
    pub(crate) col: u32,
    pub(crate) height: u32,
    pub(crate) width: u32,
    /// Its paragraphs.
    pub(crate) texts: Vec<String>,
}

/// The lines of a paragraph that hold something.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(trim).filter(|line| !line.is_empty())
}

/// Adds cells and the table that they make, `out` telling its size; gives the number of blocks.
pub(crate) fn write(builder: &mut Builder, mut out: Table, grid: &[GridCell]) -> usize {
    let table = builder.next_table();
    let mut count = 0;
    for cell in grid {
        let &GridCell { row, col, height, width, .. } = cell;
        let kind = BlockKind::Cell { table, row, col };
        let origin = Origin::Cell { table: table + 1, row: row + 1, col: col + 1 };
        let mut texts: Vec<&str> = cell.texts.iter().flat_map(|text| lines(text)).collect();
        if texts.is_empty() {
            texts.push("");
        }
        let blocks: Vec<u32> = texts.iter().map(|text| builder.block(kind, [(*text, origin)])).collect();
        count += blocks.len();
        let block = blocks.first().copied().unwrap_or_default();
        out.cells.push(Cell { block, blocks: blocks.len() as u32, row, col, height, width });
    }
    if !out.cells.is_empty() {
        builder.table(out);
    }
    count
}
