//! Tables that hold data, with the cells that they merge.

use super::tree::Tree;
use crate::Limits;

/// Characters in one cell beyond which a table arranges text rather than data.
const MUCH: usize = 3_000;

/// A cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct GridCell {
    pub(super) node: usize,
    pub(super) row: u32,
    pub(super) col: u32,
    pub(super) height: u32,
    pub(super) width: u32,
}

/// A table.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) cells: Vec<GridCell>,
    pub(super) captions: Vec<usize>,
    pub(super) rows: u32,
    pub(super) cols: u32,
    pub(super) head_rows: u32,
}

/// Reads a table; `None` where it only arranges the page: fewer than two rows or columns, tables
/// or long texts in its cells.
pub(super) fn read(tree: &Tree, at: usize, dropped: &[bool], limits: &Limits) -> Option<Grid> {
    let mut grid = Grid { cells: Vec::new(), captions: Vec::new(), rows: 0, cols: 0, head_rows: 0 };
    let rows = rows(tree, at, dropped, &mut grid.captions);
    // For each column the first row that it is free in again.
    let mut free: Vec<u32> = Vec::new();
    for (row, in_head) in &rows {
        let mut col = 0;
        let mut heads = 0;
        let first = grid.cells.len();
        for (node, cell) in tree.children(*row).filter(|(at, _)| !dropped[*at]) {
            if !matches!(cell.name.as_str(), "td" | "th") {
                continue;
            }
            heads += usize::from(cell.name == "th");
            while free.get(col as usize).is_some_and(|until| *until > grid.rows) {
                col += 1;
            }
            if col >= limits.span {
                break;
            }
            let left = rows.len() as u32 - grid.rows;
            let height = if cell.rowspan == 0 { left } else { cell.rowspan.min(left) };
            let mut width = cell.colspan.clamp(1, limits.span - col);
            // A wide cell ends where one from above hangs down.
            let hangs = |col: u32| free.get(col as usize).is_some_and(|until| *until > grid.rows);
            width = (1..width).find(|by| hangs(col + by)).unwrap_or(width);
            let end = (col + width) as usize;
            if free.len() < end {
                free.resize(end, 0);
            }
            free[col as usize..end].fill(grid.rows + height);
            grid.cells.push(GridCell { node, row: grid.rows, col, height, width });
            col += width;
        }
        let cells = grid.cells.len() - first;
        if cells > 0 && grid.head_rows == grid.rows && (*in_head || heads == cells) {
            grid.head_rows += 1;
        }
        grid.rows += 1;
    }
    grid.cols = free.len() as u32;
    // A head cell that hangs down makes the rows it reaches heads too.
    for cell in &grid.cells {
        if cell.row < grid.head_rows {
            grid.head_rows = grid.head_rows.max(cell.row + cell.height);
        }
    }
    let arranges = |cell: &GridCell| {
        let mut chars = 0;
        let mut stack = vec![cell.node];
        while let Some(at) = stack.pop() {
            let node = tree.node(at);
            chars += node.text.chars().filter(|c| !c.is_whitespace()).count();
            if chars > MUCH || (node.name == "table" && at != cell.node) {
                return true;
            }
            stack.extend(&node.children);
        }
        false
    };
    let data = grid.rows >= 2 && grid.cols >= 2 && !grid.cells.iter().any(arranges);
    data.then_some(grid)
}

/// The rows of a table that hold a cell, each with whether it stands in the head.
fn rows(tree: &Tree, table: usize, dropped: &[bool], captions: &mut Vec<usize>) -> Vec<(usize, bool)> {
    let mut out = Vec::new();
    let mut stack = vec![(table, false)];
    while let Some((at, in_head)) = stack.pop() {
        let node = tree.node(at);
        match node.name.as_str() {
            _ if dropped[at] => {}
            "tr" => out.push((at, in_head)),
            "caption" => captions.push(at),
            "table" if at != table => {}
            name => {
                let in_head = in_head || name == "thead";
                stack.extend(node.children.iter().rev().map(|child| (*child, in_head)));
            }
        }
    }
    out.retain(|(row, _)| tree.children(*row).any(|(_, cell)| matches!(cell.name.as_str(), "td" | "th")));
    out
}
