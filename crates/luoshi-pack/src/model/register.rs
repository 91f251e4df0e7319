//! Registers (台账) and their fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Flow, Who};

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
    /// What people without an account may report, where the register is open to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<Public>,
    /// What is posted (公示) of its entries for everybody to see, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<Posted>,
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

/// A register that people without an account may report to, by a page of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// What the page is called: 隐患随手报.
    pub title: String,
    /// The fields that are asked for.
    pub asks: Vec<String>,
    /// Fields that are filled in without being asked for: key and words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gives: BTreeMap<String, String>,
    /// The field that gets the day of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
}

/// What is posted of entries on a page that everybody can read: names masked, confidential fields never.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posted {
    /// What the notice is called: 重大隐患挂牌公示.
    pub title: String,
    /// The states in which an entry is posted.
    pub states: Vec<String>,
    /// The fields that are shown.
    pub shows: Vec<String>,
    /// For how many days from the day it comes into such a state.
    pub days: u32,
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

impl Register {
    /// A field by its key.
    pub fn find_field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}
