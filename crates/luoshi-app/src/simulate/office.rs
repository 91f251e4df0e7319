//! What happens to the organisation while plans run: people go away and others stand in, units are
//! renamed and merged, a day off is given; and how the last day ends.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_engine::{Command, OrgCommand, PersonId, PlanId, SystemRole, UnitId};
use luoshi_pack::Role;

use super::Run;
use crate::error::AppError;

/// The morning of a working day.
pub(super) async fn morning(run: &mut Run<'_>, number: u32) -> Result<(), AppError> {
    let today = run.today();
    run.away.retain(|_, last| *last >= today);
    for person in run.present() {
        if run.dice.chance(20) {
            leave(run, person, today).await?;
        }
    }
    changes(run, number, today).await
}

/// Somebody goes away for some days; most see to it that somebody stands in.
async fn leave(run: &mut Run<'_>, person: PersonId, today: Date) -> Result<(), AppError> {
    let last = today.checked_add(run.dice.between(1, 6).days()).unwrap_or(today);
    let context = run.app.context();
    if run.dice.chance(700) {
        let reason = run.dice.word(&["出差", "休假", "参加培训", "驻村"]);
        for post in context.org.posts.values().filter(|post| post.person == person && post.held(today)) {
            let posts = context.org.posts.values();
            let colleagues: Vec<PersonId> = posts
                .filter(|other| other.unit == post.unit && other.person != person && other.held(today))
                .filter(|other| other.system.is_none() && !run.is_away(other.person))
                .map(|other| other.person)
                .collect();
            let Some(to) = run.dice.pick(&colleagues).copied() else { continue };
            // Some put it off until they are back, which is too late.
            let from = if run.dice.chance(80) { today.yesterday().unwrap_or(today) } else { today };
            let command =
                OrgCommand::Delegate { post: post.id, to, from, until: last, reason: reason.to_owned() };
            let actor = run.actor(person, post.id);
            if run.organise(&actor, &[command]).await? && run.dice.chance(100) && last > today {
                // Back sooner than planned.
                let command = OrgCommand::EndDelegation { post: post.id, to, from, last: today };
                run.organise(&actor, &[command]).await?;
            }
        }
    }
    run.away.insert(person, last);
    Ok(())
}

/// Units change in the course of the run: one is renamed after a third of it, one is merged after half.
async fn changes(run: &mut Run<'_>, number: u32, today: Date) -> Result<(), AppError> {
    let before = |part: u32| run.plan.days * part / 6;
    // A day off may lie on the day that was meant: then it is the next one that is worked.
    let due = |part: u32| number >= before(part) && run.done_on(before(part), number);
    let (renames, merges, feast) = (due(2), due(3), due(4));
    let system = run.administrator(SystemRole::SystemAdmin);
    if renames && let Some(unit) = named(run, "县就业服务中心") {
        let name = String::from("县人力资源服务中心");
        run.organise(&system, &[OrgCommand::RenameUnit { unit, name, from: today }]).await?;
    }
    if merges && let Some((gone, into)) = neighbours(run, today) {
        // First the wrong way round, into itself.
        for into in [gone, into] {
            let merge = OrgCommand::MergeUnits { units: vec![gone], into, from: today };
            run.organise(&system, &[merge]).await?;
        }
        let stranger = run.holder(into, Role::Handler);
        if let Some(stranger) = stranger {
            let rename = OrgCommand::RenameUnit { unit: into, name: String::from("并村"), from: today };
            run.organise(&stranger, &[rename]).await?;
        }
    }
    if feast && let Ok(day) = today.checked_add(5.days()) {
        let reason = String::from("河源县人民政府办公室关于县庆放假的通知");
        run.organise(&system, &[OrgCommand::SetWorkday { day, working: false, reason }]).await?;
    }
    Ok(())
}

impl Run<'_> {
    /// Whether today is the first working day since another.
    fn done_on(&self, since: u32, number: u32) -> bool {
        let context = self.app.context();
        let worked = |number: u32| {
            let day = self.plan.start.checked_add(i64::from(number).days());
            day.is_ok_and(|day| context.calendar.workday(day).working)
        };
        !(since..number).any(worked)
    }
}

fn named(run: &Run<'_>, name: &str) -> Option<UnitId> {
    run.app.context().org.named(name, run.today()).first().copied()
}

/// Two villages of one township.
fn neighbours(run: &Run<'_>, today: Date) -> Option<(UnitId, UnitId)> {
    let org = &run.app.context().org;
    org.units.values().filter(|unit| unit.kind == "township").find_map(|town| {
        let villages = org.below(town.id, Some("village"), today);
        villages.last().copied().zip(villages.first().copied()).filter(|(gone, into)| gone != into)
    })
}

/// The last evening: plans that are through are archived, the others are not let go.
pub(super) async fn close(run: &mut Run<'_>) -> Result<(), AppError> {
    let plans: Vec<(PlanId, UnitId)> = run.plans.values().map(|plan| (plan.id, plan.issuer)).collect();
    for (plan, issuer) in plans {
        let Some(inspector) = run.holder(issuer, Role::Inspector) else { continue };
        let reason = String::from("本阶段工作结束，归档备查");
        run.command(&inspector, plan, Command::Close { reason }).await?;
        run.reread(plan).await?;
    }
    Ok(())
}
