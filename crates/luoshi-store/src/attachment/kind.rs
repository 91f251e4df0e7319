//! Which kinds of file are kept. What a file is, its bytes say; its name says nothing.

use super::package::{self, Inside};

/// A kind of file that may be attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// A picture.
    Gif,
    /// A picture.
    Webp,
    /// A photograph from an Apple telephone.
    Heic,
    /// A scan.
    Tiff,
    /// A document.
    Pdf,
    /// A document by GB/T 33190.
    Ofd,
    /// A Word document.
    Docx,
    /// An Excel workbook.
    Xlsx,
    /// A PowerPoint presentation.
    Pptx,
    /// An old Word or WPS document.
    Doc,
    /// An old Excel or WPS workbook.
    Xls,
    /// An old PowerPoint or WPS presentation.
    Ppt,
    /// Words without form, tables as CSV among them.
    Text,
    /// A film.
    Mp4,
    /// A film from an Apple telephone.
    Mov,
    /// An archive of other files.
    Zip,
}

/// What is said of a kind.
struct Row {
    kind: Kind,
    /// Endings of names that go with it; the first is given to a file that has another.
    endings: &'static [&'static str],
    media: &'static str,
}

const KINDS: &[Row] = &[
    Row { kind: Kind::Jpeg, endings: &["jpg", "jpeg"], media: "image/jpeg" },
    Row { kind: Kind::Png, endings: &["png"], media: "image/png" },
    Row { kind: Kind::Gif, endings: &["gif"], media: "image/gif" },
    Row { kind: Kind::Webp, endings: &["webp"], media: "image/webp" },
    Row { kind: Kind::Heic, endings: &["heic", "heif"], media: "image/heic" },
    Row { kind: Kind::Tiff, endings: &["tif", "tiff"], media: "image/tiff" },
    Row { kind: Kind::Pdf, endings: &["pdf"], media: "application/pdf" },
    Row { kind: Kind::Ofd, endings: &["ofd"], media: "application/ofd" },
    Row {
        kind: Kind::Docx,
        endings: &["docx"],
        media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    },
    Row {
        kind: Kind::Xlsx,
        endings: &["xlsx"],
        media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    },
    Row {
        kind: Kind::Pptx,
        endings: &["pptx"],
        media: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    },
    Row { kind: Kind::Doc, endings: &["doc", "wps"], media: "application/msword" },
    Row { kind: Kind::Xls, endings: &["xls", "et"], media: "application/vnd.ms-excel" },
    Row { kind: Kind::Ppt, endings: &["ppt", "dps"], media: "application/vnd.ms-powerpoint" },
    Row { kind: Kind::Text, endings: &["txt", "csv", "md"], media: "text/plain" },
    Row { kind: Kind::Mp4, endings: &["mp4", "m4v", "3gp"], media: "video/mp4" },
    Row { kind: Kind::Mov, endings: &["mov"], media: "video/quicktime" },
    Row { kind: Kind::Zip, endings: &["zip", "odt"], media: "application/zip" },
];

/// What stands at the front of a file that needs no second look.
const HEADS: &[(&[u8], Kind)] = &[
    (b"\xff\xd8\xff", Kind::Jpeg),
    (b"\x89PNG\r\n\x1a\n", Kind::Png),
    (b"GIF87a", Kind::Gif),
    (b"GIF89a", Kind::Gif),
    (b"II*\0", Kind::Tiff),
    (b"MM\0*", Kind::Tiff),
    (b"%PDF-", Kind::Pdf),
    (b"\xef\xbb\xbf%PDF-", Kind::Pdf),
];

/// The four letters behind `ftyp` in a file of pictures or films.
const BRANDS: &[(&[u8], Kind)] = &[
    (b"heic", Kind::Heic),
    (b"heix", Kind::Heic),
    (b"heim", Kind::Heic),
    (b"hevc", Kind::Heic),
    (b"hevx", Kind::Heic),
    (b"mif1", Kind::Heic),
    (b"msf1", Kind::Heic),
    (b"isom", Kind::Mp4),
    (b"iso2", Kind::Mp4),
    (b"iso4", Kind::Mp4),
    (b"iso5", Kind::Mp4),
    (b"iso6", Kind::Mp4),
    (b"avc1", Kind::Mp4),
    (b"mp41", Kind::Mp4),
    (b"mp42", Kind::Mp4),
    (b"M4V ", Kind::Mp4),
    (b"MSNV", Kind::Mp4),
    (b"3gp4", Kind::Mp4),
    (b"3gp5", Kind::Mp4),
    (b"3gp6", Kind::Mp4),
    (b"qt  ", Kind::Mov),
];

/// Programs, known so that the refusal can say what was sent. What is in no list is refused too.
const PROGRAMS: &[&[u8]] = &[
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"dex\n",
    b"\0asm",
    b"L\0\0\0\x01\x14\x02\0",
];

/// How texts begin that are run or shown by a program, in small letters.
const ACTIVE: &[(&[u8], Refused)] = &[
    (b"#!", Refused::Program),
    (b"@echo", Refused::Program),
    (b"%!ps", Refused::Program),
    (b"mime-version:", Refused::Markup),
    (b"{\\rtf", Refused::Unknown),
];

/// Why a file is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing in it.
    Empty,
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// It is a program or a script, or an archive with one in it.
    Program,
    /// It is a web page, a drawing in SVG or other markup: shown in a browser, it would run.
    Markup,
    /// It is a document with macros.
    Macro,
    /// It is a document under a password.
    Locked,
    /// It is an archive that is cut short or damaged.
    Broken,
    /// It is none of the kinds.
    Unknown,
}

/// The kinds as a user reads them.
const ACCEPTED: &str = "可以上传：照片和图片（jpg、png、gif、webp、heic、tif）、\
     文档（pdf、ofd、docx、xlsx、pptx、doc、xls、ppt、wps、et、dps、odt）、文本（txt、csv、md）、视频（mp4、mov）、压缩包（zip）";

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("这个文件是空的。请重新选择文件"),
            Self::TooLarge(limit) => {
                write!(f, "文件超过 {} 的上限。照片请压缩，文档请分成几份", Size(*limit))
            }
            Self::Program => write!(f, "不接收程序和脚本，压缩包里也不能有。{ACCEPTED}"),
            Self::Markup => write!(f, "不接收网页、SVG 和 XML。网页请另存为 PDF。{ACCEPTED}"),
            Self::Macro => f.write_str("这个文档带有宏，不能接收。请另存为不带宏的 docx 或 xlsx 再上传"),
            Self::Locked => f.write_str("这个文档设了打开密码，别人看不了。请去掉密码再上传"),
            Self::Broken => f.write_str("这个文件不完整，可能没有传完。请在本机打开确认后重新上传"),
            Self::Unknown => write!(f, "不接收这种文件。{ACCEPTED}"),
        }
    }
}

impl std::error::Error for Refused {}

/// A number of bytes as a user reads it.
struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            small if small < 1 << 10 => write!(f, "{small} 字节"),
            middle if middle < 1 << 20 => write!(f, "{} KB", middle >> 10),
            large => write!(f, "{} MB", large >> 20),
        }
    }
}

impl Kind {
    /// What a file is.
    ///
    /// # Errors
    /// Why it is not kept.
    pub fn tell(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.is_empty() {
            return Err(Refused::Empty);
        }
        if let Some(kind) = by_head(bytes) {
            return Ok(kind);
        }
        match package::look(bytes) {
            Some(Inside::Is(kind)) => return Ok(kind),
            Some(Inside::Refused(why)) => return Err(why),
            None => {}
        }
        if let Some(text) = plain_text(bytes) {
            return active(&text).map_or(Ok(Self::Text), Err);
        }
        let program = PROGRAMS.iter().any(|head| bytes.starts_with(head));
        Err(if program { Refused::Program } else { Refused::Unknown })
    }

    /// The media type to send it with, besides `X-Content-Type-Options: nosniff`.
    pub fn media(self) -> &'static str {
        self.row().media
    }

    /// Whether it is a film, which may be larger.
    pub fn is_film(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov)
    }

    /// A name that may be offered for it: no folders, no characters that change how a name is read,
    /// and an ending that goes with the kind. What came as `通知.doc.exe` goes out as
    /// `通知.doc.exe.doc`.
    pub fn name_for(self, name: &str) -> String {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let odd = |c: &char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
        let kept: String = name.chars().filter(|c| !odd(c)).take(120).collect();
        let kept = kept.trim_matches(['.', ' ']);
        let kept = if kept.is_empty() { "附件" } else { kept };
        let endings = self.row().endings;
        let fits = kept
            .rsplit_once('.')
            .is_some_and(|(_, end)| endings.iter().any(|ending| ending.eq_ignore_ascii_case(end)));
        if fits { kept.to_owned() } else { format!("{kept}.{}", endings[0]) }
    }

    fn row(self) -> &'static Row {
        // Every kind has its row: a test walks them.
        KINDS.iter().find(|row| row.kind == self).unwrap_or(&KINDS[0])
    }
}

/// What the first bytes alone say: enough to know a film before all of it has come.
pub(super) fn by_head(bytes: &[u8]) -> Option<Kind> {
    if let Some((_, kind)) = HEADS.iter().find(|(head, _)| bytes.starts_with(head)) {
        return Some(*kind);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(Kind::Webp);
    }
    let brand = bytes.get(4..12)?.strip_prefix(b"ftyp")?;
    BRANDS.iter().find(|(known, _)| *known == brand).map(|(_, kind)| *kind)
}

/// The beginning of a text in small ASCII letters; none where the bytes are no text in UTF-8,
/// UTF-16 with its mark, or GB 18030.
fn plain_text(bytes: &[u8]) -> Option<Vec<u8>> {
    let utf16 = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf16 {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
        let fine = odd.is_empty() && !text.bytes().any(is_control);
        return fine.then(|| beginning(text.as_bytes()));
    }
    let fine = !bytes.iter().copied().any(is_control) && (std::str::from_utf8(bytes).is_ok() || is_gb(bytes));
    fine.then(|| beginning(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)))
}

fn beginning(text: &[u8]) -> Vec<u8> {
    let text = text.trim_ascii_start();
    text[..text.len().min(16)].to_ascii_lowercase()
}

fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether the bytes have the form of GB 18030: one byte, two or four.
fn is_gb(mut bytes: &[u8]) -> bool {
    while let [first, rest @ ..] = bytes {
        bytes = match (first, rest) {
            (0..=0x7f, rest)
            | (0x81..=0xfe, [0x40..=0x7e | 0x80..=0xfe, rest @ ..])
            | (0x81..=0xfe, [0x30..=0x39, 0x81..=0xfe, 0x30..=0x39, rest @ ..]) => rest,
            _ => return false,
        };
    }
    true
}

/// Why a text is not kept, by how it begins: browsers look no further than that.
fn active(text: &[u8]) -> Option<Refused> {
    if let [b'<', b'a'..=b'z' | b'!' | b'?' | b'%' | b'/', ..] = text {
        return Some(Refused::Markup);
    }
    ACTIVE.iter().find(|(head, _)| text.starts_with(head)).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_row_and_is_named_to_the_user() {
        for kind in HEADS.iter().chain(BRANDS).map(|(_, kind)| *kind) {
            assert_eq!(kind.row().kind, kind);
        }
        for row in KINDS {
            assert_eq!(row.kind.row().media, row.media);
            assert!(ACCEPTED.contains(row.endings[0]), "{} is not told", row.endings[0]);
        }
    }

    #[test]
    fn a_name_goes_out_with_the_ending_of_its_kind() {
        let check = |kind: Kind, name: &str, expect: &str| assert_eq!(kind.name_for(name), expect);
        check(Kind::Jpeg, "现场.JPG", "现场.JPG");
        check(Kind::Doc, "通知.wps", "通知.wps");
        check(Kind::Text, "run.bat", "run.bat.txt");
        check(Kind::Doc, "通知.doc.exe", "通知.doc.exe.doc");
        check(Kind::Pdf, "../../etc/passwd", "passwd.pdf");
        check(Kind::Pdf, r"C:\桌面\方案.pdf", "方案.pdf");
        check(Kind::Jpeg, "exe.\u{202e}gpj", "exe.gpj.jpg");
        check(Kind::Png, "a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png");
        check(Kind::Png, "...", "附件.png");
        check(Kind::Png, "", "附件.png");
    }
}
