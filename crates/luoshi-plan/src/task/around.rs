//! What stands around a table: the headings above it and the sentences that lead to it.

use std::ops::Range;

use crate::compile::Reading;
use crate::model::{Task, Timing};
use crate::table::rows::facts_in;

use super::items::{Shape, covers};
use super::scope::{self, Parties, Scopes};

/// What the rows of a table take over.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    /// Headings above, outermost first.
    pub(crate) path: Vec<String>,
    scopes: &'a Scopes,
    above: Option<usize>,
    start: usize,
    parties: Option<Parties>,
    times: Vec<Timing>,
}

impl<'a> Surroundings<'a> {
    /// Reads what stands above a table that begins at a node.
    pub(super) fn of(reading: &Reading<'_>, shape: &Shape, scopes: &'a Scopes, start: usize) -> Self {
        let above = reading.nodes[start].parent.map(|p| p as usize);
        let path = super::path(reading, shape, above, start);
        let mut parties = None;
        let mut times: Vec<Timing> = Vec::new();
        for i in (0..start).rev().take(3) {
            let node = &reading.nodes[i];
            if node.marker.is_some() || shape.annex[i] == Some(i) {
                break;
            }
            if node.parent != reading.nodes[start].parent || !covers(reading.lines[i].text) {
                continue;
            }
            let leaders = scope::leader_labels(reading, i);
            let found = scope::parties(reading, reading.facts[i].iter(), &leaders);
            if parties.is_none() && !found.unowned() {
                parties = Some(found.inherited());
            }
            if times.is_empty() {
                times = scope::times(reading.facts[i].iter());
            }
        }
        times.iter_mut().for_each(|t| t.inherited = true);
        Self { path, scopes, above, start, parties, times }
    }

    /// Adds the quantities, duties to report and evidence of a cell, its dates where asked.
    pub(crate) fn details(
        &self,
        reading: &Reading<'_>,
        parts: &[(usize, Range<usize>)],
        task: &mut Task,
        dates: bool,
    ) {
        let facts: Vec<_> = facts_in(reading, parts).collect();
        task.quantities.extend(facts.iter().filter_map(|f| super::quantity(f)));
        task.reports.extend(facts.iter().filter_map(|f| super::report(reading, &facts, f)));
        if dates {
            task.times.extend(scope::times(facts.iter().copied()));
        }
        for (node, range) in parts {
            let base = reading.nodes[*node].span.start as usize;
            let mut found = Vec::new();
            super::evidence::evidence(&reading.lines[*node], base, &mut found);
            found.retain(|e| {
                let at = e.span.start as usize - base;
                range.contains(&at) && !task.evidence.iter().any(|old| old.value == e.value)
            });
            task.evidence.extend(found);
        }
    }

    /// Fills in what the row does not say itself.
    pub(crate) fn inherit(&self, reading: &Reading<'_>, task: &mut Task) {
        if self.scopes.leads_first(task.span.start) && task.lead.is_empty() {
            let mut list = std::mem::take(&mut task.responsible).into_iter();
            task.lead.extend(list.next());
            task.support.extend(list);
        }
        if task.lead.is_empty() && task.responsible.is_empty() {
            let given = self.parties.clone().or_else(|| self.scopes.parties(reading, self.above, self.start));
            if let Some(given) = given {
                task.lead = given.lead;
                task.responsible = given.responsible;
                if task.support.is_empty() {
                    task.support = given.support;
                }
                if task.leader.is_empty() {
                    task.leader = given.leader;
                }
            }
        }
        if task.times.is_empty() {
            task.times = if self.times.is_empty() {
                self.scopes.times(reading, self.above, self.start)
            } else {
                self.times.clone()
            };
        }
    }
}
