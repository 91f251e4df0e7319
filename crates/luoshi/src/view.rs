//! What `--format json` prints: its own types, so that the model may grow without breaking those
//! who read the output. The JSON Schema in `schema/plan-1.json` is made from them.

use luoshi_plan::model::{
    Collective, Compiled, GroupRole, IssuedBy, MarkerKind, Op, Party, Plan, QuotaTable, Role, RuleKind,
    Sourced, Task, Timing, Value,
};
use luoshi_text::{Diagnostic, Format, Level, Origin, Span};
use luoshi_when::When;
use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{Source, role_of};

/// The version of the shape.
pub(crate) const VERSION: u32 = 1;

/// A file and the plans found in it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Luoshi: a compiled file, version 1")]
pub(crate) struct FileView {
    /// Always 1 for this shape. Fields may be added; none changes its meaning or goes away.
    #[schemars(range(min = 1, max = 1))]
    version: u32,
    /// The file as the caller named it.
    file: String,
    /// What kind of file it is.
    format: Format,
    /// Files joined behind it as annexes.
    annexes: Vec<String>,
    /// The plans found, in order.
    plans: Vec<PlanView>,
    /// What the reader wants the user to know.
    notices: Vec<NoticeView>,
    /// What the checks found; absent where none were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<FindingView>>,
    /// The canonical text that byte offsets count in: paragraphs and table cells, each ended by a
    /// line feed.
    text: String,
}

/// Where words stand.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Place {
    /// The physical line of a text file, else the paragraph or cell counted from 1.
    line: u32,
    /// First byte in the canonical text.
    start: u32,
    /// One past the last byte.
    end: u32,
    /// The words.
    words: String,
    /// Where the words begin in the user's file.
    origin: Option<Origin>,
    /// The annex that holds them; absent in the plan's own file.
    #[serde(skip_serializing_if = "Option::is_none")]
    annex: Option<String>,
}

/// Words with their place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Words {
    /// The value.
    value: String,
    /// Where it stands.
    place: Place,
}

/// One plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlanView {
    /// Its title.
    title: Option<String>,
    /// First line.
    first_line: u32,
    /// Last line.
    last_line: u32,
    /// 发文字号.
    document_number: Option<String>,
    /// The office that issued it.
    issuer: Option<String>,
    /// The day that years run forward from, ISO 8601.
    issued: String,
    /// Where that day was taken from.
    issued_by: IssuedBy,
    /// The whole time it runs, where it says so.
    runs: Option<TimingView>,
    /// What can be given to units.
    tasks: Vec<TaskView>,
    /// Every fact, in order.
    facts: Vec<FactView>,
    /// Phases of the schedule.
    stages: Vec<StageView>,
    /// Who is placed in a leading group.
    groups: Vec<GroupView>,
    /// Cited documents and laws.
    references: Vec<ReferenceView>,
    /// Conditions with consequences.
    rules: Vec<RuleView>,
    /// Duties to report.
    reports: Vec<ReportView>,
    /// Quotas distributed by tables.
    quota_tables: Vec<QuotaTableView>,
    /// Headings and paragraphs.
    outline: Vec<NodeView>,
}

/// A task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TaskView {
    /// Number within the plan, from 1.
    number: u32,
    /// A short title.
    title: String,
    /// All its words.
    place: Place,
    /// What kind of section it comes from.
    role: Role,
    /// Headings above it, outermost first.
    path: Vec<String>,
    /// 牵头单位.
    lead: Vec<PartyView>,
    /// 配合单位.
    support: Vec<PartyView>,
    /// 责任单位.
    responsible: Vec<PartyView>,
    /// Who reviews or accepts.
    approve: Vec<PartyView>,
    /// Who receives its reports.
    report_to: Vec<PartyView>,
    /// 责任领导.
    leader: Vec<PartyView>,
    /// Deadlines, spans, recurrences.
    times: Vec<TimingView>,
    /// Numbers to be reached.
    quantities: Vec<QuantityView>,
    /// Evidence asked for.
    evidence: Vec<Words>,
    /// Duties to report.
    reports: Vec<ReportView>,
    /// Index into `stages`.
    stage: Option<u32>,
    /// Whether it was read from a table.
    from_table: bool,
}

/// A unit on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PartyView {
    /// The name as written.
    name: String,
    /// Where.
    place: Place,
    /// The kind of units that a collective word stands for.
    collective: Option<Collective>,
    /// Whether it was taken over from a heading or a convention.
    inherited: bool,
    /// Its name in the directory, where one was given.
    resolved: Option<String>,
}

/// A time on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TimingView {
    /// What the words say.
    when: When,
    /// Where.
    place: Place,
    /// Whether it was taken over from above.
    inherited: bool,
}

/// A number on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuantityView {
    /// How it bounds.
    op: Op,
    /// The number; per cent as a fraction.
    value: f64,
    /// The unit as written.
    unit: String,
    /// What is counted.
    of: String,
    /// Where.
    place: Place,
}

/// A duty to report.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportView {
    /// What is submitted.
    what: String,
    /// To whom.
    to: Option<String>,
    /// The time words.
    when: Option<String>,
    /// Where.
    place: Place,
}

/// A condition with a consequence.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RuleView {
    /// What sort of consequence.
    kind: RuleKind,
    /// The condition's words.
    when: String,
    /// The consequence's words.
    effect: String,
    /// Yuan or points.
    amount: Option<f64>,
    /// For each what.
    per: Option<String>,
    /// Where.
    place: Place,
}

/// A phase.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StageView {
    /// Its name.
    name: String,
    /// First day, ISO 8601.
    start: Option<String>,
    /// Last day, ISO 8601.
    end: Option<String>,
    /// Where.
    place: Place,
}

/// Somebody in a leading group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupView {
    /// As what.
    role: GroupRole,
    /// The bare name.
    name: String,
    /// Where.
    place: Place,
}

/// A cited document.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReferenceView {
    /// The words inside 《》.
    title: String,
    /// Its number.
    number: Option<String>,
    /// Where.
    place: Place,
}

/// A fact: its kind in `type`, the fields of that kind, its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FactView {
    /// What it says.
    #[serde(flatten)]
    value: Value,
    /// Where.
    place: Place,
}

/// A quota table.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuotaTableView {
    /// The title above it.
    title: Option<String>,
    /// What is distributed.
    of: Words,
    /// The unit of the numbers.
    unit: Option<String>,
    /// Who gets how much.
    shares: Vec<ShareView>,
    /// The total that the table states.
    total: Option<NumberView>,
}

/// A share of a quota.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ShareView {
    /// The unit.
    unit: Words,
    /// How much.
    amount: NumberView,
}

/// A number with its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NumberView {
    /// The number.
    value: f64,
    /// Where.
    place: Place,
}

/// A heading or paragraph.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NodeView {
    /// The line it begins.
    line: u32,
    /// First byte in the canonical text.
    start: u32,
    /// One past the last byte.
    end: u32,
    /// How it is numbered; null for running text.
    marker: Option<MarkerKind>,
    /// Its number; 0 for running text.
    number: u32,
    /// Nesting from 0.
    depth: u32,
    /// Index of the node above.
    parent: Option<u32>,
    /// Its heading.
    title: String,
    /// What it holds.
    role: Role,
}

/// A word of the reader.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NoticeView {
    /// Kebab-case name.
    code: String,
    /// A Chinese sentence.
    message: String,
    /// Where.
    origin: Option<Origin>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingView {
    /// Name of the check.
    code: String,
    /// How much it matters.
    level: Level,
    /// What is wrong.
    message: String,
    /// What to do.
    help: Option<String>,
    /// Where.
    place: Place,
    /// Headings above it.
    path: Vec<String>,
    /// Other places that belong to it.
    related: Vec<RelatedView>,
}

/// A further place of a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RelatedView {
    /// What stands there.
    message: String,
    /// Where.
    place: Place,
}

/// The schema of the output, as kept in `schema/plan-1.json`.
pub(crate) fn schema() -> serde_json::Result<String> {
    let generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let schema = generator.into_root_schema_for::<FileView>();
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// The view of a compiled file.
pub(crate) fn file(source: &Source, compiled: &Compiled, findings: Option<&[Diagnostic]>) -> FileView {
    let view = View { source, compiled };
    FileView {
        version: VERSION,
        file: source.name.clone(),
        format: source.doc.format(),
        annexes: source.annexes.iter().map(|(_, name)| name.clone()).collect(),
        plans: compiled.plans.iter().map(|p| view.plan(p)).collect(),
        notices: source
            .doc
            .notices()
            .iter()
            .map(|n| NoticeView { code: n.code.clone(), message: n.message.clone(), origin: n.origin })
            .collect(),
        findings: findings.map(|list| list.iter().map(|d| view.finding(d)).collect()),
        text: source.doc.text().to_owned(),
    }
}

struct View<'a> {
    source: &'a Source,
    compiled: &'a Compiled,
}

impl View<'_> {
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

    fn words(&self, words: &Sourced<String>) -> Words {
        Words { value: words.value.clone(), place: self.place(words.span) }
    }

    fn plan(&self, plan: &Plan) -> PlanView {
        let value = |words: &Option<Sourced<String>>| words.as_ref().map(|w| w.value.clone());
        let mut view = PlanView {
            title: value(&plan.title),
            first_line: self.source.line(plan.span.start),
            last_line: self.source.line(plan.span.end.saturating_sub(1).max(plan.span.start)),
            document_number: value(&plan.document_number),
            issuer: value(&plan.issuer),
            issued: plan.issued.to_string(),
            issued_by: plan.issued_by,
            runs: plan.runs.as_ref().map(|t| self.timing(t)),
            tasks: plan.tasks.iter().map(|t| self.task(t)).collect(),
            facts: Vec::with_capacity(plan.facts.len()),
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
            groups: Vec::new(),
            references: Vec::new(),
            rules: Vec::new(),
            reports: Vec::new(),
            quota_tables: plan.quota_tables.iter().map(|t| self.quota_table(t)).collect(),
            outline: plan
                .outline
                .iter()
                .map(|n| NodeView {
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
                .collect(),
        };
        for fact in &plan.facts {
            self.sort(&fact.value, fact.span, &mut view);
            view.facts.push(FactView { value: fact.value.clone(), place: self.place(fact.span) });
        }
        view
    }

    /// Puts a fact of a kind that has its own list there.
    fn sort(&self, value: &Value, span: Span, view: &mut PlanView) {
        let place = self.place(span);
        match value.clone() {
            Value::Group { role, name } => view.groups.push(GroupView { role, name, place }),
            Value::Reference { title, number } => {
                view.references.push(ReferenceView { title, number, place });
            }
            Value::Rule { kind, when, effect, amount, per } => {
                view.rules.push(RuleView { kind, when, effect, amount, per, place });
            }
            Value::Report { what, to, when } => view.reports.push(ReportView { what, to, when, place }),
            _ => {}
        }
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
        }
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
