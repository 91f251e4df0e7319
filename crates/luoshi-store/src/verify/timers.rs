//! When the scheduler has to look at entries and plans: none may be missing, late, or without an entry.

use std::collections::BTreeMap;

use luoshi_engine::{EntryNo, Moment, PlanId};

use super::Verifier;
use crate::db::values;
use crate::error::StoreError;
use crate::sql;

/// Entries that are to be looked at, and when at the latest.
pub(super) struct Due(pub(super) BTreeMap<EntryNo, Moment>);

impl Verifier {
    /// Compares the timer of a plan's duties.
    pub(super) async fn plan_timer(&mut self, plan: PlanId, due: Option<Moment>) -> Result<(), StoreError> {
        let due = due.map(|at| (EntryNo(0), at)).into_iter().collect();
        self.timers(plan, (i64::MIN, 0), Due(due)).await
    }

    /// Compares the timers of a range of entries. One that rings too early is put right when it rings.
    pub(super) async fn timers(
        &mut self,
        plan: PlanId,
        range: (i64, i64),
        Due(mut due): Due,
    ) -> Result<(), StoreError> {
        let values = values![plan, range.0, range.1].into();
        for row in self.tx.rows(self.db.text(&sql::TIMERS_OF, 0), values).await? {
            let (no, at) = (EntryNo(row.int(0)?), Moment(row.int(1)?));
            match due.remove(&no) {
                Some(latest) if at > latest => self.at_timer(plan, no, &format!("迟于应有的 {latest}")),
                Some(_) => {}
                None => self.at_timer(plan, no, "多出一行"),
            }
        }
        for no in due.into_keys() {
            self.at_timer(plan, no, "没有应有的一行，到时不会提醒");
        }
        Ok(())
    }

    fn at_timer(&mut self, plan: PlanId, no: EntryNo, what: &str) {
        let what = format!("定时表：{what}");
        if no.0 == 0 { self.report.at_plan(plan, what) } else { self.report.at_entry(plan, no, what) }
    }
}
