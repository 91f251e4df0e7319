//! Adding an entry to a register (登记), where the reader's post may.

use askama::Template;
use axum::extract::{Multipart, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::{Addable, Request};
use luoshi_engine::{Command, NewEntry, Plan, PlanId, UnitId};
use serde::Deserialize;

use super::entry::form::{Input, Sent};
use super::plan::{Choice, Head, choices};
use crate::error::{Result, WebError, encoded, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key};

#[derive(Template)]
#[template(path = "new-entry.html")]
struct NewEntryPage {
    frame: Frame,
    head: Head,
    registers: Vec<Choice>,
    register: String,
    register_title: String,
    leads: Vec<Choice>,
    fields: Vec<Input>,
    title: String,
    due: String,
    fault: String,
    key: String,
}

/// Into which register.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    register: String,
}

/// The form.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    shown(&signed, &plan, &wanted.register, None).await
}

async fn shown(
    signed: &Signed,
    plan: &Plan,
    register: &str,
    refused: Option<(&Sent, String)>,
) -> Result<Response> {
    let reader = &signed.reader;
    let addable = reader.addable(reader.pack(plan)?, plan);
    let chosen = addable.iter().find(|a| a.register.key == register).or_else(|| addable.first());
    let said = |name: &str| refused.as_ref().map(|(sent, _)| sent.text(name).to_owned()).unwrap_or_default();
    let input = |field: &luoshi_pack::Field| {
        let value = said(&format!("f.{}", field.key));
        Input::new(reader, field, plan.issuer, field.required, value)
    };
    let all = addable.iter().map(|a| (a.register.key.as_str(), a.register.title.as_str()));
    Ok(rendered(&NewEntryPage {
        frame: Frame::of(signed, format!("{} 登记", plan.title), "/plans").await?,
        head: Head::of(reader, plan),
        registers: choices(all, chosen.map_or("", |a| a.register.key.as_str())),
        register: chosen.map(|a| a.register.key.clone()).unwrap_or_default(),
        register_title: chosen.map(|a| a.register.title.clone()).unwrap_or_default(),
        leads: chosen.map(|a| leads(signed, a, &said("lead"))).unwrap_or_default(),
        fields: chosen.map(|a| asked(a.register).map(input).collect()).unwrap_or_default(),
        title: said("title"),
        due: said("due"),
        key: form_key(),
        fault: refused.map(|(_, sentence)| sentence).unwrap_or_default(),
    }))
}

/// The fields of the form: files of a confidential register come once the entry is there.
fn asked(register: &luoshi_pack::Register) -> impl Iterator<Item = &luoshi_pack::Field> {
    let file = |field: &&luoshi_pack::Field| field.kind == luoshi_pack::FieldKind::File;
    register.fields.iter().filter(move |field| !(register.confidential && file(field)))
}

/// The units that may answer for it; one's own first chosen.
fn leads(signed: &Signed, addable: &Addable<'_>, said: &str) -> Vec<Choice> {
    let chosen = if said.is_empty() { signed.reader.post.unit.to_string() } else { said.to_owned() };
    let lead = |unit: &UnitId| {
        let key = unit.to_string();
        Choice { chosen: key == chosen, words: signed.reader.unit_words(*unit), key }
    };
    addable.leads.iter().map(lead).collect()
}

/// Adds it. Sent again it is not added again; refused it comes back with what was filled in.
pub(super) async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    form: Multipart,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    let mut sent = Sent::read_any(form).await?;
    match added(&web, &signed, &plan, &mut sent).await {
        Ok(to) => Ok(Redirect::to(&to).into_response()),
        Err(error) if error.refusal().is_some() => {
            let refused = Some((&sent, error.sentence()));
            let page = shown(&signed, &plan, sent.text("register"), refused).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn added(web: &Web, signed: &Signed, plan: &Plan, sent: &mut Sent) -> Result<String> {
    let reader = &signed.reader;
    let pack = reader.pack(plan)?;
    let key = sent.text("register").to_owned();
    let register = pack.find_register(&key).ok_or(WebError::NoPage)?;
    let world = reader.context.world(pack, reader.now);
    let mut fields = sent.fields(&world, register)?;
    fields.extend(sent.file_fields(web, register).await?);
    let due = match sent.text("due") {
        "" => None,
        day => {
            let day: Date =
                day.parse().map_err(|_| WebError::Malformed(String::from("日期应为2026-06-30的样子")))?;
            Some(world.due_on(day, luoshi_pack::Until::DayEnd))
        }
    };
    let lead = sent.text("lead").parse().map_or(reader.post.unit, UnitId);
    let title = sent.text("title").to_owned();
    let new = NewEntry { register: key.clone(), title, lead, due, fields, ..NewEntry::default() };
    let command = Command::AddEntry(Box::new(new));
    let actor = reader.actor.clone();
    let request = Request { key: sent.key.clone(), actor, plan: Some(plan.id), command };
    let outcome = web.app().execute(request).await?;
    let entry = outcome.opened.first().map_or_else(String::new, |no| format!("/entries/{no}"));
    // What was typed is kept by the browser as a draft until it is told that this was taken.
    let done = encoded(&format!("/plans/{}/new#{key}", plan.id));
    Ok(format!("/plans/{}{entry}?done={done}", plan.id))
}
