//! The parts of a pack, as its TOML spells them.
//!
//! Keys (`handler`, `in_progress`) are for data and code, titles are what a user reads.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use luoshi_when::{Roll, Unit};
use serde::{Deserialize, Serialize};

/// What a kind of plan is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The name that plans and files know it by: `task`, `hazard`.
    pub name: String,
    /// What a user calls it.
    pub title: String,
    /// Counted up with every change; a running plan keeps the version it was issued with.
    pub version: u32,
    /// From when it may be used.
    pub from: Date,
    /// The last day it may be used for new plans; running plans go on with a warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The pack whose registers, lights and ladder it takes over where it has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// The laws, rules or clauses that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// The register that the tasks of a plan become entries of.
    pub tasks: String,
    /// The register that reports read from a plan's text become entries of; without it they are kept
    /// as words only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports: Option<String>,
    /// Hours and days of the office.
    #[serde(default)]
    pub hours: Hours,
    /// The registers, 台账.
    #[serde(default, rename = "register", skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<Register>,
    /// Reports expected from units, 报送任务.
    #[serde(default, rename = "duty", skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<Duty>,
    /// Lights, from the mildest to the worst: the last one that holds is shown.
    #[serde(default, rename = "light", skip_serializing_if = "Vec::is_empty")]
    pub lights: Vec<Light>,
    /// The reminder ladder, in order.
    #[serde(default, rename = "rung", skip_serializing_if = "Vec::is_empty")]
    pub ladder: Vec<Rung>,
    /// Stories that must end as they say.
    #[serde(default, rename = "example", skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// Hours of the office and what becomes of deadlines on days off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hours {
    /// When reminders may begin to go out.
    pub opening: Time,
    /// What 下班前 means.
    pub closing: Time,
    /// What becomes of a deadline on a day that is not worked.
    pub roll: Roll,
    /// How many reminders one person may get in one digest; the rest is told as a number.
    pub budget: u32,
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            opening: jiff::civil::time(8, 30, 0, 0),
            closing: jiff::civil::time(17, 30, 0, 0),
            roll: Roll::Keep,
            budget: 10,
        }
    }
}

/// A register (台账): typed fields, numbers, and the flow that its entries go through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// `task`, `hazard`, `report`.
    pub key: String,
    /// What a user calls it: 督查事项台账.
    pub title: String,
    /// How entries are numbered: `{plan}`, `{year}` and `{number}` are filled in, `{number:4}` with zeros.
    pub numbering: String,
    /// Fields beyond those that every entry has (title, unit, due, state, evidence).
    #[serde(default, rename = "field", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// The field by which an imported row is told to be an entry that is already there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique: Option<String>,
    /// States and steps.
    pub flow: Flow,
    /// Who may add entries while the plan runs; empty where only the engine opens them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Who>,
    /// Whether the lights of the pack shine for its entries.
    #[serde(default = "yes")]
    pub lights: bool,
    /// Whether an entry is seen only by its own units and those above who have a step to take.
    #[serde(default)]
    pub confidential: bool,
    /// Entries count only once a certifying unit has confirmed them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certified: Option<Certified>,
}

fn yes() -> bool {
    true
}

/// How entries of a register are confirmed by somebody's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// Fields that must be equal for a row of the list to confirm an entry.
    pub by: Vec<String>,
    /// The step that confirming takes.
    pub step: String,
    /// Where the list comes from, as a user reads it.
    pub source: String,
}

/// One field of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// `grade`, `person`.
    pub key: String,
    /// The head of its column.
    pub title: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The unit of a number: 人, 亩.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What may be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The register that a reference points into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<String>,
    /// Smallest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Needed when the entry is opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Needed when the entry is opened, if another field has one of these values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<FieldIs>,
    /// Personal: encrypted where it is kept, masked for those who need not know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confidential: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Any words.
    Text,
    /// A number, with its `unit`.
    Number,
    /// Money in fen.
    Money,
    /// A day.
    Date,
    /// One of `choices`.
    Choice,
    /// A unit of the organisation.
    Unit,
    /// A name; not necessarily somebody with an account.
    Person,
    /// A place in words.
    Place,
    /// A file, named by the hash of its bytes.
    File,
    /// An entry of another register of the same plan.
    Reference,
}

/// A field that has one of these values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldIs {
    /// The field.
    pub field: String,
    /// The values.
    pub is: Vec<String>,
}

/// States and steps of a register's entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The state that an entry is opened in.
    pub start: String,
    /// The states.
    #[serde(rename = "state")]
    pub states: Vec<State>,
    /// The steps between them.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

impl Flow {
    /// A state by its key.
    pub fn find_state(&self, key: &str) -> Option<&State> {
        self.states.iter().find(|state| state.key == key)
    }

    /// A step by its key.
    pub fn find_step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }
}

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// `in_progress`, `closed_out`.
    pub key: String,
    /// What a user reads: 办理中.
    pub title: String,
    /// What being in it means for counting.
    #[serde(default)]
    pub phase: Phase,
    /// Whether the clock stands still in it: days spent here are excused time (免责时段).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// How long an entry may stay in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// Whose move it is: they find the entry on their desk. Where none is given, those who may take
    /// the first step listed from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turn: Vec<Who>,
}

/// What a state means for counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Work is owed: lights shine, the entry may be overdue.
    #[default]
    Open,
    /// Handed in and waiting for somebody else: no longer overdue if it came in time.
    Submitted,
    /// Done.
    Done,
    /// Given up: withdrawn, exempt. Not counted as expected.
    Void,
}

/// How long an entry may stay in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many.
    pub amount: u32,
    /// Days, working days, hours.
    pub unit: Unit,
    /// What it is counted from.
    #[serde(default)]
    pub since: Since,
    /// What happens when it has passed.
    pub then: Then,
}

/// What a limit is counted from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Since {
    /// When the entry came into the state.
    #[default]
    Entered,
    /// When the entry was opened.
    Opened,
    /// When this step was last taken.
    Step(String),
    /// The day in this field.
    Field(String),
}

/// What happens when a limit has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Then {
    /// These are told.
    Tell(Vec<Who>),
    /// The system takes this step.
    Step(String),
}

/// A way from one state to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `acknowledge`, `close_out`.
    pub key: String,
    /// What a user reads on the button: 签收.
    pub title: String,
    /// The states it may be taken in.
    pub from: Vec<String>,
    /// Where it leads; none where the entry stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Who may take it; empty for a step that only the engine takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub who: Vec<Who>,
    /// Fields of the register that must be given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Fields of the register that may be given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<String>,
    /// Whether words must, may or cannot be given with it.
    #[serde(default)]
    pub note: Note,
    /// How many pieces of evidence must be with it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub evidence: u32,
    /// Steps whose taker may not take this one: nobody reviews their own (由他人).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_hand: Vec<String>,
    /// Only before the entry is due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_due: bool,
    /// Only within this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Window>,
    /// Only if a field has one of these values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<FieldIs>,
    /// Only once every support has handed in its part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub parts: bool,
    /// What it does besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Whether words go with a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Note {
    /// They may.
    #[default]
    Optional,
    /// They must: a reason.
    Required,
    /// None.
    None,
}

/// A stretch of time in which a step may be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// How many.
    pub amount: u32,
    /// Days, working days, hours.
    pub unit: Unit,
    /// Counted from.
    #[serde(default)]
    pub since: Since,
}

/// What a step does besides leading to a state. These are the verbs that the engine knows; which
/// step does what is data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Progress is written down: planned and actual, in per cent.
    Progress,
    /// A support hands in its part to the lead.
    Part,
    /// A later due time is asked for.
    AskExtension,
    /// The due time asked for, or another that is given, is granted.
    Extend,
    /// The entry goes to another unit.
    Transfer,
    /// A nil report (零报告): submitted with nothing to tell.
    Nil,
    /// The number is confirmed by the certifying unit.
    Certify,
    /// Work begins again after it was done (回头看).
    Reopen,
    /// Handed back for correction.
    Return,
}

/// Who may take a step or is told: a role on one side of the entry. Written `handler@lead`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Who {
    /// The role.
    pub role: Role,
    /// The side.
    pub side: Side,
}

/// A role of business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 督查员: issues, chases.
    Inspector,
    /// 领导.
    Leader,
    /// 承办人.
    Handler,
    /// 审核人.
    Reviewer,
    /// 验收人.
    Acceptor,
    /// 只读.
    Reader,
}

/// Which units, seen from an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The unit that answers for the entry.
    Lead,
    /// A unit that helps.
    Support,
    /// The unit above the lead.
    Above,
    /// The unit that issued the plan.
    Issuer,
}

impl Role {
    /// Every role, with its word in packs and its title.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Inspector, "inspector", "督查员"),
        (Self::Leader, "leader", "领导"),
        (Self::Handler, "handler", "承办人"),
        (Self::Reviewer, "reviewer", "审核人"),
        (Self::Acceptor, "acceptor", "验收人"),
        (Self::Reader, "reader", "查阅人"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, _, title)| title)
    }

    /// The word in packs and imports.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, word, _)| word)
    }
}

impl Side {
    /// Every side, with its word in packs and its title.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Lead, "lead", "承办单位"),
        (Self::Support, "support", "配合单位"),
        (Self::Above, "above", "上级单位"),
        (Self::Issuer, "issuer", "交办单位"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(side, ..)| *side == self).map_or("", |(_, _, title)| title)
    }

    /// The word in packs.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(side, ..)| *side == self).map_or("", |(_, word, _)| word)
    }
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (role, side) = text.split_once('@').unwrap_or((&text, "lead"));
        let found = Role::ALL
            .iter()
            .find(|(_, word, _)| *word == role)
            .zip(Side::ALL.iter().find(|(_, word, _)| *word == side));
        found.map(|((role, ..), (side, ..))| Self { role: *role, side: *side }).ok_or_else(|| {
            format!("“{text}”不是“角色@单位”：角色可写 {}，单位可写 {}", words(&Role::ALL), words(&Side::ALL))
        })
    }
}

fn words<T>(all: &[(T, &str, &str)]) -> String {
    all.iter().map(|(_, word, _)| *word).collect::<Vec<_>>().join("、")
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        format!("{}@{}", who.role.word(), who.side.word())
    }
}

/// A report expected from units (报送任务): every unit and period gives one entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// `weekly`, `summary`.
    pub key: String,
    /// What a user reads: 每周进展情况.
    pub title: String,
    /// The register whose entries the expected reports are.
    pub register: String,
    /// Who owes it.
    pub from: Owes,
    /// Who receives it outside, where it is owed upward (对上报送): the name of a unit without accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Its due days by a rule of RFC 5545, as `luoshi-when` writes it: `FREQ=WEEKLY;BYDAY=TH`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// Its due days one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Date>,
    /// The first day that a rule counts from; the day of issue where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The last day that a rule counts to; the end of the plan where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Date>,
    /// Opened so many days before it is due.
    #[serde(default = "week")]
    pub opens: u32,
    /// Due before the office closes, not at the end of the day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_closing: bool,
    /// So many days after it is due still count as on time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub grace: u32,
    /// Whether 零报告 will do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nil: bool,
}

fn week() -> u32 {
    7
}

/// Who owes a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owes {
    /// The issuer itself.
    Issuer,
    /// Every unit that leads or supports a task of the plan.
    Parties,
    /// Every unit of this kind below the issuer.
    Kind(String),
    /// These, by name.
    Units(Vec<String>),
}

/// A light and when it shines: any one of its conditions is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Light {
    /// `green`, `yellow`, `red`.
    pub key: String,
    /// What a user reads: 黄灯.
    pub title: String,
    /// How it is drawn: one of `green`, `blue`, `yellow`, `orange`, `red`, `grey`.
    pub colour: String,
    /// When it shines; empty for the one that shines when no other does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Shines>,
    /// What resets it: steps after which it is judged anew from that moment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reset: Vec<String>,
}

/// A condition of a light.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shines {
    /// This many days or fewer are left before it is due, the due day counted as 0.
    DaysLeft(i32),
    /// This many working days or fewer are left.
    WorkdaysLeft(i32),
    /// It has been overdue for this many days or more; 0 means from the first moment.
    DaysLate(u32),
    /// It has been overdue for this many months or more.
    MonthsLate(u32),
    /// Actual progress is this many percentage points or more behind the planned.
    Behind(f64),
}

/// One rung of the reminder ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// `advisory`, `chase`, `slip`.
    pub key: String,
    /// What a user reads: 督办单.
    pub title: String,
    /// Days from the due day: −3 is three days before, 1 the day after.
    pub day: i32,
    /// Who is told.
    pub to: Vec<Who>,
    /// Whether a person has to decide on it (约谈, 通报): the system proposes, never does it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proposes: bool,
    /// Registers that it holds for; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registers: Vec<String>,
}

/// A story of one entry that is run as a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub title: String,
    /// The register.
    pub register: String,
    /// The day it is opened.
    pub opened: Date,
    /// The day it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Fields at the opening.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Whether a support takes part.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub support: bool,
    /// What happens and what must then be true, in order.
    #[serde(rename = "then")]
    pub steps: Vec<Scene>,
}

/// One line of a story: something done, or something expected, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The day, at noon.
    pub on: Date,
    /// The step that is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// By whom; one person for each role and side unless `person` tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Who>,
    /// The same or another person of that role: 0 unless said.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub person: u32,
    /// Fields given with the step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Words given with the step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Pieces of evidence given with the step.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub evidence: u32,
    /// Planned and actual progress in per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<(f64, f64)>,
    /// The new due day that is asked for or granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The state that it must then be in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The light that must then shine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// The step must be refused, and the sentence must hold these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

impl Pack {
    /// A register by its key.
    pub fn find_register(&self, key: &str) -> Option<&Register> {
        self.registers.iter().find(|register| register.key == key)
    }

    /// A duty by its key.
    pub fn find_duty(&self, key: &str) -> Option<&Duty> {
        self.duties.iter().find(|duty| duty.key == key)
    }

    /// A light by its key.
    pub fn find_light(&self, key: &str) -> Option<&Light> {
        self.lights.iter().find(|light| light.key == key)
    }
}

impl Register {
    /// A field by its key.
    pub fn find_field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}
