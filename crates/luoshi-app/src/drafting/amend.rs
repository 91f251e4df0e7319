//! A new text for a plan that runs: handed in, compared, put in force.

use std::collections::BTreeMap;

use luoshi_engine::{Consent, Evidence, Hash, Plan, PlanState, Refusal, RefusalKind};

use crate::batch::Outcome;
use crate::error::AppError;
use crate::intake::PlanFile;
use crate::reader::Reader;
use crate::revise::Comparison;

/// A new text that waits, held against what runs.
pub struct Waiting {
    /// The file.
    pub source: Evidence,
    /// What it changes.
    pub comparison: Comparison,
}

impl Reader {
    /// Whether the reader may put a new text of a plan in force.
    pub fn may_amend(&self, plan: &Plan) -> bool {
        plan.state == PlanState::Issued && self.may_issue(plan.issuer)
    }

    fn must_amend(&self, plan: &Plan) -> Result<(), Refusal> {
        if self.may_amend(plan) {
            return Ok(());
        }
        let unit = self.context.org.unit_name(plan.issuer);
        let sentence = format!("执行中的方案由{unit}的督查员或领导修订；草稿请直接改正各项");
        Err(Refusal::new(RefusalKind::NotAllowed, sentence))
    }

    /// Takes a new text of a running plan in and holds it against what runs.
    ///
    /// # Errors
    ///
    /// The reader may not amend the plan, the bytes are no document, or hold no plan.
    pub async fn compare(&self, plan: &Plan, name: &str, bytes: Vec<u8>) -> Result<Waiting, AppError> {
        self.must_amend(plan)?;
        let source = self.app().let_wait(self.actor.person, name, bytes.clone()).await?;
        self.held(plan, source, bytes).await
    }

    /// Holds a text that waits against what runs once more.
    ///
    /// # Errors
    ///
    /// It does not wait any more; and see [`Reader::compare`].
    pub async fn compare_again(&self, plan: &Plan, file: Hash) -> Result<Waiting, AppError> {
        self.must_amend(plan)?;
        let (source, bytes) = self.app().waiting_file(self.actor.person, file).await?;
        self.held(plan, source, bytes).await
    }

    async fn held(&self, plan: &Plan, source: Evidence, bytes: Vec<u8>) -> Result<Waiting, AppError> {
        // A version that does not say its day counts its years as the one before it did.
        let day = plan.issued.unwrap_or(self.now).date();
        let reading = self.app().reading(&source, None, day).await?;
        let titled = |plan: &luoshi_plan::Plan| plan.title.as_ref().map(|title| title.value.clone());
        let same = |read: &luoshi_plan::Plan| titled(read).as_ref() == Some(&plan.title);
        let index = reading.compiled.plans.iter().position(same).unwrap_or(0);
        let name = source.name.clone();
        let file = PlanFile { name, bytes, index, issuer: plan.issuer, issued: None };
        let comparison = self.app().compare_text(plan.id, file).await?;
        Ok(Waiting { source, comparison })
    }

    /// Puts a new text in force with a person's word on each change.
    ///
    /// # Errors
    ///
    /// A refusal: see [`crate::App::revise`].
    pub async fn put_in_force(
        &self,
        key: &str,
        waiting: Waiting,
        reason: &str,
        consents: &BTreeMap<usize, Consent>,
    ) -> Result<Outcome, AppError> {
        self.app().revise(key, &self.actor, waiting.comparison, reason, consents).await
    }

    /// What came of a new text that was put in force before under the same key; none where it is new.
    ///
    /// # Errors
    ///
    /// The reader may not amend the plan, the key was used for something else, or the file does not wait any more.
    pub async fn in_force_before(
        &self,
        key: &str,
        plan: &Plan,
        file: Hash,
    ) -> Result<Option<Outcome>, AppError> {
        self.must_amend(plan)?;
        let (_, bytes) = self.app().waiting_file(self.actor.person, file).await?;
        self.app().revised_before(key, plan.id, &bytes).await
    }
}
