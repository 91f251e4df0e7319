//! Words of consequence and which kind of rule they make.

use std::ops::Range;

use super::amount::amounts;
use crate::facts::Line;
use crate::lexicon::{Token, class, lists};
use crate::model::RuleKind;

/// A clause that goes on with what the last consequence began.
pub(super) fn continues_effect(line: &Line<'_>, clause: &Range<usize>) -> bool {
    let words = line.slice(clause.clone());
    ["该", "并", "直至", "情节", "及时"].iter().any(|w| words.starts_with(w)) && !words.starts_with("该项")
}

/// The kind of consequence in a stretch; none where there is none.
pub(super) fn effect(line: &Line<'_>, range: Range<usize>) -> Option<RuleKind> {
    let mut best: Option<RuleKind> = None;
    for token in line.tokens_in(range.clone()) {
        if !token.is(class::EFFECT) {
            continue;
        }
        let Some(kind) = effect_of(line, *token, &range) else { continue };
        best = Some(match best {
            None => kind,
            // 取消奖补资格: the first word says which way it goes.
            Some(RuleKind::Penalty) if kind == RuleKind::Reward => RuleKind::Penalty,
            Some(b) if rank(kind) > rank(b) => kind,
            Some(b) => b,
        });
    }
    best.or_else(|| special(line, range))
}

/// Consequences that are said with words of no class of their own.
fn special(line: &Line<'_>, range: Range<usize>) -> Option<RuleKind> {
    let words = line.slice(range);
    if line.letters.may_hold("培训")
        && words.contains("培训")
        && (words.contains("负责人") || words.contains("责任人"))
        && words.contains("由")
    {
        return Some(RuleKind::Accountability);
    }
    let taken = ['加', '扣', '奖', '罚'].iter().any(|c| line.letters.has(*c) && words.contains(*c));
    if line.digits && taken && !amounts(words).is_empty() {
        if words.contains('加') {
            return Some(RuleKind::Score);
        }
        if words.contains("扣") && words.contains('分') {
            return Some(RuleKind::Score);
        }
        if words.contains("奖") {
            return Some(RuleKind::Reward);
        }
        if words.contains("罚") || words.contains("扣") {
            return Some(RuleKind::Penalty);
        }
    }
    None
}

/// Which of two kinds in one consequence names it.
fn rank(kind: RuleKind) -> u32 {
    match kind {
        RuleKind::Veto => 5,
        RuleKind::Reward => 4,
        RuleKind::Penalty => 3,
        RuleKind::Accountability => 2,
        RuleKind::Score => 1,
    }
}

/// The kind of consequence that a word has among the words around it; none where it only looks like one.
pub(super) fn effect_of(line: &Line<'_>, token: Token, range: &Range<usize>) -> Option<RuleKind> {
    let word = line.slice(token.range());
    let after = &line.text[token.end as usize..range.end];
    let before = &line.text[range.start..token.start as usize];
    if token.is(class::VETO) {
        return Some(RuleKind::Veto);
    }
    if token.is(class::SCORE) {
        return scores(word, before, after, line.slice(range.clone())).then_some(RuleKind::Score);
    }
    if token.is(class::ACCOUNTABILITY) {
        return calls_to_account(word, before, after).then_some(RuleKind::Accountability);
    }
    if token.is(class::PENALTY) {
        return punishes(word, before, after).then_some(RuleKind::Penalty);
    }
    if token.is(class::REWARD) {
        return rewards(word, before, after).then_some(RuleKind::Reward);
    }
    None
}

/// Whether a word on scores counts for a judgement, not for the agenda.
fn scores(word: &str, before: &str, after: &str, all: &str) -> bool {
    match word {
        "纳入" | "列入" | "计入" | "记入" => {
            lists().judgements.lie_in(after)
                && !after.starts_with("国有")
                && !after.starts_with("重要议事日程")
        }
        _ if lists().score_grounds.hold(word) => {
            before.contains("作为") && (lists().judgements.lie_in(all) || all.contains("年度"))
        }
        _ => lists().score_marks.hold(word),
    }
}

/// Whether a word calls somebody to account and is no part of a noun.
fn calls_to_account(word: &str, before: &str, after: &str) -> bool {
    let noun =
        ["制", "机制", "制度", "办法", "处理机制"].iter().any(|w| after.starts_with(w)) && word != "表态";
    match word {
        "追究" => {
            after.contains("责任")
                && !after.contains("制度")
                && !after.contains("责任制")
                && !before.ends_with("责任")
        }
        "谈话" => before.contains("诫勉") || before.contains("提醒") || before.contains("约"),
        "倒查" | "责任倒查" => true,
        _ => !noun,
    }
}

/// Whether a word takes something away that was earned.
fn punishes(word: &str, before: &str, after: &str) -> bool {
    match word {
        "取消" | "撤销" | "收回" | "暂停" => lists().honours.lie_in(after),
        "不予" | "不给予" => lists().favours.lie_in(after),
        "批评" => before.contains("通报") || before.contains("点名"),
        "处分" => !after.starts_with('权'),
        "查处" => !before.ends_with("执法") && !before.ends_with('、'),
        _ => true,
    }
}

/// Whether a word gives something and is no part of a noun.
fn rewards(word: &str, before: &str, after: &str) -> bool {
    let noun = lists().reward_nouns.begin(after);
    match word {
        "授予" | "命名" => {
            before.contains("给予")
                || before.contains("予以")
                || after.contains("称号")
                || word == "命名" && after.contains('“')
        }
        _ => !noun,
    }
}
