//! One line an input: what is found and what it says. The anchor is 9 March 2026 unless told.

use jiff::civil::{Date, date};
use luoshi_when::{Context, Found, Reading, Unit, When, find};

const ISSUED: Date = date(2026, 3, 9);

/// `raw=value` joined by blanks.
fn show(text: &str, issued: Date) -> String {
    let found = find(text, &Context::new(issued));
    let parts: Vec<String> =
        found.iter().map(|found| format!("{}={}", &text[found.range.clone()], value(&found.when))).collect();
    parts.join(" | ")
}

fn value(when: &When) -> String {
    match when {
        When::By { end } => format!("by {end}"),
        When::Span { start, end } => format!("{start}..{end}"),
        When::From { start } => format!("from {start}"),
        When::On { day } => format!("on {day}"),
        When::Every { rrule } => rrule.replace("FREQ=", "").to_lowercase(),
        When::Within { amount, unit, before } => {
            format!("{} {amount} {}", if *before { "ahead" } else { "within" }, unit_name(*unit))
        }
        When::Ongoing => "ongoing".to_owned(),
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Workday => "workday",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Year => "year",
    }
}

fn check_on(issued: Date, text: &str, expect: &str) {
    assert_eq!(show(text, issued), expect, "{text}");
}

fn check(text: &str, expect: &str) {
    check_on(ISSUED, text, expect);
}

fn readings(text: &str) -> Vec<Reading> {
    find(text, &Context::new(ISSUED)).into_iter().flat_map(|found: Found| found.reading).collect()
}

#[test]
fn a_daily_paper_is_no_sunday() {
    check("每周日报送台账", "每周日=weekly;byday=su");
    check("每周六、周日报告值班情况", "每周六、周日=weekly;byday=sa,su");
    check("每周日报", "每周=weekly");
}

#[test]
fn limits_that_must_not_be_exceeded() {
    check("整改期限不得超过15日", "不得超过15日=within 15 day");
    check("限期整改，最长不得超过三个月", "不得超过三个月=within 3 month");
    check("自受理之日起不得超过30天", "自受理之日起不得超过30天=within 30 day");
    check("立行立改，不得超过15日。", "不得超过15日=within 15 day");
    // Lengths, ages and delays are no limits.
    check("视频时长不超过3分钟，年龄不超过55周岁", "");
    check("逾期不超过30日的，每次请假不得超过3天", "");
    check("每三天巡查一次，每3日报送一次", "每三天=daily;interval=3 | 每3日=daily;interval=3");
    // What names no day is none.
    check("立即整改，马上上报，第一时间到场", "");
}

#[test]
fn deadlines() {
    check("6月底前完成", "6月底前=by 2026-06-30");
    check("在6月底前完成", "6月底前=by 2026-06-30");
    check("2月底前完成", "2月底前=by 2027-02-28");
    check("2028年2月底前", "2028年2月底前=by 2028-02-29");
    check("３月３１日前完成", "３月３１日前=by 2026-03-31");
    check("6 月 底前完成", "6 月 底前=by 2026-06-30");
    check("于 2026 年 3 月 31 日 前", "2026 年 3 月 31 日 前=by 2026-03-31");
    check("三月三十一日之前报送", "三月三十一日之前=by 2026-03-31");
    check("十二月底以前", "十二月底以前=by 2026-12-31");
    check("二〇二六年十月十五日前", "二〇二六年十月十五日前=by 2026-10-15");
    check("二○二六年十月底前", "二○二六年十月底前=by 2026-10-31");
    check("5月10日上午下班前", "5月10日上午下班前=by 2026-05-10");
    check("5月10日下班前", "5月10日下班前=by 2026-05-10");
    check("5月10日（星期五）18:00前", "5月10日（星期五）18:00前=by 2026-05-10");
    check("5月10日17时30分前", "5月10日17时30分前=by 2026-05-10");
    check("年底前完成", "年底前=by 2026-12-31");
    check("年底完成", "年底=by 2026-12-31");
    check("20xx年底前", "20xx年底前=by 2026-12-31");
    check("今年年底前", "今年年底前=by 2026-12-31");
    check("明年3月底前", "明年3月底前=by 2027-03-31");
    check("次年1月15日前", "次年1月15日前=by 2027-01-15");
    check("年内完成", "年内=by 2026-12-31");
    check("季度末前", "季度末前=by 2026-03-31");
    check("一季度末前", "一季度末前=by 2026-03-31");
    check("第三季度末", "第三季度末=by 2026-09-30");
    check("上半年底前", "上半年底前=by 2026-06-30");
    check("月底前报送", "月底前=by 2026-03-31");
    check("本月底前报送", "本月底前=by 2026-03-31");
    check("下月5日前", "下月5日前=by 2026-04-05");
    check("本周五前", "本周五前=by 2026-03-13");
    check("下周一下班前", "下周一下班前=by 2026-03-16");
    check("截至6月30日", "截至6月30日=by 2026-06-30");
    check("截止到6月30日", "截止到6月30日=by 2026-06-30");
    check("不迟于6月30日报送", "不迟于6月30日=by 2026-06-30");
    check("最迟6月30日报送", "最迟6月30日=by 2026-06-30");
    check("到2026年6月30日，实现", "到2026年6月30日=by 2026-06-30");
    check("到2027年，建成", "到2027年=by 2027-12-31");
    check("6月中旬前", "6月中旬前=by 2026-06-20");
    check("6月上旬底前", "6月上旬底前=by 2026-06-10");
    check("26年5月8日前", "26年5月8日前=by 2026-05-08");
    check("2026.5.8前", "2026.5.8前=by 2026-05-08");
    check("2026-05-08前", "2026-05-08前=by 2026-05-08");
    check("2026/5/8前", "2026/5/8前=by 2026-05-08");
    check("20xx.5.8前", "20xx.5.8前=by 2026-05-08");
    check("6月前完成", "6月前=by 2026-06-30");
    check("6月30日前进行验收", "6月30日前=by 2026-06-30");
    check("1.3月底前完成", "3月底前=by 2026-03-31");
}

#[test]
fn spans() {
    check("3月22-30日", "3月22-30日=2026-03-22..2026-03-30");
    check("3月22日—4月3日", "3月22日—4月3日=2026-03-22..2026-04-03");
    check("3月22日～30日", "3月22日～30日=2026-03-22..2026-03-30");
    check("3月28日至5日", "3月28日至5日=2026-03-28..2026-04-05");
    check("3月1日起至4月10日止", "3月1日起至4月10日止=2026-03-01..2026-04-10");
    check("自3月1日起至4月10日止", "自3月1日起至4月10日止=2026-03-01..2026-04-10");
    check("7-8月", "7-8月=2026-07-01..2026-08-31");
    check("2026年7-8月", "2026年7-8月=2026-07-01..2026-08-31");
    check("7、8月份", "7、8月份=2026-07-01..2026-08-31");
    check("四——十月:", "四——十月=2026-04-01..2026-10-31");
    check("4月至10月", "4月至10月=2026-04-01..2026-10-31");
    check("9月-10月", "9月-10月=2026-09-01..2026-10-31");
    check("2026年3月—2027年5月", "2026年3月—2027年5月=2026-03-01..2027-05-31");
    check("2026-2028年", "2026-2028年=2026-01-01..2028-12-31");
    check("3月上旬至4月中旬", "3月上旬至4月中旬=2026-03-01..2026-04-20");
    check("3月上旬至下旬", "3月上旬至下旬=2026-03-01..2026-03-31");
    check("4月10日至月底", "4月10日至月底=2026-04-10..2026-04-30");
    check("4月至年底", "4月至年底=2026-04-01..2026-12-31");
    check("9月1日至次年3月31日", "9月1日至次年3月31日=2026-09-01..2027-03-31");
    check("2026.3.1-2026.5.31", "2026.3.1-2026.5.31=2026-03-01..2026-05-31");
    check("2026.3-2026.5", "2026.3-2026.5=2026-03-01..2026-05-31");
    check("三月:拟定方案", "三月=2026-03-01..2026-03-31");
    check("十一月:自查", "十一月=2026-11-01..2026-11-30");
    check("十二月:迎检", "十二月=2026-12-01..2026-12-31");
    check("6月份开展安全生产月活动", "6月份=2026-06-01..2026-06-30");
    check("第三季度开展", "第三季度=2026-07-01..2026-09-30");
    check("上半年开展", "上半年=2026-01-01..2026-06-30");
    check("2026年下半年", "2026年下半年=2026-07-01..2026-12-31");
    check("6月中旬集中展演", "6月中旬=2026-06-11..2026-06-20");
    check("6月下旬", "6月下旬=2026-06-21..2026-06-30");
    check("6月中下旬", "6月中下旬=2026-06-11..2026-06-30");
    check("6月初", "6月初=2026-06-01..2026-06-10");
    check("完成时限：全年", "全年=2026-01-01..2026-12-31");
    check("2026年招工383人", "2026年=2026-01-01..2026-12-31");
    check("从今年3月起到12月底", "从今年3月起到12月底=2026-03-01..2026-12-31");
}

#[test]
fn issue_day() {
    check("即日起至12月20日", "即日起至12月20日=2026-03-09..2026-12-20");
    check("自即日起至20xx年底", "自即日起至20xx年底=2026-03-09..2026-12-31");
    check("决定从即日起至20xx年5月", "即日起至20xx年5月=2026-03-09..2026-05-31");
    check("从现在起至年底", "从现在起至年底=2026-03-09..2026-12-31");
    check("即日起，各单位", "即日起=from 2026-03-09");
    check("自印发之日起施行", "自印发之日起=from 2026-03-09");
}

#[test]
fn starts() {
    check("5月起实行", "5月起=from 2026-05-01");
    check("从5月开始", "从5月开始=from 2026-05-01");
    check("从6月起每月推出", "从6月起=from 2026-06-01 | 每月=monthly");
    check("自5月1日起", "自5月1日起=from 2026-05-01");
    check("5月1日后", "5月1日后=from 2026-05-01");
    check("从20XX年开始", "从20XX年开始=from 2026-01-01");
    check("自2019年以来", "");
    check("2019年3月至今", "");
}

#[test]
fn lists() {
    check_on(
        date(2019, 12, 1),
        "在20xx年12月18日、20xx年1月15日和20xx年2月26日前分别",
        "20xx年12月18日=by 2019-12-18 | 20xx年1月15日=by 2020-01-15 | 20xx年2月26日前=by 2020-02-26",
    );
    check("6月30日、9月30日(各阶段", "6月30日=on 2026-06-30 | 9月30日=on 2026-09-30");
    check("6月5日、15日和25日前", "6月5日=by 2026-06-05 | 15日=by 2026-06-15 | 25日前=by 2026-06-25");
    check("6月底、12月底前", "6月底=by 2026-06-30 | 12月底前=by 2026-12-31");
    check("9月30日、6月30日前", "9月30日=by 2026-09-30 | 6月30日前=by 2027-06-30");
    check("4月1日、5月1日至10日", "4月1日=on 2026-04-01 | 5月1日至10日=2026-05-01..2026-05-10");
    check("6月30日前和12月30日前", "6月30日前=by 2026-06-30 | 12月30日前=by 2026-12-30");
}

#[test]
fn years_run_forward() {
    let december = date(2019, 12, 1);
    check_on(december, "12月21日-2月20日", "12月21日-2月20日=2019-12-21..2020-02-20");
    check_on(december, "1月15日前", "1月15日前=by 2020-01-15");
    check_on(december, "2月21日-3月21日", "2月21日-3月21日=2020-02-21..2020-03-21");
    check_on(december, "20xx年", "");
    check_on(date(2026, 3, 31), "3月1日前", "3月1日前=by 2026-03-01");
    check_on(date(2026, 3, 31), "2月28日前", "2月28日前=by 2027-02-28");
    check_on(date(2026, 3, 31), "20××年2月28日前", "20××年2月28日前=by 2027-02-28");
    check_on(date(2026, 3, 31), "202x年4月1日前", "202x年4月1日前=by 2026-04-01");
    check_on(date(2026, 3, 31), "二〇xx年4月1日前", "二〇xx年4月1日前=by 2026-04-01");
    check_on(date(2026, 3, 31), "2026年2月28日前", "2026年2月28日前=by 2026-02-28");
    check_on(date(2026, 1, 20), "12月1日至2026年1月31日", "12月1日至2026年1月31日=2025-12-01..2026-01-31");
    check_on(
        date(2025, 8, 25),
        "2025年11月1日至2026年5月29日",
        "2025年11月1日至2026年5月29日=2025-11-01..2026-05-29",
    );
    check_on(date(2025, 8, 25), "2025年8月25日至9月5日", "2025年8月25日至9月5日=2025-08-25..2025-09-05");
}

#[test]
fn recurrence() {
    check("每周四上报", "每周四=weekly;byday=th");
    check("每周三对教学楼", "每周三=weekly;byday=we");
    check("每周一、三、五", "每周一、三、五=weekly;byday=mo,we,fr");
    check("每周一至周五", "每周一至周五=weekly;byday=mo,tu,we,th,fr");
    check("每周一和周四", "每周一和周四=weekly;byday=mo,th");
    check("每周五下班前", "每周五下班前=weekly;byday=fr");
    check("每周至少1次", "每周=weekly");
    check("每周一次", "每周=weekly");
    check("每周一调度", "每周=weekly");
    check("每周五汇总", "每周五=weekly;byday=fr");
    check("每周边", "");
    check("每月25日前", "每月25日前=monthly;bymonthday=25");
    check("每月25日", "每月25日=monthly;bymonthday=25");
    check("每月5日、20日前", "每月5日、20日前=monthly;bymonthday=5,20");
    check("每月5、15、25日前", "每月5、15、25日前=monthly;bymonthday=5,15,25");
    check("每月1-3日", "每月1-3日=monthly;bymonthday=1,2,3");
    check("每月底前", "每月底前=monthly;bymonthday=-1");
    check("每月末检修", "每月末=monthly;bymonthday=-1");
    check("每月首个工作日", "每月首个工作日=monthly;byday=mo,tu,we,th,fr;bysetpos=1");
    check("每月最后一个工作日", "每月最后一个工作日=monthly;byday=mo,tu,we,th,fr;bysetpos=-1");
    check("每月第一个星期一", "每月第一个星期一=monthly;byday=1mo");
    check("每月绩效考核", "每月=monthly");
    check("每月一考核、每季一通报", "每月=monthly | 每季=monthly;interval=3");
    check("每季度首月10日前", "每季度首月10日前=monthly;interval=3;bymonthday=10");
    check("每季度末月25日前", "每季度末月25日前=monthly;interval=3;bymonthday=25");
    check("每季度结束后10日内", "每季度结束后10日内=monthly;interval=3;bymonthday=10");
    check("下一季度首月15日前", "下一季度首月15日前=monthly;interval=3;bymonthday=15");
    check("次月5日前", "次月5日前=monthly;bymonthday=5");
    check("每季度末", "每季度末=monthly;interval=3;bymonthday=-1");
    check("每季度随机抽查", "每季度=monthly;interval=3");
    check("每半年", "每半年=monthly;interval=6");
    check("每半年一次", "每半年=monthly;interval=6");
    check("半年一次", "半年一次=monthly;interval=6");
    check("每年6-7月", "每年6-7月=yearly;bymonth=6,7");
    check("每年12月底前", "每年12月底前=yearly;bymonth=12;bymonthday=-1");
    check("每年年底前", "每年年底前=yearly;bymonth=12;bymonthday=-1");
    check("每年4月15日", "每年4月15日=yearly;bymonth=4;bymonthday=15");
    check("每年11月至次年2月", "每年11月至次年2月=yearly;bymonth=1,2,11,12");
    check("每年", "每年=yearly");
    check("每年春节前", "每年春节前=yearly");
    check("每学期", "每学期=monthly;interval=6");
    check("每学期末", "每学期末=monthly;interval=6");
    check("每两周", "每两周=weekly;interval=2");
    check("隔周", "隔周=weekly;interval=2");
    check("每日18时前", "每日18时前=daily");
    check("每天", "每天=daily");
    check("每个工作日", "每个工作日=weekly;byday=mo,tu,we,th,fr");
    check("按月报送", "按月=monthly");
    check("逐月通报", "逐月=monthly");
    check("按季度调度", "按季度=monthly;interval=3");
    check("按季节", "");
    check("年度考核与月考核相结合", "年度考核=yearly | 月考核=monthly");
    check("实行日调度、周研判、月通报", "日调度=daily | 周研判=weekly | 月通报=monthly");
    check("纳入年度考核", "");
    check("三季度考核", "三季度=2026-07-01..2026-09-30");
    check("一周一次", "一周一次=weekly");
    check("两周一次", "两周一次=weekly;interval=2");
    check("每3个月一次", "每3个月=monthly;interval=3");
    check("每人每月补助", "每月=monthly");
    check("每月500元", "");
    check("每村每户每年级", "");
}

#[test]
fn limits() {
    check("3个工作日内", "3个工作日内=within 3 workday");
    check("三个工作日以内", "三个工作日以内=within 3 workday");
    check("3 个工作日 内", "3 个工作日 内=within 3 workday");
    check("自收到通知之日起15日内", "自收到通知之日起15日内=within 15 day");
    check("收到之日起15日内", "收到之日起15日内=within 15 day");
    check("签约后3个工作日内到岗", "签约后3个工作日内=within 3 workday");
    check("24小时内", "24小时内=within 24 hour");
    check("一周内", "一周内=within 1 week");
    check("1个月内", "1个月内=within 1 month");
    check("半年内", "半年内=within 6 month");
    check("3至5日内", "3至5日内=within 5 day");
    check("提前20个工作日", "提前20个工作日=ahead 20 workday");
    check("提前至少3日报备", "提前至少3日=ahead 3 day");
    check("20个工作日内", "20个工作日内=within 20 workday");
    check("不超过5个工作日", "不超过5个工作日=within 5 workday");
    check("活动结束后3日内", "活动结束后3日内=within 3 day");
    check("当日内办结", "当日内=within 0 day");
    check("当天下班前", "当天下班前=within 0 day");
    check("当日生活补助", "");
    check("三年行动计划", "");
    check("3天的食品留样", "");
    check("48小时以上", "");
    check("1.5日内", "");
    check("第三天内", "");
    check("2小时内设置警戒", "2小时内=within 2 hour");
    check("3日内部署", "");
    check("控制在3分钟以内", "");
}

#[test]
fn ongoing() {
    check("并长期坚持", "长期坚持=ongoing");
    check("完成时限：长期", "长期=ongoing");
    check("完成时限：长期坚持。", "长期坚持=ongoing");
    check("长期\"带病\"生产", "");
    check("长期未得到有效解决", "");
}

#[test]
fn holidays_and_terms() {
    check("春节前", "春节前=by 2027-02-05");
    check("2026年春节前", "2026年春节前=by 2026-02-16");
    check("国庆前", "国庆前=by 2026-09-30");
    check("“五一”前", "“五一”前=by 2026-04-30");
    check("五一前", "五一前=by 2026-04-30");
    check("国庆节期间", "国庆节期间=2026-10-01..2026-10-07");
    check("春节期间", "春节期间=2027-02-05..2027-02-08");
    check("五一劳动节", "");
    check("元旦、春节期间", "春节期间=2027-02-05..2027-02-08");
    check("春季开学后", "春季开学后=from 2026-03-01");
    check_on(date(2025, 12, 1), "春季开学后", "春季开学后=from 2026-02-01");
    check("秋季开学前", "秋季开学前=by 2026-08-31");
    check("秋季开学前（2026年8月28日前）完成", "秋季开学前（2026年8月28日前）=by 2026-08-28");
    check_on(date(2025, 8, 25), "开学前", "开学前=by 2025-08-31");
    check("学期末", "学期末=by 2026-07-10");
    check("暑假期间", "暑假期间=2026-07-11..2026-08-31");
    check("寒假期间", "寒假期间=2027-01-21..2027-02-14");
    check("暑假", "");
}

#[test]
fn not_dates() {
    for text in [
        "定期、适时、及时、近期、一旦",
        "“5.12”大地震",
        "\"3·21\"事故",
        "“12·4”宪法日",
        "2000亩以上",
        "〔20xx〕14号",
        "〔2026〕14号",
        "GB 50016-2014",
        "GB/T 9704-2012",
        "“十四五”规划",
        "6-15周岁",
        "三年行动计划",
        "《关于2026年3月1日前报送的通知》",
        "《20xx年春季防火管制的规定》",
        "20xx年度安全生产考核",
        "去年6月底前",
        "2025-2026学年第一学期",
        "20xx年xx月xx日",
        "建党100周年",
        "世界粮食日",
        "一年一度",
        "3月份历来是火灾高发期",
        "20xx年“5.12”大地震",
        "20xx年以来",
        "继续按20xx年的补助标准",
        "13月底前",
        "今年是建党100周年",
        "四季常青",
        "2026年计划",
        "192.168.1.1",
        "2026.3.1.4",
        "一一一一年",
        "全年累计加分",
        "同期",
        "当年评优",
        "人民日报",
        "工作日制度",
        "9月的",
        "1000000月底前",
        "每",
    ] {
        check(text, "");
    }
}

#[test]
fn told() {
    assert_eq!(readings("6月31日前"), [Reading::YearAssumed, Reading::NoSuchDay]);
    assert_eq!(readings("2月30日"), [Reading::YearAssumed, Reading::NoSuchDay]);
    assert_eq!(readings("20xx年6月底前"), [Reading::MaskedYear, Reading::EndRounded]);
    assert_eq!(readings("6月前"), [Reading::YearAssumed, Reading::PeriodEnd]);
    assert_eq!(readings("2025年6月30日前"), [Reading::BeforeIssue]);
    assert_eq!(readings("明年6月5日"), [Reading::RelativeYear]);
    assert_eq!(readings("2026年12月1日至2026年2月1日"), [Reading::EndBeforeStart]);
    assert_eq!(readings("每季度末月25日前"), [Reading::LastMonthOfQuarter]);
    assert_eq!(readings("3至5日内"), [Reading::Longest]);
    assert_eq!(readings("2027年春节期间"), [Reading::HolidayProvisional]);
    check("6月31日前", "6月31日前=by 2026-06-30");
    check("2月30日", "2月30日=on 2027-02-28");
}

#[test]
fn a_year_that_no_plan_means_gives_no_date() {
    check("9999年12月31日前完成", "");
    check("0001年1月1日前完成", "");
    check("10000年1月前完成", "");
    check("九九九九年十二月底前完成", "");
    check("1899年12月前，6月底前完成", "6月底前=by 2026-06-30");
}

#[test]
fn a_bracket_behind_a_day_explains_it() {
    check("10月8日（国庆假期后第一个工作日）完成", "10月8日=on 2026-10-08");
    check("10月8日（国庆假期后第一个工作日）前完成", "10月8日（国庆假期后第一个工作日）前=by 2026-10-08");
    check("6月1日（10月8日前验收）", "6月1日=on 2026-06-01 | 10月8日前=by 2026-10-08");
}

#[test]
fn terms_and_weeks_by_their_number() {
    check("2025—2026学年第一学期末", "2025—2026学年第一学期末=by 2026-01-20");
    check("2025-2026学年度第二学期结束前", "2025-2026学年度第二学期结束前=by 2026-07-10");
    check("第一学期末完成", "第一学期末=by 2027-01-20");
    check("2025—2026学年第一学期", "");
    check("秋季开学前一周内", "秋季开学前一周内=2026-08-25..2026-08-31");
    check("3月第一周开展", "3月第一周=2026-03-01..2026-03-07");
    check("2026年4月第5周开展", "2026年4月第5周=2026-04-29..2026-04-30");
}

#[test]
fn a_date_alone_on_its_line_is_left_to_the_caller() {
    check("2026年3月9日", "2026年3月9日=on 2026-03-09");
}
