//! What an inspector looks for across plans: lights, units that do not stir, units that fail again.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{EntryRow, Moment, Organisation, Plan, PlanId, PlanState, PostId, Unit, UnitId};
use luoshi_pack::{Phase, Role};
use luoshi_store::{DueRow, Page, Seen, Sight, TallyRow};

use crate::error::AppError;
use crate::reader::Reader;

/// Colours that call for attention, the gravest first.
pub const ALARMS: [&str; 3] = ["red", "orange", "yellow"];

/// From how many failures on a unit counts as one that fails again.
const AGAIN: i64 = 2;

/// The running plans that a reader sees, and whose entries of them.
pub struct Seeing {
    /// The plans, the newest first.
    pub plans: Vec<Plan>,
    /// Whose entries.
    pub sight: Sight,
}

/// A unit that owes something and does not stir.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// The unit.
    pub unit: UnitId,
    /// How many entries it owes.
    pub open: i64,
    /// When somebody of it last did something; none where nobody ever did.
    pub last: Option<Moment>,
}

/// A unit that failed more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offender {
    /// The unit.
    pub unit: UnitId,
    /// Overdue and not handed in.
    pub overdue: i64,
    /// Handed in late.
    pub late: i64,
    /// Returned at least once.
    pub returned: i64,
}

impl Offender {
    /// How often it failed.
    pub fn times(&self) -> i64 {
        self.overdue + self.late + self.returned
    }
}

impl Reader {
    /// Whether the reader's post inspects or leads: to them belong inspection and dashboard.
    pub fn oversees(&self) -> bool {
        self.post.roles.iter().any(|role| matches!(role, Role::Inspector | Role::Leader))
    }

    /// The running plans that the reader sees, or one of them.
    ///
    /// # Errors
    ///
    /// The store fails; so with all that follow.
    pub async fn seeing(&self, only: Option<PlanId>) -> Result<Seeing, AppError> {
        let mut plans = self.plans_in(Some(PlanState::Issued)).await?;
        plans.retain(|plan| only.is_none_or(|only| plan.id == only));
        let sight = self.sight_of(&plans);
        Ok(Seeing { plans, sight })
    }

    /// Whose entries of some plans the reader sees.
    pub fn sight_of(&self, plans: &[Plan]) -> Sight {
        let (whole, part): (Vec<&Plan>, Vec<&Plan>) = plans.iter().partition(|plan| self.sees(plan.issuer));
        let ids = |plans: Vec<&Plan>| plans.into_iter().map(|plan| plan.id).collect();
        Sight { whole: ids(whole), part: ids(part), units: self.units() }
    }

    /// Entries that the reader sees, the gravest light first, and how many there are.
    pub async fn seen(
        &self,
        sight: &Sight,
        seen: &Seen,
        page: Page,
    ) -> Result<(Vec<EntryRow>, i64), AppError> {
        let store = self.app().store();
        Ok((store.list_seen(sight, seen, page).await?, store.count_seen(sight, seen).await?))
    }

    /// The lights of some colours in the packs of plans, in the order of the colours.
    pub fn lights(&self, plans: &[Plan], colours: &[&str]) -> Vec<String> {
        let packs: Vec<_> = plans.iter().filter_map(|plan| self.pack(plan).ok()).collect();
        let mut keys: Vec<String> = Vec::new();
        for colour in colours {
            let lights = packs.iter().flat_map(|pack| &pack.lights);
            let of = lights.filter(|light| light.colour == *colour).map(|light| &light.key);
            let new: BTreeSet<&String> = of.filter(|key| !keys.contains(key)).collect();
            let new: Vec<String> = new.into_iter().cloned().collect();
            keys.extend(new);
        }
        keys
    }

    /// A unit's name, with that of the unit above it where others bear the same: every township has an
    /// office for general affairs.
    pub fn unit_words(&self, unit: UnitId) -> String {
        let org = &self.context.org;
        let name = org.unit_name(unit);
        let shared = self.namesakes.get_or_init(|| shared_names(org)).contains(&name);
        let above = org.unit(unit).and_then(Unit::parent).filter(|_| shared);
        above.map(|above| org.unit_name(above)).unwrap_or_default() + &name
    }

    /// A unit and all below it.
    pub fn unit_and_below(&self, unit: UnitId) -> Vec<UnitId> {
        let below = self.context.org.below(unit, None, self.now.date());
        std::iter::once(unit).chain(below).collect()
    }

    /// How many entries stand where, of those that the reader sees.
    pub async fn tallies(&self, seeing: &Seeing) -> Result<Vec<TallyRow>, AppError> {
        let plans: Vec<PlanId> = seeing.plans.iter().map(|plan| plan.id).collect();
        let mut rows = self.app().store().matrix_of_plans(&plans).await?;
        let whole: BTreeSet<PlanId> = seeing.sight.whole.iter().copied().collect();
        let units: BTreeSet<UnitId> = seeing.sight.units.iter().copied().collect();
        rows.retain(|row| row.n > 0 && (whole.contains(&row.plan) || units.contains(&row.unit)));
        // The same plan given twice would count twice.
        rows.sort_unstable_by_key(|row| (row.unit, row.plan, row.phase as u8, row.light.clone()));
        rows.dedup();
        Ok(rows)
    }

    /// Units that owe something of plans that run as long as that, and of which nobody did anything for
    /// so many days; the longest silent first.
    pub async fn silent(&self, seeing: &Seeing, days: i64) -> Result<Vec<Silent>, AppError> {
        let since = self.now.plus(-days * Moment::DAY);
        let old: BTreeSet<PlanId> = seeing
            .plans
            .iter()
            .filter(|plan| plan.issued.is_some_and(|issued| issued < since))
            .map(|plan| plan.id)
            .collect();
        let mut open: BTreeMap<UnitId, i64> = BTreeMap::new();
        for row in self.tallies(seeing).await? {
            if row.phase == Phase::Open && old.contains(&row.plan) {
                *open.entry(row.unit).or_default() += row.n;
            }
        }
        let posts = &self.context.org.posts;
        let of: BTreeMap<PostId, UnitId> =
            posts.values().filter(|post| open.contains_key(&post.unit)).map(|p| (p.id, p.unit)).collect();
        let ids: Vec<PostId> = of.keys().copied().collect();
        let mut last: BTreeMap<UnitId, Moment> = BTreeMap::new();
        for (post, at) in self.app().store().last_acts(&ids).await? {
            if let Some(unit) = of.get(&post) {
                let known = last.entry(*unit).or_insert(at);
                *known = at.max(*known);
            }
        }
        let silent =
            open.into_iter().map(|(unit, open)| Silent { unit, open, last: last.get(&unit).copied() });
        let mut silent: Vec<Silent> =
            silent.filter(|found| found.last.is_none_or(|last| last < since)).collect();
        silent.sort_by_key(|found| (found.last, -found.open, found.unit));
        Ok(silent)
    }

    /// Units that failed at least twice in what fell due within so many days: overdue, late, returned.
    /// The worst first.
    pub async fn offenders(&self, seeing: &Seeing, days: i64) -> Result<Vec<Offender>, AppError> {
        let now = self.now.minute();
        let from = now.plus(-days * Moment::DAY);
        let rows = self.app().store().due_weeks(&seeing.sight, from, now).await?;
        let mut units: BTreeMap<UnitId, Offender> = BTreeMap::new();
        for DueRow { unit, phase, on_time, n, returned, .. } in rows {
            let found = units.entry(unit).or_insert_with(|| Offender { unit, ..Offender::default() });
            match (phase, on_time) {
                (Phase::Open, _) => found.overdue += n,
                (_, Some(false)) => found.late += n,
                _ => {}
            }
            found.returned += returned;
        }
        let mut found: Vec<Offender> = units.into_values().filter(|unit| unit.times() >= AGAIN).collect();
        found.sort_by_key(|unit| (-unit.times(), unit.unit));
        Ok(found)
    }
}

/// The names that more than one unit bears.
fn shared_names(org: &Organisation) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let names = org.units.values().map(Unit::name);
    names.filter(|name| !known.insert(*name)).map(str::to_owned).collect()
}
