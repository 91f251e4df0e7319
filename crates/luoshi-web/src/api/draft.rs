//! A draft beside its text: what was read, what was found, what was decided.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use luoshi_app::drafting::{Review, Trouble};
use luoshi_app::{Reader, Scope};
use luoshi_engine::{Decision, DraftItem, ItemNo, PersonId, PlanId};
use luoshi_plan::check::find_check;
use luoshi_text::{Diagnostic, Level, Span};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::content::ContentBody;
use super::model::{FileBody, PlanBody};
use super::problem::{Problems, Result};

/// A stretch of the plan's text, in bytes of UTF-8.
#[derive(Serialize, ToSchema)]
pub(crate) struct SpanBody {
    start: u32,
    /// One past the last.
    end: u32,
}

impl From<Span> for SpanBody {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// What was found in a plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct FindingBody {
    /// The name of the fault; it never changes its meaning.
    code: String,
    /// `error`, `warning`, `hint`.
    level: &'static str,
    /// What is wrong.
    message: String,
    /// What to do about it.
    help: Option<String>,
    /// Why it matters.
    why: &'static str,
    /// The words it rests on.
    words: String,
    /// Where they stand.
    span: SpanBody,
}

impl FindingBody {
    fn of(found: &Diagnostic, text: &str) -> Self {
        Self {
            code: found.code.clone(),
            level: match found.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Hint => "hint",
            },
            message: found.message.clone(),
            help: found.help.clone(),
            why: find_check(&found.code).map_or("", |check| check.why),
            words: text.get(found.span.range()).unwrap_or_default().to_owned(),
            span: found.span.into(),
        }
    }
}

/// An item of a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct ItemBody {
    no: i64,
    /// `open`, `confirmed`, `corrected`, `merged`, `dropped`.
    state: &'static str,
    /// What it says by now.
    content: ContentBody,
    /// The words of the text that it rests on.
    words: Option<String>,
    /// Where they stand; none where a person added it.
    span: Option<SpanBody>,
    /// Why it cannot be issued as it stands.
    troubles: Vec<String>,
    /// Why it was decided so.
    reason: Option<String>,
    /// The item that it was merged into.
    into: Option<i64>,
    /// Who decided.
    by: Option<String>,
    /// Its mark: give it as `seen` with a decision.
    seen: String,
}

impl ItemBody {
    fn of(
        reader: &Reader,
        review: &Review,
        (item, decided): (&DraftItem, Option<&(Decision, PersonId)>),
        troubles: Option<&Vec<Trouble>>,
    ) -> Self {
        let decision = decided.map(|(decision, _)| decision);
        let (state, reason, into) = match decision {
            None => ("open", None, None),
            Some(Decision::Confirmed) => ("confirmed", None, None),
            Some(Decision::Corrected { reason, .. }) => ("corrected", Some(reason), None),
            Some(Decision::Merged { into, reason }) => ("merged", Some(reason), Some(into.0)),
            Some(Decision::Dropped { reason }) => ("dropped", Some(reason), None),
        };
        // Who decided is told to those alone who see how it came about.
        let by = decided.map(|(_, by)| *by).filter(|by| *by != PersonId::default());
        Self {
            no: item.no.0,
            state,
            content: Review::content(item, decision).into(),
            words: item.span.and_then(|span| review.text().get(span.range())).map(str::to_owned),
            span: item.span.map(SpanBody::from),
            troubles: troubles.into_iter().flatten().map(Trouble::sentence).collect(),
            reason: reason.cloned(),
            into,
            by: by.map(|by| reader.context.org.person_name(by)),
            seen: Decision::mark(decision),
        }
    }
}

/// A draft beside its text.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftBody {
    plan: PlanBody,
    /// The file that it was read from.
    source: Option<FileBody>,
    /// The hash of its text: it is one of the plan's files.
    text: Option<String>,
    /// The document number that the text gives; empty where it gives none.
    document_number: String,
    /// What was found, in the order of the text.
    findings: Vec<FindingBody>,
    items: Vec<ItemBody>,
    /// Names that no unit bears, and the items that have them.
    unknown_names: BTreeMap<String, Vec<i64>>,
    /// Whether the caller may decide on items.
    may_decide: bool,
    /// Whether the caller may issue the plan or give it up.
    may_issue: bool,
}

impl DraftBody {
    fn of(reader: &Reader, review: &Review) -> Self {
        let troubles = review.troubles(reader);
        let item = |(item, decided): &(DraftItem, Option<(Decision, PersonId)>)| {
            ItemBody::of(reader, review, (item, decided.as_ref()), troubles.get(&item.no))
        };
        let numbers = |items: Vec<ItemNo>| items.into_iter().map(|no| no.0).collect();
        let unknown = review.unknown_names(reader).into_iter();
        Self {
            plan: PlanBody::of(reader, &review.plan),
            source: review.source.as_ref().filter(|_| review.inside).map(FileBody::from),
            text: review.plan.text.map(|text| text.to_string()),
            document_number: review.document_number(),
            findings: review.findings.iter().map(|found| FindingBody::of(found, review.text())).collect(),
            items: review.draft.items.iter().map(item).collect(),
            unknown_names: unknown.map(|(name, items)| (name, numbers(items))).collect(),
            may_decide: review.may_decide,
            may_issue: review.may_issue,
        }
    }
}

/// 方案文稿读出的各项和检查发现的问题
#[utoipa::path(get, path = "/api/v1/plans/{plan}/draft", params(("plan" = i64, Path)),
    responses((status = 200, body = DraftBody), Problems))]
pub(crate) async fn draft(caller: Caller, Path(plan): Path<i64>) -> Result<Json<DraftBody>> {
    caller.needs(Scope::Read)?;
    let review = caller.reader.review(PlanId(plan)).await?;
    Ok(Json(DraftBody::of(&caller.reader, &review)))
}
