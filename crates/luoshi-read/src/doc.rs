//! The binary format of Word 97 to 2003, which `.wps` files also have.
//!
//! Where LibreOffice is installed it turns the file into docx, whose reader shows every number.
//! Elsewhere a reader without outside help gives the text, with a notice of what it loses.

use std::io::{Cursor, Read};

use luoshi_text::{BlockKind, Builder, Cell, Document, Format, Origin, Table};
use undoc::model::{Block, ListType, Paragraph, RevisionType};

use crate::guard::{self, Stopped};
use crate::soffice::{self, ConvertError};
use crate::{Limits, ReadError, docx};

/// Reads a doc or wps file.
pub(crate) fn read_doc(bytes: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    if is_locked(bytes) {
        return Err(ReadError::Encrypted);
    }
    let mut failed = None;
    if let Some(program) = &limits.soffice {
        let made = soffice::convert(program, bytes, "doc", "docx", limits);
        let read = |docx: Vec<u8>| docx::read_docx_as(&docx, Format::Doc, limits);
        match made.map(read) {
            Ok(Ok(document)) => return Ok(document),
            Ok(Err(_)) => failed = Some(ConvertError::Failed),
            Err(error) => failed = Some(error),
        }
    }
    read_alone(bytes, failed, limits)
}

/// Whether the head of the text (the FIB) says that it is encrypted.
fn is_locked(bytes: &[u8]) -> bool {
    let flags = || -> Option<u16> {
        let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
        let mut head = [0; 12];
        let mut stream = file.open_stream("WordDocument").ok()?;
        stream.read_exact(&mut head).ok()?;
        Some(u16::from_le_bytes([head[10], head[11]]))
    };
    flags().is_some_and(|flags| flags & 0x0100 != 0)
}

/// Reads the file without LibreOffice.
fn read_alone(bytes: &[u8], failed: Option<ConvertError>, limits: &Limits) -> Result<Document, ReadError> {
    let own = bytes.to_vec();
    let parse = move || undoc::doc::DocParser::from_bytes(own)?.parse();
    let parsed = match guard::run(limits.time, parse) {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(undoc::Error::Encrypted)) => return Err(ReadError::Encrypted),
        Ok(Err(_)) | Err(Stopped::Panicked) => {
            return Err(ReadError::damaged(Format::Doc, "正文无法还原"));
        }
        Err(Stopped::TimedOut) => return Err(ReadError::TimedOut { limit: limits.time }),
    };
    let mut writer =
        Writer { builder: Builder::new(Format::Doc), limits, place: 0, blocks: 0, cells: 0, numbered: 0 };
    for block in parsed.sections.iter().flat_map(|section| &section.content) {
        writer.block(block)?;
    }
    if writer.blocks == 0 {
        return Err(ReadError::Empty);
    }
    let numbered = writer.numbered;
    let mut builder = writer.builder;
    let cause = match failed {
        None => "本机未安装 LibreOffice",
        Some(ConvertError::TimedOut) => "LibreOffice 转换超时",
        Some(ConvertError::Failed | ConvertError::TooLarge) => "LibreOffice 转换失败",
    };
    let numbers = if numbered > 0 {
        format!("{numbered} 处自动编号只能显示为“1.”的样式，")
    } else {
        String::new()
    };
    builder.notice(
        "doc-without-converter",
        format!("{cause}，已直接读取旧版 Word 文件：{numbers}文本框中的文字未读取。请另存为 docx 后再读，以求准确。"),
        None,
    );
    Ok(builder.finish())
}

struct Writer<'l> {
    builder: Builder,
    limits: &'l Limits,
    place: u32,
    blocks: usize,
    cells: usize,
    numbered: usize,
}

impl Writer<'_> {
    fn block(&mut self, block: &Block) -> Result<(), ReadError> {
        match block {
            Block::Paragraph(paragraph) => self.paragraph(BlockKind::Paragraph, paragraph),
            Block::Note { content, .. } => {
                for paragraph in content {
                    self.paragraph(BlockKind::Footnote, paragraph)?;
                }
                Ok(())
            }
            Block::Table(table) => self.table(table, 0),
            Block::PageBreak | Block::SectionBreak | Block::Image { .. } => Ok(()),
        }
    }

    fn paragraph(&mut self, kind: BlockKind, paragraph: &Paragraph) -> Result<(), ReadError> {
        self.place += 1;
        for line in self.lines(paragraph) {
            self.builder.block(kind, [(line.as_str(), Origin::Paragraph(self.place))]);
            self.blocks += 1;
        }
        self.limits.check_blocks(self.blocks)
    }

    /// The lines of a paragraph that hold something, its number before the first.
    fn lines(&mut self, paragraph: &Paragraph) -> Vec<String> {
        let mut text = String::new();
        for run in &paragraph.runs {
            if run.revision != RevisionType::Deleted {
                text.push_str(&run.text);
            }
            if run.line_break || run.page_break {
                text.push('\n');
            }
        }
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Vec::new();
        }
        let number = paragraph.list_info.as_ref().and_then(|list| match list.list_type {
            ListType::Numbered => list.number,
            ListType::Bullet | ListType::None => None,
        });
        let text = match number {
            Some(number) => {
                self.numbered += 1;
                format!("{number}.{trimmed}")
            }
            None => trimmed.to_owned(),
        };
        let lines = text.split(['\n', '\u{b}']).map(|line| line.trim().to_owned());
        lines.filter(|line| !line.is_empty()).collect()
    }

    fn table(&mut self, table: &undoc::Table, depth: usize) -> Result<(), ReadError> {
        let index = self.builder.next_table();
        let columns = table.cell_columns();
        let mut out = Table {
            rows: table.rows.len() as u32,
            cols: table.column_count() as u32,
            head_rows: table.rows.iter().take_while(|row| row.is_header).count() as u32,
            ..Table::default()
        };
        self.cells += table.rows.iter().map(|row| row.cells.len()).sum::<usize>();
        self.limits.check_cells(self.cells)?;
        let mut nested = Vec::new();
        for (row, (cells, columns)) in (0..).zip(table.rows.iter().zip(&columns)) {
            for (cell, &col) in cells.cells.iter().zip(columns) {
                let col = col as u32;
                let kind = BlockKind::Cell { table: index, row, col };
                let origin = Origin::Cell { table: index + 1, row: row + 1, col: col + 1 };
                let mut lines: Vec<String> = cell.content.iter().flat_map(|p| self.lines(p)).collect();
                if lines.is_empty() {
                    lines.push(String::new());
                }
                let blocks: Vec<u32> =
                    lines.iter().map(|line| self.builder.block(kind, [(line.as_str(), origin)])).collect();
                self.blocks += blocks.len();
                out.cells.push(Cell {
                    block: blocks.first().copied().unwrap_or(0),
                    blocks: blocks.len() as u32,
                    row,
                    col,
                    height: cell.row_span.clamp(1, out.rows - row),
                    width: cell.col_span.max(1),
                });
                nested.extend(&cell.nested_tables);
            }
        }
        self.limits.check_blocks(self.blocks)?;
        self.builder.table(out);
        if depth < 8 {
            for table in nested {
                self.table(table, depth + 1)?;
            }
        }
        Ok(())
    }
}
