//! What forgetting whoever an entry is about would take away, shown before it is done.

use luoshi_engine::{Actor, Command, EntryNo, PlanId, Refusal, SystemRole};

use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::ledger::register_of;
use crate::reader::Reader;

/// A ground for the rehearsal, which looks at everything but this.
const SOME_GROUND: &str = "试办";

/// What would be forgotten, told without anything that says who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgetting {
    /// The plan.
    pub plan: PlanId,
    /// The entry.
    pub entry: EntryNo,
    /// The title of the plan.
    pub plan_title: String,
    /// The title of the register.
    pub register: String,
    /// The entry's number in its register.
    pub number: String,
    /// The unit that answers for it.
    pub lead: String,
    /// The titles of the personal fields that are filled in.
    pub fields: Vec<String>,
    /// How many files lie encrypted with it.
    pub files: usize,
    /// Why it cannot be done, where that is so.
    pub refused: Option<String>,
}

impl Reader {
    /// What forgetting whoever an entry is about would take away, for the security administrator.
    ///
    /// # Errors
    ///
    /// Not that administrator, no such entry, or the store fails.
    pub async fn forgetting(&self, plan: PlanId, no: EntryNo) -> Result<Forgetting, AppError> {
        self.must_be(SystemRole::SecurityAdmin)?;
        let (found, entry) = (self.app().plan_of(plan).await?, self.app().entry_of(plan, no).await?);
        let pack = self.context.pack(&found)?;
        let register = register_of(pack, &entry.opening.register)?;
        let filled =
            |field: &&luoshi_pack::Field| field.confidential && entry.opening.fields.contains_key(&field.key);
        let decided = self.context.world(pack, self.now).forget(&entry, &self.actor, SOME_GROUND);
        Ok(Forgetting {
            plan,
            entry: no,
            plan_title: found.title,
            register: register.title.clone(),
            number: entry.opening.number.clone(),
            lead: self.context.org.unit_name(entry.opening.lead),
            fields: register.fields.iter().filter(filled).map(|field| field.title.clone()).collect(),
            files: if register.confidential { entry.evidence.len() } else { 0 },
            refused: decided.err().map(|refusal: Refusal| refusal.sentence),
        })
    }
}

impl App {
    /// Forgets whoever an entry is about: the event is kept and the key destroyed in one transaction.
    ///
    /// # Errors
    ///
    /// A refusal, or the store fails: then nothing was forgotten.
    pub async fn forget(
        &self,
        key: &str,
        actor: &Actor,
        (plan, entry): (PlanId, EntryNo),
        reason: &str,
    ) -> Result<Outcome, AppError> {
        let command = Command::Forget { entry, reason: reason.trim().to_owned() };
        self.execute(Request { key: key.to_owned(), actor: actor.clone(), plan: Some(plan), command }).await
    }
}
