//! The JSON API: the same office for programs.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;
mod program;

use axum::http::StatusCode;
use luoshi_app::Scope;
use luoshi_engine::{OrgCommand, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, OTHER_TOWN, Site, TOWN};
use program::Program;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_signs_for_what_lies_on_its_desk_once() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let program = Program::of(&site, Role::Handler, BUREAU, &[Scope::Read, Scope::Report]).await;
        let desk = program.get("/api/v1/desk").await.json();
        assert_eq!(desk["total"], 1, "{desk}");
        let entry = format!("/api/v1/plans/{plan}/entries/{}", desk["items"][0]["no"]);
        let found = program.get(&entry).await.json();
        let open: Vec<&str> =
            found["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
        assert!(open.contains(&"acknowledge"), "{open:?}");
        let sign = json!({ "step": "acknowledge", "seen": found["seq"] });
        let steps = format!("{entry}/steps");
        let first = program.post(&steps, "k1", &sign).await;
        assert_eq!((first.status, &first.json()["repeated"]), (StatusCode::OK, &json!(false)));
        assert_eq!(program.post(&steps, "k1", &sign).await.json()["repeated"], true);
        // Another command under the same key, and a step that starts from elsewhere.
        let other = program.post(&steps, "k1", &json!({ "step": "progress", "actual": 20 })).await;
        assert_eq!((other.status, &other.json()["type"]), (StatusCode::CONFLICT, &json!("key_reused")));
        let again = program.post(&steps, "k2", &sign).await;
        assert_eq!((again.status, &again.json()["type"]), (StatusCode::CONFLICT, &json!("stale")));
        let history = program.get(&format!("{entry}/history")).await.json();
        assert_eq!(
            history.as_array().unwrap().last().unwrap()["event"]["entry"][1]["stepped"]["step"],
            "acknowledge"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_as_far_as_its_scopes_and_its_post() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let reads = Program::of(&site, Role::Handler, TOWN, &[Scope::Read]).await;
    let lines = reads.get(&format!("/api/v1/plans/{plan}/entries")).await.json();
    let theirs = format!("/api/v1/plans/{plan}/entries/{}", lines["items"][0]["no"]);
    assert_eq!(reads.get(&theirs).await.status, StatusCode::OK);
    let step = reads.post(&format!("{theirs}/steps"), "k", &json!({ "step": "acknowledge" })).await;
    assert_eq!((step.status, &step.json()["type"]), (StatusCode::FORBIDDEN, &json!("not_allowed")));
    let other = Program::of(&site, Role::Handler, OTHER_TOWN, &[Scope::Read, Scope::Report]).await;
    assert_eq!(other.get(&theirs).await.status, StatusCode::NOT_FOUND);
    // Two programs may number their commands alike.
    let signed = json!({ "step": "acknowledge" });
    let town = Program::of(&site, Role::Handler, TOWN, &[Scope::Report]).await;
    assert_eq!(town.post(&format!("{theirs}/steps"), "1", &signed).await.status, StatusCode::OK);
    let bureau = Program::of(&site, Role::Handler, BUREAU, &[Scope::Report]).await;
    let own = format!("/api/v1/plans/{plan}/entries/1/steps");
    assert_eq!(bureau.post(&own, "1", &signed).await.status, StatusCode::OK);
    // A token is let in for one post: what lies on the other desks of its person is not told.
    let before = reads.get("/api/v1/desk").await.json()["total"].clone();
    let person = office::who(Role::Handler, TOWN).person;
    let from = jiff::civil::date(2026, 1, 1);
    let second =
        OrgCommand::AddPost { id: None, person, unit: OTHER_TOWN, title: "兼任".into(), from, to: None };
    let system = site.county.administrator(SystemRole::SystemAdmin);
    site.county.app.organise("second", &system, &[second]).await.unwrap();
    let context = site.county.app.context();
    let mut posts = context.org.posts.values();
    let post = posts.find(|post| post.person == person && post.unit == OTHER_TOWN).unwrap().id;
    let security = site.county.administrator(SystemRole::SecurityAdmin);
    let roles = OrgCommand::SetRoles { post, roles: vec![Role::Handler], system: None };
    site.county.app.organise("second-role", &security, &[roles]).await.unwrap();
    let all = site.browser(Role::Handler, TOWN).await.get("/api/v1/desk").await.json();
    assert!(all["total"].as_i64() > before.as_i64(), "somebody sees all their desks: {all}");
    assert_eq!(reads.get("/api/v1/desk").await.json()["total"], before);
    let nobody = site.nobody().get("/api/v1/desk").await;
    assert_eq!((nobody.status, nobody.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_wrongly_is_told_as_a_problem() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let program = Program::of(&site, Role::Handler, BUREAU, &Scope::ALL.map(|(scope, ..)| scope)).await;
    let steps = format!("/api/v1/plans/{plan}/entries/1/steps");
    let told = [
        (program.get("/api/v1/plans/none").await, StatusCode::BAD_REQUEST),
        (program.get("/api/v1/plans/999999").await, StatusCode::NOT_FOUND),
        (program.get("/api/v1/desk?page=-1").await, StatusCode::BAD_REQUEST),
        (program.get("/api/nowhere").await, StatusCode::NOT_FOUND),
        (program.get(&steps).await, StatusCode::METHOD_NOT_ALLOWED),
        (program.post(&steps, "", &json!({ "step": "acknowledge" })).await, StatusCode::BAD_REQUEST),
        (program.post(&steps, "k", &json!({ "step": 7 })).await, StatusCode::UNPROCESSABLE_ENTITY),
        (program.post(&steps, "k", &json!({ "step": "fly" })).await, StatusCode::NOT_FOUND),
    ];
    for (answer, status) in told {
        let problem = answer.json();
        assert_eq!(answer.status, status, "{problem}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
        assert_eq!(problem["instance"], answer.header("x-request-id"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_never_sent_is_in_no_entry() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("hazard").await;
    let program = Program::of(&site, Role::Handler, TOWN, &Scope::ALL.map(|(scope, ..)| scope)).await;
    let entries = format!("/api/v1/plans/{plan}/entries");
    let named = json!({ "register": "hazard", "title": "后门被堵", "fields": { "before": "ab".repeat(32) } });
    let refused = program.post(&entries, "k", &named).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("还没有上传"), "{}", refused.text());
}

#[test]
fn the_description_tells_every_operation_and_how_it_fails() {
    let description: Value = serde_json::from_str(&luoshi_web::description().unwrap()).unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() >= 12, "{:?}", paths.keys());
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            for status in ["200", "401", "403", "404", "503"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} {status}");
            }
            assert!(operation["summary"].is_string(), "{method} {path}");
        }
    }
}
