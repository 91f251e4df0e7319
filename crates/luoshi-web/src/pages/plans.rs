//! The plans that somebody sees.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_app::Reader;
use luoshi_engine::{Plan, PlanState};
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::export;
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, LINES, Pager, plan_state};

#[derive(Template)]
#[template(path = "plans.html")]
struct PlansPage {
    frame: Frame,
    plans: Vec<Row>,
    words: String,
    state: String,
    states: [(&'static str, &'static str); 4],
    sorts: Vec<Choice>,
    pager: Pager,
    may_draft: bool,
    files: String,
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

impl Row {
    fn of(reader: &Reader, plan: &Plan) -> Self {
        Self {
            to: format!("/plans/{}", plan.id),
            title: plan.title.clone(),
            number: plan.number.clone(),
            issuer: reader.context.org.unit_name(plan.issuer),
            state: plan_state(plan.state),
            issued: plan.issued.map(|at| at.date().to_string()).unwrap_or_default(),
            entries: plan.entries,
        }
    }
}

/// Which plans.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: i64,
    #[serde(default, rename = "as")]
    file: String,
}

/// The states by which the list can be narrowed.
const STATES: [(&str, &str); 4] =
    [("", "全部"), ("issued", "执行中"), ("draft", "草稿"), ("archived", "已归档")];

/// The orders in which the list can stand.
const SORTS: [(&str, &str); 4] =
    [("", "最近起草的在前"), ("issued", "最近印发的在前"), ("entries", "事项多的在前"), ("title", "标题")];

/// Puts plans into an order.
fn sort(plans: &mut [Plan], order: &str) {
    match order {
        "issued" => plans.sort_by_key(|plan| Reverse(plan.issued)),
        "entries" => plans.sort_by_key(|plan| Reverse(plan.entries)),
        "title" => plans.sort_by(|one, other| one.title.cmp(&other.title)),
        _ => plans.sort_by_key(|plan| Reverse(plan.id)),
    }
}

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
    let files =
        export::open_address("/plans", &[("q", words), ("state", &wanted.state), ("sort", &wanted.sort)]);
    let mut plans = reader.plans().await?;
    plans.retain(|plan| {
        is_in(plan.state, &wanted.state) && (plan.title.contains(words) || plan.number.contains(words))
    });
    sort(&mut plans, &wanted.sort);
    let rows = plans.iter().map(|plan| Row::of(reader, plan));
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(rows)).await;
    }
    let total = i64::try_from(plans.len()).unwrap_or(i64::MAX);
    let pager = Pager::new(wanted.page, total, format!("{files}page="));
    let (skip, lines) = (usize::try_from((pager.page - 1) * LINES), usize::try_from(LINES));
    let rows = rows.skip(skip.unwrap_or(0)).take(lines.unwrap_or(0));
    let may_draft = reader.may_prepare(reader.post.unit);
    Ok(rendered(&PlansPage {
        plans: rows.collect(),
        frame: Frame::of(&signed, "方案", "/plans").await?,
        words: words.to_owned(),
        state: wanted.state,
        states: STATES,
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        pager,
        may_draft,
        files,
    }))
}

/// The list as a table.
fn table(rows: impl Iterator<Item = Row>) -> Table {
    let heads = [("方案", 24.0), ("文号", 10.0), ("印发单位", 9.0), ("状态", 5.0), ("印发日期", 6.0)];
    let mut columns = export::columns(&heads);
    columns.extend(export::numbers(&["事项"]));
    let mut table = Table::new("方案", "方案清单", columns);
    for row in rows {
        let words = [&row.title, &row.number, &row.issuer, row.state, &row.issued];
        let mut cells: Vec<Cell> = words.into_iter().map(Cell::words).collect();
        cells.push(export::count(row.entries));
        table.rows.push(cells);
    }
    table
}
