//! Who judges the work of others: 经X审核, X负责验收.

use super::super::Line;
use super::names::{ends_like_name, names, part_of_name, strip_tail};
use super::subject::{Subject, words_start};
use super::{UnitFact, push};
use crate::lexicon::{class, lists};
use crate::model::{Role, UnitRole};

/// What a subject is answerable for: leads, helps, reviews or does.
pub(super) fn role_of_subject(line: &Line<'_>, index: usize, role: Role, subject: &Subject) -> UnitRole {
    let clause = line.clauses[index].range.clone();
    let predicate = &line.text[subject.predicate..clause.end];
    let verb = predicate.trim_start_matches(['要', '应', '将', '须', '负', '责']).trim_start_matches("负责");
    if predicate.starts_with("牵头") || predicate.starts_with("负责牵头") || predicate.starts_with("总牵头")
    {
        return UnitRole::Lead;
    }
    for word in lists().helping.iter() {
        if verb.starts_with(word) && !verb.starts_with("协同作战") && !verb.starts_with("协同推进") {
            return UnitRole::Support;
        }
    }
    if reviews(line, index, role, subject) { UnitRole::Approve } else { UnitRole::Responsible }
}

/// X将对…进行督导检查, X审定结果, 领导小组每季度督查: judging the work of others.
fn reviews(line: &Line<'_>, index: usize, role: Role, subject: &Subject) -> bool {
    let clause = line.clauses[index].range.clone();
    let predicate = &line.text[subject.predicate..clause.end];
    let names = line.slice(subject.names.clone());
    if names.contains('各') || names.contains('每') || names.contains("全体") {
        return false;
    }
    let decides = lists().deciding.iter().any(|w| {
        predicate.find(w).is_some_and(|i| {
            let after = &predicate[i + w.len()..];
            !lists().decision_nouns.begin(after)
        })
    });
    let looks = lists().looking.lie_in(predicate);
    let others = predicate.contains('对') || predicate.contains('各') || predicate.contains("情况");
    if predicate.starts_with('将') {
        let above = lists().inspectors.end(names);
        return decides || looks && (above || lists().watched_work.lie_in(predicate));
    }
    if predicate.starts_with("负责") || predicate.starts_with("要") || predicate.starts_with("应") {
        return false;
    }
    let above = lists().superiors.end(names);
    let steering = matches!(role, Role::Requirement | Role::Incentive | Role::Stage | Role::Group);
    decides && (above || steering || others)
        || looks
            && above
            && steering
            && (others || predicate.starts_with(['每', '定', '不', '适', '随', '组']))
}

/// 经X审核, 以X认定…为准, X核查.
pub(super) fn reviewers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    let clause = line.clauses[index].range.clone();
    for token in line.tokens_in(clause.clone()) {
        let word = line.slice(token.range());
        if !lists().approving_acts.hold(word) && word != "负责" {
            continue;
        }
        let head = &line.text[clause.start..token.start as usize];
        let mut opener = None;
        for (mark, len) in
            [("并经", 6), ("须经", 6), ("经", 3), ("以", 3), ("报请", 6), ("提请", 6), ("报", 3)]
        {
            if let Some(i) = head.rfind(mark) {
                let from = clause.start + i + len;
                if opener.is_none_or(|o| from > o)
                    && !line
                        .tokens
                        .iter()
                        .any(|t| t.is(class::NONE) && (t.start as usize) < from && from <= t.end as usize)
                {
                    opener = Some(from);
                }
            }
        }
        let starts_clause = lists().approving_acts.hold(word) && word == "认定";
        let from = match opener {
            Some(from) => from,
            None if starts_clause => words_start(line, &clause),
            None => continue,
        };
        if from > token.start as usize {
            continue;
        }
        let names_range = from..strip_tail(line, from, token.start as usize);
        if names_range.is_empty() || line.slice(names_range.clone()).chars().count() > 24 {
            continue;
        }
        let inner = line.tokens_in(names_range.clone());
        if inner.iter().enumerate().any(|(k, t)| {
            t.is(class::STOP)
                || t.is(class::VERB | class::MODAL) && !t.is(class::NAME_END) && !part_of_name(line, inner, k)
        }) {
            continue;
        }
        if ends_like_name(line, &names_range) {
            for range in names(line, names_range, false) {
                push(line, found, range, UnitRole::Approve, false);
            }
        }
    }
}
