//! What pages, reports and the scheduler read, without holding anybody up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use luoshi_engine::{
    Entry, EntryNo, EntryRow, Hash, Head, Moment, PersonId, Plan, PlanId, PlanState, Recorded, UnitId,
};
use luoshi_pack::{Phase, Role};

use crate::db::{Row, Statement, Value, spelled, values};
use crate::error::StoreError;
use crate::filed::{phase_word, role_word};
use crate::kept::{
    CommandRow, CompletenessRow, Message, OutboxItem, SubjectKeyRow, TallyRow, TimerRow, command_of,
    entry_row_of, head_of, message_of, outbox_of, plan_of, recorded_of, subject_key_of, tally_of,
};
use crate::memo::Weighs;
use crate::sql;
use crate::store::Store;

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// How many to leave out.
    pub skip: i64,
    /// How many at most.
    pub limit: i64,
}

impl Page {
    /// A page by its number, from 1, and the number of lines on a page.
    pub fn number(number: i64, size: i64) -> Self {
        Self { skip: (number - 1).max(0).saturating_mul(size), limit: size }
    }

    pub(crate) fn until(self) -> i64 {
        self.skip.saturating_add(self.limit)
    }
}

/// In which order entries of a plan are listed. Each is the order of a key, forwards or backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By number.
    #[default]
    Number,
    /// The last number first.
    NumberLast,
    /// The first due first; what has no due time comes last.
    Due,
    /// The last due first, before it what has no due time.
    DueLast,
}

impl Order {
    /// What stands behind `ORDER BY`.
    fn columns(self) -> &'static str {
        match self {
            Self::Number => "no",
            Self::NumberLast => "no DESC",
            Self::Due => "due, no",
            Self::DueLast => "due DESC, no DESC",
        }
    }

    /// Puts rows that were read otherwise into this order.
    pub fn sort(self, rows: &mut [EntryRow]) {
        let due = |row: &EntryRow| (row.due.map_or(i64::MAX, |due| due.0), row.no);
        match self {
            Self::Number => rows.sort_by_key(|row| row.no),
            Self::NumberLast => rows.sort_by_key(|row| std::cmp::Reverse(row.no)),
            Self::Due => rows.sort_by_key(due),
            Self::DueLast => rows.sort_by_key(|row| std::cmp::Reverse(due(row))),
        }
    }
}

/// Which entries of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this register.
    pub register: Option<String>,
    /// Whose lead is this unit.
    pub lead: Option<UnitId>,
    /// Whose lead is one of these units; any where there is none.
    pub within: Option<Vec<UnitId>>,
    /// In this state.
    pub state: Option<String>,
    /// In this phase.
    pub phase: Option<Phase>,
    /// Under this light.
    pub light: Option<String>,
    /// With these words in title or number.
    pub words: Option<String>,
    /// Due from a moment on and before another.
    pub due: Option<(Moment, Moment)>,
}

impl Filter {
    /// The condition and its values, after `plan = ?`.
    pub(crate) fn condition(&self) -> (String, Vec<Value>) {
        let mut text = String::new();
        let mut values = Vec::new();
        let mut add = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                text += condition;
                values.push(value);
            }
        };
        add(" AND register = ?", self.register.as_ref().map(Value::from));
        add(" AND lead = ?", self.lead.map(Value::from));
        add(" AND state = ?", self.state.as_ref().map(Value::from));
        add(" AND phase = ?", self.phase.map(|phase| Value::from(phase_word(phase))));
        add(" AND light = ?", self.light.as_ref().map(Value::from));
        add(" AND due >= ?", self.due.map(|(from, _)| Value::from(from)));
        add(" AND due < ?", self.due.map(|(_, until)| Value::from(until)));
        let pattern = self.words.as_ref().map(|words| Value::from(pattern(words)));
        add(" AND number || ' ' || title LIKE ? ESCAPE '\\'", pattern);
        if let Some(units) = &self.within {
            // Numbers only, so they may stand in the text. Number 0 is no unit: nothing is found.
            let units: Vec<String> = units.iter().map(ToString::to_string).collect();
            let units = if units.is_empty() { String::from("0") } else { units.join(",") };
            text += &format!(" AND lead IN ({units})");
        }
        (text, values)
    }
}

/// What stands in the middle of anything, for LIKE.
fn pattern(words: &str) -> String {
    let mut out = String::from("%");
    for letter in words.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('%');
    out
}

impl Store {
    /// Whether other processes may write here too: a folder belongs to the one that holds its lock.
    pub fn is_shared(&self) -> bool {
        self.db.postgres()
    }
}

/// The lists of entries.
impl Store {
    /// What is overdue in a unit and all below it, the longest overdue first.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn list_overdue(
        &self,
        scope: UnitId,
        now: Moment,
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        self.known_list(&sql::OVERDUE, 0, values![scope, now, page.limit, page.skip].into(), entry_row_of)
            .await
    }

    /// How many are overdue in a unit and all below it.
    pub async fn count_overdue(&self, scope: UnitId, now: Moment) -> Result<i64, StoreError> {
        self.count(&sql::OVERDUE_COUNT, 0, values![scope, now].into()).await
    }

    /// What is not over in a unit and all below it, the first due first.
    pub async fn list_scope(&self, scope: UnitId, page: Page) -> Result<Vec<EntryRow>, StoreError> {
        self.known_list(&sql::SCOPE, 0, values![scope, page.limit, page.skip].into(), entry_row_of).await
    }

    /// How many are not over in a unit and all below it.
    pub async fn count_scope(&self, scope: UnitId) -> Result<i64, StoreError> {
        self.count(&sql::SCOPE_COUNT, 0, values![scope].into()).await
    }

    /// What lies on the desks of some posts, the first due first.
    pub async fn desk(&self, posts: &[(UnitId, Role)], page: Page) -> Result<Vec<EntryRow>, StoreError> {
        let (rows, mut values) = posts_values(posts, Some(page.until()));
        values.extend(values![page.limit, page.skip]);
        if rows == 0 { Ok(Vec::new()) } else { self.known_list(&sql::DESK, rows, values, entry_row_of).await }
    }

    /// The same plan by plan, the first due of each first.
    pub async fn desk_by_plan(
        &self,
        posts: &[(UnitId, Role)],
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let (rows, mut values) = posts_values(posts, Some(page.until()));
        values.extend(values![page.limit, page.skip]);
        if rows == 0 {
            Ok(Vec::new())
        } else {
            self.known_list(&sql::DESK_BY_PLAN, rows, values, entry_row_of).await
        }
    }

    /// How many lie on the desks of some posts.
    pub async fn count_desk(&self, posts: &[(UnitId, Role)]) -> Result<i64, StoreError> {
        let (rows, values) = posts_values(posts, None);
        if rows == 0 { Ok(0) } else { self.count(&sql::DESK_COUNT, rows, values).await }
    }

    /// Entries of a plan after a number, by number: for whoever goes through them all, because it reads
    /// nothing twice however far it has come.
    pub async fn entries_after(
        &self,
        plan: PlanId,
        filter: &Filter,
        after: EntryNo,
        limit: i64,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let (condition, more) = filter.condition();
        let text = format!("{} WHERE plan = ?{condition} AND no > ? ORDER BY no LIMIT ?", sql::ENTRY);
        let mut values: Vec<Value> = values![plan].into();
        values.extend(more);
        values.extend(values![after, limit]);
        self.rows(&text, values).await?.iter().map(entry_row_of).collect()
    }

    /// Entries of a plan, by number.
    pub async fn find_entries(
        &self,
        plan: PlanId,
        filter: &Filter,
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        self.find_ordered(plan, filter, Order::Number, page).await
    }

    /// Entries of a plan in an order: a page that somebody turned to. What is left out is read in an
    /// index only.
    pub async fn find_ordered(
        &self,
        plan: PlanId,
        filter: &Filter,
        order: Order,
        page: Page,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let (condition, more) = filter.condition();
        let order = order.columns();
        let text = format!(
            "{} WHERE plan = ? AND no IN (SELECT no FROM entry WHERE plan = ?{condition} \
             ORDER BY {order} LIMIT ? OFFSET ?) ORDER BY {order}",
            sql::ENTRY
        );
        let mut values: Vec<Value> = values![plan, plan].into();
        values.extend(more);
        values.extend(values![page.limit, page.skip]);
        self.known(&text, values, entry_row_of).await
    }

    /// How many entries of a plan there are.
    pub async fn count_entries(&self, plan: PlanId, filter: &Filter) -> Result<i64, StoreError> {
        let (condition, more) = filter.condition();
        let text = format!("SELECT COUNT(*) FROM entry WHERE plan = ?{condition}");
        let mut values: Vec<Value> = values![plan].into();
        values.extend(more);
        Ok(self.known(&text, values, |row| row.int(0)).await?.first().copied().unwrap_or(0))
    }

    /// One entry.
    pub async fn entry(&self, plan: PlanId, no: EntryNo) -> Result<Option<Entry>, StoreError> {
        let rows = self.db.read(&sql::ENTRY_BODY, 0, values![plan, no].into()).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// Entries of a plan that something happened to after an event; no more than so many events are looked at.
    pub async fn entries_since(&self, plan: PlanId, seq: i64, events: i64) -> Result<Vec<Entry>, StoreError> {
        let values = values![plan, plan, seq, events].into();
        self.list(&sql::ENTRIES_SINCE, 0, values, |row| Ok(serde_json::from_str(&row.text(0)?)?)).await
    }

    /// The last report with something to tell that a unit handed in under a duty before an entry.
    pub async fn last_report(
        &self,
        plan: PlanId,
        before: EntryNo,
        duty: &str,
        lead: UnitId,
    ) -> Result<Option<Entry>, StoreError> {
        let rows = self.db.read(&sql::ENTRY_LAST, 0, values![lead, plan, before, duty].into()).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// The reports that were opened under a duty for due days from one to another, period by period; no more than
    /// so many.
    pub async fn reports(
        &self,
        plan: PlanId,
        duty: &str,
        (from, to): (Date, Date),
        limit: i64,
    ) -> Result<Vec<Entry>, StoreError> {
        let values = values![plan, duty, from.to_string(), to.to_string(), limit].into();
        self.list(&sql::ENTRIES_REPORTED, 0, values, |row| Ok(serde_json::from_str(&row.text(0)?)?)).await
    }

    /// Lights of units: how many entries of each plan stand in each phase under each light.
    pub async fn matrix(&self, units: &[UnitId]) -> Result<Vec<TallyRow>, StoreError> {
        self.known_by_keys(&sql::TALLY, units.iter().copied().map(Value::from).collect(), tally_of).await
    }

    /// Lights of plans: how many entries of each unit stand in each phase under each light.
    pub async fn matrix_of_plans(&self, plans: &[PlanId]) -> Result<Vec<TallyRow>, StoreError> {
        self.known_by_keys(&sql::TALLY_PLAN, plans.iter().copied().map(Value::from).collect(), tally_of).await
    }

    /// What was expected of each unit under a duty and came, for due days from one to another.
    pub async fn completeness(
        &self,
        plan: PlanId,
        duty: &str,
        from: Date,
        to: Date,
    ) -> Result<Vec<CompletenessRow>, StoreError> {
        let values = values![plan, duty, from.to_string(), to.to_string()].into();
        let row = |row: &Row| {
            Ok(CompletenessRow {
                unit: UnitId(row.int(0)?),
                expected: row.int(1)?,
                received: row.int(2)?,
                on_time: row.int(3)?,
                nil: row.int(4)?,
            })
        };
        self.known_list(&sql::COMPLETENESS, 0, values, row).await
    }
}

/// Plans, events and the rest.
impl Store {
    /// Plans in a state or all, by number, from a number on, each as a whole.
    pub async fn plans(
        &self,
        state: Option<PlanState>,
        after: PlanId,
        limit: i64,
    ) -> Result<Vec<Plan>, StoreError> {
        match state {
            Some(state) => {
                let word = serde_json::to_value(state)?.as_str().unwrap_or_default().to_owned();
                self.known_list(&sql::PLANS_IN, 0, values![word, after, limit].into(), plan_of).await
            }
            None => self.known_list(&sql::PLANS_ALL, 0, values![after, limit].into(), plan_of).await,
        }
    }

    /// Entries of a plan by number, as many as there are of those, in the order of their numbers.
    pub async fn entries(
        &self,
        plan: PlanId,
        nos: impl IntoIterator<Item = EntryNo>,
    ) -> Result<Vec<Entry>, StoreError> {
        // Each once: a list of keys is filled up with its last.
        let nos: BTreeSet<EntryNo> = nos.into_iter().collect();
        let keys = nos.into_iter().flat_map(|no| values![plan, no]).collect();
        let mut found = BTreeMap::new();
        for (rows, values) in crate::db::filled(sql::ENTRIES.width(), keys) {
            for row in &self.db.read(&sql::ENTRIES, rows, values).await? {
                found.insert(row.int(1)?, serde_json::from_str(&row.text(2)?)?);
            }
        }
        Ok(found.into_values().collect())
    }

    /// One plan.
    pub async fn plan(&self, plan: PlanId) -> Result<Option<Plan>, StoreError> {
        let rows = self.db.read(&sql::PLANS, 1, values![plan].into()).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.text(1)?)?)).transpose()
    }

    /// Some plans, in no order.
    pub async fn plans_of(&self, plans: &[PlanId]) -> Result<Vec<Plan>, StoreError> {
        let keys = plans.iter().copied().map(Value::from).collect();
        self.by_keys(&sql::PLANS, keys, |row| Ok(serde_json::from_str(&row.text(1)?)?)).await
    }

    /// The draft of a plan.
    pub async fn draft(&self, plan: PlanId) -> Result<Option<luoshi_engine::Draft>, StoreError> {
        let rows = self.db.read(&sql::DRAFT, 0, values![plan].into()).await?;
        rows.first().map(|row| Ok(serde_json::from_str(&row.text(0)?)?)).transpose()
    }

    /// Where a chain stands.
    pub async fn head(&self, chain: PlanId) -> Result<Option<Head>, StoreError> {
        let heads = self.list(&sql::HEADS_ALL, 0, values![chain.0 - 1, 1].into(), head_of).await?;
        Ok(heads.into_iter().find(|(found, _)| *found == chain).map(|(_, head)| head))
    }

    /// Where chains stand, by number, after a number.
    pub async fn heads(&self, after: i64, limit: i64) -> Result<Vec<(PlanId, Head)>, StoreError> {
        self.list(&sql::HEADS_ALL, 0, values![after, limit].into(), head_of).await
    }

    /// The events of an entry up to a moment, that moment included; number 0 are those of the plan.
    pub async fn events_of(
        &self,
        plan: PlanId,
        no: EntryNo,
        until: Option<Moment>,
    ) -> Result<Vec<Recorded>, StoreError> {
        let values = values![plan, no, until.unwrap_or(Moment(i64::MAX))].into();
        self.list(&sql::EVENTS_OF, 0, values, recorded_with_prev).await
    }

    /// Events of a chain after a number.
    pub async fn events_page(
        &self,
        chain: PlanId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        self.list(&sql::EVENTS_PAGE, 0, values![chain, after, limit].into(), recorded_with_prev).await
    }

    /// What the scheduler has to look at by now, the longest waiting first.
    pub async fn due_timers(&self, now: Moment, limit: i64) -> Result<Vec<TimerRow>, StoreError> {
        let row = |row: &Row| {
            Ok(TimerRow { plan: PlanId(row.int(0)?), no: EntryNo(row.int(1)?), at: Moment(row.int(2)?) })
        };
        self.list(&sql::TIMERS_DUE, 0, values![now, limit].into(), row).await
    }

    /// How many events there are in all chains.
    pub async fn count_events(&self) -> Result<i64, StoreError> {
        let rows = self.db.read(&sql::HEADS_SUM, 0, Vec::new()).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// When the scheduler has something to look at next.
    pub async fn next_timer(&self) -> Result<Option<Moment>, StoreError> {
        let rows = self.db.read(&sql::TIMER_NEXT, 0, Vec::new()).await?;
        rows.first().map(|row| row.int(0).map(Moment)).transpose()
    }

    /// A command that was carried out.
    pub async fn command(&self, key: &str) -> Result<Option<CommandRow>, StoreError> {
        let rows = self.db.read(&sql::COMMANDS, 1, values![key].into()).await?;
        rows.first().map(command_of).transpose()
    }

    /// Messages of some posts, the newest first.
    pub async fn messages(&self, posts: &[(UnitId, Role)], page: Page) -> Result<Vec<Message>, StoreError> {
        let (rows, mut values) = posts_values(posts, Some(page.until()));
        values.extend(values![page.limit, page.skip]);
        if rows == 0 {
            Ok(Vec::new())
        } else {
            self.known_list(&sql::MESSAGES_OF, rows, values, message_of).await
        }
    }

    /// What was put into the outbox for a person from a day on.
    pub async fn outbox_of(
        &self,
        kind: &str,
        person: PersonId,
        from: Date,
        limit: i64,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        self.list(&sql::OUTBOX_OF, 0, values![kind, person, from.to_string(), limit].into(), outbox_of).await
    }

    /// A key that was wrapped by the newest master key in use; none where nobody has one.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn newest_subject_key(&self) -> Result<Option<SubjectKeyRow>, StoreError> {
        let rows = self.db.read(&sql::SUBJECT_KEY_NEWEST, 0, Vec::new()).await?;
        rows.first().map(subject_key_of).transpose()
    }

    /// The key of a data subject.
    pub async fn subject_key(&self, subject: &str) -> Result<Option<SubjectKeyRow>, StoreError> {
        let rows = self.db.read(&sql::SUBJECT_KEY, 0, values![subject].into()).await?;
        rows.first().map(subject_key_of).transpose()
    }
}

impl Store {
    pub(crate) async fn rows(&self, text: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.db.rows(Arc::from(spelled(text, self.db.postgres())), values).await
    }

    pub(crate) async fn list<T>(
        &self,
        statement: &Statement,
        rows: usize,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.db.read(statement, rows, values).await?.iter().map(row).collect()
    }

    pub(crate) async fn by_keys<T>(
        &self,
        statement: &Statement,
        keys: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for (rows, values) in crate::db::filled(1, keys) {
            for line in &self.db.read(statement, rows, values).await? {
                found.push(row(line)?);
            }
        }
        Ok(found)
    }

    async fn count(&self, statement: &Statement, rows: usize, values: Vec<Value>) -> Result<i64, StoreError> {
        let counted = self.db.known(self.db.text(statement, rows), values, |row| row.int(0)).await?;
        Ok(counted.first().copied().unwrap_or(0))
    }

    /// As [`Store::rows`], made into something and remembered until something is written.
    pub(crate) async fn known<T: Weighs + Clone>(
        &self,
        text: &str,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let text = Arc::from(spelled(text, self.db.postgres()));
        Ok(Arc::unwrap_or_clone(self.db.known(text, values, row).await?))
    }

    /// As [`Store::list`], remembered until something is written.
    async fn known_list<T: Weighs + Clone>(
        &self,
        statement: &Statement,
        rows: usize,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let known = self.db.known(self.db.text(statement, rows), values, row).await?;
        Ok(Arc::unwrap_or_clone(known))
    }

    /// As [`Store::by_keys`], remembered until something is written.
    pub(crate) async fn known_by_keys<T: Weighs + Clone>(
        &self,
        statement: &Statement,
        keys: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for (rows, values) in crate::db::filled(1, keys) {
            found.extend(self.known_list(statement, rows, values, &row).await?);
        }
        Ok(found)
    }
}

/// Values for each post, filled up to a power of two with the last: the statement joins them by
/// UNION, so that the same post twice changes nothing.
fn posts_values(posts: &[(UnitId, Role)], until: Option<i64>) -> (usize, Vec<Value>) {
    let rows = if posts.is_empty() { 0 } else { posts.len().next_power_of_two() };
    let last = posts.last().into_iter().cycle();
    let values = posts.iter().chain(last).take(rows).flat_map(|(unit, role)| {
        let post: [Value; 2] = values![*unit, role_word(*role)];
        post.into_iter().chain(until.map(Value::from))
    });
    (rows, values.collect())
}

/// An event with the hash before it in the last column; none before the first.
fn recorded_with_prev(row: &Row) -> Result<Recorded, StoreError> {
    let prev = if row.int(1)? == 1 { Hash::default() } else { row.hash(9)? };
    recorded_of(row, prev)
}
