//! Lights and the reminder ladder.

use serde::{Deserialize, Serialize};

use super::Who;

/// A light and when it shines: any one of its conditions is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Light {
    /// `green`, `yellow`, `red`.
    pub key: String,
    /// What a user reads: 黄灯.
    pub title: String,
    /// How it is drawn: one of `green`, `blue`, `yellow`, `orange`, `red`, `grey`.
    pub colour: String,
    /// When it shines; empty for the one that shines when no other does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Shines>,
    /// What resets it: steps after which it is judged anew from that moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reset: Vec<String>,
}

/// A condition of a light.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shines {
    /// This many days or fewer are left before it is due, the due day counted as 0.
    DaysLeft(i32),
    /// This many working days or fewer are left.
    WorkdaysLeft(i32),
    /// It has been overdue for this many days or more; 0 means from the first moment.
    DaysLate(u32),
    /// It has been overdue for this many months or more.
    MonthsLate(u32),
    /// Actual progress is this many percentage points or more behind the planned.
    Behind(f64),
}

/// One rung of the reminder ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// `advisory`, `chase`, `slip`.
    pub key: String,
    /// What a user reads: 督办单.
    pub title: String,
    /// Days from the due day: −3 is three days before, 1 the day after.
    pub day: i32,
    /// Who is told.
    pub to: Vec<Who>,
    /// Whether a person has to decide on it (约谈, 通报): the system proposes, never does it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposes: bool,
    /// Registers that it holds for; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<String>,
}
