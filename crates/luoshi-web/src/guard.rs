//! What stands around every request: size and time, headers, where a form came from, a number to ask by.

use std::cell::Cell;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::api::Failed;
use crate::error::{Cause, WebError};
use crate::kept::keep_forms;
use crate::limit::limited;
use crate::meter;
use crate::state::Web;
use crate::view::{REQUEST, WHO};

/// The largest request: a file of 64 MiB and the form around it.
const BODY: usize = 66 << 20;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(60);

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
    routes
        .layer(middleware::from_fn_with_state(web.clone(), limited))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CatchPanicLayer::custom(|_| WebError::App(luoshi_app::AppError::Closing).into_response()))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(middleware::from_fn_with_state(web.clone(), dressed))
        .layer(middleware::from_fn_with_state(web.clone(), told_by_proxy))
        .layer(CompressionLayer::new())
}

/// A form that changes something comes from a page of ours: browsers tell the origin with every POST.
async fn own_pages_only(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // A token is no cookie: no browser sends it by itself. Pages know no tokens.
    let bearer =
        request.uri().path().starts_with("/api/") && request.headers().contains_key(header::AUTHORIZATION);
    if safe || bearer || is_own(request.headers()) {
        next.run(request).await
    } else if request.uri().path().starts_with("/api/") {
        Failed(WebError::Foreign).into_response()
    } else {
        WebError::Foreign.into_response()
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
    let answered = async {
        let response = next.run(request).await;
        (response, WHO.with(Cell::get))
    };
    let (mut response, account) = REQUEST.scope(id.clone(), WHO.scope(Cell::new(0), answered)).await;
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
