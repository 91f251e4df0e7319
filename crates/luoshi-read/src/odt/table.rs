//! Tables: cells that cover several rows or columns are one cell.

use roxmltree::Node;

use super::lists::attribute;
use crate::cells::GridCell;
use crate::{Limits, ReadError};

/// A table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) cells: Vec<GridCell>,
    pub(super) rows: u32,
    pub(super) cols: u32,
    pub(super) head_rows: u32,
}

impl Grid {
    /// Reads a table; `texts` gives the paragraphs of a cell.
    pub(super) fn read<'a, 'i>(
        node: Node<'a, 'i>,
        limits: &Limits,
        mut texts: impl FnMut(Node<'a, 'i>) -> Result<Vec<String>, ReadError>,
    ) -> Result<Self, ReadError> {
        let mut grid = Self::default();
        let mut rows = Vec::new();
        find_rows(node, false, &mut rows);
        for (row, head) in rows {
            // Sheets repeat their empty rows to the end of the world.
            let times = repeated(row, "number-rows-repeated").min(limits.span);
            let empty = !row.descendants().any(|n| n.tag_name().name() == "p" && n.first_child().is_some());
            for _ in 0..if empty { times.min(1) } else { times } {
                grid.read_row(row, limits, &mut texts)?;
                grid.head_rows += u32::from(head && grid.head_rows + 1 == grid.rows);
            }
        }
        for cell in &mut grid.cells {
            cell.height = cell.height.min(grid.rows - cell.row).max(1);
        }
        Ok(grid)
    }

    fn read_row<'a, 'i>(
        &mut self,
        row: Node<'a, 'i>,
        limits: &Limits,
        texts: &mut impl FnMut(Node<'a, 'i>) -> Result<Vec<String>, ReadError>,
    ) -> Result<(), ReadError> {
        let mut col = 0;
        for cell in row.children().filter(Node::is_element) {
            let times = repeated(cell, "number-columns-repeated").min(limits.span);
            match cell.tag_name().name() {
                "covered-table-cell" => col += times,
                "table-cell" => {
                    for _ in 0..times {
                        let span = |name| repeated(cell, name).min(limits.span);
                        self.cells.push(GridCell {
                            row: self.rows,
                            col,
                            height: span("number-rows-spanned"),
                            width: span("number-columns-spanned"),
                            texts: texts(cell)?,
                        });
                        limits.check_cells(self.cells.len())?;
                        col += 1;
                    }
                }
                _ => {}
            }
            if col > limits.span {
                return Err(ReadError::TooComplex { what: "表格列数", limit: u64::from(limits.span) });
            }
        }
        self.rows += 1;
        let last = self.cells.iter().rev().take_while(|c| c.row + 1 == self.rows);
        let reach = last.map(|c| c.col + c.width).max().unwrap_or(0);
        self.cols = self.cols.max(reach).max(col);
        Ok(())
    }
}

/// The rows of a table in order, with whether they are its head; nested tables are passed over.
fn find_rows<'a, 'i>(node: Node<'a, 'i>, head: bool, out: &mut Vec<(Node<'a, 'i>, bool)>) {
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "table-row" => out.push((child, head)),
            "table-header-rows" => find_rows(child, true, out),
            "table-rows" | "table-row-group" => find_rows(child, head, out),
            _ => {}
        }
    }
}

/// A count that is at least 1.
fn repeated(node: Node, name: &str) -> u32 {
    attribute(node, name).and_then(|n| n.parse().ok()).unwrap_or(1).max(1)
}
