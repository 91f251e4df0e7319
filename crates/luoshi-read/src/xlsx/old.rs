//! Workbooks of 1997 to 2003, by calamine on a thread of its own.

use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Xls, XlsError};
use luoshi_text::Format;

use super::number::{NumberFormat, general};
use super::{Area, Sheet};
use crate::guard::{self, Stopped};
use crate::{Limits, ReadError};

/// Reads the sheets of an xls file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, ReadError> {
    let bytes = bytes.to_vec();
    let own = limits.clone();
    let done = guard::run(limits.time, move || read_sheets(bytes, &own));
    done.unwrap_or_else(|stopped| {
        Err(match stopped {
            Stopped::TimedOut => ReadError::TimedOut { limit: limits.time },
            Stopped::Panicked => ReadError::damaged(Format::Xlsx, "内部结构混乱"),
        })
    })
}

fn read_sheets(bytes: Vec<u8>, limits: &Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => ReadError::Encrypted,
        _ => ReadError::damaged(Format::Xlsx, "工作簿不完整"),
    })?;
    let since_1904 = book.has_1904_epoch();
    let mut sheets = Vec::new();
    let mut cells = 0;
    for tab in book.sheets_metadata().to_vec() {
        let mut sheet = Sheet {
            name: tab.name.clone(),
            hidden: tab.visible != SheetVisible::Visible,
            ..Sheet::default()
        };
        if let Ok(range) = book.worksheet_range(&tab.name) {
            let (top, left) = range.start().unwrap_or_default();
            for (row, col, data) in range.used_cells() {
                if let Some(text) = shown(data, since_1904) {
                    sheet.put(top + row as u32, left + col as u32, &text);
                }
            }
        }
        for area in book.merge_cells_by_sheet_name(&tab.name).unwrap_or_default() {
            let ((top, left), (bottom, right)) = (area.start, area.end);
            sheet.merged.push(Area { top, left, bottom, right });
        }
        cells += sheet.cells.len();
        limits.check_cells(cells)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn shown(data: &Data, since_1904: bool) -> Option<String> {
    match data {
        Data::Empty => None,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Some(text.clone()),
        Data::Int(n) => Some(n.to_string()),
        Data::Float(n) => Some(general(*n)),
        Data::Bool(b) => Some(if *b { "TRUE" } else { "FALSE" }.to_owned()),
        Data::Error(error) => Some(error.to_string()),
        Data::DateTime(moment) => {
            let number = moment.as_f64();
            let code = if moment.is_duration() {
                "[h]:mm"
            } else if number < 1.0 {
                "h:mm"
            } else if number.fract() > 0.0 {
                "yyyy-m-d h:mm"
            } else {
                "yyyy-m-d"
            };
            Some(NumberFormat::of_code(code, since_1904).show(number))
        }
    }
}
