//! Days, stretches and lists of days with the words around them: 自…起, 至, 前, 底.

use crate::anchor::{settle, settle_after};
use crate::cursor::Cursor;
use crate::meaning::value;
use crate::point::{Grain, Place, Point, Read, Year, day, point};
use crate::stretch::{days_of_month, open_range, range, range_end, several_years};
use crate::when::Readings;
use crate::words::{Prefix, Suffix, clock, explanation, prefix, suffix};
use crate::{Clock, Context, Found, Reading, When};

/// One point of a list and where it stands.
#[derive(Clone, Copy)]
struct Item {
    point: Point,
    start: usize,
    end: usize,
}

/// Reads a dated expression at a place; gives the end of what was read, which may be nothing.
pub(crate) fn read(text: &str, at: usize, context: &Context, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let prefix = prefix(&mut c);
    if c.sees(if prefix == Prefix::From { "即今现本方通文印下发公颁" } else { "即今" })
        && let Some(end) = from_issue(&c, at, prefix, context, out)
    {
        return Some(end);
    }
    let first = match several_years(&mut c, context).or_else(|| point(&mut c, context)) {
        Some(Read::Point(point)) => point,
        Some(Read::Nothing) => return Some(c.at),
        None => {
            let (point, last) = open_range(&mut c)?;
            return range(&c, at, point, last, context, out);
        }
    };
    if let Some((from, to, end)) = days_of_month(&c, &first) {
        c.at = end;
        return range(&c, at, from, to, context, out);
    }
    let mut r = c;
    if let Some(last) = range_end(&mut r, &first, context) {
        return match last {
            Read::Point(last) => range(&r, at, first, last, context, out),
            Read::Nothing => Some(r.at),
        };
    }
    list(c, at, prefix, first, context, out)
}

/// 即日起, 自印发之日起: from the day of issue, perhaps up to a point.
fn from_issue(
    c: &Cursor<'_>,
    at: usize,
    prefix: Prefix,
    context: &Context,
    out: &mut Vec<Found>,
) -> Option<usize> {
    let mut c = *c;
    // 从 before 即日 is left outside; 自 belongs to the words.
    let at = if c.before() == Some('从') && c.rest().starts_with("即日") { c.at } else { at };
    let opening = c.eat_one(&["即日起", "即日开始", "现在起", "现在开始", "今日起", "今天起"]).is_some();
    if !opening {
        let mut short = c;
        if short.eat("即日") && short.sees("至到-—－–~～") {
            c = short;
        } else {
            if prefix != Prefix::From {
                return None;
            }
            c.eat_one(&["本方案", "本通知", "本办法", "方案", "通知", "文件"]);
            c.eat_one(&["印发", "下发", "发布", "公布", "发文", "颁布"])?;
            if !c.eat("之日起") && !c.eat("之日") {
                return None;
            }
        }
    }
    let start = context.anchor;
    let mut r = c;
    r.eat_of(",，");
    let joined = r.connector();
    if joined && r.eat("今") {
        return Some(r.at);
    }
    if joined
        && let Some(Read::Point(last)) = point(&mut r, context)
        && let Some(days) = settle_after(&last, start, context)
    {
        r.eat_one(&["为止", "止"]);
        let end = days.end.max(start);
        out.push(Found::new(at..r.at, When::Span { start, end }, days.readings));
        return Some(r.at);
    }
    out.push(Found::new(at..c.at, When::From { start }, Readings::of(Reading::FromIssue)));
    Some(c.at)
}

/// One point or several, with the word that closes them.
fn list(
    mut c: Cursor<'_>,
    at: usize,
    prefix: Prefix,
    first: Point,
    context: &Context,
    out: &mut Vec<Found>,
) -> Option<usize> {
    let mut items = vec![Item { point: first, start: at, end: c.at }];
    let (mut hour, mut suffix_at) = tail(&mut c, &first);
    while suffix_at.0 == Suffix::None && hour.is_none() && first.grain < Grain::Year {
        let Some((item, next)) = next_item(&c, &items[items.len() - 1].point, context) else {
            break;
        };
        items.push(item);
        c = next;
        (hour, suffix_at) = tail(&mut c, &item.point);
    }
    let (suffix, end) = suffix_at;
    let last = items.len() - 1;
    if end > c.at || suffix != Suffix::None {
        items[last].end = end;
    }
    let mut floor = None;
    for (i, item) in items.iter().enumerate() {
        let mut days = match floor {
            None => settle(&item.point, context)?,
            Some(floor) => settle_after(&item.point, floor, context)?,
        };
        floor = Some(days.end);
        let own = if i == last { suffix } else { Suffix::None };
        let spread = last > 0 && i < last && suffix == Suffix::Before;
        if spread {
            days.readings.add(Reading::Distributed);
        }
        let own = if spread { Suffix::Before } else { own };
        let before = if i == 0 { prefix } else { Prefix::None };
        let cursor = Cursor::new(c.text, item.end);
        if last == 0 && suffix == Suffix::None && adopted(item, c.text) {
            break;
        }
        if let Some((when, readings)) = value(&item.point, days, before, own, &cursor, item.start) {
            out.push(Found {
                range: item.start..item.end,
                when,
                reading: readings.list(),
                clock: if i == last { hour } else { None },
                trigger: None,
            });
        }
    }
    let end = items[last].end;
    let end = restated(c.text, end, context, out).unwrap_or(end);
    let explained = last == 0 && first.grain == Grain::Day && out.last().is_some_and(|f| f.range.end == end);
    let mut behind = Cursor::new(c.text, end);
    if explained {
        explanation(&mut behind);
    }
    Some(behind.at)
}

/// Whether a date is only that of a decision: 2026年2月25日校务会议通过. A date alone on its line may be
/// the day of issue; only the caller can tell.
fn adopted(item: &Item, text: &str) -> bool {
    let blank = [' ', '\u{3000}', '\r'];
    let after = crate::cursor::head(text[item.end..].trim_start_matches(blank), 16);
    let clause = after.split(['）', ')', '，', '。', '\n']).next().unwrap_or(after);
    matches!(item.point.year, Year::Written(_))
        && item.point.grain == Grain::Day
        && (clause.ends_with("通过") || clause.ends_with("修订"))
}

/// 春季开学前（2025年2月14日前）: the day in brackets says what the words before them mean.
fn restated(text: &str, end: usize, context: &Context, out: &mut [Found]) -> Option<usize> {
    let last = out.last_mut().filter(|last| last.range.end == end)?;
    let vague = [Reading::SchoolTerms, Reading::Holiday, Reading::HolidayProvisional];
    if !last.reading.iter().any(|reading| vague.contains(reading)) {
        return None;
    }
    let mut c = Cursor::new(text, end);
    c.eat_of("（(")?;
    let mut inner = Vec::new();
    c.at = read(text, c.at, context, &mut inner)?;
    c.eat_of("）)")?;
    let [said] = inner.try_into().ok()?;
    *last = Found { range: last.range.start..c.at, ..said };
    Some(c.at)
}

/// The next point of a list: 、B, 和C; a day alone takes the month of the one before it.
fn next_item<'t>(c: &Cursor<'t>, previous: &Point, context: &Context) -> Option<(Item, Cursor<'t>)> {
    let mut t = *c;
    t.eat_one(&["、", "和", "及", "以及", "与", "或"])?;
    t.blanks();
    let start = t.at;
    let mut d = t;
    let next = match (previous.grain, previous.month_number(), day(&mut d)) {
        (Grain::Day, Some(month), Some(day)) => {
            t = d;
            Point::day(Year::Missing, month, day)
        }
        _ => {
            let Read::Point(point) = point(&mut t, context)? else {
                return None;
            };
            point
        }
    };
    if next.grain == Grain::Year || matches!(next.place, Place::Days { .. }) {
        return None;
    }
    // A stretch stands by itself.
    let mut r = t;
    if days_of_month(&t, &next).is_some() || range_end(&mut r, &next, context).is_some() {
        return None;
    }
    Some((Item { point: next, start, end: t.at }, t))
}

/// The time of day and the closing word behind a point.
fn tail(c: &mut Cursor<'_>, point: &Point) -> (Option<Clock>, (Suffix, usize)) {
    let mut t = *c;
    let (hour, _) = if point.grain == Grain::Day { clock(&mut t) } else { (None, false) };
    let (suffix, end) = suffix(&mut t);
    if suffix == Suffix::None {
        return (None, (Suffix::None, c.at));
    }
    (hour, (suffix, end))
}
