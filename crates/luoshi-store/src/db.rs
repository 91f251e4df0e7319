//! The two databases behind one set of statements. Only this file knows which of them it is.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use luoshi_engine::{Hash, PlanId};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite, Transaction};

use crate::error::StoreError;
use crate::memo::Memo;
use crate::statement::{JOINED, Param, joined, lists};
pub(crate) use crate::statement::{Part, Statement, spelled};

/// The largest number of rows in one statement. With powers of two up to here there are few texts,
/// so that all stay prepared.
pub(crate) const CHUNK: usize = 128;

/// How a transaction that writes begins on PostgreSQL.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $value:ident => $to:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $to
            }
        })+
    };
}

value_from! {
    i64 => v => Self::Int(Some(v));
    Option<i64> => v => Self::Int(v);
    bool => v => Self::Int(Some(i64::from(v)));
    luoshi_engine::Moment => v => Self::Int(Some(v.0));
    PlanId => v => Self::Int(Some(v.0));
    luoshi_engine::EntryNo => v => Self::Int(Some(v.0));
    luoshi_engine::UnitId => v => Self::Int(Some(v.0));
    luoshi_engine::PersonId => v => Self::Int(Some(v.0));
    luoshi_engine::PostId => v => Self::Int(Some(v.0));
    &str => v => Self::Text(Some(v.to_owned()));
    &String => v => Self::Text(Some(v.clone()));
    String => v => Self::Text(Some(v));
    Option<String> => v => Self::Text(v);
    Hash => v => Self::Bytes(Some(v.0.to_vec()));
    Vec<u8> => v => Self::Bytes(Some(v));
}

/// The values of a row.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::db::Value::from($value)),*] };
}
pub(crate) use values;

/// A row that was read.
pub(crate) enum Row {
    Lite(sqlx::sqlite::SqliteRow),
    Pg(sqlx::postgres::PgRow),
}

macro_rules! getter {
    ($name:ident -> $type:ty) => {
        pub(crate) fn $name(&self, column: usize) -> Result<$type, StoreError> {
            Ok(match self {
                Self::Lite(row) => row.try_get(column)?,
                Self::Pg(row) => row.try_get(column)?,
            })
        }
    };
}

impl Row {
    getter!(int -> i64);
    getter!(find_int -> Option<i64>);
    getter!(text -> String);
    getter!(find_text -> Option<String>);
    getter!(bytes -> Vec<u8>);
    getter!(find_bytes -> Option<Vec<u8>>);

    pub(crate) fn hash(&self, column: usize) -> Result<Hash, StoreError> {
        let bytes = self.bytes(column)?;
        let bytes = bytes.try_into().map_err(|_| StoreError::Damaged(String::from("散列值长度不对")))?;
        Ok(Hash(bytes))
    }
}

/// The database.
#[derive(Clone)]
pub(crate) enum Pool {
    /// One connection that writes, several that only read.
    Lite {
        writer: sqlx::SqlitePool,
        reader: sqlx::SqlitePool,
    },
    Pg(sqlx::PgPool),
}

/// The database and the texts of its statements.
#[derive(Clone)]
pub(crate) struct Db {
    pub(crate) pool: Pool,
    texts: Texts,
    /// What was read.
    pub(crate) memo: Arc<Memo>,
    /// Whether it is remembered.
    pub(crate) remembers: bool,
}

/// Texts by the statements they are made of, each with its number of rows.
type Texts = Arc<RwLock<HashMap<Vec<(&'static str, usize)>, Arc<str>>>>;

/// A transaction.
pub(crate) enum Tx {
    /// With whom to tell when it is committed.
    Lite(Transaction<'static, Sqlite>, Arc<Memo>),
    Pg(Open),
}

/// A transaction on PostgreSQL that was begun and asked something in one question; the driver's own only
/// begins. Left open, its connection is given up, and with that undone.
pub(crate) struct Open {
    connection: PoolConnection<Postgres>,
    ended: bool,
}

impl Open {
    async fn begin(pool: &sqlx::PgPool, text: String) -> Result<Self, StoreError> {
        let mut open = Self { connection: pool.acquire().await?, ended: false };
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *open.connection).await?;
        Ok(open)
    }

    async fn end(mut self, word: &'static str) -> Result<(), StoreError> {
        sqlx::raw_sql(word).execute(&mut *self.connection).await?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

macro_rules! bound {
    ($text:expr, $values:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($text));
        for value in $values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query
    }};
}

macro_rules! bound_lists {
    ($text:expr, $params:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($text));
        for param in $params {
            query = match param {
                Param::One(Value::Int(value)) => query.bind(value),
                Param::One(Value::Text(value)) => query.bind(value),
                Param::One(Value::Bytes(value)) => query.bind(value),
                Param::Ints(values) => query.bind(values),
                Param::Texts(values) => query.bind(values),
                Param::Blobs(values) => query.bind(values),
            };
        }
        query
    }};
}

impl Db {
    /// Behind some connections; in a folder whoever remembers is the only one that writes.
    pub(crate) fn new(pool: Pool, remembers: bool) -> Self {
        Self { pool, texts: Texts::default(), memo: Arc::default(), remembers }
    }

    pub(crate) fn postgres(&self) -> bool {
        matches!(self.pool, Pool::Pg(_))
    }

    /// What reads the ids of the lines that match a question (one parameter). Each database has an index of
    /// words of its own kind: an ordinary table with a row a piece is thirteen times as slow to write.
    pub(crate) fn matching(&self) -> &'static str {
        if self.postgres() {
            "SELECT id FROM sought WHERE pieces @@ CAST(? AS tsquery)"
        } else {
            "SELECT rowid AS id FROM sought_index WHERE sought_index MATCH ?"
        }
    }

    /// What empties the lines that can be found, with their index.
    pub(crate) fn forget_sought(&self) -> String {
        if self.postgres() {
            return String::from("TRUNCATE sought");
        }
        // Not line by line: the index is emptied at once, and its triggers must not do it again.
        let triggers = include_str!("index_sqlite.sql").split_once(';').map_or("", |(_, triggers)| triggers);
        format!(
            "DROP TRIGGER sought_in; DROP TRIGGER sought_out; DROP TRIGGER sought_on; \
             INSERT INTO sought_index (sought_index) VALUES ('delete-all'); DELETE FROM sought; {triggers}"
        )
    }

    /// The text of a statement.
    pub(crate) fn text(&self, statement: &Statement, rows: usize) -> Arc<str> {
        self.remembered(vec![(statement.name, rows)], || statement.text(rows, self.postgres()))
    }

    fn remembered(&self, key: Vec<(&'static str, usize)>, text: impl FnOnce() -> String) -> Arc<str> {
        if let Some(text) = self.texts.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(text);
        }
        let text: Arc<str> = text().into();
        self.texts.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&text));
        text
    }

    /// A transaction that writes. On SQLite it is the only one.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pool {
            Pool::Lite { writer, .. } => match writer.begin_with("BEGIN IMMEDIATE").await {
                Ok(tx) => Tx::Lite(tx, Arc::clone(&self.memo)),
                // There is nobody to be away: the one connection is busy, and nothing has begun.
                Err(error @ sqlx::Error::PoolTimedOut) => return Err(StoreError::Conflict(error)),
                Err(error) => return Err(error.into()),
            },
            Pool::Pg(pool) => Tx::Pg(Open::begin(pool, BEGIN.to_owned()).await?),
        })
    }

    /// A transaction that writes and holds chains until its end, locked in the order of their numbers so
    /// that nobody waits in a circle. On SQLite there is nobody to wait for.
    pub(crate) async fn begin_holding(&self, chains: &BTreeSet<PlanId>) -> Result<Tx, StoreError> {
        let Pool::Pg(pool) = &self.pool else { return self.begin().await };
        if chains.is_empty() {
            return self.begin().await;
        }
        // Numbers only, so they may stand in the text: it is asked together with the beginning.
        let chains: Vec<String> = chains.iter().map(ToString::to_string).collect();
        let lock = "SELECT 1 FROM head WHERE chain IN (";
        let text = format!("{BEGIN}; {lock}{}) ORDER BY chain FOR NO KEY UPDATE", chains.join(","));
        Ok(Tx::Pg(Open::begin(pool, text).await?))
    }

    /// A transaction that reads everything as it stands now.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pool {
            Pool::Lite { reader, .. } => Tx::Lite(reader.begin().await?, Arc::clone(&self.memo)),
            Pool::Pg(pool) => {
                // It holds nobody up, so it may wait for the disk that a backup is written to.
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
                     SET LOCAL idle_in_transaction_session_timeout = 0";
                Tx::Pg(Open::begin(pool, begin.to_owned()).await?)
            }
        })
    }

    /// Reads by a text.
    pub(crate) async fn rows(&self, text: Arc<str>, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        #[cfg(test)]
        crate::tests::seen::note(&text, &values);
        Ok(match &self.pool {
            Pool::Lite { reader, .. } => {
                let rows = bound!(text, values).fetch_all(reader).await?;
                rows.into_iter().map(Row::Lite).collect()
            }
            Pool::Pg(pool) => {
                let rows = bound!(text, values).fetch_all(pool).await?;
                rows.into_iter().map(Row::Pg).collect()
            }
        })
    }

    /// Reads by a statement with so many rows of parameters.
    pub(crate) async fn read(
        &self,
        statement: &Statement,
        rows: usize,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        self.rows(self.text(statement, rows), values).await
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            // On a task of its own: whoever waits may go away, and what is committed then is told all the same.
            Self::Lite(tx, memo) => {
                let commit = tokio::spawn(async move {
                    let done = tx.commit().await;
                    memo.committed();
                    done
                });
                commit.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
            }
            Self::Pg(tx) => tx.end("COMMIT").await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx, _) => tx.rollback().await?,
            Self::Pg(tx) => tx.end("ROLLBACK").await?,
        }
        Ok(())
    }

    /// Reads by a text.
    pub(crate) async fn rows(&mut self, text: Arc<str>, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Lite(tx, _) => {
                let rows = bound!(text, values).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Lite).collect()
            }
            Self::Pg(tx) => {
                let rows = bound!(text, values).fetch_all(&mut *tx.connection).await?;
                rows.into_iter().map(Row::Pg).collect()
            }
        })
    }

    /// Writes by a text and tells how many rows it touched.
    pub(crate) async fn execute(&mut self, text: Arc<str>, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Lite(tx, _) => bound!(text, values).execute(&mut **tx).await?.rows_affected(),
            Self::Pg(tx) => bound!(text, values).execute(&mut *tx.connection).await?.rows_affected(),
        })
    }

    /// Runs a script: schema and emptying of tables.
    pub(crate) async fn script(&mut self, text: String) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx, _) => sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **tx).await.map(|_| ())?,
            Self::Pg(tx) => {
                sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *tx.connection).await.map(|_| ())?
            }
        }
        Ok(())
    }

    /// Writes many rows, values one row after another: on PostgreSQL in one statement where it takes
    /// lists, else in as few as there are powers of two in their number.
    pub(crate) async fn write(
        &mut self,
        db: &Db,
        statement: &'static Statement,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        if db.postgres() && statement.takes_lists() && !values.is_empty() {
            return self.write_together(db, vec![(statement, values)]).await;
        }
        let width = statement.width();
        let mut left = values.len() / width;
        let mut values = values.into_iter();
        let mut touched = 0;
        while left > 0 {
            let rows = power_within(left).min(CHUNK);
            let chunk = values.by_ref().take(rows * width).collect();
            touched += self.execute(db.text(statement, rows), chunk).await?;
            left -= rows;
        }
        Ok(touched)
    }

    /// Writes all parts. On PostgreSQL, where asking costs more than answering, all of them go in one
    /// question. SQLite has no such statement, and is asked in the same process.
    pub(crate) async fn write_all(&mut self, db: &Db, parts: Vec<Part>) -> Result<(), StoreError> {
        let parts: Vec<Part> = parts.into_iter().filter(|(_, values)| !values.is_empty()).collect();
        let (together, apart) = match self {
            Self::Pg(_) => parts.into_iter().partition(|(part, values)| {
                let rows = values.len() / part.width();
                part.takes_lists() || (rows <= JOINED && rows.is_power_of_two())
            }),
            Self::Lite(..) => (Vec::new(), parts),
        };
        self.write_together(db, together).await?;
        for (part, values) in apart {
            self.write(db, part, values).await?;
        }
        Ok(())
    }

    /// Writes parts in one question; tells how many rows the last of them touched.
    async fn write_together(&mut self, db: &Db, parts: Vec<Part>) -> Result<u64, StoreError> {
        let Self::Pg(tx) = self else { return Ok(0) };
        if parts.is_empty() {
            return Ok(0);
        }
        let (mut key, mut pieces, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for (part, values) in parts {
            let rows = values.len() / part.width();
            let (params, rows): (Vec<Param>, usize) = if part.takes_lists() {
                (lists(part.width(), values), 0)
            } else {
                (values.into_iter().map(Param::One).collect(), rows)
            };
            key.push((part.name, rows));
            pieces.push((part, rows, params.iter().map(Param::kind).collect::<Vec<_>>()));
            all.extend(params);
        }
        let text = db.remembered(key, || {
            let text = |(part, rows, kinds): &(&'static Statement, usize, Vec<&'static str>)| match rows {
                0 => part.unspelled_lists(kinds),
                rows => part.unspelled(*rows),
            };
            joined(&pieces.iter().map(text).collect::<Vec<_>>())
        });
        Ok(bound_lists!(text, all).execute(&mut *tx.connection).await?.rows_affected())
    }

    /// Reads what belongs to many keys, given one after another. A list is filled up to a power of two
    /// by its last key.
    pub(crate) async fn find(
        &mut self,
        db: &Db,
        statement: &Statement,
        keys: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut found = Vec::new();
        for (rows, chunk) in filled(statement.width(), keys) {
            found.extend(self.rows(db.text(statement, rows), chunk).await?);
        }
        Ok(found)
    }
}

/// Keys in chunks of powers of two, the last filled up with its last key.
pub(crate) fn filled(width: usize, keys: Vec<Value>) -> Vec<(usize, Vec<Value>)> {
    let chunk = |keys: &[Value]| {
        let rows = (keys.len() / width).next_power_of_two();
        let mut chunk = keys.to_vec();
        for _ in keys.len() / width..rows {
            chunk.extend_from_slice(&keys[keys.len() - width..]);
        }
        (rows, chunk)
    };
    keys.chunks(width * CHUNK).map(chunk).collect()
}

/// The largest power of two that is not more.
fn power_within(count: usize) -> usize {
    1 << (usize::BITS - 1 - count.leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_filled_up_to_a_power_of_two() {
        let keys = |count: i64| (0..count).map(|key| Value::Int(Some(key))).collect::<Vec<_>>();
        let sizes = |count| filled(1, keys(count)).iter().map(|(rows, _)| *rows).collect::<Vec<_>>();
        assert_eq!(sizes(0), [] as [usize; 0]);
        assert_eq!(sizes(1), [1]);
        assert_eq!(sizes(5), [8]);
        assert_eq!(sizes(130), [128, 2]);
        assert_eq!(filled(1, keys(3))[0].1[3], Value::Int(Some(2)));
    }
}
