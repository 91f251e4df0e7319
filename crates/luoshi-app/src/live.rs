//! What happened of late, for pages that follow it: which units it concerns. It is read from the chains,
//! so that what another server did is seen as well.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{Entry, PlanId, UnitId};

use crate::app::App;
use crate::error::AppError;

/// How many heads are read at a time.
const PAGE: i64 = 1000;

/// How many events of a plan are looked at; where there were more, everybody is concerned.
const EVENTS: i64 = 1000;

/// Where the chains stood when they were last looked at.
#[derive(Clone, Debug, Default)]
pub struct Heads(BTreeMap<PlanId, i64>);

/// Whom it concerns that something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Units of entries that changed: lead, issuer, the unit above, supports.
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
        }
        *heads = now;
        Ok(moved)
    }
}

fn units(entry: &Entry) -> impl Iterator<Item = UnitId> + '_ {
    let opening = &entry.opening;
    let parts = entry.parts.iter().map(|part| part.unit);
    [opening.lead, opening.issuer].into_iter().chain(opening.above).chain(parts)
}
