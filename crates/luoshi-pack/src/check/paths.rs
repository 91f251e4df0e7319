//! Ways through a flow: every state can be reached, an end can be reached from every state, and
//! somebody may take every step.

use super::graph::{Graph, is_automatic, is_end};
use super::{Check, with_paths};
use crate::source::Path;
use crate::{Flow, Register, State};

pub(super) fn check(check: &mut Check<'_>, register: &Register, path: &Path) {
    let flow = &register.flow;
    let at = path.key("flow");
    for (step, path) in with_paths(&flow.steps, &at.key("step")) {
        if step.who.is_empty() && !is_automatic(register, &step.key) {
            let message = format!("步骤“{}”没有人可以办，也不由系统办。", step.title);
            check.fault("step-nobody", &path, message, "在 who 里写上可以办的人，例如 [\"handler@lead\"]。");
        }
    }
    reached(check, flow, &at);
    ended(check, flow, &at);
    ordered(check, flow, &at);
    turns(check, flow, &at);
}

fn reached(check: &mut Check<'_>, flow: &Flow, at: &Path) {
    let reached = Graph::whole(flow).reached([flow.start.as_str()]);
    for ((state, path), reached) in with_paths(&flow.states, &at.key("state")).zip(reached) {
        if !reached {
            let message = format!("没有一条路能从起始状态走到“{}”。", state.title);
            check.fault("unreachable-state", &path, message, "加一个通到它的步骤，或者删去这个状态。");
        }
    }
}

fn ended(check: &mut Check<'_>, flow: &Flow, at: &Path) {
    let graph = Graph::whole(flow);
    // A state that nothing leads out of is told by itself, not by all that lead to it.
    let stops = |state: &&State| is_end(state) || !graph.leaves(state);
    let ending = graph.reaching(flow.states.iter().filter(stops));
    for ((state, path), ending) in with_paths(&flow.states, &at.key("state")).zip(ending) {
        if !is_end(state) && !graph.leaves(state) {
            let message = format!("“{}”不是终点，却没有步骤离开它。", state.title);
            check.fault(
                "dead-end",
                &path,
                message,
                "加一个离开它的步骤，或者写 phase = \"done\"（办完）、\"void\"（作废）。",
            );
        } else if !ending {
            let message = format!("从“{}”出发到不了任何终点。", state.title);
            check.fault("no-end-reachable", &path, message, "加一个通向办完或作废的步骤。");
        }
    }
}

/// A step by another hand than an earlier one: that one must be able to come earlier.
fn ordered(check: &mut Check<'_>, flow: &Flow, at: &Path) {
    let graph = Graph::whole(flow);
    for (step, path) in with_paths(&flow.steps, &at.key("step")) {
        for (key, path) in with_paths(&step.other_hand, &path.key("other_hand")) {
            let Some(earlier) = flow.find_step(key) else { continue };
            if !graph.follows(step, earlier) {
                let message =
                    format!("“{}”永远不会在“{}”之前办过，“由他人办”不起作用。", earlier.title, step.title);
                check.fault("other-hand-never-before", &path, message, "写这一步之前可能办过的步骤。");
            }
        }
    }
}

/// Whose move it is must be able to move.
fn turns(check: &mut Check<'_>, flow: &Flow, at: &Path) {
    for (state, path) in with_paths(&flow.states, &at.key("state")) {
        for (who, path) in with_paths(&state.turn, &path.key("turn")) {
            let moves =
                flow.steps.iter().any(|step| step.from.contains(&state.key) && step.who.contains(who));
            if !moves {
                let (side, role) = (who.side.title(), who.role.title());
                let message = format!("轮到{side}{role}，但在“{}”没有其可办的步骤。", state.title);
                check.fault("turn-cannot-move", &path, message, "换成这一状态下有步骤可办的人。");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FLOW, expect, expect_flow, pack};

    /// Three states in a row, with these steps.
    fn with(steps: &str) -> String {
        format!(
            r#"
start = "open"
state = [
  {{ key = "open", title = "在办" }},
  {{ key = "seen", title = "审核" }},
  {{ key = "done", title = "办结", phase = "done" }},
]
step = [
{steps}
]
"#
        )
    }

    #[test]
    fn every_state_is_reached_and_ends() {
        expect_flow(&with(
            r#"{ key = "hand", title = "上报", from = ["open"], to = "seen", who = ["handler@lead"] },
               { key = "close", title = "办结", from = ["seen"], to = "done", who = ["reviewer@lead"] },"#,
        ));
        let skipped = with(
            r#"{ key = "close", title = "办结", from = ["open", "seen"], to = "done", who = ["reviewer@lead"] },"#,
        );
        expect_flow(&skipped.replace("title = \"审核\" },", "title = \"审核\" }, #! unreachable-state"));
        let stuck = with(
            r#"{ key = "hand", title = "上报", from = ["open"], to = "seen", who = ["handler@lead"] },
               { key = "feed", title = "反馈", from = ["seen"], who = ["handler@lead"] },
               { key = "close", title = "办结", from = ["open"], to = "done", who = ["reviewer@lead"] },"#,
        );
        expect_flow(&stuck.replace("title = \"审核\" },", "title = \"审核\" }, #! dead-end"));
    }

    #[test]
    fn a_round_without_a_way_out_has_no_end() {
        let round = with(
            r#"{ key = "hand", title = "上报", from = ["open"], to = "seen", who = ["handler@lead"] },
               { key = "back", title = "退回", from = ["seen"], to = "open", who = ["reviewer@lead"] },
               { key = "close", title = "归档", from = ["done"], to = "done", who = ["reviewer@lead"] },"#,
        );
        expect_flow(
            &round
                .replace("title = \"在办\" },", "title = \"在办\" }, #! no-end-reachable")
                .replace("title = \"审核\" },", "title = \"审核\" }, #! no-end-reachable")
                .replace("phase = \"done\" },", "phase = \"done\" }, #! unreachable-state"),
        );
    }

    #[test]
    fn somebody_takes_every_step() {
        let flow = FLOW.replace(", who = [\"handler@lead\"] },", " }, #! step-nobody");
        expect_flow(&flow);
        let limit =
            "title = \"在办\", limit = { amount = 3, unit = \"day\", then = { step = \"finish\" } } },";
        expect_flow(&flow.replace(" #! step-nobody", "").replace("title = \"在办\" },", limit));
        let field = r#"field = [{ key = "person", title = "姓名", kind = "person" }]"#;
        let certified =
            format!("certified = {{ by = [\"person\"], step = \"finish\", source = \"名单\" }}\n{field}");
        expect(&pack(&certified, &flow.replace(" #! step-nobody", ""), ""));
    }

    #[test]
    fn another_hand_comes_after_the_first() {
        let steps = |first: &str, second: &str| {
            with(&format!(
                r#"{{ key = "hand", title = "上报", from = ["open"], to = "seen", who = ["handler@lead"]{first}
                   {{ key = "close", title = "办结", from = ["seen"], to = "done", who = ["handler@lead"]{second}"#
            ))
        };
        expect_flow(&steps(" },", ", other_hand = [\"hand\"] },"));
        expect_flow(&steps(", other_hand = [\"close\"] }, #! other-hand-never-before", " },"));
    }

    #[test]
    fn whose_move_it_is_can_move() {
        expect_flow(&FLOW.replace("title = \"在办\" },", "title = \"在办\", turn = [\"handler@lead\"] },"));
        expect_flow(&FLOW.replace(
            "title = \"在办\" },",
            "title = \"在办\", turn = [\"reviewer@lead\"] }, #! turn-cannot-move",
        ));
    }
}
