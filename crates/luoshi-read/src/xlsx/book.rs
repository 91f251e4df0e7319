//! The parts of an xlsx file.

use std::collections::HashMap;

use luoshi_text::Format;
use roxmltree::Node;

use super::number::{NumberFormat, general};
use super::{Area, Sheet};
use crate::archive::Archive;
use crate::{Limits, ReadError, xml};

/// Reads the sheets in the order of their tabs.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut archive = Archive::open(bytes, Format::Xlsx, limits)?;
    if archive.has("xl/workbook.bin") {
        return Err(ReadError::Unsupported { found: "xlsb 工作簿".to_owned() });
    }
    let part = "xl/workbook.xml";
    let text = xml::decode(&archive.need(part)?);
    let book = xml::parse(&text, part, Format::Xlsx, limits)?;
    let targets = relations(&mut archive, limits)?;
    let shared = shared_strings(&mut archive, limits)?;
    let since_1904 = elements(book.root(), "workbookPr").any(|n| is_on(n, "date1904"));
    let formats = formats(&mut archive, since_1904, limits)?;
    let mut sheets = Vec::new();
    let mut cells = 0;
    for (nth, node) in elements(book.root(), "sheet").enumerate() {
        let id = node.attributes().find(|a| a.name() == "id" && a.namespace().is_some());
        let target = id.and_then(|id| targets.get(id.value()));
        let guess = || format!("xl/worksheets/sheet{}.xml", nth + 1);
        let part = target.cloned().unwrap_or_else(guess);
        let mut sheet = Sheet {
            name: node.attribute("name").unwrap_or_default().to_owned(),
            hidden: node.attribute("state").is_some_and(|s| s != "visible"),
            ..Sheet::default()
        };
        // Charts are sheets too, and have no cells.
        if let Some(bytes) = archive.read(&part)? {
            let text = xml::decode(&bytes);
            let tree = xml::parse(&text, &part, Format::Xlsx, limits)?;
            read_sheet(tree.root(), &shared, &formats, &mut sheet);
        }
        cells += sheet.cells.len();
        limits.check_cells(cells)?;
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// All elements of a name, wherever they stand.
fn elements<'a, 'i>(node: Node<'a, 'i>, name: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.descendants().filter(move |n| n.is_element() && n.tag_name().name() == name)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.is_element() && n.tag_name().name() == name)
}

fn is_on(node: Node, name: &str) -> bool {
    matches!(node.attribute(name), Some("1" | "true" | "on"))
}

/// The parts that the workbook names, by the id of the relation.
fn relations(archive: &mut Archive, limits: &Limits) -> Result<HashMap<String, String>, ReadError> {
    let part = "xl/_rels/workbook.xml.rels";
    let Some(bytes) = archive.read(part)? else {
        return Ok(HashMap::new());
    };
    let text = xml::decode(&bytes);
    let tree = xml::parse(&text, part, Format::Xlsx, limits)?;
    let pairs = elements(tree.root(), "Relationship").filter_map(|node| {
        let target = node.attribute("Target")?;
        let path = match target.strip_prefix('/') {
            Some(path) => path.to_owned(),
            None => format!("xl/{}", target.trim_start_matches("./")),
        };
        Some((node.attribute("Id")?.to_owned(), path))
    });
    Ok(pairs.collect())
}

/// The texts that cells share.
fn shared_strings(archive: &mut Archive, limits: &Limits) -> Result<Vec<String>, ReadError> {
    let part = "xl/sharedStrings.xml";
    let Some(bytes) = archive.read(part)? else {
        return Ok(Vec::new());
    };
    let text = xml::decode(&bytes);
    let tree = xml::parse(&text, part, Format::Xlsx, limits)?;
    Ok(elements(tree.root(), "si").map(rich_text).collect())
}

/// The text of runs, without the readings that stand above East Asian text.
fn rich_text(node: Node) -> String {
    let mut out = String::new();
    for kid in node.children().filter(Node::is_element) {
        match kid.tag_name().name() {
            "t" => out.push_str(kid.text().unwrap_or_default()),
            "r" => out.push_str(child(kid, "t").and_then(|t| t.text()).unwrap_or_default()),
            _ => {}
        }
    }
    out
}

/// The number format of each cell style.
fn formats(archive: &mut Archive, since_1904: bool, limits: &Limits) -> Result<Vec<NumberFormat>, ReadError> {
    let part = "xl/styles.xml";
    let Some(bytes) = archive.read(part)? else {
        return Ok(Vec::new());
    };
    let text = xml::decode(&bytes);
    let tree = xml::parse(&text, part, Format::Xlsx, limits)?;
    let own: HashMap<&str, &str> = elements(tree.root(), "numFmt")
        .filter_map(|n| Some((n.attribute("numFmtId")?, n.attribute("formatCode")?)))
        .collect();
    let Some(styles) = elements(tree.root(), "cellXfs").next() else {
        return Ok(Vec::new());
    };
    let format = |node: Node| {
        let id = node.attribute("numFmtId").unwrap_or("0");
        match own.get(id) {
            Some(code) => NumberFormat::of_code(code, since_1904),
            None => NumberFormat::built_in(id.parse().unwrap_or(0), since_1904),
        }
    };
    Ok(styles.children().filter(Node::is_element).map(format).collect())
}

fn read_sheet(root: Node, shared: &[String], formats: &[NumberFormat], sheet: &mut Sheet) {
    let mut row = 0;
    for line in elements(root, "row") {
        let given = line.attribute("r").and_then(|r| r.parse::<u32>().ok());
        row = given.map_or(row, |r| r.saturating_sub(1));
        let mut col = 0;
        for cell in line.children().filter(|n| n.tag_name().name() == "c") {
            let place = cell.attribute("r").and_then(parse_reference);
            col = place.map_or(col, |(_, col)| col);
            if let Some(text) = shown(cell, shared, formats) {
                sheet.put(row, col, &text);
            }
            col += 1;
        }
        row += 1;
    }
    sheet.merged =
        elements(root, "mergeCell").filter_map(|node| parse_area(node.attribute("ref")?)).collect();
}

/// What a cell shows.
fn shown(cell: Node, shared: &[String], formats: &[NumberFormat]) -> Option<String> {
    let kind = cell.attribute("t").unwrap_or("n");
    if kind == "inlineStr" {
        return child(cell, "is").map(rich_text);
    }
    let value = child(cell, "v")?.text()?;
    match kind {
        "s" => shared.get(value.trim().parse::<usize>().ok()?).cloned(),
        "n" => {
            let number: f64 = value.trim().parse().ok()?;
            let style = cell.attribute("s").and_then(|s| s.parse::<usize>().ok());
            let format = formats.get(style.unwrap_or(0));
            Some(format.map_or_else(|| general(number), |f| f.show(number)))
        }
        "b" => Some(if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
        _ => Some(value.to_owned()),
    }
}

/// `B12` as row and column from 0.
fn parse_reference(text: &str) -> Option<(u32, u32)> {
    let text = text.trim_start_matches('$');
    let letters = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let digits = text[letters..].trim_start_matches('$');
    let col = text[..letters].bytes().try_fold(0_u32, |col, b| {
        let digit = u32::from(b.to_ascii_uppercase() - b'A') + 1;
        col.checked_mul(26)?.checked_add(digit)
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, col.checked_sub(1)?))
}

fn parse_area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (parse_reference(from)?, parse_reference(to)?);
    (top <= bottom && left <= right).then_some(Area { top, left, bottom, right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_of_cells() {
        assert_eq!(parse_reference("A1"), Some((0, 0)));
        assert_eq!(parse_reference("$AB$12"), Some((11, 27)));
        assert_eq!(parse_reference("A0"), None);
        assert_eq!(parse_reference("ZZZZZZZZZZ1"), None);
        assert_eq!(parse_area("B2:A1"), None);
    }
}
