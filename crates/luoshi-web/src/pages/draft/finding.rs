//! What was found in a plan's text, as it is shown.

use luoshi_app::drafting::Review;
use luoshi_plan::check::find_check;
use luoshi_text::{Diagnostic, Level, Span};

/// How many characters of the words found are shown.
const WORDS: usize = 40;

/// A finding.
#[derive(Clone)]
pub(super) struct Finding {
    /// Its number, counted through the plan.
    pub(super) no: usize,
    /// `error`, `warning`, `hint`.
    pub(super) level: &'static str,
    /// What that is called.
    pub(super) level_title: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: String,
    /// Why it matters.
    pub(super) why: &'static str,
    /// The words it rests on.
    pub(super) words: String,
    /// Where they stand.
    pub(super) span: Span,
}

impl Finding {
    fn of(no: usize, found: &Diagnostic, text: &str) -> Self {
        let words = text.get(found.span.range()).unwrap_or_default().trim();
        let cut = if words.chars().count() > WORDS { "…" } else { "" };
        Self {
            no,
            level: level(found.level).0,
            level_title: level(found.level).1,
            message: found.message.clone(),
            help: found.help.clone().unwrap_or_default(),
            why: find_check(&found.code).map_or("", |check| check.why),
            words: format!("{}{cut}", words.chars().take(WORDS).collect::<String>()),
            span: found.span,
        }
    }
}

fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Error => ("error", "须改正"),
        Level::Warning => ("warning", "应核实"),
        Level::Hint => ("hint", "请留意"),
    }
}

/// What was found in a plan, in the order of its text.
pub(super) fn findings(review: &Review) -> Vec<Finding> {
    (1..).zip(&review.findings).map(|(no, found)| Finding::of(no, found, review.text())).collect()
}

/// Those that rest on words within a span. What speaks of more than the span belongs to no item.
pub(super) fn within(findings: &[Finding], span: Option<Span>) -> Vec<Finding> {
    let Some(span) = span else { return Vec::new() };
    findings.iter().filter(|found| span.covers(found.span)).cloned().collect()
}
