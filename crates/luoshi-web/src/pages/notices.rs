//! What is posted (公示) for everybody to see, without an account.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use luoshi_app::Notice;
use serde::Deserialize;

use super::plan::{Choice, choices};
use crate::error::{Result, rendered};
use crate::export::open_address;
use crate::state::Web;
use crate::view::{Frame, LINES, Pager};

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    frame: Frame,
    kinds: Vec<Choice>,
    notices: Vec<Notice>,
    pager: Pager,
}

/// Which of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    kind: String,
    page: i64,
}

/// The page.
pub(super) async fn page(State(web): State<Web>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let all = web.app().notices().await?;
    let kinds: BTreeSet<&str> = all.iter().map(|notice| notice.title.as_str()).collect();
    let shown = all.iter().filter(|notice| wanted.kind.is_empty() || notice.title == wanted.kind);
    let shown: Vec<&Notice> = shown.collect();
    let total = i64::try_from(shown.len()).unwrap_or(0);
    let pager = Pager::new(wanted.page, total, open_address("/notices", &[("kind", &wanted.kind)]) + "page=");
    let skip = usize::try_from((pager.page - 1) * LINES).unwrap_or(0);
    let lines = usize::try_from(LINES).unwrap_or(25);
    Ok(rendered(&NoticesPage {
        frame: Frame::bare("公示"),
        kinds: choices(kinds.iter().map(|kind| (*kind, *kind)), &wanted.kind),
        notices: shown.into_iter().skip(skip).take(lines).cloned().collect(),
        pager,
    }))
}
