//! The papers of a plan: the file it was read from, its text, its versions, its archive.

use std::io::{self, BufWriter, Read, Seek};

use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream::poll_fn;
use luoshi_app::archive::Begun;
use luoshi_app::{App, Reader, Version};
use luoshi_engine::{Plan, PlanId};
use luoshi_pack::Role;
use luoshi_report::{Cell, Table};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};

use super::{Head, Tabs, Wanted};
use crate::error::{Result, WebError, rendered};
use crate::export;
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key, minute};

/// How much of an archive is sent at a time.
const PIECE: usize = 256 << 10;

/// The most of a text that is shown on the page, in characters.
const SHOWN: usize = 40_000;

#[derive(Template)]
#[template(path = "plan-files.html")]
struct FilesPage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    versions: Vec<Paper>,
    text: String,
    cut: bool,
    may_archive: bool,
    key: String,
    /// Where the record stands, for whoever keeps a print of the page.
    stamp: String,
}

/// A version of the plan.
struct Paper {
    version: u32,
    when: String,
    name: String,
    size: String,
    reason: String,
    to: String,
    text: String,
}

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let mut versions = reader.versions(plan.id).await?;
    if let Some(at) = wanted.moment(reader) {
        versions.retain(|version| version.at <= at);
    }
    let papers: Vec<Paper> = versions.iter().rev().map(|version| paper(plan, version)).collect();
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(plan, &papers)).await;
    }
    // Of a day that is past nothing is stamped: the record stands where it stands now.
    let stamp = if wanted.moment(reader).is_some() { None } else { reader.app().stamp(plan.id).await? };
    let text = match versions.last() {
        // The file may have been lost; the rest of the page stands all the same.
        Some(version) => reader.app().attachment(version.text).await.unwrap_or_default(),
        None => Vec::new(),
    };
    let text = String::from_utf8_lossy(&text);
    let shown: String = text.chars().take(SHOWN).collect();
    Ok(rendered(&FilesPage {
        frame: Frame::of(signed, format!("{} 文件", plan.title), "/plans").await?,
        head: Head::of(reader, plan),
        tabs: wanted.tabs(reader, plan),
        cut: shown.len() < text.len(),
        text: shown,
        versions: papers,
        may_archive: may_archive(signed, plan),
        key: form_key(),
        stamp: stamp.map(|stamp| stamp.to_string()).unwrap_or_default(),
    }))
}

fn paper(plan: &Plan, version: &Version) -> Paper {
    let to = |hash| format!("/plans/{}/files/{hash}", plan.id);
    Paper {
        version: version.version,
        when: minute(version.at),
        name: version.source.name.clone(),
        size: format!("{} KB", (version.source.size + 1023) / 1024),
        reason: version.reason.clone(),
        to: to(version.source.hash),
        text: to(version.text),
    }
}

/// Whether the page offers the archive; whether it is made is the use case's own decision.
fn may_archive(signed: &Signed, plan: &Plan) -> bool {
    let post = &signed.reader.post;
    post.unit == plan.issuer && post.roles.iter().any(|role| matches!(role, Role::Inspector | Role::Leader))
}

fn table(plan: &Plan, papers: &[Paper]) -> Table {
    let heads = [("版本", 4.0), ("时间", 8.0), ("文件", 16.0), ("大小", 5.0), ("说明", 16.0)];
    let mut table = Table::new("文件", format!("{}文件目录", plan.title), export::columns(&heads));
    table.rows = papers
        .iter()
        .map(|paper| {
            let version = format!("第{}版", paper.version);
            [&version, &paper.when, &paper.name, &paper.size, &paper.reason].map(Cell::words).into()
        })
        .collect();
    table
}

/// The file that a plan was read from, or its text, for those who see the plan.
pub(crate) async fn file(signed: Signed, Path((plan, hash)): Path<(i64, String)>) -> Result<Response> {
    plan_file(&signed.reader, PlanId(plan), &hash).await
}

/// The file that a plan was read from, or its text, by its hash.
pub(crate) async fn plan_file(reader: &Reader, plan: PlanId, hash: &str) -> Result<Response> {
    let plan = reader.plan(plan).await?;
    for version in reader.versions(plan.id).await? {
        if version.source.hash.to_string() == hash {
            let bytes = reader.app().attachment(version.source.hash).await?;
            return Ok(export::kept(&version.source.name, "application/octet-stream", bytes));
        }
        if version.text.to_string() == hash {
            let name = format!("{}-第{}版.txt", plan.title, version.version);
            let bytes = reader.app().attachment(version.text).await?;
            return Ok(export::kept(&name, "text/plain; charset=utf-8", bytes));
        }
    }
    Err(WebError::NoPage)
}

/// What the form of the archive sends.
#[derive(serde::Deserialize)]
pub(crate) struct Sent {
    key: String,
}

/// The plan as one ZIP that is read without this system.
pub(crate) async fn archive(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    axum::Form(sent): axum::Form<Sent>,
) -> Result<Response> {
    plan_archive(&web, &signed.reader, plan, &sent.key).await
}

/// The same for whoever asks.
pub(crate) async fn plan_archive(web: &Web, reader: &Reader, plan: i64, key: &str) -> Result<Response> {
    let plan = reader.plan(PlanId(plan)).await?;
    let begun = web.app().begin_archive(key, &reader.actor, plan.id).await?;
    let name = format!("{}-归档包-{}.zip", plan.title, reader.now.date());
    Ok(export::kept(&name, "application/zip", packed(web, begun)))
}

/// The bytes of an archive as they come from the disk. A large one takes its time and never lies in memory;
/// where it fails, the download breaks off.
fn packed(web: &Web, begun: Begun) -> Body {
    let (app, folder) = (web.app().clone(), web.settings().data.clone());
    let (sender, mut pieces) = mpsc::channel(2);
    let at = Handle::current();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = pack(&app, &begun, folder.as_deref(), (&at, &sender)) {
            tracing::error!(%error, "archive not written");
            // Where nobody waits any more there is nobody to tell.
            let _ = sender.blocking_send(Err(error));
        }
    });
    // A closed channel answers its end as often as it is asked: compression asks once more.
    Body::from_stream(poll_fn(move |task| pieces.poll_recv(task)))
}

/// Archives that are packed at once: each takes the disk and a core.
static PACKING: Semaphore = Semaphore::const_new(2);

fn pack(
    app: &App,
    begun: &Begun,
    folder: Option<&std::path::Path>,
    (at, sender): (&Handle, &mpsc::Sender<io::Result<Bytes>>),
) -> io::Result<()> {
    let _place = at.block_on(PACKING.acquire()).map_err(io::Error::other)?;
    if sender.is_closed() {
        return Ok(());
    }
    // Beside the data: the folder for temporary files may lie in memory.
    let mut file = folder.map_or_else(tempfile::tempfile, tempfile::tempfile_in)?;
    at.block_on(app.write_archive(begun, BufWriter::new(&mut file))).map_err(io::Error::other)?;
    file.rewind()?;
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        if file.by_ref().take(PIECE as u64).read_to_end(&mut piece)? == 0 {
            return Ok(());
        }
        if sender.blocking_send(Ok(piece.into())).is_err() {
            // Nobody waits for it any more.
            return Ok(());
        }
    }
}
