//! Comma-separated values and their kin.

use std::iter::Peekable;
use std::str::Chars;

use crate::text::decode;
use crate::{Limits, ReadError};

/// A row of separated values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which row it is, from 1, as a spreadsheet program counts them: empty ones count, and a field
    /// of several lines is one.
    pub number: u32,
    /// Its fields as they are written, without the quotes.
    pub fields: Vec<String>,
}

/// What a file of separated values holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separated {
    /// Its rows, without those that hold no word.
    pub rows: Vec<Row>,
    /// Chinese sentences on what was no text in it.
    pub notices: Vec<String>,
}

/// What may separate fields, the likeliest first: nobody types a tab into words.
const SEPARATORS: [char; 4] = ['\t', ',', ';', '，'];

/// Rows of the text that are looked at to find the separator.
const LOOKED_AT: usize = 10;

/// Reads values separated by commas, tabs or semicolons, quoted as RFC 4180 has it, in any encoding
/// of [`crate::read`].
pub fn read_separated(bytes: &[u8], limits: &Limits) -> Result<Separated, ReadError> {
    limits.check_size(bytes.len() as u64)?;
    let decoded = decode(bytes).ok_or(ReadError::NotADocument { found: "二进制数据" })?;
    let separator = separator(&decoded.text);
    let mut letters = decoded.text.chars().peekable();
    let (mut rows, mut cells, mut number) = (Vec::new(), 0, 0);
    while letters.peek().is_some() {
        number += 1;
        let fields = fields(&mut letters, separator);
        if fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        cells += fields.len();
        limits.check_cells(cells)?;
        limits.check_columns(fields.len())?;
        rows.push(Row { number, fields });
    }
    if rows.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Separated { rows, notices: decoded.notices().map(|(_, sentence)| sentence).collect() })
}

/// What stands in most of the first lines: a title above the head or a comma in somebody's words
/// stand in fewer.
fn separator(text: &str) -> char {
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.is_empty()).take(LOOKED_AT).collect();
    let holding = |mark: &char| lines.iter().filter(|line| line.contains(*mark)).count();
    // Of equals the last wins.
    SEPARATORS.into_iter().rev().max_by_key(holding).unwrap_or(',')
}

/// The fields of the next row.
fn fields(letters: &mut Peekable<Chars<'_>>, separator: char) -> Vec<String> {
    let mut fields = Vec::new();
    loop {
        let (field, last) = field(letters, separator);
        fields.push(field);
        if last {
            return fields;
        }
    }
}

/// The next field, and whether it ends its row.
fn field(letters: &mut Peekable<Chars<'_>>, separator: char) -> (String, bool) {
    let mut out = String::new();
    let mut inside = letters.next_if_eq(&'"').is_some();
    while let Some(letter) = letters.next() {
        // The end of a line is one letter, whichever system wrote it.
        let letter = if letter == '\r' {
            letters.next_if_eq(&'\n');
            '\n'
        } else {
            letter
        };
        match letter {
            '"' if inside && letters.next_if_eq(&'"').is_some() => out.push('"'),
            '"' if inside => inside = false,
            '\n' if !inside => return (out, true),
            letter if letter == separator && !inside => return (out, false),
            letter => out.push(letter),
        }
    }
    (out, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &[(u32, &[&str])]) {
        let rows = read_separated(bytes, &Limits::default()).unwrap().rows;
        let got: Vec<(u32, Vec<&str>)> =
            rows.iter().map(|row| (row.number, row.fields.iter().map(String::as_str).collect())).collect();
        let expect: Vec<(u32, Vec<&str>)> = expect.iter().map(|(n, fields)| (*n, fields.to_vec())).collect();
        assert_eq!(got, expect, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn fields_may_hold_separators_quotes_and_lines() {
        check(
            "名称,简称\r\n\"县文化馆\",\"文化馆,\"\"县馆\"\"\r\n馆\"\r\n\r\n县档案馆,\n".as_bytes(),
            &[(1, &["名称", "简称"]), (2, &["县文化馆", "文化馆,\"县馆\"\n馆"]), (4, &["县档案馆", ""])],
        );
        check("\"没有收尾,\n乙".as_bytes(), &[(1, &["没有收尾,\n乙"])]);
        check("甲\"乙\",丙".as_bytes(), &[(1, &["甲\"乙\"", "丙"])]);
        check("名称,简称\r甲,乙\r".as_bytes(), &[(1, &["名称", "简称"]), (2, &["甲", "乙"])]);
    }

    #[test]
    fn the_separator_is_what_most_lines_hold() {
        check("名称\t简称\n甲,乙\t丙".as_bytes(), &[(1, &["名称", "简称"]), (2, &["甲,乙", "丙"])]);
        check("名称；简称\n甲\n".as_bytes(), &[(1, &["名称；简称"]), (2, &["甲"])]);
        check("名称，简称\n甲，乙".as_bytes(), &[(1, &["名称", "简称"]), (2, &["甲", "乙"])]);
        check(
            "名录\n名称,办法\n甲,一，二，三".as_bytes(),
            &[(1, &["名录"]), (2, &["名称", "办法"]), (3, &["甲", "一，二，三"])],
        );
        check("名称;数\n甲;1,5".as_bytes(), &[(1, &["名称", "数"]), (2, &["甲", "1,5"])]);
    }

    #[test]
    fn the_encodings_of_spreadsheet_programs_are_read() {
        let unicode: Vec<u8> = "\u{feff}单位\t简称".encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&unicode, &[(1, &["单位", "简称"])]);
        check("\u{feff}单位,简称".as_bytes(), &[(1, &["单位", "简称"])]);
        check(&[0xB5, 0xA5, 0xCE, 0xBB, b',', 0xCA, 0xFD], &[(1, &["单位", "数"])]);
    }

    #[test]
    fn what_was_no_text_is_told() {
        let mut bytes = "单位名称,简称\n清河镇人民政府,镇政府\n".repeat(4).into_bytes();
        bytes.push(0xFF);
        let read = read_separated(&bytes, &Limits::default()).unwrap();
        let expect = format!("第{}字节不是有效文字，已用�代替，共1处。", bytes.len());
        assert_eq!(read.notices, [expect]);
    }

    #[test]
    fn what_is_no_list_or_too_large_is_refused() {
        let few = Limits { cells: 3, span: 2, ..Limits::default() };
        let fault = |bytes: &[u8]| read_separated(bytes, &few).unwrap_err().code();
        assert_eq!(fault(b" \n,\n"), "file-empty");
        assert_eq!(fault(&[0; 40]), "not-a-document");
        assert_eq!(fault(b"a,b\nc,d"), "document-too-complex");
        assert_eq!(fault(b"a,b,c"), "document-too-complex");
    }
}
