//! Why a command is not carried out.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// A refusal: what kind, and one Chinese sentence that says what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What kind of refusal, for exit codes, statuses and tests.
    pub kind: RefusalKind,
    /// The sentence that the user reads.
    pub sentence: String,
}

/// Kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// Not within the actor's roles or units.
    NotAllowed,
    /// The actor took a step that this one must judge by another hand.
    SameHand,
    /// There is no such plan, entry, unit, person.
    NotFound,
    /// The entry is not in a state that the step starts from.
    WrongState,
    /// Too early or too late.
    OutOfTime,
    /// Something asked for is missing or not as it must be.
    Incomplete,
    /// Somebody else was faster; look again.
    Stale,
    /// The same key was used for another command.
    KeyReused,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(kind: RefusalKind, sentence: impl Into<String>) -> Self {
        Self { kind, sentence: sentence.into() }
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl std::error::Error for Refusal {}

macro_rules! refuse {
    ($kind:ident, $($words:tt)+) => {
        $crate::Refusal::new($crate::RefusalKind::$kind, format!($($words)+))
    };
}
pub(crate) use refuse;
