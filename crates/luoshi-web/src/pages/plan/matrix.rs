//! Who has what: units by registers with counts, or tasks by units with lights.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use luoshi_app::{Matrix, Reader};
use luoshi_engine::{EntryRow, Plan, UnitId};
use luoshi_pack::{Pack, Phase};
use luoshi_report::{Cell, Column, Table};

use super::{Head, Tabs, Wanted};
use crate::error::{Result, rendered};
use crate::export::{self, address, open_address};
use crate::sign::Signed;
use crate::view::{Frame, Lamp, Pager};

/// Tasks on a page.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "plan-matrix.html")]
struct MatrixPage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    by_unit: bool,
    ways: [(String, &'static str, bool); 2],
    grid: Grid,
    cut: bool,
    pager: Pager,
}

/// The matrix: heads of columns and rows.
struct Grid {
    corner: &'static str,
    heads: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    head: String,
    to: String,
    cells: Vec<Vec<Mark>>,
}

/// What stands in a cell.
struct Mark {
    to: String,
    colour: String,
    /// Short, in the cell.
    words: String,
    /// Long, for who cannot see the colour.
    said: String,
}

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let by_unit = wanted.by == "register";
    let (mut grid, cut) = if by_unit {
        (by_register(reader, plan, wanted).await?, false)
    } else {
        by_task(reader, plan, wanted).await?
    };
    if let Some(sheet) = export::wanted(&wanted.file) {
        let table = export::short(table(plan, &grid), cut);
        return export::file(reader, sheet, table).await;
    }
    let total = i64::try_from(grid.rows.len()).unwrap_or(i64::MAX);
    let head = Head::of(reader, plan);
    let pager =
        Pager::sized(wanted.page, total, ROWS, format!("{}page=", open_address(&head.to, &wanted.kept())));
    grid.rows = pager.part(grid.rows);
    let way = |by: &str| address(&head.to, &[("tab", "matrix"), ("by", by), ("as_of", &wanted.as_of)]);
    Ok(rendered(&MatrixPage {
        frame: Frame::of(signed, format!("{} 单位×事项", plan.title), "/plans").await?,
        tabs: wanted.tabs(reader, plan),
        ways: [(way(""), "按事项看", !by_unit), (way("register"), "按台账看", by_unit)],
        pager,
        by_unit,
        grid,
        cut,
        head,
    }))
}

/// Tasks by units: entries of the same task stand in one row.
async fn by_task(reader: &Reader, plan: &Plan, wanted: &Wanted) -> Result<(Grid, bool)> {
    let pack = reader.pack(plan)?;
    let Matrix { units, tasks, cut } = reader.matrix(plan, wanted.moment(reader)).await?;
    let cells = |of: &BTreeMap<UnitId, Vec<EntryRow>>| {
        let marks = |unit| of.get(unit).into_iter().flatten().map(|row| mark(pack, row, wanted)).collect();
        units.iter().map(marks).collect()
    };
    let row = |(title, of): &(String, BTreeMap<UnitId, Vec<EntryRow>>)| Row {
        head: title.clone(),
        to: address(&format!("/plans/{}", plan.id), &[("q", title), ("as_of", &wanted.as_of)]),
        cells: cells(of),
    };
    let rows = tasks.iter().map(row).collect();
    let heads = units.iter().map(|unit| reader.unit_words(*unit)).collect();
    Ok((Grid { corner: "事项", heads, rows }, cut))
}

fn mark(pack: &Pack, row: &EntryRow, wanted: &Wanted) -> Mark {
    let lamp = Lamp::of(Some(pack), row.light.as_deref());
    let state = pack.find_register(&row.register).and_then(|register| register.flow.find_state(&row.state));
    let state = state.map_or(row.state.as_str(), |state| &state.title);
    let (colour, words) = match row.phase {
        Phase::Done => ("done", "✓".to_owned()),
        Phase::Submitted if matches!(lamp.colour.as_str(), "" | "green") => ("blue", "审".to_owned()),
        Phase::Submitted => (lamp.colour.as_str(), "审".to_owned()),
        _ if lamp.title.is_empty() => ("grey", "办".to_owned()),
        _ => (lamp.colour.as_str(), lamp.title.chars().take(1).collect()),
    };
    let to = format!("/plans/{}/entries/{}", row.plan, row.no);
    Mark {
        to: address(&to, &[("as_of", &wanted.as_of)]),
        colour: colour.to_owned(),
        said: [row.number.as_str(), state, lamp.title.as_str()].join(" ").trim().to_owned(),
        words,
    }
}

/// How many entries of a unit in a register are done, and how many under each light.
#[derive(Default)]
struct Tally {
    done: i64,
    all: i64,
    lights: BTreeMap<Option<String>, i64>,
}

/// Units by registers.
async fn by_register(reader: &Reader, plan: &Plan, wanted: &Wanted) -> Result<Grid> {
    let pack = reader.pack(plan)?;
    let mut counted: BTreeMap<(UnitId, String), Tally> = BTreeMap::new();
    for row in reader.by_register(plan, wanted.moment(reader)).await? {
        let tally = counted.entry((row.unit, row.register)).or_default();
        tally.all += row.n;
        match row.phase {
            Phase::Done => tally.done += row.n,
            _ => *tally.lights.entry(row.light).or_default() += row.n,
        }
    }
    let units = reader.in_order(counted.keys().map(|(unit, _)| *unit));
    let used = |key: &str| counted.keys().any(|(_, register)| register == key);
    let registers: Vec<_> = pack.registers.iter().filter(|register| used(&register.key)).collect();
    let path = format!("/plans/{}", plan.id);
    let row = |unit: &UnitId| {
        let id = unit.to_string();
        let cells = registers.iter().map(|register| {
            let Some(tally) = counted.get(&(*unit, register.key.clone())) else { return Vec::new() };
            let to = |more: (&str, &str)| {
                let pairs = [("register", register.key.as_str()), ("unit", &id), more];
                address(&path, &[&pairs[..], &[("as_of", wanted.as_of.as_str())]].concat())
            };
            tally.marks(pack, to)
        });
        Row {
            head: reader.unit_words(*unit),
            to: address(&path, &[("unit", &id), ("as_of", &wanted.as_of)]),
            cells: cells.collect(),
        }
    };
    let rows = units.iter().map(row).collect();
    let heads = registers.iter().map(|register| register.title.clone()).collect();
    Ok(Grid { corner: "单位", heads, rows })
}

impl Tally {
    fn marks(&self, pack: &Pack, to: impl Fn((&str, &str)) -> String) -> Vec<Mark> {
        let mut marks = vec![Mark {
            to: to(("phase", "")),
            colour: String::from(if self.done == self.all { "done" } else { "plain" }),
            words: format!("{}/{}", self.done, self.all),
            said: format!("共{}项，办结{}项", self.all, self.done),
        }];
        for light in pack.lights.iter().rev().filter(|light| light.colour != "green") {
            let n = self.lights.get(&Some(light.key.clone())).copied().unwrap_or(0);
            if n > 0 {
                marks.push(Mark {
                    to: to(("light", &light.key)),
                    colour: light.colour.clone(),
                    words: format!("{}{n}", light.title.chars().take(1).collect::<String>()),
                    said: format!("{}{n}项", light.title),
                });
            }
        }
        marks
    }
}

fn table(plan: &Plan, grid: &Grid) -> Table {
    let mut columns = vec![Column::new(grid.corner, 18.0)];
    columns.extend(grid.heads.iter().map(|head| Column::new(head, 6.0).centred()));
    let mut table = Table::new("单位×事项", format!("{}单位×事项", plan.title), columns);
    for row in &grid.rows {
        let mut cells = vec![Cell::words(&row.head)];
        cells.extend(row.cells.iter().map(|marks| {
            let words: Vec<&str> = marks.iter().map(|mark| mark.said.as_str()).collect();
            Cell::words(words.join("；"))
        }));
        table.rows.push(cells);
    }
    table
}
