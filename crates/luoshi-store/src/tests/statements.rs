//! Every statement is understood by both databases, whatever version of the tables they began with.

use luoshi_testkit::for_each_database;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use super::open;
use crate::db::Pool;
use crate::sql;

#[tokio::test]
async fn every_statement_is_prepared() {
    for_each_database(async |place| {
        let store = open(place).await;
        for statement in sql::ALL {
            for rows in [1, 2, 128] {
                let text = AssertSqlSafe(statement.text(rows, store.db.postgres())).into_sql_str();
                let told = |error: sqlx::Error| panic!("{}: {}: {error}", place.kind(), statement.name);
                match &store.db.pool {
                    Pool::Lite { writer, .. } => {
                        writer.prepare(text).await.map(|_| ()).unwrap_or_else(told);
                    }
                    Pool::Pg(pool) => pool.prepare(text).await.map(|_| ()).unwrap_or_else(told),
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn tables_of_the_first_version_are_brought_up_to_date() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut work = store.begin().await.unwrap();
        let before = "DROP INDEX entry_state; DROP INDEX entry_due; \
             DROP TABLE account; DROP TABLE session; DROP TABLE token; \
             UPDATE meta SET value = 1 WHERE key = 'version'";
        work.tx.script(before.to_owned()).await.unwrap();
        work.commit().await.unwrap();
        store.close().await;
        let store = open(place).await;
        assert_eq!(store.accounts().await.unwrap(), []);
    })
    .await;
}
