use roxmltree::Node;

use super::names::{attribute, kid, number, on, val};
use crate::cells::GridCell;

/// A table being put together row by row: cells that the file merges become one.
#[derive(Debug)]
pub(super) struct Grid {
    cells: Vec<GridCell>,
    pub(super) rows: u32,
    pub(super) cols: u32,
    pub(super) head_rows: u32,
    /// The next free column of the row.
    col: u32,
    /// For each column the cell that covers it in the row above and in this row.
    above: Vec<Option<usize>>,
    here: Vec<Option<usize>>,
    max_span: u32,
}

impl Grid {
    pub(super) fn new(max_span: u32) -> Self {
        Self {
            cells: Vec::new(),
            rows: 0,
            cols: 0,
            head_rows: 0,
            col: 0,
            above: Vec::new(),
            here: Vec::new(),
            max_span,
        }
    }

    /// Begins a row; `false` where the row is deleted or hidden and must be left out.
    pub(super) fn begin_row(&mut self, row: Node) -> bool {
        let properties = kid(row, "trPr");
        if row_deleted(row) || properties.is_some_and(|p| on(p, "hidden")) {
            return false;
        }
        if properties.is_some_and(|p| on(p, "tblHeader")) && self.head_rows == self.rows {
            self.head_rows += 1;
        }
        self.above = std::mem::take(&mut self.here);
        self.col = properties.and_then(|p| number(p, "gridBefore")).unwrap_or(0).min(self.max_span);
        self.rows += 1;
        true
    }

    /// Adds the next cell of the row.
    pub(super) fn cell(&mut self, node: Node, texts: Vec<String>) {
        let properties = kid(node, "tcPr");
        let width = properties.and_then(|p| number::<u32>(p, "gridSpan")).unwrap_or(1);
        // A table never has more columns than one cell may cover.
        let width = width.clamp(1, self.max_span.saturating_sub(self.col).max(1));
        let (col, row) = (self.col, self.rows - 1);
        let continues = |name: &str| {
            let merge = properties.and_then(|p| kid(p, name))?;
            Some(attribute(merge, "val") != Some("restart"))
        };
        let above = self.above.get(col as usize).copied().flatten();
        let left = col.checked_sub(1).and_then(|col| self.here.get(col as usize).copied().flatten());
        let at = match (continues("vMerge"), above, continues("hMerge"), left) {
            (Some(true), Some(above), ..) if self.cells[above].col == col => {
                let cell = &mut self.cells[above];
                cell.height = row - cell.row + 1;
                above
            }
            (_, _, Some(true), Some(left)) => {
                self.cells[left].width += width;
                left
            }
            _ => {
                self.cells.push(GridCell { row, col, height: 1, width, texts });
                self.cells.len() - 1
            }
        };
        self.col += width;
        self.cols = self.cols.max(self.col);
        self.here.resize(self.col as usize, None);
        self.here[col as usize..].fill(Some(at));
    }

    /// The cells row by row, each row from left to right.
    pub(super) fn into_cells(self) -> Vec<GridCell> {
        self.cells
    }
}

/// Whether a row was deleted with changes tracked.
pub(super) fn row_deleted(row: Node) -> bool {
    kid(row, "trPr").is_some_and(|p| kid(p, "del").is_some() || val(p, "moveFrom").is_some())
}
