//! Workbooks of 1995 to 2003: the records of the stream `Workbook`, one after the other.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use luoshi_text::Format;

use super::number::{NumberFormat, general};
use super::strings::{Chunks, shared_strings, text_of};
use super::{Area, Sheet};
use crate::{Limits, ReadError};

// Kinds of records, by the names of the format's description.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUNDSHEET: u16 = 0x0085;
const FILEPASS: u16 = 0x002F;
const DATEMODE: u16 = 0x0022;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const LABELSST: u16 = 0x00FD;
const LABEL: u16 = 0x0204;
const RSTRING: u16 = 0x00D6;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const MULRK: u16 = 0x00BD;
const BOOLERR: u16 = 0x0205;
const FORMULA: u16 = 0x0006;
const STRING: u16 = 0x0207;
const MERGECELLS: u16 = 0x00E5;

/// The version of 1997 and later; earlier ones have texts in the encoding of their place.
const VERSION_97: u16 = 0x0600;

/// What the head of the workbook says for all sheets.
#[derive(Default)]
struct Globals {
    old: bool,
    since_1904: bool,
    codes: HashMap<u16, String>,
    styles: Vec<u16>,
    shared: Vec<String>,
    /// Sheets with where their records begin.
    tabs: Vec<(Sheet, usize)>,
}

/// Reads the sheets of an xls file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, ReadError> {
    let stream = open(bytes, limits).ok_or_else(|| ReadError::damaged(Format::Xlsx, "工作簿不完整"))?;
    let mut globals = read_globals(&stream)?;
    let formats: Vec<NumberFormat> = globals.styles.iter().map(|&id| format(&globals, id)).collect();
    let mut sheets = Vec::new();
    let mut cells = 0;
    for (mut sheet, start) in std::mem::take(&mut globals.tabs) {
        read_sheet(&stream, start, &globals, &formats, &mut sheet, limits)?;
        cells += sheet.cells.len();
        limits.check_cells(cells)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The stream that holds the workbook.
fn open(bytes: &[u8], limits: &Limits) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut out = Vec::new();
    // A stream cut short gives the records that are left.
    let _ = file.open_stream(name).ok()?.take(limits.bytes).read_to_end(&mut out);
    (!out.is_empty()).then_some(out)
}

/// Goes through records: kind and content.
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let head = self.bytes.get(self.at..self.at.checked_add(4)?)?;
        let (kind, length) = (u16_at(head, 0)?, usize::from(u16_at(head, 2)?));
        let start = self.at + 4;
        let end = self.bytes.len().min(start + length);
        self.at = end;
        Some((kind, &self.bytes[start..end]))
    }
}

pub(super) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    data.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn f64_at(data: &[u8], at: usize) -> Option<f64> {
    let bytes = data.get(at..at + 8)?.try_into().ok()?;
    Some(f64::from_le_bytes(bytes))
}

fn read_globals(stream: &[u8]) -> Result<Globals, ReadError> {
    let mut out = Globals::default();
    let mut records = Records { bytes: stream, at: 0 }.peekable();
    while let Some((kind, data)) = records.next() {
        match kind {
            BOF => out.old = u16_at(data, 0).is_some_and(|version| version < VERSION_97),
            FILEPASS => return Err(ReadError::Encrypted),
            DATEMODE => out.since_1904 = u16_at(data, 0) == Some(1),
            XF => out.styles.extend(u16_at(data, 2)),
            FORMAT => {
                let code = if out.old { data.get(2..).map(short_text) } else { text_of(data, 2) };
                if let (Some(id), Some(code)) = (u16_at(data, 0), code) {
                    out.codes.insert(id, code);
                }
            }
            BOUNDSHEET => out.tabs.extend(tab(data, out.old)),
            SST => {
                let mut parts = vec![data];
                while let Some((_, more)) = records.next_if(|(kind, _)| *kind == CONTINUE) {
                    parts.push(more);
                }
                out.shared = shared_strings(Chunks::new(parts));
            }
            EOF => break,
            _ => {}
        }
    }
    Ok(out)
}

/// A tab: its name, whether it is shown, and where its records begin. Charts and macros are no
/// sheets of cells.
fn tab(data: &[u8], old: bool) -> Option<(Sheet, usize)> {
    let start = u32_at(data, 0)? as usize;
    let (state, kind) = (*data.get(4)?, *data.get(5)?);
    if kind != 0 {
        return None;
    }
    let name = if old {
        short_text(data.get(6..)?)
    } else {
        // Its length is one byte, that of other texts two.
        let length = [*data.get(6)?, 0];
        text_of(&[&length, data.get(7..)?].concat(), 0)?
    };
    Some((Sheet { name, hidden: state & 3 != 0, ..Sheet::default() }, start))
}

/// A text of the old version: one byte of length, and bytes in the encoding of their place.
fn short_text(data: &[u8]) -> String {
    let (length, rest) = data.split_first().map_or((0, data), |(n, rest)| (usize::from(*n), rest));
    local_text(&rest[..length.min(rest.len())])
}

fn local_text(bytes: &[u8]) -> String {
    encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned()
}

fn format(globals: &Globals, id: u16) -> NumberFormat {
    match globals.codes.get(&id) {
        Some(code) => NumberFormat::of_code(code, globals.since_1904),
        None => NumberFormat::built_in(u32::from(id), globals.since_1904),
    }
}

fn read_sheet(
    stream: &[u8],
    start: usize,
    globals: &Globals,
    formats: &[NumberFormat],
    sheet: &mut Sheet,
    limits: &Limits,
) -> Result<(), ReadError> {
    // Charts that stand in a sheet have a beginning and an end of their own.
    let mut depth = 0;
    // A formula that gives a text is followed by it.
    let mut waiting: Option<(u32, u32)> = None;
    for (kind, data) in (Records { bytes: stream, at: start }) {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ if depth != 1 => {}
            STRING => {
                let text = if globals.old { data.get(2..).map(local_text) } else { text_of(data, 0) };
                if let (Some((row, col)), Some(text)) = (waiting.take(), text) {
                    sheet.put(row, col, &text);
                }
            }
            MERGECELLS => sheet.merged.extend(areas(data)),
            MULRK => multiple(data, formats, sheet),
            _ => {
                if let (Some(row), Some(col), Some(style)) =
                    (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4))
                {
                    let place = (u32::from(row), u32::from(col));
                    let number = |n: f64| shown(n, style, formats);
                    let text = match kind {
                        LABELSST => u32_at(data, 6).and_then(|i| globals.shared.get(i as usize).cloned()),
                        LABEL | RSTRING if globals.old => data.get(8..).map(local_text),
                        LABEL | RSTRING => text_of(data, 6),
                        NUMBER => f64_at(data, 6).map(number),
                        RK => u32_at(data, 6).map(rk).map(number),
                        BOOLERR => {
                            data.get(6).zip(data.get(7)).map(|(&value, &error)| flag(value, error != 0))
                        }
                        FORMULA => match data.get(6..14) {
                            Some(&[0, _, _, _, _, _, 0xFF, 0xFF]) => {
                                waiting = Some(place);
                                None
                            }
                            Some(&[kind @ 1..=2, _, value, _, _, _, 0xFF, 0xFF]) => {
                                Some(flag(value, kind == 2))
                            }
                            Some(&[_, _, _, _, _, _, 0xFF, 0xFF]) => None,
                            _ => f64_at(data, 6).map(number),
                        },
                        _ => None,
                    };
                    if let Some(text) = text {
                        sheet.put(place.0, place.1, &text);
                    }
                }
            }
        }
        limits.check_cells(sheet.cells.len().max(sheet.merged.len()))?;
    }
    Ok(())
}

fn shown(number: f64, style: u16, formats: &[NumberFormat]) -> String {
    formats.get(usize::from(style)).map_or_else(|| general(number), |format| format.show(number))
}

/// Numbers of several cells of a row.
fn multiple(data: &[u8], formats: &[NumberFormat], sheet: &mut Sheet) {
    let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else {
        return;
    };
    let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
    for (col, cell) in (u32::from(first)..).zip(cells.chunks_exact(6)) {
        if let (Some(style), Some(number)) = (u16_at(cell, 0), u32_at(cell, 2)) {
            sheet.put(u32::from(row), col, &shown(rk(number), style, formats));
        }
    }
}

/// A number packed into 30 bits: a whole number or the upper half of a fraction, perhaps in
/// hundredths.
fn rk(packed: u32) -> f64 {
    let value = if packed & 2 != 0 {
        f64::from(packed as i32 >> 2)
    } else {
        f64::from_bits(u64::from(packed & !3) << 32)
    };
    if packed & 1 != 0 { value / 100.0 } else { value }
}

fn flag(value: u8, error: bool) -> String {
    let text = match (error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0F) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1D) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    };
    text.to_owned()
}

fn areas(data: &[u8]) -> Vec<Area> {
    let count = usize::from(u16_at(data, 0).unwrap_or(0));
    let number = |at: usize| u16_at(data, at).map(u32::from);
    let area = |i: usize| {
        let at = 2 + i * 8;
        let area =
            Area { top: number(at)?, bottom: number(at + 2)?, left: number(at + 4)?, right: number(at + 6)? };
        (area.top <= area.bottom && area.left <= area.right).then_some(area)
    };
    (0..count).map_while(|i| (2 + i * 8 < data.len()).then(|| area(i))).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers() {
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk(0x3FF0_0001), 0.01);
        assert_eq!(rk((1234_i32 << 2) as u32 | 2), 1234.0);
        assert_eq!(rk((-5_i32 << 2) as u32 | 3), -0.05);
    }
}
