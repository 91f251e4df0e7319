//! A plan's entries as a board and as a calendar: counted by state and by due day.

use luoshi_engine::{Moment, PlanId};

use crate::db::{Value, values};
use crate::error::StoreError;
use crate::read::Filter;
use crate::store::Store;

impl Store {
    /// How many entries of a plan stand in each state.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn count_by_state(
        &self,
        plan: PlanId,
        filter: &Filter,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let (condition, more) = filter.condition();
        let text = format!(
            "SELECT state, COUNT(*) FROM entry WHERE plan = ?{condition} GROUP BY state ORDER BY state"
        );
        let mut values: Vec<Value> = values![plan].into();
        values.extend(more);
        self.known(&text, values, |row| Ok((row.text(0)?, row.int(1)?))).await
    }

    /// How many entries of a plan are due at each moment, and how many of them are still owed.
    pub async fn count_by_due(
        &self,
        plan: PlanId,
        filter: &Filter,
    ) -> Result<Vec<(Moment, i64, i64)>, StoreError> {
        let (condition, more) = filter.condition();
        let text = format!(
            "SELECT due, COUNT(*), COUNT(*) FILTER (WHERE phase = 'open') FROM entry \
            WHERE plan = ?{condition} GROUP BY due ORDER BY due"
        );
        let mut values: Vec<Value> = values![plan].into();
        values.extend(more);
        self.known(&text, values, |row| Ok((Moment(row.int(0)?), row.int(1)?, row.int(2)?))).await
    }
}
