//! The paragraphs and tables of a plan's text as WordprocessingML.

use std::fmt::Write as _;

use super::lists::{Lists, item};
use super::package::escaped;

/// Width of the text area of an A4 page with the official margins, in twentieths of a point.
const TEXT_WIDTH: usize = 8844;

/// The body and the lists that it uses.
pub(super) fn body(text: &str) -> (String, Lists) {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    let mut lists = Lists::default();
    let mut at = 0;
    while at < lines.len() {
        let rows = lines[at..].iter().take_while(|line| line.contains('\t')).count();
        if rows > 0 {
            table(&mut out, &lines[at..at + rows]);
            at += rows;
            continue;
        }
        line(&mut out, &mut lists, &lines, at);
        at += 1;
    }
    (out, lists)
}

fn line(out: &mut String, lists: &mut Lists, lines: &[&str], at: usize) {
    let raw = lines[at];
    let text = raw.trim();
    if text.is_empty() {
        return;
    }
    let indented = raw.starts_with('　');
    if let Some((level, n, rest)) = item(text).filter(|_| !indented) {
        let place = lists.place(level, n);
        let level_in_list = if place.num == 1 { level } else { 0 };
        let properties = format!(
            r#"<w:pStyle w:val="H{}"/><w:numPr><w:ilvl w:val="{level_in_list}"/><w:numId w:val="{}"/></w:numPr>"#,
            level + 1,
            place.num
        );
        numbered(out, &properties, level, rest);
        return;
    }
    let next = lines[at + 1..].iter().find(|l| !l.trim().is_empty()).copied().unwrap_or_default();
    let style = match () {
        () if at == 0 => "Title",
        () if at == 1 && text.ends_with('号') => "Number",
        () if indented => "Below",
        () if at < 6 && text.ends_with('：') => "To",
        () if is_date(text) || (is_date(next) && text.chars().count() < 24) => "Signature",
        () if text.starts_with("附件") && !text.contains('：') => "Annex",
        () => "Body",
    };
    paragraph(out, &format!(r#"<w:pStyle w:val="{style}"/>"#), &[("", text)]);
}

fn is_date(line: &str) -> bool {
    let line = line.trim();
    line.ends_with('日')
        && line.chars().all(|c| c.is_ascii_digit() || "年月日".contains(c))
        && line.contains('年')
}

/// An item: the first sentence of a second-level one stands in another face, as offices print it.
fn numbered(out: &mut String, properties: &str, level: usize, text: &str) {
    match text.find('。').map(|end| end + '。'.len_utf8()) {
        Some(end) if level == 1 && end < text.len() => {
            let face = r#"<w:rPr><w:rFonts w:eastAsia="楷体_GB2312"/></w:rPr>"#;
            paragraph(out, properties, &[(face, &text[..end]), ("", &text[end..])]);
        }
        _ => paragraph(out, properties, &[("", text)]),
    }
}

fn paragraph(out: &mut String, properties: &str, runs: &[(&str, &str)]) {
    let _ = write!(out, "<w:p><w:pPr>{properties}</w:pPr>");
    for (face, text) in runs {
        let _ = write!(out, r#"<w:r>{face}<w:t xml:space="preserve">{}</w:t></w:r>"#, escaped(text));
    }
    out.push_str("</w:p>");
}

/// Rows of a table: the first is its head and is repeated on every page.
fn table(out: &mut String, rows: &[&str]) {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split('\t').map(str::trim).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    let longest = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count() + 2).max().unwrap_or(2)
    };
    let sizes: Vec<usize> = (0..columns).map(longest).collect();
    let all: usize = sizes.iter().sum();
    let widths: Vec<usize> = sizes.iter().map(|size| size * TEXT_WIDTH / all).collect();
    let edges = ["top", "left", "bottom", "right", "insideH", "insideV"];
    let borders = edges.map(|e| format!(r#"<w:{e} w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#));
    let _ = write!(
        out,
        r#"<w:tbl><w:tblPr><w:tblW w:w="{}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#,
        widths.iter().sum::<usize>(),
        borders.concat()
    );
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid>");
    for (n, row) in rows.iter().enumerate() {
        let (head, style) = if n == 0 { ("<w:tblHeader/>", "TableHead") } else { ("", "TableCell") };
        let _ = write!(out, "<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>");
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).copied().unwrap_or_default();
            let _ = write!(
                out,
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>"#
            );
            paragraph(out, &format!(r#"<w:pStyle w:val="{style}"/>"#), &[("", cell)]);
            out.push_str("</w:tc>");
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
}
