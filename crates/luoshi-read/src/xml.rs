use luoshi_text::Format;
use roxmltree::{Document, Error, ParsingOptions};

use crate::{Limits, ReadError};

/// Decodes an XML part: UTF-8 or UTF-16 by byte order mark, else what its declaration says.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let (encoding, skip) = encoding_rs::Encoding::for_bom(bytes)
        .unwrap_or_else(|| (declared(bytes).unwrap_or(encoding_rs::UTF_8), 0));
    encoding.decode_without_bom_handling(bytes.get(skip..).unwrap_or_default()).0.into_owned()
}

fn declared(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let text =
        str::from_utf8(head).unwrap_or_else(|e| str::from_utf8(&head[..e.valid_up_to()]).unwrap_or(""));
    let declaration = text.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    // A declaration that can be read byte by byte cannot be UTF-16, whatever it says.
    encoding_rs::Encoding::for_label(label.as_bytes()).filter(|e| e.is_ascii_compatible())
}

/// Parses an XML part within bounds. Document types and entities are refused; nesting and the
/// number of nodes are bounded, so that walking the tree by recursion is safe.
pub(crate) fn parse<'a>(
    text: &'a str,
    part: &str,
    format: Format,
    limits: &Limits,
) -> Result<Document<'a>, ReadError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: limits.nodes, ..Default::default() };
    let tree = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::DtdDetected | Error::EntityReferenceLoop(_) => {
            ReadError::XmlEntities { part: part.to_owned() }
        }
        Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => {
            ReadError::TooComplex { what: "内部结构", limit: u64::from(limits.nodes) }
        }
        error => ReadError::damaged(format, format!("“{part}”第 {} 行不是有效的 XML", error.pos().row)),
    })?;
    check_depth(&tree, limits)?;
    Ok(tree)
}

/// Walks the tree without recursion and refuses one that is nested too deeply.
fn check_depth(tree: &Document, limits: &Limits) -> Result<(), ReadError> {
    let mut depth = 1_usize;
    let mut node = tree.root();
    loop {
        if let Some(child) = node.first_child() {
            node = child;
            depth += 1;
            if depth > limits.depth {
                return Err(ReadError::TooComplex { what: "嵌套层数", limit: limits.depth as u64 });
            }
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else {
                return Ok(());
            };
            node = parent;
            depth -= 1;
        }
    }
}
