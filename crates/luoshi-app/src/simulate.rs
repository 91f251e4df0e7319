//! A simulated county: people who are prompt, late, wrong, absent and contradictory run the samples
//! through the real use cases. The same seed gives the same chains, byte for byte, on either
//! database; so it makes demonstration data, tests and benches.
//!
//! Requests are given in one order. What [`App::tick`] hands over together is taken in its order only
//! by a runtime of one thread: run a simulation on one.

mod body;
mod county;
mod desk;
mod dice;
mod drafting;
mod giving;
mod mistake;
mod office;
mod patrol;
mod photo;
mod register;
mod sample;
mod told;
mod way;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::ToSpan;
use jiff::civil::{Date, Time, time};
use luoshi_engine::{
    Actor, Entry, EntryNo, Evidence, Moment, PersonId, Plan, PlanId, PlanState, SystemRole, UnitId,
};
use luoshi_pack::Role;
use luoshi_store::attachment::{Attachments, Limits, Place};
use luoshi_store::vault::Vault;
use luoshi_store::{Options, Store, Target};

use crate::account::AccountSettings;
use crate::app::{App, Clock, Settings};
use crate::error::AppError;
use crate::seal::Sealer;
use dice::Dice;

pub use told::Told;

/// When the first of the day begins and when nobody works any more.
const MORNING: Time = time(8, 35, 0, 0);
const EVENING: Time = time(18, 0, 0, 0);
const NIGHT: Time = time(23, 0, 0, 0);

/// How large a county and how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The same seed gives the same county.
    pub seed: u64,
    /// Townships; at least one.
    pub towns: u32,
    /// Villages of each township.
    pub villages: u32,
    /// Plans.
    pub plans: u32,
    /// Days.
    pub days: u32,
    /// The first day.
    pub start: Date,
}

/// A clock that the simulation sets.
#[derive(Clone, Debug, Default)]
pub struct SimulatedClock(Arc<AtomicI64>);

impl SimulatedClock {
    /// The clock as the application reads it.
    pub fn clock(&self) -> Clock {
        let read = Arc::clone(&self.0);
        Arc::new(move || Moment(read.load(Ordering::SeqCst)))
    }

    /// What it shows.
    pub fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }

    /// Sets it; it never goes back.
    pub fn set(&self, at: Moment) {
        self.0.fetch_max(at.0, Ordering::SeqCst);
    }
}

/// Opens a fresh place for a simulated county. The keys of personal fields come from the seed: they
/// protect nobody, and nothing real may be kept there.
///
/// # Errors
///
/// The place cannot be used, or there is a file of master keys already.
pub async fn open_simulated(
    target: &Target,
    files: &Path,
    seed: u64,
) -> Result<(App, SimulatedClock), AppError> {
    let store = Store::open(target, &Options::default()).await?;
    std::fs::create_dir_all(files).map_err(luoshi_store::StoreError::from)?;
    let dice = Mutex::new(Dice::of(seed, &[3]));
    let random = move |bytes: &mut [u8]| {
        dice.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
        Ok(())
    };
    let vault = Vault::create_with(&files.join("master.key"), random)?;
    let attachments = Attachments::open(&Place::Folder(files.join("attachments")), Limits::default())?;
    let clock = SimulatedClock::default();
    let settings = Settings {
        clock: clock.clock(),
        packs: Vec::new(),
        sealer: Sealer::new(Some(vault)),
        attachments,
        // With one writer commands are sealed in the order in which they are given.
        accounts: AccountSettings::cheap(),
    };
    Ok((App::open(store, settings).await?, clock))
}

/// Runs a county from its founding to the evening of the last day.
///
/// # Errors
///
/// The place is not empty, or anything failed in another way than by a refusal.
pub async fn simulate(app: &App, clock: &SimulatedClock, plan: &Simulation) -> Result<Told, AppError> {
    let mut run = Run::new(app, clock, plan);
    clock.set(Moment::at(plan.start, time(7, 0, 0, 0)));
    let seats = county::found(&mut run).await?;
    let mut agenda = drafting::Agenda::new(seats);
    for number in 0..plan.days {
        let day = plan.start.checked_add(i64::from(number).days()).unwrap_or(plan.start);
        clock.set(Moment::at(day, MORNING));
        app.tick().await?;
        run.told.digests += u64::try_from(app.digest().await?).unwrap_or(0);
        if app.context().calendar.workday(day).working {
            office::morning(&mut run, number).await?;
            drafting::work(&mut run, &mut agenda, number).await?;
            desk::work(&mut run).await?;
            patrol::work(&mut run).await?;
            register::work(&mut run).await?;
        }
        clock.set(Moment::at(day, EVENING));
        app.tick().await?;
    }
    office::close(&mut run).await?;
    run.told.count(app).await?;
    Ok(run.told)
}

/// How a unit works, drawn once.
#[derive(Clone, Copy, Debug)]
struct Temper {
    /// How often in a thousand somebody gets to what lies on the desk on a day.
    act: u32,
    /// How far into the time that is given the work is done, in a thousand; over 1000 is late.
    pace: i64,
    /// How often in a thousand an action goes wrong first.
    wrong: u32,
    /// How often in a thousand somebody wants it otherwise: refuses, returns, objects, asks for more
    /// time.
    contrary: u32,
}

/// A run under way.
struct Run<'r> {
    app: &'r App,
    clock: &'r SimulatedClock,
    plan: &'r Simulation,
    dice: Dice,
    told: Told,
    keys: u64,
    photos: u64,
    /// Plans that were issued, as they are now.
    plans: BTreeMap<PlanId, Plan>,
    /// The last day of those who are away.
    away: BTreeMap<PersonId, Date>,
    /// What the certifying office knows: fields of entries by plan and register.
    books: BTreeMap<(PlanId, String), Vec<BTreeMap<String, String>>>,
    /// Requests that wait to be given together.
    given: Vec<giving::Given>,
    /// Entries that were changed since a list of entries was read.
    touched: BTreeSet<(PlanId, EntryNo)>,
}

impl<'r> Run<'r> {
    fn new(app: &'r App, clock: &'r SimulatedClock, plan: &'r Simulation) -> Self {
        Self {
            app,
            clock,
            plan,
            dice: Dice::of(plan.seed, &[4]),
            told: Told::default(),
            keys: 0,
            photos: 0,
            plans: BTreeMap::new(),
            away: BTreeMap::new(),
            books: BTreeMap::new(),
            given: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    fn today(&self) -> Date {
        self.clock.now().date()
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("sim-{:x}-{:08}", self.plan.seed, self.keys)
    }

    /// Somebody needs a moment for each thing; the day does not get longer by it.
    fn pass(&mut self) {
        let now = self.clock.now();
        let next = now.plus(self.dice.between(5, 40) * 1000);
        let night = Moment::at(now.date(), NIGHT);
        self.clock.set(if next < night { next } else { now.plus(1) });
    }

    fn actor(&self, person: PersonId, post: luoshi_engine::PostId) -> Actor {
        let address = format!("10.18.{}.{}", person.0 / 250, person.0 % 250);
        Actor { person, post, address }
    }

    fn administrator(&self, role: SystemRole) -> Actor {
        let context = self.app.context();
        let post = context.org.posts.values().find(|post| post.system == Some(role));
        post.map_or_else(Actor::system, |post| self.actor(post.person, post.id))
    }

    /// Somebody who holds a role of a unit, or stands in for it, and is there today.
    fn holder(&mut self, unit: UnitId, role: Role) -> Option<Actor> {
        let (context, today) = (self.app.context(), self.today());
        let mut holders = context.org.holders(unit, role, today);
        holders.retain(|holder| !self.is_away(holder.person));
        let holder = self.dice.pick(&holders).copied()?;
        Some(self.actor(holder.person, holder.post))
    }

    fn is_away(&self, person: PersonId) -> bool {
        self.away.get(&person).is_some_and(|last| *last >= self.today())
    }

    fn temper(&self, unit: UnitId) -> Temper {
        let mut dice = Dice::of(self.plan.seed, &[5, unit.0]);
        let kinds = [
            (45, Temper { act: 900, pace: 650, wrong: 30, contrary: 25 }),
            (25, Temper { act: 500, pace: 950, wrong: 60, contrary: 40 }),
            (15, Temper { act: 300, pace: 1250, wrong: 80, contrary: 60 }),
            (15, Temper { act: 700, pace: 800, wrong: 100, contrary: 250 }),
        ];
        let fallback = kinds[0].1;
        dice.weigh(&kinds).copied().unwrap_or(fallback)
    }

    /// Takes a photograph and keeps it: of an entry, or of one that is to be.
    async fn photo(&mut self, of: Option<&Entry>) -> Result<Evidence, AppError> {
        self.photos += 1;
        let name = format!("现场照片{:05}.png", self.photos);
        let bytes = photo::photo(&mut self.dice);
        match of {
            Some(entry) => self.app.attach_to(entry.plan, entry.no, &name, bytes).await,
            None => self.app.attach(&name, bytes).await,
        }
    }

    /// Reads a plan anew after something that changed it as a whole.
    async fn reread(&mut self, plan: PlanId) -> Result<(), AppError> {
        match self.app.store().plan(plan).await?.filter(|plan| plan.state == PlanState::Issued) {
            Some(found) => self.plans.insert(plan, found),
            None => self.plans.remove(&plan),
        };
        Ok(())
    }

    /// Everybody with a post of business who is there today, in an order that differs by day.
    fn present(&mut self) -> Vec<PersonId> {
        let (context, today) = (self.app.context(), self.today());
        let posts = context.org.posts.values();
        let held = posts.filter(|post| post.held(today) && !post.roles.is_empty());
        let people: BTreeSet<PersonId> = held.map(|post| post.person).collect();
        let mut people: Vec<PersonId> = people.into_iter().filter(|person| !self.is_away(*person)).collect();
        self.dice.shuffle(&mut people);
        people
    }
}
