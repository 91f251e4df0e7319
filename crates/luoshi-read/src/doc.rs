use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a doc file.
pub(crate) fn read_doc(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "doc 文件".to_owned(),
    })
}
