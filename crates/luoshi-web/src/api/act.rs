//! What inspectors and leaders do: chase, instruct, call for reports, stand in, archive.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::{Date, DateTime};
use luoshi_app::{Scope, Urged, Urging};
use luoshi_engine::{
    CallFor, Command, EntryNo, Moment, OrgCommand, PersonId, PlanId, PostId, Refusal, RefusalKind,
    SystemRole, UnitId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Key};
use super::change::{KeyHeader, execute};
use super::model::{OutcomeBody, word};
use super::organise::OrganisedBody;
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::pages::plan_archive;
use crate::state::Web;

/// Entries to be chased.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UrgingIn {
    /// Which: plan and number.
    entries: Vec<EntryIn>,
    /// With which rung of the pack's ladder.
    rung: String,
    /// Why.
    reason: String,
}

/// An entry by its numbers.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
pub(crate) struct EntryIn {
    plan: i64,
    entry: i64,
}

/// What would become of a batch, or what became of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UrgedBody {
    /// Entries that are chased.
    sent: Vec<EntryIn>,
    /// Entries that are not.
    refused: Vec<RefusedBody>,
    /// Who gets how many messages.
    desks: Vec<DeskLoadBody>,
}

/// An entry that is not chased.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusedBody {
    #[serde(flatten)]
    which: EntryIn,
    /// Why.
    reason: String,
}

/// What one desk gets.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeskLoadBody {
    unit: i64,
    /// `handler`, `inspector`, …
    role: String,
    /// How many messages come with this batch.
    new: usize,
    /// How many wait for the next digest already.
    waiting: usize,
    /// How many lines a digest holds.
    budget: usize,
}

impl From<UrgingIn> for Urging {
    fn from(given: UrgingIn) -> Self {
        let entries = given.entries.into_iter().map(|of| (PlanId(of.plan), EntryNo(of.entry))).collect();
        Self { entries, rung: given.rung, reason: given.reason }
    }
}

impl From<Urged> for UrgedBody {
    fn from(urged: Urged) -> Self {
        let of = |plan: PlanId, entry: EntryNo| EntryIn { plan: plan.0, entry: entry.0 };
        Self {
            sent: urged.sent.into_iter().map(|(plan, entry, ..)| of(plan, entry)).collect(),
            refused: (urged.refused.into_iter())
                .map(|(plan, entry, _, reason)| RefusedBody { which: of(plan, entry), reason })
                .collect(),
            desks: (urged.desks.into_iter())
                .map(|desk| DeskLoadBody {
                    unit: desk.unit.0,
                    role: word(&desk.role),
                    new: desk.new,
                    waiting: desk.waiting,
                    budget: desk.budget,
                })
                .collect(),
        }
    }
}

/// That whoever chases oversees anything, and says what and why.
fn overseen(caller: &Caller, given: UrgingIn) -> Result<Urging> {
    if !caller.reader.oversees() {
        return Err(WebError::NoPage.into());
    }
    let urging = Urging::from(given);
    match urging.fault() {
        Some(fault) => Err(Refusal::new(RefusalKind::Incomplete, fault).into()),
        None => Ok(urging),
    }
}

/// 预览一批提醒：谁会收到、有没有超出当天限额
#[utoipa::path(post, path = "/api/v1/inspect/preview", request_body = UrgingIn,
    responses((status = 200, body = UrgedBody), Problems))]
pub(crate) async fn preview(caller: Caller, Json(given): Json<UrgingIn>) -> Result<Json<UrgedBody>> {
    caller.needs(Scope::Manage)?;
    let urging = overseen(&caller, given)?;
    Ok(Json(caller.reader.urging(&urging).await?.into()))
}

/// 发出一批提醒
#[utoipa::path(post, path = "/api/v1/inspect/send", params(KeyHeader), request_body = UrgingIn,
    responses((status = 200, body = UrgedBody), Problems))]
pub(crate) async fn urge(
    caller: Caller,
    Key(key): Key,
    Json(given): Json<UrgingIn>,
) -> Result<Json<UrgedBody>> {
    caller.needs(Scope::Manage)?;
    let urging = overseen(&caller, given)?;
    Ok(Json(caller.reader.urge(&caller.own(&key), &urging).await?.into()))
}

/// A leader's instruction.
#[derive(Deserialize, ToSchema)]
pub(crate) struct InstructionIn {
    /// What is to be done.
    words: String,
    /// By which day.
    #[schema(value_type = String, format = "date")]
    due: Date,
}

/// 领导批示：作为一件事单独计时
#[utoipa::path(post, path = "/api/v1/plans/{plan}/entries/{no}/instruct",
    params(("plan" = i64, Path), ("no" = i64, Path), KeyHeader), request_body = InstructionIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn instruct(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, no)): Path<(i64, i64)>,
    Json(given): Json<InstructionIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let view = caller.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let command = Command::Instruct { entry: view.entry.no, words: given.words, due: given.due };
    execute(&web, &caller, key, Some(view.plan.id), command).await
}

/// An event that a report is due after.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CallIn {
    /// What happened.
    words: String,
    /// When, in Beijing time.
    #[schema(value_type = String, example = "2026-09-03T14:30")]
    at: DateTime,
    /// Who is to report.
    units: Vec<i64>,
    /// By which day, where the plan does not say how long after it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date")]
    due: Option<Date>,
}

/// 有了事由，开出一次报送
#[utoipa::path(post, path = "/api/v1/plans/{plan}/duties/{duty}",
    params(("plan" = i64, Path), ("duty" = String, Path), KeyHeader), request_body = CallIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn call(
    caller: Caller,
    Key(key): Key,
    Path((plan, duty)): Path<(i64, String)>,
    Json(given): Json<CallIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Report)?;
    let plan = caller.reader.plan(PlanId(plan)).await?;
    let duty = plan.duties.iter().find(|known| known.key == duty).ok_or(WebError::NoPage)?;
    let call = CallFor {
        duty: duty.key.clone(),
        at: Moment::at(given.at.date(), given.at.time()),
        words: given.words,
        units: given.units.into_iter().map(UnitId).collect(),
        due: given.due,
    };
    Ok(Json(caller.reader.call_for(&caller.own(&key), &plan, call).await?.into()))
}

/// Somebody who stands in.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DelegationIn {
    /// For which post; the caller's own if not said.
    #[serde(default)]
    post: Option<i64>,
    /// Who.
    to: i64,
    /// From which day.
    #[schema(value_type = String, format = "date")]
    from: Date,
    /// To which day, a year later at most.
    #[schema(value_type = String, format = "date")]
    until: Date,
    /// Why.
    reason: String,
}

/// 请人代理岗位
#[utoipa::path(post, path = "/api/v1/delegations", params(KeyHeader), request_body = DelegationIn,
    responses((status = 200, body = OrganisedBody), Problems))]
pub(crate) async fn delegate(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Json(given): Json<DelegationIn>,
) -> Result<Json<OrganisedBody>> {
    caller.needs(Scope::Manage)?;
    let post = given.post.map_or(caller.reader.post.id, PostId);
    let (to, from, until) = (PersonId(given.to), given.from, given.until);
    let command = OrgCommand::Delegate { post, to, from, until, reason: given.reason };
    let events = web.app().organise(&caller.own(&key), &caller.reader.actor, &[command]).await?;
    Ok(Json(OrganisedBody { events }))
}

/// A stand-in that ends before its time.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EndDelegationIn {
    /// The post.
    post: i64,
    /// Who stands in.
    to: i64,
    /// The first day, as it was given.
    #[schema(value_type = String, format = "date")]
    from: Date,
    /// The last day; one before the first calls it off.
    #[schema(value_type = String, format = "date")]
    last: Date,
}

/// 提前结束代理
#[utoipa::path(post, path = "/api/v1/delegations/end", params(KeyHeader), request_body = EndDelegationIn,
    responses((status = 200, body = OrganisedBody), Problems))]
pub(crate) async fn end_delegation(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Json(given): Json<EndDelegationIn>,
) -> Result<Json<OrganisedBody>> {
    caller.needs(Scope::Manage)?;
    let (post, to) = (PostId(given.post), PersonId(given.to));
    let command = OrgCommand::EndDelegation { post, to, from: given.from, last: given.last };
    let events = web.app().organise(&caller.own(&key), &caller.reader.actor, &[command]).await?;
    Ok(Json(OrganisedBody { events }))
}

/// 出具归档包（ZIP），出具一次记一笔
#[utoipa::path(post, path = "/api/v1/plans/{plan}/archive", params(("plan" = i64, Path), KeyHeader),
    responses((status = 200, body = Vec<u8>, content_type = "application/zip"), Problems))]
pub(crate) async fn archive(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
) -> Result<Response> {
    caller.needs(Scope::Manage)?;
    Ok(plan_archive(&web, &caller.reader, plan, &caller.own(&key)).await?)
}

/// What would be forgotten, told without anything that says who it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct ForgettingBody {
    plan: i64,
    entry: i64,
    plan_title: String,
    register: String,
    number: String,
    lead: String,
    /// The titles of the personal fields that are filled in.
    fields: Vec<String>,
    /// How many files lie encrypted with it.
    files: usize,
    /// Why it cannot be done.
    refused: Option<String>,
}

/// 依法删除会删去一个事项的哪些个人信息
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries/{no}/forget",
    params(("plan" = i64, Path), ("no" = i64, Path)),
    responses((status = 200, body = ForgettingBody), Problems))]
pub(crate) async fn forgetting(
    caller: Caller,
    Path((plan, no)): Path<(i64, i64)>,
) -> Result<Json<ForgettingBody>> {
    caller.needs(Scope::Read)?;
    let found = caller.reader.forgetting(PlanId(plan), EntryNo(no)).await?;
    Ok(Json(ForgettingBody {
        plan: found.plan.0,
        entry: found.entry.0,
        plan_title: found.plan_title,
        register: found.register,
        number: found.number,
        lead: found.lead,
        fields: found.fields,
        files: found.files,
        refused: found.refused,
    }))
}

/// On what ground.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ForgetIn {
    /// In words, without the person's name: it stays in the record.
    reason: String,
}

/// 依法删除一个事项的个人信息，不能恢复
#[utoipa::path(post, path = "/api/v1/plans/{plan}/entries/{no}/forget",
    params(("plan" = i64, Path), ("no" = i64, Path), KeyHeader), request_body = ForgetIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn forget(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, no)): Path<(i64, i64)>,
    Json(given): Json<ForgetIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be(SystemRole::SecurityAdmin)?;
    let (key, which) = (caller.own(&key), (PlanId(plan), EntryNo(no)));
    Ok(Json(web.app().forget(&key, &caller.reader.actor, which, &given.reason).await?.into()))
}
