//! Everything made again from the events, plan by plan, with as little in memory as one plan and some
//! entries take. Verifying compares it with the tables, rebuilding writes it into them.

use luoshi_engine::{
    Draft, Entry, EntryEvent, EntryNo, Event, Moment, OrgEvent, PersonId, Plan, PlanId, Rows,
};

use crate::db::{Db, Row, Tx, values};
use crate::error::StoreError;
use crate::kept::ENTRY_EVENT;
use crate::sql;

/// How many events or lines are read at once.
pub(crate) const STRIDE: i64 = 4096;

/// What tables are made of besides the events: organisation, packs, calendars.
pub trait Maker: Send + Sync + 'static {
    /// Takes in one event of the organisation; all of them come first, in their order.
    fn organisation(&mut self, event: &OrgEvent);
    /// The lines of an entry.
    fn rows(&self, plan: &Plan, entry: &Entry) -> Rows;
    /// When the scheduler has to look at an entry again.
    fn wakes(&self, plan: &Plan, entry: &Entry) -> Option<Moment>;
    /// When the scheduler has to look at a plan's duties again.
    fn duties_wake(&self, plan: &Plan) -> Option<Moment>;
}

/// A plan made of its events, with its draft.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub(crate) plan: Plan,
    pub(crate) draft: Draft,
    /// Whether any event of it was of the plan itself.
    pub(crate) any: bool,
}

impl Folded {
    /// Folds in one event of the plan's chain. Of entries only their openings concern the plan: the
    /// rest is not even decoded.
    pub(crate) fn apply(
        &mut self,
        chain: PlanId,
        at: Moment,
        actor: PersonId,
        body: &str,
    ) -> Result<(), serde_json::Error> {
        let step = body.strip_prefix(ENTRY_EVENT).and_then(|rest| rest.split_once(','));
        if step.is_some_and(|(_, event)| !event.starts_with(r#"{"opened":"#)) {
            return Ok(());
        }
        match serde_json::from_str(body)? {
            Event::Plan(event) => {
                self.any = true;
                self.plan.apply(chain, at, &event);
                self.draft.apply(actor, &event);
            }
            Event::Entry(no, EntryEvent::Opened(opening)) => self.plan.opened_entry(no, &opening.register),
            Event::Entry(..) | Event::Org(_) => {}
        }
        Ok(())
    }
}

/// One event of an entry as it is read for folding.
pub(crate) struct Line {
    pub(crate) entry: EntryNo,
    pub(crate) seq: i64,
    at: Moment,
    person: PersonId,
    body: String,
}

/// The events of a plan's entries, entry by entry.
pub(crate) struct Lines {
    plan: PlanId,
    after: (i64, i64),
    /// The events of an entry whose end was not seen yet.
    rest: Vec<Line>,
    over: bool,
}

impl Lines {
    pub(crate) fn of(plan: PlanId) -> Self {
        // Number 0 is the plan itself.
        Self { plan, after: (0, i64::MAX), rest: Vec::new(), over: false }
    }

    /// The next events: those of some entries, all that each has. None at the end.
    pub(crate) async fn next(&mut self, db: &Db, tx: &mut Tx) -> Result<Option<Vec<Line>>, StoreError> {
        while !self.over {
            let values = values![self.plan, self.after.0, self.after.1, STRIDE].into();
            let rows = tx.rows(db.text(&sql::EVENTS_FOLD, 0), values).await?;
            self.over = rows.len() < usize::try_from(STRIDE).unwrap_or(usize::MAX);
            for row in &rows {
                let line = line_of(row)?;
                self.after = (line.entry.0, line.seq);
                self.rest.push(line);
            }
            let last = self.rest.last().map(|line| line.entry);
            let whole = match last.filter(|_| !self.over) {
                Some(last) => self.rest.partition_point(|line| line.entry < last),
                None => self.rest.len(),
            };
            if whole > 0 {
                let rest = self.rest.split_off(whole);
                return Ok(Some(std::mem::replace(&mut self.rest, rest)));
            }
        }
        Ok(None)
    }
}

fn line_of(row: &Row) -> Result<Line, StoreError> {
    Ok(Line {
        entry: EntryNo(row.int(0)?),
        seq: row.int(1)?,
        at: Moment(row.int(2)?),
        person: PersonId(row.int(3)?),
        body: row.text(4)?,
    })
}

/// What is wrong with the events of one entry.
pub(crate) struct Unfolded {
    pub(crate) seq: i64,
    pub(crate) what: String,
}

/// Entries of events in the order of entries and numbers; what cannot be folded is told and left out.
pub(crate) fn entries_of(plan: PlanId, lines: &[Line]) -> (Vec<Entry>, Vec<Unfolded>) {
    let mut entries: Vec<Entry> = Vec::new();
    let mut faults = Vec::new();
    for line in lines {
        let event = match serde_json::from_str(&line.body) {
            Ok(Event::Entry(no, event)) if no == line.entry => event,
            Ok(_) => {
                faults.push(Unfolded { seq: line.seq, what: String::from("事件不属于所标的条目") });
                continue;
            }
            Err(error) => {
                faults
                    .push(Unfolded { seq: line.seq, what: format!("事件内容无法识别（{error}）") });
                continue;
            }
        };
        match entries.last_mut().filter(|entry| entry.no == line.entry) {
            Some(_) if matches!(event, EntryEvent::Opened(_)) => {
                faults.push(Unfolded { seq: line.seq, what: String::from("同一条目开立了两次") });
            }
            Some(entry) => entry.apply(line.person, line.at, line.seq, &event),
            None => match Entry::open(plan, line.entry, line.at, line.seq, &event) {
                Some(entry) => entries.push(entry),
                None => faults.push(Unfolded { seq: line.seq, what: String::from("条目还没有开立") }),
            },
        }
    }
    (entries, faults)
}

/// The numbers of all chains that have events.
pub(crate) async fn chains(db: &Db, tx: &mut Tx) -> Result<Vec<PlanId>, StoreError> {
    let mut chains: Vec<PlanId> = Vec::new();
    let mut after = -1;
    // Hopping from one to the next is one look into the index each, however long they are.
    loop {
        let rows = tx.rows(db.text(&sql::CHAIN_NEXT, 0), values![after].into()).await?;
        let Some(next) = rows.first().map(|row| row.int(0)).transpose()? else { return Ok(chains) };
        chains.push(PlanId(next));
        after = next;
    }
}
