//! Words of strangers made harmless.

use std::borrow::Cow;

/// Characters that steer a terminal or turn the direction of text around.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The words without characters that steer: a tab becomes a blank, every other one is shown as �.
/// Line feeds stay.
pub fn visible(words: &str) -> Cow<'_, str> {
    if !words.contains(steers) {
        return Cow::Borrowed(words);
    }
    let clean = words.chars().filter(|c| *c != '\r').map(|c| match c {
        '\t' => ' ',
        c if steers(c) => '\u{fffd}',
        c => c,
    });
    Cow::Owned(clean.collect())
}

/// Whether a spreadsheet might take the words for a formula.
pub(crate) fn looks_like_formula(words: &str) -> bool {
    let first = words.trim_start_matches([' ', '\u{3000}', '\u{a0}']);
    words.starts_with(['\t', '\r', '\n']) || first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// At most `limit` characters, an ellipsis for the rest.
pub(crate) fn bounded(words: &str, limit: usize) -> Cow<'_, str> {
    match words.char_indices().nth(limit) {
        None => Cow::Borrowed(words),
        Some((at, _)) => Cow::Owned(format!("{}…", &words[..at])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_not_obeyed() {
        assert_eq!(visible("各乡镇"), "各乡镇");
        assert_eq!(visible("甲\u{1b}[31m乙"), "甲\u{fffd}[31m乙");
        assert_eq!(visible("甲\t乙\r\n丙"), "甲 乙\n丙");
        assert_eq!(visible("\u{202e}倒"), "\u{fffd}倒");
    }

    #[test]
    fn formulas_are_told_by_their_first_character() {
        for words in ["=1+1", "+86", "-甲", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"] {
            assert!(looks_like_formula(words), "{words:?}");
        }
        for words in ["", "1+1", "甲=乙", "——甲", "（=1）"] {
            assert!(!looks_like_formula(words), "{words:?}");
        }
    }
}
