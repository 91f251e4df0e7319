//! The desk (工作台): what I must do now, by due, and what I was told.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_store::Page;
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::sign::Signed;
use crate::view::{Frame, LINES, Line, Pager, lines, minute};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    lines: Vec<Line>,
    pager: Pager,
    told: Vec<Told>,
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
    let (rows, total) = reader.desk(Page::number(part.page, LINES)).await?;
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
    Ok(rendered(&DeskPage {
        frame: Frame::of(&signed, "工作台", "/").await?,
        lines: lines(reader, &rows).await?,
        pager: Pager::new(part.page, total, "/?page="),
        told: told.collect(),
    }))
}
