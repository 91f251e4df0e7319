//! Whatever people try in whatever order, what must always hold holds.

mod common;

use common::{ISSUER, Ledger, TOWN, who};
use jiff::ToSpan;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{
    Command, EntryEvent, EntryNo, Event, Evidence, FieldValue, Hash, Head, Moment, Opening, PlanEvent,
    PlanId, Progress, Recorded, StepBody, TakeStep, UnitId, World,
};
use luoshi_pack::{Effect, Field, FieldKind, Library, Pack, Phase, Register, Role};
use proptest::prelude::*;

/// One attempt: which step of the flow, by whom, with what, and how many hours later.
#[derive(Clone, Debug)]
struct Attempt {
    /// By somebody who may, as far as state and side go; otherwise by anybody.
    fitting: bool,
    entry: i64,
    step: usize,
    role: usize,
    unit: i64,
    note: bool,
    evidence: bool,
    progress: Option<(f64, f64)>,
    due: Option<u8>,
    hours: i64,
}

prop_compose! {
    fn attempt()(
        fitting in proptest::bool::weighted(0.8), entry in 1_i64..4, step in 0_usize..40, role in 0_usize..6, unit in 1_i64..6, note: bool, evidence: bool,
        progress in proptest::option::of((0.0_f64..120.0, 0.0_f64..120.0)), due in proptest::option::of(0_u8..90),
        hours in 0_i64..200,
    ) -> Attempt {
        Attempt { fitting, entry, step, role, unit, note, evidence, progress, due, hours }
    }
}

/// A running plan with three entries of a register of its pack.
fn running(pack: &str, register: usize) -> Ledger {
    let today = date(2026, 3, 2);
    let mut ledger = Ledger::new(pack, today);
    let text = Hash::of(b"text");
    let source = Evidence { hash: text, name: "方案.txt".into(), size: 1 };
    let events = [
        PlanEvent::Drafted {
            title: "方案".into(),
            issuer: ISSUER,
            dated: today,
            source,
            text,
            items: Vec::new(),
        },
        PlanEvent::Issued {
            number: "1".into(),
            pack: ledger.pack.name.clone(),
            version: ledger.pack.version,
            approver: who(Role::Leader, ISSUER).person,
            end: date(2026, 12, 31),
            duties: ledger.pack.duties.clone(),
            parties: vec![TOWN],
        },
    ];
    for event in events {
        record(&mut ledger, &Event::Plan(event));
    }
    let register = ledger.pack.registers[register % ledger.pack.registers.len()].clone();
    for (no, lead) in (1..).zip([2, 4, 5]) {
        let opening = opening(&ledger, &register, no, UnitId(lead));
        record(&mut ledger, &Event::Entry(EntryNo(no), EntryEvent::Opened(Box::new(opening))));
    }
    ledger
}

/// An entry as it is opened, with something in every field.
fn opening(ledger: &Ledger, register: &Register, no: i64, lead: UnitId) -> Opening {
    let state = register.flow.find_state(&register.flow.start).expect("a flow has a start");
    let mut opening = Opening {
        register: register.key.clone(),
        number: no.to_string(),
        title: "完成排查".into(),
        state: state.key.clone(),
        phase: state.phase,
        lead,
        supports: vec![UnitId(3)],
        above: ledger.org.unit(lead).and_then(luoshi_engine::Unit::parent),
        issuer: ISSUER,
        due: Some(Moment::end_of(date(2026, 5, 31))),
        item: None,
        span: None,
        version: 1,
        fields: filled(register.fields.iter()),
        expected: None,
        follows: None,
        by: None,
        light: None,
    };
    let world = World { org: &ledger.org, pack: &ledger.pack, calendar: &ledger.calendar, now: ledger.now };
    let event = EntryEvent::Opened(Box::new(opening.clone()));
    let entry = luoshi_engine::Entry::open(PlanId(1), EntryNo(no), ledger.now, 0, &event);
    opening.light = entry.and_then(|entry| world.light(&entry)).map(|shining| shining.light);
    opening
}

fn filled<'f>(fields: impl Iterator<Item = &'f Field>) -> BTreeMap<String, FieldValue> {
    let some = |field: &Field| match field.kind {
        FieldKind::Text | FieldKind::Person | FieldKind::Place => FieldValue::Text("某处".into()),
        FieldKind::Number => FieldValue::Number(field.min.unwrap_or(1.0)),
        FieldKind::Money => FieldValue::Money(10_000),
        FieldKind::Date => FieldValue::Date(date(2026, 3, 2)),
        FieldKind::Choice => FieldValue::Text(field.choices.last().cloned().unwrap_or_default()),
        FieldKind::Unit => FieldValue::Unit(TOWN),
        FieldKind::File => FieldValue::File(Hash::of(b"file")),
        FieldKind::Reference => FieldValue::Reference(EntryNo(1)),
    };
    fields.map(|field| (field.key.clone(), some(field))).collect()
}

/// The register that a test walks.
fn walked(ledger: &Ledger) -> &Register {
    let key = &ledger.known.entries[&EntryNo(1)].opening.register;
    ledger.pack.find_register(key).expect("a register of the pack")
}

fn record(ledger: &mut Ledger, event: &Event) {
    let head = ledger.chain.last().map_or(Head::default(), Recorded::head);
    let recorded = Recorded::new(&head, PlanId(1), ledger.now, &who(Role::Inspector, ISSUER), "", event);
    ledger.known.apply(PlanId(1), recorded.actor.person, recorded.at, recorded.seq, event);
    ledger.chain.push(recorded);
}

fn try_one(ledger: &mut Ledger, attempt: &Attempt) {
    ledger.now = ledger.now.plus(attempt.hours * 3_600_000);
    let register = walked(ledger).clone();
    let steps = &register.flow.steps;
    let entry = &ledger.known.entries[&EntryNo(attempt.entry)];
    let open: Vec<_> =
        steps.iter().filter(|step| !attempt.fitting || step.from.contains(&entry.state)).collect();
    let Some(step) = open.get(attempt.step % open.len().max(1)) else {
        ledger.tick();
        return;
    };
    let takes = |effects: &[Effect]| step.effect.is_some_and(|effect| effects.contains(&effect));
    let fits = step.who.get(attempt.role % step.who.len().max(1)).filter(|_| attempt.fitting);
    let actor = match fits.map(|fits| entry.told(*fits)).as_deref() {
        Some([(unit, role), ..]) => who(*role, *unit),
        _ => who(Role::ALL[attempt.role].0, UnitId(attempt.unit)),
    };
    let due = attempt.due.map(|days| {
        let day = ledger.now.date().checked_add(i64::from(days).days()).expect("it goes through");
        Moment::end_of(day)
    });
    let body = StepBody {
        note: if attempt.note { "情况说明".into() } else { String::new() },
        evidence: if attempt.evidence {
            vec![Evidence { hash: Hash::of(b"a"), name: "a.jpg".into(), size: 1 }]
        } else {
            Vec::new()
        },
        progress: attempt
            .progress
            .filter(|_| takes(&[Effect::Progress]))
            .map(|(planned, actual)| Progress { planned, actual }),
        due: due.filter(|_| takes(&[Effect::AskExtension, Effect::Extend, Effect::Reopen])),
        unit: takes(&[Effect::Transfer]).then_some(UnitId(2)),
        fields: filled(register.fields.iter().filter(|field| step.needs.contains(&field.key))),
    };
    let step = TakeStep { step: step.key.clone(), body, seen: None };
    let before = ledger.known.clone();
    let concerned = concerned(entry);
    let unit = ledger.org.posts[&actor.post].unit;
    let refused =
        ledger.run(&actor, &Command::Step { entry: EntryNo(attempt.entry), step: Box::new(step) }).is_err();
    if refused {
        assert_eq!(ledger.known, before, "a refusal changes nothing");
    } else {
        assert!(concerned.contains(&unit), "{unit} has nothing to do with the entry");
    }
    ledger.tick();
}

/// The units that an entry concerns: nobody of any other one takes a step of it.
fn concerned(entry: &luoshi_engine::Entry) -> BTreeSet<UnitId> {
    let opening = &entry.opening;
    [opening.lead, opening.issuer].into_iter().chain(opening.above).chain(opening.supports.clone()).collect()
}

/// Whether an entry began again, which may give it a time of its own.
fn reopened(ledger: &Ledger, register: &Register, no: EntryNo) -> bool {
    let begins_again = |key: &str| {
        register.flow.steps.iter().any(|step| step.key == key && step.effect == Some(Effect::Reopen))
    };
    let stepped = |recorded: &Recorded| match recorded.event() {
        Ok(Event::Entry(of, EntryEvent::Stepped { step, .. })) => of == no && begins_again(&step),
        _ => false,
    };
    ledger.chain.iter().any(stepped)
}

/// States are of the flow, another hand was another's, clocks and counts agree with themselves.
fn holds(ledger: &Ledger) {
    let register = walked(ledger);
    for entry in ledger.known.entries.values().filter(|entry| entry.opening.register == register.key) {
        let state = register.flow.find_state(&entry.state).expect("a state of the flow");
        assert_eq!(state.phase, entry.phase);
        assert_eq!(state.stopped, entry.is_stopped());
        assert!(entry.stops.iter().all(|(from, to)| to.is_none_or(|to| *from <= to)));
        let again = reopened(ledger, register, entry.no);
        assert!(
            again || entry.opening.due >= entry.first_due,
            "a deadline is earlier that did not begin again"
        );
        if matches!(entry.phase, Phase::Done | Phase::Void) {
            assert_eq!(entry.light, None, "no light shines over what is done");
        }
        let mut rungs = entry.rungs.clone();
        rungs.dedup();
        assert_eq!(rungs, entry.rungs, "no rung is reached twice for one due time");
    }
    let numbers = ledger.known.entries.values().map(|entry| (&entry.opening.register, &entry.opening.number));
    assert_eq!(
        numbers.collect::<BTreeSet<_>>().len(),
        ledger.known.entries.len(),
        "no number is given twice"
    );
    assert_eq!(
        ledger.known.plan.entries,
        i64::try_from(ledger.known.entries.len()).expect("it goes through")
    );
}

proptest! {
    // Failures are shown whole; a file of seeds beside the test would say nothing more.
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_steps_keeps_the_invariants(
        pack in 0_usize..4, register in 0_usize..4, attempts in proptest::collection::vec(attempt(), 1..60),
    ) {
        let packs = ["task", "hazard", "recruit", "campaign"];
        let mut ledger = running(packs[pack], register);
        for attempt in &attempts {
            try_one(&mut ledger, attempt);
            holds(&ledger);
        }
        prop_assert_eq!(&ledger.rebuilt(), &ledger.known, "apply(decide) = rebuild");
        // The chain holds: every hash is that of its line and of the one before.
        let mut prev = Hash::default();
        for (recorded, seq) in ledger.chain.iter().zip(1..) {
            prop_assert_eq!(recorded.seq, seq);
            prop_assert_eq!(recorded.prev, prev);
            prop_assert_eq!(recorded.hash, Hash::of(recorded.line().as_bytes()));
            prev = recorded.hash;
        }
        // Any past moment gives what was true then: folding up to it gives the entry as it was.
        let world = World { org: &ledger.org, pack: &ledger.pack, calendar: &ledger.calendar, now: ledger.now };
        for entry in ledger.known.entries.values() {
            let wakes = world.wakes(entry);
            prop_assert!(wakes.is_none_or(|at| at > ledger.now), "what was due was done: {wakes:?} {} {entry:?}", ledger.now);
        }
    }
}

#[test]
fn every_register_of_every_built_in_pack_can_be_run() {
    let first = |pack: &Pack, at: usize| {
        let mut ledger = running(&pack.name, at);
        let register = walked(&ledger).clone();
        let taken = (0..register.flow.steps.len()).any(|step| {
            let attempt = Attempt {
                fitting: true,
                entry: 1,
                step,
                role: 0,
                unit: 1,
                note: true,
                evidence: true,
                progress: Some((50.0, 50.0)),
                due: Some(60),
                hours: 1,
            };
            let before = ledger.known.entries[&EntryNo(1)].seq;
            try_one(&mut ledger, &attempt);
            ledger.known.entries[&EntryNo(1)].seq > before
        });
        assert!(taken, "{} {}", pack.name, register.key);
    };
    for pack in Library::built_in().packs() {
        (0..pack.registers.len()).for_each(|at| first(pack, at));
    }
}
