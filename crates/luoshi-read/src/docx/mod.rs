use luoshi_text::{Document, Format};

use crate::{Limits, ReadError};

/// Reads a docx file.
pub(crate) fn read_docx(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    read_docx_as(bytes, Format::Docx, limits)
}

/// Reads a docx that was made from a file of another format, which the document then names.
pub(crate) fn read_docx_as(
    _bytes: &[u8],
    _format: Format,
    _limits: &Limits,
) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "docx 文件".to_owned(),
    })
}
