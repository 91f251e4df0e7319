//! How much may come in with a request: forms are small, files come only where a page asks for one, and
//! what everybody sends at once stays within the memory of the server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::api::Failed;
use crate::error::WebError;
use crate::sign::token_of;
use crate::state::Web;

/// The largest form without a file.
const FORM: u64 = 1 << 20;

/// How much may come in files, besides the form around them.
const FILES: u64 = 64 << 20;

/// The same of somebody without an account: a photograph.
const PHOTO: u64 = 10 << 20;

/// Where somebody without an account sends a file.
const PUBLIC: &str = "/report-hazard";

/// Where those who are signed in send files.
const UPLOADS: [&str; 10] = [
    "/plans/new",
    "/plans/{plan}/amend",
    "/plans/{plan}/entries/new",
    "/plans/{plan}/entries/{no}",
    "/plans/{plan}/entries/{no}/report",
    "/plans/{plan}/registers/{register}",
    "/admin/packs",
    "/admin/directory",
    "/api/v1/files",
    "/api/v1/plans",
];

/// How long somebody waits until there is room for what they send.
const WAIT: Duration = Duration::from_secs(20);

/// How much may come in at once from those who are signed in, and from all others together, in KiB.
const ROOMS: (u32, u32) = (512 << 10, 64 << 10);

/// The room that is left. Strangers do not take the room of the office.
struct Room {
    office: Semaphore,
    public: Semaphore,
    web: Web,
}

/// Puts the bounds around routes.
pub(crate) fn bounded(routes: Router<Web>, web: &Web) -> Router<Web> {
    let room = |whole: u32| Semaphore::new(whole as usize);
    let room = Room { office: room(ROOMS.0), public: room(ROOMS.1), web: web.clone() };
    routes.layer(middleware::from_fn_with_state(Arc::new(room), admit))
}

/// Whether it comes from somebody who is signed in, or from a program with a token.
async fn is_known(web: &Web, headers: &HeaderMap) -> bool {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(token) = bearer.and_then(|text| text.strip_prefix("Bearer ")) {
        return matches!(web.app().token(token.trim()).await, Ok(Some(_)));
    }
    match token_of(headers, web.settings().secure) {
        Some(token) => matches!(web.app().session_unseen(&token).await, Ok(Some(_))),
        None => false,
    }
}

async fn admit(State(room): State<Arc<Room>>, mut request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let files = match path {
        PUBLIC => PHOTO,
        path if UPLOADS.contains(&path) => FILES,
        _ => 0,
    };
    let public = path == PUBLIC;
    let most = files + FORM;
    // What does not tell its size may be as large as anything.
    let size = size_of(&request).unwrap_or(most);
    if size > most {
        return Failed::at(request.uri().path(), WebError::TooLarge(files.max(FORM)));
    }
    DefaultBodyLimit::max(usize::try_from(most).unwrap_or(usize::MAX)).apply(&mut request);
    if size <= FORM {
        return next.run(request).await;
    }
    // Whatever a cookie claims, only who is there takes of the office's room.
    let office = !public && is_known(&room.web, request.headers()).await;
    let (room, whole) = if office { (&room.office, ROOMS.0) } else { (&room.public, ROOMS.1) };
    // What is larger than all of it waits until nobody else is there.
    let taken = room.acquire_many(u32::try_from(size.div_ceil(1024)).unwrap_or(whole).min(whole));
    match tokio::time::timeout(WAIT, taken).await {
        Ok(Ok(_taken)) => next.run(request).await,
        _ => Failed::at(request.uri().path(), WebError::Full),
    }
}

/// How much comes in, where that is known beforehand.
fn size_of(request: &Request) -> Option<u64> {
    let told =
        request.headers().get(header::CONTENT_LENGTH).and_then(|size| size.to_str().ok()?.parse().ok());
    let body = request.body();
    told.or_else(|| body.is_end_stream().then_some(0)).or_else(|| body.size_hint().exact())
}
