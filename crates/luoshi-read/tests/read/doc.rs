//! Old Word files, through LibreOffice where it is found and alone where it is not.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use luoshi_read::{Limits, ReadError, find_soffice};
use luoshi_text::Format;

use crate::odt::CLINIC;
use crate::support::{check, check_notices, read};

const CLINIC_DOC: &[u8] = include_bytes!("../fixtures/clinic.doc");

/// The LibreOffice that `cargo xtask test` installs.
fn soffice() -> PathBuf {
    find_soffice([Path::new("/usr/bin"), Path::new("/usr/local/bin"), Path::new("/opt/libreoffice/program")])
        .expect("LibreOffice is missing: run the tests by `cargo xtask test`, which installs it")
}

#[test]
fn libreoffice_keeps_every_number() {
    let limits = Limits { soffice: Some(soffice()), ..Limits::default() };
    let doc = luoshi_read::read(CLINIC_DOC, Some("方案.wps"), &limits).unwrap();
    assert_eq!(doc.format(), Format::Doc);
    check(&doc, &CLINIC);
    check_notices(&doc, &[]);
}

#[test]
fn without_libreoffice_the_text_is_read_and_the_loss_told() {
    let doc = read(CLINIC_DOC).unwrap();
    assert_eq!(doc.format(), Format::Doc);
    assert!(doc.text().contains("到2026年底，每个行政村建成一所标准化卫生室。\n"));
    assert_eq!((doc.tables()[0].rows, doc.tables()[0].cols), (4, 4));
    check_notices(&doc, &["doc-without-converter"]);
    assert!(doc.notices()[0].message.contains("未安装 LibreOffice"));
}

#[test]
fn a_converter_that_fails_is_told_and_replaced() {
    let limits = Limits { soffice: Some(PathBuf::from("/nowhere/soffice")), ..Limits::default() };
    let doc = luoshi_read::read(CLINIC_DOC, None, &limits).unwrap();
    assert!(doc.text().contains("为方便群众就近看病，制定本方案。"));
    assert!(doc.notices()[0].message.contains("转换失败"));
}

#[test]
fn a_locked_file_is_told_by_its_head() {
    let mut file = cfb::CompoundFile::open(Cursor::new(CLINIC_DOC.to_vec())).unwrap();
    let mut stream = file.open_stream("/WordDocument").unwrap();
    stream.seek(SeekFrom::Start(11)).unwrap();
    let mut flags = [0];
    stream.read_exact(&mut flags).unwrap();
    stream.seek(SeekFrom::Start(11)).unwrap();
    stream.write_all(&[flags[0] | 1]).unwrap();
    drop(stream);
    let bytes = file.into_inner().into_inner();
    assert_eq!(read(&bytes), Err(ReadError::Encrypted));
}
