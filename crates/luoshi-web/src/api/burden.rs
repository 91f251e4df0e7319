//! What is asked of units.

use axum::Json;
use axum::extract::Query;
use luoshi_app::{BurdenWanted, Reader, Scope};
use luoshi_engine::{PlanId, UnitId};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::model::{AskedOf, UnitBody};
use super::problem::{Problems, Result};

/// How many requests of each kind.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedBody {
    /// Reports due.
    report: i64,
    /// Tasks given.
    task: i64,
    /// Reminders and slips.
    chase: i64,
    /// Checks and what others added to registers.
    check: i64,
}

impl From<[i64; 4]> for AskedBody {
    fn from([report, task, chase, check]: [i64; 4]) -> Self {
        Self { report, task, chase, check }
    }
}

/// What is asked of one unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitAskedBody {
    unit: UnitBody,
    asked: AskedBody,
    /// How many each week, the oldest first.
    weeks: Vec<i64>,
    /// How many units ask.
    askers: usize,
}

/// What one unit asks under one plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskerBody {
    by: UnitBody,
    plan: i64,
    asked: AskedBody,
    /// Of how many units.
    units: usize,
}

/// One of several requests for the same.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskBody {
    plan: i64,
    words: String,
    /// When it is due, in words; empty for tasks.
    due: String,
}

/// The same thing asked of the same units twice.
#[derive(Serialize, ToSchema)]
pub(crate) struct RepeatedBody {
    thing: String,
    asks: Vec<AskBody>,
    units: Vec<UnitBody>,
}

/// What is asked of units.
#[derive(Serialize, ToSchema)]
pub(crate) struct BurdenBody {
    /// The first day of each week, the oldest first.
    weeks: Vec<String>,
    units: Vec<UnitAskedBody>,
    askers: Vec<AskerBody>,
    repeated: Vec<RepeatedBody>,
}

impl BurdenBody {
    fn of(reader: &Reader, burden: luoshi_app::Burden) -> Self {
        let unit = |id| UnitBody::of(reader, id);
        let ask = |(plan, words, due): (PlanId, String, String)| AskBody { plan: plan.0, words, due };
        Self {
            weeks: burden.weeks.iter().map(|start| start.date().to_string()).collect(),
            units: burden
                .units
                .into_iter()
                .map(|of| UnitAskedBody {
                    unit: unit(of.unit),
                    asked: of.kinds.into(),
                    weeks: of.weeks,
                    askers: of.askers.len(),
                })
                .collect(),
            askers: burden
                .askers
                .into_iter()
                .map(|of| AskerBody {
                    by: unit(of.by),
                    plan: of.plan.0,
                    asked: of.kinds.into(),
                    units: of.units.len(),
                })
                .collect(),
            repeated: burden
                .repeated
                .into_iter()
                .map(|of| RepeatedBody {
                    thing: of.thing,
                    asks: of.asks.into_iter().map(ask).collect(),
                    units: of.units.into_iter().map(unit).collect(),
                })
                .collect(),
        }
    }
}

/// 向各单位提的要求：每周多少、由谁提出、有没有重复
#[utoipa::path(get, path = "/api/v1/burden", params(AskedOf),
    responses((status = 200, body = BurdenBody), Problems))]
pub(crate) async fn asked(caller: Caller, Query(wanted): Query<AskedOf>) -> Result<Json<BurdenBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let wanted = BurdenWanted {
        weeks: i64::from(wanted.weeks.unwrap_or(12)),
        plan: wanted.plan.map(PlanId),
        units: wanted.unit.map(|unit| reader.unit_and_below(UnitId(unit))),
        ask: None,
    };
    let burden = reader.burden(&reader.asking().await?, &wanted).await?;
    Ok(Json(BurdenBody::of(reader, burden)))
}
