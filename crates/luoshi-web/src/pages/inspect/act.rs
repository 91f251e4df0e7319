//! What inspectors and leaders do: slips to many at once, with a look before they go out; an instruction.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::{DeskLoad, EntryView, MOST_SLIPS, Reader, Seeing, Urged, Urging};
use luoshi_engine::{EntryNo, PlanId};
use serde::Deserialize;

use crate::error::{Result, WebError, encoded, rendered};
use crate::pages::plan::Choice;
use crate::sign::Signed;
use crate::view::{Due, Frame, form_key};

#[derive(Template)]
#[template(path = "urge.html")]
struct UrgePage {
    frame: Frame,
    fault: String,
    rungs: Vec<Choice>,
    reason: String,
    ids: Vec<String>,
    sent: Vec<(String, String, String)>,
    refused: Vec<(String, String, String)>,
    desks: Vec<Load>,
    messages: usize,
    key: String,
}

/// What one desk gets.
struct Load {
    desk: String,
    people: String,
    new: usize,
    waiting: usize,
    budget: usize,
    beyond: usize,
}

/// The rungs of the ladder that somebody may send, by the name that a pack gives them.
pub(super) fn rungs(reader: &Reader, all: &Seeing, chosen: &str) -> Vec<Choice> {
    let mut found: Vec<Choice> = Vec::new();
    for pack in all.plans.iter().filter_map(|plan| reader.pack(plan).ok()) {
        for rung in reader.context.world(pack, reader.now).slips() {
            if !found.iter().any(|known| known.key == rung.key) {
                found.push(Choice {
                    key: rung.key.clone(),
                    words: rung.title.clone(),
                    chosen: rung.key == chosen,
                });
            }
        }
    }
    found
}

/// What a form of slips sends: the entries ticked, the rung, why, and the key once it is sent.
struct Sent {
    urging: Urging,
    ids: Vec<String>,
    key: String,
}

impl Sent {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut sent = Self { urging: Urging::default(), ids: Vec::new(), key: String::new() };
        for (name, value) in fields {
            match name.as_str() {
                "entry" => {
                    let number = |word: &str| word.parse().ok();
                    let pair = value.split_once('-');
                    let pair = pair.and_then(|(plan, no)| Some((number(plan)?, number(no)?)));
                    if let Some((plan, no)) = pair.filter(|_| !sent.ids.contains(&value)) {
                        sent.urging.entries.push((PlanId(plan), EntryNo(no)));
                        sent.ids.push(value);
                    }
                }
                "rung" => sent.urging.rung = value,
                "reason" => sent.urging.reason = value,
                "key" => sent.key = value,
                _ => {}
            }
        }
        sent
    }

    /// What is wrong with it before anybody is asked.
    fn fault(&self) -> Option<String> {
        self.urging.fault()
    }
}

/// Who would get what, before anything is sent.
pub(crate) async fn preview(signed: Signed, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let sent = Sent::read(fields);
    if !signed.reader.oversees() {
        return Err(WebError::NoPage);
    }
    let fault = sent.fault();
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, shown(&signed, &sent, fault.unwrap_or_default()).await?).into_response())
}

/// Sends them. Sent again nothing goes out twice.
pub(crate) async fn send(signed: Signed, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let sent = Sent::read(fields);
    if !signed.reader.oversees() {
        return Err(WebError::NoPage);
    }
    let fault = sent.fault().or_else(|| sent.key.is_empty().then(|| String::from("请从预览页面发送")));
    if let Some(fault) = fault {
        let page = shown(&signed, &sent, fault).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let urged = signed.reader.urge(&sent.key, &sent.urging).await?;
    if urged.sent.is_empty() {
        let page = shown(&signed, &sent, String::from("没有发出：所选事项都不能督办，原因见下")).await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    let to = format!("/inspect?sent={}&kept={}", urged.sent.len(), urged.refused.len());
    Ok(Redirect::to(&to).into_response())
}

async fn shown(signed: &Signed, sent: &Sent, fault: String) -> Result<Response> {
    let reader = &signed.reader;
    let all = reader.seeing(None).await?;
    let too_many = sent.ids.len() > MOST_SLIPS;
    let urged = if too_many { Urged::default() } else { reader.urging(&sent.urging).await? };
    let to = |plan: PlanId, no: EntryNo| format!("/plans/{plan}/entries/{no}");
    let name = |unit| reader.unit_words(unit);
    let desks: Vec<Load> = urged.desks.iter().map(|desk| load(reader, desk)).collect();
    Ok(rendered(&UrgePage {
        frame: Frame::of(signed, "督办预览", "/inspect").await?,
        rungs: rungs(reader, &all, &sent.urging.rung),
        reason: sent.urging.reason.clone(),
        ids: sent.ids.clone(),
        sent: urged
            .sent
            .into_iter()
            .map(|(plan, no, title, lead)| (to(plan, no), title, name(lead)))
            .collect(),
        refused: urged.refused.into_iter().map(|(plan, no, title, why)| (to(plan, no), title, why)).collect(),
        messages: desks.iter().map(|desk| desk.new).sum(),
        key: form_key(),
        desks,
        fault,
    }))
}

fn load(reader: &Reader, desk: &DeskLoad) -> Load {
    let org = &reader.context.org;
    let people: Vec<String> = desk.people.iter().map(|person| org.person_name(*person)).collect();
    Load {
        desk: format!("{}{}", reader.unit_words(desk.unit), desk.role.title()),
        people: if people.is_empty() { String::from("无人在岗") } else { people.join("、") },
        new: desk.new,
        waiting: desk.waiting,
        budget: desk.budget,
        beyond: desk.beyond(),
    }
}

#[derive(Template)]
#[template(path = "instruct.html")]
struct InstructPage {
    frame: Frame,
    to: String,
    title: String,
    lead: String,
    due: Due,
    today: String,
    words: String,
    day: String,
    key: String,
    fault: String,
}

/// What the form of an instruction sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Instruction {
    key: String,
    words: String,
    due: String,
}

/// The form of an instruction on an entry, for leaders of its issuer.
pub(crate) async fn instruct(signed: Signed, Path((plan, no)): Path<(i64, i64)>) -> Result<Response> {
    let view = signed.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    if !signed.reader.may_instruct(&view.plan, &view.entry) {
        return Err(WebError::NoPage);
    }
    form(&signed, &view, Instruction::default(), String::new()).await
}

/// Gives it.
pub(crate) async fn instructed(
    signed: Signed,
    Path((plan, no)): Path<(i64, i64)>,
    Form(sent): Form<Instruction>,
) -> Result<Response> {
    let view = signed.reader.entry(PlanId(plan), EntryNo(no), None).await?;
    let Ok(due) = sent.due.parse::<Date>() else {
        let page = form(&signed, &view, sent, String::from("请填写落实期限")).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    match signed.reader.instruct(&sent.key, PlanId(plan), EntryNo(no), &sent.words, due).await {
        Ok(outcome) => {
            let task = outcome.opened.first().copied().unwrap_or(EntryNo(no));
            let done = encoded(&format!("/plans/{plan}/entries/{no}#instruct"));
            Ok(Redirect::to(&format!("/plans/{plan}/entries/{task}?done={done}")).into_response())
        }
        Err(error) => {
            let error = WebError::from(error);
            if error.refusal().is_none() {
                return Err(error);
            }
            let page = form(&signed, &view, sent, error.sentence()).await?;
            Ok((error.status(), page).into_response())
        }
    }
}

async fn form(signed: &Signed, view: &EntryView, sent: Instruction, fault: String) -> Result<Response> {
    let reader = &signed.reader;
    let opening = &view.entry.opening;
    Ok(rendered(&InstructPage {
        frame: Frame::of(signed, "批示", "/board").await?,
        to: format!("/plans/{}/entries/{}", view.plan.id, view.entry.no),
        title: opening.title.clone(),
        lead: reader.unit_words(opening.lead),
        due: Due::of(view.entry.due(), reader.now, view.entry.phase),
        today: reader.now.date().to_string(),
        words: sent.words,
        day: sent.due,
        // A form that comes back is another attempt: nothing was kept under the key before.
        key: form_key(),
        fault,
    }))
}
