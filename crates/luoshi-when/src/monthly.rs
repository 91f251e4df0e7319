//! Days of a month or quarter: 25日前, 首个工作日, 首月10日, 末.

use crate::Reading;
use crate::cursor::Cursor;
use crate::relative::weekday;
use crate::rule::Rule;
use crate::when::Readings;

/// 每月25日前, 每月5日、20日, 每月1-10日, 每月末, 每月首个工作日, 每月第一个星期一.
pub(crate) fn month_days(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    if positioned(c, rule) || edge(c, rule) {
        return true;
    }
    if let Some(day) = after_the_end(c) {
        return apply(day, rule);
    }
    if let Some((from, to)) = part(c) {
        rule.days = (from..=to).map(|day| day as i8).collect();
        return true;
    }
    let mut t = *c;
    let mut days: Vec<i8> = Vec::new();
    let mut taken = None;
    for _ in 0..31 {
        let mut n = t;
        if !days.is_empty() {
            let through = n.connector();
            if !through && n.eat_of("、,，和与及").is_none() {
                break;
            }
            n.eat("每月");
            let Some(day) = n.number().filter(|d| (1..=31).contains(d)) else {
                break;
            };
            let first = days.last().copied().unwrap_or(1);
            if through {
                days.extend((first + 1)..=(day as i8));
            } else {
                days.push(day as i8);
            }
        } else {
            let Some(day) = n.number().filter(|d| (1..=31).contains(d)) else {
                return false;
            };
            days.push(day as i8);
        }
        if n.eat_of("日号").is_some() {
            taken = Some((n, days.len()));
        }
        t = n;
    }
    let Some((end, count)) = taken else {
        return false;
    };
    days.truncate(count);
    rule.days = days;
    *c = end;
    true
}

/// 上旬, 中旬, 下旬 as days of the month.
fn part(c: &mut Cursor<'_>) -> Option<(u8, u8)> {
    c.eat_one(&["上旬", "中旬", "下旬"]).map(|at| [(1, 10), (11, 20), (21, 31)][at])
}

/// 末, 底, 初 of a period.
pub(crate) fn edge(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    let mut t = *c;
    if t.eat_one(&["月底", "月末", "年底", "年末"]).is_some() {
        t.at -= "底".len();
    }
    if t.eat_unless("底", "线数部子色账")
        || t.eat_unless("末", "端梢")
        || t.eat_one(&["最后一天", "最后一日"]).is_some()
    {
        t.eat("月");
        rule.days = vec![-1];
        *c = t;
        return true;
    }
    if t.eat_unless("初", "步级中审筛") || t.eat_one(&["第一天", "首日"]).is_some() {
        rule.days = vec![1];
        *c = t;
        return true;
    }
    false
}

/// 首个工作日, 最后一个周五, 前5个工作日: BYDAY with BYSETPOS, or a numbered weekday.
fn positioned(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    let mut t = *c;
    t.eat("的");
    let position: i8 = if t.eat_one(&["首个", "首"]).is_some() {
        1
    } else if t.eat_one(&["最后1个", "最后一个", "最后", "末个"]).is_some() {
        -1
    } else if t.eat_of("第前").is_some() {
        let Some(number) = t.number().filter(|n| (1..=23).contains(n)) else {
            return false;
        };
        t.eat("个");
        number as i8
    } else {
        return false;
    };
    if t.eat("工作日") {
        t.eat_one(&["内", "以内", "之内"]);
        rule.weekdays = 0b1_1111;
        rule.position = position;
    } else if t.eat_one(&["星期", "周", "礼拜"]).is_some() {
        match t.eat_of("一二三四五六日天") {
            Some(day) => {
                rule.weekdays = weekday(day).map_or(0, |day| 1 << day);
                rule.position = position;
            }
            None if (1..=4).contains(&position) => {
                rule.days = ((position - 1) * 7 + 1..=position * 7).collect();
            }
            None => rule.days = vec![-7, -6, -5, -4, -3, -2, -1],
        }
    } else if t.eat_of("天日").is_some() && position < 0 {
        rule.days = vec![-1];
    } else {
        return false;
    }
    *c = t;
    true
}

/// 结束后10日内: a limit after the period; the day, or the working day as a negative number.
fn after_the_end(c: &mut Cursor<'_>) -> Option<i8> {
    let mut t = *c;
    t.eat_one(&["结束后", "终了后", "结束之日起", "后"])?;
    let number = t.number().filter(|n| (1..=28).contains(n))? as i8;
    t.eat("个");
    let workdays = t.eat("工作日");
    if !workdays {
        t.eat_one(&["日", "天"])?;
    }
    t.eat_one(&["之内", "以内", "内"])?;
    *c = t;
    Some(if workdays { -number } else { number })
}

/// Sets the day that [`after_the_end`] gave.
fn apply(day: i8, rule: &mut Rule) -> bool {
    if day < 0 {
        rule.weekdays = 0b1_1111;
        rule.position = -day;
    } else {
        rule.days = vec![day];
    }
    true
}

/// 每季度首月10日前, 每季度末月25日前, 每季度末.
pub(crate) fn quarter(c: &mut Cursor<'_>, rule: &mut Rule, readings: &mut Readings) -> bool {
    let mut t = *c;
    t.eat("的");
    let first = ["首月", "首个月", "第一个月", "第1个月", "第一月", "初月"];
    let last = ["末月", "最后一个月", "最后1个月", "最末月", "第三个月", "第3个月"];
    let month = if t.eat_one(&first).is_some() {
        Some(Reading::FirstMonthOfQuarter)
    } else if t.eat_one(&last).is_some() {
        Some(Reading::LastMonthOfQuarter)
    } else {
        t.eat_one(&["第二个月", "第2个月", "次月"]).map(|_| Reading::FirstMonthOfQuarter)
    };
    if let Some(month) = month {
        readings.add(month);
        t.eat("的");
        month_days(&mut t, rule);
        *c = t;
        return true;
    }
    if let Some(day) = after_the_end(&mut t) {
        readings.add(Reading::FirstMonthOfQuarter);
        *c = t;
        return apply(day, rule);
    }
    let mut e = *c;
    if edge(&mut e, rule) {
        readings.add(match rule.days[0] {
            -1 => Reading::LastMonthOfQuarter,
            _ => Reading::FirstMonthOfQuarter,
        });
        *c = e;
        return true;
    }
    let mut p = *c;
    if positioned(&mut p, rule) {
        readings.add(if rule.position < 0 {
            Reading::LastMonthOfQuarter
        } else {
            Reading::FirstMonthOfQuarter
        });
        *c = p;
        return true;
    }
    false
}

/// 每学期初, 每学期末, 每学期开学前: the words belong to it, the rule is the same.
pub(crate) fn term(c: &mut Cursor<'_>) -> bool {
    c.eat_one(&[
        "开学第一周",
        "开学后第一周",
        "开学首周",
        "开学初",
        "开学前",
        "开学后",
        "结束前",
        "结束后",
        "期末",
        "期初",
        "末",
        "初",
    ])
    .is_some()
}
