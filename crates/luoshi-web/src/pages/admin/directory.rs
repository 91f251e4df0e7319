//! Lists of units and people: out as a workbook, and in after a rehearsal that tells every row's fate.
//! Units, people and posts are the system administrator's to take in, roles the security administrator's.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use luoshi_app::Reader;
use luoshi_app::directory::{Fate, Rehearsal, people_table, report, units_table};
use luoshi_app::ledger::{Sheet as Kind, written};
use luoshi_engine::{OrgCommand, SystemRole};
use luoshi_report::{Part, Report};

use super::organise;
use crate::error::{Result, WebError, encoded, rendered};
use crate::export::media;
use crate::pages::upload::Upload;
use crate::sheet::{Field, Refused, Sheet, incomplete};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

/// The largest list, in bytes.
const LIST: usize = 8 << 20;

/// How many rows are shown; all of them are in the workbook.
const SHOWN: usize = 500;

/// Whose pages these are.
const WHOSE: [SystemRole; 2] = [SystemRole::SystemAdmin, SystemRole::SecurityAdmin];

#[derive(Template)]
#[template(path = "admin/directory.html")]
struct DirectoryPage {
    frame: Frame,
    security: bool,
    done: String,
    summary: String,
    notices: Vec<String>,
    rows: Vec<Line>,
    more: usize,
    sheets: Vec<Sheet>,
}

/// A row of the list and what becomes of it.
struct Line {
    place: String,
    about: String,
    fate: &'static str,
    colour: &'static str,
    notes: String,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed) -> Result<Response> {
    shown(&signed, String::new(), None, vec![choose()]).await
}

fn choose() -> Sheet {
    let file = Field::new("file", "file", "单位或人员名单（xlsx、xls、csv）", "").must();
    Sheet::new("rehearse", "试导入", "/admin/directory", vec![file])
        .hint("先试导入，逐行告诉结果，不改动任何内容；看过之后再确认。")
        .open()
}

async fn shown(
    signed: &Signed,
    done: String,
    rehearsal: Option<&Rehearsal>,
    sheets: Vec<Sheet>,
) -> Result<Response> {
    signed.reader.must_be_one_of(&WHOSE)?;
    let rows = rehearsal.map(|rehearsal| &rehearsal.rows[..]).unwrap_or_default();
    let line = |row: &luoshi_app::directory::Row| Line {
        place: row.place.to_string(),
        about: row.about.clone(),
        fate: row.fate.title(),
        colour: match row.fate {
            Fate::Added => "green",
            Fate::Updated => "blue",
            Fate::Unchanged => "grey",
            Fate::Skipped => "yellow",
            Fate::Faulty => "red",
        },
        notes: row.notes.join("；"),
    };
    // What needs a look comes first.
    let mut order: Vec<&luoshi_app::directory::Row> = rows.iter().collect();
    order.sort_by_key(|row| match row.fate {
        Fate::Faulty => 0,
        Fate::Skipped => 1,
        Fate::Added | Fate::Updated => 2,
        Fate::Unchanged => 3,
    });
    Ok(rendered(&DirectoryPage {
        frame: Frame::of(signed, "导入导出", "/admin/directory").await?,
        security: signed.reader.system_role() == Some(SystemRole::SecurityAdmin),
        done,
        summary: rehearsal.map(Rehearsal::summary).unwrap_or_default(),
        notices: rehearsal.map(|rehearsal| rehearsal.notices.clone()).unwrap_or_default(),
        rows: order.into_iter().take(SHOWN).map(line).collect(),
        more: rows.len().saturating_sub(SHOWN),
        sheets,
    }))
}

/// Rehearses a list, or takes it in.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    form: Multipart,
) -> Result<Response> {
    signed.reader.must_be_one_of(&WHOSE)?;
    let Upload { sent, name, file } = Upload::read(form, LIST * 2).await?;
    let name = if name.is_empty() { sent.get("name").to_owned() } else { name };
    let bytes = file.or_else(|| STANDARD.decode(sent.get("list")).ok().filter(|bytes| !bytes.is_empty()));
    let rehearsed = match bytes.clone() {
        Some(bytes) => web.app().rehearse_directory(&name, bytes).await.map_err(WebError::from),
        None => Err(incomplete("请先选择要导入的名单文件")),
    };
    let rehearsal = match rehearsed {
        Ok(rehearsal) => rehearsal,
        Err(error) if error.status().is_client_error() => {
            let mut sheets = vec![choose()];
            sheets[0].fault = error.sentence();
            let page = shown(&signed, String::new(), None, sheets).await?;
            return Ok((error.status(), page).into_response());
        }
        Err(error) => return Err(error),
    };
    let (commands, bytes) = (rehearsal.of_administrator(&signed.reader), bytes.unwrap_or_default());
    let mut sheets = vec![confirm(&name, &bytes, &commands), choose()];
    if sent.act() != "take" || commands.is_empty() {
        return shown(&signed, String::new(), Some(&rehearsal), sheets).await;
    }
    match organise(&web, &signed, &sent, &commands).await {
        Ok(count) => {
            let done = format!("已导入：{}（共{count}项改动）", rehearsal.summary());
            shown(&signed, done, None, vec![choose()]).await
        }
        Err(error) if error.refusal().is_some() => {
            Refused::new(&sent, &error).fill(&mut sheets);
            Ok((error.status(), shown(&signed, String::new(), Some(&rehearsal), sheets).await?)
                .into_response())
        }
        Err(error) => Err(error),
    }
}

/// The list goes along with the form: nothing of it is kept before it is taken in.
fn confirm(name: &str, bytes: &[u8], commands: &[OrgCommand]) -> Sheet {
    let fields = vec![
        Field::new("hidden", "name", "", name),
        Field::new("hidden", "list", "", STANDARD.encode(bytes)),
    ];
    let hint = match commands.len() {
        0 => String::from("这份名单里没有要由您办理的改动。"),
        count => format!("将办理{count}项改动，全部成功或者全部不做；出错和跳过的行不会导入。"),
    };
    let mut sheet = Sheet::new("take", "确认导入", "/admin/directory", fields).hint(hint).open();
    sheet.files = true;
    sheet
}

/// The directory as a workbook or csv.
pub(in crate::pages) async fn file(signed: Signed, Path(file): Path<String>) -> Result<Response> {
    directory_file(&signed.reader, &file).await
}

/// The directory as a file of this name.
pub(crate) async fn directory_file(reader: &Reader, file: &str) -> Result<Response> {
    reader.must_be_one_of(&WHOSE)?;
    let (org, today) = (&reader.context.org, reader.now.date());
    let one = |table| Report { title: String::new(), subtitle: None, parts: vec![Part::Table(table)] };
    let (kind, name, what) = match file {
        "directory.xlsx" => (Kind::Xlsx, "单位和人员名录.xlsx", report(org, today)),
        "units.csv" => (Kind::Csv, "单位名录.csv", one(units_table(org, today))),
        "people.csv" => (Kind::Csv, "人员名录.csv", one(people_table(org, today))),
        _ => return Err(WebError::NoPage),
    };
    sent_file(reader, kind, what, name).await
}

/// A report as a file to keep.
pub(in crate::pages) async fn sent_file(
    reader: &Reader,
    kind: Kind,
    what: Report,
    name: &str,
) -> Result<Response> {
    let bytes = written(Arc::new(what), kind, reader.now).await?;
    let name = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let headers = [(header::CONTENT_TYPE, media(kind).1.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}
