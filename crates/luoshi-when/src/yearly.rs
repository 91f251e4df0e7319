//! Months of a year: 6-7月, 12月底前, 4月15日, 上半年.

use crate::cursor::Cursor;
use crate::monthly::month_days;
use crate::rule::Rule;

/// 每年6-7月, 每年12月底前, 每年4月15日, 每年上半年, 每年三季度.
pub(crate) fn months(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    let mut t = *c;
    t.eat("的");
    if t.eat_one(&["年底", "年末", "底", "末"]).is_some() {
        rule.months = vec![12];
        rule.days = vec![-1];
        *c = t;
        return true;
    }
    if t.eat_one(&["年初"]).is_some() {
        rule.months = vec![1];
        *c = t;
        return true;
    }
    if let Some(half) = t.eat_one(&["上半年", "下半年"]) {
        rule.months = if half == 0 { (1..=6).collect() } else { (7..=12).collect() };
        *c = t;
        return true;
    }
    let mut q = t;
    q.eat("第");
    if let Some(number) = q.number_of(1..=4, &["季度"]) {
        rule.months = (number * 3 - 2..=number * 3).map(|m| m as i8).collect();
        *c = q;
        return true;
    }
    if holiday(&mut t) {
        *c = t;
        return true;
    }
    let mut months: Vec<i8> = Vec::new();
    let mut taken = None;
    let mut days: Vec<Vec<i8>> = Vec::new();
    for _ in 0..12 {
        let mut n = t;
        let mut through = false;
        if !months.is_empty() {
            through = n.connector();
            if !through && n.eat_of("、,，和与及").is_none() {
                break;
            }
            n.eat_one(&["每年", "次年", "翌年"]);
        }
        let Some(month) = n.number().filter(|m| (1..=12).contains(m)) else {
            break;
        };
        let month = month as i8;
        let last = months.last().copied().unwrap_or(month);
        if through {
            // 11月至次年2月 runs over the turn of the year.
            let mut at = last;
            while at != month {
                at = at % 12 + 1;
                months.push(at);
            }
        } else {
            months.push(month);
        }
        if n.eat("月") {
            n.eat_unless("份", "额量");
            let mut detail = Rule::years(1);
            let mut d = n;
            if month_days(&mut d, &mut detail) && !detail.days.is_empty() && detail.weekdays == 0 {
                // 6月1日至30日 has its days, but a stretch over months has none.
                n = d;
                days.push(detail.days);
            }
            taken = Some((n, months.len()));
        }
        t = n;
    }
    let Some((end, count)) = taken else {
        return false;
    };
    months.truncate(count);
    months.dedup();
    if let Some(first) = days.first()
        && days.iter().all(|other| other == first)
        && (days.len() == months.len())
    {
        rule.days = first.clone();
    }
    months.sort_unstable();
    months.dedup();
    rule.months = months;
    *c = end;
    true
}

/// 春节前, 国庆节期间: the words belong to the rule; no part of it can say them.
fn holiday(c: &mut Cursor<'_>) -> bool {
    let names = ["元旦", "春节", "清明", "五一", "“五一”", "劳动节", "端午", "中秋", "国庆"];
    if c.eat_one(&names).is_none() {
        return false;
    }
    c.eat("节");
    c.eat_one(&["前后", "期间", "假期", "前", "后"]).is_some()
}
