//! A plan as a whole: its registers, who has what, what happened, the versions of its text.

use axum::Json;
use axum::extract::{Path, Query};
use luoshi_app::{Happening, Reader, Scope, Telling, Version};
use luoshi_engine::{Event, Plan, PlanId};
use luoshi_pack::{Field, Register};
use luoshi_store::RegisterRow;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::model::{AsOf, FileBody, LineBody, UnitBody, moment, phase, who, word};
use super::problem::{Problems, Result};

/// A field of a register.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldBody {
    key: String,
    title: String,
    /// `text`, `number`, `money`, `date`, `choice`, `unit`, `person`, `place`, `file`, `reference`.
    kind: String,
    /// What a number is counted in.
    unit: Option<String>,
    choices: Vec<String>,
    required: bool,
    confidential: bool,
}

impl From<&Field> for FieldBody {
    fn from(field: &Field) -> Self {
        Self {
            key: field.key.clone(),
            title: field.title.clone(),
            kind: word(&field.kind),
            unit: field.unit.clone(),
            choices: field.choices.clone(),
            required: field.required,
            confidential: field.confidential,
        }
    }
}

/// A state of a register's flow.
#[derive(Serialize, ToSchema)]
pub(crate) struct StateBody {
    key: String,
    title: String,
    /// `open`, `submitted`, `done`, `void`.
    phase: String,
}

/// A register of a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct RegisterBody {
    key: String,
    title: String,
    fields: Vec<FieldBody>,
    states: Vec<StateBody>,
    /// The units for which the caller may add an entry.
    leads: Vec<i64>,
}

/// 方案的台账：栏目、状态、我能为哪些单位新增
#[utoipa::path(get, path = "/api/v1/plans/{plan}/registers", params(("plan" = i64, Path)),
    responses((status = 200, body = Vec<RegisterBody>), Problems))]
pub(crate) async fn registers(caller: Caller, Path(plan): Path<i64>) -> Result<Json<Vec<RegisterBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let pack = reader.pack(&plan)?;
    let addable = reader.addable(pack, &plan);
    let body = |register: &Register| RegisterBody {
        key: register.key.clone(),
        title: register.title.clone(),
        fields: register.fields.iter().map(FieldBody::from).collect(),
        states: register
            .flow
            .states
            .iter()
            .map(|state| StateBody {
                key: state.key.clone(),
                title: state.title.clone(),
                phase: phase(state.phase),
            })
            .collect(),
        leads: addable
            .iter()
            .filter(|addable| addable.register.key == register.key)
            .flat_map(|addable| &addable.leads)
            .map(|unit| unit.0)
            .collect(),
    };
    Ok(Json(pack.registers.iter().map(body).collect()))
}

/// The tasks of a plan by the units that have them.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatrixBody {
    /// The units, as the organisation lists them.
    units: Vec<UnitBody>,
    tasks: Vec<TaskBody>,
    /// Whether there are more tasks than are told.
    cut: bool,
}

/// A task and its entries; each tells its unit as `lead`.
#[derive(Serialize, ToSchema)]
pub(crate) struct TaskBody {
    title: String,
    entries: Vec<LineBody>,
}

/// 单位×任务
#[utoipa::path(get, path = "/api/v1/plans/{plan}/matrix", params(("plan" = i64, Path), AsOf),
    responses((status = 200, body = MatrixBody), Problems))]
pub(crate) async fn matrix(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(AsOf { as_of }): Query<AsOf>,
) -> Result<Json<MatrixBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let matrix = reader.matrix(&plan, reader.past_end(as_of)).await?;
    let units = matrix.units.into_iter().map(|unit| UnitBody::of(reader, unit)).collect();
    let tasks = matrix.tasks.into_iter().map(|(title, of)| TaskBody {
        title,
        entries: of.values().flatten().map(|row| LineBody::of(reader, row)).collect(),
    });
    Ok(Json(MatrixBody { units, tasks: tasks.collect(), cut: matrix.cut }))
}

/// How many entries of a unit in a register stand where.
#[derive(Serialize, ToSchema)]
pub(crate) struct TallyBody {
    unit: UnitBody,
    register: String,
    /// `open`, `submitted`, `done`.
    phase: String,
    light: Option<String>,
    count: i64,
}

impl TallyBody {
    fn of(reader: &Reader, row: RegisterRow) -> Self {
        Self {
            unit: UnitBody::of(reader, row.unit),
            register: row.register,
            phase: phase(row.phase),
            light: row.light,
            count: row.n,
        }
    }
}

/// 单位×台账
#[utoipa::path(get, path = "/api/v1/plans/{plan}/matrix/registers", params(("plan" = i64, Path), AsOf),
    responses((status = 200, body = Vec<TallyBody>), Problems))]
pub(crate) async fn by_register(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(AsOf { as_of }): Query<AsOf>,
) -> Result<Json<Vec<TallyBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let rows = reader.by_register(&plan, reader.past_end(as_of)).await?;
    Ok(Json(rows.into_iter().map(|row| TallyBody::of(reader, row)).collect()))
}

/// Which part of what happened.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// Only before this event: `next` of the part before.
    before: Option<i64>,
    /// Whether what time alone brought about is told as well.
    all: Option<bool>,
    /// Up to the end of this day.
    #[param(value_type = Option<String>, format = "date")]
    as_of: Option<jiff::civil::Date>,
    /// Events at a time, 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    size: Option<u32>,
}

/// What happened, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimelineBody {
    items: Vec<ToldBody>,
    /// Where to go on, as `before`; none where there is no more.
    next: Option<i64>,
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToldBody {
    seq: i64,
    at: String,
    /// Who; 0 for the system.
    person: i64,
    name: String,
    /// The unit of the post they acted in.
    unit: Option<UnitBody>,
    /// What happened, in words.
    what: String,
    /// What was said with it.
    note: String,
    /// The entry; none where it happened to the plan itself.
    entry: Option<i64>,
    number: Option<String>,
    title: Option<String>,
}

impl ToldBody {
    fn of(reader: &Reader, plan: &Plan, happening: Happening) -> Self {
        let Happening { recorded, event, entry } = happening;
        let told = match (&event, &entry, reader.pack(plan)) {
            (Event::Entry(_, event), Some(entry), Ok(pack)) => {
                Telling::of_entry(pack, &entry.opening.register, event)
            }
            (Event::Plan(event), ..) => Telling::of_plan(event),
            _ => Telling::default(),
        };
        let post = reader.context.org.posts.get(&recorded.actor.post);
        let unit = post.filter(|_| !recorded.actor.is_system()).map(|post| UnitBody::of(reader, post.unit));
        let opening = entry.as_ref().map(|entry| &entry.opening);
        Self {
            seq: recorded.seq,
            at: moment(recorded.at),
            person: recorded.actor.person.0,
            name: who(reader, &recorded),
            unit,
            what: told.what,
            note: told.said,
            entry: entry.as_ref().map(|entry| entry.no.0),
            number: opening.map(|opening| opening.number.clone()),
            title: opening.map(|opening| opening.title.clone()),
        }
    }
}

/// 方案的动态，新的在前
#[utoipa::path(get, path = "/api/v1/plans/{plan}/timeline", params(("plan" = i64, Path), Since),
    responses((status = 200, body = TimelineBody), Problems))]
pub(crate) async fn timeline(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(since): Query<Since>,
) -> Result<Json<TimelineBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let until = reader.past_end(since.as_of).unwrap_or(reader.now);
    let from = (since.before.unwrap_or(i64::MAX), until);
    let size = usize::try_from(since.size.unwrap_or(50).clamp(1, 200)).unwrap_or(1);
    let (found, next) = reader.timeline(&plan, from, !since.all.unwrap_or(false), size).await?;
    let items = found.into_iter().map(|happening| ToldBody::of(reader, &plan, happening)).collect();
    Ok(Json(TimelineBody { items, next }))
}

/// A version of a plan's text.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionBody {
    version: u32,
    at: String,
    /// The file that it was read from.
    source: FileBody,
    /// The hash of the text that was read: it is one of the plan's files.
    text: String,
    /// Why it came; empty for the first.
    reason: String,
}

impl From<Version> for VersionBody {
    fn from(version: Version) -> Self {
        Self {
            version: version.version,
            at: moment(version.at),
            source: FileBody::from(&version.source),
            text: version.text.to_string(),
            reason: version.reason,
        }
    }
}

/// 方案文稿的各个版本，旧的在前
#[utoipa::path(get, path = "/api/v1/plans/{plan}/versions", params(("plan" = i64, Path), AsOf),
    responses((status = 200, body = Vec<VersionBody>), Problems))]
pub(crate) async fn versions(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(AsOf { as_of }): Query<AsOf>,
) -> Result<Json<Vec<VersionBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let mut versions = reader.versions(plan.id).await?;
    if let Some(at) = reader.past_end(as_of) {
        versions.retain(|version| version.at <= at);
    }
    Ok(Json(versions.into_iter().map(VersionBody::from).collect()))
}
