//! The entries of a plan.

use askama::Template;
use axum::response::Response;
use luoshi_app::Reader;
use luoshi_engine::{EntryRow, Plan, UnitId};
use luoshi_pack::{Pack, Phase};
use luoshi_store::{Filter, Order, Page};

use super::{Choice, Head, Tabs, Wanted, choices, registers};
use crate::error::{Result, rendered};
use crate::export;
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, lines_at, on_page};

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    registers: Vec<Choice>,
    states: Vec<Choice>,
    phases: Vec<Choice>,
    lights: Vec<Choice>,
    units: Vec<Choice>,
    orders: Vec<Choice>,
    words: String,
    lines: Vec<Line>,
    pager: Pager,
    given: Option<usize>,
}

/// The phases as they are chosen.
const PHASES: [(&str, &str, Phase); 3] = [
    ("open", "办理中", Phase::Open),
    ("submitted", "待审核", Phase::Submitted),
    ("done", "已办结", Phase::Done),
];

/// The orders as they are chosen.
const ORDERS: [(&str, &str, Order); 4] = [
    ("", "编号", Order::Number),
    ("number-last", "编号，后编的在前", Order::NumberLast),
    ("due", "时限，先到期的在前", Order::Due),
    ("due-last", "时限，后到期的在前", Order::DueLast),
];

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let pack = reader.pack(plan)?;
    if let Some(sheet) = export::wanted(&wanted.file) {
        let (rows, total) = found(reader, plan, wanted, Page { skip: 0, limit: export::MOST }).await?;
        let title = format!("{}事项清单", plan.title);
        let lines = lines_at(reader, &rows, wanted.moment(reader).unwrap_or(reader.now)).await?;
        return export::file(reader, sheet, export::cut(export::entries(&title, &lines), total)).await;
    }
    let (rows, total) = on_page(wanted.page, |page| found(reader, plan, wanted, page)).await?;
    let head = Head::of(reader, plan);
    let address = format!("{}page=", export::open_address(&head.to, &wanted.kept()));
    let phases = PHASES.iter().map(|(key, words, _)| (*key, *words));
    Ok(rendered(&PlanPage {
        lines: lines_at(reader, &rows, wanted.moment(reader).unwrap_or(reader.now)).await?,
        pager: Pager::new(wanted.page, total, address),
        registers: registers(pack, &wanted.register),
        states: states(pack, wanted),
        phases: choices(phases, &wanted.phase),
        orders: choices(ORDERS.iter().map(|(key, words, _)| (*key, *words)), &wanted.sort),
        lights: choices(pack.lights.iter().map(|l| (l.key.as_str(), l.title.as_str())), &wanted.light),
        units: units(reader, plan, &wanted.unit).await?,
        frame: Frame::of(signed, &plan.title, "/plans").await?,
        tabs: wanted.tabs(reader, plan),
        given: wanted.given,
        words: wanted.q.clone(),
        head,
    }))
}

/// The entries that are asked for, as they are or as they were.
async fn found(reader: &Reader, plan: &Plan, wanted: &Wanted, page: Page) -> Result<(Vec<EntryRow>, i64)> {
    let given = |word: &str| (!word.is_empty()).then(|| word.to_owned());
    let filter = Filter {
        register: given(&wanted.register),
        state: given(&wanted.state),
        phase: PHASES.iter().find(|(key, ..)| *key == wanted.phase).map(|(.., phase)| *phase),
        light: given(&wanted.light),
        lead: wanted.unit.parse().ok().map(UnitId),
        words: given(wanted.q.trim()),
        ..Filter::default()
    };
    let order = ORDERS.iter().find(|(key, ..)| *key == wanted.sort).map(|(.., order)| *order);
    let order = order.unwrap_or_default();
    Ok(reader.entries_at(plan, filter, order, page, wanted.moment(reader)).await?)
}

/// The units that answer for entries of a plan.
async fn units(reader: &Reader, plan: &Plan, chosen: &str) -> Result<Vec<Choice>> {
    let plans = vec![plan.clone()];
    let sight = reader.sight_of(&plans);
    let rows = reader.tallies(&luoshi_app::Seeing { plans, sight }).await?;
    let units = reader.in_order(rows.iter().map(|row| row.unit));
    let choice = |unit: UnitId| Choice {
        key: unit.to_string(),
        words: reader.unit_words(unit),
        chosen: unit.to_string() == chosen,
    };
    Ok(units.into_iter().map(choice).collect())
}

/// The states of the chosen register, or of all.
fn states(pack: &Pack, wanted: &Wanted) -> Vec<Choice> {
    let registers = pack.registers.iter().filter(|r| wanted.register.is_empty() || r.key == wanted.register);
    let mut states: Vec<(&str, &str)> = registers
        .flat_map(|r| r.flow.states.iter())
        .map(|state| (state.key.as_str(), state.title.as_str()))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    states.retain(|(key, _)| seen.insert(*key));
    choices(states.into_iter(), &wanted.state)
}
