//! A plan's entries as a board by state and as a calendar, what may be added to which register, and a
//! register as a file: all of it as far as the reader sees.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_engine::{EntryRow, Moment, Plan, PlanState, UnitId};
use luoshi_pack::{Pack, Register, Side};
use luoshi_store::{Filter, Order, Page};

use crate::error::AppError;
use crate::ledger::{Opened, Sheet, written};
use crate::reader::Reader;

/// A column of a board: a state, how many stand in it, the first due of them.
pub struct StateColumn {
    /// The state's key.
    pub state: String,
    /// What a user reads.
    pub title: String,
    /// How many.
    pub count: i64,
    /// The first of them.
    pub rows: Vec<EntryRow>,
}

/// A day on which something is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DueDay {
    /// How much.
    pub all: i64,
    /// How much of it is still owed.
    pub owed: i64,
}

/// A register that may be added to, and for which units.
pub struct Addable<'p> {
    /// The register.
    pub register: &'p Register,
    /// The units that may answer for the new entry.
    pub leads: Vec<UnitId>,
}

impl Reader {
    fn filter_of(&self, plan: &Plan, register: &str) -> Filter {
        let register = (!register.is_empty()).then(|| register.to_owned());
        Filter { register, within: self.within(plan), ..Filter::default() }
    }

    /// A register's entries by state, in the order of its flow; states that nothing stands in are left out.
    ///
    /// # Errors
    ///
    /// The store fails; so with all that follow.
    pub async fn by_state(
        &self,
        plan: &Plan,
        register: &Register,
        lines: i64,
    ) -> Result<Vec<StateColumn>, AppError> {
        let filter = self.filter_of(plan, &register.key);
        let counts = self.app().store().count_by_state(plan.id, &filter).await?;
        let counts: BTreeMap<String, i64> = counts.into_iter().collect();
        let mut columns = Vec::new();
        for state in &register.flow.states {
            let Some(count) = counts.get(&state.key) else { continue };
            let of = Filter { state: Some(state.key.clone()), ..filter.clone() };
            let rows =
                self.app().store().find_ordered(plan.id, &of, Order::Due, Page::number(1, lines)).await?;
            let (state, title) = (state.key.clone(), state.title.clone());
            columns.push(StateColumn { state, title, count: *count, rows });
        }
        Ok(columns)
    }

    /// What is due from a day on and before another, day by day.
    pub async fn due_days(
        &self,
        plan: &Plan,
        register: &str,
        from: Date,
        until: Date,
    ) -> Result<BTreeMap<Date, DueDay>, AppError> {
        let filter = Filter { due: Some(between(from, until)), ..self.filter_of(plan, register) };
        let mut days: BTreeMap<Date, DueDay> = BTreeMap::new();
        for (due, all, owed) in self.app().store().count_by_due(plan.id, &filter).await? {
            let day = days.entry(due.due_date()).or_default();
            (day.all, day.owed) = (day.all + all, day.owed + owed);
        }
        Ok(days)
    }

    /// What is due on a day, and how much that is.
    pub async fn due_on(
        &self,
        plan: &Plan,
        register: &str,
        day: Date,
        page: Page,
    ) -> Result<(Vec<EntryRow>, i64), AppError> {
        let next = day.saturating_add(1.day());
        let filter = Filter { due: Some(between(day, next)), ..self.filter_of(plan, register) };
        let rows = self.app().store().find_ordered(plan.id, &filter, Order::Due, page).await?;
        Ok((rows, self.app().store().count_entries(plan.id, &filter).await?))
    }

    /// Whether the reader's post may add to a register of a plan, for whatever unit.
    pub fn may_add(&self, pack: &Pack, plan: &Plan) -> bool {
        let mine = |side: Side| match side {
            Side::Lead | Side::Above => true,
            Side::Issuer => self.post.unit == plan.issuer,
            Side::Support => false,
        };
        let mut ways = pack.registers.iter().flat_map(|register| &register.add);
        plan.state == PlanState::Issued
            && ways.any(|who| mine(who.side) && self.post.roles.contains(&who.role))
    }

    /// The registers of a plan that the reader's post may add to, and for which units; none of a plan that is not
    /// running.
    pub fn addable<'p>(&self, pack: &'p Pack, plan: &Plan) -> Vec<Addable<'p>> {
        if plan.state != PlanState::Issued {
            return Vec::new();
        }
        let (org, today) = (&self.context.org, self.now.date());
        let own = self.post.unit;
        let leads = |register: &Register| {
            let mut leads = Vec::new();
            for who in register.add.iter().filter(|who| self.post.roles.contains(&who.role)) {
                match who.side {
                    Side::Lead => leads.push(own),
                    Side::Issuer if own == plan.issuer => {
                        leads.push(own);
                        leads.extend(org.below(own, None, today));
                    }
                    Side::Above => {
                        let below = org.below(own, None, today).into_iter();
                        leads.extend(below.filter(|unit| {
                            org.unit(*unit).and_then(luoshi_engine::Unit::parent) == Some(own)
                        }));
                    }
                    Side::Issuer | Side::Support => {}
                }
            }
            leads.sort_unstable();
            leads.dedup();
            leads
        };
        let registers = pack.registers.iter().map(|register| Addable { register, leads: leads(register) });
        registers.filter(|addable| !addable.leads.is_empty()).collect()
    }

    /// A register as a file, with the entries that the reader sees.
    pub async fn export_register(
        &self,
        plan: &Plan,
        register: &str,
        sheet: Sheet,
    ) -> Result<Vec<u8>, AppError> {
        self.export_opened(plan, register, sheet, &Opened::new()).await
    }

    /// The same with the personal fields in clear that were opened for the reader.
    pub async fn export_opened(
        &self,
        plan: &Plan,
        register: &str,
        sheet: Sheet,
        opened: &Opened,
    ) -> Result<Vec<u8>, AppError> {
        let within = self.within(plan);
        let report = self.app().register_report_within(plan.id, register, opened, within).await?;
        written(Arc::new(report), sheet, self.now).await
    }
}

/// The moments at which that is due which falls due from a day on and up to another, both included.
pub fn due_within(from: Option<Date>, to: Option<Date>) -> Option<(Moment, Moment)> {
    if from.is_none() && to.is_none() {
        return None;
    }
    // What is due at the end of a day is due at the first moment of the next.
    let first = from.map_or(Moment(0), |day| Moment::start_of(day).plus(1));
    Some((first, to.map_or(Moment(i64::MAX), |day| Moment::end_of(day).plus(1))))
}

/// The moments of days: what is due at the end of a day is due at the first moment of the next.
fn between(from: Date, until: Date) -> (Moment, Moment) {
    (Moment::start_of(from).plus(1), Moment::start_of(until).plus(1))
}
