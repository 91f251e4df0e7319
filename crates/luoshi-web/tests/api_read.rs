//! What programs read: the same that the pages show, as far as their holders see.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;
mod program;

use axum::http::StatusCode;
use luoshi_engine::{Progress, StepBody};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TEXT, TOWN, step, who};
use program::Program;
use serde_json::{Value, json};

/// The lines of a list.
fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_found_by_what_a_page_filters_by() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let program = Program::whole(&site, Role::Inspector, COUNTY).await;
        let entries = format!("/api/v1/plans/{plan}/entries");
        let all = program.told(&format!("{entries}?size=200")).await;
        let of = async |query: &str| program.told(&format!("{entries}?size=200&{query}")).await;
        let count = |test: &dyn Fn(&Value) -> bool| items(&all).iter().filter(|line| test(line)).count();
        let towns = of(&format!("unit={TOWN}")).await;
        assert!(items(&towns).iter().all(|line| line["lead"]["id"] == TOWN.0), "{towns}");
        assert_eq!(items(&towns).len(), count(&|line| line["lead"]["id"] == TOWN.0));
        let open = of("phase=open").await;
        assert_eq!(items(&open).len(), count(&|line| line["phase"] == "open"));
        // Both days count: what is due on the last of them is among them.
        let day = items(&all).iter().find_map(|line| line["due"].as_str()).unwrap().to_owned();
        let due = of("due_from=2026-09-20&due_to=2026-09-20").await;
        assert!(!items(&due).is_empty(), "{all}");
        assert!(
            items(&due).iter().all(|line| line["due"].as_str().unwrap().starts_with("2026-09-2")),
            "{due}"
        );
        let none = of("due_to=2026-08-01").await;
        assert_eq!(none["total"], 0, "{day}");
        // A word that none of the phases is.
        assert_eq!(program.get(&format!("{entries}?phase=shut")).await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_and_its_list_are_shown_as_they_were() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let bureau = who(Role::Handler, BUREAU);
    site.county.run(&bureau, plan, step(luoshi_engine::EntryNo(1), "acknowledge", StepBody::default())).await;
    let program = Program::whole(&site, Role::Handler, BUREAU).await;
    let entry = format!("/api/v1/plans/{plan}/entries/1");
    let (now, then) = (program.told(&entry).await, program.told(&format!("{entry}?as_of=2026-09-10")).await);
    assert_ne!(now["state"], then["state"]);
    assert!(!now["steps"].as_array().unwrap().is_empty() && then["steps"] == json!([]), "{then}");
    // It is overdue now, and told why; the words it rests on stand in the plan.
    assert!(now["because"].as_str().is_some_and(|why| !why.is_empty()), "{now}");
    assert!(TEXT.contains(now["sentence"].as_str().unwrap()) && now["sentence"] != "", "{now}");
    let entries = format!("/api/v1/plans/{plan}/entries?q=%E6%91%B8%E6%B8%85&as_of=2026-09-10");
    let was = program.told(&entries).await;
    assert_eq!(items(&was)[0]["state"], then["state"], "{was}");
    // What happened is told in words as well.
    let history = program.told(&format!("{entry}/history")).await;
    let last = history.as_array().unwrap().last().unwrap().clone();
    assert!(history.as_array().unwrap().iter().all(|at| at["what"] != ""), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_told_with_what_was_found_in_it() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let program = Program::whole(&site, Role::Inspector, COUNTY).await;
    let text = TEXT.replace("县农业农村局", "县粮食局").replace("9月25日前落实", "9月31日前落实");
    let plan = program.send("/api/v1/plans?name=a.txt", "k", text.as_bytes()).await.json()["plan"].clone();
    let path = format!("/api/v1/plans/{plan}/draft");
    let draft = program.told(&path).await;
    let found = draft["findings"].as_array().unwrap();
    assert!(found.iter().any(|found| found["words"].as_str().unwrap().contains("9月31日")), "{found:?}");
    // A span is told in bytes of the text that can be fetched.
    let file = program.get(&format!("/api/v1/plans/{plan}/files/{}", draft["text"].as_str().unwrap())).await;
    let span = |of: &Value| of["start"].as_u64().unwrap() as usize..of["end"].as_u64().unwrap() as usize;
    for found in found {
        assert_eq!(file.text().get(span(&found["span"])).unwrap(), found["words"], "{found}");
    }
    assert!(draft["unknown_names"]["县粮食局"].is_array(), "{draft}");
    let task = draft["items"].as_array().unwrap().iter().find(|item| item["troubles"] != json!([])).unwrap();
    assert_eq!((&task["state"], &task["content"]["kind"]), (&json!("open"), &json!("task")));
    // A draft is nobody's but its issuer's.
    let town = Program::whole(&site, Role::Inspector, OTHER_TOWN).await;
    assert_eq!(town.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_registers_are_fetched_by_those_who_see_them() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let (handler, photo) = (who(Role::Handler, TOWN), site.county.photo().await);
    let town = Program::whole(&site, Role::Handler, TOWN).await;
    let lines = town.told(&format!("/api/v1/plans/{plan}/entries?unit={TOWN}&register=task")).await;
    let no = items(&lines)[0]["no"].as_i64().map(luoshi_engine::EntryNo).unwrap();
    site.county.run(&handler, plan, step(no, "acknowledge", StepBody::default())).await;
    let progress = Some(Progress { planned: 20.0, actual: 20.0 });
    let body = StepBody { evidence: vec![photo.clone()], progress, ..StepBody::default() };
    site.county.run(&handler, plan, step(no, "progress", body)).await;
    let file = format!("/api/v1/plans/{plan}/entries/{no}/files/{}", photo.hash);
    let fetched = town.get(&file).await;
    assert_eq!((fetched.status, fetched.bytes.len() as i64), (StatusCode::OK, photo.size));
    assert!(fetched.header("content-disposition").starts_with("attachment"), "{fetched:?}");
    let other = Program::whole(&site, Role::Handler, OTHER_TOWN).await;
    assert_eq!(other.get(&file).await.status, StatusCode::NOT_FOUND);
    // A register holds what its reader sees.
    let csv = |program| async move {
        let program: &Program = program;
        program.get(&format!("/api/v1/plans/{plan}/registers/task/file?as=csv")).await.text()
    };
    let (own, theirs) = (csv(&town).await, csv(&other).await);
    assert!(own.contains("青石镇") && !theirs.contains("青石镇"), "{own}\n{theirs}");
    let registers = town.told(&format!("/api/v1/plans/{plan}/registers")).await;
    let task = registers.as_array().unwrap().iter().find(|register| register["key"] == "task").unwrap();
    assert!(task["states"].as_array().unwrap().len() > 2, "{task}");
    let versions = town.told(&format!("/api/v1/plans/{plan}/versions")).await;
    assert_eq!((versions.as_array().unwrap().len(), &versions[0]["version"]), (1, &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_is_told_as_a_whole() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let program = Program::whole(&site, Role::Inspector, COUNTY).await;
    let matrix = program.told(&format!("/api/v1/plans/{plan}/matrix")).await;
    let units: Vec<&Value> = matrix["units"].as_array().unwrap().iter().map(|unit| &unit["id"]).collect();
    let tasks = matrix["tasks"].as_array().unwrap();
    assert!(units.contains(&&json!(TOWN.0)) && !tasks.is_empty(), "{matrix}");
    let leads = tasks.iter().flat_map(|task| task["entries"].as_array().unwrap()).map(|e| &e["lead"]["id"]);
    assert!(leads.clone().all(|lead| units.contains(&lead)), "{matrix}");
    // One row a task, however many units have it.
    let titles: std::collections::BTreeSet<&str> =
        tasks.iter().map(|t| t["title"].as_str().unwrap()).collect();
    assert_eq!(titles.len(), tasks.len());
    let counts = program.told(&format!("/api/v1/plans/{plan}/matrix/registers")).await;
    let all: i64 = counts.as_array().unwrap().iter().map(|row| row["count"].as_i64().unwrap()).sum();
    let entries = program.told(&format!("/api/v1/plans/{plan}/entries")).await;
    assert_eq!(all, entries["total"].as_i64().unwrap());
    // Nothing had been opened on the day before the issue.
    let before = program.told(&format!("/api/v1/plans/{plan}/matrix?as_of=2026-08-31")).await;
    assert_eq!(before["tasks"], json!([]));
    // The timeline goes on where a part of it ended.
    let timeline = format!("/api/v1/plans/{plan}/timeline?all=true&size=3");
    let first = program.told(&timeline).await;
    let next = program.told(&format!("{timeline}&before={}", first["next"])).await;
    assert!(items(&first)[2]["seq"].as_i64() > items(&next)[0]["seq"].as_i64(), "{first} {next}");
    assert!(items(&first).iter().all(|told| told["what"] != ""), "{first}");
    let by_hand = program.told(&format!("/api/v1/plans/{plan}/timeline")).await;
    assert!(items(&by_hand).iter().all(|told| told["person"] != 0), "{by_hand}");
}

#[tokio::test(flavor = "multi_thread")]
async fn inspection_and_dashboard_are_for_those_who_oversee() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let program = Program::whole(&site, Role::Inspector, COUNTY).await;
        let board = program.told("/api/v1/board").await;
        let red = board["all"]["lights"]["red"].as_i64().unwrap();
        // Every figure has its entries.
        let behind = program.told("/api/v1/board/entries?light=red").await;
        assert_eq!((red > 0, &behind["total"]), (true, &json!(red)), "{board}");
        assert_eq!(board["plans"][0]["plan"], plan.0);
        let lights = program.told("/api/v1/inspect/entries?light=red").await;
        assert_eq!(lights["total"], red);
        let unknown = program.told("/api/v1/inspect/entries?light=violet").await;
        assert_eq!(unknown["total"], 0);
        let silent = program.told("/api/v1/inspect/silent?days=3").await;
        let of = |of: &Value, unit: i64| of.as_array().unwrap().iter().any(|one| one["unit"]["id"] == unit);
        assert!(of(&silent, BUREAU.0), "{silent}");
        let narrowed = program.told(&format!("/api/v1/inspect/silent?days=3&unit={TOWN}")).await;
        assert!(!of(&narrowed, BUREAU.0) && of(&narrowed, TOWN.0), "{narrowed}");
        program.told("/api/v1/inspect/failing").await;
        let handler = Program::whole(&site, Role::Handler, BUREAU).await;
        for path in ["board", "board/entries", "inspect/entries", "inspect/silent", "inspect/failing"] {
            assert_eq!(handler.get(&format!("/api/v1/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        // What was told to several posts of one person stands once.
        let messages = program.told("/api/v1/messages?size=200").await;
        let mut seen = std::collections::BTreeSet::new();
        let key = |m: &Value| format!("{} {} {}", m["no"], m["words"], &m["at"].as_str().unwrap()[..16]);
        assert!(items(&messages).iter().all(|message| seen.insert(key(message))), "{messages}");
    })
    .await;
}
