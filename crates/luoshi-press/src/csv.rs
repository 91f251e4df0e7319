use std::io;

use luoshi_report::{Media, Report, Table, Writer};

use crate::safe::{looks_like_formula, visible};

/// Comma-separated values as Excel and WPS open them by a double click: UTF-8 with a mark, CRLF,
/// formulas disarmed. Only the first table of the report: one file, one table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv;

impl Writer<Report> for Csv {
    fn media(&self) -> Media {
        Media { ending: "csv", kind: "text/csv; charset=utf-8" }
    }

    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        match report.tables().next() {
            Some(table) => self.write_table(table, out),
            None => Ok(()),
        }
    }
}

impl Csv {
    /// The head and the rows, without the mark at the beginning.
    fn write_table(&self, table: &Table, out: &mut dyn io::Write) -> io::Result<()> {
        let heads = table.columns.iter().map(|c| c.head.clone());
        out.write_all(line(heads).as_bytes())?;
        for row in &table.rows {
            out.write_all(line(row.iter().map(|cell| cell.text())).as_bytes())?;
        }
        Ok(())
    }
}

fn line(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.map(|f| field(&f)).collect();
    fields.join(",") + "\r\n"
}

fn field(words: &str) -> String {
    let armed = looks_like_formula(words);
    let words = visible(words);
    let guard = if armed { "'" } else { "" };
    if armed || words.contains([',', '"', '\n']) {
        format!("\"{guard}{}\"", words.replace('"', "\"\""))
    } else {
        words.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_formulas_disarmed() {
        assert_eq!(field("县文化馆"), "县文化馆");
        assert_eq!(field("甲,乙"), "\"甲,乙\"");
        assert_eq!(field("“甲\"乙"), "\"“甲\"\"乙\"");
        assert_eq!(field("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        assert_eq!(field("\t=1"), "\"' =1\"");
        assert_eq!(field("甲\n乙"), "\"甲\n乙\"");
    }
}
