//! What stands around every request: size and time, headers, where a form came from, a number to ask by.

use std::any::Any;
use std::cell::Cell;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::api::Failed;
use crate::body::bounded;
use crate::error::{Cause, WebError};
use crate::kept::keep_forms;
use crate::limit::limited;
use crate::meter;
use crate::state::Web;
use crate::view::{OPEN, REQUEST, WHO, is_open};

/// How long a request may take.
const PATIENCE: Patience = Patience { still: Duration::from_secs(60), whole: Duration::from_secs(15 * 60) };

/// No script or style but ours, no frame around us, nothing sent elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    manifest-src 'self'; worker-src 'self'";

/// Puts all of it around the routes.
pub(crate) fn around(routes: Router<Web>, web: &Web) -> Router<Web> {
    let routes = routes
        .fallback(async || WebError::NoPage)
        .layer(middleware::from_fn_with_state(web.clone(), keep_forms))
        .layer(middleware::from_fn(own_pages_only));
    dress(routes, web)
}

/// The same for routes that take no forms and have a way of their own for what is not there.
pub(crate) fn dress(routes: Router<Web>, web: &Web) -> Router<Web> {
    bounded(routes, web)
        .layer(middleware::from_fn_with_state(web.clone(), limited))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(PATIENCE, patient))
        .layer(middleware::from_fn_with_state(web.clone(), dressed))
        .layer(middleware::from_fn_with_state(web.clone(), told_by_proxy))
        .layer(CompressionLayer::new())
}

/// What is answered where our own code failed; the place is in the log, what it said is not.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    WebError::Panicked.into_response()
}

/// How long a request may take. Photographs from a village come in slowly, and are taken as long as they come.
#[derive(Clone, Copy)]
struct Patience {
    /// From the last that came in until the answer.
    still: Duration,
    /// With all that comes in.
    whole: Duration,
}

impl Patience {
    /// When it ends, where something last came in a while after the beginning.
    fn end(self, begun: Instant, stirred: Duration) -> Instant {
        begun + self.whole.min(stirred + self.still)
    }
}

/// Ends what takes too long.
async fn patient(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let (begun, stirred) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let stir = Arc::clone(&stirred);
    let request = request.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let now = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            stir.store(now, Ordering::Relaxed);
            frame
        }))
    });
    let mut answer = pin!(next.run(request));
    loop {
        let end = patience.end(begun, Duration::from_millis(stirred.load(Ordering::Relaxed)));
        if let Ok(response) = tokio::time::timeout_at(end, &mut answer).await {
            return response;
        }
        if end == patience.end(begun, Duration::from_millis(stirred.load(Ordering::Relaxed))) {
            return Failed::at(&path, WebError::Late);
        }
    }
}

/// A form that changes something comes from a page of ours: browsers tell the origin with every POST.
async fn own_pages_only(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // A token is no cookie: no browser sends it by itself. Pages know no tokens.
    let bearer =
        request.uri().path().starts_with("/api/") && request.headers().contains_key(header::AUTHORIZATION);
    if safe || bearer || is_own(request.headers()) {
        next.run(request).await
    } else {
        Failed::at(request.uri().path(), WebError::Foreign)
    }
}

fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from == host)
}

/// Whom a proxy on this machine speaks for: the last address that it put there itself.
async fn told_by_proxy(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    if web.settings().behind_proxy && peer.is_some_and(|peer| peer.ip().is_loopback()) {
        let header = request.headers().get_all("x-forwarded-for").iter().next_back();
        let told = header.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        if let Some(client) = told {
            request.extensions_mut().insert(ConnectInfo(SocketAddr::new(client, 0)));
        }
    }
    next.run(request).await
}

/// Headers of safety, and the number of the request in header and log.
async fn dressed(State(web): State<Web>, request: Request, next: Next) -> Response {
    let id = format!("{:08x}", rand::random::<u32>());
    let (method, begun) = (meter::method(request.method()), Instant::now());
    // The route, not the address: numbers of receipts and words that were sought stand in addresses.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    let open = is_open(request.uri().path());
    let answered = async {
        let response = next.run(request).await;
        (response, WHO.with(Cell::get))
    };
    let (mut response, account) =
        REQUEST.scope(id.clone(), OPEN.scope(open, WHO.scope(Cell::new(0), answered))).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    web.meter().count(method, route, status, took);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if let Some(Cause(cause)) = response.extensions().get::<Cause>() {
        tracing::error!(id, method, route, status, ms, account, cause, "failed");
    } else {
        tracing::info!(id, method, route, status, ms, account, "answered");
    }
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set("content-security-policy", POLICY);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("permissions-policy", "geolocation=(), microphone=(), payment=()");
    set("cache-control", "no-store");
    // A browser that was told this lets nobody repair a certificate that it does not trust.
    let own = web.settings().trust.as_ref().is_some_and(|trust| trust.authority.is_some());
    if web.settings().secure && !own {
        set("strict-transport-security", "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", id);
    }
    response
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]
mod tests {
    use axum::http::StatusCode;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_ended_with_a_word() {
        let patience = Patience { still: Duration::ZERO, whole: Duration::from_secs(900) };
        let routes: Router = Router::new()
            .route("/never", post(async || std::future::pending::<()>().await))
            .route("/soon", post(async |words: String| words))
            .layer(middleware::from_fn_with_state(patience, patient));
        let ask = async |path: &str| {
            let request = Request::post(path).body(Body::from("照片")).unwrap();
            let response = routes.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8(bytes.to_vec()).unwrap())
        };
        assert_eq!(ask("/soon").await, (StatusCode::OK, String::from("照片")));
        let (status, page) = ask("/never").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(page.contains("没有保存的再办一次") && page.contains("请求编号"), "{page}");
    }

    #[test]
    fn patience_goes_on_while_something_comes_in_but_not_for_ever() {
        let begun = Instant::now();
        let end = |stirred: u64| PATIENCE.end(begun, Duration::from_secs(stirred)) - begun;
        assert_eq!(end(0), Duration::from_secs(60));
        assert_eq!(end(75), Duration::from_secs(135), "six photographs at 20 KB a second");
        assert_eq!(end(899), Duration::from_secs(900));
    }

    #[test]
    fn a_failure_of_our_own_is_no_weak_signal() {
        let response = panicked(Box::new("no boundary in “老码头”"));
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let cause = &response.extensions().get::<Cause>().unwrap().0;
        assert_eq!(cause, "panicked", "what was typed is not written down");
    }
}
