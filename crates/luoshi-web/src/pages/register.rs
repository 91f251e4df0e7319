//! A register as a file: out as xlsx or csv, in after a rehearsal that tells every row's fate.

use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::ledger::{Change, Fate, Import, Rehearsal, Sheet};
use luoshi_engine::{Hash, Plan, PlanId};
use luoshi_pack::{Effect, Register};
use serde::Deserialize;

use super::entry::form::Sent;
use super::plan::{Choice, Head, choices};
use crate::error::{Result, WebError, encoded, rendered};
use crate::export;
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key};

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    head: Head,
    to: String,
    title: String,
    steps: Vec<Choice>,
    fault: String,
    done: String,
    left: i64,
    rehearsed: Option<Rehearsed>,
    key: String,
}

/// A file that was rehearsed and waits for a word.
struct Rehearsed {
    name: String,
    file: String,
    step: String,
    rows: Vec<Row>,
    ignored: String,
    /// How many rows are new, changed, the same, skipped, faulty.
    counts: [usize; 5],
    /// How many rows would bring something about.
    some: usize,
    faulty: usize,
}

/// A row and its fate.
struct Row {
    number: u32,
    class: &'static str,
    fate: &'static str,
    words: String,
    changes: Vec<Change>,
}

/// What came of the last import.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Came {
    done: String,
    left: i64,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path((plan, key)): Path<(i64, String)>,
    Query(came): Query<Came>,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    shown(&signed, &plan, &key, "", String::new(), came, None).await
}

async fn shown(
    signed: &Signed,
    plan: &Plan,
    key: &str,
    step: &str,
    fault: String,
    came: Came,
    rehearsed: Option<Rehearsed>,
) -> Result<Response> {
    let reader = &signed.reader;
    let register = reader.pack(plan)?.find_register(key).ok_or(WebError::NoPage)?;
    let head = Head::of(reader, plan);
    Ok(rendered(&RegisterPage {
        frame: Frame::of(signed, format!("{} {}", plan.title, register.title), "/plans").await?,
        to: format!("{}/registers/{}", head.to, encoded(key)),
        title: register.title.clone(),
        steps: steps(register, step),
        head,
        fault,
        done: came.done,
        left: came.left,
        rehearsed,
        key: form_key(),
    }))
}

/// The steps that rows of a file can take: those that bring fields, but for reports of progress, which are
/// taken without being named.
fn steps(register: &Register, chosen: &str) -> Vec<Choice> {
    let steps = register.flow.steps.iter().filter(|step| {
        let brings = !(step.needs.is_empty() && step.takes.is_empty());
        brings && step.evidence == 0 && step.effect != Some(Effect::Progress) && !step.who.is_empty()
    });
    choices(steps.map(|step| (step.key.as_str(), step.title.as_str())), chosen)
}

/// Which kind of file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Kind {
    #[serde(rename = "as")]
    kind: String,
}

/// The register as a file, as far as the reader sees.
pub(super) async fn file(
    signed: Signed,
    Path((plan, key)): Path<(i64, String)>,
    Query(kind): Query<Kind>,
) -> Result<Response> {
    let sheet = export::wanted(&kind.kind).unwrap_or(Sheet::Xlsx);
    export::register(&signed.reader, PlanId(plan), &key, sheet).await
}

/// Takes a file in: rehearsed first; with the word of its sender carried out, each row once.
pub(super) async fn import(
    State(web): State<Web>,
    signed: Signed,
    Path((plan, key)): Path<(i64, String)>,
    form: Multipart,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    let mut sent = Sent::read_any(form).await?;
    let step = sent.text("step").to_owned();
    match taken(&web, &signed, &plan, &key, &mut sent).await {
        Ok(Taken::Done(to)) => Ok(Redirect::to(&to).into_response()),
        Ok(Taken::Rehearsed(rehearsed)) => {
            shown(&signed, &plan, &key, &step, String::new(), Came::default(), Some(rehearsed)).await
        }
        Err(error) if error.refusal().is_some() || error.status().as_u16() == 422 => {
            let page = shown(&signed, &plan, &key, &step, error.sentence(), Came::default(), None).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What came of a file.
enum Taken {
    Done(String),
    Rehearsed(Rehearsed),
}

async fn taken(web: &Web, signed: &Signed, plan: &Plan, key: &str, sent: &mut Sent) -> Result<Taken> {
    let reader = &signed.reader;
    let (hash, name, bytes) = given(web, signed, sent)?;
    let step = Some(sent.text("step").to_owned()).filter(|step| !step.is_empty());
    let import = Import {
        plan: plan.id,
        register: key.to_owned(),
        bytes,
        name: name.clone(),
        step: step.clone(),
        within: reader.within(plan),
        ..Import::default()
    };
    if sent.text("do").is_empty() {
        let rehearsal = web.app().rehearse_register(&reader.actor, &import).await?;
        return Ok(Taken::Rehearsed(told(rehearsal, name, hash, step.unwrap_or_default())));
    }
    let imported = web.app().import_register(&sent.key, &reader.actor, &import).await?;
    let (done, left) = (imported.done + imported.repeated, imported.rehearsal.faults().count());
    Ok(Taken::Done(format!("/plans/{}/registers/{}?done={done}&left={left}", plan.id, encoded(key))))
}

/// The file: sent now, or waiting since its rehearsal under its hash.
fn given(web: &Web, signed: &Signed, sent: &mut Sent) -> Result<(String, String, Vec<u8>)> {
    let person = signed.reader.actor.person;
    if let Some((name, bytes)) = sent.take_file("sheet") {
        let hash = web.app().let_sheet_wait(person, &name, bytes.clone());
        return Ok((hash.to_string(), name, bytes));
    }
    let hash = Hash::parse(sent.text("file"));
    let hash = hash.ok_or_else(|| WebError::Malformed(String::from("没有选择要导入的文件")))?;
    let (name, bytes) = web.app().waiting_sheet(person, hash)?;
    Ok((hash.to_string(), name, bytes))
}

fn told(rehearsal: Rehearsal, name: String, file: String, step: String) -> Rehearsed {
    let ignored = rehearsal.ignored.join("、");
    let mut counts = [0; 5];
    let row = |row: luoshi_app::ledger::RowFate| {
        let (at, class, fate, words, changes) = match row.fate {
            Fate::New { title, remark } => {
                let remark = remark.map(|remark| format!("（{remark}）")).unwrap_or_default();
                (0, "new", "新增", format!("{title}{remark}"), Vec::new())
            }
            Fate::Update { entry, step, changes } => {
                (1, "change", "更新", format!("第{entry}号，{step}"), changes)
            }
            Fate::Same(entry) => (2, "same", "无变化", format!("第{entry}号"), Vec::new()),
            Fate::Skip(why) => (3, "same", "跳过", why.to_owned(), Vec::new()),
            Fate::Fault(fault) => (4, "wrong", "不能导入", fault.to_string(), Vec::new()),
        };
        counts[at] += 1;
        Row { number: row.row, class, fate, words, changes }
    };
    let rows = rehearsal.rows.into_iter().map(row).collect();
    Rehearsed { name, file, step, rows, ignored, some: counts[0] + counts[1], faulty: counts[4], counts }
}
