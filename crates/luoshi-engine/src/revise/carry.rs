//! The changes that people accepted carried out: items, entries and duties as they are to be.

use std::collections::BTreeMap;

use luoshi_pack::{Duty, Effect, Phase, Side, Step};

use super::{Consent, Difference};
use crate::clock::World;
use crate::compare::{Became, Differs, Pair, differing};
use crate::entry::{Entry, EntryEvent, FieldValue, StepBody};
use crate::event::{Actor, Event};
use crate::id::{EntryNo, ItemNo, UnitId};
use crate::plan::{Decision, Draft, DraftItem, ItemContent, ItemParty, Plan};
use crate::quota::{Quota, Share, share_fields};
use crate::recur::Given;
use crate::refusal::{Refusal, refuse};
use crate::words::cleaned;

/// A revision on its way: what happened so far, and what it made of plan and entries.
pub(super) struct Revising<'r, 'w> {
    pub(super) world: &'r World<'w>,
    pub(super) actor: &'r Actor,
    pub(super) version: u32,
    pub(super) draft: &'r Draft,
    pub(super) items: &'r [DraftItem],
    /// With the entries counted that were opened so far.
    pub(super) plan: Plan,
    pub(super) entries: BTreeMap<EntryNo, Entry>,
    pub(super) events: Vec<Event>,
    pub(super) rows: Vec<(DraftItem, Decision)>,
    pub(super) next: i64,
    /// Units that lead or support what is done again and again from now on.
    pub(super) again: Vec<UnitId>,
    /// Units that may have nothing left to do.
    pub(super) left: Vec<UnitId>,
}

impl Revising<'_, '_> {
    pub(super) fn take(&mut self, difference: &Difference, consent: Option<&Consent>) -> Result<(), Refusal> {
        let Pair { old, new, .. } = difference.pair;
        let was = old.and_then(|no| self.draft.find(no)).cloned();
        let new = new.and_then(|no| self.items.iter().find(|item| item.no == no)).cloned();
        let kept = match consent {
            Some(Consent::Kept { reason }) => Some(reason.trim().to_owned()),
            _ => None,
        };
        let (content, corrected) = match consent {
            Some(Consent::Corrected { content, reason }) => {
                self.world.check_content(content)?;
                if content.kind() != difference.content.kind() {
                    return Err(refuse!(Incomplete, "改正后的事项与原来不是一类，请维持原状后另行登记"));
                }
                (content.as_ref().clone(), Some(reason.trim().to_owned()))
            }
            _ => (difference.content.clone(), None),
        };
        match (was, new, difference.became) {
            (Some((item, decision)), new, Became::Same) => {
                let span = new.and_then(|new| new.span);
                let decision = decision.map_or(Decision::Confirmed, |(decision, _)| decision);
                self.rows.push((DraftItem { span, ..item }, decision));
                Ok(())
            }
            (None, Some(new), _) => {
                let no = ItemNo(self.next);
                self.next += 1;
                self.begin(DraftItem { no, ..new }, content, kept, corrected)
            }
            (Some((item, _)), Some(new), _) if difference.idle => {
                self.begin(DraftItem { no: item.no, ..new }, content, kept, corrected)
            }
            (Some((item, decision)), Some(new), _) => {
                let ours = self.draft.stands(item.no).unwrap_or(&item.content).clone();
                let read = with_key(&new.content, &ours);
                let row = DraftItem { no: item.no, span: new.span, content: read };
                let before = reason_of(decision.map(|(decision, _)| decision));
                if let Some(reason) = kept {
                    self.rows.push((row, Decision::Corrected { content: ours, reason }));
                    return Ok(());
                }
                let content = with_key(&content, &ours);
                let fields = differing(&ours, &content);
                self.change(&row, &fields, &content, difference)?;
                let reason = corrected.or(before).unwrap_or_else(|| format!("第{}版修订", self.version));
                let decision = if content == row.content {
                    Decision::Confirmed
                } else {
                    Decision::Corrected { content, reason }
                };
                self.rows.push((row, decision));
                Ok(())
            }
            (Some((item, decision)), None, _) => {
                let decision = decision.map_or(Decision::Confirmed, |(decision, _)| decision);
                let row = DraftItem { span: None, ..item };
                if kept.is_some() {
                    self.rows.push((row, decision));
                    return Ok(());
                }
                let reason = format!("第{}版删去", self.version);
                self.plan.duties = self.without_duty(row.no, &difference.content);
                for no in &difference.entries {
                    self.withdraw(*no, &format!("方案{reason}这一项"));
                }
                self.rows.push((row, Decision::Dropped { reason }));
                Ok(())
            }
            (None, None, _) => Ok(()),
        }
    }

    /// Something that did not run: from now on, or not.
    fn begin(
        &mut self,
        mut item: DraftItem,
        mut content: ItemContent,
        kept: Option<String>,
        corrected: Option<String>,
    ) -> Result<(), Refusal> {
        if let Some(reason) = kept {
            self.rows.push((item, Decision::Dropped { reason }));
            return Ok(());
        }
        for content in [&mut item.content, &mut content] {
            if let ItemContent::Duty(duty) = content {
                duty.key = format!("item_{}", item.no);
            }
        }
        self.give(&item, &content)?;
        if let ItemContent::Duty(duty) = &content {
            let mut duty = self.world.text_duty(&self.plan, item.no, duty, &self.plan.duties)?;
            // Nobody owes what was due before anybody knew of it.
            let today = self.world.now.date();
            duty.start = duty.every.is_some().then_some(today);
            duty.on.retain(|day| *day >= today);
            self.plan.duties.push(duty);
        }
        let decision = match corrected {
            Some(reason) => Decision::Corrected { content, reason },
            None => Decision::Confirmed,
        };
        self.rows.push((item, decision));
        Ok(())
    }

    /// A task is given out from now on: entries, or a duty that opens them again and again.
    fn give(&mut self, item: &DraftItem, content: &ItemContent) -> Result<(), Refusal> {
        match self.world.given(&mut self.plan, item, content)? {
            Given::Entries(opened) => self.opened(opened),
            Given::Again(duty) => {
                // What was to be done before anybody knew of it is not asked for; known times stay as they are.
                let known = self.duty_at(item.no, content);
                let start = known.map_or(Some(self.world.now.date()), |at| self.plan.duties[at].start);
                let duty = Duty { start, ..*duty };
                self.again.extend(self.world.hands_of(&self.plan, &duty));
                match known {
                    Some(at) => self.plan.duties[at] = duty,
                    None => self.plan.duties.push(duty),
                }
            }
            Given::Nothing => {}
        }
        Ok(())
    }

    /// Something that runs says something else from now on.
    fn change(
        &mut self,
        item: &DraftItem,
        fields: &[Differs],
        content: &ItemContent,
        difference: &Difference,
    ) -> Result<(), Refusal> {
        if let ItemContent::Duty(duty) = content {
            let mut duties = self.without_duty(item.no, content);
            let known = self.duty_at(item.no, content);
            let duty = match known.and_then(|at| self.plan.duties.get(at)) {
                // Under its key, so that no period is asked for twice.
                Some(known) => {
                    let moved = self.world.is_upward(known) != self.world.is_upward(duty);
                    let register = self.world.report_register(duty).filter(|_| moved);
                    let register = register.unwrap_or(&known.register).to_owned();
                    let key = known.key.clone();
                    Duty { key, register, start: known.start, ..duty.as_ref().clone() }
                }
                None => self.world.text_duty(&self.plan, item.no, duty, &duties)?,
            };
            duties.insert(known.unwrap_or(duties.len()), duty);
            self.plan.duties = duties;
        }
        if let ItemContent::Quota(quota) = content {
            return self.change_quota(item, quota, difference);
        }
        let ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence } =
            content
        else {
            return Ok(());
        };
        let known = self.duty_at(item.no, content).is_some();
        if known || every.is_some() && self.world.pack.recurring.is_some() {
            return self.change_again(item, content, difference, known);
        }
        let changed = |field: &str| fields.iter().any(|differs| differs.field == field);
        let mut carried: Vec<EntryNo> = difference.entries.clone();
        if changed("承办单位") {
            let leads = self.world.expand(&self.plan, item.no, lead)?;
            carried = self.hand_over(item, content, &leads, carried)?;
        }
        let supports = if changed("配合单位") {
            Some(self.world.expand(&self.plan, item.no, support)?)
        } else {
            None
        };
        let register = self.world.find_register(&self.world.pack.tasks)?;
        let mut given = BTreeMap::new();
        let texts = [
            ("责任领导", "leader", leader),
            ("指标", "quantity", quantities),
            ("佐证材料", "evidence", evidence),
        ];
        for (field, key, words) in texts {
            if changed(field) && register.find_field(key).is_some() {
                given.insert(key.to_owned(), FieldValue::Text(words.join("；")));
            }
        }
        for no in carried {
            let Some(entry) = self.entries.get(&no) else { continue };
            let moved = due.filter(|_| changed("时限")).map(|day| self.world.due_on(day, *until));
            // Time that was granted beyond the new day stays granted.
            let granted = entry.extended > 0 && entry.opening.due > moved;
            let due = moved.filter(|due| !granted && entry.opening.due != Some(*due));
            let supports = supports.as_ref().map(|units| {
                units.iter().copied().filter(|unit| *unit != entry.opening.lead).collect::<Vec<_>>()
            });
            let event = EntryEvent::Amended {
                version: self.version,
                title: changed("任务").then(|| cleaned(title).chars().take(200).collect()),
                due,
                undated: changed("时限") && moved.is_none() && entry.opening.due.is_some(),
                span: item.span,
                lead: None,
                supports,
                fields: given.clone(),
            };
            self.happen(no, event);
        }
        Ok(())
    }

    /// A task that was done again and again or is from now on: what was opened goes on as it is, the times to
    /// come follow the new words.
    fn change_again(
        &mut self,
        item: &DraftItem,
        content: &ItemContent,
        difference: &Difference,
        known: bool,
    ) -> Result<(), Refusal> {
        let again = matches!(content, ItemContent::Task { every: Some(_), .. });
        if known && !again {
            self.plan.duties = self.without_duty(item.no, content);
        }
        for no in &difference.entries {
            self.withdraw(*no, &format!("方案第{}版改为按期办理", self.version));
        }
        self.give(item, content)
    }

    /// A quota is distributed otherwise: units that keep a share get its new number and day, those that have
    /// none any more give up, those that are new get an entry.
    fn change_quota(
        &mut self,
        item: &DraftItem,
        quota: &Quota,
        difference: &Difference,
    ) -> Result<(), Refusal> {
        let mut shares = self.world.shares(&self.plan, item, quota)?;
        let register = self.world.find_register(&self.world.pack.tasks)?;
        for no in &difference.entries {
            let Some(entry) = self.entries.get(no) else { continue };
            let Some(at) = shares.iter().position(|(unit, _)| *unit == entry.opening.lead) else {
                self.withdraw(*no, &format!("方案第{}版不再分配这一指标", self.version));
                continue;
            };
            let (_, amount) = shares.remove(at);
            let due = quota.due.map(|day| self.world.due_on(day, quota.until));
            let granted = entry.extended > 0 && entry.opening.due > due;
            let mut fields = share_fields(register, quota, amount);
            fields.retain(|key, value| entry.opening.fields.get(key) != Some(value));
            let event = EntryEvent::Amended {
                version: self.version,
                title: (entry.opening.title != quota.title).then(|| quota.title.clone()),
                due: due.filter(|due| !granted && entry.opening.due != Some(*due)),
                undated: due.is_none() && entry.opening.due.is_some(),
                span: item.span,
                lead: None,
                supports: None,
                fields,
            };
            self.happen(*no, event);
        }
        let left = shares.into_iter().map(|(unit, amount)| {
            let party =
                ItemParty { name: self.world.org.unit_name(unit), unit: Some(unit), collective: None };
            Share { party, amount }
        });
        let rest = Quota { shares: left.collect(), total: None, ..quota.clone() };
        if !rest.shares.is_empty() {
            let opened = self.world.quota_entries(&mut self.plan, item, &rest)?;
            self.opened(opened);
        }
        Ok(())
    }

    /// The task goes to other units: from one to one it is handed over with its history, otherwise
    /// what units no longer answer for is withdrawn, and units that are new get entries of their own.
    /// Gives the entries that go on.
    fn hand_over(
        &mut self,
        item: &DraftItem,
        content: &ItemContent,
        leads: &[UnitId],
        entries: Vec<EntryNo>,
    ) -> Result<Vec<EntryNo>, Refusal> {
        let lead_of = |no: &EntryNo| self.entries.get(no).map(|entry| entry.opening.lead);
        let (mut stay, gone): (Vec<EntryNo>, Vec<EntryNo>) =
            entries.into_iter().partition(|no| lead_of(no).is_some_and(|lead| leads.contains(&lead)));
        let known: Vec<UnitId> = stay.iter().filter_map(lead_of).collect();
        let added: Vec<UnitId> = leads.iter().copied().filter(|unit| !known.contains(unit)).collect();
        let note = format!("方案第{}版改由其他单位承办", self.version);
        if let ([no], [unit]) = (gone.as_slice(), added.as_slice()) {
            self.transfer(*no, *unit, &note);
            stay.push(*no);
            return Ok(stay);
        }
        for no in gone {
            self.withdraw(no, &note);
        }
        let ItemContent::Task { .. } = content else { return Ok(stay) };
        for unit in added {
            let mut one = content.clone();
            if let ItemContent::Task { lead, .. } = &mut one {
                *lead = vec![ItemParty {
                    name: self.world.org.unit_name(unit),
                    unit: Some(unit),
                    collective: None,
                }];
            }
            let opened = self.world.task_entries(&mut self.plan, item, &one)?;
            self.opened(opened);
        }
        Ok(stay)
    }

    /// Hands an entry over by the step that its flow has for that, or else as it stands.
    fn transfer(&mut self, no: EntryNo, unit: UnitId, note: &str) {
        let Some(entry) = self.entries.get(&no) else { return };
        self.left.push(entry.opening.lead);
        let lead = (unit, self.world.org.unit(unit).and_then(crate::Unit::parent));
        let step = self.step_of(entry, |step, _| step.effect == Some(Effect::Transfer));
        let event = match step {
            Some(EntryEvent::Stepped { step, by, to, phase, stopped, due, effect, mut body, .. }) => {
                note.clone_into(&mut body.note);
                EntryEvent::Stepped { step, by, to, phase, stopped, due, lead: Some(lead), effect, body }
            }
            _ => EntryEvent::Amended {
                version: self.version,
                title: None,
                due: None,
                undated: false,
                span: None,
                lead: Some(lead),
                supports: None,
                fields: BTreeMap::new(),
            },
        };
        self.happen(no, event);
    }

    /// Gives an entry up by the step that its flow has for that; what was handed in is left to those
    /// who look at it.
    fn withdraw(&mut self, no: EntryNo, note: &str) {
        let Some(entry) = self.entries.get(&no) else { return };
        self.left.push(entry.opening.lead);
        self.left.extend(entry.parts.iter().map(|part| part.unit));
        let void = self.step_of(entry, |_, phase| phase == Phase::Void);
        if let Some(EntryEvent::Stepped { step, by, to, phase, stopped, due, lead, effect, mut body }) = void
        {
            note.clone_into(&mut body.note);
            self.happen(no, EntryEvent::Stepped { step, by, to, phase, stopped, due, lead, effect, body });
        }
    }

    /// A step of the issuer that an entry can take as it stands.
    fn step_of(&self, entry: &Entry, fits: impl Fn(&Step, Phase) -> bool) -> Option<EntryEvent> {
        let register = self.world.find_register(&entry.opening.register).ok()?;
        let phase = |step: &Step| {
            let to = step.to.as_deref().unwrap_or(&entry.state);
            register.flow.find_state(to).map(|state| state.phase)
        };
        let step = register.flow.steps.iter().find(|step| {
            step.from.contains(&entry.state)
                && step.who.iter().any(|who| who.side == Side::Issuer)
                && phase(step).is_some_and(|phase| fits(step, phase))
        })?;
        self.world.system_step(entry, register, step, StepBody::default())
    }

    /// Where the duty of an item stands among those of the plan.
    fn duty_at(&self, no: ItemNo, content: &ItemContent) -> Option<usize> {
        let own = format!("item_{no}");
        let at = |key: &str| self.plan.duties.iter().position(|known| known.key == key);
        match content {
            ItemContent::Duty(duty) => at(&own).or_else(|| at(&duty.key)),
            ItemContent::Task { .. } => at(&own),
            _ => None,
        }
    }

    fn without_duty(&self, no: ItemNo, content: &ItemContent) -> Vec<Duty> {
        let gone = self.duty_at(no, content);
        let duties = self.plan.duties.iter().enumerate().filter(|(at, _)| Some(*at) != gone);
        duties.map(|(_, duty)| duty.clone()).collect()
    }

    fn happen(&mut self, no: EntryNo, event: EntryEvent) {
        let Some(entry) = self.entries.get_mut(&no) else { return };
        for event in self.world.with_light(entry, self.actor, event) {
            entry.apply(self.actor.person, self.world.now, entry.seq, &event);
            self.events.push(Event::Entry(no, event));
        }
    }

    fn opened(&mut self, events: Vec<Event>) {
        for event in &events {
            if let Event::Entry(no, opening) = event {
                let entry = Entry::open(self.plan.id, *no, self.world.now, 0, opening);
                self.entries.extend(entry.map(|entry| (*no, entry)));
            }
        }
        self.events.extend(events);
    }

    /// The units that lead or support now: those that were left without a task no more.
    pub(super) fn parties(&self) -> Vec<UnitId> {
        let running = |entry: &&Entry| entry.opening.item.is_some() && entry.phase != Phase::Void;
        let units = |entry: &Entry| {
            let supports = entry.parts.iter().map(|part| part.unit);
            std::iter::once(entry.opening.lead).chain(supports).collect::<Vec<_>>()
        };
        let now: Vec<UnitId> = self.entries.values().filter(running).flat_map(units).collect();
        let mut out = self.plan.parties.clone();
        out.retain(|unit| !self.left.contains(unit) || now.contains(unit));
        out.extend(now);
        out.extend(&self.again);
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// What was read, under the key that the duty runs by.
fn with_key(content: &ItemContent, ours: &ItemContent) -> ItemContent {
    match (content, ours) {
        (ItemContent::Duty(duty), ItemContent::Duty(ours)) => {
            ItemContent::Duty(Box::new(Duty { key: ours.key.clone(), ..duty.as_ref().clone() }))
        }
        _ => content.clone(),
    }
}

/// Why an item was corrected before.
fn reason_of(decision: Option<Decision>) -> Option<String> {
    match decision {
        Some(Decision::Corrected { reason, .. }) => Some(reason),
        _ => None,
    }
}
