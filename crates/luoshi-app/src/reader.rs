//! What one person in one post may see: every query is scoped to their units before it runs.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use luoshi_engine::{
    Actor, Entry, EntryNo, EntryRow, Event, Moment, Plan, PlanId, PlanState, Post, Recorded, Refusal,
    RefusalKind, Shining, UnitId,
};
use luoshi_pack::{Pack, Register, Role, Step};
use luoshi_store::{Filter, Message, Order, Page};

use crate::app::App;
use crate::context::Context;
use crate::error::AppError;

/// How many plans are read at a time.
const PLANS: i64 = 200;

/// A person in one of their posts, and what they may see from there. Made for one request: it holds
/// organisation, packs and time as they were at its beginning.
pub struct Reader {
    app: App,
    /// Organisation, packs and calendar.
    pub context: Arc<Context>,
    /// Who.
    pub actor: Actor,
    /// The post they act in.
    pub post: Post,
    /// When.
    pub now: Moment,
    /// Whether the other posts of the person do not count.
    alone: bool,
    /// Names that more than one unit bears, once they were asked for.
    pub(crate) namesakes: OnceLock<BTreeSet<String>>,
}

/// An entry with all that is known about it.
pub struct EntryView {
    /// Its plan.
    pub plan: Plan,
    /// The entry as it was at the moment asked for.
    pub entry: Entry,
    /// What happened, the first first.
    pub history: Vec<(Recorded, Event)>,
}

impl EntryView {
    /// Its light and why it shines: as it was recorded up to a past moment, or set by hand; else by what
    /// holds now.
    pub fn shining(&self, reader: &Reader, pack: &Pack, as_of: Option<Moment>) -> Option<Shining> {
        let events = self.history.iter().filter_map(|(_, event)| match event {
            Event::Entry(_, event) => Some(event),
            Event::Plan(_) | Event::Org(_) => None,
        });
        if as_of.is_some() || self.entry.light_set {
            return Shining::recorded(&self.entry, events);
        }
        reader.context.world(pack, reader.now).light(&self.entry)
    }

    /// The sentence of the plan that the entry rests on; empty where there is none or the text was lost.
    pub async fn sentence(&self, reader: &Reader) -> String {
        let (Some(text), Some(span)) = (self.plan.text, self.entry.opening.span) else {
            return String::new();
        };
        // The file may have been lost; the entry stands all the same.
        let Ok(bytes) = reader.app().attachment(text).await else { return String::new() };
        let text = String::from_utf8_lossy(&bytes);
        text.get(span.range()).unwrap_or_default().to_owned()
    }
}

impl App {
    /// What somebody may see from a post.
    ///
    /// # Errors
    ///
    /// They do not hold the post today and do not stand in for it, or it is an administrator's, who may not
    /// act from this address.
    pub fn reader(&self, actor: &Actor) -> Result<Reader, Refusal> {
        let (context, now) = (self.context(), self.now());
        let post = context.org.hand(actor.person, actor.post, now.date()).cloned().ok_or_else(|| {
            Refusal::new(RefusalKind::NotAllowed, "您目前不在这一岗位上，请换一个岗位或联系管理员")
        })?;
        if !context.org.admits(&post, &actor.address) {
            let sentence = format!(
                "管理岗位只能在指定的网络地址使用，您现在的地址是{}；请到指定的电脑上办理，或联系安全管理员",
                actor.address
            );
            return Err(Refusal::new(RefusalKind::NotAllowed, sentence));
        }
        let namesakes = OnceLock::new();
        Ok(Reader { app: self.clone(), context, actor: actor.clone(), post, now, alone: false, namesakes })
    }

    /// The same from another of their posts where theirs may not act from this address: who administers may
    /// still do business elsewhere.
    ///
    /// # Errors
    ///
    /// As for the post itself, where there is no other with a role.
    pub fn reader_in_any_post(&self, actor: &Actor) -> Result<Reader, Refusal> {
        self.reader(actor).or_else(|refusal| {
            let context = self.context();
            let mut posts = context.org.posts_of(actor.person, self.now().date()).into_iter();
            let other = posts.find(|post| !post.roles.is_empty()).map(|post| post.id);
            other.map_or(Err(refusal), |post| self.reader(&Actor { post, ..actor.clone() }))
        })
    }
}

impl Reader {
    /// The same for a program, which has been let in for one post of its person only.
    pub fn of_one_post(self) -> Self {
        Self { alone: true, ..self }
    }

    /// The roles in units that the reader acts in: all posts, so that nothing is missed for being looked
    /// at from another.
    pub fn desks(&self) -> Vec<(UnitId, Role)> {
        if self.alone {
            return self.post.roles.iter().map(|role| (self.post.unit, *role)).collect();
        }
        let posts = self.context.org.posts_of(self.actor.person, self.now.date());
        posts.iter().flat_map(|post| post.roles.iter().map(|role| (post.unit, *role))).collect()
    }

    /// What lies on the reader's desks, the first due first, and how many there are.
    ///
    /// # Errors
    ///
    /// The store fails; so with all that follow.
    pub async fn desk(&self, page: Page) -> Result<(Vec<EntryRow>, i64), AppError> {
        let desks = self.desks();
        let rows = self.app.store().desk(&desks, page).await?;
        Ok((rows, self.app.store().count_desk(&desks).await?))
    }

    /// What the reader was told, the newest first.
    pub async fn messages(&self, page: Page) -> Result<Vec<Message>, AppError> {
        Ok(self.app.store().messages(&self.desks(), page).await?)
    }

    /// Whether the reader's post does business, as most do; an administrator's only looks after the system.
    fn in_business(&self) -> bool {
        !self.post.roles.is_empty()
    }

    /// Refuses a post that does no business: there is nothing for it to see.
    ///
    /// # Errors
    ///
    /// The refusal.
    pub(crate) fn does_business(&self) -> Result<(), AppError> {
        let sentence = "没有这一页，或者您所在的岗位不能查看；请换用办理业务的岗位";
        if self.in_business() { Ok(()) } else { Err(missing(sentence)) }
    }

    /// Whether a unit lies within what the reader sees.
    pub fn sees(&self, unit: UnitId) -> bool {
        self.in_business() && self.context.org.sees(self.post.id, unit, self.now.date())
    }

    /// Whether the reader sees a plan: its issuer is within their sight, they belong to one of its parties, or
    /// their unit owes it a report. A draft is seen by its issuer alone.
    pub fn sees_plan(&self, plan: &Plan) -> bool {
        if self.sees(plan.issuer) {
            return true;
        }
        let issued = matches!(plan.state, PlanState::Issued | PlanState::Archived);
        let line = self.context.org.line_on(self.post.unit, self.now.date());
        issued
            && self.in_business()
            && (plan.parties.iter().any(|party| line.contains(party) || self.sees(*party)) || self.owes(plan))
    }

    /// Whether the reader's unit owes a report to a plan: perhaps one that is opened only after an event.
    fn owes(&self, plan: &Plan) -> bool {
        let Ok(pack) = self.pack(plan) else { return false };
        let (world, today) = (self.context.world(pack, self.now), self.now.date());
        plan.duties.iter().any(|duty| world.owing(plan, duty, today).contains(&self.post.unit))
    }

    /// Whether the reader sees an entry: one of the units in it is within their sight.
    pub fn sees_entry(&self, entry: &Entry) -> bool {
        let opening = &entry.opening;
        let parts = entry.parts.iter().map(|part| part.unit);
        [opening.lead, opening.issuer].into_iter().chain(opening.above).chain(parts).any(|u| self.sees(u))
    }

    /// A plan that the reader sees.
    ///
    /// # Errors
    ///
    /// There is none of that number, or it is not for this reader: which of both is not told.
    pub async fn plan(&self, id: PlanId) -> Result<Plan, AppError> {
        let found = self.app.store().plan(id).await?.filter(|plan| self.sees_plan(plan));
        found.ok_or_else(|| missing("没有这一方案，或者您所在的岗位不能查看；请从方案列表进入"))
    }

    /// The plans that the reader sees, the newest first.
    pub async fn plans(&self) -> Result<Vec<Plan>, AppError> {
        self.plans_in(None).await
    }

    /// The plans in a state, or all, that the reader sees, the newest first.
    pub async fn plans_in(&self, state: Option<PlanState>) -> Result<Vec<Plan>, AppError> {
        let mut found = Vec::new();
        let mut after = PlanId(0);
        loop {
            let plans = self.app.store().plans(state, after, PLANS).await?;
            let Some(last) = plans.last() else { break };
            after = last.id;
            found.extend(plans.into_iter().filter(|plan| self.sees_plan(plan)));
        }
        found.reverse();
        Ok(found)
    }

    /// The units whose entries of a plan the reader sees; none where they see all.
    pub fn within(&self, plan: &Plan) -> Option<Vec<UnitId>> {
        if self.sees(plan.issuer) {
            return None;
        }
        Some(self.units())
    }

    /// The units that the reader's post sees: its own, those in its charge, and all below them.
    pub fn units(&self) -> Vec<UnitId> {
        if !self.in_business() {
            return Vec::new();
        }
        let (org, day) = (&self.context.org, self.now.date());
        let mut units = Vec::new();
        for top in org.scope(self.post.id, day) {
            units.push(top);
            units.extend(org.below(top, None, day));
        }
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Entries of a plan that the reader sees, and how many there are.
    pub async fn entries(
        &self,
        plan: &Plan,
        filter: Filter,
        order: Order,
        page: Page,
    ) -> Result<(Vec<EntryRow>, i64), AppError> {
        let within = match (self.within(plan), filter.within) {
            (Some(seen), Some(wanted)) => {
                Some(seen.into_iter().filter(|unit| wanted.contains(unit)).collect())
            }
            (seen, wanted) => seen.or(wanted),
        };
        let filter = Filter { within, ..filter };
        let rows = self.app.store().find_ordered(plan.id, &filter, order, page).await?;
        Ok((rows, self.app.store().count_entries(plan.id, &filter).await?))
    }

    /// An entry as it is, or as it was at the end of a day, with its history.
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this reader.
    pub async fn entry(
        &self,
        plan: PlanId,
        no: EntryNo,
        as_of: Option<Moment>,
    ) -> Result<EntryView, AppError> {
        let plan = self.plan(plan).await?;
        let present = self.present(&plan, no).await?;
        let events = self.app.store().events_of(plan.id, no, as_of).await?;
        let mut history = Vec::with_capacity(events.len());
        for recorded in events {
            let event = recorded.event().map_err(luoshi_store::StoreError::from)?;
            history.push((recorded, event));
        }
        let entry = if as_of.is_some() { folded(&history).ok_or_else(no_entry)? } else { present };
        Ok(EntryView { plan, entry, history })
    }

    /// An entry of a plan as it is.
    pub(crate) async fn present(&self, plan: &Plan, no: EntryNo) -> Result<Entry, AppError> {
        let found = self.app.store().entry(plan.id, no).await?.filter(|entry| self.sees_entry(entry));
        found.ok_or_else(no_entry)
    }

    /// The pack that a plan runs on.
    pub fn pack(&self, plan: &Plan) -> Result<&Pack, Refusal> {
        self.context.pack(plan)
    }

    /// The steps that the reader may take on an entry now.
    pub fn steps<'p>(&self, pack: &'p Pack, plan: &Plan, entry: &Entry) -> Vec<&'p Step> {
        let open: Vec<String> = {
            let world = self.context.world(pack, self.now);
            world.open_steps(plan, entry, &self.actor).iter().map(|step| step.key.clone()).collect()
        };
        let register: Option<&Register> = pack.find_register(&entry.opening.register);
        let steps = register.map_or(&[][..], |register| &register.flow.steps);
        steps.iter().filter(|step| open.contains(&step.key)).collect()
    }

    /// The application, for what is not read.
    pub fn app(&self) -> &App {
        &self.app
    }
}

fn no_entry() -> AppError {
    missing("没有这一事项，或者您所在的岗位不能查看；请从方案或工作台进入")
}

fn missing(sentence: &str) -> AppError {
    AppError::Refused(Refusal::new(RefusalKind::NotFound, sentence))
}

/// An entry as its events made it.
fn folded(history: &[(Recorded, Event)]) -> Option<Entry> {
    let mut entry: Option<Entry> = None;
    for (recorded, event) in history {
        let Event::Entry(no, event) = event else { continue };
        match &mut entry {
            None => entry = Entry::open(recorded.chain, *no, recorded.at, recorded.seq, event),
            Some(entry) => entry.apply(recorded.actor.person, recorded.at, recorded.seq, event),
        }
    }
    entry
}
