//! Who helps, who receives, who bears a responsibility.

use std::ops::Range;

use super::names::{ends_like_name, stands_alone, strip_tail, valid_names};
use super::subject::words_start;
use super::{UnitFact, push_names};
use crate::facts::Line;
use crate::lexicon::{class, lists};
use crate::model::UnitRole;
use crate::words::{Clause, split_list};

/// 与家长签订: the other side of an agreement, not told what to do.
pub(super) fn is_counterpart(name: &str) -> bool {
    ["每名", "每个", "每家", "全体"].iter().any(|p| name.starts_with(p)) || lists().counterparts.end(name)
}

/// 会同X, 协同X: those who help; X牵头、Y配合 within one clause.
pub(super) fn partners(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    if line.classes & class::MODAL == 0 {
        return;
    }
    let clause = &line.clauses[index];
    for word in ["会同", "协同"] {
        let Some(i) = line.find_in(clause, clause.range.clone(), word) else { continue };
        let clause = &clause.range;
        let from = clause.start + i + word.len();
        let tokens = line.tokens_in(from..clause.end);
        let stop = tokens
            .iter()
            .enumerate()
            .find(|(k, _)| stands_alone(line, tokens, *k, class::VERB | class::MODAL | class::STOP));
        let time = line.times_in(from + 1..clause.end).first().map(|f| f.range.start);
        let mut end = stop.map_or(clause.end, |(_, t)| t.start as usize);
        end = time.map_or(end, |at| end.min(at));
        let range = from..strip_tail(line, from, end);
        if !range.is_empty()
            && line.slice(range.clone()).chars().count() <= 40
            && valid_names(line, range.clone())
        {
            push_names(line, found, range, UnitRole::Support);
        }
    }
    helpers(line, clause, found);
}

/// 区与乡镇、乡镇与村逐级签订责任书: each level of the chain once; who only signs at its end is none.
pub(super) fn chain(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    let Clause { range: clause, letters, .. } = &line.clauses[index];
    let words = line.slice(clause.clone());
    let Some(at) = lists().chain_signing.among(letters).filter_map(|w| words.find(w)).min() else { return };
    let from = words_start(line, clause).min(clause.start + at);
    let mut links = Vec::new();
    for pair in split_list(line.text, from..strip_tail(line, from, clause.start + at), false) {
        let words = line.slice(pair.clone());
        let Some((joint, c)) = words.char_indices().find(|(_, c)| matches!(c, '与' | '和' | '同')) else {
            return;
        };
        links.push(pair.start..pair.start + joint);
        links.push(pair.start + joint + c.len_utf8()..pair.end);
    }
    links.retain(|link| !is_counterpart(line.slice(link.clone())));
    let whole = |link: &Range<usize>| line.token_at(link.start).is_some_and(|t| t.range() == *link);
    for link in links {
        if whole(&link) && ends_like_name(line, &link) || valid_names(line, link.clone()) {
            push_names(line, found, link, UnitRole::Responsible);
        }
    }
}

/// 甲局牵头、乙局配合: who helps, in one clause with who leads.
fn helpers(line: &Line<'_>, clause: &Clause, found: &mut Vec<UnitFact>) {
    if let Some((i, joint)) =
        ["牵头、", "牵头,"].iter().find_map(|w| line.find_in(clause, clause.range.clone(), w).map(|i| (i, w)))
    {
        let clause = &clause.range;
        // Half-width and full-width joints differ in length.
        let from = clause.start + i + joint.len();
        if let Some(j) =
            line.text[from..clause.end].find("配合").or_else(|| line.text[from..clause.end].find("协助"))
        {
            let range = from..strip_tail(line, from, from + j);
            if valid_names(line, range.clone()) {
                push_names(line, found, range, UnitRole::Support);
            }
        }
    }
}

/// 报送至X, 报X备案, 向X报告: who receives.
pub(super) fn receivers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    if line.clauses[index].classes & class::REPORT == 0 {
        return;
    }
    for receiver in crate::facts::report::receivers(line, index) {
        if line.token_before(receiver.end).is_some_and(|t| t.is(class::NAME_END)) {
            push_names(line, found, receiver, UnitRole::ReportTo);
        }
    }
}

/// 压实乡、村主体责任: bearers of a responsibility; 发挥X的…作用.
pub(super) fn bearers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    let Clause { range: clause, letters, .. } = &line.clauses[index];
    if ["责任", "负总责"].iter().all(|w| !letters.may_hold(w)) {
        return;
    }
    let text = line.slice(clause.clone());
    if !text.contains("责任") && !text.contains("负总责") {
        return;
    }
    for open in ["压实", "落实", "夯实", "强化", "压紧压实", "严格落实", "厘清"] {
        if !letters.may_hold(open) {
            continue;
        }
        let mut from = 0;
        while let Some(i) = text[from..].find(open) {
            let at = from + i + open.len();
            from = at;
            let rest = &text[at..];
            let Some(end) = rest.find("责任").or_else(|| rest.find("负总责")) else {
                continue;
            };
            if rest[..end].chars().count() > 24 {
                continue;
            }
            let stop = without_duty(&rest[..end]);
            let range = clause.start + at..clause.start + at + stop;
            if are_bearers(line, range.clone()) {
                push_names(line, found, range, UnitRole::Responsible);
            }
        }
    }
}

/// The bytes of the bearers in "乡镇主体": the words that only tell the kind of responsibility are
/// taken off the end. The short list comes again, as the long one may uncover its words.
fn without_duty(words: &str) -> usize {
    let mut bare = words;
    for word in lists().duty_nouns.iter().chain(["主体", "监管", "扶贫", "属地", "的"]) {
        bare = bare.trim_end_matches(word);
    }
    bare.len()
}

/// Whether each item of a list ends like a name and holds no verb of its own.
fn are_bearers(line: &Line<'_>, list: Range<usize>) -> bool {
    let items = split_list(line.text, list, true);
    let verbs = class::VERB | class::STOP | class::MODAL;
    !items.is_empty()
        && items.iter().all(|item| {
            let tokens = line.tokens_in(item.clone());
            ends_like_name(line, item) && !(0..tokens.len()).any(|k| stands_alone(line, tokens, k, verbs))
        })
}
