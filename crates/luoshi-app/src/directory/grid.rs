//! The cells of a file in rows and columns, whatever kind of file it is.

use std::collections::BTreeMap;

use luoshi_read::{Limits, ReadError};
use luoshi_text::{BlockKind, Document, Format, Origin};

use super::{Place, cell, csv};

/// One sheet or table.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// The rows with where they stand; a row has as many cells as it needs.
    pub(super) rows: Vec<(Place, Vec<String>)>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) grids: Vec<Grid>,
    pub(super) notices: Vec<String>,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Read, ReadError> {
    if luoshi_read::detect(bytes)? == Format::Text {
        if bytes.len() as u64 > limits.bytes {
            return Err(ReadError::TooLarge { size: bytes.len() as u64, limit: limits.bytes });
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Read { grids: vec![separated(text)], notices: Vec::new() });
        }
    }
    let document = luoshi_read::read(bytes, name, limits)?;
    let notices = document.notices().iter().map(|notice| notice.message.clone()).collect();
    let grids = if document.format() == Format::Text && document.tables().is_empty() {
        vec![separated(&lines(&document))]
    } else {
        sheets(&document)
    };
    Ok(Read { grids, notices })
}

fn separated(text: &str) -> Grid {
    let rows = csv::rows(text).into_iter();
    let plain = |row: Vec<String>| row.iter().map(|field| cell::disarmed(field).to_owned()).collect();
    Grid { rows: rows.map(|(row, fields)| (Place { sheet: None, row }, plain(fields))).collect() }
}

/// The physical lines of a text in the encoding of Chinese office programs, which the reader has
/// decoded and may have joined to paragraphs.
fn lines(document: &Document) -> String {
    let mut lines: BTreeMap<u32, String> = BTreeMap::new();
    for block in document.blocks() {
        for (i, piece) in block.pieces.iter().enumerate() {
            let end = block.pieces.get(i + 1).map_or(block.span.end, |next| next.at);
            if let (Origin::Line(line), Some(words)) =
                (piece.origin, document.text().get(piece.at as usize..end as usize))
            {
                lines.entry(line).or_default().push_str(words);
            }
        }
    }
    let last = lines.keys().next_back().copied().unwrap_or(0);
    (1..=last).map(|line| lines.remove(&line).unwrap_or_default() + "\n").collect()
}

type Cells = BTreeMap<(u32, u32), String>;

/// The cells by the sheet or table they stand in. Paragraphs of a sheet are cells too: the reader
/// takes a row with one filled cell for a title or note.
fn sheets(document: &Document) -> Vec<Grid> {
    let mut found: BTreeMap<u32, Cells> = BTreeMap::new();
    for block in document.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph) {
        if let Some(Origin::Sheet { sheet, row, col }) = block.pieces.first().map(|piece| piece.origin) {
            let words = document.slice(block.span);
            join(found.entry(sheet).or_default().entry((row, col)).or_default(), words);
        }
    }
    for table in document.tables() {
        for cell in &table.cells {
            let blocks = document.blocks().iter().skip(cell.block as usize).take(cell.blocks as usize);
            let mut words = String::new();
            let mut origin = None;
            for block in blocks {
                join(&mut words, document.slice(block.span));
                origin = origin.or(block.pieces.first().map(|piece| piece.origin));
            }
            let Some((sheet, row, col)) = origin.and_then(|origin| corner(origin, cell.col)) else {
                continue;
            };
            let cells = found.entry(sheet).or_default();
            // A merged cell says the same for all that it covers.
            for (r, c) in (0..cell.height).flat_map(|r| (0..cell.width).map(move |c| (r, c))) {
                cells.insert((row + r, col + c), words.clone());
            }
        }
    }
    let several = found.len() > 1;
    found.into_iter().map(|(sheet, cells)| grid(several.then_some(sheet), cells)).collect()
}

/// Sheet, row and column of a cell, all from 1.
fn corner(origin: Origin, col: u32) -> Option<(u32, u32, u32)> {
    match origin {
        Origin::Sheet { sheet, row, col } => Some((sheet, row, col)),
        Origin::Cell { table, row, col } => Some((table, row, col)),
        Origin::Line(line) => Some((1, line, col + 1)),
        Origin::Paragraph(_) | Origin::Page { .. } => None,
    }
}

fn join(words: &mut String, more: &str) {
    if !words.is_empty() && !more.is_empty() {
        words.push('\n');
    }
    words.push_str(more);
}

fn grid(sheet: Option<u32>, cells: Cells) -> Grid {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for ((row, col), words) in cells {
        let row = rows.entry(row).or_default();
        row.resize(row.len().max(col as usize), String::new());
        if let Some(cell) = row.get_mut(col as usize - 1) {
            *cell = words;
        }
    }
    Grid { rows: rows.into_iter().map(|(row, cells)| (Place { sheet, row }, cells)).collect() }
}
