//! What is changed.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use luoshi_app::{EntryView, PlanFile, Request, Scope};
use luoshi_engine::{
    Command, EntryNo, Evidence, FieldValue, Hash, IssuePlan, NewEntry, PersonId, PlanId, Progress, Refusal,
    RefusalKind, StepBody, TakeStep, UnitId,
};
use luoshi_pack::{FieldKind, Register, Role};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Key};
use super::model::{FileBody, OutcomeBody};
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::state::Web;

/// The header that every command carries.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "described, never made")]
pub(crate) struct KeyHeader {
    /// 每次操作一个，重试时不变
    #[param(rename = "Idempotency-Key", max_length = 128, min_length = 1)]
    key: String,
}

/// A step to be taken.
#[derive(Deserialize, ToSchema)]
pub(crate) struct StepIn {
    /// Which.
    step: String,
    /// What it says.
    #[serde(default)]
    note: String,
    /// Fields by key, as they would be typed.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Files that were sent before: hash and name.
    #[serde(default)]
    files: Vec<FileIn>,
    /// Planned progress, percent.
    planned: Option<f64>,
    /// Actual progress, percent.
    actual: Option<f64>,
    /// A new due day.
    #[schema(value_type = Option<String>, format = "date")]
    due: Option<Date>,
    /// The unit that takes over.
    unit: Option<i64>,
    /// The last event that the caller saw.
    seen: Option<i64>,
}

/// A file that was sent before.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FileIn {
    /// Its hash, as it was told.
    hash: String,
    /// Its name.
    name: String,
}

/// 办理一步
#[utoipa::path(post, path = "/api/v1/plans/{plan}/entries/{no}/steps",
    params(("plan" = i64, Path), ("no" = i64, Path), KeyHeader), request_body = StepIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn step(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, no)): Path<(i64, i64)>,
    Json(given): Json<StepIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Report)?;
    let reader = &caller.reader;
    let view = reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let pack = reader.pack(&view.plan)?;
    let world = reader.context.world(pack, reader.now);
    let register = pack.find_register(&view.entry.opening.register).ok_or(WebError::NoPage)?;
    let mut body = StepBody {
        note: given.note.trim().to_owned(),
        progress: given.actual.map(|actual| Progress { planned: given.planned.unwrap_or(0.0), actual }),
        due: given.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        unit: given.unit.map(UnitId),
        ..StepBody::default()
    };
    for (key, words) in &given.fields {
        let field = register.find_field(key).ok_or_else(|| no_field(register, key))?;
        let value = match field.kind {
            FieldKind::File => FieldValue::File(sent_before(&web, &view, words, &field.title).await?.hash),
            _ => world.parse_field(field, words)?,
        };
        body.fields.insert(key.clone(), value);
    }
    for file in given.files {
        body.evidence.push(sent_before(&web, &view, &file.hash, &file.name).await?);
    }
    let step = TakeStep { step: given.step, body, seen: given.seen };
    let command = Command::Step { entry: view.entry.no, step: Box::new(step) };
    execute(&web, &caller, key, Some(view.plan.id), command).await
}

fn no_field(register: &Register, key: &str) -> Refusal {
    Refusal::new(RefusalKind::Incomplete, format!("{}没有“{key}”这一栏，请核对栏名", register.title))
}

async fn sent_before(web: &Web, view: &EntryView, hash: &str, name: &str) -> Result<Evidence> {
    let sentence = || format!("“{name}”的编号不对，应为上传时给出的散列值");
    let hash = Hash::parse(hash).ok_or_else(|| Refusal::new(RefusalKind::Incomplete, sentence()))?;
    Ok(web.app().sent_before(view.plan.id, view.entry.no, hash, name).await?)
}

pub(super) async fn execute(
    web: &Web,
    caller: &Caller,
    key: String,
    plan: Option<PlanId>,
    command: Command,
) -> Result<Json<OutcomeBody>> {
    let request = Request { key: caller.own(&key), actor: caller.reader.actor.clone(), plan, command };
    Ok(Json(web.app().execute(request).await?.into()))
}

/// An entry to be added.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EntryIn {
    /// Into which register.
    register: String,
    /// What it is about.
    title: String,
    /// The unit that answers for it; the caller's own if not said.
    lead: Option<i64>,
    /// Units that help.
    #[serde(default)]
    supports: Vec<i64>,
    /// When it is due.
    #[schema(value_type = Option<String>, format = "date")]
    due: Option<Date>,
    /// Fields by key, as they would be typed.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// 在台账中新增一条
#[utoipa::path(post, path = "/api/v1/plans/{plan}/entries", params(("plan" = i64, Path), KeyHeader),
    request_body = EntryIn, responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn add(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<EntryIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Report)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let pack = reader.pack(&plan)?;
    let world = reader.context.world(pack, reader.now);
    let unknown =
        || Refusal::new(RefusalKind::NotFound, format!("这一方案没有“{}”台账，请核对台账名", given.register));
    let register = pack.find_register(&given.register).ok_or_else(unknown)?;
    let mut fields = BTreeMap::new();
    for (key, words) in &given.fields {
        let field = register.find_field(key).ok_or_else(|| no_field(register, key))?;
        let value = match world.parse_field(field, words)? {
            FieldValue::File(hash) => {
                FieldValue::File(web.app().sent_for_new(register, hash, &field.title).await?)
            }
            value => value,
        };
        fields.insert(key.clone(), value);
    }
    let new = NewEntry {
        register: given.register.clone(),
        title: given.title,
        lead: given.lead.map_or(reader.post.unit, UnitId),
        supports: given.supports.into_iter().map(UnitId).collect(),
        due: given.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        fields,
        item: None,
        span: None,
        follows: None,
        expected: None,
    };
    execute(&web, &caller, key, Some(plan.id), Command::AddEntry(Box::new(new))).await
}

/// A light to be set.
#[derive(Deserialize, ToSchema)]
pub(crate) struct LightIn {
    /// Which.
    light: String,
    /// Why.
    reason: String,
}

/// 调整灯色
#[utoipa::path(post, path = "/api/v1/plans/{plan}/entries/{no}/light",
    params(("plan" = i64, Path), ("no" = i64, Path), KeyHeader), request_body = LightIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn light(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, no)): Path<(i64, i64)>,
    Json(given): Json<LightIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let view = caller.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let command = Command::SetLight { entry: view.entry.no, light: given.light, reason: given.reason };
    execute(&web, &caller, key, Some(view.plan.id), command).await
}

/// What a file is called.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// Its name with its ending.
    name: String,
    /// The plan of the entry that it is for; what a confidential register takes must say it.
    plan: Option<i64>,
    /// The number of the entry that it is for.
    entry: Option<i64>,
}

/// 上传一个文件，供办理时引用
#[utoipa::path(post, path = "/api/v1/files", params(Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = FileBody), Problems))]
pub(crate) async fn file(
    State(web): State<Web>,
    caller: Caller,
    Query(named): Query<Named>,
    bytes: Bytes,
) -> Result<Json<FileBody>> {
    caller.needs(Scope::Report)?;
    if caller.reader.post.roles.iter().all(|role| *role == Role::Reader) {
        let sentence = "这一岗位只能查看，不能上传文件，请换一个岗位";
        return Err(Refusal::new(RefusalKind::NotAllowed, sentence).into());
    }
    let kept = match (named.plan, named.entry) {
        (Some(plan), Some(no)) => {
            let view = caller.reader.entry(PlanId(plan), EntryNo(no), None).await?;
            web.app().attach_to(view.plan.id, view.entry.no, &named.name, bytes.into()).await?
        }
        (None, None) => web.app().attach(&named.name, bytes.into()).await?,
        _ => return Err(WebError::Malformed(String::from("plan 和 entry 要么都写，要么都不写")).into()),
    };
    Ok(Json(FileBody::from(&kept)))
}

/// A plan's file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DraftOf {
    /// The file's name.
    name: String,
    /// Which of the plans in it, from 0.
    #[serde(default)]
    index: Option<u32>,
    /// The day of issue, where the text does not tell.
    #[param(value_type = Option<String>, format = "date")]
    issued: Option<Date>,
}

/// 由文件起草方案
#[utoipa::path(post, path = "/api/v1/plans", params(DraftOf, KeyHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn draft(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Query(of): Query<DraftOf>,
    bytes: Bytes,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let index = usize::try_from(of.index.unwrap_or(0)).unwrap_or(usize::MAX);
    let issuer = caller.reader.post.unit;
    let file = PlanFile { name: of.name, bytes: bytes.into(), index, issuer, issued: of.issued };
    Ok(Json(web.app().draft(&caller.own(&key), &caller.reader.actor, file).await?.into()))
}

/// How a plan is issued.
#[derive(Deserialize, ToSchema)]
pub(crate) struct IssueIn {
    /// The pack that it runs on.
    pack: String,
    /// The document number.
    number: String,
    /// Who approved it.
    approver: i64,
    /// Its last day.
    #[schema(value_type = Option<String>, format = "date")]
    end: Option<Date>,
}

/// 印发方案
#[utoipa::path(post, path = "/api/v1/plans/{plan}/issue", params(("plan" = i64, Path), KeyHeader),
    request_body = IssueIn, responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn issue(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<IssueIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let plan = caller.reader.plan(PlanId(plan)).await?;
    let issue = IssuePlan { number: given.number, approver: PersonId(given.approver), end: given.end };
    let command = Command::Issue { pack: given.pack, issue: Box::new(issue) };
    execute(&web, &caller, key, Some(plan.id), command).await
}

/// Why a plan is closed.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CloseIn {
    /// In words.
    reason: String,
}

/// 归档或撤销方案
#[utoipa::path(post, path = "/api/v1/plans/{plan}/close", params(("plan" = i64, Path), KeyHeader),
    request_body = CloseIn, responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn close(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<CloseIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let plan = caller.reader.plan(PlanId(plan)).await?;
    execute(&web, &caller, key, Some(plan.id), Command::Close { reason: given.reason }).await
}
