//! The JSON API: what pages do, for programs. The same use cases, the same permissions; commands carry an
//! idempotency key; what is not carried out is told as a problem (RFC 9457).

#![allow(unused_qualifications, reason = "the macro that describes a path qualifies")]

mod accounts;
mod act;
mod amend;
mod assembly;
mod audit;
mod burden;
mod caller;
mod change;
mod content;
mod directory;
mod draft;
mod drafting;
mod files;
mod model;
mod organise;
mod packs;
mod plan;
mod problem;
mod read;
mod search;
mod watch;

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::WebError;
use crate::routes::Routes;
use crate::state::Web;
use problem::Problem;

pub(crate) use problem::Failed;

/// What the description says of the whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "落实",
        version = "1",
        description = "方案落实系统的接口。每次写入须带 Idempotency-Key；同一编号重复提交只办一次。",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem)),
    security(("token" = []))
)]
struct Description;

/// The routes and their description.
fn described() -> (Router<Web>, utoipa::openapi::OpenApi) {
    let routes = OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(read::me))
        .routes(routes!(read::desk))
        .routes(routes!(read::messages))
        .routes(routes!(read::units))
        .routes(routes!(read::plans))
        .routes(routes!(read::plan))
        .routes(routes!(read::entries, change::add))
        .routes(routes!(read::entry))
        .routes(routes!(read::history))
        .routes(routes!(files::of_entry))
        .routes(routes!(assembly::assembly))
        .routes(routes!(plan::registers))
        .routes(routes!(files::of_register, files::into_register))
        .routes(routes!(plan::matrix))
        .routes(routes!(plan::by_register))
        .routes(routes!(plan::timeline))
        .routes(routes!(plan::versions))
        .routes(routes!(files::of_plan))
        .routes(routes!(draft::draft))
        .routes(routes!(watch::board))
        .routes(routes!(watch::behind))
        .routes(routes!(watch::lights))
        .routes(routes!(watch::silent))
        .routes(routes!(watch::failing))
        .routes(routes!(burden::asked))
        .routes(routes!(search::search))
        .routes(routes!(change::step))
        .routes(routes!(change::light))
        .routes(routes!(change::file))
        .routes(routes!(change::draft))
        .routes(routes!(change::issue))
        .routes(routes!(change::close))
        .routes(routes!(drafting::decide))
        .routes(routes!(drafting::add))
        .routes(routes!(drafting::confirm))
        .routes(routes!(drafting::name))
        .routes(routes!(act::preview))
        .routes(routes!(act::urge))
        .routes(routes!(act::instruct))
        .routes(routes!(act::call))
        .routes(routes!(directory::delegations, act::delegate))
        .routes(routes!(act::end_delegation))
        .routes(routes!(act::archive))
        .routes(routes!(amend::compare))
        .routes(routes!(amend::put))
        .routes(routes!(organise::organise))
        .routes(routes!(directory::unit))
        .routes(routes!(directory::people))
        .routes(routes!(directory::workdays))
        .routes(routes!(directory::administrators))
        .routes(routes!(directory::file, directory::take))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::one, accounts::change))
        .routes(routes!(act::forgetting, act::forget))
        .routes(routes!(packs::list, packs::publish))
        .routes(routes!(packs::check))
        .routes(routes!(packs::one))
        .routes(routes!(audit::record))
        .routes(routes!(audit::checked, audit::check));
    let (router, mut description) = routes.split_for_parts();
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    if let Some(components) = &mut description.components {
        components.add_security_scheme("token", token);
    }
    (router, description)
}

/// The description as JSON.
///
/// # Errors
///
/// It cannot be written, which would be a fault of the program.
pub fn description() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&described().1)
}

/// Where the API is.
pub(crate) fn routes() -> Routes {
    let (router, description) = described();
    let paths = description.paths.paths.keys().cloned().collect();
    let description = serde_json::to_string(&description).unwrap_or_default();
    let document = move || async move { ([("content-type", "application/json")], description) };
    Routes::of(router, paths)
        .route("/api/v1/openapi.json", get(document))
        .route("/api/{*rest}", axum::routing::any(async || Failed(WebError::NoPage)))
        .around(told_as_problems)
}

/// Whatever goes wrong within these routes is told to a program in its own form.
fn told_as_problems<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes.layer(CatchPanicLayer::custom(panicked)).layer(middleware::from_fn(as_problems))
}

/// What a program is answered where our own code failed.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failed(WebError::Panicked).into_response()
}

/// What a layer below refused in its own words is told as a problem like everything else.
async fn as_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if !status.is_client_error() || kind.is_some_and(|kind| kind.starts_with("application/problem")) {
        return response;
    }
    let mut told = Problem::of_status(status).into_response();
    if let Some(allow) = response.headers().get("allow") {
        told.headers_mut().insert("allow", allow.clone());
    }
    told
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "an unwrap is an assertion; a panic is what is tested")]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_program_is_told_of_a_failure_of_our_own_as_of_any_other() {
        let broken = get(async || -> StatusCode { panic!("broken") });
        let routes: Router = told_as_problems(Router::new().route("/api/v1/broken", broken));
        let request = Request::get("/api/v1/broken").body(Body::empty()).unwrap();
        let response = routes.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
}
