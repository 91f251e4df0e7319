use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a time expression says. Dates are civil days in China.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum When {
    /// A deadline, that day included: 6月底前.
    By {
        /// The last day.
        #[schemars(with = "String")]
        end: Date,
    },
    /// A stretch, both ends included: 3月22-30日; a bare month.
    Span {
        /// The first day.
        #[schemars(with = "String")]
        start: Date,
        /// The last day.
        #[schemars(with = "String")]
        end: Date,
    },
    /// An open start: 5月起.
    From {
        /// The first day.
        #[schemars(with = "String")]
        start: Date,
    },
    /// One day: 6月30日.
    On {
        /// The day.
        #[schemars(with = "String")]
        day: Date,
    },
    /// Again and again: 每周四.
    Every {
        /// RFC 5545 rule, e.g. `FREQ=WEEKLY;BYDAY=TH`.
        rrule: String,
    },
    /// A limit counted from an event that is not a day yet: 3个工作日内.
    Within {
        /// How many.
        amount: u32,
        /// Of what.
        unit: Unit,
    },
    /// Without end: 长期坚持, 常年.
    Ongoing,
}

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Hours.
    Hour,
    /// Calendar days.
    Day,
    /// Working days, 调休 counted.
    Workday,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// What a reading of time words needs to know from outside.
#[derive(Clone, Debug)]
pub struct Context {
    /// The day of issue: years that are missing or masked run forward from the first day of its
    /// month.
    pub anchor: Date,
}

/// A time expression and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text.
    pub range: std::ops::Range<usize>,
    /// What it says.
    pub when: When,
}

/// Every time expression of a text, in order, not overlapping.
pub fn find(_text: &str, _context: &Context) -> Vec<Found> {
    Vec::new()
}
