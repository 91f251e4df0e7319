//! The parts of a pack, as its TOML spells them.
//!
//! Keys (`handler`, `in_progress`) are for data and code, titles are what a user reads.

mod duty;
mod example;
mod flow;
mod light;
mod register;
mod until;
mod who;

use jiff::civil::{Date, Time};
use luoshi_when::Roll;
use serde::{Deserialize, Serialize};

pub use duty::{Duty, Lapse, Occasion, Owes};
pub use example::{Example, Scene};
pub use flow::{Effect, Flow, Limit, Note, Phase, Since, State, Step, Then, Window};
pub use light::{Light, Rung, Shines};
pub use register::{Certified, Field, FieldIs, FieldKind, Posted, Public, Register};
pub use until::Until;
pub use who::{Role, Side, Who};

/// What a kind of plan is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The name that plans and files know it by: `task`, `hazard`.
    pub name: String,
    /// What a user calls it.
    pub title: String,
    /// Counted up with every change; a running plan keeps the version it was issued with.
    pub version: u32,
    /// From when it may be used.
    pub from: Date,
    /// The last day it may be used for new plans; running plans go on with a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The pack whose registers, lights and ladder it takes over where it has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// The laws, rules or clauses that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// The register that the tasks of a plan become entries of.
    pub tasks: String,
    /// The register that reports read from a plan's text become entries of; without it they are kept
    /// as words only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports: Option<String>,
    /// The register in which a task that is done again and again (每月开展一次) gets an entry each time; without
    /// it such a task is one entry that runs as long as the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<String>,
    /// The register that reports read from a plan's text become entries of where they are owed upward, to a
    /// party outside (对上报送); without it they stand among the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upward: Option<String>,
    /// Hours and days of the office.
    #[serde(default)]
    pub hours: Hours,
    /// The registers, 台账.
    #[serde(default, rename = "register", skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<Register>,
    /// Reports expected from units, 报送任务.
    #[serde(default, rename = "duty", skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
    /// Lights, from the mildest to the worst: the last one that holds is shown.
    #[serde(default, rename = "light", skip_serializing_if = "Vec::is_empty")]
    pub lights: Vec<Light>,
    /// The reminder ladder, in order.
    #[serde(default, rename = "rung", skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
    /// Stories that must end as they say.
    #[serde(default, rename = "example", skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// Hours of the office and what becomes of deadlines on days off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// When reminders may begin to go out.
    pub opening: Time,
    /// What 下班前 means.
    pub closing: Time,
    /// What becomes of a deadline on a day that is not worked.
    pub roll: Roll,
    /// How many reminders one person may get in one digest; the rest is told as a number.
    pub budget: u32,
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            opening: jiff::civil::time(8, 30, 0, 0),
            closing: jiff::civil::time(17, 30, 0, 0),
            roll: Roll::Keep,
            budget: 10,
        }
    }
}

impl Pack {
    /// A register by its key.
    pub fn find_register(&self, key: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.key == key)
    }

    /// A duty by its key.
    pub fn find_duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.key == key)
    }

    /// A light by its key.
    pub fn find_light(&self, key: &str) -> Option<&Light> {
        self.lights.iter().find(|light| light.key == key)
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
