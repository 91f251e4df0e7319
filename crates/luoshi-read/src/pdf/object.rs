//! The objects of PDF and the lexer that both files and page contents share.

use std::ops::Range;
use std::rc::Rc;

/// How deeply arrays and dictionaries may nest; deeper ones read as null.
const MAX_DEPTH: usize = 48;

/// An object; cheap to clone.
#[derive(Clone, Debug)]
pub(super) enum Object {
    Null,
    Bool(bool),
    Number(f64),
    Name(Rc<[u8]>),
    Text(Rc<[u8]>),
    Array(Rc<[Object]>),
    Dict(Rc<Dict>),
    Stream(Rc<Stream>),
    Reference(u32),
}

/// A dictionary with its keys in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Dict(Vec<(Rc<[u8]>, Object)>);

/// A dictionary followed by bytes.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) dict: Rc<Dict>,
    /// Where the still encoded bytes lie in the file.
    pub(super) data: Range<usize>,
    /// Number and generation of the object, which its encryption needs.
    pub(super) id: (u32, u32),
}

impl Object {
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        self.number().map(|n| n as i64)
    }

    pub(super) fn name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> &[Object] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    /// The dictionary, also that of a stream.
    pub(super) fn dict(&self) -> Option<&Rc<Dict>> {
        match self {
            Self::Dict(dict) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    pub(super) fn stream(&self) -> Option<&Rc<Stream>> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }
}

impl Dict {
    /// The value of a key, null where there is none.
    pub(super) fn get(&self, key: &str) -> &Object {
        let found = self.0.iter().find(|(k, _)| **k == *key.as_bytes());
        found.map_or(&Object::Null, |(_, value)| value)
    }

    /// The same keys with other values.
    pub(super) fn map(&self, change: impl Fn(&Object) -> Object) -> Self {
        let entries = self.0.iter();
        Self(entries.map(|(key, value)| (Rc::clone(key), change(value))).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Object)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }
}

/// What stands next in a stretch of bytes.
#[derive(Debug)]
pub(super) enum Token<'a> {
    Object(Object),
    /// A bare word: an operator or a keyword such as `obj`.
    Word(&'a [u8]),
}

/// Reads objects from bytes.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    /// Whether `1 0 R` is a reference; the contents of pages have none.
    references: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, references: true }
    }

    /// For the contents of a page.
    pub(super) fn of_content(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, references: false }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_after(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    /// Skips blanks and comments.
    pub(super) fn skip_blanks(&mut self) {
        while let Some(b) = self.peek() {
            if is_blank(b) {
                self.at += 1;
            } else if b == b'%' {
                let rest = &self.bytes[self.at..];
                let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
                self.at += end.unwrap_or(rest.len());
            } else {
                break;
            }
        }
    }

    /// The next object or word; `None` at the end. Bytes that fit nowhere are passed over.
    pub(super) fn token(&mut self) -> Option<Token<'a>> {
        self.token_at(0)
    }

    /// The next object, `None` where a word stands or the bytes end.
    pub(super) fn object(&mut self) -> Option<Object> {
        let start = self.at;
        match self.token()? {
            Token::Object(object) => Some(object),
            Token::Word(_) => {
                self.at = start;
                None
            }
        }
    }

    /// Whether the next word is `word`; it is read if so.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.skip_blanks();
        let found = self.bytes[self.at.min(self.bytes.len())..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn token_at(&mut self, depth: usize) -> Option<Token<'a>> {
        loop {
            self.skip_blanks();
            let object = match self.peek()? {
                b'/' => self.name(),
                b'(' => self.literal(),
                b'<' if self.peek_after() == Some(b'<') => {
                    self.at += 2;
                    self.dict(depth)
                }
                b'<' => self.hexadecimal(),
                b'[' => {
                    self.at += 1;
                    self.array(depth)
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => self.number_or_reference(),
                b']' | b'>' | b')' | b'{' | b'}' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    let word = self.regular();
                    match word {
                        b"null" => Object::Null,
                        b"true" => Object::Bool(true),
                        b"false" => Object::Bool(false),
                        _ => return Some(Token::Word(word)),
                    }
                }
            };
            return Some(Token::Object(object));
        }
    }

    /// The run of characters that are neither blanks nor delimiters.
    fn regular(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|&b| is_blank(b) || is_delimiter(b));
        let word = &rest[..len.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    fn name(&mut self) -> Object {
        self.at += 1;
        let raw = self.regular();
        if !raw.contains(&b'#') {
            return Object::Name(raw.into());
        }
        let mut name = Vec::with_capacity(raw.len());
        let mut rest = raw;
        while let Some((&b, tail)) = rest.split_first() {
            rest = tail;
            if let (b'#', Some(&[h, l, ..])) = (b, tail.first_chunk::<2>())
                && let (Some(h), Some(l)) = (hex(h), hex(l))
            {
                name.push(h << 4 | l);
                rest = &tail[2..];
            } else {
                name.push(b);
            }
        }
        Object::Name(name.into())
    }

    fn literal(&mut self) -> Object {
        self.at += 1;
        let mut out = Vec::new();
        let mut open = 1;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    let Some(escaped) = self.peek() else { break };
                    self.at += 1;
                    match escaped {
                        b'n' => out.push(b'\n'),
                        b'r' => out.push(b'\r'),
                        b't' => out.push(b'\t'),
                        b'b' => out.push(8),
                        b'f' => out.push(12),
                        b'\r' if self.peek() == Some(b'\n') => self.at += 1,
                        b'\r' | b'\n' => {}
                        b'0'..=b'7' => {
                            let mut code = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                let Some(d @ b'0'..=b'7') = self.peek() else {
                                    break;
                                };
                                code = code * 8 + u32::from(d - b'0');
                                self.at += 1;
                            }
                            out.push(code as u8);
                        }
                        other => out.push(other),
                    }
                    continue;
                }
                _ => {}
            }
            out.push(b);
        }
        Object::Text(out.into())
    }

    fn hexadecimal(&mut self) -> Object {
        self.at += 1;
        let mut out = Vec::new();
        let mut high = None;
        while let Some(b) = self.peek() {
            self.at += 1;
            if b == b'>' {
                break;
            }
            match (hex(b), high.take()) {
                (Some(low), Some(h)) => out.push(h << 4 | low),
                (Some(h), None) => high = Some(h),
                (None, kept) => high = kept,
            }
        }
        out.extend(high.map(|h: u8| h << 4));
        Object::Text(out.into())
    }

    fn array(&mut self, depth: usize) -> Object {
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                _ if depth >= MAX_DEPTH => return Object::Null,
                _ => match self.token_at(depth + 1) {
                    Some(Token::Object(object)) => items.push(object),
                    Some(Token::Word(b"endobj" | b"endstream")) | None => break,
                    Some(Token::Word(_)) => {}
                },
            }
        }
        Object::Array(items.into())
    }

    fn dict(&mut self, depth: usize) -> Object {
        let mut entries = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => break,
                Some(b'>') => {
                    self.at += 1 + usize::from(self.peek_after() == Some(b'>'));
                    break;
                }
                Some(b'/') if depth < MAX_DEPTH => {
                    let Object::Name(key) = self.name() else {
                        break;
                    };
                    self.skip_blanks();
                    if self.peek() == Some(b'>') && self.peek_after() == Some(b'>') {
                        continue;
                    }
                    match self.token_at(depth + 1) {
                        Some(Token::Object(value)) => entries.push((key, value)),
                        Some(Token::Word(b"endobj" | b"stream")) | None => break,
                        Some(Token::Word(_)) => {}
                    }
                }
                Some(_) if depth >= MAX_DEPTH => return Object::Null,
                Some(_) => {
                    if let Some(Token::Word(b"endobj" | b"stream")) | None = self.token_at(depth + 1) {
                        break;
                    }
                }
            }
        }
        Object::Dict(Rc::new(Dict(entries)))
    }

    fn number_or_reference(&mut self) -> Object {
        let whole = self.references && self.peek().is_some_and(|b| b.is_ascii_digit());
        let number = self.number();
        if !whole || number.fract() != 0.0 || number > f64::from(u32::MAX) {
            return Object::Number(number);
        }
        // `12 0 R` is a reference; anything else leaves the second number for the next token.
        let after = self.at;
        if self.peek() == Some(b' ') && self.peek_after().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
            self.number();
            let gap = self.at;
            self.skip_blanks();
            if self.at > gap
                && self.peek() == Some(b'R')
                && self.peek_after().is_none_or(|b| is_blank(b) || is_delimiter(b))
            {
                self.at += 1;
                return Object::Reference(number as u32);
            }
            self.at = after;
        }
        Object::Number(number)
    }

    /// A number, read leniently: `--5`, `1.2.3` and `4-5` occur.
    pub(super) fn number(&mut self) -> f64 {
        let mut negative = false;
        let mut value = 0.0;
        let mut scale = 0.0;
        let start = self.at;
        while let Some(b) = self.peek() {
            match b {
                b'+' if self.at == start => {}
                b'-' if self.at == start || value == 0.0 && scale == 0.0 => negative = true,
                b'0'..=b'9' if scale == 0.0 => value = value * 10.0 + f64::from(b - b'0'),
                b'0'..=b'9' => {
                    value += f64::from(b - b'0') * scale;
                    scale /= 10.0;
                }
                b'.' if scale == 0.0 => scale = 0.1,
                b'.' | b'-' => {}
                _ => break,
            }
            self.at += 1;
        }
        if negative { -value } else { value }
    }
}

pub(super) fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}

fn is_delimiter(b: u8) -> bool {
    matches!(b, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

pub(super) fn hex(b: u8) -> Option<u8> {
    (b as char).to_digit(16).map(|d| d as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut lexer = Lexer::new(text.as_bytes(), 0);
        let mut out = Vec::new();
        while let Some(token) = lexer.token() {
            out.push(match token {
                Token::Object(Object::Number(n)) => n.to_string(),
                Token::Object(Object::Name(n)) => format!("/{}", String::from_utf8_lossy(&n)),
                Token::Object(Object::Text(t)) => format!("({})", String::from_utf8_lossy(&t)),
                Token::Object(Object::Array(a)) => format!("[{}]", a.len()),
                Token::Object(Object::Dict(d)) => format!("<<{}>>", d.0.len()),
                Token::Object(Object::Reference(n)) => format!("{n}R"),
                Token::Object(_) => "?".to_owned(),
                Token::Word(w) => String::from_utf8_lossy(w).into_owned(),
            });
        }
        out.join(" ")
    }

    #[test]
    fn objects_and_operators_are_told_apart() {
        assert_eq!(read("1 0 0 1 72.5 -3 cm"), "1 0 0 1 72.5 -3 cm");
        assert_eq!(read("12 0 R 12 0 Rx 3 4"), "12R 12 0 Rx 3 4");
        assert_eq!(read("[(a\\)b)-20<41 4>]TJ/F1 12 Tf"), "[3] TJ /F1 12 Tf");
        assert_eq!(read("(a(b)\\101\\\n) Tj"), "(a(b)A) Tj");
        assert_eq!(read("<</A/B/C<</D 1>>/E[1 2]>> /N#41"), "<<3>> /NA");
    }

    #[test]
    fn broken_and_deeply_nested_objects_end() {
        assert_eq!(read("]] >> ) <</A"), "<<0>>");
        read(&"[".repeat(100_000));
        read(&"<</A ".repeat(100_000));
        read(&"(".repeat(100_000));
    }
}
