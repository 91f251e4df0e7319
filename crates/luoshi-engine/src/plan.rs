//! A plan that is drafted, issued, run, amended and archived.

use std::collections::BTreeSet;
use std::fmt::{self, Display};

use jiff::civil::Date;
use luoshi_pack::{Duty, Until};
use luoshi_plan::model::Collective;
use luoshi_text::Span;
use luoshi_when::{Bare, Choice, Found, When, describe_with};
use serde::{Deserialize, Serialize};

use crate::canon::Hash;
use crate::entry::Evidence;
use crate::id::{ItemNo, PersonId, PlanId, UnitId};
use crate::moment::Moment;
use crate::quota::Quota;
use crate::refusal::{Refusal, refuse};

/// Where a plan stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Items are being confirmed.
    #[default]
    Draft,
    /// It runs.
    Issued,
    /// Kept and closed.
    Archived,
    /// Given up before it was issued.
    Abandoned,
}

/// A party of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemParty {
    /// The name as written.
    pub name: String,
    /// The unit of the organisation that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// The kind of units that a collective word stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collective: Option<Collective>,
}

/// A recurrence: 每月, 每季度首月10日前.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurs {
    /// A rule of RFC 5545, as `luoshi-when` writes it: `FREQ=MONTHLY`.
    pub rule: String,
    /// A rule that names a day of a quarter or half-year but no month means its first month, not its last.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first_month: bool,
}

impl Recurs {
    /// The recurrence of a time expression, where it is one.
    pub fn of(found: &Found) -> Option<Self> {
        match &found.when {
            When::Every { rrule } => {
                let first_month = Choice::of(&found.reading).month == Bare::Start;
                Some(Self { rule: rrule.clone(), first_month })
            }
            _ => None,
        }
    }
}

impl Display for Recurs {
    /// 每月, 每季度首月10日.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = if self.first_month { Bare::Start } else { Bare::End };
        let told = describe_with(&self.rule, Choice { bare: Bare::End, month });
        f.write_str(told.as_deref().unwrap_or(&self.rule))
    }
}

/// What an item of a draft says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemContent {
    /// Work for units.
    Task {
        /// One line.
        title: String,
        /// Who leads or answers: each gets an entry of its own.
        lead: Vec<ItemParty>,
        /// Who helps.
        #[serde(default)]
        support: Vec<ItemParty>,
        /// The leader named as responsible.
        #[serde(default)]
        leader: Vec<String>,
        /// When it is due.
        #[serde(default)]
        due: Option<Date>,
        /// Until what time of that day. Kept under the name that it had while only the closing hour was known.
        #[serde(default, rename = "by_closing", alias = "until")]
        until: Until,
        /// How often it is done again; then `due` is the last day on which it may be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        every: Option<Recurs>,
        /// Numbers to be reached, in words: 不少于10条.
        #[serde(default)]
        quantities: Vec<String>,
        /// Evidence asked for, in words.
        #[serde(default)]
        evidence: Vec<String>,
    },
    /// A report that is expected.
    Duty(Box<Duty>),
    /// A number that is distributed to units.
    Quota(Box<Quota>),
    /// A rule of reward, penalty, score, veto or accountability, in words.
    Rule {
        /// What kind: `reward`, `penalty`, `score`, `veto`, `accountability`.
        kind: String,
        /// The condition.
        when: String,
        /// The consequence.
        effect: String,
    },
    /// A phase of the schedule.
    Stage {
        /// Its name.
        name: String,
        /// First day.
        #[serde(default)]
        start: Option<Date>,
        /// Last day.
        #[serde(default)]
        end: Option<Date>,
    },
    /// Somebody's place in a leading group.
    Group {
        /// Where: `head`, `deputy`, `member`, `office`.
        role: String,
        /// The name.
        name: String,
    },
}

impl ItemContent {
    /// How often a task is done again, with the hour of each time: 每周五下班前; empty for one that is done once.
    pub fn again(&self) -> String {
        match self {
            Self::Task { every: Some(every), until, .. } => until.told(every),
            _ => String::new(),
        }
    }

    /// The kind, for counting how many were taken as they were read.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Task { .. } => "task",
            Self::Duty(_) => "duty",
            Self::Quota(_) => "quota",
            Self::Rule { .. } => "rule",
            Self::Stage { .. } => "stage",
            Self::Group { .. } => "group",
        }
    }
}

/// An item that was read from the text and awaits a person's word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftItem {
    /// Its number.
    pub no: ItemNo,
    /// The words it rests on; none where a person added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// What it says.
    pub content: ItemContent,
}

/// What a person decided on an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// As it was read.
    Confirmed,
    /// Otherwise.
    Corrected {
        /// What it says now.
        content: ItemContent,
        /// Why.
        reason: String,
    },
    /// Part of another item.
    Merged {
        /// Which.
        into: ItemNo,
        /// Why.
        reason: String,
    },
    /// Nothing to be run.
    Dropped {
        /// Why.
        reason: String,
    },
}

/// What happened to a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanEvent {
    /// A plan was drafted from a compiled text.
    Drafted {
        /// Its title.
        title: String,
        /// The unit that will issue it.
        issuer: UnitId,
        /// The day its years run forward from.
        dated: Date,
        /// The file it was read from.
        source: Evidence,
        /// The text that the spans point into.
        text: Hash,
        /// What was read.
        items: Vec<DraftItem>,
    },
    /// A person added an item.
    ItemAdded {
        /// The item.
        item: Box<DraftItem>,
        /// Why.
        reason: String,
    },
    /// A person decided on an item.
    ItemDecided {
        /// Which.
        item: ItemNo,
        /// What.
        decision: Box<Decision>,
    },
    /// The plan was issued.
    Issued {
        /// 发文字号 or another number.
        number: String,
        /// The pack that it runs on.
        pack: String,
        /// Its version.
        version: u32,
        /// Who approved the issue.
        approver: PersonId,
        /// The last day the plan runs; duties without an end go on until then.
        end: Date,
        /// Duties: the pack's and those read from the text.
        duties: Vec<Duty>,
        /// Units that lead or support its tasks.
        parties: Vec<UnitId>,
    },
    /// Expected reports of a duty were opened for its next due day.
    DutyOpened {
        /// Which.
        duty: String,
        /// The due day by the schedule.
        period: Date,
    },
    /// A new version of the text.
    Amended {
        /// Counted from 2.
        version: u32,
        /// The file.
        source: Evidence,
        /// The text.
        text: Hash,
        /// Why.
        reason: String,
        /// Items as they stand now, those of the new text and those that it leaves out, with what was
        /// decided on each; what is not named stays as it was.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<(DraftItem, Decision)>,
        /// Its duties now, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        duties: Option<Vec<Duty>>,
        /// Units that lead or support its tasks now, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parties: Option<Vec<UnitId>>,
    },
    /// The plan went over to another version of its pack.
    PackMoved {
        /// The version.
        version: u32,
        /// Why.
        reason: String,
    },
    /// A certifying unit's list came in.
    ListImported {
        /// The register.
        register: String,
        /// Where it is from.
        source: String,
        /// The file.
        file: Evidence,
        /// How many rows matched an entry.
        matched: u32,
        /// Rows that matched none.
        unmatched: Vec<String>,
        /// Rows that stood twice or matched an entry that was confirmed before.
        doubled: Vec<String>,
    },
    /// A head of the chain was given to somebody outside: stamped into a document or an archive.
    Anchored {
        /// Into what.
        into: String,
    },
    /// Kept and closed.
    Archived {
        /// Why, or on what occasion.
        reason: String,
    },
    /// Given up before it was issued.
    Abandoned {
        /// Why.
        reason: String,
    },
}

/// A running plan without its entries and draft items: small, read with every command.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// Its number.
    pub id: PlanId,
    /// Its title.
    pub title: String,
    /// The unit that issues it.
    pub issuer: UnitId,
    /// Where it stands.
    pub state: PlanState,
    /// 发文字号.
    pub number: String,
    /// The pack and its version.
    pub pack: String,
    /// The pack's version.
    pub pack_version: u32,
    /// When it was issued.
    pub issued: Option<Moment>,
    /// The last day it runs.
    pub end: Option<Date>,
    /// Its duties.
    pub duties: Vec<Duty>,
    /// Units that lead or support its tasks.
    pub parties: Vec<UnitId>,
    /// The due days of each duty opened so far: the last of each.
    pub opened: std::collections::BTreeMap<String, Date>,
    /// The version of its text.
    pub text_version: u32,
    /// The text that spans point into.
    pub text: Option<Hash>,
    /// How many entries it has.
    pub entries: i64,
    /// How many entries each register has, for their numbers.
    pub numbered: std::collections::BTreeMap<String, i64>,
}

impl Decision {
    /// What tells one word on an item from the next: empty where nobody has decided, else 16 hexadecimal
    /// digits. A form bears it, so that of two people who have the item open the second sees what the first
    /// said.
    pub fn mark(decided: Option<&Self>) -> String {
        let words = decided.and_then(|decision| serde_json::to_vec(decision).ok());
        words.map(|words| Hash::of(&words).to_string().split_off(48)).unwrap_or_default()
    }
}

/// The items of a draft and what was decided on each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The items with their decisions and who made them.
    pub items: Vec<(DraftItem, Option<(Decision, PersonId)>)>,
    /// Items that a person split off others: they rest on words of the text but were not read from it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub split: BTreeSet<ItemNo>,
}

impl Plan {
    /// Folds one event of the plan in.
    pub fn apply(&mut self, id: PlanId, at: Moment, event: &PlanEvent) {
        match event {
            PlanEvent::Drafted { title, issuer, text, .. } => {
                *self = Self {
                    id,
                    title: title.clone(),
                    issuer: *issuer,
                    text: Some(*text),
                    text_version: 1,
                    ..Self::default()
                };
            }
            PlanEvent::Issued { number, pack, version, end, duties, parties, .. } => {
                self.state = PlanState::Issued;
                self.number.clone_from(number);
                (self.pack, self.pack_version) = (pack.clone(), *version);
                (self.issued, self.end) = (Some(at), Some(*end));
                self.duties.clone_from(duties);
                self.parties.clone_from(parties);
            }
            PlanEvent::DutyOpened { duty, period } => {
                self.opened.insert(duty.clone(), *period);
            }
            PlanEvent::Amended { version, text, duties, parties, .. } => {
                (self.text_version, self.text) = (*version, Some(*text));
                if let Some(duties) = duties {
                    self.duties.clone_from(duties);
                }
                if let Some(parties) = parties {
                    self.parties.clone_from(parties);
                }
            }
            PlanEvent::PackMoved { version, .. } => self.pack_version = *version,
            PlanEvent::Archived { .. } => self.state = PlanState::Archived,
            PlanEvent::Abandoned { .. } => self.state = PlanState::Abandoned,
            // Of the draft, or of the record alone.
            PlanEvent::ItemAdded { .. }
            | PlanEvent::ItemDecided { .. }
            | PlanEvent::ListImported { .. }
            | PlanEvent::Anchored { .. } => {}
        }
    }

    /// Counts an entry that was opened.
    pub fn opened_entry(&mut self, no: crate::EntryNo, register: &str) {
        self.entries = self.entries.max(no.0);
        *self.numbered.entry(register.to_owned()).or_default() += 1;
    }
}

impl Draft {
    /// Folds one event of the plan in.
    pub fn apply(&mut self, actor: PersonId, event: &PlanEvent) {
        match event {
            PlanEvent::Drafted { items, .. } => {
                self.items = items.iter().map(|item| (item.clone(), None)).collect();
            }
            PlanEvent::ItemAdded { item, .. } => {
                self.split.extend(item.span.map(|_| item.no));
                self.items.push((item.as_ref().clone(), Some((Decision::Confirmed, actor))));
            }
            PlanEvent::Amended { items, .. } => {
                for (item, decision) in items {
                    let row = (item.clone(), Some((decision.clone(), actor)));
                    match self.items.iter_mut().find(|(known, _)| known.no == item.no) {
                        Some(known) => *known = row,
                        None => self.items.push(row),
                    }
                }
            }
            PlanEvent::ItemDecided { item, decision } => {
                if let Some((_, decided)) = self.items.iter_mut().find(|(known, _)| known.no == *item) {
                    *decided = Some((decision.as_ref().clone(), actor));
                }
            }
            _ => {}
        }
    }

    /// An item and what was decided on it.
    pub fn find(&self, no: ItemNo) -> Option<&(DraftItem, Option<(Decision, PersonId)>)> {
        self.items.iter().find(|(item, _)| item.no == no)
    }

    /// Refuses where an item is no longer what somebody has seen of it.
    pub(crate) fn unchanged(&self, no: ItemNo, seen: Option<&str>) -> Result<(), Refusal> {
        let decided = self.find(no).and_then(|(_, decided)| decided.as_ref());
        if seen.is_none_or(|seen| seen == Decision::mark(decided.map(|(decision, _)| decision))) {
            return Ok(());
        }
        Err(refuse!(Stale, "第{no}项刚由他人处理过，您的改动没有保存；请查看最新情况后再定"))
    }

    /// What an item says by a person's word; none where it is not run.
    pub fn stands(&self, no: ItemNo) -> Option<&ItemContent> {
        self.standing().find(|(item, _)| item.no == no).map(|(_, content)| content)
    }

    /// What will be run: confirmed and corrected items, as they are now.
    pub fn standing(&self) -> impl Iterator<Item = (&DraftItem, &ItemContent)> {
        self.items.iter().filter_map(|(item, decided)| match decided {
            Some((Decision::Confirmed, _)) => Some((item, &item.content)),
            Some((Decision::Corrected { content, .. }, _)) => Some((item, content)),
            Some((Decision::Merged { .. } | Decision::Dropped { .. }, _)) | None => None,
        })
    }

    /// How the items of each kind were taken: (kind, read, confirmed, corrected, merged, dropped).
    pub fn rates(&self) -> Vec<Rate> {
        let mut rates: Vec<Rate> = Vec::new();
        // What a person added was never read, so it says nothing about the reading.
        let read = |item: &DraftItem| item.span.is_some() && !self.split.contains(&item.no);
        for (item, decided) in self.items.iter().filter(|(item, _)| read(item)) {
            let kind = item.content.kind();
            let at = rates.iter().position(|rate| rate.kind == kind).unwrap_or_else(|| {
                rates.push(Rate { kind, ..Rate::default() });
                rates.len() - 1
            });
            let rate = &mut rates[at];
            rate.read += 1;
            match decided.as_ref().map(|(decision, _)| decision) {
                Some(Decision::Confirmed) => rate.confirmed += 1,
                Some(Decision::Corrected { .. }) => rate.corrected += 1,
                Some(Decision::Merged { .. }) => rate.merged += 1,
                Some(Decision::Dropped { .. }) => rate.dropped += 1,
                None => {}
            }
        }
        rates
    }
}

/// How the items of one kind were taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// The kind.
    pub kind: &'static str,
    /// How many were read from the text.
    pub read: u32,
    /// Taken as they were read.
    pub confirmed: u32,
    /// Taken otherwise.
    pub corrected: u32,
    /// Taken into another.
    pub merged: u32,
    /// Not taken.
    pub dropped: u32,
}
