//! Whether a physical line runs on in the next one.
//!
//! Two kinds of text need it. A text that was wrapped throughout at a fixed width shows in the
//! widths of its lines: most are nearly as wide as the widest, and most of those stop in the
//! middle of a sentence. Elsewhere a single paragraph may have been torn; there only strong signs
//! count, because putting two paragraphs together does more harm than leaving one torn.

use super::lines::Line;
use crate::items::{is_date_line, is_title, starts_item};
use unicode_width::UnicodeWidthChar;

/// A line may stay this many columns short of the wrap width: a two-column character that did not
/// fit and a punctuation mark that may not begin a line.
const SLACK: usize = 6;
/// Columns below which no text is wrapped.
const NARROW: usize = 36;
/// Columns of a line long enough to be prose: twenty Chinese characters.
const LONG: usize = 40;

/// What the lines of a text have in common.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The width at which the whole text was wrapped.
    wrap: Option<usize>,
    /// The smallest indent.
    base: usize,
    /// Whether the first lines of paragraphs are indented and others are not.
    indents: bool,
    /// Whether blank lines stand between paragraphs.
    gaps: bool,
}

impl Layout {
    /// Measures a text.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let base = lines.iter().map(|line| line.indent).min().unwrap_or(0);
        let indented = lines.iter().filter(|line| line.indent >= base + 2).count();
        let gaps = lines.iter().skip(1).filter(|line| line.gap).count();
        Self {
            wrap: find_wrap(lines, base),
            base,
            indents: indented >= 2 && indented + 2 <= lines.len(),
            gaps: gaps >= 2 && gaps * 3 <= lines.len() * 2,
        }
    }

    /// Whether line `a` runs on in `b`, the line right after it.
    pub(crate) fn continues(&self, a: &Line, b: &Line) -> bool {
        if b.gap || tabular(a) || tabular(b) {
            return false;
        }
        match self.wrap {
            Some(width) => self.wrapped(width, a, b),
            None => self.torn(a, b),
        }
    }

    fn indented(&self, line: &Line) -> bool {
        line.indent >= self.base + 2
    }

    /// In a text wrapped throughout: a full line runs on unless a paragraph ends with it.
    fn wrapped(&self, width: usize, a: &Line, b: &Line) -> bool {
        let word = b.text.chars().take_while(|c| c.is_ascii_alphanumeric()).count().min(20);
        let full = a.indent - self.base + a.width + SLACK.max(word + 2) >= width;
        let unfinished = !ends_sentence(a.text) || open_bracket(a.text).is_some() || ends_label(a.text);
        if !full || (self.indents && self.indented(b)) {
            false
        } else if starts_item(b.text) {
            // A figure that happens to begin a line, where paragraphs show in another way.
            unfinished && (self.indents || self.gaps)
        } else {
            self.indents || self.gaps || (unfinished && !is_title(a.text))
        }
    }

    /// Elsewhere: a line that stops in the middle of a sentence.
    fn torn(&self, a: &Line, b: &Line) -> bool {
        if self.indented(b)
            || ends_closed(a.text)
            || starts_item(b.text)
            || starts_paragraph(b.text)
            || [a, b].iter().any(|line| is_date_line(line.text) || is_field(line.text))
            || is_title(a.text)
        {
            return false;
        }
        let inner = a.text.contains(['。', '；', '！', '？']);
        if starts_item(a.text) && !inner {
            return false;
        }
        if open_bracket(a.text).is_some_and(|(open, close)| closes_first(b.text, open, close)) {
            return true;
        }
        if b.width < LONG && !ends_sentence(b.text) {
            return false;
        }
        let runs_on = a.text.ends_with(['，', ',', '、', '的', '和', '与', '及']);
        if runs_on && a.width >= 16 {
            return true;
        }
        a.width >= LONG && (inner || a.width >= LONG * 3 / 2 || starts_prose(a.text))
    }
}

/// The width that a text was wrapped at, if it was.
fn find_wrap(lines: &[Line], base: usize) -> Option<usize> {
    let full = |line: &Line| line.indent - base + line.width;
    let mut widths: Vec<usize> = lines.iter().filter(|line| !tabular(line)).map(full).collect();
    widths.sort_unstable();
    // The window of widths with the most lines in it; of equal ones the widest.
    let near = |width: usize| {
        widths.partition_point(|w| *w <= width) - widths.partition_point(|w| *w + SLACK < width)
    };
    let width = *widths.iter().max_by_key(|width| (near(**width), **width))?;
    let (near, over) = (near(width), widths.len() - widths.partition_point(|w| *w <= width + 2));
    if width < NARROW || near < 4 || near * 20 < widths.len() * 7 || over * 30 > widths.len() {
        return None;
    }
    let at_width =
        lines.iter().filter(|line| (width.saturating_sub(SLACK)..=width + 2).contains(&full(line)));
    let (mut all, mut cut) = (0, 0);
    for line in at_width {
        all += 1;
        cut += usize::from(!ends_closed(line.text));
    }
    (cut * 5 >= all * 3).then_some(width)
}

/// Rows set with tabs or with several wide gaps.
fn tabular(line: &Line) -> bool {
    line.text.contains('\t')
        || line.text.split("  ").filter(|part| !part.is_empty()).count() > 2
        || line.text.starts_with('|')
}

/// Ends with a mark after which a paragraph may end.
fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['”', '’', '"', '」', '）', ')', '】']);
    text.ends_with(['。', '！', '？', '；', '：', '…', '!', '?', ';', ':', '.'])
}

/// Ends with any mark that closes something.
fn ends_closed(text: &str) -> bool {
    ends_sentence(text) || text.ends_with(['」', '”', '’', '"', ')', '）', '】', '》', ']'])
}

/// Ends with a short name and a colon, whose value is still to come.
fn ends_label(text: &str) -> bool {
    let Some(text) = text.strip_suffix(['：', ':']) else {
        return false;
    };
    let name = text.rsplit(['。', '；', '，', ';', ',']).next().unwrap_or(text);
    name.len() < text.len() && name.chars().count() <= 6
}

/// A bracket that the line leaves open, with its partner.
fn open_bracket(text: &str) -> Option<(char, char)> {
    [('《', '》'), ('（', '）'), ('“', '”'), ('【', '】'), ('「', '」')].into_iter().find_map(
        |(open, close)| {
            let last_open = text.rfind(open)?;
            (text.rfind(close).is_none_or(|at| at < last_open)).then_some((open, close))
        },
    )
}

/// Whether a bracket is closed in a text before another is opened.
fn closes_first(text: &str, open: char, close: char) -> bool {
    text.find(close).is_some_and(|end| text.find(open).is_none_or(|start| end < start))
}

/// Begins as paragraphs do, though without a number.
fn starts_paragraph(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "为了",
        "为进一步",
        "为深入",
        "为切实",
        "为全面",
        "为贯彻",
        "为认真",
        "为加强",
        "根据",
        "按照",
        "各单位",
        "各部门",
        "各镇",
        "各乡",
        "各街道",
        "各村",
        "各学校",
        "各科室",
        "同时，",
        "同时,",
        "此外",
        "另外",
        "总之",
        "组长",
        "副组长",
        "成员",
        "责任单位",
        "责任人",
        "牵头单位",
        "联系人",
        "抄送",
        "特此",
        "以上",
        "本方案",
        "本办法",
        "本通知",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// Begins as prose does and headings do not.
fn starts_prose(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "为", "根据", "按照", "依据", "遵照", "今年", "近年", "当前", "目前", "在", "由于", "通过", "自",
        "经",
    ];
    STARTS.iter().any(|start| text.starts_with(start))
}

/// A line like `联系人：张三`: a short name, a colon, a value, no sentence.
fn is_field(text: &str) -> bool {
    let Some(at) = text.find(['：', ':']) else {
        return false;
    };
    let name: usize = text[..at].chars().map(|c| c.width().unwrap_or(0)).sum();
    name <= 12 && !text[..at].contains(['，', ',', '、']) && !text.contains('。')
}
