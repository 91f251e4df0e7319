//! Drafting, deciding on items, issuing, amending and archiving a plan.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::{Duty, Role, Until};
use luoshi_text::Span;
use serde::{Deserialize, Serialize};

use crate::canon::Hash;
use crate::clock::World;
use crate::draft::kind_word;
use crate::entry::{Entry, EntryEvent, Evidence, FieldValue};
use crate::event::{Actor, Event};
use crate::id::{EntryNo, ItemNo, PersonId, UnitId};
use crate::open::NewEntry;
use crate::org::Post;
use crate::plan::{Decision, Draft, DraftItem, ItemContent, ItemParty, Plan, PlanEvent, PlanState};
use crate::recur::Given;
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_all, check_words, cleaned};

/// A plan drafted from a compiled text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftPlan {
    /// Its title.
    pub title: String,
    /// The unit that will issue it.
    pub issuer: UnitId,
    /// The day its years run forward from.
    pub dated: Date,
    /// The file it was read from.
    pub source: Evidence,
    /// The text that the spans point into.
    pub text: Hash,
    /// What was read.
    pub items: Vec<DraftItem>,
}

/// The issue of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuePlan {
    /// 发文字号 or another number.
    pub number: String,
    /// Who approved it: a leader of the issuer.
    pub approver: PersonId,
    /// The last day the plan runs; none for the last day that its items name, or a year.
    #[serde(default)]
    pub end: Option<Date>,
}

/// A new version of a running plan's text, and what it changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AmendPlan {
    /// The file.
    pub source: Evidence,
    /// The text.
    pub text: Hash,
    /// Why.
    pub reason: String,
    /// Entries that go over to the new version; what is not named stays as it is.
    pub moves: Vec<MoveEntry>,
    /// Tasks that are new.
    #[serde(default)]
    pub added: Vec<ItemContent>,
}

/// What an amendment makes of an entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoveEntry {
    /// Which.
    pub entry: EntryNo,
    /// What it is about now, where that changed.
    #[serde(default)]
    pub title: Option<String>,
    /// When it is due now, where that changed.
    #[serde(default)]
    pub due: Option<Date>,
    /// Until what time of that day.
    #[serde(default, skip_serializing_if = "Until::is_day_end")]
    pub until: Until,
    /// The words it rests on now.
    #[serde(default)]
    pub span: Option<Span>,
}

impl World<'_> {
    /// An inspector of the issuer drafts a plan.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector of the issuer, no title.
    pub fn draft_plan(&self, actor: &Actor, new: DraftPlan) -> Result<PlanEvent, Refusal> {
        self.of_issuer(actor, new.issuer, &[Role::Inspector])?;
        let title = new.title.trim().to_owned();
        if title.is_empty() {
            return Err(refuse!(Incomplete, "方案须有名称"));
        }
        check_words("方案名称", &title, Lines::One)?;
        check_words("方案文件名", &new.source.name, Lines::One)?;
        check_all("方案事项", &new.items)?;
        let DraftPlan { issuer, dated, source, text, items, .. } = new;
        Ok(PlanEvent::Drafted { title, issuer, dated, source, text, items })
    }

    /// A person's word on an item of a draft.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector of the issuer, already issued, no such item, no reason.
    pub fn decide_item(
        &self,
        plan: &Plan,
        draft: &Draft,
        actor: &Actor,
        item: ItemNo,
        decision: Decision,
    ) -> Result<PlanEvent, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector])?;
        self.still_draft(plan)?;
        draft.find(item).ok_or_else(|| refuse!(NotFound, "方案没有第{item}项，请刷新后重试"))?;
        let reason = match &decision {
            Decision::Confirmed => None,
            Decision::Corrected { content, reason } => {
                self.check_content(content)?;
                Some(reason)
            }
            Decision::Merged { into, reason } => {
                let target = draft.find(*into).filter(|_| *into != item);
                let standing = target.is_some_and(|(_, decided)| {
                    !matches!(decided, Some((Decision::Merged { .. } | Decision::Dropped { .. }, _)))
                });
                if !standing {
                    return Err(refuse!(
                        Incomplete,
                        "第{item}项不能并入第{into}项：该项不存在或已并入、删去"
                    ));
                }
                Some(reason)
            }
            Decision::Dropped { reason } => Some(reason),
        };
        if reason.is_some_and(|reason| reason.trim().is_empty()) {
            return Err(refuse!(Incomplete, "改动、合并或删去一项须写明理由"));
        }
        reason.map_or(Ok(()), |reason| check_words("理由", reason, Lines::Many))?;
        Ok(PlanEvent::ItemDecided { item, decision: Box::new(decision) })
    }

    /// A person adds an item that the text does not hold, or splits one off another that it holds.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector of the issuer, already issued, no reason, no item to split.
    pub fn add_item(
        &self,
        plan: &Plan,
        draft: &Draft,
        actor: &Actor,
        content: ItemContent,
        reason: &str,
        of: Option<ItemNo>,
    ) -> Result<PlanEvent, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector])?;
        self.still_draft(plan)?;
        self.check_content(&content)?;
        if reason.trim().is_empty() {
            return Err(refuse!(Incomplete, "增加一项须写明依据"));
        }
        check_words("依据", reason, Lines::Many)?;
        let unknown = |no: ItemNo| refuse!(NotFound, "方案没有第{no}项，不能拆分，请刷新后重试");
        let source = of.map(|no| draft.find(no).ok_or_else(|| unknown(no))).transpose()?;
        let last = draft.items.iter().map(|(item, _)| item.no.0).max().unwrap_or(0);
        let span = source.and_then(|(item, _)| item.span);
        let item = DraftItem { no: ItemNo(last + 1), span, content };
        Ok(PlanEvent::ItemAdded { item: Box::new(item), reason: reason.trim().to_owned() })
    }

    /// Issues a plan: every task becomes an entry for each unit that answers for it.
    ///
    /// # Errors
    ///
    /// A refusal that lists what stands in the way: items not decided on, units not found.
    pub fn issue_plan(
        &self,
        plan: &Plan,
        draft: &Draft,
        actor: &Actor,
        command: &IssuePlan,
    ) -> Result<Vec<Event>, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector, Role::Leader])?;
        self.still_draft(plan)?;
        let today = self.now.date();
        let leads = |post: &&Post| post.unit == plan.issuer && post.roles.contains(&Role::Leader);
        if !self.org.posts_of(command.approver, today).iter().any(leads) {
            return Err(refuse!(Incomplete, "印发须经本单位领导批准，请选定批准的领导"));
        }
        if command.number.trim().is_empty() {
            return Err(refuse!(Incomplete, "印发须有文号或编号"));
        }
        check_words("文号", command.number.trim(), Lines::One)?;
        if !(self.pack.from <= today && self.pack.to.is_none_or(|to| today <= to)) {
            let pack = &self.pack.title;
            return Err(refuse!(OutOfTime, "方案包“{pack}”今天不在有效期内，请换用有效的版本"));
        }
        self.all_decided(draft)?;
        let end = command
            .end
            .or_else(|| last_day(draft))
            .unwrap_or_else(|| today.checked_add(1.year()).unwrap_or(today));
        if end < today {
            return Err(refuse!(Incomplete, "方案截止于{end}，已经过去；请核对年份或写明截止日期"));
        }
        let mut issued = plan.clone();
        issued.issued = Some(self.now);
        issued.state = PlanState::Issued;
        let (mut entries, mut again) = (Vec::new(), Vec::new());
        for (item, content) in draft.standing() {
            match self.given(&mut issued, item, content)? {
                Given::Entries(events) => entries.extend(events),
                Given::Again(duty) => again.push(*duty),
                Given::Nothing => {}
            }
        }
        issued.parties = parties(&entries);
        issued.parties.extend(again.iter().flat_map(|duty| self.hands_of(plan, duty)));
        issued.parties.sort_unstable();
        issued.parties.dedup();
        let mut duties = self.duties(&issued, draft)?;
        duties.extend(again);
        if entries.is_empty() && duties.is_empty() {
            return Err(refuse!(Incomplete, "方案没有一项可交办的任务，请确认或增加任务后再印发"));
        }
        let event = PlanEvent::Issued {
            number: command.number.trim().to_owned(),
            pack: self.pack.name.clone(),
            version: self.pack.version,
            approver: command.approver,
            end,
            duties,
            parties: issued.parties,
        };
        Ok(std::iter::once(Event::Plan(event)).chain(entries).collect())
    }

    /// A new version of the text of a running plan, with what it changes task by task.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector or leader of the issuer, not running, no reason, unknown entries.
    pub fn amend_plan(
        &self,
        plan: &Plan,
        entries: &BTreeMap<EntryNo, Entry>,
        actor: &Actor,
        command: AmendPlan,
    ) -> Result<Vec<Event>, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector, Role::Leader])?;
        self.running(plan)?;
        if command.reason.trim().is_empty() {
            return Err(refuse!(Incomplete, "修订方案须写明理由"));
        }
        check_words("理由", &command.reason, Lines::Many)?;
        check_words("方案文件名", &command.source.name, Lines::One)?;
        for title in command.moves.iter().filter_map(|change| change.title.as_ref()) {
            check_words("标题", title, Lines::One)?;
        }
        let version = plan.text_version + 1;
        let AmendPlan { source, text, reason, moves, added } = command;
        let mut events = vec![Event::Plan(PlanEvent::Amended {
            version,
            source,
            text,
            reason,
            items: Vec::new(),
            duties: None,
            parties: None,
        })];
        for change in moves {
            let entry = entries.get(&change.entry);
            let entry = entry.ok_or_else(|| refuse!(NotFound, "方案没有第{}号条目", change.entry))?;
            // What stays as it was is no change: the record tells only what became different.
            let opening = &entry.opening;
            let due =
                change.due.map(|day| self.due_on(day, change.until)).filter(|due| opening.due != Some(*due));
            let title = change.title.filter(|title| *title != opening.title);
            let span = change.span.filter(|span| opening.span != Some(*span));
            if title.is_none() && due.is_none() && span.is_none() {
                continue;
            }
            let event = EntryEvent::Amended {
                version,
                title,
                due,
                undated: false,
                span,
                lead: None,
                supports: None,
                fields: BTreeMap::new(),
            };
            let events_of = self.with_light(entry, actor, event);
            events.extend(events_of.into_iter().map(|event| Event::Entry(change.entry, event)));
        }
        let mut counted = plan.clone();
        for content in added {
            self.check_content(&content)?;
            let item = DraftItem { no: ItemNo(0), span: None, content: content.clone() };
            match self.given(&mut counted, &item, &content)? {
                Given::Entries(opened) => events.extend(opened),
                Given::Again(_) | Given::Nothing => {
                    return Err(refuse!(Incomplete, "这里只能增加办一次的任务，其余请用新文稿修订"));
                }
            }
        }
        Ok(events)
    }

    /// Moves a running plan to another version of its pack; this world's pack is the new one.
    ///
    /// # Errors
    ///
    /// A refusal: another pack, an entry's state that the new version does not know.
    pub fn move_pack(
        &self,
        plan: &Plan,
        states: &[(String, String)],
        actor: &Actor,
        reason: &str,
    ) -> Result<PlanEvent, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector])?;
        self.running(plan)?;
        check_words("理由", reason, Lines::Many)?;
        let pack = self.pack;
        if pack.name != plan.pack || pack.version == plan.pack_version {
            return Err(refuse!(Incomplete, "只能换用同一方案包的其他版本"));
        }
        let known = |(register, state): &&(String, String)| {
            pack.find_register(register).is_some_and(|register| register.flow.find_state(state).is_some())
        };
        if let Some((register, state)) = states.iter().find(|pair| !known(pair)) {
            let register = pack.find_register(register).map_or(register, |register| &register.title);
            return Err(refuse!(
                WrongState,
                "有条目处于“{register}”的“{state}”状态，新版方案包没有这一状态，不能换用"
            ));
        }
        Ok(PlanEvent::PackMoved { version: pack.version, reason: reason.trim().to_owned() })
    }

    /// Archives a running plan, or abandons one that was never issued.
    ///
    /// # Errors
    ///
    /// A refusal: entries still open, no reason.
    pub fn close_plan(
        &self,
        plan: &Plan,
        open: i64,
        actor: &Actor,
        reason: &str,
    ) -> Result<PlanEvent, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector, Role::Leader])?;
        let reason = reason.trim().to_owned();
        if reason.is_empty() {
            return Err(refuse!(Incomplete, "归档或撤销方案须写明理由"));
        }
        check_words("理由", &reason, Lines::Many)?;
        match plan.state {
            PlanState::Draft => Ok(PlanEvent::Abandoned { reason }),
            PlanState::Issued if open > 0 => {
                Err(refuse!(WrongState, "还有{open}项未办结，不能归档；请先办结、撤销或说明后撤销"))
            }
            PlanState::Issued => Ok(PlanEvent::Archived { reason }),
            PlanState::Archived | PlanState::Abandoned => Err(refuse!(WrongState, "方案已经归档或撤销")),
        }
    }

    /// The post of an actor who stands for the issuer in one of some roles.
    pub(crate) fn of_issuer(&self, actor: &Actor, issuer: UnitId, roles: &[Role]) -> Result<&Post, Refusal> {
        let post = self.post(actor)?;
        let may = post.unit == issuer && roles.iter().any(|role| post.roles.contains(role));
        let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
        may.then_some(post).ok_or_else(|| {
            refuse!(NotAllowed, "这一步由{}的{}办理", self.org.unit_name(issuer), titles.join("或"))
        })
    }

    fn still_draft(&self, plan: &Plan) -> Result<(), Refusal> {
        let draft = plan.state == PlanState::Draft;
        draft
            .then_some(())
            .ok_or_else(|| refuse!(WrongState, "方案已经印发或撤销，不能再改草稿；执行中的方案请用修订"))
    }

    pub(crate) fn running(&self, plan: &Plan) -> Result<(), Refusal> {
        let running = plan.state == PlanState::Issued;
        running.then_some(()).ok_or_else(|| refuse!(WrongState, "方案不在执行中"))
    }

    fn all_decided(&self, draft: &Draft) -> Result<(), Refusal> {
        let open: Vec<String> = draft
            .items
            .iter()
            .filter(|(_, decided)| decided.is_none())
            .map(|(item, _)| item.no.to_string())
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let shown = open.iter().take(10).cloned().collect::<Vec<_>>().join("、");
        Err(refuse!(
            Incomplete,
            "还有{}项未确认（第{shown}项{}），请逐项确认后再印发",
            open.len(),
            if open.len() > 10 { "等" } else { "" }
        ))
    }

    /// Whether an item could be run at all.
    pub(crate) fn check_content(&self, content: &ItemContent) -> Result<(), Refusal> {
        check_all("事项", content)?;
        match content {
            ItemContent::Task { title, .. } if title.trim().is_empty() => {
                Err(refuse!(Incomplete, "任务须有名称"))
            }
            ItemContent::Quota(quota) if quota.title.trim().is_empty() || quota.shares.is_empty() => {
                Err(refuse!(Incomplete, "指标须写明名称和各单位的数"))
            }
            ItemContent::Quota(quota)
                if quota.shares.iter().any(|share| !share.amount.is_finite() || share.amount < 0.0) =>
            {
                Err(refuse!(Incomplete, "指标“{}”的数须不小于零", quota.title))
            }
            ItemContent::Duty(duty) if told_by(duty) != 1 => {
                Err(refuse!(Incomplete, "报送任务“{}”须写明周期、日期或事由，三者取一", duty.title))
            }
            _ => Ok(()),
        }
    }

    /// The entries of a task: one for each unit that answers for it, supports as parts of each.
    pub(crate) fn task_entries(
        &self,
        plan: &mut Plan,
        item: &DraftItem,
        content: &ItemContent,
    ) -> Result<Vec<Event>, Refusal> {
        let ItemContent::Task { title, lead, support, leader, due, until, quantities, evidence, .. } =
            content
        else {
            return Ok(Vec::new());
        };
        let (no, register) = (item.no, self.find_register(&self.pack.tasks)?);
        let leads = self.expand(plan, no, lead)?;
        if leads.is_empty() {
            return Err(refuse!(Incomplete, "第{no}项“{title}”没有承办单位，请补填后再印发"));
        }
        let supports = self.expand(plan, no, support)?;
        let mut fields = BTreeMap::new();
        for (key, words) in [("quantity", quantities), ("evidence", evidence), ("leader", leader)] {
            if register.find_field(key).is_some() && !words.is_empty() {
                fields.insert(key.to_owned(), FieldValue::Text(words.join("；")));
            }
        }
        let entry = |unit: UnitId| NewEntry {
            register: register.key.clone(),
            title: cleaned(title).chars().take(200).collect(),
            lead: unit,
            supports: supports.clone(),
            due: due.map(|day| self.due_on(day, *until)),
            fields: fields.clone(),
            item: (no != ItemNo(0)).then_some(no),
            span: item.span,
            expected: None,
            follows: None,
        };
        leads.into_iter().map(|unit| self.opened(plan, entry(unit))).collect()
    }

    /// The units that an item's parties mean today, each once, in the order of the text.
    pub(crate) fn expand(
        &self,
        plan: &Plan,
        no: ItemNo,
        parties: &[ItemParty],
    ) -> Result<Vec<UnitId>, Refusal> {
        let today = self.now.date();
        let mut out: Vec<UnitId> = Vec::new();
        for party in parties {
            let name = &party.name;
            let meant = match (party.unit, party.collective) {
                (Some(unit), _) => vec![unit],
                (None, Some(kind)) => match kind_word(kind) {
                    Some(_) => self.org.expand(plan.issuer, kind, today),
                    None => self.children(plan.issuer, today),
                },
                (None, None) => {
                    return Err(refuse!(
                        Incomplete,
                        "第{no}项的单位“{name}”不在机构名录中，请选定单位或改正名称"
                    ));
                }
            };
            if meant.is_empty() {
                return Err(refuse!(Incomplete, "第{no}项的“{name}”在机构名录中没有对应的单位，请选定单位"));
            }
            for unit in meant {
                if !out.contains(&unit) {
                    out.push(unit);
                }
            }
        }
        Ok(out)
    }

    /// Units right below another: what 各有关单位 means where nobody says which.
    fn children(&self, unit: UnitId, day: Date) -> Vec<UnitId> {
        let below = self.org.below(unit, None, day);
        below
            .into_iter()
            .filter(|id| self.org.unit(*id).and_then(|found| found.parent_on(day)) == Some(unit))
            .collect()
    }
}

/// By how many of recurrence, days and event the time of a report is told.
fn told_by(duty: &Duty) -> usize {
    [duty.every.is_some(), !duty.on.is_empty(), duty.occasion.is_some()]
        .into_iter()
        .filter(|told| *told)
        .count()
}

/// The last day that the standing items of a draft name.
fn last_day(draft: &Draft) -> Option<Date> {
    let days = draft.standing().flat_map(|(_, content)| match content {
        ItemContent::Task { due, .. } => vec![*due],
        ItemContent::Quota(quota) => vec![quota.due],
        ItemContent::Stage { end, .. } => vec![*end],
        ItemContent::Duty(duty) => vec![duty.end, duty.on.last().copied()],
        ItemContent::Rule { .. } | ItemContent::Group { .. } => Vec::new(),
    });
    days.flatten().max()
}

/// The units that lead or support opened entries.
fn parties(entries: &[Event]) -> Vec<UnitId> {
    let mut units: Vec<UnitId> = entries
        .iter()
        .filter_map(|event| match event {
            Event::Entry(_, EntryEvent::Opened(opening)) => Some(opening),
            _ => None,
        })
        .flat_map(|opening| std::iter::once(opening.lead).chain(opening.supports.iter().copied()))
        .collect();
    units.sort_unstable();
    units.dedup();
    units
}
