//! Recurrence rules as RFC 5545 writes them, as far as plans need them.

use std::fmt::{self, Display};

/// The base of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Frequency {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule in parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rule {
    pub(crate) frequency: Frequency,
    pub(crate) interval: u32,
    pub(crate) months: Vec<i8>,
    pub(crate) days: Vec<i8>,
    /// Bits, Monday the lowest.
    pub(crate) weekdays: u8,
    /// BYSETPOS, 0 without.
    pub(crate) position: i8,
}

impl Rule {
    fn new(frequency: Frequency, interval: u32) -> Self {
        Self { frequency, interval, months: Vec::new(), days: Vec::new(), weekdays: 0, position: 0 }
    }

    pub(crate) fn hours(interval: u32) -> Self {
        Self::new(Frequency::Hourly, interval)
    }

    pub(crate) fn days(interval: u32) -> Self {
        Self::new(Frequency::Daily, interval)
    }

    pub(crate) fn weeks(interval: u32) -> Self {
        Self::new(Frequency::Weekly, interval)
    }

    pub(crate) fn months(interval: u32) -> Self {
        Self::new(Frequency::Monthly, interval)
    }

    pub(crate) fn years(interval: u32) -> Self {
        Self::new(Frequency::Yearly, interval)
    }

    pub(crate) fn workdays() -> Self {
        Self { weekdays: 0b1_1111, ..Self::weeks(1) }
    }

    pub(crate) fn monthly_on(days: &[i8]) -> Self {
        Self { days: days.to_vec(), ..Self::months(1) }
    }

    /// Reads a rule of the parts that are written here.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut rule = Self::days(1);
        let mut parts = text.split(';');
        rule.frequency = match parts.next()?.strip_prefix("FREQ=")? {
            "HOURLY" => Frequency::Hourly,
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            _ => return None,
        };
        for part in parts {
            let (name, value) = part.split_once('=')?;
            let numbers = |from: i8, to: i8| {
                let read = |n: &str| n.parse().ok().filter(|n| *n != 0 && (from..=to).contains(n));
                value.split(',').map(read).collect::<Option<Vec<i8>>>()
            };
            match name {
                "INTERVAL" => rule.interval = value.parse().ok().filter(|n| *n > 0)?,
                "BYMONTH" => rule.months = numbers(1, 12)?,
                "BYMONTHDAY" => rule.days = numbers(-31, 31)?,
                "BYSETPOS" => rule.position = *numbers(-31, 31)?.first()?,
                "BYDAY" => {
                    for day in value.split(',') {
                        let (number, word) = day.split_at_checked(day.len().checked_sub(2)?)?;
                        let bit = WEEKDAYS.iter().position(|name| *name == word)?;
                        rule.weekdays |= 1 << bit;
                        if !number.is_empty() {
                            rule.position =
                                number.parse().ok().filter(|n| *n != 0 && (-5..=5).contains(n))?;
                        }
                    }
                }
                _ => return None,
            }
        }
        Some(rule)
    }

    /// Whether the rule names days or months within its period.
    pub(crate) fn is_detailed(&self) -> bool {
        !self.months.is_empty() || !self.days.is_empty() || self.weekdays != 0
    }
}

/// Weekdays in the words of RFC 5545, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = match self.frequency {
            Frequency::Hourly => "HOURLY",
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        write!(f, "FREQ={frequency}")?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        let mut list = |name: &str, values: &[i8]| {
            for (at, value) in values.iter().enumerate() {
                if at == 0 {
                    write!(f, ";{name}={value}")?;
                } else {
                    write!(f, ",{value}")?;
                }
            }
            Ok(())
        };
        list("BYMONTH", &self.months)?;
        list("BYMONTHDAY", &self.days)?;
        let single = self.weekdays.count_ones() == 1 && self.position != 0;
        let mut first = true;
        for (day, name) in WEEKDAYS.iter().enumerate().filter(|(day, _)| self.weekdays & (1 << day) != 0) {
            let _ = day;
            f.write_str(if first { ";BYDAY=" } else { "," })?;
            first = false;
            if single {
                write!(f, "{}", self.position)?;
            }
            f.write_str(name)?;
        }
        if self.position != 0 && !single {
            write!(f, ";BYSETPOS={}", self.position)?;
        }
        Ok(())
    }
}
