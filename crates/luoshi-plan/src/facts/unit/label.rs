//! Labels for parties (责任单位：…) and where their values stand.

use std::ops::Range;

use crate::facts::Line;
use crate::lexicon::class;
use crate::model::UnitRole;
use crate::words::{LONGEST_CLAUSE, is_dot_stop, trimmed};

/// A label for parties and where its value stands.
#[derive(Clone, Debug)]
pub(crate) struct PartyLabel {
    /// Where the label begins.
    pub(crate) start: usize,
    /// The words of its value; empty where it was left blank.
    pub(crate) value: Range<usize>,
    pub(crate) role: UnitRole,
    pub(crate) leader: bool,
}

/// The labels for parties in a line, blank ones too.
pub(crate) fn labels(line: &Line<'_>) -> Vec<PartyLabel> {
    let mut out: Vec<PartyLabel> = Vec::new();
    if line.classes & class::LABEL == 0 {
        return out;
    }
    for token in line.tokens.iter().filter(|t| t.is(class::LABEL)) {
        let rest = &line.text[token.end as usize..];
        let Some(colon) = rest.chars().next().filter(|c| matches!(c, ':' | '：')) else {
            continue;
        };
        let words = line.slice(token.range());
        let from = token.end as usize + colon.len_utf8();
        let value = trimmed(line.text, from..label_end(line, from));
        let role = if token.is(class::LEAD_LABEL) {
            UnitRole::Lead
        } else if token.is(class::SUPPORT_LABEL) {
            UnitRole::Support
        } else if token.is(class::APPROVE_LABEL) {
            UnitRole::Approve
        } else {
            UnitRole::Responsible
        };
        let leader = words.contains("领导");
        out.push(PartyLabel { start: token.start as usize, value, role, leader });
    }
    out
}

/// Where the value of a label ends: a stop, the end of its bracket, or the next label.
/// A bracket that is never closed holds no more than a clause can.
fn label_end(line: &Line<'_>, from: usize) -> usize {
    let mut depth = 0i32;
    for (i, c) in line.text[from..].char_indices() {
        let at = from + i;
        if i >= LONGEST_CLAUSE {
            return at;
        }
        match c {
            '（' | '(' | '《' => depth += 1,
            '）' | ')' | '》' if depth > 0 => depth -= 1,
            '）' | ')' | '】' | ']' | '。' | '；' | ';' | '\t' | '|' => return at,
            '.' if is_dot_stop(line.text, at) => return at,
            '，' | ',' | ' ' | '\u{3000}' | '、' => {
                let next = at + c.len_utf8();
                let next = next + (line.text[next..].len() - line.text[next..].trim_start().len());
                if line.token_at(next).is_some_and(|t| t.is(class::LABEL | class::TIME_LABEL))
                    || line.time_at(next).is_some()
                    || line.text[next..].starts_with("完成")
                {
                    return at;
                }
            }
            _ => {
                if line.token_at(at).is_some_and(|t| {
                    t.is(class::LABEL | class::TIME_LABEL)
                        && line.text[t.end as usize..].starts_with([':', '：'])
                        && depth == 0
                }) {
                    return at;
                }
            }
        }
    }
    line.text.len()
}
