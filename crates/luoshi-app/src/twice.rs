//! Files that were handed in for more than one entry: the same photograph twice is a known kind of fraud, and
//! as often a slip. Whoever reports and whoever reviews is told.

use jiff::civil::Date;
use luoshi_engine::{Entry, EntryNo, Event, Hash, PlanId};
use luoshi_store::StoreError;

use crate::error::AppError;
use crate::reader::Reader;

/// How many other entries of a file are told.
const MOST: i64 = 5;

/// A file of an entry that was handed in for another one too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twice {
    /// The file.
    pub hash: Hash,
    /// Where else; none for an entry that this reader may not see: nothing of it is told.
    pub other: Option<OtherUse>,
}

/// Another entry that a file was handed in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherUse {
    /// The plan.
    pub plan: PlanId,
    /// The entry.
    pub entry: EntryNo,
    /// What that is about.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// On which day it was handed in there.
    pub day: Date,
}

impl Reader {
    /// The files of an entry that were handed in for other entries too. Files of confidential registers lie
    /// encrypted, each for its own entry, and are never told.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn handed_in_twice(&self, entry: &Entry) -> Result<Vec<Twice>, AppError> {
        let mut found = Vec::new();
        for hash in entry.files() {
            for other in self.app().store().other_uses(hash, (entry.plan, entry.no), MOST).await? {
                found.push(Twice { hash, other: self.other_use(hash, other).await? });
            }
        }
        // Of what may not be seen one word is enough.
        found.dedup_by(|next, before| next == before && next.other.is_none());
        Ok(found)
    }

    async fn other_use(
        &self,
        hash: Hash,
        (plan, no): (PlanId, EntryNo),
    ) -> Result<Option<OtherUse>, AppError> {
        let Some(entry) = self.app().store().entry(plan, no).await?.filter(|entry| self.sees_entry(entry))
        else {
            return Ok(None);
        };
        let events = self.app().store().events_of(plan, no, None).await?;
        let mut at = entry.opened;
        for recorded in events {
            let event = recorded.event().map_err(StoreError::from)?;
            if brings(&event, hash) {
                at = recorded.at;
                break;
            }
        }
        let unit = self.context.org.unit_name(entry.opening.lead);
        Ok(Some(OtherUse { plan, entry: no, title: entry.opening.title, unit, day: at.date() }))
    }
}

/// Whether an event brings a file.
fn brings(event: &Event, hash: Hash) -> bool {
    match event {
        Event::Entry(_, luoshi_engine::EntryEvent::Stepped { body, .. }) => {
            body.evidence.iter().any(|file| file.hash == hash)
                || body.fields.values().any(|value| *value == luoshi_engine::FieldValue::File(hash))
        }
        _ => false,
    }
}
