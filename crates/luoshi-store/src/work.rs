//! One transaction that writes: many commands, few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use luoshi_engine::{Draft, Entry, EntryNo, Head, Moment, Plan, PlanId, Recorded, Rows};

use crate::db::{Db, Part, Row, Tx, Value, values};
use crate::error::StoreError;
use crate::filed::{Changes, Filed, entry_values};
use crate::kept::{
    AttachmentRow, CommandRow, Message, OutboxItem, attachment_values, command_of, command_values,
    event_values, head_of, message_values, outbox_values,
};
use crate::{sought, sql};

/// A transaction that writes. Dropped without [`Work::commit`], it leaves nothing behind.
///
/// The order is: [`Work::heads`] of all plans concerned, once; what the commands need; all that they
/// give; commit. Only who holds the heads of a plan's chain changes the plan.
pub struct Work {
    pub(crate) db: Db,
    pub(crate) tx: Tx,
    /// What stands in the tables because of the entries that were read or written here.
    filed: HashMap<(PlanId, EntryNo), Filed>,
}

impl Work {
    pub(crate) fn new(db: Db, tx: Tx) -> Self {
        Self { db, tx, filed: HashMap::new() }
    }

    /// Makes it all last.
    ///
    /// # Errors
    ///
    /// [`StoreError::Away`] may come after it was made to last.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await
    }

    /// Undoes it all.
    ///
    /// # Errors
    ///
    /// The database is away; then it is undone as well.
    pub async fn rollback(self) -> Result<(), StoreError> {
        self.tx.rollback().await
    }

    /// Locks chains until the end and tells where they stand. Called once for all chains that are
    /// concerned: a second call may meet somebody who goes the other way round.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn heads(&mut self, chains: &[PlanId]) -> Result<BTreeMap<PlanId, Head>, StoreError> {
        // In the order of their numbers, so that nobody waits in a circle.
        let chains: BTreeSet<PlanId> = chains.iter().copied().collect();
        let keys = chains.into_iter().map(Value::from).collect();
        let rows = self.tx.find(&self.db, &sql::HEADS, keys).await?;
        rows.iter().map(head_of).collect()
    }

    /// Tells where the chains of plans that are held stand, and reads entries of them.
    ///
    /// # Errors
    ///
    /// The database fails or an entry cannot be read back.
    pub async fn load(
        &mut self,
        plans: &[PlanId],
        entries: &[(PlanId, EntryNo)],
    ) -> Result<Held, StoreError> {
        let chains = plans.iter().chain(&[PlanId::ORGANISATION]).map(|chain| (*chain, EntryNo(0)));
        let keys = chains.chain(entries.iter().copied());
        let keys = keys.flat_map(|(plan, no)| values![plan, no]).collect();
        let mut held = Held::default();
        for row in self.tx.find(&self.db, &sql::LOAD, keys).await? {
            let key = (PlanId(row.int(0)?), EntryNo(row.int(1)?));
            match key {
                (chain, EntryNo(0)) => {
                    let head = Head { seq: row.int(2)?, at: Moment(row.int(3)?), hash: row.hash(4)? };
                    if chain == PlanId::ORGANISATION {
                        held.organisation = head;
                    }
                    held.heads.insert(chain, head);
                }
                key => {
                    self.filed.insert(key, serde_json::from_str(&row.text(6)?)?);
                    held.entries.insert(key, serde_json::from_str(&row.text(5)?)?);
                }
            }
        }
        Ok(held)
    }

    /// A number for a new plan and the beginning of its chain, held until the end.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn new_plan(&mut self) -> Result<PlanId, StoreError> {
        let rows = self.tx.rows(self.db.text(&sql::PLAN_NUMBER, 0), Vec::new()).await?;
        let row = rows.first().ok_or_else(|| StoreError::Damaged(String::from("没有方案编号")))?;
        let plan = PlanId(row.int(0)?);
        let head = Head::default();
        let values = values![plan, head.seq, head.at, head.hash].into();
        self.tx.write(&self.db, &sql::HEADS_PUT, values).await?;
        Ok(plan)
    }

    /// Commands that were carried out before, by key.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn commands(&mut self, keys: &[&str]) -> Result<HashMap<String, CommandRow>, StoreError> {
        let keys = keys.iter().copied().map(Value::from).collect();
        let rows = self.tx.find(&self.db, &sql::COMMANDS, keys).await?;
        rows.iter().map(|row| command_of(row).map(|command| (command.key.clone(), command))).collect()
    }

    /// Plans by number.
    ///
    /// # Errors
    ///
    /// The database fails or a plan cannot be read back.
    pub async fn plans(&mut self, plans: &[PlanId]) -> Result<BTreeMap<PlanId, Plan>, StoreError> {
        let keys = plans.iter().copied().map(Value::from).collect();
        let rows = self.tx.find(&self.db, &sql::PLANS, keys).await?;
        rows.iter().map(|row| Ok((PlanId(row.int(0)?), serde_json::from_str(&row.text(1)?)?))).collect()
    }

    /// The draft of a plan.
    ///
    /// # Errors
    ///
    /// The database fails or the draft cannot be read back.
    pub async fn draft(&mut self, plan: PlanId) -> Result<Option<Draft>, StoreError> {
        let rows = self.tx.rows(self.db.text(&sql::DRAFT, 0), values![plan].into()).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// Entries by plan and number. An entry must be read here before it is put back changed: so the
    /// store knows what stands in the tables because of it.
    ///
    /// # Errors
    ///
    /// The database fails or an entry cannot be read back.
    pub async fn entries(
        &mut self,
        of: &[(PlanId, EntryNo)],
    ) -> Result<BTreeMap<(PlanId, EntryNo), Entry>, StoreError> {
        let keys = of.iter().flat_map(|(plan, no)| values![*plan, *no]).collect();
        let rows = self.tx.find(&self.db, &sql::ENTRIES, keys).await?;
        self.taken(&rows)
    }

    /// Entries with what is filed of them, which is remembered.
    fn taken(&mut self, rows: &[Row]) -> Result<BTreeMap<(PlanId, EntryNo), Entry>, StoreError> {
        let mut found = BTreeMap::new();
        for row in rows {
            let key = (PlanId(row.int(0)?), EntryNo(row.int(1)?));
            self.filed.insert(key, serde_json::from_str(&row.text(3)?)?);
            found.insert(key, serde_json::from_str(&row.text(2)?)?);
        }
        Ok(found)
    }

    /// Entries with given values of their registers' unique fields: the first of each.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn entries_by_unique(
        &mut self,
        of: &[(PlanId, &str, &str)],
    ) -> Result<BTreeMap<(PlanId, String, String), EntryNo>, StoreError> {
        let keys = of.iter().flat_map(|(plan, register, value)| values![*plan, *register, *value]).collect();
        let rows = self.tx.find(&self.db, &sql::ENTRIES_UNIQUE, keys).await?;
        let mut found = BTreeMap::new();
        for row in rows {
            let key = (PlanId(row.int(0)?), row.text(2)?, row.text(3)?);
            found.entry(key).or_insert(EntryNo(row.int(1)?));
        }
        Ok(found)
    }

    /// The entries of a register that are not given up.
    ///
    /// # Errors
    ///
    /// The database fails or an entry cannot be read back.
    pub async fn entries_of(
        &mut self,
        plan: PlanId,
        register: &str,
    ) -> Result<BTreeMap<(PlanId, EntryNo), Entry>, StoreError> {
        let text = self.db.text(&sql::ENTRIES_OF, 0);
        let rows = self.tx.rows(text, values![plan, register].into()).await?;
        self.taken(&rows)
    }

    /// How many entries of a plan are not over, and the registers and states that all of them stand in.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn summary(&mut self, plan: PlanId) -> Result<(i64, Vec<(String, String)>), StoreError> {
        let open = self.tx.rows(self.db.text(&sql::TALLY_OPEN, 0), values![plan].into()).await?;
        let open = open.first().map_or(Ok(None), |row| row.find_int(0))?.unwrap_or(0);
        let states = self.tx.rows(self.db.text(&sql::STATES, 0), values![plan].into()).await?;
        let states =
            states.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect::<Result<_, StoreError>>();
        Ok((open, states?))
    }

    /// Keeps what commands brought about, all of it together.
    ///
    /// # Errors
    ///
    /// As with putting each by itself.
    pub async fn keep(&mut self, done: &Done<'_>) -> Result<(), StoreError> {
        let mut parts = appended(done.events);
        let (plans, mut lines) = plans_part(done.plans)?;
        let (entries, more) = self.entries_parts(done.entries)?;
        lines.extend(more);
        lines.extend(done.retold.iter().map(|plan| (sought::text_of(*plan), None)));
        parts.push(plans);
        parts.push(drafts_part(done.drafts)?);
        parts.extend(entries);
        parts.extend(sought::parts(lines));
        parts.extend(timers_parts(done.timers));
        parts.push(messages_part(done.messages));
        parts.push(commands_part(done.commands));
        self.tx.write_all(&self.db, parts).await
    }

    /// Appends events to their chains, in the order given.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where a number is taken: the head was not held.
    pub async fn append(&mut self, events: &[Recorded]) -> Result<(), StoreError> {
        self.tx.write_all(&self.db, appended(events)).await
    }

    /// Puts plans as they are now.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_plans(&mut self, plans: &[Plan]) -> Result<(), StoreError> {
        let (part, lines) = plans_part(plans)?;
        let mut parts = vec![part];
        parts.extend(sought::parts(lines));
        self.tx.write_all(&self.db, parts).await
    }

    /// Puts drafts as they are now.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_drafts(&mut self, drafts: &[(PlanId, Draft)]) -> Result<(), StoreError> {
        self.tx.write_all(&self.db, vec![drafts_part(drafts)?]).await
    }

    /// Puts entries as they are now: their lines, scopes, desks and tallies. One that was not read in
    /// this work is taken to be new.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where one that should be new is there already.
    pub async fn put_entries(&mut self, entries: &[Rows]) -> Result<(), StoreError> {
        let (mut parts, lines) = self.entries_parts(entries)?;
        parts.extend(sought::parts(lines));
        self.tx.write_all(&self.db, parts).await
    }

    /// What is to be written of entries, and the lines by which they are found where those changed.
    fn entries_parts(&mut self, entries: &[Rows]) -> Result<(Vec<Part>, Vec<Line>), StoreError> {
        let (mut changes, mut found) = (Changes::default(), Vec::new());
        let mut lines: BTreeMap<(PlanId, EntryNo), (bool, &Rows, Filed)> = BTreeMap::new();
        for rows in entries {
            let key = (rows.entry.plan, rows.entry.no);
            let new = Filed::of(rows);
            let old = self.filed.insert(key, new.clone());
            changes.add(key, old.as_ref(), &new);
            if !new.is_sought_as(old.as_ref()) {
                let lines = sought::entry_lines(rows);
                // Papers that are no longer to be found, as where their register became confidential.
                let gone = old.is_some() && rows.sought.papers.is_empty();
                found.extend(gone.then(|| (sought::papers_of(rows), None)));
                found.extend(lines.into_iter().map(|(id, line)| (id, Some(line))));
            }
            let known = lines.get(&key).map_or(old.is_some(), |(known, ..)| *known);
            lines.insert(key, (known, rows, new));
        }
        let (mut known, mut fresh) = (Vec::new(), Vec::new());
        for (was, rows, filed) in lines.values() {
            let side = if *was { &mut known } else { &mut fresh };
            side.extend(entry_values(rows, filed)?);
        }
        let mut parts: Vec<Part> = vec![(&sql::ENTRIES_ADD, fresh), (&sql::ENTRIES_PUT, known)];
        parts.extend(changes.parts());
        Ok((parts, found))
    }

    /// Sets when the scheduler has to look at entries again; none for never. Number 0 is the plan.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_timers(&mut self, timers: &[Timer]) -> Result<(), StoreError> {
        self.tx.write_all(&self.db, timers_parts(timers).into()).await
    }

    /// Keeps what commands came to.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where a key was used meanwhile.
    pub async fn put_commands(&mut self, commands: &[CommandRow]) -> Result<(), StoreError> {
        self.tx.write_all(&self.db, vec![commands_part(commands)]).await
    }

    /// Puts messages for posts; their numbers are given by the store.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_messages(&mut self, messages: &[Message]) -> Result<(), StoreError> {
        self.tx.write_all(&self.db, vec![messages_part(messages)]).await
    }

    /// Puts what is to be sent. What is there already for the kind, person and day stays as it is, so
    /// that two servers do it once; tells how many were new.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_outbox(&mut self, items: &[OutboxItem]) -> Result<u64, StoreError> {
        let sorted: BTreeMap<_, _> =
            items.iter().map(|item| ((&item.kind, item.person, item.day), item)).collect();
        let values = sorted.into_values().flat_map(outbox_values).collect();
        self.tx.write(&self.db, &sql::OUTBOX_PUT, values).await
    }

    /// Notes files that are kept; one that is known already stays as it is.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_attachments(&mut self, files: &[AttachmentRow]) -> Result<(), StoreError> {
        let files: BTreeMap<_, _> = files.iter().map(|file| (file.hash, file)).collect();
        let values = files.into_values().flat_map(attachment_values).collect();
        self.tx.write(&self.db, &sql::ATTACHMENTS_PUT, values).await?;
        Ok(())
    }
}

/// When the scheduler has to look at an entry of a plan; none for never. Number 0 is the plan.
pub type Timer = (PlanId, EntryNo, Option<Moment>);

/// What commands brought about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done<'d> {
    /// Events, in the order of their chains.
    pub events: &'d [Recorded],
    /// Plans that changed.
    pub plans: &'d [Plan],
    /// Plans whose text is another now: it is found by its words once [`Work::put_text`] was told it.
    pub retold: &'d [PlanId],
    /// Drafts that changed.
    pub drafts: &'d [(PlanId, Draft)],
    /// Entries that changed.
    pub entries: &'d [Rows],
    /// When to look at what again.
    pub timers: &'d [Timer],
    /// Messages for posts.
    pub messages: &'d [Message],
    /// The commands themselves.
    pub commands: &'d [CommandRow],
}

/// What was read of plans and entries while their heads are held.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Where the chains stand: those asked for that there are.
    pub heads: BTreeMap<PlanId, Head>,
    /// Where the organisation's chain stands, which others may move at any time.
    pub organisation: Head,
    /// The entries asked for that there are.
    pub entries: BTreeMap<(PlanId, EntryNo), Entry>,
}

fn appended(events: &[Recorded]) -> Vec<Part> {
    let mut heads = BTreeMap::new();
    let mut values = Vec::with_capacity(events.len() * 10);
    for event in events {
        values.extend(event_values(event));
        heads.insert(event.chain, event.head());
    }
    let heads = heads.into_iter().flat_map(|(chain, head)| values![chain, head.seq, head.at, head.hash]);
    vec![(&sql::EVENTS_APPEND, values), (&sql::HEADS_PUT, heads.collect())]
}

/// A line by which something is found; none where it is found no longer.
type Line = (i64, Option<String>);

fn plans_part(plans: &[Plan]) -> Result<(Part, Vec<Line>), StoreError> {
    // The last of each: one statement may touch a row once.
    let plans: BTreeMap<PlanId, &Plan> = plans.iter().map(|plan| (plan.id, plan)).collect();
    let (mut values, mut lines) = (Vec::new(), Vec::new());
    for (id, plan) in plans {
        let (line_id, line) = sought::plan_line(plan);
        lines.push((line_id, Some(line)));
        let state = serde_json::to_value(plan.state)?.as_str().unwrap_or_default().to_owned();
        values.extend(values![id, state, &plan.title, plan.issuer, serde_json::to_string(plan)?]);
    }
    Ok(((&sql::PLANS_PUT, values), lines))
}

fn drafts_part(drafts: &[(PlanId, Draft)]) -> Result<Part, StoreError> {
    let drafts: BTreeMap<PlanId, &Draft> = drafts.iter().map(|(plan, draft)| (*plan, draft)).collect();
    let mut values = Vec::new();
    for (plan, draft) in drafts {
        values.extend(values![plan, serde_json::to_string(draft)?]);
    }
    Ok((&sql::DRAFTS_PUT, values))
}

fn timers_parts(timers: &[Timer]) -> [Part; 2] {
    let timers: BTreeMap<_, _> = timers.iter().map(|(plan, no, at)| ((*plan, *no), *at)).collect();
    let (mut set, mut drop) = (Vec::new(), Vec::new());
    for ((plan, no), at) in timers {
        match at {
            Some(at) => set.extend(values![plan, no, at]),
            None => drop.extend(values![plan, no]),
        }
    }
    [(&sql::TIMERS_PUT, set), (&sql::TIMERS_DROP, drop)]
}

fn messages_part(messages: &[Message]) -> Part {
    (&sql::MESSAGES_PUT, messages.iter().flat_map(message_values).collect())
}

fn commands_part(commands: &[CommandRow]) -> Part {
    // In the order of their keys: two servers with the same keys must not wait in a circle.
    let mut commands: Vec<&CommandRow> = commands.iter().collect();
    commands.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    (&sql::COMMANDS_PUT, commands.into_iter().flat_map(command_values).collect())
}
