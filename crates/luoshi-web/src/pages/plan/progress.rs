//! How a plan goes: stages and tasks along its months, with today's line.

use askama::Template;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_app::{Reached, ReachedShare, Reader};
use luoshi_engine::{Entry, EntryRow, ItemContent, Moment, Plan};
use luoshi_pack::Phase;
use luoshi_report::{Cell, Table};
use luoshi_store::Filter;

use super::{Head, Tabs, Wanted};
use crate::error::{Result, rendered};
use crate::export;
use crate::sign::Signed;
use crate::view::{Frame, Lamp, Pager, days_between, lines_at};

/// Rows of the chart on a page.
const ROWS: i64 = 100;

#[derive(Template)]
#[template(path = "plan-progress.html")]
struct ProgressPage {
    frame: Frame,
    head: Head,
    tabs: Tabs,
    months: Vec<Month>,
    today: Option<String>,
    stages: Vec<Bar>,
    quotas: Vec<QuotaView>,
    bars: Vec<Bar>,
    undated: usize,
    cut: bool,
    pager: Pager,
}

/// A quota and how far its units are.
struct QuotaView {
    title: String,
    unit: String,
    /// What the numbers rest on.
    by: &'static str,
    rows: Vec<QuotaRow>,
    target: String,
    done: String,
    rate: String,
}

/// One unit's share.
struct QuotaRow {
    unit: String,
    target: String,
    done: String,
    rate: String,
}

impl QuotaView {
    fn of(reader: &Reader, quota: &Reached) -> Self {
        let rate = |rate: Option<f64>| rate.map_or_else(|| String::from("—"), |rate| format!("{rate:.1}%"));
        let row = |share: &ReachedShare| QuotaRow {
            unit: reader.unit_words(share.unit),
            target: share.target.to_string(),
            done: share.done.map_or_else(|| String::from("未报"), |done| done.to_string()),
            rate: rate(share.rate()),
        };
        let (target, done) = quota.sum();
        Self {
            title: quota.title.clone(),
            unit: quota.unit.clone(),
            by: if quota.certified { "认定数" } else { "上报数" },
            rows: quota.shares.iter().map(row).collect(),
            target: target.to_string(),
            done: done.to_string(),
            rate: rate((target > 0.0).then(|| done / target * 100.0)),
        }
    }
}

/// A month's head: where it begins, in per cent, and its words.
struct Month {
    x: String,
    words: String,
}

/// A row of the chart.
struct Bar {
    to: String,
    title: String,
    under: String,
    colour: String,
    said: String,
    dates: String,
    x: String,
    width: String,
    /// How far it has come, as a width.
    done: String,
}

/// The days that the chart runs over.
#[derive(Clone, Copy)]
struct Range {
    from: Date,
    to: Date,
}

impl Range {
    fn place(self, day: Date) -> f64 {
        let all = f64::from(days_between(self.from, self.to).max(1));
        (f64::from(days_between(self.from, day)) / all * 100.0).clamp(0.0, 100.0)
    }

    /// Where a bar begins and how wide it is; a day is as wide as can be seen.
    fn bar(self, from: Date, to: Date) -> (String, String, f64) {
        let end = to.checked_add(1.day()).unwrap_or(to);
        let (from, to) = (self.place(from), self.place(end));
        let width = (to - from).max(0.6);
        (percent(from.min(100.0 - width)), percent(width), width)
    }

    fn months(self) -> Vec<Month> {
        let mut months: Vec<Month> = Vec::new();
        let mut at = self.from.first_of_month();
        let count = days_between(self.from, self.to) / 30;
        let every = if count > 24 { 3 } else { 1 };
        while at <= self.to && months.len() < 60 {
            let next = at.checked_add(every.months()).unwrap_or(Date::MAX);
            let place = self.place(at.max(self.from));
            let room = self.place(next.min(self.to)) - place;
            let format = match () {
                // The first words are the longest: they hold the year.
                () if room < 4.0 || (months.is_empty() && room < 12.0) => "",
                () if at.month() == 1 || months.iter().all(|month| month.words.is_empty()) => "%y年%-m月",
                () => "%-m月",
            };
            months.push(Month { x: percent(place), words: at.strftime(format).to_string() });
            at = next;
        }
        months
    }
}

fn percent(number: f64) -> String {
    format!("{number:.2}%")
}

pub(super) async fn page(signed: &Signed, plan: &Plan, wanted: &Wanted) -> Result<Response> {
    let reader = &signed.reader;
    let at = wanted.moment(reader);
    let register = reader.task_register(plan).map(|register| register.key.clone());
    let filter = Filter { register, ..Filter::default() };
    let (mut rows, cut) = reader.survey(plan, filter, at).await?;
    rows.retain(|row| row.phase != Phase::Void);
    rows.sort_by_key(|row| (row.due.map_or(i64::MAX, |due| due.0), row.no));
    let now = at.unwrap_or(reader.now);
    if let Some(sheet) = export::wanted(&wanted.file) {
        let table = export::short(table(reader, plan, &rows, now).await?, cut);
        return export::file(reader, sheet, table).await;
    }
    let stages = stages(reader, plan).await?;
    let reached = reader.reached(plan, &rows, at).await?;
    let range = range(plan, &stages, &rows, now);
    let undated = rows.iter().filter(|row| row.due.is_none()).count();
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let head = Head::of(reader, plan);
    let address = format!("{}page=", export::open_address(&head.to, &wanted.kept()));
    let pager = Pager::sized(wanted.page, total, ROWS, address);
    let some: Vec<EntryRow> = pager.part(rows);
    Ok(rendered(&ProgressPage {
        frame: Frame::of(signed, format!("{} 进度", plan.title), "/plans").await?,
        tabs: wanted.tabs(reader, plan),
        months: range.months(),
        today: (range.from <= now.date() && now.date() <= range.to)
            .then(|| percent(range.place(now.due_date()))),
        stages: stages.iter().map(|stage| stage.bar(range, now)).collect(),
        quotas: reached.iter().map(|quota| QuotaView::of(reader, quota)).collect(),
        bars: bars(reader, &some, range, now).await?,
        pager,
        undated,
        cut,
        head,
    }))
}

/// A stage of the plan.
struct Stage {
    name: String,
    from: Date,
    to: Date,
}

impl Stage {
    fn bar(&self, range: Range, now: Moment) -> Bar {
        let (x, width, wide) = range.bar(self.from, self.to);
        let gone = (range.place(now.date()) - range.place(self.from)).clamp(0.0, wide);
        Bar {
            to: String::new(),
            title: self.name.clone(),
            under: String::new(),
            colour: String::from("stage"),
            said: String::from("阶段"),
            dates: format!("{}至{}", self.from, self.to),
            done: percent(gone),
            x,
            width,
        }
    }
}

/// The stages that the plan names with days; one without a beginning begins with the plan or with the
/// end of the one before.
async fn stages(reader: &Reader, plan: &Plan) -> Result<Vec<Stage>> {
    let draft = reader.draft_of(plan).await?;
    let mut stages: Vec<Stage> = Vec::new();
    for (_, content) in draft.standing() {
        let ItemContent::Stage { name, start, end } = content else { continue };
        let before = stages.last().map(|stage| stage.to);
        let begun = start.or(before).or(plan.issued.map(Moment::date));
        let (Some(from), Some(to)) = (begun, end.or(*start).or(plan.end)) else { continue };
        stages.push(Stage { name: name.clone(), from: from.min(to), to });
    }
    Ok(stages)
}

fn range(plan: &Plan, stages: &[Stage], rows: &[EntryRow], now: Moment) -> Range {
    let issued = plan.issued.map_or(now.date(), Moment::date);
    let from = stages.iter().map(|stage| stage.from).chain([issued]).min().unwrap_or(issued);
    let due = rows.iter().filter_map(|row| row.due).map(Moment::due_date);
    let ends = stages.iter().map(|stage| stage.to).chain(due).chain(plan.end);
    let to = ends.max().unwrap_or(now.date()).max(from);
    // A due day typed with a wrong year must not flatten everything else.
    let most = from.checked_add(5.years()).unwrap_or(to);
    let to = to.min(most);
    Range { from: from.first_of_month().max(from.saturating_sub(7.days())), to: to.saturating_add(3.days()) }
}

async fn bars(reader: &Reader, rows: &[EntryRow], range: Range, now: Moment) -> Result<Vec<Bar>> {
    let lines = lines_at(reader, rows, now).await?;
    let bar = |(row, line): (&EntryRow, crate::view::Line)| {
        let entry: Option<Entry> = serde_json::from_str(&row.body).ok();
        let from = entry.as_ref().map_or(range.from, |entry| entry.opened.date());
        let to = row.due.map_or(range.to, Moment::due_date);
        let (x, width, wide) = range.bar(from.min(to), to);
        let progress = entry.as_ref().and_then(|entry| entry.progress).map(|progress| progress.actual);
        let share = match row.phase {
            Phase::Done => 100.0,
            Phase::Submitted => progress.unwrap_or(0.0).max(90.0),
            Phase::Open | Phase::Void => progress.unwrap_or(0.0),
        };
        let late = row.phase == Phase::Open && row.due.is_some_and(|due| due <= now);
        let said = if line.lamp.title.is_empty() { line.state.clone() } else { line.lamp.title.clone() };
        Bar {
            to: line.to,
            title: line.title,
            under: format!("{} {} · {}", line.number, line.lead, line.state),
            colour: colour(row.phase, &line.lamp, late),
            said,
            dates: format!("{from}至{}", if row.due.is_some() { to.to_string() } else { "长期".into() }),
            done: percent(wide * share.clamp(0.0, 100.0) / 100.0),
            x,
            width,
        }
    };
    Ok(rows.iter().zip(lines).map(bar).collect())
}

fn colour(phase: Phase, lamp: &Lamp, late: bool) -> String {
    match phase {
        Phase::Done => String::from("done"),
        _ if late => String::from("red"),
        _ if lamp.colour.is_empty() => String::from("grey"),
        _ => lamp.colour.clone(),
    }
}

async fn table(reader: &Reader, plan: &Plan, rows: &[EntryRow], now: Moment) -> Result<Table> {
    let heads = [
        ("编号", 6.0),
        ("事项", 20.0),
        ("承办单位", 9.0),
        ("开始", 6.0),
        ("时限", 6.0),
        ("状态", 5.0),
        ("灯", 4.0),
    ];
    let mut columns = export::columns(&heads);
    columns.extend(export::numbers(&["计划进度（%）", "实际进度（%）"]));
    let mut table = Table::new("进度", format!("{}进度", plan.title), columns);
    for (row, line) in rows.iter().zip(lines_at(reader, rows, now).await?) {
        let entry: Option<Entry> = serde_json::from_str(&row.body).ok();
        let progress = entry.as_ref().and_then(|entry| entry.progress);
        let number = |number: Option<f64>| number.map_or_else(|| Cell::words(""), Cell::number);
        table.rows.push(vec![
            Cell::words(line.number),
            Cell::words(line.title),
            Cell::words(line.lead),
            Cell::words(entry.map(|entry| entry.opened.date().to_string()).unwrap_or_default()),
            Cell::words(line.due.day),
            Cell::words(line.state),
            export::lamp(&line.lamp),
            number(progress.map(|progress| progress.planned)),
            number(progress.map(|progress| progress.actual)),
        ]);
    }
    Ok(table)
}
