//! Sentences, clauses and brackets of official Chinese.

use std::ops::Range;

use crate::letters::{Few, Letters};

/// Ends a sentence.
pub(crate) fn is_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | ';' | '!' | '?')
}

/// Whether the mark at an offset is an ASCII full stop that ends a sentence: behind a Chinese
/// character or a closing mark, and before another sentence or the end. The point of a number, of a
/// name (方案.docx) and of an item (一.整修, （一）.整修, 附件.名单) ends none.
pub(crate) fn is_dot_stop(text: &str, at: usize) -> bool {
    let (before, after) = (&text[..at], &text[at..]);
    if !after.starts_with('.') {
        return false;
    }
    let mut back = before.chars().rev();
    let ends = match back.next() {
        Some(c) if is_close_quote(c) => !back.next().is_some_and(crate::outline::is_number),
        Some(c) => is_han(c) && !crate::outline::is_number(c) && !before.ends_with("附件"),
        None => false,
    };
    let next = after[1..].trim_start_matches([' ', '\u{3000}', '\t']).chars().next();
    ends && next.is_none_or(|c| is_han(c) || is_close_quote(c) || matches!(c, '（' | '(' | '《' | '“' | '【'))
}

/// Whether a sentence ends inside a text by an ASCII full stop, before its last mark.
pub(crate) fn has_dot_stop(text: &str) -> bool {
    text.match_indices('.').any(|(at, _)| at + 1 < text.len() && is_dot_stop(text, at))
}

/// A Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Closes a quotation or bracket.
pub(crate) fn is_close_quote(c: char) -> bool {
    matches!(c, '”' | '’' | '）' | ')' | '》' | '」' | '】' | '〕' | ']')
}

/// The end of the first sentence: the offset of its full stop or colon, or of the text's end.
/// What stands in brackets does not end it.
pub(crate) fn sentence_end(text: &str) -> usize {
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        match c {
            '（' | '(' | '《' | '“' | '「' | '【' | '〔' => depth += 1,
            '）' | ')' | '》' | '”' | '」' | '】' | '〕' => depth -= 1,
            '。' | '！' | '？' | '：' | ':' | '；' | ';' if depth <= 0 => return at,
            '.' if depth <= 0 && is_dot_stop(text, at) => return at,
            _ => {}
        }
    }
    text.len()
}

/// A clause: a stretch between commas, colons and stops outside brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Bytes of the text, without the mark that ends it.
    pub(crate) range: Range<usize>,
    /// Number of the sentence (split at 。！？ only) within the text.
    pub(crate) sentence: u32,
    /// The mark before it, or a line feed at the start.
    pub(crate) before: char,
    /// The characters in it, so that most questions for a word are answered at once.
    pub(crate) letters: Few,
    /// Classes of all known words in it.
    pub(crate) classes: u32,
}

/// No clause that a person wrote is longer, in bytes; what is longer is cut, so that the cost of
/// reading a clause stays bounded.
pub(crate) const LONGEST_CLAUSE: usize = 3_000;

/// No sentence that a person wrote has more clauses.
const MOST_CLAUSES: usize = 200;

/// Adds the clauses of a text, in order, to a list, and gives all its characters; empty clauses are left out.
/// 、 joins, it does not split. Square heavy brackets 【】 split: they hold labels.
pub(crate) fn clauses(text: &str, out: &mut Vec<Clause>) -> Letters {
    let mut start = 0;
    let mut sentence = 0;
    let mut before = '\n';
    let mut depth = 0i32;
    // A bracket after a full stop (…。（甲局牵头，乙局配合）) is a sentence of its own.
    let mut aside = false;
    // So is one before the sentence that says who leads: （甲局牵头，乙局配合）清理网箱。
    let leading = leading_bracket(text);
    let mut held = 0;
    let mut letters = Letters::default();
    let mut few = Few::default();
    let clause = |range, sentence, before, letters| Clause { range, sentence, before, letters, classes: 0 };
    for (at, c) in text.char_indices() {
        letters.add(c);
        few.add(c);
        // Nearly all characters are no marks.
        if is_han(c) && at - start < LONGEST_CLAUSE {
            continue;
        }
        let len = c.len_utf8();
        let c = if c == '.' && is_dot_stop(text, at) { '。' } else { c };
        let split = match c {
            '（' | '(' if depth == 0 && (start == at && is_stop(before) || leading == Some(at)) => {
                aside = true;
                true
            }
            '）' | ')' if aside && depth == 0 => {
                aside = false;
                true
            }
            '（' | '(' | '《' | '〔' | '“' => {
                depth += 1;
                false
            }
            '）' | ')' | '》' | '〕' | '”' => {
                depth = (depth - 1).max(0);
                false
            }
            '【' | '】' => {
                depth = 0;
                true
            }
            '。' | '！' | '？' | '!' | '?' => {
                // A full stop inside a bracket that never closes must not swallow the rest.
                depth = if depth > 0 && is_open_ahead(&text[at..]) { depth } else { 0 };
                depth == 0
            }
            '，' | ',' | '；' | ';' | '：' | ':' => depth == 0,
            _ => false,
        };
        if !split && at - start >= LONGEST_CLAUSE {
            out.push(clause(start..at, sentence, before, std::mem::take(&mut few)));
            few.add(c);
            sentence += 1;
            start = at;
            before = '\n';
            depth = 0;
            continue;
        }
        if split {
            if start < at && leading != Some(at) {
                out.push(clause(start..at, sentence, before, few));
            }
            few = Few::default();
            held += 1;
            if held >= MOST_CLAUSES {
                held = 0;
                sentence += 1;
            }
            if is_stop(c) && !matches!(c, '；' | ';') || matches!(c, '【' | '】') {
                sentence += 1;
                held = 0;
            }
            start = at + len;
            before = c;
        }
    }
    if start < text.len() {
        out.push(clause(start..text.len(), sentence, before, few));
    }
    letters
}

/// Where a bracket opens that stands right behind the number of a text and says who leads.
pub(crate) fn leading_bracket(text: &str) -> Option<usize> {
    let at = crate::outline::find_marker(text).map_or(0, |m| m.len);
    let inner = text[at..].strip_prefix(['（', '('])?;
    let inner = &inner[..inner.find(['）', ')'])?];
    inner.contains("牵头").then_some(at)
}

/// Whether a closing bracket comes within the next few characters.
fn is_open_ahead(text: &str) -> bool {
    text.chars().take(80).any(is_close_quote)
}

/// Takes blanks off both ends of a range.
pub(crate) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let s = &text[range.clone()];
    let start = range.start + (s.len() - s.trim_start_matches([' ', '\u{3000}', '\t']).len());
    let end = range.end - (s.len() - s.trim_end_matches([' ', '\u{3000}', '\t']).len());
    start..end.max(start)
}

/// Splits a list of names at 、 ， ； and, where `blanks` says so, at blanks, outside brackets.
pub(crate) fn split_list(text: &str, range: Range<usize>, blanks: bool) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = range.start;
    let mut depth = 0i32;
    for (i, c) in text[range.clone()].char_indices() {
        let at = range.start + i;
        let split = match c {
            '（' | '(' | '《' | '“' | '〔' => {
                depth += 1;
                false
            }
            '）' | ')' | '》' | '”' | '〕' => {
                depth -= 1;
                false
            }
            '、' | '，' | ',' | '；' | ';' | '/' => depth <= 0,
            ' ' | '\u{3000}' => blanks && depth <= 0,
            _ => false,
        };
        if split {
            out.push(start..at);
            start = at + c.len_utf8();
        }
    }
    out.push(start..range.end.max(start));
    out.into_iter().map(|r| trimmed(text, r)).filter(|r| !r.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|c| &text[c.range]).collect()
    }

    fn split(text: &str) -> Vec<Clause> {
        let mut out = Vec::new();
        clauses(text, &mut out);
        out
    }

    fn sentences(text: &str) -> u32 {
        split(text).last().map_or(0, |c| c.sentence + 1)
    }

    #[test]
    fn clauses_split_at_commas_outside_brackets() {
        assert_eq!(
            parts("各村要排查,建台账(含照片,视频)。镇安办汇总"),
            ["各村要排查", "建台账(含照片,视频)", "镇安办汇总"]
        );
        assert_eq!(parts("完成整改【责任单位：各村】"), ["完成整改", "责任单位", "各村"]);
    }

    #[test]
    fn an_ascii_full_stop_ends_a_sentence_where_it_is_one() {
        let check = |text: &str, count: u32| assert_eq!(sentences(text), count, "{text}");
        check("整修水渠.由镇水利站牵头,完成12公里.", 2);
        check("整修水渠(含支渠).各村配合. 镇里检查", 3);
        check("一.整修水渠", 1);
        check("（二）.整修水渠", 1);
        check("(3).整修水渠", 1);
        check("附件.整修水渠名单", 1);
        check("水渠.docx已发,护栏高1.1米,2026.3.1印发,全长3.5公里", 1);
        check("水渠等...", 1);
        assert_eq!(sentence_end("整修水渠.由镇水利站牵头"), "整修水渠".len());
        assert_eq!(sentence_end("（修水渠.）由镇水利站牵头"), "（修水渠.）由镇水利站牵头".len());
        assert!(has_dot_stop("整修水渠.各村配合.") && !has_dot_stop("整修水渠."));
    }

    #[test]
    fn a_bracket_left_open_does_not_swallow_the_rest() {
        assert_eq!(parts("落实责任(到人。各村要上报。镇里要检查。").len(), 3);
    }

    #[test]
    fn lists_split_at_their_joints() {
        let text = "派出所、市管所（含分所、窗口） 村建站";
        let names: Vec<&str> = split_list(text, 0..text.len(), true).into_iter().map(|r| &text[r]).collect();
        assert_eq!(names, ["派出所", "市管所（含分所、窗口）", "村建站"]);
    }
}
