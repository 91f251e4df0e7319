//! Scope, desk and tally compared with what they should hold, in memory that does not grow with them:
//! the rows of a unit are added up as numbers that every row changes.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use luoshi_engine::{EntryNo, PlanId, UnitId};

use crate::db::{Db, Tx, Value, values};
use crate::error::StoreError;
use crate::filed::{Filed, role_of};
use crate::fold::STRIDE;
use crate::sql;

/// What a unit has in a table: how many rows, and the sum of their numbers.
type Sum = (i64, u64);

/// What the tables should hold.
#[derive(Default)]
pub(crate) struct Sums {
    scope: HashMap<UnitId, Sum>,
    desk: HashMap<UnitId, Sum>,
    tally: BTreeMap<(UnitId, PlanId, String, String), i64>,
}

/// A number that every part of a row changes.
pub(crate) fn number(row: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish()
}

fn add(sums: &mut HashMap<UnitId, Sum>, unit: UnitId, row: impl Hash) {
    let sum = sums.entry(unit).or_default();
    *sum = (sum.0 + 1, sum.1.wrapping_add(number(row)));
}

impl Sums {
    /// An entry should have these rows.
    pub(crate) fn expect(&mut self, of: (PlanId, EntryNo), filed: &Filed) {
        filed.scope(of).for_each(|row| add(&mut self.scope, row.0, row));
        filed.desk(of).for_each(|row| add(&mut self.desk, row.0, row));
        let (unit, plan, phase, light) = filed.tally(of);
        *self.tally.entry((unit, plan, phase.to_owned(), light)).or_default() += 1;
    }

    /// Reads the tables and tells where they differ.
    pub(crate) async fn compare(&mut self, db: &Db, tx: &mut Tx) -> Result<Vec<String>, StoreError> {
        let mut faults = differing("范围表", &self.scope, &scope(db, tx).await?);
        faults.extend(differing("待办表", &self.desk, &desk(db, tx).await?));
        self.tally_compare(db, tx, &mut faults).await?;
        Ok(faults)
    }

    async fn tally_compare(
        &mut self,
        db: &Db,
        tx: &mut Tx,
        faults: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let mut told = |unit, plan, there: i64, due: i64| {
            if there != due {
                faults.push(format!("统计表：单位 {unit} 在方案 {plan} 中应有 {due} 条，表中为 {there} 条"));
            }
        };
        let mut after: Vec<Value> = values![i64::MIN, i64::MIN, "", ""].into();
        loop {
            after.push(STRIDE.into());
            let rows = tx.rows(db.text(&sql::TALLY_ROWS, 0), after).await?;
            let Some(last) = rows.last() else { break };
            after = values![last.int(0)?, last.int(1)?, last.text(2)?, last.text(3)?].into();
            for row in &rows {
                let key = (UnitId(row.int(0)?), PlanId(row.int(1)?), row.text(2)?, row.text(3)?);
                let due = self.tally.remove(&key).unwrap_or(0);
                told(key.0, key.1, row.int(4)?, due);
            }
        }
        for ((unit, plan, ..), due) in std::mem::take(&mut self.tally) {
            told(unit, plan, 0, due);
        }
        Ok(())
    }
}

fn differing(table: &str, due: &HashMap<UnitId, Sum>, there: &HashMap<UnitId, Sum>) -> Vec<String> {
    let units: std::collections::BTreeSet<&UnitId> = due.keys().chain(there.keys()).collect();
    let count = |sums: &HashMap<UnitId, Sum>, unit| sums.get(unit).copied().unwrap_or_default();
    let differs = units.into_iter().filter(|unit| count(due, unit) != count(there, unit));
    differs
        .map(|unit| {
            let (due, there) = (count(due, unit).0, count(there, unit).0);
            if due == there {
                format!("{table}：单位 {unit} 的 {there} 行与事件不符")
            } else {
                format!("{table}：单位 {unit} 应有 {due} 行，表中为 {there} 行")
            }
        })
        .collect()
}

async fn scope(db: &Db, tx: &mut Tx) -> Result<HashMap<UnitId, Sum>, StoreError> {
    let mut sums = HashMap::new();
    let mut after = [i64::MIN; 5];
    loop {
        let [unit, due, plan, no, owed] = after;
        let values = values![unit, due, plan, no, owed, STRIDE].into();
        let rows = tx.rows(db.text(&sql::SCOPE_ROWS, 0), values).await?;
        if rows.is_empty() {
            return Ok(sums);
        }
        for row in &rows {
            after = [row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?, row.int(4)?];
            let [unit, due, plan, no, owed] = after;
            add(&mut sums, UnitId(unit), (UnitId(unit), due, PlanId(plan), EntryNo(no), owed == 1));
        }
    }
}

async fn desk(db: &Db, tx: &mut Tx) -> Result<HashMap<UnitId, Sum>, StoreError> {
    let mut sums = HashMap::new();
    let mut after: Vec<Value> = values![i64::MIN, "", i64::MIN, i64::MIN, i64::MIN].into();
    loop {
        after.push(STRIDE.into());
        let rows = tx.rows(db.text(&sql::DESK_ROWS, 0), after).await?;
        let Some(last) = rows.last() else { return Ok(sums) };
        after = values![last.int(0)?, last.text(1)?, last.int(2)?, last.int(3)?, last.int(4)?].into();
        for row in &rows {
            let (unit, role) = (UnitId(row.int(0)?), role_of(&row.text(1)?)?);
            add(&mut sums, unit, (unit, role, row.int(2)?, PlanId(row.int(3)?), EntryNo(row.int(4)?)));
        }
    }
}
