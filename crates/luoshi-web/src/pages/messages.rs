//! All reminders (提醒) that somebody got, the newest first.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_app::{MOST_TOLD, Reader, Told};
use luoshi_report::{Cell, Table};
use luoshi_store::Message;
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::export::{self, open_address};
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, Pager, instead, minute, paged};

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    frame: Frame,
    plans: Vec<Choice>,
    kinds: Vec<Choice>,
    told: Vec<Shown>,
    pager: Pager,
    files: String,
    /// Whether older ones are left out.
    cut: bool,
}

/// A message as it is shown.
pub(super) struct Shown {
    pub(super) when: String,
    pub(super) words: String,
    pub(super) to: String,
}

impl Shown {
    /// A message.
    pub(super) fn of(message: Message) -> Self {
        let to = if message.no.0 == 0 {
            format!("/plans/{}", message.plan)
        } else {
            format!("/plans/{}/entries/{}", message.plan, message.no)
        };
        Self { when: minute(message.at), words: message.words, to }
    }
}

/// Which messages.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    plan: String,
    kind: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

/// The kinds as they are chosen; what is none of the others comes from the ladder of a pack.
const KINDS: [(&str, &str); 4] =
    [("ladder", "到期提醒"), ("limit", "超过规定时间"), ("urge", "督办催办"), ("instruction", "领导批示")];

/// The kind of a message, as it is chosen.
fn kind(message: &Message) -> &str {
    if KINDS.iter().any(|(key, _)| *key == message.kind) { &message.kind } else { "ladder" }
}

/// The list.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = &signed.reader;
    if instead(&reader.post).is_some() {
        return Err(WebError::NoPage);
    }
    let (mut told, cut) = reader.reminders(Told::All, MOST_TOLD).await?;
    let plans = plans(reader, &told, &wanted.plan).await?;
    told.retain(|one| {
        (wanted.plan.is_empty() || one.plan.to_string() == wanted.plan)
            && (wanted.kind.is_empty() || kind(one) == wanted.kind)
    });
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(told)).await;
    }
    let files = open_address("/messages", &[("plan", &wanted.plan), ("kind", &wanted.kind)]);
    let (told, total) = paged(told, wanted.page);
    Ok(rendered(&MessagesPage {
        frame: Frame::of(&signed, "全部提醒", "/").await?,
        kinds: choices(KINDS.into_iter(), &wanted.kind),
        told: told.into_iter().map(Shown::of).collect(),
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        plans,
        files,
        cut,
    }))
}

/// The plans that the messages are about.
async fn plans(reader: &Reader, told: &[Message], chosen: &str) -> Result<Vec<Choice>> {
    let ids: BTreeSet<_> = told.iter().map(|one| one.plan).collect();
    let plans = reader.plans_by_id(ids).await?;
    let choice = |plan: &luoshi_engine::Plan| Choice {
        key: plan.id.to_string(),
        words: plan.title.clone(),
        chosen: plan.id.to_string() == chosen,
    };
    Ok(plans.values().rev().map(choice).collect())
}

/// The list as a table.
fn table(told: Vec<Message>) -> Table {
    let mut table = Table::new("提醒", "提醒", export::columns(&[("时间", 8.0), ("内容", 40.0)]));
    let row = |one: Message| vec![Cell::words(minute(one.at)), Cell::words(one.words)];
    table.rows = told.into_iter().map(row).collect();
    table
}
