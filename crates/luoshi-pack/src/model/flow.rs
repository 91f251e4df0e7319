//! Flows: the states of an entry and the steps between them.

use luoshi_when::Unit;
use serde::{Deserialize, Serialize};

use super::{FieldIs, Who, is_zero};

/// States and steps of a register's entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The state that an entry is opened in.
    pub start: String,
    /// The states.
    #[serde(rename = "state")]
    pub states: Vec<State>,
    /// The steps between them.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Flow {
    /// A state by its key.
    pub fn find_state(&self, key: &str) -> Option<&State> {
        self.states.iter().find(|state| state.key == key)
    }

    /// A step by its key.
    pub fn find_step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// `in_progress`, `closed_out`.
    pub key: String,
    /// What a user reads: 办理中.
    pub title: String,
    /// What being in it means for counting.
    #[serde(default)]
    pub phase: Phase,
    /// Whether the clock stands still in it: days spent here are excused time (免责时段).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// How long an entry may stay in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Whose move it is: they find the entry on their desk. Where none is given, those who may take
    /// the first step listed from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turn: Vec<Who>,
}

/// What a state means for counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Work is owed: lights shine, the entry may be overdue.
    #[default]
    Open,
    /// Handed in and waiting for somebody else: no longer overdue if it came in time.
    Submitted,
    /// Done.
    Done,
    /// Given up: withdrawn, exempt. Not counted as expected.
    Void,
}

/// How long an entry may stay in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many.
    pub amount: u32,
    /// Days, working days, hours.
    pub unit: Unit,
    /// What it is counted from.
    #[serde(default)]
    pub since: Since,
    /// What happens when it has passed.
    pub then: Then,
}

/// What a limit is counted from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Since {
    /// When the entry came into the state.
    #[default]
    Entered,
    /// When the entry was opened.
    Opened,
    /// When this step was last taken.
    Step(String),
    /// The day in this field.
    Field(String),
}

/// What happens when a limit has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// These are told.
    Tell(Vec<Who>),
    /// The system takes this step.
    Step(String),
}

/// A way from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `acknowledge`, `close_out`.
    pub key: String,
    /// What a user reads on the button: 签收.
    pub title: String,
    /// The states it may be taken in.
    pub from: Vec<String>,
    /// Where it leads; none where the entry stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Who may take it; empty for a step that only the engine takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<Who>,
    /// Fields of the register that must be given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Fields of the register that may be given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<String>,
    /// Whether words must, may or cannot be given with it.
    #[serde(default)]
    pub note: Note,
    /// How many pieces of evidence must be with it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub evidence: u32,
    /// What its evidence must be, where any will not do: 回执、收文章或邮寄凭证.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
    /// Steps whose taker may not take this one: nobody reviews their own (由他人).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_hand: Vec<String>,
    /// Only before the entry is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_due: bool,
    /// Only within this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Window>,
    /// Only if a field has one of these values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<FieldIs>,
    /// Only once every support has handed in its part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub parts: bool,
    /// What it does besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

/// Whether words go with a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// They may.
    #[default]
    Optional,
    /// They must: a reason.
    Required,
    /// None.
    None,
}

/// A stretch of time in which a step may be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How many.
    pub amount: u32,
    /// Days, working days, hours.
    pub unit: Unit,
    /// Counted from.
    #[serde(default)]
    pub since: Since,
}

/// What a step does besides leading to a state. These are the verbs that the engine knows; which
/// step does what is data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Progress is written down: planned and actual, in per cent.
    Progress,
    /// A support hands in its part to the lead.
    Part,
    /// A later due time is asked for.
    AskExtension,
    /// The due time asked for, or another that is given, is granted.
    Extend,
    /// The entry goes to another unit.
    Transfer,
    /// A nil report (零报告): submitted with nothing to tell.
    Nil,
    /// The number is confirmed by the certifying unit.
    Certify,
    /// Work begins again after it was done (回头看).
    Reopen,
    /// Handed back for correction.
    Return,
}
