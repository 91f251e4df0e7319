//! Finding by words.

use axum::Json;
use axum::extract::Query;
use luoshi_app::{Hit, MOST_HITS, Scope, Words};
use luoshi_store::SoughtKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::model::{Listed, Part, SoughtBy};
use super::problem::{Problems, Result};
use crate::pages::KINDS;

/// A piece of a text.
#[derive(Serialize, ToSchema)]
pub(crate) struct PieceBody {
    text: String,
    /// Whether it was sought.
    hit: bool,
}

/// Something found.
#[derive(Serialize, ToSchema)]
pub(crate) struct HitBody {
    /// `plan`, `entry`, `paper`.
    kind: String,
    plan: i64,
    /// The entry; none for a plan and its text.
    entry: Option<i64>,
    title: Vec<PieceBody>,
    /// Where it belongs.
    place: String,
    /// Where in it the words stand.
    lines: Vec<Vec<PieceBody>>,
}

fn pieces(words: Words) -> Vec<PieceBody> {
    words.into_iter().map(|(text, hit)| PieceBody { text, hit }).collect()
}

impl From<Hit> for HitBody {
    fn from(hit: Hit) -> Self {
        let kind = KINDS.iter().find(|(_, _, kind)| *kind == hit.kind).map_or("", |(key, ..)| key);
        Self {
            kind: kind.to_owned(),
            plan: hit.plan.0,
            entry: Some(hit.no.0).filter(|no| *no > 0),
            title: pieces(hit.title),
            place: hit.place,
            lines: hit.lines.into_iter().map(pieces).collect(),
        }
    }
}

/// 搜索方案、事项和材料；总数最多数到1000
#[utoipa::path(get, path = "/api/v1/search", params(SoughtBy, Part),
    responses((status = 200, body = Listed<HitBody>), Problems))]
pub(crate) async fn search(
    caller: Caller,
    Query(by): Query<SoughtBy>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<HitBody>>> {
    caller.needs(Scope::Read)?;
    let seeing = caller.reader.findable().await?;
    let kind = by.kind.as_deref().and_then(|kind| KINDS.iter().find(|(key, ..)| *key == kind));
    let kind = kind.map_or(SoughtKind::Entry, |(_, _, kind)| *kind);
    let words: String = by.q.chars().take(100).collect();
    let found = caller.reader.find(&seeing, &words, kind, part.page(), true).await?;
    let items = found.hits.into_iter().map(HitBody::from).collect();
    Ok(Json(Listed { items, total: found.total.min(MOST_HITS) }))
}
