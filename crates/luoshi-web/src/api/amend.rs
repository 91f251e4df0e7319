//! A new text for a plan that runs: handed in, told change by change, in force by a person's word on each.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use luoshi_app::drafting::Waiting;
use luoshi_app::{Reader, Scope};
use luoshi_engine::{Consent, Difference, Hash, Plan, PlanId, Refusal, RefusalKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::content::ContentBody;
use super::model::{FileBody, OutcomeBody};
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::state::Web;

/// A field that differs.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiffersBody {
    field: String,
    from: String,
    to: String,
}

/// What the new text makes of an item.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChangeBody {
    /// Its number: give it with the word on it.
    no: usize,
    /// What became of it, in words.
    became: &'static str,
    /// What it is to say; what it said where it is gone.
    content: ContentBody,
    fields: Vec<DiffersBody>,
    /// The entries that carry it out and are not over.
    entries: Vec<i64>,
    /// Whether people had decided that it is not run.
    idle: bool,
    /// The words of the new text that it rests on.
    words: String,
}

impl ChangeBody {
    fn of(no: usize, difference: &Difference, words: &str) -> Self {
        let fields = difference.fields.iter();
        Self {
            no,
            became: difference.became.title(),
            content: (&difference.content).into(),
            fields: fields
                .map(|of| DiffersBody { field: of.field.clone(), from: of.from.clone(), to: of.to.clone() })
                .collect(),
            entries: difference.entries.iter().map(|no| no.0).collect(),
            idle: difference.idle,
            words: words.trim().to_owned(),
        }
    }
}

/// A new text held against what runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct ComparisonBody {
    /// The file that waits: its hash names the new text.
    source: FileBody,
    /// Whether the two texts are the same, word for word.
    idle: bool,
    /// How many items are as they were.
    same: usize,
    changes: Vec<ChangeBody>,
}

impl From<&Waiting> for ComparisonBody {
    fn from(waiting: &Waiting) -> Self {
        let comparison = &waiting.comparison;
        let changes: Vec<ChangeBody> = (comparison.changes())
            .map(|(no, difference)| ChangeBody::of(no, difference, comparison.words(difference)))
            .collect();
        Self {
            source: (&waiting.source).into(),
            idle: comparison.is_idle(),
            same: comparison.differences.len() - changes.len(),
            changes,
        }
    }
}

/// What the file is called.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// Its name with its ending.
    name: String,
}

/// A plan whose issuer the caller sees.
async fn inside(reader: &Reader, plan: i64) -> Result<Plan> {
    let plan = reader.plan(PlanId(plan)).await?;
    if reader.sees(plan.issuer) { Ok(plan) } else { Err(WebError::NoPage.into()) }
}

/// 交上修订后的方案文稿，与正在执行的逐项对照；还不生效
#[utoipa::path(post, path = "/api/v1/plans/{plan}/amend", params(("plan" = i64, Path), Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ComparisonBody), Problems))]
pub(crate) async fn compare(
    caller: Caller,
    Path(plan): Path<i64>,
    Query(of): Query<Named>,
    bytes: Bytes,
) -> Result<Json<ComparisonBody>> {
    caller.needs(Scope::Manage)?;
    let plan = inside(&caller.reader, plan).await?;
    let waiting = caller.reader.compare(&plan, &of.name, bytes.into()).await?;
    Ok(Json((&waiting).into()))
}

/// A word on a change.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum ConsentIn {
    /// As the new text says.
    Accept,
    /// Otherwise than the new text was read.
    Correct {
        /// What it is to say.
        content: ContentBody,
        /// Why.
        reason: String,
    },
    /// It stays as it is: what is new is not run, what is gone runs on.
    Keep {
        /// Why.
        reason: String,
    },
}

/// A word on each change.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AmendIn {
    /// Why the plan is amended.
    reason: String,
    /// Words by the numbers of changes.
    #[serde(default)]
    words: BTreeMap<usize, ConsentIn>,
    /// Whether changes without a word are accepted.
    #[serde(default)]
    rest: bool,
}

/// 修订生效：逐项说明按新文稿办、另行改正或者维持不变
#[utoipa::path(post, path = "/api/v1/plans/{plan}/amend/{source}",
    params(("plan" = i64, Path), ("source" = String, Path), KeyHeader), request_body = AmendIn,
    responses((status = 200, body = OutcomeBody), Problems))]
pub(crate) async fn put(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, source)): Path<(i64, String)>,
    Json(given): Json<AmendIn>,
) -> Result<Json<OutcomeBody>> {
    caller.needs(Scope::Manage)?;
    let (reader, key) = (&caller.reader, caller.own(&key));
    let plan = inside(reader, plan).await?;
    let file = Hash::parse(&source).ok_or(WebError::NoPage)?;
    if let Some(before) = reader.in_force_before(&key, &plan, file).await? {
        return Ok(Json(before.into()));
    }
    let waiting = reader.compare_again(&plan, file).await?;
    let reason = given.reason.trim().to_owned();
    let consents = consents(reader, &plan, &waiting, given)?;
    let outcome = reader.put_in_force(&key, waiting, &reason, &consents).await?;
    web.app().tick().await?;
    Ok(Json(outcome.into()))
}

/// A person's word on each change.
fn consents(
    reader: &Reader,
    plan: &Plan,
    waiting: &Waiting,
    given: AmendIn,
) -> Result<BTreeMap<usize, Consent>> {
    let (mut words, rest) = (given.words, given.rest);
    // A new text counts its years as the one before it did.
    let ground = (plan.issuer, plan.issued.unwrap_or(reader.now).date());
    let mut out = BTreeMap::new();
    for (no, difference) in waiting.comparison.changes() {
        let consent = match words.remove(&no) {
            Some(ConsentIn::Accept) => Consent::Accepted,
            Some(ConsentIn::Keep { reason }) => Consent::Kept { reason },
            Some(ConsentIn::Correct { content, reason }) => {
                let content = content.read(reader, ground, Some(&difference.content))?;
                Consent::Corrected { content: Box::new(content), reason }
            }
            None if rest => Consent::Accepted,
            None => continue,
        };
        out.insert(no, consent);
    }
    match words.keys().next() {
        Some(no) => {
            let sentence = format!("没有第{no}处变动，请对照比对结果中的编号");
            Err(Refusal::new(RefusalKind::Incomplete, sentence).into())
        }
        None => Ok(out),
    }
}
