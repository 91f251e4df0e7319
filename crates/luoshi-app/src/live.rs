//! What happened of late, for pages that follow it: which units it concerns. It is read from the chains,
//! so that what another server did is seen as well.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{Entry, EntryEvent, EntryNo, Event, PlanId, UnitId};
use luoshi_store::StoreError;

use crate::app::App;
use crate::error::AppError;

/// How many heads are read at a time.
const PAGE: i64 = 1000;

/// How many events of a plan are looked at; where there were more, everybody is concerned.
const EVENTS: i64 = 1000;

/// How many entries that went over to others are looked at; where there were more, everybody is concerned.
const PASSED: usize = 20;

/// Where the chains stood when they were last looked at.
#[derive(Clone, Debug, Default)]
pub struct Heads(BTreeMap<PlanId, i64>);

/// Whom it concerns that something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Units of entries that changed: lead, issuer, the unit above, supports, and whoever was one of them
    /// until then.
    pub units: BTreeSet<UnitId>,
    /// Whether so much happened that everybody is concerned.
    pub all: bool,
}

impl Moved {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty() && !self.all
    }

    /// Whether it concerns somebody who sees these units.
    pub fn concerns(&self, units: &BTreeSet<UnitId>) -> bool {
        self.all || self.units.iter().any(|unit| units.contains(unit))
    }
}

impl App {
    /// Where all chains stand.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn heads(&self) -> Result<Heads, AppError> {
        let (mut heads, mut after) = (Heads::default(), -1);
        loop {
            let page = self.store().heads(after, PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(heads) };
            after = last.0;
            heads.0.extend(page.into_iter().map(|(chain, head)| (chain, head.seq)));
        }
    }

    /// Whom it concerns what happened to entries since the chains stood there; notes where they stand now.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn moved(&self, heads: &mut Heads) -> Result<Moved, AppError> {
        let now = self.heads().await?;
        let mut moved = Moved::default();
        for (chain, seq) in now.0.iter().filter(|(chain, _)| **chain != PlanId::ORGANISATION) {
            let before = heads.0.get(chain).copied().unwrap_or(0);
            if *seq <= before {
                continue;
            }
            moved.all |= seq - before > EVENTS;
            for entry in self.store().entries_since(*chain, before, EVENTS).await? {
                moved.units.extend(units(&entry));
            }
            self.passed(*chain, before, &mut moved).await?;
        }
        *heads = now;
        Ok(moved)
    }

    /// Adds the units that entries were taken from since a chain stood there.
    async fn passed(&self, plan: PlanId, before: i64, moved: &mut Moved) -> Result<(), AppError> {
        let mut passed = BTreeSet::new();
        for recorded in self.store().events_page(plan, before, EVENTS).await? {
            if let Event::Entry(no, event) = recorded.event().map_err(StoreError::from)?
                && passes(&event)
            {
                passed.insert(no);
            }
        }
        moved.all |= passed.len() > PASSED;
        if !moved.all {
            for no in passed {
                moved.units.extend(self.units_since(plan, no, before).await?);
            }
        }
        Ok(())
    }

    /// The units that an entry has had since its plan's chain stood there.
    async fn units_since(&self, plan: PlanId, no: EntryNo, seq: i64) -> Result<BTreeSet<UnitId>, AppError> {
        let (mut found, mut entry) = (BTreeSet::new(), None::<Entry>);
        for recorded in self.store().events_of(plan, no, None).await? {
            let Event::Entry(_, event) = recorded.event().map_err(StoreError::from)? else { continue };
            if recorded.seq > seq {
                found.extend(entry.iter().flat_map(units));
            }
            match &mut entry {
                Some(entry) => entry.apply(recorded.actor.person, recorded.at, recorded.seq, &event),
                None => entry = Entry::open(plan, no, recorded.at, recorded.seq, &event),
            }
        }
        Ok(found)
    }
}

/// Whether an event can take an entry from a unit.
fn passes(event: &EntryEvent) -> bool {
    match event {
        EntryEvent::Stepped { lead, .. } => lead.is_some(),
        EntryEvent::Amended { lead, supports, .. } => lead.is_some() || supports.is_some(),
        EntryEvent::Inherited { .. } => true,
        _ => false,
    }
}

fn units(entry: &Entry) -> impl Iterator<Item = UnitId> + '_ {
    let opening = &entry.opening;
    let parts = entry.parts.iter().map(|part| part.unit);
    [opening.lead, opening.issuer].into_iter().chain(opening.above).chain(parts)
}
