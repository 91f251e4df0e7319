use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Span;

/// What kind of file a document was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text or Markdown.
    Text,
    /// Office Open XML text (Word 2007 and later, WPS).
    Docx,
    /// Binary Word 97–2003, also `.wps`.
    Doc,
    /// PDF with a text layer.
    Pdf,
    /// OFD, GB/T 33190-2016.
    Ofd,
    /// A saved web page.
    Html,
    /// A workbook (xlsx, xls).
    Xlsx,
    /// OpenDocument text.
    Odt,
}

/// Where a stretch of text stood in the user's own file. All numbers count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A physical line of a text file.
    Line(u32),
    /// A paragraph of a word processor's file or web page, counted through the body.
    Paragraph(u32),
    /// A line on a page.
    Page {
        /// The page.
        page: u32,
        /// The line on that page.
        line: u32,
    },
    /// A cell of a table: which table of the document, row and column.
    Cell {
        /// The table, counted through the document.
        table: u32,
        /// The row.
        row: u32,
        /// The first column that the cell covers.
        col: u32,
    },
    /// A cell of a workbook: sheet, row and column as the spreadsheet counts them.
    Sheet {
        /// The sheet.
        sheet: u32,
        /// The row.
        row: u32,
        /// The column.
        col: u32,
    },
}

/// Part of a block that came from one place. A paragraph that was broken over several physical
/// lines has one piece a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Offset in the document's text at which the piece begins; it ends where the next begins.
    pub at: u32,
    /// Where it stood.
    pub origin: Origin,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph of running text, with the number that a word processor showed before it.
    Paragraph,
    /// The content of a table cell: index into [`Document::tables`], row and column from 0.
    Cell {
        /// Index of the table.
        table: u32,
        /// Row from 0.
        row: u32,
        /// First column from 0.
        col: u32,
    },
    /// The text of a box that floats beside the body.
    TextBox,
    /// A footnote or endnote.
    Footnote,
}

/// One paragraph or table cell: a line of the canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where it stands in the document's text, without the line feed that ends it.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
    /// Where its parts came from; never empty, in order, the first at `span.start`.
    pub pieces: Vec<Piece>,
}

/// A cell as a reader sees it: merged cells are one cell with a width and a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Index into [`Document::blocks`] of its first block; further blocks of the cell follow it.
    pub block: u32,
    /// How many blocks (paragraphs) the cell holds, at least one (an empty cell has an empty one).
    pub blocks: u32,
    /// Row from 0.
    pub row: u32,
    /// First column from 0.
    pub col: u32,
    /// Rows covered, at least 1.
    pub height: u32,
    /// Columns covered, at least 1.
    pub width: u32,
}

/// A table: cells in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The cells, row by row.
    pub cells: Vec<Cell>,
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub cols: u32,
    /// Leading rows that the file marks as heads (0 where it marks none).
    pub head_rows: u32,
}

/// Something a reader did or lost that the user should know ("2 tracked deletions left out").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// Kebab-case name, e.g. `tracked-changes`.
    pub code: String,
    /// A Chinese sentence.
    pub message: String,
    /// Where, if at one place.
    pub origin: Option<Origin>,
}

/// A document: its canonical text and where every part came from.
///
/// The text is the blocks in reading order, each ended by one line feed; no block holds a line
/// feed itself. Nothing else is changed: characters stand as the file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: String,
    blocks: Vec<Block>,
    tables: Vec<Table>,
    format: Format,
    notices: Vec<Notice>,
}

impl Document {
    /// The canonical text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words of a span; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The blocks in reading order; a block is one line of the text.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The tables in reading order.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The kind of file it came from.
    pub fn format(&self) -> Format {
        self.format
    }

    /// What the reader wants the user to know.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The block that holds an offset (the last one for an offset past the end).
    pub fn block_at(&self, offset: usize) -> Option<usize> {
        let n = self.blocks.partition_point(|b| b.span.start as usize <= offset);
        n.checked_sub(1)
    }

    /// Where an offset stood in the user's file.
    pub fn origin_at(&self, offset: usize) -> Option<Origin> {
        let block = &self.blocks[self.block_at(offset)?];
        let n = block.pieces.partition_point(|p| p.at as usize <= offset);
        block.pieces.get(n.saturating_sub(1)).map(|p| p.origin)
    }

    /// The end of the piece that holds an offset: as far as one goes without leaving its place.
    pub fn piece_end(&self, offset: usize) -> usize {
        let Some(i) = self.block_at(offset) else { return 0 };
        let block = &self.blocks[i];
        let n = block.pieces.partition_point(|p| p.at as usize <= offset);
        block.pieces.get(n).map_or(block.span.end, |p| p.at) as usize
    }

    /// This document with another one behind it: an annex kept in a file of its own. Spans into
    /// this one stay as they are; those of the other are moved right by this text's length.
    pub fn joined(mut self, other: Document) -> Self {
        let (bytes, blocks, tables) = (self.text.len(), self.blocks.len() as u32, self.tables.len() as u32);
        self.text.push_str(&other.text);
        self.blocks.extend(other.blocks.into_iter().map(|block| Block {
            span: block.span.shifted(bytes),
            kind: match block.kind {
                BlockKind::Cell { table, row, col } => BlockKind::Cell { table: table + tables, row, col },
                kind => kind,
            },
            pieces: block.pieces.into_iter().map(|p| Piece { at: p.at + bytes as u32, ..p }).collect(),
        }));
        self.tables.extend(other.tables.into_iter().map(|mut table| {
            table.cells.iter_mut().for_each(|cell| cell.block += blocks);
            table
        }));
        self.notices.extend(other.notices);
        self
    }

    /// A text with one paragraph a line, for tests and callers that already hold clean text.
    pub fn from_lines(text: &str) -> Self {
        let mut builder = Builder::new(Format::Text);
        for (i, line) in text.lines().enumerate() {
            if !line.trim().is_empty() {
                builder.paragraph(line.trim(), Origin::Line(i as u32 + 1));
            }
        }
        builder.finish()
    }
}

/// Puts a document together block by block. Line feeds inside a given text become blanks, so the
/// rule "one block, one line" cannot be broken.
#[derive(Debug)]
pub struct Builder {
    doc: Document,
}

impl Builder {
    /// An empty document of a format.
    pub fn new(format: Format) -> Self {
        Self {
            doc: Document {
                text: String::new(),
                blocks: Vec::new(),
                tables: Vec::new(),
                format,
                notices: Vec::new(),
            },
        }
    }

    /// Adds a block made of parts that came from different places, and gives its index.
    pub fn block<'a>(&mut self, kind: BlockKind, parts: impl IntoIterator<Item = (&'a str, Origin)>) -> u32 {
        let start = self.doc.text.len();
        let parts = parts.into_iter();
        // Nearly every block has one piece.
        let mut pieces = Vec::with_capacity(parts.size_hint().0.max(1));
        for (part, origin) in parts {
            pieces.push(Piece { at: self.doc.text.len() as u32, origin });
            self.doc.text.extend(part.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
        }
        let span = Span::new(start, self.doc.text.len());
        self.doc.text.push('\n');
        self.doc.blocks.push(Block { span, kind, pieces });
        self.doc.blocks.len() as u32 - 1
    }

    /// Adds a paragraph from one place.
    pub fn paragraph(&mut self, text: &str, origin: Origin) -> u32 {
        self.block(BlockKind::Paragraph, [(text, origin)])
    }

    /// Adds a table whose cell blocks have been added; gives its index.
    pub fn table(&mut self, table: Table) -> u32 {
        self.doc.tables.push(table);
        self.doc.tables.len() as u32 - 1
    }

    /// The index that the next table will have.
    pub fn next_table(&self) -> u32 {
        self.doc.tables.len() as u32
    }

    /// Adds a word to the user.
    pub fn notice(&mut self, code: &str, message: impl Into<String>, origin: Option<Origin>) {
        self.doc.notices.push(Notice { code: code.to_owned(), message: message.into(), origin });
    }

    /// The document.
    pub fn finish(mut self) -> Document {
        // It is held for as long as anybody looks at it.
        self.doc.blocks.shrink_to_fit();
        self.doc.text.shrink_to_fit();
        self.doc
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_leads_back_to_its_physical_line() {
        let mut builder = Builder::new(Format::Text);
        builder.paragraph("关于印发方案的通知", Origin::Line(1));
        builder.block(BlockKind::Paragraph, [("加强综", Origin::Line(3)), ("合治理", Origin::Line(4))]);
        let doc = builder.finish();
        let at = doc.text().find("合治理").unwrap();
        assert_eq!(doc.origin_at(at), Some(Origin::Line(4)));
        assert_eq!(doc.origin_at(at - 1), Some(Origin::Line(3)));
        assert_eq!(doc.piece_end(at - 3), at);
        assert_eq!(doc.slice(doc.blocks()[1].span), "加强综合治理");
    }

    #[test]
    fn an_annex_is_joined_behind() {
        let table = |rows: u32| {
            let mut builder = Builder::new(Format::Docx);
            builder.paragraph("附件", Origin::Paragraph(1));
            let mut cells = Vec::new();
            for row in 0..rows {
                let table = builder.next_table();
                let kind = BlockKind::Cell { table, row, col: 0 };
                let block = builder.block(kind, [("数", Origin::Cell { table: 1, row: row + 1, col: 1 })]);
                cells.push(Cell { block, blocks: 1, row, col: 0, height: 1, width: 1 });
            }
            builder.table(Table { cells, rows, cols: 1, head_rows: 0 });
            builder.finish()
        };
        let doc = table(1).joined(table(2));
        assert_eq!(doc.blocks().len(), 5);
        for block in doc.blocks() {
            assert_eq!(block.pieces[0].at, block.span.start);
        }
        let cell = doc.tables()[1].cells[1];
        let block = &doc.blocks()[cell.block as usize];
        assert_eq!(block.kind, BlockKind::Cell { table: 1, row: 1, col: 0 });
        assert_eq!(doc.slice(block.span), "数");
        assert_eq!(doc.origin_at(block.span.start as usize), Some(Origin::Cell { table: 1, row: 2, col: 1 }));
    }

    #[test]
    fn a_block_never_holds_a_line_feed() {
        let mut builder = Builder::new(Format::Docx);
        builder.paragraph("一\n二\r\n三", Origin::Paragraph(1));
        let doc = builder.finish();
        assert_eq!(doc.text().matches('\n').count(), 1);
    }
}
