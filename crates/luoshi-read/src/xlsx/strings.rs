//! Texts of old workbooks, which may go on from one record to the next.

use super::old::u16_at;

/// Texts of one workbook.
const MAX_STRINGS: usize = 2_000_000;

/// The content of a record and of those that continue it.
pub(super) struct Chunks<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl<'a> Chunks<'a> {
    pub(super) fn new(parts: Vec<&'a [u8]>) -> Self {
        Self { parts, part: 0, at: 0 }
    }

    /// The next byte, from the next record where this one is at its end.
    fn byte(&mut self) -> Option<u8> {
        loop {
            let part = self.parts.get(self.part)?;
            if let Some(&byte) = part.get(self.at) {
                self.at += 1;
                return Some(byte);
            }
            (self.part, self.at) = (self.part + 1, 0);
        }
    }

    fn number(&mut self, bytes: usize) -> Option<u32> {
        (0..bytes).try_fold(0, |n, i| Some(n | u32::from(self.byte()?) << (8 * i)))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let left = self.parts.get(self.part)?.len() - self.at;
            let step = left.min(bytes);
            bytes -= step;
            self.at += step;
            if bytes > 0 {
                (self.part, self.at) = (self.part + 1, 0);
            }
        }
        Some(())
    }

    /// A text: its length, how it is written, then its characters and what adorns them.
    fn text(&mut self) -> Option<String> {
        let length = self.number(2)? as usize;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? as usize } else { 0 };
        let phonetic = if flags & 4 != 0 { self.number(4)? as usize } else { 0 };
        let text = self.characters(length, flags & 1 != 0)?;
        self.skip(runs * 4)?;
        self.skip(phonetic)?;
        Some(text)
    }

    /// Characters of one or two bytes; a record that goes on with them says anew which.
    fn characters(&mut self, length: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::with_capacity(length);
        while units.len() < length {
            let at_end = self.parts.get(self.part).is_none_or(|part| self.at >= part.len());
            if at_end {
                (self.part, self.at) = (self.part + 1, 0);
                wide = self.byte()? & 1 != 0;
            }
            units.push(self.number(if wide { 2 } else { 1 })? as u16);
        }
        Some(String::from_utf16_lossy(&units))
    }
}

/// The texts that cells share; those after a damaged one are lost.
pub(super) fn shared_strings(mut chunks: Chunks) -> Vec<String> {
    let mut out = Vec::new();
    if chunks.number(4).is_none() {
        return out;
    }
    let count = chunks.number(4).unwrap_or(0) as usize;
    while out.len() < count.min(MAX_STRINGS) {
        let Some(text) = chunks.text() else { break };
        out.push(text);
    }
    out
}

/// A text that stands in one record at `at`.
pub(super) fn text_of(data: &[u8], at: usize) -> Option<String> {
    u16_at(data, at)?;
    Chunks::new(vec![data.get(at..)?]).text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record() {
        let first = [2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 0xB9, 0x65];
        let second = [1, 0x48, 0x68, 0x3D, 0x84, 2, 0, 0, b'o', b'k'];
        let texts = shared_strings(Chunks::new(vec![&first, &second]));
        assert_eq!(texts, ["方案落", "ok"]);
    }

    #[test]
    fn texts_that_claim_too_much_end() {
        let data = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 13, 1];
        assert!(shared_strings(Chunks::new(vec![&data])).is_empty());
        assert_eq!(text_of(&[5], 0), None);
    }
}
