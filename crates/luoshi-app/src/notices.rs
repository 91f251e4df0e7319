//! What running plans post (公示) for everybody to see, without an account.

use std::sync::{Arc, PoisonError};

use jiff::civil::Date;
use luoshi_engine::{Entry, Moment, Plan, PlanId, PlanState};
use luoshi_store::{Filter, Page, StoreError};

use crate::app::App;
use crate::error::AppError;

/// How long it is remembered what is posted, in milliseconds.
const REMEMBERED: i64 = 30_000;

/// How many plans are read at a time.
const PLANS: i64 = 200;

/// How many entries of a state are looked at.
const ENTRIES: i64 = 500;

/// A posted notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is called.
    pub title: String,
    /// Under which plan.
    pub plan: String,
    /// Its number in the register.
    pub number: String,
    /// Which unit answers for it.
    pub unit: String,
    /// Where it stands.
    pub state: String,
    /// What is shown: titles and words.
    pub words: Vec<(String, String)>,
    /// The first and the last day that it is posted.
    pub days: (Date, Date),
}

/// What is posted and since when it is remembered.
pub(crate) type Remembered = Option<(Moment, Arc<Vec<Notice>>)>;

impl App {
    /// What is posted today, the newest first.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn notices(&self) -> Result<Arc<Vec<Notice>>, AppError> {
        let now = self.now();
        let held = self.shared.notices.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, notices)) = held.filter(|(at, _)| now.0 - at.0 < REMEMBERED && now.0 >= at.0) {
            return Ok(notices);
        }
        let notices = Arc::new(self.find_notices(now.date()).await?);
        let mut held = self.shared.notices.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some((now, Arc::clone(&notices)));
        Ok(notices)
    }

    async fn find_notices(&self, today: Date) -> Result<Vec<Notice>, AppError> {
        let mut notices = Vec::new();
        let mut after = PlanId(0);
        loop {
            let plans = self.store().plans(Some(PlanState::Issued), after, PLANS).await?;
            let Some(last) = plans.last() else { break };
            after = last.id;
            for plan in &plans {
                self.notices_of(plan, today, &mut notices).await?;
            }
        }
        notices.sort_by(|one, other| (other.days.0, &one.number).cmp(&(one.days.0, &other.number)));
        Ok(notices)
    }

    async fn notices_of(&self, plan: &Plan, today: Date, notices: &mut Vec<Notice>) -> Result<(), AppError> {
        let context = self.context();
        let Ok(pack) = context.pack(plan) else { return Ok(()) };
        for register in &pack.registers {
            let Some(posted) = &register.posted else { continue };
            for state in &posted.states {
                let filter = Filter {
                    register: Some(register.key.clone()),
                    state: Some(state.clone()),
                    ..Filter::default()
                };
                let page = Page { skip: 0, limit: ENTRIES };
                let rows = self.store().find_entries(plan.id, &filter, page).await?;
                for row in rows {
                    let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                    let Some(days) = entry.posted_on(register, today) else { continue };
                    let state = register.flow.find_state(&entry.state);
                    let words = entry.posted_words(register, &context.org);
                    notices.push(Notice {
                        title: posted.title.clone(),
                        plan: plan.title.clone(),
                        number: row.number,
                        unit: context.org.unit_name(entry.opening.lead),
                        state: state.map_or_else(String::new, |state| state.title.clone()),
                        words: words.into_iter().map(|(title, words)| (title.to_owned(), words)).collect(),
                        days,
                    });
                }
            }
        }
        Ok(())
    }
}
