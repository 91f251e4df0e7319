//! Numbers of lists and headings, as their styles show them.

use std::collections::HashMap;

use roxmltree::Node;

use crate::docx::numerals;

/// Levels of a list.
const LEVELS: usize = 10;

/// How the items of one level are marked.
#[derive(Clone, Debug, Default)]
struct Level {
    /// Number format in Word's words; empty where nothing is counted.
    format: &'static str,
    before: String,
    after: String,
    /// How many levels are shown, this one last.
    shown: usize,
    start: i64,
    /// The whole mark with `%1%` for the number of level 1, where the file gives it.
    pattern: Option<String>,
    bullet: Option<String>,
}

type Levels = HashMap<usize, Level>;

/// The list styles of a document and what has been counted.
#[derive(Debug, Default)]
pub(super) struct ListStyles {
    styles: HashMap<String, Levels>,
    outline: Levels,
    /// The list style that a paragraph style names, and the style it is based on.
    paragraph: HashMap<String, (Option<String>, Option<String>)>,
    /// Counts by list.
    counts: HashMap<String, [Option<i64>; LEVELS]>,
    /// The last list of each style, which later lists may continue.
    last: HashMap<String, String>,
    lists: usize,
}

impl ListStyles {
    /// Reads the styles of a part; those of the content come after the common ones.
    pub(super) fn read(&mut self, root: Node) {
        for node in root.descendants().filter(Node::is_element) {
            match node.tag_name().name() {
                "list-style" => {
                    if let Some(name) = attribute(node, "name") {
                        self.styles.insert(name.to_owned(), levels(node));
                    }
                }
                "outline-style" => self.outline = levels(node),
                "style" if attribute(node, "family") == Some("paragraph") => {
                    if let Some(name) = attribute(node, "name") {
                        let own = attribute(node, "list-style-name").map(str::to_owned);
                        let parent = attribute(node, "parent-style-name").map(str::to_owned);
                        self.paragraph.insert(name.to_owned(), (own, parent));
                    }
                }
                _ => {}
            }
        }
    }

    /// The key under which the items of a list are counted: its own, or that of the list it
    /// continues.
    pub(super) fn begin(&mut self, list: Node, style: &str) -> String {
        self.lists += 1;
        let own = attribute(list, "id").map_or_else(|| format!("#{}", self.lists), str::to_owned);
        let continued = attribute(list, "continue-list")
            .map(|id| id.to_owned())
            .filter(|id| self.counts.contains_key(id))
            .or_else(|| {
                let goes_on = attribute(list, "continue-numbering") == Some("true");
                self.last.get(style).filter(|_| goes_on).cloned()
            });
        let key = continued.unwrap_or_else(|| own.clone());
        let counts = self.counts.get(&key).copied().unwrap_or_default();
        self.counts.entry(key.clone()).or_insert(counts);
        // Lists that continue this one by its own name find the same counts.
        if own != key {
            self.counts.insert(own, counts);
        }
        self.last.insert(style.to_owned(), key.clone());
        key
    }

    /// Counts an item and gives its mark.
    pub(super) fn count(&mut self, key: &str, style: &str, level: usize, start: Option<i64>) -> String {
        let Some(levels) = self.styles.get(style) else {
            return String::new();
        };
        let counts = self.counts.entry(key.to_owned()).or_default();
        mark(levels, counts, level, start)
    }

    /// Counts a heading that stands in no list.
    pub(super) fn count_heading(&mut self, level: usize) -> String {
        let counts = self.counts.entry("outline".to_owned()).or_default();
        mark(&self.outline, counts, level, None)
    }

    /// The list style that a paragraph style names, itself or through its parents.
    pub(super) fn of_paragraph(&self, style: &str) -> Option<&str> {
        let mut style = style;
        for _ in 0..16 {
            let (own, parent) = self.paragraph.get(style)?;
            if let Some(own) = own {
                return Some(own.as_str()).filter(|own| !own.is_empty());
            }
            style = parent.as_deref()?;
        }
        None
    }
}

/// Counts one up on a level, begins the deeper ones anew and writes the mark.
fn mark(levels: &Levels, counts: &mut [Option<i64>; LEVELS], level: usize, start: Option<i64>) -> String {
    let at = level.min(LEVELS - 1);
    let Some(own) = levels.get(&at) else {
        return String::new();
    };
    let first = |level: usize| levels.get(&level).map_or(1, |l| l.start);
    let next = start.or(counts[at].map(|n| n.saturating_add(1)));
    counts[at] = Some(next.unwrap_or(own.start));
    counts[at + 1..].fill(None);
    if let Some(bullet) = &own.bullet {
        return bullet.clone();
    }
    let number = |level: usize| {
        let n = counts[level].unwrap_or_else(|| first(level));
        levels.get(&level).filter(|l| !l.format.is_empty()).map(|l| numerals::write(l.format, n))
    };
    if let Some(pattern) = &own.pattern {
        let mut text = pattern.clone();
        for level in 0..LEVELS {
            let place = format!("%{}%", level + 1);
            if text.contains(&place) {
                text = text.replace(&place, &number(level).unwrap_or_default());
            }
        }
        return text.replace('\u{200B}', "");
    }
    if own.format.is_empty() {
        return format!("{}{}", own.before, own.after);
    }
    let from = (at + 1).saturating_sub(own.shown.max(1));
    let numbers: Vec<String> = (from..=at).filter_map(number).collect();
    format!("{}{}{}", own.before, numbers.join("."), own.after)
}

fn levels(style: Node) -> Levels {
    let mut out = Levels::new();
    for node in style.children().filter(Node::is_element) {
        let Some(at) = attribute(node, "level").and_then(|l| l.parse::<usize>().ok()) else {
            continue;
        };
        let text = |name| attribute(node, name).unwrap_or_default().to_owned();
        let number = |name| attribute(node, name).and_then(|n| n.parse::<i64>().ok());
        let bullet = node.tag_name().name() == "list-level-style-bullet";
        let format = attribute(node, "num-format").unwrap_or_default();
        let level = Level {
            format: word_format(format),
            before: text("num-prefix"),
            after: text("num-suffix"),
            shown: number("display-levels").unwrap_or(1).clamp(1, 10) as usize,
            start: number("start-value").unwrap_or(1),
            pattern: attribute(node, "num-list-format").map(str::to_owned),
            bullet: bullet.then(|| bullet_mark(&text("bullet-char"))),
        };
        out.insert(at.clamp(1, LEVELS) - 1, level);
    }
    out
}

/// A bullet as shown; those of symbol fonts have no character of their own.
fn bullet_mark(text: &str) -> String {
    let own = |c: char| !('\u{E000}'..='\u{F8FF}').contains(&c);
    match text.chars().next() {
        Some(c) if own(c) => text.to_owned(),
        _ => "•".to_owned(),
    }
}

/// A number format, written as examples of it (`一, 二, 三, ...`), in Word's words.
fn word_format(format: &str) -> &'static str {
    match format.split(',').next().unwrap_or_default().trim() {
        "" => "",
        "a" => "lowerLetter",
        "A" => "upperLetter",
        "i" => "lowerRoman",
        "I" => "upperRoman",
        "一" => "chineseCountingThousand",
        "壹" => "chineseLegalSimplified",
        "甲" => "ideographTraditional",
        "子" => "ideographZodiac",
        "①" => "decimalEnclosedCircle",
        "⑴" => "decimalEnclosedParen",
        "⒈" => "decimalEnclosedFullstop",
        "１" => "decimalFullWidth",
        "01" => "decimalZero",
        _ => "decimal",
    }
}

/// An attribute by its local name; the prefixes of OpenDocument never clash on one element.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|a| a.name() == name).map(|a| a.value())
}
