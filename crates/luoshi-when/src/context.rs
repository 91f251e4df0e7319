use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a reading of time words needs to know from outside.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The day of issue: years that are missing or masked run forward from the first day of its
    /// month.
    pub anchor: Date,
    /// When school is in session, for 开学前, 学期末, 暑假期间.
    pub terms: Terms,
}

impl Context {
    /// A context for a text issued on `anchor`, with the usual school terms.
    pub fn new(anchor: Date) -> Self {
        Self { anchor, terms: Terms::default() }
    }

    /// The same with other school terms.
    pub fn with_terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }
}

/// The two school terms of a place, the same days every year.
///
/// The default is a rounded middle of what provinces publish: spring from 15 February to
/// 10 July, autumn from 1 September to 20 January. A place's own calendar should replace it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// 春季学期, the second of the school year.
    pub spring: Term,
    /// 秋季学期, the first of the school year.
    pub autumn: Term,
}

/// A term from its first to its last day, each a month and a day. A term that ends before it
/// begins ends in the next year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The first day of school.
    pub start: (i8, i8),
    /// The last day of school.
    pub end: (i8, i8),
}

impl Default for Terms {
    fn default() -> Self {
        Self { spring: Term { start: (2, 15), end: (7, 10) }, autumn: Term { start: (9, 1), end: (1, 20) } }
    }
}
