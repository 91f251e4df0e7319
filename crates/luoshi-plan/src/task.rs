//! Tasks: what can be given to units, with all that was said about it.

mod around;
mod evidence;
mod help;
mod items;
mod scope;
mod split;
pub(crate) mod title;

use std::collections::HashMap;
use std::ops::Range;

use luoshi_text::Span;

use crate::compile::Reading;
use crate::lexicon::class;
use crate::model::{Fact, Quantity, ReportDuty, Stage, Task, Timing, UnitRole, Value};

use crate::table::{self, Known};

pub(crate) use around::Surroundings;
use items::{Item, Shape};
use scope::{Parties, Scopes};

/// The tasks of a plan, from its running text and from its tables, in order.
pub(crate) fn tasks(
    reading: &Reading<'_>,
    stages: &[Stage],
    runs: Option<&Timing>,
    tables: &[Known],
) -> Vec<Task> {
    let shape = items::shape(reading, tables);
    let mut scopes = scope::scopes(reading, &shape);
    scopes.runs(runs);
    let mut out: Vec<Task> = Vec::new();
    // By the node above: its own tasks and those below it.
    let mut below: HashMap<Option<usize>, Range<usize>> = HashMap::new();
    for item in items::items(reading, &shape) {
        let from = out.len();
        for part in parts(reading, &item) {
            out.push(task(reading, &shape, &scopes, &part, stages));
        }
        let beside = below.entry(item.above).or_insert(from..from);
        if beside.start < from && beside.end == from && help::only_helps(reading, &item) {
            let helpers = out.split_off(from);
            // The items of a whole section have little in common: the one before it is meant.
            let listed = item.above.is_some_and(|a| reading.nodes[a].parent.is_some());
            help::join(&mut out[if listed { beside.start } else { from - 1 }..], helpers);
        }
        beside.end = out.len();
        below.insert(Some(item.head), from..out.len());
    }
    for table in tables {
        let around = Surroundings::of(reading, &shape, &scopes, table.grid.nodes.start);
        out.extend(table::tasks(reading, table, &around));
    }
    out.shrink_to_fit();
    // Sorts by places: tasks are large, and a sort by themselves would hold half of them twice.
    out.sort_by_cached_key(|t| (t.span.start, t.span.end));
    for (i, task) in out.iter_mut().enumerate() {
        task.number = i as u32 + 1;
    }
    out
}

/// What a task is made of: the facts inside a stretch, and those around it that hold for it too.
struct Part<'a> {
    item: &'a Item,
    span: Span,
    title: String,
    /// The item's own title, where the part is one of several pieces of it.
    within: Option<String>,
    own: Vec<&'a Fact>,
    /// Facts of the item outside its pieces.
    around: Vec<&'a Fact>,
}

/// No paragraph that a person wrote holds more pieces of work; one that seems to is kept whole.
const MOST_PIECES: usize = 200;

/// The parts of an item: itself, or its pieces.
fn parts<'a>(reading: &'a Reading<'_>, item: &'a Item) -> Vec<Part<'a>> {
    let all: Vec<&Fact> = reading.facts.of(item.blocks.clone()).iter().collect();
    let title = title::title(reading, item);
    let pieces = split::pieces(reading, item);
    if pieces.is_empty() || pieces.len() > MOST_PIECES {
        let start = reading.nodes[item.blocks.start].span.start;
        let end = reading.nodes[item.blocks.end - 1].span.end;
        return vec![Part {
            item,
            span: Span { start, end },
            title,
            within: None,
            own: all,
            around: Vec::new(),
        }];
    }
    let spans: Vec<Span> = pieces.iter().map(|p| split::span_of(reading, p)).collect();
    let around: Vec<&Fact> =
        all.iter().copied().filter(|f| !spans.iter().any(|s| s.touches(f.span))).collect();
    pieces
        .iter()
        .zip(&spans)
        .map(|(piece, span)| Part {
            item,
            span: *span,
            title: title::of_words(&reading.lines[piece.block], piece.words..piece.range.end),
            within: Some(title.clone())
                .filter(|t| !reading.lines[piece.block].text[piece.range.clone()].starts_with(t.as_str())),
            own: all.iter().copied().filter(|f| span.covers(f.span)).collect(),
            around: around.clone(),
        })
        .collect()
}

/// One task from its part of an item.
fn task(reading: &Reading<'_>, shape: &Shape, scopes: &Scopes, part: &Part<'_>, stages: &[Stage]) -> Task {
    let item = part.item;
    let leaders: Vec<Span> = item.blocks.clone().flat_map(|i| scope::leader_labels(reading, i)).collect();
    let mut parties = scope::parties(reading, part.own.iter().copied(), &leaders);
    if parties.unowned() {
        let around = scope::parties(reading, part.around.iter().copied(), &leaders);
        if around.unowned() {
            if let Some(given) = scopes.parties(reading, item.above, item.head) {
                parties.fill(given);
            }
        } else {
            parties.fill(around.inherited());
        }
    }
    // Who inspects or accepts does the work where nobody else is named.
    if parties.unowned() {
        parties.responsible = parties.approve.clone();
    }
    if scopes.leads_first(part.span.start)
        || item.blocks.clone().any(|i| items::says_who_leads(&reading.lines[i]))
    {
        first_leads(reading, &mut parties);
    }
    let mut times = own_times(reading, &part.own);
    if times.is_empty() {
        times = own_times(reading, &part.around);
        times.iter_mut().for_each(|t| t.inherited = true);
    }
    if times.is_empty() {
        times = scopes.times(reading, item.above, item.head);
    }
    let mut evidence = Vec::new();
    for i in item.blocks.clone() {
        let base = reading.nodes[i].span.start as usize;
        evidence::evidence(&reading.lines[i], base, &mut evidence);
    }
    evidence.retain(|e| part.span.covers(e.span));
    let mut path = path(reading, shape, item.above, item.head);
    path.extend(part.within.clone());
    Task {
        number: 0,
        title: part.title.clone(),
        span: part.span,
        role: item.role,
        path,
        lead: parties.lead,
        support: parties.support,
        responsible: parties.responsible,
        approve: parties.approve,
        report_to: parties.report_to,
        leader: parties.leader,
        times,
        quantities: part.own.iter().filter_map(|f| quantity(f)).collect(),
        evidence,
        reports: part.own.iter().filter_map(|f| report(reading, &part.own, f)).collect(),
        stage: stage_of(reading, item, stages),
        from_table: false,
    }
}

/// The first of the responsible units under a label leads, the others help. Who shares the work out
/// (甲、乙按职责分工负责) has no first.
fn first_leads(reading: &Reading<'_>, parties: &mut Parties) {
    let labelled = parties.responsible.first().is_some_and(|p| scope::is_labelled(reading, p.span));
    if parties.lead.is_empty() && labelled {
        let rest = parties.responsible.split_off(1);
        parties.lead = std::mem::take(&mut parties.responsible);
        parties.support.extend(rest);
    }
}

/// The times among facts, those under a label for deadlines first.
fn own_times(reading: &Reading<'_>, facts: &[&Fact]) -> Vec<Timing> {
    let mut out: Vec<(bool, Timing)> = scope::times(facts.iter().copied())
        .into_iter()
        .map(|time| {
            let i = reading.nodes.partition_point(|n| n.span.start <= time.span.start).saturating_sub(1);
            let line = &reading.lines[i];
            let at = (time.span.start - reading.nodes[i].span.start) as usize;
            let before = line.text[..at].trim_end_matches([' ', '：', ':']);
            let labelled = line.token_before(before.len()).is_some_and(|t| t.is(class::TIME_LABEL));
            (!labelled, time)
        })
        .collect();
    out.sort_by_key(|(late, _)| *late);
    out.into_iter().map(|(_, t)| t).collect()
}

fn quantity(fact: &Fact) -> Option<Quantity> {
    match &fact.value {
        Value::Quantity { op, value, unit, of } => {
            Some(Quantity { op: *op, value: *value, unit: unit.clone(), of: of.clone(), span: fact.span })
        }
        _ => None,
    }
}

/// How many facts on either side of a report are looked at for its receiver.
const NEAR: usize = 16;

/// A duty to report; a receiver named elsewhere in the sentence counts.
fn report(reading: &Reading<'_>, facts: &[&Fact], fact: &Fact) -> Option<ReportDuty> {
    let Value::Report { what, to, when } = &fact.value else {
        return None;
    };
    let to = to.clone().or_else(|| {
        // The facts stand in order: a receiver of the same sentence is near.
        let at = facts.partition_point(|f| f.span.start < fact.span.start);
        let near = at.saturating_sub(NEAR)..(at + NEAR).min(facts.len());
        facts[near]
            .iter()
            .find(|f| {
                matches!(f.value, Value::Unit { role: UnitRole::ReportTo, .. })
                    && same_sentence(reading, fact.span, f.span)
            })
            .map(|f| reading.doc.slice(f.span).to_owned())
    });
    Some(ReportDuty { what: what.clone(), to, when: when.clone(), span: fact.span })
}

/// Whether no full stop stands between two spans.
fn same_sentence(reading: &Reading<'_>, a: Span, b: Span) -> bool {
    let (a, b) = if a.start <= b.start { (a, b) } else { (b, a) };
    b.start <= a.end || !reading.doc.slice(Span { start: a.end, end: b.start }).contains(['。', '\n'])
}

/// The headings above, outermost first; in an annex its title stands first.
fn path(reading: &Reading<'_>, shape: &Shape, above: Option<usize>, head: usize) -> Vec<String> {
    let mut out: Vec<String> = scope::ancestors(reading, above)
        .filter(|i| shape.annex[head] != Some(*i))
        .map(|i| reading.doc.slice(reading.nodes[i].title).trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
    out.extend(shape.annex[head].map(|a| crate::annex::title(reading, a)));
    out.reverse();
    out
}

/// The phase that the item is, or stands in.
fn stage_of(reading: &Reading<'_>, item: &Item, stages: &[Stage]) -> Option<u32> {
    item.blocks.clone().chain(scope::ancestors(reading, item.above)).find_map(|i| {
        let fact = reading.facts[i].iter().find(|f| matches!(f.value, Value::Stage { .. }))?;
        let at = stages.partition_point(|s| s.span.start < fact.span.start);
        (stages.get(at)?.span == fact.span).then_some(at as u32)
    })
}

#[cfg(test)]
mod tests;
