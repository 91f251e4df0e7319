//! A plan: its registers and their entries.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_engine::{PlanId, PlanState};
use luoshi_pack::Pack;
use luoshi_store::{Filter, Page};
use serde::Deserialize;

use crate::error::{Result, encoded, rendered};
use crate::sign::Signed;
use crate::view::{Frame, LINES, Line, Pager, lines, plan_state};

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    head: Head,
    registers: Vec<Choice>,
    states: Vec<Choice>,
    lights: Vec<Choice>,
    words: String,
    lines: Vec<Line>,
    pager: Pager,
    given: Option<usize>,
}

/// What stands above every page of a plan.
pub(crate) struct Head {
    /// Its address.
    pub(crate) to: String,
    /// Its title.
    pub(crate) title: String,
    /// Its document number.
    pub(crate) number: String,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Where it stands.
    pub(crate) state: &'static str,
    /// When it was issued.
    pub(crate) issued: String,
    /// Until when it runs.
    pub(crate) end: String,
}

/// Something to choose from a list.
pub(crate) struct Choice {
    /// Its key.
    pub(crate) key: String,
    /// Its words.
    pub(crate) words: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// Which entries.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    register: String,
    state: String,
    light: String,
    q: String,
    page: i64,
    given: Option<usize>,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let reader = &signed.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    if plan.state == PlanState::Draft {
        return Ok(Redirect::to(&format!("/plans/{}/draft", plan.id)).into_response());
    }
    let head = Head {
        to: format!("/plans/{}", plan.id),
        title: plan.title.clone(),
        number: plan.number.clone(),
        issuer: reader.context.org.unit_name(plan.issuer),
        state: plan_state(plan.state),
        issued: plan.issued.map(|at| at.date().to_string()).unwrap_or_default(),
        end: plan.end.map(|day| day.to_string()).unwrap_or_default(),
    };
    let pack = reader.pack(&plan)?;
    let given = |word: &str| (!word.is_empty()).then(|| word.to_owned());
    let filter = Filter {
        register: given(&wanted.register),
        state: given(&wanted.state),
        light: given(&wanted.light),
        words: given(wanted.q.trim()),
        ..Filter::default()
    };
    let (rows, total) = reader.entries(&plan, filter, Page::number(wanted.page, LINES)).await?;
    let address = format!(
        "{}?register={}&state={}&light={}&q={}&page=",
        head.to,
        encoded(&wanted.register),
        encoded(&wanted.state),
        encoded(&wanted.light),
        encoded(wanted.q.trim())
    );
    Ok(rendered(&PlanPage {
        lines: lines(reader, &rows).await?,
        pager: Pager::new(wanted.page, total, address),
        registers: registers(pack, &wanted.register),
        states: states(pack, &wanted),
        lights: choices(pack.lights.iter().map(|l| (l.key.as_str(), l.title.as_str())), &wanted.light),
        frame: Frame::of(&signed, &plan.title, "/plans").await?,
        words: wanted.q,
        given: wanted.given,
        head,
    }))
}

fn registers(pack: &Pack, chosen: &str) -> Vec<Choice> {
    choices(pack.registers.iter().map(|r| (r.key.as_str(), r.title.as_str())), chosen)
}

/// The states of the chosen register, or of all.
fn states(pack: &Pack, wanted: &Wanted) -> Vec<Choice> {
    let registers = pack.registers.iter().filter(|r| wanted.register.is_empty() || r.key == wanted.register);
    let mut states: Vec<(&str, &str)> = registers
        .flat_map(|r| r.flow.states.iter())
        .map(|state| (state.key.as_str(), state.title.as_str()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    states.retain(|(key, _)| seen.insert(*key));
    choices(states.into_iter(), &wanted.state)
}

/// Choices, one of them chosen perhaps.
pub(crate) fn choices<'c>(all: impl Iterator<Item = (&'c str, &'c str)>, chosen: &str) -> Vec<Choice> {
    all.map(|(key, words)| Choice { key: key.into(), words: words.into(), chosen: key == chosen }).collect()
}
