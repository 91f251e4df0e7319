//! Moments and days: everything is Asia/Shanghai, written with +08:00.

use std::fmt::{self, Display};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// Beijing time. The zone's summer times ended in 1991, before anything that is kept here.
const BEIJING: Offset = Offset::constant(8);

/// A point in time, in milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// Milliseconds of a day.
    pub const DAY: i64 = 86_400_000;

    /// A time of day in Beijing.
    pub fn at(date: Date, time: Time) -> Self {
        let stamp = BEIJING.to_timestamp(date.to_datetime(time));
        Self(stamp.map_or(i64::MAX, Timestamp::as_millisecond))
    }

    /// The first moment of a day.
    pub fn start_of(date: Date) -> Self {
        Self::at(date, Time::midnight())
    }

    /// The end of a day, 24:00: the first moment that no longer belongs to it.
    pub fn end_of(date: Date) -> Self {
        Self::start_of(date.checked_add(1.day()).unwrap_or(date))
    }

    /// The day in Beijing.
    pub fn date(self) -> Date {
        self.civil().date()
    }

    /// Day and time in Beijing.
    pub fn civil(self) -> DateTime {
        BEIJING.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The day that a due moment belongs to: a due moment of 24:00 is the day that ends there.
    pub fn due_date(self) -> Date {
        Self(self.0.saturating_sub(1)).date()
    }

    /// The beginning of its minute: what is counted up to then is the same for all who ask within it.
    pub fn minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(60_000))
    }

    /// A due moment as a day, with the time where it is not the day's end: 2026-12-05, 2026-12-05 10:00.
    pub fn due_day(self) -> String {
        self.due_as("%Y-%m-%d", " %H:%M")
    }

    /// A due moment in words: 12月5日, 12月5日10时, 12月5日17时30分.
    pub fn due_words(self) -> String {
        self.due_as("%-m月%-d日", if self.civil().minute() == 0 { "%-H时" } else { "%-H时%-M分" })
    }

    /// A due moment in words with its year: 2026年12月5日.
    pub fn due_words_of_year(self) -> String {
        format!("{}年{}", self.due_date().year(), self.due_words())
    }

    fn due_as(self, day: &str, time: &str) -> String {
        let date = self.due_date();
        let told = date.strftime(day).to_string();
        if self == Self::end_of(date) { told } else { told + &self.civil().strftime(time).to_string() }
    }

    /// Later by so many milliseconds.
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }
}

impl Display for Moment {
    /// `2026-03-09T08:30:00.000+08:00`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        write!(
            f,
            "{}T{:02}:{:02}:{:02}.{:03}+08:00",
            at.date(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl std::str::FromStr for Moment {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        Ok(Self(text.parse::<Timestamp>()?.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn a_deadline_includes_its_day_to_24() {
        let due = Moment::end_of(date(2026, 6, 30));
        assert_eq!(due.to_string(), "2026-07-01T00:00:00.000+08:00");
        assert_eq!(due.due_date(), date(2026, 6, 30));
        assert!(Moment::at(date(2026, 6, 30), time(23, 59, 59, 0)) < due);
    }

    #[test]
    fn a_due_moment_tells_its_hour_where_it_has_one() {
        let told = |due: Moment| (due.due_day(), due.due_words());
        let day = date(2026, 12, 5);
        assert_eq!(told(Moment::end_of(day)), ("2026-12-05".into(), "12月5日".into()));
        assert_eq!(
            told(Moment::at(day, time(10, 0, 0, 0))),
            ("2026-12-05 10:00".into(), "12月5日10时".into())
        );
        assert_eq!(
            told(Moment::at(day, time(17, 30, 0, 0))),
            ("2026-12-05 17:30".into(), "12月5日17时30分".into())
        );
        assert_eq!(Moment::end_of(day).due_words_of_year(), "2026年12月5日");
    }

    #[test]
    fn a_moment_is_read_back_as_it_was_written() {
        let at = Moment::at(date(2026, 3, 9), time(8, 30, 5, 7_000_000));
        assert_eq!(at.to_string(), "2026-03-09T08:30:05.007+08:00");
        assert_eq!(at.to_string().parse::<Moment>().unwrap(), at);
    }
}
