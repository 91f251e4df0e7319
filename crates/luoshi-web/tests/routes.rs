//! Who gets what answer where: every route, every kind of reader, in one table (`routes.txt`). It is the
//! answer of the office as it is, looked over by people; a change of it is a change of who may do what.
//!
//! `LUOSHI_WRITE=1 cargo test -p luoshi-web --test routes` writes it anew.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

#[path = "routes/asks.rs"]
mod asks;
mod office;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use asks::{Ask, Body as Sent, Numbers, ask};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use luoshi_app::Scope;
use luoshi_engine::{Actor, Moment, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use luoshi_web::{Rate, Settings, Web, router};
use office::{Answer, Browser, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE};

/// The table, and what stands before it.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/routes.txt");
const HEAD: &str = "\
# Every route and every kind of reader, and the status of the answer; `in` leads to signing in.
# The plan is the county's and runs; the entry is of the reader's own township where the reader is
# `own …`, and of another where they are `other …`. Tokens are of `own handler`.
# Written by: LUOSHI_WRITE=1 cargo test -p luoshi-web --test routes
";

/// Where nobody changes anything for the others: a new office after all of them will do.
const OWN: [&str; 6] =
    ["/me", "/password", "/post", "/report-hazard", "/sign-out", "/plans/{plan}/registers/{register}"];

/// A reader with what they come with.
struct Kind {
    browser: Browser,
    token: Option<String>,
}

/// The office as everybody finds it, each time the same.
struct Start {
    place: Place,
    numbers: Numbers,
    kinds: Vec<(&'static str, Pass)>,
}

/// With what somebody comes.
#[derive(Clone)]
enum Pass {
    Nothing,
    Session(String),
    Token(String),
}

impl Start {
    async fn make() -> Self {
        let place = Place::folder();
        let site = Site::open(&place).await;
        let numbers = Numbers::of(&site).await;
        let mut kinds = vec![("nobody", Pass::Nothing)];
        let of = |role, unit| office::who(role, unit);
        let system = |role| site.county.administrator(role);
        let people: [(&str, Actor); 14] = [
            ("own handler", of(Role::Handler, TOWN)),
            ("own reviewer", of(Role::Reviewer, TOWN)),
            ("own leader", of(Role::Leader, TOWN)),
            ("other handler", of(Role::Handler, OTHER_TOWN)),
            ("other inspector", of(Role::Inspector, OTHER_TOWN)),
            ("village handler", of(Role::Handler, VILLAGE)),
            ("county handler", of(Role::Handler, COUNTY)),
            ("county acceptor", of(Role::Acceptor, COUNTY)),
            ("county inspector", of(Role::Inspector, COUNTY)),
            ("county leader", of(Role::Leader, COUNTY)),
            ("county reader", of(Role::Reader, COUNTY)),
            ("system", system(SystemRole::SystemAdmin)),
            ("security", system(SystemRole::SecurityAdmin)),
            ("audit", system(SystemRole::AuditAdmin)),
        ];
        for (name, actor) in people {
            kinds.push((name, Pass::Session(site.of(&actor).await.cookie().to_owned())));
        }
        let expires = site.county.app.now().plus(Moment::DAY);
        for (name, scope) in
            [("token read", Scope::Read), ("token report", Scope::Report), ("token manage", Scope::Manage)]
        {
            let holder = of(Role::Handler, TOWN);
            let token = site.county.app.issue_token(&holder, name, &[scope], expires).await.unwrap();
            kinds.push((name, Pass::Token(token)));
        }
        let store = site.county.app.store().clone();
        drop(site);
        store.close().await;
        Self { place, numbers, kinds }
    }

    /// An office of its own that is as this one was.
    async fn again(&self) -> Office {
        let place = Place::folder();
        copy(self.place.files(), place.files());
        let site = Site::reopen(&place).await;
        let routes = served(&site);
        Office { _place: place, site, routes }
    }
}

/// An office that may be changed.
struct Office {
    site: Site,
    routes: Router,
    _place: Place,
}

fn copy(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let to = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&to).unwrap();
            copy(&file.path(), &to);
        } else {
            std::fs::copy(file.path(), to).unwrap();
        }
    }
}

/// The routes, asked nothing yet: limits of how often one may ask are no part of the table.
fn served(site: &Site) -> Router {
    let rate = Rate { steady: 10_000.try_into().unwrap(), burst: 10_000.try_into().unwrap() };
    let settings =
        Settings { signed_rate: rate, address_rate: rate, crowd_rate: rate, ..Settings::default() };
    router(Web::new(site.county.app.clone(), settings))
}

impl Office {
    fn reader(&self, pass: &Pass) -> Kind {
        let routes = self.routes.clone();
        let (cookie, token) = match pass {
            Pass::Nothing => (String::new(), None),
            Pass::Session(cookie) => (cookie.clone(), None),
            Pass::Token(token) => (String::new(), Some(token.clone())),
        };
        Kind { browser: Browser::new(routes, cookie), token }
    }
}

impl Kind {
    async fn ask(&self, method: &str, ask: &Ask) -> Answer {
        let mut request = Request::builder().method(method).uri(&ask.path).header("origin", "http://office");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if ask.path.starts_with("/api/") && method != "GET" {
            request = request.header("idempotency-key", "k1");
        }
        let (kind, body) = match &ask.body {
            Sent::Nothing => ("", Body::empty()),
            Sent::Form(fields) => ("application/x-www-form-urlencoded", Body::from(office::form(fields))),
            Sent::Files(fields, files) => {
                ("multipart/form-data; boundary=edge", Body::from(office::multipart(fields, files)))
            }
            Sent::Json(value) => ("application/json", Body::from(value.to_string())),
            Sent::Bytes(bytes) => ("application/octet-stream", Body::from(bytes.clone())),
        };
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        self.browser.send(request, body).await
    }
}

/// The methods of every path, as the router tells them to who asks with one that no route has.
async fn methods(office: &Office) -> BTreeMap<String, Vec<String>> {
    let nobody = office.reader(&Pass::Nothing);
    let mut routes = BTreeMap::new();
    for path in luoshi_web::paths() {
        let plain = path.replace(['{', '}', '*'], "");
        let any = Method::from_bytes(b"BREW").unwrap();
        let ask = Ask { path: plain, body: Sent::Nothing };
        let answer = nobody.ask(any.as_str(), &ask).await;
        let allowed = answer.header("allow");
        let mut methods: Vec<String> = allowed
            .split(',')
            .map(str::trim)
            .filter(|m| !m.is_empty() && *m != "HEAD")
            .map(str::to_owned)
            .collect();
        if methods.is_empty() {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} answers any method");
            methods = vec![String::from("GET"), String::from("POST")];
        }
        methods.sort_unstable();
        routes.insert(path, methods);
    }
    routes
}

fn cell(answer: &Answer) -> String {
    if answer.location().starts_with("/sign-in?") {
        String::from("in")
    } else {
        answer.status.as_u16().to_string()
    }
}

/// The whole table.
async fn table(start: &Start) -> String {
    let mut office = start.again().await;
    let mut rows = String::new();
    let routes = methods(&office).await;
    for (path, methods) in routes {
        for method in methods {
            let ask = ask(&method, &path, &start.numbers);
            let ask = ask.unwrap_or_else(|| panic!("{method} {path}: say in routes/asks.rs how it is asked"));
            let (mut cells, mut changed) = (Vec::new(), false);
            for (name, pass) in &start.kinds {
                // How often one may report without an account is limited by itself.
                if path.starts_with("/report-hazard") {
                    office.routes = served(&office.site);
                }
                let answer = office.reader(pass).ask(&method, &ask).await;
                assert!(!answer.status.is_server_error(), "{method} {path} for {name}: {}", answer.text());
                let told = cell(&answer);
                changed |= method != "GET" && answer.status.as_u16() < 400 && told != "in";
                cells.push(told);
                if changed && !OWN.contains(&path.as_str()) {
                    office = start.again().await;
                    changed = false;
                }
            }
            if changed {
                office = start.again().await;
            }
            writeln!(
                rows,
                "{method:<5}{path:<46}{}",
                cells.iter().map(|c| format!("{c:>4}")).collect::<String>()
            )
            .unwrap();
        }
    }
    let mut head = String::from(HEAD);
    for (at, (name, _)) in start.kinds.iter().enumerate() {
        writeln!(head, "# {:>2} {name}", at + 1).unwrap();
    }
    let numbers: String = (1..=start.kinds.len()).map(|n| format!("{n:>4}")).collect();
    format!("{head}#{:<50}{numbers}\n{rows}", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_gets_the_answers_of_the_table() {
    let start = Start::make().await;
    let found = table(&start).await;
    if std::env::var_os("LUOSHI_WRITE").is_some() {
        std::fs::write(TABLE, &found).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(TABLE).unwrap();
    let kept: Vec<&str> = kept.lines().collect();
    let mut wrong = String::new();
    for line in found.lines().filter(|line| !kept.contains(line)) {
        let route: String = line.chars().take(51).collect();
        let before = kept.iter().find(|kept| kept.starts_with(&route)).copied().unwrap_or("(no line)");
        writeln!(wrong, "kept  {before}\nfound {line}").unwrap();
    }
    let gone: Vec<&&str> = kept.iter().filter(|kept| !found.lines().any(|line| line == **kept)).collect();
    assert!(
        wrong.is_empty() && gone.is_empty(),
        "answers are not those of the table:\n{wrong}gone: {gone:#?}"
    );
}
