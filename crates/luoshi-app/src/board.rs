//! What a leader looks at: completion against plan, lights by unit and plan, what fell due week by week.

use std::collections::BTreeMap;

use luoshi_engine::{Moment, PlanId, UnitId};
use luoshi_pack::Phase;

use crate::error::AppError;
use crate::reader::Reader;
use crate::watch::Seeing;

/// How many weeks the trend goes back.
pub const WEEKS: i64 = 12;

/// How many entries stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Done.
    pub done: i64,
    /// Handed in and under review.
    pub submitted: i64,
    /// Owed.
    pub open: i64,
    /// Those that are not done, by the colour of their light; `grey` without one.
    pub lights: BTreeMap<String, i64>,
}

impl Counts {
    /// All of them.
    pub fn total(&self) -> i64 {
        self.done + self.submitted + self.open
    }

    /// How many shine in a colour.
    pub fn lit(&self, colour: &str) -> i64 {
        self.lights.get(colour).copied().unwrap_or(0)
    }

    /// How much is done, in per cent; none where there is nothing.
    pub fn rate(&self) -> Option<i64> {
        (self.total() > 0).then(|| self.done * 100 / self.total())
    }

    /// Adds entries of a phase under a colour.
    pub fn add(&mut self, phase: Phase, colour: &str, n: i64) {
        match phase {
            Phase::Done => self.done += n,
            Phase::Submitted => self.submitted += n,
            Phase::Open => self.open += n,
            Phase::Void => return,
        }
        if phase != Phase::Done {
            *self.lights.entry(colour.to_owned()).or_default() += n;
        }
    }
}

/// What fell due, and what became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// On time.
    pub on_time: i64,
    /// Late.
    pub late: i64,
    /// Not at all.
    pub missing: i64,
}

impl Came {
    /// All that fell due.
    pub fn total(self) -> i64 {
        self.on_time + self.late + self.missing
    }

    /// How much came on time, in per cent; none where nothing fell due.
    pub fn rate(self) -> Option<i64> {
        (self.total() > 0).then(|| self.on_time * 100 / self.total())
    }

    fn add(&mut self, phase: Phase, on_time: Option<bool>, n: i64) {
        match (phase, on_time) {
            (Phase::Open, _) | (_, None) => self.missing += n,
            (_, Some(true)) => self.on_time += n,
            (_, Some(false)) => self.late += n,
        }
    }
}

/// The dashboard.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// All together.
    pub all: Counts,
    /// By plan, the newest first.
    pub plans: Vec<(PlanId, Counts)>,
    /// By unit: those right below the reader's, each with all below it.
    pub units: Vec<(UnitId, Counts)>,
    /// The last weeks, the oldest first: their first moment, and what fell due in them.
    pub weeks: Vec<(Moment, Came)>,
    /// What fell due in these weeks, by unit.
    pub timely: Vec<(UnitId, Came)>,
}

impl Reader {
    /// The dashboard. It costs one range of an index for each plan: what fell due in the last twelve
    /// weeks, and the tallies.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn board(&self, seeing: &Seeing) -> Result<Board, AppError> {
        let mut board = Board::default();
        let mut plans: BTreeMap<PlanId, Counts> = BTreeMap::new();
        let mut units: BTreeMap<UnitId, Counts> = BTreeMap::new();
        let colours = self.colours(seeing);
        for row in self.tallies(seeing).await? {
            let light = row.light.as_ref().and_then(|light| colours.get(&(row.plan, light.clone())));
            let colour = light.map_or("grey", String::as_str);
            board.all.add(row.phase, colour, row.n);
            plans.entry(row.plan).or_default().add(row.phase, colour, row.n);
            units.entry(self.group_of(row.unit)).or_default().add(row.phase, colour, row.n);
        }
        board.plans =
            seeing.plans.iter().filter_map(|plan| Some((plan.id, plans.remove(&plan.id)?))).collect();
        board.units = units.into_iter().collect();
        board.units.sort_by_key(|(unit, counts)| (-counts.lit("red"), -counts.lit("yellow"), *unit));
        self.weeks(seeing, &mut board).await?;
        Ok(board)
    }

    /// How many entries stand under which light.
    pub(crate) async fn lit(&self, seeing: &Seeing) -> Result<Counts, AppError> {
        let (mut counts, colours) = (Counts::default(), self.colours(seeing));
        for row in self.tallies(seeing).await? {
            let light = row.light.as_ref().and_then(|light| colours.get(&(row.plan, light.clone())));
            counts.add(row.phase, light.map_or("grey", String::as_str), row.n);
        }
        Ok(counts)
    }

    async fn weeks(&self, seeing: &Seeing, board: &mut Board) -> Result<(), AppError> {
        let first = self.first_week();
        let starts = (0..WEEKS).map(|week| first.plus(week * 7 * Moment::DAY));
        board.weeks = starts.map(|start| (start, Came::default())).collect();
        let mut timely: BTreeMap<UnitId, Came> = BTreeMap::new();
        for row in self.app().store().due_weeks(&seeing.sight, first, self.now.minute()).await? {
            let week = usize::try_from(row.week).ok().and_then(|week| board.weeks.get_mut(week));
            if let Some((_, came)) = week {
                came.add(row.phase, row.on_time, row.n);
                timely.entry(self.group_of(row.unit)).or_default().add(row.phase, row.on_time, row.n);
            }
        }
        board.timely = timely.into_iter().collect();
        board.timely.sort_by_key(|(unit, came)| (came.rate(), *unit));
        Ok(())
    }

    /// The Monday with which the trend begins.
    pub fn first_week(&self) -> Moment {
        self.monday(WEEKS)
    }

    /// The unit that a unit counts with: the one right below the reader's on its line, or the topmost but
    /// one where it is in none of theirs.
    pub fn group_of(&self, unit: UnitId) -> UnitId {
        let org = &self.context.org;
        let line = org.line(unit);
        let tops = org.scope(self.post.id, self.now.date());
        let at = line.iter().position(|unit| tops.contains(unit)).unwrap_or(line.len() - 1);
        line[at.saturating_sub(1)]
    }

    /// The colours of the lights of plans.
    fn colours(&self, seeing: &Seeing) -> BTreeMap<(PlanId, String), String> {
        let packs = seeing.plans.iter().filter_map(|plan| Some((plan.id, self.pack(plan).ok()?)));
        packs
            .flat_map(|(plan, pack)| {
                pack.lights.iter().map(move |light| ((plan, light.key.clone()), light.colour.clone()))
            })
            .collect()
    }
}
