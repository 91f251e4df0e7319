//! What time alone brings about: lights, reminders, limits. Called when a timer is due; calling it
//! again, later or from two servers gives nothing twice, because what was done is in the entry.

use jiff::ToSpan;
use luoshi_pack::{Limit, Phase, Rung, Then};

use crate::clock::World;
use crate::entry::{Entry, EntryEvent, StepBody};
use crate::id::PersonId;
use crate::moment::Moment;

impl World<'_> {
    /// The events that are due for an entry now.
    pub fn tick(&self, entry: &Entry) -> Vec<EntryEvent> {
        let mut events = Vec::new();
        let mut after = entry.clone();
        let mut happen = |event: EntryEvent, after: &mut Entry| {
            after.apply(PersonId(0), self.now, after.seq + 1, &event);
            events.push(event);
        };
        if let Some(event) = self.limit_passed(&after) {
            happen(event, &mut after);
        }
        if let Some(rung) = self.rung_due(&after) {
            let mut to: Vec<_> = rung.to.iter().flat_map(|who| after.told(*who)).collect();
            to.sort_unstable();
            to.dedup();
            let event = EntryEvent::Reminded { rung: rung.key.clone(), to, proposes: rung.proposes };
            happen(event, &mut after);
        }
        if let Some(event) = self.relit(&after) {
            happen(event, &mut after);
        }
        events
    }

    /// The change of light that is due, unless a person set the light by hand.
    pub(crate) fn relit(&self, entry: &Entry) -> Option<EntryEvent> {
        let shining = self.light(entry);
        let light = shining.as_ref().map(|shining| shining.light.clone());
        let done = matches!(entry.phase, Phase::Done | Phase::Void);
        ((!entry.light_set || done) && light != entry.light).then(|| EntryEvent::Lit {
            light,
            because: shining.map(|shining| shining.because).unwrap_or_default(),
        })
    }

    /// When an entry must be looked at again.
    pub fn wakes(&self, entry: &Entry) -> Option<Moment> {
        let rungs = self.rungs_ahead(entry).map(|(_, at)| at);
        let limit = self.limit_ends(entry).map(|(end, _)| end);
        let light = self.light_changes(entry).filter(|_| !entry.light_set);
        rungs.chain(limit).chain(light).min()
    }

    /// The rungs not yet reached, with their moments. A rung that lay before the opening is passed.
    fn rungs_ahead<'e>(&'e self, entry: &'e Entry) -> impl Iterator<Item = (&'e Rung, Moment)> {
        let due = entry.due().filter(|_| entry.phase == Phase::Open);
        let ladder = &self.pack.ladder;
        let reached = ladder.iter().rposition(|rung| entry.rungs.contains(&rung.key));
        let ahead =
            ladder.iter().enumerate().filter(move |(i, _)| reached.is_none_or(|reached| *i > reached));
        ahead.filter_map(move |(_, rung)| {
            let register = &entry.opening.register;
            // What was overdue when it was opened is chased from the opening on: its unit knew no sooner.
            let due = if rung.day > 0 { due?.max(entry.opened) } else { due? };
            let day = due.due_date().checked_add(i64::from(rung.day).days()).ok()?;
            let at = Moment::at(day, self.pack.hours.opening);
            let holds = rung.registers.is_empty() || rung.registers.contains(register);
            (holds && (rung.day > 0 || at > entry.opened)).then_some((rung, at))
        })
    }

    /// The highest rung that is due: after a time without a server nobody gets all that were missed.
    fn rung_due<'e>(&'e self, entry: &'e Entry) -> Option<&'e Rung> {
        self.rungs_ahead(entry).filter(|(_, at)| *at <= self.now).last().map(|(rung, _)| rung)
    }

    /// When the limit of the present state ends, where one runs.
    fn limit_ends(&self, entry: &Entry) -> Option<(Moment, &Limit)> {
        let register = self.pack.find_register(&entry.opening.register)?;
        let limit = register.flow.find_state(&entry.state)?.limit.as_ref()?;
        let since = entry.since(&limit.since).filter(|_| !entry.limit_told)?;
        Some((self.limit_end(since, limit.amount, limit.unit), limit))
    }

    fn limit_passed(&self, entry: &Entry) -> Option<EntryEvent> {
        let (end, limit) = self.limit_ends(entry)?;
        if end > self.now {
            return None;
        }
        match &limit.then {
            Then::Tell(who) => {
                let mut to: Vec<_> = who.iter().flat_map(|who| entry.told(*who)).collect();
                to.sort_unstable();
                to.dedup();
                Some(EntryEvent::LimitPassed { state: entry.state.clone(), to })
            }
            Then::Step(step) => {
                let register = self.pack.find_register(&entry.opening.register)?;
                let step = register.flow.find_step(step)?;
                let note = String::from("办理期限届满，系统自动办理");
                self.system_step(entry, register, step, StepBody { note, ..StepBody::default() })
            }
        }
    }
}
