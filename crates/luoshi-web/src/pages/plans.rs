//! The plans that somebody sees.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_engine::PlanState;
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::sign::Signed;
use crate::view::{Frame, plan_state};

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansPage {
    frame: Frame,
    plans: Vec<Row>,
    words: String,
    state: String,
    states: [(&'static str, &'static str); 4],
    may_draft: bool,
}

/// A plan in the list.
struct Row {
    to: String,
    title: String,
    number: String,
    issuer: String,
    state: &'static str,
    issued: String,
    entries: i64,
}

/// Which plans.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
}

/// The states by which the list can be narrowed.
const STATES: [(&str, &str); 4] =
    [("", "全部"), ("issued", "执行中"), ("draft", "草稿"), ("archived", "已归档")];

fn is_in(state: PlanState, word: &str) -> bool {
    match word {
        "issued" => state == PlanState::Issued,
        "draft" => state == PlanState::Draft,
        "archived" => matches!(state, PlanState::Archived | PlanState::Abandoned),
        _ => true,
    }
}

/// The list.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = &signed.reader;
    let words = wanted.q.trim();
    let plans = reader.plans().await?;
    let rows = plans
        .iter()
        .filter(|plan| is_in(plan.state, &wanted.state))
        .filter(|plan| plan.title.contains(words) || plan.number.contains(words))
        .map(|plan| Row {
            to: format!("/plans/{}", plan.id),
            title: plan.title.clone(),
            number: plan.number.clone(),
            issuer: reader.context.org.unit_name(plan.issuer),
            state: plan_state(plan.state),
            issued: plan.issued.map(|at| at.date().to_string()).unwrap_or_default(),
            entries: plan.entries,
        });
    let may_draft = reader.may_prepare(reader.post.unit);
    Ok(rendered(&PlansPage {
        plans: rows.collect(),
        frame: Frame::of(&signed, "方案", "/plans").await?,
        words: words.to_owned(),
        state: wanted.state,
        states: STATES,
        may_draft,
    }))
}
