//! The desk (工作台): what I must do now, what is due soon, what I wait for, and what I was told.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::{Act, Overview, Pile, Reader, SOON, Told};
use luoshi_engine::EntryRow;
use luoshi_pack::Role;
use luoshi_store::Page;
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::export::{self, open_address};
use crate::pages::messages;
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, LINES, Line, Pager, form_key, instead, lines, whose};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    frame: Frame,
    title: &'static str,
    hint: String,
    list: String,
    sorts: Vec<Choice>,
    figures: Vec<Figure>,
    tasks: Vec<Task>,
    key: String,
    pager: Pager,
    files: String,
    /// What stands elsewhere: as the only list, or under the tasks.
    soon: Vec<Elsewhere>,
    waits: Vec<Elsewhere>,
    told: Vec<messages::Shown>,
}

/// A figure above the desk of those who oversee, and where it leads.
struct Figure {
    words: &'static str,
    number: i64,
    to: &'static str,
}

/// Something to do: the line of its entry, and what can be done right here.
struct Task {
    line: Line,
    act: Act,
    seen: i64,
}

/// Something that lies with others: the line of its entry, and with whom.
struct Elsewhere {
    line: Line,
    turn: String,
}

/// Which part.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    list: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

impl Part {
    fn pile(&self) -> Pile {
        match self.list.as_str() {
            "soon" => Pile::Soon,
            "waits" => Pile::Waits,
            _ => Pile::Now,
        }
    }

    fn by_plan(&self) -> bool {
        self.sort == "plan"
    }
}

/// How many messages are shown, and how many are gone through for them.
const TOLD: usize = 8;
const TOLD_OF: i64 = 60;

/// How many lines of what lies elsewhere are shown under the tasks.
const FEW: i64 = 6;

/// The orders of the lists.
const SORTS: [(&str, &str); 2] = [("", "先到期的在前"), ("plan", "按方案")];

/// The desk.
pub(super) async fn page(signed: Signed, Query(part): Query<Part>) -> Result<Response> {
    let reader = &signed.reader;
    if let Some(way) = instead(&reader.post) {
        return Ok(Redirect::to(way).into_response());
    }
    let pile = part.pile();
    let (title, hint) = words(pile);
    if let Some(sheet) = export::wanted(&part.file) {
        let rows = reader.pile(pile, part.by_plan(), Page { skip: 0, limit: export::MOST }).await?;
        let table = export::entries(title, &lines(reader, &rows).await?);
        return export::file(reader, sheet, export::cut(table, reader.count_pile(pile).await?)).await;
    }
    let frame = Frame::of(&signed, "工作台", "/").await?;
    let total = if pile == Pile::Now { frame.waiting() } else { reader.count_pile(pile).await? };
    let page = Pager::new(part.page, total, "").page;
    let rows = reader.pile(pile, part.by_plan(), Page::number(page, LINES)).await?;
    let first = pile == Pile::Now && page <= 1;
    let (mut soon, mut waits) = (Vec::new(), Vec::new());
    let few = Page::number(1, FEW);
    match pile {
        Pile::Now if first => {
            soon = elsewhere(reader, &reader.pile(Pile::Soon, part.by_plan(), few).await?).await?;
            waits = elsewhere(reader, &reader.pile(Pile::Waits, part.by_plan(), few).await?).await?;
        }
        Pile::Now => {}
        Pile::Soon => soon = elsewhere(reader, &rows).await?,
        Pile::Waits => waits = elsewhere(reader, &rows).await?,
    }
    let files = open_address("/", &[("list", &part.list), ("sort", &part.sort)]);
    Ok(rendered(&DeskPage {
        frame,
        figures: if first { figures(reader, total).await? } else { Vec::new() },
        tasks: if pile == Pile::Now { tasks(reader, &rows).await? } else { Vec::new() },
        told: if first { told(reader).await? } else { Vec::new() },
        pager: Pager::new(part.page, total, format!("{files}page=")),
        sorts: choices(SORTS.into_iter(), &part.sort),
        list: if pile == Pile::Now { String::new() } else { part.list },
        key: form_key(),
        title,
        hint,
        files,
        soon,
        waits,
    }))
}

/// What a part is called, and what is in it.
fn words(pile: Pile) -> (&'static str, String) {
    match pile {
        Pile::Now => ("工作台", String::from("轮到您办的事")),
        Pile::Soon => ("快到期的", format!("本单位{SOON}天内到期、现在不轮到您办的事")),
        Pile::Waits => ("等别人办的", String::from("您或者本单位已经办了、正在等别人办的事")),
    }
}

async fn tasks(reader: &Reader, rows: &[EntryRow]) -> Result<Vec<Task>> {
    let acts = reader.acts(rows).await?;
    let tasks = lines(reader, rows).await?.into_iter().zip(acts);
    Ok(tasks.map(|(line, (act, seen))| Task { line, act, seen }).collect())
}

async fn elsewhere(reader: &Reader, rows: &[EntryRow]) -> Result<Vec<Elsewhere>> {
    let turns = reader.turns(rows).await?;
    let found = lines(reader, rows).await?.into_iter().zip(turns);
    Ok(found.map(|(line, turn)| Elsewhere { line, turn: whose(reader, turn) }).collect())
}

/// The newest messages about what is not over.
async fn told(reader: &Reader) -> Result<Vec<messages::Shown>> {
    let (told, _) = reader.reminders(Told::Pending, TOLD_OF).await?;
    Ok(told.into_iter().take(TOLD).map(messages::Shown::of).collect())
}

/// The figures of those who oversee: a leader's are about what to decide, an inspector's about whom to chase.
async fn figures(reader: &Reader, waiting: i64) -> Result<Vec<Figure>> {
    let Some(Overview { overdue, red, yellow, silent }) = reader.overview().await? else {
        return Ok(Vec::new());
    };
    let figure = |words, number, to| Figure { words, number, to };
    let mut figures = vec![figure("逾期", overdue, "/board/entries?came=missing")];
    figures.push(figure("红灯", red, "/board/entries?light=red"));
    if reader.post.roles.contains(&Role::Inspector) {
        figures.push(figure("黄灯", yellow, "/board/entries?light=yellow"));
        figures.push(figure("一周没有动静的单位", silent, "/inspect?tab=silent"));
    }
    if reader.post.roles.contains(&Role::Leader) {
        figures.push(figure("等我决定", waiting, "/board"));
    }
    Ok(figures)
}
