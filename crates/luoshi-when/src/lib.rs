//! Chinese time expressions as official plans write them: numerals, deadlines, spans,
//! recurrence, working days.
//!
//! [`find`] lists every time expression of a text with its value; nothing here reads a clock, the
//! day of issue is an argument.

mod context;
mod find;
pub mod numeral;
mod when;

pub use context::Context;
pub use find::find;
pub use when::{Clock, Found, Reading, Unit, When};
