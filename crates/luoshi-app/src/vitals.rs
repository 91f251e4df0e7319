//! How the application fares: figures for whoever watches over the server. They say nothing of anybody.

use std::sync::atomic::{AtomicU64, Ordering};

use luoshi_engine::Moment;

use crate::account::milliseconds;
use crate::app::App;
use crate::batch::Answer;
use crate::error::AppError;

/// What became of commands since the start.
#[derive(Default)]
pub(crate) struct Counts {
    done: AtomicU64,
    repeated: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
}

impl Counts {
    /// Counts an answer.
    pub(crate) fn count(&self, answer: &Answer) {
        let counter = match answer {
            Ok(outcome) if outcome.repeated => &self.repeated,
            Ok(_) => &self.done,
            Err(AppError::Refused(_)) => &self.refused,
            Err(_) => &self.failed,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// Figures of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Commands on plans since the start, by what became of them: `done`, `repeated`, `refused`, `failed`.
    pub commands: [(&'static str, u64); 4],
    /// Commands that wait for a writer.
    pub waiting: usize,
    /// Events in all chains together.
    pub events: i64,
    /// For how many milliseconds the scheduler has left what is due longest.
    pub late: i64,
    /// Sessions that stand.
    pub sessions: i64,
    /// Connections to the database: open, and of them idle.
    pub connections: (u32, usize),
}

impl App {
    /// How it fares now.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn vitals(&self) -> Result<Vitals, AppError> {
        let (now, counts) = (self.now(), &self.shared.counts);
        let figure = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let settings = &self.shared.accounts.settings;
        let seen = now.plus(-milliseconds(settings.idle));
        let created = now.plus(-milliseconds(settings.longest));
        let due = self.store().next_timer().await?;
        Ok(Vitals {
            commands: [
                ("done", figure(&counts.done)),
                ("repeated", figure(&counts.repeated)),
                ("refused", figure(&counts.refused)),
                ("failed", figure(&counts.failed)),
            ],
            waiting: self.waiting(),
            events: self.store().count_events().await?,
            late: due.map_or(0, |due: Moment| (now.0 - due.0).max(0)),
            sessions: self.store().count_sessions(seen, created).await?,
            connections: self.store().connections(),
        })
    }
}
