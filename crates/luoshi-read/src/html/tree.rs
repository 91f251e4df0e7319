//! A tree of a page, built in one pass over its tags.
//!
//! html5ever splits the page into tags and text; the full tree construction of the standard is
//! not used, because a small hostile page can make it copy elements without end. Here every tag
//! costs a bounded amount, formatting tags leave no trace, and what is nested too deeply becomes
//! flat.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::{Attribute, TokenizerResult};

use crate::guard::Deadline;
use crate::{Limits, ReadError};

/// Bytes that are split into tags between two looks at the bounds.
const CHUNK: usize = 16 << 10;

/// An element or a text.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// The name of an element, empty for a text.
    pub(super) name: String,
    /// The text of a text.
    pub(super) text: String,
    /// Class and id, lower-case, apart by blanks.
    pub(super) labels: String,
    /// The content of a `meta` named in `labels`.
    pub(super) content: Option<String>,
    /// Cells covered.
    pub(super) colspan: u32,
    pub(super) rowspan: u32,
    /// Whether a reader does not see it.
    pub(super) hidden: bool,
    pub(super) parent: usize,
    pub(super) children: Vec<usize>,
}

impl Node {
    /// Whether it is a text.
    pub(super) fn is_text(&self) -> bool {
        self.name.is_empty()
    }

    /// Whether it has a class or id.
    pub(super) fn labelled(&self, label: &str) -> bool {
        self.labels.split(' ').any(|own| own == label)
    }
}

/// The elements and texts of a page; the first is the page itself.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    /// Builds the tree of a page.
    pub(super) fn parse(text: &str, limits: &Limits, deadline: Deadline) -> Result<Self, ReadError> {
        let sink = Sink {
            nodes: RefCell::new(vec![Node { name: "html".to_owned(), ..Node::default() }]),
            open: RefCell::new(vec![0]),
            depth: limits.depth.max(8),
            full: Cell::new(false),
            limit: limits.nodes as usize,
        };
        let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
        let input = BufferQueue::default();
        let mut rest = text;
        while !rest.is_empty() {
            let at = (CHUNK..CHUNK + 4).find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            let (chunk, tail) = rest.split_at(at);
            rest = tail;
            input.push_back(StrTendril::from_slice(chunk));
            while let TokenizerResult::Script(()) = tokenizer.feed(&input) {}
            if tokenizer.sink.full.get() {
                return Err(ReadError::TooComplex { what: "内部结构", limit: u64::from(limits.nodes) });
            }
            if deadline.passed() {
                return Err(ReadError::TimedOut { limit: limits.time });
            }
        }
        tokenizer.end();
        Ok(Self { nodes: tokenizer.sink.nodes.into_inner() })
    }

    /// The node at an index.
    pub(super) fn node(&self, at: usize) -> &Node {
        &self.nodes[at]
    }

    /// The children of a node.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.nodes[at].children.iter().map(|child| (*child, &self.nodes[*child]))
    }

    /// The text under a node, at least its first `bytes` bytes if there are as many.
    pub(super) fn text_of(&self, at: usize, bytes: usize) -> String {
        let mut out = String::new();
        let mut stack = vec![at];
        while let Some(at) = stack.pop().filter(|_| out.len() < bytes) {
            out += &self.nodes[at].text;
            stack.extend(self.nodes[at].children.iter().rev());
        }
        out
    }
}

struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// The open elements, outermost first.
    open: RefCell<Vec<usize>>,
    depth: usize,
    limit: usize,
    full: Cell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => self.end(&tag.name),
            Token::TagToken(tag) => return self.start(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements that only change how their text looks.
const FORMATTING: &[&str] = &[
    "b", "strong", "i", "em", "u", "s", "strike", "font", "big", "small", "tt", "code", "nobr", "ins", "bdo",
    "o:p",
];
/// Elements that have no content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// Elements whose start ends an open paragraph.
const ENDS_PARAGRAPH: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];
/// Elements that no end tag from inside them reaches beyond.
const WALLS: &[&str] = &["html", "table", "td", "th", "caption"];

impl Sink {
    fn text(&self, text: &str) {
        let (mut nodes, open) = (self.nodes.borrow_mut(), self.open.borrow());
        let parent = open.last().copied().unwrap_or(0);
        let last = nodes[parent].children.last().copied();
        match last.filter(|last| nodes[*last].is_text()) {
            Some(last) => nodes[last].text += text,
            None => self.push(&mut nodes, parent, Node { text: text.to_owned(), ..Node::default() }),
        }
    }

    fn push(&self, nodes: &mut Vec<Node>, parent: usize, mut node: Node) {
        if nodes.len() >= self.limit {
            self.full.set(true);
            return;
        }
        node.parent = parent;
        let at = nodes.len();
        nodes[parent].children.push(at);
        nodes.push(node);
    }

    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if FORMATTING.contains(&name) || matches!(name, "html" | "wbr") {
            return TokenSinkResult::Continue;
        }
        if ENDS_PARAGRAPH.contains(&name) {
            self.close(&["p"], WALLS);
        }
        match name {
            "li" => self.close(&["li"], &["ul", "ol", "html", "table", "td", "th"]),
            "dt" | "dd" => self.close(&["dt", "dd"], &["dl", "html", "table", "td", "th"]),
            "option" => self.close(&["option"], &["select", "html"]),
            "td" | "th" => self.close(&["td", "th", "caption"], &["tr", "table", "html"]),
            "tr" => self.close(&["tr", "caption"], &["table", "html"]),
            "tbody" | "thead" | "tfoot" => {
                self.close(&["tbody", "thead", "tfoot", "caption"], &["table", "html"])
            }
            _ => {}
        }
        let (mut nodes, mut open) = (self.nodes.borrow_mut(), self.open.borrow_mut());
        let parent = open.last().copied().unwrap_or(0);
        let at = nodes.len();
        self.push(&mut nodes, parent, element(tag));
        let closed = tag.self_closing && name.contains(':');
        let opens = !closed && !VOID.contains(&name);
        if opens && !self.full.get() && open.len() < self.depth {
            open.push(at);
        }
        match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }

    fn end(&self, name: &str) {
        if name == "br" {
            let (mut nodes, open) = (self.nodes.borrow_mut(), self.open.borrow());
            let parent = open.last().copied().unwrap_or(0);
            self.push(&mut nodes, parent, Node { name: "br".to_owned(), ..Node::default() });
            return;
        }
        // The end of the body may stand too early.
        if matches!(name, "body" | "html") || FORMATTING.contains(&name) {
            return;
        }
        let walls: &[&str] = match name {
            "table" => &["html"],
            "tr" | "tbody" | "thead" | "tfoot" | "td" | "th" | "caption" => &["table", "html"],
            _ => WALLS,
        };
        self.close(&[name], walls);
    }

    /// Closes the innermost open element of these names, unless a wall stands before it.
    fn close(&self, names: &[&str], walls: &[&str]) {
        let nodes = self.nodes.borrow();
        let mut open = self.open.borrow_mut();
        let name = |at: &usize| nodes[*at].name.as_str();
        let found = open.iter().rposition(|at| names.contains(&name(at)) || walls.contains(&name(at)));
        if let Some(found) = found.filter(|found| *found > 0 && names.contains(&name(&open[*found]))) {
            open.truncate(found);
        }
    }
}

fn element(tag: &Tag) -> Node {
    let get = |name: &str| tag.attrs.iter().find(|a: &&Attribute| &*a.name.local == name).map(|a| &*a.value);
    let label = |name| get(name).unwrap_or("").to_ascii_lowercase();
    let span = |name| get(name).and_then(|value| value.trim().parse().ok()).unwrap_or(1);
    let style = label("style").replace(' ', "");
    let mut labels = format!("{} {}", label("id"), label("class"));
    if &*tag.name == "meta" {
        labels = label("name");
    }
    Node {
        name: tag.name.to_string(),
        labels,
        content: get("content").map(str::to_owned),
        colspan: span("colspan"),
        rowspan: span("rowspan"),
        hidden: style.contains("display:none") || style.contains("mso-hide:all") || get("hidden").is_some(),
        ..Node::default()
    }
}
