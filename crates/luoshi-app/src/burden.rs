//! What is asked of units: how much and how often, by whom, under which plan, and what is asked twice.
//! Requests are counted, never people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use luoshi_engine::{Moment, Plan, PlanId, PlanState, UnitId};
use luoshi_plan::check::asked_for;
use tokio::task::spawn_blocking;

use crate::context::Context;
use crate::drafting::schedule_words;
use crate::error::AppError;
use crate::reader::Reader;
use crate::watch::Seeing;

/// Words of a rhythm, which do not make a report another one.
const RHYTHM: [&str; 14] = [
    "每半年",
    "每季度",
    "每半月",
    "每日",
    "每天",
    "每周",
    "每旬",
    "每月",
    "每季",
    "每年",
    "季度",
    "年度",
    "月度",
    "半年",
];

/// What kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// A report that is due.
    Report,
    /// A task that was given.
    Task,
    /// A reminder or slip.
    Chase,
    /// What others came to look at or added to a register beyond tasks and reports.
    Check,
}

impl Ask {
    /// All kinds, their words for programs and for people.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Report, "report", "报送"),
        (Self::Task, "task", "任务"),
        (Self::Chase, "chase", "催办督办"),
        (Self::Check, "check", "检查登记"),
    ];
}

/// How much is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BurdenWanted {
    /// How many weeks back, this one included.
    pub weeks: i64,
    /// Of this plan alone.
    pub plan: Option<PlanId>,
    /// Of these units alone.
    pub units: Option<Vec<UnitId>>,
    /// Of this kind alone.
    pub ask: Option<Ask>,
}

/// What is asked of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitBurden {
    /// The unit.
    pub unit: UnitId,
    /// How many requests of each kind, in the order of [`Ask::ALL`].
    pub kinds: [i64; 4],
    /// How many requests each week, the oldest first.
    pub weeks: Vec<i64>,
    /// How many units ask.
    pub askers: BTreeSet<UnitId>,
    /// Under how many plans.
    pub plans: BTreeSet<PlanId>,
}

impl UnitBurden {
    /// All requests.
    pub fn total(&self) -> i64 {
        self.kinds.iter().sum()
    }

    /// How many more there were in the later half of the weeks than in the earlier.
    pub fn change(&self) -> i64 {
        let half = self.weeks.len() / 2;
        let (early, late) = (&self.weeks[..half], &self.weeks[self.weeks.len() - half..]);
        late.iter().sum::<i64>() - early.iter().sum::<i64>()
    }
}

/// What one unit asks under one plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The unit that asks.
    pub by: UnitId,
    /// Its plan.
    pub plan: PlanId,
    /// How many requests of each kind.
    pub kinds: [i64; 4],
    /// Of how many units.
    pub units: BTreeSet<UnitId>,
}

/// A request in words: under which plan, what, when due.
pub(crate) type AskWords = (PlanId, String, String);

/// The same thing asked of the same units twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeated {
    /// What is asked for.
    pub thing: String,
    /// The requests: under which plan, what, when due.
    pub asks: Vec<(PlanId, String, String)>,
    /// Of which units.
    pub units: Vec<UnitId>,
}

/// What is asked of units within a reader's sight.
#[derive(Clone, Debug, Default)]
pub struct Burden {
    /// The first moment of each week, the oldest first.
    pub weeks: Vec<Moment>,
    /// By unit, by their numbers.
    pub units: Vec<UnitBurden>,
    /// By asking unit and plan, the most asking first.
    pub askers: Vec<Asker>,
    /// What is asked twice.
    pub repeated: Vec<Repeated>,
}

impl Burden {
    /// All requests together, as of one unit.
    pub fn all(&self) -> UnitBurden {
        let mut all = UnitBurden { weeks: vec![0; self.weeks.len()], ..UnitBurden::default() };
        for unit in &self.units {
            all.kinds.iter_mut().zip(unit.kinds).for_each(|(all, n)| *all += n);
            all.weeks.iter_mut().zip(&unit.weeks).for_each(|(all, n)| *all += n);
            all.askers.extend(&unit.askers);
            all.plans.extend(&unit.plans);
        }
        all
    }
}

/// Requests for a thing of a unit.
type Found = BTreeMap<(String, UnitId), Vec<AskWords>>;

/// Units of which a thing is asked alike.
type Alike = BTreeMap<(String, Vec<AskWords>), Vec<UnitId>>;

/// Requests of a kind in a week: plan, of whom, by whom, kind, week, how many.
type Row = (PlanId, UnitId, UnitId, Ask, i64, i64);

impl Reader {
    /// The plans, running and kept, under which the reader sees what is asked.
    ///
    /// # Errors
    ///
    /// The reader's post does no business, or the store fails; so with all that follow.
    pub async fn asking(&self) -> Result<Seeing, AppError> {
        self.does_business()?;
        let mut plans = self.plans().await?;
        plans.retain(|plan| matches!(plan.state, PlanState::Issued | PlanState::Archived));
        let sight = self.sight_of(&plans);
        Ok(Seeing { plans, sight })
    }

    /// What is asked of the units that the reader sees, of their plans. Who neither inspects nor leads sees what
    /// is asked of their own unit.
    pub async fn burden(&self, seeing: &Seeing, wanted: &BurdenWanted) -> Result<Burden, AppError> {
        let mut plans = seeing.plans.clone();
        plans.retain(|plan| wanted.plan.is_none_or(|only| plan.id == only));
        let sight = self.sight_of(&plans);
        let narrowed = Seeing { plans, sight };
        let weeks = wanted.weeks.clamp(2, 53);
        let first = self.monday(weeks);
        let until = first.plus(weeks * 7 * Moment::DAY);
        let units = if self.oversees() { wanted.units.clone() } else { Some(vec![self.post.unit]) };
        let asked = |unit: UnitId| units.as_ref().is_none_or(|units| units.contains(&unit));
        let kind = |ask| wanted.ask.is_none_or(|only| only == ask);
        let mut burden = Burden {
            weeks: (0..weeks).map(|week| first.plus(week * 7 * Moment::DAY)).collect(),
            ..Burden::default()
        };
        let mut rows = self.requests(&narrowed, first, until).await?;
        rows.retain(|(_, unit, _, ask, ..)| asked(*unit) && kind(*ask));
        count(&mut burden, &rows);
        if kind(Ask::Report) {
            burden.repeated.extend(self.reports_twice(&narrowed, units.clone()).await?);
        }
        if kind(Ask::Task) {
            burden.repeated.extend(self.tasks_twice(&narrowed, (first, until), &asked).await?);
        }
        Ok(burden)
    }

    /// Every request, by plan, unit, asking unit, kind and week.
    async fn requests(&self, seeing: &Seeing, first: Moment, until: Moment) -> Result<Vec<Row>, AppError> {
        let store = self.app().store();
        let plans: BTreeMap<PlanId, &Plan> = seeing.plans.iter().map(|plan| (plan.id, plan)).collect();
        let mut rows = Vec::new();
        for row in store.asked_weeks(&seeing.sight, first, until).await? {
            let pack = plans.get(&row.plan).and_then(|plan| self.pack(plan).ok());
            let other =
                if pack.is_some_and(|pack| pack.tasks == row.register) { Ask::Task } else { Ask::Check };
            for (ask, n) in [(Ask::Report, row.reports), (other, row.n - row.reports)] {
                if n > 0 {
                    rows.push((row.plan, row.unit, row.by, ask, row.week, n));
                }
            }
        }
        for row in store.chased_weeks(&seeing.sight, first, until).await? {
            let by = plans.get(&row.plan).map_or(row.unit, |plan| plan.issuer);
            rows.push((row.plan, row.unit, by, Ask::Chase, row.week, row.n));
        }
        Ok(rows)
    }

    /// Reports of the same thing that running plans expect of the same units. Who owes each is found for every
    /// unit there is, so that nobody waits for it on a thread that serves others.
    async fn reports_twice(
        &self,
        seeing: &Seeing,
        units: Option<Vec<UnitId>>,
    ) -> Result<Vec<Repeated>, AppError> {
        let plans = seeing.plans.iter().filter(|plan| plan.state == PlanState::Issued);
        let plans: Vec<Plan> = plans.cloned().collect();
        let (context, post, now) = (Arc::clone(&self.context), self.post.id, self.now);
        let found = spawn_blocking(move || {
            let asked = |unit: UnitId| {
                units.as_ref().is_none_or(|units| units.contains(&unit))
                    && context.org.sees(post, unit, now.date())
            };
            reports_twice(&context, &plans, now, asked)
        });
        found.await.map_err(|_| AppError::Closing)
    }

    /// Tasks of the same title that the same unit was given under several plans.
    async fn tasks_twice(
        &self,
        seeing: &Seeing,
        (first, until): (Moment, Moment),
        asked: &impl Fn(UnitId) -> bool,
    ) -> Result<Vec<Repeated>, AppError> {
        let mut found = Found::new();
        let plans: BTreeMap<PlanId, &Plan> = seeing.plans.iter().map(|plan| (plan.id, plan)).collect();
        for row in self.app().store().asked_twice(&seeing.sight, first, until).await? {
            let pack = plans.get(&row.plan).and_then(|plan| self.pack(plan).ok());
            if asked(row.unit) && pack.is_some_and(|pack| pack.tasks == row.register) {
                let ask = (row.plan, row.title.clone(), String::new());
                found.entry((row.title, row.unit)).or_default().push(ask);
            }
        }
        Ok(repeated(found))
    }

    /// The Monday of the week that lies so many weeks back, this one counted.
    pub(crate) fn monday(&self, weeks: i64) -> Moment {
        let today = self.now.date();
        let monday = i64::from(today.weekday().to_monday_zero_offset());
        Moment::start_of(today).plus(-(monday + (weeks - 1) * 7) * Moment::DAY)
    }
}

fn count(burden: &mut Burden, rows: &[Row]) {
    let weeks = burden.weeks.len();
    let mut units: BTreeMap<UnitId, UnitBurden> = BTreeMap::new();
    let mut askers: BTreeMap<(UnitId, PlanId), Asker> = BTreeMap::new();
    for &(plan, unit, by, ask, week, n) in rows {
        let of = units.entry(unit).or_insert_with(|| UnitBurden {
            unit,
            weeks: vec![0; weeks],
            ..UnitBurden::default()
        });
        of.kinds[ask as usize] += n;
        if let Some(at) = usize::try_from(week).ok().and_then(|week| of.weeks.get_mut(week)) {
            *at += n;
        }
        of.askers.insert(by);
        of.plans.insert(plan);
        let from = askers.entry((by, plan)).or_insert_with(|| Asker { by, plan, ..Asker::default() });
        from.kinds[ask as usize] += n;
        from.units.insert(unit);
    }
    burden.units = units.into_values().collect();
    burden.askers = askers.into_values().collect();
    burden.askers.sort_by_key(|asker| (-asker.kinds.iter().sum::<i64>(), asker.by, asker.plan));
}

/// Reports of the same thing that plans expect of the same units, of those that are asked about.
fn reports_twice(
    context: &Context,
    plans: &[Plan],
    now: Moment,
    asked: impl Fn(UnitId) -> bool,
) -> Vec<Repeated> {
    let mut found = Found::new();
    for plan in plans {
        let Ok(pack) = context.pack(plan) else { continue };
        let world = context.world(pack, now);
        for duty in &plan.duties {
            let Some(thing) = asked_for(without_rhythm(&duty.title)) else { continue };
            let ask = (plan.id, duty.title.clone(), schedule_words(duty));
            for unit in world.owing(plan, duty, now.date()).into_iter().filter(|unit| asked(*unit)) {
                found.entry((thing.clone(), unit)).or_default().push(ask.clone());
            }
        }
    }
    repeated(found)
}

/// What of a unit is asked more than once.
fn repeated(found: Found) -> Vec<Repeated> {
    let found = found.into_iter().filter(|(_, asks)| asks.len() > 1);
    together(found.map(|((thing, unit), asks)| (thing, asks, unit)))
}

/// Units of which the same is asked alike, put together; what most are asked first.
fn together(found: impl Iterator<Item = (String, Vec<AskWords>, UnitId)>) -> Vec<Repeated> {
    let mut alike = Alike::new();
    for (thing, asks, unit) in found {
        alike.entry((thing, asks)).or_default().push(unit);
    }
    let repeated = alike.into_iter().map(|((thing, asks), units)| Repeated { thing, asks, units });
    let mut repeated: Vec<Repeated> = repeated.collect();
    repeated.sort_by_key(|repeated| std::cmp::Reverse(repeated.units.len()));
    repeated
}

/// What a report is called without the words that say how often.
fn without_rhythm(title: &str) -> &str {
    RHYTHM.iter().find_map(|word| title.strip_prefix(word)).unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rhythm_does_not_make_another_report() {
        let check = |title, thing| assert_eq!(without_rhythm(title), thing);
        check("每周隐患排查情况", "隐患排查情况");
        check("每季度隐患排查情况", "隐患排查情况");
        check("隐患排查情况", "隐患排查情况");
    }

    #[test]
    fn the_later_half_is_held_against_the_earlier() {
        let burden = |weeks: &[i64]| UnitBurden { weeks: weeks.to_vec(), ..UnitBurden::default() };
        assert_eq!(burden(&[1, 1, 3, 4]).change(), 5);
        assert_eq!(burden(&[5, 9, 1]).change(), -4, "the middle of an odd number counts for neither");
    }
}
