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
use luoshi_store::{AttachmentRow, CommandRow, Filter, Maker, Options, Page, Store, Story, Target};
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
    let mut growth = Growth::new();
    for count in counts {
        runtime.block_on(measure(count, postgres, &mut growth));
    }
}

/// What each read took with the first number of entries, in milliseconds, and how many rows it gave.
type Growth = BTreeMap<&'static str, (f64, usize)>;

async fn measure(count: i64, postgres: bool, growth: &mut Growth) {
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
    peak_again();
    // Who only reads remembers nothing, so that every read is a read.
    let reading = Options { read_only: true, ..Options::default() };
    let reader = Store::open(&Target::parse(&place.address()), &reading).await.unwrap();
    reads(&reader, growth).await;
    reader.close().await;
    commands(&store).await;
    println!("peak while serving {:>9.0} MB", peak_megabytes());
    peak_again();

    let (start, computed) = (Instant::now(), processor_seconds());
    let report = store.verify(Bench, &[], async |_: &AttachmentRow| None).await.unwrap();
    assert!(report.sound(), "{report}");
    let seconds = start.elapsed().as_secs_f64();
    let rate = report.events as f64 / seconds;
    let (computed, peak) = (processor_seconds() - computed, peak_megabytes());
    println!(
        "verify             {rate:>9.0} events/s ({seconds:.1} s, {computed:.1} s of processors, peak {peak:.0} MB)"
    );
    peak_again();
    let start = Instant::now();
    let rebuilt = store.rebuild(Bench).await.unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let rate = rebuilt.entries as f64 / seconds;
    println!("rebuild            {rate:>9.0} entries/s ({seconds:.1} s, peak {:.0} MB)", peak_megabytes());
    store.close().await;
}

/// The reads behind pages.
async fn reads(store: &Store, growth: &mut Growth) {
    let now = Moment::end_of(date(2026, 6, 20));
    let (county, town) = (UnitId(1), UnitId(2));
    let posts = [(UnitId(100), Role::Handler), (town, Role::Leader), (county, Role::Inspector)];
    let units: Vec<UnitId> = (22..43).map(UnitId).collect();
    let done = Filter { state: Some(String::from("closed")), ..Filter::default() };
    let (first, far) = (Page::number(1, 25), Page::number(100, 25));
    let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
    let one = PlanId(1);
    time(growth, "overdue, county, p1", async || store.list_overdue(county, now, first).await.unwrap().len())
        .await;
    time(growth, "overdue, county, p100", async || store.list_overdue(county, now, far).await.unwrap().len())
        .await;
    time(growth, "overdue, town, p1", async || store.list_overdue(town, now, first).await.unwrap().len())
        .await;
    time(growth, "desk, 3 posts, p1", async || store.desk(&posts, first).await.unwrap().len()).await;
    time(growth, "of a plan, closed, p1", async || {
        store.find_entries(one, &done, first).await.unwrap().len()
    })
    .await;
    time(growth, "of a plan, closed, p50", async || {
        store.find_entries(one, &done, Page::number(50, 25)).await.unwrap().len()
    })
    .await;
    time(growth, "matrix, 21 units", async || store.matrix(&units).await.unwrap().len()).await;
    time(growth, "matrix of a plan", async || store.matrix_of_plans(&[one]).await.unwrap().len()).await;
    time(growth, "completeness", async || store.completeness(one, "weekly", from, to).await.unwrap().len())
        .await;
    time(growth, "events of an entry", async || store.events_of(one, EntryNo(77), None).await.unwrap().len())
        .await;
}

/// The median of many times, and how much it grew since the first number of entries. The matrix of units
/// has a row for each of their plans: there the rows grow as well.
async fn time(growth: &mut Growth, name: &'static str, mut read: impl AsyncFnMut() -> usize) {
    let mut times = Vec::new();
    let mut rows = 0;
    for _ in 0..50 {
        let start = Instant::now();
        rows = read().await;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let median = times[25];
    let (before, rows_before) = *growth.entry(name).or_insert((median, rows));
    let grown = if rows_before == rows { String::new() } else { format!(", of rows {rows_before}") };
    println!("{name:<22} {median:>8.3} ms ({rows} rows{grown}), x {:.2}", median / before);
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
        follows: None,
        by: None,
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
    Rows {
        entry: row,
        scope: if over { Vec::new() } else { line },
        desk,
        asked: entry.asked(),
        sought: entry.sought(None),
        files: entry.files(),
    }
}

struct Bench;

impl Maker for Bench {
    fn organisation(&mut self, _: &OrgEvent) {}

    fn rows(&self, _: &Plan, entry: &Entry) -> Rows {
        rows(entry)
    }

    fn wakes(&self, _: &Plan, _: &Entry, _: Moment) -> Option<Moment> {
        None
    }

    fn duties_wake(&self, _: &Plan, _: Moment) -> Option<Moment> {
        None
    }

    fn outcome(&self, _: PlanId, _: i64, _: &[EntryNo]) -> String {
        String::from("{}")
    }
}

/// How long all processors computed for this program, in seconds: what remains the same on a machine that
/// others use as well.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Lets the peak of memory begin anew.
fn peak_again() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
