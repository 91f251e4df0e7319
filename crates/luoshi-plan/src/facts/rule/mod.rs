//! Conditions with consequences for those who do the work.

mod amount;
mod condition;
mod effect;
mod score;

use std::ops::Range;

use super::Line;
use crate::lexicon::class;
use crate::model::RuleKind;
use amount::{amounts, per, ranks};
use condition::{
    Condition, bare_score, condition_end, condition_start, condition_words, de_split, opening, skip_lead,
    skip_tail, speaks_of_same,
};
use effect::{continues_effect, effect};
use score::score_rule;

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleFact {
    pub(crate) range: Range<usize>,
    pub(crate) kind: RuleKind,
    pub(crate) when: String,
    pub(crate) effect: String,
    pub(crate) amount: Option<f64>,
    pub(crate) per: Option<String>,
}

/// The rules of a line.
pub(crate) fn rules(line: &Line<'_>) -> Vec<RuleFact> {
    let mut out = Vec::new();
    // No word of consequence, no points, no training: nothing to read.
    if line.classes & class::EFFECT == 0 && !line.digits && !line.holds("培训") {
        return out;
    }
    let mut i = 0;
    while i < line.clauses.len() {
        let sentence = line.clauses_of(i);
        sentence_rules(line, sentence.clone(), &mut out);
        i = sentence.end;
    }
    out
}

fn sentence_rules(line: &Line<'_>, clauses: Range<usize>, out: &mut Vec<RuleFact>) {
    let mut open: Option<Condition> = None;
    for i in clauses {
        let clause = line.clauses[i].range.clone();
        if matches!(line.clauses[i].before, '；' | ';') {
            open = None;
        }
        let again = open.as_ref().is_some_and(|o| o.made.is_some()) && speaks_of_same(line, &clause);
        // After 对…的， a further 对 belongs to the consequence.
        let closed = open.as_ref().is_some_and(|o| {
            o.made.is_none()
                && o.effect_from.is_none()
                && line.text[..clause.start].trim_end_matches(['，', ',']).ends_with('的')
        });
        let follows = closed
            && !line.slice(clause.clone()).ends_with('的')
            && de_split(line, &clause).is_none()
            && effect(line, clause.clone()).is_some();
        if !again
            && !follows
            && let Some(from) = condition_start(line, &clause, open.as_ref())
        {
            let split = condition_end(line, from, &clause);
            let start = match &open {
                Some(o) if o.made.is_none() && o.effect_from.is_none() => o.range.start,
                _ => from,
            };
            let end = split.unwrap_or(clause.end);
            let effect_from = (end < clause.end).then(|| skip_tail(line, end));
            let effect_from = effect_from.filter(|at| *at < clause.end);
            open = Some(Condition { range: start..end, effect_from, made: None, idle: 0 });
            if effect_from.is_none() {
                continue;
            }
        }
        if open.is_none()
            && let Some(at) = bare_score(line, &clause)
        {
            let from = skip_lead(line, &clause);
            open = Some(Condition { range: from..at, effect_from: Some(at), made: None, idle: 0 });
        }
        let bare = open
            .as_ref()
            .is_some_and(|o| o.effect_from.is_some_and(|at| clause.contains(&at)) && o.made.is_none());
        consequence(line, clause.clone(), &mut open, out);
        if bare && bare_score(line, &clause).is_some() {
            open = None;
        }
    }
}

/// Reads a clause as the consequence of an open condition, or as a rule on scores of its own.
fn consequence(line: &Line<'_>, clause: Range<usize>, open: &mut Option<Condition>, out: &mut Vec<RuleFact>) {
    let own = open.as_ref().and_then(|o| o.effect_from).filter(|at| clause.contains(at));
    let from = own.unwrap_or(clause.start);
    let kind = effect(line, from..clause.end)
        .or_else(|| open.as_ref().filter(|o| pays(line, o, from..clause.end)).map(|_| RuleKind::Reward));
    let Some(kind) = kind else {
        if let Some(o) = open {
            if let Some(k) = o.made {
                if continues_effect(line, &clause) {
                    extend(line, &mut out[k], clause.end);
                }
            } else if o.effect_from.is_none() {
                o.range.end = clause.end;
            }
            o.idle += 1;
            if o.idle > 3 {
                *open = None;
            }
        }
        return;
    };
    if kind == RuleKind::Score {
        if let Some(k) = open.as_ref().and_then(|o| o.made)
            && line.slice(from..clause.end).contains("不超过")
        {
            extend(line, &mut out[k], clause.end);
            return;
        }
        if let Some(fact) = score_rule(line, from..clause.end, clause.start, open.as_ref()) {
            out.push(fact);
            if let Some(o) = open {
                o.made = Some(out.len() - 1);
            }
        }
        return;
    }
    let Some(condition) = open else { return };
    // The consequence may have begun in a clause before (要立即整改，该停产的…).
    let start = match condition.effect_from {
        Some(at) if condition.made.is_none() => at,
        _ => from,
    };
    let words = line.slice(start..clause.end);
    if let Some(k) = condition.made {
        if out[k].kind == kind && out[k].amount.is_none() && kind == RuleKind::Reward {
            // 授予称号，每班奖励200元: one reward.
            extend(line, &mut out[k], clause.end);
            out[k].amount = amounts(words).first().map(|(a, _)| *a);
            out[k].per = out[k].amount.and(per(words, &out[k].when));
            return;
        }
        let same = out[k].kind == kind && amounts(words).is_empty();
        let veto = kind == RuleKind::Veto && out[k].kind == RuleKind::Penalty;
        if same || veto {
            out[k].kind = kind;
            extend(line, &mut out[k], clause.end);
            return;
        }
    }
    let range = if condition.made.is_some() {
        clause.clone()
    } else {
        opening(line, condition.range.start)..clause.end
    };
    let when = condition_words(line, condition);
    condition.made = Some(out.len());
    let last_per = out.last().and_then(|r| r.per.clone());
    push_rules(out, range, kind, &when, words, last_per);
    condition.made = Some(out.len() - 1);
}

/// Lets a rule's consequence run on to `end`.
fn extend(line: &Line<'_>, fact: &mut RuleFact, end: usize) {
    let all = line.slice(fact.range.start..end);
    if let Some(at) = all.find(fact.effect.as_str()) {
        fact.effect = all[at..].to_owned();
        fact.range.end = end;
    }
}

/// …的，按400元/人补贴: a sum paid where a condition that ends in 的 is met.
fn pays(line: &Line<'_>, open: &Condition, range: Range<usize>) -> bool {
    let words = line.slice(range);
    let stated = line.text[open.range.end..].starts_with('的');
    stated && (words.contains('补') || words.contains("发放")) && !amounts(words).is_empty()
}

/// One rule, or one for each rank where amounts are listed (排名一、二、三名…1000、800、500元).
fn push_rules(
    out: &mut Vec<RuleFact>,
    range: Range<usize>,
    kind: RuleKind,
    when: &str,
    effect: &str,
    last_per: Option<String>,
) {
    let found = amounts(effect);
    let per = per(effect, when);
    let ranks = ranks(when);
    if found.len() > 1 && ranks.len() == found.len() {
        for (rank, (amount, words)) in ranks.iter().zip(&found) {
            let stem = when.find(['一', '1']).map_or(when, |i| &when[..i]);
            let stem = stem.trim_end_matches("第");
            let list: Vec<&str> = found.iter().map(|(_, w)| w.as_str()).collect();
            let one = effect.replace(&list.join("、"), words).replace(&list.join("元、"), words);
            out.push(RuleFact {
                range: range.clone(),
                kind,
                when: format!("{stem}第{rank}名"),
                effect: one,
                amount: Some(*amount),
                per: per.clone().or_else(|| last_per.clone()),
            });
        }
        return;
    }
    let amount = found.first().map(|(a, _)| *a);
    let per = amount.and(per);
    out.push(RuleFact { range, kind, when: when.to_owned(), effect: effect.trim().to_owned(), amount, per });
}
