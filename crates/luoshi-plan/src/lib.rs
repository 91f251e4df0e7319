//! The typed implementation plan and its compiler.
//!
//! [`compile`] turns a [`Document`](luoshi_text::Document) into plans: outline, roles of lines,
//! the eight kinds of facts, and tasks put together from them. It never fails, never rewrites the
//! text, reads nothing from outside, and gives the same result for the same input. Modules stand
//! in the order of the pipeline: `bounds`, `outline`, `roles`, `facts`, `task`, `assemble`.

mod annex;
mod assemble;
mod bounds;
mod cells;
pub mod check;
mod compile;
pub mod directory;
mod facts;
mod letters;
mod lexicon;
pub mod model;
mod outline;
mod roles;
pub mod stream;
mod table;
mod task;
mod twin;
mod words;

pub use compile::compile;
pub use model::{Compiled, Options, Plan};

/// The words of the lexicon: one pass of an automaton with them over a text is the baseline that the
/// benches measure compiling against.
#[doc(hidden)]
pub fn lexicon_words() -> Vec<&'static str> {
    lexicon::words().into_keys().collect()
}
