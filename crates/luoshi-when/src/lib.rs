//! Chinese time expressions as official plans write them: numerals, deadlines, spans,
//! recurrence, working days.
//!
//! [`find`] lists every time expression of a text with its value; nothing here reads a clock, the
//! day of issue is an argument.

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
mod words;
mod year;
mod yearly;

pub use calendar::{Calendar, Certainty, Counted, Holiday, ImportError, Workday};
pub use context::{Context, Term, Terms};
pub use find::find;
pub use recur::{Bare, Choice, MOST_OCCURRENCES, RuleError, occurrences};
pub use resolve::{Due, Resolver, Roll};
pub use when::{Clock, Found, Reading, Unit, When};
