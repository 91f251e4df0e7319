use super::lines::Line;

/// A Markdown line as a reader sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stripped {
    /// The words; empty for a line that shows none, such as a rule or a fence.
    pub(crate) text: String,
    /// Whether it begins a block of its own.
    pub(crate) starts_block: bool,
    /// Whether nothing after it can belong to it.
    pub(crate) stands_alone: bool,
}

/// Whether a file is Markdown: by its name, or by at least two headings, or one heading and two
/// further marks that no plain text has.
pub(crate) fn is_markdown(lines: &[Line], name: Option<&str>) -> bool {
    let ending = name.and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    if matches!(ending.as_deref(), Some("md" | "markdown")) {
        return true;
    }
    let headings = lines.iter().filter(|line| heading(line.text).is_some()).count();
    let marks =
        lines.iter().filter(|line| list_item(line.text).is_some() || line.text.matches("**").count() >= 2);
    headings >= 2 || headings == 1 && marks.count() >= 2
}

/// Takes the marks of a line away.
pub(crate) fn strip(line: &str) -> Stripped {
    if is_rule(line) || line.starts_with("```") || line.starts_with("~~~") {
        return Stripped { text: String::new(), starts_block: true, stands_alone: true };
    }
    if let Some(text) = heading(line) {
        return Stripped { text: plain(text), starts_block: true, stands_alone: true };
    }
    let unquoted = line.trim_start_matches(['>', ' ']);
    match list_item(unquoted) {
        Some(text) => Stripped { text: plain(text), starts_block: true, stands_alone: false },
        None => Stripped { text: plain(unquoted), starts_block: false, stands_alone: false },
    }
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let blank = text.starts_with([' ', '\t', '\u{3000}']);
    let text = text.trim();
    ((1..=6).contains(&level) && blank && !text.is_empty()).then(|| text.trim_end_matches('#').trim_end())
}

fn list_item(line: &str) -> Option<&str> {
    let text = line.strip_prefix(['-', '*', '+'])?;
    let text = text.strip_prefix(' ').filter(|t| !t.trim().is_empty())?.trim_start();
    Some(["[ ] ", "[x] ", "[X] "].iter().find_map(|tick| text.strip_prefix(tick)).unwrap_or(text))
}

/// A line of three or more dashes, stars or underlines.
fn is_rule(line: &str) -> bool {
    ['-', '*', '_', '='].iter().any(|mark| {
        line.chars().filter(|c| c == mark).count() >= 3 && line.chars().all(|c| c == *mark || c == ' ')
    })
}

/// Marks are looked for in lines up to this length, as each may look to the end of its line.
const MARKED_LINE: usize = 20_000;

/// Takes away the marks inside a text: emphasis, code, links, escapes.
pub(crate) fn plain(text: &str) -> String {
    if text.len() > MARKED_LINE { text.to_owned() } else { unmarked(text, 4) }
}

fn unmarked(text: &str, depth: usize) -> String {
    if depth == 0 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let emphasis = ["**", "__", "~~", "`"].iter().find(|mark| rest.starts_with(**mark));
        if c == '\\' && after.starts_with(|c: char| c.is_ascii_punctuation()) {
            out.push_str(&after[..1]);
            rest = &after[1..];
        } else if let Some((inside, tail)) = emphasis
            .and_then(|mark| rest[mark.len()..].split_once(*mark))
            .filter(|(inside, _)| !inside.is_empty())
        {
            let code = c == '`';
            out.push_str(&if code { inside.to_owned() } else { unmarked(inside.trim(), depth - 1) });
            rest = tail;
        } else if let Some((words, tail)) = link(rest) {
            out.push_str(&unmarked(words, depth - 1));
            rest = tail;
        } else {
            out.push(c);
            rest = after;
        }
    }
    out.trim().to_owned()
}

/// `[words](address)` or `![words](address)` at the beginning: the words and what follows.
fn link(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("![").or_else(|| text.strip_prefix('['))?;
    let (words, tail) = inner.split_once("](")?;
    let (address, tail) = tail.split_once(')')?;
    (!words.contains(['[', ']']) && !address.contains(char::is_whitespace)).then_some((words, tail))
}
