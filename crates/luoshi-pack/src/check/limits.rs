//! Limits of states and windows of steps.

use super::graph::{Graph, is_end};
use super::{Check, with_paths};
use crate::source::Path;
use crate::{Flow, Limit, Note, Register, Since, State, Step, Then};

pub(super) fn check(check: &mut Check<'_>, register: &Register, path: &Path) {
    let flow = &register.flow;
    let at = path.key("flow");
    for (state, path) in with_paths(&flow.states, &at.key("state")) {
        if let Some(limit) = &state.limit {
            limit_holds(check, flow, state, limit, &path.key("limit"));
        }
    }
    let graph = Graph::whole(flow);
    for (step, path) in with_paths(&flow.steps, &at.key("step")) {
        let Some(window) = &step.within else { continue };
        let path = path.key("within");
        if window.amount == 0 {
            let message = format!("步骤“{}”的期限是 0，永远办不了。", step.title);
            check.fault("within-zero", &path.key("amount"), message, "写大于 0 的数。");
        }
        if let Since::Step(key) = &window.since
            && flow.find_step(key).is_some_and(|earlier| !graph.follows(step, earlier))
        {
            never_before(check, key, &path);
        }
    }
}

fn limit_holds(check: &mut Check<'_>, flow: &Flow, state: &State, limit: &Limit, path: &Path) {
    if limit.amount == 0 {
        check.fault(
            "limit-zero",
            &path.key("amount"),
            format!("“{}”的时限是 0。", state.title),
            "写大于 0 的数。",
        );
    }
    if is_end(state) {
        check.fault(
            "limit-at-end",
            path,
            format!("“{}”是终点，时限不起作用。", state.title),
            "删去这个时限。",
        );
    }
    if let Since::Step(key) = &limit.since {
        let comes = |earlier: &Step| Graph::whole(flow).comes(&state.key, earlier);
        if flow.find_step(key).is_some_and(|earlier| !comes(earlier)) {
            never_before(check, key, path);
        }
    }
    let at = path.key("then");
    match &limit.then {
        Then::Tell(who) if who.is_empty() => {
            check.fault(
                "limit-tells-nobody",
                &at.key("tell"),
                "时限到了不告诉任何人。",
                "写上告诉谁，例如 [\"inspector@issuer\"]。",
            );
        }
        Then::Tell(_) => {}
        Then::Step(key) => {
            if let Some(step) = flow.find_step(key) {
                taken_alone(check, state, step, &at.key("step"));
            }
        }
    }
}

/// A step that the system takes must start here and need nothing that only a person can give.
fn taken_alone(check: &mut Check<'_>, state: &State, step: &Step, path: &Path) {
    if !step.from.contains(&state.key) {
        let message = format!("时限到了要办“{}”，但它不能在“{}”办。", step.title, state.title);
        check.fault(
            "limit-step-not-from-here",
            path,
            message,
            "在那一步的 from 里加上这个状态，或者换一步。",
        );
    }
    if !step.needs.is_empty() || step.evidence > 0 || step.note == Note::Required || step.parts {
        let message = format!("“{}”要填内容或附材料，系统不能自动办。", step.title);
        check.fault(
            "limit-step-needs-person",
            path,
            message,
            "换成不用填写的步骤，或者写 then = { tell = […] }。",
        );
    }
}

fn never_before(check: &mut Check<'_>, key: &str, path: &Path) {
    let message = format!("从步骤“{key}”起算，但在此之前不可能办过它。");
    check.fault("since-step-never-before", &path.key("since").key("step"), message, "写此前可能办过的步骤。");
}

#[cfg(test)]
mod tests {
    use super::super::testing::expect_flow;

    /// A flow whose middle state, last step and end are written so.
    fn with(seen: &str, close: &str, done: &str) {
        expect_flow(&format!(
            r#"
start = "open"
state = [
  {{ key = "open", title = "在办" }},
  {{ key = "seen", title = "审核" {seen}
  {{ key = "done", title = "办结", phase = "done" {done}
]
step = [
  {{ key = "hand", title = "上报", from = ["open"], to = "seen", who = ["handler@lead"] }},
  {{ key = "back", title = "退回", from = ["seen"], to = "open", who = ["reviewer@lead"], note = "required" }},
  {{ key = "close", title = "办结", from = ["seen"], to = "done", who = ["reviewer@lead"] {close}
]
"#
        ));
    }

    const TELL: &str = "then = { tell = [\"inspector@issuer\"] }";

    #[test]
    fn a_limit_is_longer_than_nothing() {
        with(&format!(", limit = {{ amount = 1, unit = \"workday\", {TELL} }} }},"), " },", " },");
        with(
            &format!(", limit = {{ amount = 0, unit = \"workday\", {TELL} }} }}, #! limit-zero"),
            " },",
            " },",
        );
        with(
            ", limit = { amount = 1, unit = \"day\", then = { tell = [] } } }, #! limit-tells-nobody",
            " },",
            " },",
        );
        with(
            " },",
            " },",
            &format!(", limit = {{ amount = 1, unit = \"day\", {TELL} }} }}, #! limit-at-end"),
        );
    }

    #[test]
    fn what_the_system_does_it_can_do() {
        let then = |step: &str| {
            format!(", limit = {{ amount = 1, unit = \"day\", then = {{ step = \"{step}\" }} }} }},")
        };
        with(&then("close"), " },", " },");
        with(&format!("{} #! limit-step-not-from-here", then("hand")), " },", " },");
        with(&format!("{} #! limit-step-needs-person", then("back")), " },", " },");
        with(&format!("{} #! limit-step-needs-person", then("close")), ", evidence = 1 },", " },");
    }

    #[test]
    fn a_limit_counts_from_what_came_before() {
        let since = |step: &str| {
            format!(", limit = {{ amount = 1, unit = \"day\", since = {{ step = \"{step}\" }}, {TELL} }} }},")
        };
        with(&since("hand"), " },", " },");
        with(&since("back"), " },", " },");
        with(&format!("{} #! since-step-never-before", since("close")), " },", " },");
    }

    #[test]
    fn a_window_is_longer_than_nothing_and_counts_from_what_came_before() {
        with(" },", ", within = { amount = 30, unit = \"day\", since = { step = \"hand\" } } },", " },");
        with(" },", ", within = { amount = 0, unit = \"day\" } }, #! within-zero", " },");
        with(
            " },",
            ", within = { amount = 1, unit = \"day\", since = { step = \"close\" } } }, #! since-step-never-before",
            " },",
        );
    }
}
