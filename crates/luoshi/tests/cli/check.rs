//! `check` for people and for build servers.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::support::{PLAN, Place};

/// The plan with two faults planted: a day that does not exist and a leader left blank.
fn faulty() -> Place {
    let place = Place::new();
    let text = PLAN
        .replace("完成时限：6月30日前", "完成时限：6月31日前")
        .replace("每周四晚开展夜查。", "每周四晚开展夜查。责任领导：");
    place.write("方案.txt", text);
    place
}

#[test]
fn good_text_passes_and_faults_fail() {
    let said = Place::with_plan().run(&["check", "方案.txt"]);
    assert!(said.out.contains("检查了 1 份文稿"), "{}", said.out);
    assert_eq!(said.code, 0, "{}", said.out);
    let said = faulty().run(&["check", "方案.txt"]);
    assert_eq!(said.code, 1, "{}", said.out);
}

#[test]
fn a_finding_shows_its_place_its_words_and_what_to_do() {
    let said = faulty().run(&["check", "方案.txt", "--width", "90"]);
    let at = said.out.find("错误[no-such-day]").expect(&said.out);
    let frame: Vec<&str> = said.out[at..].lines().take(6).collect();
    assert!(frame[1].contains("方案.txt:8"), "{frame:?}");
    assert!(frame[2].contains("一、主要任务 › （一）排查隐患"), "{frame:?}");
    // The carets stand under the words.
    let words = frame[3].find("6月31日前").expect("the words");
    let caret = frame[4].find('^').expect("a caret");
    assert_eq!(frame[3][..words].width(), frame[4][..caret].width());
    assert!(frame[4].ends_with(&"^".repeat("6月31日前".width())), "{frame:?}");
    assert!(frame[5].contains("建议："), "{frame:?}");
    for line in said.out.lines() {
        assert!(line.width() <= 90, "{line}");
    }
}

#[test]
fn a_check_is_turned_off_by_name_with_a_reason() {
    let place = faulty();
    let args = ["check", "方案.txt", "--off", "no-such-day=上级原文如此", "--off", "leader-blank=待定"];
    let said = place.run(&args);
    assert_eq!(said.code, 0, "{}", said.out);
    let said = place.run(&["check", "方案.txt", "--off", "no-such-day"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("理由"), "{}", said.err);
    let said = place.run(&["check", "方案.txt", "--off", "no-such-check=旧例"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("luoshi explain"), "{}", said.err);
}

#[test]
fn warnings_fail_only_where_strict() {
    let place = Place::new();
    place.write("方案.txt", PLAN.replace("严格奖惩。", "严格奖惩，贯彻落时。"));
    let said = place.run(&["check", "方案.txt"]);
    assert!(said.out.contains("警告[misspelling]"), "{}", said.out);
    assert_eq!(said.code, 0);
    assert_eq!(place.run(&["check", "方案.txt", "--strict"]).code, 1);
    let said = place.run(&["check", "方案.txt", "--strict", "--level", "error"]);
    assert!(!said.out.contains("misspelling"));
    assert_eq!(said.code, 1, "what is not shown still counts");
}

#[test]
fn sarif_names_rule_and_region() {
    let place = faulty();
    let said = place.run(&["check", "方案.txt", "--format", "sarif"]);
    assert_eq!(said.code, 1);
    let log: Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
        assert!(
            ["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap())
        );
    }
    let results = run["results"].as_array().expect("results");
    let one = results.iter().find(|r| r["ruleId"] == "no-such-day").expect("the fault");
    assert_eq!(rules[one["ruleIndex"].as_u64().unwrap() as usize]["id"], "no-such-day");
    assert!(!one["message"]["text"].as_str().unwrap().is_empty());
    let place_of = &one["locations"][0]["physicalLocation"];
    assert_eq!(place_of["artifactLocation"]["uri"], "%E6%96%B9%E6%A1%88.txt");
    let region = &place_of["region"];
    let text = String::from_utf8(place.read("方案.txt")).unwrap();
    let line = text.lines().nth(region["startLine"].as_u64().unwrap() as usize - 1).unwrap();
    let cut = |from: &Value, to: &Value| -> String {
        let (from, to) = (from.as_u64().unwrap() as usize - 1, to.as_u64().unwrap() as usize - 1);
        line.chars().skip(from).take(to - from).collect()
    };
    assert_eq!(cut(&region["startColumn"], &region["endColumn"]), "6月31日前");
    let offset = region["charOffset"].as_u64().unwrap() as usize;
    let length = region["charLength"].as_u64().unwrap() as usize;
    assert_eq!(text.chars().skip(offset).take(length).collect::<String>(), "6月31日前");
}

#[test]
fn sarif_tells_of_files_that_could_not_be_read() {
    let place = faulty();
    let said = place.run(&["check", "方案.txt", "没有.txt", "--format", "sarif"]);
    assert_eq!(said.code, 2);
    let log: Value = serde_json::from_str(&said.out).expect("JSON");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1);
}

#[test]
fn json_and_html_hold_the_findings() {
    let place = faulty();
    let said = place.run(&["check", "方案.txt", "--format", "json"]);
    let file: Value = serde_json::from_str(&said.out).expect("JSON");
    let findings = file["findings"].as_array().expect("findings");
    let one = findings.iter().find(|f| f["code"] == "no-such-day").expect("the fault");
    assert_eq!(one["place"]["words"], "6月31日前");
    assert_eq!(one["place"]["line"], 8);
    let said = place.run(&["check", "方案.txt", "--format", "html", "-o", "结果.html"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let page = String::from_utf8(place.read("结果.html")).unwrap();
    assert!(page.contains("no-such-day") && page.contains("class=\"note error\""));
}
