//! What is usual in a document: margins, size of the body text, distance of lines.

use std::collections::BTreeMap;

use super::{Item, Line};

/// The items of one page.
#[derive(Debug)]
pub(super) struct PageItems {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) items: Vec<Item>,
}

impl PageItems {
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.items.iter().filter_map(|item| match item {
            Item::Line(line) => Some(line),
            Item::Table(_) => None,
        })
    }
}

/// Where the body text of a page begins and ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Margins {
    pub(super) left: f64,
    pub(super) right: f64,
}

/// The usual measures of a document.
#[derive(Debug)]
pub(super) struct Measures {
    /// By page.
    pub(super) margins: Vec<Margins>,
    /// Font size of the body text.
    pub(super) size: f64,
    /// Distance from one line of the body text to the next.
    pub(super) leading: f64,
    /// Whether paragraphs begin with an indent.
    pub(super) indented: bool,
}

impl Measures {
    pub(super) fn of(pages: &[PageItems]) -> Self {
        let lines = || pages.iter().flat_map(PageItems::lines);
        let size = most(lines().map(|l| (l.size, l.text.chars().count())), 0.5).unwrap_or(12.0);
        let mut gaps = Vec::new();
        for page in pages {
            let body: Vec<&Line> = page.lines().filter(|l| near(l.size, size)).collect();
            gaps.extend(body.windows(2).map(|pair| (pair[1].base - pair[0].base, 1)));
        }
        gaps.retain(|(gap, _)| (size * 0.9..size * 4.0).contains(gap));
        let leading = most(gaps.into_iter(), 1.0).unwrap_or(size * 1.6);
        let margins = margins(pages, size);
        let (mut indents, mut all) = (0, 0);
        for line in lines().filter(|l| near(l.size, size)) {
            let indent = (line.left - margins[line.page].left) / size;
            indents += usize::from((1.2..3.2).contains(&indent));
            all += 1;
        }
        Self { margins, size, leading, indented: indents * 12 >= all && indents > 0 }
    }
}

/// Whether two font sizes are the same to the eye.
pub(super) fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.08 * a.max(b)
}

/// The value that most weight falls on, values within `step` taken together.
fn most(values: impl Iterator<Item = (f64, usize)>, step: f64) -> Option<f64> {
    let mut bins: BTreeMap<i64, (usize, f64)> = BTreeMap::new();
    for (value, weight) in values {
        let bin = bins.entry((value / step).round() as i64).or_default();
        bin.0 += weight;
        bin.1 = value;
    }
    let best = bins.values().max_by_key(|(weight, _)| *weight);
    best.map(|(_, value)| *value)
}

/// The margins of each page. Pages of one width and side of the sheet share theirs, as the margins
/// of left and right pages may differ.
fn margins(pages: &[PageItems], size: f64) -> Vec<Margins> {
    let width = |page: &PageItems| page.width.round() as i64;
    let mut groups: BTreeMap<(i64, usize), Vec<&Line>> = BTreeMap::new();
    let mut widths: BTreeMap<i64, Vec<&Line>> = BTreeMap::new();
    for (i, page) in pages.iter().enumerate() {
        groups.entry((width(page), i % 2)).or_default().extend(page.lines());
        widths.entry(width(page)).or_default().extend(page.lines());
    }
    let whole: BTreeMap<i64, Margins> = widths.iter().map(|(&w, lines)| (w, edges(lines, size))).collect();
    let sides: BTreeMap<(i64, usize), Margins> = groups
        .iter()
        .map(|(&key, lines)| {
            let whole = whole.get(&key.0).copied().unwrap_or_default();
            let own = if lines.len() < 8 { whole } else { edges(lines, size) };
            // Only a shift of the whole column is a margin of its own.
            let (left, right) = (own.left - whole.left, own.right - whole.right);
            let shifted = left.abs() > 3.0 && (left - right).abs() < 3.0;
            (key, if shifted { own } else { whole })
        })
        .collect();
    let of = |(i, page): (usize, &PageItems)| sides.get(&(width(page), i % 2)).copied();
    pages.iter().enumerate().map(|page| of(page).unwrap_or_default()).collect()
}

/// Where the body begins and ends: the outermost places that several lines share, or that one line
/// shares with the way paragraphs are set (indented first line, then a line at the margin).
fn edges(lines: &[&Line], size: f64) -> Margins {
    let pairs = || lines.windows(2).filter(|pair| near(pair[0].size, pair[1].size));
    let hanging = pairs().filter(|pair| (1.5..2.6).contains(&((pair[0].left - pair[1].left) / size)));
    let left = edge(lines.iter().map(|l| l.left).collect(), size, hanging.map(|pair| pair[1].left).collect());
    // Only lines that go on show where the text ends.
    let goes_on = |pair: &&[&Line]| pair[1].left - left < 0.6 * size;
    let full: Vec<f64> = pairs().filter(goes_on).map(|pair| -pair[0].right).collect();
    let rights: Vec<f64> = lines.iter().map(|l| -l.right).collect();
    let right =
        -if full.is_empty() { edge(rights, size, Vec::new()) } else { edge(full.clone(), size, full) };
    Margins { left, right }
}

/// The lowest place that enough others are near to, or that is sure by itself.
fn edge(mut places: Vec<f64>, size: f64, sure: Vec<f64>) -> f64 {
    let needed = (places.len() / 25).max(2);
    places.sort_by(f64::total_cmp);
    let alike = |window: &&[f64]| window[needed - 1] - window[0] <= 0.3 * size;
    let shared = places.windows(needed).find(alike).map(|window| window[0]);
    let enough = places.len() < 50;
    let sure = sure.into_iter().filter(|_| enough).min_by(f64::total_cmp);
    let found = match (shared, sure) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    found.or(places.first().copied()).unwrap_or(0.0)
}

/// Numbers the lines of each page from the top; cells side by side share a number.
pub(super) fn number_lines(pages: &mut [PageItems]) {
    for page in pages {
        let mut lines: Vec<&mut Line> = Vec::new();
        for item in &mut page.items {
            match item {
                Item::Line(line) => lines.push(line),
                Item::Table(table) => lines.extend(table.lines_mut()),
            }
        }
        lines.sort_by(|a, b| a.base.total_cmp(&b.base));
        let (mut number, mut last) = (0, f64::NEG_INFINITY);
        for line in lines {
            if line.base - last > 0.4 * line.size {
                number += 1;
                last = line.base;
            }
            line.number = number;
        }
    }
}
