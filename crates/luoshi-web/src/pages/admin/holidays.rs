//! Holidays: the calendar of a year, and days that the office sets itself, each with its ground.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use luoshi_engine::{OrgCommand, SystemRole};
use luoshi_when::Certainty;
use serde::Deserialize;

use super::organise;
use crate::error::{Result, WebError, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/holidays.html")]
struct HolidaysPage {
    frame: Frame,
    year: i16,
    months: Vec<Month>,
    /// Days set by hand: the day, whether it is worked.
    own: Vec<(Date, bool)>,
    ground: &'static str,
    sheets: Vec<Sheet>,
}

/// A month: its days, in weeks that begin on Monday; none where a week has no such day.
struct Month {
    title: String,
    weeks: Vec<Vec<Option<Day>>>,
}

/// A day of the calendar.
struct Day {
    date: Date,
    class: String,
    words: &'static str,
}

/// Which year, which day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    year: Option<i16>,
    day: String,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&signed, &wanted, None).await
}

async fn shown(signed: &Signed, wanted: &Wanted, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let today = reader.now.date();
    let day: Option<Date> = wanted.day.parse().ok();
    let year = wanted.year.or(day.map(Date::year)).unwrap_or(today.year()).clamp(1950, 2198);
    let org = &reader.context.org;
    let mut sheets = sheets(signed, year, day);
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    let middle = Date::new(year, 6, 15).unwrap_or(today);
    let ground = match reader.context.calendar.workday(middle).certainty {
        Certainty::Known => "按国务院办公厅当年的放假通知",
        Certainty::Provisional => "当年的放假通知还没有收录，暂按《全国年节及纪念日放假办法》推算，没有调休",
        Certainty::Unknown => "当年没有放假通知可依，只按周末推算",
    };
    Ok(rendered(&HolidaysPage {
        frame: Frame::of(signed, "节假日", "/admin/holidays").await?,
        year,
        months: (1..=12).filter_map(|month| self::month(signed, Date::new(year, month, 1).ok()?)).collect(),
        own: org.workdays.iter().filter(|(day, _)| day.year() == year).map(|(d, w)| (*d, *w)).collect(),
        ground,
        sheets,
    }))
}

fn month(signed: &Signed, first: Date) -> Option<Month> {
    let mut weeks: Vec<Vec<Option<Day>>> = Vec::new();
    let mut day = first;
    while day.month() == first.month() && day.year() == first.year() {
        if weeks.is_empty() || day.weekday() == Weekday::Monday {
            weeks.push((0..7).map(|_| None).collect());
        }
        let at = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
        *weeks.last_mut()?.get_mut(at)? = Some(self::day(signed, day));
        day = day.checked_add(1.day()).ok()?;
    }
    Some(Month { title: format!("{}月", first.month()), weeks })
}

fn day(signed: &Signed, date: Date) -> Day {
    let reader = &signed.reader;
    let working = reader.context.calendar.workday(date).working;
    let weekend = date.weekday().to_monday_zero_offset() >= 5;
    let (class, words) = match (working, weekend) {
        (true, false) => ("", "工作日"),
        (true, true) => ("made-up", "调休上班"),
        (false, true) => ("off", "周末"),
        (false, false) => ("holiday", "放假"),
    };
    let own = if reader.context.org.workdays.contains_key(&date) { " own" } else { "" };
    let today = if date == reader.now.date() { " today" } else { "" };
    Day { date, class: format!("{class}{own}{today}"), words }
}

fn sheets(signed: &Signed, year: i16, day: Option<Date>) -> Vec<Sheet> {
    let value = day.map(|day| day.to_string()).unwrap_or_default();
    let set = day.and_then(|day| signed.reader.context.org.workdays.get(&day));
    let now = day.map(|day| signed.reader.context.calendar.workday(day).working);
    let choice = if now == Some(true) { "no" } else { "yes" };
    let to = format!("/admin/holidays?year={year}");
    let given = || Field::new("date", "day", "日期", &*value).must();
    let set_it = vec![
        given(),
        Field::new("select", "working", "设为", choice).of([("yes", "上班"), ("no", "放假")]),
        Field::new("text", "reason", "依据", "").must().hint("通知名称或文号"),
    ];
    let clear = vec![given(), Field::new("text", "reason", "原因", "")];
    let mut sheets = vec![Sheet::new("set", "单独设置某天", &*to, set_it).open()];
    if set.is_some() || day.is_none() {
        sheets.push(Sheet::new("clear", "恢复按国家安排", to, clear).harsh());
    }
    sheets
}

/// Sets a day or lets it follow the calendar again.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let sent = Sent(pairs);
    let done = match command(&sent) {
        Ok(command) => organise(&web, &signed, &sent, &[command]).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/admin/holidays?day={}", sent.get("day"))).into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &wanted, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(sent: &Sent) -> Result<OrgCommand> {
    let (day, reason) = (sent.day("day", "日期")?, sent.get("reason").to_owned());
    match sent.act() {
        "set" => Ok(OrgCommand::SetWorkday { day, working: sent.get("working") == "yes", reason }),
        "clear" => Ok(OrgCommand::ClearWorkday { day, reason }),
        other => Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    }
}
