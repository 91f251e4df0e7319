//! Paths, of which only straight lines along the page matter: they rule tables.

use super::{Matrix, Rule};

/// Rules of one page.
const MAX_RULES: usize = 100_000;

/// A filled area at most this thick is a line.
const THIN: f64 = 2.6;

/// Points of one path.
const MAX_POINTS: usize = 200_000;

/// The path under construction.
#[derive(Debug, Default)]
pub(crate) struct Path {
    parts: Vec<Part>,
    points: usize,
}

#[derive(Debug, Default)]
struct Part {
    points: Vec<(f64, f64)>,
    curved: bool,
}

impl Path {
    /// Takes an operator that builds or paints the path; others are ignored.
    pub(crate) fn operator(
        &mut self,
        operator: &[u8],
        number: impl Fn(usize) -> f64,
        ctm: &Matrix,
        rules: &mut Vec<Rule>,
    ) {
        let point = |i: usize| ctm.point(number(i), number(i + 1));
        match operator {
            b"m" => self.start(point(0)),
            b"l" => self.add(point(0)),
            b"c" => self.curve(point(4)),
            b"v" | b"y" => self.curve(point(2)),
            b"h" => self.close(),
            b"re" => {
                let (x, y, w, h) = (number(0), number(1), number(2), number(3));
                self.start(ctm.point(x, y));
                self.add(ctm.point(x + w, y));
                self.add(ctm.point(x + w, y + h));
                self.add(ctm.point(x, y + h));
                self.close();
            }
            b"s" | b"b" | b"b*" => {
                self.close();
                self.paint(operator != b"s", true, rules);
            }
            b"S" => self.paint(false, true, rules),
            b"f" | b"F" | b"f*" => self.paint(true, false, rules),
            b"B" | b"B*" => self.paint(true, true, rules),
            b"n" => self.clear(),
            _ => {}
        }
    }

    fn start(&mut self, point: (f64, f64)) {
        self.parts.push(Part::default());
        self.add(point);
    }

    fn add(&mut self, point: (f64, f64)) {
        self.points += 1;
        if self.points < MAX_POINTS
            && let Some(part) = self.parts.last_mut()
        {
            part.points.push(point);
        }
    }

    fn curve(&mut self, point: (f64, f64)) {
        self.add(point);
        if let Some(part) = self.parts.last_mut() {
            part.curved = true;
        }
    }

    fn close(&mut self) {
        if let Some(&first) = self.parts.last().and_then(|part| part.points.first()) {
            self.add(first);
        }
    }

    fn clear(&mut self) {
        self.parts.clear();
        self.points = 0;
    }

    fn paint(&mut self, fill: bool, stroke: bool, rules: &mut Vec<Rule>) {
        let room = rules.len() <= MAX_RULES;
        for part in self.parts.iter().filter(|part| room && !part.curved) {
            let thin = fill.then(|| thin_area(&part.points)).flatten();
            if let Some(rule) = thin {
                rules.push(rule);
            } else if stroke {
                let segments = part.points.windows(2);
                rules.extend(segments.filter_map(|p| Rule::between(p[0], p[1])));
            }
        }
        self.clear();
    }
}

/// The line that a thin filled area draws.
fn thin_area(points: &[(f64, f64)]) -> Option<Rule> {
    let span = |pick: fn(&(f64, f64)) -> f64| {
        let low = points.iter().map(pick).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        (low, high)
    };
    let (left, right) = span(|p| p.0);
    let (top, bottom) = span(|p| p.1);
    let (wide, high) = (right - left, bottom - top);
    if high <= THIN && wide > high {
        let y = (top + bottom) / 2.0;
        Rule::between((left, y), (right, y))
    } else if wide <= THIN && high > wide {
        let x = (left + right) / 2.0;
        Rule::between((x, top), (x, bottom))
    } else {
        None
    }
}
