use luoshi_text::{BlockKind, Builder, Cell, Document, Format, Origin, Table};

use super::body::{Flow, Found, Kind};
use super::package::Package;
use super::table::Grid;
use crate::text::trim;
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

/// The lines of a paragraph that hold something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(trim).filter(|line| !line.is_empty())
}

/// Adds a table; gives the number of its blocks.
fn table(builder: &mut Builder, grid: Grid) -> usize {
    let table = builder.next_table();
    let (rows, cols, head_rows) = (grid.rows, grid.cols, grid.head_rows);
    let mut cells = Vec::new();
    let mut count = 0;
    for cell in grid.into_cells() {
        let kind = BlockKind::Cell { table, row: cell.row, col: cell.col };
        let origin = Origin::Cell { table: table + 1, row: cell.row + 1, col: cell.col + 1 };
        let texts: Vec<&str> = cell.texts.iter().flat_map(|text| lines(text)).collect();
        let texts = if texts.is_empty() { vec![""] } else { texts };
        let mut first = None;
        for text in &texts {
            let block = builder.block(kind, [(*text, origin)]);
            first.get_or_insert(block);
        }
        count += texts.len();
        cells.push(Cell {
            block: first.unwrap_or_default(),
            blocks: texts.len() as u32,
            row: cell.row,
            col: cell.col,
            height: cell.height,
            width: cell.width,
        });
    }
    if !cells.is_empty() {
        builder.table(Table { cells, rows, cols, head_rows });
    }
    count
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
