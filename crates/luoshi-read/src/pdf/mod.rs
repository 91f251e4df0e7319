//! PDF with a text layer.
//!
//! The file is read by a parser of our own: every step is bounded and gives what it can where a
//! file is damaged, fonts are read once for all pages, and the old Chinese encodings that carry no
//! table of characters (`GBK-EUC-H`, `UniGB-UCS2-H`) are known. What the pages draw goes to
//! [`crate::layout`], which puts the text together again.

mod cmap;
mod content;
mod crypt;
mod file;
mod filter;
mod font;
mod names;
mod object;
mod xref;

use std::sync::Arc;

use luoshi_text::{Builder, Document, Format};

use crate::guard::{self, Deadline, Stopped};
use crate::layout::{self, Sheet};
use crate::{Limits, ReadError};
use content::Painter;
use file::{File, OpenError};

/// Reads a PDF file.
pub(crate) fn read_pdf(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let bytes: Arc<[u8]> = bytes.into();
    let own = limits.clone();
    let done = guard::run(limits.time, move || {
        let deadline = Deadline::after(own.time);
        let sheets = read_pages(&bytes, &own, deadline)?;
        write(sheets, &own)
    });
    done.unwrap_or_else(|stopped| {
        Err(match stopped {
            Stopped::TimedOut => ReadError::TimedOut { limit: limits.time },
            Stopped::Panicked => ReadError::damaged(Format::Pdf, "内部结构混乱"),
        })
    })
}

fn read_pages(bytes: &[u8], limits: &Limits, deadline: Deadline) -> Result<Vec<Sheet>, ReadError> {
    let late = ReadError::TimedOut { limit: limits.time };
    let file = File::open(bytes, limits, deadline).map_err(|error| match error {
        OpenError::Locked => ReadError::Encrypted,
        OpenError::Broken if deadline.passed() => late.clone(),
        OpenError::Broken => ReadError::damaged(Format::Pdf, "找不到页面"),
    })?;
    let pages = file.pages(limits.pages);
    if pages.len() > limits.pages {
        return Err(ReadError::TooComplex { what: "页数", limit: limits.pages as u64 });
    }
    let mut painter = Painter::new(&file);
    let mut sheets = Vec::with_capacity(pages.len());
    for page in &pages {
        sheets.push(painter.page(page).ok_or_else(|| late.clone())?);
        if file.over_limit() {
            return Err(ReadError::ZipBomb { entry: format!("第 {} 页", sheets.len()) });
        }
    }
    Ok(sheets)
}

fn write(sheets: Vec<Sheet>, limits: &Limits) -> Result<Document, ReadError> {
    let count = sheets.len();
    let unknown: usize = sheets.iter().map(|sheet| sheet.unknown).sum();
    let known: usize = sheets.iter().map(|sheet| sheet.glyphs.len()).sum();
    let mut builder = Builder::new(Format::Pdf);
    let held = layout::write(sheets, &mut builder, limits)?;
    if held == 0 || unknown > known {
        return Err(ReadError::NoTextLayer);
    }
    if held < count {
        builder.notice(
            "pages-without-text",
            format!("共 {count} 页，其中 {} 页没有文字（空白页或图片），未读取。", count - held),
            None,
        );
    }
    if unknown > 0 {
        builder.notice(
            "unknown-characters",
            format!("有 {unknown} 个字符的字体没有编码信息，无法识别，已略去。"),
            None,
        );
    }
    Ok(builder.finish())
}
