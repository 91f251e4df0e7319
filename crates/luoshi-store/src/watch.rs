//! What inspectors and leaders read across plans: lights, what fell due, who has not stirred. Each
//! statement is a range of an index, plan by plan; none goes through all entries.

use luoshi_engine::{EntryRow, Moment, PlanId, PostId, Recorded, UnitId};
use luoshi_pack::Phase;

use crate::db::{Row, Value, values};
use crate::error::StoreError;
use crate::filed::{phase_of, phase_word};
use crate::kept::{entry_row_of, recorded_of};
use crate::read::Page;
use crate::sql;
use crate::store::Store;

/// Milliseconds of a week.
pub(crate) const WEEK: i64 = 7 * Moment::DAY;

/// Whose entries: those of plans that are seen as a whole, and those of some units in other plans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Plans seen as a whole.
    pub whole: Vec<PlanId>,
    /// Plans of which only the entries of some units are seen.
    pub part: Vec<PlanId>,
    /// Those units.
    pub units: Vec<UnitId>,
}

impl Sight {
    /// The same columns of entries of every plan that is seen, put together. The condition's values come
    /// once for each half.
    pub(crate) fn both(
        &self,
        columns: &str,
        condition: &str,
        values: &[Value],
    ) -> Option<(String, Vec<Value>)> {
        self.both_of("entry", "lead", columns, condition, values)
    }

    /// The same of another table, whose units stand in a column.
    pub(crate) fn both_of(
        &self,
        table: &str,
        unit: &str,
        columns: &str,
        condition: &str,
        values: &[Value],
    ) -> Option<(String, Vec<Value>)> {
        // Numbers only, so they may stand in the text.
        let list = |ids: Vec<String>| ids.join(",");
        let plans = |ids: &[PlanId]| list(ids.iter().map(ToString::to_string).collect());
        let mut halves = Vec::new();
        if !self.whole.is_empty() {
            halves.push(format!("plan IN ({})", plans(&self.whole)));
        }
        if !self.part.is_empty() && !self.units.is_empty() {
            let units = list(self.units.iter().map(ToString::to_string).collect());
            halves.push(format!("plan IN ({}) AND {unit} IN ({units})", plans(&self.part)));
        }
        let select = |half: &String| format!("SELECT {columns} FROM {table} WHERE {half}{condition}");
        let text: Vec<String> = halves.iter().map(select).collect();
        let values = halves.iter().flat_map(|_| values.iter().cloned()).collect();
        (!text.is_empty()).then(|| (text.join(" UNION ALL "), values))
    }
}

/// In which order entries that are seen are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeenOrder {
    /// The gravest light first, then the first due.
    #[default]
    Light,
    /// The first due first.
    Due,
    /// The last due first, before it what has no due time.
    DueLast,
    /// Unit by unit, the first due of each first.
    Unit,
    /// Plan by plan, the first due of each first.
    Plan,
}

impl SeenOrder {
    /// What stands behind `ORDER BY`, of rows that are called s.
    fn columns(self) -> &'static str {
        match self {
            Self::Light => "s.rank, s.due, s.plan, s.no",
            Self::Due => "s.due, s.plan, s.no",
            Self::DueLast => "s.due DESC, s.plan DESC, s.no DESC",
            Self::Unit => "s.lead, s.due, s.plan, s.no",
            Self::Plan => "s.plan, s.due, s.no",
        }
    }
}

/// Which entries of those that are seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Under one of these lights, the gravest first, an empty word for those without one; under any or none
    /// where there are none.
    pub lights: Vec<String>,
    /// Whose lead is one of these units.
    pub leads: Option<Vec<UnitId>>,
    /// Of this register.
    pub register: Option<String>,
    /// In one of these phases; in any but void where there are none.
    pub phases: Vec<Phase>,
    /// Due from the first moment on and before the second.
    pub due: Option<(Moment, Moment)>,
    /// Handed in, and on time or not.
    pub on_time: Option<bool>,
    /// Returned at least once.
    pub returned: bool,
    /// In which order.
    pub order: SeenOrder,
}

impl Seen {
    fn condition(&self) -> (String, Vec<Value>) {
        let marks = |count: usize| vec!["?"; count].join(",");
        let (mut text, mut values) = (String::new(), Vec::new());
        if !self.lights.is_empty() {
            // Said outright, because it is what the index of lights holds; an empty word means no light.
            let shines = if self.lights.iter().any(String::is_empty) { "" } else { " AND light <> ''" };
            text += &format!("{shines} AND light IN ({})", marks(self.lights.len()));
            values.extend(self.lights.iter().map(Value::from));
        }
        if let Some(leads) = &self.leads {
            // Number 0 is no unit: nothing is found.
            let leads: Vec<String> = leads.iter().map(ToString::to_string).collect();
            let leads = if leads.is_empty() { String::from("0") } else { leads.join(",") };
            text += &format!(" AND lead IN ({leads})");
        }
        if let Some(register) = &self.register {
            text += " AND register = ?";
            values.push(register.into());
        }
        if self.phases.is_empty() {
            text += " AND phase <> 'void'";
        } else {
            text += &format!(" AND phase IN ({})", marks(self.phases.len()));
            values.extend(self.phases.iter().map(|phase| Value::from(phase_word(*phase))));
        }
        if let Some((from, until)) = self.due {
            text += " AND due >= ? AND due < ?";
            values.extend(values![from, until]);
        }
        if let Some(on_time) = self.on_time {
            text += " AND on_time = ?";
            values.push(i64::from(on_time).into());
        }
        if self.returned {
            text += " AND returned > 0";
        }
        (text, values)
    }

    /// How grave a light is, as a column, with its values.
    fn rank(&self) -> (String, Vec<Value>) {
        if self.lights.is_empty() {
            return (String::from("0"), Vec::new());
        }
        let whens: Vec<String> = (0..self.lights.len()).map(|rank| format!("WHEN ? THEN {rank}")).collect();
        let text = format!("CASE light {} ELSE 99 END", whens.join(" "));
        (text, self.lights.iter().map(Value::from).collect())
    }
}

/// Entries of a unit in a plan that fell due in one week and stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRow {
    /// The plan.
    pub plan: PlanId,
    /// The unit that answers for them.
    pub unit: UnitId,
    /// The week, from 0.
    pub week: i64,
    /// Their phase.
    pub phase: Phase,
    /// Whether they were handed in on time; none while they are not.
    pub on_time: Option<bool>,
    /// How many.
    pub n: i64,
    /// How many of them were returned.
    pub returned: i64,
}

/// Entries of a unit in a register that stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The unit that answers for them.
    pub unit: UnitId,
    /// The register.
    pub register: String,
    /// Their phase.
    pub phase: Phase,
    /// Their light.
    pub light: Option<String>,
    /// How many.
    pub n: i64,
}

impl Store {
    /// Entries that are seen, in their order.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn list_seen(
        &self,
        sight: &Sight,
        seen: &Seen,
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let (condition, values) = seen.condition();
        let Some((found, mut values)) = sight.both("light, due, plan, no, lead", &condition, &values) else {
            return Ok(Vec::new());
        };
        let (rank, mut all) = seen.rank();
        let order = seen.order.columns();
        let text = format!(
            "SELECT {} FROM (SELECT * FROM (SELECT {rank} AS rank, due, plan, no, lead FROM ({found}) AS found) \
             AS s ORDER BY {order} LIMIT ? OFFSET ?) AS s CROSS JOIN entry e \
             WHERE e.plan = s.plan AND e.no = s.no ORDER BY {order}",
            sql::ENTRY_COLUMNS,
        );
        all.append(&mut values);
        all.extend(values![page.limit, page.skip]);
        self.known(&text, all, entry_row_of).await
    }

    /// How many entries are seen.
    pub async fn count_seen(&self, sight: &Sight, seen: &Seen) -> Result<i64, StoreError> {
        let (condition, values) = seen.condition();
        let Some((found, values)) = sight.both("COUNT(*) AS n", &condition, &values) else { return Ok(0) };
        let text = format!("SELECT CAST(SUM(n) AS BIGINT) FROM ({found}) AS found");
        Ok(self.known(&text, values, |row| row.int(0)).await?.first().copied().unwrap_or(0))
    }

    /// What fell due from one moment to another, by plan, unit and week.
    pub async fn due_weeks(
        &self,
        sight: &Sight,
        from: Moment,
        until: Moment,
    ) -> Result<Vec<DueRow>, StoreError> {
        let columns = format!("plan, lead, (due - {}) / {WEEK} AS week, phase, on_time, returned", from.0);
        let Some((found, values)) =
            sight.both(&columns, " AND due >= ? AND due < ? AND phase <> 'void'", &values![from, until])
        else {
            return Ok(Vec::new());
        };
        let text = format!(
            "SELECT plan, lead, week, phase, on_time, COUNT(*), COUNT(*) FILTER (WHERE returned > 0) \
             FROM ({found}) AS found GROUP BY plan, lead, week, phase, on_time \
             ORDER BY plan, lead, week, phase, on_time"
        );
        let row = |row: &Row| {
            Ok(DueRow {
                plan: PlanId(row.int(0)?),
                unit: UnitId(row.int(1)?),
                week: row.int(2)?,
                phase: phase_of(&row.text(3)?)?,
                on_time: row.find_int(4)?.map(|on_time| on_time == 1),
                n: row.int(5)?,
                returned: row.int(6)?,
            })
        };
        self.known(&text, values, row).await
    }

    /// How many entries of a plan stand in each phase under each light, by unit and register.
    pub async fn registers_of(&self, sight: &Sight) -> Result<Vec<RegisterRow>, StoreError> {
        let columns = "lead, register, phase, light";
        let Some((found, values)) = sight.both(columns, " AND phase <> 'void'", &[]) else {
            return Ok(Vec::new());
        };
        let text = format!(
            "SELECT {columns}, COUNT(*) FROM ({found}) AS found GROUP BY {columns} ORDER BY {columns}"
        );
        let row = |row: &Row| {
            Ok(RegisterRow {
                unit: UnitId(row.int(0)?),
                register: row.text(1)?,
                phase: phase_of(&row.text(2)?)?,
                light: Some(row.text(3)?).filter(|light| !light.is_empty()),
                n: row.int(4)?,
            })
        };
        self.known(&text, values, row).await
    }

    /// When posts last did something themselves; those that never did are left out.
    pub async fn last_acts(&self, posts: &[PostId]) -> Result<Vec<(PostId, Moment)>, StoreError> {
        let row = |row: &Row| Ok(row.find_int(1)?.map(|at| (PostId(row.int(0).unwrap_or(0)), Moment(at))));
        let posts = posts.iter().copied().map(Value::from).collect();
        let found = self.known_by_keys(&sql::LAST_ACTS, posts, row).await?;
        let mut found: Vec<_> = found.into_iter().flatten().collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Events of a chain before a number and up to a moment, the newest first.
    pub async fn events_back(
        &self,
        chain: PlanId,
        before: i64,
        until: Moment,
        limit: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let values = values![chain, before, until, limit].into();
        let rows = self.db.read(&sql::EVENTS_BACK, 0, values).await?;
        let recorded = |row: &Row| {
            let prev = if row.int(1)? == 1 { luoshi_engine::Hash::default() } else { row.hash(9)? };
            recorded_of(row, prev)
        };
        rows.iter().map(recorded).collect()
    }
}
