//! Forgetting whoever an entry is about: looked up by its two numbers, shown without a name, then done.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::Forgetting;
use luoshi_engine::{EntryNo, PlanId, SystemRole};
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/forget.html")]
struct ForgetPage {
    frame: Frame,
    plan: String,
    entry: String,
    /// Why nothing was found.
    fault: String,
    found: Option<Forgetting>,
    sheets: Vec<Sheet>,
    done: bool,
}

/// Which entry.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    plan: String,
    entry: String,
    done: bool,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&signed, wanted, None).await
}

async fn shown(signed: &Signed, wanted: Wanted, refused: Option<Refused<'_>>) -> Result<Response> {
    signed.reader.must_be(SystemRole::SecurityAdmin)?;
    let (found, fault) = match sought(signed, &wanted).await {
        Ok(found) => (found, String::new()),
        Err(error) if error.refusal().is_some() => (None, error.sentence()),
        Err(error) => return Err(error),
    };
    let mut sheets: Vec<Sheet> = found.iter().filter(|found| found.refused.is_none()).map(sheet).collect();
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&ForgetPage {
        frame: Frame::of(signed, "依法删除", "/admin/forget").await?,
        plan: wanted.plan,
        entry: wanted.entry,
        fault,
        found,
        sheets,
        done: wanted.done,
    }))
}

/// The entry that was asked for, if one was.
async fn sought(signed: &Signed, wanted: &Wanted) -> Result<Option<Forgetting>> {
    let (Ok(plan), Ok(entry)) = (wanted.plan.trim().parse(), wanted.entry.trim().parse()) else {
        return Ok(None);
    };
    Ok(Some(signed.reader.forgetting(PlanId(plan), EntryNo(entry)).await?))
}

fn sheet(found: &Forgetting) -> Sheet {
    let fields = vec![
        Field::new("hidden", "plan", "", found.plan.to_string()),
        Field::new("hidden", "entry", "", found.entry.to_string()),
        Field::new("area", "reason", "删除的依据", "")
            .must()
            .hint("本人申请、保存期满或所依据的条款；会留在记录里，不要写本人姓名"),
    ];
    Sheet::new("forget", "删除这一事项的个人信息", "/admin/forget", fields)
        .hint("删除后谁也不能恢复，包括系统维护人员")
        .harsh()
        .open()
}

/// Forgets.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SecurityAdmin)?;
    let sent = Sent(pairs);
    let which = (PlanId(sent.number("plan")?), EntryNo(sent.number("entry")?));
    let wanted = Wanted { plan: which.0.to_string(), entry: which.1.to_string(), done: false };
    let actor = &signed.reader.actor;
    match web.app().forget(sent.get("key"), actor, which, sent.get("reason")).await.map_err(Into::into) {
        Ok(_) => {
            let to = format!("/admin/forget?plan={}&entry={}&done=true", which.0, which.1);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => refused(&signed, wanted, &sent, error).await,
    }
}

async fn refused(
    signed: &Signed,
    wanted: Wanted,
    sent: &Sent,
    error: crate::error::WebError,
) -> Result<Response> {
    if error.refusal().is_none() {
        return Err(error);
    }
    let page = shown(signed, wanted, Some(Refused::new(sent, &error))).await?;
    Ok((error.status(), page).into_response())
}
