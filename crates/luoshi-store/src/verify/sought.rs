//! The lines by which plans and entries are found are those that the events give.

use std::collections::BTreeSet;

use luoshi_engine::{EntryNo, PlanId};

use super::Verifier;
use crate::db::values;
use crate::error::StoreError;
use crate::fold::{Folded, Made};
use crate::sought::{self, SoughtKind, end_of, id_of, lines_between, of_id};
use crate::sql;

impl Verifier {
    /// Compares the lines of entries in a range of numbers, the first excluded.
    pub(super) async fn sought(
        &mut self,
        plan: PlanId,
        (after, last): (i64, i64),
        made: &[Made],
    ) -> Result<(), StoreError> {
        let (from, to) = (end_of(plan, after), end_of(plan, last));
        let mut stored = lines_between((&self.db, &mut self.tx), from, to).await?;
        for (id, line) in made.iter().flat_map(|made| &made.found) {
            if stored.remove(id).is_none_or(|stored| stored != *line) {
                self.report.at_entry(plan, of_id(*id).1, "检索表与事件不符");
            }
        }
        for id in stored.into_keys() {
            self.report.at_entry(plan, of_id(id).1, "检索表中多出这一条，没有事件与之对应");
        }
        Ok(())
    }

    /// Compares the line of a plan itself. That of its text is not made of events.
    pub(super) async fn sought_plan(&mut self, plan: PlanId, folded: &Folded) -> Result<(), StoreError> {
        let id = id_of(plan, EntryNo(0), SoughtKind::Plan);
        let stored = lines_between((&self.db, &mut self.tx), id - 1, id).await?.remove(&id);
        let made = folded.any.then(|| sought::plan_line(&folded.plan).1);
        if stored != made {
            self.report.at_plan(plan, "检索表与事件不符");
        }
        Ok(())
    }

    /// Looks for lines of plans that have no chain.
    pub(super) async fn sought_strays(&mut self, chains: &BTreeSet<PlanId>) -> Result<(), StoreError> {
        let mut after = i64::MIN;
        loop {
            let rows = self.tx.rows(self.db.text(&sql::SOUGHT_NEXT, 0), values![after].into()).await?;
            let Some(next) = rows.first().map(|row| row.int(0)).transpose()? else { return Ok(()) };
            let (plan, _) = of_id(next);
            if !chains.contains(&plan) {
                self.report.at_plan(plan, "检索表中多出这个方案的行，没有事件与之对应");
            }
            after = end_of(plan, i64::MAX);
        }
    }
}
