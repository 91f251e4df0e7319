//! What people do to make others act: an inspector chases, a leader gives an instruction.

use jiff::civil::Date;
use luoshi_pack::{Phase, Role, Rung, Side, Who};

use crate::clock::World;
use crate::entry::{Entry, EntryEvent};
use crate::event::{Actor, Event};
use crate::id::UnitId;
use crate::open::NewEntry;
use crate::plan::Plan;
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The longest reason of a slip and the longest instruction, in characters.
const LONGEST: usize = 500;

/// How much of an instruction stands in the title of its task.
const HEAD: usize = 60;

impl World<'_> {
    /// The rungs of the ladder that a person may send: those on which nobody has to decide.
    pub fn slips(&self) -> Vec<&Rung> {
        self.pack.ladder.iter().filter(|rung| !rung.proposes && rung.day > 0).collect()
    }

    /// Chases an entry by hand. Its unit's handler and leader are told, once a day at most.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector of the issuer, nothing owed, chased today already, no reason.
    pub fn urge(
        &self,
        plan: &Plan,
        entry: &Entry,
        actor: &Actor,
        rung: &str,
        reason: &str,
    ) -> Result<EntryEvent, Refusal> {
        self.running(plan)?;
        let post = self.post(actor)?;
        if !self.stands_on(entry, Who { role: Role::Inspector, side: Side::Issuer }, post) {
            return Err(refuse!(NotAllowed, "只有交办单位的督查员可以发督办单和催办"));
        }
        let found = self.slips().into_iter().find(|known| known.key == rung);
        let rung = found.ok_or_else(|| refuse!(NotFound, "方案包没有“{rung}”这种督办，请重新选择"))?;
        if !rung.registers.is_empty() && !rung.registers.contains(&entry.opening.register) {
            let register = self.register(entry)?;
            return Err(refuse!(WrongState, "{}不发{}，请选别的一种", register.title, rung.title));
        }
        self.owed(entry)?;
        if entry.urged.is_some_and(|at| at.date() == self.now.date()) {
            return Err(refuse!(WrongState, "“{}”今天已经督办过，不重复发送", entry.opening.title));
        }
        let reason = checked("督办事由", reason)?;
        Ok(EntryEvent::Urged { rung: rung.key.clone(), reason, to: told(entry) })
    }

    /// An instruction on an entry: a task for its unit in the plan's register of tasks.
    ///
    /// # Errors
    ///
    /// A refusal: not a leader of the issuer, the day has passed, the register asks for more.
    pub fn instruct(
        &self,
        plan: &Plan,
        entry: &Entry,
        actor: &Actor,
        words: &str,
        due: Date,
    ) -> Result<Vec<Event>, Refusal> {
        self.running(plan)?;
        let post = self.post(actor)?;
        if !self.stands_on(entry, Who { role: Role::Leader, side: Side::Issuer }, post) {
            return Err(refuse!(NotAllowed, "只有交办单位的领导可以批示"));
        }
        let words = checked("批示", words)?;
        if due < self.now.date() {
            return Err(refuse!(Incomplete, "落实期限已经过去，请填今天或以后的日期"));
        }
        let head: String = words.lines().next().unwrap_or_default().trim().chars().take(HEAD).collect();
        let new = NewEntry {
            register: self.pack.tasks.clone(),
            title: format!("落实批示（{}）：{head}", entry.opening.number),
            lead: entry.opening.lead,
            due: Some(self.due_on(due, luoshi_pack::Until::DayEnd)),
            span: entry.opening.span,
            follows: Some(entry.no),
            ..NewEntry::default()
        };
        let due = new.due.unwrap_or(self.now);
        let opened = self.opened(&mut plan.clone(), new)?;
        let Some(task) = opened.entry() else { return Ok(Vec::new()) };
        let event = EntryEvent::Instructed { words, task, due, to: told(entry) };
        Ok(vec![Event::Entry(entry.no, event), opened])
    }

    /// Something is owed by the unit that answers for it.
    fn owed(&self, entry: &Entry) -> Result<(), Refusal> {
        let title = &entry.opening.title;
        match entry.phase {
            Phase::Open if entry.is_stopped() => {
                Err(refuse!(WrongState, "“{title}”已中止，恢复办理后再督办"))
            }
            Phase::Open => Ok(()),
            Phase::Submitted => Err(refuse!(WrongState, "“{title}”已经报来，正等审核，不用再催承办单位")),
            Phase::Done | Phase::Void => Err(refuse!(WrongState, "“{title}”已经办结或作废")),
        }
    }
}

/// Who is told: handler and leader of the unit that answers for it.
fn told(entry: &Entry) -> Vec<(UnitId, Role)> {
    [Role::Handler, Role::Leader].map(|role| (entry.opening.lead, role)).into()
}

fn checked(what: &str, words: &str) -> Result<String, Refusal> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > LONGEST {
        return Err(refuse!(Incomplete, "须写明{what}，且不超过{LONGEST}字"));
    }
    check_words(what, words, Lines::Many)?;
    Ok(words.to_owned())
}
