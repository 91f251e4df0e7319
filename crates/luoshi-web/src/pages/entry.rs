//! An entry: where it stands, its sentence in the plan, what happened, and the steps that I may take.

pub(super) mod form;
pub(super) mod gathered;
pub(super) mod happened;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::{EntryView, Request};
use luoshi_engine::{Command, Entry, EntryNo, FieldValue, Hash, Moment, PlanId};
use luoshi_pack::Register;
use luoshi_store::attachment::Kind;
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Due, Frame, Lamp, form_key, whose};
use form::{Sent, StepForm};
use gathered::GatheredView;
pub(crate) use happened::Happened;

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage {
    frame: Frame,
    to: String,
    plan_to: String,
    plan: String,
    number: String,
    title: String,
    register: String,
    state: String,
    lamp: Lamp,
    because: String,
    due: Due,
    lead: String,
    issuer: String,
    parts: Vec<(String, bool)>,
    progress: Option<(String, String)>,
    fields: Vec<(String, String, String)>,
    sentence: String,
    files: Vec<File>,
    twice: Vec<TwiceMark>,
    history: Vec<Happened>,
    steps: Vec<StepForm>,
    reports: bool,
    /// What came from below, where it is owed upward.
    gathered: Option<GatheredView>,
    waiting: String,
    as_of: String,
    /// Whether a leader may give an instruction on it.
    instruct: bool,
    /// The entry that it carries out an instruction on.
    follows: Option<String>,
    key: String,
    seen: i64,
}

/// A file that was handed in.
pub(crate) struct File {
    /// Its name.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) to: String,
    /// Its size in words.
    pub(crate) size: String,
    /// Whether it is a picture that a browser shows.
    pub(crate) picture: bool,
}

/// A file that was handed in for another entry too: its name, and where, as far as the reader may know.
struct TwiceMark {
    name: String,
    other: Option<(String, luoshi_app::OtherUse)>,
}

/// As of which day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct When {
    as_of: String,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path((plan, no)): Path<(i64, i64)>,
    Query(when): Query<When>,
) -> Result<Response> {
    let day: Option<Date> = when.as_of.parse().ok();
    let as_of = signed.reader.past_end(day);
    let view = signed.reader.entry(PlanId(plan), EntryNo(no), as_of).await?;
    shown(&signed, &view, as_of, None).await
}

/// The page of an entry; with what was sent and why it was not taken, where that is so.
async fn shown(
    signed: &Signed,
    view: &EntryView,
    as_of: Option<Moment>,
    refused: Option<(&Sent, String)>,
) -> Result<Response> {
    let EntryView { plan, entry, history } = view;
    let reader = &signed.reader;
    let pack = reader.pack(plan)?;
    let register = pack.find_register(&entry.opening.register);
    let now = as_of.unwrap_or(reader.now);
    let shining = view.shining(reader, pack, as_of);
    let state = register.and_then(|register| register.flow.find_state(&entry.state));
    let steps = if as_of.is_none() { reader.steps(pack, plan, entry) } else { Vec::new() };
    let to = format!("/plans/{}/entries/{}", plan.id, entry.no);
    let mut forms: Vec<StepForm> =
        steps.iter().filter_map(|step| Some(StepForm::of(reader, register?, entry, step))).collect();
    let reports = luoshi_app::can_report(entry, &steps);
    // One form at most is open: what was refused, or what is expected of the reader now.
    let roles: Vec<_> = reader.post.roles.iter().map(|role| (reader.post.unit, *role)).collect();
    let next = register.and_then(|register| luoshi_app::expected(register, entry, &roles, &steps));
    let next = next.filter(|_| !reports && refused.is_none()).map(|step| step.key.as_str());
    forms.iter_mut().for_each(|form| form.open = next == Some(form.key.as_str()));
    if let Some((sent, sentence)) = &refused {
        forms.iter_mut().filter(|form| form.key == sent.step).for_each(|form| form.refill(sent, sentence));
    }
    Ok(rendered(&EntryPage {
        frame: Frame::of(signed, &entry.opening.title, "/plans").await?,
        plan_to: format!("/plans/{}", plan.id),
        plan: plan.title.clone(),
        number: entry.opening.number.clone(),
        title: entry.opening.title.clone(),
        register: register.map(|register| register.title.clone()).unwrap_or_default(),
        state: state.map_or_else(|| entry.state.clone(), |state| state.title.clone()),
        lamp: Lamp::of(Some(pack), shining.as_ref().map(|shining| shining.light.as_str())),
        because: shining.map(|shining| shining.because).unwrap_or_default(),
        due: Due::of(entry.due(), now, entry.phase),
        lead: reader.unit_words(entry.opening.lead),
        issuer: reader.unit_words(entry.opening.issuer),
        parts: entry.parts.iter().map(|part| (reader.unit_words(part.unit), part.handed.is_some())).collect(),
        progress: entry.progress.map(|progress| (percent(progress.planned), percent(progress.actual))),
        fields: fields(register, entry, reader, &to),
        sentence: view.sentence(reader).await,
        files: files(&to, entry),
        twice: twice(reader, entry).await?,
        history: history.iter().rev().map(|at| Happened::of(reader, pack, entry, &to, at)).collect(),
        waiting: whose(reader, luoshi_app::turn(register, entry)),
        reports,
        gathered: if as_of.is_none() { GatheredView::of(reader, plan, entry).await? } else { None },
        steps: forms,
        as_of: as_of.map(|moment| moment.due_date().to_string()).unwrap_or_default(),
        instruct: as_of.is_none() && reader.may_instruct(plan, entry),
        follows: entry.opening.follows.map(|no| format!("/plans/{}/entries/{no}", plan.id)),
        key: form_key(),
        seen: entry.seq,
        to,
    }))
}

fn percent(number: f64) -> String {
    format!("{number}%")
}

/// The fields of an entry: title, words, and where its file is; sealed ones masked.
fn fields(
    register: Option<&Register>,
    entry: &Entry,
    reader: &luoshi_app::Reader,
    to: &str,
) -> Vec<(String, String, String)> {
    let Some(register) = register else { return Vec::new() };
    let shown = |field: &luoshi_pack::Field| {
        let value = entry.opening.fields.get(&field.key)?;
        if let FieldValue::File(hash) = value {
            return Some((field.title.clone(), String::from("查看"), format!("{to}/files/{hash}")));
        }
        let words = match value {
            FieldValue::Unit(unit) => reader.unit_words(*unit),
            other => other.plain(),
        };
        let unit = field.unit.as_deref().unwrap_or_default();
        Some((field.title.clone(), format!("{words}{unit}"), String::new()))
    };
    register.fields.iter().filter_map(shown).collect()
}

/// The files that were handed in.
fn files(to: &str, entry: &Entry) -> Vec<File> {
    let fields: Vec<luoshi_engine::Evidence> = of_fields(entry).collect();
    entry.evidence.iter().chain(&fields).map(|file| happened::file(to, file)).collect()
}

/// The files that were handed in elsewhere too.
async fn twice(reader: &luoshi_app::Reader, entry: &Entry) -> Result<Vec<TwiceMark>> {
    let name = |hash: Hash| {
        let known = entry.evidence.iter().find(|file| file.hash == hash);
        known.map_or_else(|| String::from("表内附件"), |file| file.name.clone())
    };
    let found = reader.handed_in_twice(entry).await?;
    let mark = |twice: luoshi_app::Twice| TwiceMark {
        name: name(twice.hash),
        other: twice.other.map(|other| (format!("/plans/{}/entries/{}", other.plan, other.entry), other)),
    };
    Ok(found.into_iter().map(mark).collect())
}

/// Files that stand in fields; they came without a name.
fn of_fields(entry: &Entry) -> impl Iterator<Item = luoshi_engine::Evidence> {
    entry.opening.fields.values().filter_map(|value| match value {
        FieldValue::File(hash) => {
            Some(luoshi_engine::Evidence { hash: *hash, name: String::from("照片.jpg"), size: 0 })
        }
        _ => None,
    })
}

/// Takes a step. Sent again it is not taken again; refused it comes back with what was filled in.
pub(super) async fn step(
    State(web): State<Web>,
    signed: Signed,
    Path((plan, no)): Path<(i64, i64)>,
    form: Multipart,
) -> Result<Response> {
    let view = signed.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let mut sent = Sent::read(form).await?;
    match taken(&web, &signed, &view, &mut sent).await {
        Ok(()) if sent.text("back") == "/" => Ok(Redirect::to("/").into_response()),
        Ok(()) => Ok(Redirect::to(&format!("/plans/{plan}/entries/{no}?done={}", sent.step)).into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &view, None, Some((&sent, error.sentence()))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn taken(web: &Web, signed: &Signed, view: &EntryView, sent: &mut Sent) -> Result<()> {
    let body = sent.body(web, signed, view).await?;
    let take = luoshi_engine::TakeStep { step: sent.step.clone(), body, seen: sent.seen };
    let command = Command::Step { entry: view.entry.no, step: Box::new(take) };
    let (key, actor) = (sent.key.clone(), signed.reader.actor.clone());
    web.app().execute(Request { key, actor, plan: Some(view.plan.id), command }).await?;
    Ok(())
}

/// How a file is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct As {
    /// Whether a photograph is wanted small; what cannot be made small comes as it is.
    small: Option<String>,
}

/// A file that was handed in, for those who see the entry. Shown only if it is a picture or a PDF, and
/// even then in a box of its own.
pub(super) async fn file(
    State(web): State<Web>,
    signed: Signed,
    Path((plan, no, hash)): Path<(i64, i64, String)>,
    Query(wanted): Query<As>,
) -> Result<Response> {
    let view = signed.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let hash = Hash::parse(&hash).ok_or(WebError::NoPage)?;
    let (app, actor) = (signed.reader.app(), &signed.reader.actor);
    let (name, bytes) = app.evidence(actor, view.plan.id, view.entry.no, hash, "在网页上查看").await?;
    let register = signed.reader.pack(&view.plan)?.find_register(&view.entry.opening.register);
    let open = register.is_some_and(|register| !register.confidential);
    let (kind, bytes) = sized(&web, hash, bytes.into(), wanted.small.is_some(), open).await;
    let shown = kind.starts_with("image/") || kind == "application/pdf";
    let name = crate::error::encoded(&name);
    let place = if shown { "inline" } else { "attachment" };
    let mut headers = HeaderMap::new();
    let mut set = |header, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    };
    set(header::CONTENT_TYPE, kind);
    set(header::CONTENT_DISPOSITION, format!("{place}; filename*=UTF-8''{name}"));
    set(header::CONTENT_SECURITY_POLICY, String::from("default-src 'none'; sandbox"));
    // What is confidential is asked for anew each time, so that each reading is noted.
    if open {
        set(header::CACHE_CONTROL, String::from("private, max-age=86400, immutable"));
    }
    Ok((StatusCode::OK, headers, bytes).into_response())
}

/// A file with its kind, made small where that is asked for and can be done. What is not open to all who see the
/// register is not kept.
async fn sized(web: &Web, hash: Hash, bytes: Bytes, small: bool, open: bool) -> (String, Bytes) {
    let kind = Kind::tell(&bytes).map_or("application/octet-stream", Kind::media);
    if small && kind.starts_with("image/") {
        let made = if open {
            web.small().of(hash, bytes.clone()).await
        } else {
            web.small().unkept(bytes.clone()).await
        };
        if let Some(made) = made {
            return (String::from("image/jpeg"), made);
        }
    }
    (kind.to_owned(), bytes)
}
