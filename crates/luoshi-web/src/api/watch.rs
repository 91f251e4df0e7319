//! What is watched over: the dashboard with the entries behind its figures, lights, units that do not stir,
//! units that fail again.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Query;
use luoshi_app::{ALARMS, Board, Came, Counts, Reader, Scope};
use luoshi_engine::{PlanId, UnitId};
use luoshi_store::{Seen, SeenOrder};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::model::{LineBody, Listed, Part, UnitBody, moment};
use super::problem::{Failed, Problems, Result};
use crate::error::WebError;
use crate::pages::{BACK, Behind};

/// Which of what is watched over.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Watched {
    /// Of this plan alone.
    plan: Option<i64>,
    /// Of this unit and all below it.
    unit: Option<i64>,
}

impl Watched {
    fn plan(&self) -> Option<PlanId> {
        self.plan.map(PlanId)
    }

    /// Those that are asked for, of units that were found.
    fn of<T>(&self, reader: &Reader, found: Vec<T>, unit: impl Fn(&T) -> UnitId) -> Vec<T> {
        let Some(wanted) = self.unit else { return found };
        let wanted = reader.unit_and_below(UnitId(wanted));
        found.into_iter().filter(|one| wanted.contains(&unit(one))).collect()
    }
}

/// Those who inspect and lead; for all others there is nothing.
fn overseer(caller: &Caller) -> std::result::Result<&Reader, Failed> {
    caller.needs(Scope::Read)?;
    if caller.reader.oversees() { Ok(&caller.reader) } else { Err(WebError::NoPage.into()) }
}

/// In which order entries are listed.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sort {
    /// The gravest light first.
    #[default]
    Light,
    /// The first due first.
    Due,
    /// The last due first.
    DueLast,
    /// By unit.
    Unit,
    /// By plan.
    Plan,
}

impl From<Sort> for SeenOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Light => Self::Light,
            Sort::Due => Self::Due,
            Sort::DueLast => Self::DueLast,
            Sort::Unit => Self::Unit,
            Sort::Plan => Self::Plan,
        }
    }
}

/// Which lights.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lit {
    /// This light; any that calls for attention if not said.
    light: Option<String>,
    /// In this register.
    register: Option<String>,
    /// In this order; the gravest light first where none is given.
    sort: Option<Sort>,
}

/// 亮灯的事项
#[utoipa::path(get, path = "/api/v1/inspect/entries", params(Watched, Lit, Part),
    responses((status = 200, body = Listed<LineBody>), Problems))]
pub(crate) async fn lights(
    caller: Caller,
    Query(watched): Query<Watched>,
    Query(lit): Query<Lit>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<LineBody>>> {
    let reader = overseer(&caller)?;
    let seeing = reader.seeing(watched.plan()).await?;
    let mut lights = reader.lights(&seeing.plans, &ALARMS);
    lights.retain(|light| lit.light.as_ref().is_none_or(|wanted| wanted == light));
    if lights.is_empty() {
        return Ok(Json(Listed { items: Vec::new(), total: 0 }));
    }
    let seen = Seen {
        lights,
        leads: watched.unit.map(|unit| reader.unit_and_below(UnitId(unit))),
        register: lit.register,
        order: lit.sort.unwrap_or_default().into(),
        ..Seen::default()
    };
    let (rows, total) = reader.seen(&seeing.sight, &seen, part.page()).await?;
    let items = rows.iter().map(|row| LineBody::of(reader, row)).collect();
    Ok(Json(Listed { items, total }))
}

/// For how long.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// Days without anything done, 7 if not said.
    #[param(minimum = 1, maximum = 365)]
    days: Option<u32>,
}

/// A unit that owes something and does not stir.
#[derive(Serialize, ToSchema)]
pub(crate) struct SilentBody {
    unit: UnitBody,
    /// How many entries it owes.
    open: i64,
    /// When somebody of it last did something; none where nobody ever did.
    last: Option<String>,
}

/// 没有动静的单位，最久的在前
#[utoipa::path(get, path = "/api/v1/inspect/silent", params(Watched, Days),
    responses((status = 200, body = Vec<SilentBody>), Problems))]
pub(crate) async fn silent(
    caller: Caller,
    Query(watched): Query<Watched>,
    Query(Days { days }): Query<Days>,
) -> Result<Json<Vec<SilentBody>>> {
    let reader = overseer(&caller)?;
    let seeing = reader.seeing(watched.plan()).await?;
    let found = reader.silent(&seeing, i64::from(days.unwrap_or(7).clamp(1, 365))).await?;
    let found = watched.of(reader, found, |silent| silent.unit).into_iter().map(|silent| SilentBody {
        unit: UnitBody::of(reader, silent.unit),
        open: silent.open,
        last: silent.last.map(moment),
    });
    Ok(Json(found.collect()))
}

/// A unit that failed more than once.
#[derive(Serialize, ToSchema)]
pub(crate) struct FailingBody {
    unit: UnitBody,
    /// Overdue and not handed in.
    overdue: i64,
    /// Handed in late.
    late: i64,
    /// Returned at least once.
    returned: i64,
    /// All of these.
    times: i64,
}

/// 屡次失误的单位，九十天内到期的事项，失误多的在前
#[utoipa::path(get, path = "/api/v1/inspect/failing", params(Watched),
    responses((status = 200, body = Vec<FailingBody>), Problems))]
pub(crate) async fn failing(
    caller: Caller,
    Query(watched): Query<Watched>,
) -> Result<Json<Vec<FailingBody>>> {
    let reader = overseer(&caller)?;
    let seeing = reader.seeing(watched.plan()).await?;
    let found = reader.offenders(&seeing, BACK).await?;
    let found = watched.of(reader, found, |offender| offender.unit).into_iter().map(|offender| FailingBody {
        unit: UnitBody::of(reader, offender.unit),
        overdue: offender.overdue,
        late: offender.late,
        returned: offender.returned,
        times: offender.times(),
    });
    Ok(Json(found.collect()))
}

/// How many entries stand where.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountsBody {
    done: i64,
    submitted: i64,
    open: i64,
    /// Those that are not done by the colour of their light; `grey` without one.
    lights: BTreeMap<String, i64>,
}

impl From<Counts> for CountsBody {
    fn from(counts: Counts) -> Self {
        let Counts { done, submitted, open, lights } = counts;
        Self { done, submitted, open, lights }
    }
}

/// What fell due, and what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CameBody {
    on_time: i64,
    late: i64,
    missing: i64,
}

impl From<Came> for CameBody {
    fn from(came: Came) -> Self {
        let Came { on_time, late, missing } = came;
        Self { on_time, late, missing }
    }
}

/// The figures of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanCounts {
    plan: i64,
    counts: CountsBody,
}

/// The figures of a unit with all below it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitCounts {
    unit: UnitBody,
    counts: CountsBody,
}

/// What fell due in a week.
#[derive(Serialize, ToSchema)]
pub(crate) struct WeekBody {
    /// Its first day.
    start: String,
    came: CameBody,
}

/// How timely a unit is with all below it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelyBody {
    unit: UnitBody,
    came: CameBody,
}

/// The dashboard.
#[derive(Serialize, ToSchema)]
pub(crate) struct BoardBody {
    all: CountsBody,
    /// The newest first.
    plans: Vec<PlanCounts>,
    /// Those right below the caller's, each with all below it.
    units: Vec<UnitCounts>,
    /// The last weeks, the oldest first.
    weeks: Vec<WeekBody>,
    /// In these weeks.
    timely: Vec<TimelyBody>,
}

impl BoardBody {
    fn of(reader: &Reader, board: Board) -> Self {
        let unit = |id| UnitBody::of(reader, id);
        let plans = board.plans.into_iter();
        let units = board.units.into_iter();
        let weeks = board.weeks.into_iter();
        let timely = board.timely.into_iter();
        Self {
            all: board.all.into(),
            plans: plans.map(|(plan, of)| PlanCounts { plan: plan.0, counts: of.into() }).collect(),
            units: units.map(|(id, of)| UnitCounts { unit: unit(id), counts: of.into() }).collect(),
            weeks: weeks
                .map(|(start, of)| WeekBody { start: start.date().to_string(), came: of.into() })
                .collect(),
            timely: timely.map(|(id, of)| TimelyBody { unit: unit(id), came: of.into() }).collect(),
        }
    }
}

/// Of which plan.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfPlan {
    /// Of this plan alone.
    plan: Option<i64>,
}

/// 看板的各项数字
#[utoipa::path(get, path = "/api/v1/board", params(OfPlan),
    responses((status = 200, body = BoardBody), Problems))]
pub(crate) async fn board(caller: Caller, Query(OfPlan { plan }): Query<OfPlan>) -> Result<Json<BoardBody>> {
    let reader = overseer(&caller)?;
    let seeing = reader.seeing(plan.map(PlanId)).await?;
    Ok(Json(BoardBody::of(reader, reader.board(&seeing).await?)))
}

/// 看板各项数字背后的事项
#[utoipa::path(get, path = "/api/v1/board/entries", params(Behind, Part),
    responses((status = 200, body = Listed<LineBody>), Problems))]
pub(crate) async fn behind(
    caller: Caller,
    Query(behind): Query<Behind>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<LineBody>>> {
    let reader = overseer(&caller)?;
    let (seeing, seen) = behind.sought(reader).await?;
    let (rows, total) = reader.seen(&seeing.sight, &seen, part.page()).await?;
    let items = rows.iter().map(|row| LineBody::of(reader, row)).collect();
    Ok(Json(Listed { items, total }))
}
