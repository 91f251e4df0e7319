use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a ofd file.
pub(crate) fn read_ofd(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "ofd 文件".to_owned(),
    })
}
