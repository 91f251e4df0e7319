//! Tasks listed in the rows of a table.

use std::ops::Range;

use luoshi_text::Span;

use crate::compile::Reading;
use crate::facts::unit::{collective, labels, names};
use crate::model::{Fact, Party, ReportDuty, Role, Task, Timing, UnitRole, Value};
use crate::task::Surroundings;
use crate::task::title::cut;

use super::grid::{Cell, Grid};
use super::head::{Column, Heads};
use super::quota::total_word;

/// Whether the columns are those of a list of tasks.
pub(super) fn lists_tasks(heads: &Heads) -> bool {
    let what = title_column(heads).is_some();
    let who =
        [Column::Lead, Column::Responsible, Column::Support, Column::Leader].iter().any(|k| heads.has(*k));
    let when = heads.has(Column::Time);
    let unit_and_task = heads.has(Column::Unit) && heads.has(Column::Task);
    let persons = heads.has(Column::Person) && !when && !heads.has(Column::Task);
    what && (who || when && (unit_and_task || heads.has(Column::Task) || heads.has(Column::Measure)))
        && !persons
}

/// The column that says what the work is about. Where no column names tasks, the thing that
/// something is done to (a building, a place) stands before the measure.
fn title_column(heads: &Heads) -> Option<usize> {
    let answered = heads.has(Column::Responsible) || heads.has(Column::Lead);
    let thing = heads.first(Column::Unit).filter(|_| answered).or_else(|| heads.first(Column::Other));
    heads
        .first(Column::Task)
        .or(thing)
        .or_else(|| heads.first(Column::Measure))
        .or_else(|| heads.first(Column::Unit))
}

/// The tasks of a table, one a row.
pub(super) fn tasks(
    reading: &Reading<'_>,
    grid: &Grid,
    heads: &Heads,
    around: &Surroundings<'_>,
) -> Vec<Task> {
    let Some(title) = title_column(heads) else {
        return Vec::new();
    };
    let measure = heads.first(Column::Measure).filter(|m| *m != title);
    let task_named = heads.has(Column::Task);
    let mut out = Vec::new();
    let mut section: Option<String> = None;
    let mut group: Option<String> = None;
    for (r, row) in grid.rows.iter().enumerate().skip(heads.body) {
        let filled: Vec<&Cell> = row.iter().filter(|c| !c.is_blank(reading)).collect();
        if total_word(reading, row).is_some() || filled.is_empty() || heads.repeated_by(reading, row) {
            continue;
        }
        // A row with one wide cell is a heading inside the table.
        if let [only] = filled[..]
            && (only.width >= row.len().max(2) - 1 || row.len() > 2 && only.width > 1)
        {
            section = Some(only.text(reading));
            group = None;
            continue;
        }
        let own = row[title].text(reading);
        let below_blank = grid.rows.get(r + 1).is_some_and(|next| {
            measure.is_some_and(|m| next[title].is_blank(reading) && !next[m].is_blank(reading))
        });
        if !own.is_empty() && !row[title].carried {
            group = (row[title].tall || below_blank).then(|| own.clone());
        }
        let what = measure.map(|m| row[m].text(reading)).unwrap_or_default();
        let (words, above) = match (&group, what.is_empty()) {
            (Some(g), false) => (what, Some(g.clone())),
            (Some(g), true) => (g.clone(), None),
            (None, false) if !task_named && own.chars().count() + what.chars().count() <= 24 => {
                (own + &what, None)
            }
            (None, _) if !own.is_empty() => (own, None),
            (None, _) => (what, None),
        };
        if words.is_empty() {
            continue;
        }
        let mut path = around.path.clone();
        path.extend(section.clone());
        path.extend(above.map(|w| cut(&w)));
        out.extend(task(reading, row, heads, around, short(&words), path));
    }
    out
}

/// The first clause of a cell's words where they are long.
fn short(words: &str) -> String {
    let bare = strip_number(words);
    let end = crate::words::sentence_end(bare);
    let head = &bare[..end];
    if head.chars().count() <= 30 {
        return cut(head);
    }
    let clause = head.split(['，', ',']).find(|c| c.chars().count() >= 4).unwrap_or(head);
    cut(clause)
}

fn strip_number(words: &str) -> &str {
    crate::outline::find_marker(words).map_or(words, |m| &words[m.len..])
}

/// The task of one row.
fn task(
    reading: &Reading<'_>,
    row: &[Cell],
    heads: &Heads,
    around: &Surroundings<'_>,
    title: String,
    path: Vec<String>,
) -> Option<Task> {
    let own = || row.iter().filter(|c| !c.carried && !c.parts.is_empty());
    let spans: Vec<Span> = own().filter_map(|c| c.span(reading)).collect();
    let span = Span { start: spans.iter().map(|s| s.start).min()?, end: spans.iter().map(|s| s.end).max()? };
    let mut task = Task {
        number: 0,
        title,
        span,
        role: Role::Task,
        path,
        lead: Vec::new(),
        support: Vec::new(),
        responsible: Vec::new(),
        approve: Vec::new(),
        report_to: Vec::new(),
        leader: Vec::new(),
        times: Vec::new(),
        quantities: Vec::new(),
        evidence: Vec::new(),
        reports: Vec::new(),
        stage: None,
        from_table: true,
    };
    let unit_answers = !heads.has(Column::Lead) && !heads.has(Column::Responsible);
    for (cell, kind) in row.iter().zip(&heads.columns) {
        match kind {
            Column::Lead => parties(reading, cell, UnitRole::Lead, &mut task),
            Column::Support => parties(reading, cell, UnitRole::Support, &mut task),
            Column::Responsible => parties(reading, cell, UnitRole::Responsible, &mut task),
            Column::Approve => parties(reading, cell, UnitRole::Approve, &mut task),
            Column::Receiver => parties(reading, cell, UnitRole::ReportTo, &mut task),
            Column::Unit if unit_answers => {
                parties(reading, cell, UnitRole::Responsible, &mut task);
            }
            Column::Leader => {
                for (node, range) in &cell.parts {
                    task.leader.extend(read(reading, *node, range.clone()));
                }
            }
            Column::Time => times(reading, cell, &mut task.times),
            _ => {}
        }
    }
    let column_of = |kind| heads.has(kind);
    for (cell, kind) in row.iter().zip(&heads.columns) {
        if !cell.carried && matches!(kind, Column::Task | Column::Measure | Column::Note | Column::Other) {
            around.details(reading, &cell.parts, &mut task, !column_of(Column::Time));
        }
    }
    if task.reports.is_empty() {
        task.reports.extend(report(reading, row, heads, &task));
    }
    around.inherit(reading, &mut task);
    Some(task)
}

/// The duty to report of a row under heads like 报送内容, 报送时间.
fn report(reading: &Reading<'_>, row: &[Cell], heads: &Heads, task: &Task) -> Option<ReportDuty> {
    let title = title_column(heads)?;
    let times = || (0..row.len()).filter(|c| heads.columns[*c] == Column::Time);
    let time = times().find(|c| heads.sends(reading, *c));
    if time.is_none() && !heads.sends(reading, title) {
        return None;
    }
    let words = time.or_else(|| times().next()).map(|c| row[c].text(reading));
    Some(ReportDuty {
        what: task.title.clone(),
        to: task.report_to.first().map(|party| party.name.clone()),
        when: words.filter(|words| !words.is_empty()),
        span: task.span,
    })
}

/// Adds the parties of a cell; labels inside it (配合单位：…) decide over the column.
fn parties(reading: &Reading<'_>, cell: &Cell, role: UnitRole, task: &mut Task) {
    for (node, range) in &cell.parts {
        let line = &reading.lines[*node];
        let inner: Vec<_> =
            labels(line).into_iter().filter(|l| range.start <= l.start && l.value.end <= range.end).collect();
        if inner.is_empty() {
            for party in read(reading, *node, range.clone()) {
                place(task, role, party);
            }
        }
        for label in inner {
            for party in read(reading, *node, label.value.clone()) {
                if label.leader {
                    task.leader.push(party);
                } else {
                    place(task, label.role, party);
                }
            }
        }
    }
}

/// Puts a party in its list; a note behind the name （牵头） decides over the column.
fn place(task: &mut Task, role: UnitRole, mut party: Party) {
    let mut role = role;
    for (note, told) in [("牵头", UnitRole::Lead), ("主办", UnitRole::Lead), ("配合", UnitRole::Support)]
    {
        for (open, close) in [('（', '）'), ('(', ')')] {
            if let Some(bare) = party.name.strip_suffix(&format!("{open}{note}{close}")) {
                party.span.end -= (party.name.len() - bare.len()) as u32;
                party.name = bare.to_owned();
                role = told;
            }
        }
    }
    let list = match role {
        UnitRole::Lead => &mut task.lead,
        UnitRole::Support => &mut task.support,
        UnitRole::Responsible => &mut task.responsible,
        UnitRole::Approve => &mut task.approve,
        UnitRole::ReportTo => &mut task.report_to,
    };
    if !list.iter().any(|p| p.name == party.name) {
        list.push(party);
    }
}

/// The parties named in part of a line.
fn read(reading: &Reading<'_>, node: usize, range: Range<usize>) -> Vec<Party> {
    let line = &reading.lines[node];
    let base = reading.nodes[node].span.start as usize;
    names(line, range, true)
        .into_iter()
        .map(|r| {
            let name = line.slice(r.clone()).to_owned();
            Party {
                collective: collective(&name),
                name,
                span: Span::new(base + r.start, base + r.end),
                inherited: false,
                resolved: None,
            }
        })
        .collect()
}

fn times(reading: &Reading<'_>, cell: &Cell, out: &mut Vec<Timing>) {
    for (node, range) in &cell.parts {
        let base = reading.nodes[*node].span.start as usize;
        for found in reading.lines[*node].times {
            if range.start <= found.range.start && found.range.end <= range.end {
                out.push(Timing {
                    when: found.when.clone(),
                    span: Span::new(base + found.range.start, base + found.range.end),
                    inherited: false,
                });
            }
        }
    }
}

/// The facts of a cell's parts.
pub(crate) fn facts_in<'a>(
    reading: &'a Reading<'_>,
    parts: &'a [(usize, Range<usize>)],
) -> impl Iterator<Item = &'a Fact> {
    parts.iter().flat_map(|(node, range)| {
        let base = reading.nodes[*node].span.start as usize;
        let span = Span::new(base + range.start, base + range.end);
        reading.facts[*node]
            .iter()
            .filter(move |f| span.covers(f.span) && !matches!(f.value, Value::Unit { .. }))
    })
}
