//! Bytes of a file read into a [`luoshi_text::Document`].
//!
//! [`read`] looks at the content, never at the file's name, and hands the bytes to the reader of
//! that format. A fault *in* a document is not an error here: whatever can be read is read, and a
//! notice says what was left out. [`ReadError`] is for bytes that are no document, are locked or
//! damaged, or would cost more than the [`Limits`] allow; each error is one Chinese sentence that
//! says what to do.
//!
//! This is the only room that unpacks zip and reads XML: every zip goes through `archive`, every
//! XML part through `xml`, so that the bounds hold for all formats.

mod archive;
mod cells;
mod detect;
mod doc;
mod docx;
mod error;
mod guard;
mod html;
mod items;
mod layout;
mod limits;
mod odt;
mod ofd;
mod pdf;
mod separated;
mod soffice;
mod text;
mod xlsx;
mod xml;

use luoshi_text::{Document, Format};

pub use detect::detect;
pub use error::ReadError;
pub use guard::READER_THREAD;
pub use limits::Limits;
pub use separated::{Row, Separated, read_separated};
pub use soffice::find_soffice;

/// Reads a file's bytes, deciding by their content what they are.
///
/// The name, where there is one, only settles what content cannot: whether a text is Markdown.
pub fn read(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Document, ReadError> {
    limits.check_size(bytes.len() as u64)?;
    match detect(bytes)? {
        Format::Text => text::read_text(bytes, name, limits),
        Format::Docx => docx::read_docx(bytes, limits),
        Format::Html => html::read_html(bytes, limits),
        Format::Pdf => pdf::read_pdf(bytes, limits),
        Format::Doc => doc::read_doc(bytes, limits),
        Format::Odt => odt::read_odt(bytes, limits),
        Format::Ofd => ofd::read_ofd(bytes, limits),
        Format::Xlsx => xlsx::read_xlsx(bytes, limits),
    }
}
