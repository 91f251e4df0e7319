//! Statutory holidays and working days, 调休 counted.
//!
//! Every answer says what it rests on: a notice of the State Council, the holiday law alone, or
//! nothing but the weekday. No date is out of range.

mod import;
mod lunar;
mod notices;

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use import::ImportError;
pub(crate) use lunar::festival;
use lunar::{LAST, by_law, unpack};
use notices::NOTICES;

/// A public holiday of the whole country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 元旦
    NewYear,
    /// 春节
    Spring,
    /// 清明节
    Qingming,
    /// 劳动节
    Labour,
    /// 端午节
    DragonBoat,
    /// 中秋节
    MidAutumn,
    /// 国庆节
    National,
    /// 抗战胜利纪念日
    Victory,
}

impl Holiday {
    /// The holidays that come every year.
    pub(crate) const YEARLY: [Self; 7] = [
        Self::NewYear,
        Self::Spring,
        Self::Qingming,
        Self::Labour,
        Self::DragonBoat,
        Self::MidAutumn,
        Self::National,
    ];
}

/// What an answer about a day rests on, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The weekday alone.
    Unknown,
    /// The holiday law: the notice of that year, with its 调休, is not in the calendar yet.
    Provisional,
    /// A notice, or a day that was set by hand.
    Known,
}

/// Whether a day is worked, and what that rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Workday {
    /// Whether it is worked.
    pub working: bool,
    /// What the answer rests on.
    pub certainty: Certainty,
}

/// A day that was counted to, and the weakest ground that the counting rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub day: Date,
    /// The weakest ground among the days passed.
    pub certainty: Certainty,
}

/// Which days are worked.
///
/// ```
/// use jiff::civil::date;
/// use luoshi_when::{Calendar, Certainty};
///
/// let calendar = Calendar::china();
/// assert!(calendar.workday(date(2026, 2, 14)).working); // a Saturday made up for 春节
/// let due = calendar.add_workdays(date(2026, 9, 30), 3).unwrap();
/// assert_eq!((due.day, due.certainty), (date(2026, 10, 10), Certainty::Known));
/// ```
#[derive(Clone, Debug)]
pub struct Calendar {
    years: BTreeMap<i16, Year>,
}

/// The days of one year that are not worked, one bit a day.
#[derive(Clone, Debug)]
struct Year {
    off: [u64; 6],
    /// Days that were set one by one, whatever the year rests on.
    set: [u64; 6],
    certainty: Certainty,
}

impl Year {
    fn weekends(year: i16, certainty: Certainty) -> Self {
        let mut plain = Self { off: [0; 6], set: [0; 6], certainty };
        let mut day = Date::new(year, 1, 1).ok();
        while let Some(date) = day.filter(|date| date.year() == year) {
            plain.put(date, !weekend(date));
            day = date.tomorrow().ok();
        }
        plain
    }

    /// Takes over the days that were set one by one.
    fn keep(&mut self, before: &Self) {
        for word in 0..self.off.len() {
            self.set[word] = before.set[word];
            self.off[word] = self.off[word] & !before.set[word] | before.off[word] & before.set[word];
        }
    }

    fn put(&mut self, date: Date, working: bool) {
        let (word, bit) = place(date);
        if working {
            self.off[word] &= !bit;
        } else {
            self.off[word] |= bit;
        }
    }
}

fn place(date: Date) -> (usize, u64) {
    let day = usize::from(date.day_of_year().unsigned_abs()) - 1;
    (day / 64, 1 << (day % 64))
}

fn weekend(date: Date) -> bool {
    date.weekday().to_monday_zero_offset() >= 5
}

impl Calendar {
    /// The calendar of the whole country: notices for 2004–2026, the law alone for the years after
    /// them up to 2050.
    pub fn china() -> Self {
        let mut years = BTreeMap::new();
        for notice in NOTICES {
            let mut year = Year::weekends(notice.year, Certainty::Known);
            for (_, from, to) in notice.off {
                each(notice.year, *from, *to, |date| year.put(date, false));
            }
            for day in notice.work {
                each(notice.year, *day, *day, |date| year.put(date, true));
            }
            years.insert(notice.year, year);
        }
        let first = NOTICES.last().map_or(LAST, |notice| notice.year) + 1;
        for number in first..=LAST {
            let mut year = Year::weekends(number, Certainty::Provisional);
            for holiday in Holiday::YEARLY {
                let mut day = by_law(number, holiday);
                while let Some((date, last)) = day.filter(|(date, last)| date <= last) {
                    year.put(date, false);
                    day = date.tomorrow().ok().map(|next| (next, last));
                }
            }
            years.insert(number, year);
        }
        Self { years }
    }

    /// A calendar that knows no holidays at all; every answer goes by the weekday.
    pub fn weekdays() -> Self {
        Self { years: BTreeMap::new() }
    }

    /// Whether a day is worked.
    pub fn workday(&self, date: Date) -> Workday {
        let Some(year) = self.years.get(&date.year()) else {
            return Workday { working: !weekend(date), certainty: Certainty::Unknown };
        };
        let (word, bit) = place(date);
        let set = year.set[word] & bit != 0;
        Workday {
            working: year.off[word] & bit == 0,
            certainty: if set { Certainty::Known } else { year.certainty },
        }
    }

    /// Sets one day: a regional holiday, a local make-up day.
    pub fn set(&mut self, date: Date, working: bool) {
        let year =
            self.years.entry(date.year()).or_insert_with(|| Year::weekends(date.year(), Certainty::Unknown));
        year.put(date, working);
        let (word, bit) = place(date);
        year.set[word] |= bit;
    }

    /// The day that lies so many working days after (or, below zero, before) a day; that day
    /// itself is not counted, and 0 gives it back. `None` past the ends of the calendar of jiff.
    pub fn add_workdays(&self, from: Date, days: i32) -> Option<Counted> {
        let mut counted = Counted { day: from, certainty: Certainty::Known };
        let mut left = days.unsigned_abs();
        while left > 0 {
            counted.day = if days > 0 { counted.day.tomorrow() } else { counted.day.yesterday() }.ok()?;
            let workday = self.workday(counted.day);
            counted.certainty = counted.certainty.min(workday.certainty);
            left -= u32::from(workday.working);
        }
        Some(counted)
    }

    /// How many working days lie after `from` up to and with `to`; 0 where `to` is not later.
    pub fn workdays_between(&self, from: Date, to: Date) -> u32 {
        let mut count = 0;
        let mut day = from;
        while day < to {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            count += u32::from(self.workday(day).working);
        }
        count
    }
}

/// The days from one packed day to another of a year.
fn each(year: i16, from: u16, to: u16, mut act: impl FnMut(Date)) {
    let last = unpack(year, to);
    let mut day = unpack(year, from);
    while let (Some(date), Some(last)) = (day, last) {
        if date > last {
            break;
        }
        act(date);
        day = date.tomorrow().ok();
    }
}

/// The days off of a holiday; whether a notice says so, or the law alone.
pub(crate) fn stretch(year: i16, holiday: Holiday) -> Option<(Date, Date, bool)> {
    let noticed = NOTICES
        .iter()
        .find(|notice| notice.year == year)
        .and_then(|notice| notice.off.iter().find(|(name, ..)| *name == holiday))
        .and_then(|(_, from, to)| Some((unpack(year, *from)?, unpack(year, *to)?, true)));
    noticed.or_else(|| by_law(year, holiday).map(|(from, to)| (from, to, false)))
}
