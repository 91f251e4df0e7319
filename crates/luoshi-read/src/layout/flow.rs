//! From one stream of lines and tables to paragraphs.

use luoshi_text::{BlockKind, Builder, Cell, Origin, Table};

use super::grid::Grid;
use super::marker::ends_sentence;
use super::measure::{Measures, near};
use super::{Item, Line, cells};
use crate::items::starts_item;
use crate::{Limits, ReadError};

/// An indent of this many characters begins a paragraph.
const INDENT: f64 = 1.2;

/// A line this far from the right margin was ended on purpose.
const SHORT: f64 = 2.2;

/// An indent this deep is a signature, a date or a line in the middle.
const DEEP: f64 = 4.0;

/// Writes the items into a document.
pub(super) fn write(
    items: Vec<Item>,
    measures: &Measures,
    builder: &mut Builder,
    limits: &Limits,
) -> Result<(), ReadError> {
    let mut open: Vec<Line> = Vec::new();
    let (mut blocks, mut cells) = (0, 0);
    for item in items {
        match item {
            Item::Line(line) => {
                if begins_paragraph(&open, &line, measures) {
                    blocks += 1;
                    flush(&mut open, builder);
                }
                open.push(line);
            }
            Item::Table(grid) => {
                flush(&mut open, builder);
                cells += grid.cells.len();
                limits.check_cells(cells)?;
                write_table(&grid, builder);
            }
        }
        limits.check_blocks(blocks)?;
    }
    flush(&mut open, builder);
    Ok(())
}

fn flush(open: &mut Vec<Line>, builder: &mut Builder) {
    if !open.is_empty() {
        write_lines(BlockKind::Paragraph, open, builder);
        open.clear();
    }
}

/// Writes lines as one block with a piece a line.
fn write_lines(kind: BlockKind, lines: &[Line], builder: &mut Builder) -> u32 {
    let next = lines.iter().skip(1).map(Some).chain([None]);
    let parts: Vec<(String, Origin)> = lines
        .iter()
        .zip(next)
        .map(|(line, next)| {
            let blank = next.is_some_and(|next| parts_words(&line.text, &next.text));
            let text = if blank { format!("{} ", line.text) } else { line.text.clone() };
            (text, line.origin())
        })
        .collect();
    builder.block(kind, parts.iter().map(|(text, origin)| (text.as_str(), *origin)))
}

/// Whether the end of the line parts two words of letters.
fn parts_words(before: &str, after: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    letter(before.chars().last()) && letter(after.chars().next())
}

fn write_table(grid: &Grid, builder: &mut Builder) {
    let table = builder.next_table();
    let mut out = Table {
        cells: Vec::with_capacity(grid.cells.len()),
        rows: grid.rows,
        cols: grid.cols(),
        head_rows: grid.head_rows,
    };
    let mut last = Origin::Page { page: 1, line: 1 };
    for cell in &grid.cells {
        let kind = BlockKind::Cell { table, row: cell.row, col: cell.col };
        let mut blocks: Vec<u32> = Vec::new();
        for lines in cells::paragraphs(cell) {
            blocks.push(match lines.last() {
                Some(line) => {
                    last = line.origin();
                    write_lines(kind, lines, builder)
                }
                None => builder.block(kind, [("", last)]),
            });
        }
        out.cells.push(Cell {
            block: blocks.first().copied().unwrap_or(0),
            blocks: blocks.len() as u32,
            row: cell.row,
            col: cell.col,
            height: cell.height,
            width: cell.width,
        });
    }
    builder.table(out);
}

/// Whether a line begins a new paragraph after the lines that are open.
fn begins_paragraph(open: &[Line], line: &Line, measures: &Measures) -> bool {
    let (Some(first), Some(before)) = (open.first(), open.last()) else {
        return true;
    };
    if !near(before.size, line.size) {
        return true;
    }
    let margins = |l: &Line| measures.margins[l.page];
    let em = line.size.max(1.0);
    let indent = (line.left - margins(line).left) / em;
    let room = (margins(before).right - before.right) / em;
    let is_title = line.size > measures.size * 1.15;
    if before.page == line.page {
        let usual = if near(line.size, measures.size) { measures.leading * 1.35 } else { em * 2.2 };
        if line.base - before.base > usual.max(em * 1.2) {
            return true;
        }
    }
    if is_title && (is_centred(before, measures) || is_centred(line, measures)) {
        // The lines of a long title.
        return starts_item(&line.text);
    }
    let item = starts_item(&line.text);
    let goes_on = room < SHORT && !item;
    if indent > INDENT {
        // Lines that hang under the text of an item.
        let under_item = starts_item(&first.text) && line.left > first.left + 0.8 * em;
        let straight = open.len() == 1 || (before.left - line.left).abs() < 0.5 * em;
        return !(goes_on && under_item && straight && indent < 2.0 * DEEP);
    }
    let deep = (before.left - margins(before).left) / em > DEEP;
    if room > SHORT || deep {
        return deep || !unbroken_word(&line.text, room);
    }
    item && !measures.indented && ends_sentence(&before.text)
}

/// Whether a line is set in the middle of the page.
fn is_centred(line: &Line, measures: &Measures) -> bool {
    let margins = measures.margins[line.page];
    let (left, right) = (line.left - margins.left, margins.right - line.right);
    left > 1.5 * line.size && (left - right).abs() < 2.0 * line.size
}

/// Whether a line begins with a word of letters or figures that had no room on the line before.
fn unbroken_word(text: &str, room: f64) -> bool {
    let word = text.trim_start_matches(|c: char| c.is_ascii_graphic());
    let letters = text.len() - word.len();
    // A mark that may not begin a line goes with the word; half of it may hang over the margin.
    let mark = letters > 0 && word.starts_with(['，', '。', '、', '；', '：', '）', '》', '”']);
    letters as f64 * 0.6 + if mark { 1.5 } else { 0.0 } > room
}
