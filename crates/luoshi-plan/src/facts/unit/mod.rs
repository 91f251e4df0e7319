//! Who is answerable: labels (牵头单位：…), 由…牵头, subjects of duties, receivers, reviewers.

mod by;
mod collective;
mod label;
mod names;
mod partner;
mod review;
mod subject;

use std::collections::HashSet;
use std::ops::Range;

use super::{Line, overlaps};
use crate::lexicon::class;
use crate::model::{Collective, Role, UnitRole};
use crate::words::trimmed;
use by::by_you;
use names::{part_told, split_joined, valid_names, without_tail};
use partner::{bearers, chain, is_counterpart, partners, receivers};
use review::{reviewers, role_of_subject};
use subject::Subject;

pub(crate) use collective::collective;
pub(crate) use label::labels;
pub(crate) use names::names;
pub(crate) use subject::subject;

/// A unit and what it is made answerable for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitFact {
    pub(crate) range: Range<usize>,
    pub(crate) role: UnitRole,
    pub(crate) collective: Option<Collective>,
    /// Named under a label for leaders (责任领导), not for units.
    pub(crate) leader: bool,
}

/// All units of a line, in order, each name once a role.
pub(crate) fn units(line: &Line<'_>, role: Role, rules: &[Range<usize>]) -> Vec<UnitFact> {
    let mut found: Vec<UnitFact> = Vec::new();
    let labels = labels(line);
    for label in &labels {
        for range in names(line, label.value.clone(), true) {
            push(line, &mut found, range, label.role, label.leader);
        }
    }
    let in_label = |at: usize| {
        let n = labels.partition_point(|l| l.start <= at);
        n > 0 && at < labels[n - 1].value.end
    };
    for i in 0..line.clauses.len() {
        if !in_label(line.clauses[i].range.start) {
            let ruled = overlaps(rules, &line.clauses[i].range);
            clause_units(line, i, role, ruled, &mut found);
        }
    }
    asides(line, &mut found);
    headed(line, role == Role::Group, &mut found);
    if found.is_empty() {
        return found;
    }
    // Who is said to certify (X认定后) is no doer of the same words.
    let approving: HashSet<Range<usize>> =
        found.iter().filter(|u| u.role == UnitRole::Approve).map(|u| u.range.clone()).collect();
    found.retain(|u| u.role != UnitRole::Responsible || !approving.contains(&u.range));
    found.sort_by_key(|u| (u.range.start, u.range.end));
    let mut once: Vec<UnitFact> = Vec::new();
    let mut seen = HashSet::new();
    for unit in found {
        if seen.insert((unit.role, line.slice(unit.range.clone()))) {
            once.push(unit);
        }
    }
    once
}

/// The units of a table cell below a head such as 责任单位.
pub(crate) fn cell_units(line: &Line<'_>, role: UnitRole) -> Vec<UnitFact> {
    let mut found = Vec::new();
    if ["合计", "总计", "小计", "/", "—", "无"].contains(&line.text.trim()) {
        return found;
    }
    for range in names(line, 0..line.text.len(), true) {
        push(line, &mut found, range, role, false);
    }
    found
}

/// 总务处：每周检查…: an item headed by the name of a body.
fn headed(line: &Line<'_>, blank: bool, found: &mut Vec<UnitFact>) {
    let Some(clause) = line.clauses.first() else { return };
    let range =
        trimmed(line.text, clause.range.start.max(line.marker).min(clause.range.end)..clause.range.end);
    let colon = line.text[clause.range.end..].starts_with([':', '：']);
    let n = line.slice(range.clone()).chars().count();
    if !colon || !(2..=24).contains(&n) || !blank && range.end + 3 >= line.text.len() {
        return;
    }
    let labelled = line.token_before(range.end).is_some_and(|t| t.is(class::LABEL | class::GROUP));
    if !labelled && valid_names(line, range.clone()) && !line.slice(range.clone()).starts_with("附件") {
        push_names(line, found, range, UnitRole::Responsible);
    }
}

/// Adds each name of a list.
fn push_names(line: &Line<'_>, found: &mut Vec<UnitFact>, list: Range<usize>, role: UnitRole) {
    for range in names(line, list, false) {
        push(line, found, range, role, false);
    }
}

/// Adds a name, unless it stands for nobody that can be made answerable.
fn push(line: &Line<'_>, found: &mut Vec<UnitFact>, range: Range<usize>, role: UnitRole, leader: bool) {
    let range = trimmed(line.text, range);
    let (range, role) = part_told(line, &range).unwrap_or((range, role));
    if range.is_empty()
        || matches!(&line.text[range.clone()], "专人" | "每人" | "人人" | "群众" | "媒体" | "社会")
    {
        return;
    }
    let collective = collective(&line.text[range.clone()]);
    found.push(UnitFact { range, role, collective, leader });
}

/// The units of one clause.
fn clause_units(line: &Line<'_>, index: usize, role: Role, ruled: bool, found: &mut Vec<UnitFact>) {
    let clause = line.clauses[index].range.clone();
    by_you(line, index, found);
    // Who is sanctioned by a rule is no doer; who will judge is.
    let judged = |s: &Subject| !ruled || line.text[s.predicate..].starts_with('将');
    if let Some(subject) = subject(line, index).filter(judged) {
        let role = role_of_subject(line, index, role, &subject);
        let mut items = Vec::new();
        if subject.whole {
            split_joined(line, subject.names.clone(), false, &mut items);
        } else {
            items = names(line, subject.names.clone(), false);
        }
        // 市财政局，各区县配合: names alone right before them are more of the same list.
        for clause in before(line, index) {
            push_names(line, found, clause, role);
        }
        for range in items {
            let other =
                line.text[..range.start].ends_with(['与', '和']) && is_counterpart(line.slice(range.clone()));
            if !other {
                push(line, found, range, role, false);
            }
        }
    }
    partners(line, index, found);
    chain(line, index, found);
    let words = line.slice(clause.clone());
    if let Some(rest) = words.strip_prefix("依靠") {
        // 依靠乡镇政府和村委会等力量，制定…
        let from = clause.end - rest.len();
        if without_tail(line, from..clause.end).end < clause.end && valid_names(line, from..clause.end) {
            push_names(line, found, from..clause.end, UnitRole::Responsible);
        }
    }
    if words.starts_with("负责")
        && let Some(at) = set_up(line, index)
    {
        // 成立领导小组，…，负责…: the group is told what to do.
        push(line, found, at..at + "领导小组".len(), UnitRole::Responsible, false);
    }
    receivers(line, index, found);
    reviewers(line, index, found);
    bearers(line, index, found);
}

/// The clauses right before one that hold nothing but names, behind a comma, a bracket or the words of who leads.
fn before(line: &Line<'_>, index: usize) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for i in (0..index).rev() {
        let comma = matches!(line.clauses[i + 1].before, '，' | ',');
        let range = trimmed(line.text, line.clauses[i].range.clone());
        let names = comma
            && matches!(line.clauses[i].before, '，' | ',' | '（' | '(')
            && !range.is_empty()
            && valid_names(line, range.clone());
        if !names {
            break;
        }
        out.push(range);
    }
    out
}

/// Where the leading group stands that the clauses before set up (成立…领导小组，由…组成，负责…).
fn set_up(line: &Line<'_>, index: usize) -> Option<usize> {
    let low = line.clauses[index.saturating_sub(12)].range.start;
    let words = line.slice(low..line.clauses[index].range.start);
    let at = words.rfind("领导小组")?;
    words[..at].contains("成立").then_some(low + at)
}

/// …。（甲局、乙局，各乡镇）: a bracket after a sentence that holds nothing but names.
fn asides(line: &Line<'_>, found: &mut Vec<UnitFact>) {
    for first in 0..line.clauses.len() {
        if !matches!(line.clauses[first].before, '（' | '(') {
            continue;
        }
        let more = line.clauses[first + 1..].iter().take_while(|c| matches!(c.before, '，' | ',')).count();
        let last = first + more;
        let closed = line.text[line.clauses[last].range.end..].starts_with(['）', ')']);
        let ranges: Vec<Range<usize>> =
            line.clauses[first..=last].iter().map(|c| trimmed(line.text, c.range.clone())).collect();
        if closed && ranges.iter().all(|r| !r.is_empty() && valid_names(line, r.clone())) {
            for r in ranges {
                push_names(line, found, r, UnitRole::Responsible);
            }
        }
    }
}
