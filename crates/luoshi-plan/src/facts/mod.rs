//! The eight kinds of facts, read line by line.

pub(crate) mod date;
pub(crate) mod group;
pub(crate) mod quantity;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod stage;
pub(crate) mod unit;

use std::ops::Range;

use luoshi_when::Found;

use crate::lexicon::Token;
use crate::words::{Clause, clauses};

/// One block with all that the fact readers look at. Offsets count from the block's start.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Its words.
    pub(crate) text: &'a str,
    /// The known words in it.
    pub(crate) tokens: Vec<Token>,
    /// Its clauses.
    pub(crate) clauses: Vec<Clause>,
    /// Its time expressions, all of them.
    pub(crate) times: Vec<Found>,
    /// Bytes of the number at its beginning.
    pub(crate) marker: usize,
}

impl<'a> Line<'a> {
    /// Looks at a block: `tokens` are those inside it, `base` its offset in the document.
    pub(crate) fn new(text: &'a str, base: u32, tokens: &[Token], times: Vec<Found>, marker: usize) -> Self {
        let tokens = tokens
            .iter()
            .map(|t| Token { start: t.start - base, end: t.end - base, class: t.class })
            .collect();
        Self { text, tokens, clauses: clauses(text), times, marker }
    }

    /// The words of a range; none where it is no range of the text.
    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    /// The tokens that lie inside a range.
    pub(crate) fn tokens_in(&self, range: Range<usize>) -> &[Token] {
        let from = self.tokens.partition_point(|t| (t.start as usize) < range.start);
        let to = self.tokens.partition_point(|t| (t.end as usize) <= range.end);
        &self.tokens[from..to.max(from)]
    }

    /// The token that begins at an offset.
    pub(crate) fn token_at(&self, at: usize) -> Option<Token> {
        self.tokens.binary_search_by_key(&(at as u32), |t| t.start).ok().map(|i| self.tokens[i])
    }

    /// The token that ends at an offset.
    pub(crate) fn token_before(&self, at: usize) -> Option<Token> {
        self.tokens.binary_search_by_key(&(at as u32), |t| t.end).ok().map(|i| self.tokens[i])
    }

    /// The range of the sentence (up to 。) that a clause belongs to.
    pub(crate) fn sentence(&self, clause: usize) -> Range<usize> {
        let n = self.clauses[clause].sentence;
        let from = self.clauses[..clause].iter().rposition(|c| c.sentence != n).map_or(0, |i| i + 1);
        let to = self.clauses[clause..]
            .iter()
            .position(|c| c.sentence != n)
            .map_or(self.clauses.len(), |i| clause + i);
        self.clauses[from].range.start..self.clauses[to - 1].range.end
    }

    /// The indices of the clauses of the same sentence.
    pub(crate) fn clauses_of(&self, clause: usize) -> Range<usize> {
        let n = self.clauses[clause].sentence;
        let from = self.clauses[..clause].iter().rposition(|c| c.sentence != n).map_or(0, |i| i + 1);
        let to = self.clauses[clause..]
            .iter()
            .position(|c| c.sentence != n)
            .map_or(self.clauses.len(), |i| clause + i);
        from..to
    }

    /// The clause that holds an offset.
    pub(crate) fn clause_at(&self, at: usize) -> Option<usize> {
        let i = self.clauses.partition_point(|c| c.range.start <= at).checked_sub(1)?;
        (at < self.clauses[i].range.end).then_some(i)
    }

    /// Whether an offset stands inside 《》 or quotation marks.
    pub(crate) fn in_quotes(&self, at: usize) -> bool {
        let head = &self.text[..at];
        let open = |a: char, b: char| head.matches(a).count() > head.matches(b).count();
        open('《', '》') || open('“', '”') || open('〔', '〕') || head.matches('"').count() % 2 == 1
    }
}

/// Whether two ranges share a byte.
pub(crate) fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
