//! What is to be written, without a word on how: reports of paragraphs and tables, calendars of
//! days, and texts with marks.
//!
//! The rooms above fill a [`Report`], an [`Agenda`] or an [`Annotated`] text; the writers of
//! `luoshi-press` turn them into files. A writer knows nothing of plans, and a plan knows nothing
//! of files.

mod agenda;
mod annotated;
mod report;
mod table;

pub use agenda::{Agenda, Entry, Span as Days};
pub use annotated::{Annotated, Card, Legend, Line, Mark, Note};
pub use report::{Media, Part, Report, Writer};
pub use table::{Align, Cell, Column, Content, Table, Tone};
