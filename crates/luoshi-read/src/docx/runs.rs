//! The text of one paragraph: runs, fields, changes, symbols.

use roxmltree::Node;

use super::body::Found;
use super::names::{attribute, chosen, is, kid, val, word};
use super::styles::Styles;

/// Namespace of formulas.
const MATH: &str = "http://schemas.openxmlformats.org/officeDocument/2006/math";
const MATH_STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/math";
/// Namespaces of pictures, and of diagrams whose text lies elsewhere.
const PICTURES: [&str; 4] = [
    "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "http://purl.oclc.org/ooxml/drawingml/picture",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "http://purl.oclc.org/ooxml/drawingml/diagram",
];
const VML: &str = "urn:schemas-microsoft-com:vml";

/// Something that hangs on a paragraph and comes after it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hanging<'a, 'i> {
    /// The content of a text box.
    Box(Node<'a, 'i>),
    /// A reference to a footnote or endnote: which of the two, and its id.
    Note(&'static str, &'a str),
}

/// Which part of a field is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Its code, which nobody sees.
    Code,
    /// What it shows.
    Result,
    /// A table of contents, which repeats the headings.
    Contents,
}

/// The fields that are open; they may run over several paragraphs.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// Whether begin and end marks do not match, so that no field can be trusted.
    broken: bool,
}

impl Fields {
    /// Checks the fields of a text before it is read.
    pub(super) fn check(body: Node) -> Self {
        let mut depth = 0_i64;
        for mark in body.descendants().filter(|node| is(*node, "fldChar")) {
            depth += match attribute(mark, "fldCharType") {
                Some("begin") => 1,
                Some("end") => -1,
                _ => 0,
            };
            if depth < 0 {
                break;
            }
        }
        Self { open: Vec::new(), broken: depth != 0 }
    }

    fn mark(&mut self, kind: Option<&str>) {
        match kind {
            Some("begin") => self.open.push(Field::Code),
            Some("separate") => {
                if let Some(field @ Field::Code) = self.open.last_mut() {
                    *field = Field::Result;
                }
            }
            Some("end") => drop(self.open.pop()),
            _ => {}
        }
    }

    fn code(&mut self, text: &str) {
        if text.split_whitespace().next() == Some("TOC")
            && let Some(field) = self.open.last_mut()
        {
            *field = Field::Contents;
        }
    }

    fn shown(&self) -> bool {
        self.broken || self.open.iter().all(|field| *field == Field::Result)
    }

    /// Whether a table of contents is open.
    pub(super) fn in_contents(&self) -> bool {
        !self.broken && self.open.contains(&Field::Contents)
    }
}

/// Reads the inline content of paragraphs.
pub(super) struct Runs<'r, 'a, 'i> {
    pub(super) styles: &'r Styles,
    pub(super) fields: &'r mut Fields,
    pub(super) found: &'r mut Found,
    /// The paragraph's style.
    pub(super) style: Option<&'a str>,
    /// The text so far; a line break in it is one that a reader sees.
    pub(super) text: String,
    /// What hangs on the paragraph.
    pub(super) hanging: Vec<Hanging<'a, 'i>>,
}

impl<'a, 'i> Runs<'_, 'a, 'i> {
    /// Reads the children of a node.
    pub(super) fn read(&mut self, node: Node<'a, 'i>) {
        for child in node.children().filter(Node::is_element) {
            self.element(child);
        }
    }

    fn element(&mut self, node: Node<'a, 'i>) {
        if let Some(chosen) = chosen(node) {
            return chosen.map_or((), |node| self.read(node));
        }
        match word(node) {
            Some(name) => self.word(name, node),
            None => self.foreign(node),
        }
    }

    fn word(&mut self, name: &str, node: Node<'a, 'i>) {
        match name {
            "pPr" | "rPr" | "sdtPr" | "delText" | "rt" => {}
            "del" | "moveFrom" => self.found.deleted += 1,
            "ins" | "moveTo" => {
                self.found.inserted += 1;
                self.read(node);
            }
            "r" => {
                if !self.styles.hides(node, self.style) {
                    self.read(node);
                } else if node.descendants().any(|n| is(n, "t")) {
                    self.found.hidden += 1;
                }
            }
            "t" => {
                for text in node.children().filter_map(|child| child.text()) {
                    self.push_str(text);
                }
            }
            "tab" | "ptab" => self.push('\t'),
            "br" if !matches!(attribute(node, "type"), Some("page" | "column")) => self.push('\n'),
            "cr" => self.push('\n'),
            "noBreakHyphen" => self.push('-'),
            "sym" => {
                let code = attribute(node, "char").and_then(|hex| u32::from_str_radix(hex, 16).ok());
                if let Some(c) = code.and_then(|code| symbol(attribute(node, "font").unwrap_or(""), code)) {
                    self.push(c);
                }
            }
            "fldChar" => self.fields.mark(attribute(node, "fldCharType")),
            "instrText" => self.fields.code(&node.text().unwrap_or("").to_uppercase()),
            "txbxContent" => self.hanging.push(Hanging::Box(node)),
            "footnoteReference" => self.note("footnote", node),
            "endnoteReference" => self.note("endnote", node),
            "commentReference" => self.found.comments += 1,
            "checkBox" => self.push(if checked(node) { '☑' } else { '□' }),
            "object" => {
                self.found.pictures += 1;
                self.read(node);
            }
            _ => self.read(node),
        }
    }

    fn foreign(&mut self, node: Node<'a, 'i>) {
        let name = node.tag_name();
        match name.namespace() {
            Some(MATH | MATH_STRICT) if name.name() == "t" => self.push_str(node.text().unwrap_or("")),
            Some(space) if PICTURES.contains(&space) && matches!(name.name(), "pic" | "relIds") => {
                self.found.pictures += 1;
            }
            Some(VML) if name.name() == "imagedata" => self.found.pictures += 1,
            _ => self.read(node),
        }
    }

    fn note(&mut self, kind: &'static str, node: Node<'a, 'i>) {
        if let Some(id) = attribute(node, "id") {
            self.hanging.push(Hanging::Note(kind, id));
        }
    }

    fn push_str(&mut self, text: &str) {
        if self.fields.shown() {
            self.text.extend(text.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
        }
    }

    fn push(&mut self, c: char) {
        if self.fields.shown() {
            self.text.push(c);
        }
    }
}

fn checked(node: Node) -> bool {
    let is_on = |name| kid(node, name).map(|n| !matches!(attribute(n, "val"), Some("0" | "false")));
    is_on("checked").or_else(|| is_on("default")).unwrap_or_else(|| val(node, "result") == Some("1"))
}

/// The character that stands for a symbol of a symbol font.
fn symbol(font: &str, code: u32) -> Option<char> {
    // Symbol fonts keep their signs in the private area from F000 on.
    let low = if (0xF000..=0xF0FF).contains(&code) { code - 0xF000 } else { code };
    let wingdings = match low {
        0x6C | 0x9F => '●',
        0x6E | 0xA7 => '■',
        0x6F | 0xA8 | 0x71 | 0x72 => '□',
        0x75 | 0x76 => '◆',
        0x52 | 0xFE => '☑',
        0x53 | 0xFD => '☒',
        0xFB => '✗',
        0xFC | 0x50 => '✓',
        0xD8 | 0xE8 => '➢',
        0xE0 => '→',
        0x81..=0x8A => return char::from_u32('①' as u32 + low - 0x81),
        _ => '•',
    };
    if font.starts_with("Wingdings") {
        return Some(wingdings);
    }
    match char::from_u32(code)? {
        '\u{e000}'..='\u{f8ff}' => Some('•'),
        c => Some(c),
    }
}
