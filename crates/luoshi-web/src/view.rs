//! What pages have in common: the frame around them, and how times, lights and units are shown.

use std::cell::Cell;

use jiff::civil::Date;
use luoshi_app::{Pile, Reader};
use luoshi_engine::{EntryRow, Moment, PlanState, Post, SystemRole};
use luoshi_pack::{Pack, Phase, Role};
use luoshi_store::Page;

use crate::assets;
use crate::error::Result;
use crate::sign::Signed;

tokio::task_local! {
    /// The number of the request that is being answered.
    pub(crate) static REQUEST: String;
    /// Whether what is asked for is there for everybody, with an account or without.
    pub(crate) static OPEN: bool;
    /// The number of who is found to be signed in; 0 for nobody.
    pub(crate) static WHO: Cell<i64>;
}

/// Lines on a page of a list.
pub(crate) const LINES: i64 = 25;

/// What stands around a page.
pub(crate) struct Frame {
    /// The page's title.
    pub(crate) title: String,
    /// The number of who is signed in; 0 for nobody. What a browser keeps is kept apart by it.
    pub(crate) who: i64,
    /// Who is signed in, if anybody.
    pub(crate) person: String,
    /// Their present post: unit and title.
    pub(crate) post: String,
    /// Their posts: number, words, whether it is the present one.
    pub(crate) posts: Vec<(i64, String, bool)>,
    /// The ways from here: address, words, whether one is there, how many wait.
    pub(crate) ways: Vec<Way>,
    /// Whether the post does business.
    pub(crate) business: bool,
    /// The number of the request.
    pub(crate) request: String,
}

/// A way from a page.
pub(crate) struct Way {
    /// Where to.
    pub(crate) to: &'static str,
    /// What it is called.
    pub(crate) words: &'static str,
    /// Whether one is there.
    pub(crate) here: bool,
    /// How many wait there; 0 is not shown.
    pub(crate) waiting: i64,
}

/// Who goes a way.
type Goes = fn(&Post) -> bool;

/// The ways: address, words, who goes it.
const WAYS: &[(&str, &str, Goes)] = &[
    ("/", "工作台", business),
    ("/plans", "方案", business),
    ("/inspect", "督办", oversees),
    ("/board", "看板", oversees),
    ("/burden", "减负", business),
    ("/admin/units", "单位", |post| post.system == Some(SystemRole::SystemAdmin)),
    ("/admin/people", "人员", |post| post.system == Some(SystemRole::SystemAdmin)),
    ("/admin/divisions", "分工", |post| post.system == Some(SystemRole::SystemAdmin)),
    ("/admin/packs", "方案包", |post| post.system == Some(SystemRole::SystemAdmin)),
    ("/admin/holidays", "节假日", |post| post.system == Some(SystemRole::SystemAdmin)),
    ("/admin/accounts", "账号", |post| post.system == Some(SystemRole::SecurityAdmin)),
    ("/admin/roles", "角色", |post| post.system == Some(SystemRole::SecurityAdmin)),
    ("/admin/addresses", "管理岗位登录", |post| post.system == Some(SystemRole::SecurityAdmin)),
    ("/admin/forget", "依法删除", |post| post.system == Some(SystemRole::SecurityAdmin)),
    ("/admin/directory", "导入导出", |post| {
        matches!(post.system, Some(SystemRole::SystemAdmin | SystemRole::SecurityAdmin))
    }),
    ("/audit", "审计记录", |post| post.system == Some(SystemRole::AuditAdmin)),
    ("/audit/verify", "核验", |post| post.system == Some(SystemRole::AuditAdmin)),
];

/// Where somebody begins who does no business and has no desk: an administrator.
pub(crate) fn instead(post: &Post) -> Option<&'static str> {
    WAYS.iter().find(|(.., goes)| goes(post)).map(|(to, ..)| *to).filter(|to| *to != "/")
}

/// Whether a post inspects or leads.
fn oversees(post: &Post) -> bool {
    post.roles.iter().any(|role| matches!(role, Role::Inspector | Role::Leader))
}

/// Whether a post does business; an administrator's only looks after the system.
fn business(post: &Post) -> bool {
    !post.roles.is_empty()
}

impl Frame {
    /// Around a page for somebody; `here` is the address of the way that it belongs to.
    pub(crate) async fn of(signed: &Signed, title: impl Into<String>, here: &str) -> Result<Self> {
        let reader = &signed.reader;
        let org = &reader.context.org;
        let words = |post: &Post| {
            let unit = org.unit_name(post.unit);
            if post.title.is_empty() { unit } else { format!("{unit} {}", post.title) }
        };
        let posts = org.posts_of(reader.actor.person, reader.now.date());
        let posts = posts.iter().map(|post| (post.id.0, words(post), post.id == reader.post.id)).collect();
        let waiting = reader.count_pile(Pile::Now).await?;
        let ways = WAYS.iter().filter(|(.., goes)| goes(&reader.post)).map(|(to, words, _)| {
            let waiting = if *to == "/" { waiting } else { 0 };
            Way { to, words, here: *to == here, waiting }
        });
        Ok(Self {
            title: title.into(),
            who: reader.actor.person.0,
            person: org.person_name(reader.actor.person),
            post: words(&reader.post),
            posts,
            ways: ways.collect(),
            business: business(&reader.post),
            request: request(),
        })
    }

    /// Around a page for nobody in particular.
    pub(crate) fn bare(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            who: 0,
            person: String::new(),
            post: String::new(),
            posts: Vec::new(),
            ways: Vec::new(),
            business: false,
            request: request(),
        }
    }

    /// How much waits on the desk, of those who have one.
    pub(crate) fn waiting(&self) -> i64 {
        self.ways.iter().map(|way| way.waiting).sum()
    }

    /// The address of an asset.
    pub(crate) fn asset(&self, name: &str) -> &'static str {
        assets::place(name)
    }
}

fn request() -> String {
    REQUEST.try_with(Clone::clone).unwrap_or_default()
}

/// Where whoever gets no page can go on: address and words.
pub(crate) fn way_back() -> (&'static str, &'static str) {
    if OPEN.try_with(|open| *open).unwrap_or_default() {
        ("/report-hazard", "回到群众报告")
    } else {
        ("/", "回到工作台")
    }
}

/// Whether a path is one of those that are there for everybody.
pub(crate) fn is_open(path: &str) -> bool {
    ["/report-hazard", "/notices"].iter().any(|place| path.starts_with(place))
}

/// A key for a form: sent twice it changes nothing twice.
pub(crate) fn form_key() -> String {
    format!("web-{:032x}", rand::random::<u128>())
}

/// A light as it is shown.
#[derive(Clone, Default)]
pub(crate) struct Lamp {
    /// Its colour as the style knows it; empty for none.
    pub(crate) colour: String,
    /// Its name.
    pub(crate) title: String,
}

impl Lamp {
    /// The light of a key.
    pub(crate) fn of(pack: Option<&Pack>, key: Option<&str>) -> Self {
        let Some(key) = key else { return Self::default() };
        match pack.and_then(|pack| pack.find_light(key)) {
            Some(light) => Self { colour: light.colour.clone(), title: light.title.clone() },
            None => Self { colour: String::from("grey"), title: key.to_owned() },
        }
    }
}

/// A due moment as it is shown.
#[derive(Clone, Default)]
pub(crate) struct Due {
    /// 2026-06-30, with the time where it is not the end of the day.
    pub(crate) day: String,
    /// 还有3天, 逾期2天, 今天到期.
    pub(crate) left: String,
    /// `late`, `soon` or nothing.
    pub(crate) class: &'static str,
}

impl Due {
    /// How a due moment looks from now; what is over has no days left.
    pub(crate) fn of(due: Option<Moment>, now: Moment, phase: Phase) -> Self {
        let Some(due) = due else { return Self { day: String::from("长期"), ..Self::default() } };
        let day = due.due_date();
        let at_end = due == Moment::end_of(day);
        let time = if at_end { String::new() } else { due.civil().strftime(" %H:%M").to_string() };
        let shown = format!("{day}{time}");
        if phase != Phase::Open {
            return Self { day: shown, ..Self::default() };
        }
        let days = days_between(now.date(), day);
        let (left, class) = match days {
            _ if now >= due && days == 0 => (String::from("今天已到期"), "late"),
            ..0 => (format!("逾期{}天", -days), "late"),
            0 => (String::from("今天到期"), "soon"),
            1..=7 => (format!("还有{days}天"), "soon"),
            _ => (format!("还有{days}天"), ""),
        };
        Self { day: shown, left, class }
    }
}

/// How many days lie between two.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// A moment as it is shown in a record.
pub(crate) fn minute(at: Moment) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M").to_string()
}

/// A state of a plan in words.
pub(crate) fn plan_state(state: PlanState) -> &'static str {
    match state {
        PlanState::Draft => "草稿",
        PlanState::Issued => "执行中",
        PlanState::Archived => "已归档",
        PlanState::Abandoned => "已撤销",
    }
}

/// A line of a list of entries.
pub(crate) struct Line {
    /// Where it is shown.
    pub(crate) to: String,
    /// Its number.
    pub(crate) number: String,
    /// What it is about.
    pub(crate) title: String,
    /// Its plan's title.
    pub(crate) plan: String,
    /// Which register.
    pub(crate) register: String,
    /// Who answers for it.
    pub(crate) lead: String,
    /// Where it stands.
    pub(crate) state: String,
    /// When it is due.
    pub(crate) due: Due,
    /// Its light.
    pub(crate) lamp: Lamp,
}

/// Lines for entries, with what their plans and packs say of them.
pub(crate) async fn lines(reader: &Reader, rows: &[EntryRow]) -> Result<Vec<Line>> {
    lines_at(reader, rows, reader.now).await
}

/// The same as of a moment.
pub(crate) async fn lines_at(reader: &Reader, rows: &[EntryRow], now: Moment) -> Result<Vec<Line>> {
    let plans = reader.plans_of(rows).await?;
    let line = |row: &EntryRow| {
        let plan = plans.get(&row.plan);
        let pack = plan.and_then(|plan| reader.pack(plan).ok());
        let register = pack.and_then(|pack| pack.find_register(&row.register));
        let state = register.and_then(|register| register.flow.find_state(&row.state));
        Line {
            to: entry_place(row, now, reader.now),
            number: row.number.clone(),
            title: row.title.clone(),
            plan: plan.map(|plan| plan.title.clone()).unwrap_or_default(),
            register: register.map_or_else(|| row.register.clone(), |register| register.title.clone()),
            lead: reader.unit_words(row.lead),
            state: state.map_or_else(|| row.state.clone(), |state| state.title.clone()),
            due: Due::of(row.due, now, row.phase),
            lamp: Lamp::of(pack, row.light.as_deref()),
        }
    };
    Ok(rows.iter().map(line).collect())
}

/// Units and roles in words, each once.
pub(crate) fn whose(reader: &Reader, turn: Vec<(luoshi_engine::UnitId, Role)>) -> String {
    let words = turn.into_iter().map(|(unit, role)| format!("{}{}", reader.unit_words(unit), role.title()));
    let mut words: Vec<String> = words.collect();
    words.dedup();
    words.join("、")
}

/// Where an entry is shown, on the day that the list is of.
fn entry_place(row: &EntryRow, at: Moment, now: Moment) -> String {
    let past = if at < now { format!("?as_of={}", at.due_date()) } else { String::new() };
    format!("/plans/{}/entries/{}{past}", row.plan, row.no)
}

/// Where in a list one is.
pub(crate) struct Pager {
    /// The page, from 1.
    pub(crate) page: i64,
    /// How many pages.
    pub(crate) pages: i64,
    /// How many lines in all.
    pub(crate) total: i64,
    /// The address before the number of the page.
    pub(crate) address: String,
    /// How many lines a page has.
    lines: i64,
}

impl Pager {
    /// On a page of a list of so many lines.
    pub(crate) fn new(page: i64, total: i64, address: impl Into<String>) -> Self {
        Self::sized(page, total, LINES, address)
    }

    /// The same with so many lines on a page.
    pub(crate) fn sized(page: i64, total: i64, lines: i64, address: impl Into<String>) -> Self {
        let pages = ((total + lines - 1) / lines).max(1);
        Self { page: page.clamp(1, pages), pages, total, address: address.into(), lines }
    }

    /// What stands on the page, of a whole list.
    pub(crate) fn part<T>(&self, rows: Vec<T>) -> Vec<T> {
        let number = |count: i64| usize::try_from(count).unwrap_or(0);
        let skip = number((self.page - 1) * self.lines);
        rows.into_iter().skip(skip).take(number(self.lines)).collect()
    }
}

/// A page of a list by what reads a part of it and tells how long it is. Where the list ends before that page
/// it is the last one, as [`Pager`] shows it: a list that has lines never looks empty.
pub(crate) async fn on_page<T, E, F>(
    page: i64,
    read: impl Fn(Page) -> F,
) -> std::result::Result<(Vec<T>, i64), E>
where
    F: Future<Output = std::result::Result<(Vec<T>, i64), E>>,
{
    let (rows, total) = read(Page::number(page, LINES)).await?;
    if rows.is_empty() && total > 0 {
        return read(Page::number(Pager::new(page, total, "").page, LINES)).await;
    }
    Ok((rows, total))
}

/// A page of a list, and how long the list is.
pub(crate) fn paged<T>(rows: Vec<T>, page: i64) -> (Vec<T>, i64) {
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    (Pager::new(page, total, "").part(rows), total)
}
