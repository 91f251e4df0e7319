use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a xlsx file.
pub(crate) fn read_xlsx(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "xlsx 文件".to_owned(),
    })
}
