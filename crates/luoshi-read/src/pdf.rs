use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a pdf file.
pub(crate) fn read_pdf(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "pdf 文件".to_owned(),
    })
}
