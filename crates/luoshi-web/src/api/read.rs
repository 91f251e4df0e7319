//! What is read.

use axum::Json;
use axum::extract::{Path, Query};
use luoshi_app::{MOST_TOLD, Scope, Told};
use luoshi_engine::{EntryNo, PlanId};

use super::caller::Caller;
use super::model::{
    AsOf, EntryBody, HappenedBody, LineBody, Listed, MeBody, MessageBody, Part, PlanBody, UnitBody, Wanted,
};
use super::problem::{Problems, Result};

/// 我是谁
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = MeBody), Problems))]
pub(crate) async fn me(caller: Caller) -> Result<Json<MeBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    Ok(Json(MeBody {
        person: reader.actor.person.0,
        name: reader.context.org.person_name(reader.actor.person),
        post: reader.post.id.0,
        unit: UnitBody::of(reader, reader.post.unit),
        title: reader.post.title.clone(),
        roles: reader.post.roles.iter().map(|role| role.word().to_owned()).collect(),
    }))
}

/// 我的待办，先到期的在前
#[utoipa::path(get, path = "/api/v1/desk", params(Part),
    responses((status = 200, body = Listed<LineBody>), Problems))]
pub(crate) async fn desk(caller: Caller, Query(part): Query<Part>) -> Result<Json<Listed<LineBody>>> {
    caller.needs(Scope::Read)?;
    let (rows, total) = caller.reader.desk(part.page()).await?;
    let items = rows.iter().map(|row| LineBody::of(&caller.reader, row)).collect();
    Ok(Json(Listed { items, total }))
}

/// 给我的提醒，新的在前；发到我几个岗位的同一条只列一次
#[utoipa::path(get, path = "/api/v1/messages", params(Part),
    responses((status = 200, body = Listed<MessageBody>), Problems))]
pub(crate) async fn messages(caller: Caller, Query(part): Query<Part>) -> Result<Json<Listed<MessageBody>>> {
    caller.needs(Scope::Read)?;
    let (told, _) = caller.reader.reminders(Told::All, MOST_TOLD).await?;
    Ok(Json(part.of(told, MessageBody::from)))
}

/// 现有的单位
#[utoipa::path(get, path = "/api/v1/units", responses((status = 200, body = Vec<UnitBody>), Problems))]
pub(crate) async fn units(caller: Caller) -> Result<Json<Vec<UnitBody>>> {
    caller.needs(Scope::Read)?;
    let today = caller.reader.now.date();
    let units = caller.reader.context.org.units.values().filter(|unit| unit.exists(today));
    let body = units.map(|unit| UnitBody {
        id: unit.id.0,
        name: unit.name().to_owned(),
        kind: Some(unit.kind.clone()),
        parent: unit.parent().map(|parent| parent.0),
    });
    Ok(Json(body.collect()))
}

/// 我能看到的方案，新的在前
#[utoipa::path(get, path = "/api/v1/plans", responses((status = 200, body = Vec<PlanBody>), Problems))]
pub(crate) async fn plans(caller: Caller) -> Result<Json<Vec<PlanBody>>> {
    caller.needs(Scope::Read)?;
    let plans = caller.reader.plans().await?;
    Ok(Json(plans.iter().map(|plan| PlanBody::of(&caller.reader, plan)).collect()))
}

/// 一个方案
#[utoipa::path(get, path = "/api/v1/plans/{plan}", params(("plan" = i64, Path)),
    responses((status = 200, body = PlanBody), Problems))]
pub(crate) async fn plan(caller: Caller, Path(plan): Path<i64>) -> Result<Json<PlanBody>> {
    caller.needs(Scope::Read)?;
    let plan = caller.reader.plan(PlanId(plan)).await?;
    Ok(Json(PlanBody::of(&caller.reader, &plan)))
}

/// 方案的事项，可看以往某日的情况
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries", params(("plan" = i64, Path), Wanted, Part),
    responses((status = 200, body = Listed<LineBody>), Problems))]
pub(crate) async fn entries(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<LineBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let (at, order) = (reader.past_end(wanted.as_of), wanted.sort.unwrap_or_default().into());
    let (rows, total) = reader.entries_at(&plan, wanted.into(), order, part.page(), at).await?;
    let items = rows.iter().map(|row| LineBody::of(reader, row)).collect();
    Ok(Json(Listed { items, total }))
}

/// 一个事项，和我现在能办的步骤；可看以往某日的情况
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries/{no}",
    params(("plan" = i64, Path), ("no" = i64, Path), AsOf),
    responses((status = 200, body = EntryBody), Problems))]
pub(crate) async fn entry(
    caller: Caller,
    Path((plan, no)): Path<(i64, i64)>,
    Query(AsOf { as_of }): Query<AsOf>,
) -> Result<Json<EntryBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let at = reader.past_end(as_of);
    let view = reader.entry(PlanId(plan), EntryNo(no), at).await?;
    let pack = reader.pack(&view.plan)?;
    Ok(Json(EntryBody::of(reader, pack, &view, at).await))
}

/// 一个事项的经过
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries/{no}/history",
    params(("plan" = i64, Path), ("no" = i64, Path)),
    responses((status = 200, body = Vec<HappenedBody>), Problems))]
pub(crate) async fn history(
    caller: Caller,
    Path((plan, no)): Path<(i64, i64)>,
) -> Result<Json<Vec<HappenedBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let view = reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let pack = reader.pack(&view.plan)?;
    Ok(Json(view.history.iter().map(|at| HappenedBody::of(reader, pack, &view, at)).collect()))
}
