use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a text.
pub(crate) fn read_text(
    _bytes: &[u8],
    _name: Option<&str>,
    _limits: &Limits,
) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "txt 文件".to_owned(),
    })
}

/// Decodes a text in any of the encodings in use; `None` for bytes that are no text.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    str::from_utf8(bytes).ok().map(str::to_owned)
}
