//! Reports whose time an event tells, called for by those who may.

use luoshi_engine::{CallFor, Command, Plan, PlanState, UnitId};
use luoshi_pack::Duty;

use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::reader::Reader;

impl Reader {
    /// The units for which the reader may say that the event of a duty came; none where its time is told by the
    /// calendar.
    pub fn may_call_for(&self, plan: &Plan, duty: &Duty) -> Vec<UnitId> {
        match self.pack(plan) {
            Ok(pack) if plan.state == PlanState::Issued && duty.occasion.is_some() => {
                self.context.world(pack, self.now).may_call_for(plan, duty, &self.post)
            }
            _ => Vec::new(),
        }
    }

    /// Says that an event came that a report is due after.
    ///
    /// # Errors
    ///
    /// A refusal, or the store fails.
    pub async fn call_for(&self, key: &str, plan: &Plan, call: CallFor) -> Result<Outcome, AppError> {
        let command = Command::CallFor(Box::new(call));
        let request =
            Request { key: key.to_owned(), actor: self.actor.clone(), plan: Some(plan.id), command };
        self.app().execute(request).await
    }
}
