//! Rules on scores: 将X纳入考核, X作为Y的依据, 每处扣2分.

use std::ops::Range;

use super::RuleFact;
use super::condition::{Condition, condition_words, opening};
use super::effect::effect_of;
use crate::facts::Line;
use crate::lexicon::{Token, class, lists};
use crate::model::RuleKind;

/// 将X纳入Y考核; X作为Y的依据: condition and consequence around the verb.
pub(super) fn score_rule(
    line: &Line<'_>,
    range: Range<usize>,
    clause_start: usize,
    open: Option<&Condition>,
) -> Option<RuleFact> {
    let scores = |t: &&Token| t.is(class::SCORE) && effect_of(line, **t, &range).is_some();
    let Some(token) = line.tokens_in(range.clone()).iter().find(scores).copied() else {
        return points(line, range, clause_start, open?);
    };
    let word = line.slice(token.range());
    if lists().score_marks.hold(word) {
        return marked(line, range, clause_start, open, word);
    }
    let verb = if lists().score_grounds.hold(word) {
        range.start + line.slice(range.clone()).rfind("作为")?
    } else {
        token.start as usize
    };
    counted(line, range, clause_start, open, verb)
}

/// 每处扣2分: points for an open condition.
fn points(line: &Line<'_>, range: Range<usize>, clause_start: usize, open: &Condition) -> Option<RuleFact> {
    let effect = line.slice(range.clone()).to_owned();
    let when = condition_words(line, open);
    let start = if open.made.is_none() { opening(line, open.range.start) } else { clause_start };
    Some(RuleFact::new(start..range.end, RuleKind::Score, when, effect))
}

/// 扣分, 与经费挂钩: a word that is the consequence itself, of an open condition or of the words before it.
fn marked(
    line: &Line<'_>,
    range: Range<usize>,
    clause_start: usize,
    open: Option<&Condition>,
    word: &str,
) -> Option<RuleFact> {
    let words = line.slice(range.clone());
    let (when, effect) = match open {
        Some(c) => (condition_words(line, c), words.to_owned()),
        None if word == "考评分" && words.contains("依据") => {
            let at = words.find("依据")? + "依据".len();
            let end = words.find("进行").unwrap_or(words.len()).max(at);
            (words[at..end].to_owned(), "考评分".to_owned())
        }
        None if word.contains("挂钩") => {
            let at = words.rfind(['与', '和', '同'])?;
            (words[..at].trim_start_matches('将').to_owned(), words[at..].to_owned())
        }
        None => return None,
    };
    let start = open.map_or(clause_start, |c| opening(line, c.range.start).min(clause_start));
    Some(RuleFact::new(start..range.end, RuleKind::Score, when, effect))
}

/// 将X纳入Y考核: what is counted stands before the verb, in the clause before, or is the open condition.
fn counted(
    line: &Line<'_>,
    range: Range<usize>,
    clause_start: usize,
    open: Option<&Condition>,
    verb: usize,
) -> Option<RuleFact> {
    let head = &line.text[range.start..verb];
    let from = head.rfind('将').or_else(|| head.rfind('把')).map_or(0, |i| i + '将'.len_utf8());
    let mut when = head[from..]
        .trim_end_matches(['要', '应', '并', '也', '均', '一'])
        .trim_end_matches("一并")
        .trim()
        .to_owned();
    let start = if when.is_empty() {
        // "考核结果，纳入…": the subject stands in the clause before.
        let i = line.clause_at(range.start)?.checked_sub(1)?;
        let before = &line.clauses[i];
        when = line.slice(before.range.clone()).to_owned();
        if matches!(when.as_str(), "" | "同时") {
            return None;
        }
        before.range.start
    } else if let Some(c) = open.filter(|c| c.made.is_none()) {
        when = condition_words(line, c);
        opening(line, c.range.start)
    } else {
        clause_start
    };
    let effect = line.text[verb..range.end].to_owned();
    let range = start..range.end;
    Some(RuleFact { range, kind: RuleKind::Score, when, effect, amount: None, amount_to: None, per: None })
}
