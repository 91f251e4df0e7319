//! The desk besides what it is the reader's turn to do: what falls due soon at their units, what they wait for, what
//! they were told, and the figures above it for those who oversee. What is waited for is told by the flows.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{Entry, EntryNo, EntryRow, Moment, Plan, PlanId, PlanState, Unit, UnitId};
use luoshi_pack::{Effect, Flow, Pack, Phase, Register, Role, Side, Step, Then, Who};
use luoshi_store::{Aside, At, Message, Page};

use crate::error::AppError;
use crate::reader::Reader;

/// How many days ahead something is due soon.
pub const SOON: i64 = 7;

/// The most messages that are gone through.
pub const MOST_TOLD: i64 = 1000;

/// How long a unit does not stir until it counts as silent.
const SILENT: i64 = 7;

/// Which part of the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pile {
    /// What it is the reader's turn to do.
    #[default]
    Now,
    /// What their units owe within a week, and it is not their turn.
    Soon,
    /// What they handed on and wait for.
    Waits,
}

/// Whether a message is still of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Any.
    All,
    /// About what is not over.
    Pending,
}

/// What those who oversee see above their desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// How much is owed and overdue.
    pub overdue: i64,
    /// How much is under a red light.
    pub red: i64,
    /// How much is under a yellow or an orange light.
    pub yellow: i64,
    /// How many units did not stir for a week.
    pub silent: i64,
}

impl Reader {
    /// Entries of a part of the desk: the first due first, or plan by plan.
    ///
    /// # Errors
    ///
    /// The store fails; so with all that follow.
    pub async fn pile(&self, pile: Pile, by_plan: bool, page: Page) -> Result<Vec<EntryRow>, AppError> {
        let (store, desks) = (self.app().store(), self.desks());
        match pile {
            Pile::Now if by_plan => Ok(store.desk_by_plan(&desks, page).await?),
            Pile::Now => Ok(store.desk(&desks, page).await?),
            Pile::Soon | Pile::Waits => {
                let asides = self.asides(pile).await?;
                Ok(store.list_aside(&asides, &desks, by_plan, page).await?)
            }
        }
    }

    /// How many entries a part of the desk has.
    pub async fn count_pile(&self, pile: Pile) -> Result<i64, AppError> {
        let (store, desks) = (self.app().store(), self.desks());
        match pile {
            Pile::Now => Ok(store.count_desk(&desks).await?),
            Pile::Soon | Pile::Waits => Ok(store.count_aside(&self.asides(pile).await?, &desks).await?),
        }
    }

    async fn asides(&self, pile: Pile) -> Result<Vec<Aside>, AppError> {
        let units: BTreeSet<UnitId> = self.desks().into_iter().map(|(unit, _)| unit).collect();
        let own = |at| Aside { at, plans: Vec::new(), leads: Some(units.iter().copied().collect()) };
        if pile == Pile::Soon {
            let now = self.now.minute();
            return Ok(vec![own(At::Owed(now, now.plus(SOON * Moment::DAY)))]);
        }
        let mut asides = vec![own(At::HandedIn)];
        if self.context.library.packs().any(|pack| self.awaits(pack)) {
            asides.extend(self.awaited(&self.plans_in(Some(PlanState::Issued)).await?));
        }
        Ok(asides)
    }

    /// Whether a pack has something come back to one of the reader's roles, on whatever side.
    fn awaits(&self, pack: &Pack) -> bool {
        let roles: BTreeSet<Role> = self.desks().into_iter().map(|(_, role)| role).collect();
        let mut whos = pack.registers.iter().flat_map(|register| following(&register.flow));
        whos.any(|(_, who)| roles.contains(&who.role))
    }

    /// What of plans comes back to the reader, or is to be signed for under their eyes.
    fn awaited(&self, plans: &[Plan]) -> Vec<Aside> {
        let desks = self.desks();
        let mut found: BTreeMap<(At, Option<Vec<UnitId>>), BTreeSet<PlanId>> = BTreeMap::new();
        for plan in plans {
            let Ok(pack) = self.pack(plan) else { continue };
            for register in &pack.registers {
                for (state, who) in following(&register.flow) {
                    let at = || match state {
                        Some(state) => At::State(register.key.clone(), state.to_owned()),
                        None => At::Returned(register.key.clone()),
                    };
                    for (unit, _) in desks.iter().filter(|(_, role)| *role == who.role) {
                        let leads = self.leads(plan, *unit, who.side);
                        if leads.as_ref().is_none_or(|leads| !leads.is_empty()) {
                            found.entry((at(), leads)).or_default().insert(plan.id);
                        }
                    }
                }
            }
        }
        let aside = |((at, leads), plans): (_, BTreeSet<PlanId>)| Aside {
            at,
            leads,
            plans: plans.into_iter().collect(),
        };
        found.into_iter().map(aside).collect()
    }

    /// The leads for whose entries of a plan a unit stands on a side; none named are all of them.
    fn leads(&self, plan: &Plan, unit: UnitId, side: Side) -> Option<Vec<UnitId>> {
        let org = &self.context.org;
        let right = |below: &UnitId| org.unit(*below).and_then(Unit::parent) == Some(unit);
        match side {
            Side::Issuer if plan.issuer == unit => None,
            Side::Lead => Some(vec![unit]),
            Side::Above => Some(org.below(unit, None, self.now.date()).into_iter().filter(right).collect()),
            Side::Issuer | Side::Support => Some(Vec::new()),
        }
    }

    /// The plans of entries.
    pub async fn plans_of(&self, rows: &[EntryRow]) -> Result<BTreeMap<PlanId, Plan>, AppError> {
        let plans: BTreeSet<PlanId> = rows.iter().map(|row| row.plan).collect();
        self.plans_by_id(plans).await
    }

    /// Plans by their numbers.
    pub async fn plans_by_id(&self, ids: BTreeSet<PlanId>) -> Result<BTreeMap<PlanId, Plan>, AppError> {
        let ids: Vec<PlanId> = ids.into_iter().collect();
        let plans = self.app().store().plans_of(&ids).await?;
        Ok(plans.into_iter().map(|plan| (plan.id, plan)).collect())
    }

    /// Whose turn it is, entry by entry.
    pub async fn turns(&self, rows: &[EntryRow]) -> Result<Vec<Vec<(UnitId, Role)>>, AppError> {
        let plans = self.plans_of(rows).await?;
        let mut turns = Vec::with_capacity(rows.len());
        for row in rows {
            let entry: Entry = serde_json::from_str(&row.body).map_err(luoshi_store::StoreError::from)?;
            let pack = plans.get(&row.plan).and_then(|plan| self.pack(plan).ok());
            turns.push(turn(pack.and_then(|pack| pack.find_register(&row.register)), &entry));
        }
        Ok(turns)
    }

    /// What the reader was told, the newest first, each once however many of their posts it came to; and whether
    /// there is more than so many.
    pub async fn reminders(&self, which: Told, most: i64) -> Result<(Vec<Message>, bool), AppError> {
        let mut seen = BTreeSet::new();
        let mut told = self.messages(Page { skip: 0, limit: most }).await?;
        let more = i64::try_from(told.len()).is_ok_and(|count| count >= most);
        told.retain(|one| seen.insert((one.plan, one.no, one.at.0 / 60_000, one.words.clone())));
        if which == Told::Pending {
            let about: BTreeSet<(PlanId, EntryNo)> = told.iter().map(|one| (one.plan, one.no)).collect();
            let about: Vec<(PlanId, EntryNo)> = about.into_iter().filter(|(_, no)| no.0 > 0).collect();
            let phases = self.app().store().phases(&about).await?;
            let over = phases.into_iter().filter(|(_, phase)| matches!(phase, Phase::Done | Phase::Void));
            let over: BTreeSet<(PlanId, EntryNo)> = over.map(|(of, _)| of).collect();
            told.retain(|one| !over.contains(&(one.plan, one.no)));
        }
        Ok((told, more))
    }

    /// The figures for those who oversee; none for others.
    pub async fn overview(&self) -> Result<Option<Overview>, AppError> {
        if !self.oversees() {
            return Ok(None);
        }
        let mut overview = Overview::default();
        let owed = At::Owed(Moment(0), self.now.minute());
        let missing = Aside { at: owed, plans: Vec::new(), leads: Some(self.units()) };
        overview.overdue = self.app().store().count_aside(&[missing], &[]).await?;
        let seeing = self.seeing(None).await?;
        let counts = self.lit(&seeing).await?;
        overview.red = counts.lit("red");
        overview.yellow = counts.lit("yellow") + counts.lit("orange");
        if self.post.roles.contains(&Role::Inspector) {
            overview.silent = i64::try_from(self.silent(&seeing, SILENT).await?.len()).unwrap_or(i64::MAX);
        }
        Ok(Some(overview))
    }
}

/// Whose turn it is with an entry of a register.
pub fn turn(register: Option<&Register>, entry: &Entry) -> Vec<(UnitId, Role)> {
    let state = register.and_then(|register| register.flow.find_state(&entry.state));
    state.into_iter().flat_map(|state| &state.turn).flat_map(|who| entry.told(*who)).collect()
}

/// The step that the flow expects next of roles in a unit, of those that are open to them: the first that belongs
/// to whose turn it is; none where it is not theirs.
pub fn expected<'p>(
    register: &Register,
    entry: &Entry,
    roles: &[(UnitId, Role)],
    open: &[&'p Step],
) -> Option<&'p Step> {
    let turn = &register.flow.find_state(&entry.state)?.turn;
    let theirs = |who: &&Who| entry.told(**who).iter().any(|desk| roles.contains(desk));
    let mine: Vec<&Who> = turn.iter().filter(theirs).collect();
    open.iter().find(|step| step.who.iter().any(|who| mine.contains(&who))).copied()
}

/// Who follows what in a flow: who hands back follows what was handed back, and who is told when nobody signs for
/// it follows what lies in the first state, which is named.
fn following(flow: &Flow) -> impl Iterator<Item = (Option<&str>, Who)> {
    let back = flow.steps.iter().filter(|step| step.effect == Some(Effect::Return));
    let back = back.flat_map(|step| step.who.iter().map(|who| (None, *who)));
    let start = flow.find_state(&flow.start);
    let limit = start.and_then(|start| start.limit.as_ref()).filter(|_| is_signed_for(flow));
    let told = limit.into_iter().flat_map(|limit| match &limit.then {
        Then::Tell(told) => told.as_slice(),
        Then::Step(_) => &[],
    });
    back.chain(told.map(|who| (Some(flow.start.as_str()), *who)))
}

/// Whether the lead takes an entry on by a step that needs nothing but the tap.
fn is_signed_for(flow: &Flow) -> bool {
    let lead = |who: &Who| who.side == Side::Lead;
    flow.steps.iter().any(|step| {
        step.from.contains(&flow.start)
            && step.to.as_ref().is_some_and(|to| *to != flow.start)
            && step.effect.is_none()
            && step.needs.is_empty()
            && step.evidence == 0
            && step.who.iter().any(lead)
    })
}
