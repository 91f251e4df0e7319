//! Who helps, who receives, who bears a responsibility.

use std::ops::Range;

use super::super::Line;
use super::names::{ends_like_name, names, part_of_name, strip_tail, valid_names};
use super::{UnitFact, push};
use crate::lexicon::{class, lists};
use crate::model::UnitRole;
use crate::words::split_list;

/// 与家长签订: the other side of an agreement, not told what to do.
pub(super) fn is_counterpart(name: &str) -> bool {
    ["每名", "每个", "每家", "全体"].iter().any(|p| name.starts_with(p)) || lists().counterparts.end(name)
}

/// 会同X, 协同X: those who help; X牵头、Y配合 within one clause.
pub(super) fn partners(line: &Line<'_>, clause: Range<usize>, found: &mut Vec<UnitFact>) {
    if line.classes & class::MODAL == 0 {
        return;
    }
    for word in ["会同", "协同"] {
        let Some(i) = line.slice(clause.clone()).find(word) else { continue };
        let from = clause.start + i + word.len();
        let tokens = line.tokens_in(from..clause.end);
        let stop = tokens.iter().enumerate().find(|(k, t)| {
            t.is(class::VERB | class::MODAL | class::STOP)
                && !t.is(class::NAME_END)
                && !part_of_name(line, tokens, *k)
        });
        let time = line.times_in(from + 1..clause.end).first().map(|f| f.range.start);
        let mut end = stop.map_or(clause.end, |(_, t)| t.start as usize);
        end = time.map_or(end, |at| end.min(at));
        let range = from..strip_tail(line, from, end);
        if !range.is_empty()
            && line.slice(range.clone()).chars().count() <= 40
            && valid_names(line, range.clone())
        {
            for r in names(line, range, false) {
                push(line, found, r, UnitRole::Support, false);
            }
        }
    }
    let words = line.slice(clause.clone());
    if let Some(i) = words.find("牵头、").or_else(|| words.find("牵头,")) {
        let from = clause.start + i + "牵头、".len();
        if let Some(j) =
            line.text[from..clause.end].find("配合").or_else(|| line.text[from..clause.end].find("协助"))
        {
            let range = from..strip_tail(line, from, from + j);
            if valid_names(line, range.clone()) {
                for r in names(line, range, false) {
                    push(line, found, r, UnitRole::Support, false);
                }
            }
        }
    }
}

/// 报送至X, 报X备案, 向X报告: who receives.
pub(super) fn receivers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    for receiver in super::super::report::receivers(line, index) {
        if line.token_before(receiver.end).is_some_and(|t| t.is(class::NAME_END)) {
            for range in names(line, receiver, false) {
                push(line, found, range, UnitRole::ReportTo, false);
            }
        }
    }
}

/// 压实乡、村主体责任: bearers of a responsibility; 发挥X的…作用.
pub(super) fn bearers(line: &Line<'_>, clause: Range<usize>, found: &mut Vec<UnitFact>) {
    let text = line.slice(clause.clone());
    if !text.contains("责任") && !text.contains("负总责") {
        return;
    }
    for open in ["压实", "落实", "夯实", "强化", "压紧压实", "严格落实", "厘清"] {
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
            let mut stop = end;
            for word in lists().duty_nouns.iter() {
                loop {
                    let head = &rest[..stop];
                    match head.strip_suffix(word) {
                        Some(h) => stop = h.len(),
                        None => break,
                    }
                }
            }
            for word in ["主体", "监管", "扶贫", "属地", "的"] {
                while let Some(h) = rest[..stop].strip_suffix(word) {
                    stop = h.len();
                }
            }
            let range = clause.start + at..clause.start + at + stop;
            let items = split_list(line.text, range.clone(), true);
            let all = !items.is_empty()
                && items.iter().all(|r| {
                    ends_like_name(line, r) && {
                        let inner = line.tokens_in(r.clone());
                        !inner.iter().enumerate().any(|(k, t)| {
                            t.is(class::VERB | class::STOP | class::MODAL)
                                && !t.is(class::NAME_END)
                                && !part_of_name(line, inner, k)
                        })
                    }
                });
            if all {
                for r in names(line, range, false) {
                    push(line, found, r, UnitRole::Responsible, false);
                }
            }
        }
    }
}
