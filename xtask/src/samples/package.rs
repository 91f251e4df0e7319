//! A Word file: its parts and their zip archive. The same text gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use anyhow::Result;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::body::body;
use super::lists::{LEVELS, Lists};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Namespaces of the parts.
const NS: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts beside the document itself: name and type of relation.
const PARTS: [(&str, &str); 5] = [
    ("styles", "styles"),
    ("numbering", "numbering"),
    ("settings", "settings"),
    ("footer1", "footer"),
    ("footer2", "footer"),
];

/// The Word file of a plan's text.
pub fn docx(text: &str) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts(text) {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(HEAD.as_bytes())?;
        zip.write_all(part.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A text as it stands in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn parts(text: &str) -> Vec<(String, String)> {
    let (body, lists) = body(text);
    let document = format!("<w:document {NS}><w:body>{body}{}</w:body></w:document>", section());
    let part = |name: &str, xml: String| (name.to_owned(), xml);
    vec![
        part("[Content_Types].xml", content_types()),
        part("_rels/.rels", relations(&[("officeDocument", "word/document.xml")])),
        part("word/document.xml", document),
        part("word/_rels/document.xml.rels", document_relations()),
        part("word/styles.xml", styles()),
        part("word/numbering.xml", numbering(&lists)),
        part("word/settings.xml", format!("<w:settings {NS}><w:evenAndOddHeaders/></w:settings>")),
        part("word/footer1.xml", footer("right")),
        part("word/footer2.xml", footer("left")),
    ]
}

fn content_types() -> String {
    let package = "application/vnd.openxmlformats-package.relationships+xml";
    let word = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut out = format!(
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="{package}"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{word}.document.main+xml"/>"#
    );
    for (name, kind) in PARTS {
        let _ = write!(out, r#"<Override PartName="/word/{name}.xml" ContentType="{word}.{kind}+xml"/>"#);
    }
    out + "</Types>"
}

fn relations(targets: &[(&str, &str)]) -> String {
    let mut out =
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#.to_owned();
    for (n, (kind, target)) in targets.iter().enumerate() {
        let _ =
            write!(out, r#"<Relationship Id="rId{}" Type="{RELATIONS}/{kind}" Target="{target}"/>"#, n + 1);
    }
    out + "</Relationships>"
}

fn document_relations() -> String {
    let targets = PARTS.map(|(name, kind)| (kind, format!("{name}.xml")));
    let targets: Vec<(&str, &str)> = targets.iter().map(|(kind, target)| (*kind, target.as_str())).collect();
    relations(&targets)
}

/// A4 with margins of 37, 26, 35 and 28 mm and twenty-two lines a page, after GB/T 9704.
fn section() -> String {
    r#"<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1417" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>"#
        .to_owned()
}

/// The page number between dashes, outside on every page.
fn footer(side: &str) -> String {
    let face = face("宋体", 28, false);
    let field = |kind: &str| format!(r#"<w:r>{face}<w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let run = |xml: &str| format!("<w:r>{face}{xml}</w:r>");
    let words = |text: &str| run(&format!(r#"<w:t xml:space="preserve">{text}</w:t>"#));
    format!(
        r#"<w:ftr {NS}><w:p><w:pPr><w:jc w:val="{side}"/></w:pPr>{}{}{}{}{}{}{}</w:p></w:ftr>"#,
        words("— "),
        field("begin"),
        run(r#"<w:instrText xml:space="preserve"> PAGE </w:instrText>"#),
        field("separate"),
        words("1"),
        field("end"),
        words(" —"),
    )
}

fn face(name: &str, half_points: u32, bold: bool) -> String {
    let bold = if bold { "<w:b/>" } else { "" };
    format!(
        r#"<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{name}" w:cs="Times New Roman"/>{bold}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>"#
    )
}

fn styles() -> String {
    const LINE: &str = r#"<w:spacing w:line="579" w:lineRule="exact"/>"#;
    const ROW: &str = r#"<w:spacing w:line="320" w:lineRule="exact"/>"#;
    const FIRST: &str = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/>"#;
    let text = face("仿宋_GB2312", 32, false);
    let heading = |level: u32| format!(r#"{LINE}{FIRST}<w:outlineLvl w:val="{level}"/>"#);
    let centred = r#"<w:jc w:val="center"/>"#;
    let rows = [
        (
            "Title",
            "Title",
            format!(r#"<w:snapToGrid w:val="0"/><w:spacing w:line="700" w:lineRule="exact"/>{centred}"#),
            face("方正小标宋简体", 44, false),
        ),
        (
            "Number",
            "Document Number",
            format!(r#"<w:spacing w:after="579" w:line="579" w:lineRule="exact"/>{centred}"#),
            String::new(),
        ),
        ("To", "Recipients", LINE.to_owned(), String::new()),
        ("Body", "Body Text", format!("{LINE}{FIRST}"), String::new()),
        ("Below", "Attachment Line", format!(r#"{LINE}<w:ind w:left="1600"/>"#), String::new()),
        (
            "Signature",
            "Signature",
            format!(r#"{LINE}<w:ind w:right="640"/><w:jc w:val="right"/>"#),
            String::new(),
        ),
        ("Annex", "Annex Title", format!("<w:keepNext/><w:pageBreakBefore/>{LINE}"), face("黑体", 32, false)),
        ("H1", "heading 1", heading(0), face("黑体", 32, false)),
        ("H2", "heading 2", heading(1), String::new()),
        ("H3", "heading 3", heading(2), String::new()),
        ("H4", "heading 4", heading(3), String::new()),
        (
            "TableHead",
            "Table Head",
            format!(r#"<w:snapToGrid w:val="0"/>{ROW}{centred}"#),
            face("黑体", 21, false),
        ),
        (
            "TableCell",
            "Table Cell",
            format!(r#"<w:snapToGrid w:val="0"/>{ROW}"#),
            face("仿宋_GB2312", 21, false),
        ),
    ];
    let mut out = format!(
        r#"<w:styles {NS}><w:docDefaults><w:rPrDefault>{text}</w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr>{LINE}</w:pPr>{text}</w:style>"#
    );
    for (id, name, paragraph, run) in rows {
        let _ = write!(
            out,
            r#"<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:pPr>{paragraph}</w:pPr>{run}</w:style>"#
        );
    }
    out + "</w:styles>"
}

/// The plan's own list with four levels, and one list for each run of items that stands aside.
fn numbering(lists: &Lists) -> String {
    let level = |at: usize, format: &str, text: &str, start: u32| {
        format!(
            r#"<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/><w:suff w:val="nothing"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLineChars="200" w:firstLine="640"/></w:pPr></w:lvl>"#
        )
    };
    let mut out = format!(
        r#"<w:numbering {NS}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>"#
    );
    for (at, (format, text)) in LEVELS.iter().enumerate() {
        out.push_str(&level(at, format, text, 1));
    }
    out.push_str("</w:abstractNum>");
    for (n, aside) in lists.asides.iter().enumerate() {
        let (format, text) = LEVELS[aside.level];
        let text = text.replace(|c: char| c.is_ascii_digit(), "1");
        let _ = write!(
            out,
            r#"<w:abstractNum w:abstractNumId="{}"><w:multiLevelType w:val="singleLevel"/>{}</w:abstractNum>"#,
            n + 1,
            level(0, format, &text, aside.start)
        );
    }
    for n in 0..=lists.asides.len() {
        let _ = write!(out, r#"<w:num w:numId="{}"><w:abstractNumId w:val="{n}"/></w:num>"#, n + 1);
    }
    out + "</w:numbering>"
}
