use jiff::civil::Date;

use crate::cursor::{Cursor, INNER};
use crate::numeral::is_numeral;
use crate::when::Readings;
use crate::year::{dotted, year_and};
use crate::{Context, Reading, feast, relative, school};

/// A year as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Year {
    Missing,
    Masked,
    Written(i16),
    Short(i16),
    /// So many years after the day of issue: 今年, 明年.
    Ahead(i16),
    /// So many years after the start of the span, or the day of issue: 当年, 次年.
    Following(i16),
}

/// How large the thing is that a point names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Grain {
    Day,
    Part,
    Month,
    Period,
    Year,
}

/// Where a point lies: in some year, or on days that are known already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// Month and day of both ends; day 0 is the month's last.
    InYear {
        from: (u8, u8),
        to: (u8, u8),
    },
    Days {
        start: Date,
        end: Date,
    },
}

/// A day, month, quarter, year… as written, its year not settled yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Point {
    pub(crate) year: Year,
    pub(crate) place: Place,
    pub(crate) grain: Grain,
    /// 底 or 末 is written: its end is meant.
    pub(crate) edge: bool,
    pub(crate) readings: Readings,
}

impl Point {
    pub(crate) fn in_year(year: Year, from: (u8, u8), to: (u8, u8), grain: Grain) -> Self {
        Self { year, place: Place::InYear { from, to }, grain, edge: false, readings: Readings::default() }
    }

    pub(crate) fn days(start: Date, end: Date, grain: Grain, reading: Reading) -> Self {
        Self {
            year: Year::Missing,
            place: Place::Days { start, end },
            grain,
            edge: false,
            readings: Readings::of(reading),
        }
    }

    pub(crate) fn month(year: Year, month: u8) -> Self {
        Self::in_year(year, (month, 1), (month, 0), Grain::Month)
    }

    pub(crate) fn day(year: Year, month: u8, day: u8) -> Self {
        Self::in_year(year, (month, day), (month, day), Grain::Day)
    }

    /// The last day of it.
    pub(crate) fn ending(mut self) -> Self {
        match &mut self.place {
            Place::InYear { from, to } => *from = *to,
            Place::Days { start, end } => *start = *end,
        }
        self.edge = true;
        self.told(Reading::EndRounded)
    }

    /// The same with one more reading told.
    pub(crate) fn told(mut self, reading: Reading) -> Self {
        self.readings.add(reading);
        self
    }

    /// The month that it stands in, to be lent to a day that follows: 6月5日、10日.
    pub(crate) fn month_number(&self) -> Option<u8> {
        match self.place {
            Place::InYear { to, .. } if self.grain <= Grain::Month => Some(to.0),
            _ => None,
        }
    }
}

/// What reading a point came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Read {
    Point(Point),
    /// A time, but none that schedules: 去年, 20xx年度, 2025-2026学年.
    Nothing,
}

/// Reads a point in time and moves the cursor behind it.
pub(crate) fn point(c: &mut Cursor<'_>, context: &Context) -> Option<Read> {
    let mut t = *c;
    t.blanks();
    let read = match t.peek()? {
        // 20xx年…, 3月…, 三季度, 五一前
        first if is_numeral(first) => {
            let read = dotted(&mut t).or_else(|| year_and(&mut t, context));
            let in_year = |t: &mut Cursor<'_>| within_year(t, Year::Missing).map(Read::Point);
            read.or_else(|| in_year(&mut t)).or_else(|| match first {
                '五' | '十' => feast::point(&mut t, context, Year::Missing).map(Read::Point),
                _ => None,
            })?
        }
        '今' | '本' | '明' | '来' | '后' | '次' | '翌' | '第' | '当' | '同' | '去' | '前' | '上' | '首'
        | '下' | '年' | '这' | '月' | '季' => year_and(&mut t, context).or_else(|| {
            within_year(&mut t, Year::Missing)
                .or_else(|| relative::point(&mut t, context))
                .or_else(|| school::point(&mut t, context, Year::Missing))
                .map(Read::Point)
        })?,
        '元' | '春' | '新' | '农' | '清' | '“' | '"' | '劳' | '端' | '中' | '国' => {
            let feast = feast::point(&mut t, context, Year::Missing);
            feast.or_else(|| school::point(&mut t, context, Year::Missing)).map(Read::Point)?
        }
        '寒' | '暑' | '秋' | '开' | '学' => {
            school::point(&mut t, context, Year::Missing).map(Read::Point)?
        }
        _ => return None,
    };
    *c = t;
    Some(read)
}

/// A part of a year: a month and what hangs on it, a quarter, a half, 年底.
pub(crate) fn within_year(c: &mut Cursor<'_>, year: Year) -> Option<Point> {
    let mut t = *c;
    t.blanks();
    let explicit = year != Year::Missing;
    let found = month_and(&mut t, year)
        .or_else(|| quarter(&mut t, year))
        .or_else(|| half(&mut t, year))
        .or_else(|| {
            let whole = Point::in_year(year, (1, 1), (12, 0), Grain::Year);
            let guard = "线数部子色账册单端梢位";
            if !explicit {
                // A bare 年底 begins with 年 itself.
                let outer = t.before().is_some_and(|p| "学财全万千百一二三四五六七八九十两几".contains(p));
                if outer || !t.eat("年") {
                    return None;
                }
                t.eat("年");
            } else {
                let mut doubled = t;
                if doubled.eat("年") && doubled.sees("底末终") {
                    t = doubled;
                }
            }
            if t.eat_unless("底", guard) {
                return Some(whole.ending());
            }
            // 年末 and 年终 alone tell of a season, not of a deadline.
            if t.eat_unless("末", guard) || t.eat("终") {
                let bound = explicit || t.sees("前之以");
                return bound.then(|| whole.ending());
            }
            if t.eat_unless("内", INNER) || t.eat("以内") || t.eat("之内") {
                return Some(whole.ending());
            }
            if explicit && t.eat_unless("初", "步级中审筛") {
                return Some(Point::month(year, 1).told(Reading::PartRounded));
            }
            None
        })?;
    *c = t;
    Some(found)
}

/// A month with its day, ten days, beginning or end.
fn month_and(c: &mut Cursor<'_>, year: Year) -> Option<Point> {
    let mut t = *c;
    if t.peek() == Some('两') {
        return None;
    }
    let month = t.number_of(1..=12, &["月"])?;
    t.eat_unless("份", "额量内");
    let point = in_month(&mut t, year, month);
    *c = t;
    Some(point)
}

/// What follows a month: 5日, 上旬, 底, or nothing.
pub(crate) fn in_month(c: &mut Cursor<'_>, year: Year, month: u8) -> Point {
    if let Some(day) = day(c) {
        return Point::day(year, month, day);
    }
    if let Some(part) = ten_days(c, year, month) {
        return part;
    }
    if let Some(week) = week_of_month(c, year, month) {
        return week;
    }
    let whole = Point::month(year, month);
    let mut doubled = *c;
    if doubled.eat("月") && doubled.sees("底末") {
        *c = doubled;
    }
    if c.eat_unless("底", "线数部子色账册单") || c.eat_unless("末", "端梢位") || c.eat("最后一天")
    {
        return whole.ending();
    }
    let rounded =
        |from, to| Point::in_year(year, (month, from), (month, to), Grain::Part).told(Reading::PartRounded);
    if c.eat_unless("初", "步级中审筛期") {
        return rounded(1, 10);
    }
    if c.eat_unless("中", "学心国央华共层小午级考期医") {
        return rounded(11, 20);
    }
    whole
}

/// A day of the month: 5日, 5号.
pub(crate) fn day(c: &mut Cursor<'_>) -> Option<u8> {
    c.number_of(1..=31, &["日", "号", "號"])
}

/// Ten days of a month: 上旬, 中下旬; 底 and 末 behind it mean its last day.
pub(crate) fn ten_days(c: &mut Cursor<'_>, year: Year, month: u8) -> Option<Point> {
    let parts = [("上中旬", 1, 20), ("中下旬", 11, 0), ("上旬", 1, 10), ("中旬", 11, 20), ("下旬", 21, 0)];
    let at = c.eat_one(&parts.map(|p| p.0))?;
    let (_, from, to) = parts[at];
    let point = Point::in_year(year, (month, from), (month, to), Grain::Part);
    Some(if c.eat_one(&["底", "末"]).is_some() { point.ending() } else { point })
}

/// 第一周 of a month: its first seven days, not a week of the calendar.
fn week_of_month(c: &mut Cursor<'_>, year: Year, month: u8) -> Option<Point> {
    let mut t = *c;
    let week = t.eat("第").then(|| t.number_of(1..=5, &["周", "个星期", "星期"]))??;
    // 第一周五, 第一个星期一: a day of the week.
    if t.sees("一二三四五六日天末") {
        return None;
    }
    let last = if week == 5 { 0 } else { week * 7 };
    *c = t;
    let point = Point::in_year(year, (month, week * 7 - 6), (month, last), Grain::Part);
    Some(point.told(Reading::PartRounded))
}

/// A quarter: 三季度, 第3季度, its end.
fn quarter(c: &mut Cursor<'_>, year: Year) -> Option<Point> {
    let mut t = *c;
    let first = t.eat_one(&["首季度", "首季"]).is_some();
    let number = if first {
        1
    } else {
        t.eat("第");
        t.number_of(1..=4, &["季度", "季"])?
    };
    // 四季 is all year round.
    if t.before() == Some('季') && !first {
        return None;
    }
    let point = Point::in_year(year, (number * 3 - 2, 1), (number * 3, 0), Grain::Period);
    let ends = t.eat_unless("末", "端") || t.eat_unless("底", "线数");
    *c = t;
    Some(if ends { point.ending() } else { point })
}

/// A half of a year: 上半年, its end.
fn half(c: &mut Cursor<'_>, year: Year) -> Option<Point> {
    let point = match c.eat_one(&["上半年", "下半年"])? {
        0 => Point::in_year(year, (1, 1), (6, 0), Grain::Period),
        _ => Point::in_year(year, (7, 1), (12, 0), Grain::Period),
    };
    Some(if c.eat_one(&["底", "末"]).is_some() { point.ending() } else { point })
}
