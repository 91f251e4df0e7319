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
