//! A plan looked at as a whole: its entries as of any day, what happened to it, who reported.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use luoshi_engine::{
    Draft, Entry, EntryEvent, EntryNo, EntryRow, Event, Moment, Plan, PlanEvent, PlanId, Recorded,
    RefusalKind, Rows, UnitId,
};
use luoshi_pack::{Phase, Register};
use luoshi_store::{CompletenessRow, Filter, Order, Page, RegisterRow, StoreError};

use crate::error::AppError;
use crate::ledger::refused;
use crate::reader::Reader;

/// How many events are read at a time.
const PAGE: i64 = 2000;

/// The most events that a past day is made of.
const MOST: i64 = 200_000;

/// The most entries that are looked at as a whole.
pub const MOST_ENTRIES: i64 = 2000;

/// How many events are looked through for one page of a timeline.
const LOOKED: i64 = 500;

/// A version of a plan's text.
#[derive(Clone, Debug)]
pub struct Version {
    /// Counted from 1.
    pub version: u32,
    /// When.
    pub at: Moment,
    /// The file.
    pub source: luoshi_engine::Evidence,
    /// The text that was read from it.
    pub text: luoshi_engine::Hash,
    /// Why, but for the first.
    pub reason: String,
}

/// The tasks of a plan by the units that have them.
#[derive(Clone, Debug, Default)]
pub struct Matrix {
    /// The units, as the organisation lists them.
    pub units: Vec<UnitId>,
    /// The tasks by number of their first entry: entries of one title are one task.
    pub tasks: Vec<(String, BTreeMap<UnitId, Vec<EntryRow>>)>,
    /// Whether there are more tasks than are looked at.
    pub cut: bool,
}

/// Something that happened to a plan or an entry of it.
pub struct Happening {
    /// The envelope.
    pub recorded: Recorded,
    /// What.
    pub event: Event,
    /// The entry as it is now, where it happened to one.
    pub entry: Option<Entry>,
}

impl Reader {
    /// Entries of a plan that the reader sees as they were at a moment, by number.
    ///
    /// # Errors
    ///
    /// The plan has too many events for that, or the store fails.
    pub async fn past(&self, plan: &Plan, at: Moment) -> Result<Vec<EntryRow>, AppError> {
        let row = |entry: &Entry| Rows::without_pack(entry, &self.context.org).entry;
        Ok(self.past_entries(plan, at).await?.iter().map(row).collect())
    }

    async fn past_entries(&self, plan: &Plan, at: Moment) -> Result<Vec<Entry>, AppError> {
        let mut entries: BTreeMap<EntryNo, Entry> = BTreeMap::new();
        let mut after = 0;
        loop {
            let events = self.app().store().events_page(plan.id, after, PAGE).await?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            let over = last.at > at;
            let id = plan.id;
            let folded = tokio::task::spawn_blocking(move || fold(id, entries, &events, at));
            entries = folded.await.map_err(|_| AppError::Closing)??;
            if over {
                break;
            }
            if after >= MOST {
                let sentence = "这一方案的经过太长，不能整体回看；请到具体事项的页面看当天的情况";
                return Err(refused(RefusalKind::Incomplete, sentence));
            }
        }
        let within = self.within(plan);
        let seen = |entry: &Entry| within.as_ref().is_none_or(|units| units.contains(&entry.opening.lead));
        Ok(entries.into_values().filter(seen).collect())
    }

    /// Those of them that a filter asks for, all there are.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn past_of(&self, plan: &Plan, filter: &Filter, at: Moment) -> Result<Vec<EntryRow>, AppError> {
        let mut rows = self.past(plan, at).await?;
        rows.retain(|row| is_wanted(row, filter));
        Ok(rows)
    }

    /// The end of a day that was asked for, where it has passed: from then on what is shown is past.
    pub fn past_end(&self, day: Option<Date>) -> Option<Moment> {
        day.map(Moment::end_of).filter(|moment| *moment < self.now)
    }

    /// Entries of a plan as [`Reader::entries`] lists them, as they are or as they were at a moment.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn entries_at(
        &self,
        plan: &Plan,
        filter: Filter,
        order: Order,
        page: Page,
        at: Option<Moment>,
    ) -> Result<(Vec<EntryRow>, i64), AppError> {
        let Some(at) = at else { return self.entries(plan, filter, order, page).await };
        let mut rows = self.past_of(plan, &filter, at).await?;
        order.sort(&mut rows);
        let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        let (skip, limit) = (usize::try_from(page.skip), usize::try_from(page.limit));
        let rows = rows.into_iter().skip(skip.unwrap_or(0)).take(limit.unwrap_or(0));
        Ok((rows.collect(), total))
    }

    /// The tasks of a plan by the units that have them, as they are or as they were at a moment.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn matrix(&self, plan: &Plan, at: Option<Moment>) -> Result<Matrix, AppError> {
        let register = self.task_register(plan).map(|register| register.key.clone());
        let (mut rows, cut) = self.survey(plan, Filter { register, ..Filter::default() }, at).await?;
        rows.retain(|row| row.phase != Phase::Void);
        let units = self.in_order(rows.iter().map(|row| row.lead));
        let mut tasks: Vec<(String, BTreeMap<UnitId, Vec<EntryRow>>)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            let at = *places.entry(row.title.clone()).or_insert_with(|| {
                tasks.push((row.title.clone(), BTreeMap::new()));
                tasks.len() - 1
            });
            tasks[at].1.entry(row.lead).or_default().push(row);
        }
        Ok(Matrix { units, tasks, cut })
    }

    /// Entries of a plan by number, as they are or as they were at a moment; no more than
    /// [`MOST_ENTRIES`], and whether there are more.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn survey(
        &self,
        plan: &Plan,
        filter: Filter,
        at: Option<Moment>,
    ) -> Result<(Vec<EntryRow>, bool), AppError> {
        let Some(at) = at else {
            let (rows, total) =
                self.entries(plan, filter, Order::Number, Page { skip: 0, limit: MOST_ENTRIES }).await?;
            return Ok((rows, total > MOST_ENTRIES));
        };
        let mut rows = self.past_of(plan, &filter, at).await?;
        let more = rows.len() > usize::try_from(MOST_ENTRIES).unwrap_or(usize::MAX);
        rows.truncate(usize::try_from(MOST_ENTRIES).unwrap_or(usize::MAX));
        Ok((rows, more))
    }

    /// How entries of a plan stand, by unit and register.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn by_register(&self, plan: &Plan, at: Option<Moment>) -> Result<Vec<RegisterRow>, AppError> {
        let Some(at) = at else {
            let sight = self.sight_of(std::slice::from_ref(plan));
            return Ok(self.app().store().registers_of(&sight).await?);
        };
        let mut counted: BTreeMap<_, i64> = BTreeMap::new();
        for row in self.past(plan, at).await?.into_iter().filter(|row| row.phase != Phase::Void) {
            *counted.entry((row.lead, row.register, row.phase as u8, row.light)).or_default() += 1;
        }
        let phase = |at: u8| {
            let all = [Phase::Open, Phase::Submitted, Phase::Done, Phase::Void];
            all.into_iter().find(|phase| *phase as u8 == at).unwrap_or(Phase::Open)
        };
        let row =
            |((unit, register, at, light), n)| RegisterRow { unit, register, phase: phase(at), light, n };
        Ok(counted.into_iter().map(row).collect())
    }

    /// What was expected under duties of a plan for due days from one to another and came, of the units that
    /// the reader sees, now or by a past moment: for each duty the units in order.
    ///
    /// # Errors
    ///
    /// As with [`Reader::past`].
    pub async fn reported(
        &self,
        plan: &Plan,
        duties: &[(&str, Date)],
        to: Date,
        past: Option<Moment>,
    ) -> Result<Vec<Vec<CompletenessRow>>, AppError> {
        if let Some(at) = past {
            let entries = self.past_entries(plan, at).await?;
            return Ok(duties.iter().map(|(duty, from)| counted(&entries, duty, *from, to)).collect());
        }
        let within = self.within(plan);
        let mut all = Vec::with_capacity(duties.len());
        for (duty, from) in duties {
            let mut rows = self.app().store().completeness(plan.id, duty, *from, to).await?;
            rows.retain(|row| within.as_ref().is_none_or(|units| units.contains(&row.unit)));
            all.push(rows);
        }
        Ok(all)
    }

    /// What happened to a plan and the entries of it that the reader sees, the newest first, before an
    /// event and up to a moment; and before which to go on, where there is more. How its text came about is
    /// told to those alone who see its issuer.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn timeline(
        &self,
        plan: &Plan,
        (before, until): (i64, Moment),
        by_hand: bool,
        limit: usize,
    ) -> Result<(Vec<Happening>, Option<i64>), AppError> {
        let events = self.app().store().events_back(plan.id, before, until, LOOKED).await?;
        let full = events.len() == usize::try_from(LOOKED).unwrap_or(0);
        let next = events.last().map(|event| event.seq).filter(|_| full);
        let mut told = Vec::new();
        for recorded in events {
            let event = recorded.event().map_err(StoreError::from)?;
            if !self.sees(plan.issuer) && is_drafting(&event) {
                continue;
            }
            // A light that a step brought with it is no act of its own.
            let lit = matches!(event, Event::Entry(_, EntryEvent::Lit { .. }));
            if !by_hand || !(lit || recorded.actor.is_system()) {
                told.push((recorded, event));
            }
        }
        let mut found: Vec<Happening> = Vec::new();
        for some in told.chunks(limit.max(1)) {
            let nos: BTreeSet<EntryNo> = some.iter().filter_map(|(_, event)| event.entry()).collect();
            let seen = self.app().store().entries(plan.id, nos).await?.into_iter();
            let seen: BTreeMap<EntryNo, Entry> =
                seen.filter(|entry| self.sees_entry(entry)).map(|entry| (entry.no, entry)).collect();
            for (recorded, event) in some {
                let entry = event.entry().map(|no| seen.get(&no).cloned());
                if entry == Some(None) {
                    continue;
                }
                if found.len() == limit {
                    let last = found.last().map(|happening| happening.recorded.seq);
                    return Ok((found, last));
                }
                let (recorded, event) = (recorded.clone(), event.clone());
                found.push(Happening { recorded, event, entry: entry.flatten() });
            }
        }
        Ok((found, next))
    }

    /// The versions of a plan's text, the first first.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn versions(&self, plan: PlanId) -> Result<Vec<Version>, AppError> {
        let mut versions = Vec::new();
        for recorded in self.app().store().events_of(plan, EntryNo(0), None).await? {
            let at = recorded.at;
            match recorded.event().map_err(StoreError::from)? {
                Event::Plan(PlanEvent::Drafted { source, text, .. }) => {
                    versions.push(Version { version: 1, at, source, text, reason: String::new() });
                }
                Event::Plan(PlanEvent::Amended { version, source, text, reason, .. }) => {
                    versions.push(Version { version, at, source, text, reason });
                }
                _ => {}
            }
        }
        Ok(versions)
    }

    /// What the draft of a plan says: its stages are nowhere else.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn draft_of(&self, plan: &Plan) -> Result<Draft, AppError> {
        Ok(self.app().store().draft(plan.id).await?.unwrap_or_default())
    }

    /// The register of a plan's tasks.
    pub fn task_register(&self, plan: &Plan) -> Option<&Register> {
        let pack = self.pack(plan).ok()?;
        pack.find_register(&pack.tasks)
    }

    /// Units of a list of entries, as the organisation lists them.
    pub fn in_order(&self, units: impl IntoIterator<Item = UnitId>) -> Vec<UnitId> {
        let units: BTreeSet<_> = units.into_iter().collect();
        let mut units: Vec<_> = units.into_iter().collect();
        let place = |unit: &UnitId| {
            let mut line = self.context.org.line(*unit);
            line.reverse();
            let sort = |unit: &UnitId| {
                let sort = self.context.org.unit(*unit).map_or(0, |unit| unit.sort);
                (sort == 0, sort, *unit)
            };
            line.iter().map(sort).collect::<Vec<_>>()
        };
        units.sort_by_cached_key(place);
        units
    }
}

/// Entries with what happened next, up to a moment. Not on a thread that serves others.
fn fold(
    plan: PlanId,
    mut entries: BTreeMap<EntryNo, Entry>,
    events: &[Recorded],
    at: Moment,
) -> Result<BTreeMap<EntryNo, Entry>, StoreError> {
    for recorded in events.iter().take_while(|recorded| recorded.at <= at) {
        let Event::Entry(no, event) = recorded.event()? else { continue };
        match entries.get_mut(&no) {
            Some(entry) => entry.apply(recorded.actor.person, recorded.at, recorded.seq, &event),
            None => {
                let opened = Entry::open(plan, no, recorded.at, recorded.seq, &event);
                entries.extend(opened.map(|entry| (no, entry)));
            }
        }
    }
    Ok(entries)
}

/// What was expected under a duty and came, by unit, of entries in memory.
fn counted(entries: &[Entry], duty: &str, from: Date, to: Date) -> Vec<CompletenessRow> {
    let mut rows: BTreeMap<UnitId, CompletenessRow> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.phase != Phase::Void) {
        let Some(expected) = entry.opening.expected.as_ref().filter(|expected| expected.duty == duty) else {
            continue;
        };
        if expected.period < from || expected.period > to {
            continue;
        }
        let unit = entry.opening.lead;
        let none = CompletenessRow { unit, expected: 0, received: 0, on_time: 0, nil: 0 };
        let row = rows.entry(unit).or_insert(none);
        row.expected += 1;
        row.received += i64::from(entry.on_time().is_some());
        row.on_time += i64::from(entry.on_time() == Some(true));
        row.nil += i64::from(entry.nil);
    }
    rows.into_values().collect()
}

/// Whether an entry is among those of a filter.
fn is_wanted(row: &EntryRow, filter: &Filter) -> bool {
    let same = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|wanted| wanted == is);
    same(&filter.register, &row.register)
        && same(&filter.state, &row.state)
        && filter.phase.is_none_or(|phase| phase == row.phase)
        && filter.lead.is_none_or(|lead| lead == row.lead)
        && filter.within.as_ref().is_none_or(|units| units.contains(&row.lead))
        && filter.light.as_ref().is_none_or(|light| Some(light) == row.light.as_ref())
        && filter.due.is_none_or(|(from, until)| row.due.is_some_and(|due| (from..until).contains(&due)))
        && filter.words.as_ref().is_none_or(|words| format!("{} {}", row.number, row.title).contains(words))
}

/// Whether an event belongs to the making of a plan.
fn is_drafting(event: &Event) -> bool {
    use PlanEvent::{Drafted, ItemAdded, ItemDecided};
    matches!(event, Event::Plan(Drafted { .. } | ItemAdded { .. } | ItemDecided { .. }))
}
