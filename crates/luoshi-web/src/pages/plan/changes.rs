//! What a version of a plan's text says otherwise than the one before it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use luoshi_app::{ChangedLine, LineBecame};
use luoshi_engine::PlanId;

use crate::error::{Result, rendered};
use crate::sign::Signed;
use crate::view::{Frame, minute};

#[derive(Template)]
#[template(path = "plan-changes.html")]
struct ChangesPage {
    frame: Frame,
    to: String,
    plan: String,
    version: u32,
    when: String,
    reason: String,
    places: Vec<Vec<ChangedLine>>,
}

pub(crate) async fn page(signed: Signed, Path((plan, version)): Path<(i64, u32)>) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    let found = signed.reader.rewording(&plan, version).await?;
    Ok(rendered(&ChangesPage {
        frame: Frame::of(&signed, format!("第{version}版改了什么：{}", plan.title), "/plans").await?,
        to: format!("/plans/{}", plan.id),
        plan: plan.title,
        version,
        when: minute(found.version.at),
        reason: found.version.reason,
        places: found.places,
    }))
}
