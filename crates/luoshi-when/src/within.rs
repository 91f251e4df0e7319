//! Limits counted from an event: 3个工作日内, 收到之日起15日内, 提前20个工作日; and work without end.

use std::ops::Range;

use crate::cursor::{Cursor, INNER, tail};
use crate::when::Readings;
use crate::{Found, Reading, Unit, When};

/// The words of an event before a limit are taken along up to so many characters.
const MOST_TRIGGER: usize = 14;
/// What begins a limit when a longer clause stands before it.
const EVENTS: [&str; 24] = [
    "收到", "接到", "接报", "公开", "公布", "入职", "签约", "签订", "结束", "期满", "届满", "受理", "立案",
    "印发", "发布", "下发", "完成", "到期", "批准", "公示", "验收", "登记", "发生", "发现",
];
/// What 不超过 must stand behind to make a limit of days, not a length: 整改期限不得超过15日.
const LIMITED: [&str; 18] = [
    "期限",
    "时限",
    "日起",
    "周期",
    "整改",
    "办理",
    "办结",
    "处理",
    "答复",
    "整改时间",
    "办理时间",
    "处理时间",
    "完成时间",
    "答复时间",
    "最长",
    "最迟",
    "一般",
    "原则上",
];
/// What makes a measure of a time: 控制在3分钟以内.
const MEASURED: [&str; 6] = ["控制在", "压缩到", "压缩至", "缩短到", "缩短至", "用时"];

/// 3个工作日内, 24小时内, 一周内, 半年内, 3至5日内.
pub(crate) fn limit(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    if c.before().is_some_and(|p| ".．第".contains(p)) {
        return None;
    }
    let (amount, unit, readings) = amount(&mut c)?;
    if MEASURED.iter().any(|word| text[..at].ends_with(word)) {
        return None;
    }
    let ahead = c.rest().starts_with("前") && unit == Unit::Workday;
    if ahead {
        c.eat("前");
    } else if c.eat_one(&["之内", "以内"]).is_none() && !c.eat_unless("内", INNER) {
        return None;
    }
    let floor = out.last().map_or(0, |last| last.range.end);
    let trigger = trigger(text, at, floor);
    // A long event stays outside of the words of the limit, unless it says 之日起.
    let room = text[at..c.at].chars().count().max(6);
    let start = match &trigger {
        Some(words) if counted(text, words) || text[words.clone()].chars().count() <= room => words.start,
        _ => at,
    };
    let when = When::Within { amount, unit, before: false };
    out.push(Found { trigger, ..Found::new(start..c.at, when, readings) });
    Some(c.at)
}

/// 提前20个工作日, 不超过5个工作日, 期限不得超过15日: the word before makes the limit.
pub(crate) fn worded(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let early = c.eat_one(&["提前", "不超过", "不得超过"])? == 0;
    if early {
        c.eat_one(&["至少", "不少于", "最少"]);
    }
    let (amount, unit, readings) = amount(&mut c)?;
    if !early && unit != Unit::Workday && (c.sees("岁年") || !limits(text, at, unit)) {
        return None;
    }
    c.eat_one(&["之内", "以内", "内"]);
    let floor = out.last().map_or(0, |last| last.range.end);
    let trigger = if early { None } else { trigger(text, at, floor).filter(|words| counted(text, words)) };
    let start = trigger.as_ref().map_or(at, |words| words.start);
    let when = When::Within { amount, unit, before: early };
    out.push(Found { trigger, ..Found::new(start..c.at, when, readings) });
    Some(c.at)
}

/// Whether 不超过 before a number of days or months bounds when work is done: behind words that say
/// so, or 不得超过 in a clause of its own. What is shorter than a day is a length.
fn limits(text: &str, at: usize, unit: Unit) -> bool {
    let head = text[..at].trim_end_matches(' ');
    let own = text[at..].starts_with("不得") && head.ends_with(['，', ',', '；']);
    let days = matches!(unit, Unit::Day | Unit::Week | Unit::Month);
    days && (own || LIMITED.iter().any(|word| head.ends_with(word)))
}

/// 当日内, 当天下班前, 次日内: the day of the event or the next.
pub(crate) fn same_day(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let amount = match c.eat_one(&["当日", "当天", "次日", "第二天"])? {
        0 | 1 => 0,
        _ => 1,
    };
    let (clock, _) = crate::words::clock(&mut c);
    let closed = if clock.is_some() {
        c.eat_one(&["之前", "以前", "前"])
    } else {
        c.eat_one(&["之内", "以内", "内"])
    };
    closed?;
    let when = When::Within { amount, unit: Unit::Day, before: false };
    out.push(Found { clock, ..Found::new(at..c.at, when, Readings::default()) });
    Some(c.at)
}

/// 长期坚持, 常年坚持; 长期 alone behind 完成时限 or in a cell of its own.
pub(crate) fn ongoing(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let word = c.eat_one(&["长期", "常年", "持续"])?;
    let kept = ["坚持", "开展", "推进", "实施"];
    let lasting = word < 2 && c.eat_one(&kept).is_some();
    if !lasting {
        c.eat_one(&kept);
        if !stands_as_time(text, at, c.at) {
            return None;
        }
    }
    out.push(Found::new(at..c.at, When::Ongoing, Readings::default()));
    Some(c.at)
}

/// Whether words stand behind 完成时限： or in a cell of their own.
pub(crate) fn stands_as_time(text: &str, at: usize, end: usize) -> bool {
    let blank = [' ', '\u{3000}'];
    let before = text[..at].trim_end_matches(blank);
    let after = text[end..].trim_start_matches(blank).chars().next();
    let cell = |side: Option<char>| side.is_none_or(|c| "\t\n|".contains(c));
    let labelled = before
        .strip_suffix(['：', ':'])
        .is_some_and(|head| ["时限", "时间", "期限", "进度", "节点"].contains(&tail(head, 2)));
    let closed = cell(after) || after.is_some_and(|c| "。；;，,)）】]、".contains(c));
    labelled && closed || cell(before.chars().next_back()) && cell(after)
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
    if !t.sees("工自日小钟分星季周天年月 \u{3000}\u{a0}") {
        return None;
    }
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

/// Whether the words say from when to count: 之日起.
fn counted(text: &str, words: &Range<usize>) -> bool {
    text[words.clone()].contains("日起")
}

/// The words of the event before a limit: 收到之日起, 签约后.
fn trigger(text: &str, at: usize, floor: usize) -> Option<Range<usize>> {
    let before = text[floor..at].trim_end_matches([' ', '的']);
    let before = before.strip_suffix(['在', '于']).unwrap_or(before);
    let counted = ["之日起", "日起", "之时起"].iter().any(|word| before.ends_with(word));
    if !counted && !before.ends_with('后') {
        return None;
    }
    let window = tail(before, MOST_TRIGGER);
    let base = floor + before.len() - window.len();
    // The words begin behind the last mark, or at 自.
    let mut start = (window.len() == before.len()).then_some(0);
    for (i, c) in window.char_indices() {
        let mark = c.is_whitespace() || !c.is_alphanumeric();
        if mark || "应须要在于将并".contains(c) {
            start = Some(i + c.len_utf8());
        } else if c == '自' {
            start = Some(i);
        }
    }
    let start = match start {
        Some(start) if counted || window[start..].chars().count() <= 6 => start,
        _ if counted => return None,
        // 县政府办公室收到后: the verb alone.
        _ => {
            let verb = tail(window, 3);
            EVENTS.iter().any(|event| verb.starts_with(event)).then(|| window.len() - verb.len())?
        }
    };
    (start < window.len()).then(|| base + start..at)
}
