//! OFD: text at places, several documents in one file.

use luoshi_read::{Limits, ReadError};
use luoshi_text::{Format, Origin};

use crate::support::{cells, check, check_notices, read, zip};

const NS: &str = r#"xmlns:ofd="http://www.ofdspec.org/2016""#;

/// A line of text that begins at `x` and stands on `y`, in millimetres; full characters 5.6 wide.
fn line(x: f64, y: f64, text: &str) -> String {
    let count = text.chars().count() - 1;
    format!(
        r#"<ofd:TextObject Boundary="{x} {} 160 8" Font="1" Size="5.6"><ofd:TextCode X="0" Y="6" DeltaX="g {count} 5.6">{text}</ofd:TextCode></ofd:TextObject>"#,
        y - 6.0
    )
}

/// A straight line.
fn rule(from: (f64, f64), to: (f64, f64)) -> String {
    let (x, y) = from;
    let (dx, dy) = (to.0 - x, to.1 - y);
    format!(
        r#"<ofd:PathObject Boundary="{x} {y} {} {}"><ofd:AbbreviatedData>M 0 0 L {dx} {dy}</ofd:AbbreviatedData></ofd:PathObject>"#,
        dx + 0.3,
        dy + 0.3
    )
}

/// A file of documents of pages.
fn ofd(documents: &[&[String]]) -> Vec<u8> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut bodies = String::new();
    for (d, pages) in documents.iter().enumerate() {
        bodies += &format!("<ofd:DocBody><ofd:DocRoot>Doc_{d}/Document.xml</ofd:DocRoot></ofd:DocBody>");
        let mut list = String::new();
        for (p, content) in pages.iter().enumerate() {
            // Both ways of naming a part.
            let root = if p % 2 == 0 { String::new() } else { format!("/Doc_{d}/") };
            list += &format!(r#"<ofd:Page ID="{p}" BaseLoc="{root}Pages/Page_{p}/Content.xml"/>"#);
            let page = format!(
                "<ofd:Page {NS}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>"
            );
            entries.push((format!("Doc_{d}/Pages/Page_{p}/Content.xml"), page));
        }
        let document = format!(
            "<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>\
             </ofd:PageArea></ofd:CommonData><ofd:Pages>{list}</ofd:Pages></ofd:Document>"
        );
        entries.push((format!("Doc_{d}/Document.xml"), document));
    }
    entries.push(("OFD.xml".to_owned(), format!("<ofd:OFD {NS}>{bodies}</ofd:OFD>")));
    let entries: Vec<(&str, &[u8])> =
        entries.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&entries)
}

fn notice_page() -> String {
    [
        line(60.0, 40.0, "关于做好春季植树的通知"),
        line(43.2, 60.0, "各村要在三月十二日前完成植树两千株并于三"),
        line(32.0, 70.0, "月二十日前把成活情况报镇林业站。"),
        line(43.2, 80.0, "特此通知。"),
        line(100.0, 285.0, "—１—").replace('１', "1"),
    ]
    .concat()
}

#[test]
fn lines_become_paragraphs() {
    let doc = read(&ofd(&[&[notice_page()]])).unwrap();
    assert_eq!(doc.format(), Format::Ofd);
    check(
        &doc,
        &[
            "关于做好春季植树的通知",
            "各村要在三月十二日前完成植树两千株并于三月二十日前把成活情况报镇林业站。",
            "特此通知。",
        ],
    );
    let at = doc.text().find("月二十日").unwrap();
    assert_eq!(doc.origin_at(at), Some(Origin::Page { page: 1, line: 3 }));
}

#[test]
fn several_documents_are_read_one_after_the_other() {
    let second = [line(43.2, 40.0, "附表说明。"), line(43.2, 60.0, "完")].concat();
    let doc = read(&ofd(&[&[notice_page(), line(32.0, 40.0, "第二页")], &[second]])).unwrap();
    assert!(doc.text().contains("第二页") && doc.text().ends_with("附表说明。\n完\n"), "{}", doc.text());
    let at = doc.text().find("附表说明").unwrap();
    assert_eq!(doc.origin_at(at), Some(Origin::Page { page: 3, line: 1 }));
}

#[test]
fn places_of_single_codes_and_maps_of_objects() {
    let codes = r#"<ofd:TextObject Boundary="30 30 100 10" Size="3" CTM="2 0 0 2 0 0"><ofd:TextCode X="3" Y="3">后</ofd:TextCode><ofd:TextCode X="0" Y="3">先</ofd:TextCode></ofd:TextObject>"#;
    let down = r#"<ofd:TextObject Boundary="30 60 10 100" Size="5"><ofd:TextCode X="0" Y="5" DeltaY="5 5">竖排字</ofd:TextCode></ofd:TextObject>"#;
    let askew = r#"<ofd:TextObject Boundary="30 90 100 10" Size="5" CTM="0.7 0.7 -0.7 0.7 0 0"><ofd:TextCode X="0" Y="5">水印</ofd:TextCode></ofd:TextObject>"#;
    let doc = read(&ofd(&[&[[codes, down, askew].concat()]])).unwrap();
    assert_eq!(doc.text().replace('\n', ""), "先后竖排字");
}

#[test]
fn rules_make_a_table() {
    let mut content = String::new();
    for x in [30.0, 70.0, 150.0] {
        content += &rule((x, 50.0), (x, 80.0));
    }
    for y in [50.0, 60.0, 70.0, 80.0] {
        content += &rule((30.0, y), (150.0, y));
    }
    let texts = [("序号", "任务"), ("一", "植树"), ("二", "补种")];
    for (n, (a, b)) in (0..).zip(texts) {
        let y = 58.0 + 10.0 * f64::from(n);
        content += &line(35.0, y, a);
        content += &line(75.0, y, b);
    }
    let doc = read(&ofd(&[&[content.replace("g 0 5.6", "")]])).unwrap();
    let expect = ["0,0 1×1 序号", "0,1 1×1 任务", "1,0 1×1 一", "1,1 1×1 植树", "2,0 1×1 二", "2,1 1×1 补种"];
    assert_eq!(cells(&doc, 0), expect);
}

#[test]
fn missing_pages_are_told_and_bounds_hold() {
    let doc = read(&ofd(&[&[notice_page(), "<broken".to_owned()]])).unwrap();
    check_notices(&doc, &["pages-without-text", "broken-parts"]);
    assert_eq!(read(&ofd(&[&[String::new()]])), Err(ReadError::NoTextLayer));
    assert!(matches!(read(&ofd(&[])), Err(ReadError::Damaged { .. })));
    let limits = Limits { pages: 1, ..Limits::default() };
    let two = ofd(&[&[notice_page(), notice_page()]]);
    let done = luoshi_read::read(&two, None, &limits);
    assert_eq!(done, Err(ReadError::TooComplex { what: "页数", limit: 1 }));
}
