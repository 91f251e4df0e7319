//! Phases of the schedule with the lines that belong to them.

use std::collections::HashMap;

use jiff::civil::Date;
use luoshi_text::Span;
use luoshi_when::When;

use super::Context;
use crate::model::Stage;

/// A phase and the stretch of lines that describe it.
#[derive(Clone, Debug)]
pub(super) struct Phase<'a> {
    pub(super) stage: &'a Stage,
    /// Its dates as written; its name where it has none.
    pub(super) dates: Span,
    pub(super) line: usize,
    /// One past the last of its lines.
    pub(super) end_line: usize,
}

impl Phase<'_> {
    /// Both days, where both are told.
    pub(super) fn days(&self) -> Option<(Date, Date)> {
        Some((self.stage.start?, self.stage.end?))
    }
}

/// The phases, one list for each schedule (phases under the same heading).
pub(super) fn schedules<'a>(context: &'a Context<'a>) -> Vec<Vec<Phase<'a>>> {
    let mut out: Vec<Vec<Phase<'a>>> = Vec::new();
    let mut places: HashMap<Option<u32>, usize> = HashMap::new();
    for stage in &context.plan.stages {
        let at = context.lines.partition_point(|l| l.base <= stage.span.start as usize);
        let Some(line) = at.checked_sub(1) else { continue };
        let here = &context.lines[line];
        let depth = here.node.depth;
        let own = here.node.marker.is_some();
        let end_line = context.lines[line + 1..]
            .iter()
            .position(|l| !own || l.node.depth <= depth)
            .map_or(context.lines.len(), |i| line + 1 + i);
        let dates = here
            .times
            .iter()
            .find(|f| is_bound(&f.when, stage))
            .map_or(stage.span, |f| here.span(f.range.clone()));
        let phase = Phase { stage, dates, line, end_line };
        let place = *places.entry(here.node.parent).or_insert(out.len());
        if place == out.len() {
            out.push(Vec::new());
        }
        out[place].push(phase);
    }
    out.retain(|phases| phases.len() > 1);
    out
}

fn is_bound(when: &When, stage: &Stage) -> bool {
    match when {
        When::Span { start, end } => stage.start == Some(*start) && stage.end == Some(*end),
        When::By { end } => stage.end == Some(*end),
        When::From { start } => stage.start == Some(*start),
        When::On { day } => stage.start == Some(*day),
        _ => false,
    }
}

/// Days from one day to a later one; negative for an earlier one.
pub(super) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |s| s.get_days())
}
