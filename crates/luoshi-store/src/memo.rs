//! What was read is remembered until something is written: most pages ask what others asked a moment ago.
//!
//! It is exact, not merely fresh. An answer is kept under a mark that was taken before the question, and is
//! given only while the mark is still the same: then nothing was committed in between. For a folder, which
//! belongs to one process, the mark is the number of commits; PostgreSQL tells it as the snapshot that a
//! question would see now.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use luoshi_engine::{EntryRow, Plan, PostId};

use crate::db::{Db, Pool, Row, Value};
use crate::error::StoreError;
use crate::kept::{CompletenessRow, Message, TallyRow};
use crate::watch::{DueRow, RegisterRow};

/// How many bytes of answers are kept, about; when there are more, all are forgotten.
const MOST: usize = 16 << 20;

/// About how many bytes a plan takes besides its parties.
const PLAN: usize = 2048;

/// Of what state of the database an answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// So many commits of this process.
    Commits(u64),
    /// What PostgreSQL calls a snapshot.
    Snapshot(String),
}

/// A question: the text and its values.
type Question = (Arc<str>, Vec<Value>);

#[derive(Default)]
struct Held {
    mark: Option<Mark>,
    bytes: usize,
    answers: HashMap<Question, Arc<dyn Any + Send + Sync>>,
}

/// The answers that are remembered.
#[derive(Default)]
pub(crate) struct Memo {
    commits: AtomicU64,
    held: Mutex<Held>,
}

impl Memo {
    /// Something was committed.
    pub(crate) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::SeqCst);
    }

    fn commits(&self) -> Mark {
        Mark::Commits(self.commits.load(Ordering::SeqCst))
    }

    fn answer<T: Send + Sync + 'static>(&self, mark: &Mark, question: &Question) -> Option<Arc<Vec<T>>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = held.answers.get(question).filter(|_| held.mark.as_ref() == Some(mark))?;
        Arc::clone(answer).downcast().ok()
    }

    fn keep<T: Weighs>(&self, mark: Mark, question: Question, answer: &Arc<Vec<T>>) {
        let bytes = question.0.len() + answer.iter().map(Weighs::bytes).sum::<usize>();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = &mut *held;
        if held.mark.as_ref() != Some(&mark) || held.bytes + bytes > MOST {
            *held = Held { mark: Some(mark), ..Held::default() };
        }
        if bytes <= MOST / 4 {
            held.bytes += bytes;
            held.answers.insert(question, Arc::<Vec<T>>::clone(answer));
        }
    }
}

/// What can be remembered, and how much room it takes.
pub(crate) trait Weighs: Send + Sync + Sized + 'static {
    /// How many bytes, about.
    fn bytes(&self) -> usize {
        2 * size_of::<Self>()
    }
}

impl Weighs for i64 {}
impl Weighs for (String, i64) {}
impl Weighs for (luoshi_engine::Moment, i64, i64) {}
impl Weighs for Option<(PostId, luoshi_engine::Moment)> {}
impl Weighs for CompletenessRow {}
impl Weighs for DueRow {}
impl Weighs for RegisterRow {}
impl Weighs for TallyRow {}

impl Weighs for EntryRow {
    fn bytes(&self) -> usize {
        2 * size_of::<Self>() + self.title.len() + self.body.len()
    }
}

impl Weighs for Message {
    fn bytes(&self) -> usize {
        2 * size_of::<Self>() + self.words.len()
    }
}

impl Weighs for Plan {
    fn bytes(&self) -> usize {
        PLAN + self.parties.len() * size_of::<luoshi_engine::UnitId>()
    }
}

impl Db {
    /// Reads by a text, or remembers what was read.
    pub(crate) async fn known<T: Weighs>(
        &self,
        text: Arc<str>,
        values: Vec<Value>,
        row: impl Fn(&Row) -> Result<T, StoreError>,
    ) -> Result<Arc<Vec<T>>, StoreError> {
        let (question, mark) = ((text, values), self.mark().await?);
        if let Some(answer) = mark.as_ref().and_then(|mark| self.memo.answer(mark, &question)) {
            return Ok(answer);
        }
        let rows = self.rows(Arc::clone(&question.0), question.1.clone()).await?;
        let answer = Arc::new(rows.iter().map(row).collect::<Result<Vec<T>, _>>()?);
        if let Some(mark) = mark {
            self.memo.keep(mark, question, &answer);
        }
        Ok(answer)
    }

    /// The mark of what a question would see now; none where nothing is remembered.
    async fn mark(&self) -> Result<Option<Mark>, StoreError> {
        if !self.remembers {
            return Ok(None);
        }
        match &self.pool {
            Pool::Lite { .. } => Ok(Some(self.memo.commits())),
            Pool::Pg(_) => {
                let rows = self.rows(Arc::from("SELECT CAST(pg_current_snapshot() AS TEXT)"), Vec::new());
                rows.await?.first().map(|row| row.text(0).map(Mark::Snapshot)).transpose()
            }
        }
    }
}
