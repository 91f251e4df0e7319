//! Durable commands a second through the application at 1, 8 and 64 callers, beside a bare transaction of
//! two rows: through the same driver with the same settings, and past it, by rusqlite and pgbench.
//!
//! `cargo bench -p luoshi-app --bench commands`

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench is a program of its own")]

mod bare;
#[path = "../../tests/common/mod.rs"]
mod common;

use std::time::{Duration, Instant};

use bare::{driver, pgbench, rusqlite};
use common::{COUNTY, County, open, step, who};
use jiff::civil::date;
use luoshi_app::Request;
use luoshi_engine::{Command, EntryNo, NewEntry, PlanId, Progress, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_testkit::{Place, Postgres};
use tokio::task::JoinSet;

/// How long each figure is taken for.
const STRETCH: Duration = Duration::from_secs(3);
/// How many plans the writers work on.
const PLANS: usize = 8;
/// How many entries each plan has.
const ENTRIES: i64 = 8;

#[tokio::main]
async fn main() {
    // Written through to the disk, unlike the server of the tests.
    let server = Postgres::start("-c max_connections=200");
    let database = Place::Database(server.database(), tempfile::tempdir().unwrap());
    for place in [Place::folder(), database] {
        println!("{}", place.kind());
        let county = open(&place, date(2026, 9, 1)).await;
        county.found().await;
        let entries = prepare(&county).await;
        let mut bare = Vec::new();
        for writers in [1, 8, 64] {
            bare.push((writers, driver(&place, writers).await));
        }
        let best = bare.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        for (writers, rate) in &bare {
            let past = match &place {
                // More than one cannot write at once.
                Place::Folder(folder) if *writers == 1 => {
                    format!("rusqlite {:.0}/s", rusqlite(folder.path()))
                }
                Place::Folder(_) => String::new(),
                Place::Database(url, _) => format!("pgbench {:.0}/s", pgbench(url, *writers)),
            };
            println!("  two rows      {writers:>2} writers {rate:>8.0}/s  {past}");
        }
        for (writers, rate) in bare {
            let ours = commands(&county, &entries, writers).await;
            println!(
                "  commands      {writers:>2} writers {ours:>8.0}/s  {:.2} of two rows at equal writers, {:.2} of their best",
                ours / rate,
                ours / best
            );
        }
    }
}

/// Plans with entries that were signed for.
async fn prepare(county: &County) -> Vec<(PlanId, EntryNo)> {
    let inspector = who(Role::Inspector, COUNTY);
    let handler = who(Role::Handler, UnitId(2));
    let mut entries = Vec::new();
    for _ in 0..PLANS {
        let (plan, _) = county.issue("task").await;
        for _ in 0..ENTRIES {
            let new = NewEntry {
                register: "task".into(),
                title: "完成排查整治并报送情况".into(),
                lead: UnitId(2),
                due: Some(luoshi_engine::Moment::end_of(date(2026, 12, 31))),
                ..NewEntry::default()
            };
            let opened = county.run(&inspector, plan, Command::AddEntry(Box::new(new))).await.opened;
            county.run(&handler, plan, step(opened[0], "acknowledge", StepBody::default())).await;
            entries.push((plan, opened[0]));
        }
    }
    // Neighbours in the list are of different plans, as callers are.
    entries.sort_by_key(|(plan, no)| (*no, *plan));
    entries
}

/// Reports of progress, each a command with its key, as a village sends them.
async fn commands(county: &County, entries: &[(PlanId, EntryNo)], writers: usize) -> f64 {
    let begun = Instant::now();
    let mut jobs = JoinSet::new();
    for writer in 0..writers {
        let (app, (plan, entry)) = (county.app.clone(), entries[writer % entries.len()]);
        jobs.spawn(async move {
            let mut done = 0_u32;
            while begun.elapsed() < STRETCH {
                let progress = Progress { planned: 50.0, actual: f64::from(done % 50 + 30) };
                let note = String::from("已完成两个村的核查，正在汇总");
                let body = StepBody { note, progress: Some(progress), ..StepBody::default() };
                let request = Request {
                    key: format!("bench-{writers}-{writer}-{done}"),
                    actor: who(Role::Handler, UnitId(2)),
                    plan: Some(plan),
                    command: step(entry, "progress", body),
                };
                app.execute(request).await.unwrap();
                done += 1;
            }
            done
        });
    }
    total(jobs, begun).await
}

async fn total(mut jobs: JoinSet<u32>, begun: Instant) -> f64 {
    let mut done = 0.0;
    while let Some(count) = jobs.join_next().await {
        done += f64::from(count.unwrap());
    }
    done / begun.elapsed().as_secs_f64()
}
