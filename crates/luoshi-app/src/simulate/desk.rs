//! People at their desks: what lies there is done, put off, or wanted otherwise.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, Command, Entry, EntryRow, Moment, PersonId, StepBody, TakeStep, UnitId};
use luoshi_pack::{Effect, Flow, Phase, Register, Role, Step};
use luoshi_store::Page;

use super::dice::Dice;
use super::{Run, Temper};
use crate::context::Context;
use crate::error::AppError;

/// What one person gets done in a day.
const CAPACITY: usize = 12;

/// How a step stands to the end that everybody works towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Nearer to the end.
    Forward,
    /// Nothing but news.
    News,
    /// Sideways or back.
    Aside,
    /// Given up.
    Away,
    /// Begun again after it was done.
    Undone,
}

/// A day at every desk.
pub(super) async fn work(run: &mut Run<'_>) -> Result<(), AppError> {
    for person in run.present() {
        let pairs = pairs(run, person);
        let mut rows = run.app.store().desk(&pairs, Page { skip: 0, limit: 40 }).await?;
        // The most pressing first, but nobody gets through all.
        let mut left = CAPACITY;
        for row in rows.drain(..) {
            if left == 0 {
                break;
            }
            if see_to(run, person, &row).await? {
                left -= 1;
            }
        }
    }
    Ok(())
}

/// The desks of all posts that a person may act in today; a leader's also those of the units in charge.
fn pairs(run: &Run<'_>, person: PersonId) -> Vec<(UnitId, Role)> {
    let (context, today) = (run.app.context(), run.today());
    let mut pairs = Vec::new();
    for post in context.org.posts_of(person, today) {
        pairs.extend(post.roles.iter().map(|role| (post.unit, *role)));
        if post.roles.contains(&Role::Leader) {
            let charge = context.org.divisions.get(&post.id);
            pairs.extend(
                charge.into_iter().flat_map(|division| &division.units).map(|unit| (*unit, Role::Leader)),
            );
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Looks at one entry on the desk; tells whether something was done.
async fn see_to(run: &mut Run<'_>, person: PersonId, row: &EntryRow) -> Result<bool, AppError> {
    let temper = run.temper(row.lead);
    if !run.dice.chance(temper.act) {
        return Ok(false);
    }
    // As it is now, not as it was when the day began.
    let Some(entry) = run.app.store().entry(row.plan, row.no).await? else { return Ok(false) };
    let context = run.app.context();
    let Some((register, open)) = open_steps(run, &context, person, &entry) else { return Ok(false) };
    let weighed: Vec<(u32, (Actor, &Step))> = open
        .into_iter()
        .map(|(actor, step)| (weight(run, temper, &entry, register, step), (actor, step)))
        .collect();
    let idle = (60, None);
    let choices: Vec<(u32, Option<(Actor, &Step)>)> =
        weighed.into_iter().map(|(weight, choice)| (weight, Some(choice))).chain([idle]).collect();
    let Some((actor, step)) = run.dice.weigh(&choices).cloned().flatten() else { return Ok(false) };
    take(run, &actor, &entry, register, step).await?;
    Ok(true)
}

/// The steps that somebody may take on an entry in any of their posts.
pub(super) fn open_steps<'c>(
    run: &Run<'_>,
    context: &'c Context,
    person: PersonId,
    entry: &Entry,
) -> Option<(&'c Register, Vec<(Actor, &'c Step)>)> {
    let plan = run.plans.get(&entry.plan)?;
    let pack = context.pack(plan).ok()?;
    let register = pack.find_register(&entry.opening.register)?;
    let world = context.world(pack, run.clock.now());
    let mut open: Vec<(Actor, &Step)> = Vec::new();
    for post in context.org.posts_of(person, run.today()) {
        let actor = run.actor(person, post.id);
        for step in world.open_steps(plan, entry, &actor) {
            // The same step in another post is the same step.
            if let Some(step) = register.flow.find_step(&step.key)
                && !open.iter().any(|(_, known)| known.key == step.key)
            {
                open.push((actor.clone(), step));
            }
        }
    }
    Some((register, open))
}

/// How much somebody is drawn to a step.
fn weight(run: &Run<'_>, temper: Temper, entry: &Entry, register: &Register, step: &Step) -> u32 {
    let finishes = entry.phase == Phase::Open
        && target(&register.flow, entry, step).is_some_and(|phase| phase == Phase::Submitted);
    match way(&register.flow, &entry.state, step) {
        Way::Forward if finishes && !ready(run, temper, entry) => 0,
        // The lead waits for the parts of the others, mostly.
        Way::Forward if step.parts && entry.parts.iter().any(|part| part.handed.is_none()) => 12,
        Way::Forward if step.effect == Some(Effect::Nil) => 60,
        Way::Forward => 1000,
        Way::News => 25,
        Way::Aside => temper.contrary,
        Way::Away | Way::Undone => temper.contrary / 12,
    }
}

fn target(flow: &Flow, entry: &Entry, step: &Step) -> Option<Phase> {
    flow.find_state(step.to.as_ref().unwrap_or(&entry.state)).map(|state| state.phase)
}

/// Whether the work is done by now: every entry takes its own time, as its unit works.
fn ready(run: &Run<'_>, temper: Temper, entry: &Entry) -> bool {
    let mut dice = Dice::of(run.plan.seed, &[6, entry.plan.0, entry.no.0, i64::from(entry.returned)]);
    let now = run.clock.now();
    if entry.returned > 0 {
        return now >= entry.entered.plus(dice.between(0, 3) * Moment::DAY);
    }
    let share = temper.pace * dice.between(400, 1050) / 1000;
    let whole = entry.opening.due.map_or(40 * Moment::DAY, |due| due.0 - entry.opened.0);
    now >= entry.opened.plus(whole / 1000 * share)
}

/// How a step stands to the end.
pub(super) fn way(flow: &Flow, state: &str, step: &Step) -> Way {
    let to = step.to.as_deref().unwrap_or(state);
    let phase = |key: &str| flow.find_state(key).map(|state| state.phase);
    if phase(to) == Some(Phase::Void) {
        return Way::Away;
    }
    if phase(state) == Some(Phase::Done) && phase(to) != Some(Phase::Done) {
        return Way::Undone;
    }
    if matches!(step.effect, Some(Effect::Progress | Effect::Part)) {
        return Way::News;
    }
    let far = distances(flow);
    let distance = |state: &str| far.get(state).copied().unwrap_or(usize::MAX);
    let onward = distance(to) < distance(state);
    if onward && step.effect != Some(Effect::Return) { Way::Forward } else { Way::Aside }
}

/// How many steps each state is from an end that counts as done.
fn distances(flow: &Flow) -> BTreeMap<&str, usize> {
    let ends = flow.states.iter().filter(|state| state.phase == Phase::Done);
    let mut far: BTreeMap<&str, usize> = ends.map(|state| (state.key.as_str(), 0)).collect();
    // At most as many rounds as there are states.
    for _ in &flow.states {
        for step in flow.steps.iter().filter(|step| !step.who.is_empty()) {
            let Some(to) = step.to.as_deref().and_then(|to| far.get(to).copied()) else { continue };
            for from in &step.from {
                let known = far.entry(from).or_insert(usize::MAX);
                *known = (*known).min(to + 1);
            }
        }
    }
    far
}

/// Takes a step, sometimes wrongly first.
pub(super) async fn take(
    run: &mut Run<'_>,
    actor: &Actor,
    entry: &Entry,
    register: &Register,
    step: &Step,
) -> Result<(), AppError> {
    let body = run.body(entry, register, step, actor).await?;
    let temper = run.temper(entry.opening.lead);
    if run.dice.chance(temper.wrong) {
        run.mistake(actor, entry, register, step, &body).await?;
    }
    let seen = run.dice.chance(800).then_some(entry.seq);
    let outcome = run.command(actor, entry.plan, stepping(entry, step, body, seen)).await?;
    if outcome.is_some() && run.dice.chance(20) {
        // The button pressed twice, or the telephone sends it once more.
        run.again().await?;
    }
    Ok(())
}

/// The command of a step.
pub(super) fn stepping(entry: &Entry, step: &Step, body: StepBody, seen: Option<i64>) -> Command {
    let step = TakeStep { step: step.key.clone(), body, seen };
    Command::Step { entry: entry.no, step: Box::new(step) }
}

#[cfg(test)]
mod tests {
    use luoshi_pack::Library;

    use super::*;

    #[test]
    fn steps_of_the_task_register_lead_where_they_should() {
        let library = Library::with([]);
        let pack = library.packs().find(|pack| pack.name == "task").unwrap();
        let flow = &pack.find_register("task").unwrap().flow;
        let check = |state: &str, step: &str, expect: Way| {
            assert_eq!(way(flow, state, flow.find_step(step).unwrap()), expect, "{step} from {state}");
        };
        check("assigned", "acknowledge", Way::Forward);
        check("assigned", "refuse", Way::Aside);
        check("acknowledged", "progress", Way::News);
        check("acknowledged", "complete", Way::Forward);
        check("in_progress", "ask_extension", Way::Aside);
        check("extension_asked", "grant_extension", Way::Forward);
        check("under_review", "return", Way::Aside);
        check("returned", "object", Way::Aside);
        check("suspended", "resume", Way::Forward);
        check("in_progress", "withdraw", Way::Away);
        check("closed_out", "reopen", Way::Undone);
        check("closed_out", "archive", Way::Aside);
    }
}
