//! What people get wrong: each is refused, in its own words.

use luoshi_engine::{Actor, Entry, EntryNo, Progress, StepBody, TakeStep};
use luoshi_engine::{Command, Moment};
use luoshi_pack::{Register, Step};

use super::Run;
use crate::error::AppError;

impl Run<'_> {
    /// Does a step wrongly, in one of the ways of people.
    pub(super) async fn mistake(
        &mut self,
        actor: &Actor,
        entry: &Entry,
        register: &Register,
        step: &Step,
        body: &StepBody,
    ) -> Result<(), AppError> {
        let right = || body.clone();
        // Where another hand is wanted, whoever did the work is the first to try.
        if !step.other_hand.is_empty() && self.dice.chance(800) {
            return self.own_review(entry, register, step).await;
        }
        let late = entry.due().is_some_and(|due| due <= self.clock.now());
        if late && self.dice.chance(500) {
            return self.too_late(actor, entry, register).await;
        }
        match self.dice.below(6) {
            0 => self.stranger(entry, step, right()).await,
            1 => self.nowhere(actor, entry, step, right()).await,
            2 => self.out_of_turn(actor, entry, register).await,
            3 | 4 => self.half(actor, entry, step, right()).await,
            _ => {
                // The page was open since before the last change.
                let seen = Some(entry.seq - 1);
                self.give(actor, entry, taking(step, right(), seen)).await
            }
        }
    }

    /// Somebody else's work.
    async fn stranger(&mut self, entry: &Entry, step: &Step, body: StepBody) -> Result<(), AppError> {
        let people = self.present();
        let Some(person) = self.dice.pick(&people).copied() else { return Ok(()) };
        let context = self.app.context();
        let post = context.org.posts.values().find(|post| post.person == person);
        let Some(post) =
            post.filter(|post| post.unit != entry.opening.lead && post.unit != entry.opening.issuer)
        else {
            return Ok(());
        };
        let stranger = self.actor(person, post.id);
        self.give(&stranger, entry, taking(step, body, None)).await
    }

    /// Whoever took the step before would judge it as well, in another of their posts.
    async fn own_review(&mut self, entry: &Entry, register: &Register, step: &Step) -> Result<(), AppError> {
        let hands = step.other_hand.iter().filter_map(|key| entry.hands.get(key));
        let people: Vec<_> = hands.map(|hand| hand.person).collect();
        let (context, today) = (self.app.context(), self.today());
        let Some(plan) = self.plans.get(&entry.plan) else { return Ok(()) };
        let Ok(pack) = context.pack(plan) else { return Ok(()) };
        let world = context.world(pack, self.clock.now());
        let own = people.iter().find_map(|person| {
            let posts = context.org.posts_of(*person, today);
            let stands =
                |who: &luoshi_pack::Who| posts.iter().find(|post| world.stands_on(entry, *who, post));
            step.who.iter().find_map(stands).map(|post| self.actor(*person, post.id))
        });
        let Some(own) = own else { return Ok(()) };
        let body = self.body(entry, register, step, &own).await?;
        self.give(&own, entry, taking(step, body, None)).await
    }

    /// An old link, or a button that the pack has no more.
    async fn nowhere(
        &mut self,
        actor: &Actor,
        entry: &Entry,
        step: &Step,
        body: StepBody,
    ) -> Result<(), AppError> {
        let mut step = taking(step, body, None);
        if self.dice.chance(500) {
            step.step = String::from("sign");
            return self.give(actor, entry, step).await;
        }
        let command = Command::Step { entry: EntryNo(999_999), step: Box::new(step) };
        self.give_any(actor, entry.plan, command, None).await
    }

    /// A step of another state.
    async fn out_of_turn(
        &mut self,
        actor: &Actor,
        entry: &Entry,
        register: &Register,
    ) -> Result<(), AppError> {
        let steps = register.flow.steps.iter();
        let later: Vec<&Step> =
            steps.filter(|step| !step.from.contains(&entry.state) && !step.who.is_empty()).collect();
        let Some(step) = self.dice.pick(&later).copied() else { return Ok(()) };
        let body = self.body(entry, register, step, actor).await?;
        self.give(actor, entry, taking(step, body, None)).await
    }

    /// More time is asked for when it has run out.
    async fn too_late(&mut self, actor: &Actor, entry: &Entry, register: &Register) -> Result<(), AppError> {
        let asks = |step: &&Step| step.before_due && step.from.contains(&entry.state);
        let Some(step) = register.flow.steps.iter().find(asks) else { return Ok(()) };
        let due = Some(self.clock.now().plus(10 * Moment::DAY));
        let body = StepBody { note: String::from("人手不足，请求延期"), due, ..StepBody::default() };
        self.give(actor, entry, taking(step, body, None)).await
    }

    /// Half of what is asked for; where nothing is, something that has no place there.
    async fn half(
        &mut self,
        actor: &Actor,
        entry: &Entry,
        step: &Step,
        mut body: StepBody,
    ) -> Result<(), AppError> {
        if step.evidence > 0 {
            body.evidence.clear();
        } else if step.note == luoshi_pack::Note::Required {
            body.note = String::from("  ");
        } else if body.progress.is_some() {
            body.progress = Some(Progress { planned: 50.0, actual: 120.0 });
        } else {
            body.progress = Some(Progress { planned: 50.0, actual: 50.0 });
        }
        self.give(actor, entry, taking(step, body, None)).await
    }
}

fn taking(step: &Step, body: StepBody, seen: Option<i64>) -> TakeStep {
    TakeStep { step: step.key.clone(), body, seen }
}
