//! Pages that follow what happens: who is told, who is not, and when it ends.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use futures_util::StreamExt;
use jiff::civil::date;
use luoshi_engine::{Command, EntryNo, OrgCommand, PlanId, StepBody, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::{Place, for_each_database};
use luoshi_web::{Settings, Web, serve};
use office::{BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN, step, who};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Long enough on any machine: what is waited for comes, or never would.
const PATIENCE: Duration = Duration::from_secs(60);

/// A stream, of which the first words have come.
async fn listening(browser: &Browser) -> BodyDataStream {
    let response = browser.open("/live").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut stream = response.into_body().into_data_stream();
    let first = said(&mut stream).await.unwrap();
    assert!(first.contains("retry: 5000"), "{first}");
    stream
}

/// What is said next; none at the end.
async fn said(stream: &mut BodyDataStream) -> Option<String> {
    let next = tokio::time::timeout(PATIENCE, stream.next()).await.expect("something is said");
    next.map(|bytes| String::from_utf8_lossy(&bytes.unwrap()).into_owned())
}

/// The first task of the plan that goes on to a unit.
async fn task(site: &Site, plan: PlanId, unit: UnitId) -> EntryNo {
    let filter = Filter { register: Some("task".into()), lead: Some(unit), ..Filter::default() };
    site.county.app.store().find_entries(plan, &filter, Page::number(1, 1)).await.unwrap()[0].no
}

async fn sign(site: &Site, plan: PlanId, unit: UnitId) {
    let no = task(site, plan, unit).await;
    site.county.run(&who(Role::Handler, unit), plan, step(no, "acknowledge", StepBody::default())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_see_a_unit_are_told() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let mut county = listening(&site.browser(Role::Inspector, COUNTY).await).await;
        let mut town = listening(&site.browser(Role::Handler, TOWN).await).await;
        let mut other = listening(&site.browser(Role::Handler, OTHER_TOWN).await).await;
        sign(&site, plan, TOWN).await;
        assert!(said(&mut county).await.unwrap().contains("event: moved"));
        assert!(said(&mut town).await.unwrap().contains("event: moved"));
        sign(&site, plan, OTHER_TOWN).await;
        assert!(said(&mut other).await.unwrap().contains("event: moved"));
        assert!(said(&mut county).await.unwrap().contains("event: moved"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_concerns_the_units_in_it_and_those_above() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let app = &site.county.app;
        let mut heads = app.heads().await.unwrap();
        assert!(app.moved(&mut heads).await.unwrap().is_empty());
        sign(&site, plan, TOWN).await;
        let moved = app.moved(&mut heads).await.unwrap();
        for (unit, concerned) in [(COUNTY, true), (TOWN, true), (OTHER_TOWN, false)] {
            let units = app.reader(&who(Role::Handler, unit)).unwrap().units().into_iter().collect();
            assert_eq!(moved.concerns(&units), concerned, "{unit}: {moved:?}");
        }
        assert!(app.moved(&mut heads).await.unwrap().is_empty(), "told once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_told_that_an_entry_was_taken_from_it() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let app = &site.county.app;
        let no = task(&site, plan, TOWN).await;
        let mut heads = app.heads().await.unwrap();
        let to =
            StepBody { unit: Some(OTHER_TOWN), note: "改由白水乡承办".into(), ..StepBody::default() };
        site.county.run(&who(Role::Inspector, COUNTY), plan, step(no, "transfer", to)).await;
        let moved = app.moved(&mut heads).await.unwrap();
        for (unit, concerned) in [(TOWN, true), (OTHER_TOWN, true), (COUNTY, true), (BUREAU, false)] {
            assert_eq!(moved.units.contains(&unit), concerned, "{unit}: {moved:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_follows_all_posts_of_a_person() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let handler = who(Role::Handler, BUREAU);
    let post = OrgCommand::AddPost {
        id: None,
        person: handler.person,
        unit: TOWN,
        title: "驻镇干部".into(),
        from: date(2026, 1, 1),
        to: None,
    };
    let app = &site.county.app;
    app.organise("p", &site.county.administrator(SystemRole::SystemAdmin), &[post]).await.unwrap();
    let context = app.context();
    let mut posts = context.org.posts_of(handler.person, app.now().date()).into_iter();
    let second = posts.find(|post| post.unit == TOWN).unwrap().id;
    let roles = OrgCommand::SetRoles { post: second, roles: vec![Role::Handler], system: None };
    app.organise("r", &site.county.administrator(SystemRole::SecurityAdmin), &[roles]).await.unwrap();
    let mut stream = listening(&site.of(&handler).await).await;
    sign(&site, plan, TOWN).await;
    assert!(said(&mut stream).await.unwrap().contains("event: moved"), "from their other post");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_says_that_it_is_there_however_much_happens_to_others() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let ms = Duration::from_millis;
    let settings = Settings { live: ms(5), live_beat: ms(500), ..Settings::default() };
    let routes = luoshi_web::router(Web::new(site.county.app.clone(), settings));
    let bureau = Browser::of(&site.county.app, routes, &who(Role::Handler, BUREAU)).await;
    let mut stream = listening(&bureau).await;
    let no = task(&site, plan, TOWN).await;
    let stir = async {
        for (turn, light) in ["yellow", "green"].into_iter().cycle().enumerate() {
            let (light, reason) = (light.to_owned(), format!("第{turn}次"));
            let lit = Command::SetLight { entry: no, light, reason };
            site.county.run(&who(Role::Inspector, COUNTY), plan, lit).await;
        }
    };
    tokio::select! {
        () = stir => {}
        heard = said(&mut stream) => assert!(heard.unwrap().starts_with(':'), "a comment"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session_and_nobody_holds_many() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let browser = site.browser(Role::Inspector, COUNTY).await;
    let mut stream = listening(&browser).await;
    let mut more = Vec::new();
    for _ in 0..5 {
        more.push(listening(&browser).await);
    }
    assert_eq!(browser.open("/live").await.status(), StatusCode::NO_CONTENT, "six are enough");
    drop(more.pop());
    more.push(listening(&browser).await);
    assert_eq!(browser.post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    sign(&site, plan, BUREAU).await;
    assert_eq!(said(&mut stream).await, None, "nothing is told to who has signed out");
    let nobody = site.nobody().open("/live").await;
    assert_ne!(nobody.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_is_not_held_up() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let browser = site.browser(Role::Inspector, COUNTY).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let web = Web::new(site.county.app.clone(), Settings::default());
    let serving = tokio::spawn(serve(listener, web, async move { drop(stopped.await) }));
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /live HTTP/1.1\r\nHost: {address}\r\nCookie: {}\r\n\r\n", browser.cookie());
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut heard = vec![0; 4096];
    let length = connection.read(&mut heard).await.unwrap();
    let head = String::from_utf8_lossy(&heard[..length]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    stop.send(()).unwrap();
    let ended = tokio::time::timeout(PATIENCE, serving).await.expect("it stops");
    ended.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_say_that_they_follow_and_a_past_day_does_not() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    site.county.set(date(2026, 9, 5), 9);
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    for path in ["/".to_owned(), format!("/plans/{plan}"), "/inspect".to_owned()] {
        let page = inspector.get(&path).await.text();
        assert!(page.contains("id=\"list\" data-live") && page.contains("/assets/live-"), "{path}: {page}");
    }
    let past = inspector.get(&format!("/plans/{plan}?as_of=2026-09-02")).await.text();
    assert!(!past.contains("data-live>"), "{past}");
}
