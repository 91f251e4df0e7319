//! A county in a fresh place, with a clock that a test sets.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, date, time};
use luoshi_app::{App, Outcome, PlanFile, Request, Sealer, Settings};
use luoshi_engine::{
    About, Actor, Administrators, Command, Decision, EntryNo, Evidence, IssuePlan, Moment, NewUnit, Newcomer,
    OrgCommand, PersonId, PlanId, PostId, StepBody, SystemRole, TakeStep, UnitId,
};
use luoshi_pack::Role;
use luoshi_store::attachment::{Attachments, Limits, Place as Files};
use luoshi_store::vault::Vault;
use luoshi_store::{Options, Store, Target};
use luoshi_testkit::Place;

/// The county.
pub(crate) const COUNTY: UnitId = UnitId(1);
/// A plan of our own, read in every story.
pub(crate) const TEXT: &str = "秋粮收储工作实施方案\n\
一、工作目标\n\
10月底前完成全县秋粮收储。\n\
二、重点任务\n\
（一）摸清底数。9月20日前完成种植面积核查。（牵头单位：县农业农村局；配合单位：青石镇、白水乡）\n\
（二）落实仓容。各乡镇要在9月25日前落实收储仓容不少于500吨。\n\
三、工作要求\n\
各乡镇每周五前向县农业农村局报送收储进度。\n\
河源县人民政府\n\
2026年9月1日\n";

/// An application in a place, its clock, and who is who.
pub(crate) struct County {
    pub(crate) app: App,
    clock: Arc<AtomicI64>,
    keys: AtomicI64,
}

/// Opens the application in a place; the clock stands at ten in the morning of a day.
pub(crate) async fn open(place: &Place, today: Date) -> County {
    let clock = Arc::new(AtomicI64::new(Moment::at(today, time(10, 0, 0, 0)).0));
    let store = Store::open(&Target::parse(&place.address()), &Options::default()).await.unwrap();
    let read = Arc::clone(&clock);
    let keys = place.files().join("master.key");
    let vault = if keys.exists() { Vault::open(&keys) } else { Vault::create(&keys) };
    let settings = Settings {
        clock: Arc::new(move || Moment(read.load(Ordering::SeqCst))),
        packs: Vec::new(),
        sealer: Sealer::new(Some(vault.unwrap())),
        attachments: Attachments::open(&Files::Folder(place.files().join("attachments")), Limits::default())
            .unwrap(),
        accounts: luoshi_app::AccountSettings::cheap(),
    };
    County { app: App::open(store, settings).await.unwrap(), clock, keys: AtomicI64::new(0) }
}

impl County {
    /// Founds the county: two townships, a bureau, a village, and one person for each role in each.
    pub(crate) async fn found(&self) {
        let from = date(2026, 1, 1);
        let newcomer = |name: &str| Newcomer { name: name.into(), mobile: String::new() };
        let administrators = Administrators {
            system: newcomer("系统员"),
            security: newcomer("安全员"),
            audit: newcomer("审计员"),
        };
        let found =
            OrgCommand::Found { name: "河源县人民政府".into(), kind: "county".into(), administrators };
        self.app.organise("found", &Actor::system(), &[found]).await.unwrap();
        let unit = |id: i64, name: &str, kind: &str, parent: i64| OrgCommand::AddUnit {
            id: Some(UnitId(id)),
            unit: NewUnit {
                name: name.into(),
                parent: Some(UnitId(parent)),
                about: About { kind: kind.into(), ..About::default() },
                from,
                to: None,
                outside: false,
            },
        };
        let mut commands = vec![
            unit(2, "青石镇", "township", 1),
            unit(3, "白水乡", "township", 1),
            unit(4, "县农业农村局", "department", 1),
            unit(5, "东坡村", "village", 2),
        ];
        let mut roles = Vec::new();
        for unit in 1..=5 {
            for (i, (role, _, title)) in Role::ALL.iter().enumerate() {
                let id = number(unit, i);
                let person = newcomer(&format!("{title}{unit}"));
                commands.push(OrgCommand::AddPerson { id: Some(PersonId(id)), person });
                commands.push(OrgCommand::AddPost {
                    id: Some(PostId(id)),
                    person: PersonId(id),
                    unit: UnitId(unit),
                    title: (*title).into(),
                    from,
                    to: None,
                });
                roles.push(OrgCommand::SetRoles { post: PostId(id), roles: vec![*role], system: None });
            }
        }
        let system = self.administrator(SystemRole::SystemAdmin);
        self.app.organise("units", &system, &commands).await.unwrap();
        let security = self.administrator(SystemRole::SecurityAdmin);
        self.app.organise("roles", &security, &roles).await.unwrap();
    }

    pub(crate) fn administrator(&self, role: SystemRole) -> Actor {
        let context = self.app.context();
        let post = context.org.posts.values().find(|post| post.system == Some(role)).unwrap();
        Actor { person: post.person, post: post.id, address: "test".into() }
    }

    pub(crate) fn set(&self, day: Date, hour: i8) {
        self.clock.store(Moment::at(day, time(hour, 0, 0, 0)).0, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub(crate) fn key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    pub(crate) async fn run(&self, actor: &Actor, plan: PlanId, command: Command) -> Outcome {
        let request = Request { key: self.key(), actor: actor.clone(), plan: Some(plan), command };
        self.app.execute(request).await.unwrap()
    }

    /// Reads, confirms and issues the plan.
    pub(crate) async fn issue(&self, pack: &str) -> (PlanId, Outcome) {
        self.issue_text(pack, TEXT).await
    }

    /// Reads, confirms and issues a plan of these words.
    pub(crate) async fn issue_text(&self, pack: &str, text: &str) -> (PlanId, Outcome) {
        let inspector = who(Role::Inspector, COUNTY);
        let file = PlanFile {
            name: "方案.txt".into(),
            bytes: text.as_bytes().to_vec(),
            index: 0,
            issuer: COUNTY,
            issued: None,
        };
        let plan = self.app.draft(&self.key(), &inspector, file).await.unwrap().plan;
        let draft = self.app.store().draft(plan).await.unwrap().unwrap();
        for (item, _) in draft.items {
            let confirmed =
                Command::DecideItem { item: item.no, decision: Box::new(Decision::Confirmed), seen: None };
            self.run(&inspector, plan, confirmed).await;
        }
        let issue = IssuePlan {
            number: "河政发〔2026〕9号".into(),
            approver: who(Role::Leader, COUNTY).person,
            end: Some(date(2026, 10, 31)),
        };
        let issue = Command::Issue { pack: pack.into(), issue: Box::new(issue) };
        (plan, self.run(&inspector, plan, issue).await)
    }

    pub(crate) async fn photo(&self) -> Evidence {
        let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0, 0, 0, 13], b"IHDR", &[0; 17]].concat();
        self.app.attach("现场.png", png).await.unwrap()
    }
}

/// The number of person and post for a role in a unit: the administrators are 1 to 3.
fn number(unit: i64, role: usize) -> i64 {
    4 + (unit - 1) * 6 + i64::try_from(role).unwrap()
}

/// Who holds a role in a unit.
pub(crate) fn who(role: Role, unit: UnitId) -> Actor {
    let at = Role::ALL.iter().position(|(known, ..)| *known == role).unwrap();
    let id = number(unit.0, at);
    Actor { person: PersonId(id), post: PostId(id), address: "test".into() }
}

/// A step on an entry.
pub(crate) fn step(entry: EntryNo, key: &str, body: StepBody) -> Command {
    Command::Step { entry, step: Box::new(TakeStep { step: key.into(), body, seen: None }) }
}
