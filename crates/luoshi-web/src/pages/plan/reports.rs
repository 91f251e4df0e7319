//! Who reported: each duty, its schedule in words, and what was expected of each unit and came.

use std::cmp::Reverse;

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use luoshi_app::Reader;
use luoshi_app::drafting::schedule_words;
use luoshi_engine::{Moment, Plan, UnitId};
use luoshi_pack::{Duty, Owes};
use luoshi_report::{Cell, Table};
use luoshi_store::CompletenessRow;

use super::{Choice, Head, Tabs, Wanted, choices};
use crate::error::{Result, rendered};
use crate::export::{self, address, open_address};
use crate::pages::call::CallForm;
use crate::sign::Signed;
use crate::view::{Frame, Pager, paged};

#[derive(Template)]
#[template(path = "plan-reports.html")]
struct ReportsPage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    duties: Vec<Owed>,
    until: String,
    as_of: String,
    units: Vec<Choice>,
    sorts: Vec<Choice>,
    pager: Pager,
}

/// The orders in which the units can stand.
const SORTS: [(&str, &str); 3] = [("", "按单位"), ("missing", "未报多的在前"), ("late", "按时少的在前")];

/// A duty and what came of it.
struct Owed {
    title: String,
    schedule: String,
    from: String,
    /// Who receives it, where that is said, for those who see its issuer.
    to: String,
    nil: bool,
    next: String,
    /// Where its event is told, for those who may.
    call: Option<CallForm>,
    units: Vec<Unit>,
    all: Came,
}

struct Unit {
    id: UnitId,
    name: String,
    to: String,
    came: Came,
}

/// What was expected and came.
#[derive(Default)]
struct Came {
    expected: i64,
    received: i64,
    on_time: i64,
    nil: i64,
}

impl Came {
    fn of(row: &CompletenessRow) -> Self {
        Self { expected: row.expected, received: row.received, on_time: row.on_time, nil: row.nil }
    }

    /// Of several units together.
    fn sum(units: &[Unit]) -> Self {
        let mut all = Self::default();
        for Unit { came, .. } in units {
            all.expected += came.expected;
            all.received += came.received;
            all.on_time += came.on_time;
            all.nil += came.nil;
        }
        all
    }

    fn missing(&self) -> i64 {
        self.expected - self.received
    }

    fn rate(&self) -> String {
        percent(self.received, self.expected)
    }

    fn timely(&self) -> String {
        percent(self.on_time, self.expected)
    }
}

fn percent(part: i64, whole: i64) -> String {
    if whole == 0 { String::from("—") } else { format!("{}%", part * 100 / whole) }
}

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let at = wanted.moment(reader).unwrap_or(reader.now);
    let begun = plan.issued.map_or(Date::MIN, Moment::date);
    let asked = plan.duties.iter().map(|duty| (&*duty.key, begun.min(duty.start.unwrap_or(Date::MAX))));
    let asked: Vec<(&str, Date)> = asked.collect();
    let came = reader.reported(plan, &asked, at.due_date(), wanted.moment(reader)).await?;
    let duties = plan.duties.iter().zip(came).map(|(duty, rows)| owed(reader, plan, duty, &rows, at));
    let mut duties = duties.collect::<Result<Vec<_>>>()?;
    let only = wanted.unit.parse().ok().map(|unit| reader.unit_and_below(UnitId(unit)));
    let units = choices_of(reader, &duties, &wanted.unit);
    for duty in &mut duties {
        duty.units.retain(|unit| only.as_ref().is_none_or(|only| only.contains(&unit.id)));
        duty.all = Came::sum(&duty.units);
        match wanted.sort.as_str() {
            "missing" => duty.units.sort_by_key(|unit| Reverse(unit.came.missing())),
            "late" => duty.units.sort_by_key(|unit| unit.came.on_time - unit.came.expected),
            _ => {}
        }
    }
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(plan, &duties)).await;
    }
    let mut longest = 0;
    for duty in &mut duties {
        let (units, total) = paged(std::mem::take(&mut duty.units), wanted.page);
        (duty.units, longest) = (units, total.max(longest));
    }
    let head = Head::of(reader, plan);
    let address = format!("{}page=", open_address(&head.to, &wanted.kept()));
    let tabs = wanted.tabs(reader, plan);
    Ok(rendered(&ReportsPage {
        frame: Frame::of(signed, format!("{} 报送", plan.title), "/plans").await?,
        as_of: tabs.as_of.clone(),
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        pager: Pager::new(wanted.page, longest, address),
        until: at.due_date().to_string(),
        head,
        tabs,
        units,
        duties,
    }))
}

/// The units that owe something.
fn choices_of(reader: &Reader, duties: &[Owed], chosen: &str) -> Vec<Choice> {
    let units = reader.in_order(duties.iter().flat_map(|duty| duty.units.iter().map(|unit| unit.id)));
    let choice = |unit: UnitId| Choice {
        key: unit.to_string(),
        words: reader.unit_words(unit),
        chosen: unit.to_string() == chosen,
    };
    units.into_iter().map(choice).collect()
}

fn owed(reader: &Reader, plan: &Plan, duty: &Duty, rows: &[CompletenessRow], at: Moment) -> Result<Owed> {
    let path = format!("/plans/{}", plan.id);
    let mut units = Vec::new();
    for unit in reader.in_order(rows.iter().map(|row| row.unit)) {
        let Some(row) = rows.iter().find(|row| row.unit == unit) else { continue };
        let id = unit.to_string();
        units.push(Unit {
            id: unit,
            name: reader.unit_words(unit),
            to: address(&path, &[("register", &duty.register), ("unit", &id), ("q", &duty.title)]),
            came: Came::of(row),
        });
    }
    let pack = reader.pack(plan)?;
    let periods = reader.context.world(pack, at).periods(plan, duty);
    let next = periods.into_iter().find(|day| *day >= at.date());
    Ok(Owed {
        title: duty.title.clone(),
        schedule: duty.until.told(schedule_words(duty)),
        from: owes(reader, plan, duty),
        to: duty.to.clone().filter(|_| reader.sees(plan.issuer)).unwrap_or_default(),
        nil: duty.nil,
        call: CallForm::of(reader, plan, duty),
        next: next.map(|day| day.to_string()).unwrap_or_default(),
        all: Came::sum(&units),
        units,
    })
}

/// Who owes a duty, in words.
fn owes(reader: &Reader, plan: &Plan, duty: &Duty) -> String {
    match &duty.from {
        Owes::Issuer => reader.context.org.unit_name(plan.issuer),
        Owes::Kind(kind) => {
            let known = luoshi_engine::UnitKind::ALL.iter().find(|known| known.word == kind);
            format!("各{}", known.map_or(kind.as_str(), |known| known.title))
        }
        Owes::Parties => String::from("各责任单位"),
        Owes::Units(names) => names.join("、"),
    }
}

fn table(plan: &Plan, duties: &[Owed]) -> Table {
    let mut columns = export::columns(&[("报送任务", 14.0), ("报送时间", 10.0), ("单位", 9.0)]);
    columns.extend(export::numbers(&["应报", "已报", "按时", "零报告", "未报"]));
    let mut table = Table::new("报送", format!("{}报送情况", plan.title), columns);
    for duty in duties {
        for unit in &duty.units {
            let came = &unit.came;
            let counts = [came.expected, came.received, came.on_time, came.nil, came.missing()];
            let mut row =
                vec![Cell::words(&duty.title), Cell::words(&duty.schedule), Cell::words(&unit.name)];
            row.extend(counts.map(export::count));
            table.rows.push(row);
        }
    }
    table
}
