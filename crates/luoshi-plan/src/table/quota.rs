//! Quotas: numbers given to units by a table, or by a list of `unit：number` lines.

use luoshi_text::Span;

use crate::compile::Reading;
use crate::lexicon::class;
use crate::model::{QuotaShare, QuotaTable, Sourced};

use super::grid::{Cell, Grid};
use super::head::{Column, Heads, amount, scaled};

/// The quotas of a table, one a number column.
pub(super) fn of_grid(
    reading: &Reading<'_>,
    grid: &Grid,
    heads: &Heads,
    title: Option<&Sourced<String>>,
) -> Vec<QuotaTable> {
    let names = heads
        .first(Column::Unit)
        .or_else(|| heads.first(Column::Task))
        .or_else(|| heads.first(Column::Responsible))
        .or_else(|| heads.first(Column::Other));
    let Some(names) = names else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (c, kind) in heads.columns.iter().enumerate() {
        if *kind != Column::Amount {
            continue;
        }
        let Some(of) = head_words(reading, &heads.cells[c]) else {
            continue;
        };
        let head_unit = head_unit(&of.value);
        let mut table = QuotaTable {
            title: title.cloned(),
            of,
            unit: head_unit.as_deref().map(|u| scaled(0.0, u).1.to_owned()).filter(|u| !u.is_empty()),
            shares: Vec::new(),
            total: None,
        };
        let mut last_subtotal = None;
        for row in &grid.rows[heads.body..] {
            let Some(value) = value(reading, &row[c], head_unit.as_deref(), &mut table.unit) else {
                continue;
            };
            match total_word(reading, row) {
                Some(true) => table.total = Some(value),
                Some(false) => last_subtotal = Some(value),
                None => {
                    if let Some(unit) = words(reading, &row[names]) {
                        table.shares.push(QuotaShare { unit, value });
                    }
                }
            }
        }
        table.total = table.total.or(last_subtotal);
        let distributes = heads.has(Column::Unit) || table.total.is_some();
        if table.shares.len() >= 2 && distributes {
            out.push(table);
        }
    }
    out
}

/// Whether a row is a total (true) or a subtotal (false).
pub(super) fn total_word(reading: &Reading<'_>, row: &[Cell]) -> Option<bool> {
    row.iter().take(3).find_map(|cell| {
        let text: String = cell.text(reading).chars().filter(|c| !c.is_whitespace()).collect();
        if ["合计", "总计", "总数", "共计"].iter().any(|w| text.starts_with(w)) {
            Some(true)
        } else if text.starts_with("小计") || text.ends_with("小计") {
            Some(false)
        } else {
            None
        }
    })
}

fn words(reading: &Reading<'_>, cell: &Cell) -> Option<Sourced<String>> {
    let value = cell.text(reading);
    (!value.is_empty()).then_some(Sourced { value, span: cell.span(reading)? })
}

fn value(
    reading: &Reading<'_>,
    cell: &Cell,
    head_unit: Option<&str>,
    unit: &mut Option<String>,
) -> Option<Sourced<f64>> {
    let (number, own) = amount(&cell.text(reading))?;
    if unit.is_none() && !own.is_empty() {
        *unit = Some(own.clone());
    }
    let value = head_unit.filter(|_| own.is_empty()).map_or(number, |u| scaled(number, u).0);
    Some(Sourced { value, span: cell.span(reading)? })
}

/// The words of a column's heads, put together.
fn head_words(reading: &Reading<'_>, cells: &[Cell]) -> Option<Sourced<String>> {
    let span = cells.last()?.span(reading)?;
    let value: String = cells
        .iter()
        .map(|c| c.text(reading))
        .collect::<String>()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    Some(Sourced { value, span })
}

/// 资金（万元）: the unit of the bare numbers below.
fn head_unit(head: &str) -> Option<String> {
    let (_, rest) = head.rsplit_once(['（', '('])?;
    let unit = rest.trim_end_matches(['）', ')']);
    let unit = unit.trim_start_matches("单位").trim_start_matches(['：', ':']).replace('％', "%");
    (!unit.is_empty() && unit.chars().count() <= 5).then_some(unit)
}

/// Quotas given by lines: `1.松坪乡：图书室5个、讲座2场` with a line of totals below.
pub(super) fn of_lists(reading: &Reading<'_>) -> Vec<QuotaTable> {
    let mut out = Vec::new();
    let mut rows: Vec<(Sourced<String>, Vec<Share>)> = Vec::new();
    for (i, node) in reading.nodes.iter().enumerate() {
        let line = &reading.lines[i];
        let base = node.span.start as usize;
        let body = &line.text[line.marker..];
        let counts = node.marker.is_some() || line.holds_one(&["合计", "总计", "共计"]);
        if counts
            && (line.letters.has('：') || line.letters.has(':'))
            && let Some(colon) = body.find(['：', ':'])
            && colon > 0
        {
            let name = &body[..colon];
            let after = line.marker + colon + body[colon..].chars().next().map_or(1, char::len_utf8);
            let total = ["合计", "总计", "共计"].contains(&name.trim());
            if total {
                close(&rows, &shares(line.text, after, base), &mut out);
                rows.clear();
                continue;
            }
            let named = node.marker.is_some()
                && name.chars().count() <= 20
                && line.token_before(line.marker + colon).is_some_and(|t| t.is(class::NAME_END));
            if named {
                let found = shares(line.text, after, base);
                if !found.is_empty() {
                    let unit = Sourced {
                        value: name.trim().to_owned(),
                        span: Span::new(base + line.marker, base + line.marker + colon),
                    };
                    rows.push((unit, found));
                    continue;
                }
            }
        }
        rows.clear();
    }
    out
}

/// What a line gives: words before a number, the number, its unit.
struct Share {
    of: String,
    unit: String,
    value: Sourced<f64>,
    words: Span,
}

/// The parts `图书室5个` of a line from an offset on.
fn shares(text: &str, from: usize, base: usize) -> Vec<Share> {
    let mut out = Vec::new();
    let mut start = from;
    let rest = &text[from..];
    for (at, c) in rest.char_indices().chain(std::iter::once((rest.len(), '。'))) {
        if !matches!(c, '、' | '，' | ',' | '；' | ';' | '。') {
            continue;
        }
        let end = from + at;
        let part = text.get(start..end).unwrap_or("");
        if let Some(digit) = part.find(|c: char| c.is_ascii_digit())
            && let Some((value, unit)) = amount(&part[digit..])
        {
            out.push(Share {
                of: part[..digit].trim().to_owned(),
                unit,
                value: Sourced { value, span: Span::new(base + start + digit, base + end) },
                words: Span::new(base + start, base + end),
            });
        }
        start = (end + c.len_utf8()).min(text.len());
    }
    out
}

/// The quotas of a list that ends with totals.
fn close(rows: &[(Sourced<String>, Vec<Share>)], totals: &[Share], out: &mut Vec<QuotaTable>) {
    for total in totals {
        let mut table = QuotaTable {
            title: None,
            of: Sourced { value: total.of.clone(), span: total.words },
            unit: Some(total.unit.clone()).filter(|u| !u.is_empty()),
            shares: Vec::new(),
            total: Some(total.value.clone()),
        };
        for (unit, shares) in rows {
            if let Some(share) = shares.iter().find(|s| s.of == total.of && s.unit == total.unit) {
                table.shares.push(QuotaShare { unit: unit.clone(), value: share.value.clone() });
            }
        }
        if table.shares.len() >= 2 {
            out.push(table);
        }
    }
}
