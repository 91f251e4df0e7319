//! The bare transaction: one row appended and one changed, committed with a full sync.

use std::path::Path;
use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use luoshi_testkit::{Place, Postgres};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::task::JoinSet;

use super::{STRETCH, total};

const SCHEMA: [&str; 2] = [
    "CREATE TABLE IF NOT EXISTS bare_event (id BIGINT NOT NULL, n BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, n))",
    "CREATE TABLE IF NOT EXISTS bare_row (id BIGINT PRIMARY KEY, n BIGINT NOT NULL, body TEXT NOT NULL)",
];
const APPEND: &str = "INSERT INTO bare_event (id, n, body) VALUES ($1, $2, $3)";
const CHANGE: &str = "INSERT INTO bare_row (id, n, body) VALUES ($1, $2, $3) \
    ON CONFLICT (id) DO UPDATE SET n = excluded.n, body = excluded.body";

/// How long a row is.
const BODY: usize = 400;

/// Through the driver that the store uses, with its settings.
pub(crate) async fn driver(place: &Place, writers: usize) -> f64 {
    let body = "x".repeat(BODY);
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

/// SQLite without the driver: one connection, prepared statements, the same settings.
pub(crate) fn rusqlite(folder: &Path) -> f64 {
    let connection = rusqlite::Connection::open(folder.join("raw.db")).unwrap();
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").unwrap();
    connection.execute_batch(&SCHEMA.join(";")).unwrap();
    let prepared = |text| connection.prepare(text).unwrap();
    let (mut begin, mut append) = (prepared("BEGIN IMMEDIATE"), prepared(APPEND));
    let (mut change, mut commit) = (prepared(CHANGE), prepared("COMMIT"));
    let (body, begun) = ("x".repeat(BODY), Instant::now());
    let mut done = 0_u32;
    while begun.elapsed() < STRETCH {
        begin.execute([]).unwrap();
        append.execute((1, done, &body)).unwrap();
        change.execute((1, done, &body)).unwrap();
        commit.execute([]).unwrap();
        done += 1;
    }
    f64::from(done) / begun.elapsed().as_secs_f64()
}

/// PostgreSQL's own client, which leaves the driver and its runtime out.
pub(crate) fn pgbench(url: &str, clients: usize) -> f64 {
    let (database, host) = parts(url).unwrap();
    let body = "x".repeat(BODY);
    let script = format!(
        "\\set id 1000000 + :client_id\n\\set n random(1, 1000000000000)\nBEGIN;\n\
         INSERT INTO bare_event (id, n, body) VALUES (:id, :n, '{body}');\n\
         INSERT INTO bare_row (id, n, body) VALUES (:id, :n, '{body}') \
         ON CONFLICT (id) DO UPDATE SET n = excluded.n, body = excluded.body;\nCOMMIT;\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two_rows.sql");
    std::fs::write(&file, script).unwrap();
    let (clients, seconds) = (clients.to_string(), STRETCH.as_secs().to_string());
    let out = Command::new(Postgres::program("pgbench"))
        .args(["-n", "-M", "prepared", "-U", "luoshi", "-h", host, "-c", &clients, "-T", &seconds, "-f"])
        .arg(file)
        .arg(database)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&out.stdout);
    let rate = told.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.unwrap_or_else(|| panic!("pgbench: {told}{}", String::from_utf8_lossy(&out.stderr)))
}

/// The name of a database and the folder of its socket: `postgres://…/name?host=/folder`.
fn parts(url: &str) -> Option<(&str, &str)> {
    let (before, host) = url.split_once("?host=")?;
    Some((before.rsplit('/').next()?, host))
}
