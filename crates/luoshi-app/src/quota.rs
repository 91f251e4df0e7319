//! How far the quotas of a plan are reached: unit by unit, by what was certified or else by what was told.

use std::collections::BTreeMap;

use luoshi_engine::{Entry, EntryRow, ItemContent, ItemNo, Moment, Plan, UnitId};
use luoshi_pack::Phase;
use luoshi_store::Filter;

use crate::error::AppError;
use crate::reader::Reader;

/// A quota of a running plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reached {
    /// What is to be reached.
    pub title: String,
    /// In what it is counted.
    pub unit: String,
    /// Whether somebody's list certifies what counts; otherwise it is what the units tell.
    pub certified: bool,
    /// Who is to reach how much, and has.
    pub shares: Vec<ReachedShare>,
}

/// One unit's share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachedShare {
    /// The unit.
    pub unit: UnitId,
    /// How much it is to reach.
    pub target: f64,
    /// How much it has; none where nothing was told.
    pub done: Option<f64>,
}

impl Reached {
    /// What is to be reached by all, and what was.
    pub fn sum(&self) -> (f64, f64) {
        let add =
            |sum: (f64, f64), share: &ReachedShare| (sum.0 + share.target, sum.1 + share.done.unwrap_or(0.0));
        self.shares.iter().fold((0.0, 0.0), add)
    }
}

impl ReachedShare {
    /// How far it is, in per cent; none for a share of nothing.
    pub fn rate(&self) -> Option<f64> {
        (self.target > 0.0).then(|| self.done.unwrap_or(0.0) / self.target * 100.0)
    }
}

impl Reader {
    /// The quotas of a plan as far as the reader sees their shares among these entries of its register of tasks.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn reached(
        &self,
        plan: &Plan,
        rows: &[EntryRow],
        at: Option<Moment>,
    ) -> Result<Vec<Reached>, AppError> {
        let draft = self.draft_of(plan).await?;
        let mut found: BTreeMap<ItemNo, Reached> = BTreeMap::new();
        for (item, content) in draft.standing() {
            let ItemContent::Quota(quota) = content else { continue };
            let (title, unit) = (quota.title.clone(), quota.unit.clone());
            found.insert(item.no, Reached { title, unit, ..Reached::default() });
        }
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let certified = self.certified(plan, at).await?;
        for row in rows.iter().filter(|row| row.phase != Phase::Void) {
            let Ok(entry) = serde_json::from_str::<Entry>(&row.body) else { continue };
            let quota = entry.opening.item.and_then(|no| found.get_mut(&no));
            let (Some(quota), Some((target, told))) = (quota, entry.share()) else { continue };
            let lead = entry.opening.lead;
            let counted = certified.as_ref().map(|units| self.below(units, lead));
            quota.certified = counted.is_some();
            quota.shares.push(ReachedShare { unit: lead, target, done: counted.or(told) });
        }
        Ok(found.into_values().filter(|quota| !quota.shares.is_empty()).collect())
    }

    /// How many entries of each unit somebody's list has certified; none where the pack knows no such list or
    /// several.
    async fn certified(
        &self,
        plan: &Plan,
        at: Option<Moment>,
    ) -> Result<Option<BTreeMap<UnitId, u32>>, AppError> {
        let pack = self.pack(plan)?;
        let mut registers = pack.registers.iter().filter(|register| register.certified.is_some());
        let (Some(register), None) = (registers.next(), registers.next()) else { return Ok(None) };
        let filter = Filter { register: Some(register.key.clone()), ..Filter::default() };
        let mut counted = BTreeMap::new();
        for row in self.survey(plan, filter, at).await?.0 {
            if serde_json::from_str::<Entry>(&row.body).is_ok_and(|entry| entry.certified) {
                *counted.entry(row.lead).or_default() += 1;
            }
        }
        Ok(Some(counted))
    }

    /// What a unit and those below it have.
    fn below(&self, units: &BTreeMap<UnitId, u32>, unit: UnitId) -> f64 {
        let of = units.iter().filter(|(other, _)| self.context.org.covers(unit, **other));
        of.map(|(_, count)| f64::from(*count)).sum()
    }
}
