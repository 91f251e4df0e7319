//! A register as a table, and the table as a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use luoshi_engine::{Entry, EntryNo, FieldValue, Moment, Organisation, Plan, PlanId, RefusalKind, UnitId};
use luoshi_pack::{Field, FieldKind, Pack, Phase, Register};
use luoshi_press::{Csv, Xlsx};
use luoshi_report::{Align, Cell, Column, Part, Report, Table, Tone, Writer};
use luoshi_store::{Anchor, Filter, Page, StoreError};

use super::column::{STANDARD, Target};
use super::{PAGE, refused};
use crate::app::App;
use crate::error::AppError;

/// What stands for a personal value that the reader may not see.
pub(super) const MASK: &str = "＊＊＊";

/// The most rows of one file: more than a spreadsheet is read with.
pub(crate) const MOST_ROWS: usize = 50_000;

/// Money above this, in fen, is not a number that a spreadsheet keeps exactly.
const EXACT: u64 = 900_000_000_000_000;

/// Personal fields that were opened for the reader, by entry: all others are masked.
pub type Opened = BTreeMap<EntryNo, BTreeMap<String, FieldValue>>;

/// What kind of file a register is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// A workbook, laid out for printing.
    Xlsx,
    /// Comma-separated values.
    Csv,
}

/// How entries of one register are shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'s> {
    pub(crate) org: &'s Organisation,
    pub(crate) pack: &'s Pack,
    pub(crate) register: &'s Register,
    pub(crate) opened: &'s Opened,
}

impl App {
    /// A register of a plan as a table. Personal fields are masked but for those given as opened.
    ///
    /// # Errors
    ///
    /// There is no such plan or register, it is too long for one file, or the store fails.
    pub async fn register_report(
        &self,
        plan: PlanId,
        register: &str,
        opened: &Opened,
    ) -> Result<Report, AppError> {
        self.register_report_within(plan, register, opened, None).await
    }

    /// The same of the entries that some units lead.
    pub(crate) async fn register_report_within(
        &self,
        plan: PlanId,
        register: &str,
        opened: &Opened,
        within: Option<Vec<UnitId>>,
    ) -> Result<Report, AppError> {
        let plan = self.plan_of(plan).await?;
        let context = self.context();
        let pack = context.pack(&plan)?;
        let shown = Shown { org: &context.org, pack, register: register_of(pack, register)?, opened };
        // Before the rows: what they show is at least as new.
        let stamp = self.stamp(plan.id).await?;
        let mut rows = Vec::new();
        let filter = Filter { register: Some(register.to_owned()), within, ..Filter::default() };
        for number in 1.. {
            let page = self.store().find_entries(plan.id, &filter, Page::number(number, PAGE)).await?;
            for row in &page {
                let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                rows.push(shown.row(rows.len() + 1, &entry));
            }
            if rows.len() > MOST_ROWS {
                let sentence = format!(
                    "{}超过{MOST_ROWS}条，一个表格装不下，请导出归档包，其中分册存放",
                    shown.register.title
                );
                return Err(refused(RefusalKind::Incomplete, sentence));
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                break;
            }
        }
        let mut report = shown.report(&plan, self.now(), rows);
        if let Some(stamp) = stamp {
            stamped(&mut report, &stamp);
        }
        Ok(report)
    }

    /// A register of a plan as a file.
    ///
    /// # Errors
    ///
    /// As with [`App::register_report`].
    pub async fn export_register(
        &self,
        plan: PlanId,
        register: &str,
        sheet: Sheet,
        opened: &Opened,
    ) -> Result<Vec<u8>, AppError> {
        let report = Arc::new(self.register_report(plan, register, opened).await?);
        written(report, sheet, self.now()).await
    }
}

/// Puts where the chain stood into a report that goes out: whoever has it can show later that the record was not
/// made anew.
fn stamped(report: &mut Report, stamp: &Anchor) {
    for part in &mut report.parts {
        let Part::Table(table) = part else { continue };
        table.subtitle =
            Some(table.subtitle.take().map_or(stamp.to_string(), |said| format!("{said}　{stamp}")));
    }
}

/// The bytes of a report, made apart from the threads that serve users.
///
/// # Errors
///
/// The program is going down.
pub async fn written(report: Arc<Report>, sheet: Sheet, now: Moment) -> Result<Vec<u8>, AppError> {
    let write = move || {
        let mut out = Vec::new();
        match sheet {
            Sheet::Xlsx => Xlsx { stamp: now.date() }.write(&report, &mut out),
            Sheet::Csv => Csv.write(&report, &mut out),
        }?;
        Ok::<_, std::io::Error>(out)
    };
    let written = tokio::task::spawn_blocking(write).await.map_err(|_| AppError::Closing)?;
    Ok(written.map_err(StoreError::from)?)
}

/// A register of a pack.
pub(crate) fn register_of<'p>(pack: &'p Pack, key: &str) -> Result<&'p Register, AppError> {
    pack.find_register(key).ok_or_else(|| {
        refused(RefusalKind::NotFound, format!("方案包“{}”没有“{key}”台账，请从方案页面重新进入", pack.title))
    })
}

impl Shown<'_> {
    /// The whole table.
    pub(crate) fn report(&self, plan: &Plan, now: Moment, rows: Vec<Vec<Cell>>) -> Report {
        let title = format!("{}{}", plan.title, self.register.title);
        let mut table = Table::new(&self.register.title, &title, self.columns());
        let at = now.civil();
        let until =
            format!("截至{}{:02}:{:02}", now.date().strftime("%Y年%-m月%-d日"), at.hour(), at.minute());
        table.subtitle =
            Some(if plan.number.is_empty() { until } else { format!("{}　{until}", plan.number) });
        table.rows = rows;
        Report { parts: vec![Part::Table(table)], ..Report::new(title) }
    }

    /// The columns: what every entry has, with the register's fields between.
    pub(super) fn columns(&self) -> Vec<Column> {
        let (before, after) = split();
        let fields = self.register.fields.iter().map(|field| {
            let mut column = Column::new(head_of(field), width(field));
            if matches!(field.kind, FieldKind::Number | FieldKind::Money) {
                column.align = Align::Right;
            }
            column
        });
        before.iter().map(standard).chain(fields).chain(after.iter().map(standard)).collect()
    }

    /// The line of one entry.
    pub(crate) fn row(&self, serial: usize, entry: &Entry) -> Vec<Cell> {
        let (before, after) = split();
        let fields = self.register.fields.iter().map(|field| self.field(entry, field));
        let of = |(target, ..): &(Target, &str, &[&str])| self.standard(serial, entry, target);
        before.iter().map(of).chain(fields).chain(after.iter().map(of)).collect()
    }

    /// What one of the columns of every register shows of an entry.
    pub(super) fn standard(&self, serial: usize, entry: &Entry, target: &Target) -> Cell {
        let opening = &entry.opening;
        let day = |due: Option<Moment>| Cell::words(due.map(|due| due.due_day()).unwrap_or_default());
        let moment = |at: Option<Moment>| Cell::words(at.map(minute).unwrap_or_default());
        let percent = |percent: Option<f64>| percent.map_or_else(|| Cell::words(""), Cell::number);
        match target {
            Target::Serial => Cell::number(f64::from(u32::try_from(serial).unwrap_or(u32::MAX))),
            Target::Number => Cell::words(&opening.number),
            Target::Title => Cell::words(&opening.title),
            Target::Lead => Cell::words(self.org.unit_name(opening.lead)),
            Target::Supports => {
                let units: Vec<String> =
                    entry.parts.iter().map(|part| self.org.unit_name(part.unit)).collect();
                Cell::words(units.join("、"))
            }
            Target::State => {
                let state = self.register.flow.find_state(&entry.state);
                Cell::words(state.map_or(entry.state.as_str(), |state| &state.title))
            }
            Target::Light => self.light(entry),
            Target::Due => day(opening.due),
            Target::FirstDue => day(entry.first_due),
            Target::Extended => Cell::number(f64::from(entry.extended)),
            Target::Planned => percent(entry.progress.map(|progress| progress.planned)),
            Target::Actual => percent(entry.progress.map(|progress| progress.actual)),
            Target::Evidence => {
                let names: Vec<&str> = entry.evidence.iter().map(|file| file.name.as_str()).collect();
                Cell::words(names.join("\n"))
            }
            Target::Opened => moment(Some(entry.opened)),
            Target::Handed => {
                moment(entry.handed_in.filter(|_| matches!(entry.phase, Phase::Submitted | Phase::Done)))
            }
            Target::Note | Target::Field(_) | Target::Ignored => Cell::words(""),
        }
    }

    fn light(&self, entry: &Entry) -> Cell {
        let Some(light) = entry.light.as_ref() else { return Cell::words("") };
        let Some(light) = self.pack.find_light(light) else { return Cell::words(light.as_str()) };
        let tone = match light.colour.as_str() {
            "red" => Tone::Error,
            "yellow" | "orange" => Tone::Warning,
            _ => Tone::Plain,
        };
        Cell::words(&light.title).tone(tone)
    }

    /// The value of a field as this reader sees it.
    pub(super) fn value<'e>(&'e self, entry: &'e Entry, key: &str) -> Option<&'e FieldValue> {
        let opened = self.opened.get(&entry.no).and_then(|fields| fields.get(key));
        opened.or_else(|| entry.opening.fields.get(key))
    }

    /// What the cell of a field shows.
    pub(super) fn field(&self, entry: &Entry, field: &Field) -> Cell {
        let opened = self.opened.get(&entry.no).is_some_and(|fields| fields.contains_key(&field.key));
        match self.value(entry, &field.key) {
            None => Cell::words(""),
            Some(value) if value.is_forgotten() => Cell::words(value.plain()),
            Some(_) if field.confidential && !opened => Cell::words(MASK),
            Some(FieldValue::Number(number)) => Cell::number(*number),
            #[expect(clippy::cast_precision_loss, reason = "below what is exact")]
            Some(FieldValue::Money(fen)) if fen.unsigned_abs() < EXACT => Cell::number(*fen as f64 / 100.0),
            Some(FieldValue::Unit(unit)) => Cell::words(self.org.unit_name(*unit)),
            // A hash says nothing to a reader; its beginning is enough to find the file in an archive.
            Some(FieldValue::File(hash)) => Cell::words(format!("附件 {}", &hash.to_string()[..12])),
            Some(value) => Cell::words(value.plain()),
        }
    }
}

type Standard = (Target, &'static str, &'static [&'static str]);

/// The columns before and after the fields; words for a step are only read, never written.
fn split() -> (&'static [Standard], &'static [Standard]) {
    let fields = STANDARD.iter().position(|(target, ..)| *target == Target::Evidence).unwrap_or(0);
    let end = STANDARD.iter().position(|(target, ..)| *target == Target::Note).unwrap_or(STANDARD.len());
    (&STANDARD[..fields], &STANDARD[fields..end])
}

fn standard((target, head, _): &Standard) -> Column {
    match target {
        Target::Serial => Column::new(*head, 3.0).centred(),
        Target::Title => Column::new(*head, 16.0),
        Target::Lead | Target::Supports | Target::Evidence => Column::new(*head, 8.0),
        Target::Light | Target::State | Target::Extended => Column::new(*head, 4.0).centred(),
        Target::Planned | Target::Actual => {
            Column { align: Align::Right, ..Column::new(format!("{head}（%）"), 5.0) }
        }
        _ => Column::new(*head, 6.0).centred(),
    }
}

/// The head of a field's column, its unit in brackets.
pub(super) fn head_of(field: &Field) -> String {
    let unit = match field.kind {
        FieldKind::Money => Some("元"),
        _ => field.unit.as_deref(),
    };
    unit.map_or_else(|| field.title.clone(), |unit| format!("{}（{unit}）", field.title))
}

fn width(field: &Field) -> f64 {
    match field.kind {
        FieldKind::Text => 12.0,
        FieldKind::Place | FieldKind::Unit | FieldKind::File => 8.0,
        FieldKind::Date | FieldKind::Money => 6.0,
        FieldKind::Number | FieldKind::Choice | FieldKind::Person | FieldKind::Reference => 5.0,
    }
}

/// `2026-03-09 08:30`
fn minute(at: Moment) -> String {
    let at = at.civil();
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}
