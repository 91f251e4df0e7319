//! Whether a number is a norm of the work.

use super::QuantityFact;
use crate::facts::Line;
use crate::lexicon::lists;
use crate::model::Op;

/// Whether a number is a norm of the work and not a slogan, an ordinal or background.
pub(super) fn counts(line: &Line<'_>, fact: &QuantityFact, digits: bool) -> bool {
    let text = line.text;
    let before = &text[..fact.range.start];
    let after = &text[fact.range.end..];
    let number_at = fact.range.start;
    if line.in_quotes(number_at) && !before.ends_with("不少于") {
        return false;
    }
    let unit = fact.unit.as_str();
    let near = before.char_indices().rev().nth(7).map_or(before, |(at, _)| &before[at..]);
    // Ordinals and ranks, references to annexes, age of history, names.
    if near.ends_with('第')
        || near.ends_with("附件")
        || near.ends_with("附表")
        || near.ends_with('表')
        || near.ends_with("近") && matches!(unit, "年")
    {
        return false;
    }
    if after.starts_with("号") || after.starts_with("周年") || after.starts_with("计划") && unit == "年"
    {
        return false;
    }
    let bounded = fact.op != Op::Eq || text[fact.range.clone()].contains(['不', '至', '以', '左']);
    // 二级以上医疗机构: a grade tells which, not how much.
    if unit == "级" && lists().graded_bodies.begin(after) {
        return false;
    }
    if lists().time_units.hold(unit) {
        if bounded && lists().shortening.end(before) {
            return true;
        }
        return bounded && lists().lasting.iter().any(|w| before.ends_with(w) || near.contains(w))
            || lists().lasting.lie_in(near) && !matches!(unit, "月" | "年" | "日")
            || bounded && matches!(unit, "学时" | "课时" | "小时" | "分钟") && !after.starts_with('内');
    }
    if !digits && lists().loose_measures.hold(unit) {
        return bounded || each_before(line, fact.range.start);
    }
    if matches!(unit, "度" | "级") && digits {
        return false;
    }
    // 每季度通报一次: how often is a date's business.
    if !digits && !bounded && matches!(unit, "次" | "遍" | "回") {
        return false;
    }
    if digits {
        // 3+X, 4个专题 inside a name are rare; a plain count of what the plan lists is no norm.
        return !(before.ends_with("等") || near.ends_with("以下") && matches!(unit, "个" | "项" | "类"));
    }
    // Chinese numerals: a norm only with a bound or a distributive word.
    bounded || each_before(line, fact.range.start) || matches!(unit, "%")
}

/// Whether 每, 各 or 至少 stands before the number in the same clause.
fn each_before(line: &Line<'_>, at: usize) -> bool {
    let Some(i) = line.clause_at(at) else {
        return false;
    };
    let head = line.slice(line.clauses[i].range.start..at);
    let slogan = ["“", "\"", "一次性"].iter().any(|w| head.ends_with(w));
    !slogan
        && (head.contains('每')
            || head.contains("至少")
            || head.contains("不少于")
            || head.contains("各村")
            || head.contains("各设")
            || head.contains("分别"))
}
