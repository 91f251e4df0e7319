//! What is asked of units, counted by week: each statement is a range of an index, plan by plan.

use luoshi_engine::{Moment, PlanId, UnitId};

use crate::db::{Row, values};
use crate::error::StoreError;
use crate::store::Store;
use crate::watch::{Sight, WEEK};

/// Entries that one unit asked of another in a plan, in one week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedRow {
    /// The plan.
    pub plan: PlanId,
    /// Of which unit it is asked.
    pub unit: UnitId,
    /// Which unit asks.
    pub by: UnitId,
    /// The register.
    pub register: String,
    /// The week, from 0.
    pub week: i64,
    /// How many.
    pub n: i64,
    /// How many of them are expected reports.
    pub reports: i64,
}

/// How often a unit was chased for entries of its own in a plan, in one week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChasedRow {
    /// The plan.
    pub plan: PlanId,
    /// The unit.
    pub unit: UnitId,
    /// The week, from 0.
    pub week: i64,
    /// How often.
    pub n: i64,
}

/// What a unit was asked for under a title that stands in another plan too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwiceRow {
    /// Of which unit it is asked.
    pub unit: UnitId,
    /// Under which title.
    pub title: String,
    /// The plan.
    pub plan: PlanId,
    /// The register.
    pub register: String,
}

impl Store {
    /// What units were asked for from one moment to another.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn asked_weeks(
        &self,
        sight: &Sight,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<AskedRow>, StoreError> {
        let columns = format!("plan, lead, asker, register, (asked - {}) / {WEEK} AS week, duty", from.0);
        let condition = " AND asker <> 0 AND asked >= ? AND asked < ? AND phase <> 'void'";
        let Some((found, values)) = sight.both(&columns, condition, &values![from, until]) else {
            return Ok(Vec::new());
        };
        let text = format!(
            "SELECT plan, lead, asker, register, week, COUNT(*), COUNT(duty) FROM ({found}) AS found \
             GROUP BY plan, lead, asker, register, week ORDER BY plan, lead, asker, register, week"
        );
        let row = |row: &Row| {
            Ok(AskedRow {
                plan: PlanId(row.int(0)?),
                unit: UnitId(row.int(1)?),
                by: UnitId(row.int(2)?),
                register: row.text(3)?,
                week: row.int(4)?,
                n: row.int(5)?,
                reports: row.int(6)?,
            })
        };
        self.rows(&text, values).await?.iter().map(row).collect()
    }

    /// How often units were chased from one moment to another: one reminder told to several posts of a
    /// unit counts once, and an instruction counts as the
    /// task that it gives.
    pub async fn chased_weeks(
        &self,
        sight: &Sight,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<ChasedRow>, StoreError> {
        let condition = " AND no <> 0 AND kind NOT IN ('returned', 'instruction') AND at >= ? AND at < ?";
        let columns = "DISTINCT plan, unit, no, kind, at";
        let Some((found, values)) =
            sight.both_of("message", "unit", columns, condition, &values![from, until])
        else {
            return Ok(Vec::new());
        };
        let text = format!(
            "SELECT m.plan, m.unit, (m.at - {}) / {WEEK}, COUNT(*) FROM ({found}) AS m CROSS JOIN entry e \
             WHERE e.plan = m.plan AND e.no = m.no AND e.lead = m.unit GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            from.0
        );
        let row = |row: &Row| {
            let (plan, unit) = (PlanId(row.int(0)?), UnitId(row.int(1)?));
            Ok(ChasedRow { plan, unit, week: row.int(2)?, n: row.int(3)? })
        };
        self.rows(&text, values).await?.iter().map(row).collect()
    }

    /// What stands under the same title in registers of several plans for the same unit, and was asked of it
    /// from one moment to another but is no report.
    pub async fn asked_twice(
        &self,
        sight: &Sight,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<TwiceRow>, StoreError> {
        let condition = " AND asker <> 0 AND asked >= ? AND asked < ? AND phase <> 'void' AND duty IS NULL";
        let Some((found, values)) =
            sight.both("DISTINCT plan, lead, title, register", condition, &values![from, until])
        else {
            return Ok(Vec::new());
        };
        let text = format!(
            "WITH found AS ({found}) SELECT f.lead, f.title, f.plan, f.register FROM found f JOIN \
             (SELECT lead, title FROM found GROUP BY lead, title HAVING COUNT(DISTINCT plan) > 1) AS g \
             ON g.lead = f.lead AND g.title = f.title ORDER BY f.title, f.lead, f.plan, f.register"
        );
        let row = |row: &Row| {
            let (unit, plan) = (UnitId(row.int(0)?), PlanId(row.int(2)?));
            Ok(TwiceRow { unit, title: row.text(1)?, plan, register: row.text(3)? })
        };
        self.rows(&text, values).await?.iter().map(row).collect()
    }
}
