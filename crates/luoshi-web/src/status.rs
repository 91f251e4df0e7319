//! For whoever watches over the server, on an address of its own: whether it lives, whether it is ready,
//! figures. Nothing here tells of anybody, and nobody signs in.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::meter::KIND;
use crate::serve::ROUND;
use crate::state::Web;

/// For how long the scheduler may be quiet: three rounds of it.
const QUIET: Duration = Duration::from_secs(3 * ROUND.as_secs());

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where each is.
pub(crate) fn routes(web: &Web) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(web.clone())
}

/// Whether requests can be carried out: one line for each thing that this takes.
async fn ready(State(web): State<Web>) -> Response {
    let database = matches!(tokio::time::timeout(PATIENCE, web.app().vitals()).await, Ok(Ok(_)));
    let disk = match web.settings().data.clone() {
        Some(folder) => tokio::task::spawn_blocking(move || is_writable(folder)).await.unwrap_or(false),
        None => true,
    };
    let scheduler = web.pulse().is_some_and(|last| Instant::now().duration_since(last) < QUIET);
    let parts =
        [("database", database), ("disk", disk), ("scheduler", scheduler), ("open", !web.is_stopping())];
    let line = |(name, well): &(&str, bool)| format!("{name} {}\n", if *well { "ok" } else { "failed" });
    let words: String = parts.iter().map(line).collect();
    let status =
        if parts.iter().all(|(_, well)| *well) { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, words).into_response()
}

/// Whether a file can be kept there.
fn is_writable(folder: PathBuf) -> bool {
    let file = folder.join(format!(".ready-{}", std::process::id()));
    let kept = std::fs::write(&file, b"ready").is_ok();
    // What could not be written is not there.
    std::fs::remove_file(&file).is_ok() && kept
}

async fn metrics(State(web): State<Web>) -> Response {
    let Ok(Ok(vitals)) = tokio::time::timeout(PATIENCE, web.app().vitals()).await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    match web.meter().told(&vitals) {
        Ok(text) => ([(header::CONTENT_TYPE, KIND)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
