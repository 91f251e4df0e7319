//! `luoshi plan`: plans drafted, decided on, issued, closed.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use luoshi_app::{App, Context, PlanFile, Request};
use luoshi_engine::{
    CallFor, Command, Decision, Draft, DraftItem, IssuePlan, ItemContent, ItemNo, ItemParty, Moment,
    Organisation, PersonId, PlanId, PlanState, duties_in_pack,
};

use super::args::{CallArgs, Plan};
use super::place::Session;
use super::{amend, place, show, tell};
use crate::output::{Screen, Target};

/// Runs `luoshi plan`.
pub(super) async fn run(command: &Plan, screen: Screen) -> Result<u8> {
    match command {
        Plan::Draft { file, issued, acting } => {
            let session = Session::begin(acting).await?;
            let (name, bytes) = place::file(file)?;
            let told = |error| place::about(&file.to_string_lossy(), error);
            let file = PlanFile { name, bytes, index: 0, issuer: session.unit(), issued: *issued };
            let outcome = session.app.draft(&session.key, &session.actor, file).await.map_err(told)?;
            tell(&format!("已起草：方案编号 {}", outcome.plan))?;
            items(&session.app, outcome.plan, screen).await?;
        }
        Plan::List { data } => list(&place::open(data, true).await?, screen).await?,
        Plan::Show { plan, data } => items(&place::open(data, true).await?, PlanId(*plan), screen).await?,
        Plan::Decide { plan, items, drop, lead, reason, acting } => {
            let wanted = Wanted { drop: drop.as_deref(), lead, reason };
            decide(&Session::begin(acting).await?, PlanId(*plan), items, &wanted).await?;
        }
        Plan::Issue { plan, number, approver, pack, end, acting } => {
            let session = Session::begin(acting).await?;
            let approver = place::post_of(&session.app.context().org, approver, session.app.now())?.person;
            let issue = IssuePlan { number: number.clone(), approver, end: *end };
            let command = Command::Issue { pack: pack.clone(), issue: Box::new(issue) };
            let outcome = session.execute(*plan, command).await?;
            session.app.tick().await?;
            let again = place::again(&outcome);
            tell(&format!("已印发：{}个条目交办到单位{again}", outcome.opened.len()))?;
        }
        Plan::Call { plan, duty, what, call, acting } => {
            let session = Session::begin(acting).await?;
            let command = called(&session, *plan, duty, what, call).await?;
            let outcome = session.execute(*plan, command).await?;
            tell(&format!("已开出：{}份报送{}", outcome.opened.len(), place::again(&outcome)))?;
        }
        Plan::Close { plan, reason, acting } => {
            let session = Session::begin(acting).await?;
            let outcome = session.execute(*plan, Command::Close { reason: reason.clone() }).await?;
            let what = match place::plan(&session.app, *plan).await?.state {
                PlanState::Abandoned => "已撤销草稿",
                _ => "已归档",
            };
            tell(&format!("{what}{}", place::again(&outcome)))?;
        }
        Plan::Amend { plan, file, dry_run, issued, words, acting } => {
            return amend::run(*plan, file, *dry_run, *issued, words, acting, screen).await;
        }
        Plan::Move { plan, version, reason, acting } => {
            let session = Session::begin(acting).await?;
            let command = Command::MovePack { version: *version, reason: reason.clone() };
            let outcome = session.execute(*plan, command).await?;
            tell(&format!("已换用方案包第{version}版{}", place::again(&outcome)))?;
        }
    }
    Ok(0)
}

/// The event of a duty, which is named by its title or key.
async fn called(session: &Session, plan: i64, duty: &str, what: &str, call: &CallArgs) -> Result<Command> {
    let (found, context) = (place::plan(&session.app, plan).await?, session.app.context());
    let known = found.duties.iter().find(|known| known.title == duty || known.key == duty);
    let duties = || found.duties.iter().map(|duty| duty.title.as_str()).collect::<Vec<_>>().join("、");
    let known = known.with_context(|| format!("方案没有报送任务“{duty}”，有：{}", duties()))?;
    let now = session.app.now();
    let units = call.unit.iter().map(|name| place::unit(&context.org, name, now)).collect::<Result<_>>()?;
    let at = call.at.map_or(now, |at| Moment::at(at.date(), at.time()));
    let words = what.to_owned();
    Ok(Command::CallFor(Box::new(CallFor { duty: known.key.clone(), at, words, units, due: call.due })))
}

/// What is to become of items.
struct Wanted<'w> {
    drop: Option<&'w str>,
    lead: &'w [String],
    reason: &'w str,
}

async fn decide(session: &Session, plan: PlanId, items: &[i64], wanted: &Wanted<'_>) -> Result<()> {
    let Session { app, actor, key } = session;
    let draft = app.store().draft(plan).await?.with_context(|| format!("没有编号为{plan}的方案草稿"))?;
    let all: Vec<ItemNo> =
        draft.items.iter().filter(|(_, decided)| decided.is_none()).map(|(item, _)| item.no).collect();
    let items = if items.is_empty() { all } else { items.iter().copied().map(ItemNo).collect() };
    if wanted.drop.is_some() && !wanted.lead.is_empty() {
        bail!("--drop 是删去，--lead 是改由别的单位承办：请只用一种。");
    }
    let mut items = items;
    let mut seen = std::collections::BTreeSet::new();
    items.retain(|no| seen.insert(*no));
    let context = app.context();
    for (i, no) in items.iter().enumerate() {
        let (item, _) = draft.find(*no).with_context(|| format!("方案没有第{no}项"))?;
        let decision = match wanted.drop {
            Some(reason) => Decision::Dropped { reason: reason.to_owned() },
            None if wanted.lead.is_empty() => Decision::Confirmed,
            None => {
                let content = with_lead(&context.org, item, wanted.lead, app.now())?;
                Decision::Corrected { content, reason: wanted.reason.to_owned() }
            }
        };
        let command = Command::DecideItem { item: *no, decision: Box::new(decision), seen: None };
        let key = format!("{key}-{i}");
        app.execute(Request { key, actor: actor.clone(), plan: Some(plan), command }).await?;
    }
    tell(&format!("已处理{}项", items.len()))
}

/// The item with other units to answer for it.
fn with_lead(org: &Organisation, item: &DraftItem, lead: &[String], now: Moment) -> Result<ItemContent> {
    let ItemContent::Task { .. } = &item.content else {
        bail!("第{}项不是任务，不能改承办单位", item.no)
    };
    let mut content = item.content.clone();
    if let ItemContent::Task { lead: parties, .. } = &mut content {
        let party = |name: &String| {
            Ok(ItemParty { name: name.clone(), unit: Some(place::unit(org, name, now)?), collective: None })
        };
        *parties = lead.iter().map(party).collect::<Result<_>>()?;
    }
    Ok(content)
}

async fn list(app: &App, screen: Screen) -> Result<()> {
    let context = app.context();
    let plans = app.store().plans(None, PlanId(0), 500).await?;
    let rows = plans.into_iter().map(|row| {
        let state = match row.state {
            PlanState::Draft => "草稿",
            PlanState::Issued => "执行中",
            PlanState::Archived => "已归档",
            PlanState::Abandoned => "已撤销",
        };
        vec![row.id.to_string(), row.title, context.org.unit_name(row.issuer), state.to_owned()]
    });
    let heads = [("编号", 6.0), ("方案", 50.0), ("印发单位", 20.0), ("状态", 8.0)];
    show("方案", &heads, rows.collect(), "", screen)
}

/// The items of a draft and how far it is.
async fn items(app: &App, plan: PlanId, screen: Screen) -> Result<()> {
    let draft = app.store().draft(plan).await?.with_context(|| format!("没有编号为{plan}的方案"))?;
    let context = app.context();
    let rows = draft.items.iter().map(|(item, decided)| {
        let content = match decided {
            Some((Decision::Corrected { content, .. }, _)) => content,
            _ => &item.content,
        };
        let (kind, words, who, when) = told(content);
        let mark = decided.as_ref().map_or("待确认", |(decision, _)| match decision {
            Decision::Confirmed => "已确认",
            Decision::Corrected { .. } => "已改正",
            Decision::Merged { .. } => "已并入",
            Decision::Dropped { .. } => "已删去",
        });
        let by = decided.as_ref().map_or(String::new(), |(_, person)| name(&context.org, *person));
        vec![item.no.to_string(), kind.to_owned(), words, who, when, format!("{mark}{by}")]
    });
    let heads = [("项", 5.0), ("类", 6.0), ("内容", 40.0), ("单位", 24.0), ("时间", 14.0), ("确认", 12.0)];
    let plan = place::plan(app, plan.0).await?;
    let mut notes = rates(&draft);
    for words in merged(&context, &plan, &draft, app.now().date()) {
        notes += &format!("；{words}");
    }
    show("草稿", &heads, rows.collect(), &notes, screen)
}

/// The reports that a pack asks for too: which are one with those of the text, told before the issue.
fn merged(context: &Context, plan: &luoshi_engine::Plan, draft: &Draft, day: Date) -> Vec<String> {
    if plan.state != PlanState::Draft {
        return Vec::new();
    }
    let mut names: Vec<&str> = context.library.packs().map(|pack| pack.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let packs =
        names.into_iter().filter_map(|name| context.library.choose(name, day)).map(|found| found.pack);
    packs
        .flat_map(|pack| duties_in_pack(draft, pack).into_iter().map(move |found| (pack, found)))
        .map(|(pack, (no, title))| {
            format!(
                "第{no}项与方案包“{}”（{}）自带的“{title}”单位和日期相同，用该方案包印发时并作一项",
                pack.title, pack.name
            )
        })
        .collect()
}

/// How the items were taken.
fn rates(draft: &Draft) -> String {
    let words = draft.rates().into_iter().map(|rate| {
        let kind = match rate.kind {
            "task" => "任务",
            "duty" => "报送",
            "quota" => "指标",
            "rule" => "奖惩",
            "stage" => "阶段",
            _ => "组成",
        };
        format!(
            "{kind}{}项：照原样{}，改正{}，并入{}，删去{}",
            rate.read, rate.confirmed, rate.corrected, rate.merged, rate.dropped
        )
    });
    words.collect::<Vec<_>>().join("；")
}

fn name(org: &Organisation, person: PersonId) -> String {
    org.people.get(&person).map_or(String::new(), |person| format!("（{}）", person.name))
}

/// Kind, words, units and time of an item. A unit that is not in the directory is marked.
pub(super) fn told(content: &ItemContent) -> (&'static str, String, String, String) {
    match content {
        ItemContent::Task { title, lead, support, due, until, every, .. } => {
            let name = |party: &ItemParty| {
                let known = party.unit.is_some() || party.collective.is_some();
                format!("{}{}", party.name, if known { "" } else { "（名录中没有）" })
            };
            let lead = lead.iter().map(name).collect::<Vec<_>>().join("、");
            let support = support.iter().map(name).collect::<Vec<_>>().join("、");
            let who = if support.is_empty() { lead } else { format!("{lead}；配合：{support}") };
            let when = match (every, due) {
                (Some(_), Some(day)) => format!("{}，至{day}", content.again()),
                (Some(_), None) => content.again(),
                (None, due) => due.map(|day| until.told(day)).unwrap_or_default(),
            };
            ("任务", title.clone(), who, when)
        }
        ItemContent::Duty(duty) => {
            let when = duty.until.told(luoshi_app::drafting::schedule_words(duty));
            let who = match &duty.from {
                luoshi_pack::Owes::Issuer => String::from("本单位"),
                luoshi_pack::Owes::Parties => String::from("各承办和配合单位"),
                luoshi_pack::Owes::Kind(kind) => format!("各{}", luoshi_engine::UnitKind::title_of(kind)),
                luoshi_pack::Owes::Units(units) => units.join("、"),
            };
            ("报送", duty.title.clone(), who, when)
        }
        ItemContent::Quota(quota) => {
            let when = quota.due.map(|day| quota.until.told(day)).unwrap_or_default();
            ("指标", quota.title.clone(), quota.told(), when)
        }
        ItemContent::Rule { when, effect, .. } => {
            ("奖惩", format!("{when}：{effect}"), String::new(), String::new())
        }
        ItemContent::Stage { name, start, end } => {
            let day = |day: &Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            ("阶段", name.clone(), String::new(), format!("{}至{}", day(start), day(end)))
        }
        ItemContent::Group { name, role } => {
            let role = match role.as_str() {
                "head" => "组长",
                "deputy" => "副组长",
                "member" => "成员",
                _ => "办公室",
            };
            ("组成", format!("{role}：{name}"), String::new(), String::new())
        }
    }
}

/// Drafts a pack from a plan's text.
pub(super) fn new_pack(from: &Path, name: &str, out: Option<&Path>) -> Result<u8> {
    let (name_of_file, bytes) = place::file(from)?;
    let document = luoshi_read::read(&bytes, Some(&name_of_file), &luoshi_read::Limits::default())?;
    let compiled = luoshi_plan::compile(&document, &luoshi_plan::Options::new(None, crate::clock::today()));
    let plan = compiled.plans.first().context("文件中没有找到方案")?;
    let text = luoshi_engine::draft_pack(plan, document.text(), name);
    Target::new(out).write(text.as_bytes())?;
    Ok(0)
}
