//! Stories that are run as tests.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Who, is_zero};

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
    /// Whether it must then be posted for everybody to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<bool>,
    /// The step must be refused, and the sentence must hold these words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}
