//! A plan's board (看板): a register's entries by state.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use luoshi_engine::PlanId;
use serde::Deserialize;

use super::plan::{Choice, Head, choices};
use crate::error::{Result, encoded, rendered};
use crate::sign::Signed;
use crate::view::{Frame, Line, lines};

#[derive(Template)]
#[template(path = "states.html")]
struct BoardPage {
    frame: Frame,
    head: Head,
    registers: Vec<Choice>,
    columns: Vec<Column>,
}

/// A state and what stands in it.
struct Column {
    title: String,
    count: i64,
    more: i64,
    to: String,
    lines: Vec<Line>,
}

/// Cards of a column.
const CARDS: i64 = 12;

/// Which register.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    register: String,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let reader = &signed.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let pack = reader.pack(&plan)?;
    let register = pack.find_register(&wanted.register).or_else(|| pack.find_register(&pack.tasks));
    let head = Head::of(reader, &plan);
    let mut columns = Vec::new();
    if let Some(register) = register {
        for column in reader.by_state(&plan, register, CARDS).await? {
            let (key, state) = (encoded(&register.key), encoded(&column.state));
            columns.push(Column {
                title: column.title,
                count: column.count,
                more: (column.count - CARDS).max(0),
                to: format!("{}?register={key}&state={state}", head.to),
                lines: lines(reader, &column.rows).await?,
            });
        }
    }
    let all = pack.registers.iter().map(|register| (register.key.as_str(), register.title.as_str()));
    let chosen = register.map_or("", |register| register.key.as_str());
    Ok(rendered(&BoardPage {
        frame: Frame::of(&signed, format!("{} 看板", plan.title), "/plans").await?,
        registers: choices(all, chosen),
        columns,
        head,
    }))
}
