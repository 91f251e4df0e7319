//! Checks that a document or the caller turns off.
//!
//! A line 落实检查：关闭 deadline-on-rest-day（理由：值班单位周末照常办公） turns a check off for
//! the document; several names are joined by 、. Without a reason the line is itself a finding.

use std::collections::HashSet;

use luoshi_text::{Diagnostic, Document, Level, Span};

use super::{CheckOptions, find_check};

const MARK: &str = "落实检查";

/// Whether a line is a setting for the checks and no part of the plan.
pub(super) fn is_setting(text: &str) -> bool {
    rest(text).is_some()
}

/// What follows 落实检查：关闭.
fn rest(text: &str) -> Option<&str> {
    let text = text.trim().trim_start_matches(['（', '(', '<', '!', '-', '/', '#', ' ']);
    let after = text.strip_prefix(MARK)?.trim_start().strip_prefix(['：', ':'])?;
    after.trim_start().strip_prefix("关闭")
}

/// Leaves out what is turned off; adds findings about the settings themselves.
pub(super) fn apply(doc: &Document, options: &CheckOptions, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut off: HashSet<&str> =
        options.off.iter().filter(|o| !o.reason.trim().is_empty()).map(|o| o.name.as_str()).collect();
    let mut own = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    for block in doc.blocks() {
        let text = doc.slice(block.span);
        let Some(rest) = rest(text) else { continue };
        places.push(block.span);
        let base = block.span.end as usize - (text.len() - (offset_of(text, rest)));
        let names_end = rest.find(['（', '(']).unwrap_or(rest.len());
        let reasoned = has_reason(&rest[names_end..]);
        let mut known = Vec::new();
        for (at, name) in names(&rest[..names_end]) {
            let span = Span::new(base + at, base + at + name.len());
            if find_check(name).is_some() {
                known.push(name);
            } else {
                own.push(
                    Diagnostic::new(
                        "suppression-unknown",
                        Level::Warning,
                        span,
                        format!("没有名为“{name}”的检查，这一项关闭不起作用。"),
                    )
                    .help("对照检查目录更正名称。"),
                );
            }
        }
        if reasoned {
            off.extend(known);
        } else {
            own.push(
                Diagnostic::new(
                    "suppression-without-reason",
                    Level::Warning,
                    block.span,
                    "关闭检查没有写明理由，关闭不起作用。",
                )
                .help("在名称后面写明理由，如“落实检查：关闭 deadline-on-rest-day（理由：值班单位周末照常办公）”。"),
            );
        }
    }
    let mut out: Vec<Diagnostic> = found
        .into_iter()
        .filter(|d| !off.contains(d.code.as_str()) && !places.iter().any(|p| p.covers(d.span)))
        .collect();
    out.extend(own);
    out
}

fn offset_of(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// The names with their offsets.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(['、', '，', ',', ' ', '\u{3000}', '；', ';'])
        .filter(|n| !n.is_empty())
        .map(|n| (offset_of(text, n), n))
}

fn has_reason(text: &str) -> bool {
    let Some((_, reason)) = text.split_once("理由") else { return false };
    let reason = reason.trim_start_matches(['：', ':', ' ', '\u{3000}']);
    reason.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_turns_checks_off_only_with_a_reason() {
        assert!(is_setting("落实检查：关闭 no-such-day（理由：沿用上级文件原文）"));
        assert!(!is_setting("落实检查制度，每月一次。"));
        assert!(has_reason("（理由：沿用原文）") && !has_reason("（理由：）") && !has_reason(""));
    }

    #[test]
    fn findings_about_a_setting_stand_on_its_words() {
        let doc = Document::from_lines("正文。\n落实检查：关闭 no-such-check、masked-value");
        let got = apply(&doc, &CheckOptions::default(), Vec::new());
        let words: Vec<(&str, &str)> = got.iter().map(|d| (d.code.as_str(), doc.slice(d.span))).collect();
        assert_eq!(
            words,
            [
                ("suppression-unknown", "no-such-check"),
                ("suppression-without-reason", "落实检查：关闭 no-such-check、masked-value"),
            ]
        );
    }
}
