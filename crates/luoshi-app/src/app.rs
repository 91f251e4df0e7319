//! The application: takes requests from any number of callers, and carries out together those that come
//! together.

use std::sync::{Arc, PoisonError, RwLock};

use luoshi_engine::{Moment, PlanId};
use luoshi_store::attachment::Attachments;
use luoshi_store::{Store, StoreError};
use tokio::sync::{mpsc, oneshot};

use crate::batch::{Answer, Batch, Request};
use crate::context::{Context, refresh};
use crate::error::AppError;
use crate::seal::Sealer;

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
    /// How many writers: one for SQLite, several for PostgreSQL, where each plan keeps to one of them.
    pub writers: usize,
}

/// A request and where its answer goes.
struct Job {
    request: Request,
    answer: oneshot::Sender<Answer>,
}

/// What all callers and writers share.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) sealer: Sealer,
    pub(crate) attachments: Arc<Attachments>,
    context: RwLock<Arc<Context>>,
}

/// The application. Clones share everything.
#[derive(Clone)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
    writers: Arc<[mpsc::Sender<Job>]>,
}

impl App {
    /// Opens the application on a store.
    ///
    /// # Errors
    ///
    /// The organisation cannot be read.
    pub async fn open(store: Store, settings: Settings) -> Result<Self, AppError> {
        let Settings { clock, packs, sealer, attachments, writers } = settings;
        let context = refresh(&store, &Arc::new(Context::new(packs))).await?;
        let shared = Arc::new(Shared {
            store,
            clock,
            sealer,
            attachments: Arc::new(attachments),
            context: RwLock::new(context),
        });
        let writers = (0..writers.max(1)).map(|_| {
            let (send, receive) = mpsc::channel(QUEUE);
            tokio::spawn(write(Arc::clone(&shared), receive));
            send
        });
        Ok(Self { writers: writers.collect(), shared })
    }

    /// Carries a command out. What comes back as done is on disk.
    ///
    /// # Errors
    ///
    /// A refusal with its sentence, or the store failed.
    pub async fn execute(&self, request: Request) -> Answer {
        let at = request.plan.map_or(0, |plan| usize::try_from(plan.0).unwrap_or(0)) % self.writers.len();
        let (answer, answered) = oneshot::channel();
        self.writers[at].send(Job { request, answer }).await.map_err(|_| AppError::Closing)?;
        answered.await.map_err(|_| AppError::Closing)?
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

/// A writer: takes what is there, carries it out in one transaction, and answers once it is on disk.
async fn write(shared: Arc<Shared>, mut jobs: mpsc::Receiver<Job>) {
    let mut taken = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut taken, BATCH).await > 0 {
        let (requests, answers): (Vec<Request>, Vec<oneshot::Sender<Answer>>) =
            taken.drain(..).map(|job| (job.request, job.answer)).unzip();
        for (answer, sender) in together(&shared, &requests).await.into_iter().zip(answers) {
            // A caller that went away does not undo what was done: its key will tell it.
            let _ = sender.send(answer);
        }
    }
}

/// Carries requests out together; where that fails, one by one, so that one of them does not take the
/// others down with it.
async fn together(shared: &Shared, requests: &[Request]) -> Vec<Answer> {
    match once(shared, requests).await {
        Ok(answers) => return answers,
        Err(error) if requests.len() == 1 && !error.passes() => return vec![Err(AppError::Store(error))],
        Err(_) => {}
    }
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        answers.push(alone(shared, request).await);
    }
    answers
}

/// Carries one request out, again and again while what hinders it passes.
async fn alone(shared: &Shared, request: &Request) -> Answer {
    let mut tried = 0;
    loop {
        match once(shared, std::slice::from_ref(request)).await {
            Ok(mut answers) => return answers.pop().unwrap_or(Err(AppError::Closing)),
            Err(error) if error.passes() && tried < TRIES => {
                tried += 1;
                tokio::time::sleep(std::time::Duration::from_millis(5 << tried)).await;
            }
            Err(error) => return Err(AppError::Store(error)),
        }
    }
}

async fn once(shared: &Shared, requests: &[Request]) -> Result<Vec<Answer>, StoreError> {
    let context = shared.refreshed().await?;
    let now = (shared.clock)();
    Batch::run(&shared.store, &context, &shared.sealer, now, requests).await
}

/// A command of the scheduler.
pub(crate) fn of_system(plan: PlanId, command: luoshi_engine::Command) -> Request {
    Request { key: String::new(), actor: luoshi_engine::Actor::system(), plan: Some(plan), command }
}
