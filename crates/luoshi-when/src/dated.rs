//! Days, stretches and lists of days with the words around them: 自…起, 至, 前, 底.

use jiff::civil::Time;

use crate::anchor::{Days, settle, settle_after, settle_before};
use crate::cursor::{Cursor, head};
use crate::numeral::{digit, is_numeral};
use crate::point::{Grain, Place, Point, Read, Year, day, point, ten_days};
use crate::when::Readings;
use crate::{Clock, Context, Found, Reading, When, year};

/// What a word before a point makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    None,
    /// 自, 从
    From,
    /// 截至, 不迟于, 最迟
    By,
    /// 到, 至
    To,
}

/// What a word behind a point makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    None,
    /// 前, 之前, 止
    Before,
    /// 内
    Within,
    /// 期间
    During,
    /// 起, 开始, 后
    Start,
    /// 以来, 至今
    Since,
    /// 前后, 左右
    Around,
}

/// One point of a list and where it stands.
#[derive(Clone, Copy)]
struct Item {
    point: Point,
    start: usize,
    end: usize,
}

/// Reads a dated expression at a place; gives the end of what was read, which may be nothing.
pub(crate) fn read(
    text: &str,
    at: usize,
    context: &Context,
    out: &mut Vec<Found>,
) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let prefix = prefix(&mut c);
    if let Some(end) = from_issue(&c, at, prefix, context, out) {
        return Some(end);
    }
    let first = match several_years(&mut c).or_else(|| point(&mut c, context)) {
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

/// 自, 从, 截至, 不迟于, 到 and their like.
fn prefix(c: &mut Cursor<'_>) -> Prefix {
    let before = c.before();
    if c.eat_one(&["从", "自"]).is_some() {
        return Prefix::From;
    }
    let by = [
        "截至",
        "截止到",
        "截止至",
        "截止",
        "不迟于",
        "不晚于",
        "最迟在",
        "最迟于",
        "最迟不超过",
        "最迟",
        "最晚在",
        "最晚于",
        "最晚",
        "至迟",
        "务必于",
        "务于",
        "赶在",
    ];
    if c.eat_one(&by).is_some() {
        c.eat_one(&["时间为", "时间：", "时间:", "日期为"]);
        return Prefix::By;
    }
    if !before.is_some_and(|p| "达得收接做受找甚迟感看想".contains(p)) && c.eat_of("到至").is_some()
    {
        return Prefix::To;
    }
    Prefix::None
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
    let opening = c
        .eat_one(&["即日起", "即日开始", "今日起", "今天起"])
        .is_some();
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
        push(
            out,
            at..r.at,
            When::Span { start, end },
            days.readings.list(),
        );
        return Some(r.at);
    }
    push(
        out,
        at..c.at,
        When::From { start },
        vec![Reading::FromIssue],
    );
    Some(c.at)
}

/// 2026-2028年: the first year has no 年 of its own.
fn several_years(c: &mut Cursor<'_>) -> Option<Read> {
    let mut t = *c;
    let from = year::token(&mut t)?;
    if !t.connector() {
        return None;
    }
    year::token(&mut t)?;
    if t.eat("学年") {
        // A school year names a term; what hangs on it is no date of the plan.
        t.eat_one(&["第一学期", "第二学期", "度"]);
        *c = t;
        return Some(Read::Nothing);
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
    Some(Read::Point(Point::in_year(
        from,
        (1, 1),
        (12, 0),
        Grain::Year,
    )))
}

/// 7-8月, 四——十月, 7、8月, 三至五月份: months with one unit between them.
fn open_range(c: &mut Cursor<'_>) -> Option<(Point, Point)> {
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
fn days_of_month(c: &Cursor<'_>, month: &Point) -> Option<(Point, Point, usize)> {
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
    let Place::InYear {
        from: (number, _), ..
    } = month.place
    else {
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
fn range_end(c: &mut Cursor<'_>, first: &Point, context: &Context) -> Option<Read> {
    let mut t = *c;
    let (_, _) = clock(&mut t);
    t.eat_one(&["起", "开始", "始"]);
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
fn range(
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
        from = Days {
            readings: from.readings,
            ..earlier
        };
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
    push(out, at..c.at, When::Span { start, end }, readings.list());
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
    let mut items = vec![Item {
        point: first,
        start: at,
        end: c.at,
    }];
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
    Some(items[last].end)
}

/// The next point of a list: 、B, 和C; a day alone takes the month of the one before it.
fn next_item<'t>(
    c: &Cursor<'t>,
    previous: &Point,
    context: &Context,
) -> Option<(Item, Cursor<'t>)> {
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
    Some((
        Item {
            point: next,
            start,
            end: t.at,
        },
        t,
    ))
}

/// The time of day and the closing word behind a point.
fn tail(c: &mut Cursor<'_>, point: &Point) -> (Option<Clock>, (Suffix, usize)) {
    let mut t = *c;
    let (hour, _) = if point.grain == Grain::Day {
        clock(&mut t)
    } else {
        (None, false)
    };
    let (suffix, end) = suffix(&mut t);
    if suffix == Suffix::None {
        return (None, (Suffix::None, c.at));
    }
    (hour, (suffix, end))
}

/// What a point with its words says; `None` where it schedules nothing.
fn value(
    point: &Point,
    days: Days,
    prefix: Prefix,
    suffix: Suffix,
    after: &Cursor<'_>,
    start_at: usize,
) -> Option<(When, Readings)> {
    let Days {
        start,
        end,
        mut readings,
    } = days;
    let by = |mut readings: Readings| {
        if point.grain > Grain::Day && !point.edge {
            readings.add(Reading::PeriodEnd);
        }
        Some((When::By { end }, readings))
    };
    match (suffix, prefix) {
        (Suffix::Since, _) => None,
        (Suffix::Start, _) => Some((When::From { start }, readings)),
        (Suffix::Around, _) => {
            readings.add(Reading::Approximate);
            Some(if start == end {
                (When::On { day: start }, readings)
            } else {
                (When::Span { start, end }, readings)
            })
        }
        (Suffix::Before | Suffix::Within, _) => by(readings),
        (Suffix::During, _) => Some((When::Span { start, end }, readings)),
        (Suffix::None, Prefix::By | Prefix::To) => by(readings),
        (Suffix::None, Prefix::From) => {
            (point.grain < Grain::Year).then_some((When::From { start }, readings))
        }
        (Suffix::None, Prefix::None) if point.edge => by(readings),
        (Suffix::None, Prefix::None) => match point.grain {
            Grain::Day => Some((When::On { day: start }, readings)),
            Grain::Year => {
                readings.add(Reading::BareYear);
                bounds_something(after, start_at, &readings)
                    .then_some((When::Span { start, end }, readings))
            }
            _ => phase(after).then_some((When::Span { start, end }, readings)),
        },
    }
}

/// Whether a bare month, quarter or half stands for a stretch of work and not for a habit of
/// nature: 3月份历来是火灾高发期.
fn phase(after: &Cursor<'_>) -> bool {
    let rest = after.rest();
    ![
        "历来", "是", "正值", "正是", "属", "以来", "的", "为", "一直", "已", "我",
    ]
    .iter()
    .any(|word| rest.starts_with(word))
}

/// Whether a bare year bounds a quota: a count stands in the same clause, and the line is no title.
fn bounds_something(after: &Cursor<'_>, start: usize, readings: &Readings) -> bool {
    if readings.list().contains(&Reading::BeforeIssue) {
        return false;
    }
    let before = after.text[..start].chars().next_back();
    if before.is_some_and(|p| "较比自从由按对与截同照据以在".contains(p)) {
        return false;
    }
    let rest = after.rest().trim_start_matches([',', '，', ' ']);
    if ["的", "是", "以来", "度", "第", "春", "秋", "夏", "冬", "版"]
        .iter()
        .any(|w| rest.starts_with(w))
    {
        return false;
    }
    let clause = head(rest, 40);
    let clause = clause
        .split(['。', '；', ';', '\n', '，', ',', '：', ':'])
        .next()
        .unwrap_or(clause);
    if ["方案", "计划", "通知", "办法", "意见", "要点", "规划"]
        .iter()
        .any(|w| clause.trim_end().ends_with(w))
    {
        return false;
    }
    let mut quoted = false;
    let mut counted = false;
    let mut chars = clause.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        quoted = match c {
            '“' | '《' | '〔' => true,
            '”' | '》' | '〕' => false,
            '"' => !quoted,
            _ => quoted,
        };
        if !quoted && (digit(c).is_some() || is_numeral(c)) {
            let Some((_, length)) = crate::numeral::parse_number(&clause[at..]) else {
                continue;
            };
            let measure = &clause[at + length..];
            if !measure.starts_with("周年")
                && measure.starts_with(|m| {
                    "人名户亩个项家村所件份场次篇条元万%％吨公米株头座处间套台批期户对支辆"
                        .contains(m)
                })
                && (digit(c).is_some() || length > c.len_utf8())
            {
                counted = true;
                break;
            }
        }
    }
    counted
}

/// The closing word behind a point; the end of it.
fn suffix(c: &mut Cursor<'_>) -> (Suffix, usize) {
    let mut t = *c;
    if t.eat_one(&["以来", "来看"]).is_some() || t.eat_one(&["至今", "到目前"]).is_some() {
        return (Suffix::Since, t.at);
    }
    if t.eat_one(&["前后", "左右", "上下"]).is_some() {
        return (Suffix::Around, t.at);
    }
    if t.eat_one(&["为止", "止", "截止"]).is_some() {
        return (Suffix::Before, t.at);
    }
    if t.eat_one(&["之前", "以前"]).is_some() || t.eat_unless("前", "期往述来夕赴移置沿景言线端列")
    {
        return (Suffix::Before, t.at);
    }
    if t.eat_one(&["期间"]).is_some() {
        return (Suffix::During, t.at);
    }
    if t.eat_one(&["以内", "之内"]).is_some() || t.eat_unless("内", "部容控外涵设") {
        return (Suffix::Within, t.at);
    }
    if t.eat_one(&["之日起", "开始", "以后", "之后"]).is_some()
        || t.eat_unless("起", "草诉步")
        || t.eat_unless("后", "勤续备期盾台")
    {
        return (Suffix::Start, t.at);
    }
    (Suffix::None, c.at)
}

/// A time of day: （星期五）, 上午, 18:00, 9时30分, 下班. Whether anything was there.
pub(crate) fn clock(c: &mut Cursor<'_>) -> (Option<Clock>, bool) {
    let mut t = *c;
    if t.eat_of("(（").is_some() {
        let week = t.eat_one(&["星期", "周"]).is_some() && t.eat_of("一二三四五六日天").is_some();
        if !(week && t.eat_of(")）").is_some()) {
            t = *c;
        }
    }
    let day = ["当天", "当日"];
    t.eat_one(&day);
    let halves = [
        "上午", "中午", "下午", "晚上", "晚间", "早上", "凌晨", "晚", "早",
    ];
    let half = t.eat_one(&halves);
    let afternoon = matches!(half, Some(2..=4 | 7));
    let mut found = None;
    if t.eat("下班") {
        found = Some(if half == Some(0) {
            Clock::NoonClosing
        } else {
            Clock::Closing
        });
    } else if let Some(time) = hour(&mut t, afternoon) {
        found = Some(Clock::At(time));
    } else {
        let noon = match half {
            Some(0) => Some(12),
            Some(1) => Some(12),
            _ => None,
        };
        if let Some(hour) = noon {
            found = Time::new(hour, 0, 0, 0).ok().map(Clock::At);
        }
    }
    let any = t.at > c.at;
    *c = t;
    (found, any)
}

/// 18:00, 9时30分, 5点半; 24时 is the last minute of the day.
fn hour(c: &mut Cursor<'_>, afternoon: bool) -> Option<Time> {
    let mut t = *c;
    let mut hour = if t.eat("零") {
        0
    } else {
        t.number().filter(|h| *h <= 24)?
    };
    let mut minute = 0;
    if t.eat_of(":：").is_some() {
        minute = t.number().filter(|m| *m < 60)?;
    } else {
        t.eat_one(&["时", "点钟", "点"])?;
        if t.eat("半") {
            minute = 30;
        } else {
            let mut m = t;
            if let Some(number) = m.number().filter(|m| *m < 60)
                && m.eat("分")
            {
                minute = number;
                t = m;
            }
        }
    }
    if afternoon && hour < 12 {
        hour += 12;
    }
    if hour == 24 {
        (hour, minute) = (23, 59);
    }
    *c = t;
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

/// Adds a plain expression.
fn push(out: &mut Vec<Found>, range: std::ops::Range<usize>, when: When, reading: Vec<Reading>) {
    out.push(Found {
        range,
        when,
        reading,
        clock: None,
        trigger: None,
    });
}
