use luoshi_text::{BlockKind, Builder, Document, Format, Origin, Table};

use super::body::{Flow, Found, Kind};
use super::package::Package;
use super::table::Grid;
use crate::cells::{self, lines};
use crate::{Limits, ReadError};

/// Puts the document together from what was read.
pub(super) fn document(
    flow: Vec<Flow>,
    found: &Found,
    package: &Package,
    broken: &[String],
    format: Format,
    limits: &Limits,
) -> Result<Document, ReadError> {
    let mut builder = Builder::new(format);
    let mut blocks = 0;
    for part in flow {
        match part {
            Flow::Paragraph { kind, place, text } => {
                let kind = match kind {
                    Kind::Body => BlockKind::Paragraph,
                    Kind::TextBox => BlockKind::TextBox,
                    Kind::Note => BlockKind::Footnote,
                };
                for line in lines(&text) {
                    blocks += 1;
                    builder.block(kind, [(line, Origin::Paragraph(place))]);
                }
            }
            Flow::Table(grid) => blocks += table(&mut builder, grid),
        }
        limits.check_blocks(blocks)?;
    }
    if blocks == 0 {
        return Err(if found.pictures > 0 { ReadError::NoTextLayer } else { ReadError::Empty });
    }
    notices(&mut builder, found, package, broken);
    Ok(builder.finish())
}

/// Adds a table; gives the number of its blocks.
fn table(builder: &mut Builder, grid: Grid) -> usize {
    let size = Table { rows: grid.rows, cols: grid.cols, head_rows: grid.head_rows, ..Table::default() };
    cells::write(builder, size, &grid.into_cells())
}

fn notices(builder: &mut Builder, found: &Found, package: &Package, broken: &[String]) {
    let mut tell = |code: &str, when: bool, message: String| {
        if when {
            builder.notice(code, message, None);
        }
    };
    let Found { inserted, deleted, hidden, comments, pictures, chunks, contents } = *found;
    tell(
        "tracked-changes",
        inserted + deleted > 0,
        format!(
            "文中有修订痕迹（插入 {inserted} 处，删除 {deleted} 处），已按全部接受修订后的文字读取，请核对是否为定稿。"
        ),
    );
    tell("comments", comments > 0, format!("文中有 {comments} 条批注，批注内容未读取。"));
    tell("hidden-text", hidden > 0, format!("文中有 {hidden} 处隐藏文字，未读取。"));
    tell("pictures", pictures > 0, format!("文中有 {pictures} 处图片或嵌入对象，其中的文字未读取。"));
    tell("table-of-contents", contents > 0, "文中的目录与正文标题重复，未读取。".to_owned());
    tell(
        "embedded-document",
        chunks > 0,
        format!("文中嵌入了 {chunks} 份其他文档，未读取，请另存为普通文档后再读。"),
    );
    tell("macros", package.macros, "文件带有宏，宏未执行，只读取了文字。".to_owned());
    tell(
        "part-damaged",
        !broken.is_empty(),
        format!("文件内的“{}”已损坏，未读取，编号等可能不全。", broken.join("、")),
    );
}
