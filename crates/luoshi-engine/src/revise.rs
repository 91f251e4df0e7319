//! A new version of a running plan's text: shown change by change, in force where people say so.

mod carry;

use std::collections::{BTreeMap, BTreeSet};

use luoshi_pack::{Phase, Role};
use serde::{Deserialize, Serialize};

use crate::canon::Hash;
use crate::clock::World;
use crate::compare::{Became, Differs, Pair, differing, merged};
use crate::entry::{Entry, Evidence};
use crate::event::{Actor, Event};
use crate::id::{EntryNo, ItemNo};
use crate::plan::{Draft, DraftItem, ItemContent, Plan, PlanEvent};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_all, check_words};
use carry::Revising;

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
                let same = fields.is_empty() && !pair.reworded;
                let became = if same { Became::Same } else { Became::Changed };
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
            again: Vec::new(),
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
