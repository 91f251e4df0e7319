//! Registers in Excel, where offices live: every register is exported as xlsx and csv and read back, and
//! a report form goes out as a workbook and comes back as a step.
//!
//! What comes in is never believed: a file is first rehearsed, every row tells its fate, and what is
//! carried out goes through the same commands as everything else.

mod cell;
mod column;
mod export;
mod form;
mod grid;
mod head;
mod import;
mod known;
mod rehearse;
mod remember;
mod waiting;

pub use column::{Mapping, Target};
pub use export::{Opened, Sheet, written};
pub use form::{FormOf, ReadForm};
pub use import::Imported;
pub use rehearse::{CellFault, Change, Fate, Import, Rehearsal, RowFate};

pub(crate) use export::{Shown, register_of};
pub(crate) use remember::read_list;
pub(crate) use waiting::Sheets;

use luoshi_engine::{Plan, PlanId, Refusal, RefusalKind};

use crate::app::App;
use crate::error::AppError;

/// How many entries are read at a time.
pub(crate) const PAGE: i64 = 500;

impl App {
    /// A plan that must be there.
    pub(crate) async fn plan_of(&self, plan: PlanId) -> Result<Plan, AppError> {
        self.store()
            .plan(plan)
            .await?
            .ok_or_else(|| refused(RefusalKind::NotFound, "没有这一方案，可能链接有误，请从方案列表进入"))
    }
}

pub(crate) fn refused(kind: RefusalKind, sentence: impl Into<String>) -> AppError {
    AppError::Refused(Refusal::new(kind, sentence))
}
