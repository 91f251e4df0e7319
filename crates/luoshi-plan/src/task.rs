//! Tasks: what can be given to units, with all that was said about it.

mod evidence;
mod items;
mod scope;
mod title;

use luoshi_text::Span;

use crate::compile::Reading;
use crate::lexicon::class;
use crate::model::{Fact, Quantity, ReportDuty, Role, Stage, Task, Timing, UnitRole, Value};

use items::{Item, Shape};
use scope::{Parties, Scopes};

/// The tasks of a plan's running text, in order.
pub(crate) fn tasks(reading: &Reading<'_>, stages: &[Stage]) -> Vec<Task> {
    let shape = items::shape(reading);
    let scopes = scope::scopes(reading, &shape);
    let mut out: Vec<Task> = Vec::new();
    for item in items::items(reading, &shape) {
        out.push(task(reading, &shape, &scopes, &item, stages));
    }
    for (i, task) in out.iter_mut().enumerate() {
        task.number = i as u32 + 1;
    }
    out
}

/// One task from its blocks.
fn task(reading: &Reading<'_>, _shape: &Shape, scopes: &Scopes, item: &Item, stages: &[Stage]) -> Task {
    let facts = || reading.facts[item.blocks.clone()].iter().flatten();
    let leaders: Vec<Span> = item.blocks.clone().flat_map(|i| scope::leader_labels(reading, i)).collect();
    let mut parties = scope::parties(reading, facts(), &leaders);
    let start = reading.nodes[item.blocks.start].span.start;
    if parties.unowned()
        && let Some(given) = scopes.parties(reading, item.above)
    {
        parties.lead = given.lead;
        parties.responsible = given.responsible;
        if parties.support.is_empty() {
            parties.support = given.support;
        }
        if parties.leader.is_empty() {
            parties.leader = given.leader;
        }
    }
    if scopes.lead_first.is_some_and(|from| start >= from) {
        first_leads(&mut parties);
    }
    let mut times = own_times(reading, item);
    if times.is_empty() {
        times = scopes.times(reading, item.above);
    }
    let mut evidence = Vec::new();
    for i in item.blocks.clone() {
        let base = reading.nodes[i].span.start as usize;
        evidence::evidence(&reading.lines[i], base, &mut evidence);
    }
    Task {
        number: 0,
        title: title::title(reading, item),
        span: Span { start, end: reading.nodes[item.blocks.end - 1].span.end },
        role: item.role,
        path: path(reading, item.above),
        lead: parties.lead,
        support: parties.support,
        responsible: parties.responsible,
        approve: parties.approve,
        report_to: parties.report_to,
        leader: parties.leader,
        times,
        quantities: facts().filter_map(quantity).collect(),
        evidence,
        reports: facts().filter_map(|f| report(reading, facts(), f)).collect(),
        stage: stage_of(reading, item, stages),
        from_table: false,
    }
}

/// The first of the responsible units leads, the others help.
fn first_leads(parties: &mut Parties) {
    if parties.lead.is_empty() && !parties.responsible.is_empty() {
        let rest = parties.responsible.split_off(1);
        parties.lead = std::mem::take(&mut parties.responsible);
        parties.support.extend(rest);
    }
}

/// The times of an item, those under a label for deadlines first.
fn own_times(reading: &Reading<'_>, item: &Item) -> Vec<Timing> {
    let mut out = Vec::new();
    for i in item.blocks.clone() {
        let line = &reading.lines[i];
        let base = reading.nodes[i].span.start as usize;
        for time in scope::times(reading.facts[i].iter()) {
            let at = time.span.start as usize - base;
            let before = line.text[..at].trim_end_matches([' ', '：', ':']);
            let labelled = line.token_before(before.len()).is_some_and(|t| t.is(class::TIME_LABEL));
            out.push((!labelled, time));
        }
    }
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

/// A duty to report; a receiver named elsewhere in the sentence counts.
fn report<'a>(
    reading: &Reading<'_>,
    mut facts: impl Iterator<Item = &'a Fact>,
    fact: &Fact,
) -> Option<ReportDuty> {
    let Value::Report { what, to, when } = &fact.value else {
        return None;
    };
    let to = to.clone().or_else(|| {
        facts
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

/// The headings above, outermost first.
fn path(reading: &Reading<'_>, above: Option<usize>) -> Vec<String> {
    let mut out: Vec<String> = scope::ancestors(reading, above)
        .map(|i| reading.doc.slice(reading.nodes[i].title).trim().to_owned())
        .filter(|t| !t.is_empty())
        .collect();
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

