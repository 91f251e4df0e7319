//! The typed plan: roles, facts, tasks, outline, and what compiling gives.

use jiff::civil::Date;
use luoshi_text::Span;
use luoshi_when::{Terms, When};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a line of a plan holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Only a numbered heading, nothing to do of its own.
    Heading,
    /// The opening: purpose, basis, occasion; also title, number, recipients, signature.
    Preamble,
    /// General statements that nobody can be given.
    Guidance,
    /// A result to be reached.
    Goal,
    /// Whom or what the plan covers.
    Scope,
    /// Work that could be given to a unit.
    Task,
    /// One phase of the schedule.
    Stage,
    /// How the work is to be organised, supervised, publicised, reported.
    Requirement,
    /// Composition of a leading group or office.
    Group,
    /// Mostly rewards, penalties, scores, veto, accountability.
    Incentive,
    /// Not part of the plan.
    Noise,
}

/// What a unit is to a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitRole {
    /// 牵头: answers for the whole.
    Lead,
    /// 配合, 协助.
    Support,
    /// 责任单位, 负责, or told by name what to do.
    Responsible,
    /// Receives reports or applications.
    ReportTo,
    /// Reviews, certifies, accepts, inspects.
    Approve,
}

/// How a number bounds what is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// Exactly, or about.
    Eq,
    /// At least.
    Ge,
    /// At most.
    Le,
    /// More than.
    Gt,
    /// Less than.
    Lt,
}

/// What follows from a rule's condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleKind {
    /// Money, a title, a commendation.
    Reward,
    /// A fine, criticism, loss of a title, sanctions.
    Penalty,
    /// Counted in an appraisal.
    Score,
    /// 一票否决.
    Veto,
    /// Talks, statements, training, inquiry into responsibility.
    Accountability,
}

/// Place in a leading group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GroupRole {
    /// 组长.
    Head,
    /// 副组长.
    Deputy,
    /// 成员.
    Member,
    /// The office: its name, its host, its director.
    Office,
}

/// What kind of units a collective word stands for, so that it can be expanded when issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Collective {
    /// 各乡镇, 各街道.
    Township,
    /// 各村, 各社区.
    Village,
    /// 各有关部门, 县政府各部门, 各科室.
    Department,
    /// 各学校, 各班级.
    School,
    /// Posts: 各驻村领导, 班主任.
    Post,
    /// Companies and other bodies outside.
    Enterprise,
    /// 各有关单位 and everything else.
    Unit,
}

/// One thing that a plan commits people to, and the words it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// The words, in the document's text.
    pub span: Span,
    /// What they say.
    #[serde(flatten)]
    pub value: Value,
}

/// The eight kinds of facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Value {
    /// An expression that schedules the work.
    Date {
        /// Its value.
        when: When,
    },
    /// Somebody made answerable.
    Unit {
        /// For what.
        role: UnitRole,
        /// Which units a collective word stands for; none for a single named unit.
        collective: Option<Collective>,
    },
    /// A number that is a target, quota, norm, price or threshold.
    Quantity {
        /// How it bounds.
        op: Op,
        /// The number; per cent as a fraction, 万 multiplied out.
        value: f64,
        /// The unit as written.
        unit: String,
        /// What is counted.
        of: String,
    },
    /// A duty to submit, file or publish.
    Report {
        /// What is submitted.
        what: String,
        /// To whom.
        to: Option<String>,
        /// The time words.
        when: Option<String>,
    },
    /// A condition with a consequence for those who do the work.
    Rule {
        /// What sort of consequence.
        kind: RuleKind,
        /// The condition's words.
        when: String,
        /// The consequence's words.
        effect: String,
        /// Yuan or points, where a number is given; of a range the lower end.
        amount: Option<f64>,
        /// The upper end, where the amount is a range (100元至500元).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount_to: Option<f64>,
        /// For each what: 人, 村, 例.
        per: Option<String>,
    },
    /// A named phase.
    Stage {
        /// Its name.
        name: String,
        /// First day.
        #[schemars(with = "Option<String>")]
        start: Option<Date>,
        /// Last day.
        #[schemars(with = "Option<String>")]
        end: Option<Date>,
    },
    /// A cited document or law.
    Reference {
        /// The words inside 《》.
        title: String,
        /// Its number, where it follows.
        number: Option<String>,
    },
    /// A person, post or body placed in a leading group.
    Group {
        /// Where.
        role: GroupRole,
        /// The bare name.
        name: String,
    },
}

impl Value {
    /// The name of its kind, as the fact stream and the JSON write it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Date { .. } => "date",
            Self::Unit { .. } => "unit",
            Self::Quantity { .. } => "quantity",
            Self::Report { .. } => "report",
            Self::Rule { .. } => "rule",
            Self::Stage { .. } => "stage",
            Self::Reference { .. } => "reference",
            Self::Group { .. } => "group",
        }
    }
}

/// What a value rests on: the value and its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// The words in the document's text.
    pub span: Span,
}

/// Where the day of issue was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IssuedBy {
    /// Given by the caller.
    Given,
    /// The date under the plan's signature or above its title.
    Document,
    /// Told from the year of the title or the first dated span, where no date of issue stands.
    Inferred,
    /// Nothing better than the day of compiling.
    Today,
}

/// A unit on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// The name as written.
    pub name: String,
    /// The words.
    pub span: Span,
    /// The kind of unit that a collective word expands to.
    pub collective: Option<Collective>,
    /// Whether it was taken over from a heading, a section sentence or a convention.
    pub inherited: bool,
    /// The directory's name, where a directory was given and the name was found in it.
    pub resolved: Option<String>,
}

/// A time on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Timing {
    /// The value.
    pub when: When,
    /// The words.
    pub span: Span,
    /// Whether it was taken over from a heading, a section sentence or the whole plan.
    pub inherited: bool,
}

/// A number on a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// How it bounds.
    pub op: Op,
    /// The number.
    pub value: f64,
    /// The unit as written.
    pub unit: String,
    /// What is counted.
    pub of: String,
    /// The words.
    pub span: Span,
}

/// A duty to report on a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportDuty {
    /// What is submitted.
    pub what: String,
    /// To whom.
    pub to: Option<String>,
    /// The time words.
    pub when: Option<String>,
    /// The words.
    pub span: Span,
}

/// A piece of work that can be given to a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    /// Number within the plan, from 1.
    pub number: u32,
    /// A short title: the item's own heading or its first clause.
    pub title: String,
    /// The words of the whole item.
    pub span: Span,
    /// The role of the words that it was read from.
    pub role: Role,
    /// Headings above it, outermost first.
    pub path: Vec<String>,
    /// Units that lead.
    pub lead: Vec<Party>,
    /// Units that help.
    pub support: Vec<Party>,
    /// Units and posts that are responsible.
    pub responsible: Vec<Party>,
    /// Who reviews, accepts or inspects.
    pub approve: Vec<Party>,
    /// Who receives its reports.
    pub report_to: Vec<Party>,
    /// The leader named as responsible (责任领导).
    pub leader: Vec<Party>,
    /// Deadlines, spans, recurrences.
    pub times: Vec<Timing>,
    /// Numbers to be reached.
    pub quantities: Vec<Quantity>,
    /// Evidence asked for (photographs, sign-in sheets, lists).
    pub evidence: Vec<Sourced<String>>,
    /// Duties to report.
    pub reports: Vec<ReportDuty>,
    /// Index into [`Plan::stages`] of the phase it belongs to.
    pub stage: Option<u32>,
    /// Whether it was read from a table (任务分解表, 责任清单).
    pub from_table: bool,
}

/// A phase of the schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// First day.
    #[schemars(with = "Option<String>")]
    pub start: Option<Date>,
    /// Last day.
    #[schemars(with = "Option<String>")]
    pub end: Option<Date>,
    /// The words.
    pub span: Span,
}

/// A share of a quota given to one unit by a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuotaShare {
    /// The unit.
    pub unit: Sourced<String>,
    /// How much.
    pub value: Sourced<f64>,
}

/// A quota table: what is distributed, to whom, and the total that the table itself states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuotaTable {
    /// The title above the table, where there is one.
    pub title: Option<Sourced<String>>,
    /// The head of the number column.
    pub of: Sourced<String>,
    /// The unit of the numbers, where the head or the cells name one.
    pub unit: Option<String>,
    /// The shares.
    pub shares: Vec<QuotaShare>,
    /// The total row (合计), where there is one.
    pub total: Option<Sourced<f64>>,
}

/// One level of a document's numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkerKind {
    /// 第一章, 第一部分
    Chapter,
    /// 第一条
    Article,
    /// 一、
    Han,
    /// （一）
    HanParen,
    /// 1.
    ArabicDot,
    /// 1、
    ArabicComma,
    /// （1） or 1)
    ArabicParen,
    /// ①
    Circled,
    /// 一是
    HanIs,
    /// 首先, 其次
    Ordinal,
    /// 附件1
    Annex,
}

/// A numbered or unnumbered part of the outline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Node {
    /// The block of the document it begins.
    pub block: u32,
    /// How it is numbered; none for running text.
    pub marker: Option<MarkerKind>,
    /// Its number; 0 for running text.
    pub number: u32,
    /// Nesting from 0.
    pub depth: u32,
    /// The node above, as an index into the outline.
    pub parent: Option<u32>,
    /// The marker's words.
    pub marker_span: Span,
    /// Its heading: the words after the marker up to the end of the first sentence or of the line.
    pub title: Span,
    /// All its own words (without those of nodes below it).
    pub span: Span,
}

/// An annex that stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Annex {
    /// Its number, where it has one.
    pub number: Option<u32>,
    /// Its title.
    pub title: String,
    /// All its words.
    pub span: Span,
}

/// An annex that the text speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CitedAnnex {
    /// Its number, where one is said.
    pub number: Option<u32>,
    /// Its title, in the list after the body.
    pub title: Option<String>,
    /// The words.
    pub span: Span,
}

/// One piece of work that stands both in the text and in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Twin {
    /// The number of the task in the text.
    pub text: u32,
    /// The number of the task in the table.
    pub table: u32,
    /// Units that answer for it only as the text says; empty where either side names none.
    pub units_only_in_text: Vec<String>,
    /// Units that answer for it only as the table says; empty where either side names none.
    pub units_only_in_table: Vec<String>,
    /// The last day by the text, where both sides give one and they differ.
    #[schemars(with = "Option<String>")]
    pub text_deadline: Option<Date>,
    /// The last day by the table, where both sides give one and they differ.
    #[schemars(with = "Option<String>")]
    pub table_deadline: Option<Date>,
}

/// A compiled plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Its title, where it has one.
    pub title: Option<Sourced<String>>,
    /// 发文字号, where it has one.
    pub document_number: Option<Sourced<String>>,
    /// The office that issued it, as the signature says.
    pub issuer: Option<Sourced<String>>,
    /// The day that the years run forward from.
    #[schemars(with = "String")]
    pub issued: Date,
    /// Where that day was taken from.
    pub issued_by: IssuedBy,
    /// The stretch of the document's text that is this plan.
    pub span: Span,
    /// The first of its blocks.
    pub first_block: u32,
    /// One past the last of its blocks.
    pub end_block: u32,
    /// Headings and paragraphs, nested.
    pub outline: Vec<Node>,
    /// The role of each block, by index from `first_block`.
    pub roles: Vec<Role>,
    /// The facts, in order.
    pub facts: Vec<Fact>,
    /// The whole time the plan runs, where it says so.
    pub runs: Option<Timing>,
    /// Phases of the schedule.
    pub stages: Vec<Stage>,
    /// What can be given to units.
    pub tasks: Vec<Task>,
    /// Quotas distributed by tables.
    pub quota_tables: Vec<QuotaTable>,
    /// Tasks that stand both in the text and in a table.
    pub twins: Vec<Twin>,
    /// Annexes that stand in the file.
    pub annexes: Vec<Annex>,
    /// Annexes that the text speaks of.
    pub cited_annexes: Vec<CitedAnnex>,
}

/// What compiling a document gives: one plan or more. It never fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Compiled {
    /// The plans found, in order.
    pub plans: Vec<Plan>,
    /// Blocks that belong to no plan (web residue between plans).
    pub noise: Vec<u32>,
}

/// What compiling needs to know from outside the document.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day of issue, where the caller knows it.
    pub issued: Option<Date>,
    /// The day of compiling, used where neither the caller nor the document tells.
    pub today: Date,
    /// When school is in session at the place.
    pub terms: Terms,
}

impl Options {
    /// With the usual school terms.
    pub fn new(issued: Option<Date>, today: Date) -> Self {
        Self { issued, today, terms: Terms::default() }
    }
}
