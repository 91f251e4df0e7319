//! What steps do besides leading to a state.

use super::graph::{Graph, is_end};
use super::{Check, with_paths};
use crate::source::Path;
use crate::{Effect, Flow, Register, Side, Step};

pub(super) fn check(check: &mut Check<'_>, register: &Register, path: &Path) {
    let flow = &register.flow;
    let has = |effect: Effect| flow.steps.iter().any(|step| step.effect == Some(effect));
    for (step, path) in with_paths(&flow.steps, &path.key("flow").key("step")) {
        let at = path.key("effect");
        match step.effect {
            Some(Effect::Extend) => extended(check, flow, step, &at),
            Some(Effect::AskExtension) if !has(Effect::Extend) => {
                let message = format!("“{}”之后没有步骤可以准予延期。", step.title);
                check.fault("extension-never-granted", &at, message, "加一个 effect = \"extend\" 的步骤。");
            }
            Some(Effect::Part) => part(check, step, &path),
            Some(Effect::Reopen) => reopened(check, flow, step, &path),
            _ => {}
        }
        if step.proof.is_some() && step.evidence == 0 {
            let message = format!("“{}”写了凭证是什么，但没有要求附几份。", step.title);
            check.fault(
                "proof-without-evidence",
                &path.key("proof"),
                message,
                "写 evidence = 1，或者删去 proof。",
            );
        }
        if step.parts && !has(Effect::Part) {
            let message = format!("“{}”要等配合单位报齐，但没有步骤让配合单位上报。", step.title);
            check.fault(
                "parts-never-given",
                &path.key("parts"),
                message,
                "加一个 effect = \"part\" 的步骤，或者删去 parts。",
            );
        }
    }
}

/// Somebody else than the issuer grants only what was asked for.
fn extended(check: &mut Check<'_>, flow: &Flow, step: &Step, at: &Path) {
    if !step.who.is_empty() && step.who.iter().all(|who| who.side == Side::Issuer) {
        return;
    }
    let graph = Graph::of(flow, |step| step.effect != Some(Effect::AskExtension));
    let unasked = graph.reached([flow.start.as_str()]);
    if graph.meets(&unasked, step.from.iter().map(String::as_str)) {
        let message = format!("没有申请延期也能办“{}”，而它不限于交办单位。", step.title);
        let help =
            "让申请延期（effect = \"ask_extension\"）通到单独的状态，从那里准予延期；或者只由 …@issuer 办。";
        check.fault("extend-unasked", at, message, help);
    }
}

fn part(check: &mut Check<'_>, step: &Step, path: &Path) {
    for (who, path) in with_paths(&step.who, &path.key("who")) {
        if who.side != Side::Support {
            let message = format!("“{}”是配合单位报自己那一部分，不能由{}办。", step.title, who.side.title());
            check.fault("part-not-support", &path, message, "写 handler@support。");
        }
    }
}

fn reopened(check: &mut Check<'_>, flow: &Flow, step: &Step, path: &Path) {
    for (key, path) in with_paths(&step.from, &path.key("from")) {
        if flow.find_state(key).is_some_and(|state| !is_end(state)) {
            let message = format!("“{}”是办完之后重新办理，但状态“{key}”还没有办完。", step.title);
            check.fault(
                "reopen-before-end",
                &path,
                message,
                "from 只写办完或作废的状态；没办完的用退回（effect = \"return\"）。",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FLOW, expect_flow};

    /// The sound flow with more steps, and a state for what is asked.
    fn with(steps: &str) {
        let asked = "{ key = \"asked\", title = \"申请延期\" },\n]\nstep = [\n";
        let decline =
            r#"{ key = "decline", title = "不同意", from = ["asked"], to = "open", who = ["leader@lead"] },"#;
        expect_flow(&FLOW.replace("]\nstep = [\n", &format!("{asked}{decline}\n{steps}\n")));
    }

    const ASK: &str = r#"{ key = "ask", title = "申请", from = ["open"], to = "asked", who = ["handler@lead"], effect = "ask_extension" },"#;

    #[test]
    fn an_extension_is_granted_once_asked_for() {
        let grant = r#"{ key = "grant", title = "准予", from = ["asked"], to = "open", who = ["leader@lead"], effect = "extend" },"#;
        with(&format!("{ASK}\n{grant}"));
        with(&format!("{ASK}\n{} #! extend-unasked", grant.replace("[\"asked\"]", "[\"asked\", \"open\"]")));
        let issuer = grant.replace("[\"asked\"]", "[\"asked\", \"open\"]").replace("@lead", "@issuer");
        with(&format!("{ASK}\n{issuer}"));
        with(&format!("{ASK} #! extension-never-granted"));
    }

    #[test]
    fn parts_are_given_by_supports() {
        let part = r#"{ key = "part", title = "报本单位部分", from = ["open"], who = ["handler@support"], effect = "part" },"#;
        let merge = r#"{ key = "merge", title = "汇总", from = ["open"], to = "done", who = ["handler@lead"], parts = true },"#;
        let asked = ASK.replace(", effect = \"ask_extension\"", "");
        with(&format!("{asked}\n{part}\n{merge}"));
        with(&format!("{asked}\n{merge} #! parts-never-given"));
        with(&format!("{asked}\n{} #! part-not-support", part.replace("@support", "@lead")));
    }

    #[test]
    fn what_a_proof_must_be_is_said_where_one_is_asked_for() {
        let finish = |more: &str| {
            FLOW.replace("who = [\"handler@lead\"] },", &format!("who = [\"handler@lead\"], {more}"))
        };
        expect_flow(&finish("evidence = 1, proof = \"回执\" },"));
        expect_flow(&finish("proof = \"回执\" }, #! proof-without-evidence"));
    }

    #[test]
    fn only_what_was_done_is_done_again() {
        let again = r#"{ key = "again", title = "回头看", from = ["done"], to = "asked", who = ["inspector@issuer"], effect = "reopen" },"#;
        with(again);
        with(&format!(
            "{again}\n{}",
            again.replace("again", "twice").replace("[\"done\"]", "[\"open\"]") + " #! reopen-before-end"
        ));
    }
}
