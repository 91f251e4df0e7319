//! The paragraphs and tables of an article.

use luoshi_text::{BlockKind, Builder, Origin};

use super::content::Content;
use super::grid;
use super::tree::Tree;
use crate::items::starts_item;
use crate::text::trim;
use crate::{Limits, ReadError};
use unicode_width::UnicodeWidthChar;

/// Elements that stand in a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "cite", "dfn", "kbd", "label", "mark", "q", "samp", "span", "sub", "sup", "time",
    "var", "ruby", "rb", "data", "del",
];

/// Writes the article; gives the number of pictures in it.
pub(super) fn write(
    tree: &Tree,
    content: &Content,
    builder: &mut Builder,
    limits: &Limits,
) -> Result<usize, ReadError> {
    let mut writer = Writer {
        flow: Flow::new(tree, content),
        builder,
        limits,
        number: String::new(),
        place: 0,
        cells: 0,
        blocks: 0,
    };
    if let Some(title) = &content.title {
        writer.place += 1;
        writer.builder.paragraph(title, Origin::Paragraph(writer.place));
    }
    writer.element(content.root)?;
    writer.paragraph()?;
    Ok(writer.flow.pictures)
}

/// Gathers the text of a paragraph.
struct Flow<'a> {
    tree: &'a Tree,
    dropped: &'a [bool],
    text: String,
    /// Whether line feeds of the source are line breaks.
    kept: bool,
    pictures: usize,
}

impl<'a> Flow<'a> {
    fn new(tree: &'a Tree, content: &'a Content) -> Self {
        Self { tree, dropped: &content.dropped, text: String::new(), kept: false, pictures: 0 }
    }

    fn push(&mut self, text: &str) {
        if self.kept {
            self.text += text;
        } else {
            append(&mut self.text, text);
        }
    }
}

/// Appends a text as a browser sets it: whitespace is one blank, a line feed between two Chinese
/// characters is nothing.
fn append(out: &mut String, text: &str) {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !blank(c) {
            let end = rest.find(blank).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let end = rest.find(|c| !blank(c)).unwrap_or(rest.len());
        let (gap, tail) = rest.split_at(end);
        rest = tail;
        let wide = |c: Option<char>| c.is_some_and(|c| c.width().unwrap_or(0) == 2);
        let wrapped =
            gap.contains(['\n', '\r']) && wide(out.chars().next_back()) && wide(rest.chars().next());
        if !wrapped && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}

struct Writer<'a, 'b> {
    flow: Flow<'a>,
    builder: &'b mut Builder,
    limits: &'b Limits,
    /// The number of a list item whose first paragraph is still to come.
    number: String,
    place: u32,
    cells: usize,
    blocks: usize,
}

impl Writer<'_, '_> {
    /// Writes an element. The tree is no deeper than the limits allow, so that recursion ends.
    fn element(&mut self, at: usize) -> Result<(), ReadError> {
        if self.flow.dropped[at] {
            return Ok(());
        }
        let tree = self.flow.tree;
        let node = tree.node(at);
        match node.name.as_str() {
            "" => self.flow.push(&node.text),
            "br" | "hr" => self.paragraph()?,
            "img" => self.flow.pictures += 1,
            "rt" | "rp" => {}
            "table" => self.table(at)?,
            "ol" => self.list(at)?,
            "pre" => {
                self.paragraph()?;
                let kept = std::mem::replace(&mut self.flow.kept, true);
                self.children(at)?;
                self.paragraph()?;
                self.flow.kept = kept;
            }
            name if INLINE.contains(&name) => self.children(at)?,
            _ => {
                self.paragraph()?;
                self.children(at)?;
                self.paragraph()?;
            }
        }
        Ok(())
    }

    fn children(&mut self, at: usize) -> Result<(), ReadError> {
        let tree = self.flow.tree;
        for child in &tree.node(at).children {
            self.element(*child)?;
        }
        Ok(())
    }

    /// Items of a numbered list show their number, unless they bring one themselves.
    fn list(&mut self, at: usize) -> Result<(), ReadError> {
        self.paragraph()?;
        let tree = self.flow.tree;
        let mut number = 0_usize;
        for (child, node) in tree.children(at) {
            if node.name == "li" && !self.flow.dropped[child] {
                number += 1;
                self.paragraph()?;
                if !starts_item(trim(&tree.text_of(child, 100))) {
                    self.number = format!("{number}.");
                }
            }
            self.element(child)?;
            self.paragraph()?;
            self.number.clear();
        }
        Ok(())
    }

    /// Ends the paragraph.
    fn paragraph(&mut self) -> Result<(), ReadError> {
        let text = std::mem::take(&mut self.flow.text);
        for line in text.split(['\n', '\r']).map(trim).filter(|line| !line.is_empty()) {
            self.blocks += 1;
            self.limits.check_blocks(self.blocks)?;
            self.place += 1;
            let line = std::mem::take(&mut self.number) + line;
            self.builder.paragraph(&line, Origin::Paragraph(self.place));
        }
        Ok(())
    }

    fn table(&mut self, at: usize) -> Result<(), ReadError> {
        self.paragraph()?;
        let Some(grid) = grid::read(self.flow.tree, at, self.flow.dropped, self.limits) else {
            // A table that only arranges the page is read as text.
            return self.children(at);
        };
        for caption in &grid.captions {
            self.element(*caption)?;
        }
        self.cells += grid.cells.len();
        self.limits.check_cells(self.cells)?;
        let table = self.builder.next_table();
        let mut cells = Vec::with_capacity(grid.cells.len());
        for cell in &grid.cells {
            let mut texts = Vec::new();
            self.cell(cell.node, &mut texts);
            let kind = BlockKind::Cell { table, row: cell.row, col: cell.col };
            let origin = Origin::Cell { table: table + 1, row: cell.row + 1, col: cell.col + 1 };
            let texts = if texts.is_empty() { vec![String::new()] } else { texts };
            self.blocks += texts.len();
            self.limits.check_blocks(self.blocks)?;
            let mut first = None;
            for text in &texts {
                let block = self.builder.block(kind, [(text.as_str(), origin)]);
                first.get_or_insert(block);
            }
            cells.push(luoshi_text::Cell {
                block: first.unwrap_or_default(),
                blocks: texts.len() as u32,
                row: cell.row,
                col: cell.col,
                height: cell.height,
                width: cell.width,
            });
        }
        self.builder.table(luoshi_text::Table {
            cells,
            rows: grid.rows,
            cols: grid.cols,
            head_rows: grid.head_rows,
        });
        Ok(())
    }

    /// The paragraphs of a cell.
    fn cell(&mut self, at: usize, out: &mut Vec<String>) {
        let tree = self.flow.tree;
        for (child, node) in tree.children(at) {
            if self.flow.dropped[child] {
                continue;
            }
            match node.name.as_str() {
                "" => self.flow.push(&node.text),
                "img" => self.flow.pictures += 1,
                name if INLINE.contains(&name) => {
                    let mut parts = Vec::new();
                    self.inline(child, &mut parts);
                    out.append(&mut parts);
                }
                _ => {
                    self.end_cell_paragraph(out);
                    self.cell(child, out);
                }
            }
        }
        self.end_cell_paragraph(out);
    }

    /// An inline element of a cell; a break in it ends the paragraph, its end does not.
    fn inline(&mut self, at: usize, out: &mut Vec<String>) {
        let tree = self.flow.tree;
        for (child, node) in tree.children(at) {
            match node.name.as_str() {
                _ if self.flow.dropped[child] => {}
                "" => self.flow.push(&node.text),
                "img" => self.flow.pictures += 1,
                "br" => self.end_cell_paragraph(out),
                _ => self.inline(child, out),
            }
        }
    }

    fn end_cell_paragraph(&mut self, out: &mut Vec<String>) {
        let text = std::mem::take(&mut self.flow.text);
        out.extend(text.split(['\n', '\r']).map(trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }
}
