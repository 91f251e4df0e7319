//! Chinese time expressions as official plans write them: numerals, deadlines, spans,
//! recurrence, working days.
//!
//! [`find`] lists every time expression of a text with its value; nothing here reads a clock, the
//! day of issue is an argument. The way of a text: `find` sees a character that can begin an
//! expression, `dated`, `every` or `within` reads on from there, `point` and its neighbours read
//! one day or month, `anchor` settles its year, `meaning` says what it comes to.
//! [`Calendar`] knows the working days, [`Resolver`] turns limits into due days.

mod anchor;
mod calendar;
mod charset;
mod compound;
mod context;
mod cursor;
mod cycle;
mod dated;
mod every;
mod feast;
mod find;
mod meaning;
mod monthly;
pub mod numeral;
mod point;
mod recur;
mod relative;
mod resolve;
mod rule;
mod school;
mod stretch;
mod weekly;
mod when;
mod within;
mod wording;
mod words;
mod year;
mod yearly;

pub use calendar::{Calendar, Certainty, Counted, Holiday, ImportError, Workday};
pub use context::{Context, Term, Terms};
pub use find::find;
pub use recur::{Bare, Choice, MOST_OCCURRENCES, RuleError, occurrences};
pub use resolve::{Due, Resolver, Roll};
pub use school::term_days;
pub use when::{Clock, Found, Reading, Unit, When};
pub use wording::{describe, describe_with};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
