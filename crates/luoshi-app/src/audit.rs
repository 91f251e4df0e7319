//! What the audit administrator reads: the organisation's chain in words, and whether the record holds.

mod words;

use std::sync::PoisonError;

use jiff::civil::Date;
use luoshi_engine::{Event, Moment, PersonId, PlanId, Recorded, SystemRole};
use luoshi_store::Report;

use crate::app::App;
use crate::error::AppError;
use crate::reader::Reader;

/// How many events are read at a time.
const STRIDE: i64 = 200;

/// No moment is later.
const EVER: Moment = Moment(i64::MAX);

/// How many events are looked at for one page at most: a search for what is rare goes on from there.
const MOST: i64 = 4000;

/// What kind of event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Units.
    Units,
    /// People and posts.
    People,
    /// Stand-ins and division of work.
    Delegations,
    /// Accounts: opened, reset, locked, passwords, tokens.
    Accounts,
    /// Signing in.
    Entrances,
    /// Packs and working days.
    Rules,
    /// Confidential fields that were read.
    Readings,
}

impl Kind {
    /// Every kind, with its word and its title.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Units, "units", "单位"),
        (Self::People, "people", "人员和岗位"),
        (Self::Delegations, "delegations", "代理和分工"),
        (Self::Accounts, "accounts", "账号"),
        (Self::Entrances, "entrances", "登录"),
        (Self::Rules, "rules", "方案包和节假日"),
        (Self::Readings, "readings", "查看保密内容"),
    ];

    /// The kind of a word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(kind, ..)| *kind)
    }

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, _, title)| title)
    }
}

/// Which events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// By whom, or about whom.
    pub person: Option<PersonId>,
    /// Of which kind.
    pub kind: Option<Kind>,
    /// Up to the end of this day.
    pub day: Option<Date>,
    /// Only before this number.
    pub before: Option<i64>,
}

/// An event in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number in the chain.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who: a name, or the system.
    pub who: String,
    /// From where.
    pub address: String,
    /// Of which kind.
    pub kind: Kind,
    /// What happened.
    pub what: String,
    /// The beginning of its hash, by which it is found in an export.
    pub hash: String,
}

/// A page of the record, the last event first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// The events.
    pub records: Vec<Record>,
    /// From where to read on; none at the beginning of the record.
    pub next: Option<i64>,
    /// How many events there are in all.
    pub total: i64,
}

/// Verifying: whether it goes on, and what the last time found.
#[derive(Clone, Debug, Default)]
pub struct Check {
    /// Since when it goes on.
    pub running: Option<Moment>,
    /// When the last one ended, and what it found; a sentence where it failed.
    pub last: Option<(Moment, Result<Report, String>)>,
}

impl Reader {
    /// A page of the organisation's record, for the audit administrator.
    ///
    /// # Errors
    ///
    /// It is not for this reader, or the store fails.
    pub async fn record(&self, sought: &Sought, lines: usize) -> Result<RecordPage, AppError> {
        self.must_be(SystemRole::AuditAdmin)?;
        let store = self.app().store();
        let total = store.head(PlanId::ORGANISATION).await?.map_or(0, |head| head.seq);
        let mut at = match (sought.before, sought.day) {
            (Some(before), _) => before,
            (None, Some(day)) => self.after_day(day, total).await?,
            (None, None) => total + 1,
        };
        let mut page = RecordPage { total, ..RecordPage::default() };
        let least = at.saturating_sub(MOST);
        while at > 1 && at > least {
            let events = store.events_back(PlanId::ORGANISATION, at, EVER, STRIDE).await?;
            if events.is_empty() {
                at = 1;
            }
            for recorded in events {
                at = recorded.seq;
                page.records.extend(self.as_record(&recorded, sought)?);
                if page.records.len() == lines {
                    page.next = (at > 1).then_some(at);
                    return Ok(page);
                }
            }
        }
        page.next = (at > 1).then_some(at);
        Ok(page)
    }

    /// The number after the last event of a day: times never go back along a chain.
    async fn after_day(&self, day: Date, total: i64) -> Result<i64, AppError> {
        let end = Moment::end_of(day);
        let (mut low, mut high) = (1, total + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let event = self.app().store().events_back(PlanId::ORGANISATION, middle + 1, EVER, 1).await?;
            if event.first().is_some_and(|event| event.at < end) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// An event in words, if it is sought.
    fn as_record(&self, recorded: &Recorded, sought: &Sought) -> Result<Option<Record>, AppError> {
        let event = recorded.event().map_err(luoshi_store::StoreError::from)?;
        let Event::Org(event) = event else { return Ok(None) };
        let org = &self.context.org;
        let kind = words::kind(&event);
        let by =
            |person: PersonId| recorded.actor.person == person || words::about(org, &event) == Some(person);
        if sought.kind.is_some_and(|wanted| wanted != kind) || sought.person.is_some_and(|person| !by(person))
        {
            return Ok(None);
        }
        let who = if recorded.actor.is_system() {
            String::from("系统")
        } else {
            org.person_name(recorded.actor.person)
        };
        Ok(Some(Record {
            seq: recorded.seq,
            at: recorded.at,
            who,
            address: recorded.actor.address.clone(),
            kind,
            what: words::what(org, &event),
            hash: recorded.hash.to_string().chars().take(12).collect(),
        }))
    }
}

impl App {
    /// Begins to verify everything that is kept, unless that goes on already. Tells whether it began.
    pub fn begin_check(&self) -> bool {
        let now = self.now();
        {
            let mut check = self.shared.check.lock().unwrap_or_else(PoisonError::into_inner);
            if check.running.is_some() {
                return false;
            }
            check.running = Some(now);
        }
        // It computes for long: on a thread of its own, so that pages wait for nothing.
        let (app, at) = (self.clone(), tokio::runtime::Handle::current());
        let verified = tokio::task::spawn_blocking(move || at.block_on(app.verify(&[])));
        let app = self.clone();
        tokio::spawn(async move {
            let found = match verified.await {
                Ok(found) => found.map_err(|error| error.to_string()),
                Err(_) => Err(String::from("核验中途停止，请再核验一次")),
            };
            let mut check = app.shared.check.lock().unwrap_or_else(PoisonError::into_inner);
            *check = Check { running: None, last: Some((app.now(), found)) };
        });
        true
    }

    /// Whether verifying goes on, and what it found last.
    pub fn check(&self) -> Check {
        self.shared.check.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
