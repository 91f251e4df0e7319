//! Everything made again from the events, plan by plan, with as little in memory as one plan and some
//! entries take. Verifying compares it with the tables, rebuilding writes it into them.

use std::collections::BTreeMap;

use luoshi_engine::{
    Draft, Entry, EntryEvent, EntryNo, Event, Evidence, Hash, Moment, OrgEvent, PersonId, Plan, PlanEvent,
    PlanId, Recorded, Rows,
};

use crate::db::{Db, Row, Tx, values};
use crate::error::StoreError;
use crate::filed::Filed;
use crate::kept::ENTRY_EVENT;
use crate::sought::entry_lines;
use crate::sql;

/// How many events or lines are read at once.
pub(crate) const STRIDE: i64 = 4096;

/// How many entries that are made already are looked at at once.
const SOME: usize = 2000;

/// What tables are made of besides the events: organisation, packs, calendars.
pub trait Maker: Send + Sync + 'static {
    /// Takes in one event of the organisation; all of them come first, in their order.
    fn organisation(&mut self, event: &OrgEvent);
    /// The lines of an entry.
    fn rows(&self, plan: &Plan, entry: &Entry) -> Rows;
    /// When the scheduler has to look at an entry again, by a clock that does not stand before the last
    /// event of the plan's chain.
    fn wakes(&self, plan: &Plan, entry: &Entry, last: Moment) -> Option<Moment>;
    /// When the scheduler has to look at a plan's duties again, by such a clock.
    fn duties_wake(&self, plan: &Plan, last: Moment) -> Option<Moment>;
    /// What the sender of a command was told that gave so many events of a chain and opened these entries.
    fn outcome(&self, chain: PlanId, events: i64, opened: &[EntryNo]) -> String;
}

/// The largest number of entries of a plan that are made while its chain is read. Those of a larger
/// plan are made entry by entry, which reads their events twice but keeps few of them in memory.
const AT_ONCE: usize = if cfg!(test) { 1000 } else { 20_000 };

/// A plan made of its events, with its draft.
#[derive(Debug)]
pub(crate) struct Folded {
    pub(crate) plan: Plan,
    pub(crate) draft: Draft,
    /// Whether any event of it was of the plan itself.
    pub(crate) any: bool,
    /// Its entries, unless there are too many.
    pub(crate) entries: Option<BTreeMap<EntryNo, Entry>>,
    /// The files that its own events name, each with the number of the event.
    pub(crate) files: Vec<(i64, Named)>,
}

impl Default for Folded {
    fn default() -> Self {
        Self {
            plan: Plan::default(),
            draft: Draft::default(),
            any: false,
            entries: Some(BTreeMap::new()),
            files: Vec::new(),
        }
    }
}

impl Folded {
    /// Folds in one event of the plan's chain; tells what is wrong with it. While entries are not made
    /// only their openings concern the plan: the rest is not even decoded.
    pub(crate) fn apply(&mut self, event: &Recorded) -> Option<String> {
        let step = event.body.strip_prefix(ENTRY_EVENT).and_then(|rest| rest.split_once(','));
        if self.entries.is_none() && step.is_some_and(|(_, event)| !event.starts_with(r#"{"opened":"#)) {
            return None;
        }
        let decoded = match event.event() {
            Ok(decoded) => decoded,
            Err(error) => return Some(unknown(&error)),
        };
        match &decoded {
            Event::Plan(decoded) => {
                self.any = true;
                self.plan.apply(event.chain, event.at, decoded);
                self.draft.apply(event.actor.person, decoded);
                self.files.extend(named(decoded).into_iter().map(|file| (event.seq, file)));
                None
            }
            Event::Entry(no, decoded) => {
                if let EntryEvent::Opened(opening) = decoded {
                    self.plan.opened_entry(*no, &opening.register);
                }
                if self.entries.as_ref().is_some_and(|entries| entries.len() > AT_ONCE) {
                    self.entries = None;
                }
                let entries = self.entries.as_mut()?;
                fold(entries, (event.chain, *no), (event.actor.person, event.at, event.seq), decoded)
            }
            Event::Org(_) => Some(String::from("事件不属于方案")),
        }
    }
}

/// A file as the record names it.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) hash: Hash,
    pub(crate) name: String,
    /// Its size, where the record tells it.
    pub(crate) size: Option<i64>,
}

impl From<&Evidence> for Named {
    fn from(file: &Evidence) -> Self {
        Self { hash: file.hash, name: file.name.clone(), size: Some(file.size) }
    }
}

/// The files that an event of a plan names: a document, the text that was read from it, a list.
fn named(event: &PlanEvent) -> Vec<Named> {
    match event {
        PlanEvent::Drafted { source, text, .. } | PlanEvent::Amended { source, text, .. } => {
            let text = Named { hash: *text, name: format!("{}（正文）", source.name), size: None };
            vec![source.into(), text]
        }
        PlanEvent::ListImported { file, .. } => vec![file.into()],
        _ => Vec::new(),
    }
}

fn unknown(error: &serde_json::Error) -> String {
    format!("事件内容无法识别（{error}）")
}

/// Folds an event into its entry; tells what is wrong with it.
fn fold(
    entries: &mut BTreeMap<EntryNo, Entry>,
    of: (PlanId, EntryNo),
    (person, at, seq): (PersonId, Moment, i64),
    event: &EntryEvent,
) -> Option<String> {
    let opens = matches!(event, EntryEvent::Opened(_));
    match entries.get_mut(&of.1) {
        Some(_) if opens => Some(String::from("同一条目开立了两次")),
        Some(entry) => {
            entry.apply(person, at, seq, event);
            None
        }
        None => match Entry::open(of.0, of.1, at, seq, event) {
            Some(entry) => {
                entries.insert(of.1, entry);
                None
            }
            None => Some(String::from("条目还没有开立")),
        },
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

/// The entries of a plan in the order of their numbers, some at a time.
pub(crate) enum Entries {
    /// Made already.
    Made(std::collections::btree_map::IntoValues<EntryNo, Entry>),
    /// To be made of events that are read entry by entry.
    Lines(Lines),
}

/// Some entries, or the events that they are to be made of.
pub(crate) enum Batch {
    Made(Vec<Entry>),
    Lines(Vec<Line>),
}

impl Entries {
    pub(crate) fn of(plan: PlanId, made: Option<BTreeMap<EntryNo, Entry>>) -> Self {
        match made {
            Some(made) => Self::Made(made.into_values()),
            None => Self::Lines(Lines::of(plan)),
        }
    }

    /// The next; none at the end.
    pub(crate) async fn next(&mut self, db: &Db, tx: &mut Tx) -> Result<Option<Batch>, StoreError> {
        Ok(match self {
            Self::Made(made) => {
                let some: Vec<Entry> = made.by_ref().take(SOME).collect();
                (!some.is_empty()).then_some(Batch::Made(some))
            }
            Self::Lines(lines) => lines.next(db, tx).await?.map(Batch::Lines),
        })
    }
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

impl Batch {
    /// The entries, made where they are not; what cannot be folded is told and left out.
    pub(crate) fn entries(self, plan: PlanId) -> (Vec<Entry>, Vec<Unfolded>) {
        let lines = match self {
            Self::Made(entries) => return (entries, Vec::new()),
            Self::Lines(lines) => lines,
        };
        let mut entries = BTreeMap::new();
        let mut faults = Vec::new();
        for line in lines {
            let fault = match serde_json::from_str(&line.body) {
                Ok(Event::Entry(no, event)) if no == line.entry => {
                    fold(&mut entries, (plan, no), (line.person, line.at, line.seq), &event)
                }
                Ok(_) => Some(String::from("事件不属于所标的条目")),
                Err(error) => Some(unknown(&error)),
            };
            faults.extend(fault.map(|what| Unfolded { seq: line.seq, what }));
        }
        (entries.into_values().collect(), faults)
    }
}

/// A plan made of its events, and when the last of them was: what the lines of its entries rest on.
pub(crate) struct Ground {
    pub(crate) id: PlanId,
    pub(crate) plan: Plan,
    pub(crate) last: Moment,
}

/// An entry made again, with what the tables should hold because of it.
pub(crate) struct Made {
    pub(crate) entry: Entry,
    pub(crate) rows: Rows,
    pub(crate) filed: Filed,
    /// The lines by which it is found.
    pub(crate) found: Vec<(i64, String)>,
    /// When the scheduler has to look at it.
    pub(crate) wakes: Option<Moment>,
}

impl Ground {
    /// Makes entries of their events, and their lines.
    pub(crate) fn make(&self, batch: Batch, maker: &impl Maker) -> (Vec<Made>, Vec<Unfolded>) {
        let (entries, faults) = batch.entries(self.id);
        let made = |entry: Entry| {
            let rows = maker.rows(&self.plan, &entry);
            let filed = Filed::of(&rows);
            let found = entry_lines(&rows);
            let wakes = maker.wakes(&self.plan, &entry, self.last);
            Made { entry, rows, filed, found, wakes }
        };
        (entries.into_iter().map(made).collect(), faults)
    }
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
