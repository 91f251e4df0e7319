//! Many entries at once, for measuring: the same folding and the same lines as the application's, but
//! no commands.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, Entry, EntryEvent, EntryNo, Event, Head, Moment, PlanId, Recorded, Rows};

use crate::error::StoreError;
use crate::store::Store;

/// How many entries go into one transaction.
const BATCH: usize = 2000;

/// An entry and all that happens to it.
pub type Story = (EntryNo, Vec<(Moment, EntryEvent)>);

impl Store {
    /// Appends what happens to entries of a plan to its chain and puts their lines. The first event of
    /// each opens it. Tells how many events were written.
    ///
    /// # Errors
    ///
    /// The database fails; what was committed before stays.
    pub async fn bulk_load(
        &self,
        plan: PlanId,
        actor: &Actor,
        entries: impl IntoIterator<Item = Story>,
        rows: impl Fn(&Entry) -> Rows,
    ) -> Result<u64, StoreError> {
        let mut entries = entries.into_iter().peekable();
        let mut written = 0;
        while entries.peek().is_some() {
            let batch: Vec<Story> = entries.by_ref().take(BATCH).collect();
            let mut work = self.begin().await?;
            let head = work.heads(&[plan]).await?.get(&plan).copied().unwrap_or_default();
            let (events, made) = happen(plan, head, actor, &batch);
            work.append(&events).await?;
            let lines: Vec<Rows> = made.values().map(&rows).collect();
            work.put_entries(&lines).await?;
            work.commit().await?;
            written += events.len() as u64;
        }
        Ok(written)
    }
}

/// The events of a batch, the first of every entry before the second of any, as life mixes them.
fn happen(
    plan: PlanId,
    mut head: Head,
    actor: &Actor,
    batch: &[Story],
) -> (Vec<Recorded>, BTreeMap<EntryNo, Entry>) {
    let mut events = Vec::new();
    let mut made: BTreeMap<EntryNo, Entry> = BTreeMap::new();
    let rounds = batch.iter().map(|(_, events)| events.len()).max().unwrap_or(0);
    for round in 0..rounds {
        for (no, happens) in batch {
            let Some((at, event)) = happens.get(round) else { continue };
            // Without a key, as what the scheduler does: no command is kept of it.
            let recorded = Recorded::new(&head, plan, *at, actor, "", &Event::Entry(*no, event.clone()));
            head = recorded.head();
            match made.get_mut(no) {
                Some(entry) => entry.apply(actor.person, recorded.at, recorded.seq, event),
                None => {
                    let opened = Entry::open(plan, *no, recorded.at, recorded.seq, event);
                    made.extend(opened.map(|entry| (*no, entry)));
                }
            }
            events.push(recorded);
        }
    }
    (events, made)
}
