//! Words on the items of a draft: one, many of a kind, one split in two, one name for one unit.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, Command, Decision, ItemContent, ItemNo, ItemParty, PlanId, Refusal, RefusalKind};

use super::review::{Review, Trouble};
use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::reader::Reader;

/// What came of confirming all of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// So many were confirmed.
    pub done: usize,
    /// So many wait for a word on their units.
    pub left: usize,
}

/// An item split in two.
#[derive(Clone, Debug)]
pub struct Split {
    /// Which.
    pub item: ItemNo,
    /// What is left of it.
    pub rest: ItemContent,
    /// What is split off.
    pub part: ItemContent,
    /// Why.
    pub reason: String,
    /// The mark of the item that was seen.
    pub seen: Option<String>,
}

impl App {
    /// A person's word on an item of a draft, who has seen the item under a mark (`Decision::mark`).
    ///
    /// # Errors
    ///
    /// Refused, or the store fails; so with all that follow.
    pub async fn decide_item(
        &self,
        key: &str,
        actor: &Actor,
        plan: PlanId,
        (item, decision): (ItemNo, Decision),
        seen: Option<String>,
    ) -> Result<Outcome, AppError> {
        let command = Command::DecideItem { item, decision: Box::new(decision), seen };
        self.execute(Request { key: key.to_owned(), actor: actor.clone(), plan: Some(plan), command }).await
    }

    /// Words on several items as a review shows them, kept together where they come together; tells how many
    /// were taken. An item on which somebody else has decided meanwhile keeps that word.
    async fn decide_all(
        &self,
        key: &str,
        actor: &Actor,
        review: &Review,
        decisions: Vec<(ItemNo, Decision)>,
    ) -> Result<usize, AppError> {
        let mut answers = Vec::with_capacity(decisions.len());
        for (item, decision) in decisions {
            let (_, decided) = review.item(item)?;
            let seen = Some(Decision::mark(decided.map(|(decision, _)| decision)));
            let command = Command::DecideItem { item, decision: Box::new(decision), seen };
            let key = format!("{key}.{item}");
            let request = Request { key, actor: actor.clone(), plan: Some(review.plan.id), command };
            answers.push(self.hand_over(request).await?);
        }
        let mut done = 0;
        for answer in answers {
            match answer.await.map_err(|_| AppError::Closing)? {
                Ok(_) => done += 1,
                Err(AppError::Refused(refusal)) if refusal.kind == RefusalKind::Stale => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Confirms every item of a kind on which nobody has decided, but for those whose units are not clear.
    ///
    /// # Errors
    ///
    /// See [`App::decide_item`]; what was confirmed before that stays confirmed.
    pub async fn confirm_kind(
        &self,
        key: &str,
        reader: &Reader,
        review: &Review,
        kind: &str,
    ) -> Result<Confirmed, AppError> {
        let troubles = review.troubles(reader);
        let open: Vec<ItemNo> =
            review.open().filter(|item| item.content.kind() == kind).map(|item| item.no).collect();
        let clear: Vec<_> = open.iter().filter(|no| !troubles.contains_key(no)).collect();
        let left = open.len() - clear.len();
        let decisions = clear.into_iter().map(|no| (*no, Decision::Confirmed)).collect();
        let done = self.decide_all(key, &reader.actor, review, decisions).await?;
        Ok(Confirmed { done, left })
    }

    /// Splits an item in two that rest on the same words.
    ///
    /// # Errors
    ///
    /// See [`App::decide_item`].
    pub async fn split_item(
        &self,
        key: &str,
        actor: &Actor,
        review: &Review,
        split: Split,
    ) -> Result<(), AppError> {
        let Split { item, rest, part, reason, seen } = split;
        let (known, decided) = review.item(item)?;
        let now = Review::content(known, decided.map(|(decision, _)| decision));
        if part == rest {
            let sentence = "拆出的一项和原来的一项一样；请写明两项各办什么";
            return Err(Refusal::new(RefusalKind::Incomplete, sentence).into());
        }
        let decision = match decided {
            // What is left says what it said: its own word stays.
            None if *now == rest => Some(Decision::Confirmed),
            _ if *now == rest => None,
            _ => Some(Decision::Corrected { content: rest, reason: reason.clone() }),
        };
        let command =
            Command::AddItem { content: Box::new(part), reason, of: Some(item), seen: seen.clone() };
        let plan = review.plan.id;
        let request = Request { key: format!("{key}.part"), actor: actor.clone(), plan: Some(plan), command };
        self.execute(request).await?;
        if let Some(decision) = decision {
            self.decide_item(&format!("{key}.rest"), actor, plan, (item, decision), seen).await?;
        }
        Ok(())
    }

    /// Says which unit a name means that is not in the organisation, in every item that names it; tells in
    /// how many.
    ///
    /// # Errors
    ///
    /// No such unit, and see [`App::decide_item`].
    pub async fn name_unit(
        &self,
        key: &str,
        reader: &Reader,
        review: &Review,
        (name, unit): (&str, &str),
    ) -> Result<usize, AppError> {
        let names = reader.names(review.plan.issuer);
        let party = names.party(unit).map_err(|near| {
            let near = if near.is_empty() {
                String::new()
            } else {
                format!("，您要找的是：{}？", near.join("、"))
            };
            Refusal::new(RefusalKind::Incomplete, format!("“{unit}”不在机构名录中{near}"))
        })?;
        let mut decisions = Vec::new();
        for no in unknown(review, reader).remove(name).unwrap_or_default() {
            let (item, decided) = review.item(no)?;
            let mut content = Review::content(item, decided.map(|(decision, _)| decision)).clone();
            rename(&mut content, name, &party);
            let reason = format!("“{name}”即{}", party.name);
            decisions.push((no, Decision::Corrected { content, reason }));
        }
        self.decide_all(key, &reader.actor, review, decisions).await
    }
}

/// Names that are not in the organisation, and the items that bear them.
pub(super) fn unknown(review: &Review, reader: &Reader) -> BTreeMap<String, Vec<ItemNo>> {
    let mut out: BTreeMap<String, Vec<ItemNo>> = BTreeMap::new();
    for (no, troubles) in review.troubles(reader) {
        for trouble in troubles {
            if let Trouble::Unknown(name) = trouble {
                let items = out.entry(name).or_default();
                if items.last() != Some(&no) {
                    items.push(no);
                }
            }
        }
    }
    out
}

impl Review {
    /// Names that are not in the organisation, and the items that bear them.
    pub fn unknown_names(&self, reader: &Reader) -> BTreeMap<String, Vec<ItemNo>> {
        unknown(self, reader)
    }
}

/// Puts a unit in the place of a name that means nothing yet, once in each list.
fn rename(content: &mut ItemContent, name: &str, party: &ItemParty) {
    if let ItemContent::Quota(quota) = content {
        let named = quota.shares.iter_mut().filter(|share| is(&share.party, name));
        return named.for_each(|share| share.party.clone_from(party));
    }
    let ItemContent::Task { lead, support, .. } = content else { return };
    for list in [lead, support] {
        let known = list.iter().any(|other| other.unit.is_some() && other.unit == party.unit);
        list.retain(|other| !(known && is(other, name)));
        list.iter_mut().filter(|other| is(other, name)).for_each(|other| other.clone_from(party));
    }
}

fn is(party: &ItemParty, name: &str) -> bool {
    party.unit.is_none() && party.collective.is_none() && party.name == name
}
