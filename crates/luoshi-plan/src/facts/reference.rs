//! Cited documents: 《…》 and the number that follows.

use std::ops::Range;

use super::Line;
use crate::lexicon::lists;

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReferenceFact {
    pub(crate) range: Range<usize>,
    pub(crate) title: Range<usize>,
    pub(crate) number: Option<Range<usize>>,
}

/// The citations of a line.
pub(crate) fn references(line: &Line<'_>) -> Vec<ReferenceFact> {
    let text = line.text;
    let mut out = Vec::new();
    if !line.letters.has('《') {
        return out;
    }
    let mut at = 0;
    while let Some(i) = text[at..].find('《') {
        let open = at + i;
        let start = open + '《'.len_utf8();
        let Some(close) = closing(&text[start..]).map(|j| start + j) else {
            break;
        };
        let end = close + '》'.len_utf8();
        at = end;
        let before = &text[..open];
        if is_material(before, &text[start..close], &text[end..]) {
            continue;
        }
        let number = document_number(&text[end..]).map(|(r, _)| r.start + end..r.end + end);
        let mut range_end = end;
        if let Some((_, len)) = document_number(&text[end..]) {
            range_end = end + len;
        }
        out.push(ReferenceFact { range: open..range_end, title: start..close, number });
    }
    out
}

/// The 》 that closes, inner pairs skipped.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '《' => depth += 1,
            '》' if depth == 0 => return Some(i),
            '》' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The longest number of a document, in characters.
const LONGEST_NUMBER: usize = 40;

/// A number in brackets right after a title: its words without the brackets, and the bytes with them.
fn document_number(after: &str) -> Option<(Range<usize>, usize)> {
    let open = after.chars().next().filter(|c| matches!(c, '(' | '（'))?;
    let mut depth = 0;
    for (i, c) in after.char_indices().take(LONGEST_NUMBER + 2) {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => {
                depth -= 1;
                if depth == 0 {
                    let inner = &after[open.len_utf8()..i];
                    let is_number = inner.ends_with('号')
                        && inner.chars().count() <= LONGEST_NUMBER
                        && inner.contains(['〔', '[', '【', '（', '(', '第', '令']);
                    let start = open.len_utf8();
                    return is_number.then_some((start..i, i + c.len_utf8()));
                }
            }
            _ => {}
        }
    }
    None
}

/// Films, papers and songs are watched and read, not cited.
fn is_material(before: &str, title: &str, after: &str) -> bool {
    let tail = before.char_indices().rev().nth(9).map_or(before, |(at, _)| &before[at..]);
    let law_like =
        ["通知", "（试行）", "(试行)"].iter().any(|w| title.contains(w)) || lists().document_kinds.end(title);
    (lists().watched.iter().any(|w| tail.contains(w) || after.starts_with(w) || after.starts_with("等视频"))
        && !law_like)
        || lists().media.end(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, Option<&str>)]) {
        let mut parts = crate::facts::Parts::default();
        let line = &parts.lines(&[(text, 0)], &luoshi_when::Context::new(jiff::civil::date(2026, 3, 1)))[0];
        let got: Vec<(&str, Option<&str>)> =
            references(line).into_iter().map(|r| (&text[r.title], r.number.map(|n| &text[n]))).collect();
        assert_eq!(got, expect, "{text}");
    }

    #[test]
    fn titles_and_numbers() {
        check(
            "根据《安全生产法》和《关于开展排查的通知》（云办发〔2026〕7号）要求",
            &[("安全生产法", None), ("关于开展排查的通知", Some("云办发〔2026〕7号"))],
        );
        check("按照《关于印发〈方案〉的《通知》的通知》执行", &[("关于印发〈方案〉的《通知》的通知", None)]);
        check("《办法》（以下简称本办法）", &[("办法", None)]);
    }

    #[test]
    fn what_is_watched_or_read_is_not_cited() {
        check("组织观看警示教育片《生命重于泰山》", &[]);
        check("发放《致家长的一封信》", &[]);
    }
}
