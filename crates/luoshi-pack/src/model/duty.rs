//! Reports expected from units.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_when::Unit;
use serde::{Deserialize, Serialize};

use super::{Until, is_zero};

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
    /// What it is due after, where an event tells its time and not the calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// The first day that a rule counts from; the day of issue where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The last day that a rule counts to; the end of the plan where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Opened so many days before it is due.
    #[serde(default = "week")]
    pub opens: u32,
    /// Until what time of its due day. Kept under the name that it had while only the closing hour was known.
    #[serde(default, rename = "by_closing", alias = "until", skip_serializing_if = "Until::is_day_end")]
    pub until: Until,
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
    /// The units that help, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
    /// Fields that are filled in when it is opened: key and words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gives: BTreeMap<String, String>,
}

impl Default for Duty {
    /// A report of all parties that is opened a week before it is due and has no due days yet.
    fn default() -> Self {
        Self {
            key: String::new(),
            title: String::new(),
            register: String::new(),
            from: Owes::Parties,
            to: None,
            every: None,
            on: Vec::new(),
            occasion: None,
            start: None,
            end: None,
            opens: week(),
            until: Until::DayEnd,
            grace: 0,
            first_month: false,
            nil: false,
            supports: Vec::new(),
            gives: BTreeMap::new(),
        }
    }
}

impl Duty {
    /// Whether neither the calendar nor an event says when it is due: somebody has to say it each time.
    pub fn is_unscheduled(&self) -> bool {
        self.occasion.as_ref().is_some_and(|occasion| occasion.within.is_none())
    }
}

fn week() -> u32 {
    7
}

/// An event that tells when a report is due (事发后2小时内): somebody says that it came, and the report is opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occasion {
    /// As the text has it: 事发后2小时内, 及时; empty where it says nothing of time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Due so long after the event; where it is not said, by the day that is named when the event comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Lapse>,
    /// The event is the issue of the plan (印发之日起10日内): the report is opened without anybody's word.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub issue: bool,
}

/// A length of time: 2 hours, 5 working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapse {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: Unit,
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
