//! Limits counted from an event: 3个工作日内, 收到之日起15日内, 提前20个工作日; and work without end.

use std::ops::Range;

use crate::cursor::{Cursor, tail};
use crate::when::Readings;
use crate::{Found, Reading, Unit, When};

/// The words of an event before a limit are taken along up to so many characters.
const MOST_TRIGGER: usize = 16;

/// 3个工作日内, 24小时内, 一周内, 半年内, 3至5日内.
pub(crate) fn limit(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    if c.before().is_some_and(|p| ".．第".contains(p)) {
        return None;
    }
    let (amount, unit, readings) = amount(&mut c)?;
    let ahead = c.rest().starts_with("前") && unit == Unit::Workday;
    if ahead {
        c.eat("前");
    } else if c.eat_one(&["之内", "以内"]).is_none() && !c.eat_unless("内", "部容控外涵设")
    {
        return None;
    }
    let floor = out.last().map_or(0, |last| last.range.end);
    let trigger = trigger(text, at, c.at, floor);
    let start = trigger.as_ref().map_or(at, |words| words.start);
    out.push(Found {
        range: start..c.at,
        when: When::Within { amount, unit },
        reading: readings.list(),
        clock: None,
        trigger,
    });
    Some(c.at)
}

/// 提前20个工作日, 不超过5个工作日: the word before makes the limit.
pub(crate) fn worded(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let early = match c.eat_one(&["提前", "不超过", "不得超过"])? {
        0 => true,
        _ => false,
    };
    if early {
        c.eat_one(&["至少", "不少于", "最少"]);
    }
    let (amount, unit, readings) = amount(&mut c)?;
    if !early && unit != Unit::Workday {
        return None;
    }
    c.eat_one(&["之内", "以内", "内"]);
    push(out, at..c.at, amount, unit, readings);
    Some(c.at)
}

/// 当日内, 当天下班前, 次日内: the day of the event or the next.
pub(crate) fn same_day(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let amount = match c.eat_one(&["当日", "当天", "次日", "第二天"])? {
        0 | 1 => 0,
        _ => 1,
    };
    let (clock, _) = crate::dated::clock(&mut c);
    let closed = if clock.is_some() {
        c.eat_one(&["之前", "以前", "前"])
    } else {
        c.eat_one(&["之内", "以内", "内"])
    };
    closed?;
    out.push(Found {
        range: at..c.at,
        when: When::Within {
            amount,
            unit: Unit::Day,
        },
        reading: Vec::new(),
        clock,
        trigger: None,
    });
    Some(c.at)
}

/// 长期坚持, 常年坚持; 长期 alone behind 完成时限 or in a cell of its own.
pub(crate) fn ongoing(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let word = c.eat_one(&["长期", "常年", "持续"])?;
    let kept = ["坚持", "开展", "推进", "实施"];
    let lasting = word < 2 && c.eat_one(&kept).is_some();
    let before = text[..at].trim_end_matches([' ', '\u{3000}']);
    let cell = |s: Option<char>| s.is_none_or(|x| "\t\n|".contains(x));
    let limit = before.strip_suffix(['：', ':']).is_some_and(|head| {
        ["时限", "时间", "期限", "进度", "节点"]
            .iter()
            .any(|w| tail(head, 2) == *w)
    });
    if !lasting {
        c.eat_one(&kept);
        let after = c
            .rest()
            .trim_start_matches([' ', '\u{3000}'])
            .chars()
            .next();
        let closed = cell(after) || after.is_some_and(|x| "。；;，,)）】]、".contains(x));
        if !(limit && closed || cell(before.chars().next_back()) && cell(after)) {
            return None;
        }
    }
    out.push(Found {
        range: at..c.at,
        when: When::Ongoing,
        reading: Vec::new(),
        clock: None,
        trigger: None,
    });
    Some(c.at)
}

/// A number and what it counts; of a range the longer.
fn amount(c: &mut Cursor<'_>) -> Option<(u32, Unit, Readings)> {
    let mut t = *c;
    let mut readings = Readings::default();
    if t.eat("半") {
        t.eat("个");
        let found = match t.eat_one(&["年", "月", "天", "小时", "日"])? {
            0 => (6, Unit::Month),
            1 => (15, Unit::Day),
            2 | 4 => (12, Unit::Hour),
            _ => (30, Unit::Minute),
        };
        *c = t;
        return Some((found.0, found.1, readings));
    }
    let mut number = t.number().filter(|n| *n > 0)?;
    let mut early = t;
    let unit_first = early.eat_of("天日周").is_some();
    let mut r = if unit_first { early } else { t };
    if (r.connector() || r.eat("、"))
        && let Some(longer) = r.number()
        && longer > number
    {
        number = longer;
        readings.add(Reading::Longest);
        t = r;
    }
    let counted = t.eat("个");
    let units = [
        ("工作日", Unit::Workday, 1),
        ("自然日", Unit::Day, 1),
        ("日历日", Unit::Day, 1),
        ("日历天", Unit::Day, 1),
        ("小时", Unit::Hour, 1),
        ("钟头", Unit::Hour, 1),
        ("分钟", Unit::Minute, 1),
        ("星期", Unit::Week, 1),
        ("季度", Unit::Month, 3),
        ("周", Unit::Week, 1),
        ("天", Unit::Day, 1),
        ("日", Unit::Day, 1),
        ("年", Unit::Year, 1),
    ];
    let (unit, times) = match units.iter().find(|(word, ..)| t.eat(word)) {
        Some((_, unit, times)) => (*unit, *times),
        None if counted && t.eat("月") => (Unit::Month, 1),
        None => return None,
    };
    if unit == Unit::Day {
        // 15天（日）内
        t.eat_one(&["(日)", "（日）", "(天)", "（天）"]);
    }
    if unit == Unit::Year && number > 100 {
        return None;
    }
    *c = t;
    Some((number.checked_mul(times)?, unit, readings))
}

/// The words of the event before a limit: 收到之日起, 签约后. Those with 之日起 belong to the limit
/// itself; a plain 后 is taken along while it is no longer than the limit.
fn trigger(text: &str, at: usize, end: usize, floor: usize) -> Option<Range<usize>> {
    let before = text[floor..at].trim_end_matches([' ', '的']);
    let before = before.strip_suffix(['在', '于']).unwrap_or(before);
    let counted = ["之日起", "日起", "之时起"]
        .iter()
        .any(|word| before.ends_with(word));
    let later = ["后", "之后", "以后"]
        .iter()
        .any(|word| before.ends_with(word));
    if !counted && !later {
        return None;
    }
    let window = tail(before, MOST_TRIGGER);
    let mut start = at - (text[floor..at].len() - before.len()) - window.len();
    for (i, c) in window.char_indices() {
        let next = i + c.len_utf8();
        let stop = c.is_whitespace()
            || c.is_ascii_punctuation()
            || "，。；：、（）“”！？【】〔〕《》—…".contains(c)
            || "应须要在于将并当请经的".contains(c) && next < window.len();
        if stop {
            start = at - (text[floor..at].len() - before.len()) - window.len() + next;
        }
    }
    let whole_window = start == at - (text[floor..at].len() - before.len()) - window.len();
    let cut = whole_window && window.len() < before.len();
    let words = text[start..at].chars().count();
    let room = text[at..end].chars().count();
    (words > 0 && !cut && (counted || words <= room)).then_some(start..at)
}

fn push(out: &mut Vec<Found>, range: Range<usize>, amount: u32, unit: Unit, readings: Readings) {
    out.push(Found {
        range,
        when: When::Within { amount, unit },
        reading: readings.list(),
        clock: None,
        trigger: None,
    });
}
