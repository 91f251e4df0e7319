//! What is posted (公示) for everybody to see, without an account.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use luoshi_app::Notice;
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use super::plan::{Choice, choices};
use crate::error::{Result, rendered};
use crate::export::{self, open_address};
use crate::state::Web;
use crate::view::{Frame, Pager, paged};

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    frame: Frame,
    kinds: Vec<Choice>,
    sorts: Vec<Choice>,
    files: String,
    notices: Vec<Notice>,
    pager: Pager,
}

/// Which of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    kind: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

/// The orders in which the list can stand.
const SORTS: [(&str, &str); 3] = [("", "后公示的在前"), ("ends", "先期满的在前"), ("plan", "按方案")];

/// The page.
pub(super) async fn page(State(web): State<Web>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let all = web.app().notices().await?;
    let kinds: BTreeSet<&str> = all.iter().map(|notice| notice.title.as_str()).collect();
    let shown = all.iter().filter(|notice| wanted.kind.is_empty() || notice.title == wanted.kind);
    let mut shown: Vec<&Notice> = shown.collect();
    match wanted.sort.as_str() {
        "ends" => shown.sort_by_key(|notice| notice.days.1),
        "plan" => shown.sort_by(|one, other| one.plan.cmp(&other.plan)),
        _ => {}
    }
    let files = open_address("/notices", &[("kind", &wanted.kind), ("sort", &wanted.sort)]);
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file_at(web.app().now(), sheet, table(&shown)).await;
    }
    let (shown, total) = paged(shown, wanted.page);
    Ok(rendered(&NoticesPage {
        frame: Frame::bare("公示"),
        kinds: choices(kinds.iter().map(|kind| (*kind, *kind)), &wanted.kind),
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        notices: shown.into_iter().cloned().collect(),
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        files,
    }))
}

/// The list as a table.
fn table(notices: &[&Notice]) -> Table {
    let heads = [
        ("公示内容", 10.0),
        ("编号", 6.0),
        ("方案", 14.0),
        ("单位", 9.0),
        ("现状", 5.0),
        ("公示事项", 30.0),
        ("公示期", 10.0),
    ];
    let mut table = Table::new("公示", "公示", export::columns(&heads));
    let row = |notice: &&Notice| {
        let words: Vec<String> =
            notice.words.iter().map(|(title, words)| format!("{title}：{words}")).collect();
        let days = format!("{}至{}", notice.days.0, notice.days.1);
        let words = words.join("；");
        [&notice.title, &notice.number, &notice.plan, &notice.unit, &notice.state, &words, &days]
            .map(Cell::words)
            .to_vec()
    };
    table.rows = notices.iter().map(row).collect();
    table
}
