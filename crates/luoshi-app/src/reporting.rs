//! Reporting: which steps hand something in, what the unit said last time, and handing in from a telephone
//! that may have been without a signal for days.

use luoshi_engine::{
    Command, Entry, EntryEvent, EntryNo, EntryRow, Event, PlanId, Refusal, RefusalKind, TakeStep,
};
use luoshi_pack::{Effect, Note, Role, Side, Step};
use luoshi_store::Page;

use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::reader::{EntryView, Reader};

/// An entry on which somebody may report.
pub struct ReportView {
    /// The entry and what happened to it.
    pub view: EntryView,
    /// Keys of the steps that hand something in, the likeliest first; none where it is not the reader's turn.
    pub steps: Vec<String>,
    /// The key of the step that reports nothing (零报告), where that will do.
    pub nil: Option<String>,
    /// What the unit handed in last under the same duty.
    pub last: Option<Entry>,
    /// Why it was handed back, where it was.
    pub returned: Option<String>,
}

impl Reader {
    /// An entry with all that its report is made of.
    ///
    /// # Errors
    ///
    /// There is none, or it is not for this reader.
    pub async fn report(&self, plan: PlanId, no: EntryNo) -> Result<ReportView, AppError> {
        let view = self.entry(plan, no, None).await?;
        let pack = self.pack(&view.plan)?;
        let open = self.steps(pack, &view.plan, &view.entry);
        let steps = telling(&view.entry, &open).into_iter().map(|step| step.key.clone()).collect();
        let nil = open.iter().find(|step| step.effect == Some(Effect::Nil)).map(|step| step.key.clone());
        let last = match &view.entry.opening.expected {
            Some(expected) => {
                let lead = view.entry.opening.lead;
                self.app().store().last_report(plan, no, &expected.duty, lead).await?
            }
            None => None,
        };
        let returned = returned(&view);
        Ok(ReportView { view, steps, nil, last, returned })
    }

    /// What the reader may do with entries right from a list, and the last event of each.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn acts(&self, rows: &[EntryRow]) -> Result<Vec<(Act, i64)>, AppError> {
        let plans = self.plans_of(rows).await?;
        let mut acts = Vec::with_capacity(rows.len());
        for row in rows {
            let entry: Entry = serde_json::from_str(&row.body).map_err(luoshi_store::StoreError::from)?;
            let act = match plans.get(&row.plan) {
                Some(plan) => act(&entry, &self.steps(self.pack(plan)?, plan, &entry)),
                None => Act::Look,
            };
            acts.push((act, entry.seq));
        }
        Ok(acts)
    }

    /// The entries at the top of the reader's desk on which they may report.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn reports_on_desk(&self, page: Page) -> Result<Vec<EntryRow>, AppError> {
        let (rows, _) = self.desk(page).await?;
        let acts = self.acts(&rows).await?;
        Ok(rows
            .into_iter()
            .zip(acts)
            .filter(|(_, (act, _))| *act == Act::Report)
            .map(|(row, _)| row)
            .collect())
    }

    /// Hands a report in. It may have been written days ago: what time alone brought about since then, and
    /// what its own sender did, is no news to it; what others did is. Sent again it changes nothing twice.
    ///
    /// # Errors
    ///
    /// Somebody else acted on the entry since, or the step is refused.
    pub async fn hand_in(&self, key: &str, view: &EntryView, take: TakeStep) -> Result<Outcome, AppError> {
        let news = take.seen.is_some_and(|seen| self.is_overtaken(view, seen));
        if news && self.app().store().command(key).await?.is_none() {
            let sentence = "您填写以后，别人又办过这一事项：请查看最新情况，填写的内容还在，核对后再提交";
            return Err(AppError::Refused(Refusal::new(RefusalKind::Stale, sentence)));
        }
        // The command must be the same whenever it is sent, so it does not say what was seen.
        let step = Box::new(TakeStep { seen: None, ..take });
        let command = Command::Step { entry: view.entry.no, step };
        let request =
            Request { key: key.to_owned(), actor: self.actor.clone(), plan: Some(view.plan.id), command };
        App::execute(self.app(), request).await
    }

    /// Whether the reader handed a report in under a key, be the entry in their sight any more or not: a
    /// telephone whose answer was lost asks again, and the entry may have gone to another unit meanwhile.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn has_handed_in(&self, key: &str, plan: PlanId, no: EntryNo) -> Result<bool, AppError> {
        let done = self.app().store().command(key).await?.filter(|done| done.chain == plan && done.first > 0);
        let Some(done) = done else { return Ok(false) };
        let events = self.app().store().events_page(plan, done.first - 1, 1).await?;
        let Some(first) = events.first().filter(|first| first.key == key) else { return Ok(false) };
        let event = first.event().map_err(luoshi_store::StoreError::from)?;
        let own = first.actor.person == self.actor.person;
        Ok(own && matches!(event, Event::Entry(of, EntryEvent::Stepped { .. }) if of == no))
    }

    /// Whether somebody else did something to an entry after an event.
    fn is_overtaken(&self, view: &EntryView, seen: i64) -> bool {
        let by_others = |event: &EntryEvent| {
            matches!(
                event,
                EntryEvent::Stepped { .. } | EntryEvent::Amended { .. } | EntryEvent::Inherited { .. }
            )
        };
        view.history.iter().any(|(recorded, event)| match event {
            Event::Entry(_, event) => {
                recorded.seq > seen && recorded.actor.person != self.actor.person && by_others(event)
            }
            _ => false,
        })
    }
}

/// What a reader may do with an entry right from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Report on it.
    Report,
    /// Take a step that needs no word and no look: its key and title.
    Tap(String, String),
    /// Look at it first.
    Look,
}

/// What can be done with an entry right from a list, of the steps that are open. What was done by another
/// hand is looked at before anything is said of it.
fn act(entry: &Entry, open: &[&Step]) -> Act {
    if can_report(entry, open) {
        return Act::Report;
    }
    let bare = |step: &&&Step| {
        step.effect.is_none()
            && step.to.is_some()
            && step.needs.is_empty()
            && step.evidence == 0
            && step.note != Note::Required
            && step.other_hand.is_empty()
            && step.who.iter().any(|who| matches!(who.side, Side::Lead | Side::Support))
    };
    open.iter().find(bare).map_or(Act::Look, |step| Act::Tap(step.key.clone(), step.title.clone()))
}

/// Whether something can be reported on an entry by one of the steps that are open.
pub fn can_report(entry: &Entry, open: &[&Step]) -> bool {
    !telling(entry, open).is_empty()
}

/// The steps by which a unit tells something: of an expected report handing it in, elsewhere progress first.
fn telling<'p>(entry: &Entry, open: &[&'p Step]) -> Vec<&'p Step> {
    let by_unit = |step: &&&Step| {
        step.who.iter().any(|who| who.role == Role::Handler && matches!(who.side, Side::Lead | Side::Support))
    };
    let tells = |step: &&&Step| match step.effect {
        Some(Effect::Progress | Effect::Part) => true,
        Some(_) => false,
        None => !(step.needs.is_empty() && step.takes.is_empty() && step.evidence == 0),
    };
    let mut steps: Vec<&Step> = open.iter().filter(by_unit).filter(tells).copied().collect();
    if entry.opening.expected.is_none() {
        steps.sort_by_key(|step| step.effect != Some(Effect::Progress));
    }
    steps
}

/// What was said when it was last handed back, where it waits to be handed in again.
fn returned(view: &EntryView) -> Option<String> {
    let last = view.history.iter().rev().find_map(|(_, event)| match event {
        Event::Entry(_, EntryEvent::Stepped { effect, body, .. }) => Some((effect, &body.note)),
        _ => None,
    })?;
    (*last.0 == Some(Effect::Return)).then(|| last.1.clone())
}
