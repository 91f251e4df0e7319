//! What a kind of plan is made of, as dated data: registers, flows, duties, lights, reminder ladders.
//!
//! What differs from plan to plan or place to place stands here and nowhere in code.

mod model;

pub use model::{
    Certified, Duty, Effect, Example, Field, FieldIs, FieldKind, Flow, Hours, Light, Limit, Note, Owes, Pack,
    Phase, Register, Role, Rung, Scene, Shines, Side, Since, State, Step, Then, Who, Window,
};
