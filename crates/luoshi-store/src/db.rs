//! The two databases behind one set of statements. Only this file knows which of them it is.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use luoshi_engine::Hash;
use sqlx::{AssertSqlSafe, Postgres, Row as _, Sqlite, Transaction};

use crate::error::StoreError;

/// The largest number of rows in one statement. With powers of two up to here there are few texts,
/// so that all stay prepared.
pub(crate) const CHUNK: usize = 128;

/// A statement. Parameters are `?` in the order of their values; PostgreSQL gets numbers instead.
/// `each` comes once for every row that is given, put together by `join`. `{lock}` holds the rows
/// that are read until the end of the transaction where there is more than one writer.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) head: &'static str,
    pub(crate) each: &'static str,
    pub(crate) join: &'static str,
    pub(crate) tail: &'static str,
}

impl Statement {
    /// How many values one row has.
    pub(crate) fn width(&self) -> usize {
        self.each.matches('?').count()
    }

    /// The text for so many rows.
    pub(crate) fn text(&self, rows: usize, postgres: bool) -> String {
        spelled(&self.unspelled(rows), postgres)
    }

    fn unspelled(&self, rows: usize) -> String {
        let mut text = String::from(self.head);
        if !self.each.is_empty() {
            text += &vec![self.each; rows].join(self.join);
        }
        text += self.tail;
        text
    }
}

/// Rows to be written by a statement, values one row after another.
pub(crate) type Part = (&'static Statement, Vec<Value>);

/// The largest number of rows of each part in a text that is put together of several statements. More
/// would make many texts, and for many rows it matters little how often one has to ask.
const JOINED: usize = 4;

/// Several statements that write as one, for a database that takes it: `WITH p0 AS (…), p1 AS (…) …`.
/// They must not touch the same row.
fn joined(parts: &[(&'static Statement, usize)]) -> String {
    let Some(((last, rows), before)) = parts.split_last() else { return String::new() };
    let before = before.iter().enumerate();
    let before: Vec<String> =
        before.map(|(at, (part, rows))| format!("p{at} AS ({})", part.unspelled(*rows))).collect();
    spelled(&format!("WITH {} {}", before.join(", "), last.unspelled(*rows)), true)
}

/// A text with `?` and `{lock}` in the spelling of a database.
pub(crate) fn spelled(text: &str, postgres: bool) -> String {
    if !postgres {
        return text.replace("{lock}", "");
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut count = 0;
    for piece in text.replace("{lock}", " FOR NO KEY UPDATE").split_inclusive('?') {
        match piece.strip_suffix('?') {
            Some(before) => {
                count += 1;
                out += before;
                out += &format!("${count}");
            }
            None => out += piece,
        }
    }
    out
}

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
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
    luoshi_engine::PlanId => v => Self::Int(Some(v.0));
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
}

/// Texts by the statements they are made of, each with its number of rows.
type Texts = Arc<RwLock<HashMap<Vec<(&'static str, usize)>, Arc<str>>>>;

/// A transaction.
pub(crate) enum Tx {
    Lite(Transaction<'static, Sqlite>),
    Pg(Transaction<'static, Postgres>),
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

impl Db {
    pub(crate) fn new(pool: Pool) -> Self {
        Self { pool, texts: Texts::default() }
    }

    pub(crate) fn postgres(&self) -> bool {
        matches!(self.pool, Pool::Pg(_))
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
                Ok(tx) => Tx::Lite(tx),
                // There is nobody to be away: the one connection is busy, and nothing has begun.
                Err(error @ sqlx::Error::PoolTimedOut) => return Err(StoreError::Conflict(error)),
                Err(error) => return Err(error.into()),
            },
            Pool::Pg(pool) => Tx::Pg(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED").await?),
        })
    }

    /// A transaction that reads everything as it stands now.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreError> {
        Ok(match &self.pool {
            Pool::Lite { reader, .. } => Tx::Lite(reader.begin().await?),
            Pool::Pg(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let mut tx = Tx::Pg(pool.begin_with(begin).await?);
                // It holds nobody up, so it may wait for the disk that a backup is written to.
                tx.script(String::from("SET LOCAL idle_in_transaction_session_timeout = 0")).await?;
                tx
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
            Self::Lite(tx) => tx.commit().await?,
            Self::Pg(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx) => tx.rollback().await?,
            Self::Pg(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Reads by a text.
    pub(crate) async fn rows(&mut self, text: Arc<str>, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Lite(tx) => {
                let rows = bound!(text, values).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Lite).collect()
            }
            Self::Pg(tx) => {
                let rows = bound!(text, values).fetch_all(&mut **tx).await?;
                rows.into_iter().map(Row::Pg).collect()
            }
        })
    }

    /// Writes by a text and tells how many rows it touched.
    pub(crate) async fn execute(&mut self, text: Arc<str>, values: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Lite(tx) => bound!(text, values).execute(&mut **tx).await?.rows_affected(),
            Self::Pg(tx) => bound!(text, values).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Runs a script: schema and emptying of tables.
    pub(crate) async fn script(&mut self, text: String) -> Result<(), StoreError> {
        match self {
            Self::Lite(tx) => sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **tx).await.map(|_| ())?,
            Self::Pg(tx) => sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **tx).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Writes many rows, values one row after another, in as few statements as there are powers of
    /// two in their number.
    pub(crate) async fn write(
        &mut self,
        db: &Db,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
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

    /// Writes all parts. On PostgreSQL, where asking costs more than answering, few rows of many parts
    /// go in one statement. SQLite has no such statement, and is asked in the same process.
    pub(crate) async fn write_all(&mut self, db: &Db, parts: Vec<Part>) -> Result<(), StoreError> {
        let parts: Vec<Part> = parts.into_iter().filter(|(_, values)| !values.is_empty()).collect();
        let counts = parts.iter().map(|(part, values)| (*part, values.len() / part.width()));
        let counts: Vec<(&'static Statement, usize)> = counts.collect();
        let few = counts.iter().all(|(_, rows)| *rows <= JOINED && rows.is_power_of_two());
        if db.postgres() && few && parts.len() > 1 {
            let key = counts.iter().map(|(part, rows)| (part.name, *rows)).collect();
            let text = db.remembered(key, || joined(&counts));
            let values = parts.into_iter().flat_map(|(_, values)| values).collect();
            self.execute(text, values).await?;
            return Ok(());
        }
        for (part, values) in parts {
            self.write(db, part, values).await?;
        }
        Ok(())
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
    fn a_text_in_both_spellings() {
        let statement = Statement {
            name: "t",
            head: "SELECT a FROM t WHERE (a,b) IN (VALUES ",
            each: "(?,?)",
            join: ",",
            tail: "){lock}",
        };
        assert_eq!(statement.text(2, false), "SELECT a FROM t WHERE (a,b) IN (VALUES (?,?),(?,?))");
        let postgres = "SELECT a FROM t WHERE (a,b) IN (VALUES ($1,$2),($3,$4)) FOR NO KEY UPDATE";
        assert_eq!(statement.text(2, true), postgres);
        assert_eq!(statement.width(), 2);
    }

    #[test]
    fn several_statements_in_one_text() {
        static ADD: Statement =
            Statement { name: "a", head: "INSERT INTO a VALUES ", each: "(?,?)", join: ",", tail: "" };
        static DROP: Statement =
            Statement { name: "b", head: "DELETE FROM b WHERE ", each: "(c = ?)", join: " OR ", tail: "" };
        assert_eq!(
            joined(&[(&ADD, 1), (&DROP, 2)]),
            "WITH p0 AS (INSERT INTO a VALUES ($1,$2)) DELETE FROM b WHERE (c = $3) OR (c = $4)"
        );
    }

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
