//! A plan's calendar (日历): what is due on which day of a month, and what that is.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use luoshi_app::DueDay;
use luoshi_engine::PlanId;
use serde::Deserialize;

use super::plan::{Choice, Head, choices};
use crate::error::{Result, encoded, rendered};
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, lines, on_page};

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    frame: Frame,
    head: Head,
    registers: Vec<Choice>,
    month: String,
    words: String,
    before: String,
    after: String,
    weeks: Vec<Vec<Day>>,
    day: String,
    lines: Vec<Line>,
    pager: Pager,
}

/// A day of the calendar.
struct Day {
    number: i8,
    inside: bool,
    today: bool,
    chosen: bool,
    rest: bool,
    all: i64,
    owed: i64,
    late: bool,
    to: String,
    words: String,
}

/// Which register, month and day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    register: String,
    month: String,
    day: String,
    page: i64,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let reader = &signed.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let pack = reader.pack(&plan)?;
    let head = Head::of(reader, &plan);
    let today = reader.now.date();
    let chosen: Option<Date> = wanted.day.parse().ok();
    let month =
        format!("{}-01", wanted.month).parse::<Date>().ok().or(chosen).unwrap_or(today).first_of_month();
    let (from, until) = around(month);
    let days = reader.due_days(&plan, &wanted.register, from, until).await?;
    let kept = format!("{}/calendar?register={}", head.to, encoded(&wanted.register));
    let make = |date: Date| {
        let due = days.get(&date).copied().unwrap_or_default();
        let rest = !reader.context.calendar.workday(date).working;
        day(date, month, due, today, chosen, rest, &kept)
    };
    let week = |week: i32| (0..7).map(|at| make(from.saturating_add((week * 7 + at).days()))).collect();
    let weeks = (until - from).get_days() / 7;
    let shown = chosen.unwrap_or(today);
    let due_on = |page| reader.due_on(&plan, &wanted.register, shown, page);
    let (rows, total) = on_page(wanted.page, due_on).await?;
    let all = pack.registers.iter().map(|register| (register.key.as_str(), register.title.as_str()));
    let month_of = |date: Date| format!("{kept}&month={}", date.strftime("%Y-%m"));
    Ok(rendered(&CalendarPage {
        frame: Frame::of(&signed, format!("{} 日历", plan.title), "/plans").await?,
        registers: choices(all, &wanted.register),
        month: month.strftime("%Y-%m").to_string(),
        words: month.strftime("%Y年%-m月").to_string(),
        before: month_of(month.saturating_sub(1.month())),
        after: month_of(month.saturating_add(1.month())),
        weeks: (0..weeks).map(week).collect(),
        day: shown.strftime("%-m月%-d日").to_string(),
        lines: lines(reader, &rows).await?,
        pager: Pager::new(wanted.page, total, format!("{kept}&day={shown}&page=")),
        head,
    }))
}

/// The weeks that a month touches: their first day, and the day after their last.
fn around(month: Date) -> (Date, Date) {
    let back = i32::from(month.weekday().since(Weekday::Monday));
    let last = month.last_of_month();
    let on = 7 - i32::from(last.weekday().since(Weekday::Monday));
    (month.saturating_sub(back.days()), last.saturating_add(on.days()))
}

fn day(
    date: Date,
    month: Date,
    due: DueDay,
    today: Date,
    chosen: Option<Date>,
    rest: bool,
    kept: &str,
) -> Day {
    Day {
        number: date.day(),
        inside: date.month() == month.month(),
        today: date == today,
        chosen: chosen == Some(date),
        rest,
        all: due.all,
        owed: due.owed,
        late: due.owed > 0 && date < today,
        to: format!("{kept}&day={date}#day"),
        words: date.strftime("%-m月%-d日").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let cases = [
            (date(2026, 11, 1), (date(2026, 10, 26), date(2026, 12, 7))),
            (date(2026, 6, 1), (date(2026, 6, 1), date(2026, 7, 6))),
            (date(2027, 2, 1), (date(2027, 2, 1), date(2027, 3, 1))),
        ];
        for (month, weeks) in cases {
            assert_eq!(around(month), weeks, "{month}");
        }
    }
}
