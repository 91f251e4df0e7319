//! The organisation: units in a tree, people, posts, who stands in for whom, who leads what.

mod account;
mod code;
mod command;
mod keep;
mod kind;
mod network;
mod people;
#[cfg(test)]
mod property;
mod query;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_pack::Role;
use serde::{Deserialize, Serialize};

use crate::id::{PersonId, PostId, UnitId};

pub use account::{Account, AccountChange, AccountCommand, login_name};
pub use code::{credit_code_fault, mobile_fault, region_code_fault};
pub use command::{About, Administrators, NewUnit, Newcomer, OrgCommand, decide_org, rehearse_org};
pub use kind::UnitKind;
pub use network::Network;
pub use query::Holder;

/// A unit of the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its number.
    pub id: UnitId,
    /// Its full name, as it was at each time: the last is the present one.
    pub names: Vec<(Date, String)>,
    /// Short names.
    #[serde(default)]
    pub short: Vec<String>,
    /// A code of its own or a region code (GB/T 2260).
    #[serde(default)]
    pub code: String,
    /// What kind it is, a word of [`UnitKind::ALL`]: `county`, `township`, `village`, `department`.
    pub kind: String,
    /// Region code (GB/T 2260 and what continues it: 6, 9 or 12 digits).
    #[serde(default)]
    pub region: String,
    /// Unified social credit code (GB 32100).
    #[serde(default)]
    pub credit: String,
    /// Where it stands among its siblings; those without a place come last.
    #[serde(default)]
    pub sort: u32,
    /// The unit above, as it was at each time: the last is the present one.
    pub parents: Vec<(Date, Option<UnitId>)>,
    /// The first day it exists.
    pub from: Date,
    /// The last day it exists.
    #[serde(default)]
    pub to: Option<Date>,
    /// The unit that took over what it owed when it was closed or merged.
    #[serde(default)]
    pub into: Option<UnitId>,
    /// An outside party without accounts: the city office, a higher bureau.
    #[serde(default)]
    pub outside: bool,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Number.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Mobile number; empty where none is known.
    #[serde(default)]
    pub mobile: String,
}

/// A role of the system, kept apart from business (GB/T 22239 8.1.4.2, 8.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemRole {
    /// 系统管理员: units, people, packs, holidays.
    SystemAdmin,
    /// 安全管理员: who may do what.
    SecurityAdmin,
    /// 审计管理员: reads the record, changes nothing.
    AuditAdmin,
}

/// A person in a unit, with roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Its number.
    pub id: PostId,
    /// Who holds it.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// 镇长, 安办主任.
    #[serde(default)]
    pub title: String,
    /// What it may do in business.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// What it may do in the system: one at most.
    #[serde(default)]
    pub system: Option<SystemRole>,
    /// The first day.
    pub from: Date,
    /// The last day. One before the first day is a post that was called off before it began.
    #[serde(default)]
    pub to: Option<Date>,
}

/// Somebody who stands in for a post while its holder is away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// The post.
    pub post: PostId,
    /// Who stands in.
    pub to: PersonId,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: String,
}

/// What a leader is in charge of (分管): units and fields of work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// The leader's post.
    pub post: PostId,
    /// Units in the leader's charge.
    #[serde(default)]
    pub units: Vec<UnitId>,
    /// Fields of work, in words.
    #[serde(default)]
    pub fields: Vec<String>,
}

/// What happened to the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgEvent {
    /// A unit came to be.
    UnitAdded(Unit),
    /// A unit got another name.
    UnitRenamed {
        /// Which.
        unit: UnitId,
        /// Its new name.
        name: String,
        /// From this day.
        from: Date,
    },
    /// Short names, codes, kind or place were set.
    UnitDescribed {
        /// Which.
        unit: UnitId,
        /// Short names.
        short: Vec<String>,
        /// Code.
        code: String,
        /// Kind.
        kind: String,
        /// Region code.
        #[serde(default)]
        region: String,
        /// Credit code.
        #[serde(default)]
        credit: String,
        /// Place among siblings.
        #[serde(default)]
        sort: u32,
    },
    /// A unit came under another.
    UnitMoved {
        /// Which.
        unit: UnitId,
        /// Under which.
        parent: Option<UnitId>,
        /// From this day.
        from: Date,
    },
    /// A unit was closed, or merged into another.
    UnitClosed {
        /// Which.
        unit: UnitId,
        /// Its last day.
        last: Date,
        /// What it owed goes to this one.
        into: Option<UnitId>,
    },
    /// A person was added, or their name or number changed.
    PersonSet(Person),
    /// A post was given, or its title, roles or last day changed.
    PostSet(Post),
    /// Somebody stands in for a post.
    Delegated(Delegation),
    /// A stand-in was ended early, or called off where the last day lies before the first.
    DelegationEnded {
        /// The post.
        post: PostId,
        /// Who stood in.
        to: PersonId,
        /// The first day, as it was given.
        from: Date,
        /// The last day.
        last: Date,
    },
    /// A leader's division of work was set; it replaces the one before.
    DivisionSet(Division),
    /// A pack was published for use.
    PackPublished {
        /// Its name.
        name: String,
        /// Its version.
        version: u32,
        /// Its TOML.
        text: String,
    },
    /// A day was set to be worked or not, for a place or because of a notice.
    WorkdaySet {
        /// The day.
        day: Date,
        /// Whether it is worked.
        working: bool,
        /// Why.
        reason: String,
    },
    /// A day set by hand follows the calendar again.
    WorkdayCleared {
        /// The day.
        day: Date,
        /// Why.
        reason: String,
    },
    /// Confidential fields of an entry were read.
    ConfidentialRead {
        /// The plan.
        plan: crate::PlanId,
        /// The entry.
        entry: crate::EntryNo,
        /// The fields.
        fields: Vec<String>,
        /// What for.
        purpose: String,
    },
    /// What the columns of a unit's sheets mean; what was known of others stays.
    ColumnsKept {
        /// The unit.
        unit: UnitId,
        /// The pack and the register.
        register: String,
        /// Meanings by head.
        columns: BTreeMap<String, String>,
    },
    /// From where administrators act was set; from anywhere where there is none.
    AddressesLimited {
        /// Networks and single addresses.
        networks: Vec<String>,
    },
    /// Whether administrators need a second factor was set.
    SecondFactorSet {
        /// They do.
        required: bool,
    },
    /// Something about an account, its secrets left out.
    Account {
        /// Whose.
        person: PersonId,
        /// What happened.
        what: AccountChange,
        /// The name to sign in with, where it was opened.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        login: String,
    },
}

/// The organisation as its events made it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Organisation {
    /// Units by number.
    pub units: BTreeMap<UnitId, Unit>,
    /// People by number.
    pub people: BTreeMap<PersonId, Person>,
    /// Posts by number.
    pub posts: BTreeMap<PostId, Post>,
    /// Who stands in for whom.
    pub delegations: Vec<Delegation>,
    /// Leaders' division of work.
    pub divisions: BTreeMap<PostId, Division>,
    /// Published packs: name, version, TOML.
    pub packs: Vec<(String, u32, String)>,
    /// Days set by hand.
    pub workdays: BTreeMap<Date, bool>,
    /// Accounts by person.
    pub accounts: BTreeMap<PersonId, Account>,
    /// What the heads of a unit's sheets mean, by unit and register.
    pub columns: BTreeMap<(UnitId, String), BTreeMap<String, String>>,
    /// From where administrators act; from anywhere where there is none.
    pub networks: Vec<Network>,
    /// Whether administrators need a second factor.
    pub second_factor: bool,
}

impl Organisation {
    /// Folds one event in.
    pub fn apply(&mut self, event: &OrgEvent) {
        match event {
            OrgEvent::UnitAdded(unit) => {
                self.units.insert(unit.id, unit.clone());
            }
            OrgEvent::UnitRenamed { unit, name, from } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.names.push((*from, name.clone()));
                }
            }
            OrgEvent::UnitDescribed { unit, short, code, kind, region, credit, sort } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    (unit.short, unit.code, unit.kind) = (short.clone(), code.clone(), kind.clone());
                    (unit.region, unit.credit, unit.sort) = (region.clone(), credit.clone(), *sort);
                }
            }
            OrgEvent::UnitMoved { unit, parent, from } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    unit.parents.push((*from, *parent));
                }
            }
            OrgEvent::UnitClosed { unit, last, into } => {
                if let Some(unit) = self.units.get_mut(unit) {
                    (unit.to, unit.into) = (Some(*last), *into);
                }
            }
            OrgEvent::PersonSet(person) => {
                self.people.insert(person.id, person.clone());
            }
            OrgEvent::PostSet(post) => {
                self.posts.insert(post.id, post.clone());
            }
            OrgEvent::Delegated(delegation) => self.delegations.push(delegation.clone()),
            OrgEvent::DelegationEnded { post, to, from, last } => {
                let ended = |d: &Delegation| d.post == *post && d.to == *to && d.from == *from;
                for delegation in self.delegations.iter_mut().filter(|d| ended(d)) {
                    delegation.until = *last;
                }
                self.delegations.retain(|d| d.from <= d.until);
            }
            OrgEvent::DivisionSet(division) => {
                self.divisions.insert(division.post, division.clone());
            }
            OrgEvent::PackPublished { name, version, text } => {
                self.packs.push((name.clone(), *version, text.clone()));
            }
            OrgEvent::WorkdaySet { day, working, .. } => {
                self.workdays.insert(*day, *working);
            }
            OrgEvent::WorkdayCleared { day, .. } => {
                self.workdays.remove(day);
            }
            OrgEvent::Account { person, what, login } => self.apply_account(*person, *what, login),
            OrgEvent::ColumnsKept { unit, register, columns } => {
                self.columns.entry((*unit, register.clone())).or_default().extend(columns.clone());
            }
            // Kept for the auditor; nothing in the organisation changes.
            OrgEvent::AddressesLimited { networks } => self.networks = network::kept(networks),
            OrgEvent::SecondFactorSet { required } => self.second_factor = *required,
            OrgEvent::ConfidentialRead { .. } => {}
        }
    }
}
