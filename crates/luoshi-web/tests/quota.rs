//! Numbers that a plan distributes to units: from the lines of its annex to how far each unit is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::{Command, FieldValue, Progress, StepBody, TakeStep};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::Place;
use office::{Browser, COUNTY, Site, TOWN, who};

const TEXT: &str = "森林防火工作实施方案\n\
一、重点任务\n\
（一）县农业农村局要在9月底前完成核查。\n\
附件：指标分配表\n\
1.青石镇：警示牌35块。\n\
2.白水乡：警示牌30块。\n\
合计：警示牌65块。\n\
河源县人民政府\n\
2026年9月1日\n";

#[tokio::test(flavor = "multi_thread")]
async fn how_far_each_unit_is_stands_beside_its_number() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, _) = site.county.issue_text("task", TEXT).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let page = format!("/plans/{plan}?tab=progress");
    let shown = inspector.text(&page).await;
    assert!(shown.contains("任务65块，完成0块（按上报数）") && shown.contains("未报"), "{shown}");

    let filter = Filter { lead: Some(TOWN), ..Filter::default() };
    let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 9)).await.unwrap();
    let entry = rows.iter().find(|row| row.title == "警示牌").expect("its share").no;
    let step = async |step: &str, fields: &[(&str, f64)]| {
        let fields = fields.iter().map(|(key, number)| ((*key).to_owned(), FieldValue::Number(*number)));
        let progress = (step == "progress").then_some(Progress { planned: 40.0, actual: 40.0 });
        let body = StepBody { fields: fields.collect(), progress, ..StepBody::default() };
        let step = Box::new(TakeStep { step: step.into(), body, seen: None });
        site.county.run(&who(Role::Handler, TOWN), plan, Command::Step { entry, step }).await
    };
    step("acknowledge", &[]).await;
    step("progress", &[("actual", 14.0)]).await;
    let shown = inspector.text(&page).await;
    assert!(shown.contains("<td>35</td><td>14</td><td>40.0%</td>"), "{shown}");
    assert!(shown.contains("<b>21.5%</b> 完成率　任务65块，完成14块"), "{shown}");
    // A township sees its own share, and not that of the other.
    let town = site.browser(Role::Handler, TOWN).await.text(&page).await;
    assert!(town.contains("<td>35</td><td>14</td>") && !town.contains("<td>30</td>"), "{town}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_checked_against_its_total_and_corrected_row_by_row() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = drafted(&inspector, &TEXT.replace("警示牌30块", "警示牌31块")).await;
    let page = inspector.text(&to).await;
    assert!(page.contains("各单位合计66，与总数65不符") && page.contains("青石镇 35块"), "{page}");
    let no = page.split("of-quota").nth(1).and_then(|rest| rest.split("id=\"item-").nth(1)).unwrap();
    let no = no.split('"').next().unwrap();
    let correct = async |key: &str, unit: &str, amount: &str| {
        let fields = [
            ("key", key),
            ("title", "警示牌"),
            ("share", "青石镇"),
            ("amount", "35"),
            ("share", unit),
            ("amount", amount),
            ("share", ""),
            ("amount", ""),
            ("total", "65"),
            ("unit", "块"),
            ("reason", "与附件核对"),
        ];
        inspector.post(&format!("{to}/items/{no}/correct"), &fields).await
    };
    let unclear = correct("k1", "白水镇", "30").await;
    assert!(unclear.text().contains("白水镇"), "{}", unclear.text());
    let wrong = correct("k2", "白水乡", "三十").await;
    assert!(wrong.text().contains("“白水乡”的数“三十”不是数字"), "{}", wrong.text());
    let right = correct("k3", "白水乡", "30").await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text());
    let page = inspector.text(&to).await;
    assert!(page.contains("白水乡 30块") && !page.contains("与总数65不符"), "{page}");
}

/// Hands a text in and tells where its draft is.
async fn drafted(browser: &Browser, text: &str) -> String {
    let key = browser.get("/plans/new").await.hidden("key");
    let fields = [("key", key.as_str()), ("text", text), ("issued", "")];
    browser.post_files("/plans/new", &fields, &[]).await.location().to_owned()
}
