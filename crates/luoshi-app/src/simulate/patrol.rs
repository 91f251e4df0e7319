//! What does not lie on anybody's desk: supports hand in their parts, inspectors go through their
//! plans, leaders want it otherwise, and what was closed is looked at again.

use luoshi_engine::{Actor, Command, Entry, EntryRow, Moment, PlanId, UnitId};
use luoshi_pack::{Effect, Phase, Role, Step};
use luoshi_store::{Filter, Page};

use super::Run;
use super::desk::{open_steps, posts, take};
use super::way::{Course, Way};
use crate::error::AppError;

/// Entries that are read at a time.
const PAGE: i64 = 500;

/// Every plan is gone through every other day.
pub(super) async fn work(run: &mut Run<'_>) -> Result<(), AppError> {
    let turn = i64::from(run.today().day()) % 2;
    let plans: Vec<(PlanId, UnitId)> =
        run.plans.values().filter(|plan| plan.id.0 % 2 == turn).map(|plan| (plan.id, plan.issuer)).collect();
    for (plan, issuer) in plans {
        run.touched.clear();
        for row in rows(run, plan, Phase::Open).await? {
            open(run, &row, issuer).await?;
        }
        for row in rows(run, plan, Phase::Submitted).await? {
            urged(run, &row, issuer).await?;
        }
        for row in rows(run, plan, Phase::Done).await? {
            if run.dice.chance(60) {
                look_back(run, &row, issuer).await?;
            }
        }
    }
    run.flush().await
}

async fn rows(run: &Run<'_>, plan: PlanId, phase: Phase) -> Result<Vec<EntryRow>, AppError> {
    let filter = Filter { phase: Some(phase), ..Filter::default() };
    let mut rows = Vec::new();
    for number in 1.. {
        let page = run.app.store().find_entries(plan, &filter, Page::number(number, PAGE)).await?;
        let last = i64::try_from(page.len()).unwrap_or(0) < PAGE;
        rows.extend(page);
        if last {
            break;
        }
    }
    Ok(rows)
}

async fn open(run: &mut Run<'_>, row: &EntryRow, issuer: UnitId) -> Result<(), AppError> {
    let Some(entry) = run.entry(row).await? else { return Ok(()) };
    let waiting: Vec<UnitId> =
        entry.parts.iter().filter(|part| part.handed.is_none()).map(|part| part.unit).collect();
    for unit in waiting {
        let temper = run.temper(unit);
        if run.dice.chance(temper.act / 2)
            && let Some(handler) = run.holder(unit, Role::Handler)
        {
            // The others see to theirs another day.
            return step_as(run, &handler, &entry, |_, step| step.effect == Some(Effect::Part)).await;
        }
    }
    let temper = run.temper(entry.opening.lead);
    // What came back is not taken lying down.
    let often = if entry.returned > 0 { 10 } else { 1 };
    if run.dice.chance(temper.contrary * often / 2)
        && let Some(leader) = run.holder(entry.opening.lead, Role::Leader)
    {
        return step_as(run, &leader, &entry, |way, _| way == Way::Aside).await;
    }
    if run.dice.chance(25) {
        let role = if run.dice.chance(700) { Role::Inspector } else { Role::Leader };
        let Some(actor) = run.holder(issuer, role) else { return Ok(()) };
        let gives_up = run.dice.chance(120);
        let wanted = if gives_up { Way::Away } else { Way::Aside };
        return step_as(run, &actor, &entry, |way, _| way == wanted).await;
    }
    if run.dice.chance(6) {
        return light(run, &entry, issuer).await;
    }
    urged(run, row, issuer).await
}

/// What has stood still for a week is seen to by whoever else may: leaders, and reviewers above.
async fn urged(run: &mut Run<'_>, row: &EntryRow, issuer: UnitId) -> Result<(), AppError> {
    let Some(entry) = run.entry(row).await? else { return Ok(()) };
    if run.clock.now() < entry.entered.plus(7 * Moment::DAY) || !run.dice.chance(400) {
        return Ok(());
    }
    let above = entry.opening.above.unwrap_or(issuer);
    let others = [(issuer, Role::Leader), (above, Role::Reviewer), (issuer, Role::Inspector)];
    let Some((unit, role)) = run.dice.pick(&others).copied() else { return Ok(()) };
    let Some(actor) = run.holder(unit, role) else { return Ok(()) };
    step_as(run, &actor, &entry, |way, step| way == Way::Forward && step.evidence == 0).await
}

/// Takes one of the steps that are open to somebody and wanted.
async fn step_as(
    run: &mut Run<'_>,
    actor: &Actor,
    entry: &Entry,
    wanted: impl Fn(Way, &Step) -> bool,
) -> Result<(), AppError> {
    let (context, posts) = (run.app.context(), posts(run, actor.person));
    let Some((register, mut open)) = open_steps(run, &context, &posts, entry) else { return Ok(()) };
    let course = Course::of(&register.flow);
    open.retain(|(_, step)| wanted(course.way(&entry.state, step), step));
    let Some((actor, step)) = run.dice.pick(&open).copied() else { return Ok(()) };
    take(run, actor, entry, register, step).await
}

/// An inspector sets the light by hand; now and then one that there is not, or without saying why.
async fn light(run: &mut Run<'_>, entry: &Entry, issuer: UnitId) -> Result<(), AppError> {
    let Some(inspector) = run.holder(issuer, Role::Inspector) else { return Ok(()) };
    let light = run.dice.word(&["green", "yellow", "red", "purple"]).to_owned();
    let reason = run.dice.word(&["现场核查与报送不一致", "已约定节点，暂不亮红灯", ""]).to_owned();
    let command = Command::SetLight { entry: entry.no, light, reason };
    run.give_any(&inspector, entry.plan, command, None).await
}

/// What was closed is filed, inspected, visited again, or found to have come back.
async fn look_back(run: &mut Run<'_>, row: &EntryRow, issuer: UnitId) -> Result<(), AppError> {
    let Some(entry) = run.entry(row).await? else { return Ok(()) };
    let sides = [(issuer, Role::Inspector), (issuer, Role::Acceptor), (entry.opening.lead, Role::Handler)];
    let Some((unit, role)) = run.dice.pick(&sides).copied() else { return Ok(()) };
    let Some(actor) = run.holder(unit, role) else { return Ok(()) };
    let hard = run.dice.chance(200);
    // Mostly nothing has come back: what leads away from the end is rare.
    step_as(run, &actor, &entry, |way, _| matches!(way, Way::Away | Way::Undone) == hard).await
}
