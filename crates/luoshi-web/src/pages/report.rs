//! Reporting from a telephone: one entry's report, with last time's answers at hand. What is sent may have
//! waited for a signal, so a script is answered in words that it can keep.

use askama::Template;
use axum::Json;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::ReportView;
use luoshi_engine::{Entry, EntryNo, FieldValue, PlanId, TakeStep};
use luoshi_pack::{FieldKind, Register};
use serde::{Deserialize, Serialize};

use super::entry::form::{Input, Sent, StepForm, value_words};
use super::entry::gathered::GatheredView;
use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Due, Frame, Lamp, form_key};

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    frame: Frame,
    to: String,
    plan: String,
    title: String,
    unit: String,
    due: Due,
    lamp: Lamp,
    returned: String,
    form: Option<StepForm>,
    others: Vec<(String, String)>,
    lasts: Vec<String>,
    last_when: String,
    progress: String,
    nil: String,
    /// What came from below, where it is owed upward; whether the step asks for it, and whether it was filled in.
    gathered: Option<GatheredView>,
    gathers: bool,
    filled: bool,
    fault: String,
    key: String,
    seen: i64,
}

/// Which step, and whether last time's answers or what came from below are taken over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    step: String,
    last: bool,
    gather: bool,
}

/// The form.
pub(super) async fn page(
    signed: Signed,
    Path((plan, no)): Path<(i64, i64)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let report = signed.reader.report(PlanId(plan), EntryNo(no)).await?;
    shown(&signed, &report, &wanted, None).await
}

async fn shown(
    signed: &Signed,
    report: &ReportView,
    wanted: &Wanted,
    refused: Option<(&Sent, String)>,
) -> Result<Response> {
    let reader = &signed.reader;
    let (plan, entry) = (&report.view.plan, &report.view.entry);
    let pack = reader.pack(plan)?;
    let register = pack.find_register(&entry.opening.register);
    let step_of = |key: &str| register.and_then(|register| register.flow.find_step(key));
    let chosen = report.steps.iter().find(|key| **key == wanted.step).or_else(|| report.steps.first());
    let step = chosen.and_then(|key| step_of(key));
    let mut form = step.and_then(|step| Some(StepForm::of(reader, register?, entry, step)));
    let last = form.as_ref().map(|form| answers(reader, register, report.last.as_ref(), &form.fields));
    let last = last.unwrap_or_default();
    let gathered = GatheredView::of(reader, plan, entry).await?;
    // Words are what it is put together for: a step that asks for none has nothing to fill in.
    let is_text = |key: &String| {
        let field = register.and_then(|register| register.find_field(key));
        field.is_some_and(|field| field.kind == FieldKind::Text)
    };
    let gathers = gathered.is_some() && step.is_some_and(|step| step.needs.iter().any(is_text));
    let mut filled = false;
    let mut fault = String::new();
    if let Some(form) = &mut form {
        if wanted.last {
            form.fields.iter_mut().zip(&last).filter(|(_, last)| !last.is_empty()).for_each(take_over);
        }
        let below = gathered.as_ref().filter(|_| wanted.gather && gathers);
        if let (Some(below), Some(register), Some(step)) = (below, register, step) {
            below.fill(reader, register, step, form);
            filled = true;
        }
        if let Some((sent, sentence)) = refused {
            form.refill(sent, &sentence);
            fault = sentence;
        }
    }
    let to = format!("/plans/{}/entries/{}", plan.id, entry.no);
    let others = report.steps.iter().filter(|key| Some(*key) != chosen);
    let title_of = |key: &String| Some((key.clone(), step_of(key)?.title.clone()));
    Ok(rendered(&ReportPage {
        frame: Frame::of(signed, &entry.opening.title, "/").await?,
        plan: plan.title.clone(),
        title: entry.opening.title.clone(),
        unit: reader.unit_words(entry.opening.lead),
        due: Due::of(entry.due(), reader.now, entry.phase),
        lamp: Lamp::of(Some(pack), entry.light.as_deref()),
        returned: report.returned.clone().unwrap_or_default(),
        others: others.filter_map(title_of).collect(),
        lasts: last,
        last_when: report.last.as_ref().map(when).unwrap_or_default(),
        progress: entry
            .progress
            .map(|told| format!("计划{}%，实际{}%", told.planned, told.actual))
            .unwrap_or_default(),
        nil: report.nil.clone().unwrap_or_default(),
        form,
        gathered,
        gathers,
        filled,
        fault,
        key: form_key(),
        seen: entry.seq,
        to,
    }))
}

fn take_over((field, last): (&mut Input, &String)) {
    field.value.clone_from(last);
}

/// Of which day a report is.
fn when(entry: &Entry) -> String {
    let expected = entry.opening.expected.as_ref().map(|expected| expected.period);
    expected.map(|day| day.strftime("%-m月%-d日").to_string()).unwrap_or_default()
}

/// What was answered last time in each field; empty where nothing was.
fn answers(
    reader: &luoshi_app::Reader,
    register: Option<&Register>,
    last: Option<&Entry>,
    fields: &[Input],
) -> Vec<String> {
    let answer = |field: &Input| {
        let key = field.name.strip_prefix("f.")?;
        let known = register?.find_field(key).filter(|field| !field.confidential)?;
        let value: &FieldValue = last?.opening.fields.get(&known.key)?;
        Some(value_words(reader, value))
    };
    fields.iter().map(|field| answer(field).unwrap_or_default()).collect()
}

/// What a script is told.
#[derive(Serialize)]
struct Answer {
    /// Whether it was taken.
    taken: bool,
    /// Where it can be seen.
    to: String,
    /// What the user is told where it was not.
    words: String,
    /// Whether another person is signed in by now, or in another post: it waits for its own.
    #[serde(rename = "signedOut")]
    signed_out: bool,
}

/// Takes a report. Sent again it is not taken again; refused it comes back with what was filled in.
pub(super) async fn hand_in(
    State(web): State<Web>,
    signed: Signed,
    Path((plan, no)): Path<(i64, i64)>,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response> {
    let to = format!("/plans/{plan}/entries/{no}");
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let by_script = accept.is_some_and(|kinds| kinds.contains("application/json"));
    let report = signed.reader.report(PlanId(plan), EntryNo(no)).await;
    let mut sent = Sent::read(form).await;
    if let Some(words) = sent.as_ref().ok().and_then(|sent| of_another(&signed, sent)) {
        return Ok(Json(Answer { taken: false, to, words, signed_out: true }).into_response());
    }
    let done = match (&report, &mut sent) {
        (Ok(report), Ok(sent)) => taken(&web, &signed, report, sent).await,
        _ => Ok(()),
    };
    if by_script {
        if let (Err(_), Ok(sent)) = (&report, &sent)
            && signed.reader.has_handed_in(&sent.key, PlanId(plan), EntryNo(no)).await?
        {
            return Ok(answered(Ok(()), String::from("/")));
        }
        let done = report.map_err(WebError::from).and(sent.map(drop)).and(done);
        return Ok(answered(done, to));
    }
    let (report, sent) = (report?, sent?);
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{to}?done={}", sent.step)).into_response()),
        Err(error) if error.refusal().is_some() => {
            let wanted = Wanted { step: sent.step.clone(), last: false, gather: false };
            let page = shown(&signed, &report, &wanted, Some((&sent, error.sentence()))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What is told where another person is signed in by now than who filled a form in, or the same in another
/// post: what it means depends on both.
fn of_another(signed: &Signed, sent: &Sent) -> Option<String> {
    let (person, post) = (signed.reader.actor.person.to_string(), signed.reader.post.id.to_string());
    let differs = |name: &str, now: &str| !matches!(sent.text(name), "") && sent.text(name) != now;
    if differs("person", &person) {
        return Some(String::from("这一份是别人填写的，由本人登录后送出"));
    }
    differs("post", &post).then(|| String::from("这一份是以另一岗位填写的，换回那个岗位后自动送出"))
}

async fn taken(web: &Web, signed: &Signed, report: &ReportView, sent: &mut Sent) -> Result<()> {
    let body = sent.body(web, signed, &report.view).await?;
    let take = TakeStep { step: sent.step.clone(), body, seen: sent.seen };
    signed.reader.hand_in(&sent.key, &report.view, take).await?;
    Ok(())
}

fn answered(done: Result<()>, to: String) -> Response {
    match done {
        Ok(()) => Json(Answer { taken: true, to, words: String::new(), signed_out: false }).into_response(),
        Err(error) => {
            let words = error.sentence();
            (error.status(), Json(Answer { taken: false, to, words, signed_out: false })).into_response()
        }
    }
}
