//! Builds small files from what a test is about.

pub(crate) mod pdf;

use std::io::{Cursor, Write};

use luoshi_read::{Limits, ReadError};
use luoshi_text::{BlockKind, Document};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub(crate) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub(crate) const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const SPACES: &str = concat!(
    r#"xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" "#,
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" "#,
    r#"xmlns:v="urn:schemas-microsoft-com:vml" "#,
    r#"xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" "#,
    r#"xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture""#,
);

/// A zip of these entries.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// A docx made of the content of its body and, where a test needs them, of other parts.
pub(crate) struct Docx {
    parts: Vec<(String, String)>,
    namespace: &'static str,
}

impl Docx {
    pub(crate) fn new(body: &str) -> Self {
        Self { parts: Vec::new(), namespace: W }.part(
            "document",
            "document",
            &format!("<w:body>{body}</w:body>"),
        )
    }

    /// The same in the strict namespace.
    pub(crate) fn strict(body: &str) -> Self {
        Self { parts: Vec::new(), namespace: STRICT }.part(
            "document",
            "document",
            &format!("<w:body>{body}</w:body>"),
        )
    }

    /// With `word/{name}.xml` whose root element is `root`.
    fn part(self, name: &str, root: &str, content: &str) -> Self {
        let xml = format!(r#"<w:{root} xmlns:w="{}" {SPACES}>{content}</w:{root}>"#, self.namespace);
        self.file(&format!("word/{name}.xml"), &xml)
    }

    pub(crate) fn file(mut self, name: &str, content: &str) -> Self {
        self.parts.push((name.to_owned(), content.to_owned()));
        self
    }

    pub(crate) fn styles(self, content: &str) -> Self {
        self.part("styles", "styles", content)
    }

    pub(crate) fn numbering(self, content: &str) -> Self {
        self.part("numbering", "numbering", content)
    }

    pub(crate) fn footnotes(self, content: &str) -> Self {
        self.part("footnotes", "footnotes", content)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let parts: Vec<_> = self.parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        zip(&parts)
    }

    pub(crate) fn read(&self) -> Document {
        read(&self.bytes()).unwrap()
    }
}

pub(crate) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    luoshi_read::read(bytes, None, &Limits::default())
}

/// A paragraph of one run.
pub(crate) fn p(text: &str) -> String {
    format!("<w:p>{}</w:p>", run(text))
}

pub(crate) fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

/// A table of rows of ready-made cells.
pub(crate) fn table(rows: &[&[String]]) -> String {
    let row = |cells: &&[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

/// A cell with properties and text.
pub(crate) fn tc(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

/// The document's text has exactly these lines.
#[track_caller]
pub(crate) fn check(doc: &Document, expect: &[&str]) {
    assert_eq!(doc.text().lines().collect::<Vec<_>>(), expect);
}

/// The document tells the user of exactly these things.
#[track_caller]
pub(crate) fn check_notices(doc: &Document, expect: &[&str]) {
    assert_eq!(doc.notices().iter().map(|n| n.code.as_str()).collect::<Vec<_>>(), expect);
}

/// A table in a form that a test can show: `row,col height×width text`.
pub(crate) fn cells(doc: &Document, table: usize) -> Vec<String> {
    let text = |cell: &luoshi_text::Cell| {
        let blocks = &doc.blocks()[cell.block as usize..(cell.block + cell.blocks) as usize];
        let kind = BlockKind::Cell { table: table as u32, row: cell.row, col: cell.col };
        assert!(blocks.iter().all(|block| block.kind == kind));
        blocks.iter().map(|block| doc.slice(block.span)).collect::<Vec<_>>().join("/")
    };
    let cells = doc.tables()[table].cells.iter();
    cells.map(|c| format!("{},{} {}×{} {}", c.row, c.col, c.height, c.width, text(c))).collect()
}
