//! Commands to the organisation: who may give them, and the events they become.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_pack::Role;
use serde::{Deserialize, Serialize};

use super::{AccountCommand, OrgEvent, Organisation, SystemRole, Unit, account, keep, network, people, tree};
use crate::id::{EntryNo, PersonId, PlanId, PostId, UnitId};
use crate::refusal::refuse;
use crate::{Actor, Moment, Refusal};

/// What describes a unit besides its name and place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// A word of [`super::UnitKind::ALL`].
    pub kind: String,
    /// Short names.
    pub short: Vec<String>,
    /// A code of its own, the key of lists.
    pub code: String,
    /// Region code.
    pub region: String,
    /// Credit code.
    pub credit: String,
    /// Place among siblings; 0 for none.
    pub sort: u32,
}

/// A unit that is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUnit {
    /// Full name.
    pub name: String,
    /// The unit above; only outside parties may have none.
    #[serde(default)]
    pub parent: Option<UnitId>,
    /// What describes it.
    #[serde(flatten)]
    pub about: About,
    /// The first day.
    pub from: Date,
    /// The last day.
    #[serde(default)]
    pub to: Option<Date>,
    /// An outside party without accounts.
    #[serde(default)]
    pub outside: bool,
}

/// A person who is to be known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    /// Name.
    pub name: String,
    /// Mobile number; may be empty.
    #[serde(default)]
    pub mobile: String,
}

/// The three administrators, three different people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrators {
    /// 系统管理员.
    pub system: Newcomer,
    /// 安全管理员.
    pub security: Newcomer,
    /// 审计管理员.
    pub audit: Newcomer,
}

/// Something to be done to the organisation. Where a command makes a unit, person or post it may
/// say the number that this is to get; it is refused when that number has been given out meanwhile,
/// so that a list rehearsed an hour ago cannot hit the wrong unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgCommand {
    /// The first start: the office itself and its three administrators.
    Found {
        /// The name of the unit at the top: 云岭县人民政府, 云岭县第一中学.
        name: String,
        /// Its kind.
        kind: String,
        /// Who looks after the system.
        administrators: Administrators,
    },
    /// Adds a unit.
    AddUnit {
        /// The number it is to get.
        #[serde(default)]
        id: Option<UnitId>,
        /// What it is.
        unit: NewUnit,
    },
    /// Gives a unit another name from a day on; on the day of the last name it corrects that name.
    RenameUnit {
        /// Which.
        unit: UnitId,
        /// Its new name.
        name: String,
        /// From this day.
        from: Date,
    },
    /// Sets what describes a unit.
    DescribeUnit {
        /// Which.
        unit: UnitId,
        /// What describes it.
        about: About,
    },
    /// Puts a unit under another from a day on.
    MoveUnit {
        /// Which.
        unit: UnitId,
        /// Under which.
        parent: Option<UnitId>,
        /// From this day.
        from: Date,
    },
    /// Closes a unit.
    CloseUnit {
        /// Which.
        unit: UnitId,
        /// Its last day.
        last: Date,
        /// What it owes, and the units below it, go to this one.
        #[serde(default)]
        into: Option<UnitId>,
    },
    /// Merges units into another from a day on.
    MergeUnits {
        /// Which.
        units: Vec<UnitId>,
        /// Into which.
        into: UnitId,
        /// From this day.
        from: Date,
    },
    /// Adds a person.
    AddPerson {
        /// The number they are to get.
        #[serde(default)]
        id: Option<PersonId>,
        /// Who.
        person: Newcomer,
    },
    /// Corrects a person's name or number.
    SetPerson {
        /// Which.
        person: PersonId,
        /// As they are to be.
        set: Newcomer,
    },
    /// Gives a person a post in a unit, as yet without any role.
    AddPost {
        /// The number it is to get.
        #[serde(default)]
        id: Option<PostId>,
        /// Who.
        person: PersonId,
        /// Where.
        unit: UnitId,
        /// Its title.
        #[serde(default)]
        title: String,
        /// The first day.
        from: Date,
        /// The last day.
        #[serde(default)]
        to: Option<Date>,
    },
    /// Sets a post's title and last day.
    SetPost {
        /// Which.
        post: PostId,
        /// Its title.
        title: String,
        /// The last day.
        to: Option<Date>,
    },
    /// Ends a post, or calls it off before it begins.
    EndPost {
        /// Which.
        post: PostId,
        /// The last day.
        last: Date,
    },
    /// Sets what a post may do.
    SetRoles {
        /// Which.
        post: PostId,
        /// In business.
        #[serde(default)]
        roles: Vec<Role>,
        /// In the system.
        #[serde(default)]
        system: Option<SystemRole>,
    },
    /// Lets somebody stand in for a post.
    Delegate {
        /// Which.
        post: PostId,
        /// Who stands in.
        to: PersonId,
        /// The first day.
        from: Date,
        /// The last day.
        until: Date,
        /// Why.
        reason: String,
    },
    /// Ends a stand-in before its time.
    EndDelegation {
        /// The post.
        post: PostId,
        /// Who stands in.
        to: PersonId,
        /// The first day, as it was given.
        from: Date,
        /// The last day; one before the first calls it off.
        last: Date,
    },
    /// Sets what a leader is in charge of; it replaces what was set before.
    SetDivision {
        /// The leader's post.
        post: PostId,
        /// Units.
        #[serde(default)]
        units: Vec<UnitId>,
        /// Fields of work, in words.
        #[serde(default)]
        fields: Vec<String>,
    },
    /// Publishes a pack. Its content has been loaded and checked by the caller.
    PublishPack {
        /// Its name.
        name: String,
        /// Its version, one more than the last.
        version: u32,
        /// Its TOML.
        text: String,
    },
    /// Sets a day to be worked or not.
    SetWorkday {
        /// The day.
        day: Date,
        /// Whether it is worked.
        working: bool,
        /// Why: the notice.
        reason: String,
    },
    /// Lets a day follow the calendar again.
    ClearWorkday {
        /// The day.
        day: Date,
        /// Why.
        reason: String,
    },
    /// Sets from where administrators act; from anywhere where none is given.
    LimitAddresses {
        /// Networks and single addresses.
        networks: Vec<String>,
    },
    /// Sets whether administrators need a second factor.
    RequireSecondFactor {
        /// They do.
        required: bool,
    },
    /// Does something to an account.
    Account {
        /// Whose.
        person: PersonId,
        /// What.
        what: AccountCommand,
    },
    /// Remembers what the columns of a unit's sheets mean, once somebody has imported one.
    KeepColumns {
        /// The unit.
        unit: UnitId,
        /// The pack and the register, `hazard/hazard`.
        register: String,
        /// Meanings by head; others that are known stay.
        columns: BTreeMap<String, String>,
    },
    /// Notes that confidential fields are read, before they are shown.
    NoteReading {
        /// The plan.
        plan: PlanId,
        /// The entry.
        entry: EntryNo,
        /// The fields.
        fields: Vec<String>,
        /// What for.
        purpose: String,
    },
    /// Several commands, all or none.
    Together(Vec<OrgCommand>),
}

/// Decides a command: whether the actor may give it, and what happens.
///
/// # Errors
///
/// A refusal that says what to do.
pub fn decide_org(
    org: &Organisation,
    actor: &Actor,
    command: &OrgCommand,
    now: Moment,
) -> Result<Vec<OrgEvent>, Refusal> {
    decide(org, Some(actor), command, now.date())
}

/// What a command would do, whoever gives it: for dry runs, whose commands belong to more than one
/// administrator.
///
/// # Errors
///
/// A refusal that says what to do.
pub fn rehearse_org(org: &Organisation, command: &OrgCommand, now: Moment) -> Result<Vec<OrgEvent>, Refusal> {
    decide(org, None, command, now.date())
}

fn decide(
    org: &Organisation,
    actor: Option<&Actor>,
    command: &OrgCommand,
    today: Date,
) -> Result<Vec<OrgEvent>, Refusal> {
    let OrgCommand::Together(commands) = command else {
        if let Some(actor) = actor {
            allow(org, actor, command, today)?;
        }
        return one(org, command, today);
    };
    let mut org = org.clone();
    let mut events = Vec::new();
    for (i, command) in commands.iter().enumerate() {
        let nth = |refusal: Refusal| refuse_as(&refusal, format!("第{}项：{}", i + 1, refusal.sentence));
        if matches!(command, OrgCommand::Together(_)) {
            return Err(nth(refuse!(Incomplete, "成批的操作里不能再套一批，请拆开提交。")));
        }
        let given = decide(&org, actor, command, today).map_err(nth)?;
        given.iter().for_each(|event| org.apply(event));
        events.extend(given);
    }
    Ok(events)
}

fn refuse_as(refusal: &Refusal, sentence: String) -> Refusal {
    Refusal::new(refusal.kind, sentence)
}

/// Whose work a command is.
fn allow(org: &Organisation, actor: &Actor, command: &OrgCommand, today: Date) -> Result<(), Refusal> {
    use OrgCommand as C;
    match command {
        C::Found { .. } | C::Together(_) => Ok(()),
        C::AddUnit { .. }
        | C::RenameUnit { .. }
        | C::DescribeUnit { .. }
        | C::MoveUnit { .. }
        | C::CloseUnit { .. }
        | C::MergeUnits { .. }
        | C::AddPerson { .. }
        | C::SetPerson { .. }
        | C::AddPost { .. }
        | C::EndPost { .. } => must_be(org, actor, SystemRole::SystemAdmin, today),
        // What a leader is in charge of is also what the post sees.
        C::SetDivision { post, .. } => {
            must_be(org, actor, SystemRole::SystemAdmin, today)?;
            if holds(org, actor, *post) {
                return Err(refuse!(SameHand, "不能给自己的岗位安排分工，请由另一名系统管理员办理。"));
            }
            Ok(())
        }
        C::SetPost { post, to, .. } => {
            must_be(org, actor, SystemRole::SystemAdmin, today)?;
            people::not_longer_for_oneself(org, actor, *post, *to)
        }
        // Packs and holidays that come with a release are put in place by the system itself.
        C::PublishPack { .. } | C::SetWorkday { .. } | C::ClearWorkday { .. } => {
            if actor.is_system() {
                Ok(())
            } else {
                must_be(org, actor, SystemRole::SystemAdmin, today)
            }
        }
        // The way back in where the addresses of the office have changed: on the server itself.
        C::LimitAddresses { networks } => {
            if actor.is_system() {
                return Ok(());
            }
            must_be(org, actor, SystemRole::SecurityAdmin, today)?;
            network::not_oneself_out(actor, networks)
        }
        // The way back in where nobody can set one up any more: on the server itself.
        C::RequireSecondFactor { .. } if actor.is_system() => Ok(()),
        C::RequireSecondFactor { .. } => must_be(org, actor, SystemRole::SecurityAdmin, today),
        C::Account { person, what } => account::allow(org, actor, *person, what, today),
        C::SetRoles { post, system, .. } => {
            // The way back in when no administrator is left: on the server itself, and only to name one.
            if actor.is_system() && system.is_some() {
                return Ok(());
            }
            must_be(org, actor, SystemRole::SecurityAdmin, today)?;
            not_to_oneself(org, actor, *post, today)
        }
        C::Delegate { post, to, .. } => {
            if holds(org, actor, *post) {
                return Ok(());
            }
            must_be_holder_or_security(org, actor, today)?;
            if *to == actor.person {
                return Err(refuse!(
                    NotAllowed,
                    "不能指定自己代理他人的岗位；请由该岗位本人或另一名安全管理员办理。"
                ));
            }
            Ok(())
        }
        C::KeepColumns { unit, .. } => keep::of_unit(org, actor, *unit, today),
        C::NoteReading { .. } => keep::in_a_post(org, actor, today),
        C::EndDelegation { post, to, .. } => {
            if holds(org, actor, *post) || *to == actor.person {
                return Ok(());
            }
            must_be_holder_or_security(org, actor, today)
        }
    }
}

fn holds(org: &Organisation, actor: &Actor, post: PostId) -> bool {
    org.posts.get(&post).is_some_and(|post| post.person == actor.person)
}

/// The role that the actor's post has in the system today.
fn role_of(org: &Organisation, actor: &Actor, today: Date) -> Option<SystemRole> {
    org.hand(actor.person, actor.post, today).and_then(|post| post.system)
}

pub(super) fn must_be(
    org: &Organisation,
    actor: &Actor,
    role: SystemRole,
    today: Date,
) -> Result<(), Refusal> {
    if role_of(org, actor, today) == Some(role) {
        return network::from_inside(org, actor);
    }
    let title = role.title();
    let mine = |post: &&super::Post| post.system == Some(role);
    if org.posts_of(actor.person, today).iter().any(mine) {
        return Err(refuse!(NotAllowed, "此项须以{title}身份办理，请先切换到该岗位。"));
    }
    Err(refuse!(NotAllowed, "此项由{title}办理，请联系{}。", whom(org, role, today)))
}

fn must_be_holder_or_security(org: &Organisation, actor: &Actor, today: Date) -> Result<(), Refusal> {
    must_be(org, actor, SystemRole::SecurityAdmin, today).map_err(|_| {
        let whom = whom(org, SystemRole::SecurityAdmin, today);
        refuse!(NotAllowed, "代理由岗位本人办理；本人不便时请联系安全管理员{whom}。")
    })
}

/// The administrators' names, or where to turn when there is none.
fn whom(org: &Organisation, role: SystemRole, today: Date) -> String {
    let mut people: Vec<PersonId> = org.administrators(role, today).iter().map(|h| h.person).collect();
    people.sort_unstable();
    people.dedup();
    let names: Vec<String> = people.iter().map(|person| org.person_name(*person)).collect();
    if names.is_empty() {
        "系统维护人员，在服务器上重新指定".to_owned()
    } else {
        names.join("、")
    }
}

/// Nobody grants roles to themself, neither in a post of their own nor in one they stand in for.
fn not_to_oneself(org: &Organisation, actor: &Actor, post: PostId, today: Date) -> Result<(), Refusal> {
    let mine = |d: &super::Delegation| d.post == post && d.to == actor.person && d.until >= today;
    let stands_in = || org.delegations.iter().any(mine);
    if holds(org, actor, post) || stands_in() {
        return Err(refuse!(SameHand, "不能给自己授予或改动角色，请由另一名安全管理员办理。"));
    }
    Ok(())
}

/// Decides one command, whoever gives it.
fn one(org: &Organisation, command: &OrgCommand, today: Date) -> Result<Vec<OrgEvent>, Refusal> {
    use OrgCommand as C;
    match command {
        C::Found { name, kind, administrators } => found(org, name, kind, administrators, today),
        C::AddUnit { id, unit } => tree::add(org, *id, unit),
        C::RenameUnit { unit, name, from } => tree::rename(org, *unit, name, *from, today),
        C::DescribeUnit { unit, about } => tree::describe(org, *unit, about),
        C::MoveUnit { unit, parent, from } => tree::relocate(org, *unit, *parent, *from, today),
        C::CloseUnit { unit, last, into } => tree::close(org, *unit, *last, *into, today),
        C::MergeUnits { units, into, from } => tree::merge(org, units, *into, *from, today),
        C::AddPerson { id, person } => people::add(org, *id, person),
        C::SetPerson { person, set } => people::set(org, *person, set),
        C::AddPost { id, person, unit, title, from, to } => {
            people::add_post(org, *id, *person, *unit, title, (*from, *to))
        }
        C::SetPost { post, title, to } => people::set_post(org, *post, title, *to, today),
        C::EndPost { post, last } => people::end_post(org, *post, *last, today),
        C::SetRoles { post, roles, system } => people::set_roles(org, *post, roles, *system, today),
        C::Delegate { post, to, from, until, reason } => {
            people::delegate(org, *post, *to, (*from, *until), reason, today)
        }
        C::EndDelegation { post, to, from, last } => {
            people::end_delegation(org, *post, *to, *from, *last, today)
        }
        C::SetDivision { post, units, fields } => people::set_division(org, *post, units, fields, today),
        C::PublishPack { name, version, text } => keep::publish(org, name, *version, text),
        C::KeepColumns { unit, register, columns } => keep::columns(org, *unit, register, columns),
        C::NoteReading { plan, entry, fields, purpose } => keep::reading(*plan, *entry, fields, purpose),
        C::SetWorkday { day, working, reason } => keep::set_workday(org, *day, *working, reason),
        C::ClearWorkday { day, reason } => keep::clear_workday(org, *day, reason),
        C::LimitAddresses { networks } => network::limit(org, networks),
        C::RequireSecondFactor { required } if *required == org.second_factor => Ok(Vec::new()),
        C::RequireSecondFactor { required } => Ok(vec![OrgEvent::SecondFactorSet { required: *required }]),
        C::Account { person, what } => account::decide(org, *person, what),
        C::Together(_) => Ok(Vec::new()),
    }
}

fn found(
    org: &Organisation,
    name: &str,
    kind: &str,
    administrators: &Administrators,
    today: Date,
) -> Result<Vec<OrgEvent>, Refusal> {
    if *org != Organisation::default() {
        return Err(refuse!(WrongState, "组织机构已经建立，不能再次初始化；请由系统管理员增补单位和人员。"));
    }
    let Administrators { system, security, audit } = administrators;
    if system == security || system == audit || security == audit {
        return Err(refuse!(Incomplete, "系统、安全、审计三名管理员须由三个人分别担任，请重新指定。"));
    }
    let about = About { kind: kind.to_owned(), ..About::default() };
    let unit = tree::first(name, &about, today)?;
    let mut org = Organisation::default();
    let mut events = Vec::new();
    let mut happen = |org: &mut Organisation, given: Vec<OrgEvent>| {
        given.iter().for_each(|event| org.apply(event));
        events.extend(given);
    };
    happen(&mut org, vec![OrgEvent::UnitAdded(unit.clone())]);
    let three = [
        (system, SystemRole::SystemAdmin),
        (security, SystemRole::SecurityAdmin),
        (audit, SystemRole::AuditAdmin),
    ];
    for (number, (newcomer, role)) in (1..).zip(three) {
        let (person, post) = (PersonId(number), PostId(number));
        let given = people::add(&org, Some(person), newcomer)?;
        happen(&mut org, given);
        let given = people::add_post(&org, Some(post), person, unit.id, role.title(), (today, None))?;
        happen(&mut org, given);
        let given = people::set_roles(&org, post, &[], Some(role), today)?;
        happen(&mut org, given);
    }
    Ok(events)
}

impl About {
    /// What describes a unit now.
    pub fn of(unit: &Unit) -> Self {
        Self {
            kind: unit.kind.clone(),
            short: unit.short.clone(),
            code: unit.code.clone(),
            region: unit.region.clone(),
            credit: unit.credit.clone(),
            sort: unit.sort,
        }
    }
}

impl SystemRole {
    /// Every role of the system, with its word and its title.
    pub const ALL: [(Self, &'static str, &'static str); 3] = [
        (Self::SystemAdmin, "system_admin", "系统管理员"),
        (Self::SecurityAdmin, "security_admin", "安全管理员"),
        (Self::AuditAdmin, "audit_admin", "审计管理员"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(role, ..)| *role == self).map_or("", |(_, _, title)| title)
    }
}
