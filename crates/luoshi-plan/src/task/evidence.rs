//! Evidence that a piece of work asks for.

use luoshi_text::Span;

use crate::facts::Line;
use crate::lexicon::lists;
use crate::model::Sourced;

/// The evidence asked for in a part of a line that begins at `base` in the document.
pub(super) fn evidence(line: &Line<'_>, base: usize, out: &mut Vec<Sourced<String>>) {
    if !lists().evidence_things.lie_among(line.text, &line.letters) {
        return;
    }
    for clause in line.clauses {
        let words = &line.text[clause.range.clone()];
        let things = lists().evidence_things.among(&clause.letters);
        let mut found: Vec<(usize, &str)> = things.flat_map(|w| words.match_indices(w)).collect();
        if found.is_empty() || !lists().evidence_asks.lie_among(words, &clause.letters) {
            continue;
        }
        let mut taken = 0;
        found.sort_by_key(|(at, w)| (*at, std::cmp::Reverse(w.len())));
        for (at, word) in found {
            let before = &words[..at];
            let after = &words[at + word.len()..];
            let product = before.ends_with('短')
                || after.starts_with("监控")
                || after.starts_with("会议")
                || after.starts_with("制作")
                || after.starts_with("拍摄")
                || after.starts_with("管理")
                || before.ends_with("卫星");
            if at < taken || product {
                continue;
            }
            taken = at + word.len();
            if !out.iter().any(|e| e.value == word) {
                let from = base + clause.range.start + at;
                out.push(Sourced { value: word.to_owned(), span: Span::new(from, from + word.len()) });
            }
        }
    }
}
