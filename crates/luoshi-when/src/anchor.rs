//! From points as written to days: the year is missing, masked or told, and runs forward.

use jiff::civil::Date;

use crate::point::{Place, Point, Year};
use crate::when::Readings;
use crate::{Context, Reading};

/// The days of a point and what was decided on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    pub(crate) start: Date,
    pub(crate) end: Date,
    pub(crate) readings: Readings,
}

/// Settles a point by itself: not before the month of issue.
pub(crate) fn settle(point: &Point, context: &Context) -> Option<Days> {
    let mut days = settle_from(point, context.anchor.first_of_month(), context.anchor.year(), context)?;
    if days.end < context.anchor.first_of_month() {
        days.readings.add(Reading::BeforeIssue);
    }
    Some(days)
}

/// Settles a point that follows another: not before that one's day.
pub(crate) fn settle_after(point: &Point, after: Date, context: &Context) -> Option<Days> {
    settle_from(point, after, after.year(), context)
}

/// The latest day of a point whose year is open that is not after `before`.
pub(crate) fn settle_before(point: &Point, before: Date) -> Option<Days> {
    (0..=8)
        .find_map(|back| days_in(point, before.year().checked_sub(back)?).filter(|days| days.start <= before))
}

fn settle_from(point: &Point, floor: Date, base: i16, context: &Context) -> Option<Days> {
    let told = |year: i16, reading: Option<Reading>| {
        let mut days = days_in(point, year)?;
        if let Some(reading) = reading {
            days.readings.add(reading);
        }
        Some(days)
    };
    let issued = context.anchor.year();
    match point.year {
        Year::Written(year) => told(year, None),
        Year::Short(year) => told(year, Some(Reading::ShortYear)),
        Year::Ahead(years) => told(issued.checked_add(years)?, Some(Reading::RelativeYear)),
        Year::Following(years) => told(base.checked_add(years)?, Some(Reading::RelativeYear)),
        Year::Missing | Year::Masked => {
            let reading = match (point.year, point.place) {
                (Year::Masked, _) => Some(Reading::MaskedYear),
                (_, Place::InYear { .. }) => Some(Reading::YearAssumed),
                _ => None,
            };
            let this = told(floor.year(), reading)?;
            if this.end >= floor || matches!(point.place, Place::Days { .. }) {
                return Some(this);
            }
            told(floor.year().checked_add(1)?, reading)
        }
    }
}

/// The days of a point in one year. A day past the month's end falls on its end.
fn days_in(point: &Point, year: i16) -> Option<Days> {
    let mut readings = point.readings;
    let (from, to) = match point.place {
        Place::Days { start, end } => {
            return Some(Days { start, end, readings });
        }
        Place::InYear { from, to } => (from, to),
    };
    let mut day = |(month, day): (u8, u8)| {
        let first = Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
        let day = i8::try_from(day).ok()?;
        if day == 0 {
            return Some(first.last_of_month());
        }
        if day > first.days_in_month() {
            readings.add(Reading::NoSuchDay);
        }
        Date::new(year, first.month(), day.min(first.days_in_month())).ok()
    };
    let (start, end) = (day(from)?, day(to)?);
    Some(Days { start, end, readings })
}
