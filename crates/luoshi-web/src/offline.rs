//! For telephones without a signal: the service worker, the page it shows where it has kept none, and which
//! pages it should keep.

use askama::Template;
use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use luoshi_engine::Hash;
use luoshi_store::Page;
use serde::Serialize;

use crate::assets;
use crate::error::{Result, rendered};
use crate::routes::Routes;
use crate::sign::Signed;
use crate::view::{Frame, LINES};

/// What every page that works without a signal is made of.
const SHELL: [&str; 9] = [
    "luoshi.css",
    "luoshi.js",
    "report.css",
    "queue.js",
    "offline.js",
    "photos.js",
    "keep.js",
    "live.js",
    "icon.svg",
];

const WORKER: &str = include_str!("../assets/sw.js");

/// Where it is.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .route("/sw.js", get(worker))
        .route("/offline", get(page))
        .route("/offline/pages", get(pages))
}

/// The service worker, with the addresses of this version's assets. It is asked for anew each time, so that
/// a new version is found at once.
async fn worker() -> Response {
    let shell: Vec<&str> = SHELL.iter().map(|name| assets::place(name)).collect();
    let list = serde_json::to_string(&shell).unwrap_or_default();
    let version = &Hash::of(format!("{list}{WORKER}").as_bytes()).to_string()[..12];
    let queue = assets::place("queue.js");
    let text =
        format!("const VERSION = '{version}';\nconst SHELL = {list};\nimportScripts('{queue}');\n{WORKER}");
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::HeaderName::from_static("service-worker-allowed"), "/"),
    ];
    (headers, text).into_response()
}

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    frame: Frame,
}

/// What is shown without a signal where nothing was kept. It says nothing of anybody.
async fn page() -> Response {
    rendered(&OfflinePage { frame: Frame::bare("没有信号") })
}

/// The pages to keep, and whose they are.
#[derive(Serialize)]
struct Pages {
    person: i64,
    pages: Vec<String>,
}

async fn pages(signed: Signed) -> Result<Json<Pages>> {
    let reports = signed.reader.reports_on_desk(Page::number(1, LINES)).await?;
    let place =
        |entry: &luoshi_engine::EntryRow| format!("/plans/{}/entries/{}/report", entry.plan, entry.no);
    let pages = reports.iter().map(place).collect();
    Ok(Json(Pages { person: signed.reader.actor.person.0, pages }))
}
