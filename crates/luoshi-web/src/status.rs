//! For whoever watches over the server, on an address of its own: whether it lives, whether it is ready,
//! figures. Nothing here tells of anybody, and nobody signs in.

use std::io::Write;
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

/// Whether a file can be kept there: one of its own for each who asks, so that two do not take each other's.
fn is_writable(folder: PathBuf) -> bool {
    let kept = tempfile::Builder::new().prefix(".ready-").tempfile_in(folder);
    kept.is_ok_and(|mut file| file.write_all(b"ready").is_ok() && file.close().is_ok())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_look_at_once_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            let look = || scope.spawn(|| (0..100).all(|_| is_writable(folder.path().to_owned())));
            let looks: Vec<_> = (0..4).map(|_| look()).collect();
            assert!(looks.into_iter().all(|look| look.join().unwrap()));
        });
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        assert!(!is_writable(folder.path().join("gone")));
    }
}
