//! What a kind of plan is made of, as dated data: registers, flows, duties, lights, reminder ladders.
//!
//! What differs from plan to plan or place to place stands here and nowhere in code. A text is read
//! ([`read_pack`]), what it takes over from another pack is filled in and its parts are checked
//! against each other ([`Library`]); a pack without errors may be run. This crate does no I/O.

mod check;
mod fault;
mod frame;
mod library;
mod load;
mod model;
mod source;

pub use check::check;
pub use frame::{line_and_column, render};
pub use library::{Chosen, Library, PackFile, resolve};
pub use load::read_pack;
pub use model::{
    Certified, Duty, Effect, Example, Field, FieldIs, FieldKind, Flow, Hours, Lapse, Light, Limit, Note,
    Occasion, Owes, Pack, Phase, Posted, Public, Register, Role, Rung, Scene, Shines, Side, Since, State,
    Step, Then, Until, Who, Window,
};
