//! The last minute before a deadline: `cargo bench -p luoshi-web --bench rush -- 3000 60`.
//!
//! So many units hand in one report with a photograph of 200 kB within so many seconds, ever more of them
//! towards the end, as people do: thirty thousand units in ten minutes are three thousand in one. One in ten
//! taps twice, one in twenty loses the connection in the middle and tries again. Afterwards each report must
//! be there once, with its own photograph, and the record must be sound. Server and clients share the cores.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod load;
#[path = "../tests/office/mod.rs"]
mod office;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use jiff::civil::date;
use load::Http;
use luoshi_engine::{About, Actor, EntryNo, NewUnit, Newcomer, OrgCommand, PersonId, PlanId, PostId, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::Place;
use office::{COUNTY, PASSWORD, Site};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a photograph from a telephone weighs after it was made smaller.
const PHOTO: usize = 200_000;

/// The numbers of the first unit, person and post that the bench adds: they come in order.
#[derive(Clone, Copy)]
struct First {
    unit: i64,
    person: i64,
    post: i64,
}

fn main() {
    let mut numbers = std::env::args().filter_map(|arg| arg.parse().ok());
    let (units, seconds) = (numbers.next().unwrap_or(300), numbers.next().unwrap_or(6));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(units, u32::try_from(seconds).unwrap()));
}

async fn measure(units: i64, seconds: u32) {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let first = found(&site, units).await;
    let plan = site.plan("campaign").await;
    site.county.set(date(2026, 9, 3), 17);
    site.county.app.tick().await.unwrap();
    let owed = owed(&site, plan, units, first).await;
    let base = load::served(&site).await;
    let mut cookies = Vec::new();
    for no in 0..units {
        cookies.push(load::cookie(&site, &handler(first, no)).await);
    }
    println!("{units} units hand in one report with {PHOTO} bytes within {seconds} s");
    let mut luck = StdRng::seed_from_u64(7);
    let http = load::client();
    let begun = Instant::now();
    let all = owed.iter().zip(&cookies).map(|((_, no), cookie)| {
        let part: f64 = luck.random();
        let desk = Desk {
            http: http.clone(),
            base: base.clone(),
            at: format!("/plans/{plan}/entries/{no}/report"),
            cookie: cookie.clone(),
            photo: photo(&mut luck),
            twice: luck.random_bool(0.1),
            torn: luck.random_bool(0.05),
        };
        // The number of those who have come grows with the square of the time.
        let comes = Duration::from_secs_f64(f64::from(seconds) * part.sqrt());
        tokio::spawn(async move {
            tokio::time::sleep_until((begun + comes).into()).await;
            desk.hand_in().await
        })
    });
    let all: Vec<_> = all.collect();
    let mut times = (Vec::new(), Vec::new());
    for task in all {
        let (form, post) = task.await.unwrap();
        times.0.push(form);
        times.1.push(post);
    }
    let took = begun.elapsed().as_secs_f64();
    println!("{:<30}{:>10}{:>10}{:>10}{:>10}", "", "p50 ms", "p90 ms", "p99 ms", "most ms");
    told("the form is shown", times.0);
    told("the report is on disk", times.1);
    println!("all within {took:.1} s; peak memory of server and clients {} MB", load::peak());
    proven(&site, plan, units, first).await;
}

fn told(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!("{name:<30}{:>10.1}{:>10.1}{:>10.1}{:>10.1}", at(50), at(90), at(99), at(100));
}

/// Nothing lost, nothing doubled: each report is there once, with the photograph of its own unit.
async fn proven(site: &Site, plan: PlanId, units: i64, first: First) {
    let store = site.county.app.store();
    let filter = Filter { register: Some("weekly".into()), ..Filter::default() };
    let (mut skip, mut photos, mut submitted) = (0, BTreeSet::new(), 0);
    loop {
        let rows = store.find_entries(plan, &filter, Page { skip, limit: 500 }).await.unwrap();
        if rows.is_empty() {
            break;
        }
        skip += i64::try_from(rows.len()).unwrap();
        for row in rows.iter().filter(|row| row.lead.0 >= first.unit && row.state == "submitted") {
            let entry = store.entry(plan, row.no).await.unwrap().unwrap();
            assert_eq!(entry.evidence.len(), 1, "{}: one photograph", row.no);
            photos.extend(entry.evidence.iter().map(|evidence| evidence.hash));
            submitted += 1;
        }
    }
    assert_eq!((submitted, photos.len()), (units, usize::try_from(units).unwrap()), "lost or doubled");
    let report = site.county.app.verify(&[]).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    println!("{submitted} reports are there once, {} photographs; the record is sound", photos.len());
}

/// One unit's desk in the rush.
struct Desk {
    http: Http,
    base: String,
    at: String,
    cookie: String,
    photo: Bytes,
    twice: bool,
    torn: bool,
}

impl Desk {
    /// Opens the form and hands it in; how long each took, in milliseconds.
    async fn hand_in(self) -> (f64, f64) {
        let begun = Instant::now();
        let page = self.ask(Request::get(self.url()), Body::empty()).await;
        let page = String::from_utf8(page).unwrap();
        let form = begun.elapsed().as_secs_f64() * 1e3;
        let hidden = |name: &str| {
            let field = format!("name=\"{name}\" value=\"");
            page[page.find(&field).unwrap() + field.len()..].split('"').next().unwrap().to_owned()
        };
        let body = self.body(&hidden("key"), &hidden("seen"));
        let begun = Instant::now();
        if self.torn {
            self.tear(&body).await;
        }
        if self.twice {
            tokio::join!(self.post(body.clone()), self.post(body));
        } else {
            self.post(body).await;
        }
        (form, begun.elapsed().as_secs_f64() * 1e3)
    }

    fn url(&self) -> String {
        format!("{}{}", self.base, self.at)
    }

    fn body(&self, key: &str, seen: &str) -> Bytes {
        let fields = [
            ("key", key),
            ("seen", seen),
            ("step", "submit"),
            ("f.content", "进村宣讲"),
            ("f.sessions", "4"),
        ];
        let mut body = Vec::with_capacity(PHOTO + 1000);
        for (name, value) in fields {
            let part =
                format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head =
            "--edge\r\ncontent-disposition: form-data; name=\"evidence\"; filename=\"现场.jpg\"\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&self.photo);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        body.into()
    }

    async fn post(&self, body: Bytes) {
        let request = Request::post(self.url())
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::ORIGIN, &self.base)
            .header(header::ACCEPT, "application/json");
        let answer = self.ask(request, Body::from(body)).await;
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["taken"], true, "{answer}");
    }

    async fn ask(&self, request: axum::http::request::Builder, body: Body) -> Vec<u8> {
        let request = request.header(header::COOKIE, &self.cookie).body(body).unwrap();
        let response = self.http.request(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
        assert!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        body.to_vec()
    }

    /// Sends half of it, and the connection is gone.
    async fn tear(&self, body: &[u8]) {
        let host = self.base.trim_start_matches("http://");
        let mut line = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\ncookie: {}\r\naccept: application/json\r\n\
            content-type: multipart/form-data; boundary=edge\r\ncontent-length: {}\r\n\r\n",
            self.at,
            self.base,
            self.cookie,
            body.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&body[..body.len() / 2]).await.unwrap();
        line.shutdown().await.unwrap();
        // Whatever the server says of it is not heard any more.
        let _ = line.read(&mut [0; 64]).await;
    }
}

/// A photograph that no other is like.
fn photo(luck: &mut StdRng) -> Bytes {
    let mut photo = vec![0; PHOTO];
    luck.fill(&mut photo[..]);
    photo[..11].copy_from_slice(b"\xff\xd8\xff\xe0\0\x10JFIF\0");
    photo.into()
}

/// The handler of one of these units.
fn handler(first: First, no: i64) -> Actor {
    Actor { person: PersonId(first.person + no), post: PostId(first.post + no), address: "127.0.0.1".into() }
}

/// So many townships, each with a handler who has an account.
async fn found(site: &Site, units: i64) -> First {
    let context = site.county.app.context();
    let after = |last: Option<i64>| last.unwrap_or(0) + 1;
    let first = First {
        unit: after(context.org.units.keys().last().map(|id| id.0)),
        person: after(context.org.people.keys().last().map(|id| id.0)),
        post: after(context.org.posts.keys().last().map(|id| id.0)),
    };
    let from = date(2026, 1, 1);
    let (mut commands, mut roles) = (Vec::new(), Vec::new());
    for no in 0..units {
        let id = first.unit + no;
        let unit = NewUnit {
            name: format!("第{id}乡"),
            parent: Some(COUNTY),
            about: About { kind: "township".into(), ..About::default() },
            from,
            to: None,
            outside: false,
        };
        commands.push(OrgCommand::AddUnit { id: Some(UnitId(id)), unit });
        let person = Newcomer { name: format!("经办人{id}"), mobile: String::new() };
        commands.push(OrgCommand::AddPerson { id: Some(PersonId(first.person + no)), person });
        commands.push(OrgCommand::AddPost {
            id: Some(PostId(first.post + no)),
            person: PersonId(first.person + no),
            unit: UnitId(id),
            title: "干事".into(),
            from,
            to: None,
        });
        roles.push(OrgCommand::SetRoles {
            post: PostId(first.post + no),
            roles: vec![Role::Handler],
            system: None,
        });
    }
    let app = &site.county.app;
    let system = site.county.administrator(luoshi_engine::SystemRole::SystemAdmin);
    app.organise("rush-units", &system, &commands).await.unwrap();
    let security = site.county.administrator(luoshi_engine::SystemRole::SecurityAdmin);
    app.organise("rush-roles", &security, &roles).await.unwrap();
    app.open_demo_accounts(PASSWORD).await.unwrap();
    first
}

/// The report that each of these units owes next, in the order of the units.
async fn owed(site: &Site, plan: PlanId, units: i64, first: First) -> Vec<(UnitId, EntryNo)> {
    let filter = Filter { register: Some("weekly".into()), ..Filter::default() };
    let rows = site.county.app.store().find_entries(plan, &filter, Page { skip: 0, limit: 2 * units + 100 });
    let mut owed: Vec<_> = rows.await.unwrap().iter().map(|row| (row.lead, row.no)).collect();
    owed.retain(|(unit, _)| unit.0 >= first.unit);
    owed.sort();
    owed.dedup_by_key(|(unit, _)| *unit);
    assert_eq!(owed.len(), usize::try_from(units).unwrap(), "each owes a report");
    owed
}
