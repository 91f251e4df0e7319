//! Lists as files: what a list shows, under the same filter, as a workbook or as CSV.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use luoshi_app::ledger::{Sheet, written};
use luoshi_app::{MOST_ENTRIES, Reader};
use luoshi_engine::{Moment, PlanId};
use luoshi_report::{Align, Cell, Column, Part, Report, Table, Tone};

use crate::error::{Result, WebError, encoded};
use crate::view::{Lamp, Line};

/// The most lines of one file.
pub(crate) const MOST: i64 = 10_000;

/// What kind of file is wanted; none for a page.
pub(crate) fn wanted(word: &str) -> Option<Sheet> {
    match word {
        "xlsx" => Some(Sheet::Xlsx),
        "csv" => Some(Sheet::Csv),
        _ => None,
    }
}

/// How the name of a file of a kind ends, and what browsers call it.
pub(crate) fn media(sheet: Sheet) -> (&'static str, &'static str) {
    match sheet {
        Sheet::Xlsx => ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Sheet::Csv => ("csv", "text/csv; charset=utf-8"),
    }
}

/// A table as a file to be kept.
pub(crate) async fn file(reader: &Reader, sheet: Sheet, table: Table) -> Result<Response> {
    file_at(reader.now, sheet, table).await
}

/// The same at a moment, for nobody in particular.
pub(crate) async fn file_at(now: Moment, sheet: Sheet, mut table: Table) -> Result<Response> {
    let (ending, kind) = media(sheet);
    let at = now.civil();
    let until = at.strftime("截至%Y年%-m月%-d日%H:%M").to_string();
    table.subtitle = Some(table.subtitle.map_or(until.clone(), |said| format!("{said}　{until}")));
    if sheet == Sheet::Csv {
        // It has nothing but rows.
        for note in std::mem::take(&mut table.notes) {
            let mut row = vec![Cell::words(""); table.columns.len().max(1)];
            row[0] = Cell::words(note);
            table.rows.push(row);
        }
    }
    let name = format!("{}-{}.{ending}", table.title, at.date());
    let report = Report { parts: vec![Part::Table(table.clone())], ..Report::new(table.title) };
    let bytes = written(Arc::new(report), sheet, now).await?;
    Ok(kept(&name, kind, bytes))
}

/// A register of a plan as a file, as far as the reader sees.
pub(crate) async fn register(reader: &Reader, plan: PlanId, key: &str, sheet: Sheet) -> Result<Response> {
    let plan = reader.plan(plan).await?;
    let register = reader.pack(&plan)?.find_register(key).ok_or(WebError::NoPage)?;
    let (ending, media) = media(sheet);
    let bytes = reader.export_register(&plan, key, sheet).await?;
    Ok(kept(&format!("{}{}.{ending}", plan.title, register.title), media, bytes))
}

/// A file to be kept, never shown.
pub(crate) fn kept(name: &str, kind: &'static str, bytes: impl Into<Body>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = encoded(&name.replace('/', "-"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, bytes.into()).into_response()
}

/// Says under a table how many there are, where it does not hold them all.
pub(crate) fn cut(table: Table, total: i64) -> Table {
    let shown = table.rows.len();
    if i64::try_from(shown).is_ok_and(|shown| shown >= total) {
        return table;
    }
    noted(table, format!("共{total}条，这里只有前{shown}条；其余请缩小筛选范围后另行导出"))
}

/// Says under a table of what was looked at as a whole that there is more.
pub(crate) fn short(table: Table, cut: bool) -> Table {
    let note = format!("任务太多，这里只有前{MOST_ENTRIES}项；其余请从“事项”中导出");
    if cut { noted(table, note) } else { table }
}

/// A table with a line under it.
pub(crate) fn noted(mut table: Table, note: String) -> Table {
    table.notes.push(note);
    table
}

/// Columns of words: head and width.
pub(crate) fn columns(heads: &[(&str, f64)]) -> Vec<Column> {
    heads.iter().map(|(head, width)| Column::new(*head, *width)).collect()
}

/// Columns of numbers after those of words.
pub(crate) fn numbers(heads: &[&str]) -> Vec<Column> {
    heads.iter().map(|head| Column { align: Align::Right, ..Column::new(*head, 5.0) }).collect()
}

/// A count as a cell.
pub(crate) fn count(number: i64) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "far below what is exact")]
    Cell::number(number as f64)
}

/// A light as a cell.
pub(crate) fn lamp(lamp: &Lamp) -> Cell {
    let tone = match lamp.colour.as_str() {
        "red" => Tone::Error,
        "yellow" | "orange" => Tone::Warning,
        _ => Tone::Plain,
    };
    Cell::words(&lamp.title).tone(tone)
}

/// A list of entries as a table.
pub(crate) fn entries(title: &str, lines: &[Line]) -> Table {
    let heads = [
        ("编号", 6.0),
        ("事项", 20.0),
        ("方案", 14.0),
        ("台账", 7.0),
        ("承办单位", 9.0),
        ("状态", 5.0),
        ("灯", 4.0),
        ("时限", 6.0),
        ("剩余", 5.0),
    ];
    let mut table = Table::new("事项", title, columns(&heads));
    let row = |line: &Line| {
        vec![
            Cell::words(&line.number),
            Cell::words(&line.title),
            Cell::words(&line.plan),
            Cell::words(&line.register),
            Cell::words(&line.lead),
            Cell::words(&line.state),
            lamp(&line.lamp),
            Cell::words(&line.due.day),
            Cell::words(&line.due.left),
        ]
    };
    table.rows = lines.iter().map(row).collect();
    table
}

/// An address with what is not empty of a query.
pub(crate) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = given.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// An address that another pair can be added to.
pub(crate) fn open_address(path: &str, pairs: &[(&str, &str)]) -> String {
    let address = address(path, pairs);
    let more = if address.contains('?') { '&' } else { '?' };
    format!("{address}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_hold_everything_says_so() {
        let mut table = Table::new("事项", "事项", columns(&[("编号", 6.0)]));
        table.rows.push(vec![Cell::words("1")]);
        assert!(cut(table.clone(), 1).notes.is_empty());
        assert_eq!(cut(table.clone(), 5).notes, ["共5条，这里只有前1条；其余请缩小筛选范围后另行导出"]);
        assert!(short(table.clone(), false).notes.is_empty() && !short(table, true).notes.is_empty());
    }
}
