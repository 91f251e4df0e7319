//! Tables from the rules that draw them.

use std::collections::HashMap;

use super::{Glyph, Item, Line, Rule, Sheet, lines};
use crate::{Limits, ReadError};

/// Rules this near are one, in points.
const NEAR: f64 = 3.5;

/// Shorter rules draw no table.
const SHORTEST: f64 = 5.0;

/// Pairs of rules looked at on one page.
const MAX_PAIRS: usize = 8_000_000;

/// A table on a page, or on several once they are joined.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The page it begins and the page it ends on.
    pages: (usize, usize),
    top: f64,
    /// Where columns begin and the last one ends.
    xs: Vec<f64>,
    pub(super) rows: u32,
    pub(super) cells: Vec<GridCell>,
    pub(super) head_rows: u32,
}

/// A cell with its lines of text.
#[derive(Debug)]
pub(super) struct GridCell {
    pub(super) row: u32,
    pub(super) col: u32,
    pub(super) height: u32,
    pub(super) width: u32,
    pub(super) right: f64,
    pub(super) lines: Vec<Line>,
}

impl GridCell {
    fn text(&self) -> String {
        self.lines.iter().map(|line| line.text.as_str()).collect()
    }

    /// Whether the text was broken off: its last line is full and no sentence ends there.
    fn breaks_off(&self) -> bool {
        self.lines.last().is_some_and(|line| {
            !super::marker::ends_sentence(&line.text) && self.right - line.right < 2.0 * line.size
        })
    }
}

impl Grid {
    pub(super) fn top(&self) -> f64 {
        self.top
    }

    pub(super) fn cols(&self) -> u32 {
        self.xs.len().saturating_sub(1) as u32
    }

    pub(super) fn lines_mut(&mut self) -> impl Iterator<Item = &mut Line> {
        self.cells.iter_mut().flat_map(|cell| &mut cell.lines)
    }

    /// The cells of a row as (column, text).
    fn row(&self, row: u32) -> Vec<(u32, String)> {
        let cells = self.cells.iter().filter(|cell| cell.row == row);
        cells.map(|cell| (cell.col, cell.text())).collect()
    }
}

/// Finds the tables of a page and takes the glyphs that stand in them.
pub(super) fn find(sheet: &mut Sheet, page: usize, limits: &Limits) -> Result<Vec<Grid>, ReadError> {
    let (flat, upright): (Vec<Rule>, Vec<Rule>) = sheet.rules.iter().partition(|rule| rule.flat);
    let (flat, upright) = (merged(flat), merged(upright));
    if flat.len().saturating_mul(upright.len()) > MAX_PAIRS {
        return Ok(Vec::new());
    }
    let mut frames: Vec<Frame> = connected(&flat, &upright).into_iter().filter_map(Frame::of).collect();
    // A table inside a cell takes its glyphs first.
    frames.sort_by(|a, b| a.area().total_cmp(&b.area()));
    let mut grids = Vec::new();
    let mut cells = 0;
    for frame in frames {
        cells += frame.units();
        limits.check_cells(cells)?;
        if frame.xs.len().max(frame.ys.len()) > limits.span as usize {
            return Err(ReadError::TooComplex { what: "表格行列", limit: u64::from(limits.span) });
        }
        let inside = |g: &Glyph| frame.unit_at((g.left + g.right) / 2.0, g.base - 0.35 * g.size);
        let mut taken: HashMap<(usize, usize), Vec<Glyph>> = HashMap::new();
        sheet.glyphs.retain(|glyph| match inside(glyph) {
            Some(unit) => {
                taken.entry(unit).or_default().push(*glyph);
                false
            }
            None => true,
        });
        if taken.values().flatten().any(|glyph| !glyph.c.is_whitespace()) {
            grids.push(frame.fill(taken, page));
        }
    }
    Ok(grids)
}

/// Puts overlapping rules on one line together.
fn merged(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by(|a, b| (a.at, a.from).partial_cmp(&(b.at, b.from)).unwrap_or(std::cmp::Ordering::Equal));
    let mut out: Vec<Rule> = Vec::new();
    let mut open = 0;
    for rule in rules {
        while open < out.len() && rule.at - out[open].at > 1.5 {
            open += 1;
        }
        let touching = |o: &&mut Rule| o.from <= rule.to + 2.0 && rule.from <= o.to + 2.0;
        match out[open..].iter_mut().rev().take(64).find(touching) {
            Some(other) => {
                other.from = other.from.min(rule.from);
                other.to = other.to.max(rule.to);
            }
            None => out.push(rule),
        }
    }
    out.retain(|rule| rule.to - rule.from >= SHORTEST);
    out
}

/// The rules of one drawing that hang together.
type Drawing = (Vec<Rule>, Vec<Rule>);

/// Groups rules that cross or touch.
fn connected(flat: &[Rule], upright: &[Rule]) -> Vec<Drawing> {
    let mut parent: Vec<usize> = (0..flat.len() + upright.len()).collect();
    for (i, h) in flat.iter().enumerate() {
        for (j, v) in upright.iter().enumerate() {
            let meets =
                v.at >= h.from - NEAR && v.at <= h.to + NEAR && h.at >= v.from - NEAR && h.at <= v.to + NEAR;
            if meets {
                let (a, b) = (root(&mut parent, i), root(&mut parent, flat.len() + j));
                parent[a] = b;
            }
        }
    }
    let mut groups: HashMap<usize, Drawing> = HashMap::new();
    for (i, rule) in flat.iter().enumerate() {
        groups.entry(root(&mut parent, i)).or_default().0.push(*rule);
    }
    for (j, rule) in upright.iter().enumerate() {
        groups.entry(root(&mut parent, flat.len() + j)).or_default().1.push(*rule);
    }
    groups.into_values().collect()
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// The drawing of a table: where its rows and columns lie, and its rules.
struct Frame {
    xs: Vec<f64>,
    ys: Vec<f64>,
    flat: Vec<Rule>,
    upright: Vec<Rule>,
}

impl Frame {
    /// `None` where the rules are a box or an underline rather than a table.
    fn of((flat, upright): Drawing) -> Option<Self> {
        if flat.is_empty() || upright.is_empty() {
            return None;
        }
        let places = |across: &[Rule], along: &[Rule]| {
            let mut all: Vec<f64> = across.iter().map(|r| r.at).collect();
            let low = across.iter().map(|r| r.at).fold(f64::INFINITY, f64::min);
            let high = across.iter().map(|r| r.at).fold(f64::NEG_INFINITY, f64::max);
            // A table may be open at its sides.
            let from = along.iter().map(|r| r.from).fold(f64::INFINITY, f64::min);
            let to = along.iter().map(|r| r.to).fold(f64::NEG_INFINITY, f64::max);
            all.extend((from < low - 12.0).then_some(from));
            all.extend((to > high + 12.0).then_some(to));
            distinct(all)
        };
        let (xs, ys) = (places(&upright, &flat), places(&flat, &upright));
        let frame = Self { xs, ys, flat, upright };
        (frame.xs.len() >= 2 && frame.ys.len() >= 2 && frame.units() >= 2).then_some(frame)
    }

    fn units(&self) -> usize {
        (self.xs.len() - 1) * (self.ys.len() - 1)
    }

    fn area(&self) -> f64 {
        let span = |places: &[f64]| places.last().unwrap_or(&0.0) - places.first().unwrap_or(&0.0);
        span(&self.xs) * span(&self.ys)
    }

    fn unit_at(&self, x: f64, y: f64) -> Option<(usize, usize)> {
        let index = |places: &[f64], at: f64| {
            let i = places.partition_point(|&p| p <= at);
            (i > 0 && i < places.len()).then(|| i - 1)
        };
        Some((index(&self.ys, y)?, index(&self.xs, x)?))
    }

    /// Whether a rule parts a unit from the next one to the right or below.
    fn parted(rules: &[Rule], at: f64, middle: f64) -> bool {
        rules.iter().any(|r| (r.at - at).abs() <= NEAR && r.from - 1.0 <= middle && middle <= r.to + 1.0)
    }

    /// Joins units that no rule parts into cells, and puts the glyphs into them.
    fn fill(self, mut taken: HashMap<(usize, usize), Vec<Glyph>>, page: usize) -> Grid {
        let (rows, cols) = (self.ys.len() - 1, self.xs.len() - 1);
        let mut parent: Vec<usize> = (0..rows * cols).collect();
        for row in 0..rows {
            let middle = (self.ys[row] + self.ys[row + 1]) / 2.0;
            for col in 1..cols {
                if !Self::parted(&self.upright, self.xs[col], middle) {
                    let (a, b) =
                        (root(&mut parent, row * cols + col), root(&mut parent, row * cols + col - 1));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        for col in 0..cols {
            let middle = (self.xs[col] + self.xs[col + 1]) / 2.0;
            for row in 1..rows {
                if !Self::parted(&self.flat, self.ys[row], middle) {
                    let (a, b) =
                        (root(&mut parent, row * cols + col), root(&mut parent, (row - 1) * cols + col));
                    parent[a.max(b)] = a.min(b);
                }
            }
        }
        let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
        for unit in 0..rows * cols {
            groups.entry(root(&mut parent, unit)).or_default().push(unit);
        }
        let mut cells = Vec::new();
        for units in groups.into_values() {
            let extent = |pick: fn(usize, usize) -> usize| {
                let low = units.iter().map(|&u| pick(u, cols)).min().unwrap_or(0);
                let high = units.iter().map(|&u| pick(u, cols)).max().unwrap_or(0);
                (low, high - low + 1)
            };
            let ((row, height), (col, width)) = (extent(|u, c| u / c), extent(|u, c| u % c));
            // A shape that is no rectangle is a fault of the drawing: each unit stays a cell.
            let parts = if height * width == units.len() {
                vec![(row, col, height, width)]
            } else {
                units.iter().map(|u| (u / cols, u % cols, 1, 1)).collect()
            };
            for (row, col, height, width) in parts {
                let mut glyphs = Vec::new();
                for r in row..row + height {
                    for c in col..col + width {
                        glyphs.extend(taken.remove(&(r, c)).unwrap_or_default());
                    }
                }
                cells.push(GridCell {
                    row: row as u32,
                    col: col as u32,
                    height: height as u32,
                    width: width as u32,
                    right: self.xs[col + width],
                    lines: lines::build(&mut glyphs, page),
                });
            }
        }
        cells.sort_by_key(|cell| (cell.row, cell.col));
        Grid { pages: (page, page), top: self.ys[0], xs: self.xs, rows: rows as u32, cells, head_rows: 0 }
    }
}

/// Sorted places with near ones taken as one.
fn distinct(mut places: Vec<f64>) -> Vec<f64> {
    places.sort_by(f64::total_cmp);
    places.dedup_by(|b, a| *b - *a <= NEAR);
    places
}

/// Joins tables that go on over the end of a page.
pub(super) fn join_pages(items: Vec<Item>) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        match (out.last_mut(), item) {
            (Some(Item::Table(before)), Item::Table(next))
                if before.pages.1 + 1 == next.pages.0 && same_columns(before, &next) =>
            {
                append(before, next);
            }
            (_, item) => out.push(item),
        }
    }
    out
}

/// Whether the columns of one table are all columns of the other.
fn same_columns(a: &Grid, b: &Grid) -> bool {
    let (few, many) = if a.xs.len() <= b.xs.len() { (a, b) } else { (b, a) };
    let shift = few.xs[0] - many.xs[0];
    let found = |x: &f64| many.xs.iter().any(|y| (x - shift - y).abs() <= NEAR);
    let ends = |g: &Grid| g.xs[g.xs.len() - 1] - g.xs[0];
    few.xs.iter().all(found) && (ends(a) - ends(b)).abs() <= NEAR
}

/// Spreads the cells of a table over finer columns.
fn refine(grid: &mut Grid, xs: &[f64]) {
    let shift = grid.xs[0] - xs[0];
    let place = |col: u32| {
        let x = grid.xs[col as usize] - shift;
        let near = (0..xs.len()).min_by(|&i, &j| (xs[i] - x).abs().total_cmp(&(xs[j] - x).abs()));
        near.unwrap_or(0) as u32
    };
    for cell in &mut grid.cells {
        let (from, to) = (place(cell.col), place(cell.col + cell.width));
        (cell.col, cell.width) = (from, to.saturating_sub(from).max(1));
    }
    grid.xs = xs.to_vec();
}

/// Adds the rows of the next page without the head that is repeated there.
fn append(table: &mut Grid, mut next: Grid) {
    if table.xs.len() < next.xs.len() {
        refine(table, &next.xs);
    } else if next.xs.len() < table.xs.len() {
        refine(&mut next, &table.xs);
    }
    let told = |row: &[(u32, String)]| row.iter().any(|(_, text)| !text.is_empty());
    let same = |row: u32| {
        let (a, b) = (table.row(row), next.row(row));
        a == b && (told(&a) || row > 0)
    };
    let most = table.rows.min(next.rows.saturating_sub(1)).min(4);
    let head = (0..most).take_while(|&row| same(row)).count() as u32;
    table.head_rows = table.head_rows.max(head);
    next.cells.retain(|cell| cell.row >= head);
    if continues_row(table, &next, head) {
        join_rows(table, &mut next, head);
    }
    let first = next.cells.iter().map(|cell| cell.row).min().unwrap_or(next.rows);
    for mut cell in next.cells {
        cell.row = cell.row - first + table.rows;
        table.cells.push(cell);
    }
    table.rows += next.rows - first;
    table.pages.1 = next.pages.1;
}

/// Whether the first row of the next page only finishes the last row of this one: its first cell
/// is empty and a text goes on in the middle of a sentence.
fn continues_row(table: &Grid, next: &Grid, head: u32) -> bool {
    let last = table.rows.saturating_sub(1);
    let above = |col: u32| table.cells.iter().find(|c| c.col == col && c.row + c.height > last);
    let mut row = next.cells.iter().filter(|cell| cell.row == head);
    let plain =
        row.clone().all(|cell| cell.height == 1 && above(cell.col).is_some_and(|a| a.width == cell.width));
    let first_empty = row.clone().next().is_some_and(|cell| cell.lines.is_empty());
    plain
        && first_empty
        && row.any(|cell| !cell.lines.is_empty() && above(cell.col).is_some_and(GridCell::breaks_off))
}

fn join_rows(table: &mut Grid, next: &mut Grid, head: u32) {
    let last = table.rows.saturating_sub(1);
    for cell in next.cells.iter_mut().filter(|cell| cell.row == head) {
        let above = table.cells.iter_mut().find(|c| c.col == cell.col && c.row + c.height > last);
        if let Some(above) = above {
            above.lines.append(&mut cell.lines);
        }
    }
    next.cells.retain(|cell| cell.row > head);
}
