use std::io;

use jiff::civil::Date;
use luoshi_report::{Align, Content, Media, Report, Table, Tone, Writer};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet,
    XlsxError,
};

use crate::safe::{bounded, looks_like_formula, visible};
use crate::wrap::{columns, wrap};

/// Characters that a cell may hold (32 767) with room for the ellipsis.
const CELL: usize = 32_000;
/// Characters of a note: a sentence, not a chapter.
const NOTE: usize = 600;
/// Points of a line of words in the table.
const LINE: f64 = 15.5;
/// The highest row that spreadsheets allow, in points.
const HIGHEST: f64 = 409.0;

/// A workbook with one sheet a table, laid out to be printed and passed on: A4 landscape, title over
/// the columns, head on every page, filter, page numbers.
///
/// Only tables go into a workbook; paragraphs of the report are left out. Cells that cover several
/// rows are written in every row, so that filters find them.
#[derive(Clone, Copy, Debug)]
pub struct Xlsx {
    /// The day to put into the file's properties.
    pub stamp: Date,
}

impl Writer<Report> for Xlsx {
    fn media(&self) -> Media {
        Media { ending: "xlsx", kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }
    }

    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let bytes = self.workbook(report).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }
}

impl Xlsx {
    fn workbook(&self, report: &Report) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let stamp = ExcelDateTime::from_ymd(
            self.stamp.year().clamp(1900, 9999) as u16,
            self.stamp.month() as u8,
            self.stamp.day() as u8,
        )?;
        let properties = DocProperties::new()
            .set_title(bounded(&visible(&report.title), 200))
            .set_author("")
            .set_creation_datetime(&stamp);
        book.set_properties(&properties);
        let mut names: Vec<String> = Vec::new();
        for table in report.tables() {
            let name = sheet_name(&table.name, &names);
            let sheet = book.add_worksheet();
            sheet.set_name(&name)?;
            names.push(name);
            write_sheet(sheet, table)?;
        }
        if names.is_empty() {
            book.add_worksheet();
        }
        book.save_to_buffer()
    }
}

/// A name that spreadsheets accept and that no other sheet has.
fn sheet_name(wanted: &str, taken: &[String]) -> String {
    let clean: String = visible(wanted).chars().filter(|c| !"[]:*?/\\'\n".contains(*c)).take(26).collect();
    let clean = if clean.is_empty() { "表".to_owned() } else { clean };
    let same = |name: &str| taken.iter().any(|t| t.to_lowercase() == name.to_lowercase());
    let mut name = clean.clone();
    let mut n = 2;
    while same(&name) {
        name = format!("{clean}{n}");
        n += 1;
    }
    name
}

fn body() -> Format {
    Format::new()
        .set_font_name("宋体")
        .set_font_size(10.5)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
}

fn plain(size: f64) -> Format {
    Format::new()
        .set_font_name("宋体")
        .set_font_size(size)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
}

fn write_sheet(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let last = table.columns.len().saturating_sub(1) as u16;
    set_page(sheet)?;
    for (i, column) in table.columns.iter().enumerate() {
        // A Chinese character is about two of the digits that widths are counted in.
        sheet.set_column_width(i as u16, column.width * 1.9 + 1.0)?;
    }
    let title = Format::new()
        .set_font_name("方正小标宋简体")
        .set_font_size(18)
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter);
    let lines = fill_lines(&table.title, table, 1.75);
    across(sheet, 0, last, &table.title, &title)?;
    sheet.set_row_height(0, (lines * 26.0 + 10.0).min(HIGHEST))?;
    let mut row = 1;
    if let Some(subtitle) = &table.subtitle {
        across(sheet, row, last, subtitle, &plain(10.5))?;
        let lines = fill_lines(subtitle, table, 1.0);
        sheet.set_row_height(row, (lines * LINE + 4.0).min(HIGHEST))?;
        row += 1;
    }
    let head = row;
    write_head(sheet, head, table)?;
    row += 1;
    for cells in &table.rows {
        write_row(sheet, row, table, cells)?;
        row += 1;
    }
    if !table.rows.is_empty() {
        sheet.autofilter(head, 0, row - 1, last)?;
    }
    sheet.set_repeat_rows(head, head)?;
    sheet.set_freeze_panes(head + 1, 0)?;
    for note in &table.notes {
        across(sheet, row, last, note, &plain(10.0))?;
        let lines = fill_lines(note, table, 1.0);
        sheet.set_row_height(row, (lines * LINE + 4.0).min(HIGHEST))?;
        row += 1;
    }
    Ok(())
}

fn set_page(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_print_fit_to_pages(1, 0)
        .set_print_center_horizontally(true)
        // Inches: left, right, top, bottom, header, footer.
        .set_margins(0.55, 0.55, 0.7, 0.7, 0.3, 0.35)
        .set_footer("&C&\"宋体\"&10第&P页 共&N页")
        .set_zoom(100);
    Ok(())
}

fn write_head(sheet: &mut Worksheet, row: u32, table: &Table) -> Result<(), XlsxError> {
    let format = body()
        .set_font_name("黑体")
        .set_font_size(11)
        .set_align(FormatAlign::Center)
        .set_background_color(Color::RGB(0xEDEDED));
    let mut lines = 1;
    for (i, column) in table.columns.iter().enumerate() {
        sheet.write_string_with_format(row, i as u16, visible(&column.head), &format)?;
        // The button of the filter takes room of its own.
        lines = lines.max(wrap(&column.head, width(column.width).saturating_sub(3)).len());
    }
    sheet.set_row_height(row, lines as f64 * 16.5 + 9.0)?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    table: &Table,
    cells: &[luoshi_report::Cell],
) -> Result<(), XlsxError> {
    let mut lines = 1;
    for (i, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
        let col = i as u16;
        let mut format = body().set_align(match column.align {
            Align::Left => FormatAlign::Left,
            Align::Centre => FormatAlign::Center,
            Align::Right => FormatAlign::Right,
        });
        format = match cell.tone {
            Tone::Plain | Tone::Hint => format,
            Tone::Faint => format.set_font_color(Color::RGB(0x595959)),
            Tone::Strong => format.set_bold(),
            Tone::Warning => format.set_background_color(Color::RGB(0xFFF2CC)),
            Tone::Error => format.set_background_color(Color::RGB(0xF8D7DA)),
        };
        match &cell.content {
            Content::Number(number) => {
                sheet.write_number_with_format(row, col, *number, &format)?;
            }
            Content::Words(words) => {
                if looks_like_formula(words) {
                    // As if typed with an apostrophe: editing the cell does not wake a formula.
                    format = format.set_quote_prefix();
                }
                let words = visible(words);
                let words = bounded(&words, CELL);
                sheet.write_string_with_format(row, col, words.as_ref(), &format)?;
                lines = lines.max(wrap(&words, width(column.width)).len());
            }
        }
        if let Some(note) = &cell.note {
            let note = visible(note);
            let note = bounded(&note, NOTE);
            let tall = wrap(&note, 44).len() as u32 * 18 + 14;
            let note = Note::new(note.as_ref())
                .set_author("")
                .add_author_prefix(false)
                .set_font_name("宋体")
                .set_font_size(9)
                .set_width(320)
                .set_height(tall.clamp(40, 560));
            sheet.insert_note(row, col, &note)?;
        }
    }
    let height = (lines as f64 * LINE + 8.0).clamp(26.0, HIGHEST);
    sheet.set_row_height(row, height)?;
    Ok(())
}

/// Words over all columns.
fn across(sheet: &mut Worksheet, row: u32, last: u16, words: &str, format: &Format) -> Result<(), XlsxError> {
    let words = visible(words);
    let words = bounded(&words, CELL);
    if last == 0 {
        sheet.write_string_with_format(row, 0, words.as_ref(), format)?;
    } else {
        sheet.merge_range(row, 0, row, last, "", format)?;
        sheet.write_string_with_format(row, 0, words.as_ref(), format)?;
    }
    Ok(())
}

/// Columns of a terminal that fit into a column of the sheet.
fn width(characters: f64) -> usize {
    ((characters * 2.0) as usize).max(2)
}

/// Lines that words take across the whole table, in letters `scale` times the usual size.
fn fill_lines(words: &str, table: &Table, scale: f64) -> f64 {
    let whole: f64 = table.columns.iter().map(|c| c.width * 2.0 + 1.0).sum();
    let wide = columns(words.lines().next().unwrap_or("")) as f64 * scale;
    (wide / whole.max(1.0)).ceil().max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_accept() {
        assert_eq!(sheet_name("任务/分解[表]", &[]), "任务分解表");
        let taken = ["表".to_owned(), "表2".to_owned()];
        assert_eq!(sheet_name("", &taken), "表3");
        assert_eq!(sheet_name(&"长".repeat(60), &[]).chars().count(), 26);
    }
}
