//! Conditions with consequences for those who do the work.

mod amount;
mod condition;
mod effect;
mod score;

use std::ops::Range;

use super::Line;
use crate::lexicon::class;
use crate::model::RuleKind;
use crate::words::Clause;
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
    /// The upper end where the amount is a range.
    pub(crate) amount_to: Option<f64>,
    pub(crate) per: Option<String>,
}

impl RuleFact {
    /// A rule with the amount that its consequence states.
    fn new(range: Range<usize>, kind: RuleKind, when: String, effect: String) -> Self {
        let mut fact = Self { range, kind, when, effect, amount: None, amount_to: None, per: None };
        let words = fact.effect.clone();
        fact.set_amount(&words);
        fact
    }

    /// Takes the amount from words of the consequence.
    fn set_amount(&mut self, words: &str) {
        let Some(first) = amounts(words).into_iter().next() else { return };
        self.amount = Some(first.value);
        self.amount_to = first.to;
        self.per = per(words, &self.when);
    }
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
        if line.clauses[sentence.clone()].iter().any(may_rule) {
            sentence_rules(line, sentence.clone(), &mut out);
        }
        i = sentence.end;
    }
    out
}

/// Whether a clause may hold a consequence: a word of one, a sum that is paid or taken, a training.
fn may_rule(clause: &Clause) -> bool {
    let has_one = |chars: &[char]| chars.iter().any(|c| clause.letters.has(*c));
    clause.classes & class::EFFECT != 0
        || has_one(&['元', '分']) && has_one(&['补', '发', '加', '扣', '奖', '罚'])
        || clause.letters.may_hold("由培训")
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
            && let Some(from) = condition_start(line, &line.clauses[i], open.as_ref())
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
    let range = own.unwrap_or(clause.start)..clause.end;
    let paid = || open.as_ref().filter(|o| pays(line, o, range.clone())).map(|_| RuleKind::Reward);
    match effect(line, range.clone()).or_else(paid) {
        None => idle(line, &clause, open, out),
        Some(RuleKind::Score) => scored(line, range, clause.start, open, out),
        Some(kind) => {
            if let Some(condition) = open {
                // The consequence may have begun in a clause before (要立即整改，该停产的…).
                let start = condition.effect_from.filter(|_| condition.made.is_none());
                let words = line.slice(start.unwrap_or(range.start)..clause.end);
                if !joins(line, condition, kind, clause.end, words, out) {
                    follows(line, condition, kind, clause, words, out);
                }
            }
        }
    }
}

/// A clause without a consequence goes on with the last one, or with the condition; after a few the
/// condition is over.
fn idle(line: &Line<'_>, clause: &Range<usize>, open: &mut Option<Condition>, out: &mut [RuleFact]) {
    let Some(o) = open else { return };
    if let Some(k) = o.made {
        if continues_effect(line, clause) {
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

/// Points and what counts for a judgement; 最多不超过10分 bounds the rule before.
fn scored(
    line: &Line<'_>,
    range: Range<usize>,
    clause_start: usize,
    open: &mut Option<Condition>,
    out: &mut Vec<RuleFact>,
) {
    let made = open.as_ref().and_then(|o| o.made);
    if let Some(k) = made.filter(|_| line.slice(range.clone()).contains("不超过")) {
        extend(line, &mut out[k], range.end);
    } else if let Some(fact) = score_rule(line, range, clause_start, open.as_ref()) {
        out.push(fact);
        if let Some(o) = open {
            o.made = Some(out.len() - 1);
        }
    }
}

/// Whether a consequence only adds to the last one of the same condition; then it is added.
fn joins(
    line: &Line<'_>,
    condition: &Condition,
    kind: RuleKind,
    end: usize,
    words: &str,
    out: &mut [RuleFact],
) -> bool {
    let Some(last) = condition.made.map(|k| &mut out[k]) else { return false };
    if last.kind == kind && last.amount.is_none() && kind == RuleKind::Reward {
        // 授予称号，每班奖励200元: one reward.
        extend(line, last, end);
        last.set_amount(words);
        return true;
    }
    let same = last.kind == kind && amounts(words).is_empty();
    let veto = kind == RuleKind::Veto && last.kind == RuleKind::Penalty;
    if same || veto {
        last.kind = kind;
        extend(line, last, end);
    }
    same || veto
}

/// A consequence that makes a rule of its own.
fn follows(
    line: &Line<'_>,
    condition: &mut Condition,
    kind: RuleKind,
    clause: Range<usize>,
    words: &str,
    out: &mut Vec<RuleFact>,
) {
    let range = match condition.made {
        Some(_) => clause,
        None => opening(line, condition.range.start)..clause.end,
    };
    let when = condition_words(line, condition);
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
        for (rank, amount) in ranks.iter().zip(&found) {
            let stem = when.find(['一', '1']).or_else(|| when.rfind('前')).map_or(when, |i| &when[..i]);
            let stem = stem.trim_end_matches("第");
            let list: Vec<&str> = found.iter().map(|a| a.words.as_str()).collect();
            let one =
                effect.replace(&list.join("、"), &amount.words).replace(&list.join("元、"), &amount.words);
            out.push(RuleFact {
                range: range.clone(),
                kind,
                when: format!("{stem}第{rank}名"),
                effect: one,
                amount: Some(amount.value),
                amount_to: amount.to,
                per: per.clone().or_else(|| last_per.clone()),
            });
        }
        return;
    }
    out.push(RuleFact::new(range, kind, when.to_owned(), effect.trim().to_owned()));
}
