//! Lists, verifying and rebuilding over many entries: `cargo bench -p luoshi-store -- 10000 100000`.
//!
//! `--postgres` after the numbers for PostgreSQL; without numbers ten thousand entries on SQLite.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::civil::date;
use luoshi_engine::{
    Actor, Entry, EntryEvent, EntryNo, EntryRow, Event, Expected, Moment, Opening, OrgEvent, PersonId, Plan,
    PlanId, PostId, Progress, Recorded, Rows, StepBody, UnitId,
};
use luoshi_pack::{Phase, Role};
use luoshi_store::{AttachmentRow, CommandRow, Maker, Options, Page, Store, Story, Target};
use luoshi_testkit::{Place, Postgres};

/// Entries of a plan; units are one county, 20 townships, 400 villages.
const A_PLAN: i64 = 10_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let postgres = args.iter().any(|arg| arg == "--postgres");
    let mut counts: Vec<i64> = args.iter().filter_map(|arg| arg.parse().ok()).collect();
    if counts.is_empty() {
        counts.push(10_000);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    for count in counts {
        runtime.block_on(measure(count, postgres));
    }
}

async fn measure(count: i64, postgres: bool) {
    // A server that writes through to the disk, unlike that of the tests.
    let server = postgres.then(|| Postgres::start("-c max_connections=100 -c shared_buffers=256MB"));
    let place = server.as_ref().map_or_else(Place::folder, |server| {
        Place::Database(server.database(), tempfile::tempdir().unwrap())
    });
    println!("-- {count} entries on {}", place.kind());
    let store = Store::open(&Target::parse(&place.address()), &Options::default()).await.unwrap();
    let start = Instant::now();
    let mut written = 0;
    for plan in 0..(count / A_PLAN).max(1) {
        let mut work = store.begin().await.unwrap();
        let id = work.new_plan().await.unwrap();
        work.commit().await.unwrap();
        let stories = (1..=A_PLAN.min(count)).map(|no| story(no + plan));
        written += store.bulk_load(id, &actor(), stories, rows).await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("bulk load          {:>9.0} events/s ({written} in {seconds:.1} s)", written as f64 / seconds);
    reads(&store).await;
    commands(&store).await;

    let start = Instant::now();
    let report = store.verify(Bench, &[], async |_: &AttachmentRow| None).await.unwrap();
    assert!(report.sound(), "{report}");
    let seconds = start.elapsed().as_secs_f64();
    println!("verify             {:>9.0} events/s ({seconds:.1} s)", report.events as f64 / seconds);
    let start = Instant::now();
    let rebuilt = store.rebuild(Bench).await.unwrap();
    let seconds = start.elapsed().as_secs_f64();
    println!("rebuild            {:>9.0} entries/s ({seconds:.1} s)", rebuilt.entries as f64 / seconds);
    println!("peak memory        {:>9.0} MB", peak_megabytes());
    store.close().await;
}

/// The reads behind pages.
async fn reads(store: &Store) {
    let now = Moment::end_of(date(2026, 6, 20));
    let (county, town) = (UnitId(1), UnitId(2));
    let posts = [(UnitId(100), Role::Handler), (town, Role::Leader), (county, Role::Inspector)];
    let first = Page::number(1, 25);
    let far = Page::number(100, 25);
    time("overdue, county, p1", async || store.list_overdue(county, now, first).await.unwrap().len()).await;
    time("overdue, county, p100", async || store.list_overdue(county, now, far).await.unwrap().len()).await;
    time("overdue, town, p1", async || store.list_overdue(town, now, first).await.unwrap().len()).await;
    time("desk, 3 posts, p1", async || store.desk(&posts, first).await.unwrap().len()).await;
    time("matrix, 21 units", async || {
        store.matrix(&(22..43).map(UnitId).collect::<Vec<_>>()).await.unwrap().len()
    })
    .await;
    time("completeness", async || {
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
        store.completeness(PlanId(1), "weekly", from, to).await.unwrap().len()
    })
    .await;
    time("events of an entry", async || store.events_of(PlanId(1), EntryNo(77), None).await.unwrap().len())
        .await;
}

async fn time(name: &str, mut read: impl AsyncFnMut() -> usize) {
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..50 {
        let start = Instant::now();
        rows = read().await;
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    println!("{name:<22} {:>8.3} ms ({rows} rows)", times[25] * 1e3);
}

/// Commands of one step each, so many in a transaction; beside it the bare transaction of two rows.
async fn commands(store: &Store) {
    let mut no = 0;
    for together in [1, 8, 64] {
        let rounds = 400 / together + 10;
        let start = Instant::now();
        for round in 0..rounds {
            let keys: Vec<String> = (0..together).map(|at| format!("c{together}-{round}-{at}")).collect();
            let mut work = store.begin().await.unwrap();
            let plan = PlanId(1);
            let mut head = work.heads(&[plan]).await.unwrap()[&plan];
            work.commands(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await.unwrap();
            let wanted: Vec<_> = (0..together).map(|at| (plan, EntryNo(1 + (no + at) % 9000))).collect();
            no += together;
            let mut entries = work.entries(&wanted).await.unwrap();
            let (mut events, mut done) = (Vec::new(), Vec::new());
            for (key, at) in keys.iter().zip(&wanted) {
                let event = step("doing", Phase::Open);
                let moment = Moment::end_of(date(2026, 6, 21));
                let recorded =
                    Recorded::new(&head, plan, moment, &actor(), key, &Event::Entry(at.1, event.clone()));
                head = recorded.head();
                entries.get_mut(at).unwrap().apply(actor().person, recorded.at, recorded.seq, &event);
                done.push(CommandRow {
                    key: key.clone(),
                    digest: recorded.hash,
                    chain: plan,
                    first: head.seq,
                    last: head.seq,
                    at: moment,
                    outcome: String::from("{}"),
                });
                events.push(recorded);
            }
            work.append(&events).await.unwrap();
            work.put_entries(&entries.values().map(rows).collect::<Vec<_>>()).await.unwrap();
            work.put_commands(&done).await.unwrap();
            work.commit().await.unwrap();
        }
        let count = f64::from(i32::try_from(rounds * together).unwrap());
        println!("commands, {together:>2} a work  {:>9.0} /s", count / start.elapsed().as_secs_f64());
    }
    let start = Instant::now();
    for round in 0..400 {
        let mut work = store.begin().await.unwrap();
        let timers = [
            (PlanId(1), EntryNo(round), Some(Moment(round))),
            (PlanId(1), EntryNo(round + 1), Some(Moment(1))),
        ];
        work.put_timers(&timers).await.unwrap();
        work.commit().await.unwrap();
    }
    println!("bare, two rows       {:>9.0} /s", 400.0 / start.elapsed().as_secs_f64());
    let mut work = store.begin().await.unwrap();
    work.put_timers(&(0..401).map(|no| (PlanId(1), EntryNo(no), None)).collect::<Vec<_>>()).await.unwrap();
    work.commit().await.unwrap();
}

fn actor() -> Actor {
    Actor { person: PersonId(7), post: PostId(70), address: String::from("10.0.0.7") }
}

/// An entry with its three events: two thirds open, some handed in, a fifth done.
fn story(no: i64) -> Story {
    let unit = UnitId(22 + no % 400);
    let day = date(2026, 6, i8::try_from(1 + no % 28).unwrap());
    let due = Moment::end_of(day);
    let opening = Opening {
        register: String::from("task"),
        number: format!("RW-{no:06}"),
        title: format!("按月排查辖区隐患并报送整改情况（第{no}项）"),
        state: String::from("assigned"),
        phase: Phase::Open,
        lead: unit,
        supports: vec![UnitId(2 + no % 20)],
        above: Some(UnitId(2 + no % 20)),
        issuer: UnitId(1),
        due: Some(due),
        item: None,
        span: None,
        version: 1,
        fields: BTreeMap::new(),
        expected: (no % 2 == 0).then(|| Expected { duty: String::from("weekly"), period: day, on_time: due }),
        light: Some(String::from("green")),
    };
    let last = match no % 5 {
        0 => step("closed", Phase::Done),
        1 => step("sent", Phase::Submitted),
        _ => step("doing", Phase::Open),
    };
    let at = |day: i8| Moment::start_of(date(2026, 5, day));
    let events = vec![
        (at(1), EntryEvent::Opened(Box::new(opening))),
        (at(2), step("acknowledged", Phase::Open)),
        (at(3), last),
    ];
    // Numbers of entries begin anew in each plan.
    (EntryNo((no - 1) % A_PLAN + 1), events)
}

fn step(to: &str, phase: Phase) -> EntryEvent {
    let note = String::from("已组织人员现场核查，形成问题清单，正在逐项整改");
    let progress = Some(Progress { planned: 50.0, actual: 45.0 });
    EntryEvent::Stepped {
        step: format!("to-{to}"),
        by: Some(UnitId(22)),
        to: to.to_owned(),
        phase,
        stopped: false,
        due: None,
        lead: None,
        effect: None,
        body: Box::new(StepBody { note, progress, ..StepBody::default() }),
    }
}

fn rows(entry: &Entry) -> Rows {
    let opening = &entry.opening;
    let over = matches!(entry.phase, Phase::Done | Phase::Void);
    let desk = match entry.phase {
        Phase::Open => vec![(opening.lead, Role::Handler)],
        Phase::Submitted => vec![(UnitId(1), Role::Inspector)],
        Phase::Done | Phase::Void => Vec::new(),
    };
    let row = EntryRow {
        plan: entry.plan,
        no: entry.no,
        register: opening.register.clone(),
        number: opening.number.clone(),
        title: opening.title.clone(),
        lead: opening.lead,
        state: entry.state.clone(),
        phase: entry.phase,
        due: opening.due,
        light: entry.light.clone(),
        duty: opening.expected.as_ref().map(|expected| expected.duty.clone()),
        period: opening.expected.as_ref().map(|expected| expected.period),
        on_time: entry.on_time(),
        unique: None,
        body: serde_json::to_string(entry).unwrap(),
    };
    let line = vec![opening.lead, UnitId(2 + opening.lead.0 % 20), UnitId(1)];
    Rows { entry: row, scope: if over { Vec::new() } else { line }, desk }
}

struct Bench;

impl Maker for Bench {
    fn organisation(&mut self, _: &OrgEvent) {}

    fn rows(&self, _: &Plan, entry: &Entry) -> Rows {
        rows(entry)
    }

    fn wakes(&self, _: &Plan, _: &Entry) -> Option<Moment> {
        None
    }

    fn duties_wake(&self, _: &Plan) -> Option<Moment> {
        None
    }
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
