//! Chinese time expressions as official plans write them: numerals, deadlines, spans,
//! recurrence, working days.
//!
//! [`find`] lists every time expression of a text with its value; nothing here reads a clock, the
//! day of issue is an argument.

mod anchor;
mod calendar;
mod context;
mod cursor;
mod dated;
mod every;
mod feast;
mod find;
mod meaning;
pub mod numeral;
mod point;
mod recur;
mod relative;
mod resolve;
mod rule;
mod school;
mod stretch;
mod when;
mod within;
mod words;
mod year;

pub use calendar::{Calendar, Certainty, Counted, Holiday, ImportError, Workday};
pub use context::{Context, Term, Terms};
pub use find::find;
pub use recur::{Bare, Choice, MOST_OCCURRENCES, RuleError, occurrences};
pub use resolve::{Due, Resolver, Roll};
pub use when::{Clock, Found, Reading, Unit, When};
