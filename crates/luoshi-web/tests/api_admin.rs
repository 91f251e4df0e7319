//! What programs do for administrators, and with a new text of a plan: the same that the pages do, once.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;
mod program;

use axum::http::StatusCode;
use luoshi_engine::SystemRole;
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{COUNTY, Site, TEXT, TOWN, who};
use program::Program;
use serde_json::{Value, json};

const ORGANISATION: &str = "/api/v1/organisation";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_gets_a_post_a_role_and_an_account_from_two_programs() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let system = Program::administrator(&site, SystemRole::SystemAdmin).await;
        let security = Program::administrator(&site, SystemRole::SecurityAdmin).await;
        let new = json!({"commands": [
            {"act": "add_unit", "id": 6, "name": "西坡村", "parent": TOWN.0, "kind": "village",
             "short": ["西坡"], "from": "2026-08-01"},
            {"act": "add_person", "id": 900, "name": "林小雨", "mobile": "13700000001"},
        ]});
        // One of them cannot be done: neither is.
        let refused = system.post(ORGANISATION, "a", &new).await;
        assert!(refused.status.is_client_error(), "{}", refused.text());
        assert_eq!(system.get("/api/v1/units/6").await.status, StatusCode::NOT_FOUND);
        let people = system.told("/api/v1/people?size=200").await;
        let next = people["items"].as_array().unwrap().iter().map(|of| of["id"].as_i64().unwrap()).max();
        let person = next.unwrap() + 1;
        let new = json!({"commands": [
            new["commands"][0],
            {"act": "add_person", "id": person, "name": "林小雨", "mobile": "13700000001"},
            {"act": "add_post", "person": person, "unit": 6, "title": "干事", "from": "2026-09-01"},
        ]});
        // It is the system administrator's to do, whoever else asks.
        assert_eq!(security.post(ORGANISATION, "b", &new).await.status, StatusCode::FORBIDDEN);
        let handler = Program::whole(&site, Role::Handler, TOWN).await;
        assert_eq!(handler.post(ORGANISATION, "b", &new).await.status, StatusCode::FORBIDDEN);
        let done = system.post(ORGANISATION, "b", &new).await;
        assert_eq!(done.json()["events"], 3, "{}", done.text());
        assert_eq!(system.post(ORGANISATION, "b", &new).await.json()["events"], 3, "the same again");
        let unit = system.told("/api/v1/units/6").await;
        assert_eq!((&unit["name"], &unit["about"]["short"][0]), (&json!("西坡村"), &json!("西坡")));
        assert_eq!(unit["parents"][0]["is"], TOWN.0);
        let found = system.told("/api/v1/people?q=林小雨&unit=6").await;
        let post = found["items"][0]["posts"][0]["id"].as_i64().unwrap();

        let roles = json!({"commands": [{"act": "set_roles", "post": post, "roles": ["handler"]}]});
        assert_eq!(system.post(ORGANISATION, "c", &roles).await.status, StatusCode::FORBIDDEN);
        assert_eq!(security.post(ORGANISATION, "c", &roles).await.status, StatusCode::OK);
        let wrong = json!({"commands": [{"act": "set_roles", "post": post, "roles": ["king"]}]});
        let wrong = security.post(ORGANISATION, "d", &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("没有“king”这种角色"), "{}", wrong.text());

        let account = format!("/api/v1/accounts/{person}");
        let open = json!({"act": "open", "login": "13700000001"});
        assert_eq!(system.post(&account, "e", &open).await.status, StatusCode::FORBIDDEN);
        let code = security.post(&account, "e", &open).await.json()["code"].as_str().unwrap().to_owned();
        assert!(!code.is_empty());
        let accounts = security.told("/api/v1/accounts?q=13700000001").await;
        assert_eq!((&accounts["total"], &accounts["items"][0]["state"]), (&json!(1), &json!("open")));
        let whole = security.told(&account).await;
        assert_eq!((&whole["account"]["name"], &whole["tokens"]), (&json!("林小雨"), &json!([])));
        assert_eq!(security.post(&account, "f", &json!({"act": "close"})).await.status, StatusCode::OK);
        assert_eq!(security.told(&account).await["account"]["state"], "closed");
        // The code stands in no record.
        let audit = Program::administrator(&site, SystemRole::AuditAdmin).await;
        let record = audit.told("/api/v1/audit?kind=accounts&size=200").await;
        assert!(record.to_string().contains("林小雨：停用账号"), "{record}");
        assert!(!record.to_string().contains(&code));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn days_networks_and_stand_ins_are_set_and_told() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = Program::administrator(&site, SystemRole::SystemAdmin).await;
    let security = Program::administrator(&site, SystemRole::SecurityAdmin).await;
    let day = |told: &Value, day: &str| {
        told["days"].as_array().unwrap().iter().find(|of| of["day"] == day).unwrap().clone()
    };
    let before = system.told("/api/v1/workdays?year=2026").await;
    assert_eq!(
        (&before["certainty"], day(&before, "2026-10-01")["working"].as_bool()),
        (&json!("known"), Some(false))
    );
    let set = json!({"commands": [
        {"act": "set_workday", "day": "2026-09-14", "working": false, "reason": "河政办〔2026〕5号"},
    ]});
    assert_eq!(system.post(ORGANISATION, "a", &set).await.json()["events"], 1);
    let after = day(&system.told("/api/v1/workdays?year=2026").await, "2026-09-14");
    assert_eq!(after, json!({"day": "2026-09-14", "working": false, "own": true}));

    let limit = json!({"commands": [{"act": "limit_addresses", "networks": ["10.9.0.0/16"]}]});
    let outside = security.post(ORGANISATION, "b", &limit).await;
    assert!(outside.status.is_client_error(), "nobody locks themselves out: {}", outside.text());
    let told = security.told("/api/v1/administrators").await;
    assert_eq!((&told["networks"], &told["second_factor"]), (&json!([]), &json!(false)));

    let handler = Program::whole(&site, Role::Handler, TOWN).await;
    let (holder, to) = (who(Role::Handler, TOWN), who(Role::Reviewer, TOWN).person.0);
    let delegate = json!({"to": to, "from": "2026-09-02", "until": "2026-09-20", "reason": "外出学习"});
    assert_eq!(handler.post("/api/v1/delegations", "c", &delegate).await.json()["events"], 1);
    let told = handler.told("/api/v1/delegations").await;
    assert_eq!((&told[0]["to"], &told[0]["until"]), (&json!(to), &json!("2026-09-20")));
    let other = Program::whole(&site, Role::Leader, COUNTY).await;
    assert_eq!(other.told("/api/v1/delegations").await, json!([]), "what does not concern one is not told");
    assert_eq!(security.told("/api/v1/delegations").await.as_array().unwrap().len(), 1);
    let end = json!({"post": holder.post.0, "to": to, "from": "2026-09-02", "last": "2026-09-01"});
    assert_eq!(handler.post("/api/v1/delegations/end", "d", &end).await.json()["events"], 1);
    assert_eq!(handler.told("/api/v1/delegations").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_goes_out_and_comes_back_after_a_rehearsal() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = Program::administrator(&site, SystemRole::SystemAdmin).await;
    let out = system.get("/api/v1/directory?which=units").await;
    assert!(out.text().contains("单位名称") && out.text().contains("青石镇"), "{}", out.text());
    let list = "单位名称,上级单位,类别,设立日期\n青石镇,,,\n西坡村,青石镇,村,2026-08-01\n";
    let rows = |told: &Value, fate: &str| {
        told["rows"].as_array().unwrap().iter().filter(|row| row["fate"] == fate).count()
    };
    let rehearsed =
        system.send("/api/v1/directory?name=单位.csv&rehearse=true", "a", list.as_bytes()).await.json();
    assert_eq!((rows(&rehearsed, "added"), &rehearsed["events"]), (1, &json!(0)), "{rehearsed}");
    let taken = system.send("/api/v1/directory?name=单位.csv", "b", list.as_bytes()).await.json();
    assert_eq!((rows(&taken, "added"), rows(&taken, "faulty")), (1, 0), "{taken}");
    assert!(site.county.app.context().org.units.values().any(|unit| unit.name() == "西坡村"));
    // What is no list is told.
    let none = system.send("/api/v1/directory?name=单位.csv&rehearse=true", "c", b"\x00\x01").await;
    assert!(none.status.is_client_error() || none.json()["rows"] == json!([]), "{}", none.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_examined_and_published_and_the_record_verified() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = Program::administrator(&site, SystemRole::SystemAdmin).await;
    let packs = system.told("/api/v1/packs").await;
    let task = packs.as_array().unwrap().iter().rev().find(|pack| pack["name"] == "task").unwrap();
    let version = task["version"].as_u64().unwrap();
    let text =
        system.told(&format!("/api/v1/packs/task/{version}")).await["text"].as_str().unwrap().to_owned();
    let next = text.replacen(&format!("version = {version}"), &format!("version = {}", version + 1), 1);
    let broken = next.replacen("[[register]]", "[[registr]]", 1);
    let found = system.send("/api/v1/packs/check", "-", broken.as_bytes()).await;
    assert!(found.json()["findings"][0]["error"] == true, "{}", found.text());
    let sound = system.send("/api/v1/packs/check", "-", next.as_bytes()).await.json();
    assert!(sound["findings"].as_array().unwrap().iter().all(|found| found["error"] == false), "{sound}");
    assert!(system.send("/api/v1/packs", "a", broken.as_bytes()).await.status.is_client_error());
    let published = system.send("/api/v1/packs", "b", next.as_bytes()).await;
    assert_eq!(published.json(), json!({"name": "task", "version": version + 1}), "{}", published.text());
    assert_eq!(system.get(&format!("/api/v1/packs/task/{}", version + 1)).await.status, StatusCode::OK);

    let audit = Program::administrator(&site, SystemRole::AuditAdmin).await;
    assert_eq!(system.get("/api/v1/audit/check").await.status, StatusCode::FORBIDDEN);
    assert_eq!(audit.post("/api/v1/audit/check", "c", &json!({})).await.status, StatusCode::OK);
    let verified = loop {
        let told = audit.told("/api/v1/audit/check").await;
        if told["running"].is_null() && !told["ended"].is_null() {
            break told;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&verified["sound"], &verified["faults"]), (&json!(true), &json!([])), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_text_is_compared_and_put_in_force_by_a_program() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let inspector = Program::whole(&site, Role::Inspector, COUNTY).await;
        let gone = "（二）落实仓容。各乡镇要在9月25日前落实收储仓容不少于500吨。\n";
        let new = "（二）培训保管人员。9月28日前举办保管员培训。（牵头单位：县农业农村委）\n";
        let text = TEXT.replace("9月20日前完成", "9月26日前完成").replace(gone, new);
        let to = format!("/api/v1/plans/{plan}/amend");
        let stranger = Program::whole(&site, Role::Handler, TOWN).await;
        let name = format!("{to}?name=修订稿.txt");
        assert_eq!(stranger.send(&name, "a", text.as_bytes()).await.status, StatusCode::NOT_FOUND);
        let compared = inspector.send(&name, "a", text.as_bytes()).await.json();
        let changes = compared["changes"].as_array().unwrap();
        assert_eq!(changes.len(), 3, "{compared}");
        let of = |words: &str| changes.iter().find(|change| change.to_string().contains(words)).unwrap();
        let (later, fresh) = (of("2026-09-26"), of("培训保管人员"));
        assert_eq!(later["fields"][0]["from"], "2026-09-20", "{later}");
        let put = format!("{to}/{}", compared["source"]["hash"].as_str().unwrap());
        // Nothing is in force while a change waits for a word.
        let one = json!({"reason": "上级调整时限", "words": {later["no"].to_string(): {"act": "accept"}}});
        assert_eq!(inspector.post(&put, "b", &one).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let mut content = fresh["content"].clone();
        content["lead"] = json!([{"name": "县农业农村局"}]);
        let correct = json!({"act": "correct", "content": content, "reason": "按机构名录选定"});
        let beyond = json!({"reason": "上级调整时限", "rest": true, "words": {"99": {"act": "accept"}}});
        let beyond = inspector.post(&put, "c", &beyond).await;
        assert!(beyond.text().contains("没有第99处变动"), "{}", beyond.text());
        let all =
            json!({"reason": "上级调整时限", "rest": true, "words": {fresh["no"].to_string(): correct}});
        let done = inspector.post(&put, "d", &all).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        assert_eq!(done.json()["opened"].as_array().map(Vec::len), Some(1), "{}", done.text());
        let again = inspector.post(&put, "d", &all).await;
        assert_eq!(again.json()["opened"], done.json()["opened"], "{}", again.text());
        assert_eq!(inspector.told(&format!("/api/v1/plans/{plan}")).await["text_version"], 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_to_be_forgotten_is_told_before() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let to = format!("/api/v1/plans/{plan}/entries/1/forget");
    let security = Program::administrator(&site, SystemRole::SecurityAdmin).await;
    let told = security.told(&to).await;
    assert!(told["refused"].as_str().unwrap().contains("不登记个人信息"), "{told}");
    let refused = security.post(&to, "a", &json!({"reason": "本人申请"})).await;
    assert!(refused.status.is_client_error(), "{}", refused.text());
    let handler = Program::whole(&site, Role::Handler, TOWN).await;
    assert_eq!(handler.get(&to).await.status, StatusCode::FORBIDDEN);
}
