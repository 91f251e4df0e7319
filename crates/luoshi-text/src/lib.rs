//! The one canonical text of a document.
//!
//! A reader turns bytes into a [`Document`]; every later stage points into its text with a
//! [`Span`] and never rewrites it. Each [`Block`] knows where it stood in the user's own file
//! ([`Origin`]), so that a finding can be shown there.

mod diagnostic;
mod document;
mod span;

pub use diagnostic::{Diagnostic, Label, Level, excerpt};
pub use document::{Block, BlockKind, Builder, Cell, Document, Format, Notice, Origin, Piece, Table};
pub use span::Span;
