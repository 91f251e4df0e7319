//! Recurrence: 每周四, 每月25日前, 按月, 月考核, 一周一次.

use crate::cursor::{Cursor, tail};
use crate::numeral::is_numeral;
use crate::relative::weekday;
use crate::rule::{Rule, Step};
use crate::when::Readings;
use crate::words::clock;
use crate::{Clock, Found, Reading, When};

/// Measure words: 每周一次 is once a week, not Monday.
const MEASURE: &str = "次回期篇场份条个例节课遍轮趟天";
/// What is done once a week where 一 is a count: 每周一调度.
const ONCE: [&str; 26] = [
    "调度", "研判", "会商", "通报", "碰头", "清零", "总结", "小结", "主题", "汇总", "汇报", "考核", "督查",
    "督导", "排名", "更新", "测", "评", "讲", "学", "练", "题", "报道", "报告", "报表", "反馈",
];

/// A recurrence that begins with 每; gives its end.
pub(crate) fn each(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    c.eat("每");
    c.eat("逢");
    let apart = c.eat("隔");
    let number = c.number();
    c.eat("个");
    let (mut rule, unit) = unit(&mut c)?;
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
            Step::Term => term(&mut c),
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
    let words: [(&str, &str, Rule); 11] = [
        ("季度", "", Rule::months(3)),
        ("学期", "", Rule::months(6)),
        ("半年", "", Rule::months(6)),
        ("旬", "", Rule::monthly_on(&[10, 20, -1])),
        ("季", "节候风", Rule::months(3)),
        ("月", "份嫂亮球饼台", Rule::months(1)),
        ("周", "期边密转岁围年", Rule::weeks(1)),
        ("星期", "", Rule::weeks(1)),
        ("日", "期常程后前", Rule::days(1)),
        ("天", "然气数", Rule::days(1)),
        ("年", "龄级代份轻限", Rule::years(1)),
    ];
    let (word, _, rule) = words.into_iter().find(|(word, not, _)| c.eat_unless(word, not))?;
    let mut rule = rule;
    match way {
        // 逐年提高 and 分日 are no schedule.
        '逐' if word == "年" => return None,
        '分' if !matches!(word, "月" | "季度") => return None,
        '按' if word == "年" && c.eat("度") => {}
        '隔' if matches!(word, "日" | "天" | "周" | "月" | "星期") => rule.interval *= 2,
        '隔' => return None,
        _ => {}
    }
    push(out, at..c.at, &rule, Readings::default(), None);
    Some(c.at)
}

/// 月考核, 季度通报, 日调度: an appraisal or report named by how often it comes.
pub(crate) fn compound(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let before = c.before();
    let words = [
        ("半年度", Rule::months(6), true),
        ("半年", Rule::months(6), true),
        ("年度", Rule::years(1), true),
        ("季度", Rule::months(3), true),
        ("月度", Rule::months(1), true),
        ("年", Rule::years(1), false),
        ("季", Rule::months(3), false),
        ("月", Rule::months(1), false),
        ("旬", Rule::monthly_on(&[10, 20, -1]), false),
        ("周", Rule::weeks(1), false),
        ("日", Rule::days(1), false),
    ];
    let (word, rule, long) = words.into_iter().find(|(word, ..)| c.eat(word))?;
    // One character is a word of its own only after a few others.
    let stands = match before {
        None => true,
        Some(p) if long => !(is_numeral(p) || "第本上下今全前年xX×".contains(p)),
        Some(p) => !p.is_alphanumeric() || "行立持照展施和与及了以织制实格用推抓".contains(p),
    };
    if !stands {
        return None;
    }
    let acts: &[&str] = if long {
        &["考核", "考评", "通报", "调度", "例会", "报告制", "研判", "会商", "点评", "排名", "督查", "述职"]
    } else {
        &[
            "考核", "考评", "通报", "调度", "例会", "报告", "报表", "报制", "研判", "会商", "督查", "总结",
            "小结", "巡查", "检查", "排查", "抽查", "评估", "点评", "排名", "会议", "督导", "述职", "评比",
            "报",
        ]
    };
    let act = acts[c.eat_one(acts)?];
    if act == "报" && (matches!(word, "日" | "年") || c.sees("道纸名社刊送备请警到考废")) {
        return None;
    }
    // 年度考核一票否决, 季度调度时间, 年度考核分: a thing of that name, not how often.
    let noun = [
        "一票",
        "分",
        "时间",
        "优秀",
        "等次",
        "等级",
        "结果",
        "评优",
        "成绩",
        "指标",
        "得分",
        "合格",
        "不合格",
    ];
    if noun.iter().any(|word| c.rest().starts_with(word)) {
        return None;
    }
    if long {
        let clause = tail(&text[..at], 24);
        let clause = clause.rsplit(['。', '；', ';', '\n', '，', ',']).next().unwrap_or(clause);
        if ["纳入", "列入", "作为", "当年", "记入", "计入"].iter().any(|word| clause.contains(word))
        {
            return None;
        }
    }
    let end = match act {
        "报告制" | "报制" => c.at - "制".len(),
        _ => c.at,
    };
    push(out, at..end, &rule, Readings::default(), None);
    Some(end)
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
            let (mut rule, step) = unit(&mut c)?;
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

/// The unit of a recurrence.
fn unit(c: &mut Cursor<'_>) -> Option<(Rule, Step)> {
    let units: [(&str, &str, Rule, Step); 24] = [
        ("工作日", "", Rule::workdays(), Step::Other),
        ("上学日", "", Rule::workdays(), Step::Other),
        ("教学日", "", Rule::workdays(), Step::Other),
        ("教学周", "", Rule::weeks(1), Step::Other),
        ("学期", "", Rule::months(6), Step::Term),
        ("学年", "", Rule::years(1), Step::Other),
        ("季度", "", Rule::months(3), Step::Quarter),
        ("季", "节", Rule::months(3), Step::Quarter),
        ("星期", "", Rule::weeks(1), Step::Week),
        ("礼拜", "", Rule::weeks(1), Step::Week),
        ("双周", "", Rule::weeks(2), Step::Other),
        ("双月", "", Rule::months(2), Step::Other),
        ("半个月", "", Rule::monthly_on(&[15, -1]), Step::Other),
        ("半月", "", Rule::monthly_on(&[15, -1]), Step::Other),
        ("半年度", "", Rule::months(6), Step::HalfYear),
        ("半年", "", Rule::months(6), Step::HalfYear),
        ("周", "边围密岁期", Rule::weeks(1), Step::Week),
        ("旬", "", Rule::monthly_on(&[10, 20, -1]), Step::Other),
        ("月份", "", Rule::months(1), Step::Month),
        ("月", "饼", Rule::months(1), Step::Month),
        ("年度", "", Rule::years(1), Step::Year),
        ("年", "级龄代", Rule::years(1), Step::Year),
        ("日", "", Rule::days(1), Step::Day),
        ("天", "然", Rule::days(1), Step::Day),
    ];
    if let Some((_, _, rule, step)) = units.into_iter().find(|(word, not, ..)| c.eat_unless(word, not)) {
        return Some((rule, step));
    }
    if c.eat("小时") {
        return Some((Rule::hours(1), Step::Other));
    }
    if c.eat_of("晚夜").is_some() {
        return Some((Rule::days(1), Step::Day));
    }
    None
}

/// 每周四, 每周一、三、五, 每周一至周五.
fn weekdays(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
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
    if day == '日' && t.sees("常均报") || day == '末' && t.sees("端") || day == '天' && t.sees("然") {
        return None;
    }
    *c = t;
    Some(day)
}

/// 每月25日前, 每月5日、20日, 每月1-10日, 每月末, 每月首个工作日, 每月第一个星期一.
fn month_days(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
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
fn edge(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
    let mut t = *c;
    t.eat_one(&["月底", "月末", "年底", "年末"]).map(|_| t.at -= "底".len());
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
fn quarter(c: &mut Cursor<'_>, rule: &mut Rule, readings: &mut Readings) -> bool {
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

/// 每年6-7月, 每年12月底前, 每年4月15日, 每年上半年, 每年三季度.
fn months(c: &mut Cursor<'_>, rule: &mut Rule) -> bool {
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

/// 每学期初, 每学期末, 每学期开学前: the words belong to it, the rule is the same.
fn term(c: &mut Cursor<'_>) -> bool {
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

/// 每月500元 tells a price, not when.
fn paid(c: &Cursor<'_>) -> bool {
    let mut t = *c;
    let Some((_, length)) = crate::numeral::parse_number(t.rest()) else {
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

/// Adds a recurrence.
fn push(
    out: &mut Vec<Found>,
    range: std::ops::Range<usize>,
    rule: &Rule,
    readings: Readings,
    clock: Option<Clock>,
) {
    let when = When::Every { rrule: rule.to_string() };
    out.push(Found { clock, ..Found::new(range, when, readings) });
}
