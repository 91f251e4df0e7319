//! CMaps: which bytes form a code, and which character or glyph number a code stands for.

use std::collections::HashMap;

use super::object::{Lexer, Object, Token};

/// The highest code kept in the flat table.
const FLAT: usize = 1 << 16;

/// Entries of one map.
const MAX_ENTRIES: usize = 400_000;

/// Characters by code.
#[derive(Debug, Default)]
pub(super) struct UnicodeMap {
    /// Single characters of codes up to 16 bits; `\0` where there is none.
    flat: Vec<char>,
    /// Everything else.
    other: HashMap<u32, String>,
}

impl UnicodeMap {
    /// Reads the `ToUnicode` stream of a font.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut map = Self::default();
        let mut left = MAX_ENTRIES;
        sections(data, |kind, operands| match kind {
            b"endbfchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some((code, _)), Some(to)) = (code(&pair[0]), pair[1].text()) {
                        map.insert(code, &utf16(to), &mut left);
                    }
                }
            }
            b"endbfrange" => {
                for triple in operands.chunks_exact(3) {
                    let (Some((low, _)), Some((high, _))) = (code(&triple[0]), code(&triple[1])) else {
                        continue;
                    };
                    map.insert_range(low, high, &triple[2], &mut left);
                }
            }
            _ => {}
        });
        map
    }

    fn insert_range(&mut self, low: u32, high: u32, to: &Object, left: &mut usize) {
        let high = high.min(low.saturating_add(FLAT as u32));
        if let Some(to) = to.text() {
            let text = utf16(to);
            let mut chars: Vec<char> = text.chars().collect();
            let Some(last) = chars.pop() else { return };
            let head: String = chars.into_iter().collect();
            for code in low..=high {
                let last = char::from_u32(last as u32 + (code - low));
                let Some(last) = last.filter(|_| *left > 0) else {
                    return;
                };
                self.insert(code, &format!("{head}{last}"), left);
            }
        } else {
            for (code, item) in (low..=high).zip(to.array()) {
                if let Some(text) = item.text() {
                    self.insert(code, &utf16(text), left);
                }
            }
        }
    }

    fn insert(&mut self, code: u32, text: &str, left: &mut usize) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) if (code as usize) < FLAT => {
                let at = code as usize;
                if self.flat.len() <= at {
                    self.flat.resize(at + 1, '\0');
                }
                self.flat[at] = one;
            }
            (Some(_), _) => {
                self.other.insert(code, text.to_owned());
            }
            (None, _) => {}
        }
    }

    /// Hands the characters of a code to `each`; says whether there were any.
    pub(super) fn chars(&self, code: u32, mut each: impl FnMut(char)) -> bool {
        match self.flat.get(code as usize) {
            Some(&c) if c != '\0' => {
                each(c);
                true
            }
            _ => match self.other.get(&code) {
                Some(text) => {
                    text.chars().for_each(each);
                    true
                }
                None => false,
            },
        }
    }
}

/// How bytes form codes, and the glyph numbers of codes.
#[derive(Debug, Default)]
pub(super) struct CodeMap {
    /// Bytes of a code, its lowest and highest value.
    spaces: Vec<(usize, u32, u32)>,
    /// Lowest and highest code and the glyph number of the lowest, sorted.
    glyphs: Vec<(u32, u32, u32)>,
}

impl CodeMap {
    /// Reads the `Encoding` stream of a composite font.
    pub(super) fn parse(data: &[u8]) -> Self {
        let mut map = Self::default();
        sections(data, |kind, operands| match kind {
            b"endcodespacerange" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some((low, len)), Some((high, _))) = (code(&pair[0]), code(&pair[1])) {
                        map.spaces.push((len, low, high));
                    }
                }
            }
            b"endcidrange" => {
                for triple in operands.chunks_exact(3) {
                    let (low, high) = (code(&triple[0]), code(&triple[1]));
                    if let (Some((low, _)), Some((high, _)), Some(to)) = (low, high, triple[2].integer()) {
                        map.glyphs.push((low, high, to as u32));
                    }
                }
            }
            b"endcidchar" => {
                for pair in operands.chunks_exact(2) {
                    if let (Some((code, _)), Some(to)) = (code(&pair[0]), pair[1].integer()) {
                        map.glyphs.push((code, code, to as u32));
                    }
                }
            }
            _ => {}
        });
        map.glyphs.sort_unstable();
        map
    }

    /// The next code and the number of bytes it takes; two bytes where no range fits.
    pub(super) fn next(&self, bytes: &[u8]) -> Option<(u32, usize)> {
        let mut code = 0;
        for (len, &b) in (1..=4).zip(bytes) {
            code = code << 8 | u32::from(b);
            let fits = |&(l, low, high): &(usize, u32, u32)| l == len && low <= code && code <= high;
            if self.spaces.iter().any(fits) {
                return Some((code, len));
            }
        }
        next_pair(bytes)
    }

    /// The glyph number of a code.
    pub(super) fn glyph(&self, code: u32) -> u32 {
        let after = self.glyphs.partition_point(|&(low, _, _)| low <= code);
        match after.checked_sub(1).map(|i| self.glyphs[i]) {
            Some((low, high, to)) if code <= high => to.wrapping_add(code - low),
            _ => code,
        }
    }
}

/// The next code of two bytes.
pub(super) fn next_pair(bytes: &[u8]) -> Option<(u32, usize)> {
    match *bytes {
        [] => None,
        [one] => Some((u32::from(one), 1)),
        [high, low, ..] => Some((u32::from(high) << 8 | u32::from(low), 2)),
    }
}

/// Hands each section's closing word and its operands to `each`.
fn sections(data: &[u8], mut each: impl FnMut(&[u8], &[Object])) {
    let mut lexer = Lexer::new(data, 0);
    let mut operands = Vec::new();
    while let Some(token) = lexer.token() {
        match token {
            Token::Object(object) => operands.push(object),
            Token::Word(word) => {
                each(word, &operands);
                operands.clear();
            }
        }
    }
}

/// A code written as a string: its value and number of bytes.
fn code(object: &Object) -> Option<(u32, usize)> {
    let bytes = object.text().filter(|b| (1..=4).contains(&b.len()))?;
    let value = bytes.iter().fold(0, |v, &b| v << 8 | u32::from(b));
    Some((value, bytes.len()))
}

fn utf16(bytes: &[u8]) -> String {
    if let [one] = bytes {
        return char::from(*one).to_string();
    }
    let units = bytes.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]]));
    char::decode_utf16(units).filter_map(Result::ok).filter(|&c| c != '\0').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_single_codes_ranges_and_arrays() {
        let map = UnicodeMap::parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange
              2 beginbfchar <0001> <65B9> <0002> <00660069> endbfchar
              2 beginbfrange <0010> <0012> <4E00> <0020> <0021> [<6848> <843D>] endbfrange",
        );
        let text = |codes: &[u32]| {
            let mut out = String::new();
            for &code in codes {
                map.chars(code, |c| out.push(c));
            }
            out
        };
        assert_eq!(text(&[1, 2, 0x10, 0x12, 0x20, 0x21, 0x99]), "方fi一丂案落");
    }

    #[test]
    fn codes_of_one_and_two_bytes() {
        let map = CodeMap::parse(
            b"2 begincodespacerange <00> <7F> <8140> <FEFE> endcodespacerange
              1 begincidrange <20> <7e> 814 endcidrange",
        );
        assert_eq!(map.next(b"A"), Some((0x41, 1)));
        assert_eq!(map.next(b"\xB0\xA1A"), Some((0xB0A1, 2)));
        assert_eq!(map.glyph(0x41), 847);
    }
}
