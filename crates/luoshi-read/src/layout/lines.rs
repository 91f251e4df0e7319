//! Lines of text from glyphs.

use super::glyph::{is_wide, seen};
use super::{Glyph, Line};

/// A gap this wide, in parts of the font size, separates words of letters.
const WORD_GAP: f64 = 0.2;

/// Next to a full-width character only a gap like a character of its own is a blank: programs
/// leave a quarter between Chinese and digits, and stretch lines to fill them.
const WIDE_GAP: f64 = 0.6;

/// Next to a full-width character a blank that the file names must take some room to count.
const NAMED_GAP: f64 = 0.2;

/// Puts glyphs into lines from top to bottom. The glyphs are sorted on the way.
pub(super) fn build(glyphs: &mut [Glyph], page: usize) -> Vec<Line> {
    glyphs.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut lines = Vec::new();
    let mut rest = &mut *glyphs;
    while !rest.is_empty() {
        let (row, after) = rest.split_at_mut(row_length(rest));
        rest = after;
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        lines.extend(line(row, page));
    }
    lines
}

/// How many of the glyphs, sorted by base line, stand on the first line. Raised and lowered
/// characters are smaller and nearer to their line than the next line is.
fn row_length(glyphs: &[Glyph]) -> usize {
    let (mut base, mut size) = (glyphs[0].base, glyphs[0].size);
    for (i, glyph) in glyphs.iter().enumerate() {
        if glyph.base - base > 0.4 * size.max(glyph.size) {
            return i;
        }
        if glyph.size > size * 1.2 {
            (base, size) = (glyph.base, glyph.size);
        }
    }
    glyphs.len()
}

fn line(row: &[Glyph], page: usize) -> Option<Line> {
    let mut text = String::new();
    let mut named = String::new();
    let mut before: Option<Glyph> = None;
    let mut left = 0.0;
    for glyph in row {
        let Some(c) = seen(glyph.c) else { continue };
        if c.is_whitespace() {
            named.push(c);
            continue;
        }
        let glyph = Glyph { c, ..*glyph };
        if let Some(before) = before {
            // Some programs print a character twice to make it bold.
            if before.c == c && (glyph.left - before.left).abs() < 0.4 * (glyph.right - glyph.left) {
                continue;
            }
            push_blank(&mut text, &named, &before, &glyph);
        } else {
            left = glyph.left;
        }
        named.clear();
        text.push(c);
        before = Some(glyph);
    }
    let right = before?.right;
    Some(Line {
        text,
        left,
        right,
        base: row.iter().map(|g| g.base).fold(0.0, f64::max),
        size: usual_size(row),
        page,
        number: 0,
    })
}

/// Adds the blank between two glyphs, if one is seen there.
fn push_blank(text: &mut String, named: &str, before: &Glyph, after: &Glyph) {
    let gap = (after.left - before.right) / before.size.max(after.size).max(0.1);
    let wide = is_wide(before) || is_wide(after);
    if named.is_empty() {
        if gap > if wide { WIDE_GAP } else { WORD_GAP } {
            text.push(' ');
        }
    } else if !wide || gap > NAMED_GAP {
        text.push_str(named);
    }
}

/// The size that most glyphs of a row have.
fn usual_size(row: &[Glyph]) -> f64 {
    let mut sizes: Vec<f64> = row.iter().filter(|g| !g.c.is_whitespace()).map(|g| g.size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs side by side: each character with the gap before it.
    fn row(parts: &[(&str, f64)]) -> Vec<Glyph> {
        let mut x = 90.0;
        let mut out = Vec::new();
        for (text, gap) in parts {
            x += gap * 16.0;
            for c in text.chars() {
                let wide = if c.len_utf8() > 2 { 16.0 } else { 8.0 };
                out.push(Glyph { c, left: x, right: x + wide, base: 100.0, size: 16.0, artifact: false });
                x += wide;
            }
        }
        out
    }

    fn text(parts: &[(&str, f64)]) -> String {
        let lines = build(&mut row(parts), 0);
        lines.into_iter().map(|l| l.text).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn the_gap_decides_about_blanks() {
        assert_eq!(text(&[("2026", 0.0), ("年", 0.25), ("3", 0.25), ("月底前", 0.25)]), "2026年3月底前");
        assert_eq!(text(&[("签", 0.0), ("发", 1.0)]), "签 发");
        assert_eq!(text(&[("Excel", 0.0), ("file", 0.3)]), "Excel file");
        assert_eq!(text(&[("1. 宣传", 0.0)]), "1. 宣传");
        assert_eq!(text(&[("附件　一", 0.0)]), "附件　一");
        // A blank without room, as some programs write where the font changes.
        assert_eq!(text(&[("3 ", 0.0), ("月", -0.5)]), "3月");
    }

    #[test]
    fn double_printing_and_raised_figures() {
        let mut glyphs = row(&[("加粗", 0.0)]);
        let again: Vec<Glyph> = glyphs.iter().map(|g| Glyph { left: g.left + 0.4, ..*g }).collect();
        glyphs.extend(again);
        assert_eq!(build(&mut glyphs, 0)[0].text, "加粗");
        let mut glyphs = row(&[("面积100㎡注", 0.0), ("1", 0.0)]);
        if let Some(last) = glyphs.last_mut() {
            (last.base, last.size) = (94.0, 8.0);
        }
        assert_eq!(build(&mut glyphs, 0).len(), 1);
    }
}
