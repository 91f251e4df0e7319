//! What somebody wants done.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::call::CallFor;
use crate::certify::ImportList;
use crate::id::{EntryNo, ItemNo};
use crate::issue::{AmendPlan, DraftPlan, IssuePlan};
use crate::open::NewEntry;
use crate::plan::{Decision, ItemContent};
use crate::revise::RevisePlan;
use crate::step::TakeStep;

/// A command to a plan or one of its entries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Drafts a new plan.
    Draft(Box<DraftPlan>),
    /// Decides on an item of a draft.
    DecideItem {
        /// Which.
        item: ItemNo,
        /// What.
        decision: Box<Decision>,
        /// The [`Decision::mark`] that the actor has seen; another makes the command stale.
        seen: Option<String>,
    },
    /// Adds an item to a draft.
    AddItem {
        /// What it says.
        content: Box<ItemContent>,
        /// On what ground.
        reason: String,
        /// The item whose words it rests on too, where one was split in two.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<ItemNo>,
        /// The mark of that item that the actor has seen; another makes the command stale.
        seen: Option<String>,
    },
    /// Issues a plan on a pack.
    Issue {
        /// The pack's name.
        pack: String,
        /// Number, approver, end.
        issue: Box<IssuePlan>,
    },
    /// Adds an entry to a register.
    AddEntry(Box<NewEntry>),
    /// Takes a step on an entry.
    Step {
        /// Which entry.
        entry: EntryNo,
        /// The step.
        step: Box<TakeStep>,
    },
    /// Sets an entry's light by hand.
    SetLight {
        /// Which entry.
        entry: EntryNo,
        /// The light.
        light: String,
        /// Why.
        reason: String,
    },
    /// Forgets whoever an entry is about: its personal fields and files open for nobody any more.
    Forget {
        /// Which entry.
        entry: EntryNo,
        /// On what ground.
        reason: String,
    },
    /// Chases an entry by hand, with a rung of the ladder and why.
    Urge {
        /// Which entry.
        entry: EntryNo,
        /// The rung: 催办, 督办单.
        rung: String,
        /// Why, in words.
        reason: String,
    },
    /// A leader's instruction (批示) on an entry: a task of its own, with its own clock.
    Instruct {
        /// On which entry.
        entry: EntryNo,
        /// What is to be done.
        words: String,
        /// By which day.
        due: Date,
    },
    /// An event came that a report is due after.
    CallFor(Box<CallFor>),
    /// Takes in a certifying unit's list.
    Certify(Box<ImportList>),
    /// Amends a running plan by a notice that names entries.
    Amend(Box<AmendPlan>),
    /// Puts a new version of a running plan's text in force, change by change.
    Revise(Box<RevisePlan>),
    /// Moves a running plan to another version of its pack.
    MovePack {
        /// The version.
        version: u32,
        /// Why.
        reason: String,
    },
    /// Archives a running plan, or abandons a draft.
    Close {
        /// Why.
        reason: String,
    },
    /// Notes that a head of the chain was given to somebody outside.
    Anchor {
        /// Into what.
        into: String,
    },
    /// The scheduler: what time alone brings about on an entry.
    Tick {
        /// Which entry.
        entry: EntryNo,
    },
    /// The scheduler: an entry of a unit that was merged goes to the one that took it over.
    Inherit {
        /// Which entry.
        entry: EntryNo,
    },
    /// The scheduler: opens the expected reports whose time has come.
    OpenDuties,
}
