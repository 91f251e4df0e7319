//! OpenDocument text, read without LibreOffice.

use luoshi_read::ReadError;
use luoshi_text::{BlockKind, Document, Format};

use crate::support::{cells, check, check_notices, read, zip};

/// The text that clinic.docx shows, which the odt and doc were made from.
pub(crate) const CLINIC: [&str; 28] = [
    "清水县推进乡村医疗服务工作方案",
    "为方便群众就近看病，制定本方案。",
    "一、工作目标",
    "到2026年底，每个行政村建成一所标准化卫生室。",
    "二、主要任务",
    "（一）配齐设备。县卫生健康局于4月底前为卫生室配齐基本设备；",
    "1.血压计、血糖仪各一台；",
    "2.便携式心电图机一台。",
    "（二）培训人员。县人民医院每季度培训一次。",
    "1.首期培训于3月举办；",
    "①理论课；",
    "②实操课。",
    "三、保障措施",
    "事项",
    "单位",
    "时限",
    "备注",
    "设备",
    "县卫生健康局",
    "4月底前",
    "",
    "县财政局",
    "3月底前",
    "落实经费",
    "合计",
    "两项",
    "第一条　卫生室应当公开药品价格。",
    "第二条　村医应当按时值班。",
];

const SPACES: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0""#;

/// An odt of these automatic styles and this body.
fn odt(styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", content.as_bytes())])
}

/// A list style of one level.
fn style(name: &str, format: &str, before: &str, after: &str) -> String {
    format!(
        r#"<text:list-style style:name="{name}"><text:list-level-style-number text:level="1" style:num-format="{format}" style:num-prefix="{before}" style:num-suffix="{after}"/></text:list-style>"#
    )
}

fn item(text: &str) -> String {
    format!("<text:list-item><text:p>{text}</text:p></text:list-item>")
}

#[track_caller]
fn check_body(styles: &str, body: &str, expect: &[&str]) -> Document {
    let doc = read(&odt(styles, body)).unwrap();
    check(&doc, expect);
    doc
}

#[test]
fn numbers_and_merged_cells_are_those_of_the_source() {
    let doc = read(include_bytes!("../fixtures/clinic.odt")).unwrap();
    assert_eq!(doc.format(), Format::Odt);
    check(&doc, &CLINIC);
    let cells = cells(&doc, 0);
    assert_eq!(cells[4], "1,0 2×1 设备");
    assert_eq!(cells[11..], ["3,0 1×3 合计", "3,3 1×1 两项"]);
}

#[test]
fn number_formats() {
    for (format, first, second) in [
        ("一, 二, 三, ...", "一、", "二、"),
        ("壹, 贰, 叁, ...", "壹、", "贰、"),
        ("甲, 乙, 丙, ...", "甲、", "乙、"),
        ("①, ②, ③, ...", "①、", "②、"),
        ("1", "1、", "2、"),
        ("I", "I、", "II、"),
        ("", "、", "、"),
    ] {
        let list = format!(r#"<text:list text:style-name="L">{}{}</text:list>"#, item("宣传"), item("培训"));
        let expect = [format!("{first}宣传"), format!("{second}培训")];
        check_body(&style("L", format, "", "、"), &list, &[&expect[0], &expect[1]]);
    }
}

#[test]
fn lists_go_on_or_begin_anew() {
    let styles = style("L", "一, 二, 三, ...", "（", "）");
    let list = |attributes: &str, items: &str| {
        format!(r#"<text:list text:style-name="L" {attributes}>{items}</text:list>"#)
    };
    let start = r#"<text:list-item text:start-value="7"><text:p>第七</text:p></text:list-item>"#;
    let body = [
        list(r#"xml:id="a""#, &item("甲")),
        "<text:p>中间一段。</text:p>".to_owned(),
        list(r#"text:continue-numbering="true""#, &item("乙")),
        list("", &item("另起")),
        list(r#"text:continue-list="a""#, &(item("丙") + start)),
        list("", "<text:list-header><text:p>不编号</text:p></text:list-header>"),
    ];
    let expect = ["（一）甲", "中间一段。", "（二）乙", "（一）另起", "（三）丙", "（七）第七", "不编号"];
    check_body(&styles, &body.concat(), &expect);
}

#[test]
fn headings_are_numbered_by_the_outline() {
    let outline = r#"<text:outline-style><text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/></text:outline-style>"#;
    let body = r#"<text:h text:outline-level="1">目标</text:h><text:h text:outline-level="2">细则</text:h><text:h text:outline-level="1">任务</text:h>"#;
    check_body(outline, body, &["一、目标", "细则", "二、任务"]);
}

#[test]
fn blanks_breaks_and_fields() {
    let body = "<text:p>一  <text:span>\n 组</text:span><text:s text:c=\"2\"/>组长<text:tab/>王某<text:line-break/>\
                电话<text:page-number>3</text:page-number></text:p>";
    check_body("", body, &["一 组  组长\t王某", "电话3"]);
}

#[test]
fn notes_boxes_changes_and_comments() {
    let body = "<text:tracked-changes><text:changed-region><text:deletion><text:p>删去的话。</text:p></text:deletion>\
        </text:changed-region></text:tracked-changes>\
        <text:p>值班<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>节假日另行通知。</text:p>\
        </text:note-body></text:note>安排<office:annotation><text:p>核对</text:p></office:annotation>\
        <draw:frame><draw:text-box><text:p>值班电话</text:p></draw:text-box></draw:frame><draw:frame><draw:image/></draw:frame></text:p>\
        <text:table-of-content><text:index-body><text:p>目录</text:p></text:index-body></text:table-of-content>";
    let doc = check_body("", body, &["值班安排", "节假日另行通知。", "值班电话"]);
    let kinds: Vec<BlockKind> = doc.blocks().iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Paragraph, BlockKind::Footnote, BlockKind::TextBox]);
    check_notices(&doc, &["tracked-changes", "comments", "pictures", "table-of-contents"]);
}

#[test]
fn tables_with_heads_spans_and_tables_inside() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let inner = format!("<table:table><table:table-row>{}</table:table-row></table:table>", cell("内"));
    let body = format!(
        "<table:table><table:table-header-rows><table:table-row>{}{}</table:table-row></table:table-header-rows>\
         <table:table-row><table:table-cell table:number-rows-spanned=\"9\"><text:p>村</text:p>{inner}</table:table-cell>{}</table:table-row>\
         <table:table-row><table:covered-table-cell/>{}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"2\"/></table:table-row></table:table>",
        cell("单位"),
        cell("电话"),
        cell("12"),
        cell("34")
    );
    let doc = read(&odt("", &body)).unwrap();
    assert_eq!(doc.tables().len(), 2);
    assert_eq!((doc.tables()[0].rows, doc.tables()[0].head_rows), (4, 1));
    let expect =
        ["0,0 1×1 单位", "0,1 1×1 电话", "1,0 3×1 村", "1,1 1×1 12", "2,1 1×1 34", "3,0 1×1 ", "3,1 1×1 "];
    assert_eq!(cells(&doc, 0), expect);
    assert_eq!(cells(&doc, 1), ["0,0 1×1 内"]);
}

#[test]
fn what_is_no_text_is_refused() {
    assert_eq!(read(&odt("", "<text:p/>")), Err(ReadError::Empty));
    assert_eq!(
        read(&odt("", "<text:p><draw:frame><draw:image/></draw:frame></text:p>")),
        Err(ReadError::NoTextLayer)
    );
    let locked = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", b"\x01\x02"),
        ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
    ]);
    assert_eq!(read(&locked), Err(ReadError::Encrypted));
}
