//! A file of SQLite in which a row was changed without its indexes, as a flipped byte changes it.

use luoshi_testkit::Place;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::county::{County, june, plan_with, report, task};
use super::open;
use crate::{AttachmentRow, DATABASE_FILE, Store, StoreError};

/// Changes rows of a table while SQLite does not know of its indexes, nor of a key beside the rows.
async fn change_beneath(place: &Place, table: &str, key: &str, change: &str) {
    let file = place.files().join(DATABASE_FILE);
    let mut past = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    let text = format!(
        "PRAGMA writable_schema = ON;
         CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE tbl_name = '{table}';
         DELETE FROM sqlite_schema WHERE tbl_name = '{table}' AND name <> '{table}';
         UPDATE sqlite_schema SET sql = replace(sql, '{key}', 'CHECK (1)') WHERE name = '{table}';
         PRAGMA writable_schema = RESET;
         {change};
         PRAGMA writable_schema = ON;
         DELETE FROM sqlite_schema WHERE tbl_name = '{table}';
         INSERT INTO sqlite_schema SELECT * FROM temp.kept;
         PRAGMA writable_schema = RESET"
    );
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut past).await.unwrap();
    past.close().await.unwrap();
}

/// Table, its key, and what is done to a row.
const CHANGES: &[(&str, &str, &str)] = &[
    ("event", "PRIMARY KEY (chain, seq)", "UPDATE event SET chain = 7 WHERE chain = 1 AND seq = 2"),
    ("event", "PRIMARY KEY (chain, seq)", "UPDATE event SET seq = 9 WHERE chain = 1 AND seq = 2"),
    ("event", "PRIMARY KEY (chain, seq)", "UPDATE event SET entry = 2 WHERE chain = 1 AND seq = 1"),
    ("entry", "PRIMARY KEY (plan, no)", "UPDATE entry SET no = 9 WHERE plan = 1 AND no = 2"),
    ("entry", "PRIMARY KEY (plan, no)", "UPDATE entry SET lead = 9 WHERE plan = 1 AND no = 2"),
    // What nothing but an index of it would show.
    ("event", "PRIMARY KEY (chain, seq)", "DELETE FROM event WHERE chain = 1 AND seq = 3"),
    (
        "event",
        "PRIMARY KEY (chain, seq)",
        "INSERT INTO event SELECT 5, seq, entry, at, person, post, address, key, body, hash FROM event",
    ),
    ("timer", "", "UPDATE timer SET at = at - 1"),
    ("tally", "", "UPDATE tally SET plan = 3"),
];

#[tokio::test]
async fn a_row_that_differs_from_its_index_is_found() {
    for (table, key, change) in CHANGES {
        let place = Place::folder();
        let store = open(&place).await;
        plan_with(&store, june(1), &[(1, task(20, 10)), (2, report(21, 5)), (3, task(3, 8))]).await;
        store.rebuild(County).await.unwrap();
        let verified = async |store: &Store| store.verify(County, &[], async |_: &AttachmentRow| None).await;
        assert!(verified(&store).await.unwrap().sound());
        store.close().await;
        change_beneath(&place, table, key, change).await;
        let store = open(&place).await;
        let found = match verified(&store).await {
            Ok(report) => report.to_string(),
            // An index that leads to no row cannot even be read.
            Err(StoreError::Damaged(words)) => words,
            Err(error) => panic!("{change}: {error}"),
        };
        assert!(found.contains("损坏"), "{change}: {found}");
        store.close().await;
    }
}
