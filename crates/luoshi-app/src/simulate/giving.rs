//! How requests are given: together where they do not wait for one another, always in their order.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use luoshi_engine::{Actor, Command, Entry, EntryNo, EntryRow, OrgCommand, PlanId, TakeStep};

use super::Run;
use crate::app::App;
use crate::batch::{Answer, Outcome, Request};
use crate::error::AppError;

/// How many requests are given together: all of them are in the writer's hands before it begins.
const TOGETHER: usize = 64;

/// A request that waits to be given, and the register and key of the step that it takes.
pub(super) type Given = (Request, Option<(String, String)>);

impl Run<'_> {
    /// Gives a step with others of the day: nobody waits for what becomes of it.
    pub(super) async fn give(
        &mut self,
        actor: &Actor,
        entry: &Entry,
        step: TakeStep,
    ) -> Result<(), AppError> {
        let taken = (entry.opening.register.clone(), step.step.clone());
        let command = Command::Step { entry: entry.no, step: Box::new(step) };
        self.give_any(actor, entry.plan, command, Some(taken)).await
    }

    /// Gives any command with others of the day.
    pub(super) async fn give_any(
        &mut self,
        actor: &Actor,
        plan: PlanId,
        command: Command,
        step: Option<(String, String)>,
    ) -> Result<(), AppError> {
        self.pass();
        let key = self.key();
        self.given.push((Request { key, actor: actor.clone(), plan: Some(plan), command }, step));
        if self.given.len() < TOGETHER { Ok(()) } else { self.flush().await }
    }

    /// The entry of a row of the last list that was read, as it is once everything that waits for it
    /// is carried out.
    pub(super) async fn entry(&mut self, row: &EntryRow) -> Result<Option<Entry>, AppError> {
        if self.given.iter().any(|(request, _)| changes(request) == Some((row.plan, row.no))) {
            self.flush().await?;
        }
        if self.touched.contains(&(row.plan, row.no)) {
            return Ok(self.app.store().entry(row.plan, row.no).await?);
        }
        Ok(Some(serde_json::from_str(&row.body).map_err(luoshi_store::StoreError::from)?))
    }

    /// Gives what waits, and notes what becomes of it.
    pub(super) async fn flush(&mut self) -> Result<(), AppError> {
        let given = std::mem::take(&mut self.given);
        self.touched.extend(given.iter().filter_map(|(request, _)| changes(request)));
        let requests = given.iter().map(|(request, _)| request.clone()).collect();
        let answers = in_order(self.app, requests).await;
        let mut again = Vec::new();
        for (given, answer) in given.into_iter().zip(answers) {
            let done = self.note(&given, answer)?.is_some();
            // The button pressed twice, or the telephone sends it once more.
            if done && given.1.is_some() && self.dice.chance(20) {
                again.push(given);
            }
        }
        for (mut request, step) in again {
            if self.dice.chance(400)
                && let Command::Step { step, .. } = &mut request.command
            {
                // With other words under the old key.
                step.body.note.push_str("（补充）");
            }
            let answer = self.app.execute(request.clone()).await;
            self.note(&(request, step), answer)?;
        }
        Ok(())
    }

    /// Gives one command after all that waits. None where it was refused.
    pub(super) async fn command(
        &mut self,
        actor: &Actor,
        plan: PlanId,
        command: Command,
    ) -> Result<Option<Outcome>, AppError> {
        self.flush().await?;
        self.pass();
        let request = Request { key: self.key(), actor: actor.clone(), plan: Some(plan), command };
        let answer = self.app.execute(request.clone()).await;
        self.note(&(request, None), answer)
    }

    /// Changes the organisation. False where it was refused.
    pub(super) async fn organise(
        &mut self,
        actor: &Actor,
        commands: &[OrgCommand],
    ) -> Result<bool, AppError> {
        self.flush().await?;
        self.pass();
        let key = self.key();
        let answer = self.app.organise(&key, actor, commands).await;
        Ok(self.answered(answer)?.is_some())
    }

    fn note(&mut self, (request, step): &Given, answer: Answer) -> Result<Option<Outcome>, AppError> {
        let outcome = self.answered(answer)?;
        if let Some(outcome) = &outcome {
            self.told.repeated += u64::from(outcome.repeated);
            self.told.stood_in += u64::from(self.stands_in(&request.actor));
            if let Some(step) = step.clone().filter(|_| !outcome.repeated) {
                *self.told.steps.entry(step).or_default() += 1;
            }
        }
        Ok(outcome)
    }

    /// Counts an answer: a refusal is part of the day, anything else ends the run.
    pub(super) fn answered<T>(&mut self, answer: Result<T, AppError>) -> Result<Option<T>, AppError> {
        self.told.tried += 1;
        match answer {
            Ok(done) => {
                self.told.done += 1;
                Ok(Some(done))
            }
            Err(AppError::Refused(refusal)) => {
                self.told.refuse(&refusal);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn stands_in(&self, actor: &Actor) -> bool {
        let context = self.app.context();
        context.org.posts.get(&actor.post).is_some_and(|post| post.person != actor.person)
    }
}

/// The entry that a request changes.
fn changes(request: &Request) -> Option<(PlanId, EntryNo)> {
    match &request.command {
        Command::Step { entry, .. } | Command::SetLight { entry, .. } => Some((request.plan?, *entry)),
        _ => None,
    }
}

/// Hands requests over in their order from one task, and waits for all.
async fn in_order(app: &App, requests: Vec<Request>) -> Vec<Answer> {
    type Waiting<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;
    let mut waiting: Vec<Option<Waiting<'_>>> = Vec::with_capacity(requests.len());
    waiting.extend(requests.into_iter().map(|request| Some(Box::pin(app.execute(request)) as Waiting<'_>)));
    let mut answers: Vec<Option<Answer>> = waiting.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut all = Poll::Ready(());
        for (slot, answer) in waiting.iter_mut().zip(&mut answers) {
            let Some(future) = slot else { continue };
            match future.as_mut().poll(cx) {
                Poll::Ready(done) => (*answer, *slot) = (Some(done), None),
                Poll::Pending => all = Poll::Pending,
            }
        }
        all
    })
    .await;
    answers.into_iter().map(|answer| answer.unwrap_or(Err(AppError::Closing))).collect()
}
