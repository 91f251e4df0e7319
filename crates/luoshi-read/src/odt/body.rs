//! The body of an OpenDocument text.

use luoshi_text::BlockKind;
use roxmltree::Node;

use super::lists::{ListStyles, attribute};
use super::table::Grid;
use crate::{Limits, ReadError};

/// Blanks that one element may stand for.
const MAX_BLANKS: usize = 1_000;

/// A part of the body in reading order.
#[derive(Debug)]
pub(super) enum Flow {
    Paragraph { kind: BlockKind, place: u32, text: String },
    Table(Grid),
}

/// What was met and left out.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) inserted: usize,
    pub(super) deleted: usize,
    pub(super) comments: usize,
    pub(super) pictures: usize,
    pub(super) contents: usize,
}

/// The list that an item stands in.
#[derive(Clone, Debug)]
struct List {
    style: String,
    key: String,
    level: usize,
}

/// Reads the body.
pub(super) struct Reader<'l> {
    lists: ListStyles,
    limits: &'l Limits,
    pub(super) found: Found,
    place: u32,
    cells: usize,
    /// How deep in cells, boxes and notes: their paragraphs are not counted as the body's.
    inside: usize,
}

/// The text of a paragraph and what hangs on it.
#[derive(Default)]
struct Inline<'a, 'i> {
    text: String,
    hanging: Vec<(BlockKind, Node<'a, 'i>)>,
}

impl<'l> Reader<'l> {
    pub(super) fn new(lists: ListStyles, limits: &'l Limits) -> Self {
        Self { lists, limits, found: Found::default(), place: 0, cells: 0, inside: 0 }
    }

    pub(super) fn read(&mut self, body: Node) -> Result<Vec<Flow>, ReadError> {
        let mut out = Vec::new();
        self.blocks(body, BlockKind::Paragraph, None, &mut out)?;
        Ok(out)
    }

    fn blocks(
        &mut self,
        node: Node,
        kind: BlockKind,
        list: Option<&List>,
        out: &mut Vec<Flow>,
    ) -> Result<(), ReadError> {
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "p" | "h" => self.paragraph(child, kind, None, out)?,
                "list" => self.list(child, kind, list, out)?,
                "table" => self.table(child, out)?,
                "tracked-changes" => self.changes(child),
                "table-of-content" => self.found.contents += 1,
                "frame" | "custom-shape" | "g" | "rect" => self.frame(child, out)?,
                "sequence-decls" | "variable-decls" | "user-field-decls" | "forms" | "annotation" => {}
                // Sections and other indices hold blocks.
                _ => self.blocks(child, kind, list, out)?,
            }
            self.limits.check_blocks(out.len())?;
        }
        Ok(())
    }

    fn list(
        &mut self,
        node: Node,
        kind: BlockKind,
        outer: Option<&List>,
        out: &mut Vec<Flow>,
    ) -> Result<(), ReadError> {
        let named = attribute(node, "style-name").map(str::to_owned);
        let list = match outer {
            Some(outer) => List {
                style: named.unwrap_or_else(|| outer.style.clone()),
                key: outer.key.clone(),
                level: outer.level + 1,
            },
            None => {
                let style = named.or_else(|| self.style_of_first(node)).unwrap_or_default();
                let key = self.lists.begin(node, &style);
                List { style, key, level: 0 }
            }
        };
        for item in node.children().filter(Node::is_element) {
            let counted = item.tag_name().name() == "list-item";
            let start = attribute(item, "start-value").and_then(|n| n.parse().ok());
            let mut first = counted;
            for child in item.children().filter(Node::is_element) {
                match child.tag_name().name() {
                    "p" | "h" => {
                        let mark = first.then(|| self.mark(&list, start));
                        first = false;
                        self.paragraph(child, kind, Some(mark.unwrap_or_default()), out)?;
                    }
                    "list" => self.list(child, kind, Some(&list), out)?,
                    "table" => self.table(child, out)?,
                    _ => {}
                }
                self.limits.check_blocks(out.len())?;
            }
        }
        Ok(())
    }

    /// The list style that the first paragraph of a list without one names.
    fn style_of_first(&self, list: Node) -> Option<String> {
        let first = list.descendants().find(|n| matches!(n.tag_name().name(), "p" | "h"))?;
        let style = self.lists.of_paragraph(attribute(first, "style-name")?)?;
        Some(style.to_owned())
    }

    fn mark(&mut self, list: &List, start: Option<i64>) -> String {
        self.lists.count(&list.key, &list.style, list.level, start)
    }

    /// Reads a paragraph. `mark` is the mark of its list; `None` where it stands in no list.
    fn paragraph(
        &mut self,
        node: Node,
        kind: BlockKind,
        mark: Option<String>,
        out: &mut Vec<Flow>,
    ) -> Result<(), ReadError> {
        self.place += u32::from(self.inside == 0);
        let mut inline = Inline::default();
        self.inline(node, &mut inline);
        let text = inline.text.trim_end_matches(' ').to_owned();
        let blank = crate::text::trim(&text).is_empty();
        let mark = match mark {
            Some(mark) => mark,
            None if !blank && node.tag_name().name() == "h" && !is_list_header(node) => {
                let level = attribute(node, "outline-level").and_then(|l| l.parse::<usize>().ok());
                self.lists.count_heading(level.unwrap_or(1).max(1) - 1)
            }
            None => String::new(),
        };
        out.push(Flow::Paragraph { kind, place: self.place.max(1), text: joined(&mark, &text) });
        for (kind, content) in inline.hanging {
            self.apart(content, kind, out)?;
        }
        Ok(())
    }

    /// Reads the content of a box or note.
    fn apart(&mut self, node: Node, kind: BlockKind, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        self.inside += 1;
        let done = self.blocks(node, kind, None, out);
        self.inside -= 1;
        done
    }

    fn inline<'a, 'i>(&mut self, node: Node<'a, 'i>, out: &mut Inline<'a, 'i>) {
        for child in node.children() {
            if child.is_text() {
                push_collapsed(&mut out.text, child.text().unwrap_or_default());
                continue;
            }
            match child.tag_name().name() {
                "s" => {
                    let count = attribute(child, "c").and_then(|c| c.parse().ok()).unwrap_or(1);
                    out.text.extend(std::iter::repeat_n(' ', count.min(MAX_BLANKS)));
                }
                "tab" => out.text.push('\t'),
                "line-break" => out.text.push('\n'),
                "note" => {
                    let body = child.children().find(|n| n.tag_name().name() == "note-body");
                    out.hanging.extend(body.map(|body| (BlockKind::Footnote, body)));
                }
                "annotation" => self.found.comments += 1,
                "annotation-end" | "ruby-text" => {}
                "frame" | "custom-shape" | "g" | "rect" => {
                    let text = has_text(child);
                    self.found.pictures += usize::from(!text);
                    out.hanging.extend(text.then_some((BlockKind::TextBox, child)));
                }
                _ => self.inline(child, out),
            }
        }
    }

    /// A frame that stands between paragraphs.
    fn frame(&mut self, node: Node, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        if has_text(node) {
            self.apart(node, BlockKind::TextBox, out)
        } else {
            self.found.pictures += 1;
            Ok(())
        }
    }

    fn table(&mut self, node: Node, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        let limits = self.limits;
        let mut nested = Vec::new();
        self.inside += 1;
        let grid = Grid::read(node, limits, |cell| {
            let mut inner = Vec::new();
            self.blocks(cell, BlockKind::Paragraph, None, &mut inner)?;
            let mut texts = Vec::new();
            for part in inner {
                match part {
                    Flow::Paragraph { text, .. } => texts.push(text),
                    Flow::Table(grid) => nested.push(grid),
                }
            }
            self.cells += 1;
            self.limits.check_cells(self.cells)?;
            Ok(texts)
        });
        self.inside -= 1;
        out.push(Flow::Table(grid?));
        out.extend(nested.into_iter().map(Flow::Table));
        Ok(())
    }

    /// Counts the tracked changes; the deleted words stand here and nowhere else.
    fn changes(&mut self, node: Node) {
        for change in node.descendants() {
            match change.tag_name().name() {
                "insertion" => self.found.inserted += 1,
                "deletion" => self.found.deleted += 1,
                _ => {}
            }
        }
    }
}

fn is_list_header(node: Node) -> bool {
    attribute(node, "is-list-header") == Some("true")
}

/// Whether a drawing holds paragraphs.
fn has_text(node: Node) -> bool {
    node.descendants().any(|n| matches!(n.tag_name().name(), "p" | "h"))
}

/// Adds text with its white space collapsed, as the format wants it.
fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, ' ' | '\t' | '\n' | '\r') {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
}

/// A mark and the text behind it; a blank parts them where they would run together.
fn joined(mark: &str, text: &str) -> String {
    let text = text.trim_start_matches([' ', '\t']);
    let mark = mark.trim_start();
    let closed = |c: char| "、.．)）】〕，：: \u{3000}".contains(c) || !c.is_ascii() && !"•●■◆▪".contains(c);
    let figure = |c: char| c.is_ascii_alphanumeric();
    let runs_together = mark.ends_with('.') && text.starts_with(figure);
    if mark.is_empty() || text.is_empty() {
        // A mark without text says nothing.
        text.to_owned()
    } else if mark.ends_with(closed) && !runs_together {
        format!("{mark}{text}")
    } else {
        format!("{mark} {text}")
    }
}
