//! What came from below for a report that is owed upward, as the pages of that report show it.

use luoshi_app::{Assembly, Gathered, Given, Reader};
use luoshi_engine::{Entry, Plan, UnitId};
use luoshi_pack::{Register, Step};

use super::form::{StepForm, value_words};
use crate::error::Result;
use crate::export::address;

/// The most reports of one duty that a page lists; those that did not come stand first.
const LINES: usize = 60;

/// The most characters of a report that a page shows.
const WORDS: usize = 80;

/// What came from below.
pub(crate) struct GatheredView {
    /// Who receives the report.
    pub(crate) to: String,
    /// Up to which due day.
    pub(crate) until: String,
    /// Duty by duty.
    pub(crate) duties: Vec<DutyView>,
    /// All of it, for who fills in the report.
    assembly: Assembly,
}

/// What came under one duty.
pub(crate) struct DutyView {
    pub(crate) title: String,
    pub(crate) counted: String,
    /// Who did not hand in.
    pub(crate) missing: String,
    pub(crate) sums: Vec<String>,
    pub(crate) lines: Vec<LineView>,
    /// How many more there are than are listed, and where all are.
    pub(crate) rest: usize,
    pub(crate) all: String,
}

/// One report.
pub(crate) struct LineView {
    pub(crate) unit: String,
    pub(crate) day: String,
    pub(crate) came: &'static str,
    pub(crate) here: bool,
    pub(crate) words: String,
    pub(crate) to: String,
}

impl GatheredView {
    /// What there is for an entry; none where it is not owed upward or the reader may not see it.
    pub(crate) async fn of(reader: &Reader, plan: &Plan, entry: &Entry) -> Result<Option<Self>> {
        let Some(assembly) = reader.assembly(plan, entry).await? else { return Ok(None) };
        Ok(Some(Self {
            to: assembly.to.clone(),
            until: assembly.until.strftime("%-m月%-d日").to_string(),
            duties: assembly.duties.iter().map(|duty| DutyView::of(reader, plan, duty)).collect(),
            assembly,
        }))
    }

    /// Fills what came from below into the form of a step.
    pub(crate) fn fill(&self, reader: &Reader, register: &Register, step: &Step, form: &mut StepForm) {
        for (key, value) in reader.prefill(&self.assembly, register, step) {
            let name = format!("f.{key}");
            if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
                field.value = value_words(reader, &value);
            }
        }
    }
}

impl DutyView {
    fn of(reader: &Reader, plan: &Plan, duty: &Gathered) -> Self {
        let path = format!("/plans/{}", plan.id);
        let names = |units: Vec<UnitId>| units.into_iter().map(|unit| reader.unit_words(unit));
        let mut reports: Vec<&Given> = duty.reports.iter().collect();
        reports.sort_by_key(|report| report.came.is_here());
        Self {
            title: duty.title.clone(),
            counted: duty.counted(),
            missing: names(duty.missing()).collect::<Vec<_>>().join("、"),
            sums: duty.sums.iter().map(luoshi_app::Sum::words).collect(),
            lines: reports.iter().take(LINES).map(|report| line(reader, &path, report)).collect(),
            rest: reports.len().saturating_sub(LINES),
            all: address(&path, &[("register", &duty.register), ("q", &duty.title)]),
        }
    }
}

fn line(reader: &Reader, path: &str, report: &Given) -> LineView {
    let texts: Vec<&str> = report.texts.iter().map(|(_, words)| words.as_str()).collect();
    let words = texts.join("；");
    let shown: String = words.chars().take(WORDS).collect();
    LineView {
        unit: reader.unit_words(report.unit),
        day: report.period.strftime("%-m月%-d日").to_string(),
        came: report.came.words(),
        here: report.came.is_here(),
        words: if shown.len() < words.len() { format!("{shown}……") } else { shown },
        to: format!("{path}/entries/{}", report.entry),
    }
}
