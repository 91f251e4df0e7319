//! Chinese time expressions as official plans write them: numerals, deadlines, spans,
//! recurrence, working days.
//!
//! [`find`] lists every time expression of a text with its value; nothing here reads a clock, the
//! day of issue is an argument.

mod expr;

pub use expr::{Context, Found, Unit, When, find};
