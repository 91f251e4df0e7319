//! A new version of a running plan's text: shown change by change, in force where people say so.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_pack::{Duty, Effect, Phase, Role, Side, Step};
use serde::{Deserialize, Serialize};

use crate::canon::Hash;
use crate::clock::World;
use crate::compare::{Became, Differs, Pair, differing, merged};
use crate::entry::{Entry, EntryEvent, Evidence, FieldValue, StepBody};
use crate::event::{Actor, Event};
use crate::id::{EntryNo, ItemNo, UnitId};
use crate::plan::{Decision, Draft, DraftItem, ItemContent, Plan, PlanEvent};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_all, check_words, cleaned};

/// A new version of a running plan's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisePlan {
    /// The version that it follows: where another came between, nothing is done.
    pub follows: u32,
    /// The file.
    pub source: Evidence,
    /// The text.
    pub text: Hash,
    /// Why.
    pub reason: String,
    /// What was read in it.
    pub items: Vec<DraftItem>,
    /// Which item is which, with a person's word on each change.
    pub pairs: Vec<Paired>,
}

/// Two items that are one, and what a person says of what changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// The items.
    #[serde(flatten)]
    pub pair: Pair,
    /// The word; what did not change needs none.
    #[serde(default)]
    pub consent: Option<Consent>,
}

/// A person's word on a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// As the new text says.
    Accepted,
    /// Otherwise than the new text was read.
    Corrected {
        /// What it is to say.
        content: Box<ItemContent>,
        /// Why.
        reason: String,
    },
    /// It stays as it is: what is new is not run, what is gone runs on.
    Kept {
        /// Why.
        reason: String,
    },
}

/// What the new text makes of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Which items.
    pub pair: Pair,
    /// What became of it.
    pub became: Became,
    /// What it is to say; what it said where it is gone.
    pub content: ItemContent,
    /// What differs from what runs.
    pub fields: Vec<Differs>,
    /// The entries that carry it out and are not over.
    pub entries: Vec<EntryNo>,
    /// Whether people had decided that it is not run.
    pub idle: bool,
}

/// The differences of a new text, in its order, then what is gone.
pub(crate) fn differences(
    draft: &Draft,
    entries: &BTreeMap<EntryNo, Entry>,
    items: &[DraftItem],
    pairs: impl IntoIterator<Item = Pair>,
) -> Result<Vec<Difference>, Refusal> {
    let mut seen: BTreeSet<(bool, ItemNo)> = BTreeSet::new();
    let read: BTreeMap<ItemNo, &DraftItem> = items.iter().map(|item| (item.no, item)).collect();
    let mut out = Vec::new();
    for pair in pairs {
        let broken = || refuse!(Incomplete, "新旧事项的对照不完整或有重复，请重新比对后再提交");
        let old = pair.old.map(|no| draft.find(no).ok_or_else(broken)).transpose()?;
        let new = pair.new.map(|no| read.get(&no).copied().ok_or_else(broken)).transpose()?;
        let sides = [pair.old.map(|no| (false, no)), pair.new.map(|no| (true, no))];
        if sides.into_iter().flatten().any(|side| !seen.insert(side)) {
            return Err(broken());
        }
        let ours = pair.old.and_then(|no| draft.stands(no));
        let of_item = |entry: &&Entry| {
            pair.old.is_some()
                && entry.opening.item == pair.old
                && !matches!(entry.phase, Phase::Done | Phase::Void)
        };
        let entries = entries.values().filter(of_item).map(|entry| entry.no).collect();
        let idle = pair.old.is_some() && ours.is_none();
        let (became, content, fields) = match (old, new) {
            (None, None) => return Err(broken()),
            (None, Some(new)) => (Became::New, new.content.clone(), Vec::new()),
            (Some((item, _)), None) => match ours {
                // What was not run and is gone is of no concern to anybody.
                None => (Became::Same, item.content.clone(), Vec::new()),
                Some(ours) => (Became::Dropped, ours.clone(), Vec::new()),
            },
            (Some((item, _)), Some(new)) => {
                if item.content.kind() != new.content.kind() {
                    return Err(broken());
                }
                let base = ours.unwrap_or(&item.content);
                let content = merged(&item.content, base, &new.content);
                let fields = differing(base, &content);
                let became = if fields.is_empty() { Became::Same } else { Became::Changed };
                (became, content, fields)
            }
        };
        out.push(Difference { pair, became, content, fields, entries, idle });
    }
    if read.len() != items.len() || items.iter().any(|item| !seen.contains(&(true, item.no))) {
        return Err(refuse!(Incomplete, "新旧事项的对照不完整或有重复，请重新比对后再提交"));
    }
    Ok(out)
}

/// A revision on its way: what happened so far, and what it made of plan and entries.
struct Revising<'r, 'w> {
    world: &'r World<'w>,
    actor: &'r Actor,
    version: u32,
    draft: &'r Draft,
    items: &'r [DraftItem],
    /// With the entries counted that were opened so far.
    plan: Plan,
    entries: BTreeMap<EntryNo, Entry>,
    events: Vec<Event>,
    rows: Vec<(DraftItem, Decision)>,
    next: i64,
    /// Units that may have nothing left to do.
    left: Vec<UnitId>,
}

impl World<'_> {
    /// What a new text makes of the items that run.
    ///
    /// # Errors
    ///
    /// A refusal: items paired twice, of two kinds, or not there.
    pub fn compare_text(
        &self,
        draft: &Draft,
        entries: &BTreeMap<EntryNo, Entry>,
        items: &[DraftItem],
        pairs: &[Pair],
    ) -> Result<Vec<Difference>, Refusal> {
        differences(draft, entries, items, pairs.iter().copied())
    }

    /// Puts a new version of the text in force: what changes was decided on by a person, one by one.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector or leader of the issuer, not running, no reason, another version
    /// meanwhile, changes that nobody decided on.
    pub fn revise_plan(
        &self,
        plan: &Plan,
        draft: &Draft,
        entries: &BTreeMap<EntryNo, Entry>,
        actor: &Actor,
        command: RevisePlan,
    ) -> Result<Vec<Event>, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector, Role::Leader])?;
        self.running(plan)?;
        let RevisePlan { follows, source, text, reason, items, pairs } = command;
        if follows != plan.text_version {
            return Err(refuse!(Stale, "方案刚修订到第{}版，请重新比对后再提交", plan.text_version));
        }
        if reason.trim().is_empty() {
            return Err(refuse!(Incomplete, "修订方案须写明理由"));
        }
        check_words("理由", &reason, Lines::Many)?;
        check_words("方案文件名", &source.name, Lines::One)?;
        check_all("方案事项", &(&items, &pairs))?;
        let found = differences(draft, entries, &items, pairs.iter().map(|paired| paired.pair))?;
        decided(&found, &pairs)?;
        let last = draft.items.iter().map(|(item, _)| item.no.0).max().unwrap_or(0);
        let version = plan.text_version + 1;
        let mut revising = Revising {
            world: self,
            actor,
            version,
            draft,
            items: &items,
            plan: Plan { text_version: version, ..plan.clone() },
            entries: entries.clone(),
            events: Vec::new(),
            rows: Vec::new(),
            next: last + 1,
            left: Vec::new(),
        };
        for (difference, paired) in found.iter().zip(&pairs) {
            revising.take(difference, paired.consent.as_ref())?;
        }
        let parties = revising.parties();
        let Revising { plan: revised, events, rows, .. } = revising;
        let amended = PlanEvent::Amended {
            version,
            source,
            text,
            reason: reason.trim().to_owned(),
            items: rows,
            duties: (revised.duties != plan.duties).then_some(revised.duties),
            parties: (parties != plan.parties).then_some(parties),
        };
        Ok(std::iter::once(Event::Plan(amended)).chain(events).collect())
    }
}

/// Every change has a person's word, and a reason where the text is not followed.
fn decided(found: &[Difference], pairs: &[Paired]) -> Result<(), Refusal> {
    let open: Vec<String> = (1..)
        .zip(found.iter().zip(pairs))
        .filter(|(_, (difference, paired))| difference.became != Became::Same && paired.consent.is_none())
        .map(|(no, _): (u32, _)| no.to_string())
        .collect();
    if !open.is_empty() {
        let shown = open.iter().take(10).cloned().collect::<Vec<_>>().join("、");
        let more = if open.len() > 10 { "等" } else { "" };
        return Err(refuse!(
            Incomplete,
            "还有{}处变动没有决定（第{shown}处{more}），请逐处决定采纳还是维持原状",
            open.len()
        ));
    }
    let reasons = pairs.iter().filter_map(|paired| match &paired.consent {
        Some(Consent::Corrected { reason, .. } | Consent::Kept { reason }) => Some(reason),
        Some(Consent::Accepted) | None => None,
    });
    if reasons.into_iter().any(|reason| reason.trim().is_empty()) {
        return Err(refuse!(Incomplete, "不按新文稿办理的变动须逐处写明理由"));
    }
    Ok(())
}

impl Revising<'_, '_> {
    fn take(&mut self, difference: &Difference, consent: Option<&Consent>) -> Result<(), Refusal> {
        let Pair { old, new } = difference.pair;
        let was = old.and_then(|no| self.draft.find(no)).cloned();
        let new = new.and_then(|no| self.items.iter().find(|item| item.no == no)).cloned();
        let kept = match consent {
            Some(Consent::Kept { reason }) => Some(reason.trim().to_owned()),
            _ => None,
        };
        let (content, corrected) = match consent {
            Some(Consent::Corrected { content, reason }) => {
                self.world.check_content(content)?;
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
        let opened = self.world.task_entries(&mut self.plan, &item, &content)?;
        self.opened(opened);
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
                    let (key, register) = (known.key.clone(), known.register.clone());
                    Duty { key, register, start: known.start, ..duty.as_ref().clone() }
                }
                None => self.world.text_duty(&self.plan, item.no, duty, &duties)?,
            };
            duties.insert(known.unwrap_or(duties.len()), duty);
            self.plan.duties = duties;
        }
        let ItemContent::Task { title, lead, support, leader, due, by_closing, quantities, evidence } =
            content
        else {
            return Ok(());
        };
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
            let moved = due.filter(|_| changed("时限")).map(|day| self.world.due_on(day, *by_closing));
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
                *lead = vec![crate::plan::ItemParty {
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
        let ItemContent::Duty(duty) = content else { return None };
        let own = format!("item_{no}");
        let at = |key: &str| self.plan.duties.iter().position(|known| known.key == key);
        at(&own).or_else(|| at(&duty.key))
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
    fn parties(&self) -> Vec<UnitId> {
        let running = |entry: &&Entry| entry.opening.item.is_some() && entry.phase != Phase::Void;
        let units = |entry: &Entry| {
            let supports = entry.parts.iter().map(|part| part.unit);
            std::iter::once(entry.opening.lead).chain(supports).collect::<Vec<_>>()
        };
        let now: Vec<UnitId> = self.entries.values().filter(running).flat_map(units).collect();
        let mut out = self.plan.parties.clone();
        out.retain(|unit| !self.left.contains(unit) || now.contains(unit));
        out.extend(now);
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
