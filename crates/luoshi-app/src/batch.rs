//! Commands that came together, decided one after the other in memory and kept by one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use luoshi_engine::{
    Actor, Command, EntryEvent, EntryNo, Event, Hash, Head, Known, Moment, Needs, Plan, PlanEvent, PlanId,
    Recorded, Refusal, RefusalKind, UnitId, canonical,
};
use luoshi_pack::{Pack, Role};
use luoshi_store::{CommandRow, Done, Message, Store, StoreError, Work};

use crate::context::Context;
use crate::error::AppError;
use crate::seal::{Sealer, forget};

/// What somebody wants, and under which key: the same key does nothing twice.
#[derive(Clone, Debug)]
pub struct Request {
    /// The idempotency key; empty for the scheduler, whose commands find in the entry what was done.
    pub key: String,
    /// Who.
    pub actor: Actor,
    /// Of which plan; none to draft a new one.
    pub plan: Option<PlanId>,
    /// What.
    pub command: Command,
}

/// What became of a command that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The plan.
    pub plan: PlanId,
    /// The first of its events; 0 where there was nothing to do.
    pub first: i64,
    /// The last of its events.
    pub last: i64,
    /// The entries that it opened.
    pub opened: Vec<EntryNo>,
    /// Whether it had been carried out before under the same key.
    pub repeated: bool,
    /// Whether the plan has another text since.
    pub(crate) retold: bool,
}

/// One plan in a batch.
struct Loaded {
    known: Known,
    head: Head,
    has_draft: bool,
    /// Entries that a command of this batch changed.
    touched: BTreeSet<EntryNo>,
    /// Entries whose timer was seen to, and number 0 for the plan: one that brought nothing about must
    /// not be found for ever.
    seen_to: BTreeSet<EntryNo>,
    changed: bool,
    draft_changed: bool,
    /// Whether its text is another: the words of the old one no longer find it.
    retold: bool,
}

/// Commands that came together.
pub(crate) struct Batch<'b> {
    context: &'b Arc<Context>,
    sealer: &'b Sealer,
    work: Work,
    now: Moment,
    plans: BTreeMap<PlanId, Loaded>,
    done: HashMap<String, CommandRow>,
    fresh: Vec<CommandRow>,
    events: Vec<Recorded>,
    messages: Vec<Message>,
}

/// The answer to one request.
pub(crate) type Answer = Result<Outcome, AppError>;

impl<'b> Batch<'b> {
    /// Carries requests out and keeps them; the answers in their order. Nothing of them is kept where
    /// an error comes back instead, or none because another server changed the organisation meanwhile.
    /// `careful` asks for all keys first: needed once something failed, because then a key may be taken.
    pub(crate) async fn run(
        store: &Store,
        context: &'b Arc<Context>,
        sealer: &'b Sealer,
        cache: &Plans,
        now: Moment,
        requests: &[Request],
        careful: bool,
    ) -> Result<Option<Vec<Answer>>, StoreError> {
        let plans: BTreeSet<PlanId> = requests.iter().filter_map(|request| request.plan).collect();
        let work = store.begin_holding(&plans).await?;
        let mut batch = Self {
            context,
            sealer,
            work,
            now,
            plans: BTreeMap::new(),
            done: HashMap::new(),
            fresh: Vec::new(),
            events: Vec::new(),
            messages: Vec::new(),
        };
        if !batch.load(plans, cache, requests, careful).await? {
            batch.work.rollback().await?;
            return Ok(None);
        }
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(match batch.carry_out(request).await {
                Err(AppError::Store(error)) => return Err(error),
                answer => answer,
            });
        }
        let plans = batch.keep().await?;
        cache.keep(plans);
        Ok(Some(answers))
    }

    /// Reads what all requests need, with few statements. Tells whether the organisation is still the one
    /// that is known here.
    async fn load(
        &mut self,
        plans: BTreeSet<PlanId>,
        cache: &Plans,
        requests: &[Request],
        careful: bool,
    ) -> Result<bool, StoreError> {
        let ids: Vec<PlanId> = plans.into_iter().collect();
        let entries = requests.iter().filter_map(|request| Some((request.plan?, request.command.needs())));
        let entries: BTreeSet<(PlanId, EntryNo)> =
            entries.flat_map(|(plan, needs)| needs.entries.into_iter().map(move |no| (plan, no))).collect();
        // Who holds the heads sees what others have committed.
        let mut held = self.work.load(&ids, &entries.into_iter().collect::<Vec<_>>()).await?;
        if held.organisation.seq > self.context.seq {
            return Ok(false);
        }
        let mut unknown = Vec::new();
        for id in ids {
            let Some(head) = held.heads.remove(&id) else { continue };
            match cache.find(id, head.seq) {
                Some(plan) => {
                    drop(self.plans.insert(id, Loaded::new(Known { plan, ..Known::default() }, head)))
                }
                None => unknown.push((id, head)),
            }
        }
        if !unknown.is_empty() {
            let ids: Vec<PlanId> = unknown.iter().map(|(id, _)| *id).collect();
            let mut found = self.work.plans(&ids).await?;
            for (id, head) in unknown {
                let plan = found.remove(&id);
                self.plans
                    .extend(plan.map(|plan| (id, Loaded::new(Known { plan, ..Known::default() }, head))));
            }
        }
        let keys: BTreeSet<&str> =
            requests.iter().map(|request| request.key.as_str()).filter(|key| !key.is_empty()).collect();
        if careful && !keys.is_empty() {
            self.done = self.work.commands(&keys.into_iter().collect::<Vec<_>>()).await?;
        }
        for request in requests {
            let Some(plan) = request.plan.filter(|plan| self.plans.contains_key(plan)) else { continue };
            self.load_rest(plan, &request.command.needs()).await?;
        }
        for ((plan, no), entry) in held.entries {
            if let Some(loaded) = self.plans.get_mut(&plan) {
                loaded.known.entries.insert(no, entry);
            }
        }
        Ok(true)
    }

    /// Draft, whole registers and summaries, for the few commands that need them.
    async fn load_rest(&mut self, plan: PlanId, needs: &Needs) -> Result<(), StoreError> {
        let Some(loaded) = self.plans.get_mut(&plan) else { return Ok(()) };
        if needs.draft && !loaded.has_draft {
            loaded.known.draft = self.work.draft(plan).await?.unwrap_or_default();
            loaded.has_draft = true;
        }
        if let Some(register) = &needs.register {
            for entry in self.work.entries_of(plan, register).await?.into_values() {
                loaded.known.entries.insert(entry.no, entry);
            }
        }
        if needs.summary {
            let (open, states) = self.work.summary(plan).await?;
            (loaded.known.open, loaded.known.states) = (open, states);
        }
        if needs.entries_all {
            let registers: BTreeSet<&String> =
                loaded.known.states.iter().map(|(register, _)| register).collect();
            let mut entries = Vec::new();
            for register in registers {
                entries.extend(self.work.entries_of(plan, register).await?.into_values());
            }
            loaded.known.entries.extend(entries.into_iter().map(|entry| (entry.no, entry)));
        }
        Ok(())
    }

    /// Decides one request on top of those before it. Whether its key was used before is asked only where
    /// that can matter: when the command is refused now, or when its key turns out to be taken.
    async fn carry_out(&mut self, request: &Request) -> Answer {
        match self.decide(request).await {
            Err(AppError::Refused(refusal)) if !request.key.is_empty() => {
                let known = self.work.commands(&[request.key.as_str()]).await?;
                known
                    .get(&request.key)
                    .map_or(Err(AppError::Refused(refusal)), |row| repeated(row, digest(request)))
            }
            answer => answer,
        }
    }

    async fn decide(&mut self, request: &Request) -> Answer {
        let digest = digest(request);
        if let Some(row) = self.done.get(&request.key) {
            return repeated(row, digest);
        }
        let context = Arc::clone(self.context);
        let id = match (request.plan, &request.command) {
            (Some(id), _) => id,
            (None, Command::Draft(_)) => self.new_plan(&context, request).await?,
            (None, _) => return Err(refusal(RefusalKind::NotFound, "没有选定方案，请从方案页面进入后重试")),
        };
        let Some(loaded) = self.plans.get_mut(&id) else {
            return Err(refusal(RefusalKind::NotFound, "没有这一方案，可能链接有误，请从方案列表进入"));
        };
        let pack = pack_for(&context, &loaded.known, &request.command, self.now)?;
        // A clock that went back does not make anything happen before what happened.
        let now = self.now.max(loaded.head.at);
        let world = context.world(pack, now);
        let mut events = match &request.command {
            // A list names people: it is compared with what is sealed.
            Command::Certify(_) => {
                let open = self.sealer.opened(&mut self.work, id, &loaded.known).await?;
                world.decide(&open, &request.actor, &request.command)?
            }
            command => world.decide(&loaded.known, &request.actor, command)?,
        };
        self.sealer.seal(&mut self.work, id, pack, &loaded.known, &mut events).await?;
        forget(&mut self.work, id, &events, now).await?;
        loaded.seen_to.extend(match request.command {
            Command::Tick { entry } => Some(entry),
            Command::OpenDuties => Some(EntryNo(0)),
            _ => None,
        });
        let (first, mut opened) = (loaded.head.seq + 1, Vec::new());
        let retold = events.iter().any(gives_text);
        for event in &events {
            let recorded = Recorded::new(&loaded.head, id, now, &request.actor, &request.key, event);
            loaded.head = recorded.head();
            loaded.known.apply(id, request.actor.person, recorded.at, recorded.seq, event);
            loaded.note(event, &mut opened);
            self.messages.extend(messages(&loaded.known, id, now, event, pack));
            self.events.push(recorded);
        }
        let (first, last) = if events.is_empty() { (0, 0) } else { (first, loaded.head.seq) };
        let outcome = Outcome { plan: id, first, last, opened, repeated: false, retold };
        if !request.key.is_empty() {
            let row = CommandRow {
                key: request.key.clone(),
                digest,
                chain: id,
                first,
                last,
                at: now,
                outcome: told(&outcome.opened),
            };
            self.done.insert(row.key.clone(), row.clone());
            self.fresh.push(row);
        }
        Ok(outcome)
    }

    /// A number for a plan, once it is clear that it will be drafted: a refusal leaves no number unused.
    async fn new_plan(&mut self, context: &Context, request: &Request) -> Result<PlanId, AppError> {
        let known = Known::default();
        let pack = context.pack(&known.plan)?;
        context.world(pack, self.now).decide(&known, &request.actor, &request.command)?;
        let id = self.work.new_plan().await?;
        let mut loaded = Loaded::new(known, Head::default());
        loaded.has_draft = true;
        self.plans.insert(id, loaded);
        Ok(id)
    }

    /// Writes everything and commits. Gives the plans as they are then, with where their chains stand.
    async fn keep(mut self) -> Result<Vec<(i64, Plan)>, StoreError> {
        let seen_to = self.plans.values().any(|loaded| !loaded.seen_to.is_empty());
        if self.events.is_empty() && self.fresh.is_empty() && !seen_to {
            self.work.rollback().await?;
            return Ok(Vec::new());
        }
        let (mut plans, mut drafts, mut rows, mut timers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, loaded) in &self.plans {
            let known = &loaded.known;
            if loaded.changed {
                plans.push(known.plan.clone());
            }
            if loaded.draft_changed {
                drafts.push((*id, known.draft.clone()));
            }
            if !loaded.changed && loaded.touched.is_empty() && loaded.seen_to.is_empty() {
                continue;
            }
            let now = self.now.max(loaded.head.at);
            if loaded.changed || loaded.seen_to.contains(&EntryNo(0)) {
                timers.push((*id, EntryNo(0), self.context.duties_wake(&known.plan, now)));
            }
            for entry in loaded.touched.union(&loaded.seen_to).filter_map(|no| known.entries.get(no)) {
                timers.push((*id, entry.no, self.context.wakes(&known.plan, entry, now)));
            }
            let touched = loaded.touched.iter().filter_map(|no| known.entries.get(no));
            rows.extend(touched.map(|entry| self.context.rows(&known.plan, entry)));
        }
        let retold: Vec<PlanId> =
            self.plans.iter().filter(|(_, loaded)| loaded.retold).map(|(id, _)| *id).collect();
        let done = Done {
            events: &self.events,
            plans: &plans,
            retold: &retold,
            drafts: &drafts,
            entries: &rows,
            timers: &timers,
            messages: &self.messages,
            commands: &self.fresh,
        };
        self.work.keep(&done).await?;
        self.work.commit().await?;
        Ok(self.plans.into_values().map(|loaded| (loaded.head.seq, loaded.known.plan)).collect())
    }
}

/// Plans as they were left, each good as long as its chain stands where it stood then.
#[derive(Debug, Default)]
pub(crate) struct Plans(Mutex<HashMap<PlanId, (i64, Plan)>>);

/// How many plans are remembered; when there are more, all are forgotten.
const REMEMBERED: usize = 1000;

impl Plans {
    fn find(&self, id: PlanId, seq: i64) -> Option<Plan> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.get(&id).filter(|(known, _)| *known == seq).map(|(_, plan)| plan.clone())
    }

    fn keep(&self, left: Vec<(i64, Plan)>) {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plans.len() > REMEMBERED {
            plans.clear();
        }
        plans.extend(
            left.into_iter()
                .filter(|(_, plan)| plan.id != PlanId(0))
                .map(|(seq, plan)| (plan.id, (seq, plan))),
        );
    }
}

impl Loaded {
    fn new(known: Known, head: Head) -> Self {
        Self {
            known,
            head,
            has_draft: false,
            touched: BTreeSet::new(),
            seen_to: BTreeSet::new(),
            changed: false,
            draft_changed: false,
            retold: false,
        }
    }

    /// Notes what an event changed.
    fn note(&mut self, event: &Event, opened: &mut Vec<EntryNo>) {
        self.retold |= gives_text(event);
        match event {
            Event::Entry(no, EntryEvent::Opened(_)) => {
                opened.push(*no);
                self.touched.insert(*no);
                self.changed = true;
            }
            Event::Entry(no, _) => {
                self.touched.insert(*no);
            }
            Event::Plan(event) => {
                self.changed = true;
                if matches!(event, PlanEvent::PackMoved { .. }) {
                    // Desks and timers are the new pack's.
                    self.touched.extend(self.known.entries.keys());
                }
                // A notice that amends names no items, and the draft was not read for it.
                self.draft_changed |= match event {
                    PlanEvent::Drafted { .. }
                    | PlanEvent::ItemAdded { .. }
                    | PlanEvent::ItemDecided { .. } => true,
                    PlanEvent::Amended { items, .. } => !items.is_empty(),
                    _ => false,
                };
            }
            Event::Org(_) => {}
        }
    }
}

/// Whether a plan has its text by an event.
fn gives_text(event: &Event) -> bool {
    matches!(event, Event::Plan(PlanEvent::Drafted { .. } | PlanEvent::Amended { .. }))
}

/// The pack that a command is decided with: the one chosen where it issues or moves the plan, else the
/// plan's own.
fn pack_for<'c>(
    context: &'c Context,
    known: &Known,
    command: &Command,
    now: Moment,
) -> Result<&'c Pack, AppError> {
    let missing =
        |name: &str| refusal(RefusalKind::NotFound, &format!("没有可用的方案包“{name}”，请核对名称和版本"));
    match command {
        Command::Issue { pack, .. } => {
            context.library.choose(pack, now.date()).map(|chosen| chosen.pack).ok_or_else(|| missing(pack))
        }
        Command::MovePack { version, .. } => {
            context.library.find(&known.plan.pack, *version).ok_or_else(|| missing(&known.plan.pack))
        }
        _ => Ok(context.pack(&known.plan)?),
    }
}

/// What tells one command from another under the same key.
fn digest(request: &Request) -> Hash {
    Hash::of(canonical(&(request.plan, request.actor.person, &request.command)).as_bytes())
}

/// What is kept of what the sender of a command was told: the entries that it opened.
pub(crate) fn told(opened: &[EntryNo]) -> String {
    serde_json::to_string(opened).unwrap_or_default()
}

/// What a command came to that was carried out before.
fn repeated(row: &CommandRow, digest: Hash) -> Answer {
    if row.digest != digest {
        return Err(refusal(
            RefusalKind::KeyReused,
            "同一操作编号已用于另一操作，本次未保存，请刷新页面后重试",
        ));
    }
    let opened = serde_json::from_str(&row.outcome).unwrap_or_default();
    Ok(Outcome { plan: row.chain, first: row.first, last: row.last, opened, repeated: true, retold: false })
}

fn refusal(kind: RefusalKind, sentence: &str) -> AppError {
    AppError::Refused(Refusal::new(kind, sentence))
}

/// Who is told of an event, in words.
fn messages(known: &Known, plan: PlanId, at: Moment, event: &Event, pack: &Pack) -> Vec<Message> {
    let Event::Entry(no, event) = event else { return Vec::new() };
    let Some(entry) = known.entries.get(no) else { return Vec::new() };
    let title = &entry.opening.title;
    let due = || entry.due().map(|due| format!("，{}到期", due.due_words())).unwrap_or_default();
    let (kind, words, to): (&str, String, &[(UnitId, Role)]) = match event {
        EntryEvent::Reminded { rung, to, .. } => {
            let named = pack.ladder.iter().find(|known| known.key == *rung).map_or(rung, |rung| &rung.title);
            (rung, format!("【{named}】{title}{}", due()), to)
        }
        EntryEvent::LimitPassed { state, to } => {
            let register = pack.find_register(&entry.opening.register);
            let named = register
                .and_then(|register| register.flow.find_state(state))
                .map_or(state, |state| &state.title);
            ("limit", format!("【超时】{title}停在“{named}”已超过规定时间"), to)
        }
        EntryEvent::Urged { rung, reason, to } => {
            let named = pack.ladder.iter().find(|known| known.key == *rung).map_or(rung, |rung| &rung.title);
            ("urge", format!("【{named}】{title}{}：{reason}", due()), to)
        }
        EntryEvent::Instructed { words, due, to, .. } => {
            let due = due.due_words();
            ("instruction", format!("【批示】{title}：{words}（{due}前落实）"), to)
        }
        _ => return Vec::new(),
    };
    let message = |(unit, role): &(UnitId, Role)| Message {
        id: 0,
        unit: *unit,
        role: *role,
        plan,
        no: *no,
        kind: kind.to_owned(),
        words: words.clone(),
        at,
        digest: None,
    };
    to.iter().map(message).collect()
}
