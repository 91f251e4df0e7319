//! The eight kinds of facts, read line by line.

pub(crate) mod date;
pub(crate) mod group;
pub(crate) mod quantity;
pub(crate) mod reference;
pub(crate) mod report;
pub(crate) mod rule;
pub(crate) mod stage;
pub(crate) mod unit;

#[cfg(test)]
mod tests;

use std::ops::Range;

use luoshi_when::{Context, Found};

use crate::letters::Letters;
use crate::lexicon::{Token, lexicon};
use crate::words::{Clause, clauses, is_han};

/// One block with all that the fact readers look at. Offsets count from the block's start.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Its words.
    pub(crate) text: &'a str,
    /// The known words in it.
    pub(crate) tokens: &'a [Token],
    /// Its clauses.
    pub(crate) clauses: &'a [Clause],
    /// Its time expressions, all of them.
    pub(crate) times: &'a [Found],
    /// Bytes of the number at its beginning.
    pub(crate) marker: usize,
    /// Classes of all words in it, so that a reader without work can leave at once.
    pub(crate) classes: u32,
    /// The characters in it.
    pub(crate) letters: Letters,
    /// It holds an Arabic digit.
    pub(crate) digits: bool,
    /// Stretches inside 《》, “” and 〔〕, in order, not overlapping.
    quotes: &'a [Range<usize>],
}

/// What stands in many lines, one line after the other in lists of all: lists for each line would take more
/// room, and more time to ask for, than most of what they hold.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    tokens: Vec<Token>,
    clauses: Vec<Clause>,
    times: Vec<Found>,
    quotes: Vec<Range<usize>>,
}

/// What is known of a line besides its parts, and where these end.
struct Looked {
    tokens: usize,
    clauses: usize,
    times: usize,
    quotes: usize,
    classes: u32,
    letters: Letters,
    digits: bool,
}

impl Parts {
    /// Looks at lines: the text of each, the time expressions that stand in it, the bytes of its number.
    pub(crate) fn lines<'a>(&'a mut self, texts: &[(&'a str, usize)], context: &Context) -> Vec<Line<'a>> {
        let bytes: usize = texts.iter().map(|(text, _)| text.len()).sum();
        // About one word in four characters and one clause in ten.
        self.tokens.reserve(bytes / 12);
        self.clauses.reserve(bytes / 30);
        let looked: Vec<Looked> = texts.iter().map(|(text, _)| self.look(text, context)).collect();
        self.tokens.shrink_to_fit();
        self.clauses.shrink_to_fit();
        self.times.shrink_to_fit();
        let (mut tokens, mut clauses) = (&self.tokens[..], &self.clauses[..]);
        let (mut times, mut quotes) = (&self.times[..], &self.quotes[..]);
        let line = |(looked, (text, marker)): (Looked, &(&'a str, usize))| Line {
            text,
            tokens: first(&mut tokens, looked.tokens),
            clauses: first(&mut clauses, looked.clauses),
            times: first(&mut times, looked.times),
            marker: *marker,
            classes: looked.classes,
            letters: looked.letters,
            digits: looked.digits,
            quotes: first(&mut quotes, looked.quotes),
        };
        looked.into_iter().zip(texts).map(line).collect()
    }

    fn look(&mut self, text: &str, context: &Context) -> Looked {
        let (tokens, clauses_before) = (self.tokens.len(), self.clauses.len());
        let (times, quotes_before) = (self.times.len(), self.quotes.len());
        self.times.extend(luoshi_when::find(text, context));
        lexicon().add_tokens(text, &mut self.tokens);
        let letters = clauses(text, &mut self.clauses);
        let classes = classify(&mut self.clauses[clauses_before..], &self.tokens[tokens..]);
        let digits = ('0'..='9').any(|c| letters.has(c)) && text.bytes().any(|b| b.is_ascii_digit())
            || ('０'..='９').any(|c| letters.has(c)) && text.contains(|c| ('０'..='９').contains(&c));
        if QUOTES.iter().any(|(open, _)| letters.has(*open)) {
            quotes(text, &mut self.quotes);
        }
        Looked {
            tokens: self.tokens.len() - tokens,
            clauses: self.clauses.len() - clauses_before,
            times: self.times.len() - times,
            quotes: self.quotes.len() - quotes_before,
            classes,
            letters,
            digits,
        }
    }
}

/// Takes the first of a list off it.
fn first<'a, T>(list: &mut &'a [T], count: usize) -> &'a [T] {
    let (taken, rest) = list.split_at(count);
    *list = rest;
    taken
}

impl<'a> Line<'a> {
    /// Whether a word stands in it.
    pub(crate) fn holds(&self, word: &str) -> bool {
        self.letters.may_hold(word) && self.text.contains(word)
    }

    /// Where a word first stands in it.
    pub(crate) fn find(&self, word: &str) -> Option<usize> {
        self.letters.may_hold(word).then(|| self.text.find(word))?
    }

    /// Where a word first stands in a range of a clause, counted from the beginning of the range.
    pub(crate) fn find_in(&self, clause: &Clause, range: Range<usize>, word: &str) -> Option<usize> {
        clause.letters.may_hold(word).then(|| self.slice(range).find(word))?
    }

    /// Whether one of several words stands in it.
    pub(crate) fn holds_one(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.holds(w))
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

    /// Whether an offset stands inside a known word, not at its beginning.
    pub(crate) fn inside_token(&self, at: usize) -> bool {
        let n = self.tokens.partition_point(|t| (t.start as usize) < at);
        n > 0 && at < self.tokens[n - 1].end as usize
    }

    /// The time expressions that lie inside a range.
    pub(crate) fn times_in(&self, range: Range<usize>) -> &[Found] {
        let from = self.times.partition_point(|f| f.range.start < range.start);
        let to = self.times.partition_point(|f| f.range.end <= range.end);
        &self.times[from..to.max(from)]
    }

    /// The time expression that begins at an offset.
    pub(crate) fn time_at(&self, at: usize) -> Option<&Found> {
        self.times.binary_search_by_key(&at, |f| f.range.start).ok().map(|i| &self.times[i])
    }

    /// The time expression that ends at an offset.
    pub(crate) fn time_before(&self, at: usize) -> Option<&Found> {
        self.times.binary_search_by_key(&at, |f| f.range.end).ok().map(|i| &self.times[i])
    }

    /// The indices of the clauses of the same sentence.
    pub(crate) fn clauses_of(&self, clause: usize) -> Range<usize> {
        // The sentences are numbered in order.
        let number = self.clauses[clause].sentence;
        let from = self.clauses[..clause].partition_point(|c| c.sentence < number);
        let rest = self.clauses[clause..].partition_point(|c| c.sentence <= number);
        from..clause + rest
    }

    /// The clause that holds an offset.
    pub(crate) fn clause_at(&self, at: usize) -> Option<usize> {
        let i = self.clauses.partition_point(|c| c.range.start <= at).checked_sub(1)?;
        (at < self.clauses[i].range.end).then_some(i)
    }

    /// Whether an offset stands inside 《》 or quotation marks.
    pub(crate) fn in_quotes(&self, at: usize) -> bool {
        let n = self.quotes.partition_point(|q| q.start < at);
        n > 0 && at < self.quotes[n - 1].end
    }
}

/// Tells each clause the classes of the words that begin in it; gives those of all words.
fn classify(clauses: &mut [Clause], tokens: &[Token]) -> u32 {
    let mut all = 0;
    let mut tokens = tokens.iter().peekable();
    for clause in clauses {
        while let Some(token) = tokens.next_if(|t| (t.start as usize) < clause.range.end) {
            clause.classes |= token.class;
        }
        all |= clause.classes;
    }
    tokens.fold(all, |all, t| all | t.class)
}

/// What opens a quotation and what closes it.
const QUOTES: [(char, char); 4] = [('《', '》'), ('“', '”'), ('〔', '〕'), ('"', '"')];

/// The stretches inside 《》, “”, 〔〕 and straight quotation marks; one that is never closed holds nothing.
fn quotes(text: &str, out: &mut Vec<Range<usize>>) {
    let mut open: Option<(usize, char)> = None;
    for (at, c) in text.char_indices().filter(|(_, c)| !is_han(*c)) {
        match open {
            Some((from, close)) if c == close => {
                out.push(from..at + c.len_utf8());
                open = None;
            }
            Some(_) => {}
            None => {
                open = QUOTES.iter().find(|(open, _)| *open == c).map(|(_, close)| (at, *close));
            }
        }
    }
}

/// Whether two ranges share a byte.
pub(crate) fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether a range touches one of many that stand in order and do not overlap.
pub(crate) fn overlaps(many: &[Range<usize>], range: &Range<usize>) -> bool {
    let n = many.partition_point(|t| t.end <= range.start);
    many.get(n).is_some_and(|t| touches(t, range))
}

/// Ranges in order, those that touch made one.
pub(crate) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| r.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for r in ranges {
        match out.last_mut() {
            Some(last) if r.start < last.end => last.end = last.end.max(r.end),
            _ => out.push(r),
        }
    }
    out
}
