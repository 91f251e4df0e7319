//! The text of a plan with coloured stretches for its items, each an anchor to the item.

use luoshi_app::drafting::{Review, Standing};
use luoshi_text::{BlockKind, Document, Span};

use super::finding::Finding;

/// A text longer than this (in bytes) is shown around its items only.
const LONGEST: usize = 300_000;

/// A part of the text.
pub(super) enum Part {
    /// A paragraph.
    Line(Line),
    /// A table, row by row.
    Table(Vec<Vec<Cell>>),
    /// So many paragraphs are not shown.
    Gap(usize),
}

/// A paragraph.
pub(super) struct Line {
    /// How it looks; empty for running text.
    pub(super) class: &'static str,
    /// Its stretches.
    pub(super) stretches: Vec<Stretch>,
}

/// A cell of a table.
pub(super) struct Cell {
    /// Rows that it covers.
    pub(super) rows: u32,
    /// Columns that it covers.
    pub(super) cols: u32,
    /// Its paragraphs.
    pub(super) lines: Vec<Line>,
}

/// Words that belong to the same items.
pub(super) struct Stretch {
    /// The words.
    pub(super) words: String,
    /// How they look.
    pub(super) class: String,
    /// The item that they lead to; 0 for none.
    pub(super) to: i64,
    /// All items that rest on them, with blanks between.
    pub(super) items: String,
    /// Items that begin here.
    pub(super) begins: Vec<i64>,
    /// Findings that end here: number, level, message.
    pub(super) marks: Vec<(usize, &'static str, String)>,
}

/// An item as the text shows it.
pub(super) struct Mark {
    /// Its number.
    pub(super) no: i64,
    /// Its words.
    pub(super) span: Span,
    /// Kind and state, as the style knows them.
    pub(super) class: String,
}

/// Cuts text at the ends of marks and findings.
pub(super) struct Cutter<'c> {
    text: &'c str,
    marks: &'c [Mark],
    findings: &'c [Finding],
}

impl<'c> Cutter<'c> {
    /// For a review; marks and findings in the order of their beginnings.
    pub(super) fn new(review: &'c Review, marks: &'c [Mark], findings: &'c [Finding]) -> Self {
        Self { text: review.text(), marks, findings }
    }

    /// The parts of a window of the text.
    pub(super) fn parts(&self, review: &Review, window: Span) -> Vec<Part> {
        let mut out = Vec::new();
        match review.document() {
            Some(document) => self.document((review, document), window, &mut out),
            None => self.plain(window, &mut out),
        }
        out
    }

    /// Whether a paragraph is shown: all of a text of usual length, of a longer one what is marked.
    fn is_shown(&self, span: Span, window: Span) -> bool {
        window.len() <= LONGEST
            || self.marks.iter().any(|mark| mark.span.touches(span))
            || self.findings.iter().any(|found| found.span.touches(span))
    }

    fn plain(&self, window: Span, out: &mut Vec<Part>) {
        let mut at = window.start as usize;
        for line in self.text.get(window.range()).unwrap_or_default().split_inclusive('\n') {
            let span = Span::new(at, at + line.trim_end_matches('\n').len());
            at += line.len();
            self.add((span, ""), window, out);
        }
    }

    fn document(&self, (review, document): (&Review, &Document), window: Span, out: &mut Vec<Part>) {
        let mut shown = std::collections::BTreeSet::new();
        let blocks = document.blocks().iter().enumerate();
        for (at, block) in blocks.filter(|(_, block)| touches(window, block.span)) {
            let class = match review.standing_of(at) {
                Standing::Title => "title",
                Standing::Heading => "heading",
                Standing::Text => "",
            };
            match block.kind {
                BlockKind::Cell { table, .. } if !shown.insert(table) => {}
                BlockKind::Cell { table, .. } => {
                    out.extend(self.table(document, table as usize, window).map(Part::Table));
                }
                _ => self.add((block.span, class), window, out),
            }
        }
    }

    fn add(&self, (span, class): (Span, &'static str), window: Span, out: &mut Vec<Part>) {
        if self.is_shown(span, window) {
            out.push(Part::Line(Line { class, ..self.line(span) }));
        } else if let Some(Part::Gap(count)) = out.last_mut() {
            *count += 1;
        } else {
            out.push(Part::Gap(1));
        }
    }

    fn table(&self, document: &Document, table: usize, window: Span) -> Option<Vec<Vec<Cell>>> {
        let table = document.tables().get(table)?;
        let mut rows: Vec<Vec<Cell>> = (0..table.rows).map(|_| Vec::new()).collect();
        for cell in &table.cells {
            let blocks = cell.block as usize..(cell.block + cell.blocks) as usize;
            let blocks = document.blocks().get(blocks).unwrap_or_default();
            let shown = blocks.iter().filter(|block| self.is_shown(block.span, window));
            let lines = shown.map(|block| self.line(block.span)).collect();
            let row = cell.row as usize;
            let cell = Cell { rows: cell.height, cols: cell.width, lines };
            rows.get_mut(row)?.push(cell);
        }
        if window.len() > LONGEST {
            rows.retain(|row| row.iter().any(|cell| !cell.lines.is_empty()));
        }
        Some(rows)
    }

    /// A paragraph, cut wherever an item or a finding begins or ends.
    fn line(&self, span: Span) -> Line {
        let marks: Vec<&Mark> = self.marks.iter().filter(|mark| mark.span.touches(span)).collect();
        let found: Vec<&Finding> = self.findings.iter().filter(|found| ends_in(found.span, span)).collect();
        let covered = self.findings.iter().filter(|found| found.span.touches(span));
        let covered: Vec<&Finding> = covered.collect();
        let mut cuts = vec![span.start, span.end];
        let spans = marks.iter().map(|mark| mark.span).chain(covered.iter().map(|found| found.span));
        cuts.extend(spans.chain(found.iter().map(|found| found.span)).flat_map(|of| [of.start, of.end]));
        cuts.retain(|at| (span.start..=span.end).contains(at));
        cuts.sort_unstable();
        cuts.dedup();
        let pairs = cuts.windows(2).map(|pair| Span { start: pair[0], end: pair[1] });
        let stretches: Vec<Stretch> =
            pairs.map(|at| self.stretch(at, span, &marks, &covered, &found)).collect();
        Line { class: "", stretches }
    }

    fn stretch(
        &self,
        at: Span,
        line: Span,
        marks: &[&Mark],
        covered: &[&Finding],
        ending: &[&Finding],
    ) -> Stretch {
        let over: Vec<&&Mark> = marks.iter().filter(|mark| mark.span.touches(at)).collect();
        // The nearest item is the one that says the least besides.
        let nearest = over.iter().min_by_key(|mark| mark.span.len());
        let mut class = nearest.map(|mark| mark.class.clone()).unwrap_or_default();
        if let Some(found) = covered.iter().find(|found| found.span.touches(at)) {
            class += &format!(" found found-{}", found.level);
        }
        // An item that began in a paragraph that is not shown begins here for the page.
        let begins = over.iter().filter(|mark| mark.span.start == at.start).map(|mark| mark.no).collect();
        let last = at.end == line.end;
        let first = at.start == line.start;
        let ends = |found: &&&Finding| {
            let end = found.span.end;
            end == at.end || last && end > at.end || first && end == line.start
        };
        let marks_here = ending.iter().filter(ends);
        Stretch {
            words: self.text.get(at.range()).unwrap_or_default().to_owned(),
            class,
            to: nearest.map_or(0, |mark| mark.no),
            items: over.iter().map(|mark| mark.no.to_string()).collect::<Vec<_>>().join(" "),
            begins,
            marks: marks_here.map(|found| (found.no, found.level, found.message.clone())).collect(),
        }
    }
}

/// Whether a block stands in a window; empty blocks, as of empty cells, too.
fn touches(window: Span, block: Span) -> bool {
    window.start <= block.start && block.end <= window.end
}

/// Whether what is found ends in a paragraph: its mark stands there.
fn ends_in(found: Span, line: Span) -> bool {
    line.start < found.end && found.end <= line.end + 1
        || found.is_empty() && line.start <= found.start && found.start <= line.end
}
