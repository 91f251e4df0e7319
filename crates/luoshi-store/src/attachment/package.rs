//! What is in a zip archive or an OLE compound file, told from their lists of contents alone:
//! nothing is unpacked here.

use super::kind::{Kind, Refused};

/// What a package turned out to be.
#[derive(Clone, Copy)]
pub(super) enum Inside {
    Is(Kind),
    Refused(Refused),
}

/// Endings of files in an archive that somebody would run by a double click.
const RUN: &[&[u8]] = &[
    b"exe", b"com", b"scr", b"pif", b"bat", b"cmd", b"msi", b"dll", b"lnk", b"js", b"jse", b"vbs", b"vbe",
    b"wsf", b"hta", b"ps1", b"sh", b"jar", b"class", b"apk", b"dex", b"reg", b"cpl", b"chm",
];

/// The stream in a compound file that tells what it is.
const STREAMS: &[(&str, Inside)] = &[
    ("EncryptedPackage", Inside::Refused(Refused::Locked)),
    ("WordDocument", Inside::Is(Kind::Doc)),
    ("Workbook", Inside::Is(Kind::Xls)),
    ("Book", Inside::Is(Kind::Xls)),
    ("PowerPoint Document", Inside::Is(Kind::Ppt)),
];

/// Looks into a package; none where the bytes are none.
pub(super) fn look(bytes: &[u8]) -> Option<Inside> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(names(bytes).map_or(Inside::Refused(Refused::Broken), |names| zip(&names)));
    }
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").then(|| compound(bytes))
}

fn zip(names: &[&[u8]]) -> Inside {
    let ending = |name: &&[u8]| {
        let name = name.trim_ascii_end();
        let name = &name[..name.iter().rposition(|b| *b != b'.').map_or(0, |last| last + 1)];
        name.rsplit(|b| *b == b'.').next().unwrap_or_default().to_ascii_lowercase()
    };
    let is = |known: &[u8]| names.iter().any(|name| name.eq_ignore_ascii_case(known));
    let has = |folder: &[u8]| names.iter().any(|name| name.starts_with(folder));
    if names.iter().any(|name| RUN.contains(&ending(name).as_slice())) || is(b"AndroidManifest.xml") {
        return Inside::Refused(Refused::Program);
    }
    if names.iter().any(|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin")) {
        return Inside::Refused(Refused::Macro);
    }
    let office = is(b"[Content_Types].xml");
    Inside::Is(match () {
        () if is(b"OFD.xml") => Kind::Ofd,
        () if office && has(b"word/") => Kind::Docx,
        () if office && has(b"xl/") => Kind::Xlsx,
        () if office && has(b"ppt/") => Kind::Pptx,
        () => Kind::Zip,
    })
}

/// The names in a zip archive's central directory; none where it is damaged.
fn names(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    // The record at the end may be followed by a comment of up to 65535 bytes.
    let from = bytes.len().saturating_sub(22 + 0xffff);
    let end = bytes[from..].windows(4).rposition(|four| four == b"PK\x05\x06")? + from;
    let (size, start) = (u32_at(bytes, end + 12)?, u32_at(bytes, end + 16)?);
    // Cut in the record itself, or in the comment.
    bytes.get(end + 22 + u16_at(bytes, end + 20)?..)?;
    let mut directory = bytes.get(start..start.checked_add(size)?)?;
    let mut names = Vec::new();
    // Not by the number of entries: it counts to 65535 only.
    while !directory.is_empty() {
        if !directory.starts_with(b"PK\x01\x02") {
            return None;
        }
        let name = u16_at(directory, 28)?;
        let rest = name + u16_at(directory, 30)? + u16_at(directory, 32)?;
        names.push(directory.get(46..46 + name)?);
        directory = directory.get(46 + rest..)?;
    }
    Some(names)
}

/// By the entries of its directory: they are 128 bytes long and lie at multiples of that, in
/// whatever sectors.
fn compound(bytes: &[u8]) -> Inside {
    // The header is no directory. Byte 66 of an entry is 2 for a stream.
    let (entries, _) = bytes.get(512..).unwrap_or_default().as_chunks::<128>();
    for (name, inside) in STREAMS {
        let mut wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        wide.extend([0, 0]);
        let named = |entry: &[u8; 128]| usize::from(entry[64]) == wide.len() && entry.starts_with(&wide);
        if entries.iter().any(|entry| entry[66] == 2 && named(entry)) {
            return *inside;
        }
    }
    // Installers and mails are such files too.
    Inside::Refused(Refused::Unknown)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..)?.first_chunk::<2>()?;
    Some(usize::from(u16::from_le_bytes(*two)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}
