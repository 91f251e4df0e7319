//! From glyphs on pages to paragraphs and tables, for the formats that only know where things
//! stand (PDF, OFD).
//!
//! Pages become [`Sheet`]s. Rules that cross make tables ([`grid`]), the other glyphs make lines
//! ([`lines`]), page headers and numbers go ([`furniture`]), and what remains is one stream of
//! lines and tables from which [`flow`] puts paragraphs together again.

mod cells;
mod flow;
mod furniture;
mod glyph;
mod grid;
mod lines;
mod marker;
mod matrix;
mod measure;
mod path;

use luoshi_text::{Builder, Origin};

use crate::{Limits, ReadError};

pub(crate) use glyph::Glyph;
pub(crate) use matrix::Matrix;
pub(crate) use path::Path;

/// A page with what is drawn on it; the top left corner is the origin.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) rules: Vec<Rule>,
    /// Glyphs whose character the file does not say.
    pub(crate) unknown: usize,
}

impl Sheet {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self { width, height, ..Self::default() }
    }
}

/// A straight line along one side of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rule {
    /// Whether it runs from left to right.
    pub(crate) flat: bool,
    /// Its place across its direction.
    pub(crate) at: f64,
    /// Where it begins and ends along its direction.
    pub(crate) from: f64,
    pub(crate) to: f64,
}

impl Rule {
    /// The line between two points, where it runs along a side of the page.
    pub(crate) fn between(a: (f64, f64), b: (f64, f64)) -> Option<Self> {
        let (dx, dy) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        let whole = dx.is_finite() && dy.is_finite();
        if whole && dy <= 1.0 && dx > dy {
            Some(Self { flat: true, at: (a.1 + b.1) / 2.0, from: a.0.min(b.0), to: a.0.max(b.0) })
        } else if whole && dx <= 1.0 && dy > dx {
            Some(Self { flat: false, at: (a.0 + b.0) / 2.0, from: a.1.min(b.1), to: a.1.max(b.1) })
        } else {
            None
        }
    }
}

/// A line of text on a page.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    left: f64,
    right: f64,
    base: f64,
    size: f64,
    /// The page from 0.
    page: usize,
    /// The line of the page from 1, set once page headers are gone.
    number: u32,
}

impl Line {
    fn origin(&self) -> Origin {
        Origin::Page { page: self.page as u32 + 1, line: self.number }
    }
}

/// What stands on a page, from top to bottom.
#[derive(Debug)]
enum Item {
    Line(Line),
    Table(grid::Grid),
}

impl Item {
    fn top(&self) -> f64 {
        match self {
            Self::Line(line) => line.base,
            Self::Table(table) => table.top(),
        }
    }
}

/// Writes the text of pages into a document and says how many pages held any.
pub(crate) fn write(sheets: Vec<Sheet>, builder: &mut Builder, limits: &Limits) -> Result<usize, ReadError> {
    let apart = sheets.iter().flat_map(|s| &s.glyphs).filter(|g| g.artifact).count();
    let all: usize = sheets.iter().map(|s| s.glyphs.len()).sum();
    // A file that calls most of its text an artifact is wrong about it.
    let trust_artifacts = apart * 3 < all;
    let mut pages = Vec::with_capacity(sheets.len());
    for (page, mut sheet) in sheets.into_iter().enumerate() {
        if trust_artifacts {
            sheet.glyphs.retain(|g| !g.artifact);
        }
        let mut items = Vec::new();
        for grid in grid::find(&mut sheet, page, limits)? {
            items.push(Item::Table(grid));
        }
        let lines = lines::build(&mut sheet.glyphs, page);
        items.extend(lines.into_iter().map(Item::Line));
        items.sort_by(|a, b| a.top().total_cmp(&b.top()));
        pages.push(measure::PageItems { width: sheet.width, height: sheet.height, items });
    }
    furniture::remove(&mut pages);
    measure::number_lines(&mut pages);
    let held = pages.iter().filter(|page| !page.items.is_empty()).count();
    let measures = measure::Measures::of(&pages);
    let items = pages.into_iter().flat_map(|page| page.items).collect();
    flow::write(grid::join_pages(items), &measures, builder, limits)?;
    Ok(held)
}
