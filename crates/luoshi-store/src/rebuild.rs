//! All tables thrown away and made again from the events.

use std::sync::Arc;

use luoshi_engine::{EntryNo, Event, Head, Moment, PlanId};
use tokio::task::spawn_blocking;

use crate::chain::stretch;
use crate::db::{Db, Part, Tx, Value, values};
use crate::error::StoreError;
use crate::filed::{Changes, entry_values};
use crate::fold::{Entries, Folded, Ground, Made, Maker, Unfolded, chains};
use crate::store::Store;
use crate::work::Work;
use crate::{sought, sql};

/// The tables that are made of events.
const TABLES: [&str; 8] = ["plan", "draft", "entry", "scope", "desk", "tally", "timer", "material"];

/// What was made again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Plans.
    pub plans: u64,
    /// Entries.
    pub entries: u64,
}

impl Store {
    /// Makes all tables again in one transaction: until it is done, everybody sees the old ones, and
    /// no command is carried out.
    ///
    /// # Errors
    ///
    /// The database fails, or an event cannot be read: then nothing has changed, and verifying tells
    /// where.
    pub async fn rebuild<M: Maker>(&self, maker: M) -> Result<Rebuilt, StoreError> {
        let mut work = self.begin().await?;
        let rebuilt = remake(&mut work, maker).await?;
        work.commit().await?;
        Ok(rebuilt)
    }
}

/// Empties the tables and makes them again.
pub(crate) async fn remake<M: Maker>(work: &mut Work, mut maker: M) -> Result<Rebuilt, StoreError> {
    let empty: Vec<String> = if work.db.postgres() {
        vec![String::from("LOCK TABLE head IN EXCLUSIVE MODE"), format!("TRUNCATE {}", TABLES.join(", "))]
    } else {
        TABLES.iter().map(|table| format!("DELETE FROM {table}")).collect()
    };
    work.tx.script(empty.join(";")).await?;
    work.tx.script(work.db.forget_sought()).await?;
    work.tx.execute(work.db.text(&sql::META_DROP, 0), values!["remake"].into()).await?;
    let chains = chains(&work.db, &mut work.tx).await?;
    organisation(&work.db, &mut work.tx, &mut maker).await?;
    let maker = Arc::new(maker);
    let mut rebuilt = Rebuilt::default();
    for plan in chains.into_iter().filter(|chain| *chain != PlanId::ORGANISATION) {
        let (folded, last) = fold(&work.db, &mut work.tx, plan).await?;
        if folded.any {
            rebuilt.plans += 1;
            work.put_plans(std::slice::from_ref(&folded.plan)).await?;
            work.put_drafts(&[(plan, folded.draft)]).await?;
            work.put_timers(&[(plan, EntryNo(0), maker.duties_wake(&folded.plan, last))]).await?;
        }
        let made = Entries::of(plan, folded.entries);
        let ground = Arc::new(Ground { id: plan, plan: folded.plan, last });
        rebuilt.entries += entries(work, made, &ground, &maker).await?;
    }
    Ok(rebuilt)
}

async fn organisation(db: &Db, tx: &mut Tx, maker: &mut impl Maker) -> Result<(), StoreError> {
    let mut head = Head::default();
    loop {
        let events = stretch(db, tx, PlanId::ORGANISATION, head).await?;
        for event in &events.events {
            if let Event::Org(event) = event.event()? {
                maker.organisation(&event);
            }
        }
        head = events.end(head);
        if !events.more() {
            return Ok(());
        }
    }
}

/// Makes a plan, and tells when the last event of its chain was.
async fn fold(db: &Db, tx: &mut Tx, plan: PlanId) -> Result<(Folded, Moment), StoreError> {
    let mut folded = Folded::default();
    let mut head = Head::default();
    loop {
        let events = stretch(db, tx, plan, head).await?;
        for event in &events.events {
            if let Some(what) = folded.apply(event) {
                return Err(fault(plan, event.seq, &what));
            }
        }
        head = events.end(head);
        if !events.more() {
            return Ok((folded, head.at));
        }
    }
}

async fn entries<M: Maker>(
    work: &mut Work,
    mut entries: Entries,
    ground: &Arc<Ground>,
    maker: &Arc<M>,
) -> Result<u64, StoreError> {
    let mut count = 0;
    while let Some(now) = entries.next(&work.db, &mut work.tx).await? {
        let (made_on, maker) = (Arc::clone(ground), Arc::clone(maker));
        let computed = spawn_blocking(move || made_on.make(now, &*maker)).await;
        let (batch, faults) = computed.map_err(|error| StoreError::Damaged(error.to_string()))?;
        if let Some(Unfolded { seq, what }) = faults.first() {
            return Err(fault(ground.id, *seq, what));
        }
        count += batch.len() as u64;
        write(&work.db, &mut work.tx, batch).await?;
    }
    Ok(count)
}

fn fault(plan: PlanId, seq: i64, what: &str) -> StoreError {
    StoreError::Damaged(format!("方案 {plan} 第 {seq} 条事件：{what}"))
}

/// Writes entries that are in no table yet.
async fn write(db: &Db, tx: &mut Tx, made: Vec<Made>) -> Result<(), StoreError> {
    let mut changes = Changes::default();
    let (mut lines, mut timers): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let mut sought = Vec::new();
    for Made { rows, filed, found, wakes, .. } in made {
        let (plan, no) = (rows.entry.plan, rows.entry.no);
        changes.add((plan, no), None, &filed);
        lines.extend(entry_values(&rows, &filed)?);
        sought.extend(found.into_iter().map(|(id, line)| (id, Some(line))));
        timers.extend(wakes.map(|at| values![plan, no, at]).into_iter().flatten());
    }
    let mut parts: Vec<Part> = vec![(&sql::ENTRIES_ADD, lines), (&sql::TIMERS_PUT, timers)];
    parts.extend(changes.parts());
    parts.extend(sought::parts(sought));
    tx.write_all(db, parts).await
}
