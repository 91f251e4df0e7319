//! Words that bound a number: 不少于, 以上, 左右.

use std::sync::OnceLock;

use super::super::Line;
use crate::letters::Letters;
use crate::model::Op;

/// Words that bound a number after them.
const BOUNDS: &[(&str, Op)] = &[
    ("不得少于", Op::Ge),
    ("不得低于", Op::Ge),
    ("不能少于", Op::Ge),
    ("不能低于", Op::Ge),
    ("不少于", Op::Ge),
    ("不低于", Op::Ge),
    ("不小于", Op::Ge),
    ("至少有", Op::Ge),
    ("至少", Op::Ge),
    ("最少", Op::Ge),
    ("达到", Op::Ge),
    ("达", Op::Ge),
    ("高于", Op::Gt),
    ("超过", Op::Gt),
    ("突破", Op::Gt),
    ("大于", Op::Gt),
    ("多于", Op::Gt),
    ("不得超过", Op::Le),
    ("不能超过", Op::Le),
    ("不超过", Op::Le),
    ("不得高于", Op::Le),
    ("不高于", Op::Le),
    ("不大于", Op::Le),
    ("不得多于", Op::Le),
    ("不多于", Op::Le),
    ("最多", Op::Le),
    ("最高", Op::Le),
    ("最低", Op::Ge),
    ("控制在", Op::Le),
    ("低于", Op::Lt),
    ("少于", Op::Lt),
    ("小于", Op::Lt),
    ("不足", Op::Lt),
    ("不满", Op::Lt),
    ("未满", Op::Lt),
];

/// The characters with which those words end.
fn bound_ends() -> &'static Letters {
    static ENDS: OnceLock<Letters> = OnceLock::new();
    ENDS.get_or_init(|| Letters::last(BOUNDS.iter().map(|(word, _)| *word)))
}

/// 不少于, 至少: what the number is bounded by before it, and where those words begin.
pub(super) fn bound_before(line: &Line<'_>, at: usize) -> (Option<Op>, usize) {
    let head = &line.text[..at];
    let bounded = head.chars().next_back().is_some_and(|c| bound_ends().has(c));
    let bounds = BOUNDS.iter().filter(|(w, _)| bounded && head.ends_with(w));
    if let Some((word, op)) = bounds.max_by_key(|(w, _)| w.len()) {
        return (Some(*op), at - word.len());
    }
    // 至少组织1场, 不超过投资额20%: a verb or a noun may stand between.
    let near = head.char_indices().rev().take(10).last().map_or(0, |(i, _)| i);
    for (word, op) in
        [("至少", Op::Ge), ("不少于", Op::Ge), ("不低于", Op::Ge), ("不超过", Op::Le), ("不高于", Op::Le)]
    {
        if line.letters.may_hold(word)
            && let Some(i) = head[near..].rfind(word)
        {
            let between = &head[near + i + word.len()..];
            let n = between.chars().count();
            if (1..=5).contains(&n) && between.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
                return (Some(op), near + i);
            }
        }
    }
    (None, at)
}

/// 以上, 以内, 左右 after the unit: the bound and its bytes.
pub(super) fn bound_after(rest: &str) -> (Option<Op>, usize) {
    for (word, op) in [
        ("(含)以上", Some(Op::Ge)),
        ("（含）以上", Some(Op::Ge)),
        ("及以上", Some(Op::Ge)),
        ("以上(含)", Some(Op::Ge)),
        ("以上", Some(Op::Ge)),
        ("以内", Some(Op::Le)),
        ("之内", Some(Op::Le)),
        ("及以下", Some(Op::Le)),
        ("(含)以下", Some(Op::Le)),
        ("（含）以下", Some(Op::Le)),
        ("以下", Some(Op::Le)),
        ("左右", Some(Op::Eq)),
        ("上下", Some(Op::Eq)),
    ] {
        if rest.starts_with(word) {
            return (op, word.len());
        }
    }
    (None, 0)
}
