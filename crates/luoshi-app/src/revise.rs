//! A new version of a running plan's text: compared, shown, and put in force change by change.

use std::collections::BTreeMap;

use luoshi_engine::{
    Actor, Became, Command, Consent, Difference, DraftItem, Entry, EntryNo, Event, Evidence, Hash, Paired,
    Plan, PlanEvent, PlanId, PlanState, RefusalKind, RevisePlan, draft_items, pair_items, reworded,
};
use luoshi_plan::Options;
use luoshi_store::{Filter, Page, StoreError};

use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::intake::{PlanFile, compiled};
use crate::ledger::{PAGE, refused};

/// A new text held against what runs. Nothing of it is kept yet.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The plan as it runs.
    pub plan: Plan,
    /// The differences, in the order of the new text and then what is gone.
    pub differences: Vec<Difference>,
    items: Vec<DraftItem>,
    name: String,
    bytes: Vec<u8>,
    text: String,
}

impl Comparison {
    /// The differences that a person has to decide on, with their numbers, counted from 1 over all.
    pub fn changes(&self) -> impl Iterator<Item = (usize, &Difference)> {
        (1..).zip(&self.differences).filter(|(_, difference)| difference.became != Became::Same)
    }

    /// Where two versions of the text are the same, word for word.
    pub fn is_idle(&self) -> bool {
        self.plan.text == Some(Hash::of(self.text.as_bytes()))
    }

    /// The words of the new text that an item rests on.
    pub fn words(&self, difference: &Difference) -> &str {
        let item = difference.pair.new.and_then(|no| self.items.iter().find(|item| item.no == no));
        let span = item.and_then(|item| item.span);
        span.and_then(|span| self.text.get(span.range())).unwrap_or_default()
    }
}

impl App {
    /// Compares a new version of a running plan's text with what runs, item by item.
    ///
    /// # Errors
    ///
    /// There is no such plan or it does not run, the bytes are no document, or hold no plan.
    pub async fn compare_text(&self, plan: PlanId, file: PlanFile) -> Result<Comparison, AppError> {
        let plan = self.plan_of(plan).await?;
        if plan.state != PlanState::Issued {
            return Err(refused(RefusalKind::WrongState, "方案不在执行中，不能修订；草稿请直接改正各项"));
        }
        let PlanFile { name, bytes, index, issued, .. } = file;
        let now = self.now().date();
        // A version that does not say its day counts its years as the one before it did.
        let today = plan.issued.map_or(now, luoshi_engine::Moment::date);
        let (document, found) = compiled(&name, bytes.clone(), Options::new(issued, today)).await?;
        let read = found.plans.get(index).ok_or_else(|| AppError::NoPlan(name.clone()))?;
        let context = self.context();
        let items = draft_items(read, document.text(), &context.org, plan.issuer, now);
        let draft = self.store().draft(plan.id).await?.unwrap_or_default();
        let before = match plan.text {
            Some(text) => self.shared.attachments.get(text).await.unwrap_or_default(),
            None => Vec::new(),
        };
        let before = String::from_utf8_lossy(&before);
        let old: Vec<&DraftItem> = draft.items.iter().map(|(item, _)| item).collect();
        let words = |item: &DraftItem, is_new: bool| {
            let text = if is_new { document.text() } else { before.as_ref() };
            item.span.and_then(|span| text.get(span.range())).unwrap_or_default().to_owned()
        };
        let pairs = pair_items(&old, &items, words);
        let entries = self.running_entries(plan.id).await?;
        let world = context.world(context.pack(&plan)?, self.now());
        let mut differences = world.compare_text(&draft, &entries, &items, &pairs)?;
        for difference in differences.iter_mut().filter(|difference| difference.pair.reworded) {
            let old = difference.pair.old.and_then(|no| draft.find(no)).map(|(item, _)| words(item, false));
            let new = difference.pair.new.and_then(|no| items.iter().find(|item| item.no == no));
            let told = old.zip(new).and_then(|(old, new)| reworded(&old, &words(new, true)));
            difference.fields.extend(told);
        }
        let text = document.text().to_owned();
        Ok(Comparison { plan, differences, items, name, bytes, text })
    }

    /// Puts a compared text in force. `consents` are a person's words on its changes, by their numbers.
    ///
    /// # Errors
    ///
    /// A refusal: changes that nobody decided on, no reason, another version meanwhile, no right to.
    pub async fn revise(
        &self,
        key: &str,
        actor: &Actor,
        comparison: Comparison,
        reason: &str,
        consents: &BTreeMap<usize, Consent>,
    ) -> Result<Outcome, AppError> {
        let Comparison { plan, differences, items, name, bytes, text } = comparison;
        let changed = |no: &usize| {
            no.checked_sub(1).and_then(|at| differences.get(at)).is_some_and(|d| d.became != Became::Same)
        };
        if let Some(no) = consents.keys().find(|no| !changed(no)) {
            let sentence = format!("没有第{no}处变动，请按对照表上的序号填写");
            return Err(refused(RefusalKind::NotFound, sentence));
        }
        let kept = |name: &str, bytes: &[u8]| Evidence {
            hash: Hash::of(bytes),
            name: name.to_owned(),
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        };
        let command = RevisePlan {
            follows: plan.text_version,
            source: kept(&name, &bytes),
            text: Hash::of(text.as_bytes()),
            reason: reason.to_owned(),
            items,
            pairs: (1..)
                .zip(&differences)
                .map(|(no, found)| Paired { pair: found.pair, consent: consents.get(&no).cloned() })
                .collect(),
        };
        // What is refused leaves no files behind.
        let draft = self.store().draft(plan.id).await?.unwrap_or_default();
        let entries = self.running_entries(plan.id).await?;
        let context = self.context();
        let world = context.world(context.pack(&plan)?, self.now());
        world.revise_plan(&plan, &draft, &entries, actor, command.clone())?;
        self.attach(&name, bytes).await?;
        self.attach(&format!("{name}.txt"), text.into_bytes()).await?;
        let command = Command::Revise(Box::new(command));
        let plan = Some(plan.id);
        self.execute(Request { key: key.to_owned(), actor: actor.clone(), plan, command }).await
    }

    /// What a revision came to that was carried out before under a key; none where the key is new. By
    /// then the new text is the one that runs, so that there is nothing left to compare it with.
    ///
    /// # Errors
    ///
    /// The key was used for something else, or the store fails.
    pub async fn revised_before(
        &self,
        key: &str,
        plan: PlanId,
        bytes: &[u8],
    ) -> Result<Option<Outcome>, AppError> {
        let Some(row) = self.store().command(key).await? else { return Ok(None) };
        let events = self.store().events_page(row.chain, row.first - 1, 1).await?;
        let event = events.first().map(luoshi_engine::Recorded::event).transpose();
        let same = match event.map_err(StoreError::from)? {
            Some(Event::Plan(PlanEvent::Amended { source, .. })) => source.hash == Hash::of(bytes),
            _ => false,
        };
        if !same || row.chain != plan {
            let sentence = "同一操作编号已用于另一操作，本次未保存，请换一个编号";
            return Err(refused(RefusalKind::KeyReused, sentence));
        }
        let opened = serde_json::from_str(&row.outcome).unwrap_or_default();
        Ok(Some(Outcome { plan, first: row.first, last: row.last, opened, repeated: true, retold: false }))
    }

    /// The entries of a plan that are not given up.
    async fn running_entries(&self, plan: PlanId) -> Result<BTreeMap<EntryNo, Entry>, AppError> {
        let mut out = BTreeMap::new();
        for number in 1.. {
            let page =
                self.store().find_entries(plan, &Filter::default(), Page::number(number, PAGE)).await?;
            for row in &page {
                let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                out.insert(entry.no, entry);
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                break;
            }
        }
        out.retain(|_, entry| entry.phase != luoshi_pack::Phase::Void);
        Ok(out)
    }
}
