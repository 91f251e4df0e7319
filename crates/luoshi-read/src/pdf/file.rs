//! A PDF file: its cross-reference tables, objects on demand, and pages.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::crypt::Cipher;
use super::filter;
use super::object::{Dict, Lexer, Object, Stream, Token, is_blank};
use super::xref::{self, Entry};
use crate::Limits;
use crate::guard::Deadline;

/// Chains of references and lengths that need other objects end here.
const MAX_CHAIN: usize = 32;

/// One stream may grow to this.
const MAX_STREAM: usize = 64 << 20;

/// An open file. Objects are read when they are asked for and kept.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    entries: HashMap<u32, Entry>,
    trailer: Rc<Dict>,
    cipher: Option<Cipher>,
    objects: RefCell<HashMap<u32, Object>>,
    packs: RefCell<HashMap<u32, Rc<Pack>>>,
    ends: OnceCell<Vec<usize>>,
    chain: Cell<usize>,
    left: Cell<usize>,
    over: Cell<bool>,
    pub(super) deadline: Deadline,
}

/// A stream that holds objects.
struct Pack {
    bytes: Vec<u8>,
    at: HashMap<u32, usize>,
}

/// A page: its content and what it inherits.
pub(super) struct Page {
    pub(super) dict: Rc<Dict>,
    pub(super) resources: Object,
    /// Left, bottom, right, top.
    pub(super) media: [f64; 4],
    /// Quarter turns clockwise.
    pub(super) turns: i64,
}

/// Why a file could not be opened.
pub(super) enum OpenError {
    Locked,
    Broken,
}

impl<'a> File<'a> {
    /// Opens a file; where its tables are broken, they are built anew from the objects found.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits, deadline: Deadline) -> Result<Self, OpenError> {
        let start = memchr::memmem::find(bytes.get(..1024).unwrap_or(bytes), b"%PDF-");
        let bytes = &bytes[start.unwrap_or(0)..];
        let file = |entries, trailer| File {
            bytes,
            entries,
            trailer,
            cipher: None,
            objects: RefCell::default(),
            packs: RefCell::default(),
            ends: OnceCell::new(),
            chain: Cell::new(0),
            left: Cell::new(limits.expanded as usize),
            over: Cell::new(false),
            deadline,
        };
        if let Some((entries, trailer)) = xref::follow(bytes, limits.expanded as usize) {
            let mut file = file(entries, trailer);
            file.unlock()?;
            if file.has_pages() {
                return Ok(file);
            }
        }
        let (entries, trailer) = xref::rebuild(bytes);
        let mut file = file(entries, trailer);
        file.unlock()?;
        file.find_packed();
        if !file.has_pages() {
            file.find_root();
        }
        if file.has_pages() { Ok(file) } else { Err(OpenError::Broken) }
    }

    /// Whether more bytes came out of streams than allowed.
    pub(super) fn over_limit(&self) -> bool {
        self.over.get()
    }

    /// Follows a reference to the object itself.
    pub(super) fn resolve(&self, object: &Object) -> Object {
        let mut object = object.clone();
        for _ in 0..MAX_CHAIN {
            match object {
                Object::Reference(id) => object = self.object(id),
                found => return found,
            }
        }
        Object::Null
    }

    /// The value of a key, references followed.
    pub(super) fn get(&self, dict: &Dict, key: &str) -> Object {
        self.resolve(dict.get(key))
    }

    /// The bytes of a stream, decoded; empty for pictures and where the bound is passed.
    pub(super) fn data(&self, stream: &Stream) -> Vec<u8> {
        let raw = self.bytes.get(stream.data.clone()).unwrap_or_default();
        let clear = match &self.cipher {
            Some(cipher) if stream.id.0 != 0 && !is_clear(&stream.dict) => cipher.stream(stream.id, raw),
            _ => raw.into(),
        };
        let limit = self.left.get().min(MAX_STREAM);
        let decoded = filter::decode(&clear, &stream.dict, limit, |o| self.resolve(o));
        let Some(decoded) = decoded else {
            return Vec::new();
        };
        if decoded.cut {
            self.over.set(true);
            return Vec::new();
        }
        self.left.set(self.left.get().saturating_sub(decoded.bytes.len()));
        decoded.bytes
    }

    fn object(&self, id: u32) -> Object {
        if let Some(found) = self.objects.borrow().get(&id) {
            return found.clone();
        }
        if self.chain.get() >= MAX_CHAIN || self.deadline.passed() {
            return Object::Null;
        }
        self.chain.set(self.chain.get() + 1);
        let object = match self.entries.get(&id) {
            Some(&Entry::At(offset)) => self.read_at(id, offset),
            Some(&Entry::Packed { pack, .. }) if pack != id => self.read_packed(id, pack),
            _ => Object::Null,
        };
        self.chain.set(self.chain.get() - 1);
        self.objects.borrow_mut().insert(id, object.clone());
        object
    }

    fn read_at(&self, id: u32, offset: usize) -> Object {
        let mut lexer = Lexer::new(self.bytes, offset);
        let Some((found, generation)) = xref::object_head(&mut lexer) else {
            return Object::Null;
        };
        if found != id {
            return Object::Null;
        }
        let object = lexer.object().unwrap_or(Object::Null);
        let object = match (&self.cipher, object) {
            (Some(cipher), object) => cipher.object((id, generation), &object, 0),
            (None, object) => object,
        };
        let Object::Dict(dict) = object else {
            return object;
        };
        let length = |o: &Object| self.resolve(o).integer();
        let end = |start| self.next_end(start);
        match xref::stream_range(&mut lexer, &dict, length, end) {
            Some(data) => Object::Stream(Rc::new(Stream { dict, data, id: (id, generation) })),
            None => Object::Dict(dict),
        }
    }

    /// Where the next stream or object ends, for streams whose length is wrong.
    fn next_end(&self, start: usize) -> usize {
        let ends = self.ends.get_or_init(|| {
            let streams = memchr::memmem::find_iter(self.bytes, b"endstream");
            let mut ends: Vec<usize> = streams.collect();
            ends.extend(memchr::memmem::find_iter(self.bytes, b"endobj"));
            ends.sort_unstable();
            ends
        });
        let next = ends.partition_point(|&end| end < start);
        ends.get(next).copied().unwrap_or(self.bytes.len())
    }

    fn read_packed(&self, id: u32, pack: u32) -> Object {
        let Some(pack) = self.pack(pack) else {
            return Object::Null;
        };
        let Some(&at) = pack.at.get(&id) else {
            return Object::Null;
        };
        let object = Lexer::new(&pack.bytes, at).object();
        object.unwrap_or(Object::Null)
    }

    fn pack(&self, id: u32) -> Option<Rc<Pack>> {
        if let Some(pack) = self.packs.borrow().get(&id) {
            return Some(Rc::clone(pack));
        }
        let object = self.object(id);
        let stream = object.stream()?;
        let count = self.get(&stream.dict, "N").integer()?;
        let first = usize::try_from(self.get(&stream.dict, "First").integer()?).ok()?;
        let bytes = self.data(stream);
        let mut lexer = Lexer::new(&bytes, 0);
        let mut at = HashMap::new();
        for _ in 0..count {
            let (Some(number), Some(offset)) = (lexer.object(), lexer.object()) else {
                break;
            };
            if let (Some(number), Some(offset)) = (number.integer(), offset.integer()) {
                at.insert(number as u32, first.saturating_add(offset as usize));
            }
        }
        let pack = Rc::new(Pack { bytes, at });
        self.packs.borrow_mut().insert(id, Rc::clone(&pack));
        Some(pack)
    }

    /// Opens the lock of a file that only forbids printing or copying: its password is empty.
    fn unlock(&mut self) -> Result<(), OpenError> {
        let encrypt = self.get(&self.trailer, "Encrypt");
        let Some(encrypt) = encrypt.dict() else {
            return if matches!(self.trailer.get("Encrypt"), Object::Null) {
                Ok(())
            } else {
                Err(OpenError::Locked)
            };
        };
        let ids = self.get(&self.trailer, "ID");
        let id = ids.array().first().map(|id| self.resolve(id));
        let id = id.as_ref().and_then(Object::text).unwrap_or_default();
        let cipher = Cipher::open(encrypt, id, |o| self.resolve(o)).ok_or(OpenError::Locked)?;
        self.cipher = Some(cipher);
        self.objects.borrow_mut().clear();
        Ok(())
    }

    /// Adds the objects inside object streams, for a file whose tables are lost.
    fn find_packed(&mut self) {
        let mut ids: Vec<u32> = self.entries.keys().copied().collect();
        ids.sort_unstable();
        let mut found = Vec::new();
        for id in ids {
            let object = self.object(id);
            let is_pack = |s: &Rc<Stream>| s.dict.get("Type").name() == Some(b"ObjStm");
            if object.stream().is_some_and(is_pack)
                && let Some(pack) = self.pack(id)
            {
                found.extend(pack.at.keys().map(|&inner| (inner, id)));
            }
        }
        for (inner, pack) in found {
            self.entries.entry(inner).or_insert(Entry::Packed { pack });
        }
        self.objects.borrow_mut().clear();
    }

    /// Looks for the catalogue where the trailer is lost too.
    fn find_root(&mut self) {
        let mut ids: Vec<u32> = self.entries.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let object = self.object(id);
            if object.dict().is_some_and(|d| d.get("Type").name() == Some(b"Catalog")) {
                let text = format!("<</Root {id} 0 R>>");
                let trailer = Lexer::new(text.as_bytes(), 0).object();
                if let Some(Object::Dict(trailer)) = trailer {
                    self.trailer = trailer;
                }
            }
        }
    }

    fn has_pages(&self) -> bool {
        !self.pages(1).is_empty()
    }

    /// The pages in order, at most `limit` and one more.
    pub(super) fn pages(&self, limit: usize) -> Vec<Page> {
        let root = self.get(&self.trailer, "Root");
        let Some(root) = root.dict() else {
            return Vec::new();
        };
        let mut pages = Vec::new();
        let mut seen = HashSet::new();
        let mut open = vec![(root.get("Pages").clone(), Inherited::default())];
        while let Some((node, inherited)) = open.pop() {
            if let Object::Reference(id) = node
                && !seen.insert(id)
            {
                continue;
            }
            let node = self.resolve(&node);
            let Some(dict) = node.dict() else { continue };
            let inherited = inherited.with(self, dict);
            let kids = self.get(dict, "Kids");
            if !kids.array().is_empty() {
                let kids = kids.array().iter().rev();
                open.extend(kids.map(|kid| (kid.clone(), inherited.clone())));
            } else if dict.get("Type").name() != Some(b"Pages") {
                pages.push(Page {
                    dict: Rc::clone(dict),
                    resources: inherited.resources,
                    media: inherited.media.unwrap_or([0.0, 0.0, 595.0, 842.0]),
                    turns: inherited.turns,
                });
                if pages.len() > limit {
                    break;
                }
            }
        }
        pages
    }

    /// The content of a page, its parts put together.
    pub(super) fn content(&self, page: &Page) -> Vec<u8> {
        match self.get(&page.dict, "Contents") {
            Object::Stream(stream) => self.data(&stream),
            Object::Array(parts) => {
                let mut all = Vec::new();
                for part in parts.iter() {
                    if let Object::Stream(stream) = self.resolve(part) {
                        all.extend(self.data(&stream));
                        all.push(b'\n');
                    }
                }
                all
            }
            _ => Vec::new(),
        }
    }
}

/// What pages take from the nodes above them.
#[derive(Clone)]
struct Inherited {
    resources: Object,
    media: Option<[f64; 4]>,
    turns: i64,
}

impl Default for Inherited {
    fn default() -> Self {
        Self { resources: Object::Null, media: None, turns: 0 }
    }
}

impl Inherited {
    fn with(mut self, file: &File, dict: &Dict) -> Self {
        let resources = file.get(dict, "Resources");
        if resources.dict().is_some() {
            self.resources = resources;
        }
        let numbers: Vec<f64> =
            file.get(dict, "MediaBox").array().iter().filter_map(|n| file.resolve(n).number()).collect();
        if let &[a, b, c, d] = &numbers[..]
            && numbers.iter().all(|n| n.abs() < 1e6)
            && a != c
            && b != d
        {
            self.media = Some([a.min(c), b.min(d), a.max(c), b.max(d)]);
        }
        if let Some(degrees) = file.get(dict, "Rotate").integer() {
            self.turns = (degrees / 90).rem_euclid(4);
        }
        self
    }
}

/// Cross-reference streams are never encrypted.
fn is_clear(dict: &Dict) -> bool {
    dict.get("Type").name() == Some(b"XRef")
}

/// Skips to the end of the line that holds the word `stream`.
pub(super) fn skip_line_end(lexer: &mut Lexer) {
    while lexer.peek() == Some(b' ') {
        lexer.at += 1;
    }
    if lexer.peek() == Some(b'\r') {
        lexer.at += 1;
    }
    if lexer.peek() == Some(b'\n') {
        lexer.at += 1;
    }
}

/// Whether the bytes before `at` end a word, so that a keyword can begin there.
pub(super) fn begins_word(bytes: &[u8], at: usize) -> bool {
    at == 0 || is_blank(bytes[at - 1]) || !bytes[at - 1].is_ascii_alphanumeric()
}

/// A word of the file's own grammar, such as `xref`.
pub(super) fn is_word(token: &Option<Token>, word: &[u8]) -> bool {
    matches!(token, Some(Token::Word(found)) if *found == word)
}
