//! 由X牵头, 由X负责.

use super::names::{stands_alone, strip_tail, valid_names, without_tail};
use super::{UnitFact, push_names};
use crate::facts::Line;
use crate::lexicon::{Token, class, lists};
use crate::model::UnitRole;

/// 由X牵头, 由X负责, 由X审核.
pub(super) fn by_you(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    if !line.clauses[index].letters.has('由') {
        return;
    }
    let clause = line.clauses[index].range.clone();
    let mut from = clause.start;
    while let Some(i) = line.text[from..clause.end].find('由') {
        let at = from + i;
        from = at + '由'.len_utf8();
        if line.token_at(at).is_none_or(|t| !t.is(class::STOP)) || line.in_quotes(at) {
            continue;
        }
        let tokens = line.tokens_in(from..clause.end);
        let stop = tokens.iter().enumerate().find(|(k, t)| {
            t.start as usize > from
                && stands_alone(line, tokens, *k, class::VERB | class::MODAL | class::LEAD_LABEL)
        });
        let Some(verb) = leads(line, from, clause.end).or(stop.map(|(_, t)| *t)) else { continue };
        let verb_words = &line.text[verb.start as usize..clause.end];
        if verb_words.starts_with("担任") || verb_words.starts_with("兼任") || verb_words.starts_with("任")
        {
            continue;
        }
        // 由领导小组下设的工作小组负责: the latter.
        let inner = line.slice(from..verb.start as usize).find("下设的");
        let from = inner.map_or(from, |i| from + i + "下设的".len());
        let end = strip_tail(line, from, verb.start as usize);
        // 由甲局负责牵头: one verb of two words.
        let named = line.slice(from..end);
        let bare =
            named.strip_suffix("负责").filter(|bare| verb_words.starts_with("牵头") && !bare.is_empty());
        let names_range = from..strip_tail(line, from, from + bare.unwrap_or(named).len());
        let plain = without_tail(line, names_range.clone());
        let short = plain.len() <= 60;
        if !(valid_names(line, names_range.clone()) || verb_words.starts_with("牵头") && short) {
            continue;
        }
        push_names(line, found, names_range, role_of_duty(verb_words));
    }
}

/// What 由X… makes X answerable for.
fn role_of_duty(words: &str) -> UnitRole {
    let duty = words.trim_start_matches("负责").trim_start_matches("具体").trim_start_matches("统一");
    if duty.starts_with("牵头") || words.starts_with("牵头") {
        UnitRole::Lead
    } else if duty.starts_with("配合") || duty.starts_with("协助") {
        UnitRole::Support
    } else if lists().approving.iter().any(|w| {
        duty.starts_with(w)
            || duty.find(w).is_some_and(|at| {
                duty[..at].chars().count() <= 12 && duty[at + w.len()..].chars().count() <= 4
            })
    }) {
        UnitRole::Approve
    } else {
        UnitRole::Responsible
    }
}

/// The 牵头 that ends a list of names right after 由, whatever verbs the names hold.
fn leads(line: &Line<'_>, from: usize, end: usize) -> Option<Token> {
    let at = from + line.slice(from..end).find("牵头")?;
    let stops = line.tokens_in(from..at).iter().any(|t| t.is(class::STOP) && !t.is(class::NAME_END));
    let short = line.slice(from..at).chars().count() <= 40;
    (short && !stops).then(|| line.token_at(at)).flatten()
}
