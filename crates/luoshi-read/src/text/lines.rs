use luoshi_text::Origin;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A physical line that is not blank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Its number in the file, from 1.
    pub(crate) number: u32,
    /// As it stands in the file, without the line feed.
    pub(crate) raw: &'a str,
    /// Without the whitespace around it.
    pub(crate) text: &'a str,
    /// Columns of whitespace before the text.
    pub(crate) indent: usize,
    /// Columns of the text, where quotation marks take two as in Chinese type.
    pub(crate) width: usize,
    /// Whether a blank line, or the start of the file, is right before it.
    pub(crate) gap: bool,
}

impl Line<'_> {
    /// Where it stood.
    pub(crate) fn origin(&self) -> Origin {
        Origin::Line(self.number)
    }
}

/// The lines of a text that are not blank.
pub(crate) fn split(text: &str) -> Vec<Line<'_>> {
    let mut out = Vec::new();
    let mut gap = true;
    for (raw, number) in physical(text).zip(1..) {
        let trimmed = trim(raw);
        if trimmed.is_empty() {
            gap = true;
            continue;
        }
        let lead = &raw[..trimmed.as_ptr() as usize - raw.as_ptr() as usize];
        let indent = lead.chars().map(|c| if c == '\t' { 4 } else { c.width_cjk().unwrap_or(0) }).sum();
        out.push(Line { number, raw, text: trimmed, indent, width: trimmed.width_cjk(), gap });
        gap = false;
    }
    out
}

/// All physical lines: ended by LF, CR LF, CR or the Unicode line and paragraph separators.
fn physical(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let all = rest?;
        let end = all.find(['\n', '\r', '\u{2028}', '\u{2029}']);
        let Some(end) = end else {
            rest = None;
            return Some(all);
        };
        let tail = &all[end..];
        let feed = if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(1, char::len_utf8) };
        rest = Some(&tail[feed..]);
        Some(&all[..end])
    })
}

/// A text without what surrounds it unseen: whitespace of all kinds, byte order marks, zero-width
/// and control characters.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
    })
}
