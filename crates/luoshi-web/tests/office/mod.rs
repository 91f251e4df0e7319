//! A county on the web, and people who look at its pages.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

#[path = "../../../luoshi-app/tests/common/mod.rs"]
mod common;

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use jiff::civil::{Date, date};
use luoshi_app::{App, Credentials, SignedIn};
use luoshi_engine::{Actor, PersonId, PlanId, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use luoshi_web::{Settings, Web, router, serve};
use tokio::net::TcpListener;
use tower::ServiceExt;

#[allow(unused_imports, reason = "each test takes what it needs")]
pub(crate) use common::{COUNTY, County, TEXT, step, who};

/// 青石镇.
pub(crate) const TOWN: UnitId = UnitId(2);
/// 白水乡.
pub(crate) const OTHER_TOWN: UnitId = UnitId(3);
/// 县农业农村局.
pub(crate) const BUREAU: UnitId = UnitId(4);
/// 东坡村.
pub(crate) const VILLAGE: UnitId = UnitId(5);

/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A county and its pages.
pub(crate) struct Site {
    pub(crate) county: County,
    pub(crate) routes: Router,
}

/// Somebody's browser, or that of nobody.
#[derive(Clone)]
pub(crate) struct Browser {
    routes: Router,
    cookie: String,
    address: [u8; 4],
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Site {
    /// A county on the first of September 2026, with accounts for everybody.
    pub(crate) async fn open(place: &Place) -> Self {
        Self::open_on(place, date(2026, 9, 1)).await
    }

    /// The same on another day.
    pub(crate) async fn open_on(place: &Place, today: Date) -> Self {
        let county = common::open(place, today).await;
        county.found().await;
        county.app.open_demo_accounts(PASSWORD).await.unwrap();
        let settings = Settings { live: std::time::Duration::from_millis(20), ..Settings::default() };
        let routes = router(Web::new(county.app.clone(), settings));
        Self { county, routes }
    }

    /// Nobody's browser.
    pub(crate) fn nobody(&self) -> Browser {
        Browser::new(self.routes.clone(), String::new())
    }

    /// The browser of who holds a role in a unit.
    pub(crate) async fn browser(&self, role: Role, unit: UnitId) -> Browser {
        self.of(&who(role, unit)).await
    }

    /// The browser of an administrator.
    pub(crate) async fn administrator(&self, role: SystemRole) -> Browser {
        self.of(&self.county.administrator(role)).await
    }

    /// The county of a place where one was founded before.
    pub(crate) async fn reopen(place: &Place) -> Self {
        let county = common::open(place, date(2026, 9, 1)).await;
        let routes = router(Web::new(county.app.clone(), Settings::default()));
        Self { county, routes }
    }

    /// The browser of somebody.
    pub(crate) async fn of(&self, actor: &Actor) -> Browser {
        Browser::of(&self.county.app, self.routes.clone(), actor).await
    }

    /// A site with a plan of tasks that has run for three weeks: the bureau's task is overdue, weekly reports have
    /// come due.
    pub(crate) async fn running(place: &Place) -> (Self, PlanId) {
        let site = Self::open(place).await;
        let plan = site.plan("task").await;
        for day in [4, 11, 18, 22] {
            site.county.set(date(2026, 9, day), 9);
            site.county.app.tick().await.unwrap();
        }
        (site, plan)
    }

    /// A plan that runs on a pack.
    pub(crate) async fn plan(&self, pack: &str) -> PlanId {
        self.county.issue(pack).await.0
    }
}

/// Serves a county on this machine and tells where.
pub(crate) async fn served(site: &Site) -> String {
    served_as(&site.county.app, Settings::default()).await
}

/// Serves an application on this machine and tells where.
pub(crate) async fn served_as(app: &App, settings: Settings) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, Web::new(app.clone(), settings), std::future::pending()));
    address
}

/// The name with which somebody signs in.
pub(crate) fn login(app: &App, person: PersonId) -> String {
    app.context().org.accounts[&person].login.clone()
}

impl Browser {
    /// The browser of nobody.
    pub(crate) fn nobody(routes: Router) -> Self {
        Self::new(routes, String::new())
    }

    /// The browser of somebody who signs in, at the post that is asked for.
    pub(crate) async fn of(app: &App, routes: Router, actor: &Actor) -> Self {
        let credentials = Credentials {
            login: login(app, actor.person),
            password: PASSWORD.into(),
            code: None,
            address: "127.0.0.1".into(),
            agent: "test".into(),
        };
        let SignedIn::Open { token, .. } = app.sign_in(&credentials).await.unwrap() else {
            panic!("a second factor")
        };
        let browser = Self::new(routes, format!("luoshi={token}.{}", actor.person));
        browser.post("/post", &[("post", &actor.post.to_string())]).await;
        browser
    }

    /// What it sends to be known again: name and value.
    pub(crate) fn known_by(&self) -> (String, String) {
        let (name, value) = self.cookie.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    }

    /// One with a cookie, at some routes.
    pub(crate) fn new(routes: Router, cookie: String) -> Self {
        Self { routes, cookie, address: [127, 0, 0, 1] }
    }

    /// The same from another address.
    pub(crate) fn from(&self, address: [u8; 4]) -> Self {
        Self { address, ..self.clone() }
    }

    /// What it keeps.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Asks for a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// The text of a page that is there.
    pub(crate) async fn text(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.text()
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let kind = "application/x-www-form-urlencoded";
        let request =
            Request::post(path).header(header::CONTENT_TYPE, kind).header(header::ORIGIN, "http://office");
        self.send(request, Body::from(form(fields))).await
    }

    /// Sends a form with files: name of the field, name of the file, bytes.
    pub(crate) async fn post_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let body = multipart(fields, files);
        let kind = "multipart/form-data; boundary=edge";
        let request =
            Request::post(path).header(header::CONTENT_TYPE, kind).header(header::ORIGIN, "http://office");
        self.send(request, Body::from(body)).await
    }

    /// Asks for something that goes on for ever.
    pub(crate) async fn open(&self, path: &str) -> axum::response::Response {
        let request = Request::get(path).header(header::HOST, "office").header(header::COOKIE, &self.cookie);
        self.routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Sends a request as it is; the cookie and the host are added.
    pub(crate) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let request = request.header(header::HOST, "office").header(header::COOKIE, &self.cookie);
        let request = request.extension(ConnectInfo(SocketAddr::from((self.address, 4000))));
        let response = self.routes.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
        // A stream of events has no end.
        let endless = kind.starts_with(b"text/event-stream");
        let bytes =
            if endless { Vec::new() } else { axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec() };
        Answer { status: parts.status, headers: parts.headers, bytes }
    }
}

impl Answer {
    /// Its text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the first hidden field of a name in it.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let field = format!("name=\"{name}\" value=\"");
        let from = text.find(&field).unwrap_or_else(|| panic!("no field {name} in {text}")) + field.len();
        text[from..].split('"').next().unwrap().to_owned()
    }

    /// Its JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }
}

/// A form as it is sent.
pub(crate) fn form<V: AsRef<str>>(fields: &[(&str, V)]) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", coded(value.as_ref()))).collect();
    fields.join("&")
}

/// A form with files as it is sent.
pub(crate) fn multipart<V: AsRef<str>, B: AsRef<[u8]>>(
    fields: &[(&str, V)],
    files: &[(&str, &str, B)],
) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend(head.into_bytes());
        body.extend_from_slice(value.as_ref().as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
            content-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend_from_slice(bytes.as_ref());
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    body
}

/// A value as part of a form.
fn coded(value: &str) -> String {
    value
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}
