//! The paragraphs inside a table cell.

use super::Line;
use super::grid::GridCell;
use super::marker::ends_sentence;
use crate::items::starts_item;

/// Groups the lines of a cell into paragraphs. Cells are narrow and often centred, so that a short
/// line alone says little: a paragraph ends with a short line before a new item or after the end
/// of a sentence.
pub(super) fn paragraphs(cell: &GridCell) -> Vec<&[Line]> {
    let lines = &cell.lines;
    let left = lines.iter().map(|l| l.left).fold(f64::INFINITY, f64::min);
    let right = lines.iter().map(|l| l.right).fold(f64::NEG_INFINITY, f64::max);
    let mut out = Vec::new();
    let mut start = 0;
    for i in 1..lines.len() {
        let (before, line) = (&lines[i - 1], &lines[i]);
        let short = right - before.right > 1.5 * line.size;
        let indented = line.left - left > 1.2 * line.size && before.left - left < line.size;
        let item = starts_item(&line.text);
        let ended = ends_sentence(&before.text);
        if ended && (short || item || indented) || item && (short || indented) {
            out.push(&lines[start..i]);
            start = i;
        }
    }
    out.push(&lines[start..]);
    out
}
