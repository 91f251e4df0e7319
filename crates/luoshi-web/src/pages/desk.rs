//! The desk (工作台): what I must do now, by due, and what I was told.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::Act;
use luoshi_store::Page;
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, form_key, instead, lines, minute, on_page};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    lines: Vec<Task>,
    key: String,
    pager: Pager,
    told: Vec<Told>,
}

/// Something to do: the line of its entry, and what can be done right here.
struct Task {
    line: Line,
    act: Act,
    seen: i64,
}

/// A message.
struct Told {
    when: String,
    words: String,
    to: String,
}

/// Which part.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    page: i64,
}

/// How many messages are shown.
const TOLD: i64 = 8;

/// The desk.
pub(super) async fn page(signed: Signed, Query(part): Query<Part>) -> Result<Response> {
    let reader = &signed.reader;
    if let Some(way) = instead(&reader.post) {
        return Ok(Redirect::to(way).into_response());
    }
    let (rows, total) = on_page(part.page, |page| reader.desk(page)).await?;
    let messages = reader.messages(Page::number(1, TOLD)).await?;
    let told = messages.into_iter().map(|message| Told {
        when: minute(message.at),
        words: message.words,
        to: if message.no.0 == 0 {
            format!("/plans/{}", message.plan)
        } else {
            format!("/plans/{}/entries/{}", message.plan, message.no)
        },
    });
    let acts = reader.acts(&rows).await?;
    let tasks = lines(reader, &rows).await?.into_iter().zip(acts);
    Ok(rendered(&DeskPage {
        frame: Frame::of(&signed, "工作台", "/").await?,
        lines: tasks.map(|(line, (act, seen))| Task { line, act, seen }).collect(),
        key: form_key(),
        pager: Pager::new(part.page, total, "/?page="),
        told: told.collect(),
    }))
}
