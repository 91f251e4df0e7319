//! The pipeline: boundaries, outline, facts, roles, tasks.

use std::collections::HashMap;
use std::ops::{Index, Range};

use jiff::civil::Date;
use luoshi_text::{BlockKind, Document, Span};
use luoshi_when::{Context, Found, When};

use crate::cells::{self, CellKind};
use crate::facts::{self, Line, Parts};
use crate::model::{Compiled, Fact, GroupRole, IssuedBy, Node, Options, Plan, Role, Sourced, Value};
use crate::outline::outline;
use crate::roles::{self, Content, Place, Section};
use crate::{assemble, bounds};

/// Compiles a document into the plans it holds. Any document compiles to something; nothing is
/// read from outside but the options, and the same input gives the same result.
pub fn compile(doc: &Document, options: &Options) -> Compiled {
    let ranges = bounds::plans(doc);
    let covered = |i: u32| ranges.iter().any(|r| r.contains(&i));
    let noise = (0..doc.blocks().len() as u32).filter(|i| !covered(*i)).collect();
    let plans = ranges.iter().map(|r| plan(doc, r.clone(), options)).collect();
    Compiled { plans, noise }
}

/// How many lines are looked at before their parts are laid together.
const AT_ONCE: usize = 1024;

/// One plan's blocks with all that was read from them.
pub(crate) struct Reading<'a> {
    pub(crate) doc: &'a Document,
    pub(crate) first: u32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) lines: Vec<Line<'a>>,
    pub(crate) sections: Vec<Option<Section>>,
    pub(crate) places: Vec<Place>,
    annex_notes: Vec<bool>,
    /// What table cells are by their columns.
    pub(crate) cells: HashMap<u32, CellKind>,
    pub(crate) roles: Vec<Role>,
    /// Facts of each block.
    pub(crate) facts: FactList,
}

/// The facts of one block after the other, in one list: a list for each block would take more room
/// than most of the facts.
#[derive(Debug, Default)]
pub(crate) struct FactList {
    all: Vec<Fact>,
    /// Where those of each block end.
    ends: Vec<usize>,
}

impl FactList {
    /// Adds the facts of the next block.
    fn push(&mut self, facts: impl IntoIterator<Item = Fact>) {
        self.all.extend(facts);
        self.ends.push(self.all.len());
    }

    /// Takes no more room than what was added: it is held as long as its plan.
    fn close(&mut self) {
        self.all.shrink_to_fit();
    }

    /// The facts of some blocks.
    pub(crate) fn of(&self, blocks: Range<usize>) -> &[Fact] {
        let ends = |block: usize| block.checked_sub(1).map_or(0, |i| self.ends[i]);
        &self.all[ends(blocks.start)..ends(blocks.end)]
    }

    /// The facts block by block.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Fact]> {
        (0..self.ends.len()).map(|i| &self[i])
    }

    /// All facts.
    pub(crate) fn into_all(self) -> Vec<Fact> {
        self.all
    }
}

impl Index<usize> for FactList {
    type Output = [Fact];

    fn index(&self, block: usize) -> &[Fact] {
        self.of(block..block + 1)
    }
}

fn plan(doc: &Document, blocks: Range<u32>, options: &Options) -> Plan {
    let nodes = outline(doc, blocks.start, blocks.end);
    let (issued, issued_by) = issue_date(doc, &nodes, options);
    let context = Context::new(issued).with_terms(options.terms);
    let texts: Vec<(&str, usize)> =
        nodes.iter().map(|node| (doc.slice(node.span), node.marker_span.len())).collect();
    let mut parts: Vec<Parts> = Vec::new();
    parts.resize_with(texts.len().div_ceil(AT_ONCE), Parts::default);
    let mut lines = Vec::with_capacity(texts.len());
    for (parts, texts) in parts.iter_mut().zip(texts.chunks(AT_ONCE)) {
        lines.extend(parts.lines(texts, &context));
    }
    drop(texts);
    let cells = cells::cells(doc, blocks.start, blocks.end);
    let annex_notes = roles::annex_notes(doc, &nodes);
    let sections = roles::sections(doc, &nodes);
    let places = roles::places(doc, &nodes);
    let mut reading = Reading {
        doc,
        first: blocks.start,
        nodes,
        lines,
        sections,
        places,
        annex_notes,
        cells,
        roles: Vec::new(),
        facts: FactList::default(),
    };
    for i in 0..reading.nodes.len() {
        let (role, facts) = read_block(&reading, i);
        reading.roles.push(role);
        reading.facts.push(facts);
    }
    reading.facts.close();
    assemble::plan(reading, blocks, issued, issued_by)
}

/// The facts and the role of one block.
fn read_block(reading: &Reading<'_>, i: usize) -> (Role, Vec<Fact>) {
    let line = &reading.lines[i];
    let node = &reading.nodes[i];
    let section = reading.sections[i];
    let base = node.span.start as usize;
    let in_group = section == Some(Section::Group);
    // Steps below a phase are no phases of their own.
    let in_schedule = node.parent.is_some_and(|p| {
        let staged = reading.facts[p as usize].iter().any(|f| matches!(f.value, Value::Stage { .. }));
        reading.sections[p as usize] == Some(Section::Schedule) && !staged
    });
    let body = reading.places[i] == Place::Body;
    let above = if in_group && node.marker.is_none() { last_group(reading, i) } else { None };
    let groups = if body { facts::group::groups(line, in_group, above) } else { Vec::new() };
    let rules = if body { facts::rule::rules(line) } else { Vec::new() };
    let stage = if body { facts::stage::stage(line, in_schedule) } else { None };
    let mut end = 0;
    let mut covered = 0;
    for r in &rules {
        covered += r.range.end.saturating_sub(r.range.start.max(end));
        end = end.max(r.range.end);
    }
    let content = Content {
        letters: line.letters,
        rules: covered as f32 / line.text.len().max(1) as f32,
        group: groups.len(),
        annex_note: reading.annex_notes[i],
        dated: !line.times.is_empty(),
        dated_stage: stage.as_ref().is_some_and(|s| s.start.is_some() || s.end.is_some()),
        stage: stage.is_some(),
        target: facts::date::begins_with_target(line),
        // The signature below the last item is no part of it.
        has_child: roles::has_child(&reading.nodes, i) && reading.places[i + 1] == Place::Body,
    };
    let cell = reading.cells.get(&node.block).copied();
    let role = match cell {
        Some(cell) => cell.role,
        None => roles::role(reading.doc, &reading.nodes, i, section, content, reading.places[i]),
    };
    let mut out: Vec<(usize, Fact)> = Vec::new();
    let mut put = |range: Range<usize>, value: Value| {
        out.push((range.start, Fact { span: Span::new(base + range.start, base + range.end), value }));
    };
    if role == Role::Noise {
        return (role, Vec::new());
    }
    let dates = facts::date::dates(line, role);
    for Found { range, when, .. } in &dates {
        put(range.clone(), Value::Date { when: when.clone() });
    }
    for r in facts::reference::references(line) {
        let title = line.slice(r.title).to_owned();
        put(r.range, Value::Reference { title, number: r.number.map(|n| line.slice(n).to_owned()) });
    }
    if let Some(party) = cell.and_then(|c| c.party) {
        for u in facts::unit::cell_units(line, party) {
            put(u.range, Value::Unit { role: u.role, collective: u.collective });
        }
    } else if body && role != Role::Heading {
        body_facts(line, role, !dates.is_empty(), &groups, &rules, &mut put);
    }
    for g in groups {
        let name = line.slice(g.range.clone()).to_owned();
        put(g.range, Value::Group { role: g.role, name });
    }
    for r in rules {
        put(
            r.range,
            Value::Rule {
                kind: r.kind,
                when: r.when,
                effect: r.effect,
                amount: r.amount,
                amount_to: r.amount_to,
                per: r.per,
            },
        );
    }
    if let Some(s) = stage.filter(|_| matches!(role, Role::Stage | Role::Heading)) {
        put(s.range, Value::Stage { name: s.name, start: s.start, end: s.end });
    }
    out.sort_by_key(|(at, f)| (*at, f.span.end));
    (role, out.into_iter().map(|(_, f)| f).collect())
}

/// What the last name placed in a group by the block before is there.
fn last_group(reading: &Reading<'_>, i: usize) -> Option<GroupRole> {
    match reading.facts[i.checked_sub(1)?].last()?.value {
        Value::Group { role, .. } => Some(role),
        _ => None,
    }
}

/// Units, quantities and reports: facts of running text only.
fn body_facts(
    line: &Line<'_>,
    role: Role,
    dated: bool,
    groups: &[facts::group::GroupFact],
    rules: &[facts::rule::RuleFact],
    put: &mut impl FnMut(Range<usize>, Value),
) {
    let rule_ranges = facts::joined(rules.iter().map(|r| r.range.clone()).collect());
    let group_ranges = facts::joined(groups.iter().map(|g| g.range.clone()).collect());
    for u in facts::unit::units(line, role, &rule_ranges) {
        if !facts::overlaps(&group_ranges, &u.range) {
            put(u.range, Value::Unit { role: u.role, collective: u.collective });
        }
    }
    // General statements hold background figures, but a target with its year binds.
    let general = role == Role::Guidance && !dated;
    if !general && !matches!(role, Role::Preamble | Role::Group) {
        let mut taken = rule_ranges.clone();
        taken.extend(line.times.iter().map(|f| f.range.clone()));
        let taken = facts::joined(taken);
        for q in facts::quantity::quantities(line, &taken) {
            put(q.range, Value::Quantity { op: q.op, value: q.value, unit: q.unit, of: q.of });
        }
    }
    if !matches!(role, Role::Guidance | Role::Goal) {
        for r in facts::report::reports(line, &rule_ranges) {
            let to = r.to.map(|t| line.slice(t).to_owned());
            let when = r.when.map(|t| line.slice(t).to_owned());
            put(r.range, Value::Report { what: r.what, to, when });
        }
    }
}

/// The day of issue: given, under the signature or title, else today.
fn issue_date(doc: &Document, nodes: &[Node], options: &Options) -> (Date, IssuedBy) {
    if let Some(day) = options.issued {
        return (day, IssuedBy::Given);
    }
    // A full date needs no day to run forward from.
    let context = Context::new(Date::constant(1900, 1, 1));
    // A date in a cell of a table is that of its row.
    let cell = |n: &&Node| matches!(doc.blocks()[n.block as usize].kind, BlockKind::Cell { .. });
    let mut lines = nodes.iter().rev().filter(|n| !cell(n) && roles::is_date_line(doc, n.span));
    let dated = lines.find_map(|n| {
        let text = doc.slice(n.span);
        if text.contains(['x', 'X', '×']) {
            return None;
        }
        luoshi_when::find(text, &context).into_iter().find_map(|f| match f.when {
            When::On { day } => Some(day),
            _ => None,
        })
    });
    if let Some(day) = dated {
        return (day, IssuedBy::Document);
    }
    match told_year(doc, nodes, &context) {
        Some(day) if day.year() != options.today.year() => (day, IssuedBy::Inferred),
        _ => (options.today, IssuedBy::Today),
    }
}

/// How many blocks are looked at for the year of a plan without a date of issue.
const HEAD: usize = 12;

/// The day that a plan without a date of issue runs forward from: the first day that it names with
/// its year, else the first of January of the year in its title.
fn told_year(doc: &Document, nodes: &[Node], context: &Context) -> Option<Date> {
    let title = nodes.iter().take(3).map(|n| doc.slice(n.span)).find(|t| roles::is_title_like(t));
    let titled = title.and_then(|t| {
        let at = t.find('年')?;
        let digits = t.get(at.checked_sub(4)?..at)?;
        digits.parse::<i16>().ok().filter(|y| (1990..2200).contains(y))
    });
    // Years that are not written run forward from 1900, so a later one is written.
    let named =
        nodes.iter().take(HEAD).flat_map(|n| luoshi_when::find(doc.slice(n.span), context)).find_map(|f| {
            let day = match f.when {
                When::Span { start, .. } | When::From { start } => start,
                When::On { day } => day,
                _ => return None,
            };
            (day.year() >= 1990 && !(day.month() == 1 && day.day() == 1)).then_some(day)
        });
    match (titled, named) {
        (Some(y), Some(day)) if (day.year() - y).abs() <= 1 => Some(day),
        (Some(y), _) => Date::new(y, 1, 1).ok(),
        (None, day) => day,
    }
}

/// A value with the words it rests on.
pub(crate) fn sourced(doc: &Document, span: Span) -> Sourced<String> {
    Sourced { value: doc.slice(span).trim().to_owned(), span }
}
