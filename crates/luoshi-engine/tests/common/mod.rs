//! A small office for tests: a county with townships and villages, and a plan that runs in memory.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

use jiff::civil::{Date, date, time};
use luoshi_engine::{
    Actor, Command, Decision, DraftPlan, Entry, EntryNo, Event, Evidence, Hash, Head, IssuePlan, ItemContent,
    ItemParty, Known, Moment, Organisation, Person, PersonId, PlanId, Post, PostId, Recorded, Refusal,
    StepBody, TakeStep, Unit, UnitId, World, draft_items,
};
use luoshi_pack::{Library, Pack, Role};
use luoshi_plan::Options;
use luoshi_read::{Limits, read};
use luoshi_when::Calendar;

/// The county office that issues.
pub(crate) const ISSUER: UnitId = UnitId(1);
/// 青石镇.
pub(crate) const TOWN: UnitId = UnitId(2);
/// 县农业农村局.
pub(crate) const BUREAU: UnitId = UnitId(4);

/// A unit since 2020.
pub(crate) fn unit(id: i64, name: &str, kind: &str, parent: Option<i64>) -> Unit {
    let from = date(2020, 1, 1);
    Unit {
        id: UnitId(id),
        names: vec![(from, name.to_owned())],
        short: Vec::new(),
        code: String::new(),
        region: String::new(),
        credit: String::new(),
        sort: 0,
        kind: kind.to_owned(),
        parents: vec![(from, parent.map(UnitId))],
        from,
        to: None,
        into: None,
        outside: false,
    }
}

/// A county with two townships, a bureau, two villages, an office in the city, and one person for each
/// role in each unit: person and post are numbered `unit * 10 + role`.
pub(crate) fn county() -> Organisation {
    let mut org = Organisation::default();
    let mut city = unit(9, "市应急局", "department", None);
    city.outside = true;
    let units = [
        unit(1, "河源县人民政府", "county", None),
        unit(2, "青石镇", "township", Some(1)),
        unit(3, "白水乡", "township", Some(1)),
        unit(4, "县农业农村局", "department", Some(1)),
        unit(5, "东坡村", "village", Some(2)),
        unit(6, "西坡村", "village", Some(2)),
        city,
    ];
    for unit in units {
        if !unit.outside {
            for (i, (role, _, title)) in (1_i64..).zip(Role::ALL) {
                let id = unit.id.0 * 10 + i;
                let name = format!("{}{title}", unit.name());
                org.people.insert(PersonId(id), Person { id: PersonId(id), name, mobile: String::new() });
                let from = unit.from;
                let post = Post {
                    id: PostId(id),
                    person: PersonId(id),
                    unit: unit.id,
                    title: title.to_owned(),
                    roles: vec![role],
                    system: None,
                    from,
                    to: None,
                };
                org.posts.insert(PostId(id), post);
            }
        }
        org.units.insert(unit.id, unit);
    }
    org
}

/// Who holds a role in a unit.
pub(crate) fn who(role: Role, unit: UnitId) -> Actor {
    let at = Role::ALL.iter().position(|(known, ..)| *known == role).unwrap_or(0);
    let id = unit.0 * 10 + i64::try_from(at).unwrap() + 1;
    Actor { person: PersonId(id), post: PostId(id), address: String::from("test") }
}

/// A task for a unit, due in a month.
pub(crate) fn task(title: &str, lead: &[UnitId], support: &[UnitId]) -> ItemContent {
    let party = |unit: &UnitId| ItemParty { name: String::new(), unit: Some(*unit), collective: None };
    ItemContent::Task {
        title: title.into(),
        lead: lead.iter().map(party).collect(),
        support: support.iter().map(party).collect(),
        leader: Vec::new(),
        due: Some(date(2026, 10, 1)),
        until: luoshi_pack::Until::DayEnd,
        every: None,
        quantities: Vec::new(),
        evidence: Vec::new(),
    }
}

/// Words that go with a step.
pub(crate) fn note(words: &str) -> StepBody {
    StepBody { note: words.into(), ..StepBody::default() }
}

/// A day at ten in the morning.
pub(crate) fn ten(day: Date) -> Moment {
    Moment::at(day, time(10, 0, 0, 0))
}

/// A plan that runs in memory, with the chain of its events.
pub(crate) struct Ledger {
    pub(crate) org: Organisation,
    pub(crate) pack: Pack,
    pub(crate) calendar: Calendar,
    pub(crate) now: Moment,
    pub(crate) known: Known,
    pub(crate) chain: Vec<Recorded>,
}

impl Ledger {
    /// An empty plan on a built-in pack.
    pub(crate) fn new(pack: &str, today: Date) -> Self {
        let library = Library::built_in();
        let pack = library.choose(pack, today).expect("the pack is built in").pack.clone();
        let calendar = Calendar::china();
        Self { org: county(), pack, calendar, now: ten(today), known: Known::default(), chain: Vec::new() }
    }

    /// A plan drafted with nothing but these items.
    pub(crate) fn draft(&mut self, items: Vec<ItemContent>) -> Result<(), Refusal> {
        let inspector = who(Role::Inspector, ISSUER);
        let source = Evidence { hash: Hash::of(b"text"), name: "方案.txt".into(), size: 1 };
        let (title, dated) = (String::from("秋粮收储工作方案"), self.now.date());
        let new = DraftPlan { title, issuer: ISSUER, dated, text: source.hash, source, items: Vec::new() };
        self.run(&inspector, &Command::Draft(Box::new(new)))?;
        for content in items {
            let added = Command::AddItem {
                content: Box::new(content),
                reason: "会议议定".into(),
                of: None,
                seen: None,
            };
            self.run(&inspector, &added)?;
        }
        Ok(())
    }

    /// A plan drafted from its text.
    pub(crate) fn read(&mut self, text: &str) {
        let document = read(text.as_bytes(), Some("方案.txt"), &Limits::default()).unwrap();
        let dated = self.now.date();
        let compiled = luoshi_plan::compile(&document, &Options::new(None, dated));
        let items = draft_items(&compiled.plans[0], document.text(), &self.org, ISSUER, dated);
        let source = Evidence { hash: Hash::of(text.as_bytes()), name: "方案.txt".into(), size: 1 };
        let title = String::from("秋粮收储工作实施方案");
        let new = DraftPlan { title, issuer: ISSUER, dated, text: source.hash, source, items };
        self.run(&who(Role::Inspector, ISSUER), &Command::Draft(Box::new(new))).unwrap();
    }

    /// Confirms every item as it was read.
    pub(crate) fn confirm(&mut self) {
        let open: Vec<_> = self.known.draft.items.iter().map(|(item, _)| item.no).collect();
        for item in open {
            let confirmed = Command::DecideItem { item, decision: Box::new(Decision::Confirmed), seen: None };
            self.run(&who(Role::Inspector, ISSUER), &confirmed).unwrap();
        }
    }

    /// Issues the draft.
    pub(crate) fn issue(&mut self) -> Result<Vec<Event>, Refusal> {
        let issue = IssuePlan {
            number: "河政发〔2026〕9号".into(),
            approver: who(Role::Leader, ISSUER).person,
            end: Some(date(2027, 12, 31)),
        };
        let pack = self.pack.name.clone();
        self.run(&who(Role::Inspector, ISSUER), &Command::Issue { pack, issue: Box::new(issue) })
    }

    /// Takes a step on the first entry.
    pub(crate) fn step(&mut self, actor: &Actor, step: &str, body: StepBody) -> Result<Vec<Event>, Refusal> {
        let step = TakeStep { step: step.into(), body, seen: None };
        self.run(actor, &Command::Step { entry: EntryNo(1), step: Box::new(step) })
    }

    /// The first entry.
    pub(crate) fn first(&self) -> &Entry {
        &self.known.entries[&EntryNo(1)]
    }

    /// Carries a command out.
    pub(crate) fn run(&mut self, actor: &Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let world = World { org: &self.org, pack: &self.pack, calendar: &self.calendar, now: self.now };
        let events = world.decide(&self.known, actor, command)?;
        for event in &events {
            let head = self.chain.last().map_or(Head::default(), Recorded::head);
            let recorded = Recorded::new(&head, PlanId(1), self.now, actor, "", event);
            self.known.apply(PlanId(1), actor.person, recorded.at, recorded.seq, event);
            self.chain.push(recorded);
        }
        Ok(events)
    }

    /// Lets time alone do what is due on every entry and duty.
    pub(crate) fn tick(&mut self) -> Vec<Event> {
        let system = Actor::system();
        let mut events = self.run(&system, &Command::OpenDuties).unwrap();
        let entries: Vec<EntryNo> = self.known.entries.keys().copied().collect();
        for entry in entries {
            events.extend(self.run(&system, &Command::Tick { entry }).unwrap());
        }
        events
    }

    /// The plan as its chain alone tells it.
    pub(crate) fn rebuilt(&self) -> Known {
        let mut known = Known::default();
        for recorded in &self.chain {
            let event = recorded.event().unwrap();
            known.apply(recorded.chain, recorded.actor.person, recorded.at, recorded.seq, &event);
        }
        known
    }
}
