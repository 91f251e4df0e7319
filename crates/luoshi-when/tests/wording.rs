//! Rules in words, and the words read back to the rules.

use std::collections::BTreeSet;

use jiff::civil::date;
use luoshi_when::{Choice, Context, Reading, When, describe, describe_with, find};

/// The rules that are found in a text.
fn rules(text: &str) -> Vec<String> {
    let found = find(text, &Context::new(date(2026, 3, 9)));
    let rule = |when| match when {
        When::Every { rrule } => Some(rrule),
        _ => None,
    };
    found.into_iter().filter_map(|found| rule(found.when)).collect()
}

/// What a rule is called; the words are read back to it, alone and with 前 and a verb behind them.
#[track_caller]
fn there_and_back(rule: &str) -> String {
    let words = describe(rule).unwrap_or_else(|| panic!("{rule} has no words"));
    for text in [words.clone(), format!("{words}报送进展"), format!("各村{words}前上报")] {
        assert_eq!(rules(&text), [rule], "{text}");
    }
    words
}

#[test]
fn rules_are_told_in_the_words_of_plans() {
    let check = |said: &str, words: &str| {
        let found = rules(said);
        assert_eq!(found.len(), 1, "{said}: {found:?}");
        assert_eq!(there_and_back(&found[0]), words, "{said}");
    };
    check("每2小时", "每两小时");
    check("每日", "每天");
    check("隔天", "每两天");
    check("每个上学日", "每个工作日");
    check("按周", "每周");
    check("每双周", "每两周");
    check("每周四17时前", "每周四");
    check("每周一、三、五", "每周一、周三、周五");
    check("每周一至周三、周六", "每周一至周三、周六");
    check("每周末", "每周六、周日");
    check("月调度", "每月");
    check("每双月", "每两个月");
    check("每四个月", "每4个月");
    check("每季", "每季度");
    check("每学期", "每半年");
    check("每月25日前", "每月25日");
    check("每月5号、20号", "每月5日、20日");
    check("每月1-5日", "每月1日至5日");
    check("每月中旬", "每月中旬");
    check("每月第三周", "每月第三周");
    check("每月底前", "每月最后一天");
    check("每旬", "每旬");
    check("每半个月", "每半月");
    check("每月首个工作日", "每月第一个工作日");
    check("每月第十个工作日", "每月第10个工作日");
    check("每月最后一个星期五", "每月最后一个周五");
    check("每季度末", "每季度末");
    check("每季度末月25日前", "每季度末月25日");
    check("每半年末", "每半年最后一天");
    check("一年一次", "每年");
    check("每3年", "每3年");
    check("每年6-7月", "每年6月、7月");
    check("每年二季度", "每年第二季度");
    check("每年下半年", "每年下半年");
    check("每年年底", "每年12月最后一天");
    check("每年4月15日、10月15日", "每年4月15日、10月15日");
    check("每年11月至次年3月", "每年1月至3月、11月、12月");
}

#[test]
fn every_kind_of_rule_is_read_back() {
    let mut rules: Vec<String> = Vec::new();
    for count in 2..=24 {
        for unit in ["HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"] {
            rules.push(format!("FREQ={unit};INTERVAL={count}"));
        }
    }
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    for bits in 1..128u32 {
        let days: Vec<&str> = (0..7).filter(|day| bits & (1 << day) != 0).map(|day| names[day]).collect();
        rules.push(format!("FREQ=WEEKLY;BYDAY={}", days.join(",")));
    }
    let row = |from: i32, to: i32| (from..=to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    for from in 1..=31 {
        for to in from..=31 {
            rules.push(format!("FREQ=MONTHLY;BYMONTHDAY={}", row(from, to)));
        }
    }
    for from in 1..=12 {
        for to in from..=12 {
            rules.push(format!("FREQ=YEARLY;BYMONTH={}", row(from, to)));
        }
        for day in ["1", "15", "31", "-1", "5,20", "1,2,3"] {
            rules.push(format!("FREQ=YEARLY;BYMONTH={from};BYMONTHDAY={day}"));
            rules.push(format!("FREQ=YEARLY;BYMONTH=1,4,10;BYMONTHDAY={day}"));
        }
    }
    for every in ["MONTHLY", "MONTHLY;INTERVAL=3"] {
        for day in ["1", "10", "31", "-1", "5,20", "5,6,7,20"] {
            rules.push(format!("FREQ={every};BYMONTHDAY={day}"));
        }
        for name in names {
            for place in ["1", "2", "3", "4", "5", "-1"] {
                rules.push(format!("FREQ={every};BYDAY={place}{name}"));
            }
        }
        for place in (1..=23).chain([-1]) {
            rules.push(format!("FREQ={every};BYDAY=MO,TU,WE,TH,FR;BYSETPOS={place}"));
        }
    }
    rules.iter().for_each(|rule| {
        there_and_back(rule);
    });
}

#[test]
fn every_rule_of_the_samples_is_read_back() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    let mut seen = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "txt") {
            seen.extend(rules(&std::fs::read_to_string(path).unwrap()));
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
    seen.iter().for_each(|rule| {
        there_and_back(rule);
    });
}

#[test]
fn the_month_of_a_quarter_is_told_as_it_was_read() {
    let first = Choice::of(&[Reading::FirstMonthOfQuarter]);
    let check = |rule: &str, words: &str| {
        assert_eq!(describe_with(rule, first).as_deref(), Some(words));
        assert_eq!(rules(words), [rule]);
        let found = find(words, &Context::new(date(2026, 3, 9)));
        assert_eq!(Choice::of(&found[0].reading), first, "{words}");
    };
    check("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", "每季度首月10日");
    check("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1", "每季度首月最后一天");
    check("FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO", "每季度首月第一个周一");
}

#[test]
fn what_is_never_written_has_no_words() {
    for rule in [
        "",
        "每周四",
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYDAY=-2FR",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=3",
        "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=3",
        "FREQ=YEARLY;BYMONTHDAY=3",
        "FREQ=YEARLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=星",
    ] {
        assert_eq!(describe(rule), None, "{rule}");
    }
}
