//! Office Open XML text: docx as Word and WPS write it.
//!
//! What a reader sees is read: automatic numbers are worked out and put before their paragraphs,
//! tracked changes are taken as accepted, hidden text and field codes are left out, merged cells
//! are one cell.

mod body;
mod names;
mod numbering;
pub(crate) mod numerals;
mod package;
mod runs;
mod styles;
mod table;
mod write;

use luoshi_text::{Document, Format};

use crate::{Limits, ReadError};
use body::Reader;
use package::Package;

/// Reads a docx file.
pub(crate) fn read_docx(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    read_docx_as(bytes, Format::Docx, limits)
}

/// Reads a docx that was made from a file of another format, which the document then names.
pub(crate) fn read_docx_as(bytes: &[u8], format: Format, limits: &Limits) -> Result<Document, ReadError> {
    let package = Package::open(bytes, limits)?;
    let main = package.main.tree(limits)?;
    let body = names::kid(main.root_element(), "body")
        .ok_or_else(|| ReadError::damaged(Format::Docx, "正文缺失"))?;
    // A broken part beside the text costs what it says, not the text.
    let mut broken = Vec::new();
    let styles = package::parse_beside(&package.styles, limits, &mut broken)?;
    let numbering = package::parse_beside(&package.numbering, limits, &mut broken)?;
    let footnotes = package::parse_beside(&package.footnotes, limits, &mut broken)?;
    let endnotes = package::parse_beside(&package.endnotes, limits, &mut broken)?;
    let mut reader = Reader::new(
        styles.as_ref().map(styles::Styles::read).unwrap_or_default(),
        numbering.as_ref().map(numbering::Numbering::read).unwrap_or_default(),
        limits,
    );
    reader.notes("footnote", footnotes.as_ref());
    reader.notes("endnote", endnotes.as_ref());
    let flow = reader.read(body)?;
    write::document(flow, &reader.found, &package, &broken, format, limits)
}
