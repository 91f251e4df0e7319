//! Inspection (督办): red and yellow lights, units that do not stir, units that fail again; and what is
//! done about it: slips to many at once, an instruction on one.

mod act;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::ToSpan;
use luoshi_app::{ALARMS, Reader, Seeing};
use luoshi_engine::{EntryRow, Plan, PlanId, UnitId};
use luoshi_pack::Phase;
use luoshi_report::{Cell, Table};
use luoshi_store::{Page, Seen, SeenOrder};
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::export::{self, open_address};
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, lines, minute, on_page, paged};

pub(super) use act::{instruct, instructed, preview, send};

/// For how many days nothing was done, to be chosen.
const DAYS: [(&str, &str); 4] = [("3", "3天"), ("7", "7天"), ("14", "14天"), ("30", "30天")];

/// The orders of entries that are seen.
pub(super) const ORDERS: [(&str, &str, SeenOrder); 5] = [
    ("", "灯重的在前", SeenOrder::Light),
    ("due", "先到期的在前", SeenOrder::Due),
    ("due-last", "后到期的在前", SeenOrder::DueLast),
    ("unit", "按承办单位", SeenOrder::Unit),
    ("plan", "按方案", SeenOrder::Plan),
];

/// The order of a key.
pub(super) fn order(key: &str) -> SeenOrder {
    ORDERS.iter().find(|(known, ..)| *known == key).map(|(.., order)| *order).unwrap_or_default()
}

/// The orders to choose from.
pub(super) fn orders(chosen: &str) -> Vec<Choice> {
    choices(ORDERS.iter().map(|(key, words, _)| (*key, *words)), chosen)
}

/// The orders of units that do not stir.
const SILENT: [(&str, &str); 2] = [("", "最久没有办理的在前"), ("open", "未办结多的在前")];

/// The orders of units that fail again.
const AGAIN: [(&str, &str); 4] = [
    ("", "合计多的在前"),
    ("overdue", "逾期未交多的在前"),
    ("late", "逾期报送多的在前"),
    ("returned", "被退回多的在前"),
];

/// How far back failures count.
pub(crate) const BACK: i64 = 90;

#[derive(Template)]
#[template(path = "inspect.html")]
struct InspectPage {
    frame: Frame,
    tabs: Vec<(String, &'static str, bool)>,
    here: String,
    plans: Vec<Choice>,
    units: Vec<Choice>,
    lights: Vec<Choice>,
    registers: Vec<Choice>,
    days: Vec<Choice>,
    sorts: Vec<Choice>,
    lines: Vec<Slip>,
    silent: Vec<Quiet>,
    again: Vec<Again>,
    pager: Pager,
    rungs: Vec<Choice>,
    xlsx: String,
    csv: String,
    sent: Option<(usize, usize)>,
    since: String,
}

/// An entry that can be ticked.
struct Slip {
    id: String,
    /// Why it cannot be chased by the reader; empty where it can: its unit owes something, and the plan is their
    /// unit's own.
    why_not: &'static str,
    line: Line,
}

impl Slip {
    fn of(reader: &Reader, plans: &[Plan], row: &EntryRow, line: Line) -> Self {
        let plan = plans.iter().find(|plan| plan.id == row.plan);
        let why_not = match row.phase {
            _ if !plan.is_some_and(|plan| reader.chases(plan)) => "由印发单位督查",
            Phase::Open => "",
            Phase::Submitted => "已报待审",
            Phase::Done | Phase::Void => "已办结",
        };
        Self { id: format!("{}-{}", row.plan, row.no), why_not, line }
    }
}

/// A unit that does not stir.
struct Quiet {
    unit: String,
    open: i64,
    last: String,
    to: String,
}

/// A unit that fails again.
struct Again {
    unit: String,
    overdue: i64,
    late: i64,
    returned: i64,
    times: i64,
    overdue_to: String,
    late_to: String,
    returned_to: String,
}

/// Which tab, which entries.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    tab: String,
    plan: String,
    unit: String,
    light: String,
    register: String,
    days: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
    sent: Option<usize>,
    kept: Option<usize>,
}

impl Wanted {
    fn kept(&self) -> Vec<(&str, &str)> {
        vec![
            ("tab", &self.tab),
            ("plan", &self.plan),
            ("unit", &self.unit),
            ("light", &self.light),
            ("register", &self.register),
            ("days", &self.days),
            ("sort", &self.sort),
        ]
    }

    /// The orders that the tab can stand in.
    fn sorts(&self) -> Vec<Choice> {
        match self.tab.as_str() {
            "silent" => choices(SILENT.into_iter(), &self.sort),
            "again" => choices(AGAIN.into_iter(), &self.sort),
            _ => orders(&self.sort),
        }
    }

    fn days(&self) -> i64 {
        self.days.parse().unwrap_or(7).clamp(1, 365)
    }

    fn seen(&self, reader: &Reader, plans: &[Plan]) -> Seen {
        let mut lights = reader.lights(plans, &ALARMS);
        lights.retain(|light| self.light.is_empty() || *light == self.light);
        if lights.is_empty() {
            // A light that none of the packs knows finds nothing.
            lights.push(format!("-{}", self.light));
        }
        Seen {
            lights,
            leads: self.unit.parse().ok().map(|unit| reader.unit_and_below(UnitId(unit))),
            register: (!self.register.is_empty()).then(|| self.register.clone()),
            order: order(&self.sort),
            ..Seen::default()
        }
    }
}

/// The page, for those who inspect and lead.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = &signed.reader;
    if !reader.oversees() {
        return Err(WebError::NoPage);
    }
    let all = reader.seeing(None).await?;
    let only = wanted.plan.parse().ok().map(PlanId);
    let seeing = narrowed(reader, &all, only);
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(reader, &seeing, &wanted).await?).await;
    }
    let files = open_address("/inspect", &wanted.kept());
    let (rows, total, silent, again) = match wanted.tab.as_str() {
        "silent" => {
            let (silent, total) = paged(quiet(reader, &seeing, &wanted).await?, wanted.page);
            (Vec::new(), total, silent, Vec::new())
        }
        "again" => {
            let (again, total) = paged(failing(reader, &seeing, &wanted).await?, wanted.page);
            (Vec::new(), total, Vec::new(), again)
        }
        _ => {
            let seen = wanted.seen(reader, &seeing.plans);
            let read = |page| reader.seen(&seeing.sight, &seen, page);
            let (rows, total) = on_page(wanted.page, read).await?;
            (rows, total, Vec::new(), Vec::new())
        }
    };
    let tab = |key: &str, words| {
        (export::address("/inspect", &[("tab", key), ("plan", &wanted.plan)]), words, wanted.tab == key)
    };
    let chases = all.plans.iter().any(|plan| reader.chases(plan));
    let shown = lines(reader, &rows).await?;
    let slips = rows.iter().zip(shown);
    Ok(rendered(&InspectPage {
        frame: Frame::of(&signed, "督办", "/inspect").await?,
        tabs: vec![tab("", "亮灯事项"), tab("silent", "没有动静的单位"), tab("again", "屡次失误的单位")],
        here: wanted.tab.clone(),
        plans: plans(&all, &wanted.plan),
        units: units(reader, &all, &wanted.unit).await?,
        lights: lights(reader, &all, &wanted.light),
        registers: registers(reader, &seeing, &wanted.register),
        days: choices(DAYS.into_iter(), &wanted.days().to_string()),
        sorts: wanted.sorts(),
        lines: slips.map(|(row, line)| Slip::of(reader, &all.plans, row, line)).collect(),
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        rungs: if chases { act::rungs(reader, &all, "") } else { Vec::new() },
        xlsx: format!("{files}as=xlsx"),
        csv: format!("{files}as=csv"),
        sent: wanted.sent.map(|sent| (sent, wanted.kept.unwrap_or(0))),
        since: since(reader),
        silent,
        again,
    }))
}

/// From which day on failures count.
fn since(reader: &Reader) -> String {
    reader.now.date().saturating_sub(BACK.days()).to_string()
}

/// One plan of those that are seen, or all of them.
pub(super) fn narrowed(reader: &Reader, all: &Seeing, only: Option<PlanId>) -> Seeing {
    let plans: Vec<Plan> =
        all.plans.iter().filter(|plan| only.is_none_or(|only| plan.id == only)).cloned().collect();
    let sight = reader.sight_of(&plans);
    Seeing { plans, sight }
}

pub(super) fn plans(all: &Seeing, chosen: &str) -> Vec<Choice> {
    let choice = |plan: &Plan| Choice {
        key: plan.id.to_string(),
        words: plan.title.clone(),
        chosen: plan.id.to_string() == chosen,
    };
    all.plans.iter().map(choice).collect()
}

/// The units that answer for something, each by the group it counts with.
pub(super) async fn units(reader: &Reader, all: &Seeing, chosen: &str) -> Result<Vec<Choice>> {
    let rows = reader.tallies(all).await?;
    let mut units: Vec<UnitId> = rows.iter().flat_map(|row| [row.unit, reader.group_of(row.unit)]).collect();
    units.extend(chosen.parse().ok().map(UnitId).filter(|unit| reader.sees(*unit)));
    let choice = |unit: UnitId| Choice {
        key: unit.to_string(),
        words: reader.unit_words(unit),
        chosen: unit.to_string() == chosen,
    };
    Ok(reader.in_order(units).into_iter().map(choice).collect())
}

/// The lights that call for attention, by the name that a pack gives them.
fn lights(reader: &Reader, all: &Seeing, chosen: &str) -> Vec<Choice> {
    let title = |key: &str| {
        let packs = all.plans.iter().filter_map(|plan| reader.pack(plan).ok());
        packs.filter_map(|pack| pack.find_light(key)).next().map_or(key.to_owned(), |l| l.title.clone())
    };
    let keys = reader.lights(&all.plans, &ALARMS);
    keys.into_iter().map(|key| Choice { words: title(&key), chosen: key == chosen, key }).collect()
}

/// The registers of the packs of plans, each once.
fn registers(reader: &Reader, seeing: &Seeing, chosen: &str) -> Vec<Choice> {
    let packs = seeing.plans.iter().filter_map(|plan| reader.pack(plan).ok());
    let mut found: Vec<(&str, &str)> =
        packs.flat_map(|pack| pack.registers.iter().map(|r| (r.key.as_str(), r.title.as_str()))).collect();
    found.sort_unstable();
    found.dedup_by_key(|(key, _)| *key);
    choices(found.into_iter(), chosen)
}

/// Whether a unit is asked for.
fn asked(reader: &Reader, wanted: &Wanted) -> impl Fn(UnitId) -> bool + use<> {
    let below = |unit| reader.unit_and_below(UnitId(unit)).into_iter().collect::<BTreeSet<_>>();
    let units = wanted.unit.parse().ok().map(below);
    move |unit| units.as_ref().is_none_or(|units| units.contains(&unit))
}

async fn quiet(reader: &Reader, seeing: &Seeing, wanted: &Wanted) -> Result<Vec<Quiet>> {
    let asked = asked(reader, wanted);
    let mut silent = reader.silent(seeing, wanted.days()).await?;
    if wanted.sort == "open" {
        silent.sort_by_key(|found| Reverse(found.open));
    }
    let quiet = silent.into_iter().filter(|found| asked(found.unit)).map(|found| Quiet {
        unit: reader.unit_words(found.unit),
        open: found.open,
        last: found.last.map_or_else(|| String::from("从未办理"), minute),
        to: export::address(
            "/board/entries",
            &[("unit", &found.unit.to_string()), ("own", "1"), ("phase", "open"), ("plan", &wanted.plan)],
        ),
    });
    Ok(quiet.collect())
}

async fn failing(reader: &Reader, seeing: &Seeing, wanted: &Wanted) -> Result<Vec<Again>> {
    let asked = asked(reader, wanted);
    let (from, until) = (since(reader), reader.now.date().to_string());
    let mut found = reader.offenders(seeing, BACK).await?;
    match wanted.sort.as_str() {
        "overdue" => found.sort_by_key(|found| Reverse(found.overdue)),
        "late" => found.sort_by_key(|found| Reverse(found.late)),
        "returned" => found.sort_by_key(|found| Reverse(found.returned)),
        _ => {}
    }
    let again = found.into_iter().filter(|found| asked(found.unit)).map(|found| {
        let unit = found.unit.to_string();
        let to = |came: &str| {
            let pairs = [("unit", unit.as_str()), ("own", "1"), ("came", came), ("plan", &wanted.plan)];
            export::address("/board/entries", &[&pairs[..], &[("from", &from), ("to", &until)]].concat())
        };
        Again {
            unit: reader.unit_words(found.unit),
            overdue: found.overdue,
            late: found.late,
            returned: found.returned,
            times: found.times(),
            overdue_to: to("missing"),
            late_to: to("late"),
            returned_to: to("returned"),
        }
    });
    Ok(again.collect())
}

async fn table(reader: &Reader, seeing: &Seeing, wanted: &Wanted) -> Result<Table> {
    match wanted.tab.as_str() {
        "silent" => {
            let mut table =
                Table::new("没有动静的单位", "没有动静的单位", export::columns(&[("单位", 12.0)]));
            table.columns.extend(export::numbers(&["未办结"]));
            table.columns.extend(export::columns(&[("最近一次办理", 8.0)]));
            table.subtitle = Some(format!("{}天以上没有人员办理", wanted.days()));
            for unit in quiet(reader, seeing, wanted).await? {
                table.rows.push(vec![
                    Cell::words(unit.unit),
                    export::count(unit.open),
                    Cell::words(unit.last),
                ]);
            }
            Ok(table)
        }
        "again" => {
            let mut table =
                Table::new("屡次失误的单位", "屡次失误的单位", export::columns(&[("单位", 12.0)]));
            table.columns.extend(export::numbers(&["逾期未交", "逾期报送", "被退回", "合计"]));
            table.subtitle = Some(format!("{}以来到期的事项", since(reader)));
            for unit in failing(reader, seeing, wanted).await? {
                let mut row = vec![Cell::words(unit.unit)];
                row.extend([unit.overdue, unit.late, unit.returned, unit.times].map(export::count));
                table.rows.push(row);
            }
            Ok(table)
        }
        _ => {
            let seen = wanted.seen(reader, &seeing.plans);
            let page = Page { skip: 0, limit: export::MOST };
            let (rows, total) = reader.seen(&seeing.sight, &seen, page).await?;
            Ok(export::cut(export::entries("亮灯事项", &lines(reader, &rows).await?), total))
        }
    }
}
