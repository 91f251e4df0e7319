//! Finding by words: what is found, what is marked, and that nobody finds what they may not see.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::civil::date;
use luoshi_app::Scope;
use luoshi_engine::{Command, FieldValue, Moment, NewEntry, PlanId, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE, who};

/// A hazard of a unit, reported by somebody whose name is confidential.
async fn hazard(site: &Site, plan: PlanId, lead: UnitId, enterprise: &str) {
    let words = |text: &str| FieldValue::Text(text.into());
    let fields = [
        ("source", words("检查发现")),
        ("enterprise", words(enterprise)),
        ("place", words("后门")),
        ("grade", words("一般")),
        ("found", FieldValue::Date(date(2026, 9, 1))),
        ("reporter", words("欧阳守信")),
    ];
    let fields: BTreeMap<String, FieldValue> =
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let new = NewEntry {
        register: "hazard".into(),
        title: "后门被杂物堵住".into(),
        lead,
        fields,
        ..NewEntry::default()
    };
    site.county.run(&who(Role::Inspector, COUNTY), plan, Command::AddEntry(Box::new(new))).await;
}

async fn county(place: &Place) -> Site {
    let site = Site::open(place).await;
    let plan = site.plan("hazard").await;
    hazard(&site, plan, TOWN, "老码头饭店 No.A17").await;
    hazard(&site, plan, OTHER_TOWN, "新码头饭店").await;
    site
}

async fn found(browser: &Browser, query: &str) -> String {
    let answer = browser.get(&format!("/search?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    answer.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_entries_and_texts_are_found_with_the_words_marked() {
    for_each_database(async |place| {
        let site = county(place).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let plans = found(&inspector, "q=秋粮收储").await;
        assert!(plans.contains("<mark>秋粮收储</mark>工作实施方案</a>"), "{plans}");
        let text = found(&inspector, "q=不少于500吨&kind=paper").await;
        assert!(text.contains("收储仓容<mark>不少于500吨</mark>"), "the plan's own text: {text}");
        let number = found(&inspector, "q=河政发&kind=plan").await;
        assert!(number.contains("<mark>河政发</mark>〔2026〕9号"), "{number}");
        let fields = found(&inspector, "q=码头&kind=entry").await;
        assert!(fields.contains("单位或场所：老<mark>码头</mark>饭店"), "{fields}");
        assert!(
            fields.contains("单位或场所：新<mark>码头</mark>饭店") && fields.contains("事项 2"),
            "{fields}"
        );
        // One character, a Latin word by its beginning and in full width, two words that must both be there.
        for (query, hit) in [("q=堵", true), ("q=ａ1", true), ("q=码头+A17", true), ("q=码头+B17", false)]
        {
            let page = found(&inspector, query).await;
            assert_eq!(page.contains("/entries/"), hit, "{query}: {page}");
        }
        let nothing = found(&inspector, "q=并没有这个词").await;
        assert!(nothing.contains("没有找到") && nothing.contains("能找到您可以查看的方案"), "{nothing}");
        for odd in ["q=", "q=%22%27%2A+OR+%28", "q=%E3%80%82", "q=%26%7C%21%3A*"] {
            let page = found(&inspector, odd).await;
            assert!(!page.contains("<mark>"), "{odd}: {page}");
        }
        let csv = inspector.get("/search?q=码头&kind=entry&as=csv").await.text();
        assert!(csv.contains("单位或场所：老码头饭店"), "{csv}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_what_they_may_not_see_or_what_is_confidential() {
    for_each_database(async |place| {
        let site = county(place).await;
        for (role, unit, own, other) in [
            (Role::Inspector, COUNTY, true, true),
            (Role::Handler, TOWN, true, false),
            (Role::Inspector, OTHER_TOWN, false, true),
            (Role::Handler, BUREAU, false, false),
            (Role::Handler, VILLAGE, false, false),
        ] {
            let browser = site.browser(role, unit).await;
            for path in ["q=码头&kind=entry", "q=码头", "q=码头&as=csv", "q=码头&page=2&kind=entry"] {
                // A page after the last one is the last one.
                let page = found(&browser, path).await;
                assert_eq!(page.contains("老<mark>") || page.contains("老码头"), own, "{unit} {path}");
                assert_eq!(page.contains("新<mark>") || page.contains("新码头"), other, "{unit} {path}");
            }
            let sealed = found(&browser, "q=欧阳守信").await;
            assert!(!sealed.contains("/entries/"), "{unit}: a confidential name is not found: {sealed}");
        }
        // A draft is its issuer's alone.
        let draft = "白水乡防汛抗旱工作方案\n一、各村每周五前报送水库水位。\n河源县人民政府\n2026年9月1日\n";
        let file = luoshi_app::PlanFile {
            name: "防汛方案.txt".into(),
            bytes: draft.as_bytes().to_vec(),
            index: 0,
            issuer: COUNTY,
            issued: None,
        };
        site.county.app.draft("k", &who(Role::Inspector, COUNTY), file).await.unwrap();
        let theirs = found(&site.browser(Role::Inspector, COUNTY).await, "q=防汛").await;
        assert!(theirs.contains("<mark>防汛</mark>"), "{theirs}");
        let others = found(&site.browser(Role::Handler, TOWN).await, "q=防汛").await;
        assert!(!others.contains("<mark>防汛</mark>"), "{others}");
        let administrator = site.administrator(SystemRole::SystemAdmin).await;
        assert_eq!(administrator.get("/search?q=码头").await.status, StatusCode::NOT_FOUND);
        let papers = site.browser(Role::Inspector, COUNTY).await;
        let file = found(&papers, "q=不少于500吨&kind=paper&as=csv").await;
        assert!(
            file.contains("方案正文") && !file.contains("收储仓容"),
            "no text is read for a file: {file}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_is_made_again_and_verified_with_the_rest() {
    for_each_database(async |place| {
        let site = county(place).await;
        let app = &site.county.app;
        assert!(app.verify(&[]).await.unwrap().sound());
        app.rebuild().await.unwrap();
        let report = app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{report}");
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        assert!(found(&inspector, "q=码头&kind=entry").await.contains("老<mark>码头</mark>"));
        assert!(found(&inspector, "q=仓容&kind=paper").await.contains("<mark>仓容</mark>"), "texts too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_finds_the_same() {
    let place = Place::folder();
    let site = county(&place).await;
    let actor = who(Role::Handler, TOWN);
    let until = site.county.app.now().plus(Moment::DAY);
    let token = site.county.app.issue_token(&actor, "测试", &[Scope::Read], until).await.unwrap();
    let ask = |path: &str| Request::get(path).header("authorization", format!("Bearer {token}"));
    let path = "/api/v1/search?q=%E7%A0%81%E5%A4%B4";
    let told = site.nobody().send(ask(path), Body::empty()).await.json();
    assert_eq!(told["total"], 1, "its own alone: {told}");
    assert_eq!(
        (&told["items"][0]["kind"], &told["items"][0]["entry"]),
        (&"entry".into(), &4.into()),
        "{told}"
    );
    assert_eq!(told["items"][0]["lines"][0][2]["hit"], true, "{told}");
}
