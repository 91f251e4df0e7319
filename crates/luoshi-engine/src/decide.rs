//! One door for every command to a plan, and one for every event of it.

use std::collections::BTreeMap;

use crate::clock::World;
use crate::command::Command;
use crate::entry::{Entry, EntryEvent};
use crate::event::{Actor, Event};
use crate::id::{EntryNo, PersonId, PlanId};
use crate::moment::Moment;
use crate::plan::{Draft, Plan, PlanEvent, PlanState};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// What is known of a plan: all of it, or the part that a command needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The plan.
    pub plan: Plan,
    /// Its draft; empty unless needed.
    pub draft: Draft,
    /// Entries by number: those needed.
    pub entries: BTreeMap<EntryNo, Entry>,
    /// How many of all its entries are not over.
    pub open: i64,
    /// The registers and states that its entries stand in.
    pub states: Vec<(String, String)>,
}

/// What a command needs to know of its plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The draft.
    pub draft: bool,
    /// These entries.
    pub entries: Vec<EntryNo>,
    /// All entries of this register that are not given up.
    pub register: Option<String>,
    /// How many entries are open, and the states that they stand in.
    pub summary: bool,
    /// All entries that are not given up: what tables show of them changes.
    pub entries_all: bool,
}

impl Command {
    /// What deciding it needs to know.
    pub fn needs(&self) -> Needs {
        let none = Needs::default();
        match self {
            Self::Draft(_)
            | Self::AddEntry(_)
            | Self::CallFor(_)
            | Self::Anchor { .. }
            | Self::OpenDuties => none,
            Self::DecideItem { .. } | Self::AddItem { .. } | Self::Issue { .. } => {
                Needs { draft: true, ..none }
            }
            Self::Step { entry, .. }
            | Self::SetLight { entry, .. }
            | Self::Forget { entry, .. }
            | Self::Urge { entry, .. }
            | Self::Instruct { entry, .. }
            | Self::Tick { entry }
            | Self::Inherit { entry } => Needs { entries: vec![*entry], ..none },
            Self::Certify(list) => Needs { register: Some(list.register.clone()), ..none },
            Self::Amend(amend) => {
                Needs { entries: amend.moves.iter().map(|change| change.entry).collect(), ..none }
            }
            Self::Revise(_) => Needs { draft: true, summary: true, entries_all: true, ..none },
            Self::MovePack { .. } => Needs { summary: true, entries_all: true, ..none },
            Self::Close { .. } => Needs { summary: true, ..none },
        }
    }
}

impl World<'_> {
    /// Decides a command into events. Commands of the scheduler are taken from the system only.
    ///
    /// # Errors
    ///
    /// A refusal with its sentence.
    pub fn decide(&self, known: &Known, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let plan = &known.plan;
        let by_system =
            matches!(command, Command::Tick { .. } | Command::OpenDuties | Command::Inherit { .. });
        // An entry may be one that somebody without an account reported: the register says so.
        let for_public = actor.is_system() && matches!(command, Command::AddEntry(_));
        if by_system != actor.is_system() && !for_public {
            return Err(if by_system {
                refuse!(NotAllowed, "这一步到时由系统自动办理，不能由人代办；到时没有办的，请联系系统管理员")
            } else {
                refuse!(NotAllowed, "这一步须由在岗的人办理，系统不能代办；请以有权办理的岗位登录后再办")
            });
        }
        let one = |event: PlanEvent| vec![Event::Plan(event)];
        match command {
            Command::Draft(new) => self.draft_plan(actor, new.as_ref().clone()).map(one),
            Command::DecideItem { item, decision, seen } => {
                known.draft.unchanged(*item, seen.as_deref())?;
                self.decide_item(plan, &known.draft, actor, *item, decision.as_ref().clone()).map(one)
            }
            Command::AddItem { content, reason, of, seen } => {
                of.map_or(Ok(()), |of| known.draft.unchanged(of, seen.as_deref()))?;
                self.add_item(plan, &known.draft, actor, content.as_ref().clone(), reason, *of).map(one)
            }
            Command::Issue { issue, .. } => self.issue_plan(plan, &known.draft, actor, issue),
            Command::AddEntry(new) => {
                self.add_entry(plan, actor, new.as_ref().clone()).map(|event| vec![event])
            }
            Command::Step { entry, step } => {
                let events = self.take_step(plan, known.entry(*entry)?, actor, step)?;
                Ok(of_entry(*entry, events))
            }
            Command::SetLight { entry, light, reason } => {
                self.running(plan)?;
                let event = self.set_light(known.entry(*entry)?, actor, light, reason)?;
                Ok(of_entry(*entry, vec![event]))
            }
            Command::Forget { entry, reason } => {
                let event = self.forget(known.entry(*entry)?, actor, reason)?;
                Ok(of_entry(*entry, vec![event]))
            }
            Command::Urge { entry, rung, reason } => {
                let event = self.urge(plan, known.entry(*entry)?, actor, rung, reason)?;
                Ok(of_entry(*entry, vec![event]))
            }
            Command::Instruct { entry, words, due } => {
                self.instruct(plan, known.entry(*entry)?, actor, words, *due)
            }
            Command::CallFor(call) => self.call_for(plan, actor, call),
            Command::Certify(list) => {
                let entries: Vec<Entry> = known.entries.values().cloned().collect();
                self.certify(plan, &entries, actor, list.as_ref().clone())
            }
            Command::Amend(amend) => self.amend_plan(plan, &known.entries, actor, amend.as_ref().clone()),
            Command::Revise(revise) => {
                self.revise_plan(plan, &known.draft, &known.entries, actor, revise.as_ref().clone())
            }
            Command::MovePack { reason, .. } => self.move_pack(plan, &known.states, actor, reason).map(one),
            Command::Close { reason } => self.close_plan(plan, known.open, actor, reason).map(one),
            Command::Anchor { into } => {
                self.post(actor)?;
                check_words("出具的材料", into, Lines::Many)?;
                Ok(one(PlanEvent::Anchored { into: into.clone() }))
            }
            Command::Tick { entry } if plan.state == PlanState::Issued => {
                Ok(of_entry(*entry, self.tick(known.entry(*entry)?)))
            }
            Command::Inherit { entry } if plan.state == PlanState::Issued => {
                Ok(of_entry(*entry, self.inherit(known.entry(*entry)?)))
            }
            Command::Tick { .. } | Command::Inherit { .. } => Ok(Vec::new()),
            Command::OpenDuties => Ok(self.open_duties(plan)),
        }
    }

    /// What a unit that was merged left goes to the one that took it over.
    fn inherit(&self, entry: &Entry) -> Vec<EntryEvent> {
        let today = self.now.date();
        let lead = self.heir(entry.opening.lead, today).filter(|heir| *heir != entry.opening.lead);
        let reason = || {
            let was = self.org.unit(entry.opening.lead).map_or("", |unit| unit.name());
            format!("{was}已撤并，由接续单位承办")
        };
        let above = |unit| self.org.unit(unit).and_then(crate::Unit::parent);
        lead.map(|lead| EntryEvent::Inherited { lead, above: above(lead), reason: reason() })
            .into_iter()
            .collect()
    }
}

fn of_entry(entry: EntryNo, events: Vec<EntryEvent>) -> Vec<Event> {
    events.into_iter().map(|event| Event::Entry(entry, event)).collect()
}

impl Known {
    /// An entry of the plan.
    ///
    /// # Errors
    ///
    /// There is none of this number.
    pub fn entry(&self, no: EntryNo) -> Result<&Entry, Refusal> {
        self.entries.get(&no).ok_or_else(|| refuse!(NotFound, "方案没有第{no}号条目，请刷新后重试"))
    }

    /// Folds one event of the plan's chain in.
    pub fn apply(&mut self, id: PlanId, actor: PersonId, at: Moment, seq: i64, event: &Event) {
        match event {
            // Not of a plan's chain.
            Event::Org(_) => {}
            Event::Plan(event) => {
                self.plan.apply(id, at, event);
                self.draft.apply(actor, event);
            }
            Event::Entry(no, event) => {
                if let EntryEvent::Opened(opening) = event {
                    self.plan.opened_entry(*no, &opening.register);
                    self.entries.extend(Entry::open(id, *no, at, seq, event).map(|entry| (*no, entry)));
                } else if let Some(entry) = self.entries.get_mut(no) {
                    entry.apply(actor, at, seq, event);
                }
            }
        }
    }
}
