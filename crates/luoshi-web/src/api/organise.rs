//! What administrators change of the organisation: units, people, posts and their roles, divisions of work, days
//! that are worked, how administrators come in.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use luoshi_app::Scope;
use luoshi_engine::{
    About, NewUnit, Newcomer, OrgCommand, PersonId, PostId, Refusal, RefusalKind, SystemRole, UnitId,
};
use luoshi_pack::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::problem::{Problems, Result};
use crate::state::Web;

/// What describes a unit besides its name and place.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(default)]
pub(crate) struct AboutBody {
    /// `county`, `township`, `village`, `department`, …
    kind: String,
    /// Short names.
    short: Vec<String>,
    /// A code of its own, the key of lists.
    code: String,
    /// Region code.
    region: String,
    /// Unified social credit code.
    credit: String,
    /// Place among siblings; 0 for none.
    sort: u32,
}

impl From<AboutBody> for About {
    fn from(body: AboutBody) -> Self {
        let AboutBody { kind, short, code, region, credit, sort } = body;
        Self { kind, short, code, region, credit, sort }
    }
}

impl From<About> for AboutBody {
    fn from(about: About) -> Self {
        let About { kind, short, code, region, credit, sort } = about;
        Self { kind, short, code, region, credit, sort }
    }
}

/// A unit that is to be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UnitIn {
    /// The number it is to get: the next; refused where it is taken.
    #[serde(default)]
    id: Option<i64>,
    /// Its full name.
    name: String,
    /// The unit above; only outside parties may have none.
    #[serde(default)]
    parent: Option<i64>,
    #[serde(flatten)]
    about: AboutBody,
    /// The first day.
    #[schema(value_type = String, format = "date")]
    from: Date,
    /// The last day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "date")]
    to: Option<Date>,
    /// An outside party without accounts.
    #[serde(default)]
    outside: bool,
}

/// A unit as it is to be described.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DescribeIn {
    /// Which.
    unit: i64,
    #[serde(flatten)]
    about: AboutBody,
}

/// Something to be done to the organisation. Each is the system administrator's or the security
/// administrator's to do.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum OrganiseIn {
    /// Adds a unit.
    AddUnit(UnitIn),
    /// Sets what describes a unit.
    DescribeUnit(DescribeIn),
    /// Gives a unit another name from a day on.
    RenameUnit {
        unit: i64,
        name: String,
        #[schema(value_type = String, format = "date")]
        from: Date,
    },
    /// Puts a unit under another from a day on.
    MoveUnit {
        unit: i64,
        parent: i64,
        #[schema(value_type = String, format = "date")]
        from: Date,
    },
    /// Closes a unit.
    CloseUnit {
        unit: i64,
        /// Its last day.
        #[schema(value_type = String, format = "date")]
        last: Date,
        /// The unit that what it owes goes to.
        #[serde(default)]
        into: Option<i64>,
    },
    /// Merges units into another from a day on.
    MergeUnits {
        units: Vec<i64>,
        into: i64,
        #[schema(value_type = String, format = "date")]
        from: Date,
    },
    /// Adds a person.
    AddPerson {
        /// The number they are to get: the next; refused where it is taken.
        #[serde(default)]
        id: Option<i64>,
        name: String,
        #[serde(default)]
        mobile: String,
    },
    /// Corrects a person's name or number.
    SetPerson {
        person: i64,
        name: String,
        #[serde(default)]
        mobile: String,
    },
    /// Gives a person a post, as yet without any role.
    AddPost {
        /// The number it is to get: the next; refused where it is taken.
        #[serde(default)]
        id: Option<i64>,
        person: i64,
        unit: i64,
        #[serde(default)]
        title: String,
        #[schema(value_type = String, format = "date")]
        from: Date,
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        to: Option<Date>,
    },
    /// Sets a post's title and last day.
    SetPost {
        post: i64,
        #[serde(default)]
        title: String,
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        to: Option<Date>,
    },
    /// Ends a post.
    EndPost {
        post: i64,
        /// The last day.
        #[schema(value_type = String, format = "date")]
        last: Date,
    },
    /// Sets what a post may do.
    SetRoles {
        post: i64,
        /// `inspector`, `leader`, `handler`, `reviewer`, `acceptor`, `reader`.
        #[serde(default)]
        roles: Vec<String>,
        /// `system_admin`, `security_admin`, `audit_admin`.
        #[serde(default)]
        system: Option<String>,
    },
    /// Sets what a leader is in charge of.
    SetDivision {
        post: i64,
        #[serde(default)]
        units: Vec<i64>,
        /// Fields of work, in words.
        #[serde(default)]
        fields: Vec<String>,
    },
    /// Sets a day to be worked or not.
    SetWorkday {
        #[schema(value_type = String, format = "date")]
        day: Date,
        working: bool,
        /// The notice that says so.
        reason: String,
    },
    /// Lets a day follow the calendar of the State again.
    ClearWorkday {
        #[schema(value_type = String, format = "date")]
        day: Date,
        #[serde(default)]
        reason: String,
    },
    /// Sets from where administrators act; from anywhere where none is given.
    LimitAddresses { networks: Vec<String> },
    /// Sets whether administrators need a second factor.
    RequireSecondFactor { required: bool },
}

fn role(word: &str) -> std::result::Result<Role, Refusal> {
    let found = Role::ALL.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role);
    found.ok_or_else(|| unknown(word))
}

fn system_role(word: &str) -> std::result::Result<SystemRole, Refusal> {
    let found = SystemRole::ALL.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role);
    found.ok_or_else(|| unknown(word))
}

fn unknown(word: &str) -> Refusal {
    Refusal::new(RefusalKind::Incomplete, format!("没有“{word}”这种角色，请对照接口说明核对"))
}

fn units(numbers: Vec<i64>) -> Vec<UnitId> {
    numbers.into_iter().map(UnitId).collect()
}

impl OrganiseIn {
    /// The command that it says.
    fn command(self) -> std::result::Result<OrgCommand, Refusal> {
        Ok(match self {
            Self::AddUnit(UnitIn { id, name, parent, about, from, to, outside }) => OrgCommand::AddUnit {
                id: id.map(UnitId),
                unit: NewUnit { name, parent: parent.map(UnitId), about: about.into(), from, to, outside },
            },
            Self::DescribeUnit(DescribeIn { unit, about }) => {
                OrgCommand::DescribeUnit { unit: UnitId(unit), about: about.into() }
            }
            Self::RenameUnit { unit, name, from } => {
                OrgCommand::RenameUnit { unit: UnitId(unit), name, from }
            }
            Self::MoveUnit { unit, parent, from } => {
                OrgCommand::MoveUnit { unit: UnitId(unit), parent: Some(UnitId(parent)), from }
            }
            Self::CloseUnit { unit, last, into } => {
                OrgCommand::CloseUnit { unit: UnitId(unit), last, into: into.map(UnitId) }
            }
            Self::MergeUnits { units: of, into, from } => {
                OrgCommand::MergeUnits { units: units(of), into: UnitId(into), from }
            }
            Self::AddPerson { id, name, mobile } => {
                OrgCommand::AddPerson { id: id.map(PersonId), person: Newcomer { name, mobile } }
            }
            Self::SetPerson { person, name, mobile } => {
                OrgCommand::SetPerson { person: PersonId(person), set: Newcomer { name, mobile } }
            }
            Self::AddPost { id, person, unit, title, from, to } => OrgCommand::AddPost {
                id: id.map(PostId),
                person: PersonId(person),
                unit: UnitId(unit),
                title,
                from,
                to,
            },
            Self::SetPost { post, title, to } => OrgCommand::SetPost { post: PostId(post), title, to },
            Self::EndPost { post, last } => OrgCommand::EndPost { post: PostId(post), last },
            Self::SetRoles { post, roles, system } => OrgCommand::SetRoles {
                post: PostId(post),
                roles: roles.iter().map(|word| role(word)).collect::<std::result::Result<_, _>>()?,
                system: system.as_deref().map(system_role).transpose()?,
            },
            Self::SetDivision { post, units: of, fields } => {
                OrgCommand::SetDivision { post: PostId(post), units: units(of), fields }
            }
            Self::SetWorkday { day, working, reason } => OrgCommand::SetWorkday { day, working, reason },
            Self::ClearWorkday { day, reason } => OrgCommand::ClearWorkday { day, reason },
            Self::LimitAddresses { networks } => OrgCommand::LimitAddresses { networks },
            Self::RequireSecondFactor { required } => OrgCommand::RequireSecondFactor { required },
        })
    }
}

/// What is to be done to the organisation, all of it or nothing.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OrganisingIn {
    /// In this order.
    commands: Vec<OrganiseIn>,
}

/// What became of a change of the organisation.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrganisedBody {
    /// How many events it made, or had made when it came before under the same key.
    pub(super) events: usize,
}

/// 改动机构、人员、岗位、角色、分工、节假日和管理岗位登录，全部办成或全部不办
#[utoipa::path(post, path = "/api/v1/organisation", params(KeyHeader), request_body = OrganisingIn,
    responses((status = 200, body = OrganisedBody), Problems))]
pub(crate) async fn organise(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Json(given): Json<OrganisingIn>,
) -> Result<Json<OrganisedBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be_one_of(&[SystemRole::SystemAdmin, SystemRole::SecurityAdmin])?;
    let commands = given.commands.into_iter().map(OrganiseIn::command);
    let commands = commands.collect::<std::result::Result<Vec<OrgCommand>, Refusal>>()?;
    let events = web.app().organise(&caller.own(&key), &caller.reader.actor, &commands).await?;
    Ok(Json(OrganisedBody { events }))
}
