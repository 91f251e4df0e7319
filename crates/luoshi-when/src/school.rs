//! Terms and school holidays as bounds: 春季开学后, 学期末, 暑假期间.

use jiff::civil::Date;

use crate::cursor::Cursor;
use crate::point::{Grain, Point, Year};
use crate::{Context, Reading, Terms};

/// One term: its first and last day.
struct Stretch {
    start: Date,
    end: Date,
    spring: bool,
}

/// A term or school holiday with the word that makes a bound of it.
pub(crate) fn point(c: &mut Cursor<'_>, context: &Context, year: Year) -> Option<Point> {
    if c.before().is_some_and(|p| "每寒各".contains(p)) {
        return None;
    }
    let mut t = *c;
    let found = holiday(&mut t, context, year).or_else(|| term(&mut t, context, year))?;
    *c = t;
    Some(found.told(Reading::SchoolTerms))
}

/// 寒假, 暑假 with 期间, 前, 后, 结束前.
fn holiday(c: &mut Cursor<'_>, context: &Context, year: Year) -> Option<Point> {
    let winter = c.eat_one(&["寒假", "暑假", "暑期"])? == 0;
    // The winter holiday follows the autumn term.
    let mut stretches = terms(context, year).windows_of(!winter);
    let floor = context.anchor.first_of_month();
    let (start, end) = stretches.find(|(_, end)| *end >= floor)?;
    let day = |day| Some(Point { edge: true, ..days(day, day) });
    let rest = c.rest();
    if c.eat_one(&["结束前", "结束之前"]).is_some() {
        c.at -= '前'.len_utf8();
        return day(end);
    }
    if rest.starts_with("前") || rest.starts_with("开始前") || rest.starts_with("放假前") {
        c.eat_one(&["开始", "放假"]);
        return day(start.yesterday().ok()?);
    }
    if rest.starts_with("后") || rest.starts_with("结束后") {
        c.eat("结束");
        let next = end.tomorrow().ok()?;
        return Some(days(next, next));
    }
    let during = ["期间", "里", "中", "内", "放假期间"].iter().any(|word| rest.starts_with(word));
    c.eat("放假");
    during.then(|| Point { grain: Grain::Part, ..days(start, end) })
}

/// 开学, 学期末 and their like.
fn term(c: &mut Cursor<'_>, context: &Context, year: Year) -> Option<Point> {
    let season = c.eat_one(&[
        "春季学期",
        "秋季学期",
        "春季",
        "秋季",
        "新学期",
        "下学期",
        "本学期",
        "第一学期",
        "第二学期",
    ]);
    let floor = context.anchor.first_of_month();
    let named = matches!(season, Some(0..=3 | 7 | 8));
    let spring = matches!(season, Some(0 | 2 | 8));
    if !c.sees("开学期结末底内 ") {
        return None;
    }
    let mut known = terms(context, year).filter(|term| !named || term.spring == spring);
    if c.eat("开学") {
        let running = known
            .find(|term| if named { term.end >= floor } else { term.start.first_of_month() >= floor })?;
        // A plan of the month after the term began still speaks of the same beginning.
        let first = running.start.first_of_month();
        let late = (floor - first).get_days() > 31 && year == Year::Missing;
        let (start, first) = if late {
            let next = known.next()?;
            (next.start, next.start.first_of_month())
        } else {
            (running.start, if year == Year::Missing { first.max(floor) } else { first })
        };
        let rest = c.rest();
        if ["前", "之前", "以前"].iter().any(|word| rest.starts_with(word)) {
            if counted(rest) {
                return days_before(c, start);
            }
            let eve = start.yesterday().ok()?;
            return Some(Point { edge: true, ..days(eve, eve) });
        }
        if ["后", "之后", "以后", "起"].iter().any(|word| rest.starts_with(word)) {
            return (!counted(rest)).then(|| days(first, first));
        }
        if c.eat_one(&["初", "时"]).is_some() {
            let end = start.checked_add(jiff::Span::new().days(13)).ok()?;
            return Some(Point { grain: Grain::Part, ..days(start, end) }.told(Reading::PartRounded));
        }
        return None;
    }
    let whole = match season {
        Some(2..=4) => return None,
        Some(_) => true,
        None => false,
    };
    let mut running = known.filter(|term| term.end >= floor);
    let term = if season == Some(5) { running.nth(1)? } else { running.next()? };
    let ends = if whole {
        c.eat_one(&["期末", "结束", "末", "底"]).is_some()
    } else {
        c.eat_one(&["学期期末", "学期结束", "学期末", "学期底"]).is_some()
    };
    if ends {
        return Some(Point { edge: true, ..days(term.end, term.end) });
    }
    let rest = c.rest();
    let bounded = whole && (rest.starts_with("内") || rest.starts_with("期间"));
    bounded.then(|| Point { grain: Grain::Part, ..days(term.start, term.end) })
}

/// 前一周内 behind 开学: the days before school begins.
fn days_before(c: &mut Cursor<'_>, start: Date) -> Option<Point> {
    c.eat_one(&["之前", "以前", "前"])?;
    let number = c.number()?;
    c.eat("个");
    let days_each = match c.eat_one(&["周", "星期", "天", "日", "月"])? {
        0 | 1 => 7,
        2 | 3 => 1,
        _ => 30,
    };
    c.eat_one(&["以内", "之内", "内"])?;
    let span = jiff::Span::new().try_days(i64::from(number) * days_each).ok()?;
    let point = days(start.checked_sub(span).ok()?, start.yesterday().ok()?);
    Some(Point { grain: Grain::Part, ..point })
}

/// 第一学期末 behind a school year: the first is the autumn term in which the school year begins.
pub(crate) fn end_of_term(c: &mut Cursor<'_>, context: &Context, from: Year) -> Option<Point> {
    let Year::Written(year) = from else { return None };
    let mut t = *c;
    let spring = t.eat_one(&["第一学期", "第二学期"])? == 1;
    t.eat_one(&["期末", "结束", "末", "底"])?;
    let year = if spring { year.checked_add(1)? } else { year };
    let term = terms(context, Year::Written(year)).find(|term| term.spring == spring)?;
    *c = t;
    Some(Point { edge: true, ..days(term.end, term.end) }.told(Reading::SchoolTerms))
}

/// The days, both ends included and in order, on which falls what words like 每学期末 or 每学期开学前 ask for again and
/// again; `None` where the words say no term.
///
/// A recurrence rule cannot tell them: it knows half-years and no terms. 初 is the first fortnight, as everywhere, and
/// its last day counts; words that name no part of the term mean its last day.
///
/// ```
/// use jiff::civil::date;
/// use luoshi_when::{Terms, term_days};
///
/// let days = term_days("每学期末", &Terms::default(), date(2026, 3, 9), date(2027, 3, 9));
/// assert_eq!(days.unwrap(), [date(2026, 7, 10), date(2027, 1, 20)]);
/// ```
pub fn term_days(words: &str, terms: &Terms, from: Date, to: Date) -> Option<Vec<Date>> {
    let (_, part) = words.split_once("学期")?;
    let says = |list: &[&str]| list.iter().any(|word| part.starts_with(word));
    let (first, ahead) = match () {
        () if says(&["开学第一周", "开学后第一周", "开学首周"]) => (true, 6),
        () if says(&["开学初", "期初", "初"]) => (true, 13),
        () if says(&["开学前"]) => (true, -1),
        () if says(&["开学"]) => (true, 0),
        () if says(&["结束后"]) => (false, 1),
        () => (false, 0),
    };
    let years = from.year().saturating_sub(1)..=to.year().saturating_add(1);
    let mut days: Vec<Date> = years
        .flat_map(|year| stretches(terms, year))
        .filter_map(|term| {
            let day = if first { term.start } else { term.end };
            day.checked_add(jiff::Span::new().days(ahead)).ok()
        })
        .filter(|day| (from..=to).contains(day))
        .collect();
    days.sort_unstable();
    Some(days)
}

/// 开学后两周内 is a limit, not a day.
fn counted(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['之', '以', '前', '后']);
    rest.starts_with(crate::numeral::is_numeral) && !rest.starts_with("一")
        || rest.starts_with("一周")
        || rest.starts_with("一个月")
}

fn days(start: Date, end: Date) -> Point {
    Point::days(start, end, Grain::Day, Reading::SchoolTerms)
}

/// The terms from the year before that of issue on, or of one year.
fn terms(context: &Context, year: Year) -> Listed {
    let issued = context.anchor.year();
    let (from, to) = match year {
        Year::Missing | Year::Masked => (issued.saturating_sub(1), issued.saturating_add(2)),
        Year::Written(year) | Year::Short(year) => (year, year),
        Year::Ahead(years) | Year::Following(years) => {
            let year = issued.saturating_add(years);
            (year, year)
        }
    };
    let list: Vec<_> = (from..=to).flat_map(|year| stretches(&context.terms, year)).collect();
    Listed { list: list.into_iter() }
}

/// The terms that begin in a year.
fn stretches(terms: &Terms, year: i16) -> impl Iterator<Item = Stretch> {
    [(true, terms.spring), (false, terms.autumn)].into_iter().filter_map(move |(spring, term)| {
        let start = Date::new(year, term.start.0, term.start.1).ok()?;
        let end_year = if term.end < term.start { year.saturating_add(1) } else { year };
        let end = Date::new(end_year, term.end.0, term.end.1).ok()?;
        Some(Stretch { start, end, spring })
    })
}

struct Listed {
    list: std::vec::IntoIter<Stretch>,
}

impl Iterator for Listed {
    type Item = Stretch;
    fn next(&mut self) -> Option<Stretch> {
        self.list.next()
    }
}

impl Listed {
    /// The holidays after each spring or each autumn term.
    fn windows_of(self, after_spring: bool) -> impl Iterator<Item = (Date, Date)> {
        let list: Vec<_> = self.list.collect();
        let mut out = Vec::new();
        for pair in list.windows(2) {
            if pair[0].spring == after_spring
                && let (Ok(start), Ok(end)) = (pair[0].end.tomorrow(), pair[1].start.yesterday())
            {
                out.push((start, end));
            }
        }
        out.into_iter()
    }
}
