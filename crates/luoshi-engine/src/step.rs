//! Steps: who may take which, what must be given, and the events that follow.

use luoshi_pack::{Effect, Note, Phase, Register, Role, Side, State, Step, Who};
use serde::{Deserialize, Serialize};

use crate::clock::World;
use crate::entry::{Entry, EntryEvent, StepBody};
use crate::event::Actor;
use crate::field::{has, is_given};
use crate::id::UnitId;
use crate::org::Post;
use crate::plan::{Plan, PlanState};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// A step that somebody wants to take.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TakeStep {
    /// Which.
    pub step: String,
    /// What it says and brings.
    #[serde(default)]
    pub body: StepBody,
    /// The last event of the entry that the actor has seen; a newer one makes the command stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<i64>,
}

impl World<'_> {
    /// Decides a step.
    ///
    /// # Errors
    ///
    /// A refusal with its sentence: not allowed, wrong state, out of time, something missing.
    pub fn take_step(
        &self,
        plan: &Plan,
        entry: &Entry,
        actor: &Actor,
        command: &TakeStep,
    ) -> Result<Vec<EntryEvent>, Refusal> {
        if plan.state != PlanState::Issued {
            return Err(refuse!(WrongState, "方案不在执行中，不能办理；已归档的方案只能查阅"));
        }
        let register = self.register(entry)?;
        let step = register.flow.find_step(&command.step).ok_or_else(|| {
            refuse!(NotFound, "{}没有“{}”这一步，请刷新后重试", register.title, command.step)
        })?;
        if command.seen.is_some_and(|seen| seen < entry.seq) {
            return Err(refuse!(Stale, "这一事项刚有新的变动，请查看最新情况后再{}", step.title));
        }
        let post = self.post(actor)?;
        self.may_take(entry, register, step, actor, post)?;
        self.in_time(entry, step)?;
        if !nil_will_do(plan, entry, step) {
            return Err(refuse!(NotAllowed, "这一报送任务不能零报告，请如实填报情况"));
        }
        self.complete(entry, register, step, &command.body)?;
        let event = self.stepped(entry, register, step, post.unit, &command.body)?;
        Ok(self.with_light(entry, actor, event))
    }

    /// Sets the light by hand.
    ///
    /// # Errors
    ///
    /// A refusal: no such light, no reason, or not an inspector of the issuer.
    pub fn set_light(
        &self,
        entry: &Entry,
        actor: &Actor,
        light: &str,
        reason: &str,
    ) -> Result<EntryEvent, Refusal> {
        let post = self.post(actor)?;
        if !self.stands_on(entry, Who { role: Role::Inspector, side: Side::Issuer }, post) {
            return Err(refuse!(NotAllowed, "只有交办单位的督查员可以调整灯色"));
        }
        let light = self.pack.find_light(light).ok_or_else(|| refuse!(NotFound, "没有“{light}”这种灯色"))?;
        if reason.trim().is_empty() {
            return Err(refuse!(Incomplete, "调整灯色须写明理由"));
        }
        if matches!(entry.phase, Phase::Done | Phase::Void) {
            return Err(refuse!(WrongState, "这一事项已经办结或作废，不再亮灯；要追究的请先重新办理"));
        }
        let register = self.register(entry)?;
        if !register.lights {
            return Err(refuse!(WrongState, "{}不亮灯，不能调整灯色", register.title));
        }
        if entry.light.as_ref() == Some(&light.key) {
            return Err(refuse!(Incomplete, "现在亮的就是{}，不用调整；要改的请选别的灯色", light.title));
        }
        check_words("理由", reason, Lines::Many)?;
        Ok(EntryEvent::LightSet { light: light.key.clone(), reason: reason.trim().to_owned() })
    }

    /// The register of an entry.
    pub(crate) fn register(&self, entry: &Entry) -> Result<&Register, Refusal> {
        let key = &entry.opening.register;
        self.pack.find_register(key).ok_or_else(|| {
            refuse!(
                NotFound,
                "方案包“{}”第{}版没有“{key}”台账，请联系管理员",
                self.pack.title,
                self.pack.version
            )
        })
    }

    /// The post that an actor acts in today.
    pub(crate) fn post(&self, actor: &Actor) -> Result<&Post, Refusal> {
        self.org.hand(actor.person, actor.post, self.now.date()).ok_or_else(|| {
            refuse!(NotAllowed, "您目前不在所选的岗位上，也没有受托代行，请换一个岗位或联系管理员")
        })
    }

    /// The steps that somebody may take on an entry now, whatever must be given with them.
    pub fn open_steps<'p>(&'p self, plan: &Plan, entry: &Entry, actor: &Actor) -> Vec<&'p Step> {
        let Ok(register) = self.register(entry) else { return Vec::new() };
        let Ok(post) = self.post(actor) else { return Vec::new() };
        let open = |step: &&Step| {
            plan.state == PlanState::Issued
                && self.may_take(entry, register, step, actor, post).is_ok()
                && self.in_time(entry, step).is_ok()
                && nil_will_do(plan, entry, step)
        };
        register.flow.steps.iter().filter(open).collect()
    }

    /// Whether a post stands on a side of an entry in a role.
    pub fn stands_on(&self, entry: &Entry, who: Who, post: &Post) -> bool {
        let opening = &entry.opening;
        let units: Vec<UnitId> = match who.side {
            Side::Lead => vec![opening.lead],
            Side::Support => entry.parts.iter().map(|part| part.unit).collect(),
            Side::Above => opening.above.into_iter().collect(),
            Side::Issuer => vec![opening.issuer],
        };
        // A leader stands for the units in their charge (分管) as for their own.
        let charge = self.org.divisions.get(&post.id).filter(|_| who.role == Role::Leader);
        let stands = |unit: &UnitId| {
            post.unit == *unit || charge.is_some_and(|division| division.units.contains(unit))
        };
        post.roles.contains(&who.role) && units.iter().any(stands)
    }

    fn may_take(
        &self,
        entry: &Entry,
        register: &Register,
        step: &Step,
        actor: &Actor,
        post: &Post,
    ) -> Result<(), Refusal> {
        if !step.from.contains(&entry.state) {
            let state =
                register.flow.find_state(&entry.state).map_or(entry.state.as_str(), |state| &state.title);
            return Err(refuse!(WrongState, "这一事项现在是“{state}”，不能{}", step.title));
        }
        if !step.who.iter().any(|who| self.stands_on(entry, *who, post)) {
            let mut who: Vec<String> =
                step.who.iter().map(|who| format!("{}的{}", who.side.title(), who.role.title())).collect();
            who.dedup();
            let who = if who.is_empty() { String::from("系统") } else { who.join("或") };
            return Err(refuse!(NotAllowed, "{}由{who}办理，您所在的岗位不能办", step.title));
        }
        let own = step
            .other_hand
            .iter()
            .find(|key| entry.hands.get(*key).is_some_and(|hand| hand.person == actor.person));
        if let Some(key) = own {
            let did = register.flow.find_step(key).map_or(key.as_str(), |step| &step.title);
            return Err(refuse!(SameHand, "{}须由他人办理：您已办过“{did}”", step.title));
        }
        if let Some(when) = &step.when
            && !has(&entry.opening.fields, &when.field, &when.is)
        {
            let title = register.find_field(&when.field).map_or(when.field.as_str(), |field| &field.title);
            return Err(refuse!(WrongState, "只有“{title}”为{}的才能{}", when.is.join("、"), step.title));
        }
        Ok(())
    }

    fn in_time(&self, entry: &Entry, step: &Step) -> Result<(), Refusal> {
        if step.before_due && entry.due().is_some_and(|due| self.now >= due) {
            return Err(refuse!(OutOfTime, "{}须在到期前提出，这一事项已经到期，请如实填报进展", step.title));
        }
        let Some(window) = &step.within else { return Ok(()) };
        let end = entry.since(&window.since).map(|since| self.limit_end(since, window.amount, window.unit));
        match end {
            Some(end) if self.now < end => Ok(()),
            Some(end) => Err(refuse!(OutOfTime, "{}的期限已于{}届满", step.title, end.due_day())),
            None => Err(refuse!(OutOfTime, "还没有可以{}的事由", step.title)),
        }
    }

    fn complete(
        &self,
        entry: &Entry,
        register: &Register,
        step: &Step,
        body: &StepBody,
    ) -> Result<(), Refusal> {
        let title = &step.title;
        check_words("说明", &body.note, Lines::Many)?;
        body.evidence.iter().try_for_each(|file| check_words("材料名称", &file.name, Lines::One))?;
        if step.note == Note::Required && body.note.trim().is_empty() {
            return Err(refuse!(Incomplete, "{title}须写明情况或理由"));
        }
        if step.note == Note::None && !body.note.is_empty() {
            return Err(refuse!(Incomplete, "{title}不需要填写说明"));
        }
        let takes = |effects: &[Effect]| step.effect.is_some_and(|effect| effects.contains(&effect));
        let idle = [
            (body.progress.is_some() && !takes(&[Effect::Progress]), "进度"),
            (
                body.due.is_some() && !takes(&[Effect::AskExtension, Effect::Extend, Effect::Reopen]),
                "新的时限",
            ),
            (body.unit.is_some() && !takes(&[Effect::Transfer]), "接办单位"),
        ];
        // What would be kept but mean nothing is told rather than dropped.
        if let Some((_, what)) = idle.iter().find(|(idle, _)| *idle) {
            return Err(refuse!(Incomplete, "{title}时不填{what}，请删去后再提交"));
        }
        self.check_fields(register, &body.fields)?;
        let named =
            |key: &str| register.find_field(key).map_or_else(|| key.to_owned(), |field| field.title.clone());
        if let Some(key) =
            body.fields.keys().find(|key| !step.needs.contains(key) && !step.takes.contains(key))
        {
            return Err(refuse!(Incomplete, "{title}时不能填写“{}”", named(key)));
        }
        let missing = |key: &&String| !is_given(&body.fields, key) && !is_given(&entry.opening.fields, key);
        let missing: Vec<String> = step.needs.iter().filter(missing).map(|key| named(key)).collect();
        if !missing.is_empty() {
            return Err(refuse!(Incomplete, "{title}还须填写：{}", missing.join("、")));
        }
        let evidence = u32::try_from(body.evidence.len()).unwrap_or(u32::MAX);
        if evidence < step.evidence {
            let proof = step.proof.as_deref().unwrap_or("佐证材料");
            return Err(refuse!(Incomplete, "{title}须附{proof}{}份，现有{evidence}份", step.evidence));
        }
        let waiting: Vec<String> = entry
            .parts
            .iter()
            .filter(|part| step.parts && part.handed.is_none())
            .map(|part| self.org.unit_name(part.unit))
            .collect();
        if !waiting.is_empty() {
            return Err(refuse!(Incomplete, "{title}前还须配合单位交来各自部分：{}", waiting.join("、")));
        }
        Ok(())
    }

    /// The event of a step whose right to be taken was proved.
    fn stepped(
        &self,
        entry: &Entry,
        register: &Register,
        step: &Step,
        by: UnitId,
        body: &StepBody,
    ) -> Result<EntryEvent, Refusal> {
        let state = self.target(entry, register, step)?;
        let title = &step.title;
        let (mut due, mut lead) = (None, None);
        let mut body = body.clone();
        match step.effect {
            Some(Effect::Progress) => self.check_progress(title, &body)?,
            Some(Effect::Part) if !entry.parts.iter().any(|part| part.unit == by) => {
                return Err(refuse!(NotAllowed, "您所在单位不是这一事项的配合单位"));
            }
            Some(Effect::AskExtension) => {
                let asked = body.due.ok_or_else(|| refuse!(Incomplete, "{title}须写明拟延至哪一天"))?;
                if entry.opening.due.is_some_and(|due| asked <= due) {
                    return Err(refuse!(Incomplete, "拟延至的日期须晚于现在的时限"));
                }
            }
            Some(Effect::Extend) => {
                let granted = body.due.or(entry.asked);
                let granted = granted.ok_or_else(|| refuse!(Incomplete, "{title}须写明延至哪一天"))?;
                if entry.opening.due.is_some_and(|due| granted <= due) {
                    return Err(refuse!(Incomplete, "延至的日期须晚于现在的时限"));
                }
                due = Some(granted);
            }
            // What begins again may get a time of its own; otherwise it is as late as it was.
            Some(Effect::Reopen) => due = body.due,
            Some(Effect::Transfer) => {
                let unit = body.unit.take().ok_or_else(|| refuse!(Incomplete, "{title}须选定接办单位"))?;
                lead = Some((unit, self.may_receive(entry, unit)?));
            }
            Some(Effect::Nil) if !body.evidence.is_empty() => {
                return Err(refuse!(Incomplete, "零报告不附材料；有情况请按正常报送填报"));
            }
            _ => {}
        }
        Ok(EntryEvent::Stepped {
            step: step.key.clone(),
            by: Some(by),
            to: state.key.clone(),
            phase: state.phase,
            stopped: state.stopped,
            due,
            lead,
            effect: step.effect,
            body: Box::new(body),
        })
    }

    /// A step that the system takes by itself, with nobody's rights to prove; none where the flow does not
    /// know it.
    pub(crate) fn system_step(
        &self,
        entry: &Entry,
        register: &Register,
        step: &Step,
        body: StepBody,
    ) -> Option<EntryEvent> {
        let state = self.target(entry, register, step).ok()?;
        Some(EntryEvent::Stepped {
            step: step.key.clone(),
            by: None,
            to: state.key.clone(),
            phase: state.phase,
            stopped: state.stopped,
            due: None,
            lead: None,
            effect: step.effect,
            body: Box::new(body),
        })
    }

    fn target<'p>(&self, entry: &Entry, register: &'p Register, step: &Step) -> Result<&'p State, Refusal> {
        let key = step.to.as_ref().unwrap_or(&entry.state);
        register.flow.find_state(key).ok_or_else(|| {
            refuse!(NotFound, "{}的流程中没有“{key}”这一状态，请联系管理员检查方案包", register.title)
        })
    }

    fn check_progress(&self, title: &str, body: &StepBody) -> Result<(), Refusal> {
        let progress = body.progress.ok_or_else(|| refuse!(Incomplete, "{title}须填写实际进度"))?;
        let right = |percent: f64| (0.0..=100.0).contains(&percent);
        if right(progress.planned) && right(progress.actual) {
            return Ok(());
        }
        Err(refuse!(Incomplete, "进度应在0到100之间"))
    }

    /// Whether a unit may take over an entry, and the unit above it.
    fn may_receive(&self, entry: &Entry, unit: UnitId) -> Result<Option<UnitId>, Refusal> {
        let today = self.now.date();
        let found = self.org.unit(unit).filter(|found| found.exists(today) && !found.outside);
        let found = found.ok_or_else(|| refuse!(NotFound, "接办单位不存在或已撤并，请重新选择"))?;
        if !self.org.covers_on(entry.opening.issuer, unit, today) {
            let issuer = self.org.unit_name(entry.opening.issuer);
            return Err(refuse!(NotAllowed, "接办单位不归{issuer}交办，请选择本单位或下属的单位"));
        }
        if unit == entry.opening.lead {
            return Err(refuse!(Incomplete, "接办单位就是现在的承办单位，请重新选择"));
        }
        Ok(found.parent())
    }

    /// An event, and the change of light that it brings.
    pub(crate) fn with_light(&self, entry: &Entry, actor: &Actor, event: EntryEvent) -> Vec<EntryEvent> {
        let mut after = entry.clone();
        after.apply(actor.person, self.now, entry.seq + 1, &event);
        let lit = self.relit(&after).filter(|_| after.phase != Phase::Void || after.light.is_some());
        std::iter::once(event).chain(lit).collect()
    }
}

/// Whether a nil report will do where the step makes one: its duty says so.
fn nil_will_do(plan: &Plan, entry: &Entry, step: &Step) -> bool {
    let duty = entry.opening.expected.as_ref().map(|expected| &expected.duty);
    let duty = duty.and_then(|key| plan.duties.iter().find(|duty| duty.key == *key));
    step.effect != Some(Effect::Nil) || duty.is_none_or(|duty| duty.nil)
}
