//! Reporting a hazard without an account, and following it up.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::{EntryNo, FieldValue};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{COUNTY, Site, TOWN};

/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

#[tokio::test(flavor = "multi_thread")]
async fn a_hazard_is_reported_once_and_followed_by_its_receipt() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let nobody = site.nobody();
    assert!(nobody.get("/report-hazard").await.text().contains("没有接受群众报告的方案"));
    let plan = site.plan("hazard").await;
    site.county.set(site.county.app.now().date(), 11);
    let page = nobody.get("/report-hazard").await;
    assert!(page.text().contains("隐患随手报") && page.text().contains("单位或场所"));
    assert!(!page.text().contains("name=\"f.grade\""), "the grade is not asked of people");
    let (receipt, number) = (page.hidden("receipt"), plan.to_string());
    let town = TOWN.to_string();
    let report = [
        ("receipt", &*receipt),
        ("plan", &*number),
        ("website", ""),
        ("what", "后门被杂物堵住"),
        ("unit", &*town),
        ("f.enterprise", "老码头饭店"),
        ("f.place", "后门"),
        ("f.reporter", "王某"),
        ("f.grade", "重大"),
    ];
    let before = site.county.app.store().plan(plan).await.unwrap().unwrap().entries;
    let sent = nobody.post_files("/report-hazard", &report, &[("photo", "a.png", PNG)]).await;
    assert_eq!(sent.location(), format!("/report-hazard/{receipt}"), "{}", sent.text());
    let again = nobody.post_files("/report-hazard", &report, &[("photo", "a.png", PNG)]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "sent twice");
    let after = site.county.app.store().plan(plan).await.unwrap().unwrap().entries;
    assert_eq!(after, before + 1, "and taken in once");
    let entry = site.county.app.store().entry(plan, EntryNo(after)).await.unwrap().unwrap();
    let field = |key: &str| entry.opening.fields.get(key).cloned();
    assert_eq!(field("grade"), Some(FieldValue::Text("一般".into())), "what is given cannot be typed over");
    assert_eq!(field("source"), Some(FieldValue::Text("群众举报".into())));
    assert!(matches!(field("reporter"), Some(FieldValue::Sealed { .. })), "a name is sealed");
    assert!(matches!(field("before"), Some(FieldValue::File(_))));
    assert_eq!(entry.opening.lead, TOWN);
    let followed = nobody.get(&format!("/report-hazard/{receipt}")).await.text();
    assert!(followed.contains("已登记"));
    assert!(!followed.contains("老码头") && !followed.contains("青石镇"), "nothing but where it stands");
    // The inspector finds it on the desk, with its photograph.
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    assert!(inspector.get("/").await.text().contains("后门被杂物堵住"));
    let shown = inspector.get(&format!("/plans/{plan}/entries/{after}")).await.text();
    let photo = shown.split(&format!("/plans/{plan}/entries/{after}/files/")).nth(1).unwrap();
    let photo = photo.split('"').next().unwrap();
    let got = inspector.get(&format!("/plans/{plan}/entries/{after}/files/{photo}")).await;
    assert_eq!((got.header("content-type"), got.bytes.as_slice()), ("image/png", PNG));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_report_is_not_taken_in() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("hazard").await.to_string();
    let closed = site.plan("task").await.to_string();
    let nobody = site.nobody();
    let receipt = nobody.get("/report-hazard").await.hidden("receipt");
    let sent = |extra: &[(&'static str, &'static str)]| {
        let mut all: Vec<(&str, &str)> =
            vec![("what", "电线裸露"), ("f.enterprise", "五金厂"), ("f.place", "东门")];
        all.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        all.extend_from_slice(extra);
        all
    };
    let post = async |extra: &[(&'static str, &'static str)], plan: &str, receipt: &str, photo: &[u8]| {
        let mut all = sent(extra);
        all.extend([("plan", plan), ("receipt", receipt)]);
        nobody.post_files("/report-hazard", &all, &[("photo", "a.jpg", photo)]).await
    };
    let missing = post(&[("f.place", "")], &plan, &receipt, b"").await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text().contains("还须填写") && missing.text().contains("value=\"电线裸露\""));
    assert_eq!(missing.hidden("receipt"), receipt, "the receipt stays that of the form");
    assert!(
        post(&[("website", "http://x")], &plan, &receipt, b"").await.status.is_client_error(),
        "a program"
    );
    assert!(post(&[], &closed, &receipt, b"").await.text().contains("现在不接受群众报告"));
    assert!(
        post(&[], &plan, "web-0123", b"").await.text().contains("页面已经过期"),
        "no other key is a receipt"
    );
    assert!(post(&[], &plan, &receipt, b"<html><script>").await.text().contains("图片"), "told by its bytes");
    assert!(post(&[("unit", "1")], &plan, &receipt, b"").await.status.is_redirection(), "the issuer itself");
    for path in ["/report-hazard/pub-aaaaaaaaaaaaaaaa", "/report-hazard/found", "/report-hazard/units"] {
        let missing = nobody.get(path).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        assert!(missing.text().contains("回到群众报告"), "nobody without an account is sent to a desk");
    }
    let sought = nobody.get("/report-hazard/follow?receipt=PUB-AAAAaaaaaaaaaaaa").await;
    assert_eq!(sought.location(), "/report-hazard/pub-aaaaaaaaaaaaaaaa");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_reports_only_so_often() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let nobody = site.nobody();
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        last = nobody.post_files("/report-hazard", &[("plan", "1")], &[]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // The receipt of the last report is shown all the same, and receipts cannot be tried out.
    let mut followed = Vec::new();
    for _ in 0..11 {
        followed.push(nobody.get("/report-hazard/pub-aaaaaaaaaaaaaaaa").await);
    }
    assert_eq!(followed[0].status, StatusCode::NOT_FOUND);
    assert_eq!(followed[10].status, StatusCode::TOO_MANY_REQUESTS);
    assert!(followed[10].text().contains("<h1>请稍候</h1>"), "nothing was to be saved");
}
