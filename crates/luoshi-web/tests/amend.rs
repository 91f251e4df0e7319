//! A new text for a plan that runs: shown change by change, in force by a person's word on each.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::PlanId;
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{BUREAU, COUNTY, Site, TEXT, TOWN};

/// One task has more time, one is gone, one is new.
fn amended() -> String {
    let gone = "（二）落实仓容。各乡镇要在9月25日前落实收储仓容不少于500吨。\n";
    let new = "（二）培训保管人员。9月28日前举办保管员培训。（牵头单位：县农业农村委）\n";
    TEXT.replace("9月20日前完成", "9月26日前完成").replace(gone, new)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_text_is_compared_and_put_in_force_by_a_word_on_each_change() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let store = site.county.app.store();
    let before = store.plan(plan).await.unwrap().unwrap().entries;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = format!("/plans/{plan}/amend");
    let page = inspector.get(&to).await;
    assert!(page.text().contains("第1版（现行）") && page.text().contains("换用新的文稿"), "{}", page.text());
    let file: &[(&str, &str, &[u8])] = &[("file", "修订稿.txt", TEXT.as_bytes())];
    let same = inspector.post_files(&to, &[("text", "")], file).await;
    assert!(same.text().contains("一字不差"), "{}", same.text());

    let text = amended();
    let shown = inspector.post_files(&to, &[("text", "")], &[("file", "修订稿.txt", text.as_bytes())]).await;
    let words = shown.text();
    assert_eq!(shown.status, StatusCode::OK, "{words}");
    assert!(words.contains("3处变动"), "{words}");
    assert!(words.contains("<del>2026-09-20</del>") && words.contains("<ins>2026-09-26</ins>"), "{words}");
    assert!(words.contains("新增") && words.contains("删去") && words.contains("培训保管人员"), "{words}");
    let (key, source) = (shown.hidden("key"), shown.hidden("source"));
    let base = [("key", key.as_str()), ("source", source.as_str()), ("reason", "上级调整时限")];

    // Nothing is in force while a change waits for a word; what was said comes back.
    let mut fields = base.to_vec();
    fields.push(("word-1", "accept"));
    let refused = inspector.post(&format!("{to}/put"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    assert!(refused.text().contains("上级调整时限") && refused.text().contains("value=\"accept\" selected"));
    // The name in the new text means nothing; the unit is said beside it.
    let at = words.find("县农业农村委\">").or_else(|| words.find("value=\"县农业农村委")).unwrap();
    let no = words[..at].rsplit("name=\"lead-").next().unwrap().split('"').next().unwrap().to_owned();
    let mut fields = base.to_vec();
    let key = refused.hidden("key");
    fields[0] = ("key", key.as_str());
    fields.push(("rest", "accept"));
    let unknown = inspector.post(&format!("{to}/put"), &fields).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text().contains("县农业农村委"), "{}", unknown.text());
    let lead = format!("lead-{no}");
    fields.push((lead.as_str(), "县农业农村局"));
    let done = inspector.post(&format!("{to}/put"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(done.location().contains("opened=1"), "{}", done.location());
    let now = store.plan(PlanId(plan.0)).await.unwrap().unwrap();
    assert_eq!((now.text_version, now.entries > before), (2, true));
    // The same form again changes nothing.
    let again = inspector.post(&format!("{to}/put"), &fields).await;
    assert_eq!(again.location(), done.location());
    assert_eq!(store.plan(plan).await.unwrap().unwrap().text_version, 2);
    let versions = inspector.get(done.location()).await.text();
    assert!(versions.contains("第2版（现行）") && versions.contains("上级调整时限"), "{versions}");
    // The text beside the items is the new one.
    let beside = inspector.get(&format!("/plans/{plan}/draft")).await.text();
    assert!(beside.contains("举办保管员培训"), "{beside}");
    // What the version says otherwise stays to be seen.
    let files = inspector.get(&format!("/plans/{plan}?tab=files")).await.text();
    assert!(files.contains(&format!("/plans/{plan}/versions/2\">改了什么")), "{files}");
    let changes = inspector.get(&format!("/plans/{plan}/versions/2")).await.text();
    assert!(changes.contains("9月<b>20</b>日") && changes.contains("9月<b>26</b>日"), "{changes}");
    assert!(changes.contains("上级调整时限") && !changes.contains("一字不差"), "{changes}");
    for none in ["1", "3"] {
        let status = inspector.get(&format!("/plans/{plan}/versions/{none}")).await.status;
        assert_eq!(status, StatusCode::NOT_FOUND, "version {none}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_part_in_the_issue_sees_the_text_and_changes_nothing() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let to = format!("/plans/{plan}/amend");
    let bureau = site.browser(Role::Handler, BUREAU).await;
    let beside = bureau.get(&format!("/plans/{plan}/draft")).await;
    let text = beside.text();
    assert_eq!(beside.status, StatusCode::OK, "{text}");
    assert!(
        text.contains("摸清底数") && !text.contains("督查员1") && !text.contains("识别与确认情况"),
        "{text}"
    );
    assert_eq!(bureau.get(&format!("/plans/{plan}/draft/source")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bureau.get(&to).await.status, StatusCode::NOT_FOUND);
    let handler = site.browser(Role::Handler, COUNTY).await;
    assert!(!handler.get(&to).await.text().contains("换用新的文稿"));
    let file: &[(&str, &str, &[u8])] = &[("file", "修订稿.txt", TEXT.as_bytes())];
    assert_eq!(handler.post_files(&to, &[("text", "")], file).await.status, StatusCode::FORBIDDEN);
    let town = site.browser(Role::Inspector, TOWN).await;
    assert_eq!(town.post_files(&to, &[("text", "")], file).await.status, StatusCode::NOT_FOUND);
}
