//! Due days of recurrence rules.

use std::fmt::{self, Display};

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

use crate::Reading;
use crate::rule::{Frequency, Rule};

/// More due days than this are an error, not a list.
pub const MOST_OCCURRENCES: usize = 20_000;

/// What the day is where a rule names none: `FREQ=MONTHLY` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bare {
    /// The first day of each period.
    Start,
    /// The last day of each period.
    End,
}

/// Choices that a rule leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The day where the rule names none.
    pub bare: Bare,
    /// Which month of several counts, where the rule names a day but no month: the first of a
    /// quarter or the last.
    pub month: Bare,
}

impl Choice {
    /// The choices that a reading of the words made: 季度末月 is the last month. A rule without a
    /// day falls on the end of its period.
    pub fn of(readings: &[Reading]) -> Self {
        let first = readings.contains(&Reading::FirstMonthOfQuarter);
        Self { bare: Bare::End, month: if first { Bare::Start } else { Bare::End } }
    }
}

/// Why a rule gives no list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RuleError {
    /// A part that is not among those that this crate writes.
    Part(String),
    /// More than [`MOST_OCCURRENCES`].
    TooMany,
}

impl Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(f, "不认识的周期规则“{part}”"),
            Self::TooMany => f.write_str("周期过密，起止之间的次数太多"),
        }
    }
}

impl std::error::Error for RuleError {}

/// The due days of a rule from one day to another, both included, in order.
///
/// Months, quarters and halves are those of the calendar: `INTERVAL=3` means quarters, `INTERVAL=6`
/// half-years, whenever the plan began. Every so many weeks or days count from `from`. A day that
/// a month does not have (31) falls on its last. Hourly rules give every day.
///
/// ```
/// use jiff::civil::date;
/// use luoshi_when::{Bare, Choice, occurrences};
///
/// let choice = Choice { bare: Bare::End, month: Bare::End };
/// let days = occurrences("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=25", date(2026, 3, 9), date(2026, 12, 31), choice);
/// assert_eq!(days.unwrap(), [date(2026, 3, 25), date(2026, 6, 25), date(2026, 9, 25), date(2026, 12, 25)]);
/// ```
///
/// # Errors
///
/// A rule with parts that [`crate::find`] never writes, or more days than [`MOST_OCCURRENCES`].
pub fn occurrences(rrule: &str, from: Date, to: Date, choice: Choice) -> Result<Vec<Date>, RuleError> {
    let rule = Rule::parse(rrule).ok_or_else(|| RuleError::Part(rrule.to_owned()))?;
    let mut out = Vec::new();
    let Some(mut period) = Period::first(&rule, from) else { return Ok(out) };
    while period.start <= to {
        let mut days = period.days(&rule, choice);
        days.sort_unstable();
        days.dedup();
        out.extend(days.into_iter().filter(|day| (from..=to).contains(day)));
        if out.len() > MOST_OCCURRENCES {
            return Err(RuleError::TooMany);
        }
        match period.next(&rule) {
            Some(next) => period = next,
            None => break,
        }
    }
    Ok(out)
}

/// One turn of a rule: its first day and the day after its last.
struct Period {
    start: Date,
    end: Date,
}

impl Period {
    fn step(rule: &Rule) -> Span {
        let count = i64::from(rule.interval.clamp(1, 1200));
        match rule.frequency {
            Frequency::Hourly => 1.day(),
            Frequency::Daily => count.days(),
            Frequency::Weekly => count.weeks(),
            Frequency::Monthly => count.months(),
            Frequency::Yearly => count.years(),
        }
    }

    fn first(rule: &Rule, from: Date) -> Option<Self> {
        let start = match rule.frequency {
            Frequency::Hourly | Frequency::Daily => from,
            Frequency::Weekly => {
                from.checked_sub(i64::from(from.weekday().to_monday_zero_offset()).days()).ok()?
            }
            Frequency::Monthly => {
                let interval = rule.interval.clamp(1, 12);
                let month = (u32::from(from.month().unsigned_abs()) - 1) / interval * interval + 1;
                Date::new(from.year(), i8::try_from(month).ok()?, 1).ok()?
            }
            Frequency::Yearly => Date::new(from.year(), 1, 1).ok()?,
        };
        Self::from(rule, start)
    }

    fn from(rule: &Rule, start: Date) -> Option<Self> {
        Some(Self { start, end: start.checked_add(Self::step(rule)).ok()? })
    }

    fn next(&self, rule: &Rule) -> Option<Self> {
        Self::from(rule, self.end)
    }

    fn days(&self, rule: &Rule, choice: Choice) -> Vec<Date> {
        match rule.frequency {
            Frequency::Hourly | Frequency::Daily => vec![self.start],
            Frequency::Weekly if rule.weekdays == 0 => vec![self.edge(choice.bare)],
            Frequency::Weekly => (0..7)
                .filter(|day| rule.weekdays & (1 << day) != 0)
                .filter_map(|day: i64| self.start.checked_add(day.days()).ok())
                .collect(),
            Frequency::Monthly if rule.days.is_empty() && rule.weekdays == 0 => {
                vec![self.edge(choice.bare)]
            }
            Frequency::Monthly => {
                let month = match choice.month {
                    Bare::Start => Some(self.start),
                    Bare::End => self.end.yesterday().ok().map(Date::first_of_month),
                };
                month.map_or_else(Vec::new, |month| in_month(rule, month))
            }
            Frequency::Yearly => self.in_year(rule, choice),
        }
    }

    /// The days of a yearly rule: in each month that it names.
    fn in_year(&self, rule: &Rule, choice: Choice) -> Vec<Date> {
        if rule.months.is_empty() && rule.days.is_empty() && rule.weekdays == 0 {
            return vec![self.edge(choice.bare)];
        }
        let all: Vec<i8> = (1..=12).collect();
        let months = if rule.months.is_empty() { &all } else { &rule.months };
        let firsts = months.iter().filter_map(|month| Date::new(self.start.year(), *month, 1).ok());
        firsts
            .flat_map(|first| match choice.bare {
                _ if !rule.days.is_empty() || rule.weekdays != 0 => in_month(rule, first),
                Bare::Start => vec![first],
                Bare::End => vec![first.last_of_month()],
            })
            .collect()
    }

    /// The first or last day of the period.
    fn edge(&self, bare: Bare) -> Date {
        match bare {
            Bare::Start => self.start,
            Bare::End => self.end.yesterday().unwrap_or(self.start),
        }
    }
}

/// The days of a month that a rule names.
fn in_month(rule: &Rule, first: Date) -> Vec<Date> {
    let length = first.days_in_month();
    let day = |number: i8| Date::new(first.year(), first.month(), number).ok();
    if rule.weekdays != 0 {
        let mut days: Vec<Date> = (1..=length)
            .filter_map(day)
            .filter(|day| rule.weekdays & (1 << day.weekday().to_monday_zero_offset()) != 0)
            .collect();
        let at = rule.position;
        if at > 0 {
            days = days.into_iter().nth(usize::from(at.unsigned_abs()) - 1).into_iter().collect();
        } else if at < 0 {
            days = days.into_iter().rev().nth(usize::from(at.unsigned_abs()) - 1).into_iter().collect();
        }
        return days;
    }
    rule.days
        .iter()
        .filter_map(|number| match *number {
            number if number > 0 => day(number.min(length)),
            number => day(length + 1 + number),
        })
        .collect()
}
