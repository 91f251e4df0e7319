use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthChar;

use crate::Span;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look.
    Hint,
    /// Likely to cause trouble when the plan runs.
    Warning,
    /// The plan cannot be carried out as written.
    Error,
}

/// A second place that a finding speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands there, in Chinese.
    pub message: String,
}

/// One finding about a document: data, never an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// Kebab-case name of the fault; it never changes its meaning.
    pub code: String,
    /// How much it matters.
    pub level: Level,
    /// The words it rests on.
    pub span: Span,
    /// What is wrong, one Chinese sentence.
    pub message: String,
    /// What to do about it, one Chinese sentence.
    pub help: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<Label>,
}

impl Diagnostic {
    /// A finding without help or further places.
    pub fn new(code: &str, level: Level, span: Span, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), level, span, message: message.into(), help: None, related: Vec::new() }
    }

    /// With what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span, message: message.into() });
        self
    }
}

/// A window of at most `columns` terminal columns around `span` in a line of text: the words, and
/// where the span begins and how wide it is in columns. Ellipses mark what was cut.
///
/// Paragraphs of plans run to thousands of characters, so a frame must show an excerpt; Chinese
/// characters take two columns.
pub fn excerpt(line: &str, span: std::ops::Range<usize>, columns: usize) -> (String, usize, usize) {
    let wide = |s: &str| s.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
    let (mut start, mut end) = (span.start.min(line.len()), span.end.min(line.len()));
    let hit_end = end;
    let hit_start = start;
    let mut used = wide(line.get(start..end).unwrap_or(""));
    if used > columns {
        while used > columns && end > start {
            let Some(c) = line[start..end].chars().next_back() else { break };
            used -= c.width().unwrap_or(0);
            end -= c.len_utf8();
        }
    } else {
        loop {
            let left = line[..start].chars().next_back().filter(|c| used + c.width().unwrap_or(0) <= columns);
            if let Some(c) = left {
                used += c.width().unwrap_or(0);
                start -= c.len_utf8();
            }
            let right = line[end..].chars().next().filter(|c| used + c.width().unwrap_or(0) <= columns);
            if let Some(c) = right {
                used += c.width().unwrap_or(0);
                end += c.len_utf8();
            }
            if left.is_none() && right.is_none() {
                break;
            }
        }
    }
    let head = if start > 0 { "…" } else { "" };
    let tail = if end < line.len() { "…" } else { "" };
    let at = wide(head) + wide(&line[start..hit_start]);
    let width = wide(&line[hit_start..hit_end.min(end)]).max(1);
    (format!("{head}{}{tail}", &line[start..end]), at, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_counts_two_columns_for_a_chinese_character() {
        let line = "各村要在6月底前完成任务。";
        let at = line.find("6月底前").unwrap();
        let (words, column, width) = excerpt(line, at..at + "6月底前".len(), 100);
        assert_eq!(words, line);
        assert_eq!((column, width), (8, 7));
    }

    #[test]
    fn a_long_paragraph_is_cut_on_both_sides() {
        let line = format!("{}要点{}", "甲".repeat(500), "乙".repeat(500));
        let at = line.find("要点").unwrap();
        let (words, column, width) = excerpt(&line, at..at + 6, 40);
        assert!(words.starts_with("…甲") && words.ends_with("乙…"));
        assert!(words.chars().count() < 25);
        assert_eq!(width, 4);
        assert!(column > 10);
    }
}
