//! Recurrence rules in the words that plans use for them.

use crate::recur::{Bare, Choice};
use crate::rule::{Frequency, Rule};

/// A recurrence rule in plain Chinese: 每周五, 每月25日, 每季度末月25日, 每半年.
///
/// [`crate::find`] reads the words back to the same rule. A day of a quarter is taken to lie in its
/// last month, as [`crate::occurrences`] takes it where the words tell nothing else; see
/// [`describe_with`].
///
/// ```
/// use luoshi_when::describe;
///
/// assert_eq!(describe("FREQ=WEEKLY;BYDAY=FR").as_deref(), Some("每周五"));
/// assert_eq!(describe("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=25").as_deref(), Some("每季度末月25日"));
/// assert_eq!(describe("FREQ=SECONDLY"), None);
/// ```
///
/// None for a rule that [`crate::find`] never writes.
pub fn describe(rrule: &str) -> Option<String> {
    describe_with(rrule, Choice::of(&[]))
}

/// A recurrence rule in plain Chinese, with what the rule itself leaves open: 每季度首月10日 is
/// written like 每季度末月10日.
pub fn describe_with(rrule: &str, choice: Choice) -> Option<String> {
    let rule = Rule::parse(rrule)?;
    // Only months and years hold days of the month, only years hold months.
    let within = match rule.frequency {
        Frequency::Hourly | Frequency::Daily => rule.is_detailed() || rule.position != 0,
        Frequency::Weekly => !rule.months.is_empty() || !rule.days.is_empty() || rule.position != 0,
        Frequency::Monthly => !rule.months.is_empty(),
        Frequency::Yearly => rule.weekdays != 0 || rule.months.is_empty() && !rule.days.is_empty(),
    };
    let mixed = rule.weekdays != 0 && !rule.days.is_empty() || rule.weekdays == 0 && rule.position != 0;
    // 每两周 names no day: which of the two weeks is meant would be open.
    let apart = rule.is_detailed()
        && !(rule.interval == 1 || rule.frequency == Frequency::Monthly && matches!(rule.interval, 3 | 6));
    if within || mixed || apart {
        return None;
    }
    match rule.frequency {
        Frequency::Hourly => Some(every(rule.interval, "小时")),
        Frequency::Daily => Some(every(rule.interval, "天")),
        Frequency::Weekly if rule.weekdays == 0 => Some(every(rule.interval, "周")),
        Frequency::Weekly if rule.weekdays == WORKDAYS => Some("每个工作日".to_owned()),
        Frequency::Weekly => Some(format!("每{}", weekdays(rule.weekdays))),
        Frequency::Monthly => monthly(&rule, choice),
        Frequency::Yearly => yearly(&rule),
    }
}

const WORKDAYS: u8 = 0b1_1111;

/// The names of the weekdays, Monday first.
const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

const COUNTS: [&str; 5] = ["一", "二", "三", "四", "五"];

/// 每周, 每两周, 每3周.
fn every(count: u32, unit: &str) -> String {
    match count {
        1 => format!("每{unit}"),
        2 => format!("每两{unit}"),
        _ => format!("每{count}{unit}"),
    }
}

fn monthly(rule: &Rule, choice: Choice) -> Option<String> {
    if !rule.is_detailed() {
        return Some(match rule.interval {
            1 => "每月".to_owned(),
            3 => "每季度".to_owned(),
            6 => "每半年".to_owned(),
            count => every(count, "个月"),
        });
    }
    match (rule.interval, &rule.days[..]) {
        (1, [10, 20, -1]) => return Some("每旬".to_owned()),
        (1, [15, -1]) => return Some("每半月".to_owned()),
        _ => {}
    }
    let days = if rule.weekdays == 0 { month_days(&rule.days)? } else { positioned(rule)? };
    let last = rule.days == [-1];
    match rule.interval {
        3 if last && choice.month == Bare::End => Some("每季度末".to_owned()),
        3 if choice.month == Bare::Start => Some(format!("每季度首月{days}")),
        3 => Some(format!("每季度末月{days}")),
        6 if last => Some("每半年最后一天".to_owned()),
        6 if rule.days == [1] => Some("每半年第一天".to_owned()),
        6 => None,
        _ => Some(format!("每月{days}")),
    }
}

fn yearly(rule: &Rule) -> Option<String> {
    let mut words = every(rule.interval, "年");
    if rule.months.is_empty() {
        return Some(words);
    }
    let (first, last) = (*rule.months.first()?, *rule.months.last()?);
    let row = rule.months.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if !rule.days.is_empty() {
        let days = month_days(&rule.days)?;
        let each: Vec<String> = rule.months.iter().map(|month| format!("{month}月{days}")).collect();
        return Some(words + &each.join("、"));
    }
    words += &match (row, first, last) {
        (true, 1, 6) => "上半年".to_owned(),
        (true, 7, 12) => "下半年".to_owned(),
        (true, 1 | 4 | 7 | 10, _) if last == first + 2 => {
            format!("第{}季度", COUNTS[usize::try_from(first / 3).ok()?])
        }
        _ => listed(&rule.months, |month| format!("{month}月")),
    };
    Some(words)
}

/// 第一个周一, 最后一个工作日, 首个工作日.
fn positioned(rule: &Rule) -> Option<String> {
    let single = rule.weekdays.count_ones() == 1;
    let day = match rule.weekdays {
        WORKDAYS => "工作日",
        _ if single => WEEKDAYS[rule.weekdays.trailing_zeros() as usize],
        _ => return None,
    };
    match rule.position {
        -1 => Some(format!("最后一个{day}")),
        number @ 1..=5 => Some(format!("第{}个{day}", COUNTS[usize::try_from(number - 1).ok()?])),
        number @ 6..=23 if !single => Some(format!("第{number}个{day}")),
        _ => None,
    }
}

/// 25日, 5日、20日, 1日至10日, 中旬, 最后一天.
fn month_days(days: &[i8]) -> Option<String> {
    let (first, last) = (*days.first()?, *days.last()?);
    let row = days.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let named = match (row, first, last) {
        (true, -1, -1) => "最后一天",
        (true, -7, -1) => "最后一周",
        (true, 1, 10) => "上旬",
        (true, 11, 20) => "中旬",
        (true, 21, 31) => "下旬",
        (true, 1, 7) => "第一周",
        (true, 8, 14) => "第二周",
        (true, 15, 21) => "第三周",
        (true, 22, 28) => "第四周",
        _ => "",
    };
    if !named.is_empty() {
        return Some(named.to_owned());
    }
    let known = days.iter().all(|day| *day > 0);
    known.then(|| listed(days, |day| format!("{day}日")))
}

/// 周一至周三、周五: the days of a set of bits.
fn weekdays(bits: u8) -> String {
    let days: Vec<i8> = (0..7).filter(|day| bits & (1 << day) != 0).collect();
    listed(&days, |day| WEEKDAYS[day.unsigned_abs() as usize % 7].to_owned())
}

/// Numbers in a row are told by their ends: 1日至3日、20日.
fn listed(numbers: &[i8], name: impl Fn(i8) -> String) -> String {
    let mut parts: Vec<String> = Vec::new();
    for row in numbers.chunk_by(|a, b| *b == a + 1) {
        match row {
            [first, _, .., last] => parts.push(format!("{}至{}", name(*first), name(*last))),
            _ => parts.extend(row.iter().map(|number| name(*number))),
        }
    }
    parts.join("、")
}
