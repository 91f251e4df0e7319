//! A report that no calendar tells, from the words of a plan to the desk of who owes it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::Place;
use office::{COUNTY, OTHER_TOWN, Site, TOWN};

const TEXT: &str = "防汛工作实施方案\n\
一、重点任务\n\
（一）各乡镇要在险情发生后2小时内向县农业农村局报告灾情。\n\
（二）各乡镇及时向县农业农村局报送雨情信息。\n\
河源县人民政府\n\
2026年9月1日\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_after_an_event_is_opened_by_who_saw_it() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, _) = site.county.issue_text("task", TEXT).await;
    let (page, call) = (format!("/plans/{plan}?tab=reports"), format!("/plans/{plan}/duties/text_1"));
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let draft = inspector.text(&format!("/plans/{plan}/draft")).await;
    assert!(draft.contains("险情发生后2小时内") && draft.contains("没有写明哪天或多久之内报送"), "{draft}");

    let town = site.browser(Role::Handler, TOWN).await;
    let shown = town.get(&page).await;
    assert!(shown.text().contains(&format!("action=\"{call}\"")), "{}", shown.text());
    assert!(shown.text().contains("险情发生后2小时内"), "{}", shown.text());
    let key = shown.hidden("key");
    let sent = |words: &'static str| {
        [("key", key.clone()), ("words", words.to_owned()), ("at", String::from("2026-09-01T08:30"))]
    };
    let refused = post(&town, &call, &sent("")).await;
    assert!(
        refused.status.is_client_error() && refused.text().contains("请写明是什么事由"),
        "{}",
        refused.text()
    );
    for _ in 0..2 {
        let opened = post(&town, &call, &sent("东坡村山洪")).await;
        assert_eq!(
            (opened.status, opened.location()),
            (StatusCode::SEE_OTHER, page.as_str()),
            "{}",
            opened.text()
        );
    }
    let filter = Filter { register: Some("report".into()), ..Filter::default() };
    let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.lead, row.title.as_str(), row.due.unwrap().due_day())).collect();
    assert_eq!(
        told,
        [(TOWN, "灾情（东坡村山洪）", "2026-09-01 10:30".to_owned())],
        "once, for itself, in its time"
    );
    assert!(town.text("/").await.contains("2026-09-01 10:30"), "it lies on the desk with its hour");

    // Of another town's flood it may not speak; the inspector may for all.
    let mut other = sent("上游泄洪").to_vec();
    other.push(("unit", OTHER_TOWN.to_string()));
    other[0].1 = "another".into();
    assert_eq!(post(&town, &call, &other).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&inspector, &call, &other).await.status, StatusCode::SEE_OTHER);
    let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.lead == OTHER_TOWN).count(), 1);
    assert!(inspector.text(&page).await.contains("应报2，已报0"), "what was opened is counted");
}

async fn post(browser: &office::Browser, to: &str, fields: &[(&str, String)]) -> office::Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(to, &fields).await
}
