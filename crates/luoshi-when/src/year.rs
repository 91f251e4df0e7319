use crate::cursor::Cursor;
use crate::numeral::{chinese_digit, digit, is_numeral};
use crate::point::{Grain, Point, Read, Year, in_month, within_year};
use crate::{Context, feast, school};

/// Characters that stand for a figure that is left open.
const MASK: &str = "xXｘＸ×ХхⅩⅹ╳*＊?？_某";

/// A point that begins with a year.
pub(crate) fn year_and(c: &mut Cursor<'_>, context: &Context) -> Option<Read> {
    let mut t = *c;
    let numeral = t.peek().is_some_and(is_numeral);
    let year = match if numeral { None } else { word(&mut t) } {
        Some(Some(year)) => year,
        Some(None) => {
            // 去年 takes along what hangs on it.
            let _ = within_year(&mut t, Year::Ahead(-1));
            *c = t;
            return Some(Read::Nothing);
        }
        None => {
            let Some(year) = token(&mut t) else {
                return far_year(c);
            };
            if !t.eat("年") {
                return None;
            }
            year
        }
    };
    if t.eat_of("度级代龄版轻").is_some() {
        let ends = t.before() == Some('度') && (t.eat_unless("内", "部") || t.eat_of("末底").is_some());
        *c = t;
        let whole = Point::in_year(year, (1, 1), (12, 0), Grain::Year);
        return Some(if ends { Read::Point(whole.ending()) } else { Read::Nothing });
    }
    if blank_form(&mut t) {
        *c = t;
        return Some(Read::Nothing);
    }
    let point = within_year(&mut t, year)
        .or_else(|| feast::point(&mut t, context, year))
        .or_else(|| school::point(&mut t, context, year))
        .unwrap_or_else(|| Point::in_year(year, (1, 1), (12, 0), Grain::Year));
    *c = t;
    Some(Read::Point(point))
}

/// 9999年12月31日, 0001年, 10000年1月: a year that no plan means schedules nothing, and neither does
/// what hangs on it.
fn far_year(c: &mut Cursor<'_>) -> Option<Read> {
    let mut t = *c;
    let mut count = 0;
    while let Some(x) = t.peek().filter(|x| digit(*x).or_else(|| chinese_digit(*x)).is_some()) {
        t.at += x.len_utf8();
        count += 1;
    }
    if count < 3 || !t.eat("年") {
        return None;
    }
    let hangs = within_year(&mut t, Year::Written(2000)).is_some_and(|p| p.grain <= Grain::Month);
    if count < 4 && !hangs {
        return None;
    }
    *c = t;
    Some(Read::Nothing)
}

/// A form to be filled in: xx月xx日 behind a year.
fn blank_form(c: &mut Cursor<'_>) -> bool {
    let mut t = *c;
    t.blanks();
    let masked = t.sees(MASK);
    let mut left = 8;
    while masked && left > 0 && (t.sees(MASK) || t.sees("月日 ")) {
        t.at += t.peek().map_or(0, char::len_utf8);
        left -= 1;
    }
    if masked {
        *c = t;
    }
    masked
}

/// A year told by a word; `Some(None)` is a year gone by.
fn word(c: &mut Cursor<'_>) -> Option<Option<Year>> {
    let words = [
        ("今年", Some(Year::Ahead(0))),
        ("本年", Some(Year::Ahead(0))),
        ("明年", Some(Year::Ahead(1))),
        ("来年", Some(Year::Ahead(1))),
        ("后年", Some(Year::Ahead(2))),
        ("次年", Some(Year::Following(1))),
        ("翌年", Some(Year::Following(1))),
        ("第二年", Some(Year::Following(1))),
        ("当年", Some(Year::Following(0))),
        ("同年", Some(Year::Following(0))),
        ("去年", None),
        ("上年", None),
        ("前年", None),
    ];
    let (word, year) = words.iter().find(|(word, _)| c.rest().starts_with(word))?;
    c.at += word.len();
    Some(*year)
}

/// Four figures of a year, some of them perhaps masked; also two figures before a month.
pub(crate) fn token(c: &mut Cursor<'_>) -> Option<Year> {
    let mut t = *c;
    let (mut value, mut count, mut masked) = (0i16, 0, false);
    while count < 4 {
        let Some(x) = t.peek() else { break };
        let figure = digit(x).or_else(|| chinese_digit(x).filter(|_| x != '两'));
        match figure {
            Some(d) => value = value * 10 + d as i16,
            None if count > 0 && MASK.contains(x) => {
                masked = true;
                value *= 10;
            }
            None if count > 0 && "OoОо".contains(x) => value *= 10,
            None => break,
        }
        t.at += x.len_utf8();
        count += 1;
    }
    if t.peek().is_some_and(|x| digit(x).is_some()) {
        return None;
    }
    let year = match count {
        4 if !(1900..2200).contains(&value) => return None,
        4 if masked => Year::Masked,
        4 => Year::Written(value),
        2 if !masked && c.sees("0123456789") => {
            // 26年3月: two figures count only with a month behind them.
            let mut month = t;
            if !month.eat("年") || month.number_of(1..=12, &["月"]).is_none() {
                return None;
            }
            Year::Short(2000 + value)
        }
        _ => return None,
    };
    *c = t;
    Some(year)
}

/// 2026.3.1, 2026-03-01, 2026/3/1, 20xx.3.1; also 2026.3 where a second one or a suffix says that
/// it is a month.
pub(crate) fn dotted(c: &mut Cursor<'_>) -> Option<Read> {
    let mut t = *c;
    let year = token(&mut t)?;
    let mark = t.eat_of(".．-/／－")?;
    if c.before().is_some_and(|p| p.is_ascii_alphanumeric() || "./〔[".contains(p)) {
        return None;
    }
    let month = plain_number(&mut t, 12)?;
    let mut d = t;
    if d.eat_of(".．-/／－") == Some(mark) {
        let day = plain_number(&mut d, 31)?;
        let version = d.sees(".．/／");
        if version || d.peek().is_some_and(|x| x.is_ascii_alphanumeric() && x != 'T') {
            return None;
        }
        d.eat_of("日号");
        *c = d;
        return Some(Read::Point(Point::day(year, month, day)));
    }
    if !".．".contains(mark) {
        return None;
    }
    let mut other = t;
    let first = other.connector()
        && token(&mut other).is_some()
        && other.eat_of(".．").is_some()
        && plain_number(&mut other, 12).is_some();
    let second = c.before().is_some_and(|p| "-—－–~～至到".contains(p));
    if first || second || t.sees("底前起") {
        *c = t;
        return Some(Read::Point(in_month(c, year, month)));
    }
    None
}

/// One or two digits with a value from 1.
fn plain_number(c: &mut Cursor<'_>, most: u32) -> Option<u8> {
    let (mut value, mut count, mut t) = (0, 0, *c);
    while let Some(d) = t.peek().and_then(digit) {
        value = value * 10 + d;
        count += 1;
        if count > 2 {
            return None;
        }
        t.at += t.peek().map_or(0, char::len_utf8);
    }
    if !(1..=most).contains(&value) {
        return None;
    }
    *c = t;
    u8::try_from(value).ok()
}
