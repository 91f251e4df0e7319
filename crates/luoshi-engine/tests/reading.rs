//! What the text of a plan says, from its words to what runs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod common;

use common::{Ledger, ten};
use jiff::civil::{date, time};
use luoshi_engine::{ItemContent, Moment};
use luoshi_pack::{Duty, Until};

/// A plan with these paragraphs as its tasks and duties.
fn plan(body: &str) -> String {
    format!("秋粮收储工作实施方案\n一、重点任务\n{body}\n河源县人民政府\n2026年9月1日\n")
}

/// A plan of these words, confirmed as it was read and issued on the first of September 2026.
fn issued(body: &str) -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(body));
    ledger.confirm();
    ledger.issue().unwrap();
    ledger
}

/// When the first entry is due that a sentence leads to.
#[track_caller]
fn due(body: &str, due: Moment) {
    let ledger = issued(body);
    assert_eq!(ledger.first().due().map(Moment::due_day), Some(due.due_day()), "{body}");
}

#[test]
fn a_task_is_due_at_the_hour_that_its_words_say() {
    let day = date(2026, 12, 5);
    let at = |hour, minute| Moment::at(day, time(hour, minute, 0, 0));
    due("（一）县农业农村局要在12月5日前完成面积核查。", Moment::end_of(day));
    due("（一）县农业农村局要在12月5日24时前完成面积核查。", Moment::end_of(day));
    due("（一）县农业农村局要在12月5日上午10时前完成面积核查。", at(10, 0));
    due("（一）县农业农村局要在12月5日17:00前完成面积核查。", at(17, 0));
    due("（一）县农业农村局要在12月5日下班前完成面积核查。", at(17, 30));
}

#[test]
fn what_is_due_at_an_hour_is_late_after_it() {
    let mut ledger = issued("（一）县农业农村局要在12月5日上午10时前完成面积核查。");
    let mut light = |at: Moment| {
        ledger.now = at;
        ledger.tick();
        ledger.first().light.clone()
    };
    let day = date(2026, 12, 5);
    assert_eq!(light(Moment::at(day, time(9, 59, 0, 0))).as_deref(), Some("blue"));
    assert_eq!(light(ten(day)).as_deref(), Some("red"));
    let told = serde_json::to_string(&ledger.chain.last().unwrap().event().unwrap()).unwrap();
    assert!(told.contains("已过12月5日10时的时限"), "{told}");
}

#[test]
fn a_daily_report_is_due_every_day_at_its_hour() {
    let mut ledger = issued("（一）各乡镇每日18时前向县农业农村局报送收储进度。");
    ledger.now = ten(date(2026, 9, 3));
    ledger.tick();
    let mut due: Vec<_> =
        ledger.known.entries.values().filter_map(|entry| entry.due()).map(Moment::due_day).collect();
    due.dedup();
    assert_eq!(due[..3], ["2026-09-01 18:00", "2026-09-02 18:00", "2026-09-03 18:00"]);
}

#[test]
fn what_was_kept_while_only_the_closing_hour_was_known_is_read_and_written_as_it_was() {
    let kept = |until: &str| {
        format!(
            r#"{{"task":{{"title":"核查","lead":[],"support":[],"leader":[],"due":"2026-12-05","by_closing":{until},"quantities":[],"evidence":[]}}}}"#
        )
    };
    for (words, meant) in [("false", Until::DayEnd), ("true", Until::Closing)] {
        let read: ItemContent = serde_json::from_str(&kept(words)).unwrap();
        assert!(matches!(&read, ItemContent::Task { until, .. } if *until == meant), "{read:?}");
        assert_eq!(serde_json::to_string(&read).unwrap(), kept(words));
    }
    // Without the word at all, as the first events were.
    let duty =
        r#"{"key":"a","title":"周报","register":"report","from":"parties","on":["2026-12-05"],"opens":7}"#;
    let read: Duty = serde_json::from_str(duty).unwrap();
    assert_eq!((read.until, serde_json::to_string(&read).unwrap().as_str()), (Until::DayEnd, duty));
    let timed: Duty =
        serde_json::from_str(&duty.replace("\"opens\"", "\"until\":\"10:00\",\"opens\"")).unwrap();
    assert_eq!(timed.until, Until::At(time(10, 0, 0, 0)));
    let again: Duty = serde_json::from_str(&serde_json::to_string(&timed).unwrap()).unwrap();
    assert_eq!(again, timed);
    let refused = serde_json::from_str::<Duty>(&duty.replace("\"opens\"", "\"until\":\"25:00\",\"opens\""));
    assert!(refused.unwrap_err().to_string().contains("钟点"));
}
