//! Entries that somebody follows while they lie on the desks of others. Each kind is a range of an index.

use luoshi_engine::{EntryNo, EntryRow, Moment, PlanId, UnitId};
use luoshi_pack::{Phase, Role};

use crate::db::{Value, values};
use crate::error::StoreError;
use crate::filed::{phase_of, phase_word, role_word};
use crate::kept::entry_row_of;
use crate::read::Page;
use crate::sql;
use crate::store::Store;

/// Where entries stand that are followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// Owed by their units, from one moment on and before another.
    Owed(Moment, Moment),
    /// Handed in by their units.
    HandedIn,
    /// In a state of a register of some plans.
    State(String, String),
    /// Of a register of some plans, returned at least once and owed again.
    Returned(String),
}

/// Entries that are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Where they stand.
    pub at: At,
    /// Of these plans; what is owed or handed in is of any.
    pub plans: Vec<PlanId>,
    /// Whose lead is one of these units; of plans any, where there are none.
    pub leads: Option<Vec<UnitId>>,
}

impl Aside {
    /// The conditions and their values: one for each plan, so that each is one range of an index in the order of
    /// the due times, or one for all.
    fn conditions(&self) -> Vec<(String, Vec<Value>)> {
        // Said outright, because it is what the index holds.
        let stands =
            |phase| format!("e.phase = '{}' AND e.phase <> 'done' AND e.phase <> 'void'", phase_word(phase));
        let of_plans = |rest: &str, values: &[Value]| {
            let newest = self.plans.iter().rev().take(PLANS);
            newest.map(|plan| (format!("e.plan = {plan} AND {rest}"), values.to_vec())).collect()
        };
        let mut all: Vec<(String, Vec<Value>)> = match &self.at {
            At::Owed(from, until) => {
                let text = format!("{} AND e.due >= ? AND e.due < ?", stands(Phase::Open));
                vec![(text, values![*from, *until].into())]
            }
            At::HandedIn => vec![(stands(Phase::Submitted), Vec::new())],
            At::State(register, state) => {
                of_plans("e.register = ? AND e.state = ?", &values![register, state])
            }
            At::Returned(register) => {
                of_plans("e.register = ? AND e.phase = 'open' AND e.returned > 0", &values![register])
            }
        };
        if self.leads.is_some() || matches!(self.at, At::Owed(..) | At::HandedIn) {
            // Numbers only, so they may stand in the text. Number 0 is no unit: nothing is found.
            let leads = self.leads.iter().flatten().map(ToString::to_string);
            let leads: Vec<String> = std::iter::once(String::from("0")).chain(leads).collect();
            all.iter_mut().for_each(|(text, _)| *text += &format!(" AND e.lead IN ({})", leads.join(",")));
        }
        all
    }
}

/// The most plans that are gone through, the newest of them.
const PLANS: usize = 60;

/// A condition that leaves out what lies on desks.
fn off(desks: &[(UnitId, Role)]) -> String {
    let off = |(unit, role): &(UnitId, Role)| {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM desk d WHERE d.unit = {unit} AND d.role = '{}' \
             AND d.due = e.due AND d.plan = e.plan AND d.no = e.no)",
            role_word(*role)
        )
    };
    desks.iter().map(off).collect()
}

impl Store {
    /// Entries that are followed and lie on none of some desks: the first due first, or plan by plan.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn list_aside(
        &self,
        asides: &[Aside],
        desks: &[(UnitId, Role)],
        by_plan: bool,
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let order = if by_plan { "plan, due, no" } else { "due, plan, no" };
        let (off, mut values, mut halves) = (off(desks), Vec::new(), Vec::new());
        for (condition, more) in asides.iter().flat_map(Aside::conditions) {
            halves.push(format!(
                "SELECT * FROM (SELECT e.due, e.plan, e.no FROM entry e WHERE {condition}{off} \
                 ORDER BY {order} LIMIT ?) AS half"
            ));
            values.extend(more);
            values.push(page.until().into());
        }
        if halves.is_empty() {
            return Ok(Vec::new());
        }
        let halves = halves.join(" UNION ");
        let outer = order.replace(", ", ", s.");
        let text = format!(
            "SELECT {} FROM (SELECT due, plan, no FROM ({halves}) AS halves ORDER BY {order} LIMIT ? OFFSET ?) \
             AS s CROSS JOIN entry e WHERE e.plan = s.plan AND e.no = s.no ORDER BY s.{outer}",
            sql::ENTRY_COLUMNS,
        );
        values.extend(values![page.limit, page.skip]);
        self.known(&text, values, entry_row_of).await
    }

    /// How many there are.
    pub async fn count_aside(&self, asides: &[Aside], desks: &[(UnitId, Role)]) -> Result<i64, StoreError> {
        let (off, mut values, mut halves) = (off(desks), Vec::new(), Vec::new());
        for (condition, more) in asides.iter().flat_map(Aside::conditions) {
            halves.push(format!("SELECT e.plan, e.no FROM entry e WHERE {condition}{off}"));
            values.extend(more);
        }
        if halves.is_empty() {
            return Ok(0);
        }
        let text = format!("SELECT COUNT(*) FROM ({}) AS halves", halves.join(" UNION "));
        Ok(self.known(&text, values, |row| row.int(0)).await?.first().copied().unwrap_or(0))
    }

    /// The phases of entries, those that there are.
    pub async fn phases(
        &self,
        entries: &[(PlanId, EntryNo)],
    ) -> Result<Vec<((PlanId, EntryNo), Phase)>, StoreError> {
        let keys: Vec<Value> = entries.iter().flat_map(|(plan, no)| values![*plan, *no]).collect();
        let mut found = Vec::new();
        for (rows, values) in crate::db::filled(2, keys) {
            for row in &self.db.read(&sql::ENTRY_PHASES, rows, values).await? {
                let of = (PlanId(row.int(0)?), EntryNo(row.int(1)?));
                found.push((of, phase_of(&row.text(2)?)?));
            }
        }
        Ok(found)
    }
}
