//! A small county for stories: units in a tree, entries made and moved by events, and the lines that
//! the tables show of them. No pack is needed: the store takes what it is told.

use std::collections::BTreeMap;

use jiff::civil::date;
use luoshi_engine::{
    Actor, Entry, EntryEvent, EntryNo, EntryRow, Event, Expected, Hash, Head, Moment, Opening, OrgEvent,
    PersonId, Plan, PlanId, PostId, Recorded, Rows, StepBody, UnitId,
};
use luoshi_pack::{Phase, Role};

use crate::{CommandRow, Maker, Store, StoreError, Work};

/// The county is 1, townships are 2 to 9, villages of township t are t*10 and up.
pub(crate) fn line(unit: UnitId) -> Vec<UnitId> {
    match unit.0 {
        1 => vec![UnitId(1)],
        2..=9 => vec![unit, UnitId(1)],
        village => vec![unit, UnitId(village / 10), UnitId(1)],
    }
}

/// What the tables show of an entry.
pub(crate) fn rows(entry: &Entry) -> Rows {
    let over = matches!(entry.phase, Phase::Done | Phase::Void);
    let desk = match entry.phase {
        Phase::Open => vec![(entry.opening.lead, Role::Handler)],
        Phase::Submitted => vec![(entry.opening.issuer, Role::Inspector)],
        Phase::Done | Phase::Void => Vec::new(),
    };
    let row = EntryRow {
        plan: entry.plan,
        no: entry.no,
        register: entry.opening.register.clone(),
        number: entry.opening.number.clone(),
        title: entry.opening.title.clone(),
        lead: entry.opening.lead,
        state: entry.state.clone(),
        phase: entry.phase,
        due: entry.opening.due,
        light: entry.light.clone(),
        duty: entry.opening.expected.as_ref().map(|expected| expected.duty.clone()),
        period: entry.opening.expected.as_ref().map(|expected| expected.period),
        on_time: entry.on_time(),
        unique: entry.opening.fields.get("code").map(|value| value.plain()),
        body: serde_json::to_string(entry).unwrap(),
    };
    Rows {
        entry: row,
        scope: if over { Vec::new() } else { line(entry.opening.lead) },
        desk,
        asked: entry.asked(),
        sought: entry.sought(None),
        files: entry.files(),
    }
}

/// A morning of June.
pub(crate) fn june(day: i8) -> Moment {
    Moment::at(date(2026, 6, day), jiff::civil::time(9, 0, 0, 0))
}

/// A task for a unit that is due at the end of a day of June.
pub(crate) fn task(lead: i64, due: i8) -> EntryEvent {
    EntryEvent::Opened(Box::new(Opening {
        register: String::from("task"),
        number: String::new(),
        title: format!("单位{lead}的任务"),
        state: String::from("doing"),
        phase: Phase::Open,
        lead: UnitId(lead),
        supports: Vec::new(),
        above: None,
        issuer: UnitId(1),
        due: Some(Moment::end_of(date(2026, 6, due))),
        item: None,
        span: None,
        version: 1,
        fields: BTreeMap::new(),
        follows: None,
        by: None,
        expected: None,
        light: Some(String::from("green")),
    }))
}

/// A report that is expected of a unit for a day of June.
pub(crate) fn report(lead: i64, day: i8) -> EntryEvent {
    let EntryEvent::Opened(mut opening) = task(lead, day) else { unreachable!() };
    let on_time = Moment::end_of(date(2026, 6, day));
    opening.expected = Some(Expected { duty: String::from("weekly"), period: date(2026, 6, day), on_time });
    EntryEvent::Opened(opening)
}

/// A step into a state.
pub(crate) fn step(to: &str, phase: Phase) -> EntryEvent {
    EntryEvent::Stepped {
        step: format!("to-{to}"),
        by: None,
        to: to.to_owned(),
        phase,
        stopped: false,
        due: None,
        lead: None,
        effect: None,
        body: Box::new(StepBody::default()),
    }
}

/// Somebody.
pub(crate) fn actor() -> Actor {
    Actor { person: PersonId(7), post: PostId(70), address: String::from("10.0.0.7") }
}

/// Does things to entries of a plan, all in one work, as the application would.
pub(crate) async fn act(
    work: &mut Work,
    plan: PlanId,
    key: &str,
    at: Moment,
    acts: &[(i64, EntryEvent)],
) -> Result<(), StoreError> {
    let mut head: Head = work.heads(&[plan]).await?[&plan];
    let wanted: Vec<_> = acts.iter().map(|(no, _)| (plan, EntryNo(*no))).collect();
    let mut entries = work.entries(&wanted).await?;
    let mut events = Vec::new();
    for (no, event) in acts {
        let no = EntryNo(*no);
        let recorded = Recorded::new(&head, plan, at, &actor(), key, &Event::Entry(no, event.clone()));
        head = recorded.head();
        match entries.get_mut(&(plan, no)) {
            Some(entry) => entry.apply(actor().person, recorded.at, recorded.seq, event),
            None => {
                let entry = Entry::open(plan, no, recorded.at, recorded.seq, event).unwrap();
                entries.insert((plan, no), entry);
            }
        }
        events.push(recorded);
    }
    work.append(&events).await?;
    let lines: Vec<Rows> = entries.values().map(rows).collect();
    work.put_entries(&lines).await?;
    let timers: Vec<_> = entries.values().map(|entry| (plan, entry.no, wakes(entry))).collect();
    work.put_timers(&timers).await?;
    let command: Vec<CommandRow> = carried_out(key, &events).into_iter().collect();
    work.put_commands(&command).await
}

/// The row of the command that gave these events.
pub(crate) fn carried_out(key: &str, events: &[Recorded]) -> Option<CommandRow> {
    let (first, last) = (events.first()?, events.last()?);
    let opened = events.iter().filter(|event| event.body.contains("\"opened\":")).count();
    Some(CommandRow {
        key: key.to_owned(),
        digest: Hash::of(key.as_bytes()),
        chain: first.chain,
        first: first.seq,
        last: last.seq,
        at: first.at,
        outcome: told(events.len(), opened),
    })
}

/// What the sender of a command is told.
fn told(events: usize, opened: usize) -> String {
    format!("{events}件，新开{opened}件")
}

fn wakes(entry: &Entry) -> Option<Moment> {
    entry.opening.due.filter(|_| entry.phase == Phase::Open)
}

/// A new plan with these things done in it, committed.
pub(crate) async fn plan_with(store: &Store, at: Moment, acts: &[(i64, EntryEvent)]) -> PlanId {
    let mut work = store.begin().await.unwrap();
    let plan = work.new_plan().await.unwrap();
    act(&mut work, plan, &format!("make-{plan}"), at, acts).await.unwrap();
    work.commit().await.unwrap();
    plan
}

/// Makes tables as this county has them.
pub(crate) struct County;

impl Maker for County {
    fn organisation(&mut self, _: &OrgEvent) {}

    fn rows(&self, _: &Plan, entry: &Entry) -> Rows {
        rows(entry)
    }

    fn wakes(&self, _: &Plan, entry: &Entry, _: Moment) -> Option<Moment> {
        wakes(entry)
    }

    fn duties_wake(&self, _: &Plan, _: Moment) -> Option<Moment> {
        Some(june(30))
    }

    fn outcome(&self, _: PlanId, events: i64, opened: &[EntryNo]) -> String {
        told(usize::try_from(events).unwrap_or(0), opened.len())
    }
}
