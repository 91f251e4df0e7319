//! Durable commands a second through the application, beside a bare transaction of two rows through the
//! same driver with the same settings, at 1, 8 and 64 writers.
//!
//! `cargo bench -p luoshi-app --bench commands`

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench is a program of its own")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::str::FromStr;
use std::time::{Duration, Instant};

use common::{COUNTY, County, open, step, who};
use jiff::civil::date;
use luoshi_app::Request;
use luoshi_engine::{Command, EntryNo, NewEntry, PlanId, Progress, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_testkit::{Place, Postgres};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
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
            bare.push((writers, baseline(&place, writers).await));
        }
        let best = bare.iter().map(|(_, rate)| *rate).fold(0.0, f64::max);
        for (writers, rate) in &bare {
            println!("  two rows      {writers:>2} writers {rate:>8.0}/s");
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

/// One row appended and one changed, committed with a full sync.
async fn baseline(place: &Place, writers: usize) -> f64 {
    const SCHEMA: [&str; 2] = [
        "CREATE TABLE IF NOT EXISTS bare_event (id BIGINT NOT NULL, n BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, n))",
        "CREATE TABLE IF NOT EXISTS bare_row (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, body TEXT NOT NULL)",
    ];
    const APPEND: &str = "INSERT INTO bare_event (id, n, body) VALUES ($1, $2, $3)";
    const CHANGE: &str = "INSERT INTO bare_row (id, n, body) VALUES ($1, $2, $3) \
        ON CONFLICT (id) DO UPDATE SET n = excluded.n, body = excluded.body";
    let body = "x".repeat(400);
    let round = i64::try_from(writers).unwrap() * 1000;
    macro_rules! run {
        ($pool:expr, $begin:literal) => {{
            let pool = $pool;
            for text in SCHEMA {
                sqlx::query(text).execute(&pool).await.unwrap();
            }
            let begun = Instant::now();
            let mut jobs = JoinSet::new();
            for writer in 0..writers {
                let (pool, body) = (pool.clone(), body.clone());
                let id = round + i64::try_from(writer).unwrap();
                jobs.spawn(async move {
                    let mut done = 0_u32;
                    while begun.elapsed() < STRETCH {
                        let mut tx = pool.begin_with($begin).await.unwrap();
                        for text in [APPEND, CHANGE] {
                            let query = sqlx::query(text).bind(id).bind(i64::from(done)).bind(&body);
                            query.execute(&mut *tx).await.unwrap();
                        }
                        tx.commit().await.unwrap();
                        done += 1;
                    }
                    done
                });
            }
            total(jobs, begun).await
        }};
    }
    match place {
        Place::Folder(folder) => {
            let file = format!("sqlite://{}", folder.path().join("bare.db").display());
            let options = SqliteConnectOptions::from_str(&file)
                .unwrap()
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(60));
            run!(
                SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap(),
                "BEGIN IMMEDIATE"
            )
        }
        Place::Database(url, _) => {
            let pool = sqlx::postgres::PgPoolOptions::new().test_before_acquire(false);
            let pool = pool.max_connections(u32::try_from(writers).unwrap());
            run!(pool.connect(url).await.unwrap(), "BEGIN")
        }
    }
}

async fn total(mut jobs: JoinSet<u32>, begun: Instant) -> f64 {
    let mut done = 0.0;
    while let Some(count) = jobs.join_next().await {
        done += f64::from(count.unwrap());
    }
    done / begun.elapsed().as_secs_f64()
}
