//! Checks: what in a plan is missing, contradictory or cannot be carried out as written.
//!
//! A check is one file: what it finds, why that matters, how to mend it, texts in which it finds
//! something and texts that come near and are right. The catalogue `docs/checks.md` and the tests
//! are made from the same file. A check is a pure function of the compiled plan; it runs through
//! the text a fixed number of times.

mod acceptance_before_work;
mod annex_missing;
mod bracket_unbalanced;
mod burden_repeated;
mod catalogue;
mod competing_leads;
mod context;
mod deadline_before_issue;
mod deadline_blank;
mod deadline_conflict;
mod deadline_in_past;
mod deadline_on_rest_day;
mod deadline_outside_plan;
mod deadline_text_differs;
mod document_number_form;
mod group_without_head;
mod half_width_punctuation;
mod issue_date_missing;
mod law_outdated;
mod leader_blank;
mod letter_for_digit;
mod mark_repeated;
mod masked_value;
mod misspelling;
mod no_such_day;
mod numbering;
mod numbering_missing;
mod numbering_repeated;
mod numbering_skipped;
mod paragraph_repeated;
mod party_listed_twice;
mod party_two_names;
mod person_two_posts;
mod quota_sum;
mod quota_text_differs;
mod ranking_tie_open;
mod rate_over_hundred;
mod reference_without_number;
mod registry;
mod report_without_receiver;
mod report_without_time;
mod reward_boundary_open;
mod reward_boundary_overlap;
mod reward_reading_ambiguous;
mod rule_without_subject;
mod script_traditional;
mod section_empty;
mod sentence_broken;
mod slogan_count;
mod span_reversed;
mod stages;
mod stages_gap;
mod stages_out_of_order;
mod stages_overlap;
mod step_outside_phase;
mod suppress;
mod table_cell_blank;
mod task_one_side;
mod task_without_deadline;
mod task_without_unit;
mod text;
mod tiers;
mod unit_blank;
mod unit_text_differs;
mod vague_word;
mod web_residue;
mod weekday_wrong;
mod words_repeated;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use luoshi_text::{Diagnostic, Document, Level, Span};
use luoshi_when::{Calendar, Terms};

use crate::model::Compiled;

pub use burden_repeated::asked_for;
pub use catalogue::{catalogue, page};
pub use context::{Context, Line};
pub use registry::CHECKS;

/// One check.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case name of the fault; it never changes its meaning.
    pub name: &'static str,
    /// How much a finding usually matters.
    pub level: Level,
    /// The fault in a few Chinese words.
    pub title: &'static str,
    /// What it finds, in Chinese.
    pub what: &'static str,
    /// Why it matters, in Chinese.
    pub why: &'static str,
    /// What to do about it, one Chinese sentence.
    pub fix: &'static str,
    /// Texts in which it finds something; the words it points at stand between ⟦ and ⟧. The first
    /// lines may be settings: `@issued 2025-03-03`, `@today 2025-05-01`.
    pub faults: &'static [&'static str],
    /// Texts that look alike and are right.
    pub near: &'static [&'static str],
    /// Looks at a plan.
    pub run: fn(&Context<'_>, &mut Findings),
}

/// A check that the user does not want, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// What checking needs to know from outside the document.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The day of checking; without it nothing is said about deadlines that have passed.
    pub today: Option<Date>,
    /// Working days and days off.
    pub calendar: Calendar,
    /// When school is in session at the place.
    pub terms: Terms,
    /// Checks that are turned off for every document.
    pub off: Vec<Off>,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { today: None, calendar: Calendar::china(), terms: Terms::default(), off: Vec::new() }
    }
}

/// Where a check puts what it finds.
#[derive(Debug)]
pub struct Findings {
    name: &'static str,
    level: Level,
    fix: &'static str,
    list: Vec<Diagnostic>,
}

impl Findings {
    /// A finding at the check's own level, with the check's own advice.
    pub fn add(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.add_at(self.level, span, message)
    }

    /// A finding that matters more or less than others of the check.
    pub fn add_at(&mut self, level: Level, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let index = self.list.len();
        self.list.push(Diagnostic::new(self.name, level, span, message).help(self.fix));
        &mut self.list[index]
    }
}

/// Runs every check over every plan of a document. The findings come in the order of the text; what
/// the document or the options turn off is left out.
pub fn check(doc: &Document, compiled: &Compiled, options: &CheckOptions) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for index in 0..compiled.plans.len() {
        let context = Context::new(doc, compiled, index, options);
        for check in CHECKS {
            let mut findings =
                Findings { name: check.name, level: check.level, fix: check.fix, list: Vec::new() };
            (check.run)(&context, &mut findings);
            found.append(&mut findings.list);
        }
    }
    let mut out = suppress::apply(doc, options, found);
    out.sort_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
    out.dedup();
    out
}

/// The check of a name.
pub fn find_check(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|c| c.name == name)
}
