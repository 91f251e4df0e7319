//! Files that are no documents, that are broken or that mean harm end in an error that says what
//! to do.

use std::io::{Cursor, Write};

use luoshi_read::{Limits, ReadError, detect};
use luoshi_text::Format;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{Docx, W, p, read, table, tc, zip};

#[track_caller]
fn check_format(bytes: &[u8], expect: Format) {
    assert_eq!(detect(bytes), Ok(expect));
}

#[track_caller]
fn check_refused(bytes: &[u8], code: &str, words: &str) {
    let error = read(bytes).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let message = error.to_string();
    assert!(message.contains(words), "{message}");
    assert!(message.ends_with('。') && message.contains('：'), "{message}");
}

/// An OLE file with these streams.
fn ole(streams: &[&str]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for name in streams {
        file.create_stream(format!("/{name}")).unwrap().write_all(&[0; 5000]).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn content_decides_the_format_and_the_name_does_not() {
    let docx = Docx::new(&p("正文")).bytes();
    check_format(&docx, Format::Docx);
    let doc = luoshi_read::read(&docx, Some("方案.doc"), &Limits::default()).unwrap();
    assert_eq!((doc.format(), doc.text()), (Format::Docx, "正文\n"));
    check_format(&zip(&[("xl/workbook.xml", b"")]), Format::Xlsx);
    check_format(&zip(&[("OFD.xml", b"")]), Format::Ofd);
    check_format(&zip(&[("mimetype", b"application/vnd.oasis.opendocument.text")]), Format::Odt);
    check_format(&zip(&[("mimetype", b"application/vnd.oasis.opendocument.text-web")]), Format::Odt);
    check_format(b"%PDF-1.7\n", Format::Pdf);
    check_format(b"\n<!-- saved --><HTML><p>a", Format::Html);
    check_format("一、总体要求 <html> 标签".as_bytes(), Format::Text);
    check_format(b"BM is no picture here", Format::Text);
    check_format(&ole(&["WordDocument", "1Table"]), Format::Doc);
    check_format(&ole(&["Workbook"]), Format::Xlsx);
}

#[test]
fn the_kind_of_an_ole_file_cut_short_is_still_known() {
    let whole = ole(&["WordDocument"]);
    let mut broken = whole.clone();
    broken[30] = 0xFF;
    check_format(&broken, Format::Doc);
}

#[test]
fn what_is_no_document_is_named() {
    check_refused(b"", "file-empty", "空的");
    check_refused("　\r\n".as_bytes(), "file-empty", "空的");
    check_refused(b"\x89PNG\r\n\x1a\n\0\0", "not-a-document", "图片（PNG）");
    check_refused(b"MZ\x90\0\x03\0\0\0", "not-a-document", "可执行程序");
    check_refused(b"Rar!\x1a\x07\0", "not-a-document", "压缩包（RAR）");
    check_refused(&zip(&[("a.txt", b"a")]), "not-a-document", "压缩包（zip）");
    check_refused(&[7, 0, 0, 1, 0, 9].repeat(99), "not-a-document", "二进制");
    check_refused(b"{\\rtf1\\ansi a}", "format-unsupported", "RTF");
    check_refused(&zip(&[("[Content_Types].xml", b"presentationml")]), "format-unsupported", "演示文稿");
}

#[test]
fn a_document_inside_an_archive_is_not_opened() {
    let inner = Docx::new(&p("正文")).bytes();
    check_refused(&zip(&[("方案.docx", &inner)]), "not-a-document", "压缩包（zip）");
}

#[test]
fn locked_files_are_told() {
    check_refused(&ole(&["EncryptionInfo", "EncryptedPackage"]), "file-encrypted", "取消密码");
    let mut locked = Docx::new(&p("正文")).bytes();
    // The flag in the entry and in the directory.
    locked[6] |= 1;
    let at = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[at + 8] |= 1;
    check_refused(&locked, "file-encrypted", "取消密码");
}

#[test]
fn a_docx_cut_anywhere_is_damaged_but_never_a_panic() {
    let body: String = (0..300).map(|n| p(&format!("第{n}段，内容各不相同{}。", n * n))).collect();
    let whole = Docx::new(&body).bytes();
    for eighth in 1..8 {
        check_refused(&whole[..whole.len() * eighth / 8], "file-damaged", "已损坏");
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0xFF;
    assert!(matches!(read(&flipped), Err(ReadError::Damaged { format: Format::Docx, .. })));
}

#[test]
fn a_zip_cut_short_is_named_by_what_it_held() {
    let ofd = zip(&[("OFD.xml", &[b'x'; 100]), ("Doc_0/Document.xml", &[b'x'; 100])]);
    check_refused(&ofd[..ofd.len() / 2], "file-damaged", "OFD文件已损坏");
    check_refused(b"PK\x03\x04", "file-damaged", "docx文件已损坏");
}

#[test]
fn broken_xml_says_where() {
    let bytes = zip(&[("word/document.xml", b"<w:document>\n<w:body>")]);
    check_refused(&bytes, "file-damaged", "word/document.xml");
    let other = format!(r#"<w:document xmlns:w="{W}"/>"#);
    check_refused(&zip(&[("word/document.xml", other.as_bytes())]), "file-damaged", "正文缺失");
}

#[test]
fn entities_and_document_types_are_refused() {
    let laughs = format!(
        r#"<!DOCTYPE a [<!ENTITY b "哈哈"><!ENTITY c "&b;&b;">]><w:document xmlns:w="{W}"><w:body><w:p>&c;</w:p></w:body></w:document>"#
    );
    check_refused(&zip(&[("word/document.xml", laughs.as_bytes())]), "xml-entities", "实体");
    let other = format!(r#"<!DOCTYPE a SYSTEM "file:///etc/passwd"><w:document xmlns:w="{W}"/>"#);
    check_refused(&zip(&[("word/document.xml", other.as_bytes())]), "xml-entities", "实体");
}

#[test]
fn an_archive_that_grows_out_of_proportion_is_refused() {
    let big = vec![b' '; 40 << 20];
    check_refused(&zip(&[("word/document.xml", &big)]), "archive-too-large", "word/document.xml");
    let limits = Limits { expanded: 1000, ..Limits::default() };
    let error = luoshi_read::read(&Docx::new(&p(&"字".repeat(500))).bytes(), None, &limits).unwrap_err();
    assert_eq!(error.code(), "archive-too-large");
}

#[test]
fn too_many_entries_are_refused_before_they_are_read() {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..10_001 {
        out.start_file(format!("{n}"), SimpleFileOptions::default()).unwrap();
    }
    check_refused(&out.finish().unwrap().into_inner(), "document-too-complex", "压缩条目");
}

#[test]
fn nesting_blocks_cells_and_size_are_bounded() {
    let deep = format!("{}{}", "<w:sdt>".repeat(500), "</w:sdt>".repeat(500));
    check_refused(&Docx::new(&deep).bytes(), "document-too-complex", "嵌套层数");
    let small = Limits { blocks: 3, cells: 3, bytes: 100_000, nodes: 100, ..Limits::default() };
    let code = |bytes: &[u8], limits: &Limits| luoshi_read::read(bytes, None, limits).unwrap_err().code();
    assert_eq!(code(&Docx::new(&p("段").repeat(4)).bytes(), &small), "document-too-complex");
    let row: &[String] = &[tc("", "1"), tc("", "2")];
    assert_eq!(code(&Docx::new(&table(&[row, row])).bytes(), &small), "document-too-complex");
    assert_eq!(code("一\n二\n三\n四\n".as_bytes(), &small), "document-too-complex");
    assert_eq!(code("1\t2\n3\t4\n".as_bytes(), &small), "document-too-complex");
    assert_eq!(code(("<html>".to_owned() + &"<p>段".repeat(4)).as_bytes(), &small), "document-too-complex");
    assert_eq!(code(("<html>".to_owned() + &"<p>段".repeat(200)).as_bytes(), &small), "document-too-complex");
    let big = vec![b'a'; 100_001];
    let error = luoshi_read::read(&big, None, &small).unwrap_err();
    assert_eq!(error, ReadError::TooLarge { size: 100_001, limit: 100_000 });
    assert!(error.to_string().contains("0.1 MB"));
}
