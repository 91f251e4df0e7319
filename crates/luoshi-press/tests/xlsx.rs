//! A workbook unpacked: what a spreadsheet program is told.

use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use luoshi_press::Xlsx;
use luoshi_report::{Cell, Column, Part, Report, Table, Tone, Writer};

fn report() -> Report {
    let columns =
        vec![Column::new("序号", 3.0).centred(), Column::new("任务", 20.0), Column::new("备注", 8.0)];
    let mut table = Table::new("任务分解表", "方案任务分解表", columns);
    table.subtitle = Some("2026年3月9日印发".to_owned());
    let row = |n: f64, words: &str| {
        vec![
            Cell::number(n),
            Cell::words(words).note("第7行：原文一句。"),
            Cell::words("").tone(Tone::Warning),
        ]
    };
    table.rows.push(row(1.0, &"排查路口隐患，".repeat(20)));
    table.rows.push(row(2.0, "=1+1"));
    table.rows.push(row(3.0, "\u{1}控制字符\u{b}"));
    table.rows.push(row(4.0, &"长".repeat(40_000)));
    table.notes.push("注：一条。".to_owned());
    let mut report = Report::new("方案");
    report.parts.push(Part::Table(table));
    report
}

fn workbook() -> Vec<u8> {
    let mut bytes = Vec::new();
    Xlsx { stamp: jiff::civil::date(2026, 3, 9) }.write(&report(), &mut bytes).expect("a workbook");
    bytes
}

/// A part of the archive.
fn part(name: &str) -> String {
    let bytes = workbook();
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("a workbook");
    roxmltree::Document::parse(&text).expect("well-formed");
    text
}

#[test]
fn the_sheet_is_laid_out_for_printing() {
    let sheet = part("xl/worksheets/sheet1.xml");
    for words in [
        r#"paperSize="9""#,
        r#"orientation="landscape""#,
        r#"fitToHeight="0""#,
        r#"<autoFilter ref="A3:C7"/>"#,
        r#"<pane ySplit="3""#,
        r#"<mergeCell ref="A1:C1"/>"#,
        "第&amp;P页 共&amp;N页",
        "customHeight=\"1\"",
    ] {
        assert!(sheet.contains(words), "{words}\n{sheet}");
    }
    let book = part("xl/workbook.xml");
    assert!(book.contains("_xlnm.Print_Titles") && book.contains("$3:$3"), "{book}");
}

#[test]
fn words_are_never_formulas() {
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"));
    assert!(part("xl/styles.xml").contains("quotePrefix=\"1\""));
    assert!(part("xl/sharedStrings.xml").contains("<t>=1+1</t>"));
}

#[test]
fn notes_hold_the_sentence() {
    let notes = part("xl/comments1.xml");
    assert_eq!(notes.matches("第7行：原文一句。").count(), 4);
}

#[test]
fn rows_are_as_high_as_their_words() {
    let sheet = part("xl/worksheets/sheet1.xml");
    let document = roxmltree::Document::parse(&sheet).expect("a workbook");
    let height = |n: &str| -> f64 {
        let row = document.descendants().find(|e| {
            e.has_tag_name(("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "row"))
                && e.attribute("r") == Some(n)
        });
        row.and_then(|r| r.attribute("ht")).unwrap().parse().unwrap()
    };
    assert!(height("4") > 100.0 && height("4") < 160.0, "{}", height("4"));
    assert!(height("5") < 30.0);
    assert_eq!(height("7"), 409.5_f64.min(height("7")));
}

#[test]
fn libreoffice_opens_it_and_reads_the_same_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("任务分解表.xlsx");
    std::fs::write(&file, workbook()).expect("a file");
    let programs = ["/usr/bin/soffice", "/usr/local/bin/soffice", "/opt/libreoffice/program/soffice"];
    let program = programs.into_iter().find(|program| Path::new(program).exists());
    let program = program.expect("LibreOffice is installed by `cargo xtask test`");
    // Commas, quotes, UTF-8, the first sheet, from the first row, every cell as it is shown.
    let told = Command::new(program)
        .arg(format!("-env:UserInstallation=file://{}", folder.path().join("profile").display()))
        .args(["--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1", "--outdir"])
        .args([folder.path(), &file])
        .output()
        .expect("LibreOffice runs");
    let csv = std::fs::read_to_string(folder.path().join("任务分解表.csv"));
    let csv = csv.unwrap_or_else(|error| panic!("{error}: {told:?}"));
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("\"方案任务分解表\""), "{csv}");
    assert_eq!(lines[2], r#""序号","任务","备注""#);
    assert!(lines[3].starts_with(&format!("1,\"{}\"", "排查路口隐患，".repeat(20))), "{}", lines[3]);
    assert!(lines[4].starts_with(r#"2,"=1+1","#), "words stay words: {}", lines[4]);
    assert!(csv.contains("注：一条。"), "{csv}");
}
