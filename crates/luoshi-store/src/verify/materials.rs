//! Which file was handed in for which entries: what the table says is what the events say.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{EntryNo, Hash, PlanId};

use super::Verifier;
use crate::db::values;
use crate::error::StoreError;
use crate::fold::Made;
use crate::sql;

impl Verifier {
    /// Compares the files of entries in a range of numbers, the first excluded.
    pub(super) async fn materials(
        &mut self,
        plan: PlanId,
        range: (i64, i64),
        made: &[Made],
    ) -> Result<(), StoreError> {
        let values = values![plan, range.0, range.1].into();
        let mut stored: BTreeMap<EntryNo, BTreeSet<Hash>> = BTreeMap::new();
        for row in self.tx.rows(self.db.text(&sql::MATERIALS_OF, 0), values).await? {
            stored.entry(EntryNo(row.int(0)?)).or_default().insert(row.hash(1)?);
        }
        for made in made {
            let files: BTreeSet<Hash> = made.rows.files.iter().copied().collect();
            if stored.remove(&made.entry.no).unwrap_or_default() != files {
                self.report.at_entry(plan, made.entry.no, "材料表与事件不符");
            }
        }
        for no in stored.into_keys() {
            self.report.at_entry(plan, no, "材料表中多出这一条，没有事件与之对应");
        }
        Ok(())
    }
}
