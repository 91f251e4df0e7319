//! OpenDocument text, read without outside help.
//!
//! Numbers of lists are worked out from their styles, tracked deletions are left out, notes and
//! text boxes stand after the paragraph they hang on.

mod body;
mod lists;
mod table;

use luoshi_text::{Builder, Document, Format, Origin, Table};

use crate::archive::Archive;
use crate::cells::{self, lines};
use crate::{Limits, ReadError, xml};
use body::{Flow, Found, Reader};
use lists::ListStyles;
use table::Grid;

/// Reads an odt file.
pub(crate) fn read_odt(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let mut archive = Archive::open(bytes, Format::Odt, limits)?;
    if let Some(manifest) = archive.read("META-INF/manifest.xml")?
        && memchr::memmem::find(&manifest, b"encryption-data").is_some()
    {
        return Err(ReadError::Encrypted);
    }
    let content = xml::decode(&archive.need("content.xml")?);
    let content = xml::parse(&content, "content.xml", Format::Odt, limits)?;
    let styles = archive.read("styles.xml")?.map(|bytes| xml::decode(&bytes));
    // Broken styles cost numbers, not the text.
    let styles = styles.as_ref().and_then(|s| xml::parse(s, "styles.xml", Format::Odt, limits).ok());
    let mut lists = ListStyles::default();
    for tree in styles.iter().chain([&content]) {
        lists.read(tree.root());
    }
    let body = content.descendants().find(|n| n.tag_name().name() == "text" && n.is_element());
    let body = body.ok_or_else(|| ReadError::damaged(Format::Odt, "正文缺失"))?;
    let mut reader = Reader::new(lists, limits);
    let flow = reader.read(body)?;
    write(flow, &reader.found, limits)
}

/// Puts the document together from what was read.
fn write(flow: Vec<Flow>, found: &Found, limits: &Limits) -> Result<Document, ReadError> {
    let mut builder = Builder::new(Format::Odt);
    let mut blocks = 0;
    for part in flow {
        match part {
            Flow::Paragraph { kind, place, text } => {
                for line in lines(&text) {
                    blocks += 1;
                    builder.block(kind, [(line, Origin::Paragraph(place))]);
                }
            }
            Flow::Table(grid) => blocks += write_table(&grid, &mut builder),
        }
        limits.check_blocks(blocks)?;
    }
    if blocks == 0 {
        return Err(if found.pictures > 0 { ReadError::NoTextLayer } else { ReadError::Empty });
    }
    notices(found, &mut builder);
    Ok(builder.finish())
}

/// Adds a table and gives the number of its blocks.
fn write_table(grid: &Grid, builder: &mut Builder) -> usize {
    let size = Table { rows: grid.rows, cols: grid.cols, head_rows: grid.head_rows, ..Table::default() };
    cells::write(builder, size, &grid.cells)
}

fn notices(found: &Found, builder: &mut Builder) {
    let mut tell = |code: &str, count: usize, message: String| {
        if count > 0 {
            builder.notice(code, message, None);
        }
    };
    let Found { inserted, deleted, comments, pictures, contents } = *found;
    tell(
        "tracked-changes",
        inserted + deleted,
        format!(
            "文中有修订痕迹（插入 {inserted} 处，删除 {deleted} 处），已按全部接受修订后的文字读取，请核对是否为定稿。"
        ),
    );
    tell("comments", comments, format!("文中有 {comments} 条批注，批注内容未读取。"));
    tell("pictures", pictures, format!("文中有 {pictures} 处图片或嵌入对象，其中的文字未读取。"));
    tell("table-of-contents", contents, "文中的目录与正文标题重复，未读取。".to_owned());
}
