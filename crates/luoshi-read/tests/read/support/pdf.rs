//! Builds PDF files from text at places. The font is one of those that Chinese programs do not
//! embed: codes are GBK, full characters one em wide, letters and figures half.

use std::fmt::Write as _;

/// The content of a page, in points from the top left corner of A4.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) content: String,
    pub(crate) extra: &'static str,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line of text that begins at `x` and stands on `y`.
    pub(crate) fn text(mut self, x: f64, y: f64, size: f64, text: &str) -> Self {
        let (bytes, _, _) = encoding_rs::GBK.encode(text);
        let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        let y = 842.0 - y;
        writeln!(self.content, "BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{hex}> Tj ET").unwrap();
        self
    }

    /// Lines of body text from `y` on, 28 points apart; the first is set in by two characters.
    pub(crate) fn paragraph(mut self, y: f64, lines: &[&str]) -> Self {
        for (i, line) in lines.iter().enumerate() {
            let x = if i == 0 { 122.0 } else { 90.0 };
            self = self.text(x, y + 28.0 * i as f64, 16.0, line);
        }
        self
    }

    /// A straight line.
    pub(crate) fn rule(mut self, from: (f64, f64), to: (f64, f64)) -> Self {
        let (a, b) = (842.0 - from.1, 842.0 - to.1);
        writeln!(self.content, "{} {a} m {} {b} l S", from.0, to.0).unwrap();
        self
    }

    /// A grid with these edges of columns and rows.
    pub(crate) fn grid(mut self, xs: &[f64], ys: &[f64]) -> Self {
        let (left, right) = (xs[0], xs[xs.len() - 1]);
        let (top, bottom) = (ys[0], ys[ys.len() - 1]);
        for &x in xs {
            self = self.rule((x, top), (x, bottom));
        }
        for &y in ys {
            self = self.rule((left, y), (right, y));
        }
        self
    }

    pub(crate) fn raw(mut self, content: &str) -> Self {
        self.content.push_str(content);
        self
    }
}

/// A file of these pages.
pub(crate) fn pdf(pages: &[Page]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 10 + 2 * i)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, format!("<</Type/Pages/Count {}/Kids[{kids}]/MediaBox[0 0 595 842]>>", pages.len())),
        (
            3,
            "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/GBK-EUC-H/DescendantFonts[4 0 R]>>"
                .to_owned(),
        ),
        (
            4,
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/SimSun/DW 1000/W[814 939 500]\
             /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>"
                .to_owned(),
        ),
    ];
    for (i, page) in pages.iter().enumerate() {
        let (id, extra) = (10 + 2 * i, page.extra);
        let dict = format!(
            "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R{extra}>>",
            id + 1
        );
        objects.push((id, dict));
        let length = page.content.len();
        objects.push((id + 1, format!("<</Length {length}>>stream\n{}endstream", page.content)));
    }
    file(&objects)
}

/// A file of these objects, the first of which is the catalogue.
pub(crate) fn file(objects: &[(usize, String)]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (id, body) in objects {
        places.push((*id, out.len()));
        write!(out, "{id} 0 obj\n{body}\nendobj\n").unwrap();
    }
    let start = out.len();
    out.push_str("xref\n0 1\n0000000000 65535 f \n");
    for (id, place) in places {
        write!(out, "{id} 1\n{place:010} 00000 n \n").unwrap();
    }
    write!(out, "trailer\n<</Size 9999/Root {} 0 R>>\nstartxref\n{start}\n%%EOF\n", objects[0].0).unwrap();
    out.into_bytes()
}
