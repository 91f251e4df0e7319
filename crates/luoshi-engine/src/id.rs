//! Names of things: numbers that cannot be mistaken for one another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A plan, and the chain of its events. 0 is the organisation's own chain.
    PlanId
}
id! {
    /// An entry of a register, counted from 1 within its plan.
    EntryNo
}
id! {
    /// An item of a plan's draft, counted from 1 within its plan.
    ItemNo
}
id! {
    /// A unit, counted from 1.
    UnitId
}
id! {
    /// A person, counted from 1. 0 is the system itself.
    PersonId
}
id! {
    /// A post: a person in a unit with roles. 0 is the system's.
    PostId
}

impl PlanId {
    /// The chain of organisation, accounts, permissions and readings of confidential fields.
    pub const ORGANISATION: Self = Self(0);
}
