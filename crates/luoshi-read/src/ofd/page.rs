//! The content of a page: text at its places and lines.

use roxmltree::Node;

use crate::layout::{Glyph, Matrix, Path, Sheet};

/// Millimetres to points.
const POINTS: f64 = 72.0 / 25.4;

/// Glyphs of one page.
const MAX_GLYPHS: usize = 400_000;

/// The width and height of a page area in millimetres.
pub(super) fn size(area: Node) -> Option<(f64, f64)> {
    let node = area.children().find(|n| n.tag_name().name() == "PhysicalBox")?;
    match numbers(node.text()?)[..] {
        [_, _, width, height, ..] if width > 1.0 && height > 1.0 => Some((width, height)),
        _ => None,
    }
}

/// Reads a page; `usual` is the size of pages that say nothing of their own.
pub(super) fn read(root: Node, usual: (f64, f64)) -> Sheet {
    let area = root.descendants().find(|n| n.tag_name().name() == "Area");
    let (width, height) = area.and_then(size).unwrap_or(usual);
    let mut sheet = Sheet::new(width * POINTS, height * POINTS);
    for node in root.descendants().filter(Node::is_element) {
        match node.tag_name().name() {
            "TextObject" => text_object(node, &mut sheet),
            "PathObject" => path_object(node, &mut sheet),
            _ => {}
        }
    }
    sheet
}

/// The map from the space of an object to the page in points.
fn place(node: Node) -> Matrix {
    let boundary = numbers(node.attribute("Boundary").unwrap_or_default());
    let (x, y) = match boundary[..] {
        [x, y, ..] => (x, y),
        _ => (0.0, 0.0),
    };
    let own = match numbers(node.attribute("CTM").unwrap_or_default())[..] {
        [a, b, c, d, e, f] => Matrix([a, b, c, d, e, f]),
        _ => Matrix::IDENTITY,
    };
    own.then(&Matrix([POINTS, 0.0, 0.0, POINTS, x * POINTS, y * POINTS]))
}

fn number(node: Node, name: &str) -> Option<f64> {
    node.attribute(name)?.trim().parse().ok().filter(|n: &f64| n.is_finite())
}

fn text_object(node: Node, sheet: &mut Sheet) {
    let place = place(node);
    let [a, b, c, d, _, _] = place.0;
    // Text set askew is a stamp or watermark.
    if b.abs() > a.abs() * 0.3 || a <= 0.0 || node.attribute("Visible") == Some("false") {
        return;
    }
    let given = number(node, "Size").unwrap_or(0.0);
    let stretch = number(node, "HScale").unwrap_or(1.0);
    let size = given * c.hypot(d);
    // A code without a place goes on where the last one ended.
    let (mut x, mut y) = (0.0, 0.0);
    for code in node.children().filter(|n| n.tag_name().name() == "TextCode") {
        x = number(code, "X").unwrap_or(x);
        y = number(code, "Y").unwrap_or(y);
        let text: String =
            code.text().unwrap_or_default().chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        let steps_x = deltas(code.attribute("DeltaX").unwrap_or_default(), text.chars().count());
        let steps_y = deltas(code.attribute("DeltaY").unwrap_or_default(), text.chars().count());
        for (i, c) in text.chars().enumerate() {
            let full = if c.len_utf8() > 2 { 1.0 } else { 0.5 };
            let step = steps_x.get(i).copied();
            let advance = step.unwrap_or(given * full * stretch);
            let drawn = (given * full * stretch).min(if step.is_some() && advance > 0.0 {
                advance
            } else {
                f64::INFINITY
            });
            let (left, base) = place.point(x, y);
            if left.is_finite() && base.is_finite() && sheet.glyphs.len() < MAX_GLYPHS {
                let right = left + drawn * a;
                sheet.glyphs.push(Glyph { c, left, right, base, size, artifact: false });
            }
            x += if steps_x.is_empty() && !steps_y.is_empty() { 0.0 } else { advance };
            y += steps_y.get(i).copied().unwrap_or(0.0);
        }
    }
}

fn path_object(node: Node, sheet: &mut Sheet) {
    let data = node.children().find(|n| n.tag_name().name() == "AbbreviatedData");
    let Some(data) = data.and_then(|n| n.text()) else {
        return;
    };
    let place = place(node);
    let mut path = Path::default();
    let mut words = data.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let mut operands = Vec::new();
        while let Some(number) = words.peek().and_then(|w| w.parse::<f64>().ok()) {
            if operands.len() < 8 {
                operands.push(number);
            }
            words.next();
        }
        let operator: &[u8] = match word {
            "M" | "S" => b"m",
            "L" => b"l",
            "B" => b"c",
            "Q" => b"v",
            "A" => {
                // An arc ends at its last two numbers.
                operands.drain(..operands.len().saturating_sub(2));
                operands.splice(0..0, [0.0, 0.0]);
                b"v"
            }
            "C" => b"h",
            _ => continue,
        };
        let number = |i: usize| operands.get(i).copied().unwrap_or(0.0);
        path.operator(operator, number, &place, &mut sheet.rules);
    }
    let paint: &[u8] =
        match (node.attribute("Stroke") != Some("false"), node.attribute("Fill") == Some("true")) {
            (true, true) => b"B",
            (true, false) => b"S",
            (false, true) => b"f",
            (false, false) => b"n",
        };
    path.operator(paint, |_| 0.0, &place, &mut sheet.rules);
}

fn numbers(text: &str) -> Vec<f64> {
    text.split_whitespace().filter_map(|n| n.parse().ok()).filter(|n: &f64| n.is_finite()).collect()
}

/// Steps from one character to the next: `5 5 g 3 4.2` is 5, 5 and three times 4.2.
fn deltas(text: &str, most: usize) -> Vec<f64> {
    let mut out = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let (times, value) = if word == "g" {
            (words.next().and_then(|n| n.parse().ok()).unwrap_or(0), words.next())
        } else {
            (1_usize, Some(word))
        };
        let Some(value) = value.and_then(|v| v.parse::<f64>().ok()).filter(|v| v.is_finite()) else {
            continue;
        };
        out.extend(std::iter::repeat_n(value, times.min(most.saturating_sub(out.len()))));
        if out.len() >= most {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_between_characters() {
        assert_eq!(deltas("5 g 3 4.2 1", 9), [5.0, 4.2, 4.2, 4.2, 1.0]);
        assert_eq!(deltas("g 999999999999 1", 3), [1.0, 1.0, 1.0]);
        assert_eq!(deltas("x g", 3), [] as [f64; 0]);
    }
}
