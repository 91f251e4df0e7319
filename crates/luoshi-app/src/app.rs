//! The application: takes requests from any number of callers, and carries out together those that come
//! together.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use luoshi_engine::{Command, Moment, PlanId};
use luoshi_store::attachment::Attachments;
use luoshi_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::account::{AccountSettings, Accounts};
use crate::audit::Check;
use crate::batch::{Answer, Batch, Outcome, Plans, Request};
use crate::context::{Context, refresh};
use crate::drafting::Readings;
use crate::error::AppError;
use crate::ledger::Sheets;
use crate::maintain::Remake;
use crate::notices::Notice;
use crate::public::Offer;
use crate::remembered::Remembered;
use crate::seal::Sealer;
use crate::vitals::Counts;

/// How many commands are kept by one transaction at most.
const BATCH: usize = 256;

/// How many commands may wait for one writer before callers wait to hand theirs over.
const QUEUE: usize = 1024;

/// How often something that passes (a lock, a lost connection) is tried again.
const TRIES: u32 = 8;

/// The clock: the one place where the time comes from.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// What the application is opened with.
pub struct Settings {
    /// Where the time comes from.
    pub clock: Clock,
    /// Packs of the office: file name and text.
    pub packs: Vec<(String, String)>,
    /// What seals personal fields.
    pub sealer: Sealer,
    /// Where files are kept.
    pub attachments: Attachments,
    /// How accounts are guarded.
    pub accounts: AccountSettings,
}

/// A request and where its answer goes.
struct Job {
    request: Request,
    answer: oneshot::Sender<Answer>,
}

/// What all callers and the writer share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) sealer: Sealer,
    pub(crate) attachments: Arc<Attachments>,
    pub(crate) accounts: Accounts,
    pub(crate) check: Mutex<Check>,
    pub(crate) offers: Remembered<Vec<Offer>>,
    pub(crate) notices: Remembered<Vec<Notice>>,
    pub(crate) readings: Readings,
    pub(crate) sheets: Sheets,
    pub(crate) counts: Counts,
    plans: Plans,
    context: RwLock<Arc<Context>>,
}

/// The application. Clones share everything.
#[derive(Clone)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
    writer: mpsc::Sender<Job>,
}

impl App {
    /// Opens the application on a store. Tables that an older version made are made again first.
    ///
    /// # Errors
    ///
    /// The organisation cannot be read, or the master keys do not open what was sealed.
    pub async fn open(store: Store, settings: Settings) -> Result<Self, AppError> {
        let Settings { clock, packs, sealer, attachments, accounts } = settings;
        sealer.check(&store).await?;
        let context = refresh(&store, &Arc::new(Context::new(packs))).await?;
        if store.wants_remake().await? {
            store.rebuild(Remake::new(context.empty(), clock())).await?;
        }
        let shared = Arc::new(Shared {
            store,
            clock,
            sealer,
            attachments: Arc::new(attachments),
            accounts: Accounts::new(accounts),
            check: Mutex::default(),
            offers: Remembered::default(),
            notices: Remembered::default(),
            readings: Readings::default(),
            sheets: Sheets::default(),
            counts: Counts::default(),
            plans: Plans::default(),
            context: RwLock::new(context),
        });
        let (writer, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(write(Arc::clone(&shared), jobs));
        let app = Self { writer, shared };
        if !app.store().is_read_only() {
            app.read_texts().await?;
        }
        Ok(app)
    }

    /// Carries a command out. What comes back as done is on disk.
    ///
    /// # Errors
    ///
    /// A refusal with its sentence, or the store failed.
    pub async fn execute(&self, request: Request) -> Answer {
        let answer = self.hand_over(request).await?.await.map_err(|_| AppError::Closing)?;
        if let Ok(Outcome { plan, retold: true, .. }) = &answer {
            // It is done all the same; a text that cannot be read now is lacking, and read at the next start.
            let _ = self.read_text(*plan).await;
        }
        answer
    }

    /// Hands a request to the writer; the answer comes later. The queue is bounded, and it is emptied
    /// whether or not anybody waits for the answers.
    pub(crate) async fn hand_over(&self, request: Request) -> Result<oneshot::Receiver<Answer>, AppError> {
        let (answer, answered) = oneshot::channel();
        self.writer.send(Job { request, answer }).await.map_err(|_| AppError::Closing)?;
        Ok(answered)
    }

    /// How many requests wait for the writer.
    pub(crate) fn waiting(&self) -> usize {
        self.writer.max_capacity() - self.writer.capacity()
    }

    /// The store, for reading.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Organisation, packs and calendar as they are now.
    pub fn context(&self) -> Arc<Context> {
        self.shared.context()
    }

    /// The time.
    pub fn now(&self) -> Moment {
        (self.shared.clock)()
    }
}

impl Shared {
    pub(crate) fn context(&self) -> Arc<Context> {
        Arc::clone(&self.context.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Brings the context up to date with what other servers did.
    pub(crate) async fn refreshed(&self) -> Result<Arc<Context>, StoreError> {
        let known = self.context();
        let next = refresh(&self.store, &known).await?;
        if !Arc::ptr_eq(&known, &next) {
            let mut held = self.context.write().unwrap_or_else(PoisonError::into_inner);
            if held.seq < next.seq {
                *held = Arc::clone(&next);
            }
        }
        Ok(next)
    }
}

/// The writer of this server: takes what is there, carries it out in one transaction, and answers once it is on
/// disk. There is one on PostgreSQL too: several make smaller batches, and were slower at any number of callers.
async fn write(shared: Arc<Shared>, mut jobs: mpsc::Receiver<Job>) {
    let mut taken = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut taken, BATCH).await > 0 {
        let (requests, answers): (Vec<Request>, Vec<oneshot::Sender<Answer>>) =
            taken.drain(..).map(|job| (job.request, job.answer)).unzip();
        for (answer, sender) in together(&shared, &requests).await.into_iter().zip(answers) {
            shared.counts.count(&answer);
            // A caller that went away does not undo what was done: its key will tell it.
            let _ = sender.send(answer);
        }
    }
}

/// Carries requests out together; where one of them may be the cause that this fails, one by one, so
/// that it does not take the others down with it.
async fn together(shared: &Shared, requests: &[Request]) -> Vec<Answer> {
    let mut trial = Trial::new(&shared.store);
    let failed = match insist(shared, requests, &mut trial).await {
        Ok(answers) => return answers,
        Err(error) => error,
    };
    let mut answers = Vec::with_capacity(requests.len());
    if requests.len() == 1 || trial.hopeless(&failed) {
        answers.extend(requests.iter().skip(1).map(|_| Err(AppError::Store(failed.again()))));
        answers.push(Err(AppError::Store(failed)));
        return answers;
    }
    let mut over: Option<StoreError> = None;
    for request in requests {
        if let Some(error) = &over {
            answers.push(Err(AppError::Store(error.again())));
            continue;
        }
        let mut alone = trial.of_one();
        answers.push(match insist(shared, std::slice::from_ref(request), &mut alone).await {
            Ok(mut answers) => answers.pop().unwrap_or(Err(AppError::Closing)),
            Err(error) => {
                over = alone.hopeless(&error).then(|| error.again());
                Err(AppError::Store(error))
            }
        });
    }
    answers
}

/// Carries requests out by one transaction, again and again while what hinders it passes.
async fn insist(shared: &Shared, requests: &[Request], trial: &mut Trial) -> Result<Vec<Answer>, StoreError> {
    let mut careful = false;
    loop {
        match once(shared, requests, careful).await {
            Ok(answers) => return Ok(answers),
            Err(error) => trial.after(error).await?,
        }
        careful = true;
    }
}

/// How often and how long something was tried in vain, and what that left open.
pub(crate) struct Trial {
    begun: Instant,
    patience: Duration,
    tried: u32,
    /// The first failure after which the transaction may have been kept all the same.
    open: Option<StoreError>,
}

impl Trial {
    pub(crate) fn new(store: &Store) -> Self {
        Self { begun: Instant::now(), patience: store.patience(), tried: 0, open: None }
    }

    /// For one command of those that failed together: who waits has waited since then.
    fn of_one(&self) -> Self {
        Self { begun: self.begun, patience: self.patience, tried: 0, open: None }
    }

    /// Waits a little before the next time.
    ///
    /// # Errors
    ///
    /// There is no next time: this is to be told. What one time left open no later failure closes, even
    /// if that one kept nothing.
    pub(crate) async fn after(&mut self, error: StoreError) -> Result<(), StoreError> {
        if self.open.is_none() && matches!(error, StoreError::Away(_)) {
            self.open = Some(error.again());
        }
        if error.passes() && self.tried < TRIES && self.begun.elapsed() < self.patience {
            self.tried += 1;
            tokio::time::sleep(Duration::from_millis(5 << self.tried)).await;
            return Ok(());
        }
        Err(if matches!(error, StoreError::Away(_)) { error } else { self.open.take().unwrap_or(error) })
    }

    /// Whether those who wait are better told now than after the next has failed the same way: the
    /// database is away, or was waited for long enough.
    fn hopeless(&self, error: &StoreError) -> bool {
        matches!(error, StoreError::Away(_)) || (error.passes() && self.begun.elapsed() >= self.patience)
    }
}

async fn once(shared: &Shared, requests: &[Request], careful: bool) -> Result<Vec<Answer>, StoreError> {
    let mut context = shared.context();
    loop {
        let (store, now) = (&shared.store, (shared.clock)());
        match Batch::run(store, &context, &shared.sealer, &shared.plans, now, requests, careful).await? {
            Some(answers) => return Ok(answers),
            // Another server changed the organisation.
            None => context = shared.refreshed().await?,
        }
    }
}

/// A command of the scheduler.
pub(crate) fn of_system(plan: PlanId, command: Command) -> Request {
    Request { key: String::new(), actor: luoshi_engine::Actor::system(), plan: Some(plan), command }
}
