//! Any bytes end in a document or an error, never in a panic; what is read keeps its shape.

use luoshi_read::{Limits, detect};
use luoshi_text::{Document, Origin};
use proptest::prelude::*;

use crate::support::{Docx, W, read, zip};

/// What every document promises to the rooms after this one.
fn check_shape(doc: &Document) {
    let mut at = 0;
    for block in doc.blocks() {
        assert_eq!(block.span.start, at, "blocks follow each other");
        at = block.span.end + 1;
        assert!(!doc.slice(block.span).contains(['\n', '\r']));
        assert_eq!(block.pieces[0].at, block.span.start);
        assert!(block.pieces.iter().all(|piece| piece.at <= block.span.end));
    }
    assert_eq!(at as usize, doc.text().len());
    for table in doc.tables() {
        assert!(table.head_rows <= table.rows);
        for cell in &table.cells {
            assert!(cell.blocks >= 1 && cell.height >= 1 && cell.width >= 1);
            assert!(cell.row + cell.height <= table.rows && cell.col + cell.width <= table.cols);
            assert!(((cell.block + cell.blocks) as usize) <= doc.blocks().len());
        }
    }
}

pub(crate) fn check_any(bytes: &[u8]) {
    let _ = detect(bytes);
    if let Ok(doc) = read(bytes) {
        check_shape(&doc);
    }
}

/// Pieces of markup in any order.
fn shuffled(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(words), 0..60).prop_map(|words| words.concat())
}

const HTML: &[&str] = &[
    "<p>",
    "</p>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<td colspan=3>",
    "<td rowspan='0'>",
    "<td rowspan=9>",
    "</td>",
    "<th>",
    "<thead>",
    "<ol>",
    "<li>",
    "</li>",
    "<ul>",
    "<div class=nav>",
    "<div id=zoom>",
    "</div>",
    "<span>",
    "</span>",
    "<br>",
    "<b>",
    "</b>",
    "<script>",
    "</script>",
    "<title>",
    "<h1>",
    "</h1>",
    "<!--",
    "-->",
    "<pre>",
    "&nbsp;",
    "&#0;",
    "正文，",
    "一、",
    "\n",
    "<caption>",
    "<a href=x>",
    "</a>",
    "<",
    "<img>",
    "<form>",
    "</table",
    "\u{0}",
];

const WORD: &[&str] = &[
    "<w:p>",
    "</w:p>",
    "<w:r>",
    "</w:r>",
    "<w:t>文</w:t>",
    "<w:tbl>",
    "</w:tbl>",
    "<w:tr>",
    "</w:tr>",
    "<w:tc>",
    "</w:tc>",
    "<w:tcPr><w:vMerge/></w:tcPr>",
    "<w:tcPr><w:gridSpan w:val=\"3\"/></w:tcPr>",
    "<w:tcPr><w:hMerge/></w:tcPr>",
    "<w:pPr><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>",
    "<w:br/>",
    "<w:del>",
    "</w:del>",
    "<w:fldChar w:fldCharType=\"begin\"/>",
    "<w:fldChar w:fldCharType=\"end\"/>",
    "<w:txbxContent>",
    "</w:txbxContent>",
    "<w:trPr><w:gridBefore w:val=\"2\"/></w:trPr>",
    "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>",
    "<w:instrText>TOC</w:instrText>",
];

const LINES: &[&str] = &[
    "一、总体要求",
    "（一）",
    "各单位要按照要求，认真做好各项工作的组织实施和督促落实",
    "\n",
    "\r\n",
    "\r",
    "\u{2028}",
    "\t",
    "|",
    "|---|---|",
    "　　",
    "。",
    "# ",
    "## ",
    "**",
    "`",
    "- ",
    "[a](b)",
    "2023年3月1日",
    "\u{feff}",
    "1.",
    "《",
    "》",
    "abc",
    "\\",
];

/// Closes what is open and drops what was never opened, so that the XML parser lets it through.
fn balanced(markup: &str) -> String {
    let mut out = String::new();
    let mut open: Vec<&str> = Vec::new();
    for part in markup.split_inclusive('>') {
        let Some(at) = part.find('<') else { continue };
        let tag = &part[at..];
        let name = tag.trim_matches(['<', '>', '/']).split(' ').next().unwrap_or("");
        if tag.starts_with("</") {
            if open.last() != Some(&name) {
                continue;
            }
            open.pop();
        } else if !tag.ends_with("/>") {
            open.push(name);
        }
        out += part;
    }
    for name in open.iter().rev() {
        out += &format!("</{name}>");
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        check_any(&bytes);
    }

    #[test]
    fn bytes_behind_any_signature(
        magic in proptest::sample::select(vec!["PK\x03\x04", "%PDF-1.4", "<html>", "\u{feff}", "{\\rtf"]),
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
    ) {
        check_any(&[magic.as_bytes(), &bytes].concat());
    }

    #[test]
    fn any_page(page in shuffled(HTML)) {
        check_any(format!("<html><body>正文{page}").as_bytes());
    }

    #[test]
    fn any_text(text in shuffled(LINES)) {
        check_any(text.as_bytes());
        if let Ok(doc) = luoshi_read::read(text.as_bytes(), Some("a.md"), &Limits::default()) {
            check_shape(&doc);
        }
    }

    #[test]
    fn plain_text_loses_nothing_but_whitespace(text in "[一二三（）、。，；a-z0-9 \u{3000}\n\r]{1,200}") {
        prop_assume!(!text.trim().is_empty());
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let doc = read(text.as_bytes()).unwrap();
        prop_assert_eq!(bare(doc.text()), bare(&text));
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        for block in doc.blocks() {
            for (i, piece) in block.pieces.iter().enumerate() {
                let end = block.pieces.get(i + 1).map_or(block.span.end, |next| next.at);
                let Origin::Line(n) = piece.origin else { panic!("a text has lines") };
                let line = lines.split('\n').nth(n as usize - 1).unwrap();
                prop_assert!(line.contains(doc.text()[piece.at as usize..end as usize].trim_end()));
            }
        }
    }

    #[test]
    fn any_body_of_a_docx(body in shuffled(WORD)) {
        let levels = r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:lvlText w:val="%1.%2%"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>"#;
        check_any(&Docx::new(&balanced(&body)).numbering(levels).bytes());
    }

    #[test]
    fn any_part_of_a_docx(part in any::<String>(), name in proptest::sample::select(vec![
        "word/document.xml", "word/styles.xml", "word/numbering.xml", "_rels/.rels", "[Content_Types].xml",
    ])) {
        let main = format!(r#"<w:document xmlns:w="{W}"><w:body><w:p/></w:body></w:document>"#);
        let whole: &[(&str, &[u8])] = &[("word/document.xml", main.as_bytes()), (name, part.as_bytes())];
        check_any(&zip(if name == "word/document.xml" { &whole[1..] } else { whole }));
    }

    #[test]
    fn a_docx_with_a_changed_byte(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = Docx::new(&crate::support::p("正文，正文。")).styles("").numbering("").bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        check_any(&bytes);
    }
}
