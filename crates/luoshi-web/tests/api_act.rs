//! What programs do for those who draft, inspect and lead: the same that the pages do, once.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;
mod program;

use axum::http::StatusCode;
use luoshi_app::Scope;
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TEXT, TOWN, who};
use program::Program;
use serde_json::{Value, json};

/// Drafts a plan and tells its items.
async fn drafted(program: &Program, text: &str) -> Vec<Value> {
    let sent = program.send("/api/v1/plans?name=方案.txt", "draft", text.as_bytes()).await;
    assert_eq!(sent.json()["plan"], 1, "{}", sent.text());
    items(program).await
}

async fn items(program: &Program) -> Vec<Value> {
    program.told("/api/v1/plans/1/draft").await["items"].as_array().unwrap().clone()
}

fn item(items: &[Value], no: &Value) -> Value {
    items.iter().find(|item| item["no"] == *no).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_drafted_decided_on_and_issued_by_a_program() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let inspector = Program::whole(&site, Role::Inspector, COUNTY).await;
        let found = drafted(&inspector, TEXT).await;
        let tasks: Vec<&Value> = found.iter().filter(|item| item["content"]["kind"] == "task").collect();
        let at = |no: &Value| format!("/api/v1/plans/1/draft/items/{no}");
        let first = &tasks[0]["no"];
        // What a stranger may not, a program of theirs may not.
        let stranger = Program::whole(&site, Role::Handler, TOWN).await;
        let confirm = json!({"act": "confirm"});
        assert_eq!(stranger.post(&at(first), "x", &confirm).await.status, StatusCode::NOT_FOUND);
        let reading = Program::of(&site, Role::Inspector, COUNTY, &[Scope::Read]).await;
        assert_eq!(reading.post(&at(first), "x", &confirm).await.status, StatusCode::FORBIDDEN);

        // Corrected as it was told, with another day and unit.
        let mut content = tasks[0]["content"].clone();
        content["due"] = json!("2026-10-20");
        content["until"] = json!("18时前");
        content["lead"] = json!([{"name": "青石镇"}]);
        let correct = json!({
            "act": "correct", "content": content, "reason": "与会议纪要一致", "seen": tasks[0]["seen"],
        });
        let done = inspector.post(&at(first), "c", &correct).await;
        assert_eq!(done.json()["items"], 1, "{}", done.text());
        let now = item(&items(&inspector).await, first);
        assert_eq!((&now["state"], &now["content"]["due"]), (&json!("corrected"), &json!("2026-10-20")));
        assert_eq!(now["content"]["lead"][0]["unit"], TOWN.0, "{now}");
        assert_eq!(now["content"]["until"], "18时前");
        // Seen as it was before, it is not decided on again.
        assert_eq!(inspector.post(&at(first), "d", &correct).await.status, StatusCode::CONFLICT);
        // A name that nobody bears is told with what to do.
        content["lead"] = json!([{"name": "青石县"}]);
        let wrong = json!({"act": "correct", "content": content, "reason": "更正"});
        let wrong = inspector.post(&at(first), "e", &wrong).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("青石县"), "{}", wrong.text());

        // One more, a split one, a dropped one; then the rest by kind.
        let report = json!({"content": {
            "kind": "duty", "title": "进展情况", "when": "每周五", "from": {"kind": "township"}, "nil": true,
        }, "reason": "按惯例"});
        let added = inspector.post("/api/v1/plans/1/draft/items", "f", &report).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.text());
        let again = inspector.post("/api/v1/plans/1/draft/items", "f", &report).await;
        assert_eq!(again.json()["repeated"], true);
        let duty = items(&inspector).await.into_iter().find(|item| item["content"]["title"] == "进展情况");
        assert_eq!(duty.unwrap()["content"]["when"], "每周五");
        let second = tasks[1];
        let part = |title: &str| {
            let mut content = second["content"].clone();
            content["title"] = json!(title);
            content["lead"] = json!([{"name": "白水乡"}]);
            content
        };
        let split = json!({"act": "split", "rest": part("入户登记"), "part": part("建立台账"), "reason": "两件事"});
        let done = inspector.post(&at(&second["no"]), "g", &split).await;
        assert_eq!(done.json()["items"], 2, "{}", done.text());
        for kind in ["task", "duty", "quota", "rule", "stage", "group"] {
            let body = json!({"kind": kind});
            let done = inspector.post("/api/v1/plans/1/draft/confirm", kind, &body).await;
            assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        }
        let drop = json!({"act": "drop", "reason": "本级不办"});
        for left in items(&inspector).await.iter().filter(|item| item["state"] == "open") {
            let key = format!("drop-{}", left["no"]);
            assert_eq!(inspector.post(&at(&left["no"]), &key, &drop).await.status, StatusCode::OK);
        }
        let issue =
            json!({"pack": "task", "number": "河政办〔2026〕1号", "approver": who(Role::Leader, COUNTY).person.0});
        let issued = inspector.post("/api/v1/plans/1/issue", "i", &issue).await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.text());
        let entries = inspector.told("/api/v1/plans/1/entries?size=200").await;
        let titles = |entry: &Value| entry["title"].as_str().unwrap().to_owned();
        let titles: Vec<String> = entries["items"].as_array().unwrap().iter().map(titles).collect();
        assert!(titles.contains(&"入户登记".to_owned()) && titles.contains(&"建立台账".to_owned()), "{titles:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_late_is_chased_with_a_preview_and_once() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let inspector = Program::whole(&site, Role::Inspector, COUNTY).await;
        let batch = json!({
            "entries": [{"plan": plan.0, "entry": 1}, {"plan": plan.0, "entry": 2}],
            "rung": "chase", "reason": "临近时限，尚未报送进展",
        });
        let preview = inspector.post("/api/v1/inspect/preview", "p", &batch).await.json();
        let sent = inspector.post("/api/v1/inspect/send", "s", &batch).await.json();
        assert_eq!(preview["sent"], sent["sent"], "what was shown is what is done");
        assert_eq!(sent["sent"], batch["entries"]);
        assert!(preview["desks"].as_array().unwrap().iter().all(|desk| desk["new"] == 1), "{preview}");
        let before = site.county.app.store().head(plan).await.unwrap();
        inspector.post("/api/v1/inspect/send", "s", &batch).await;
        assert_eq!(site.county.app.store().head(plan).await.unwrap(), before, "not twice");
        let town = Program::whole(&site, Role::Handler, TOWN).await;
        let refused = town.post("/api/v1/inspect/send", "s", &batch).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_instructs_a_post_is_given_over_and_an_archive_is_taken() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let leader = Program::whole(&site, Role::Leader, COUNTY).await;
    let at = format!("/api/v1/plans/{plan}/entries/1/instruct");
    let words = json!({"words": "本周内拿出整改方案", "due": "2026-09-30"});
    let done = leader.post(&at, "a", &words).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let handler = Program::whole(&site, Role::Handler, BUREAU).await;
    assert_eq!(handler.post(&at, "a", &words).await.status, StatusCode::FORBIDDEN);

    let to = who(Role::Reviewer, OTHER_TOWN).person.0;
    let stand_in = json!({"to": to, "from": "2026-09-22", "until": "2026-10-20", "reason": "外出学习"});
    let given = handler.post("/api/v1/delegations", "b", &stand_in).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text());
    let org = &site.county.app.context().org;
    assert!(org.delegations.iter().any(|known| known.to.0 == to), "{:?}", org.delegations);

    let inspector = Program::whole(&site, Role::Inspector, COUNTY).await;
    let archive = inspector.post(&format!("/api/v1/plans/{plan}/archive"), "c", &json!({})).await;
    assert!(archive.bytes.starts_with(b"PK"), "{}", archive.text());
    let other = handler.post(&format!("/api/v1/plans/{plan}/archive"), "c", &json!({})).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_comes_in_after_a_rehearsal() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let inspector = Program::whole(&site, Role::Inspector, COUNTY).await;
    let at = format!("/api/v1/plans/{plan}/registers/task/file?name=任务.csv");
    let rows = "标题,承办单位,完成时限\n更换配电箱,青石镇,2026-10-20\n清理楼道,没有这个镇,2026-10-20\n";
    let rehearsed = inspector.send(&format!("{at}&rehearse=true"), "r", rows.as_bytes()).await;
    let told = rehearsed.json();
    assert_eq!((&told["done"], &told["rows"][0]["fate"]), (&json!(0), &json!("new")), "{told}");
    assert_eq!(told["rows"][1]["fate"], "fault", "{told}");
    assert!(told["rows"][1]["words"].as_str().unwrap().contains("没有这个镇"), "{told}");
    let done = inspector.send(&at, "i", rows.as_bytes()).await.json();
    assert_eq!((&done["done"], &done["repeated"]), (&json!(1), &json!(0)), "{done}");
    let again = inspector.send(&at, "i", rows.as_bytes()).await.json();
    assert_eq!(again["done"], 0, "{again}");
    let reading = Program::of(&site, Role::Inspector, COUNTY, &[Scope::Read]).await;
    assert_eq!(reading.send(&at, "x", rows.as_bytes()).await.status, StatusCode::FORBIDDEN);
}
