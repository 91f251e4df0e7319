//! Files come in, are told by their content, kept once, and found again or told to be missing.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use luoshi_engine::Hash;
use luoshi_store::attachment::{AttachmentError, Attachments, Kind, Limits, Place, Presence, Refused};

/// A zip archive with empty files of these names.
fn zip(names: &[&str]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for name in names {
        let [low, high] = u16::try_from(name.len()).unwrap().to_le_bytes();
        let offset = u32::try_from(out.len()).unwrap().to_le_bytes();
        out.extend([b"PK\x03\x04".as_slice(), &[0; 22], &[low, high, 0, 0], name.as_bytes()].concat());
        directory.extend([b"PK\x01\x02".as_slice(), &[0; 24], &[low, high], &[0; 12], &offset].concat());
        directory.extend(name.as_bytes());
    }
    let start = u32::try_from(out.len()).unwrap().to_le_bytes();
    let size = u32::try_from(directory.len()).unwrap().to_le_bytes();
    out.extend(directory);
    out.extend([b"PK\x05\x06".as_slice(), &[0; 8], &size, &start, &[0, 0]].concat());
    out
}

/// An OLE compound file whose directory has these streams.
fn compound(streams: &[&str]) -> Vec<u8> {
    let mut out = vec![0; 512];
    out[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    for name in streams {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
        let mut entry = vec![0; 128];
        entry[..wide.len()].copy_from_slice(&wide);
        entry[64] = u8::try_from(wide.len()).unwrap();
        entry[66] = 2;
        out.extend(entry);
    }
    out
}

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn a_file_is_told_by_its_content() {
    let check = |bytes: &[u8], expect: Result<Kind, Refused>| {
        assert_eq!(Kind::tell(bytes), expect, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(40)]));
    };
    check(b"\xff\xd8\xff\xe0\0\x10JFIF", Ok(Kind::Jpeg));
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Ok(Kind::Png));
    check(b"GIF89a\x01\0\x01\0", Ok(Kind::Gif));
    check(b"RIFF\x24\0\0\0WEBPVP8 ", Ok(Kind::Webp));
    check(b"RIFF\x24\0\0\0WAVEfmt ", Err(Refused::Unknown));
    check(b"\0\0\0\x18ftypheic\0\0\0\0", Ok(Kind::Heic));
    check(b"\0\0\0\x18ftypisom\0\0\0\0", Ok(Kind::Mp4));
    check(b"\0\0\0\x14ftypqt  \0\0\0\0", Ok(Kind::Mov));
    check(b"\0\0\0\x14ftypcrx \0\0\0\0", Err(Refused::Unknown));
    check(b"II*\0\x08\0\0\0", Ok(Kind::Tiff));
    check(b"%PDF-1.7\n%\xe2\xe3", Ok(Kind::Pdf));
    check(&zip(&["[Content_Types].xml", "word/document.xml"]), Ok(Kind::Docx));
    check(&zip(&["docProps/app.xml", "xl/workbook.xml", "[Content_Types].xml"]), Ok(Kind::Xlsx));
    check(&zip(&["[Content_Types].xml", "ppt/presentation.xml"]), Ok(Kind::Pptx));
    check(&zip(&["OFD.xml", "Doc_0/Document.xml"]), Ok(Kind::Ofd));
    check(&zip(&["照片/1.jpg", "说明.txt", "www.gov.com/"]), Ok(Kind::Zip));
    check(&zip(&[]), Ok(Kind::Zip));
    check(&compound(&["Root", "WordDocument"]), Ok(Kind::Doc));
    check(&compound(&["Root", "Workbook"]), Ok(Kind::Xls));
    check(&compound(&["PowerPoint Document"]), Ok(Kind::Ppt));
    check("序号,单位\r\n1,石桥镇\r\n".as_bytes(), Ok(Kind::Text));
    check(b"\xd6\xd0\xce\xc4\r\n", Ok(Kind::Text));
    check(&utf16("石桥镇\t3\r\n"), Ok(Kind::Text));
    check("<关于防汛的通知>".as_bytes(), Ok(Kind::Text));
    check("MZ街道".as_bytes(), Ok(Kind::Text));
    check("< 5 户".as_bytes(), Ok(Kind::Text));
}

#[test]
fn programs_pages_and_broken_files_are_refused() {
    let check = |bytes: &[u8], expect: Refused| {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(Kind::tell(bytes), Err(expect), "{head:?}");
    };
    check(b"", Refused::Empty);
    check(b"MZ\x90\0\x03\0\0\0", Refused::Program);
    check(b"\x7fELF\x02\x01\x01\0", Refused::Program);
    check(b"\xca\xfe\xba\xbe\0\0\0\x34", Refused::Program);
    check(b"#!/bin/sh\nrm -rf ~\n", Refused::Program);
    check(b"@ECHO off\r\ndel *\r\n", Refused::Program);
    check(&utf16("@echo off\r\n"), Refused::Program);
    check(b"<!DOCTYPE html><html>", Refused::Markup);
    check(b"\xef\xbb\xbf \r\n<HTML><body>", Refused::Markup);
    check(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Refused::Markup);
    check(b"<?xml version='1.0'?><svg/>", Refused::Markup);
    check(b"<script>alert(1)</script>", Refused::Markup);
    check(&utf16("<html>"), Refused::Markup);
    check(b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n", Refused::Markup);
    check(&zip(&["通知.pdf.exe"]), Refused::Program);
    check(&zip(&["a/b/RUN.BAT. "]), Refused::Program);
    check(&zip(&["META-INF/MANIFEST.MF", "Main.class"]), Refused::Program);
    check(&zip(&["AndroidManifest.xml", "res/a.png"]), Refused::Program);
    check(&zip(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), Refused::Macro);
    check(&compound(&["EncryptionInfo", "EncryptedPackage"]), Refused::Locked);
    check(&compound(&["SummaryInformation"]), Refused::Unknown);
    check(b"Rar!\x1a\x07\x01\0", Refused::Unknown);
    check(b"\0\x01\x02\x03", Refused::Unknown);
    check(b"{\\rtf1\\ansi}", Refused::Unknown);
    let whole = zip(&["[Content_Types].xml", "word/document.xml"]);
    for cut in 4..whole.len() {
        check(&whole[..cut], Refused::Broken);
    }
}

#[test]
fn any_bytes_are_told_without_harm() {
    let whole = [zip(&["[Content_Types].xml", "word/document.xml"]), compound(&["WordDocument"])];
    for whole in whole {
        for at in 0..whole.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = whole.clone();
                changed[at] = byte;
                let _ = Kind::tell(&changed);
            }
        }
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let says = |why: Refused, words: &str| assert!(why.to_string().contains(words), "{why}");
    says(Refused::Empty, "重新选择");
    says(Refused::TooLarge(50 << 20), "超过 50 MB 的上限");
    says(Refused::TooLarge(1500), "1 KB");
    says(Refused::Program, "程序和脚本");
    says(Refused::Program, "可以上传：照片和图片（jpg");
    says(Refused::Markup, "另存为 PDF");
    says(Refused::Macro, "不带宏");
    says(Refused::Locked, "去掉密码");
    says(Refused::Broken, "重新上传");
    says(Refused::Unknown, "压缩包（zip）");
}

struct Folder {
    inside: tempfile::TempDir,
    kept: Attachments,
}

impl Folder {
    fn new() -> Self {
        let inside = tempfile::tempdir().unwrap();
        let place = Place::Folder(inside.path().join("data/attachments"));
        let kept = Attachments::open(&place, Limits { file: 1000, film: 2000 }).unwrap();
        Self { inside, kept }
    }

    fn path(&self, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.inside.path().join("data/attachments").join(&name[..2]).join(name)
    }

    /// Names of all files in all shards.
    fn names(&self) -> Vec<String> {
        let shards = fs::read_dir(self.inside.path().join("data/attachments")).unwrap();
        let files = shards.flat_map(|shard| fs::read_dir(shard.unwrap().path()).unwrap());
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }
}

#[tokio::test]
async fn the_same_content_is_kept_once_and_told() {
    let folder = Folder::new();
    let photo = b"\xff\xd8\xff photo".to_vec();
    let first = folder.kept.put(photo.clone()).await.unwrap();
    assert_eq!((first.hash, first.size), (Hash::of(&photo), 9));
    assert_eq!((first.kind, first.already), (Kind::Jpeg, false));
    let second = folder.kept.put(photo.clone()).await.unwrap();
    assert_eq!((second.hash, second.already), (first.hash, true));
    assert_eq!(folder.names(), [first.hash.to_string()]);
    assert_eq!(fs::read(folder.path(first.hash)).unwrap(), photo);

    // Another server on the same folder, or the same after a restart.
    let again = Place::Folder(folder.inside.path().join("data/attachments"));
    let again = Attachments::open(&again, Limits::default()).unwrap();
    assert!(again.put(photo.clone()).await.unwrap().already);
    again.reach().await.unwrap();
    assert_eq!(again.get(first.hash).await.unwrap(), photo);
    assert_eq!(again.size(first.hash).await.unwrap(), 9);
    assert_eq!(again.part(first.hash, 4..7).await.unwrap(), b"pho");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_from_many_hands_at_once_is_kept_once() {
    let folder = Folder::new();
    let kept = std::sync::Arc::new(folder.kept);
    let photo = b"\xff\xd8\xff photo".to_vec();
    let hands = (0..16).map(|_| {
        let (kept, photo) = (kept.clone(), photo.clone());
        tokio::spawn(async move { kept.put(photo).await.unwrap().hash })
    });
    for hand in hands.collect::<Vec<_>>() {
        assert_eq!(hand.await.unwrap(), Hash::of(&photo));
    }
    assert_eq!(kept.check(Hash::of(&photo)).await.unwrap(), Presence::Whole);
    let shard = folder.inside.path().join("data/attachments").join(&Hash::of(&photo).to_string()[..2]);
    assert_eq!(fs::read_dir(shard).unwrap().count(), 1, "nothing half written is left");
}

#[tokio::test]
async fn a_damaged_file_is_told_and_mended_by_putting_it_again() {
    let folder = Folder::new();
    let photo = b"\xff\xd8\xff photo".to_vec();
    let hash = folder.kept.put(photo.clone()).await.unwrap().hash;
    assert_eq!(folder.kept.check(hash).await.unwrap(), Presence::Whole);

    fs::write(folder.path(hash), b"\xff\xd8\xff other").unwrap();
    assert_eq!(folder.kept.check(hash).await.unwrap(), Presence::Damaged);
    let error = folder.kept.get(hash).await.unwrap_err();
    assert!(matches!(error, AttachmentError::Damaged(found) if found == hash));
    assert!(error.to_string().contains("不一致"), "{error}");

    assert!(!folder.kept.put(photo.clone()).await.unwrap().already);
    assert_eq!(folder.kept.get(hash).await.unwrap(), photo);
}

#[tokio::test]
async fn missing_files_are_found_out() {
    let folder = Folder::new();
    let mut hashes = Vec::new();
    // So many that some shards hold several, some one.
    for n in 0..60 {
        hashes.push(folder.kept.put(format!("第 {n} 份").into_bytes()).await.unwrap().hash);
    }
    let shards: std::collections::BTreeSet<u8> = hashes.iter().map(|hash| hash.0[0]).collect();
    assert!(shards.len() < hashes.len());
    assert_eq!(folder.kept.missing(hashes.iter().copied()).await.unwrap(), []);

    let mut gone = vec![hashes[3], hashes[27], hashes[58]];
    for hash in &gone {
        fs::remove_file(folder.path(*hash)).unwrap();
    }
    // A power cut in the middle of writing leaves such a name.
    fs::write(format!("{}#1", folder.path(gone[0]).display()), "half").unwrap();
    gone.sort();
    assert_eq!(folder.kept.missing(hashes).await.unwrap(), gone);
    assert_eq!(folder.kept.missing([gone[0]]).await.unwrap(), [gone[0]]);
    assert_eq!(folder.kept.check(gone[0]).await.unwrap(), Presence::Missing);
    for error in [
        folder.kept.get(gone[0]).await.unwrap_err(),
        folder.kept.size(gone[0]).await.map(drop).unwrap_err(),
        folder.kept.part(gone[0], 0..1).await.map(drop).unwrap_err(),
    ] {
        assert!(error.to_string().contains("从备份中找回"), "{error}");
    }
}

#[tokio::test]
async fn what_is_refused_is_not_kept() {
    let folder = Folder::new();
    let film = |size: usize| [b"\0\0\0\x18ftypisom".to_vec(), vec![0; size - 12]].concat();
    let page = folder.kept.put(b"<html>".to_vec()).await.unwrap_err();
    assert!(matches!(page, AttachmentError::Refused(Refused::Markup)));
    let large = folder.kept.put(vec![b'a'; 1001]).await.unwrap_err();
    assert!(matches!(large, AttachmentError::Refused(Refused::TooLarge(1000))));
    let longer = folder.kept.put(film(2001)).await.unwrap_err();
    assert!(matches!(longer, AttachmentError::Refused(Refused::TooLarge(2000))));
    assert_eq!(folder.names(), [""; 0]);
    assert_eq!(folder.kept.put(vec![b'a'; 1000]).await.unwrap().kind, Kind::Text);
    assert_eq!(folder.kept.put(film(2000)).await.unwrap().kind, Kind::Mp4);
}

#[tokio::test]
async fn a_file_that_comes_in_pieces_is_refused_as_soon_as_it_is_too_large() {
    let folder = Folder::new();
    let mut text = folder.kept.incoming();
    for _ in 0..10 {
        text.push(&[b'a'; 100]).unwrap();
    }
    assert_eq!(text.push(b"a"), Err(Refused::TooLarge(1000)));

    let mut film = folder.kept.incoming();
    film.push(b"\0\0\0\x18ftypisom").unwrap();
    film.push(&[0; 1900]).unwrap();
    let stored = folder.kept.put(film.into_bytes()).await.unwrap();
    assert_eq!((stored.kind, stored.size), (Kind::Mp4, 1912));
}

#[tokio::test]
async fn a_failure_is_told_and_nothing_is_acknowledged() {
    let folder = Folder::new();
    let text = b"text".to_vec();
    let hash = Hash::of(&text);
    // The shard's place is taken by something else.
    let path = folder.path(hash);
    let shard = path.parent().unwrap();
    fs::remove_dir(shard).unwrap();
    fs::write(shard, "").unwrap();
    let error = folder.kept.put(text.clone()).await.unwrap_err();
    assert!(error.to_string().contains("存放附件的地方暂时用不了"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    // It comes back.
    fs::remove_file(shard).unwrap();
    assert!(!folder.kept.put(text).await.unwrap().already);

    let file = folder.inside.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Attachments::open(&Place::Folder(file.join("attachments")), Limits::default()).unwrap_err();
    assert!(matches!(error, AttachmentError::Folder { .. }));
}

#[test]
fn the_cause_is_told_however_deep_it_lies() {
    let check = |kind: ErrorKind, words: &str| {
        let source = Box::new(std::io::Error::from(kind));
        let error = AttachmentError::Unavailable(object_store::Error::Generic { store: "x", source });
        assert!(error.to_string().contains(words), "{error}");
    };
    check(ErrorKind::StorageFull, "磁盘已满，附件没有保存");
    check(ErrorKind::QuotaExceeded, "磁盘已满");
    check(ErrorKind::ReadOnlyFilesystem, "只读");
    check(ErrorKind::PermissionDenied, "没有权限");
    check(ErrorKind::TimedOut, "稍后再试");
}

#[cfg(unix)]
#[test]
fn the_folders_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    for inside in ["data", "data/attachments", "data/attachments/00", "data/attachments/ff"] {
        let mode = fs::metadata(folder.inside.path().join(inside)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{inside}");
    }
}
