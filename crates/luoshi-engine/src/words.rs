//! Words that people give: none with characters that a database or a page cannot hold.

use serde::Serialize;
use serde_json::Value;

use crate::refusal::{Refusal, refuse};

/// Whether text may run over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// A title, a name, a number.
    One,
    /// A note, a long field.
    Many,
}

/// Whether a character is no part of any text. A line break comes from browsers as two characters.
fn is_stray(c: char, lines: Lines) -> bool {
    c.is_control() && !(lines == Lines::Many && matches!(c, '\n' | '\r' | '\t'))
}

/// Refuses control characters: databases cannot hold NUL, and nobody sees the others.
pub(crate) fn check_words(what: &str, text: &str, lines: Lines) -> Result<(), Refusal> {
    if text.chars().any(|c| is_stray(c, lines)) {
        let line = if lines == Lines::One { "（包括换行）" } else { "" };
        return Err(refuse!(Incomplete, "{what}含有看不见的控制字符{line}，请删去或重新输入后再提交"));
    }
    Ok(())
}

/// Refuses control characters in any words within a value.
pub(crate) fn check_all(what: &str, value: &impl Serialize) -> Result<(), Refusal> {
    fn check(what: &str, value: &Value) -> Result<(), Refusal> {
        match value {
            Value::String(text) => check_words(what, text, Lines::Many),
            Value::Array(values) => values.iter().try_for_each(|value| check(what, value)),
            Value::Object(values) => values.iter().try_for_each(|(key, value)| {
                check_words(what, key, Lines::One)?;
                check(what, value)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
    // What cannot be written down cannot be recorded either; that is told where it is recorded.
    check(what, &serde_json::to_value(value).unwrap_or_default())
}

/// Words read from a text, without what is no part of any text: a fault in a document is no refusal.
pub(crate) fn cleaned(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' => Some(' '),
            c => (!c.is_control()).then_some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_refused_and_line_breaks_only_in_titles() {
        let ok = |text: &str, lines: Lines| check_words("标题", text, lines).is_ok();
        for (text, one, many) in [
            ("核查种植面积", true, true),
            ("第一行\r\n第二行\t完", false, true),
            ("一\0二", false, false),
            ("一\u{1b}[31m二", false, false),
            ("一\u{85}二", false, false),
        ] {
            assert_eq!((ok(text, Lines::One), ok(text, Lines::Many)), (one, many), "{text:?}");
        }
        assert!(check_all("表格", &vec![("姓名", "张\0三")]).is_err());
        assert_eq!(cleaned("核查\n面积\0"), "核查 面积");
    }
}
