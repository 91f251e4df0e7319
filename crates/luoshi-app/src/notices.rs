//! What running plans post (公示) for everybody to see, without an account.

use std::sync::Arc;

use jiff::civil::Date;
use luoshi_engine::{Entry, Plan, PlanId, PlanState};
use luoshi_pack::Register;
use luoshi_store::{Filter, Order, Page, StoreError};

use crate::app::App;
use crate::error::AppError;

/// How many plans are read at a time.
const PLANS: i64 = 200;

/// How many entries of a state are read at a time.
const ENTRIES: i64 = 500;

/// How many times that at most.
const PAGES: i64 = 20;

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

impl App {
    /// What is posted today, the newest first.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn notices(&self) -> Result<Arc<Vec<Notice>>, AppError> {
        let now = self.now();
        self.shared.notices.or_find(now, self.find_notices(now.date())).await
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
            let states = register.posted.iter().flat_map(|posted| &posted.states);
            for state in states {
                self.notices_in(plan, register, state, today, notices).await?;
            }
        }
        Ok(())
    }

    /// Those of entries in a state, the last numbers first: what was opened long ago has been taken down. Once
    /// nothing in as many as are read at a time is posted, nothing before is looked at.
    async fn notices_in(
        &self,
        plan: &Plan,
        register: &Register,
        state: &str,
        today: Date,
        notices: &mut Vec<Notice>,
    ) -> Result<(), AppError> {
        let filter = Filter {
            register: Some(register.key.clone()),
            state: Some(state.to_owned()),
            ..Filter::default()
        };
        for number in 1..=PAGES {
            let page = Page::number(number, ENTRIES);
            let rows = self.store().find_ordered(plan.id, &filter, Order::NumberLast, page).await?;
            let last = i64::try_from(rows.len()).is_ok_and(|rows| rows < ENTRIES);
            let before = notices.len();
            for row in rows {
                let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                notices.extend(self.notice_of(plan, register, &entry, today));
            }
            if last || notices.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// What is posted of an entry, if it is posted on that day.
    fn notice_of(&self, plan: &Plan, register: &Register, entry: &Entry, today: Date) -> Option<Notice> {
        let days = entry.posted_on(register, today)?;
        let posted = register.posted.as_ref()?;
        let org = &self.context().org;
        let state = register.flow.find_state(&entry.state);
        let words = entry.posted_words(register, org);
        Some(Notice {
            title: posted.title.clone(),
            plan: plan.title.clone(),
            number: entry.opening.number.clone(),
            unit: org.unit_name(entry.opening.lead),
            state: state.map_or_else(String::new, |state| state.title.clone()),
            words: words.into_iter().map(|(title, words)| (title.to_owned(), words)).collect(),
            days,
        })
    }
}
