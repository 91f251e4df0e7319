//! Where the steps of a flow lead, told from the flow alone: a simulation knows no register by name.

use std::collections::BTreeMap;

use luoshi_pack::{Effect, Flow, Phase, Step};

/// How a step stands to the end that everybody works towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Nearer to the end.
    Forward,
    /// Nothing but news.
    News,
    /// Sideways or back.
    Aside,
    /// Given up.
    Away,
    /// Begun again after it was done.
    Undone,
}

/// A flow and how far each of its states is from an end that counts as done.
pub(super) struct Course<'f> {
    flow: &'f Flow,
    far: BTreeMap<&'f str, usize>,
}

impl<'f> Course<'f> {
    pub(super) fn of(flow: &'f Flow) -> Self {
        let ends = flow.states.iter().filter(|state| state.phase == Phase::Done);
        let mut far: BTreeMap<&str, usize> = ends.map(|state| (state.key.as_str(), 0)).collect();
        // Back from the ends, until nothing comes nearer.
        loop {
            let mut changed = false;
            for step in flow.steps.iter().filter(|step| !step.who.is_empty()) {
                let Some(to) = step.to.as_deref().and_then(|to| far.get(to).copied()) else { continue };
                for from in &step.from {
                    let known = far.entry(from).or_insert(usize::MAX);
                    changed |= *known > to + 1;
                    *known = (*known).min(to + 1);
                }
            }
            if !changed {
                return Self { flow, far };
            }
        }
    }

    /// The phase that a step from a state leads to.
    pub(super) fn target(&self, state: &str, step: &Step) -> Option<Phase> {
        self.phase(step.to.as_deref().unwrap_or(state))
    }

    /// How a step from a state stands to the end.
    pub(super) fn way(&self, state: &str, step: &Step) -> Way {
        let target = self.target(state, step);
        if target == Some(Phase::Void) {
            return Way::Away;
        }
        if self.phase(state) == Some(Phase::Done) && target != Some(Phase::Done) {
            return Way::Undone;
        }
        if matches!(step.effect, Some(Effect::Progress | Effect::Part)) {
            return Way::News;
        }
        // A remedy with a window of its own (申请复核) may be a short cut, but nobody plans on it.
        if step.within.is_some() {
            return Way::Aside;
        }
        // Of two ways that a field decides between, the longer one is no way back.
        if step.when.is_some() {
            return Way::Forward;
        }
        let distance = |state: &str| self.far.get(state).copied().unwrap_or(usize::MAX);
        let onward = distance(step.to.as_deref().unwrap_or(state)) < distance(state);
        if onward && step.effect != Some(Effect::Return) { Way::Forward } else { Way::Aside }
    }

    fn phase(&self, state: &str) -> Option<Phase> {
        self.flow.find_state(state).map(|state| state.phase)
    }
}

#[cfg(test)]
mod tests {
    use luoshi_pack::Library;

    use super::*;

    #[test]
    fn steps_of_the_task_register_lead_where_they_should() {
        let library = Library::with([]);
        let pack = library.packs().find(|pack| pack.name == "task").unwrap();
        let flow = &pack.find_register("task").unwrap().flow;
        let course = Course::of(flow);
        let check = |state: &str, step: &str, expect: Way| {
            assert_eq!(course.way(state, flow.find_step(step).unwrap()), expect, "{step} from {state}");
        };
        check("assigned", "acknowledge", Way::Forward);
        check("assigned", "refuse", Way::Aside);
        check("acknowledged", "progress", Way::News);
        check("acknowledged", "complete", Way::Forward);
        check("in_progress", "ask_extension", Way::Aside);
        check("extension_asked", "grant_extension", Way::Forward);
        check("under_review", "return", Way::Aside);
        check("returned", "object", Way::Aside);
        check("suspended", "resume", Way::Forward);
        check("in_progress", "withdraw", Way::Away);
        check("closed_out", "reopen", Way::Undone);
        check("closed_out", "archive", Way::Aside);
    }
}
