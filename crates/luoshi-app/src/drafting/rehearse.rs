//! The issue of a draft, rehearsed: to how many units and entries it would come.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use luoshi_engine::{
    Decision, EntryEvent, Event, IssuePlan, Plan, PlanEvent, PlanState, Refusal, RefusalKind, UnitId,
};
use luoshi_pack::{Duty, Pack};

use super::review::Review;
use crate::reader::Reader;

/// What an issue would come to.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// Entries at once, by the title of their register.
    pub entries: Vec<(String, usize)>,
    /// The units that would answer for them.
    pub leads: usize,
    /// The units that would lead or help.
    pub parties: usize,
    /// The unit that would answer for most of them, and for how many.
    pub most: Option<(UnitId, usize)>,
    /// The reports that would be asked for.
    pub asked: Vec<Asked>,
    /// The last day that the plan would run.
    pub end: Option<Date>,
}

/// A report that would be asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What and when.
    pub duty: Duty,
    /// By how many units.
    pub units: usize,
    /// How often until the plan ends.
    pub times: usize,
}

impl Rehearsal {
    /// How many entries would be given out at once.
    pub fn given(&self) -> usize {
        self.entries.iter().map(|(_, count)| count).sum()
    }

    /// How many reports would be asked for until the plan ends.
    pub fn reports(&self) -> usize {
        self.asked.iter().map(|asked| asked.units * asked.times).sum()
    }
}

impl Reader {
    /// What issuing a draft on a pack would come to, taking what nobody decided on as confirmed.
    ///
    /// # Errors
    ///
    /// The refusal that the issue would meet.
    pub fn rehearse_issue(
        &self,
        review: &Review,
        pack: &str,
        issue: &IssuePlan,
    ) -> Result<Rehearsal, Refusal> {
        let chosen = self.context.library.choose(pack, self.now.date()).ok_or_else(|| {
            Refusal::new(RefusalKind::NotFound, format!("没有可用的方案包“{pack}”，请另选一个"))
        })?;
        let mut draft = review.draft.clone();
        for (_, decided) in draft.items.iter_mut().filter(|(_, decided)| decided.is_none()) {
            *decided = Some((Decision::Confirmed, self.actor.person));
        }
        let number = if issue.number.trim().is_empty() { "预演" } else { &issue.number };
        let issue = IssuePlan { number: number.to_owned(), ..issue.clone() };
        let world = self.context.world(chosen.pack, self.now);
        let events = world.issue_plan(&review.plan, &draft, &self.actor, &issue)?;
        Ok(self.told(review, chosen.pack, &events))
    }

    fn told(&self, review: &Review, pack: &Pack, events: &[Event]) -> Rehearsal {
        let mut out = Rehearsal::default();
        let mut registers: BTreeMap<&str, usize> = BTreeMap::new();
        let mut leads: BTreeMap<UnitId, usize> = BTreeMap::new();
        let mut plan = Plan { state: PlanState::Issued, issued: Some(self.now), ..review.plan.clone() };
        for event in events {
            match event {
                Event::Entry(_, EntryEvent::Opened(opening)) => {
                    *registers.entry(&opening.register).or_default() += 1;
                    *leads.entry(opening.lead).or_default() += 1;
                }
                Event::Plan(PlanEvent::Issued { end, duties, parties, .. }) => {
                    (plan.end, plan.duties, plan.parties) = (Some(*end), duties.clone(), parties.clone());
                }
                _ => {}
            }
        }
        let title = |key: &str| pack.find_register(key).map_or(key, |register| &register.title).to_owned();
        out.entries = registers.into_iter().map(|(key, count)| (title(key), count)).collect();
        out.leads = leads.len();
        out.parties = plan.parties.iter().collect::<BTreeSet<_>>().len();
        out.most = leads.into_iter().max_by_key(|(unit, count)| (*count, std::cmp::Reverse(*unit)));
        out.end = plan.end;
        let world = self.context.world(pack, self.now);
        let asked = plan.duties.iter().map(|duty| Asked {
            units: world.owing(&plan, duty, self.now.date()).len(),
            times: world.periods(&plan, duty).len(),
            duty: duty.clone(),
        });
        out.asked = asked.collect();
        out
    }
}
