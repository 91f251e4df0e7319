//! The record for the audit administrator: who did what to the organisation, and whether the chains hold.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::directory::find_person;
use luoshi_app::ledger::Sheet;
use luoshi_app::{Kind, Record, RecordPage, Sought};
use luoshi_engine::{Actor, SystemRole};
use luoshi_report::{Cell, Column, Part, Report, Table};
use serde::Deserialize;

use super::admin::sent_file;
use crate::error::{Result, encoded, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, minute};

/// Lines on a page.
const LINES: usize = 50;

/// Lines in a workbook.
const EXPORTED: usize = 4000;

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    person: String,
    fault: String,
    day: String,
    kind: String,
    kinds: [(Kind, &'static str, &'static str); 7],
    records: Vec<Line>,
    total: i64,
    newest: String,
    older: String,
    export: String,
}

/// A line of the record.
struct Line {
    seq: i64,
    at: String,
    record: Record,
}

/// Which part of the record.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    person: String,
    kind: String,
    day: String,
    before: Option<i64>,
}

impl Wanted {
    /// The address of the same with another beginning.
    fn address(&self, page: &str) -> String {
        let (person, kind, day) = (encoded(&self.person), encoded(&self.kind), encoded(&self.day));
        format!("{page}?person={person}&kind={kind}&day={day}")
    }
}

/// Where something was done from, in words.
fn place(address: &str) -> String {
    if address == Actor::system().address { String::from("本系统") } else { address.to_owned() }
}

/// What is read: the page, and why a person was not found.
async fn read(signed: &Signed, wanted: &Wanted, lines: usize) -> Result<(RecordPage, String)> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::AuditAdmin)?;
    let person = match wanted.person.trim() {
        "" => None,
        words => match find_person(&reader.context.org, words, reader.now.date()) {
            Ok(person) => Some(person),
            Err(refusal) => return Ok((RecordPage::default(), refusal.sentence)),
        },
    };
    let day: Option<Date> = wanted.day.parse().ok();
    let sought = Sought { person, kind: Kind::find(&wanted.kind), day, before: wanted.before };
    Ok((reader.record(&sought, lines).await?, String::new()))
}

/// The record.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (page, fault) = read(&signed, &wanted, LINES).await?;
    let address = wanted.address("/audit");
    let line = |mut record: Record| {
        record.address = place(&record.address);
        Line { seq: record.seq, at: minute(record.at), record }
    };
    Ok(rendered(&AuditPage {
        frame: Frame::of(&signed, "审计记录", "/audit").await?,
        fault,
        total: page.total,
        older: page.next.map(|next| format!("{address}&before={next}")).unwrap_or_default(),
        newest: if wanted.before.is_some() { address } else { String::new() },
        export: wanted.address("/audit/record.xlsx"),
        records: page.records.into_iter().map(line).collect(),
        kinds: Kind::ALL,
        person: wanted.person,
        day: wanted.day,
        kind: wanted.kind,
    }))
}

/// The record as a workbook.
pub(super) async fn file(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (page, _) = read(&signed, &wanted, EXPORTED).await?;
    let heads = [
        ("序号", 6.0),
        ("时间", 12.0),
        ("人员", 8.0),
        ("来源", 12.0),
        ("类别", 10.0),
        ("内容", 50.0),
        ("校验值", 12.0),
    ];
    let columns = heads.iter().map(|(head, width)| Column::new(*head, *width)).collect();
    let mut table = Table::new("审计记录", "组织机构审计记录", columns);
    let row = |record: Record| {
        let Record { seq, at, who, address, kind, what, hash } = record;
        let words = [seq.to_string(), minute(at), who, place(&address), kind.title().to_owned(), what, hash];
        words.into_iter().map(Cell::words).collect()
    };
    table.rows = page.records.into_iter().map(row).collect();
    if page.next.is_some() {
        let note = format!("更早的记录没有列入，这里只有最近的{}条；其余请按日期另行导出", table.rows.len());
        table.notes.push(note);
    }
    let report = Report { title: table.title.clone(), subtitle: None, parts: vec![Part::Table(table)] };
    sent_file(&signed.reader, Sheet::Xlsx, report, "审计记录.xlsx").await
}

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    frame: Frame,
    running: String,
    ended: String,
    sound: bool,
    summary: String,
    faults: Vec<String>,
}

/// What verifying found.
pub(super) async fn check(State(web): State<Web>, signed: Signed) -> Result<Response> {
    signed.reader.must_be(SystemRole::AuditAdmin)?;
    let check = web.app().check();
    let (ended, sound, summary, faults) = match check.last {
        None => (String::new(), false, String::new(), Vec::new()),
        Some((at, Err(sentence))) => (minute(at), false, sentence, Vec::new()),
        Some((at, Ok(report))) => {
            let faults = report.faults.iter().map(ToString::to_string).collect();
            let told = report.to_string();
            let summary = told.lines().next().unwrap_or_default().to_owned();
            (minute(at), report.sound(), summary, faults)
        }
    };
    Ok(rendered(&VerifyPage {
        frame: Frame::of(&signed, "核验", "/audit/verify").await?,
        running: check.running.map(minute).unwrap_or_default(),
        ended,
        sound,
        summary,
        faults,
    }))
}

/// Begins to verify.
pub(super) async fn begin_check(State(web): State<Web>, signed: Signed) -> Result<Response> {
    signed.reader.must_be(SystemRole::AuditAdmin)?;
    web.app().begin_check();
    Ok(Redirect::to("/audit/verify").into_response())
}
