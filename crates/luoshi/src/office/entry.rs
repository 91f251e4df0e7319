//! `luoshi entry` and `luoshi desk`: entries listed, shown and worked on.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use luoshi_app::{App, Assembly, Reader, Sum, Telling};
use luoshi_engine::{
    Actor, Command, Entry, EntryEvent, EntryNo, EntryRow, Event, FieldValue, Moment, NewEntry, PlanId,
    Progress, Recorded, Shining, StepBody, TakeStep,
};
use luoshi_pack::{Pack, Register, Role, Step};
use luoshi_store::Page;

use super::args::{BodyArgs, By, Entry as Wanted, NewArgs};
use super::place::Session;
use super::{place, show, tell};
use crate::output::Screen;

/// Lines on a page.
const PAGE: i64 = 25;

/// Runs `luoshi entry`.
pub(super) async fn run(command: &Wanted, screen: Screen) -> Result<u8> {
    match command {
        Wanted::List { unit, overdue, page, data } => {
            let app = place::open(data, true).await?;
            let context = app.context();
            let scope = match unit {
                Some(name) => place::unit(&context.org, name, app.now())?,
                None => place::top(&context.org)?,
            };
            let page = Page::number(*page, PAGE);
            let rows = if *overdue {
                app.store().list_overdue(scope, app.now(), page).await?
            } else {
                app.store().list_scope(scope, page).await?
            };
            list(&app, if *overdue { "逾期条目" } else { "在办条目" }, &rows, screen).await?;
        }
        Wanted::Show { plan, entry, as_of, person, data } => {
            let app = place::open(data, true).await?;
            one(&app, PlanId(*plan), EntryNo(*entry), *as_of, person.as_deref(), screen).await?;
        }
        Wanted::Do { plan, entry, step, body, acting } => {
            take(&Session::begin(acting).await?, PlanId(*plan), EntryNo(*entry), step, body).await?;
        }
        Wanted::Add { plan, register, new, acting } => {
            add(&Session::begin(acting).await?, *plan, register, new).await?;
        }
        Wanted::Light { plan, entry, light, reason, acting } => {
            let session = Session::begin(acting).await?;
            let found = place::plan(&session.app, *plan).await?;
            let context = session.app.context();
            let pack = context.pack(&found)?;
            let light = pack.lights.iter().find(|known| known.title == *light || known.key == *light);
            let all = || pack.lights.iter().map(|light| light.title.as_str()).collect::<Vec<_>>().join("、");
            let light = light.with_context(|| format!("没有这种灯色，有：{}", all()))?;
            let (entry, key) = (EntryNo(*entry), light.key.clone());
            let command = Command::SetLight { entry, light: key, reason: reason.clone() };
            let outcome = session.execute(*plan, command).await?;
            tell(&format!("已调整为{}{}", light.title, place::again(&outcome)))?;
        }
        Wanted::Forget { plan, entry, reason, acting } => {
            let session = Session::begin(acting).await?;
            let command = Command::Forget { entry: EntryNo(*entry), reason: reason.clone() };
            let outcome = session.execute(*plan, command).await?;
            tell(&format!("已依法删除第{entry}号条目的个人信息{}", place::again(&outcome)))?;
        }
        Wanted::Read { plan, entry, purpose, file, out, by } => {
            let app = place::open(&by.data, false).await?;
            let actor = place::hand(&app, &by.person)?;
            let reading = Reading { plan: PlanId(*plan), entry: EntryNo(*entry), purpose };
            match (file, out) {
                (Some(number), Some(out)) => evidence(&app, &actor, &reading, *number, out).await?,
                _ => read(&app, &actor, &reading, screen).await?,
            }
        }
    }
    Ok(0)
}

/// What somebody reads, and what for.
struct Reading<'r> {
    plan: PlanId,
    entry: EntryNo,
    purpose: &'r str,
}

/// The fields of an entry as somebody may see them.
async fn read(app: &App, actor: &Actor, reading: &Reading<'_>, screen: Screen) -> Result<()> {
    let found = place::plan(app, reading.plan.0).await?;
    let context = app.context();
    let pack = context.pack(&found)?;
    let seen = app.read_entry(actor, reading.plan, reading.entry, reading.purpose).await?;
    let entry = &seen.entry;
    let register = register(pack, entry).context("方案包中没有这一台账")?;
    let rows = register.fields.iter().map(|field| {
        let value = match entry.opening.fields.get(&field.key) {
            Some(FieldValue::Unit(unit)) => context.org.unit_name(*unit),
            value => value.map(FieldValue::plain).unwrap_or_default(),
        };
        vec![field.title.clone(), value]
    });
    let files = (1..).zip(&entry.evidence).map(|(no, file): (u32, _)| {
        vec![format!("佐证材料{no}"), format!("{}（{}字节）", file.name, file.size)]
    });
    let note = if seen.opened.is_empty() { "" } else { "含保密栏目，本次查看已记录。" };
    let title = format!("{} {}", entry.opening.number, entry.opening.title);
    show(&title, &[("栏目", 20.0), ("内容", 60.0)], rows.chain(files).collect(), note, screen)
}

/// A file of an entry, taken out.
async fn evidence(
    app: &App,
    actor: &Actor,
    reading: &Reading<'_>,
    number: usize,
    out: &std::path::Path,
) -> Result<()> {
    let Reading { plan, entry: no, purpose } = reading;
    let entry =
        app.store().entry(*plan, *no).await?.with_context(|| format!("方案{plan}没有第{no}号条目"))?;
    let file = number.checked_sub(1).and_then(|at| entry.evidence.get(at));
    let file = file.with_context(|| format!("这一条目只有{}份佐证材料", entry.evidence.len()))?;
    let (name, bytes) = app.evidence(actor, *plan, *no, file.hash, purpose).await?;
    crate::output::save(out, &bytes)?;
    tell(&format!("已取出“{name}”，写入“{}”", out.display()))
}

/// Adds an entry to a register.
async fn add(session: &Session, plan: i64, register: &str, new: &NewArgs) -> Result<()> {
    let app = &session.app;
    let found = place::plan(app, plan).await?;
    let context = app.context();
    let pack = context.pack(&found)?;
    let register = place::register(pack, register)?;
    let world = context.world(pack, app.now());
    let unit = |name: &String| place::unit(&context.org, name, app.now());
    let entry = NewEntry {
        register: register.key.clone(),
        title: new.title.clone(),
        lead: new.lead.as_ref().map_or(Ok(session.unit()), unit)?,
        supports: new.support.iter().map(unit).collect::<Result<_>>()?,
        due: new.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        fields: place::fields(&world, register, &new.set)?,
        ..NewEntry::default()
    };
    let outcome = session.execute(plan, Command::AddEntry(Box::new(entry))).await?;
    let no = outcome.opened.first().context("没有登记成功")?;
    if let Some(day) = new.due.filter(|day| *day < app.now().date()) {
        crate::output::say(&format!("提示：时限{day}已经过去，一登记就算逾期；写错了的请修改时限。"));
    }
    tell(&format!("已登记到{}：第{no}号条目{}", register.title, place::again(&outcome)))
}

/// What lies on somebody's desk.
pub(super) async fn desk(by: &By, screen: Screen) -> Result<u8> {
    let app = place::open(&by.data, true).await?;
    let context = app.context();
    let person = place::post_of(&context.org, &by.person, app.now())?.person;
    let posts: Vec<(luoshi_engine::UnitId, Role)> = context
        .org
        .posts_of(person, app.now().date())
        .iter()
        .flat_map(|post| post.roles.iter().map(|role| (post.unit, *role)))
        .collect();
    let rows = app.store().desk(&posts, Page::number(1, PAGE)).await?;
    list(&app, "我的待办", &rows, screen).await?;
    Ok(0)
}

async fn list(app: &App, title: &str, rows: &[EntryRow], screen: Screen) -> Result<()> {
    let context = app.context();
    let mut plans = BTreeMap::new();
    for row in rows {
        if let Slot::Vacant(plan) = plans.entry(row.plan) {
            plan.insert(app.store().plan(row.plan).await?);
        }
    }
    let lines = rows.iter().map(|row| {
        let due = row.due.map(Moment::due_day).unwrap_or_default();
        let pack = plans.get(&row.plan).and_then(Option::as_ref).and_then(|plan| context.pack(plan).ok());
        let light = row
            .light
            .as_deref()
            .map(|light| pack.map_or_else(|| light.to_owned(), |pack| title_of(pack, light)));
        let state = pack
            .and_then(|pack| pack.find_register(&row.register))
            .and_then(|register| register.flow.find_state(&row.state))
            .map_or(&row.state, |state| &state.title);
        vec![
            format!("{}/{}", row.plan, row.no),
            row.number.clone(),
            row.title.clone(),
            context.org.unit_name(row.lead),
            due,
            light.unwrap_or_default(),
            state.clone(),
        ]
    });
    let heads = [
        ("方案/条目", 10.0),
        ("编号", 12.0),
        ("事项", 40.0),
        ("承办单位", 16.0),
        ("时限", 11.0),
        ("灯", 7.0),
        ("状态", 12.0),
    ];
    show(title, &heads, lines.collect(), "", screen)
}

/// One entry as it was at the end of a day, its history, and what somebody may do.
async fn one(
    app: &App,
    plan: PlanId,
    no: EntryNo,
    as_of: Option<Date>,
    person: Option<&str>,
    screen: Screen,
) -> Result<()> {
    let until = as_of.map(Moment::end_of);
    let events = app.store().events_of(plan, no, until).await?;
    let entry = folded(&events).with_context(|| format!("方案{plan}没有第{no}号条目，或那时还没有立项"))?;
    let found = app.store().plan(plan).await?.with_context(|| format!("没有编号为{plan}的方案"))?;
    let context = app.context();
    let pack = context.pack(&found)?;
    let now = until.map_or(app.now(), |until| until.min(app.now()));
    let world = context.world(pack, now);
    let happened: Vec<Event> = events.iter().filter_map(|recorded| recorded.event().ok()).collect();
    let of_entry = happened.iter().filter_map(|event| match event {
        Event::Entry(_, event) => Some(event),
        Event::Plan(_) | Event::Org(_) => None,
    });
    let recorded = as_of.is_some() || entry.light_set;
    let light = if recorded { Shining::recorded(&entry, of_entry) } else { world.light(&entry) }
        .map(|shining| format!("{}（{}）", title_of(pack, &shining.light), shining.because));
    let state = state_title(pack, &entry, &entry.state);
    let due = entry.due().map_or_else(|| String::from("无"), Moment::due_day);
    tell(&format!(
        "{} {}\n承办：{}　状态：{state}　时限：{due}　灯：{}",
        entry.opening.number,
        entry.opening.title,
        context.org.unit_name(entry.opening.lead),
        light.unwrap_or_else(|| String::from("无"))
    ))?;
    let rows =
        events.iter().filter_map(|recorded| Some(line(app, pack, &entry, recorded, &recorded.event().ok()?)));
    let heads = [("时间", 17.0), ("谁", 12.0), ("经过", 60.0)];
    show("经过", &heads, rows.collect(), "", screen)?;
    if let Some(person) = person {
        let actor = place::hand(app, person)?;
        let steps: Vec<String> = world
            .open_steps(&found, &entry, &actor)
            .iter()
            .map(|step| format!("{}（{}）", step.title, step.key))
            .collect();
        let told = if steps.is_empty() { String::from("没有") } else { steps.join("、") };
        tell(&format!("{person}现在能办：{told}"))?;
        // Who administers has no business to see.
        if let Ok(reader) = app.reader(&actor)
            && let Some(below) = reader.assembly(&found, &entry).await?.filter(|_| as_of.is_none())
        {
            assembled(&reader, &below, screen)?;
        }
    }
    Ok(())
}

/// What came from below for a report that is owed upward.
fn assembled(reader: &Reader, below: &Assembly, screen: Screen) -> Result<()> {
    for duty in &below.duties {
        let rows = duty.reports.iter().map(|report| {
            let texts: Vec<&str> = report.texts.iter().map(|(_, words)| words.as_str()).collect();
            let (unit, day) = (reader.unit_words(report.unit), report.period.to_string());
            vec![report.entry.to_string(), unit, day, report.came.words().to_owned(), texts.join("；")]
        });
        let heads = [("条目", 6.0), ("单位", 16.0), ("期次", 11.0), ("情况", 12.0), ("内容", 40.0)];
        let counted = std::iter::once(duty.counted()).chain(duty.sums.iter().map(Sum::words));
        let note = counted.collect::<Vec<_>>().join("；") + "。";
        show(&format!("下级报送汇总：{}", duty.title), &heads, rows.collect(), &note, screen)?;
    }
    if below.duties.is_empty() {
        tell("下级报送汇总：这一期没有要下级报送的内容。")?;
    }
    Ok(())
}

fn folded(events: &[Recorded]) -> Option<Entry> {
    let mut entry: Option<Entry> = None;
    for recorded in events {
        let Ok(Event::Entry(no, event)) = recorded.event() else { continue };
        match &mut entry {
            None => entry = Entry::open(recorded.chain, no, recorded.at, recorded.seq, &event),
            Some(entry) => entry.apply(recorded.actor.person, recorded.at, recorded.seq, &event),
        }
    }
    entry
}

pub(super) fn title_of(pack: &Pack, light: &str) -> String {
    pack.find_light(light).map_or_else(|| light.to_owned(), |light| light.title.clone())
}

fn register<'p>(pack: &'p Pack, entry: &Entry) -> Option<&'p Register> {
    pack.find_register(&entry.opening.register)
}

fn state_title(pack: &Pack, entry: &Entry, state: &str) -> String {
    let found = register(pack, entry).and_then(|register| register.flow.find_state(state));
    found.map_or_else(|| state.to_owned(), |state| state.title.clone())
}

/// One line of an entry's history.
fn line(app: &App, pack: &Pack, entry: &Entry, recorded: &Recorded, event: &Event) -> Vec<String> {
    let context = app.context();
    let who = context.org.people.get(&recorded.actor.person).map_or("系统", |person| &person.name);
    let what = match event {
        Event::Entry(_, event) => happened(pack, entry, event),
        Event::Org(_) | Event::Plan(_) => String::new(),
    };
    vec![recorded.at.civil().strftime("%Y-%m-%d %H:%M").to_string(), who.to_owned(), what]
}

fn happened(pack: &Pack, entry: &Entry, event: &EntryEvent) -> String {
    let Telling { what, said } = Telling::of_entry(pack, &entry.opening.register, event);
    let mut words = vec![what];
    words.extend(Some(said).filter(|said| !said.is_empty()));
    if let EntryEvent::Stepped { body, .. } = event
        && !body.evidence.is_empty()
    {
        words.push(format!("佐证{}份", body.evidence.len()));
    }
    words.join("；")
}

/// Takes a step that was named by its title or key.
async fn take(session: &Session, plan: PlanId, no: EntryNo, step: &str, body: &BodyArgs) -> Result<()> {
    let app = &session.app;
    let found = place::plan(app, plan.0).await?;
    let entry = app.store().entry(plan, no).await?.with_context(|| format!("方案{plan}没有第{no}号条目"))?;
    let context = app.context();
    let pack = context.pack(&found)?;
    let register = register(pack, &entry).context("方案包中没有这一台账")?;
    let step = named(register, step)?;
    let world = context.world(pack, app.now());
    let mut given = StepBody {
        note: body.note.clone(),
        progress: body.progress.map(|(planned, actual)| Progress { planned, actual }),
        due: body.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        unit: body.unit.as_deref().map(|name| place::unit(&context.org, name, app.now())).transpose()?,
        fields: place::fields(&world, register, &body.set)?,
        ..StepBody::default()
    };
    for file in &body.evidence {
        let (name, bytes) = place::file(file)?;
        let kept = app.attach_to(plan, no, &name, bytes).await.map_err(|error| place::about(&name, error))?;
        // The same file named twice is one piece of evidence.
        if !given.evidence.iter().any(|known| known.hash == kept.hash) {
            given.evidence.push(kept);
        }
    }
    let command = TakeStep { step: step.key.clone(), body: given, seen: None };
    let command = Command::Step { entry: no, step: Box::new(command) };
    let outcome = session.execute(plan.0, command).await?;
    let entry = app.store().entry(plan, no).await?.context("条目不见了")?;
    let state = state_title(pack, &entry, &entry.state);
    tell(&format!("{}：{state}{}", step.title, place::again(&outcome)))
}

/// The step that words mean.
pub(super) fn named<'r>(register: &'r Register, words: &str) -> Result<&'r Step> {
    let found = register.flow.steps.iter().find(|step| step.key == words || step.title == words);
    let Some(step) = found else {
        let all: Vec<&str> = register.flow.steps.iter().map(|step| step.title.as_str()).collect();
        bail!("{}没有“{words}”这一步，有：{}", register.title, all.join("、"));
    };
    Ok(step)
}
