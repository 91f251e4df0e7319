//! What `--format json` prints: its own types, so that the model may grow without breaking those
//! who read the output. The JSON Schema in `schema/plan-1.json` is made from them.

mod list;
mod types;

use luoshi_plan::directory::{Directory, Resolution};
use luoshi_plan::model::{Compiled, Party, Plan, QuotaTable, Sourced, Task, Timing, Value};
use luoshi_text::{Diagnostic, Span};

use crate::source::{Source, role_of};

use list::Each;
use types::*;

/// The version of the shape.
const VERSION: u32 = 1;

/// The schema of the output, as kept in `schema/plan-1.json`.
pub(crate) fn schema() -> serde_json::Result<String> {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let schema = generator.into_root_schema_for::<FileView<'static>>();
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// The view of a compiled file.
pub(crate) fn file<'a>(
    source: &'a Source,
    compiled: &'a Compiled,
    findings: Option<&[Diagnostic]>,
    directory: Option<&'a Directory>,
) -> FileView<'a> {
    let view = View { source, compiled, directory };
    FileView {
        version: VERSION,
        file: &source.name,
        format: source.doc.format(),
        annexes: source.annexes.iter().map(|(_, name)| name.clone()).collect(),
        plans: Each::new(move || compiled.plans.iter().map(move |p| view.plan(p))),
        notices: source
            .doc
            .notices()
            .iter()
            .map(|n| NoticeView { code: n.code.clone(), message: n.message.clone(), origin: n.origin })
            .collect(),
        findings: findings.map(|list| list.iter().map(|d| view.finding(d)).collect()),
        text: source.doc.text(),
    }
}

#[derive(Clone, Copy)]
struct View<'a> {
    source: &'a Source,
    compiled: &'a Compiled,
    directory: Option<&'a Directory>,
}

impl<'a> View<'a> {
    fn place(&self, span: Span) -> Place {
        Place {
            line: self.source.line(span.start),
            start: span.start,
            end: span.end,
            words: self.source.words(span).to_owned(),
            origin: self.source.doc.origin_at(span.start as usize),
            annex: self.source.annex_at(span.start).map(str::to_owned),
        }
    }

    fn first_line(&self, span: Span) -> Span {
        let length = self.source.words(span).find('\n').unwrap_or(span.len());
        Span { start: span.start, end: span.start + length as u32 }
    }

    fn words(&self, words: &Sourced<String>) -> Words {
        Words { value: words.value.clone(), place: self.place(words.span) }
    }

    fn plan(self, plan: &'a Plan) -> PlanView<'a> {
        let value = |words: &Option<Sourced<String>>| words.as_ref().map(|w| w.value.clone());
        PlanView {
            title: value(&plan.title),
            first_line: self.source.line(plan.span.start),
            last_line: self.source.line(plan.span.end.saturating_sub(1).max(plan.span.start)),
            document_number: value(&plan.document_number),
            issuer: value(&plan.issuer),
            issued: plan.issued.to_string(),
            issued_by: plan.issued_by,
            runs: plan.runs.as_ref().map(|t| self.timing(t)),
            tasks: Each::new(move || plan.tasks.iter().map(move |t| self.task(t))),
            facts: Each::new(move || {
                plan.facts.iter().map(move |f| FactView { value: f.value.clone(), place: self.place(f.span) })
            }),
            stages: plan
                .stages
                .iter()
                .map(|s| StageView {
                    name: s.name.clone(),
                    start: s.start.map(|d| d.to_string()),
                    end: s.end.map(|d| d.to_string()),
                    place: self.place(s.span),
                })
                .collect(),
            groups: self.facts(plan, |value, place| match value.clone() {
                Value::Group { role, name } => Some(GroupView { role, name, place }),
                _ => None,
            }),
            references: self.facts(plan, |value, place| match value.clone() {
                Value::Reference { title, number } => Some(ReferenceView { title, number, place }),
                _ => None,
            }),
            rules: self.facts(plan, |value, place| match value.clone() {
                Value::Rule { kind, when, effect, amount, amount_to, per } => {
                    Some(RuleView { kind, when, effect, amount, amount_to, per, place })
                }
                _ => None,
            }),
            reports: self.facts(plan, |value, place| match value.clone() {
                Value::Report { what, to, when } => Some(ReportView { what, to, when, place }),
                _ => None,
            }),
            quota_tables: plan.quota_tables.iter().map(|t| self.quota_table(t)).collect(),
            annexes: plan
                .annexes
                .iter()
                .map(|a| AnnexView {
                    number: a.number,
                    title: Some(a.title.clone()),
                    // An annex may be long: its first line stands for it.
                    place: self.place(self.first_line(a.span)),
                })
                .collect(),
            cited_annexes: plan
                .cited_annexes
                .iter()
                .map(|a| AnnexView { number: a.number, title: a.title.clone(), place: self.place(a.span) })
                .collect(),
            twins: plan
                .twins
                .iter()
                .map(|t| TwinView {
                    text: t.text,
                    table: t.table,
                    units_only_in_text: t.units_only_in_text.clone(),
                    units_only_in_table: t.units_only_in_table.clone(),
                    text_deadline: t.text_deadline.map(|d| d.to_string()),
                    table_deadline: t.table_deadline.map(|d| d.to_string()),
                })
                .collect(),
            outline: Each::new(move || {
                plan.outline.iter().map(move |n| NodeView {
                    line: self.source.line(n.span.start),
                    start: n.span.start,
                    end: n.span.end,
                    marker: n.marker,
                    number: n.number,
                    depth: n.depth,
                    parent: n.parent,
                    title: self.source.words(n.title).to_owned(),
                    role: role_of(plan, n.block),
                })
            }),
        }
    }

    /// The facts of a kind that has a list of its own.
    fn facts<T: 'a>(self, plan: &'a Plan, view: fn(&Value, Place) -> Option<T>) -> Each<'a, T> {
        Each::new(move || plan.facts.iter().filter_map(move |f| view(&f.value, self.place(f.span))))
    }

    fn task(&self, task: &Task) -> TaskView {
        let parties = |list: &[Party]| list.iter().map(|p| self.party(p)).collect();
        TaskView {
            number: task.number,
            title: task.title.clone(),
            place: self.place(task.span),
            role: task.role,
            path: task.path.clone(),
            lead: parties(&task.lead),
            support: parties(&task.support),
            responsible: parties(&task.responsible),
            approve: parties(&task.approve),
            report_to: parties(&task.report_to),
            leader: parties(&task.leader),
            times: task.times.iter().map(|t| self.timing(t)).collect(),
            quantities: task
                .quantities
                .iter()
                .map(|q| QuantityView {
                    op: q.op,
                    value: q.value,
                    unit: q.unit.clone(),
                    of: q.of.clone(),
                    place: self.place(q.span),
                })
                .collect(),
            evidence: task.evidence.iter().map(|e| self.words(e)).collect(),
            reports: task
                .reports
                .iter()
                .map(|r| ReportView {
                    what: r.what.clone(),
                    to: r.to.clone(),
                    when: r.when.clone(),
                    place: self.place(r.span),
                })
                .collect(),
            stage: task.stage,
            from_table: task.from_table,
        }
    }

    fn party(&self, party: &Party) -> PartyView {
        PartyView {
            name: party.name.clone(),
            place: self.place(party.span),
            collective: party.collective,
            inherited: party.inherited,
            resolved: party.resolved.clone(),
            members: self.members(party),
        }
    }

    /// The units that a collective word stands for.
    fn members(&self, party: &Party) -> Option<Vec<String>> {
        let directory = self.directory?;
        let kind = party.collective?;
        let ids = match directory.resolve(&party.name) {
            Resolution::Collective(_, ids) => ids,
            _ => directory.expand(kind),
        };
        Some(ids.iter().filter_map(|i| directory.units().get(*i)).map(|u| u.name.clone()).collect())
    }

    fn timing(&self, timing: &Timing) -> TimingView {
        TimingView { when: timing.when.clone(), place: self.place(timing.span), inherited: timing.inherited }
    }

    fn quota_table(&self, table: &QuotaTable) -> QuotaTableView {
        let number = |n: &Sourced<f64>| NumberView { value: n.value, place: self.place(n.span) };
        QuotaTableView {
            title: table.title.as_ref().map(|t| t.value.clone()),
            of: self.words(&table.of),
            unit: table.unit.clone(),
            shares: table
                .shares
                .iter()
                .map(|s| ShareView { unit: self.words(&s.unit), amount: number(&s.value) })
                .collect(),
            total: table.total.as_ref().map(number),
        }
    }

    fn finding(&self, finding: &Diagnostic) -> FindingView {
        FindingView {
            code: finding.code.clone(),
            level: finding.level,
            message: finding.message.clone(),
            help: finding.help.clone(),
            place: self.place(finding.span),
            path: self.source.path(self.compiled, finding.span.start),
            related: finding
                .related
                .iter()
                .map(|l| RelatedView { message: l.message.clone(), place: self.place(l.span) })
                .collect(),
        }
    }
}
