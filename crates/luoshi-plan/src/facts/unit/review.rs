//! Who judges the work of others: 经X审核, X负责验收.

use std::ops::Range;

use super::names::{ends_like_name, stands_alone, strip_tail};
use super::subject::{Subject, words_start};
use super::{UnitFact, push_names};
use crate::facts::Line;
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
    // X为河道保洁牵头单位: the label at the end says what X is.
    if predicate.starts_with(['为', '是'])
        && let Some(label) = line.token_before(clause.end).filter(|t| t.is(class::LABEL))
    {
        if label.is(class::LEAD_LABEL) {
            return UnitRole::Lead;
        }
        if label.is(class::SUPPORT_LABEL) {
            return UnitRole::Support;
        }
    }
    for word in lists().helping.iter() {
        if verb.starts_with(word) && !verb.starts_with("协同作战") && !verb.starts_with("协同推进") {
            return UnitRole::Support;
        }
    }
    // 甲局牵头，乙局、丙局参加: who only takes part helps whoever leads.
    if follows_lead(line, index) {
        if lists().joining.hold(verb) {
            return UnitRole::Support;
        }
        // 班主任负责，教导处检查验收: who only looks over the work of the one before.
        if lists().approving_acts.hold(verb.trim_start_matches("检查")) {
            return UnitRole::Approve;
        }
    }
    if reviews(line, index, role, subject) { UnitRole::Approve } else { UnitRole::Responsible }
}

/// Whether the clause before, in the same sentence, says who leads.
fn follows_lead(line: &Line<'_>, index: usize) -> bool {
    let Some(before) = index.checked_sub(1).map(|i| &line.clauses[i]) else { return false };
    let words = line.slice(before.range.clone());
    before.sentence == line.clauses[index].sentence && (words.ends_with("牵头") || words.ends_with("负责"))
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
    if line.clauses[index].classes & class::JUDGE == 0 {
        return;
    }
    let clause = line.clauses[index].range.clone();
    for token in line.tokens_in(clause.clone()).iter().filter(|t| t.is(class::JUDGE)) {
        let word = line.slice(token.range());
        let from = match after_opener(line, clause.start..token.start as usize) {
            Some(from) => from,
            None if word == "认定" => words_start(line, &clause),
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
        let verbs = class::VERB | class::MODAL;
        if (0..inner.len()).any(|k| inner[k].is(class::STOP) || stands_alone(line, inner, k, verbs)) {
            continue;
        }
        if ends_like_name(line, &names_range) {
            push_names(line, found, names_range, UnitRole::Approve);
        }
    }
}

/// Where the name of a reviewer begins: after the last 经, 以 or 报 that is no part of a longer word.
fn after_opener(line: &Line<'_>, head: Range<usize>) -> Option<usize> {
    let words = line.slice(head.clone());
    let hidden = |at: usize| {
        let n = line.tokens.partition_point(|t| (t.start as usize) < at);
        n > 0 && line.tokens[n - 1].is(class::NONE) && at <= line.tokens[n - 1].end as usize
    };
    ["并经", "须经", "经", "以", "报请", "提请", "报"]
        .iter()
        .filter_map(|mark| words.rfind(mark).map(|i| head.start + i + mark.len()))
        .filter(|at| !hidden(*at))
        .max()
}
