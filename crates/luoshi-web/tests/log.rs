//! What a server writes down. The one test of its program: the log is that of the whole process.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use luoshi_app::Scope;
use luoshi_engine::Moment;
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{BUREAU, PASSWORD, Site};

/// What was written down.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_people_type_or_are_called_is_written_down() {
    let written = Written::default();
    let to = written.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || to.clone()).with_ansi(false);
    let subscriber = subscriber.with_max_level(tracing_subscriber::filter::LevelFilter::TRACE).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let handler = office::who(Role::Handler, BUREAU);
    let browser = site.browser(Role::Handler, BUREAU).await;
    let expires = site.county.app.now().plus(Moment::DAY);
    let token = site.county.app.issue_token(&handler, "取数用途", &[Scope::Read], expires).await.unwrap();
    // Only what requests bring about is looked at: opening a store tells of its own file.
    written.0.lock().unwrap().clear();
    assert_eq!(browser.get(&format!("/plans/{plan}?q=%E4%BB%93%E5%AE%B9&q2=shenmi")).await.status, 200);
    assert_eq!(browser.get("/report-hazard/pub-aaaabbbbccccdddd").await.status, 404);
    let wrong = [("login", "zhangsan"), ("password", "mima-cuowu-8")];
    assert_eq!(site.nobody().post("/sign-in", &wrong).await.status, 422);
    let login = handler.person.to_string();
    let right = [("login", login.as_str()), ("password", PASSWORD), ("to", "/mulu")];
    let session = site.nobody().post("/sign-in", &right).await.header("set-cookie").to_owned();
    let note = [("step", "progress"), ("key", "jian-1"), ("note", "说给谁听"), ("actual", "20")];
    let answer = browser.post_files(&format!("/plans/{plan}/entries/1"), &note, &[]).await;
    assert!(answer.status.is_redirection() || answer.status.is_client_error());
    let bearer = Request::get("/api/v1/me").header("authorization", format!("Bearer {token}"));
    assert_eq!(site.nobody().send(bearer, Body::empty()).await.status, StatusCode::OK);
    let log = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("route=\"/plans/{plan}\""), "{log}");
    assert!(log.contains("route=\"/report-hazard/{receipt}\"") && log.contains("status=404"), "{log}");
    assert!(log.contains(&format!("account={login}")) && log.contains("ms="), "{log}");
    let session = session.split(['=', '.', ';']).nth(1).unwrap();
    for secret in [
        "仓容",
        "%E4%BB%93",
        "shenmi",
        "aaaabbbb",
        "zhangsan",
        "mima",
        PASSWORD,
        "mulu",
        "jian-1",
        "说给谁听",
        "取数用途",
        "承办人",
        &token,
        session,
        "correct+horse",
    ] {
        assert!(!log.contains(secret), "“{secret}” was written down: {log}");
    }
}
