use std::io::Cursor;

use luoshi_text::Format;

use crate::archive::Archive;
use crate::{Limits, ReadError};

/// Says by its content what a file is; the name plays no part, since `.doc` files are often web
/// pages and `.wps` files often docx.
pub fn detect(bytes: &[u8]) -> Result<Format, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return detect_zip(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return detect_ole(bytes);
    }
    if find(head(bytes, 1024), b"%PDF-").is_some() {
        return Ok(Format::Pdf);
    }
    if let Some(found) = foreign(bytes) {
        return Err(ReadError::NotADocument { found });
    }
    detect_markup(bytes)
}

/// Signatures of files that are no documents.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const AT_START: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "图片（PNG）"),
        (b"\xFF\xD8\xFF", "图片（JPEG）"),
        (b"GIF87a", "图片（GIF）"),
        (b"GIF89a", "图片（GIF）"),
        (b"BM", "图片（BMP）"),
        (b"II*\0", "图片（TIFF）"),
        (b"MM\0*", "图片（TIFF）"),
        (b"8BPS", "图片（PSD）"),
        (b"Rar!\x1a\x07", "压缩包（RAR）"),
        (b"7z\xBC\xAF\x27\x1C", "压缩包（7z）"),
        (b"\x1F\x8B", "压缩包（gz）"),
        (b"BZh", "压缩包（bz2）"),
        (b"\xFD7zXZ\0", "压缩包（xz）"),
        (b"\x28\xB5\x2F\xFD", "压缩包（zst）"),
        (b"MZ", "可执行程序"),
        (b"\x7FELF", "可执行程序"),
        (b"\xCF\xFA\xED\xFE", "可执行程序"),
        (b"\xCA\xFE\xBA\xBE", "可执行程序"),
        (b"SQLite format 3\0", "数据库文件"),
        (b"ID3", "音频"),
        (b"OggS", "音频"),
        (b"fLaC", "音频"),
        (b"\x1A\x45\xDF\xA3", "视频"),
    ];
    // Two or three letters may also begin a text; a binary file soon holds a NUL byte.
    let binary = head(bytes, 4096).contains(&0);
    let signature = AT_START
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic) && (binary || magic.len() > 3 || !magic.is_ascii()));
    if let Some((_, found)) = signature {
        return Some(found);
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => Some("图片（WebP）"),
        (Some(b"RIFF"), _, Some(b"WAVE")) => Some("音频"),
        (Some(b"RIFF"), _, Some(b"AVI ")) => Some("视频"),
        (_, Some(b"ftyp"), Some(b"heic" | b"heix" | b"mif1" | b"avif")) => Some("图片（HEIC）"),
        (_, Some(b"ftyp"), _) => Some("视频"),
        _ => None,
    }
}

fn detect_zip(bytes: &[u8]) -> Result<Format, ReadError> {
    let limits = Limits::default();
    let mut archive = Archive::open(bytes, probable(bytes), &limits)?;
    if archive.locked() {
        return Err(ReadError::Encrypted);
    }
    if let Some(mime) = archive.read("mimetype")? {
        let unsupported = |found: &str| Err(ReadError::Unsupported { found: found.to_owned() });
        return match mime.trim_ascii() {
            // Also templates, master documents and pages made with a text program.
            kind if kind.starts_with(b"application/vnd.oasis.opendocument.text") => Ok(Format::Odt),
            b"application/vnd.oasis.opendocument.spreadsheet" => unsupported("ods 表格"),
            b"application/vnd.oasis.opendocument.presentation" => unsupported("演示文稿"),
            b"application/epub+zip" => unsupported("电子书（epub）"),
            _ => Err(ReadError::NotADocument { found: "压缩包（zip）" }),
        };
    }
    const PARTS: &[(&str, Format)] = &[
        ("word/document.xml", Format::Docx),
        ("xl/workbook.xml", Format::Xlsx),
        ("xl/workbook.bin", Format::Xlsx),
        ("OFD.xml", Format::Ofd),
    ];
    if let Some((_, format)) = PARTS.iter().find(|(part, _)| archive.has(part)) {
        return Ok(*format);
    }
    // The main part of a docx may have another name, which its content type tells.
    if let Some(types) = archive.read("[Content_Types].xml")? {
        if find(&types, b"wordprocessingml").is_some() {
            return Ok(Format::Docx);
        }
        if find(&types, b"spreadsheetml").is_some() {
            return Ok(Format::Xlsx);
        }
        if find(&types, b"presentationml").is_some() {
            return Err(ReadError::Unsupported { found: "演示文稿".to_owned() });
        }
    }
    if archive.has("content.xml") && archive.has("META-INF/manifest.xml") {
        return Ok(Format::Odt);
    }
    Err(ReadError::NotADocument { found: "压缩包（zip）" })
}

/// What a zip holds by the names that stand in it, for one whose directory is lost.
fn probable(bytes: &[u8]) -> Format {
    const NAMES: &[(&[u8], Format)] =
        &[(b"OFD.xml", Format::Ofd), (b"xl/work", Format::Xlsx), (b"opendocument.text", Format::Odt)];
    let start = head(bytes, 64 << 10);
    let named = NAMES.iter().find(|(name, _)| find(start, name).is_some());
    named.map_or(Format::Docx, |(_, format)| *format)
}

fn detect_ole(bytes: &[u8]) -> Result<Format, ReadError> {
    // A file cut short cannot be opened, yet its directory may still tell what it was.
    let root: Vec<String> = match cfb::CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => file.read_root_storage().map(|entry| entry.name().to_owned()).collect(),
        Err(_) => {
            let names = ["EncryptedPackage", "WordDocument", "Workbook", "Book", "PowerPoint Document"];
            names.iter().filter(|name| holds_entry(bytes, name)).map(|name| (*name).to_owned()).collect()
        }
    };
    let has = |name: &str| root.iter().any(|entry| entry.eq_ignore_ascii_case(name));
    if has("EncryptedPackage") || has("EncryptionInfo") {
        Err(ReadError::Encrypted)
    } else if has("WordDocument") {
        Ok(Format::Doc)
    } else if has("Workbook") || has("Book") {
        Ok(Format::Xlsx)
    } else if has("PowerPoint Document") {
        Err(ReadError::Unsupported { found: "演示文稿".to_owned() })
    } else if root.is_empty() {
        Err(ReadError::damaged(Format::Doc, "文件目录不完整"))
    } else {
        Err(ReadError::NotADocument { found: "其他程序的数据文件" })
    }
}

/// Whether a directory entry of this name stands anywhere in an OLE file.
fn holds_entry(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    bytes.chunks_exact(128).any(|entry| entry.starts_with(&wide) && entry[64] as usize == wide.len())
}

fn detect_markup(bytes: &[u8]) -> Result<Format, ReadError> {
    let text = crate::text::decode(bytes).ok_or(ReadError::NotADocument { found: "二进制数据" })?.text;
    let unsupported = |found: &str| Err(ReadError::Unsupported { found: found.to_owned() });
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start: String = start.chars().take(2048).collect::<String>().to_ascii_lowercase();
    if start.starts_with("{\\rtf") {
        return unsupported("RTF 文件");
    }
    if start.starts_with("mime-version:") || start.starts_with("from: <saved by") {
        return unsupported("单个文件网页（mht）");
    }
    if start.starts_with("<?xml") && (start.contains("<w:worddocument") || start.contains("<pkg:package")) {
        return unsupported("Word XML 文件");
    }
    if start.starts_with('<') {
        const TAGS: [&str; 10] =
            ["<!doctype html", "<html", "<head", "<body", "<title", "<meta", "<div", "<table", "<p>", "<p "];
        if TAGS.iter().any(|tag| start.contains(tag)) {
            return Ok(Format::Html);
        }
    }
    if text.trim().is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(Format::Text)
}

fn head(bytes: &[u8], n: usize) -> &[u8] {
    &bytes[..bytes.len().min(n)]
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
