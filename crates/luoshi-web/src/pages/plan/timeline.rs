//! What happened to a plan and its entries, in words, the newest first.

use askama::Template;
use axum::response::Response;
use luoshi_app::{Happening, Reader, Telling};
use luoshi_engine::{Event, Plan};
use luoshi_report::{Cell, Table};

use super::{Head, Tabs, Wanted};
use crate::error::{Result, rendered};
use crate::export::{self, open_address};
use crate::pages::entry::Happened;
use crate::sign::Signed;
use crate::view::{Frame, minute};

/// Events on a page, and in a file.
const EVENTS: usize = 50;
const FILE: usize = 500;

#[derive(Template)]
#[template(path = "plan-timeline.html")]
struct TimelinePage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    told: Vec<Told>,
    by_hand: bool,
    older: Option<String>,
    latest: Option<String>,
}

/// One event.
struct Told {
    when: String,
    who: String,
    unit: String,
    what: String,
    note: String,
    about: String,
    to: String,
    by_hand: bool,
}

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let by_hand = wanted.hand != "all";
    let file = export::wanted(&wanted.file);
    let before = wanted.before.parse().unwrap_or(i64::MAX);
    let limit = if file.is_some() { FILE } else { EVENTS };
    let until = wanted.moment(reader).unwrap_or(reader.now);
    let (found, next) = reader.timeline(plan, (before, until), by_hand, limit).await?;
    let told: Vec<Told> = found.iter().map(|happening| told(reader, plan, happening)).collect();
    if let Some(sheet) = file {
        let mut table = table(plan, &told);
        if next.is_some() {
            let note = format!("更早的经过没有列入，这里只有最近的{}条；其余请在页面上翻看", told.len());
            table = export::noted(table, note);
        }
        return export::file(reader, sheet, table).await;
    }
    let head = Head::of(reader, plan);
    let address = open_address(&head.to, &wanted.kept());
    Ok(rendered(&TimelinePage {
        frame: Frame::of(signed, format!("{} 动态", plan.title), "/plans").await?,
        tabs: wanted.tabs(reader, plan),
        older: next.map(|next| format!("{address}before={next}")),
        latest: (!wanted.before.is_empty()).then(|| address.trim_end_matches(['&', '?']).to_owned()),
        told,
        by_hand,
        head,
    }))
}

fn told(reader: &Reader, plan: &Plan, happening: &Happening) -> Told {
    let org = &reader.context.org;
    let Happening { recorded, event, entry } = happening;
    let by_hand = !recorded.actor.is_system();
    let unit = org.posts.get(&recorded.actor.post).map(|post| org.unit_name(post.unit));
    let (what, note) = match (event, entry, reader.pack(plan)) {
        (Event::Entry(..), Some(entry), Ok(pack)) => {
            let pair = (recorded.clone(), event.clone());
            let happened = Happened::of(reader, pack, entry, "", &pair);
            (happened.what, happened.note)
        }
        (Event::Plan(event), ..) => {
            let told = Telling::of_plan(event);
            (told.what, told.said)
        }
        _ => Default::default(),
    };
    Told {
        when: minute(recorded.at),
        who: if by_hand { org.person_name(recorded.actor.person) } else { String::from("系统") },
        unit: unit.filter(|_| by_hand).unwrap_or_default(),
        about: entry
            .as_ref()
            .map(|e| format!("{} {}", e.opening.number, e.opening.title))
            .unwrap_or_default(),
        to: entry.as_ref().map(|e| format!("/plans/{}/entries/{}", plan.id, e.no)).unwrap_or_default(),
        what,
        note,
        by_hand,
    }
}

fn table(plan: &Plan, told: &[Told]) -> Table {
    let heads = [("时间", 8.0), ("人员", 5.0), ("单位", 9.0), ("事项", 18.0), ("经过", 16.0), ("说明", 16.0)];
    let mut table = Table::new("动态", format!("{}动态", plan.title), export::columns(&heads));
    let row =
        |at: &Told| [&at.when, &at.who, &at.unit, &at.about, &at.what, &at.note].map(Cell::words).into();
    table.rows = told.iter().map(row).collect();
    table
}
