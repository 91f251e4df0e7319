//! Saved web pages: the article is found, the rest of the page left out.

mod content;
mod flow;
mod grid;
mod tree;

use luoshi_text::{Builder, Document, Format};

use crate::guard::Deadline;
use crate::text::{Decoded, tell};
use crate::{Limits, ReadError};
use tree::Tree;

/// Reads a saved web page.
pub(crate) fn read_html(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let decoded = decode(bytes).ok_or(ReadError::NotADocument { found: "二进制数据" })?;
    let tree = Tree::parse(&decoded.text, limits, Deadline::after(limits.time))?;
    let content = content::find(&tree);
    let mut builder = Builder::new(Format::Html);
    tell(&mut builder, &decoded);
    let left_out = flow::write(&tree, &content, &mut builder, limits)?;
    if left_out > 0 {
        let message = format!("页面中有 {left_out} 处图片，其中的文字未读取。");
        builder.notice("pictures", message, None);
    }
    let doc = builder.finish();
    if doc.text().trim().is_empty() {
        return Err(if left_out > 0 { ReadError::NoTextLayer } else { ReadError::Empty });
    }
    Ok(doc)
}

/// Decodes a page: what its bytes show, and only where they leave a doubt what it says of itself,
/// as browsers write another encoding than the page declares when they save it.
fn decode(bytes: &[u8]) -> Option<Decoded> {
    let head = &bytes[..bytes.len().min(4096)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let declared = head.split("charset=").nth(1).and_then(|rest| {
        let label: &str = rest.trim_start_matches(['"', '\'', ' ']);
        let label = label.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()?;
        encoding_rs::Encoding::for_label(label.as_bytes())
    });
    crate::text::decode_declared(bytes, declared)
}
