use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a odt file.
pub(crate) fn read_odt(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "odt 文件".to_owned(),
    })
}
