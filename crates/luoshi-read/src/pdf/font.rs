//! Fonts of PDF: from the bytes of a string to characters and their widths.

use std::collections::HashMap;

use encoding_rs::{BIG5, Encoding, GB18030, MACINTOSH, WINDOWS_1252};

use super::cmap::{CodeMap, UnicodeMap, next_pair};
use super::file::File;
use super::names;
use super::object::{Dict, Object};

/// A font as far as its text matters.
pub(super) struct Font {
    codes: Codes,
    unicode: UnicodeMap,
    widths: HashMap<u32, f64>,
    default_width: f64,
}

/// How bytes form codes where the font says nothing better.
enum Codes {
    /// One byte each, with the characters that the encoding gives.
    Simple(Box<[char; 256]>),
    /// Two bytes, a glyph number.
    Identity,
    /// UTF-16, big-endian.
    Utf16,
    /// One of the old Chinese encodings.
    Charset(&'static Encoding),
    /// As a stream in the file says.
    Mapped(CodeMap),
}

/// What one code shows.
pub(super) struct Shown {
    /// How wide, in parts of the font size.
    pub(super) width: f64,
    /// Whether it is the one-byte code 32, which word spacing applies to.
    pub(super) is_space: bool,
    /// Whether its character is known.
    pub(super) known: bool,
}

impl Font {
    pub(super) fn read(file: &File, dict: &Dict) -> Self {
        let unicode = match file.get(dict, "ToUnicode") {
            Object::Stream(stream) => UnicodeMap::parse(&file.data(&stream)),
            _ => UnicodeMap::default(),
        };
        if file.get(dict, "Subtype").name() == Some(b"Type0") {
            Self::composite(file, dict, unicode)
        } else {
            Self::simple(file, dict, unicode)
        }
    }

    fn composite(file: &File, dict: &Dict, unicode: UnicodeMap) -> Self {
        let codes = match file.get(dict, "Encoding") {
            Object::Name(name) => named_codes(&name),
            Object::Stream(stream) => Codes::Mapped(CodeMap::parse(&file.data(&stream))),
            _ => Codes::Identity,
        };
        let descendants = file.get(dict, "DescendantFonts");
        let inner = descendants.array().first().map(|d| file.resolve(d));
        let inner = inner.as_ref().and_then(Object::dict);
        let mut widths = HashMap::new();
        let mut default_width = 1.0;
        if let Some(inner) = inner {
            let given = file.get(inner, "DW").number();
            default_width = given.unwrap_or(1000.0) / 1000.0;
            let list = file.get(inner, "W");
            let list: Vec<Object> = list.array().iter().map(|o| file.resolve(o)).collect();
            read_widths(file, &list, &mut widths);
        }
        Self { codes, unicode, widths, default_width }
    }

    fn simple(file: &File, dict: &Dict, unicode: UnicodeMap) -> Self {
        let chars = simple_encoding(file, dict);
        let mut widths = HashMap::new();
        let first = file.get(dict, "FirstChar").integer().unwrap_or(0);
        // The glyphs of a Type 3 font have a scale of their own.
        let scale = match file.get(dict, "FontMatrix").array() {
            [a, ..] if file.get(dict, "Subtype").name() == Some(b"Type3") => {
                a.number().unwrap_or(0.001).abs()
            }
            _ => 0.001,
        };
        let list = file.get(dict, "Widths");
        for (code, width) in (first..).zip(list.array().iter().take(256)) {
            if let (Ok(code), Some(width)) = (u32::try_from(code), file.resolve(width).number()) {
                widths.insert(code, width * scale);
            }
        }
        let base = file.get(dict, "BaseFont");
        if widths.is_empty() {
            let fixed = base.name().is_some_and(|n| n.windows(4).any(|w| w == b"Cour"));
            for (code, &c) in (0..).zip(chars.iter()) {
                widths.insert(code, if fixed { 0.6 } else { names::usual_width(c) });
            }
        }
        Self { codes: Codes::Simple(Box::new(chars)), unicode, widths, default_width: 0.5 }
    }

    /// Hands the characters of a string, code by code, to `each`.
    pub(super) fn show(&self, mut bytes: &[u8], mut each: impl FnMut(Shown, &[char])) {
        let mut chars = Vec::with_capacity(4);
        while let Some((code, len)) = self.next(bytes) {
            let raw = &bytes[..len];
            bytes = &bytes[len..];
            chars.clear();
            let mapped = self.unicode.chars(code, |c| chars.push(c));
            if !mapped {
                self.fallback(code, raw, &mut chars);
            }
            let shown = Shown {
                width: self.width(code, &chars),
                is_space: len == 1 && code == 32,
                known: mapped || !chars.is_empty(),
            };
            each(shown, &chars);
        }
    }

    fn next(&self, bytes: &[u8]) -> Option<(u32, usize)> {
        let first = *bytes.first()?;
        match &self.codes {
            Codes::Simple(_) => Some((u32::from(first), 1)),
            Codes::Identity => next_pair(bytes),
            Codes::Mapped(map) => map.next(bytes),
            Codes::Utf16 => match next_pair(bytes)? {
                (high @ 0xD800..=0xDBFF, 2) if bytes.len() >= 4 => {
                    let low = u32::from(bytes[2]) << 8 | u32::from(bytes[3]);
                    let code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
                    Some((code, 4))
                }
                pair => Some(pair),
            },
            Codes::Charset(_) if first < 0x81 => Some((u32::from(first), 1)),
            Codes::Charset(_) if bytes.len() >= 4 && bytes[1].is_ascii_digit() => {
                let code = bytes[..4].iter().fold(0, |v, &b| v << 8 | u32::from(b));
                Some((code, 4))
            }
            Codes::Charset(_) => next_pair(bytes),
        }
    }

    /// The characters of a code that `ToUnicode` does not name.
    fn fallback(&self, code: u32, raw: &[u8], chars: &mut Vec<char>) {
        match &self.codes {
            Codes::Simple(table) => {
                let c = table[code as usize & 0xFF];
                chars.extend((c != '\0').then_some(c));
            }
            Codes::Utf16 => chars.extend(char::from_u32(code)),
            Codes::Charset(encoding) => {
                let (text, malformed) = encoding.decode_without_bom_handling(raw);
                if !malformed {
                    chars.extend(text.chars());
                }
            }
            Codes::Identity | Codes::Mapped(_) => {}
        }
    }

    fn width(&self, code: u32, chars: &[char]) -> f64 {
        let known = |glyph: u32| self.widths.get(&glyph).copied();
        let found = match &self.codes {
            Codes::Simple(_) | Codes::Identity => known(code),
            Codes::Mapped(map) => known(map.glyph(code)),
            // Latin letters have two places in Adobe-GB1, of full and of half width.
            Codes::Utf16 | Codes::Charset(_) => match chars {
                [c @ ' '..='~'] => {
                    let nth = *c as u32 - 0x20;
                    known(1 + nth).or_else(|| known(814 + nth)).or(Some(0.5))
                }
                _ => None,
            },
        };
        found.unwrap_or(self.default_width)
    }
}

/// Reads `W`: `c [w1 w2 …]` and `from to w`.
fn read_widths(file: &File, list: &[Object], widths: &mut HashMap<u32, f64>) {
    let mut rest = list;
    while let [first, second, tail @ ..] = rest {
        let Some(first) = first.integer().and_then(|n| u32::try_from(n).ok()) else {
            rest = &rest[1..];
            continue;
        };
        match (second, tail) {
            (Object::Array(each), _) => {
                for (code, width) in (first..).zip(each.iter()) {
                    if let Some(width) = file.resolve(width).number() {
                        widths.insert(code, width / 1000.0);
                    }
                }
                rest = tail;
            }
            (Object::Number(last), [width, tail @ ..]) => {
                let last = (*last as u32).min(first.saturating_add(0xFFFF));
                if let Some(width) = width.number()
                    && widths.len() < 1 << 18
                {
                    widths.extend((first..=last).map(|code| (code, width / 1000.0)));
                }
                rest = tail;
            }
            _ => return,
        }
    }
}

/// The encodings of composite fonts that the standard names and Chinese files use.
fn named_codes(name: &[u8]) -> Codes {
    let name = String::from_utf8_lossy(name);
    if name.contains("UCS2") || name.contains("UTF16") {
        Codes::Utf16
    } else if name.starts_with("GB") {
        Codes::Charset(GB18030)
    } else if name.contains("B5") || name.starts_with("HK") {
        Codes::Charset(BIG5)
    } else {
        Codes::Identity
    }
}

/// The characters of a simple font's codes.
fn simple_encoding(file: &File, dict: &Dict) -> [char; 256] {
    let encoding = file.get(dict, "Encoding");
    let base = match &encoding {
        Object::Name(name) => Some(name.to_vec()),
        other => other.dict().and_then(|d| file.get(d, "BaseEncoding").name().map(<[u8]>::to_vec)),
    };
    let charset = match base.as_deref() {
        Some(b"MacRomanEncoding") => MACINTOSH,
        _ => WINDOWS_1252,
    };
    let mut chars: [char; 256] = std::array::from_fn(|code| {
        let byte = [code as u8];
        let (text, _) = charset.decode_without_bom_handling(&byte);
        text.chars().next().filter(|c| !c.is_control()).unwrap_or('\0')
    });
    if let Some(dict) = encoding.dict() {
        let mut code = 0;
        for item in file.get(dict, "Differences").array() {
            match file.resolve(item) {
                Object::Number(n) => code = n as usize,
                Object::Name(name) => {
                    if let Some(place) = chars.get_mut(code) {
                        *place = names::glyph_char(&name).unwrap_or('\0');
                    }
                    code += 1;
                }
                _ => {}
            }
        }
    }
    chars
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(codes: Codes, bytes: &[u8]) -> String {
        let font = Font { codes, unicode: UnicodeMap::default(), widths: HashMap::new(), default_width: 1.0 };
        let mut out = String::new();
        font.show(bytes, |_, chars| out.extend(chars));
        out
    }

    #[test]
    fn chinese_encodings_without_a_unicode_map() {
        assert_eq!(text(named_codes(b"GBK-EUC-H"), b"2026\xC4\xEA"), "2026年");
        assert_eq!(text(named_codes(b"UniGB-UCS2-H"), b"\x5E\x74\0A"), "年A");
        assert_eq!(text(named_codes(b"UniGB-UTF16-H"), b"\xD8\x40\xDC\x00"), "𠀀");
        assert_eq!(text(named_codes(b"Identity-H"), b"\x5E\x74"), "");
    }
}
