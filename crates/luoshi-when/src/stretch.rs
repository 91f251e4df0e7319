//! Stretches with two ends: 3月22-30日, 四——十月, 12月21日-2月20日, 2026-2028年.

use crate::anchor::{Days, settle, settle_after, settle_before};
use crate::cursor::Cursor;
use crate::point::{Grain, Place, Point, Read, Year, day, point, ten_days};
use crate::words::{Suffix, clock, suffix};
use crate::{Context, Found, Reading, When, school, year};

/// 2026-2028年: the first year has no 年 of its own.
pub(crate) fn several_years(c: &mut Cursor<'_>, context: &Context) -> Option<Read> {
    let mut t = *c;
    let from = year::token(&mut t)?;
    if !t.connector() {
        return None;
    }
    year::token(&mut t)?;
    if t.eat("学年") {
        t.eat("度");
        let ends = school::end_of_term(&mut t, context, from);
        // A school year names a term; without 末 what hangs on it is no date of the plan.
        t.eat_one(&["第一学期", "第二学期"]);
        *c = t;
        return Some(ends.map_or(Read::Nothing, Read::Point));
    }
    let mut unit = t;
    if !unit.eat("年") {
        return None;
    }
    if unit.eat("度") {
        *c = unit;
        return Some(Read::Nothing);
    }
    let mut first = *c;
    year::token(&mut first)?;
    *c = first;
    Some(Read::Point(Point::in_year(from, (1, 1), (12, 0), Grain::Year)))
}

/// 7-8月, 四——十月, 7、8月, 三至五月份: months with one unit between them.
pub(crate) fn open_range(c: &mut Cursor<'_>) -> Option<(Point, Point)> {
    let mut t = *c;
    let from = t.number().filter(|n| (1..=12).contains(n))?;
    let mut last = None;
    let mut r = t;
    if r.connector() {
        last = r.number();
        t = r;
    } else {
        // 7、8月 and 6、7、8月 are one stretch.
        let mut next = from;
        let mut left = 11;
        while left > 0 && t.eat_of("、,，和").is_some() {
            let number = t.number()?;
            if number != next + 1 {
                return None;
            }
            next = number;
            last = Some(number);
            left -= 1;
        }
    }
    let to = last.filter(|n| (1..=12).contains(n))?;
    if !t.eat("月") {
        return None;
    }
    t.eat_unless("份", "额量");
    let (from, to) = (u8::try_from(from).ok()?, u8::try_from(to).ok()?);
    let mut last = Point::month(Year::Missing, to);
    if t.eat_unless("底", "线数部子色账") || t.eat_unless("末", "端") {
        last = last.ending();
    } else if let Some(day) = day(&mut t) {
        // 1-3月5日 says nothing that can be trusted.
        let _ = day;
        return None;
    }
    *c = t;
    Some((Point::month(Year::Missing, from), last))
}

/// 3月22-30日, 3月1、2日: days that share a month and a unit.
pub(crate) fn days_of_month(c: &Cursor<'_>, month: &Point) -> Option<(Point, Point, usize)> {
    if month.grain == Grain::Year {
        let mut t = *c;
        let (mut from, mut to) = open_range(&mut t)?;
        from.year = month.year;
        to.year = same_year(month.year);
        return Some((from, to, t.at));
    }
    if month.grain != Grain::Month {
        return None;
    }
    let Place::InYear { from: (number, _), .. } = month.place else {
        return None;
    };
    let mut t = *c;
    let from = t.number().filter(|n| (1..=31).contains(n))?;
    if !t.connector() {
        return None;
    }
    let to = day(&mut t)?;
    let from = Point::day(month.year, number, u8::try_from(from).ok()?);
    Some((from, after_day(number, &from, to), t.at))
}

/// A day that follows another of a month: of the same month unless it is smaller.
fn after_day(month: u8, first: &Point, day: u8) -> Point {
    let earlier = matches!(first.place, Place::InYear { to, .. } if to.1 != 0 && day < to.1);
    let month = if earlier { month % 12 + 1 } else { month };
    Point::day(Year::Missing, month, day)
}

/// The year of the later end of a stretch whose first end has this year.
fn same_year(year: Year) -> Year {
    match year {
        Year::Written(_) | Year::Short(_) | Year::Ahead(_) | Year::Following(_) => Year::Missing,
        open => open,
    }
}

/// The later end of a stretch, the connector before it included.
pub(crate) fn range_end(c: &mut Cursor<'_>, first: &Point, context: &Context) -> Option<Read> {
    let mut t = *c;
    let (_, _) = clock(&mut t);
    if t.eat_one(&["起", "开始", "始"]).is_some() {
        t.eat_one(&["执行", "施行", "实施", "开展", "持续", "延续"]);
    }
    t.eat_of(",，");
    if !t.connector() {
        return None;
    }
    if t.eat_one(&["今", "目前", "现在"]).is_some() {
        *c = t;
        return Some(Read::Nothing);
    }
    let month = first.month_number();
    let mut last = None;
    if let Some(month) = month {
        let mut d = t;
        if first.grain == Grain::Day
            && let Some(day) = day(&mut d)
        {
            last = Some((after_day(month, first, day), d));
        } else if let Some(part) = ten_days(&mut d, Year::Missing, month) {
            last = Some((part, d));
        } else if d.eat_one(&["月底", "月末", "底"]).is_some() {
            last = Some((Point::month(Year::Missing, month).ending(), d));
        }
    }
    if last.is_none() {
        let mut p = t;
        match point(&mut p, context) {
            Some(Read::Point(point)) => last = Some((point, p)),
            Some(Read::Nothing) => {
                *c = p;
                return Some(Read::Nothing);
            }
            None => return None,
        }
    }
    let (point, end) = last?;
    // A stretch is no stretch where its other end opens a new one of its own kind.
    if first.grain == Grain::Year
        && point.grain < Grain::Year
        && matches!(point.year, Year::Missing)
        && !point.edge
    {
        return None;
    }
    *c = end;
    Some(Read::Point(point))
}

/// A stretch with both ends: settles and lists it.
pub(crate) fn range(
    c: &Cursor<'_>,
    at: usize,
    first: Point,
    last: Point,
    context: &Context,
    out: &mut Vec<Found>,
) -> Option<usize> {
    let mut c = *c;
    let mut from = settle(&first, context)?;
    if let (Year::Missing | Year::Masked, Year::Written(_)) = (first.year, last.year)
        && let Some(written) = settle(&last, context)
        && written.end < from.start
        && let Some(earlier) = settle_before(&first, written.end)
    {
        from = Days { readings: from.readings, ..earlier };
    }
    let to = settle_after(&last, from.start, context)?;
    let mut readings = from.readings;
    readings.join(to.readings);
    let start = from.start;
    let end = if to.end < start {
        readings.add(Reading::EndBeforeStart);
        start
    } else {
        to.end
    };
    match suffix(&mut c) {
        (Suffix::Since, after) => return Some(after),
        (Suffix::Before | Suffix::During, after) => c.at = after,
        _ => {}
    }
    out.push(Found::new(at..c.at, When::Span { start, end }, readings));
    Some(c.at)
}
