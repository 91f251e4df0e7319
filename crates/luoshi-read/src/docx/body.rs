//! Paragraphs and tables in the order in which they are read.

use std::collections::HashMap;

use roxmltree::{Document, Node};

use super::names::{attribute, chosen, kid, val, word};
use super::numbering::Numbering;
use super::runs::{Fields, Hanging, Runs};
use super::styles::{Styles, mark_hidden, mark_removed};
use super::table::Grid;
use crate::{Limits, ReadError};

/// What a paragraph is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Body,
    TextBox,
    Note,
}

/// A stretch of the text.
#[derive(Debug)]
pub(super) enum Flow {
    /// A paragraph: what it is, its place in the body from 1, its lines.
    Paragraph { kind: Kind, place: u32, text: String },
    /// A table.
    Table(Grid),
}

/// What was met on the way that the user should know of.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) inserted: usize,
    pub(super) deleted: usize,
    pub(super) hidden: usize,
    pub(super) comments: usize,
    pub(super) pictures: usize,
    pub(super) chunks: usize,
    pub(super) contents: usize,
}

/// Reads the body of a docx.
pub(super) struct Reader<'a, 'i> {
    styles: Styles,
    numbering: Numbering,
    notes: HashMap<(&'static str, &'a str), Node<'a, 'i>>,
    limits: &'a Limits,
    fields: Fields,
    pub(super) found: Found,
    /// Paragraphs of the body so far.
    place: u32,
    /// Paragraphs and cells so far.
    paragraphs: usize,
    cells: usize,
    /// Text of a paragraph whose end was deleted.
    carried: String,
}

impl<'a, 'i> Reader<'a, 'i> {
    pub(super) fn new(styles: Styles, numbering: Numbering, limits: &'a Limits) -> Self {
        Self {
            styles,
            numbering,
            notes: HashMap::new(),
            limits,
            fields: Fields::default(),
            found: Found::default(),
            place: 0,
            paragraphs: 0,
            cells: 0,
            carried: String::new(),
        }
    }

    /// Makes footnotes or endnotes known.
    pub(super) fn notes(&mut self, kind: &'static str, tree: Option<&'a Document<'i>>) {
        let Some(tree) = tree else { return };
        for note in tree.root_element().children().filter(|node| word(*node) == Some(kind)) {
            // Separators are notes too.
            let plain = matches!(attribute(note, "type"), None | Some("normal"));
            if let Some(id) = attribute(note, "id").filter(|_| plain) {
                self.notes.insert((kind, id), note);
            }
        }
    }

    /// Reads the body.
    pub(super) fn read(&mut self, body: Node<'a, 'i>) -> Result<Vec<Flow>, ReadError> {
        self.fields = Fields::check(body);
        let mut out = Vec::new();
        self.blocks(body, Kind::Body, &mut out)?;
        if !self.carried.is_empty() {
            let text = std::mem::take(&mut self.carried);
            out.push(Flow::Paragraph { kind: Kind::Body, place: self.place.max(1), text });
        }
        Ok(out)
    }

    fn blocks(&mut self, node: Node<'a, 'i>, kind: Kind, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        for child in node.children().filter(Node::is_element) {
            if let Some(chosen) = chosen(child) {
                if let Some(chosen) = chosen {
                    self.blocks(chosen, kind, out)?;
                }
                continue;
            }
            match word(child) {
                Some("p") => self.paragraph(child, kind, out)?,
                Some("tbl") => {
                    let mut hanging = Vec::new();
                    let grid = self.table(child, &mut hanging)?;
                    out.push(Flow::Table(grid));
                    self.hang(hanging, out)?;
                }
                Some("sdt") if is_contents(child) => self.found.contents += 1,
                Some("sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "moveTo") => {
                    self.blocks(child, kind, out)?;
                }
                Some("altChunk") => self.found.chunks += 1,
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, node: Node<'a, 'i>, kind: Kind, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        if kind == Kind::Body {
            self.place += 1;
        }
        let (text, hanging) = self.text_of(node)?;
        if let Some(text) = text {
            out.push(Flow::Paragraph { kind, place: self.place.max(1), text });
        }
        self.hang(hanging, out)
    }

    /// The text of a paragraph with its number, and what hangs on it. No text where the paragraph
    /// is not there for a reader.
    fn text_of(&mut self, node: Node<'a, 'i>) -> Result<(Option<String>, Vec<Hanging<'a, 'i>>), ReadError> {
        self.paragraphs += 1;
        self.limits.check_blocks(self.paragraphs)?;
        let in_contents = self.fields.in_contents();
        let mut runs = Runs {
            styles: &self.styles,
            fields: &mut self.fields,
            found: &mut self.found,
            style: kid(node, "pPr").and_then(|properties| val(properties, "pStyle")),
            text: std::mem::take(&mut self.carried),
            hanging: Vec::new(),
        };
        runs.read(node);
        let (text, hanging) = (runs.text, runs.hanging);
        // The first paragraph of a table of contents opens it, the last one ends it.
        if in_contents || self.fields.in_contents() {
            self.found.contents += usize::from(!in_contents);
            let text = Some(text).filter(|text| !text.trim().is_empty());
            return Ok((text, hanging));
        }
        if mark_removed(node) {
            self.carried = text;
            return Ok((None, hanging));
        }
        let blank = crate::text::trim(&text).is_empty();
        if blank && mark_hidden(node) {
            return Ok((None, hanging));
        }
        let place = self.numbering.place(node, &self.styles);
        let label = place.and_then(|(num, level)| self.numbering.count(&num, level, &self.styles));
        let text = match label {
            Some(label) if blank && label.bullet => text,
            Some(label) => label.before(crate::text::trim(&text)),
            None => text,
        };
        Ok((Some(text), hanging))
    }

    /// Puts text boxes and notes after the paragraph or table they hang on.
    fn hang(&mut self, hanging: Vec<Hanging<'a, 'i>>, out: &mut Vec<Flow>) -> Result<(), ReadError> {
        for item in hanging {
            match item {
                Hanging::Box(content) => self.blocks(content, Kind::TextBox, out)?,
                // A note is taken out, so that notes that refer to each other come to an end.
                Hanging::Note(kind, id) => {
                    if let Some(note) = self.notes.remove(&(kind, id)) {
                        self.blocks(note, Kind::Note, out)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn table(&mut self, node: Node<'a, 'i>, hanging: &mut Vec<Hanging<'a, 'i>>) -> Result<Grid, ReadError> {
        let mut grid = Grid::new(self.limits.span);
        let mut rows = Vec::new();
        gather(node, "tr", &mut rows);
        for row in rows {
            if !grid.begin_row(row) {
                self.found.deleted += usize::from(super::table::row_deleted(row));
                continue;
            }
            let mut cells = Vec::new();
            gather(row, "tc", &mut cells);
            for cell in cells {
                self.cells += 1;
                self.limits.check_cells(self.cells)?;
                let mut texts = Vec::new();
                self.cell(cell, &mut texts, hanging)?;
                grid.cell(cell, texts);
            }
        }
        Ok(grid)
    }

    /// The paragraphs of a cell; tables inside it become paragraphs of it.
    fn cell(
        &mut self,
        node: Node<'a, 'i>,
        texts: &mut Vec<String>,
        hanging: &mut Vec<Hanging<'a, 'i>>,
    ) -> Result<(), ReadError> {
        for child in node.children().filter(Node::is_element) {
            if let Some(chosen) = chosen(child) {
                if let Some(chosen) = chosen {
                    self.cell(chosen, texts, hanging)?;
                }
                continue;
            }
            match word(child) {
                Some("p") => {
                    let (text, more) = self.text_of(child)?;
                    texts.extend(text);
                    hanging.extend(more);
                }
                Some("tbl") => {
                    for cell in self.table(child, hanging)?.into_cells() {
                        texts.extend(cell.texts);
                    }
                }
                Some("sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "moveTo") => {
                    self.cell(child, texts, hanging)?;
                }
                _ => {}
            }
        }
        // A paragraph whose end was deleted does not run out of its cell.
        if !self.carried.is_empty() && word(node) == Some("tc") {
            texts.push(std::mem::take(&mut self.carried));
        }
        Ok(())
    }
}

/// The rows of a table or the cells of a row, also those inside content controls.
fn gather<'a, 'i>(node: Node<'a, 'i>, name: &str, out: &mut Vec<Node<'a, 'i>>) {
    for child in node.children().filter(Node::is_element) {
        match word(child) {
            Some(found) if found == name => out.push(child),
            Some("sdt" | "sdtContent" | "customXml" | "smartTag" | "ins" | "moveTo") => {
                gather(child, name, out)
            }
            _ => {}
        }
    }
}

/// Whether a content control holds a table of contents.
fn is_contents(node: Node) -> bool {
    let gallery = kid(node, "sdtPr")
        .and_then(|properties| kid(properties, "docPartObj"))
        .and_then(|part| val(part, "docPartGallery"));
    gallery == Some("Table of Contents")
}
