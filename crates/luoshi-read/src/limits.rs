use std::path::PathBuf;
use std::time::Duration;

use crate::ReadError;

/// How much a file may cost. Every reader stops with an error where a bound is passed, so that no
/// upload can take the memory or the time of a whole server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub bytes: u64,
    /// Bytes that the entries of an archive may grow to, all together.
    pub expanded: u64,
    /// How many times larger than its packed size one entry may grow (small entries are exempt).
    pub ratio: u64,
    /// Entries of an archive.
    pub entries: usize,
    /// Nesting of elements in XML and HTML.
    pub depth: usize,
    /// Nodes of one XML or HTML tree.
    pub nodes: u32,
    /// Blocks of the document.
    pub blocks: usize,
    /// Cells of all tables of the document, each merged cell counted once.
    pub cells: usize,
    /// Columns of a table and rows or columns that one cell may cover.
    pub span: u32,
    /// Pages of a PDF or OFD.
    pub pages: usize,
    /// How long an outside converter or a fragile parser may take.
    pub time: Duration,
    /// The LibreOffice that may convert old formats; [`crate::find_soffice`] looks for it.
    pub soffice: Option<PathBuf>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            expanded: 256 << 20,
            ratio: 400,
            entries: 10_000,
            depth: 256,
            nodes: 4_000_000,
            blocks: 400_000,
            cells: 400_000,
            span: 2_000,
            pages: 3_000,
            time: Duration::from_secs(60),
            soffice: None,
        }
    }
}

impl Limits {
    /// Refuses a file of `size` bytes that is too large.
    pub(crate) fn check_size(&self, size: u64) -> Result<(), ReadError> {
        if size > self.bytes { Err(ReadError::TooLarge { size, limit: self.bytes }) } else { Ok(()) }
    }

    /// Refuses a document of too many blocks.
    pub(crate) fn check_blocks(&self, blocks: usize) -> Result<(), ReadError> {
        within("段落", blocks, self.blocks)
    }

    /// Refuses a document of too many table cells.
    pub(crate) fn check_cells(&self, cells: usize) -> Result<(), ReadError> {
        within("表格单元格", cells, self.cells)
    }

    /// Refuses a table of too many columns.
    pub(crate) fn check_columns(&self, columns: usize) -> Result<(), ReadError> {
        within("表格列数", columns, self.span as usize)
    }
}

fn within(what: &'static str, n: usize, limit: usize) -> Result<(), ReadError> {
    if n > limit { Err(ReadError::TooComplex { what, limit: limit as u64 }) } else { Ok(()) }
}
