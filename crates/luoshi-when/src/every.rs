//! Recurrence: 每周四, 每月25日前, 按月, 一周一次.

use crate::cursor::Cursor;
use crate::cycle::{Cycle, Step, unit};
use crate::monthly::{edge, month_days, quarter, term};
use crate::numeral::{is_numeral, parse_number};
use crate::rule::Rule;
use crate::weekly::weekdays;
use crate::when::Readings;
use crate::words::clock;
use crate::yearly::months;
use crate::{Clock, Found, Reading, When};

/// A recurrence that begins with 每; gives its end.
pub(crate) fn each(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    c.eat("每");
    c.eat("逢");
    let apart = c.eat("隔");
    let number = c.number();
    c.eat("个");
    let (cycle, unit) = unit(&mut c)?;
    let mut rule = cycle.rule();
    let count = number.unwrap_or(1).max(1);
    let count = if apart && count == 1 { 2 } else { count };
    rule.interval = rule.interval.saturating_mul(count);
    let mut readings = Readings::default();
    if number.is_none() && !apart {
        let plain = c;
        let detailed = match unit {
            Step::Week => weekdays(&mut c, &mut rule),
            Step::Month => month_days(&mut c, &mut rule),
            Step::Quarter => quarter(&mut c, &mut rule, &mut readings),
            Step::HalfYear => edge(&mut c, &mut rule),
            Step::Year => months(&mut c, &mut rule),
            Step::Term => {
                readings.add(Reading::SchoolTerms);
                term(&mut c)
            }
            Step::Day | Step::Other => true,
        };
        if !detailed {
            c = plain;
        }
    }
    if paid(&c) {
        return Some(c.at);
    }
    let hour = closing(&mut c, &rule);
    push(out, at..c.at, &rule, readings, hour);
    Some(c.at)
}

/// 按月, 逐周, 隔周: a way of working told by a word before the unit.
pub(crate) fn by_unit(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let way = c.eat_of("按逐隔分")?;
    if c.before() == Some('分') && way != '分' {
        return None;
    }
    let words: [(&str, &str, Cycle); 11] = [
        ("季度", "", Cycle::Months(3)),
        ("学期", "", Cycle::Months(6)),
        ("半年", "", Cycle::Months(6)),
        ("旬", "", Cycle::Tens),
        ("季", "节候风", Cycle::Months(3)),
        ("月", "份嫂亮球饼台", Cycle::Months(1)),
        ("周", "期边密转岁围年", Cycle::Weeks(1)),
        ("星期", "", Cycle::Weeks(1)),
        ("日", "期常程后前", Cycle::Days),
        ("天", "然气数", Cycle::Days),
        ("年", "龄级代份轻限", Cycle::Years),
    ];
    let (word, _, cycle) = words.into_iter().find(|(word, not, _)| c.eat_unless(word, not))?;
    let mut rule = cycle.rule();
    match way {
        // 逐年提高 and 分日 are no schedule.
        '逐' if word == "年" => return None,
        '分' if !matches!(word, "月" | "季度") => return None,
        '按' if word == "年" && c.eat("度") => {}
        '隔' if matches!(word, "日" | "天" | "周" | "月" | "星期") => rule.interval *= 2,
        '隔' => return None,
        _ => {}
    }
    let readings = if word == "学期" { Readings::of(Reading::SchoolTerms) } else { Readings::default() };
    push(out, at..c.at, &rule, readings, None);
    Some(c.at)
}

/// 一周一次, 两周一调度, 半年一次, 一月一研判: so often without 每.
pub(crate) fn so_often(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    if c.before().is_some_and(|p| is_numeral(p) || "第十前上".contains(p)) {
        return None;
    }
    let number = if c.eat("半年") {
        c.at -= "年".len();
        None
    } else {
        Some(c.number().filter(|n| (1..=31).contains(n))?)
    };
    c.eat("个");
    let end;
    let rule = match number {
        None => {
            c.eat("年");
            end = c.at;
            Rule::months(6)
        }
        Some(count) => {
            let (cycle, step) = unit(&mut c)?;
            let mut rule = cycle.rule();
            if step == Step::Other {
                return None;
            }
            end = c.at;
            rule.interval = rule.interval.saturating_mul(count);
            rule
        }
    };
    // 一年一度 is an occasion; a count and 次, or 一 and a verb after 一, is a rhythm.
    let mut n = c;
    let times = n.number()?;
    if n.eat_of("次回遍").is_some() {
        push(out, at..n.at, &rule, Readings::default(), None);
        return Some(n.at);
    }
    let verb = n.peek().is_some_and(|x| "调研通会总考督排小检巡评盘报汇碰例主清更".contains(x));
    if times == 1 && number == Some(1) && verb {
        push(out, at..end, &rule, Readings::default(), None);
        return Some(n.at);
    }
    None
}

/// 下一季度首月15日前, 次月5日前: the report of a period, due in the next one.
pub(crate) fn in_the_next(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let mut readings = Readings::default();
    let mut rule = match c.eat_one(&["下一季度", "下季度", "次季度", "次季", "次月", "下一个月"])?
    {
        0..=3 => Rule::months(3),
        _ => Rule::months(1),
    };
    let detailed = if rule.interval == 3 {
        quarter(&mut c, &mut rule, &mut readings)
    } else {
        month_days(&mut c, &mut rule)
    };
    let hour = closing(&mut c, &rule);
    if !detailed || c.before() != Some('前') {
        return None;
    }
    push(out, at..c.at, &rule, readings, hour);
    Some(c.at)
}

/// 每月500元 tells a price, not when.
fn paid(c: &Cursor<'_>) -> bool {
    let mut t = *c;
    let Some((_, length)) = parse_number(t.rest()) else {
        return false;
    };
    t.at += length;
    t.sees("元")
}

/// 18时前, 下班前, 前 behind a rule.
fn closing(c: &mut Cursor<'_>, rule: &Rule) -> Option<Clock> {
    let mut t = *c;
    let (hour, _) = clock(&mut t);
    let halves = t.before().is_some_and(|p| "午晚".contains(p));
    let detailed = hour.is_some() || rule.is_detailed();
    let closed = t.eat_one(&["之前", "以前"]).is_some() || t.eat_unless("前", "期往述来夕赴移置");
    if detailed && closed {
        *c = t;
        return hour;
    }
    // 每周日下午 is said of the day; a time of day without 前 is not a limit.
    if halves && rule.is_detailed() {
        *c = t;
        if closed {
            c.at -= "前".len();
        }
    }
    None
}

/// Adds a recurrence.
pub(crate) fn push(
    out: &mut Vec<Found>,
    range: std::ops::Range<usize>,
    rule: &Rule,
    readings: Readings,
    clock: Option<Clock>,
) {
    let when = When::Every { rrule: rule.to_string() };
    out.push(Found { clock, ..Found::new(range, when, readings) });
}
