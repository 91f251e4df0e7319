//! OFD, GB/T 33190-2016: pages of text set at fixed places, like PDF but in XML.
//!
//! Each page gives its glyphs and lines to [`crate::layout`]. A file may hold several documents;
//! their pages are counted through.

mod page;

use luoshi_text::{Builder, Document, Format};
use roxmltree::Node;

use crate::archive::Archive;
use crate::layout::{self, Sheet};
use crate::{Limits, ReadError, xml};

/// Reads an OFD file.
pub(crate) fn read_ofd(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let mut archive = Archive::open(bytes, Format::Ofd, limits)?;
    let Some(root) = archive.read("OFD.xml")? else {
        let locked = archive.names().any(|name| name.ends_with("encryptions.xml"));
        return Err(if locked {
            ReadError::Encrypted
        } else {
            ReadError::damaged(Format::Ofd, "缺少“OFD.xml”")
        });
    };
    let text = xml::decode(&root);
    let tree = xml::parse(&text, "OFD.xml", Format::Ofd, limits)?;
    let documents: Vec<String> =
        elements(tree.root(), "DocRoot").filter_map(|node| path_of(node.text()?, "")).collect();
    let mut sheets = Vec::new();
    let mut broken = 0;
    for document in &documents {
        read_document(&mut archive, document, &mut sheets, &mut broken, limits)?;
    }
    if sheets.is_empty() {
        return Err(ReadError::damaged(Format::Ofd, "找不到页面"));
    }
    let count = sheets.len();
    let mut builder = Builder::new(Format::Ofd);
    let held = layout::write(sheets, &mut builder, limits)?;
    if held == 0 {
        return Err(ReadError::NoTextLayer);
    }
    if held < count {
        let empty = count - held;
        let message = format!("共 {count} 页，其中 {empty} 页没有文字（空白页或图片），未读取。");
        builder.notice("pages-without-text", message, None);
    }
    if broken > 0 {
        let message = format!("有 {broken} 页内容缺失或损坏，未读取，请核对原文件。");
        builder.notice("broken-parts", message, None);
    }
    Ok(builder.finish())
}

/// Reads the pages of one document; a page that is missing or broken is an empty sheet.
fn read_document(
    archive: &mut Archive,
    part: &str,
    sheets: &mut Vec<Sheet>,
    broken: &mut usize,
    limits: &Limits,
) -> Result<(), ReadError> {
    let text = xml::decode(&archive.need(part)?);
    let tree = xml::parse(&text, part, Format::Ofd, limits)?;
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let usual = elements(tree.root(), "PageArea").next().and_then(page::size);
    let usual = usual.unwrap_or((210.0, 297.0));
    for node in elements(tree.root(), "Page") {
        if sheets.len() >= limits.pages {
            return Err(ReadError::TooComplex { what: "页数", limit: limits.pages as u64 });
        }
        let part = node.attribute("BaseLoc").and_then(|loc| path_of(loc, folder));
        let bytes = match &part {
            Some(part) => archive.read(part)?,
            None => None,
        };
        let sheet = bytes.zip(part).and_then(|(bytes, part)| {
            let text = xml::decode(&bytes);
            let tree = xml::parse(&text, &part, Format::Ofd, limits).ok()?;
            Some(page::read(tree.root(), usual))
        });
        *broken += usize::from(sheet.is_none());
        sheets.push(sheet.unwrap_or_default());
    }
    Ok(())
}

/// All elements of a name, wherever they stand.
fn elements<'a, 'i>(node: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |n| n.is_element() && n.tag_name().name() == name)
}

/// The path of a part: from the root of the archive, or beside the part that names it.
fn path_of(location: &str, folder: &str) -> Option<String> {
    let location = location.trim();
    let mut parts: Vec<&str> = Vec::new();
    let whole = match location.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{location}"),
    };
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_of_parts() {
        let path = |location, folder| path_of(location, folder);
        assert_eq!(path("Doc_0/Document.xml", "").as_deref(), Some("Doc_0/Document.xml"));
        assert_eq!(path(" /Doc_0/P.xml ", "Doc_1").as_deref(), Some("Doc_0/P.xml"));
        assert_eq!(path("../Pages/P.xml", "Doc_0/x").as_deref(), Some("Doc_0/Pages/P.xml"));
        assert_eq!(path("", ""), None);
    }
}
