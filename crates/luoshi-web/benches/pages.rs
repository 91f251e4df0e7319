//! Requests a second over real connections, with many entries behind them:
//! `cargo bench -p luoshi-web --bench pages -- 100000`.
//!
//! Beside each figure stands how many times that is of what two idle cores give at best with Redmine 5.0.4
//! on PostgreSQL and 100 thousand issues (a page of its overdue list 11/s, its JSON list 7/s, a POST 77/s).
//! Server and clients share the cores here, which is to our disadvantage.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

mod load;
#[path = "../tests/office/mod.rs"]
mod office;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use jiff::ToSpan;
use jiff::civil::date;
use load::Http;
use luoshi_app::Scope;
use luoshi_engine::{Entry, EntryEvent, EntryNo, Moment, Opening, PlanId, Rows};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::Place;
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE, who};

/// How long each is asked.
const WHILE: Duration = Duration::from_secs(4);

/// How many entries a second are added beside, where they are.
const WRITES: u32 = 20;

fn main() {
    let count = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(count));
}

async fn measure(count: i64) {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    load(&site, plan, count).await;
    let base = load::served(&site).await;
    let http = load::client();
    let cookie = load::cookie(&site, &who(Role::Inspector, COUNTY)).await;
    println!(
        "-- {count} entries on SQLite\n{:<26}{:>8}{:>12}{:>10}{:>10}{:>10}",
        "", "clients", "requests/s", "p50 ms", "p99 ms", "Redmine"
    );
    let all = format!("{base}/plans/{plan}");
    let pages = [
        ("page: desk", format!("{base}/"), 11.0),
        ("page: list, 25 lines", all.clone(), 11.0),
        ("page: list, page 100", format!("{all}?page=100"), 11.0),
        ("page: list, red lights", format!("{all}?light=red"), 11.0),
        ("page: matrix of registers", format!("{all}?tab=matrix&by=register"), 11.0),
        ("page: reports", format!("{all}?tab=reports"), 11.0),
        ("page: inspection", format!("{base}/inspect"), 11.0),
        ("page: failing units", format!("{base}/inspect?tab=again"), 11.0),
        ("page: dashboard", format!("{base}/board"), 11.0),
        ("page: entry", format!("{all}/entries/77"), 11.0),
        ("JSON: 100 lines", format!("{base}/api/v1/plans/{plan}/entries?size=100"), 7.0),
    ];
    for (name, url, redmine) in &pages {
        for clients in [1, 8, 64] {
            let ask = |_: usize| {
                let request = Request::get(url).header(header::COOKIE, &cookie).body(Body::empty());
                request.unwrap()
            };
            row(name, clients, *redmine, run(&http, clients, ask).await);
        }
    }
    let token = token(&site).await;
    // What is loaded in bulk has no number drawn: entries are added to another plan beside it.
    let other = site.plan("task").await;
    let post = format!("{base}/api/v1/plans/{other}/entries");
    let body = r#"{"register":"task","title":"现场核查一处仓容","due":"2026-10-20"}"#;
    let adding = |key: &str| {
        let request = Request::post(&post)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body));
        request.unwrap()
    };
    // What was read is remembered until something is written; here something is written all the time.
    println!("-- while {WRITES} entries a second are added");
    for (name, url, redmine) in pages {
        let ask = |_: usize| {
            let request = Request::get(&url).header(header::COOKIE, &cookie).body(Body::empty());
            request.unwrap()
        };
        let mut tick = tokio::time::interval(Duration::from_secs(1) / WRITES);
        let writing = async {
            for at in 0_u32.. {
                tick.tick().await;
                let response = http.request(adding(&format!("{name}-{at}"))).await.unwrap();
                assert!(response.status().is_success(), "{}", response.status());
            }
        };
        tokio::select! {
            () = writing => {}
            figures = run(&http, 8, ask) => row(name, 8, redmine, figures),
        }
    }
    println!("-- posts");
    for clients in [1, 8, 64] {
        let key = format!("{:x}", site.county.app.now().0 + i64::from(clients as u8));
        let ask = |at: usize| adding(&format!("{key}-{at}"));
        row("POST: a new entry, on disk", clients, 77.0, run(&http, clients, ask).await);
    }
    println!("peak memory of server and clients {} MB", load::peak());
}

fn row(name: &str, clients: usize, redmine: f64, (rate, p50, p99): (f64, f64, f64)) {
    println!("{name:<26}{clients:>8}{rate:>12.0}{p50:>10.2}{p99:>10.2}{:>9.0}×", rate / redmine);
}

/// Requests a second, and how long the middle one and the hundredth from the end took, in milliseconds.
async fn run(http: &Http, clients: usize, ask: impl Fn(usize) -> Request<Body>) -> (f64, f64, f64) {
    let counter = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let begun = Instant::now();
    let asked = (0..clients).map(|_| async {
        let mut times = Vec::new();
        while begun.elapsed() < WHILE {
            let at = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let start = Instant::now();
            let response = http.request(ask(at)).await.unwrap();
            let status = response.status();
            let body = axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
            assert!(status.is_success() && !Bytes::is_empty(&body), "{status} {body:?}");
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times
    });
    let mut times: Vec<f64> = load::join(asked).await.into_iter().flatten().collect();
    let seconds = begun.elapsed().as_secs_f64();
    times.sort_by(f64::total_cmp);
    (times.len() as f64 / seconds, times[times.len() / 2], times[times.len() * 99 / 100])
}

/// So many more entries in a plan, each with three events.
async fn load(site: &Site, plan: PlanId, count: i64) {
    let app = &site.county.app;
    let context = app.context();
    let kept = app.store().plan(plan).await.unwrap().unwrap();
    let pack = context.pack(&kept).unwrap().clone();
    let inspector = who(Role::Inspector, COUNTY);
    let stories = (kept.entries + 1..=kept.entries + count).map(|no| (EntryNo(no), story(no)));
    let rows = |entry: &Entry| Rows::of(entry, &pack, &context.org);
    let begun = Instant::now();
    app.store().bulk_load(plan, &inspector, stories, rows).await.unwrap();
    println!("{count} entries in {:.1} s", begun.elapsed().as_secs_f64());
}

fn story(no: i64) -> Vec<(Moment, EntryEvent)> {
    let leads = [TOWN, OTHER_TOWN, BUREAU, VILLAGE];
    let at = Moment::start_of(date(2026, 8, 1));
    let due = date(2026, 8, 20).checked_add((no % 120).days()).unwrap();
    let opening = Opening {
        register: "task".into(),
        number: format!("9-{no:06}"),
        title: format!("核查第{no}号粮仓的仓容和防火设施"),
        state: "assigned".into(),
        phase: Phase::Open,
        lead: leads[usize::try_from(no % 4).unwrap()],
        supports: Vec::new(),
        above: None,
        issuer: COUNTY,
        due: Some(Moment::end_of(due)),
        item: None,
        version: 1,
        span: None,
        fields: Default::default(),
        follows: None,
        by: None,
        expected: None,
        light: Some(if no % 10 == 0 { "red".into() } else { "green".into() }),
    };
    let step = |step: &str, to: &str, phase: Phase| EntryEvent::Stepped {
        step: step.into(),
        by: None,
        to: to.into(),
        phase,
        stopped: false,
        due: None,
        lead: None,
        effect: None,
        body: Default::default(),
    };
    let over = no % 5 < 2;
    let last = if over {
        step("accept", "closed", Phase::Done)
    } else {
        step("progress", "in_progress", Phase::Open)
    };
    let signed = step("acknowledge", "acknowledged", Phase::Open);
    vec![(at, EntryEvent::Opened(Box::new(opening))), (at.plus(1000), signed), (at.plus(2000), last)]
}

async fn token(site: &Site) -> String {
    let actor = who(Role::Inspector, COUNTY);
    let expires = site.county.app.now().plus(Moment::DAY);
    let scopes = Scope::ALL.map(|(scope, ..)| scope);
    site.county.app.issue_token(&actor, "bench", &scopes, expires).await.unwrap()
}
