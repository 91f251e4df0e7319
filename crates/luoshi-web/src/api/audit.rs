//! What the audit administrator reads: the record of the organisation, and whether the record holds.

use axum::Json;
use axum::extract::{Query, State};
use jiff::civil::Date;
use luoshi_app::{Kind, Record, Scope, Sought};
use luoshi_engine::{PersonId, SystemRole};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::Caller;
use super::model::moment;
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::state::Web;

/// Which part of the record.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// By whom, or about whom.
    person: Option<i64>,
    /// `units`, `people`, `delegations`, `accounts`, `entrances`, `rules`, `readings`.
    kind: Option<String>,
    /// Up to the end of this day.
    #[param(value_type = Option<String>, format = "date")]
    day: Option<Date>,
    /// Only before this number.
    before: Option<i64>,
    /// How many lines at most, 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    size: Option<u16>,
}

/// An event of the organisation in words.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordBody {
    /// Its number in the chain.
    seq: i64,
    at: String,
    who: String,
    /// From where.
    address: String,
    kind: &'static str,
    what: String,
    /// The beginning of its hash.
    hash: String,
}

impl From<Record> for RecordBody {
    fn from(record: Record) -> Self {
        let kind = Kind::ALL.iter().find(|(kind, ..)| *kind == record.kind);
        Self {
            seq: record.seq,
            at: moment(record.at),
            who: record.who,
            address: record.address,
            kind: kind.map_or("", |(_, word, _)| word),
            what: record.what,
            hash: record.hash,
        }
    }
}

/// A part of the record, the last event first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordPageBody {
    records: Vec<RecordBody>,
    /// What to give as `before` to read on.
    next: Option<i64>,
    /// How many events there are in all.
    total: i64,
}

/// 组织机构审计记录，新的在前
#[utoipa::path(get, path = "/api/v1/audit", params(Wanted),
    responses((status = 200, body = RecordPageBody), Problems))]
pub(crate) async fn record(caller: Caller, Query(wanted): Query<Wanted>) -> Result<Json<RecordPageBody>> {
    caller.needs(Scope::Read)?;
    let kind = match wanted.kind.as_deref() {
        None => None,
        Some(word) => Some(
            Kind::find(word)
                .ok_or_else(|| WebError::Malformed(format!("没有“{word}”这类记录，请对照接口说明核对")))?,
        ),
    };
    let person = wanted.person.map(PersonId);
    let sought = Sought { person, kind, day: wanted.day, before: wanted.before };
    let lines = usize::from(wanted.size.unwrap_or(50).clamp(1, 200));
    let page = caller.reader.record(&sought, lines).await?;
    Ok(Json(RecordPageBody {
        records: page.records.into_iter().map(RecordBody::from).collect(),
        next: page.next,
        total: page.total,
    }))
}

/// Verifying: whether it goes on, and what the last time found.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckBody {
    /// Since when it goes on.
    running: Option<String>,
    /// When the last one ended.
    ended: Option<String>,
    /// Whether everything held.
    sound: Option<bool>,
    /// What the last one told, in words.
    told: Option<String>,
    faults: Vec<String>,
}

impl CheckBody {
    fn of(web: &Web) -> Self {
        let check = web.app().check();
        let ended = check.last.as_ref().map(|(at, _)| moment(*at));
        let (sound, told, faults) = match check.last {
            None => (None, None, Vec::new()),
            Some((_, Err(sentence))) => (Some(false), Some(sentence), Vec::new()),
            Some((_, Ok(report))) => {
                let faults = report.faults.iter().map(ToString::to_string).collect();
                (Some(report.sound()), Some(report.to_string()), faults)
            }
        };
        Self { running: check.running.map(moment), ended, sound, told, faults }
    }
}

/// 上一次核验的结果
#[utoipa::path(get, path = "/api/v1/audit/check", responses((status = 200, body = CheckBody), Problems))]
pub(crate) async fn checked(State(web): State<Web>, caller: Caller) -> Result<Json<CheckBody>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be(SystemRole::AuditAdmin)?;
    Ok(Json(CheckBody::of(&web)))
}

/// 开始核验全部记录；已在核验的不另开始
#[utoipa::path(post, path = "/api/v1/audit/check", responses((status = 200, body = CheckBody), Problems))]
pub(crate) async fn check(State(web): State<Web>, caller: Caller) -> Result<Json<CheckBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be(SystemRole::AuditAdmin)?;
    web.app().begin_check();
    Ok(Json(CheckBody::of(&web)))
}
