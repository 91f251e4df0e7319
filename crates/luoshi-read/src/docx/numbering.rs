use std::collections::{HashMap, HashSet};

use roxmltree::{Document, Node};

use super::names::{attribute, chosen, is, kid, number, on, val};
use super::numerals;
use super::styles::Styles;

/// Levels of a list.
const LEVELS: usize = 9;

/// How one level of a list is numbered.
#[derive(Clone, Debug)]
struct Level {
    start: i64,
    format: String,
    /// The pattern of a format of one's own.
    custom: Option<String>,
    /// The text with `%1` … `%9` for the numbers.
    text: String,
    /// Which level starts it anew; 0 none, absent any above.
    restart: Option<usize>,
    /// Whether all numbers come out in Arabic figures.
    legal: bool,
    /// Whether the number stands apart from the text.
    apart: bool,
    style: Option<String>,
}

/// A `w:num`: a use of an abstract list, with its own starts and levels.
#[derive(Debug, Default)]
struct Num {
    list: String,
    starts: HashMap<usize, i64>,
    levels: HashMap<usize, Level>,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<String, HashMap<usize, Level>>,
    /// Lists that are defined by a numbering style.
    links: HashMap<String, String>,
    nums: HashMap<String, Num>,
    counts: HashMap<String, [Option<i64>; LEVELS]>,
    /// Starts that have been used up.
    started: HashSet<(String, usize)>,
}

/// The number of a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    text: String,
    apart: bool,
    /// Whether it is a mark that is the same for all items.
    pub(super) bullet: bool,
}

impl Label {
    /// The number before a paragraph's text as a reader sees it.
    pub(super) fn before(&self, text: &str) -> String {
        let figure = |c: char| c.is_ascii_alphanumeric();
        let closed = |c: char| {
            "、.．)）】〕，：:".contains(c) || ('①'..='⒛').contains(&c) || ('㈠'..='㋿').contains(&c)
        };
        let runs_together = self.text.ends_with('.') && text.starts_with(figure);
        let apart = self.apart && !text.is_empty() && (runs_together || !self.text.ends_with(closed));
        let gap = if apart && !self.text.is_empty() { " " } else { "" };
        format!("{}{gap}{text}", self.text)
    }
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(super) fn read(tree: &Document) -> Self {
        let mut out = Self::default();
        for node in tree.root_element().children() {
            if is(node, "abstractNum") {
                let Some(id) = attribute(node, "abstractNumId") else {
                    continue;
                };
                if let Some(style) = val(node, "numStyleLink") {
                    out.links.insert(id.to_owned(), style.to_owned());
                }
                let levels = node.children().filter(|child| is(*child, "lvl")).map(read_level);
                out.lists.insert(id.to_owned(), levels.collect());
            } else if is(node, "num") {
                let Some(id) = attribute(node, "numId") else {
                    continue;
                };
                let mut num =
                    Num { list: val(node, "abstractNumId").unwrap_or_default().to_owned(), ..Num::default() };
                for change in node.children().filter(|child| is(*child, "lvlOverride")) {
                    let level = level_of(change);
                    if let Some(start) = number(change, "startOverride") {
                        num.starts.insert(level, start);
                    }
                    if let Some(own) = kid(change, "lvl") {
                        num.levels.insert(level, read_level(own).1);
                    }
                }
                out.nums.insert(id.to_owned(), num);
            }
        }
        out
    }

    /// The list and level of a paragraph, by itself or by its style; `None` where it has none.
    pub(super) fn place(&self, paragraph: Node, styles: &Styles) -> Option<(String, usize)> {
        let properties = kid(paragraph, "pPr");
        let style = properties.and_then(|p| val(p, "pStyle"));
        let own = properties.and_then(|p| kid(p, "numPr"));
        let num = own.and_then(|n| val(n, "numId")).or_else(|| styles.num(style))?;
        let list = self.list_of(num, styles)?;
        let level = own.and_then(|n| number(n, "ilvl"));
        // A level may name the paragraph style that stands for it.
        let linked = || {
            let levels = self.lists.get(&list)?;
            styles.ids(style).find_map(|id| {
                levels.iter().find(|(_, level)| level.style.as_deref() == Some(id)).map(|(at, _)| *at)
            })
        };
        let level = level.or_else(linked).or_else(|| styles.level(style)).unwrap_or(0);
        (level < LEVELS).then(|| (num.to_owned(), level))
    }

    /// The abstract list that a `w:num` leads to, through a numbering style if need be.
    fn list_of(&self, num: &str, styles: &Styles) -> Option<String> {
        let list = &self.nums.get(num)?.list;
        let linked = self.links.get(list).and_then(|style| styles.num(Some(style)));
        let list = linked.and_then(|num| self.nums.get(num)).map_or(list, |num| &num.list);
        Some(list.clone())
    }

    /// Counts a paragraph and gives its number.
    pub(super) fn count(&mut self, num: &str, at: usize, styles: &Styles) -> Option<Label> {
        let list = self.list_of(num, styles)?;
        let (own, levels) = (self.nums.get(num)?, self.lists.get(&list)?);
        let level = |k: usize| own.levels.get(&k).or_else(|| levels.get(&k));
        let start = |k: usize| own.starts.get(&k).copied().or_else(|| level(k).map(|l| l.start)).unwrap_or(1);
        let me = level(at)?;
        let counts = self.counts.entry(list).or_default();
        if own.starts.contains_key(&at) && self.started.insert((num.to_owned(), at)) {
            counts[at] = None;
        }
        counts[at] = Some(counts[at].map_or(start(at), |n| n.saturating_add(1)));
        for (k, count) in counts.iter_mut().enumerate() {
            if k < at {
                count.get_or_insert(start(k));
            } else if k > at && level(k).and_then(|l| l.restart).is_none_or(|above| at < above) {
                *count = None;
            }
        }
        let number = |k: usize| {
            let n = counts[k].unwrap_or(1);
            match level(k) {
                _ if me.legal => n.to_string(),
                Some(Level { custom: Some(pattern), .. }) => numerals::write_custom(pattern, n),
                Some(l) => numerals::write(&l.format, n),
                None => n.to_string(),
            }
        };
        let bullet = me.format == "bullet";
        let text = if bullet { bullet_mark(&me.text) } else { fill(&me.text, number) };
        Some(Label { text, apart: me.apart, bullet })
    }
}

/// Puts numbers in the place of `%1` … `%9`.
fn fill(pattern: &str, number: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek().and_then(|next| next.to_digit(10)) {
            Some(digit @ 1..) if c == '%' => {
                chars.next();
                out += &number(digit as usize - 1);
            }
            _ => out.push(c),
        }
    }
    out
}

/// The mark of a list without numbers; those of symbol fonts have no character of their own.
fn bullet_mark(text: &str) -> String {
    match text.chars().next() {
        Some(c) if !matches!(c, '\u{e000}'..='\u{f8ff}') && !c.is_ascii_alphanumeric() => text.to_owned(),
        _ => "•".to_owned(),
    }
}

fn level_of(node: Node) -> usize {
    attribute(node, "ilvl").and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn read_level(node: Node) -> (usize, Level) {
    // A format of one's own stands beside a fallback for older programs.
    let alternative = node.children().find_map(chosen).flatten();
    let format = kid(node, "numFmt").or_else(|| alternative.and_then(|node| kid(node, "numFmt")));
    let level = Level {
        start: number(node, "start").unwrap_or(1),
        format: format.and_then(|f| attribute(f, "val")).unwrap_or("decimal").to_owned(),
        custom: format
            .filter(|f| attribute(*f, "val") == Some("custom"))
            .and_then(|f| attribute(f, "format"))
            .map(str::to_owned),
        text: val(node, "lvlText").unwrap_or_default().to_owned(),
        restart: number(node, "lvlRestart"),
        legal: on(node, "isLgl"),
        apart: val(node, "suff") != Some("nothing"),
        style: val(node, "pStyle").map(str::to_owned),
    };
    (level_of(node), level)
}
