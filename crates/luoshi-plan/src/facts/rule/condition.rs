//! Where a condition begins and ends.

use std::ops::Range;

use super::amount::amounts;
use super::effect::effect;
use crate::facts::Line;
use crate::lexicon::{class, lists};
use crate::words::Clause;

/// A condition that is open in a sentence.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// Its words.
    pub(super) range: Range<usize>,
    /// Where the words of the consequence begin, where they follow in the same clause.
    pub(super) effect_from: Option<usize>,
    /// Index of the last rule made of it.
    pub(super) made: Option<usize>,
    /// Clauses since it was opened that held no consequence.
    pub(super) idle: u32,
}

/// 漏报1次扣2分, 一等奖奖励500元: condition and points in one clause without 的; where the points begin.
pub(super) fn bare_score(line: &Line<'_>, clause: &Range<usize>) -> Option<usize> {
    let clause = clause.start.max(line.marker).min(clause.end)..clause.end;
    let words = line.slice(clause.clone());
    if !line.digits || !words.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    for verb in lists().sum_verbs.among(&line.letters) {
        let Some(i) = words.find(verb) else { continue };
        let after = &words[i + verb.len()..];
        let near = after.chars().take(12).any(|c| c.is_ascii_digit());
        let counted = words[..i].chars().any(|c| c.is_ascii_digit() || "一二三每".contains(c));
        let head = words[..i].chars().count();
        if near
            && counted
            && (2..=24).contains(&head)
            && !amounts(&words[i..]).is_empty()
            && !words.contains('的')
        {
            // 一等奖每卷奖励2000元: what it counts belongs to the consequence.
            let each = words[..i].rfind('每').filter(|e| *e > 0 && words[*e..i].chars().count() <= 4);
            return Some(clause.start + each.unwrap_or(i));
        }
    }
    None
}

/// 对该村…, 并…: a further consequence of the same condition.
pub(super) fn speaks_of_same(line: &Line<'_>, clause: &Range<usize>) -> bool {
    let rest = line.slice(skip_lead(line, clause)..clause.end);
    ["对该", "对其", "并对该", "并对其", "该", "其"].iter().any(|w| rest.starts_with(w))
}

/// Where a condition begins in a clause: after 对, 凡, 如; or the clause itself where it ends in 的.
pub(super) fn condition_start(line: &Line<'_>, clause: &Clause, open: Option<&Condition>) -> Option<usize> {
    let Clause { range: clause, letters, .. } = clause;
    let words = line.slice(clause.clone());
    let skip = skip_lead(line, clause);
    let rest = line.slice(skip..clause.end);
    let goes_on = open.is_some_and(|o| o.made.is_none());
    if let Some(word) = lists().condition_openers.opening(rest) {
        if line.token_at(skip).is_some_and(|t| t.is(class::NONE) && !matches!(word, "对于")) {
            return None;
        }
        if word == "对" && lists().aside_words.begin(rest) {
            return None;
        }
        // A condition that is still open takes the inner 对 in.
        return Some(if goes_on && open.is_some_and(|o| o.effect_from.is_none()) {
            skip
        } else {
            skip + word.len()
        });
    }
    // 拒签协议的供货商一律停止供货
    let all = || line.find("一律").and_then(|_| words.find("一律")).is_some_and(|i| of_noun(&words[..i]));
    let has_de = letters.has('的')
        && (words.ends_with('的') || de_split(line, clause).is_some() || of_noun(words) || all());
    let clear = ["逾期", "一旦", "一经"].iter().any(|w| rest.starts_with(w));
    let bodies = ["企业", "单位", "个人", "学校"];
    let body = bodies.iter().any(|w| words.ends_with(w));
    let by_rule = body && (words.starts_with("依照") || words.starts_with("依规"));
    let more = goes_on && (body || words.starts_with("以及") || words.starts_with("但"));
    (has_de || clear || by_rule || more).then_some(skip)
}

/// 排名末位的村, 超过时限的企业: a clause that is nothing but a description of somebody.
fn of_noun(words: &str) -> bool {
    let Some(i) = words.rfind('的') else { return false };
    let tail = words[i + '的'.len_utf8()..].trim_end_matches(['）', ')']);
    let tail = tail.split(['（', '(']).next().unwrap_or(tail);
    i > 0 && lists().condition_nouns.hold(tail)
}

/// Skips a number and joints at the start of a clause.
pub(super) fn skip_lead(line: &Line<'_>, clause: &Range<usize>) -> usize {
    let mut at = clause.start.max(line.marker).min(clause.end);
    if let Some(m) = crate::outline::find_marker(&line.text[at..clause.end]) {
        at += m.len;
    }
    for word in ["同时", "并", "其中", "且", "此外", "另外", " "] {
        if line.text[at..clause.end].starts_with(word) {
            at += word.len();
        }
    }
    at
}

/// Where a condition that begins at `from` ends in its clause.
pub(super) fn condition_end(line: &Line<'_>, from: usize, clause: &Range<usize>) -> Option<usize> {
    if let Some(at) = de_split(line, clause) {
        return Some(at);
    }
    let words = line.slice(from..clause.end);
    if of_noun(words) {
        return Some(clause.end);
    }
    if let Some(bare) = words.strip_suffix('的') {
        return Some(from + bare.len());
    }
    // 对X要严厉打击 / 对X分别处以 / 对X要立查立改，…
    let mut best: Option<usize> = None;
    for verb in lists().consequence_verbs.among(&line.letters) {
        let mut at = 0;
        while let Some(i) = words[at..].find(verb) {
            let p = from + at + i;
            let head = &words[..at + i];
            at += i + verb.len();
            let inside = line.inside_token(p);
            let hidden = line.token_at(p).is_some_and(|t| t.is(class::NONE));
            if head.is_empty() || inside || hidden || line.in_quotes(p) {
                continue;
            }
            let noun = lists().judged_nouns.end(head)
                || head.ends_with('的')
                || head.ends_with(['）', ')'])
                || of_noun(head);
            let strong = matches!(verb, "要" | "应" | "须" | "将" | "一律");
            if noun && (strong || effect(line, p..clause.end).is_some())
                || effect(line, p..clause.end).is_some() && !strong && verb.len() > 3
            {
                best = Some(best.map_or(p, |b: usize| b.min(p)));
                break;
            }
        }
    }
    if best.is_some() {
        return best;
    }
    lists().judged_nouns.end(words).then_some(clause.end)
}

/// 的 right before a word of consequence: 完成的按, 优秀的给予.
pub(super) fn de_split(line: &Line<'_>, clause: &Range<usize>) -> Option<usize> {
    let words = line.slice(clause.clone());
    let mut at = 0;
    while let Some(i) = words[at..].find('的') {
        let p = at + i;
        at = p + '的'.len_utf8();
        let after = &words[at..];
        let starts_ok =
            lists().consequence_starts.begin(after) && !lists().consequence_lookalikes.begin(after);
        if starts_ok && effect(line, clause.start + at..clause.end).is_some() {
            return Some(clause.start + p);
        }
    }
    None
}

/// Skips 的 and marks after a condition.
pub(super) fn skip_tail(line: &Line<'_>, at: usize) -> usize {
    let rest = &line.text[at..];
    at + (rest.len() - rest.trim_start_matches(['的', '，', ',']).len())
}

/// Where the words of a rule begin: with the 对 or 凡 before the condition.
pub(super) fn opening(line: &Line<'_>, from: usize) -> usize {
    from - lists().condition_openers.closing(&line.text[..from]).map_or(0, str::len)
}

pub(super) fn condition_words(line: &Line<'_>, condition: &Condition) -> String {
    line.text[condition.range.clone()].trim_end_matches(['的', '，', ',']).trim().to_owned()
}
