//! A copy of all that cannot be made again, in one file that either database can be restored from.
//!
//! JSON Lines: a head, a line for every row (`["event", 1, 5, …]`), an end with the number of lines and
//! the SM3 hash of all before it, so that a file that was cut off or changed is refused. Tables that
//! are made of events are not in it: restoring makes them again. Master keys are not in it either.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};

use luoshi_engine::{Hash, Moment};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sm3::{Digest, Sm3};

use crate::db::{Db, Row, Statement, Tx, Value};
use crate::error::StoreError;
use crate::fold::{Maker, STRIDE};
use crate::rebuild::{Rebuilt, remake};
use crate::sql;
use crate::store::Store;

/// What is said of a line that is none of ours, or not whole.
const UNREADABLE: &str = "内容不完整或被改动过";

/// The form of the file.
const FORMAT: u32 = 1;

/// A table that is copied.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The first page and those after a row: the columns of the key come first.
    pub(crate) page: &'static Statement,
    /// How many columns the key has.
    pub(crate) key: usize,
    /// What each column is: `i` a number, `t` text, `b` bytes; capital where it may be missing. `B` is
    /// the sum over other columns, which stands last.
    pub(crate) columns: &'static str,
    put: &'static Statement,
}

/// All that cannot be made again.
pub(crate) static TABLES: [Table; 10] = [
    Table { name: "meta", page: &sql::COPY_META, key: 1, columns: "ti", put: &sql::META_PUT },
    Table { name: "head", page: &sql::COPY_HEAD, key: 1, columns: "iiib", put: &sql::HEADS_PUT },
    Table { name: "event", page: &sql::COPY_EVENT, key: 2, columns: "iiiiiitttb", put: &sql::EVENTS_APPEND },
    Table { name: "command", page: &sql::COPY_COMMAND, key: 1, columns: "tbiiiitB", put: &sql::COMMANDS_PUT },
    Table {
        name: "message",
        page: &sql::COPY_MESSAGE,
        key: 1,
        columns: "iitiittiTB",
        put: &sql::COPIED_MESSAGE,
    },
    Table { name: "outbox", page: &sql::COPY_OUTBOX, key: 3, columns: "tittiIB", put: &sql::COPIED_OUTBOX },
    Table {
        name: "attachment",
        page: &sql::COPY_ATTACHMENT,
        key: 1,
        columns: "bitiB",
        put: &sql::ATTACHMENTS_PUT,
    },
    Table {
        name: "subject_key",
        page: &sql::COPY_KEY,
        key: 1,
        columns: "titIB",
        put: &sql::SUBJECT_KEYS_ADD,
    },
    // Sessions are left out: who is signed in does not outlive a restore.
    Table { name: "account", page: &sql::COPY_ACCOUNT, key: 1, columns: "itt", put: &sql::ACCOUNTS_PUT },
    Table { name: "token", page: &sql::COPY_TOKEN, key: 1, columns: "biittii", put: &sql::TOKENS_ADD },
];

/// The first line.
#[derive(Serialize, Deserialize)]
struct Start {
    luoshi: String,
    format: u32,
    /// The version of the tables.
    version: i64,
    at: String,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct End {
    end: u64,
    sm3: Hash,
}

/// How many rows of each table were copied.
pub type Copied = BTreeMap<&'static str, u64>;

impl Store {
    /// Writes a copy of all that cannot be made again, as it stands at one moment, while others go on.
    ///
    /// # Errors
    ///
    /// The database fails, or the copy cannot be written.
    pub async fn backup(&self, to: &mut (impl Write + Send), at: Moment) -> Result<Copied, StoreError> {
        let mut tx = self.db.snapshot().await?;
        let mut lines = Lines { to, digest: Sm3::new(), count: 0 };
        let word = String::from("backup");
        let start =
            Start { luoshi: word, format: FORMAT, version: crate::schema::VERSION, at: at.to_string() };
        lines.write(&serde_json::to_string(&start)?)?;
        let mut copied = Copied::new();
        for table in &TABLES {
            copied.insert(table.name, copy(&self.db, &mut tx, table, &mut lines).await?);
        }
        let end = End { end: lines.count, sm3: Hash(lines.digest.clone().finalize().into()) };
        lines.write(&serde_json::to_string(&end)?)?;
        lines.to.flush()?;
        Ok(copied)
    }

    /// Reads a copy into an empty store and makes the tables again, all or nothing.
    ///
    /// # Errors
    ///
    /// The store is not empty, the copy was cut off or changed, or the database fails.
    pub async fn restore<M: Maker>(
        &self,
        from: &mut (impl BufRead + Send),
        maker: M,
    ) -> Result<(Copied, Rebuilt), StoreError> {
        let mut work = self.begin().await?;
        let events = work.tx.rows(work.db.text(&sql::EVENT_ANY, 0), Vec::new()).await?;
        if !events.is_empty() {
            return Err(StoreError::NotEmpty);
        }
        let copied = put(&work.db, &mut work.tx, from).await?;
        if work.db.postgres() {
            // Messages keep their numbers; the next one goes on from there.
            const GO_ON: &str = "SELECT setval(pg_get_serial_sequence('message', 'id'), \
                 (SELECT COALESCE(MAX(id), 1) FROM message))";
            work.tx.script(GO_ON.to_owned()).await?;
        }
        let rebuilt = remake(&mut work, maker).await?;
        work.commit().await?;
        Ok((copied, rebuilt))
    }
}

/// Where lines go, with their hash.
struct Lines<'w, W> {
    to: &'w mut W,
    digest: Sm3,
    count: u64,
}

impl<W: Write> Lines<'_, W> {
    fn write(&mut self, line: &str) -> Result<(), StoreError> {
        self.to.write_all(line.as_bytes())?;
        self.to.write_all(b"\n")?;
        self.digest.update(line.as_bytes());
        self.digest.update(b"\n");
        self.count += 1;
        Ok(())
    }
}

async fn copy<W: Write>(
    db: &Db,
    tx: &mut Tx,
    table: &Table,
    lines: &mut Lines<'_, W>,
) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut after: Vec<Value> = table.columns[..table.key].chars().map(least).collect();
    loop {
        after.push(STRIDE.into());
        let rows = tx.rows(db.text(table.page, 0), after).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = (0..table.key).map(|column| value(last, column, table.columns)).collect::<Result<_, _>>()?;
        for row in &rows {
            let mut line = vec![Json::from(table.name)];
            for column in 0..table.columns.len() {
                line.push(json(value(row, column, table.columns)?));
            }
            lines.write(&Json::from(line).to_string())?;
            count += 1;
        }
    }
}

/// What comes before every key.
pub(crate) fn least(kind: char) -> Value {
    match kind {
        'i' => Value::Int(Some(i64::MIN)),
        'b' => Value::Bytes(Some(Vec::new())),
        _ => Value::Text(Some(String::new())),
    }
}

pub(crate) fn value(row: &Row, column: usize, columns: &str) -> Result<Value, StoreError> {
    Ok(match columns.as_bytes()[column] {
        b'i' | b'I' => Value::Int(row.find_int(column)?),
        b'b' | b'B' => Value::Bytes(row.find_bytes(column)?),
        _ => Value::Text(row.find_text(column)?),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn json(value: Value) -> Json {
    match value {
        Value::Int(number) => number.into(),
        Value::Text(text) => text.into(),
        Value::Bytes(bytes) => bytes.map(|bytes| hex(&bytes)).into(),
    }
}

fn value_of(json: &Json, kind: u8) -> Option<Value> {
    Some(match (kind, json) {
        (b'I', Json::Null) => Value::Int(None),
        (b'T', Json::Null) => Value::Text(None),
        (b'B', Json::Null) => Value::Bytes(None),
        (b'i' | b'I', json) => Value::Int(Some(json.as_i64()?)),
        (b'b' | b'B', json) => {
            let digits = json.as_str()?;
            let pairs = (0..digits.len()).step_by(2);
            let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
            Value::Bytes(Some(pairs.map(byte).collect::<Option<_>>()?))
        }
        (_, json) => Value::Text(Some(json.as_str()?.to_owned())),
    })
}

/// Reads the lines of a copy into the tables.
async fn put(db: &Db, tx: &mut Tx, from: &mut impl BufRead) -> Result<Copied, StoreError> {
    let mut copied = Copied::new();
    let mut digest = Sm3::new();
    let mut line = String::new();
    let mut count = 0;
    let mut waiting: (Option<&Table>, Vec<Value>) = (None, Vec::new());
    loop {
        line.clear();
        let read = from.read_line(&mut line).map_err(|error| match error.kind() {
            std::io::ErrorKind::InvalidData => damaged(count + 1, UNREADABLE),
            _ => error.into(),
        });
        if read? == 0 {
            return Err(damaged(count, "文件不完整，没有结束标记"));
        }
        if line.starts_with(r#"{"end""#) {
            let end: End = serde_json::from_str(&line).map_err(|_| damaged(count + 1, UNREADABLE))?;
            if end.end != count || end.sm3.0 != <[u8; 32]>::from(digest.finalize()) {
                return Err(damaged(count, "内容与结束标记不符，文件被改动过"));
            }
            flush(db, tx, &mut waiting).await?;
            return Ok(copied);
        }
        digest.update(line.as_bytes());
        count += 1;
        if count == 1 {
            started(&line)?;
            continue;
        }
        let mut row: Vec<Json> = serde_json::from_str(&line).map_err(|_| damaged(count, UNREADABLE))?;
        let table = TABLES.iter().find(|table| row.first().and_then(Json::as_str) == Some(table.name));
        // Copies of the first version have no sums.
        if table.is_some_and(|table| table.columns.ends_with('B') && table.columns.len() == row.len()) {
            row.push(Json::Null);
        }
        let table = table.filter(|table| table.columns.len() + 1 == row.len());
        let table = table.ok_or_else(|| damaged(count, "不认识的内容"))?;
        let values = row[1..].iter().zip(table.columns.bytes()).map(|(json, kind)| value_of(json, kind));
        let values = values.collect::<Option<Vec<_>>>().ok_or_else(|| damaged(count, "内容不合格式"))?;
        let other = waiting.0.is_some_and(|waiting| waiting.name != table.name);
        if other || waiting.1.len() > 20_000 {
            flush(db, tx, &mut waiting).await?;
        }
        waiting.0 = Some(table);
        waiting.1.extend(values);
        *copied.entry(table.name).or_default() += 1;
    }
}

fn started(line: &str) -> Result<(), StoreError> {
    let start: Start = serde_json::from_str(line).map_err(|_| damaged(1, "不是备份文件"))?;
    if start.luoshi != "backup" {
        return Err(damaged(1, "不是备份文件"));
    }
    if start.format > FORMAT || start.version > crate::schema::VERSION {
        return Err(StoreError::Newer { found: start.version, known: crate::schema::VERSION });
    }
    Ok(())
}

async fn flush(db: &Db, tx: &mut Tx, waiting: &mut (Option<&Table>, Vec<Value>)) -> Result<(), StoreError> {
    if let (Some(table), values) = (waiting.0, std::mem::take(&mut waiting.1)) {
        tx.write(db, table.put, values).await?;
    }
    Ok(())
}

fn damaged(line: u64, what: &str) -> StoreError {
    StoreError::Unfit(format!("备份第 {line} 行：{what}；没有恢复，请换一份完整的备份"))
}
