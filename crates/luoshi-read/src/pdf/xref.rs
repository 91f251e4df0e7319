//! Where the objects of a PDF lie: its tables followed, or rebuilt by looking at every object.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use super::file::{begins_word, is_word, skip_line_end};
use super::filter;
use super::object::{Dict, Lexer, Object, Token, is_blank};

/// Objects of one file; far more than any office document has.
const MAX_OBJECTS: usize = 2_000_000;

/// Tables of one file, which grow with each saved change.
const MAX_TABLES: usize = 256;

/// Trailers looked at where the tables are broken, and how long one may be.
const MAX_TRAILERS: usize = 4_096;
const MAX_TRAILER: usize = 64 << 10;

/// Where an object lies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry {
    /// At an offset of the file.
    At(usize),
    /// Inside an object stream.
    Packed { pack: u32 },
    /// Deleted.
    Free,
}

type Table = (HashMap<u32, Entry>, Rc<Dict>);

/// Follows the tables from the end of the file. `None` where any of them is broken.
pub(super) fn follow(bytes: &[u8], limit: usize) -> Option<Table> {
    let tail = bytes.len().saturating_sub(2048);
    let at = memchr::memmem::rfind(&bytes[tail..], b"startxref")? + tail;
    let start = Lexer::new(bytes, at + 9).object()?.integer()?;
    let mut entries = HashMap::new();
    let mut trailer: Option<Rc<Dict>> = None;
    let mut seen = HashSet::new();
    let mut open = vec![start];
    while let Some(start) = open.pop() {
        if !seen.insert(start) || seen.len() > MAX_TABLES {
            continue;
        }
        let start = usize::try_from(start).ok().filter(|&s| s < bytes.len())?;
        let dict = read_table(bytes, start, &mut entries, limit)?;
        // The stream of a hybrid file goes before the older tables.
        open.extend(dict.get("Prev").integer());
        open.extend(dict.get("XRefStm").integer());
        trailer.get_or_insert(dict);
    }
    entries.retain(|_, entry| !matches!(entry, Entry::Free));
    Some((entries, trailer?))
}

/// Reads a table or cross-reference stream and gives its trailer. Entries already known are newer.
fn read_table(
    bytes: &[u8],
    start: usize,
    entries: &mut HashMap<u32, Entry>,
    limit: usize,
) -> Option<Rc<Dict>> {
    let mut lexer = Lexer::new(bytes, start);
    if !lexer.word(b"xref") {
        return read_stream(bytes, start, entries, limit);
    }
    loop {
        let first = match lexer.token()? {
            Token::Word(b"trailer") => break,
            Token::Object(first) => u32::try_from(first.integer()?).ok()?,
            Token::Word(_) => return None,
        };
        let count = lexer.object()?.integer()?;
        for i in 0..u32::try_from(count).ok()? {
            let offset = lexer.object()?.integer()?;
            lexer.object()?;
            let entry = match lexer.token()? {
                Token::Word(b"n") => Entry::At(usize::try_from(offset).ok()?),
                Token::Word(b"f") => Entry::Free,
                _ => return None,
            };
            entries.entry(first.checked_add(i)?).or_insert(entry);
            if entries.len() > MAX_OBJECTS {
                return None;
            }
        }
    }
    lexer.object()?.dict().cloned()
}

fn read_stream(
    bytes: &[u8],
    start: usize,
    entries: &mut HashMap<u32, Entry>,
    limit: usize,
) -> Option<Rc<Dict>> {
    let mut lexer = Lexer::new(bytes, start);
    object_head(&mut lexer)?;
    let object = lexer.object()?;
    let dict = object.dict()?;
    let end = |start: usize| {
        let rest = bytes.get(start..).unwrap_or_default();
        memchr::memmem::find(rest, b"endstream").map_or(bytes.len(), |n| start + n)
    };
    let data = stream_range(&mut lexer, dict, Object::integer, end)?;
    let data = filter::decode(&bytes[data], dict, limit.min(64 << 20), Object::clone)?.bytes;
    let width = |i: usize| {
        let width = dict.get("W").array().get(i)?.integer()?;
        usize::try_from(width).ok().filter(|w| *w <= 8)
    };
    let widths = [width(0)?, width(1)?, width(2)?];
    let row: usize = widths.iter().sum();
    if row == 0 {
        return None;
    }
    let size = dict.get("Size").integer()?;
    let index: Vec<i64> = match dict.get("Index").array() {
        [] => vec![0, size],
        pairs => pairs.iter().filter_map(Object::integer).collect(),
    };
    let mut rows = data.chunks_exact(row);
    for pair in index.chunks_exact(2) {
        let first = u32::try_from(pair[0]).ok()?;
        for i in 0..u32::try_from(pair[1]).ok()? {
            let Some(row) = rows.next() else { break };
            let number = |range: Range<usize>| row[range].iter().fold(0_u64, |n, &b| n << 8 | u64::from(b));
            let kind = if widths[0] == 0 { 1 } else { number(0..widths[0]) };
            let value = number(widths[0]..widths[0] + widths[1]);
            let entry = match kind {
                1 => Entry::At(value as usize),
                2 => Entry::Packed { pack: value as u32 },
                _ => Entry::Free,
            };
            entries.entry(first.checked_add(i)?).or_insert(entry);
            if entries.len() > MAX_OBJECTS {
                return None;
            }
        }
    }
    Some(Rc::clone(dict))
}

/// Finds every `1 0 obj` of a file whose tables are broken, and the trailers that are left. Of
/// several objects of one number the last counts.
pub(super) fn rebuild(bytes: &[u8]) -> Table {
    let mut entries = HashMap::new();
    let mut trailer: Rc<Dict> = Rc::default();
    let mut trailers = 0;
    let mut take = |at: usize| {
        trailers += 1;
        let end = bytes.len().min(at + MAX_TRAILER);
        if trailers < MAX_TRAILERS
            && let Some(Object::Dict(dict)) = Lexer::new(&bytes[..end], at).object()
            && !matches!(dict.get("Root"), Object::Null)
        {
            trailer = dict;
        }
    };
    for at in memchr::memmem::find_iter(bytes, b"obj") {
        if let Some((id, start)) = head_before(bytes, at)
            && entries.len() < MAX_OBJECTS
        {
            entries.insert(id, Entry::At(start));
            // A cross-reference stream is a trailer too.
            let head = &bytes[at..(at + 400).min(bytes.len())];
            if memchr::memmem::find(head, b"/XRef").is_some() {
                take(at + 3);
            }
        }
    }
    for at in memchr::memmem::find_iter(bytes, b"trailer") {
        take(at + 7);
    }
    (entries, trailer)
}

/// The number of the object whose `obj` stands at `at`, and where its head begins.
fn head_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut i = at;
    let back = |i: &mut usize, ok: fn(u8) -> bool| {
        let end = *i;
        while *i > 0 && end - *i < 20 && ok(bytes[*i - 1]) {
            *i -= 1;
        }
        end - *i
    };
    back(&mut i, is_blank);
    if back(&mut i, |b| b.is_ascii_digit()) == 0 || back(&mut i, is_blank) == 0 {
        return None;
    }
    let end = i;
    if back(&mut i, |b| b.is_ascii_digit()) == 0 || !begins_word(bytes, i) {
        return None;
    }
    let id = str::from_utf8(&bytes[i..end]).ok()?.parse().ok()?;
    Some((id, i))
}

/// Reads `1 0 obj`: number and generation.
pub(super) fn object_head(lexer: &mut Lexer) -> Option<(u32, u32)> {
    let id = u32::try_from(lexer.object()?.integer()?).ok()?;
    let generation = lexer.object()?.integer()?;
    is_word(&lexer.token(), b"obj").then_some((id, generation as u32))
}

/// Where the bytes of a stream lie, after its dictionary was read; `None` where no stream
/// follows. A wrong length is put right by looking for the end.
pub(super) fn stream_range(
    lexer: &mut Lexer,
    dict: &Dict,
    length: impl Fn(&Object) -> Option<i64>,
    next_end: impl Fn(usize) -> usize,
) -> Option<Range<usize>> {
    if !lexer.word(b"stream") {
        return None;
    }
    skip_line_end(lexer);
    let start = lexer.at;
    let bytes = lexer.bytes;
    let length = length(dict.get("Length")).and_then(|l| usize::try_from(l).ok());
    if let Some(end) = length.and_then(|l| start.checked_add(l))
        && end <= bytes.len()
        && Lexer::new(bytes, end).word(b"endstream")
    {
        return Some(start..end);
    }
    Some(start..next_end(start).max(start).min(bytes.len()))
}
