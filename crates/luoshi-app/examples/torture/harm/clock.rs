//! The clock goes back an hour and forward a year while everybody works.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use luoshi_app::{App, Clock};
use luoshi_engine::{EntryEvent, Event, Head, Moment, PlanId};

use super::check::reckon;
use super::child::{call, open};
use super::load::{Dice, Line, Sink};
use super::parent::Promises;
use super::site::Site;
use super::{Tally, World};

const HOUR: i64 = 3_600_000;
const YEAR: i64 = 365 * 24 * HOUR;

/// Two servers on PostgreSQL, one on SQLite, with callers and schedulers at once.
pub(crate) fn run(world: &World, rounds: u64, postgres: bool) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 7);
    for round in 0..rounds {
        let mut site = world.site(postgres);
        let promises = Arc::new(Mutex::new(Promises::default()));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(go(&site, dice.below(u64::MAX), &promises, &mut tally));
        drop(runtime);
        // Timers made again are those that are made at the same moment.
        site.now = Moment(site.now.0 + YEAR);
        let mut promises = promises.lock().unwrap_or_else(PoisonError::into_inner);
        for words in promises.told.keys() {
            tally.fault(format!("round {round}: told {words}"));
        }
        reckon(&site, &mut promises, &mut tally);
        tally.count(&promises);
        tally.rounds += 1;
    }
    tally
}

async fn go(site: &Site, seed: u64, promises: &Arc<Mutex<Promises>>, tally: &mut Tally) {
    let now = Arc::new(AtomicI64::new(site.now.0));
    let mut apps = Vec::new();
    for _ in 0..if site.is_postgres() { 2 } else { 1 } {
        let read = Arc::clone(&now);
        let clock: Clock = Arc::new(move || Moment(read.load(Ordering::SeqCst)));
        apps.push(open(&site.orders("clock", 0, 0), clock).await.expect("a server"));
    }
    for (name, shift) in [("now", 0), ("back", -HOUR), ("on", HOUR), ("year", YEAR), ("again", -HOUR)] {
        now.fetch_add(shift, Ordering::SeqCst);
        load(site, &apps, &format!("clock-{name}"), seed, promises).await;
    }
    now.fetch_add(HOUR, Ordering::SeqCst);
    tick(&apps).await;
    let people = digest(&apps).await;
    if people == 0 {
        tally.fault(String::from("after a year nobody was told anything"));
    }
    let before = heads(&apps[0]).await;
    // Once more, and once more with the year taken back.
    for shift in [0, -YEAR] {
        now.fetch_add(shift, Ordering::SeqCst);
        tick(&apps).await;
        let again = digest(&apps).await;
        if heads(&apps[0]).await != before || again > 0 {
            tally.fault(format!("the scheduler did something twice, {again} were told twice"));
        }
    }
    once(&apps[0], tally).await;
    for app in apps {
        app.store().clone().close().await;
    }
}

/// Callers on every server until some commands are acknowledged, and schedulers beside them.
async fn load(site: &Site, apps: &[App], name: &str, seed: u64, promises: &Arc<Mutex<Promises>>) {
    const ENOUGH: usize = 60;
    let stop = Arc::new(AtomicBool::new(false));
    let (promises, enough) = (Arc::clone(promises), Arc::clone(&stop));
    let until = promises.lock().unwrap_or_else(PoisonError::into_inner).done.len() + ENOUGH;
    let sink: Sink = Arc::new(move |line: Line| {
        let mut promises = promises.lock().unwrap_or_else(PoisonError::into_inner);
        promises.take(&line, true);
        if promises.done.len() >= until {
            enough.store(true, Ordering::SeqCst);
        }
    });
    let orders: Vec<_> = (0..apps.len()).map(|at| site.orders(&format!("{name}{at}"), seed, 4)).collect();
    let callers = async {
        let mut calls = apps.iter().zip(&orders).map(|(app, orders)| call(app, orders, &stop, &sink));
        match (calls.next(), calls.next()) {
            (Some(one), Some(two)) => drop(tokio::join!(one, two)),
            (Some(one), None) => one.await,
            _ => {}
        }
    };
    tokio::join!(callers, tick(apps));
}

/// The schedulers of all servers at once.
async fn tick(apps: &[App]) {
    let mut jobs = tokio::task::JoinSet::new();
    for app in apps {
        let app = app.clone();
        jobs.spawn(async move { app.tick().await.expect("a tick") });
    }
    while let Some(done) = jobs.join_next().await {
        done.expect("a tick");
    }
}

/// The digests of all servers at once: how many people they reach.
async fn digest(apps: &[App]) -> usize {
    let mut jobs = tokio::task::JoinSet::new();
    for app in apps {
        let app = app.clone();
        jobs.spawn(async move { app.digest().await.expect("a digest") });
    }
    let mut people = 0;
    while let Some(done) = jobs.join_next().await {
        people += done.expect("a digest");
    }
    people
}

async fn heads(app: &App) -> Vec<(PlanId, Head)> {
    app.store().heads(-1, 1000).await.expect("heads")
}

/// No rung of an entry twice, no expected report opened twice.
async fn once(app: &App, tally: &mut Tally) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (plan, _) in heads(app).await {
        let mut after = 0;
        loop {
            let events = app.store().events_page(plan, after, 1000).await.expect("events");
            let Some(last) = events.last() else { break };
            after = last.seq;
            for event in &events {
                let what = match event.event().expect("an event") {
                    Event::Entry(no, EntryEvent::Reminded { rung, .. }) => {
                        format!("plan {plan}, entry {no}, {rung}")
                    }
                    Event::Entry(_, EntryEvent::Opened(opening)) if opening.expected.is_some() => {
                        format!("plan {plan}, unit {}, {:?}", opening.lead, opening.expected)
                    }
                    _ => continue,
                };
                *seen.entry(what).or_default() += 1;
            }
        }
    }
    for (what, count) in seen.iter().filter(|(_, count)| **count > 1) {
        tally.doubled.push(format!("{what}: {count} times"));
    }
    if seen.is_empty() {
        tally.fault(String::from("the scheduler did nothing"));
    }
}
