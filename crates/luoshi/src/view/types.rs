//! The shape of the output.

use luoshi_plan::model::{Collective, GroupRole, IssuedBy, MarkerKind, Op, Role, RuleKind, Value};
use luoshi_text::{Format, Level, Origin};
use luoshi_when::When;
use schemars::JsonSchema;
use serde::Serialize;

use super::list::Each;

/// A file and the plans found in it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Luoshi: a compiled file, version 1")]
pub(crate) struct FileView<'a> {
    /// Always 1 for this shape. Fields may be added; none changes its meaning or goes away.
    #[schemars(range(min = 1, max = 1))]
    pub(super) version: u32,
    /// The file as the caller named it.
    pub(super) file: &'a str,
    /// What kind of file it is.
    pub(super) format: Format,
    /// Files joined behind it as annexes.
    pub(super) annexes: Vec<String>,
    /// The plans found, in order.
    pub(super) plans: Each<'a, PlanView<'a>>,
    /// What the reader wants the user to know.
    pub(super) notices: Vec<NoticeView>,
    /// What the checks found; absent where none were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) findings: Option<Vec<FindingView>>,
    /// The canonical text that byte offsets count in: paragraphs and table cells, each ended by a
    /// line feed.
    pub(super) text: &'a str,
}

/// Where words stand.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Place {
    /// The physical line of a text file, else the paragraph or cell counted from 1.
    pub(super) line: u32,
    /// First byte in the canonical text.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
    /// The words.
    pub(super) words: String,
    /// Where the words begin in the user's file.
    pub(super) origin: Option<Origin>,
    /// The annex that holds them; absent in the plan's own file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) annex: Option<String>,
}

/// Words with their place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Words {
    /// The value.
    pub(super) value: String,
    /// Where it stands.
    pub(super) place: Place,
}

/// One plan.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PlanView<'a> {
    /// Its title.
    pub(super) title: Option<String>,
    /// First line.
    pub(super) first_line: u32,
    /// Last line.
    pub(super) last_line: u32,
    /// 发文字号.
    pub(super) document_number: Option<String>,
    /// The office that issued it.
    pub(super) issuer: Option<String>,
    /// The day that years run forward from, ISO 8601.
    pub(super) issued: String,
    /// Where that day was taken from.
    pub(super) issued_by: IssuedBy,
    /// The whole time it runs, where it says so.
    pub(super) runs: Option<TimingView>,
    /// What can be given to units.
    pub(super) tasks: Each<'a, TaskView>,
    /// Every fact, in order.
    pub(super) facts: Each<'a, FactView>,
    /// Phases of the schedule.
    pub(super) stages: Vec<StageView>,
    /// Who is placed in a leading group.
    pub(super) groups: Each<'a, GroupView>,
    /// Cited documents and laws.
    pub(super) references: Each<'a, ReferenceView>,
    /// Conditions with consequences.
    pub(super) rules: Each<'a, RuleView>,
    /// Duties to report.
    pub(super) reports: Each<'a, ReportView>,
    /// Quotas distributed by tables.
    pub(super) quota_tables: Vec<QuotaTableView>,
    /// Annexes that stand in the file or were joined to it.
    pub(super) annexes: Vec<AnnexView>,
    /// Annexes that the text speaks of.
    pub(super) cited_annexes: Vec<AnnexView>,
    /// Tasks that stand both in the text and in a table.
    pub(super) twins: Vec<TwinView>,
    /// Headings and paragraphs.
    pub(super) outline: Each<'a, NodeView>,
}

/// An annex.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AnnexView {
    /// Its number.
    pub(super) number: Option<u32>,
    /// Its title.
    pub(super) title: Option<String>,
    /// Where it stands, or where it is spoken of.
    pub(super) place: Place,
}

/// One piece of work that stands both in the text and in a table.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TwinView {
    /// Number of the task in the text.
    pub(super) text: u32,
    /// Number of the task in the table.
    pub(super) table: u32,
    /// Units that only the text names.
    pub(super) units_only_in_text: Vec<String>,
    /// Units that only the table names.
    pub(super) units_only_in_table: Vec<String>,
    /// The last day by the text, where the two differ, ISO 8601.
    pub(super) text_deadline: Option<String>,
    /// The last day by the table, where the two differ, ISO 8601.
    pub(super) table_deadline: Option<String>,
}

/// A task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TaskView {
    /// Number within the plan, from 1.
    pub(super) number: u32,
    /// A short title.
    pub(super) title: String,
    /// All its words.
    pub(super) place: Place,
    /// What kind of section it comes from.
    pub(super) role: Role,
    /// Headings above it, outermost first.
    pub(super) path: Vec<String>,
    /// 牵头单位.
    pub(super) lead: Vec<PartyView>,
    /// 配合单位.
    pub(super) support: Vec<PartyView>,
    /// 责任单位.
    pub(super) responsible: Vec<PartyView>,
    /// Who reviews or accepts.
    pub(super) approve: Vec<PartyView>,
    /// Who receives its reports.
    pub(super) report_to: Vec<PartyView>,
    /// 责任领导.
    pub(super) leader: Vec<PartyView>,
    /// Deadlines, spans, recurrences.
    pub(super) times: Vec<TimingView>,
    /// Numbers to be reached.
    pub(super) quantities: Vec<QuantityView>,
    /// Evidence asked for.
    pub(super) evidence: Vec<Words>,
    /// Duties to report.
    pub(super) reports: Vec<ReportView>,
    /// Index into `stages`.
    pub(super) stage: Option<u32>,
    /// Whether it was read from a table.
    pub(super) from_table: bool,
}

/// A unit on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PartyView {
    /// The name as written.
    pub(super) name: String,
    /// Where.
    pub(super) place: Place,
    /// The kind of units that a collective word stands for.
    pub(super) collective: Option<Collective>,
    /// Whether it was taken over from a heading or a convention.
    pub(super) inherited: bool,
    /// Its name in the directory, where one was given.
    pub(super) resolved: Option<String>,
    /// The directory's units that a collective word stands for; absent without a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) members: Option<Vec<String>>,
}

/// A time on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TimingView {
    /// What the words say.
    pub(super) when: When,
    /// Where.
    pub(super) place: Place,
    /// Whether it was taken over from above.
    pub(super) inherited: bool,
}

/// A number on a task.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuantityView {
    /// How it bounds.
    pub(super) op: Op,
    /// The number; per cent as a fraction.
    pub(super) value: f64,
    /// The unit as written.
    pub(super) unit: String,
    /// What is counted.
    pub(super) of: String,
    /// Where.
    pub(super) place: Place,
}

/// A duty to report.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportView {
    /// What is submitted.
    pub(super) what: String,
    /// To whom.
    pub(super) to: Option<String>,
    /// The time words.
    pub(super) when: Option<String>,
    /// Where.
    pub(super) place: Place,
}

/// A condition with a consequence.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RuleView {
    /// What sort of consequence.
    pub(super) kind: RuleKind,
    /// The condition's words.
    pub(super) when: String,
    /// The consequence's words.
    pub(super) effect: String,
    /// Yuan or points; of a range the lower end.
    pub(super) amount: Option<f64>,
    /// The upper end; absent where the amount is no range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount_to: Option<f64>,
    /// For each what.
    pub(super) per: Option<String>,
    /// Where.
    pub(super) place: Place,
}

/// A phase.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StageView {
    /// Its name.
    pub(super) name: String,
    /// First day, ISO 8601.
    pub(super) start: Option<String>,
    /// Last day, ISO 8601.
    pub(super) end: Option<String>,
    /// Where.
    pub(super) place: Place,
}

/// Somebody in a leading group.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct GroupView {
    /// As what.
    pub(super) role: GroupRole,
    /// The bare name.
    pub(super) name: String,
    /// Where.
    pub(super) place: Place,
}

/// A cited document.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReferenceView {
    /// The words inside 《》.
    pub(super) title: String,
    /// Its number.
    pub(super) number: Option<String>,
    /// Where.
    pub(super) place: Place,
}

/// A fact: its kind in `type`, the fields of that kind, its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FactView {
    /// What it says.
    #[serde(flatten)]
    pub(super) value: Value,
    /// Where.
    pub(super) place: Place,
}

/// A quota table.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct QuotaTableView {
    /// The title above it.
    pub(super) title: Option<String>,
    /// What is distributed.
    pub(super) of: Words,
    /// The unit of the numbers.
    pub(super) unit: Option<String>,
    /// Who gets how much.
    pub(super) shares: Vec<ShareView>,
    /// The total that the table states.
    pub(super) total: Option<NumberView>,
}

/// A share of a quota.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ShareView {
    /// The unit.
    pub(super) unit: Words,
    /// How much.
    pub(super) amount: NumberView,
}

/// A number with its place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NumberView {
    /// The number.
    pub(super) value: f64,
    /// Where.
    pub(super) place: Place,
}

/// A heading or paragraph.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NodeView {
    /// The line it begins.
    pub(super) line: u32,
    /// First byte in the canonical text.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
    /// How it is numbered; null for running text.
    pub(super) marker: Option<MarkerKind>,
    /// Its number; 0 for running text.
    pub(super) number: u32,
    /// Nesting from 0.
    pub(super) depth: u32,
    /// Index of the node above.
    pub(super) parent: Option<u32>,
    /// Its heading.
    pub(super) title: String,
    /// What it holds.
    pub(super) role: Role,
}

/// A word of the reader.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NoticeView {
    /// Kebab-case name.
    pub(super) code: String,
    /// A Chinese sentence.
    pub(super) message: String,
    /// Where.
    pub(super) origin: Option<Origin>,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingView {
    /// Name of the check.
    pub(super) code: String,
    /// How much it matters.
    pub(super) level: Level,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) help: Option<String>,
    /// Where.
    pub(super) place: Place,
    /// Headings above it.
    pub(super) path: Vec<String>,
    /// Other places that belong to it.
    pub(super) related: Vec<RelatedView>,
}

/// A further place of a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RelatedView {
    /// What stands there.
    pub(super) message: String,
    /// Where.
    pub(super) place: Place,
}
