//! Days of the week: 每周一、三、五.

use crate::cursor::Cursor;
use crate::numeral::is_numeral;
use crate::relative::weekday;
use crate::rule::Rule;

/// Measure words: 每周一次 is once a week, not Monday.
const MEASURE: &str = "次回期篇场份条个例节课遍轮趟天";
/// What is done once a week where 一 is a count: 每周一调度.
const ONCE: [&str; 26] = [
    "调度", "研判", "会商", "通报", "碰头", "清零", "总结", "小结", "主题", "汇总", "汇报", "考核", "督查",
    "督导", "排名", "更新", "测", "评", "讲", "学", "练", "题", "报道", "报告", "报表", "反馈",
];

/// 每周四, 每周一、三、五, 每周一至周五.
pub(crate) fn weekdays(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    let mut t = *c;
    let Some(first) = a_weekday(&mut t) else {
        return false;
    };
    // 每周末 is Saturday too.
    let bit = |c: char| match (weekday(c), c) {
        (Some(_), '末') => 0b110_0000,
        (Some(day), _) => 1u8 << day,
        (None, _) => 0,
    };
    let mut days = bit(first);
    let mut last = first;
    for _ in 0..7 {
        let mut n = t;
        let through = n.connector();
        if !through && n.eat_of("、,，和与及").is_none() {
            // 每周六日, 每周二四
            let Some(next) = n.eat_of("一二三四五六日") else {
                break;
            };
            if n.sees(MEASURE) || n.peek().is_some_and(is_numeral) && !n.sees("一二三四五六日") {
                break;
            }
            days |= bit(next);
            t = n;
            continue;
        }
        n.eat("每");
        n.eat_one(&["周", "星期", "礼拜"]);
        let Some(next) = a_weekday(&mut n) else { break };
        if through {
            let (Some(from), Some(to)) = (weekday(last), weekday(next)) else {
                break;
            };
            for day in from..=to.max(from) {
                days |= 1 << day;
            }
        }
        days |= bit(next);
        last = next;
        t = n;
    }
    rule.weekdays = days;
    *c = t;
    true
}

/// One weekday that is no count.
fn a_weekday(c: &mut Cursor<'_>) -> Option<char> {
    let mut t = *c;
    t.blanks();
    let day = t.peek().filter(|x| weekday(*x).is_some())?;
    t.at += day.len_utf8();
    let counted = "一二三四五六".contains(day) && (t.sees(MEASURE) || t.rest().starts_with("小时"));
    let once = day == '一' && ONCE.iter().any(|word| t.rest().starts_with(word));
    if counted || once || "一二三四五六".contains(day) && t.sees("十百两") {
        return None;
    }
    // 日报 is a paper; 每周日报送 is Sunday.
    let paper =
        t.sees("报") && !["报送", "报告", "报备", "报至", "报到"].iter().any(|w| t.rest().starts_with(w));
    if day == '日' && (t.sees("常均") || paper) || day == '末' && t.sees("端") || day == '天' && t.sees("然")
    {
        return None;
    }
    *c = t;
    Some(day)
}
