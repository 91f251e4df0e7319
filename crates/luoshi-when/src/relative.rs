use jiff::ToSpan;
use jiff::civil::Date;

use crate::cursor::Cursor;
use crate::numeral::digit;
use crate::point::{Grain, Point, Year, in_month};
use crate::{Context, Reading};

/// A point counted from the day of issue: 本月底, 下周五, 月底前, 季度末.
pub(crate) fn point(c: &mut Cursor<'_>, context: &Context) -> Option<Point> {
    let anchor = context.anchor;
    let mut t = *c;
    t.blanks();
    let months = [("本月", 0), ("这个月", 0), ("下月", 1), ("下个月", 1)];
    if let Some(at) = t.eat_one(&months.map(|m| m.0)) {
        let month = anchor.first_of_month().checked_add(months[at].1.months()).ok()?;
        t.eat("份");
        let point = in_month(&mut t, Year::Written(month.year()), month.month() as u8);
        *c = t;
        return Some(point.told(Reading::FromIssue));
    }
    if let Some(at) = t.eat_one(&["本季度", "本季", "下季度"]) {
        let month = anchor.first_of_month().checked_add((if at > 1 { 3 } else { 0 }).months()).ok()?;
        let quarter = (month.month() as u8 - 1) / 3;
        let (first, last) = (quarter * 3 + 1, quarter * 3 + 3);
        let year = Year::Written(month.year());
        let point = Point::in_year(year, (first, 1), (last, 0), Grain::Period).told(Reading::FromIssue);
        let ends = t.eat("末") || t.eat("底");
        *c = t;
        return Some(if ends { point.ending() } else { point });
    }
    if let Some(at) = t.eat_one(&["本周", "这周", "下周", "下星期", "本星期"]) {
        let monday = anchor.checked_sub(i64::from(anchor.weekday().to_monday_zero_offset()).days()).ok()?;
        let monday = monday.checked_add((if at == 2 || at == 3 { 7 } else { 0 }).days()).ok()?;
        let (start, end, grain) = match t.eat_of("一二三四五六日天") {
            Some(day) => {
                let day = monday.checked_add(i64::from(weekday(day)?).days()).ok()?;
                (day, day, Grain::Day)
            }
            None => (monday, monday.checked_add(6.days()).ok()?, Grain::Part),
        };
        *c = t;
        return Some(Point::days(start, end, grain, Reading::FromIssue));
    }
    if let Some(at) = t.eat_one(&["今日", "今天", "明日", "明天"]) {
        let day = anchor.checked_add((at as i64 / 2).days()).ok()?;
        *c = t;
        return Some(Point::days(day, day, Grain::Day, Reading::FromIssue));
    }
    let bare = !t.before().is_some_and(|p| "当逐各次上每个日整满".contains(p) || digit(p).is_some());
    if bare && t.eat_one(&["月底", "月末"]).is_some() && t.sees("前之以 ") {
        let end = anchor.last_of_month();
        *c = t;
        return Some(Point { edge: true, ..Point::days(end, end, Grain::Day, Reading::FromIssue) });
    }
    if bare && t.eat_one(&["季度末", "季度底", "季末"]).is_some() {
        let month = (anchor.month() - 1) / 3 * 3 + 3;
        let end = Date::new(anchor.year(), month, 1).ok()?.last_of_month();
        *c = t;
        return Some(Point { edge: true, ..Point::days(end, end, Grain::Day, Reading::FromIssue) });
    }
    None
}

/// Days after Monday of 一…日.
pub(crate) fn weekday(c: char) -> Option<u8> {
    Some(match c {
        '一' => 0,
        '二' => 1,
        '三' => 2,
        '四' => 3,
        '五' => 4,
        '六' => 5,
        '日' | '天' | '末' => 6,
        _ => return None,
    })
}
