//! Files that are fetched: papers of plans, what was handed in with entries, registers; and registers that come
//! in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use luoshi_app::Scope;
use luoshi_app::ledger::{Change, Fate, Import, Imported, RowFate, Sheet};
use luoshi_engine::{EntryNo, Hash, PlanId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::export;
use crate::pages::plan_file;
use crate::state::Web;

/// 方案的文件：原稿或读出的正文
#[utoipa::path(get, path = "/api/v1/plans/{plan}/files/{hash}",
    params(("plan" = i64, Path), ("hash" = String, Path)),
    responses((status = 200, content(
        (Vec<u8> = "application/octet-stream"), (String = "text/plain; charset=utf-8"))), Problems))]
pub(crate) async fn of_plan(caller: Caller, Path((plan, hash)): Path<(i64, String)>) -> Result<Response> {
    caller.needs(Scope::Read)?;
    Ok(plan_file(&caller.reader, PlanId(plan), &hash).await?)
}

/// 随事项报送的文件；保密的只供办理人员，并留查看记录
#[utoipa::path(get, path = "/api/v1/plans/{plan}/entries/{no}/files/{hash}",
    params(("plan" = i64, Path), ("no" = i64, Path), ("hash" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems))]
pub(crate) async fn of_entry(
    caller: Caller,
    Path((plan, no, hash)): Path<(i64, i64, String)>,
) -> Result<Response> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let view = reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let hash = Hash::parse(&hash).ok_or(WebError::NoPage)?;
    let (actor, purpose) = (&reader.actor, "通过接口取用");
    let (name, bytes) = reader.app().evidence(actor, view.plan.id, view.entry.no, hash, purpose).await?;
    Ok(export::kept(&name, "application/octet-stream", bytes))
}

/// What kind of file is wanted.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A workbook.
    #[default]
    Xlsx,
    /// Plain rows.
    Csv,
}

/// As which kind of file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct As {
    /// A workbook if not said.
    #[serde(rename = "as")]
    kind: Option<Kind>,
}

/// 导出台账，限我能看到的事项
#[utoipa::path(get, path = "/api/v1/plans/{plan}/registers/{register}/file",
    params(("plan" = i64, Path), ("register" = String, Path), As),
    responses((status = 200, content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (String = "text/csv; charset=utf-8"))), Problems))]
pub(crate) async fn of_register(
    caller: Caller,
    Path((plan, register)): Path<(i64, String)>,
    Query(wanted): Query<As>,
) -> Result<Response> {
    caller.needs(Scope::Read)?;
    let sheet = match wanted.kind.unwrap_or_default() {
        Kind::Xlsx => Sheet::Xlsx,
        Kind::Csv => Sheet::Csv,
    };
    Ok(export::register(&caller.reader, PlanId(plan), &register, sheet).await?)
}

/// A file that comes in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Incoming {
    /// Its name with its ending: xlsx, xls, csv.
    name: String,
    /// The step that changed rows take.
    step: Option<String>,
    /// Only tell what would become of each row.
    #[serde(default)]
    #[param(required = false)]
    rehearse: bool,
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedBody {
    /// How many rows brought something about; 0 in a rehearsal.
    done: usize,
    /// How many had been carried out before under the same key.
    repeated: usize,
    /// What became of each row, or would.
    rows: Vec<RowBody>,
    /// Heads of columns that nothing is read from.
    ignored: Vec<String>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowBody {
    /// The row as the spreadsheet counts it.
    row: u32,
    /// `new`, `update`, `same`, `skip`, `fault`.
    fate: &'static str,
    /// In words.
    words: String,
}

impl From<RowFate> for RowBody {
    fn from(row: RowFate) -> Self {
        let (fate, words) = match row.fate {
            Fate::New { title, remark } => {
                ("new", remark.map_or(title.clone(), |remark| format!("{title}（{remark}）")))
            }
            Fate::Update { entry, step, changes } => {
                let change = |change: &Change| format!("{}：{}→{}", change.head, change.from, change.to);
                let changes: Vec<String> = changes.iter().map(change).collect();
                ("update", format!("第{entry}号，{step}；{}", changes.join("；")))
            }
            Fate::Same(entry) => ("same", format!("第{entry}号")),
            Fate::Skip(why) => ("skip", why.to_owned()),
            Fate::Fault(fault) => ("fault", fault.to_string()),
        };
        Self { row: row.row, fate, words }
    }
}

/// 导入台账；先试导入，看过每一行的结果再办
#[utoipa::path(post, path = "/api/v1/plans/{plan}/registers/{register}/file",
    params(("plan" = i64, Path), ("register" = String, Path), Incoming, KeyHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ImportedBody), Problems))]
pub(crate) async fn into_register(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path((plan, register)): Path<(i64, String)>,
    Query(of): Query<Incoming>,
    bytes: Bytes,
) -> Result<Json<ImportedBody>> {
    caller.needs(Scope::Report)?;
    let reader = &caller.reader;
    let plan = reader.plan(PlanId(plan)).await?;
    let import = Import {
        plan: plan.id,
        register,
        bytes: bytes.into(),
        name: of.name,
        step: of.step,
        within: reader.within(&plan),
        ..Import::default()
    };
    let imported = if of.rehearse {
        let rehearsal = web.app().rehearse_register(&reader.actor, &import).await?;
        Imported { rehearsal, done: 0, repeated: 0 }
    } else {
        web.app().import_register(&caller.own(&key), &reader.actor, &import).await?
    };
    Ok(Json(ImportedBody {
        done: imported.done,
        repeated: imported.repeated,
        rows: imported.rehearsal.rows.into_iter().map(RowBody::from).collect(),
        ignored: imported.rehearsal.ignored,
    }))
}
