//! What came from below for a report that is owed upward.

use axum::Json;
use axum::extract::Path;
use luoshi_app::{Gathered, Given, Reader, ReportCame, Scope, Sum};
use luoshi_engine::{EntryNo, PlanId};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::model::UnitBody;
use super::problem::{Problems, Result};
use crate::error::WebError;

/// What is put together for a report that is owed upward.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssemblyBody {
    /// Who receives it.
    to: String,
    /// The last due day that it looks back on.
    until: String,
    /// Duty by duty.
    duties: Vec<GatheredBody>,
}

/// The reports of one duty.
#[derive(Serialize, ToSchema)]
pub(crate) struct GatheredBody {
    title: String,
    register: String,
    sums: Vec<SumBody>,
    reports: Vec<GivenBody>,
    /// Whether there are more than could be put together.
    more: bool,
}

/// The numbers of one field.
#[derive(Serialize, ToSchema)]
pub(crate) struct SumBody {
    key: String,
    title: String,
    /// What its number counts.
    unit: String,
    /// Of all reports together, as it would be typed.
    all: String,
    /// Of the last report of each unit together.
    last: String,
}

/// One report.
#[derive(Serialize, ToSchema)]
pub(crate) struct GivenBody {
    entry: i64,
    unit: UnitBody,
    /// Its due day.
    period: String,
    /// `told`, `nil`, `returned`, `missing`.
    came: &'static str,
    texts: Vec<TextBody>,
}

/// What a field of words says.
#[derive(Serialize, ToSchema)]
pub(crate) struct TextBody {
    title: String,
    words: String,
}

impl From<Sum> for SumBody {
    fn from(sum: Sum) -> Self {
        let Sum { key, title, unit, all, last } = sum;
        Self { key, title, unit, all: all.plain(), last: last.plain() }
    }
}

impl GivenBody {
    fn of(reader: &Reader, given: Given) -> Self {
        Self {
            entry: given.entry.0,
            unit: UnitBody::of(reader, given.unit),
            period: given.period.to_string(),
            came: match given.came {
                ReportCame::Told => "told",
                ReportCame::Nil => "nil",
                ReportCame::Returned => "returned",
                ReportCame::Missing => "missing",
            },
            texts: given.texts.into_iter().map(|(title, words)| TextBody { title, words }).collect(),
        }
    }
}

impl GatheredBody {
    fn of(reader: &Reader, gathered: Gathered) -> Self {
        Self {
            title: gathered.title,
            register: gathered.register,
            sums: gathered.sums.into_iter().map(SumBody::from).collect(),
            reports: gathered.reports.into_iter().map(|given| GivenBody::of(reader, given)).collect(),
            more: gathered.more,
        }
    }
}

/// 对外报送的汇总：下级报了什么、谁没有报、数字合计
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries/{no}/assembly",
    params(("plan" = i64, Path), ("no" = i64, Path)),
    responses((status = 200, body = AssemblyBody), Problems))]
pub(crate) async fn assembly(
    caller: Caller,
    Path((plan, no)): Path<(i64, i64)>,
) -> Result<Json<AssemblyBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let view = reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let found = reader.assembly(&view.plan, &view.entry).await?.ok_or(WebError::NoPage)?;
    Ok(Json(AssemblyBody {
        to: found.to,
        until: found.until.to_string(),
        duties: found.duties.into_iter().map(|duty| GatheredBody::of(reader, duty)).collect(),
    }))
}
