//! What a piece of work takes over: from headings and sentences above it, from its phase, from
//! conventions of the whole plan.

use std::collections::HashMap;

use luoshi_text::Span;

use crate::compile::Reading;
use crate::model::{Fact, Party, Role, Timing, UnitRole, Value};

use super::items::{Shape, covers, for_all, leads_first, says_who_leads, unsaid_time};
use crate::facts::unit::{collective, labels, names};

/// What a party can be to the work.
const ROLES: [UnitRole; 5] =
    [UnitRole::Lead, UnitRole::Support, UnitRole::Responsible, UnitRole::Approve, UnitRole::ReportTo];

/// Parties by what they are to the work.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    pub(super) lead: Vec<Party>,
    pub(super) support: Vec<Party>,
    pub(super) responsible: Vec<Party>,
    pub(super) approve: Vec<Party>,
    pub(super) report_to: Vec<Party>,
    pub(super) leader: Vec<Party>,
}

impl Parties {
    /// Whether nobody answers for the work.
    pub(super) fn unowned(&self) -> bool {
        self.lead.is_empty() && self.responsible.is_empty()
    }

    fn list(&mut self, role: UnitRole) -> &mut Vec<Party> {
        match role {
            UnitRole::Lead => &mut self.lead,
            UnitRole::Support => &mut self.support,
            UnitRole::Responsible => &mut self.responsible,
            UnitRole::Approve => &mut self.approve,
            UnitRole::ReportTo => &mut self.report_to,
        }
    }

    /// Takes over those who answer for the work, and helpers and leaders where there are none.
    pub(super) fn fill(&mut self, given: Self) {
        self.lead = given.lead;
        self.responsible = given.responsible;
        if self.support.is_empty() {
            self.support = given.support;
        }
        if self.leader.is_empty() {
            self.leader = given.leader;
        }
    }

    /// Marks everybody as taken over.
    pub(super) fn inherited(mut self) -> Self {
        for role in ROLES {
            for party in self.list(role) {
                party.inherited = true;
            }
        }
        for party in &mut self.leader {
            party.inherited = true;
        }
        self
    }
}

/// The parties that facts inside a span name; `leaders` are the spans of leaders' labels.
pub(super) fn parties<'a>(
    reading: &Reading<'_>,
    facts: impl Iterator<Item = &'a Fact>,
    leaders: &[Span],
) -> Parties {
    let mut out = Parties::default();
    for fact in facts {
        let Value::Unit { role, collective } = &fact.value else {
            continue;
        };
        let words = reading.doc.slice(fact.span);
        // A note behind the name on how to read the list is no part of it.
        let note = words.find(['（', '(']).filter(|at| leads_first(&words[*at..]));
        let name = words[..note.unwrap_or(words.len())].to_owned();
        let span = Span::new(fact.span.start as usize, fact.span.start as usize + name.len());
        let list =
            if leaders.iter().any(|l| l.covers(fact.span)) { &mut out.leader } else { out.list(*role) };
        if !list.iter().any(|p| p.name == name) {
            list.push(Party { name, span, collective: *collective, inherited: false, resolved: None });
        }
    }
    let lead = std::mem::take(&mut out.lead);
    out.responsible.retain(|p| !lead.iter().any(|l| l.name == p.name));
    out.lead = lead;
    // Most lists hold one name, and those of all tasks are held at once.
    for role in ROLES {
        out.list(role).shrink_to_fit();
    }
    out
}

/// The values of labels for leaders in a block, as spans of the document.
pub(super) fn leader_labels(reading: &Reading<'_>, i: usize) -> Vec<Span> {
    let base = reading.nodes[i].span.start as usize;
    labels(&reading.lines[i])
        .into_iter()
        .filter(|l| l.leader)
        .map(|l| Span::new(base + l.value.start, base + l.value.end))
        .collect()
}

/// Whether a place stands behind a label (责任单位：…).
pub(super) fn is_labelled(reading: &Reading<'_>, span: Span) -> bool {
    let Some(i) = reading.nodes.partition_point(|n| n.span.start <= span.start).checked_sub(1) else {
        return false;
    };
    let at = (span.start - reading.nodes[i].span.start) as usize;
    labels(&reading.lines[i]).iter().any(|l| l.value.contains(&at))
}

/// What a heading with the sentences below it, or above its end, gives to the items under it.
#[derive(Clone, Debug, Default)]
struct Given {
    parties: Option<Parties>,
    times: Vec<Timing>,
}

/// All that items can take over.
#[derive(Debug)]
pub(super) struct Scopes {
    /// By node: what it gives to items below it; few nodes give anything.
    given: HashMap<usize, Given>,
    /// By node: the head of its annex, which gives to what has no heading above.
    annex: Vec<Option<usize>>,
    /// What the whole plan gives.
    plan: Given,
    /// The offset from which the first of a list of responsible units leads.
    lead_first: Option<u32>,
}

/// Reads all headings, sentences above and below items, and conventions once.
pub(super) fn scopes(reading: &Reading<'_>, shape: &Shape) -> Scopes {
    let n = reading.nodes.len();
    let mut given: HashMap<usize, Given> = HashMap::new();
    let mut plan = Given::default();
    let mut lead_first = None;
    for i in 0..n {
        let text = reading.lines[i].text;
        if says_who_leads(&reading.lines[i]) && lead_first.is_none() {
            let onward = text.contains("下同");
            lead_first = Some(if onward { reading.nodes[i].span.start } else { 0 });
        }
        let parent = reading.nodes[i].parent.map(|p| p as usize);
        let all = reading.roles[i] != Role::Heading && for_all(&reading.lines[i]);
        if unsaid_time(&reading.lines[i]) && shape.intro[i].is_none() || all {
            give(reading, || &mut plan, i, true);
        } else if let Some(p) = shape.intro[i] {
            give(reading, || given.entry(p).or_default(), i, covers(text));
        } else if shape.closing[i] {
            let owner = parent.and_then(|p| {
                if reading.nodes[p].marker.is_some() && !shape.marked_child[p] {
                    reading.nodes[p].parent.map(|q| q as usize)
                } else {
                    Some(p)
                }
            });
            match owner {
                Some(p) => give(reading, || given.entry(p).or_default(), i, true),
                None => give(reading, || &mut plan, i, true),
            }
        } else if shape.marked_child[i] || reading.roles[i] == Role::Heading || shape.annex[i] == Some(i) {
            give(reading, || given.entry(i).or_default(), i, true);
        }
    }
    Scopes { given, annex: shape.annex.clone(), plan, lead_first }
}

/// Adds what a block says, if anything, to what is given.
fn give<'a>(reading: &Reading<'_>, given: impl FnOnce() -> &'a mut Given, i: usize, covering: bool) {
    let leaders = leader_labels(reading, i);
    let facts = &reading.facts[i];
    let found = if reading.roles[i] == Role::Heading {
        let base = reading.nodes[i].span.start as usize;
        // A heading has no facts of its own, but labels in it count.
        let line = &reading.lines[i];
        let units: Vec<Fact> = labels(line)
            .into_iter()
            .flat_map(|l| names(line, l.value, true).into_iter().map(move |r| (l.role, r)))
            .map(|(role, r)| Fact {
                span: Span::new(base + r.start, base + r.end),
                value: Value::Unit { role, collective: collective(line.slice(r)) },
            })
            .collect();
        parties(reading, units.iter(), &leaders)
    } else {
        parties(reading, facts.iter(), &leaders)
    };
    let times: Vec<Timing> = times(facts.iter())
        .into_iter()
        .filter(|t| covering || !matches!(t.when, luoshi_when::When::Within { .. }))
        .map(|t| Timing { inherited: true, ..t })
        .collect();
    if found.unowned() && times.is_empty() {
        return;
    }
    let given = given();
    if !found.unowned() && given.parties.is_none() {
        given.parties = Some(found.inherited());
    }
    if given.times.is_empty() {
        given.times = times;
    }
}

/// The times that facts give.
pub(super) fn times<'a>(facts: impl Iterator<Item = &'a Fact>) -> Vec<Timing> {
    facts
        .filter_map(|f| match &f.value {
            Value::Date { when } => Some(Timing { when: when.clone(), span: f.span, inherited: false }),
            _ => None,
        })
        .collect()
}

impl Scopes {
    /// Whether the first of a list of responsible units leads at an offset.
    pub(super) fn leads_first(&self, at: u32) -> bool {
        self.lead_first.is_some_and(|from| at >= from)
    }

    /// The time of the whole plan stands for whatever has no other.
    pub(super) fn runs(&mut self, runs: Option<&Timing>) {
        if let Some(time) = runs.filter(|_| self.plan.times.is_empty()) {
            self.plan.times.push(Timing { inherited: true, ..time.clone() });
        }
    }

    /// What gives to the node `at` below `above`: headings, innermost first, then its annex.
    fn givers<'a>(
        &'a self,
        reading: &'a Reading<'_>,
        above: Option<usize>,
        at: usize,
    ) -> impl Iterator<Item = &'a Given> {
        ancestors(reading, above).chain(self.annex[at]).filter_map(|i| self.given.get(&i))
    }

    /// The parties of the nearest heading above that names some, else of the plan.
    pub(super) fn parties(&self, reading: &Reading<'_>, above: Option<usize>, at: usize) -> Option<Parties> {
        self.givers(reading, above, at).find_map(|g| g.parties.clone()).or_else(|| self.plan.parties.clone())
    }

    /// The times of the nearest heading above that gives some, else of the plan.
    pub(super) fn times(&self, reading: &Reading<'_>, above: Option<usize>, at: usize) -> Vec<Timing> {
        self.givers(reading, above, at)
            .map(|g| &g.times)
            .find(|t| !t.is_empty())
            .unwrap_or(&self.plan.times)
            .clone()
    }
}

/// A node and those above it, innermost first.
pub(super) fn ancestors<'a>(
    reading: &'a Reading<'_>,
    from: Option<usize>,
) -> impl Iterator<Item = usize> + 'a {
    std::iter::successors(from, |i| reading.nodes[*i].parent.map(|p| p as usize))
}
