use luoshi_text::Document;

use crate::{Limits, ReadError};

/// Reads a saved web page.
pub(crate) fn read_html(_bytes: &[u8], _limits: &Limits) -> Result<Document, ReadError> {
    Err(ReadError::Unsupported {
        found: "html 文件".to_owned(),
    })
}
