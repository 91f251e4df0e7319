//! Workbooks: xlsx and the old xls.
//!
//! Every visible sheet with content gives its name (where there are several), the titles above a
//! table as paragraphs and each contiguous stretch of cells as a table. Cells are shown as the
//! sheet shows them: dates as `2026年3月1日`, whole numbers without a point, percentages.

mod book;
mod number;
mod old;
mod strings;
mod write;

use std::collections::BTreeMap;

use luoshi_text::{Builder, Document, Format};

use crate::{Limits, ReadError};

/// A sheet: what its cells show.
#[derive(Debug, Default)]
struct Sheet {
    name: String,
    hidden: bool,
    /// By row and column from 0; no empty ones.
    cells: BTreeMap<(u32, u32), String>,
    merged: Vec<Area>,
}

/// Rows and columns from 0, ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    top: u32,
    left: u32,
    bottom: u32,
    right: u32,
}

impl Sheet {
    /// Puts a text into a cell; blank ones and cells beyond any sheet are left out.
    fn put(&mut self, row: u32, col: u32, text: &str) {
        let text = text.trim_matches(|c: char| c.is_whitespace() && c != '\u{3000}');
        let blank = text.trim().is_empty();
        if !blank && row < 1 << 20 && col < 1 << 14 {
            self.cells.insert((row, col), text.to_owned());
        }
    }
}

/// Reads an xlsx or xls file.
pub(crate) fn read_xlsx(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let sheets =
        if bytes.starts_with(b"PK") { book::read(bytes, limits)? } else { old::read(bytes, limits)? };
    let mut builder = Builder::new(Format::Xlsx);
    let hidden: Vec<&str> = sheets
        .iter()
        .filter(|sheet| sheet.hidden && !sheet.cells.is_empty())
        .map(|sheet| sheet.name.as_str())
        .collect();
    if !hidden.is_empty() {
        let message = format!("工作表“{}”已隐藏，未读取。", hidden.join("”“"));
        builder.notice("hidden-sheets", message, None);
    }
    write::sheets(&sheets, &mut builder, limits)?;
    let document = builder.finish();
    if document.blocks().is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(document)
}
