//! Chasing many entries at once: first shown who would get what, then sent, each by a command of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use luoshi_engine::{Command, Entry, EntryEvent, EntryNo, PersonId, Plan, PlanId, UnitId};
use luoshi_pack::Role;
use luoshi_store::Page;

use jiff::civil::Date;

use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::reader::Reader;

/// The most entries of one batch.
pub const MOST_SLIPS: usize = 100;

/// How many waiting messages of a desk are counted.
const WAITING: i64 = 100;

/// Entries to be chased.
#[derive(Clone, Debug, Default)]
pub struct Urging {
    /// Which.
    pub entries: Vec<(PlanId, EntryNo)>,
    /// With which rung of the ladder.
    pub rung: String,
    /// Why.
    pub reason: String,
}

impl Urging {
    /// What is missing before it can be sent.
    pub fn fault(&self) -> Option<String> {
        if self.entries.is_empty() {
            return Some(String::from("没有选中事项，请选定要督办的事项后再发"));
        }
        if self.entries.len() > MOST_SLIPS {
            return Some(format!("一次最多督办{MOST_SLIPS}项，请分批发送"));
        }
        self.reason.trim().is_empty().then(|| String::from("请写明督办事由，收到的人要知道为什么"))
    }
}

/// What would become of a batch, or what became of it.
#[derive(Clone, Debug, Default)]
pub struct Urged {
    /// Entries that are chased: plan, number, title, lead.
    pub sent: Vec<(PlanId, EntryNo, String, UnitId)>,
    /// Entries that are not, and why.
    pub refused: Vec<(PlanId, EntryNo, String, String)>,
    /// Who gets how many messages.
    pub desks: Vec<DeskLoad>,
}

/// What one desk gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskLoad {
    /// The unit.
    pub unit: UnitId,
    /// The role.
    pub role: Role,
    /// Who reads it.
    pub people: Vec<PersonId>,
    /// How many messages come with this batch.
    pub new: usize,
    /// How many wait for the next digest already.
    pub waiting: usize,
    /// How many lines a digest holds.
    pub budget: usize,
}

impl DeskLoad {
    /// How many are told as a number only, because the digest holds no more.
    pub fn beyond(&self) -> usize {
        (self.new + self.waiting).saturating_sub(self.budget)
    }
}

impl Reader {
    /// Who would get what. Decided as it will be when it is sent.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn urging(&self, urging: &Urging) -> Result<Urged, AppError> {
        let mut desks: BTreeMap<(UnitId, Role), (usize, usize)> = BTreeMap::new();
        let (chosen, mut urged) = self.chosen(urging).await?;
        for (plan, entry) in chosen {
            let (title, lead) = (entry.opening.title.clone(), entry.opening.lead);
            match self.decided(&plan, &entry, urging) {
                Ok(to) => {
                    urged.sent.push((plan.id, entry.no, title, lead));
                    let budget = self.pack(&plan)?.hours.budget;
                    for desk in to {
                        let (count, most) = desks.entry(desk).or_default();
                        *count += 1;
                        *most = (*most).max(usize::try_from(budget).unwrap_or(usize::MAX));
                    }
                }
                Err(sentence) => urged.refused.push((plan.id, entry.no, title, sentence)),
            }
        }
        for ((unit, role), (new, budget)) in desks {
            urged.desks.push(self.load(unit, role, new, budget).await?);
        }
        Ok(urged)
    }

    /// Sends a batch. Sent again under the same key it does nothing twice; an entry that cannot be chased
    /// does not hold the others up.
    ///
    /// # Errors
    ///
    /// As with [`Reader::urging`].
    pub async fn urge(&self, key: &str, urging: &Urging) -> Result<Urged, AppError> {
        let (chosen, mut urged) = self.chosen(urging).await?;
        // All are handed over before the first answer: they go to the disk together.
        let mut answers = Vec::with_capacity(chosen.len());
        for (plan, entry) in chosen {
            let (id, no, opening) = (plan.id, entry.no, entry.opening);
            let command = Command::Urge {
                entry: no,
                rung: urging.rung.clone(),
                reason: urging.reason.trim().to_owned(),
            };
            let key = format!("{key}-{id}-{no}");
            let request = Request { key, actor: self.actor.clone(), plan: Some(id), command };
            answers.push((id, no, opening.title, opening.lead, self.app().hand_over(request).await?));
        }
        for (id, no, title, lead, answer) in answers {
            match answer.await.map_err(|_| AppError::Closing)? {
                Ok(_) => urged.sent.push((id, no, title, lead)),
                Err(AppError::Refused(refusal)) => urged.refused.push((id, no, title, refusal.sentence)),
                Err(error) => return Err(error),
            }
        }
        Ok(urged)
    }

    /// The entries that were chosen, and those that are refused because they are not in sight.
    async fn chosen(&self, urging: &Urging) -> Result<(Vec<(Arc<Plan>, Entry)>, Urged), AppError> {
        let (mut chosen, mut urged) = (Vec::new(), Urged::default());
        let mut plans: BTreeMap<PlanId, Arc<Plan>> = BTreeMap::new();
        for (id, no) in urging.entries.iter().take(MOST_SLIPS) {
            let found = async {
                let plan = match plans.get(id) {
                    Some(plan) => Arc::clone(plan),
                    None => Arc::clone(plans.entry(*id).or_insert(Arc::new(self.plan(*id).await?))),
                };
                let entry = self.present(&plan, *no).await?;
                Ok((plan, entry))
            };
            match found.await {
                Ok(found) => chosen.push(found),
                Err(AppError::Refused(refusal)) => {
                    urged.refused.push((*id, *no, format!("第{no}号事项"), refusal.sentence));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((chosen, urged))
    }

    /// Whether the reader inspects for the issuer of a plan: only they send slips.
    pub fn chases(&self, plan: &Plan) -> bool {
        self.post.unit == plan.issuer && self.post.roles.contains(&Role::Inspector)
    }

    /// Whether the reader may give an instruction on an entry.
    pub fn may_instruct(&self, plan: &Plan, entry: &Entry) -> bool {
        let Ok(pack) = self.pack(plan) else { return false };
        let world = self.context.world(pack, self.now);
        world.instruct(plan, entry, &self.actor, "可否", self.now.date()).is_ok()
    }

    /// Gives an instruction (批示) on an entry: a task with its own clock.
    ///
    /// # Errors
    ///
    /// A refusal, or the store fails.
    pub async fn instruct(
        &self,
        key: &str,
        plan: PlanId,
        entry: EntryNo,
        words: &str,
        due: Date,
    ) -> Result<Outcome, AppError> {
        let command = Command::Instruct { entry, words: words.trim().to_owned(), due };
        let request = Request { key: key.to_owned(), actor: self.actor.clone(), plan: Some(plan), command };
        self.app().execute(request).await
    }

    fn decided(&self, plan: &Plan, entry: &Entry, urging: &Urging) -> Result<Vec<(UnitId, Role)>, String> {
        let pack = self.pack(plan).map_err(|refusal| refusal.sentence)?;
        let world = self.context.world(pack, self.now);
        match world.urge(plan, entry, &self.actor, &urging.rung, &urging.reason) {
            Ok(EntryEvent::Urged { to, .. }) => Ok(to),
            Ok(_) => Ok(Vec::new()),
            Err(refusal) => Err(refusal.sentence),
        }
    }

    async fn load(&self, unit: UnitId, role: Role, new: usize, budget: usize) -> Result<DeskLoad, AppError> {
        let page = Page { skip: 0, limit: WAITING };
        let messages = self.app().store().messages(&[(unit, role)], page).await?;
        let waiting = messages.iter().filter(|message| message.digest.is_none()).count();
        let holders = self.context.org.holders(unit, role, self.now.date());
        let mut people: Vec<PersonId> = holders.iter().map(|holder| holder.person).collect();
        people.sort_unstable();
        people.dedup();
        Ok(DeskLoad { unit, role, people, new, waiting, budget })
    }
}
