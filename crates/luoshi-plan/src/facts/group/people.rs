//! Names of people in a list, without posts and brackets.

use std::ops::Range;
use std::sync::OnceLock;

use crate::facts::Line;
use crate::lexicon::{Words, class, lists};
use crate::words::{split_list, trimmed};

/// The bare names in a list: posts before a name and brackets after it are taken off.
pub(super) fn people(line: &Line<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for item in split_list(line.text, range, false) {
        for part in joined(line, item) {
            let words = &line.text[part.clone()];
            // 张三（镇长）: cut; 各中心（室）负责人: kept.
            let open =
                words.find(['（', '(']).filter(|_| words.ends_with(['）', ')'])).unwrap_or(words.len());
            let mut r = trimmed(line.text, part.start..part.start + open);
            for lead in ["亲自", "均由", "由"] {
                if line.text[r.clone()].starts_with(lead) {
                    r.start += lead.len();
                }
            }
            for tail in lists().person_tails.iter() {
                if let Some(at) = line.text[r.clone()].strip_suffix(tail)
                    && !at.is_empty()
                    && !at.ends_with("负责")
                {
                    r.end = r.start + at.len();
                }
            }
            r = bare_person(line, r);
            let run = run_of_names(line.text, r.clone());
            if run.len() > 1 {
                out.extend(run);
                continue;
            }
            if !r.is_empty() && line.text[r.clone()].chars().count() <= 24 {
                out.push(r);
            }
        }
    }
    out
}

/// 夏某尤某某汪某: names without a mark between them, told apart by their surnames.
fn run_of_names(text: &str, r: Range<usize>) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text[r.clone()].char_indices().collect();
    let n = chars.len();
    if !(5..=24).contains(&n) || chars.iter().any(|(_, c)| !('\u{4e00}'..='\u{9fff}').contains(c)) {
        return Vec::new();
    }
    // best[i]: the least number of names that cover the characters from i on, and the length of the first.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; n + 1];
    best[n] = Some((0, 0));
    for i in (0..n).rev() {
        let rest = &text[r.start + chars[i].0..r.end];
        let Some(surname) = surnames().opening(rest).map(|w| w.chars().count()) else { continue };
        for len in [surname + 2, surname + 1] {
            let Some(Some((count, _))) = best.get(i + len).copied() else { continue };
            if best[i].is_none_or(|(c, _)| count + 1 < c) {
                best[i] = Some((count + 1, len));
            }
        }
    }
    let mut out = Vec::new();
    let mut i = 0;
    while i < n {
        let Some((_, len)) = best[i] else { return Vec::new() };
        let to = chars.get(i + len).map_or(r.end, |(at, _)| r.start + at);
        out.push(r.start + chars[i].0..to);
        i += len;
    }
    out
}

/// Whether a name begins with a common surname.
pub(crate) fn begins_with_surname(name: &str) -> bool {
    surnames().begin(name)
}

/// Surnames, longest first.
fn surnames() -> &'static Words {
    static SURNAMES: OnceLock<Words> = OnceLock::new();
    SURNAMES.get_or_init(|| {
        let lines = include_str!("../../lexicon/surnames.txt").lines().filter(|l| !l.starts_with('#'));
        let mut words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        Words::new(words)
    })
}

/// 镇长张三, 镇长　张三: the personal name without the post before it.
fn bare_person(line: &Line<'_>, r: Range<usize>) -> Range<usize> {
    let words = &line.text[r.clone()];
    if let Some(i) = words.rfind([' ', '\u{3000}']) {
        let at = r.start + i + words[i..].chars().next().map_or(1, char::len_utf8);
        let (head, tail) = (words[..i].trim(), &line.text[at..r.end]);
        let first = r.start..r.start + words.find([' ', '\u{3000}']).unwrap_or(i);
        let post_last =
            line.token_before(r.end).is_some_and(|t| t.is(class::POST | class::HEAD | class::GROUP));
        // 张三　镇长: the name stands first.
        if post_last && is_person(line, first.clone()) {
            return first;
        }
        // 张　三 is one name of two characters.
        if head.chars().count() >= 2 && is_person(line, at..r.end) && tail.chars().count() >= 2 {
            return at..r.end;
        }
        return r;
    }
    let post = line
        .tokens_in(r.clone())
        .iter()
        .filter(|t| t.is(class::POST | class::HEAD | class::GROUP) && (t.end as usize) < r.end)
        .map(|t| t.end as usize)
        .max();
    match post {
        Some(at) if is_person(line, at..r.end) => trimmed(line.text, at..r.end),
        _ => r,
    }
}

/// Two to four Chinese characters that are no post or body of their own.
pub(super) fn is_person(line: &Line<'_>, r: Range<usize>) -> bool {
    let name = line.text[r.clone()].trim();
    (2..=4).contains(&name.chars().count())
        && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '×' | 'X' | 'x' | '·'))
        && !line.token_before(r.end).is_some_and(|t| t.is(class::NAME_END | class::EACH))
        && !["代表", "负责人", "负责同志", "成员", "人员", "各一", "一人", "骨干"]
            .iter()
            .any(|w| name.ends_with(w))
}

/// Splits "张三和李四" where both look like names of people.
fn joined(line: &Line<'_>, item: Range<usize>) -> Vec<Range<usize>> {
    let words = &line.text[item.clone()];
    for (i, c) in words.char_indices() {
        // 各处室负责人全体班主任: two collective names without a mark.
        if i > 0
            && (c == '各' || words[i..].starts_with("全体"))
            && line.token_before(item.start + i).is_some_and(|t| t.is(class::POST))
        {
            return vec![item.start..item.start + i, item.start + i..item.end];
        }
        if matches!(c, '和' | '及' | '与') && i > 0 {
            let right = item.start + i + c.len_utf8()..item.end;
            let n = line.text[right.clone()].chars().count();
            let left = &words[..i];
            // 省工业和信息化厅: the first of two names ends like one, or is that of a person.
            let body = class::POST | class::HEAD | class::GROUP;
            let named = line.tokens_in(item.start..item.start + i).iter().any(|t| t.is(body))
                || begins_with_surname(left);
            if named && n >= 2 && left.chars().count() >= 2 && !left.contains(['（', '(']) {
                return vec![item.start..item.start + i, right];
            }
        }
    }
    vec![item]
}
