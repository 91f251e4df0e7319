//! Forms that bring a file.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;

use crate::error::{Result, WebError};
use crate::sheet::Sent;

/// What came in: words, and one file.
#[derive(Default)]
pub(super) struct Upload {
    /// The words.
    pub(super) sent: Sent,
    /// The name of the file.
    pub(super) name: String,
    /// Its bytes, where one was chosen.
    pub(super) file: Option<Vec<u8>>,
}

impl Upload {
    /// Reads a form whose parts are no longer than a number of bytes each.
    pub(super) async fn read(mut form: Multipart, most: usize) -> Result<Self> {
        let mut upload = Self::default();
        while let Some(mut part) = form.next_field().await.map_err(malformed)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(malformed)? {
                if bytes.len() + chunk.len() > most {
                    let size = most >> 20;
                    return Err(WebError::Malformed(format!("“{name}”超过{size}兆字节，请减小后再传")));
                }
                bytes.extend_from_slice(&chunk);
            }
            match file {
                Some(file) if !bytes.is_empty() => (upload.name, upload.file) = (file, Some(bytes)),
                Some(_) => {}
                None => upload.sent.0.push((name, String::from_utf8_lossy(&bytes).into_owned())),
            }
        }
        Ok(upload)
    }
}

/// Why a form with files could not be read.
pub(super) fn malformed(error: MultipartError) -> WebError {
    let words = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => "文件太大，没有收下",
        _ => "上传中断，没有收全",
    };
    WebError::Malformed(String::from(words))
}
