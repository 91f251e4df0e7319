//! Reporting a hazard without an account, where a running plan opens its register, and following it up.

use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::public::{Offer, PublicReport, new_receipt};
use luoshi_engine::{PlanId, UnitId};
use luoshi_pack::{Field as Asked, FieldKind};
use serde::Deserialize;

use super::upload::Upload;
use crate::error::{Result, WebError, rendered};
use crate::sheet::{Sent, incomplete};
use crate::sign::From;
use crate::state::Web;
use crate::view::{Frame, minute};

/// The largest photograph, in bytes.
const PHOTO: usize = 10 << 20;

#[derive(Template)]
#[template(path = "report-hazard.html")]
struct ReportPage {
    frame: Frame,
    title: String,
    plan: i64,
    plans: Vec<(i64, String)>,
    units: Vec<(i64, String)>,
    unit: String,
    what: String,
    asked: Vec<Line>,
    receipt: String,
    fault: String,
    closed: bool,
}

/// A field that is asked for.
struct Line {
    name: String,
    title: String,
    kind: &'static str,
    must: bool,
    choices: Vec<String>,
    value: String,
}

impl Line {
    fn of(field: &Asked, sent: &Sent) -> Self {
        let name = format!("f.{}", field.key);
        Self {
            kind: match field.kind {
                FieldKind::Choice => "choice",
                FieldKind::Date => "date",
                FieldKind::File => "file",
                _ => "text",
            },
            title: field.title.clone(),
            must: field.required,
            choices: field.choices.clone(),
            value: sent.get(&name).to_owned(),
            name,
        }
    }
}

/// Which plan.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    plan: Option<i64>,
    receipt: String,
}

/// The form.
pub(super) async fn page(State(web): State<Web>, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&web, wanted.plan, &Sent::default(), String::new()).await
}

async fn shown(web: &Web, plan: Option<i64>, sent: &Sent, fault: String) -> Result<Response> {
    let offers = web.app().offers().await?;
    let offer = offers.iter().find(|offer| Some(offer.plan.0) == plan).or_else(|| offers.first());
    let context = web.app().context();
    let unit = |unit: &UnitId| (unit.0, context.org.unit_name(*unit));
    let receipt = match sent.get("receipt") {
        "" => new_receipt(rand::random()),
        receipt => receipt.to_owned(),
    };
    let title = offer.map_or_else(|| String::from("隐患随手报"), |offer| offer.public.title.clone());
    Ok(rendered(&ReportPage {
        frame: Frame::bare(&*title),
        title,
        plan: offer.map_or(0, |offer| offer.plan.0),
        plans: offers.iter().map(|offer| (offer.plan.0, offer.title.clone())).collect(),
        units: offer.map(|offer| offer.units.iter().map(unit).collect()).unwrap_or_default(),
        unit: sent.get("unit").to_owned(),
        what: sent.get("what").to_owned(),
        asked: offer.iter().flat_map(|offer| offer.asked()).map(|field| Line::of(field, sent)).collect(),
        receipt,
        fault,
        closed: offer.is_none(),
    }))
}

/// Takes a report in. The same form sent again leads to the same receipt.
pub(super) async fn report(State(web): State<Web>, from: From, form: Multipart) -> Result<Response> {
    web.limits().public(&from.address)?;
    let Upload { sent, name, file } = Upload::read(form, PHOTO).await?;
    let receipt = sent.get("receipt").to_owned();
    match taken(&web, &sent, name, file).await {
        Ok(()) => Ok(Redirect::to(&format!("/report-hazard/{receipt}")).into_response()),
        Err(error) if error.refusal().is_some() => {
            let plan = sent.get("plan").parse().ok();
            let page = shown(&web, plan, &sent, error.sentence()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn taken(web: &Web, sent: &Sent, name: String, file: Option<Vec<u8>>) -> Result<()> {
    // A field that nobody sees is filled in by programs only.
    if !sent.get("website").is_empty() {
        return Err(incomplete("没有收到，请直接在页面上填写"));
    }
    let plan = PlanId(sent.number("plan")?);
    let offers = web.app().offers().await?;
    let offer: Option<&Offer> = offers.iter().find(|offer| offer.plan == plan);
    let photo = offer.and_then(|offer| offer.asked().find(|field| field.kind == FieldKind::File));
    let fields = sent.0.iter().filter_map(|(name, words)| Some((name.strip_prefix("f.")?, words)));
    let report = PublicReport {
        plan,
        unit: sent.get("unit").parse().ok().map(UnitId),
        title: sent.get("what").to_owned(),
        fields: fields.map(|(key, words)| (key.to_owned(), words.clone())).collect(),
        photo: photo.zip(file).map(|(field, bytes)| (field.key.clone(), name, bytes)),
    };
    Ok(web.app().report_as_public(sent.get("receipt"), report).await?)
}

#[derive(Template)]
#[template(path = "follow-hazard.html")]
struct FollowPage {
    frame: Frame,
    receipt: String,
    title: String,
    opened: String,
    state: String,
    since: String,
    over: bool,
}

/// Leads to a receipt that was typed in.
pub(super) async fn seek(Query(wanted): Query<Wanted>) -> Redirect {
    let receipt: String = wanted.receipt.trim().to_lowercase();
    Redirect::to(&format!("/report-hazard/{}", crate::error::encoded(&receipt).replace('/', "")))
}

/// Where a report stands.
pub(super) async fn follow(
    State(web): State<Web>,
    from: From,
    Path(receipt): Path<String>,
) -> Result<Response> {
    web.limits().follow(&from.address)?;
    let found = web.app().follow(&receipt).await.map_err(WebError::from)?;
    Ok(rendered(&FollowPage {
        frame: Frame::bare("受理情况"),
        receipt,
        title: found.title,
        opened: minute(found.opened),
        state: found.state,
        since: minute(found.since),
        over: found.over,
    }))
}
