//! People at their desks: what lies there is done, put off, or wanted otherwise.

use luoshi_engine::{Actor, Entry, EntryRow, Moment, PersonId, TakeStep, UnitId};
use luoshi_pack::{Effect, Phase, Register, Role, Step};
use luoshi_store::Page;

use super::dice::Dice;
use super::way::{Course, Way};
use super::{Run, Temper};
use crate::context::Context;
use crate::error::AppError;

/// What one person gets done in a day.
const CAPACITY: usize = 12;

/// How much somebody is drawn to doing nothing.
const IDLE: u32 = 120;

/// A day at every desk.
pub(super) async fn work(run: &mut Run<'_>) -> Result<(), AppError> {
    for person in run.present() {
        let posts = posts(run, person);
        let own = posts
            .first()
            .and_then(|actor| run.app.context().org.posts.get(&actor.post).map(|post| post.unit));
        // Some look every day, some when they get round to it.
        let temper = run.temper(own.unwrap_or_default());
        if !run.dice.chance(400 + temper.act * 6 / 10) {
            continue;
        }
        let pairs = pairs(run, &posts);
        run.touched.clear();
        let rows = run.app.store().desk(&pairs, Page { skip: 0, limit: 25 }).await?;
        // The most pressing first, but nobody gets through all.
        let mut left = CAPACITY;
        for row in &rows {
            if left == 0 {
                break;
            }
            if see_to(run, &posts, row).await? {
                left -= 1;
            }
        }
    }
    run.flush().await
}

/// The posts that somebody may act in today, stand-ins included.
pub(super) fn posts(run: &Run<'_>, person: PersonId) -> Vec<Actor> {
    let context = run.app.context();
    let posts = context.org.posts_of(person, run.today());
    posts.into_iter().filter(|post| !post.roles.is_empty()).map(|post| run.actor(person, post.id)).collect()
}

/// The desks of posts; a leader's also those of the units in charge.
fn pairs(run: &Run<'_>, posts: &[Actor]) -> Vec<(UnitId, Role)> {
    let context = run.app.context();
    let mut pairs = Vec::new();
    for post in posts.iter().filter_map(|actor| context.org.posts.get(&actor.post)) {
        pairs.extend(post.roles.iter().map(|role| (post.unit, *role)));
        if post.roles.contains(&Role::Leader) {
            let charge = context.org.divisions.get(&post.id).into_iter();
            pairs.extend(charge.flat_map(|division| &division.units).map(|unit| (*unit, Role::Leader)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Looks at one entry on the desk; tells whether something was done.
async fn see_to(run: &mut Run<'_>, posts: &[Actor], row: &EntryRow) -> Result<bool, AppError> {
    let temper = run.temper(row.lead);
    if !run.dice.chance(temper.act) {
        return Ok(false);
    }
    let Some(entry) = run.entry(row).await? else { return Ok(false) };
    let context = run.app.context();
    let Some((register, open)) = open_steps(run, &context, posts, &entry) else { return Ok(false) };
    let course = Course::of(&register.flow);
    let weighed = open.into_iter().map(|(actor, step)| {
        let weight = weight(run, temper, &entry, course.way(&entry.state, step), step, &course);
        (weight, Some((actor, step)))
    });
    let choices: Vec<(u32, Option<(&Actor, &Step)>)> = weighed.chain([(IDLE, None)]).collect();
    let Some((actor, step)) = run.dice.weigh(&choices).copied().flatten() else { return Ok(false) };
    take(run, actor, &entry, register, step).await?;
    Ok(true)
}

/// The steps that somebody may take on an entry in any of some posts.
pub(super) fn open_steps<'c, 'p>(
    run: &Run<'_>,
    context: &'c Context,
    posts: &'p [Actor],
    entry: &Entry,
) -> Option<(&'c Register, Vec<(&'p Actor, &'c Step)>)> {
    let plan = run.plans.get(&entry.plan)?;
    let pack = context.pack(plan).ok()?;
    let register = pack.find_register(&entry.opening.register)?;
    let world = context.world(pack, run.clock.now());
    let mut open: Vec<(&Actor, &Step)> = Vec::new();
    for actor in posts {
        for step in world.open_steps(plan, entry, actor) {
            // The same step in another post is the same step.
            if let Some(step) = register.flow.find_step(&step.key)
                && !open.iter().any(|(_, known)| known.key == step.key)
            {
                open.push((actor, step));
            }
        }
    }
    Some((register, open))
}

/// How much somebody is drawn to a step.
fn weight(run: &Run<'_>, temper: Temper, entry: &Entry, way: Way, step: &Step, course: &Course<'_>) -> u32 {
    let finishes = entry.phase == Phase::Open && course.target(&entry.state, step) == Some(Phase::Submitted);
    match way {
        Way::Forward if finishes && !ready(run, temper, entry) => 0,
        // The lead waits for the parts of the others, mostly.
        Way::Forward if step.parts && entry.parts.iter().any(|part| part.handed.is_none()) => 12,
        Way::Forward if step.effect == Some(Effect::Nil) => 60,
        Way::Forward => 1000,
        Way::News => 15,
        // What wants another hand is a judgement: it may fall either way.
        Way::Aside if !step.other_hand.is_empty() => 500,
        // Who has had it otherwise once does not ask for it every day.
        Way::Aside if entry.hands.contains_key(&step.key) => temper.contrary / 40,
        // Whoever judges what was handed in finds fault more readily than whoever does the work.
        Way::Aside if entry.phase == Phase::Submitted => temper.contrary * 2,
        Way::Aside => temper.contrary / 4,
        Way::Away | Way::Undone => temper.contrary / 12,
    }
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
    run.give(actor, entry, TakeStep { step: step.key.clone(), body, seen }).await
}
