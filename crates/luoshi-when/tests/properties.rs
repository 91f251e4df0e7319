//! What holds of any text: no panic, ranges that fit, and an end to the work.

use jiff::civil::{Date, date};
use luoshi_when::numeral::{parse_integer, parse_number};
use luoshi_when::{Choice, Context, When, find, occurrences};
use proptest::prelude::*;

/// The words of the grammar, to be shuffled.
const WORDS: [&str; 105] = [
    "20xx年",
    "2026年",
    "二〇二六年",
    "26年",
    "今年",
    "次年",
    "去年",
    "年",
    "月",
    "日",
    "号",
    "底",
    "末",
    "前",
    "初",
    "中",
    "上旬",
    "下旬",
    "3",
    "12",
    "31",
    "三",
    "十",
    "十二",
    "二十",
    "两",
    "〇",
    "零",
    "百",
    "万",
    "3月",
    "12月",
    "三月",
    "5日",
    "31日",
    "22-30日",
    "-",
    "——",
    "～",
    "至",
    "到",
    "、",
    "和",
    "，",
    "。",
    "：",
    "（",
    "）",
    "《",
    "》",
    "〔",
    "〕",
    "“",
    "”",
    "每",
    "每周",
    "每月",
    "每年",
    "每季度",
    "首月",
    "末月",
    "按",
    "逐",
    "隔",
    "周",
    "一",
    "四",
    "五",
    "季度",
    "第",
    "半年",
    "学期",
    "工作日",
    "个",
    "天",
    "小时",
    "内",
    "以内",
    "起",
    "开始",
    "从",
    "自",
    "即日起",
    "收到之日起",
    "后",
    "提前",
    "截至",
    "不迟于",
    "长期坚持",
    "完成时限：",
    "春节",
    "国庆节",
    "期间",
    "春季",
    "开学",
    "暑假",
    "考核",
    "下班",
    "上午",
    "18:00",
    "2026.3.1",
    "x",
    " ",
    "\n",
    "\t",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..40).prop_map(|words| words.concat())
}

fn days() -> impl Strategy<Value = Date> {
    (1i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn holds(text: &str, issued: Date) {
    let found = find(text, &Context::new(issued));
    let mut end = 0;
    for item in &found {
        assert!(item.range.start >= end && item.range.start < item.range.end, "{text:?} {item:?}");
        assert!(text.get(item.range.clone()).is_some(), "{text:?} {item:?}");
        if let Some(trigger) = &item.trigger {
            assert!(text.get(trigger.clone()).is_some(), "{text:?} {item:?}");
        }
        end = item.range.end;
        match &item.when {
            When::Span { start, end } => assert!(start <= end, "{text:?} {item:?}"),
            When::Every { rrule } => {
                let list = occurrences(rrule, issued, issued, Choice::of(&item.reading));
                assert!(list.is_ok(), "{text:?} {rrule}");
            }
            _ => {}
        }
    }
    // A line end closes every expression: what stands before it does not change.
    let mut longer = text.to_owned();
    longer.push_str("\n各单位抓好落实\n");
    assert_eq!(find(&longer, &Context::new(issued)), found, "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC{0,60}", issued in days()) {
        holds(&text, issued);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        holds(&String::from_utf8_lossy(&bytes), date(2026, 3, 9));
    }

    #[test]
    fn shuffled_words(text in soup(), issued in days()) {
        holds(&text, issued);
    }

    #[test]
    fn numerals_are_prefixes(text in "[0-9０-９零〇一二两三四五六七八九十百千万亿廿点分之成半,.]{0,24}\\PC{0,3}") {
        for taken in [parse_number(&text).map(|n| n.1), parse_integer(&text).map(|n| n.1)].into_iter().flatten() {
            prop_assert!(taken > 0 && text.get(..taken).is_some());
        }
        if let Some((value, _)) = parse_number(&text) {
            prop_assert!(value.is_finite() && value >= 0.0);
        }
    }

    #[test]
    fn numerals_come_back(value in 0i64..100_000_000) {
        prop_assert_eq!(parse_integer(&value.to_string()).map(|n| n.0), Some(value));
        prop_assert_eq!(parse_integer(&chinese(value)), Some((value, chinese(value).len())), "{}", chinese(value));
    }

    #[test]
    fn days_come_back(issued in days(), year in 1900i16..2200, month in 1i8..=12, day in 1i8..=28) {
        let day = date(year, month, day);
        let context = Context::new(issued);
        for text in [
            format!("{}年{}月{}日前", day.year(), day.month(), day.day()),
            format!("{} 年 {} 月 {} 日 前", day.year(), day.month(), day.day()),
            format!("{day}前"),
            format!("{}.{}.{}前", day.year(), day.month(), day.day()),
        ] {
            let found = find(&text, &context);
            prop_assert_eq!(found.len(), 1, "{}", &text);
            prop_assert_eq!(&found[0].when, &When::By { end: day });
            prop_assert_eq!(found[0].range.clone(), 0..text.len());
        }
    }

    #[test]
    fn open_years_run_forward(issued in days(), month in 1i8..=12, day in 1i8..=28) {
        prop_assume!(issued.year() < 9999);
        let text = format!("{month}月{day}日前");
        let [found] = find(&text, &Context::new(issued)).try_into().map_err(|_| TestCaseError::fail("one"))?;
        let When::By { end } = found.when else { return Err(TestCaseError::fail("by")) };
        prop_assert!(end >= issued.first_of_month());
        prop_assert!(end.year() - issued.year() <= 1);
        prop_assert_eq!((end.month(), end.day()), (month, day));
    }
}

/// A whole number in characters.
fn chinese(value: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    fn section(value: i64) -> String {
        let mut out = String::new();
        let mut gap = false;
        for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
            let digit = value / unit % 10;
            if digit == 0 {
                gap = !out.is_empty();
                continue;
            }
            if gap {
                out.push('零');
                gap = false;
            }
            out.push_str(DIGITS[digit as usize]);
            out.push_str(name);
        }
        out
    }
    if value == 0 {
        return "零".to_owned();
    }
    let (high, low) = (value / 10_000, value % 10_000);
    let mut out = String::new();
    if high > 0 {
        out.push_str(&section(high));
        out.push('万');
        if low > 0 && low < 1000 {
            out.push('零');
        }
    }
    out.push_str(&section(low));
    out
}

/// Ten times the text must not take a hundred times as long.
#[test]
fn the_work_grows_with_the_text() {
    let soups = [
        "月月月底前前前日日",
        "每每每周周周",
        "3月5日、",
        "三三三三",
        "1111",
        "《《《",
        "〔2026",
        "一、",
        "自自从从",
        "3月-",
        "6月5日、15日、",
        "每周一、",
        "每月5、",
        "20xx年",
        "后后后3日",
        "3个",
        "之日起",
        "“五一”",
        "2026.3",
        "（（（",
        "　　　　",
        "十万",
        "每年3月、",
    ];
    let context = Context::new(date(2026, 3, 9));
    for soup in soups {
        let (short, long) = (soup.repeat(500), soup.repeat(5000));
        let time = |text: &str| {
            let begun = std::time::Instant::now();
            std::hint::black_box(find(text, &context));
            begun.elapsed()
        };
        let least = (0..3).map(|_| time(&short)).min().unwrap_or_default();
        let most = least.max(std::time::Duration::from_micros(200)) * 50;
        // A busy machine may hold up any try, but not all of them.
        assert!(
            (0..40).any(|_| time(&long) < most),
            "{soup}: {least:?}, ten times the text more than {most:?}"
        );
    }
}
