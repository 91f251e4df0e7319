//! A flow as states joined by steps.

use std::collections::BTreeMap;

use crate::{Flow, Phase, Register, State, Step, Then};

/// States joined by some of a flow's steps.
pub(super) struct Graph<'a> {
    flow: &'a Flow,
    index: BTreeMap<&'a str, usize>,
    ways: Vec<Vec<usize>>,
}

impl<'a> Graph<'a> {
    /// All steps.
    pub(super) fn whole(flow: &'a Flow) -> Self {
        Self::of(flow, |_| true)
    }

    /// Only the steps that are wanted.
    pub(super) fn of(flow: &'a Flow, wanted: impl Fn(&Step) -> bool) -> Self {
        let index: BTreeMap<_, _> =
            flow.states.iter().enumerate().map(|(i, state)| (state.key.as_str(), i)).collect();
        let mut ways = vec![Vec::new(); flow.states.len()];
        for step in flow.steps.iter().filter(|step| wanted(step)) {
            let Some(to) = step.to.as_ref().and_then(|to| index.get(to.as_str())) else { continue };
            for from in step.from.iter().filter_map(|from| index.get(from.as_str())) {
                ways[*from].push(*to);
            }
        }
        Self { flow, index, ways }
    }

    /// The states that can be reached from these, themselves included.
    pub(super) fn reached<'k>(&self, from: impl IntoIterator<Item = &'k str>) -> Vec<bool> {
        spread(&self.ways, self.indices(from))
    }

    /// The states from which one of these can be reached, themselves included.
    pub(super) fn reaching(&self, to: impl Iterator<Item = &'a State>) -> Vec<bool> {
        let mut back = vec![Vec::new(); self.ways.len()];
        for (from, ways) in self.ways.iter().enumerate() {
            for to in ways {
                back[*to].push(from);
            }
        }
        spread(&back, self.indices(to.map(|state| state.key.as_str())))
    }

    /// Whether one step may be taken some time after another.
    pub(super) fn follows(&self, later: &Step, earlier: &Step) -> bool {
        self.meets(&self.after(earlier), later.from.iter().map(String::as_str))
    }

    /// Whether an entry may be in a state some time after a step.
    pub(super) fn comes(&self, state: &str, earlier: &Step) -> bool {
        self.meets(&self.after(earlier), [state])
    }

    /// Whether one of these is among the states that are marked.
    pub(super) fn meets<'k>(&self, marked: &[bool], states: impl IntoIterator<Item = &'k str>) -> bool {
        self.indices(states).into_iter().any(|i| marked.get(i) == Some(&true))
    }

    fn after(&self, step: &Step) -> Vec<bool> {
        match &step.to {
            Some(to) => self.reached([to.as_str()]),
            None => self.reached(step.from.iter().map(String::as_str)),
        }
    }

    /// Whether a step leads out of a state to another.
    pub(super) fn leaves(&self, state: &State) -> bool {
        let leads = |step: &Step| {
            step.from.contains(&state.key) && step.to.as_ref().is_some_and(|to| *to != state.key)
        };
        self.flow.steps.iter().any(leads)
    }

    fn indices<'k>(&self, states: impl IntoIterator<Item = &'k str>) -> Vec<usize> {
        states.into_iter().filter_map(|key| self.index.get(key).copied()).collect()
    }
}

/// Marks everything that can be reached.
fn spread(ways: &[Vec<usize>], mut open: Vec<usize>) -> Vec<bool> {
    let mut marked = vec![false; ways.len()];
    while let Some(here) = open.pop() {
        if !std::mem::replace(&mut marked[here], true) {
            open.extend(&ways[here]);
        }
    }
    marked
}

/// Whether an entry in this state is finished with.
pub(super) fn is_end(state: &State) -> bool {
    matches!(state.phase, Phase::Done | Phase::Void)
}

/// Whether the system takes a step: when a limit has passed, or because a list confirms the entry.
pub(super) fn is_automatic(register: &Register, key: &str) -> bool {
    let limited = register.flow.states.iter().filter_map(|state| state.limit.as_ref());
    let certified = register.certified.as_ref().is_some_and(|certified| certified.step == key);
    certified || limited.into_iter().any(|limit| matches!(&limit.then, Then::Step(step) if step == key))
}
