//! What is done to a draft as a whole: all of a kind confirmed, a name explained, the draft given up.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::Request;
use luoshi_engine::{Command, PlanId};
use serde::Deserialize;

use crate::error::{Result, WebError, encoded};
use crate::sign::Signed;
use crate::state::Web;

/// All of a kind.
#[derive(Deserialize)]
pub(in crate::pages) struct Kind {
    key: String,
    kind: String,
}

/// Confirms all of a kind on which nobody has decided.
pub(in crate::pages) async fn confirm_kind(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Form(given): Form<Kind>,
) -> Result<Redirect> {
    let reader = &signed.reader;
    let review = reader.review(PlanId(plan)).await?;
    let done = web.app().confirm_kind(&given.key, reader, &review, &given.kind).await?;
    Ok(Redirect::to(&format!("/plans/{plan}/draft?confirmed={}&left={}", done.done, done.left)))
}

/// A name and the unit that it means.
#[derive(Deserialize)]
pub(in crate::pages) struct Named {
    key: String,
    name: String,
    unit: String,
}

/// Says which unit a name means, in all items.
pub(in crate::pages) async fn name_unit(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Form(given): Form<Named>,
) -> Result<Redirect> {
    let reader = &signed.reader;
    let review = reader.review(PlanId(plan)).await?;
    let named = web.app().name_unit(&given.key, reader, &review, (&given.name, &given.unit)).await?;
    Ok(Redirect::to(&format!("/plans/{plan}/draft?named={named}")))
}

/// Why a draft is given up.
#[derive(Deserialize)]
pub(in crate::pages) struct Reason {
    key: String,
    reason: String,
}

/// Gives a draft up.
pub(in crate::pages) async fn close(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Form(given): Form<Reason>,
) -> Result<Redirect> {
    let plan = signed.reader.plan(PlanId(plan)).await?.id;
    let command = Command::Close { reason: given.reason };
    let actor = signed.reader.actor.clone();
    web.app().execute(Request { key: given.key, actor, plan: Some(plan), command }).await?;
    Ok(Redirect::to("/plans"))
}

/// The file that a plan was drafted from.
pub(in crate::pages) async fn source(signed: Signed, Path(plan): Path<i64>) -> Result<Response> {
    let review = signed.reader.review(PlanId(plan)).await?;
    let source = review.source.ok_or(WebError::NoPage)?;
    let bytes = signed.reader.app().attachment(source.hash).await?;
    let mut headers = HeaderMap::new();
    let place = format!("attachment; filename*=UTF-8''{}", encoded(&source.name).replace('/', "_"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.extend(HeaderValue::from_str(&place).ok().map(|value| (header::CONTENT_DISPOSITION, value)));
    Ok((headers, bytes).into_response())
}
