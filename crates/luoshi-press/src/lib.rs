//! Writers of what `luoshi-report` describes: [`Xlsx`], [`Csv`], [`Ics`], [`Html`], [`Markdown`]
//! and [`Terminal`].
//!
//! A writer reads no clock, no setting and no file; the same input gives the same bytes. The words
//! it is given come from documents of strangers: every writer takes the teeth out of them for its
//! own format (formulas, markup, control characters, terminal sequences).

mod csv;
mod html;
mod ics;
mod markdown;
mod safe;
mod terminal;
mod wrap;
mod xlsx;

pub use csv::Csv;
pub use html::Html;
pub use ics::Ics;
pub use markdown::Markdown;
pub use safe::visible;
pub use terminal::Terminal;
pub use wrap::{columns, wrap};
pub use xlsx::Xlsx;
