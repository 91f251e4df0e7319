//! Which characters a text holds, roughly: most questions for a word are answered by that alone.

/// A set of characters. Several may share a bit: a character that the set lacks is not in the text,
/// one that it has may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Set<const SIZE: usize>([u64; SIZE]);

/// The characters of a line: half of the bits are set only by 180 different ones.
pub(crate) type Letters = Set<4>;

/// The characters of a clause, which has few.
pub(crate) type Few = Set<2>;

impl<const SIZE: usize> Default for Set<SIZE> {
    fn default() -> Self {
        Self([0; SIZE])
    }
}

impl<const SIZE: usize> Set<SIZE> {
    /// The characters of a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut out = Self::default();
        text.chars().for_each(|c| out.add(c));
        out
    }

    /// The characters with which words begin.
    pub(crate) fn first<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut out = Self::default();
        words.into_iter().filter_map(|w| w.chars().next()).for_each(|c| out.add(c));
        out
    }

    /// The characters with which words end.
    pub(crate) fn last<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut out = Self::default();
        words.into_iter().filter_map(|w| w.chars().next_back()).for_each(|c| out.add(c));
        out
    }

    /// Puts a character in.
    pub(crate) fn add(&mut self, c: char) {
        let bit = c as usize % (SIZE * 64);
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether a character may be in the text.
    pub(crate) fn has(&self, c: char) -> bool {
        let bit = c as usize % (SIZE * 64);
        self.0[bit / 64] >> (bit % 64) & 1 != 0
    }

    /// Whether a word may stand in the text: all its characters may be there.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        word.chars().all(|c| self.has(c))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_the_text_is_never_turned_away() {
        let text = "各村要在6月底前完成排查，报镇安办。";
        let letters = Letters::of(text);
        for (from, _) in text.char_indices() {
            for (to, _) in text.char_indices().filter(|(to, _)| *to >= from) {
                assert!(letters.may_hold(&text[from..to]), "{}", &text[from..to]);
            }
        }
        assert!(!letters.may_hold("总结"));
    }
}
