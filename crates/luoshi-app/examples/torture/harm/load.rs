//! What the callers of a county do while harm is done, and the words in which they tell of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::civil::date;
use luoshi_app::{App, AppError, Outcome, Request};
use luoshi_engine::{
    Actor, Command, EntryNo, Evidence, Hash, Moment, NewEntry, PlanId, Progress, StepBody, UnitId,
};
use luoshi_pack::Role;
use serde::{Deserialize, Serialize};

use super::common::{COUNTY, step, who};

/// The plans that callers work on: the first of the county.
pub(crate) const PLANS: i64 = 3;

/// The unit whose handler reports.
const TOWN: UnitId = UnitId(2);

/// Before a caller sends once more what was not carried out.
const PAUSE: Duration = Duration::from_millis(20);

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// What a caller sent, so that it can be sent once more by somebody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) key: String,
    pub(crate) actor: Actor,
    pub(crate) plan: PlanId,
    pub(crate) command: Command,
}

impl Sent {
    pub(crate) fn request(&self) -> Request {
        let Self { key, actor, plan, command } = self.clone();
        Request { key, actor, plan: Some(plan), command }
    }
}

/// What was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) key: String,
    pub(crate) plan: PlanId,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) repeated: bool,
}

impl Done {
    pub(crate) fn new(key: &str, outcome: &Outcome) -> Self {
        let Outcome { plan, first, last, repeated, .. } = outcome;
        Self { key: key.to_owned(), plan: *plan, first: *first, last: *last, repeated: *repeated }
    }
}

/// One line of a child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Line {
    /// The application is open.
    Ready,
    /// It could not be opened, or what was asked of it failed: the sentence.
    Failed(String),
    /// Something is handed over for the first time.
    Sent(Box<Sent>),
    /// It is handed over once more.
    Again(String),
    /// It was acknowledged.
    Done(Done),
    /// It was not: key and sentence.
    Told(String, String),
    /// It was refused, which nothing here should be: key and sentence.
    Refused(String, String),
    /// A file was acknowledged.
    Kept(Hash),
    /// A file was not kept: the sentence.
    NotKept(String),
    /// What verifying found.
    Found(Vec<String>),
    /// All callers went home.
    End,
}

/// Where a caller's words go.
pub(crate) type Sink = Arc<dyn Fn(Line) + Send + Sync>;

/// One caller: opens entries, signs for them, reports on them, completes them, each time waiting for
/// the answer and sending the same once more until there is a good one.
pub(crate) struct Caller {
    pub(crate) app: App,
    pub(crate) sink: Sink,
    pub(crate) stop: Arc<AtomicBool>,
    /// What its keys begin with.
    pub(crate) name: String,
    pub(crate) dice: Dice,
    pub(crate) turn: u32,
}

impl Caller {
    /// Calls until it is told to stop, or refused.
    pub(crate) async fn run(mut self) {
        while self.entry().await.is_some() {}
    }

    /// One entry from its opening to its completion; none when there is nothing more to do.
    async fn entry(&mut self) -> Option<()> {
        let plan = PlanId(1 + i64::try_from(self.dice.below(PLANS.unsigned_abs())).unwrap_or(0));
        let new = NewEntry {
            register: "task".into(),
            title: format!("完成排查整治并报送情况{}", self.name),
            lead: TOWN,
            due: Some(Moment::end_of(date(2026, 12, 31))),
            ..NewEntry::default()
        };
        let command = Command::AddEntry(Box::new(new));
        let entry = *self.send(Role::Inspector, COUNTY, plan, command).await?.opened.first()?;
        self.step(plan, entry, "acknowledge", StepBody::default()).await?;
        for i in 0..self.dice.below(6) {
            let progress =
                Progress { planned: 50.0, actual: 30.0 + f64::from(u32::try_from(i).unwrap_or(0)) };
            let note = String::from("已完成两个村的核查，正在汇总");
            let body = StepBody { note, progress: Some(progress), ..StepBody::default() };
            self.step(plan, entry, "progress", body).await?;
        }
        if self.dice.below(4) == 0 {
            let evidence = vec![self.attach().await?];
            self.step(plan, entry, "complete", StepBody { evidence, ..StepBody::default() }).await?;
        }
        Some(())
    }

    async fn step(&mut self, plan: PlanId, entry: EntryNo, key: &str, body: StepBody) -> Option<Outcome> {
        self.send(Role::Handler, TOWN, plan, step(entry, key, body)).await
    }

    async fn send(&mut self, role: Role, unit: UnitId, plan: PlanId, command: Command) -> Option<Outcome> {
        self.turn += 1;
        let key = format!("{}-{}", self.name, self.turn);
        let sent = Sent { key: key.clone(), actor: who(role, unit), plan, command };
        if self.stopped() {
            return None;
        }
        (self.sink)(Line::Sent(Box::new(sent.clone())));
        loop {
            match self.app.execute(sent.request()).await {
                Ok(outcome) => {
                    (self.sink)(Line::Done(Done::new(&key, &outcome)));
                    return Some(outcome);
                }
                Err(error @ (AppError::Store(_) | AppError::Closing)) => {
                    (self.sink)(Line::Told(key.clone(), error.to_string()));
                }
                Err(error) => {
                    (self.sink)(Line::Refused(key.clone(), error.to_string()));
                    return None;
                }
            }
            if self.stopped() {
                return None;
            }
            tokio::time::sleep(PAUSE).await;
            (self.sink)(Line::Again(key.clone()));
        }
    }

    /// A photograph that nobody has seen before.
    async fn attach(&mut self) -> Option<Evidence> {
        let grain: Vec<u8> = (0..8192).map(|_| self.dice.below(256).to_le_bytes()[0]).collect();
        let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0, 0, 0, 13], b"IHDR", &[0; 17], &grain].concat();
        loop {
            match self.app.attach("现场.png", png.clone()).await {
                Ok(evidence) => {
                    (self.sink)(Line::Kept(evidence.hash));
                    return Some(evidence);
                }
                Err(error) => (self.sink)(Line::NotKept(error.to_string())),
            }
            if self.stopped() {
                return None;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
