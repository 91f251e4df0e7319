//! Rows that are not made of events: each reads back, is what was written, and speaks of what there is.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use luoshi_engine::{EntryNo, FieldValue, Hash, PlanId};
use tokio::task::{JoinHandle, spawn_blocking};

use super::commands::Commands;
use super::{Verifier, panicked};
use crate::backup::{TABLES, Table, least, value};
use crate::db::{Row, Value, values};
use crate::error::StoreError;
use crate::fold::{Made, Maker, STRIDE};
use crate::kept::{attachment_of, command_of, message_of, outbox_of, subject_key_of, sum_of};
use crate::report::Remedy;
use crate::sql;

/// The tables, their names in Chinese, and the columns that the sum of a row is taken over.
const KEPT: [(&str, &str, Range<usize>); 5] = [
    ("command", "操作登记表", 0..7),
    ("message", "消息表", 1..8),
    ("outbox", "待发表", 0..5),
    ("attachment", "附件登记表", 0..4),
    ("subject_key", "个人密钥表", 0..4),
];

impl Verifier {
    /// Looks at every row of the tables that are not made of events.
    pub(super) async fn rows<M: Maker>(&mut self, maker: &Arc<M>) -> Result<(), StoreError> {
        for (name, title, covered) in KEPT {
            let tables = TABLES.iter().filter(|table| table.name == name);
            for table in tables {
                self.table(table, title, covered.clone(), maker).await?;
            }
        }
        Ok(())
    }

    /// While the rows of a page are looked at the next page is read.
    async fn table<M: Maker>(
        &mut self,
        table: &'static Table,
        title: &'static str,
        covered: Range<usize>,
        maker: &Arc<M>,
    ) -> Result<(), StoreError> {
        let mut after: Vec<Value> = table.columns[..table.key].chars().map(least).collect();
        let mut looking: Option<JoinHandle<Result<Looked, StoreError>>> = None;
        loop {
            after.push(STRIDE.into());
            let rows = self.tx.rows(self.db.text(table.page, 0), after).await?;
            if let Some(looking) = looking.take() {
                let looked = looking.await.map_err(panicked)??;
                looked.wrong.into_iter().for_each(|what| self.report.at_table(what, Remedy::Restore));
                self.commands.join(looked.commands);
            }
            let Some(last) = rows.last() else { return Ok(()) };
            after = key_of(last, table)?;
            if table.name == "message" {
                self.messages(&rows).await?;
            }
            let (maker, covered) = (Arc::clone(maker), covered.clone());
            looking = Some(spawn_blocking(move || look(&rows, table, title, &covered, &*maker)));
        }
    }

    /// Looks whether the entries that messages speak of exist.
    async fn messages(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let of = rows.iter().filter_map(|row| message_of(row).ok()).filter(|message| message.no.0 > 0);
        let of: Vec<(i64, PlanId, EntryNo)> = of.map(|found| (found.id, found.plan, found.no)).collect();
        let keys = of.iter().flat_map(|(_, plan, no)| values![*plan, *no]).collect();
        let rows = self.tx.find(&self.db, &sql::ENTRY_NOS, keys).await?;
        let there = rows.iter().map(|row| Ok((PlanId(row.int(0)?), EntryNo(row.int(1)?))));
        let there = there.collect::<Result<BTreeSet<_>, StoreError>>()?;
        for (id, plan, no) in of {
            if !there.contains(&(plan, no)) {
                let what = format!("消息表：第 {id} 条消息所说的方案 {plan} 第 {no} 号条目不存在");
                self.report.at_table(what, Remedy::Restore);
            }
        }
        Ok(())
    }

    /// Looks whether there is a key for every subject whose fields are sealed, even if a destroyed one, and
    /// whether the key of whoever was forgotten is gone.
    pub(super) async fn subjects(&mut self, plan: PlanId, made: &[Made]) -> Result<(), StoreError> {
        let sealed = made.iter().flat_map(|made| {
            made.entry.opening.fields.values().filter_map(|value| match value {
                FieldValue::Sealed { subject, .. } => Some((made.entry.no, subject)),
                _ => None,
            })
        });
        let sealed: BTreeSet<(EntryNo, &String)> = sealed.collect();
        let keys = sealed.iter().map(|(_, subject)| Value::from(*subject)).collect();
        let rows = self.tx.find(&self.db, &sql::SUBJECTS, keys).await?;
        let there = rows.iter().map(|row| Ok((row.text(0)?, row.find_int(1)?)));
        let there = there.collect::<Result<BTreeMap<String, Option<i64>>, StoreError>>()?;
        let forgotten = made.iter().filter(|made| made.entry.forgotten.is_some());
        let forgotten: BTreeSet<EntryNo> = forgotten.map(|made| made.entry.no).collect();
        for (no, subject) in sealed {
            let what = match there.get(subject) {
                None => "不存在",
                Some(None) if forgotten.contains(&no) => "应已随个人信息销毁，却还在",
                Some(_) => continue,
            };
            let what = format!("个人密钥表：方案 {plan} 第 {no} 号条目的密钥“{subject}”{what}");
            self.report.at_table(what, Remedy::Restore);
        }
        Ok(())
    }

    /// Looks at the numbers that are counted on: the last plan that was begun.
    pub(super) async fn meta(&mut self, newest: PlanId) -> Result<(), StoreError> {
        let rows = self.tx.rows(self.db.text(&sql::COPY_META, 0), values!["", STRIDE].into()).await?;
        let mut plan = None;
        for row in &rows {
            match row.text(0)?.as_str() {
                "plan" => plan = Some(PlanId(row.int(1)?)),
                other => self.report.at_table(format!("计数表：不认识“{other}”"), Remedy::Restore),
            }
        }
        if plan != Some(newest) {
            let there = plan.map_or_else(|| String::from("没有"), |plan| format!("为 {plan}"));
            let what = format!("计数表：最后的方案编号应为 {newest}，表中{there}");
            self.report.at_table(what, Remedy::Restore);
        }
        Ok(())
    }
}

/// What was seen in some rows of a table.
#[derive(Default)]
struct Looked {
    /// What is wrong with them.
    wrong: Vec<String>,
    /// The commands among them.
    commands: Commands,
}

/// Looks at the rows of a page.
fn look(
    rows: &[Row],
    table: &Table,
    title: &str,
    covered: &Range<usize>,
    maker: &impl Maker,
) -> Result<Looked, StoreError> {
    let mut looked = Looked::default();
    for row in rows {
        if let Err(error) = looked.row(row, table, covered.clone(), maker) {
            let StoreError::Damaged(what) = error else { return Err(error) };
            let place = key_of(row, table).map_or(String::new(), |key| shown(&key));
            looked.wrong.push(format!("{title}：“{place}”一行{what}"));
        }
    }
    Ok(looked)
}

impl Looked {
    /// Reads a row back and compares its sum. Rows from before there were sums have none.
    fn row(
        &mut self,
        row: &Row,
        table: &Table,
        covered: Range<usize>,
        maker: &impl Maker,
    ) -> Result<(), StoreError> {
        let columns = covered.map(|column| value(row, column, table.columns));
        let sum = sum_of(&columns.collect::<Result<Vec<Value>, StoreError>>()?);
        let kept = row.find_bytes(table.columns.len() - 1)?;
        if kept.is_some_and(|kept| kept != sum.0) {
            return Err(StoreError::Damaged(String::from("的内容与写入时不一致")));
        }
        match table.name {
            "command" => self.wrong.extend(self.commands.row(&command_of(row)?, maker)),
            "message" => drop(message_of(row)?),
            "outbox" => drop(outbox_of(row)?),
            "attachment" => drop(attachment_of(row)?),
            _ => {
                let key = subject_key_of(row)?;
                if key.destroyed.is_some() != key.key.wrapped.is_empty() {
                    return Err(StoreError::Damaged(String::from("的密钥与销毁记载不一致")));
                }
            }
        }
        Ok(())
    }
}

/// The key of a row.
fn key_of(row: &Row, table: &Table) -> Result<Vec<Value>, StoreError> {
    (0..table.key).map(|column| value(row, column, table.columns)).collect()
}

/// A key as one word.
fn shown(key: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::Int(number) => number.unwrap_or_default().to_string(),
        Value::Text(text) => text.clone().unwrap_or_default(),
        Value::Bytes(bytes) => {
            let hash = bytes.as_deref().and_then(|bytes| bytes.try_into().ok()).map(Hash);
            hash.map_or_else(String::new, |hash| hash.to_string())
        }
    };
    key.iter().map(word).collect::<Vec<_>>().join(" ")
}
