//! What a person says on the items of a draft.

use axum::Json;
use axum::extract::{Path, State};
use luoshi_app::Scope;
use luoshi_app::drafting::{Review, Split};
use luoshi_engine::{Command, Decision, ItemNo, PlanId, Refusal, RefusalKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Key};
use super::change::{KeyHeader, execute};
use super::content::ContentBody;
use super::model::OutcomeBody;
use super::problem::{Problems, Result};
use crate::state::Web;

/// A word on an item.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum WordIn {
    /// It is as it was read.
    Confirm,
    /// It is otherwise.
    Correct {
        /// What it says.
        content: ContentBody,
        /// Why.
        reason: String,
    },
    /// It is part of another item.
    Merge {
        /// Which.
        into: i64,
        /// Why.
        reason: String,
    },
    /// It is nothing to be run.
    Drop {
        /// Why.
        reason: String,
    },
    /// It is two.
    Split {
        /// What is left of it.
        rest: ContentBody,
        /// What is split off.
        part: ContentBody,
        /// Why.
        reason: String,
    },
}

/// A word on an item, and the item as the caller saw it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DecisionIn {
    #[serde(flatten)]
    word: WordIn,
    /// The mark under which the draft told the item; without it whatever stands there is decided on.
    #[serde(default)]
    seen: Option<String>,
}

/// 对草稿中的一项表态：确认、改正、并入、删去、拆分
#[utoipa::path(post, path = "/api/v1/plans/{plan}/draft/items/{no}",
    params(("plan" = i64, Path), ("no" = i64, Path), KeyHeader), request_body = DecisionIn,
    responses((status = 200, body = DecidedBody), Problems))]
pub(crate) async fn decide(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, no)): Path<(i64, i64)>,
    Json(DecisionIn { word, seen }): Json<DecisionIn>,
) -> Result<Json<DecidedBody>> {
    caller.needs(Scope::Manage)?;
    let reader = &caller.reader;
    let review = reader.review(PlanId(plan)).await?;
    let (no, ground) = (ItemNo(no), (review.plan.issuer, review.dated));
    let (item, decided) = review.item(no)?;
    let now = Review::content(item, decided.map(|(decision, _)| decision)).clone();
    let decision = match word {
        WordIn::Confirm => Decision::Confirmed,
        WordIn::Drop { reason } => Decision::Dropped { reason },
        WordIn::Merge { into, reason } => Decision::Merged { into: ItemNo(into), reason },
        WordIn::Correct { content, reason } => {
            let content = content.read(reader, ground, Some(&now))?;
            if content == item.content {
                Decision::Confirmed
            } else {
                Decision::Corrected { content, reason }
            }
        }
        WordIn::Split { rest, part, reason } => {
            let rest = rest.read(reader, ground, Some(&now))?;
            let part = part.read(reader, ground, Some(&now))?;
            let split = Split { item: no, rest, part, reason, seen };
            web.app().split_item(&caller.own(&key), &reader.actor, &review, split).await?;
            return Ok(Json(DecidedBody { items: 2 }));
        }
    };
    web.app().decide_item(&caller.own(&key), &reader.actor, review.plan.id, (no, decision), seen).await?;
    Ok(Json(DecidedBody { items: 1 }))
}

/// An item that the text does not say.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ItemIn {
    /// What it says.
    content: ContentBody,
    /// Why.
    reason: String,
}

/// 在草稿中补一项
#[utoipa::path(post, path = "/api/v1/plans/{plan}/draft/items", params(("plan" = i64, Path), KeyHeader),
    request_body = ItemIn, responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn add(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<ItemIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let review = caller.reader.review(PlanId(plan)).await?;
    let content = Box::new(given.content.read(&caller.reader, (review.plan.issuer, review.dated), None)?);
    let command = Command::AddItem { content, reason: given.reason, of: None, seen: None };
    execute(&web, &caller, key, Some(review.plan.id), command).await
}

/// Which kind of items.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KindIn {
    /// `task`, `duty`, `quota`, `rule`, `stage`, `group`.
    kind: String,
}

/// What became of many items.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConfirmedBody {
    /// How many were confirmed.
    done: usize,
    /// How many were left, because they cannot be issued as they stand.
    left: usize,
}

/// 整类确认还没有表态的各项
#[utoipa::path(post, path = "/api/v1/plans/{plan}/draft/confirm", params(("plan" = i64, Path), KeyHeader),
    request_body = KindIn, responses((status = 200, body = ConfirmedBody), Problems))]
pub(crate) async fn confirm(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<KindIn>,
) -> Result<Json<ConfirmedBody>> {
    caller.needs(Scope::Manage)?;
    let review = caller.reader.review(PlanId(plan)).await?;
    let done = web.app().confirm_kind(&caller.own(&key), &caller.reader, &review, &given.kind).await?;
    Ok(Json(ConfirmedBody { done: done.done, left: done.left }))
}

/// A name of the text and the unit that it means.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NameIn {
    /// As the text writes it.
    name: String,
    /// As the directory has it.
    unit: String,
}

/// How many items were decided on.
#[derive(Serialize, ToSchema)]
pub(crate) struct DecidedBody {
    items: usize,
}

/// 说明一个名称是指哪个单位，用到它的各项一并改正
#[utoipa::path(post, path = "/api/v1/plans/{plan}/draft/units", params(("plan" = i64, Path), KeyHeader),
    request_body = NameIn, responses((status = 200, body = DecidedBody), Problems))]
pub(crate) async fn name(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(plan): Path<i64>,
    Json(given): Json<NameIn>,
) -> Result<Json<DecidedBody>> {
    caller.needs(Scope::Manage)?;
    if given.name.trim().is_empty() || given.unit.trim().is_empty() {
        return Err(Refusal::new(RefusalKind::Incomplete, "请写明名称和它所指的单位").into());
    }
    let review = caller.reader.review(PlanId(plan)).await?;
    let of = (given.name.as_str(), given.unit.as_str());
    let items = web.app().name_unit(&caller.own(&key), &caller.reader, &review, of).await?;
    Ok(Json(DecidedBody { items }))
}
