//! Every page that there is, with somebody who has a reason to look at it, in a simulated county.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

mod pages;

#[allow(unused_imports, reason = "each test takes what it needs")]
pub(crate) use pages::NO_PAGES;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use axum::Router;
use jiff::civil::date;
use luoshi_app::simulate::{SimulatedClock, Simulation, open_simulated, simulate};
use luoshi_app::{App, PlanFile};
use luoshi_engine::{Actor, Consent, EntryRow, PlanId, PlanState, SystemRole, UnitId};
use luoshi_pack::{Phase, Role};
use luoshi_store::{Filter, Page, Target};
use luoshi_web::{Rate, Settings, Web, router};

use crate::office::{Browser, PASSWORD};

/// A page: what its picture is called, its route, who looks, where it is.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) name: &'static str,
    pub(crate) route: &'static str,
    pub(crate) who: Who,
    pub(crate) path: String,
}

/// Who looks at a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    Nobody,
    /// The county's inspector.
    Inspector,
    /// The county's leader.
    Leader,
    /// Who handles what a unit owes.
    Handler,
    /// Who handles what a village owes.
    Village,
    System,
    Security,
    Audit,
}

/// A county in the middle of its work.
pub(crate) struct County {
    pub(crate) app: App,
    pub(crate) clock: SimulatedClock,
    pub(crate) routes: Router,
    people: BTreeMap<Who, Actor>,
    campaign: PlanId,
    /// A plan with registers of its own.
    hazards: PlanId,
    draft: PlanId,
    /// A plan whose text was amended.
    amended: PlanId,
    report: EntryRow,
    task: EntryRow,
    closed: EntryRow,
    receipt: String,
}

/// How it is served: to somebody who looks at everything at once.
pub(crate) fn settings() -> Settings {
    Settings { signed_rate: Rate::CROWD, address_rate: Rate::CROWD, ..Settings::default() }
}

impl County {
    /// Simulates a county; the same each time, on a runtime of one thread.
    pub(crate) async fn open(folder: &Path) -> Self {
        let target = Target::Folder(folder.to_owned());
        let (app, clock) = open_simulated(&target, folder, 1).await.unwrap();
        let size = Simulation { seed: 1, towns: 3, villages: 3, plans: 8, days: 45, start: date(2026, 3, 2) };
        simulate(&app, &clock, &size).await.unwrap();
        app.open_demo_accounts(PASSWORD).await.unwrap();
        let routes = router(Web::new(app.clone(), settings()));
        let mut people = BTreeMap::new();
        people.insert(Who::Inspector, holder(&app, Role::Inspector, |unit| unit == UnitId(1)));
        people.insert(Who::Leader, holder(&app, Role::Leader, |unit| unit == UnitId(1)));
        for (who, role) in [
            (Who::System, SystemRole::SystemAdmin),
            (Who::Security, SystemRole::SecurityAdmin),
            (Who::Audit, SystemRole::AuditAdmin),
        ] {
            let context = app.context();
            let post = context.org.posts.values().find(|post| post.system == Some(role)).unwrap();
            people.insert(who, Actor { person: post.person, post: post.id, address: String::new() });
        }
        let running = app.store().plans(Some(PlanState::Issued), PlanId(0), 99).await.unwrap();
        let campaign = running.iter().find(|plan| plan.issuer == UnitId(1)).unwrap().id;
        let mut hazards = None;
        for row in &running {
            let plan = app.store().plan(row.id).await.unwrap().unwrap();
            if plan.pack == "hazard" {
                hazards = Some(plan.id);
            }
        }
        let hazards = hazards.expect("a plan about hazards");
        let report = find(&app, &running, |row| row.duty.is_some() && row.state == "expected").await;
        people.insert(Who::Handler, holder(&app, Role::Handler, |unit| unit == report.lead));
        let village = app.context().org.units.values().find(|unit| unit.kind == "village").unwrap().id;
        people.insert(Who::Village, holder(&app, Role::Handler, |unit| unit == village));
        let county: Vec<_> = running.iter().filter(|plan| plan.issuer == UnitId(1)).cloned().collect();
        let open = |row: &EntryRow| row.phase == Phase::Open && row.light.as_deref() != Some("green");
        let task = find(&app, &county, |row| row.register == "task" && open(row)).await;
        let done = |row: &EntryRow| row.phase == Phase::Done;
        let closed = find(&app, &county, |row| row.register == "task" && done(row)).await;
        let mut county = Self {
            app,
            clock,
            routes,
            people,
            campaign,
            hazards,
            draft: PlanId(0),
            amended: PlanId(0),
            report,
            task,
            closed,
            receipt: String::new(),
        };
        county.draft = county.drafted().await;
        county.amended = county.amended(&running).await;
        county.receipt = county.reported().await;
        county
    }

    /// Somebody's browser.
    pub(crate) async fn browser(&self, who: Who) -> Browser {
        match self.people.get(&who) {
            Some(actor) => Browser::of(&self.app, self.routes.clone(), actor).await,
            None => Browser::nobody(self.routes.clone()),
        }
    }

    /// What somebody's browser is known by.
    pub(crate) async fn cookie(&self, who: Who) -> Option<(String, String)> {
        match who {
            Who::Nobody => None,
            who => Some(self.browser(who).await.known_by()),
        }
    }

    /// A plan that somebody is making: a file from elsewhere, half decided on.
    async fn drafted(&self) -> PlanId {
        let inspector = self.browser(Who::Inspector).await;
        let key = inspector.get("/plans/new").await.hidden("key");
        let file = include_bytes!("../../../../samples/02-policy-interpretation.docx");
        let sent = inspector
            .post_files("/plans/new", &[("key", &key)], &[("file", "政策解读工作方案.docx", file)])
            .await;
        let at = sent.location().to_owned();
        let plan = at.split('/').nth(2).and_then(|number| number.parse().ok()).expect("a draft was made");
        let draft = self.app.store().draft(PlanId(plan)).await.unwrap().unwrap();
        for (item, _) in draft.items.iter().take(3) {
            let key = format!("walk-{}", item.no);
            let confirm = format!("{at}/items/{}/confirm", item.no);
            inspector.post(&confirm, &[("key", &key)]).await;
        }
        PlanId(plan)
    }

    /// A plan with a second version: the county's last but the first.
    async fn amended(&self, running: &[luoshi_engine::Plan]) -> PlanId {
        let ours = running.iter().rev().find(|plan| plan.issuer == UnitId(1) && plan.id != self.campaign);
        let plan = ours.expect("the county has two plans");
        let text = self.app.attachment(plan.text.expect("it has a text")).await.unwrap();
        let text = format!("{}\n本方案的解释工作由县政府办公室承担。\n", String::from_utf8(text).unwrap());
        let (name, bytes) = (String::from("修订稿.txt"), text.into_bytes());
        let file = PlanFile { name, bytes, index: 0, issuer: plan.issuer, issued: None };
        let comparison = self.app.compare_text(plan.id, file).await.unwrap();
        let consents = comparison.changes().map(|(no, _)| (no, Consent::Accepted)).collect();
        let actor = &self.people[&Who::Inspector];
        self.app.revise("walk-amend", actor, comparison, "明确解释机关", &consents).await.unwrap();
        plan.id
    }

    /// A report by nobody, and its receipt.
    async fn reported(&self) -> String {
        let nobody = self.browser(Who::Nobody).await;
        let receipt = nobody.get("/report-hazard").await.hidden("receipt");
        let plan = self.hazards.to_string();
        let said = [
            ("receipt", &*receipt),
            ("plan", &plan),
            ("website", ""),
            ("what", "楼道里堆满了纸箱"),
            ("f.enterprise", "老码头饭店"),
            ("f.place", "二楼楼梯口"),
        ];
        let sent = nobody.post_files("/report-hazard", &said, &[]).await;
        assert_eq!(sent.location(), format!("/report-hazard/{receipt}"), "{}", sent.text());
        receipt
    }
}

/// Who holds a role in the first unit that will do.
fn holder(app: &App, role: Role, unit: impl Fn(UnitId) -> bool) -> Actor {
    let today = app.now().date();
    let context = app.context();
    let mut posts = context.org.posts.values();
    let post = posts.find(|post| unit(post.unit) && post.roles.contains(&role) && post.held(today));
    let post = post.expect("somebody holds it");
    Actor { person: post.person, post: post.id, address: String::new() }
}

/// The first entry of the plans that will do.
async fn find(app: &App, plans: &[luoshi_engine::Plan], wanted: impl Fn(&EntryRow) -> bool) -> EntryRow {
    for plan in plans {
        let rows = app.store().find_entries(plan.id, &Filter::default(), Page::number(1, 999)).await.unwrap();
        if let Some(row) = rows.into_iter().find(|row| wanted(row)) {
            return row;
        }
    }
    panic!("no such entry in the county")
}

/// The routes in the source that answer a GET.
pub(crate) fn routes() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 40, "the routes are written in another way now: {found:?}");
    found
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for part in text.split(".route(").skip(1) {
            let Some((place, what)) = part.trim_start().strip_prefix('"').and_then(|p| p.split_once('"'))
            else {
                continue;
            };
            let what = what.trim_start_matches(',').trim_start();
            if what.starts_with("get(") {
                found.insert(place.to_owned());
            }
        }
    }
}

/// An entry's page.
fn at(row: &EntryRow) -> String {
    format!("/plans/{}/entries/{}", row.plan, row.no)
}
