//! A rehearsed file carried out, each row by a command of its own.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use luoshi_engine::Actor;

use super::rehearse::{CellFault, Fate, Import, Rehearsal, RowFate};
use crate::app::App;
use crate::batch::{Answer, Request};
use crate::error::AppError;

/// How many rows are handed over together.
const TOGETHER: usize = 128;

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// As it was rehearsed right before, with those rows now faults that the engine refused after all.
    pub rehearsal: Rehearsal,
    /// How many rows brought something about.
    pub done: usize,
    /// How many had been carried out before under the same key.
    pub repeated: usize,
}

impl App {
    /// Imports a file: rows that are new or changed are carried out, those with faults are left out and
    /// told. The same key does nothing twice.
    ///
    /// # Errors
    ///
    /// As with [`App::rehearse_register`]; where the store fails half-way, what was done stays done, and
    /// the same file with the same key does the rest.
    pub async fn import_register(
        &self,
        key: &str,
        actor: &Actor,
        import: &Import,
    ) -> Result<Imported, AppError> {
        let mut imported =
            Imported { rehearsal: self.rehearse_register(actor, import).await?, done: 0, repeated: 0 };
        let commands = std::mem::take(&mut imported.rehearsal.commands);
        for part in commands.chunks(TOGETHER) {
            let jobs = part.iter().map(|(row, command)| {
                let command = command.clone();
                let request = Request {
                    key: format!("{key}-{row}"),
                    actor: actor.clone(),
                    plan: Some(import.plan),
                    command,
                };
                Box::pin(self.execute(request)) as Pin<Box<dyn Future<Output = Answer> + Send + '_>>
            });
            for ((row, _), answer) in part.iter().zip(in_order(jobs.collect()).await) {
                match answer {
                    Ok(outcome) if outcome.repeated => imported.repeated += 1,
                    Ok(_) => imported.done += 1,
                    Err(AppError::Refused(refusal)) => imported.refuse(*row, refusal.sentence),
                    Err(error) => return Err(error),
                }
            }
        }
        imported.rehearsal.commands = commands;
        self.keep_columns(actor, import, &imported.rehearsal.mapping).await?;
        Ok(imported)
    }
}

impl Imported {
    /// Somebody was faster than this file.
    fn refuse(&mut self, row: u32, sentence: String) {
        let remedy = String::from("请重新导出最新的台账，改好后再导入");
        let fault = Fate::Fault(CellFault { column: None, cause: sentence, remedy });
        match self.rehearsal.rows.iter_mut().find(|fate| fate.row == row) {
            Some(known) => known.fate = fault,
            None => self.rehearsal.rows.push(RowFate { row, fate: fault }),
        }
    }
}

/// Waits for all. They are begun in their order, so that entries are numbered as the rows stand, and go
/// to the disk together.
async fn in_order(mut jobs: Vec<Pin<Box<dyn Future<Output = Answer> + Send + '_>>>) -> Vec<Answer> {
    let mut answers: Vec<Option<Answer>> = jobs.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (job, answer) in jobs.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let Poll::Ready(done) = job.as_mut().poll(context)
            {
                *answer = Some(done);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
