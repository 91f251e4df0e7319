//! What every command is decided with and few commands change: organisation, packs, calendar. Kept in
//! memory and brought up to date from the organisation's chain.

use std::sync::Arc;

use luoshi_engine::{
    Entry, Event, Moment, OrgEvent, Organisation, Plan, PlanId, PlanState, Refusal, RefusalKind, Rows, World,
};
use luoshi_pack::{Library, Pack};
use luoshi_store::{Store, StoreError};
use luoshi_text::Level;
use luoshi_when::Calendar;

/// The pack that drafts are made with until one is chosen, and whose hours are the office's.
pub const BASE_PACK: &str = "task";

/// How many events are read at a time.
const PAGE: i64 = 1000;

/// Organisation, packs and calendar as of one event of the organisation's chain.
#[derive(Clone, Debug)]
pub struct Context {
    /// The last event of the organisation's chain that is in it.
    pub seq: i64,
    /// Units and people.
    pub org: Organisation,
    /// Packs: those of the binary, of a folder, and those published.
    pub library: Library,
    /// Working days.
    pub calendar: Calendar,
    /// Packs given from a folder: file name and text.
    folder: Vec<(String, String)>,
}

impl Context {
    /// Before the first event, with the packs of a folder: file name and text.
    pub fn new(folder: Vec<(String, String)>) -> Self {
        Self {
            seq: 0,
            org: Organisation::default(),
            library: Library::with(folder.clone()),
            calendar: Calendar::china(),
            folder,
        }
    }

    /// The same packs, and nothing that happened.
    pub(crate) fn empty(&self) -> Self {
        Self::new(self.folder.clone())
    }

    /// Whether a pack that is being published can be used: it reads without a fault, is what it is called,
    /// and no plan can run on another of that version.
    pub(crate) fn welcomes(&self, event: &OrgEvent) -> Result<(), Refusal> {
        let OrgEvent::PackPublished { name, version, text } = event else { return Ok(()) };
        let refuse = |sentence| Err(Refusal::new(RefusalKind::Incomplete, sentence));
        if self.library.find(name, *version).is_some() {
            return refuse(format!("方案包“{name}”第{version}版已经有了；请改好版本号后再发布"));
        }
        let library = self.library_with([(name.clone(), *version, text.clone())]);
        if library.find(name, *version).is_some() {
            return Ok(());
        }
        let file = library.files().last();
        let fault = file.and_then(|file| file.diagnostics.iter().find(|fault| fault.level == Level::Error));
        match fault {
            Some(fault) => refuse(format!("方案包“{name}”有错误，不能发布：{}", fault.message)),
            None => refuse(format!("方案包的内容不是“{name}”第{version}版；请核对名称和版本号")),
        }
    }

    /// All packs there are, and some more.
    pub(crate) fn library_with(&self, more: impl IntoIterator<Item = (String, u32, String)>) -> Library {
        let published = self.org.packs.iter().cloned().chain(more);
        let published = published.map(|(name, version, text)| (format!("{name}-{version}.toml"), text));
        Library::with(self.folder.iter().cloned().chain(published))
    }

    /// Folds one event of the organisation's chain in.
    pub fn apply(&mut self, seq: i64, event: &OrgEvent) {
        self.seq = seq;
        self.org.apply(event);
        match event {
            OrgEvent::PackPublished { .. } => self.library = self.library_with([]),
            OrgEvent::WorkdaySet { day, working, .. } => self.calendar.set(*day, *working),
            OrgEvent::WorkdayCleared { .. } => {
                self.calendar = Calendar::china();
                for (day, working) in &self.org.workdays {
                    self.calendar.set(*day, *working);
                }
            }
            _ => {}
        }
    }

    /// The pack that a plan runs on, or that it would be drafted with.
    ///
    /// # Errors
    ///
    /// The pack is not there: a folder was left out.
    pub fn pack(&self, plan: &Plan) -> Result<&Pack, Refusal> {
        let found = match plan.state {
            PlanState::Issued | PlanState::Archived => self.library.find(&plan.pack, plan.pack_version),
            PlanState::Draft | PlanState::Abandoned => {
                self.library.packs().find(|pack| pack.name == BASE_PACK)
            }
        };
        found.ok_or_else(|| {
            let sentence = format!(
                "找不到方案所用的方案包“{}”第{}版；请把该方案包的文件放回方案包文件夹后重试",
                plan.pack, plan.pack_version
            );
            Refusal::new(RefusalKind::NotFound, sentence)
        })
    }

    /// What tables show of an entry. Without its pack nobody could take a step: it lies on no desk.
    pub(crate) fn rows(&self, plan: &Plan, entry: &Entry) -> Rows {
        match self.pack(plan) {
            Ok(pack) => Rows::of(entry, pack, &self.org),
            Err(_) => Rows::without_pack(entry, &self.org),
        }
    }

    /// When the scheduler has to look at an entry of a plan again.
    pub(crate) fn wakes(&self, plan: &Plan, entry: &Entry, now: Moment) -> Option<Moment> {
        let pack = self.pack(plan).ok().filter(|_| plan.state == PlanState::Issued)?;
        self.world(pack, now).wakes(entry)
    }

    /// When the scheduler has to look at a plan's duties again.
    pub(crate) fn duties_wake(&self, plan: &Plan, now: Moment) -> Option<Moment> {
        self.world(self.pack(plan).ok()?, now).duties_wake(plan)
    }

    /// All that deciding needs besides plan and entries.
    pub fn world<'w>(&'w self, pack: &'w Pack, now: Moment) -> World<'w> {
        World { org: &self.org, pack, calendar: &self.calendar, now }
    }
}

/// Brings a context up to date with the organisation's chain; the same one where nothing happened.
pub(crate) async fn refresh(store: &Store, context: &Arc<Context>) -> Result<Arc<Context>, StoreError> {
    let head = store.head(PlanId::ORGANISATION).await?;
    if head.is_none_or(|head| head.seq <= context.seq) {
        return Ok(Arc::clone(context));
    }
    let mut next = Context::clone(context);
    loop {
        let events = store.events_page(PlanId::ORGANISATION, next.seq, PAGE).await?;
        if events.is_empty() {
            return Ok(Arc::new(next));
        }
        for recorded in events {
            match recorded.event()? {
                Event::Org(event) => next.apply(recorded.seq, &event),
                // Of no concern to the organisation; verify tells it.
                Event::Plan(_) | Event::Entry(..) => next.seq = recorded.seq,
            }
        }
    }
}
