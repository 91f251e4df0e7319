//! Lists of names: where one ends, what joins them, what is no part of a name.

use std::ops::Range;

use crate::facts::Line;
use crate::lexicon::{Token, class, lists};
use crate::model::UnitRole;
use crate::words::{split_list, trimmed};

/// Splits a list of parties into names; takes 等部门 off; keeps 和 inside a name.
pub(crate) fn names(line: &Line<'_>, range: Range<usize>, label: bool) -> Vec<Range<usize>> {
    let range = without_tail(line, trimmed(line.text, range));
    let mut out: Vec<Range<usize>> = Vec::new();
    for item in split_list(line.text, range, true) {
        split_joined(line, item, label, &mut out);
    }
    // 省、市安办: the first is no name of its own.
    let mut merged: Vec<Range<usize>> = Vec::new();
    for item in out {
        if let Some(last) = merged.last_mut() {
            let words = &line.text[last.clone()];
            let single = words.chars().count() == 1 && "省市县区乡镇".contains(words);
            let next = &line.text[item.clone()];
            if single
                && next.starts_with(['省', '市', '县', '区', '乡', '镇'])
                && next.chars().count() > 2
                && line.text[last.end..item.start].starts_with('、')
            {
                last.end = item.end;
                continue;
            }
        }
        merged.push(item);
    }
    merged
        .into_iter()
        .map(|r| without_tail(line, r))
        .filter(|r| {
            let words = &line.text[r.clone()];
            !words.is_empty()
                && words.chars().count() <= 40
                && !matches!(words, "无" | "略" | "等" | "另行通知" | "/" | "—" | "-" | "详见附件")
        })
        .collect()
}

/// Splits at 和 与 及 where both sides end like names, and before an inner 各.
pub(super) fn split_joined(line: &Line<'_>, item: Range<usize>, label: bool, out: &mut Vec<Range<usize>>) {
    let words = &line.text[item.clone()];
    let mut depth = 0i32;
    for (i, c) in words.char_indices() {
        match c {
            '（' | '(' | '“' => depth += 1,
            '）' | ')' | '”' => depth -= 1,
            _ => {}
        }
        if i == 0 || depth > 0 {
            continue;
        }
        let at = item.start + i;
        if line.inside_token(at) {
            continue;
        }
        let joint = if words[i..].starts_with("以及") {
            "以及".len()
        } else if matches!(c, '和' | '与' | '及' | '暨') {
            c.len_utf8()
        } else if c == '各' && !lists().each_heads.end(&words[..i]) {
            0
        } else {
            continue;
        };
        let left = item.start..at;
        let right = at + joint..item.end;
        if right.is_empty() || !ends_like_name(line, &left) || !(label || ends_like_name(line, &right)) {
            continue;
        }
        if !ends_like_name(line, &right) && line.text[right.clone()].chars().count() > 4 {
            continue;
        }
        out.push(left);
        split_joined(line, right, label, out);
        return;
    }
    out.push(item);
}

/// Whether the words of a range end with the end of a name.
pub(super) fn ends_like_name(line: &Line<'_>, range: &Range<usize>) -> bool {
    let end = line.text[range.clone()].trim_end_matches(['"', '”']).len() + range.start;
    [range.end, end].into_iter().any(|e| {
        line.token_before(e).is_some_and(|t| t.is(class::NAME_END) && t.start as usize >= range.start)
            || bracket_start(line.text, e).is_some_and(|s| {
                s > range.start && line.token_before(s).is_some_and(|t| t.is(class::NAME_END))
            })
    })
}

/// The start of a bracket that ends at `end`.
fn bracket_start(text: &str, end: usize) -> Option<usize> {
    let head = &text[..end];
    head.ends_with([')', '）']).then(|| head.rfind(['(', '（']))?
}

/// Takes off what stands for "and others": 等, 等部门, 等相关单位.
pub(super) fn without_tail(line: &Line<'_>, range: Range<usize>) -> Range<usize> {
    let words = &line.text[range.clone()];
    let mut cut = words;
    if let Some(at) = cut.rfind('等') {
        let after = &cut[at + '等'.len_utf8()..];
        let words_before = &cut[..at];
        if (after.is_empty() || lists().others.hold(after))
            && !words_before.is_empty()
            && !words_before.ends_with(['高', '中', '初', '一', '同'])
        {
            cut = words_before;
        }
    }
    let cut = cut.trim_end_matches(['、', ',', '，', ' ', '\u{3000}']);
    range.start..range.start + cut.len()
}

/// A word that stands as one item of a list (扶贫、教育、健康等部门).
pub(super) fn listed(line: &Line<'_>, token: Token) -> bool {
    let before = line.text[..token.start as usize].chars().next_back();
    let after = line.text[token.end as usize..].chars().next();
    matches!(after, Some('、' | '等')) && matches!(before, Some('、'))
}

/// 县水利局（牵头）: a name without the bracket that tells its part, and that part.
pub(super) fn part_told(line: &Line<'_>, range: &Range<usize>) -> Option<(Range<usize>, UnitRole)> {
    let words = line.slice(range.clone());
    let inner = words.strip_suffix(['）', ')'])?;
    let at = inner.rfind(['（', '('])?;
    let role = match inner[at..].trim_start_matches(['（', '(']) {
        "牵头" | "牵头单位" | "主办" | "主办单位" => UnitRole::Lead,
        "配合" | "配合单位" | "协办" | "协办单位" => UnitRole::Support,
        _ => return None,
    };
    (at > 0).then(|| (range.start..range.start + at, role))
}

/// Whether a stretch is a list of names: each ends like one, or the list ends in 等部门.
pub(super) fn valid_names(line: &Line<'_>, names: Range<usize>) -> bool {
    let plain = without_tail(line, names.clone());
    let tail = &line.text[plain.end..names.end];
    let tailed = tail.trim_start_matches('、').chars().count() >= 3;
    let items = split_list(line.text, plain, true);
    !items.is_empty()
        && items.iter().all(|r| {
            let r = &part_told(line, r).map_or_else(|| r.clone(), |(name, _)| name);
            let inner = line.tokens_in(r.clone());
            let short = line.text[r.clone()].chars().count() <= 5;
            let level = short && r.len() == 3 && line.token_at(r.start).is_some_and(|t| t.is(class::LEVEL));
            (ends_like_name(line, r) || tailed && short || level)
                && !inner.iter().enumerate().any(|(k, t)| {
                    t.is(class::STOP | class::MODAL)
                        && !t.is(class::NAME_END)
                        && !line.in_quotes(t.start as usize)
                        || t.is(class::VERB)
                            && !t.is(class::NAME_END)
                            && !part_of_name(line, inner, k)
                            && t.range() != *r
                })
        })
}

/// Whether a word of some classes stands for itself, neither the end of a name nor part of one.
pub(super) fn stands_alone(line: &Line<'_>, tokens: &[Token], i: usize, classes: u32) -> bool {
    tokens[i].is(classes) && !tokens[i].is(class::NAME_END) && !part_of_name(line, tokens, i)
}

/// A verb that is part of a name: followed at once by the end of a name.
pub(super) fn part_of_name(line: &Line<'_>, tokens: &[Token], i: usize) -> bool {
    if within_name(line, tokens, i) {
        return true;
    }
    let mut j = i;
    while let Some(next) = tokens.get(j + 1) {
        if next.start != tokens[j].end {
            return false;
        }
        if next.is(class::NAME_END) {
            let word = line.slice(next.range());
            let tight = lists().body_ends.hold(word);
            if next.is(class::POST) && lists().charge_verbs.hold(line.slice(tokens[i].range())) {
                return true;
            }
            if tokens[i].is(class::MODAL) {
                return false;
            }
            let after_name =
                i > 0 && tokens[i - 1].is(class::NAME_END) && tokens[i - 1].end == tokens[i].start;
            if after_name && !tight {
                return false;
            }
            // The end of the name must be followed by something other than more of an object.
            return tight;
        }
        if !next.is(class::VERB) {
            return false;
        }
        j += 1;
    }
    false
}

/// 区教育信息中心: a verb, a word, and the end of a name of two characters or more.
fn within_name(line: &Line<'_>, tokens: &[Token], i: usize) -> bool {
    let verb = tokens[i];
    if !verb.is(class::VERB) || !lists().name_verbs.hold(line.slice(verb.range())) {
        return false;
    }
    let Some(next) = tokens[i + 1..].iter().find(|t| !t.is(class::NONE)) else { return false };
    let gap = line.slice(verb.end as usize..next.start as usize);
    let word = line.slice(next.range());
    (1..=4).contains(&gap.chars().count())
        && !gap.contains(['、', '，', ',', '“', '（', '('])
        && next.is(class::HEAD)
        && word.chars().count() >= 2
        && lists().body_ends.hold(word)
}

/// Takes adverbs between a name and its verb off the name's end.
pub(super) fn strip_tail(line: &Line<'_>, start: usize, end: usize) -> usize {
    let mut end = end;
    loop {
        let words = line.text[start..end].trim_end();
        match lists().adverbs.closing(words) {
            Some(adverb) if adverb.len() < words.len() => end = start + words.len() - adverb.len(),
            _ => return start + words.len(),
        }
    }
}
