use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, time};
use serde::{Deserialize, Serialize};

use crate::{Calendar, Certainty, Clock, Unit};

/// What becomes of a due day that is not worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It stays.
    Keep,
    /// The next working day, as article 203 of the Civil Code has it for limits.
    NextWorkday,
    /// The last working day before it.
    PreviousWorkday,
}

/// How limits and deadlines become due days. The roll is a choice that must be made.
#[derive(Clone, Debug)]
pub struct Resolver<'c> {
    /// Which days are worked.
    pub calendar: &'c Calendar,
    /// What becomes of a due day that is not worked.
    pub roll: Roll,
    /// 上午下班, 12:00 unless set.
    pub noon_closing: Time,
    /// 下班, 17:30 unless set.
    pub closing: Time,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day, that day included.
    pub day: Date,
    /// The time of day, where one is said or hours were counted.
    pub time: Option<Time>,
    /// Whether the day was moved because it is not worked.
    pub rolled: bool,
    /// What the day rests on.
    pub certainty: Certainty,
}

impl<'c> Resolver<'c> {
    /// A resolver with the usual closing hours.
    pub fn new(calendar: &'c Calendar, roll: Roll) -> Self {
        Self { calendar, roll, noon_closing: time(12, 0, 0, 0), closing: time(17, 30, 0, 0) }
    }

    /// A limit counted from an event: the day of the event is not counted, hours and minutes run
    /// through, a month that has no such day ends on its last. `None` past the end of time.
    ///
    /// ```
    /// use jiff::civil::{date, datetime};
    /// use luoshi_when::{Calendar, Resolver, Roll, Unit};
    ///
    /// let calendar = Calendar::china();
    /// let resolver = Resolver::new(&calendar, Roll::NextWorkday);
    /// let due = resolver.limit(datetime(2026, 2, 13, 9, 0, 0, 0), 3, Unit::Workday).unwrap();
    /// assert_eq!(due.day, date(2026, 2, 25)); // through 春节, the 14th is worked
    /// ```
    pub fn limit(&self, event: DateTime, amount: u32, unit: Unit) -> Option<Due> {
        let amount = i32::try_from(amount).ok()?;
        let count = i64::from(amount);
        let span = match unit {
            Unit::Minute | Unit::Hour => {
                let span = if unit == Unit::Hour {
                    jiff::Span::new().try_hours(count)
                } else {
                    jiff::Span::new().try_minutes(count)
                };
                let at = event.checked_add(span.ok()?).ok()?;
                let certainty = self.calendar.workday(at.date()).certainty;
                return Some(Due { day: at.date(), time: Some(at.time()), rolled: false, certainty });
            }
            Unit::Workday => {
                let counted = self.calendar.add_workdays(event.date(), amount)?;
                let due = Due { day: counted.day, time: None, rolled: false, certainty: counted.certainty };
                // Zero working days may end on the day of an event that is not worked.
                return if amount == 0 { self.rolled(counted.day) } else { Some(due) };
            }
            Unit::Day => jiff::Span::new().try_days(count),
            Unit::Week => jiff::Span::new().try_weeks(count),
            Unit::Month => jiff::Span::new().try_months(count),
            Unit::Year => jiff::Span::new().try_years(count),
        };
        self.rolled(event.date().checked_add(span.ok()?).ok()?)
    }

    /// A deadline that names its day, with its time of day.
    pub fn deadline(&self, day: Date, clock: Option<Clock>) -> Option<Due> {
        let time = clock.map(|clock| match clock {
            Clock::At(time) => time,
            Clock::NoonClosing => self.noon_closing,
            Clock::Closing => self.closing,
        });
        Some(Due { time, ..self.rolled(day)? })
    }

    /// A day, moved as the roll has it.
    fn rolled(&self, day: Date) -> Option<Due> {
        let step = match self.roll {
            Roll::Keep => 0,
            Roll::NextWorkday => 1,
            Roll::PreviousWorkday => -1,
        };
        let start = self.calendar.workday(day);
        let mut due = Due { day, time: None, rolled: false, certainty: start.certainty };
        if step == 0 || start.working {
            return Some(due);
        }
        loop {
            due.day = due.day.checked_add(step.days()).ok()?;
            due.rolled = true;
            let next = self.calendar.workday(due.day);
            due.certainty = due.certainty.min(next.certainty);
            if next.working {
                return Some(due);
            }
        }
    }
}
