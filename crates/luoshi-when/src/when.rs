use std::ops::Range;

use jiff::civil::{Date, Time};
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
    /// A limit counted from an event that is not a day yet: 3个工作日内, 提前20个工作日.
    Within {
        /// How many.
        amount: u32,
        /// Of what.
        unit: Unit,
        /// Whether it is counted back from the event: 提前20个工作日.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        before: bool,
    },
    /// Without end: 长期坚持, 常年.
    Ongoing,
}

/// What a limit is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Minutes.
    Minute,
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

/// A choice that was made in reading an expression. Every rounding and every assumption is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reading {
    /// No year is written: it runs forward from the day of issue.
    YearAssumed,
    /// The year is masked (20xx): it runs forward from the day of issue.
    MaskedYear,
    /// The year is written with two digits.
    ShortYear,
    /// The year is told from the day of issue: 今年, 明年, 次年.
    RelativeYear,
    /// The day does not exist (6月31日); the month's last day stands for it.
    NoSuchDay,
    /// 底 or 末 was rounded to the last day of the month, quarter or year.
    EndRounded,
    /// A deadline names a whole month, quarter or year (6月前): its last day stands for it.
    PeriodEnd,
    /// 初 was read as the first ten days, 中 as the second ten.
    PartRounded,
    /// A bare year that bounds something was read as the whole year.
    BareYear,
    /// 前 at the end of a list was applied to this item too.
    Distributed,
    /// The limit is a range (3至5日内): the longer one stands for it.
    Longest,
    /// The end of the span stood before its start; the start stands for it.
    EndBeforeStart,
    /// The whole of it lies before the day of issue.
    BeforeIssue,
    /// A term or a school holiday was placed by the terms of the context.
    SchoolTerms,
    /// A public holiday was placed by the calendar.
    Holiday,
    /// A public holiday of a year without a notice: placed by the law alone.
    HolidayProvisional,
    /// A deadline without a month or week (月底前, 周五前): counted from the day of issue.
    FromIssue,
    /// 前后, 左右: the day is approximate.
    Approximate,
    /// The rule falls in the first month of each quarter: 每季度首月10日前.
    FirstMonthOfQuarter,
    /// The rule falls in the last month of each quarter: 每季度末月25日前.
    LastMonthOfQuarter,
}

/// A set of readings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Readings(u32);

impl Readings {
    const ALL: [Reading; 20] = [
        Reading::YearAssumed,
        Reading::MaskedYear,
        Reading::ShortYear,
        Reading::RelativeYear,
        Reading::NoSuchDay,
        Reading::EndRounded,
        Reading::PeriodEnd,
        Reading::PartRounded,
        Reading::BareYear,
        Reading::Distributed,
        Reading::Longest,
        Reading::EndBeforeStart,
        Reading::BeforeIssue,
        Reading::SchoolTerms,
        Reading::Holiday,
        Reading::HolidayProvisional,
        Reading::FromIssue,
        Reading::Approximate,
        Reading::FirstMonthOfQuarter,
        Reading::LastMonthOfQuarter,
    ];

    pub(crate) fn of(reading: Reading) -> Self {
        Self(1 << reading as u32)
    }

    pub(crate) fn add(&mut self, reading: Reading) {
        self.0 |= 1 << reading as u32;
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// In the order of the enum.
    pub(crate) fn list(self) -> Vec<Reading> {
        Self::ALL.into_iter().filter(|r| self.0 & (1 << *r as u32) != 0).collect()
    }
}

/// A time of day beside a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// A time of day: 18:00前.
    At(#[schemars(with = "String")] Time),
    /// The end of the morning's work: 上午下班前.
    NoonClosing,
    /// The end of the day's work: 下班前.
    Closing,
}

/// A time expression and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it says.
    pub when: When,
    /// The choices made in reading it, in no special order.
    pub reading: Vec<Reading>,
    /// The time of day, where one is said.
    pub clock: Option<Clock>,
    /// The words of the event that a limit counts from, where they stand before it.
    pub trigger: Option<Range<usize>>,
}

impl Found {
    /// An expression without a time of day.
    pub(crate) fn new(range: Range<usize>, when: When, readings: Readings) -> Self {
        Self { range, when, reading: readings.list(), clock: None, trigger: None }
    }
}
