//! Workbooks: what the sheets show, titles above tables, merged cells.

use luoshi_read::{Limits, ReadError};
use luoshi_text::{BlockKind, Document, Format, Origin};

use crate::support::{cells, check, check_notices, read, zip};

const TASKS: &[u8] = include_bytes!("../fixtures/tasks.xlsx");

fn paragraphs(doc: &Document) -> Vec<&str> {
    let body = doc.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph);
    body.map(|block| doc.slice(block.span)).collect()
}

/// A workbook of one sheet with this content of its XML.
fn book(sheet: &str) -> Vec<u8> {
    let spaces = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;
    let workbook = format!(
        r#"<workbook {spaces}><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let sheet = format!("<worksheet {spaces}>{sheet}</worksheet>");
    zip(&[("xl/workbook.xml", workbook.as_bytes()), ("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// A cell with text of its own.
fn cell(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn titles_stand_before_the_table_and_notes_after_it() {
    let doc = read(TASKS).unwrap();
    assert_eq!(doc.format(), Format::Xlsx);
    assert_eq!(
        paragraphs(&doc),
        [
            "任务分解",
            "附件1",
            "清水县数字政务重点任务分解表",
            "填报单位：县行政审批局　　填报日期：2026年1月8日",
            "注：完成率按季度更新。",
            "联系方式",
        ]
    );
    check_notices(&doc, &["hidden-sheets"]);
    assert!(doc.notices()[0].message.contains("“草稿”") && !doc.text().contains("不公开"));
}

#[test]
fn cells_show_what_the_sheet_shows() {
    let doc = read(TASKS).unwrap();
    let expect = [
        "0,0 1×1 序号",
        "0,1 1×2 工作任务",
        "0,3 1×1 责任单位",
        "0,4 1×1 完成时限",
        "0,5 1×1 完成率",
        "1,0 1×1 1",
        "1,1 2×1 平台建设",
        "1,2 1×1 清理整合业务系统",
        "1,3 1×1 县行政审批局",
        "1,4 1×1 2026年3月15日",
        "1,5 1×1 95.5%",
        "2,0 1×1 2",
        "2,2 1×1 统一登录账号",
        "2,3 1×1 县大数据中心",
        "2,4 1×1 2026年6月30日",
        "2,5 1×1 100%",
        "3,0 1×1 3",
        "3,1 1×1 报表精简",
        "3,2 1×1 编制报表清单/每月更新公布",
    ];
    assert_eq!(cells(&doc, 0)[..expect.len()], expect);
    assert_eq!(cells(&doc, 1), ["0,0 1×1 联系人", "0,1 1×1 张三", "1,0 1×1 经费（万元）", "1,1 1×1 128.50"]);
    assert_eq!(cells(&doc, 2)[4..], ["2,0 1×1 县教育局", "2,1 1×1 12345"]);
}

#[test]
fn a_cell_leads_back_to_its_place_in_the_sheet() {
    let doc = read(TASKS).unwrap();
    let at = |words: &str| doc.origin_at(doc.text().find(words).unwrap()).unwrap();
    assert_eq!(at("95.5%"), Origin::Sheet { sheet: 1, row: 5, col: 6 });
    assert_eq!(at("0871-"), Origin::Sheet { sheet: 2, row: 2, col: 2 });
}

#[test]
fn the_old_format_reads_the_same_way() {
    let doc = read(include_bytes!("../fixtures/tasks.xls")).unwrap();
    assert_eq!(paragraphs(&doc), ["清水县重点任务表"]);
    let expect = ["1,0 1×1 1", "1,1 1×1 清理整合业务系统", "1,2 1×1 2026年3月15日", "1,3 1×1 95%"];
    assert_eq!(cells(&doc, 0)[4..8], expect);
}

#[test]
fn one_column_is_a_text_and_an_empty_column_parts_tables() {
    let rows: String = (1..=3)
        .map(|n| format!("<row r=\"{n}\">{}</row>", cell(&format!("A{n}"), &format!("第{n}条"))))
        .collect();
    check(&read(&book(&format!("<sheetData>{rows}</sheetData>"))).unwrap(), &["第1条", "第2条", "第3条"]);
    let row = |n: u32| ["A", "B", "D", "E"].map(|c| cell(&format!("{c}{n}"), &format!("{c}{n}"))).concat();
    let rows = format!("<row>{}</row><row>{}</row>", row(1), row(2));
    let doc = read(&book(&format!("<sheetData>{rows}</sheetData>"))).unwrap();
    check(&doc, &["A1", "B1", "A2", "B2", "D1", "E1", "D2", "E2"]);
    assert_eq!(doc.tables().len(), 2);
}

#[test]
fn a_sheet_that_claims_to_be_vast_is_read_at_once() {
    let far = format!("<row r=\"1048576\">{}</row>", cell("XFD1048576", "角落"));
    let near = format!("<row r=\"1\">{}</row>", cell("A1", "开头"));
    let merged = r#"<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A1:B1"/></mergeCells>"#;
    let claim = r#"<dimension ref="A1:XFD1048576"/>"#;
    let doc = read(&book(&format!("{claim}<sheetData>{near}{far}</sheetData>"))).unwrap();
    check(&doc, &["开头", "角落"]);
    // A merged cell over everything ends with the used part, or is more than is allowed.
    let vast = read(&book(&format!("{claim}<sheetData>{near}{far}</sheetData>{merged}")));
    assert!(vast.is_ok() || matches!(vast, Err(ReadError::TooComplex { .. })));
    let empty = "<row/>".repeat(100_000);
    assert_eq!(read(&book(&format!("<sheetData>{empty}</sheetData>"))), Err(ReadError::Empty));
    let limits = Limits { cells: 3, ..Limits::default() };
    let four: String = (1..=4).map(|n| cell(&format!("A{n}"), "甲")).collect();
    let done = luoshi_read::read(&book(&format!("<sheetData><row>{four}</row></sheetData>")), None, &limits);
    assert!(matches!(done, Ok(_) | Err(ReadError::TooComplex { .. })));
}

#[test]
fn merged_cells_that_overlap_are_cut() {
    let row = |n: u32| {
        format!(
            "<row>{}</row>",
            ["A", "B", "C"].map(|c| cell(&format!("{c}{n}"), &format!("{c}{n}"))).concat()
        )
    };
    let merged = r#"<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B1:C1"/><mergeCell ref="A2:C3"/></mergeCells>"#;
    let doc = read(&book(&format!("<sheetData>{}{}{}</sheetData>{merged}", row(1), row(2), row(3)))).unwrap();
    let covered: u32 = doc.tables()[0].cells.iter().map(|c| c.height * c.width).sum();
    assert_eq!(covered, 9);
}
