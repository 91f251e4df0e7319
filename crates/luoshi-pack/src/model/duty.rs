//! Reports expected from units.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::is_zero;

/// A report expected from units (报送任务): every unit and period gives one entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// `weekly`, `summary`.
    pub key: String,
    /// What a user reads: 每周进展情况.
    pub title: String,
    /// The register whose entries the expected reports are.
    pub register: String,
    /// Who owes it.
    pub from: Owes,
    /// Who receives it outside, where it is owed upward (对上报送): the name of a unit without accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Its due days by a rule of RFC 5545, as `luoshi-when` writes it: `FREQ=WEEKLY;BYDAY=TH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Its due days one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Date>,
    /// The first day that a rule counts from; the day of issue where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The last day that a rule counts to; the end of the plan where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Opened so many days before it is due.
    #[serde(default = "week")]
    pub opens: u32,
    /// Due before the office closes, not at the end of the day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_closing: bool,
    /// So many days after it is due still count as on time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub grace: u32,
    /// A rule that names a day of a quarter or half-year but no month means its first month
    /// (每季度首月10日前), not its last.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_month: bool,
    /// Whether 零报告 will do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nil: bool,
}

fn week() -> u32 {
    7
}

/// Who owes a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owes {
    /// The issuer itself.
    Issuer,
    /// Every unit that leads or supports a task of the plan.
    Parties,
    /// Every unit of this kind below the issuer.
    Kind(String),
    /// These, by name.
    Units(Vec<String>),
}
