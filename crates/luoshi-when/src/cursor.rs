use crate::numeral::{chinese_digit, digit, is_numeral, parse_integer};

/// Blanks inside an expression are passed over, but only so many.
const MOST_BLANKS: usize = 4;

/// What makes another word of 内: 内部, 内容.
pub(crate) const INNER: &str = "部容控外涵";

/// A place in a text that moves forward; a copy is a way back.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'t> {
    pub(crate) text: &'t str,
    pub(crate) at: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// What is still to be read.
    pub(crate) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character before the cursor.
    pub(crate) fn before(&self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// Whether the next character is one of these.
    pub(crate) fn sees(&self, set: &str) -> bool {
        self.peek().is_some_and(|c| set.contains(c))
    }

    /// Passes blanks that stand within a line; tabs part the cells of a table and are none.
    pub(crate) fn blanks(&mut self) {
        for _ in 0..MOST_BLANKS {
            match self.peek() {
                Some(c @ (' ' | '\u{3000}' | '\u{a0}')) => self.at += c.len_utf8(),
                _ => break,
            }
        }
    }

    /// Takes a word, blanks before it included; stays where it is without one.
    pub(crate) fn eat(&mut self, word: &str) -> bool {
        // Many words are tried at a place: the last byte turns nearly all of them away.
        let end = self.at + word.len();
        let ends =
            end.checked_sub(1).is_some_and(|at| self.text.as_bytes().get(at) == word.as_bytes().last());
        if ends && self.rest().starts_with(word) {
            self.at = end;
            return true;
        }
        // Only a blank leads on to a word behind it.
        if !matches!(self.text.as_bytes().get(self.at), Some(b' ' | 0xC2 | 0xE3)) {
            return false;
        }
        let mut c = *self;
        c.blanks();
        let found = c.at > self.at && c.rest().starts_with(word);
        if found {
            self.at = c.at + word.len();
        }
        found
    }

    /// Takes the first of several words that is there.
    pub(crate) fn eat_one(&mut self, words: &[&str]) -> Option<usize> {
        words.iter().position(|word| self.eat(word))
    }

    /// Takes one character of a set, blanks before it included.
    pub(crate) fn eat_of(&mut self, set: &str) -> Option<char> {
        let mut c = *self;
        c.blanks();
        let found = c.peek().filter(|x| set.contains(*x))?;
        self.at = c.at + found.len_utf8();
        Some(found)
    }

    /// Takes a word unless a character of `not` follows it.
    pub(crate) fn eat_unless(&mut self, word: &str, not: &str) -> bool {
        let mut c = *self;
        let found = c.eat(word) && !c.sees(not);
        if found {
            *self = c;
        }
        found
    }

    /// A small whole number, in digits or characters, blanks before it included. A number that is
    /// too long to be part of a date is none.
    pub(crate) fn number(&mut self) -> Option<u32> {
        let mut c = *self;
        c.blanks();
        let first = c.peek()?;
        let value = if digit(first).is_some() {
            let (mut value, mut count) = (0, 0);
            while let Some(d) = c.peek().and_then(digit) {
                value = value * 10 + d;
                count += 1;
                if count > 4 {
                    return None;
                }
                c.at += c.peek().map_or(0, char::len_utf8);
            }
            value
        } else if is_numeral(first) {
            let next = c.text[c.at + first.len_utf8()..].chars().next();
            match chinese_digit(first) {
                Some(d) if !next.is_some_and(is_numeral) => {
                    c.at += first.len_utf8();
                    d
                }
                _ => {
                    let (value, length) = parse_integer(head(c.rest(), 8))?;
                    c.at += length;
                    u32::try_from(value).ok()?
                }
            }
        } else {
            return None;
        };
        *self = c;
        Some(value)
    }

    /// A number within bounds that a word follows; both are taken.
    pub(crate) fn number_of(&mut self, bounds: std::ops::RangeInclusive<u32>, units: &[&str]) -> Option<u8> {
        let mut c = *self;
        let value = c.number().filter(|n| bounds.contains(n))?;
        c.eat_one(units)?;
        *self = c;
        u8::try_from(value).ok()
    }

    /// Dashes, 至 or 到 between the ends of a stretch.
    pub(crate) fn connector(&mut self) -> bool {
        let mut c = *self;
        c.blanks();
        let mut dashes = 0;
        while dashes < 4 && c.sees("-—－–―─~～〜﹣−") {
            c.at += c.peek().map_or(0, char::len_utf8);
            dashes += 1;
        }
        let word = c.eat_of("至到").is_some();
        if dashes > 0 || word {
            c.blanks();
            *self = c;
        }
        dashes > 0 || word
    }
}

/// The first characters of a text.
pub(crate) fn head(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The last characters of a text.
pub(crate) fn tail(text: &str, characters: usize) -> &str {
    let start = text.char_indices().rev().take(characters).last().map_or(text.len(), |(at, _)| at);
    &text[start..]
}
