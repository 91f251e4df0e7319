//! Words broken into lines by the columns that they take on a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that words take; a Chinese character takes two.
pub fn columns(words: &str) -> usize {
    words.width()
}

/// Closing marks must not begin a line.
fn closes(c: char) -> bool {
    "，。、；：？！）》」』】〕”’%％…,.;:?!)]}".contains(c)
}

/// Opening marks must not end a line.
fn opens(c: char) -> bool {
    "（《「『【〔“‘([{".contains(c)
}

/// Lines of at most `width` columns (a character that is wider alone has its own line).
///
/// Line feeds are kept, Latin words and numbers stay whole where they fit, closing marks do not
/// begin and opening marks do not end a line.
pub fn wrap(words: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in words.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for unit in units(paragraph) {
            let wide = columns(unit);
            if used + wide > width && used > 0 {
                lines.push(line.trim_end().to_owned());
                line = String::new();
                used = 0;
                if unit == " " {
                    continue;
                }
            }
            if wide <= width {
                line.push_str(unit);
                used += wide;
                continue;
            }
            // A unit that fits on no line is cut anywhere.
            for c in unit.chars() {
                let wide = c.width().unwrap_or(0);
                if used + wide > width && used > 0 {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// The pieces that a line may be broken between.
fn units(words: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut last: Option<char> = None;
    for (at, c) in words.char_indices() {
        let together = last.is_some_and(|l| {
            closes(c) || opens(l) || (l.is_ascii_alphanumeric() && c.is_ascii_alphanumeric())
        });
        if !together && at > start {
            out.push(&words[start..at]);
            start = at;
        }
        last = Some(c);
    }
    if start < words.len() {
        out.push(&words[start..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_wide_as_told() {
        assert_eq!(wrap("各乡镇要按时完成", 8), ["各乡镇要", "按时完成"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("甲\n乙", 8), ["甲", "乙"]);
    }

    #[test]
    fn closing_marks_do_not_begin_a_line() {
        assert_eq!(wrap("各乡镇，要做", 6), ["各乡", "镇，要", "做"]);
        assert_eq!(wrap("见《办法》", 4), ["见", "《办", "法》"]);
    }

    #[test]
    fn numbers_stay_whole_where_they_fit() {
        assert_eq!(wrap("截至2026年", 6), ["截至", "2026年"]);
        assert_eq!(wrap("12345678", 4), ["1234", "5678"]);
    }

    #[test]
    fn a_line_is_never_wider() {
        let words = "（一）建立“一村一警”工作机制，2026年6月底前完成ABCDEFGHIJKLMN。";
        for width in 2..60 {
            for line in wrap(words, width) {
                assert!(columns(&line) <= width, "{width} {line}");
            }
        }
    }
}
