//! What administrators look up of the organisation: units with their past, people with their posts, days, how
//! administrators come in; and the whole directory as a file, out and in.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::civil::Date;
use luoshi_app::Scope;
use luoshi_app::directory::{Fate, Row};
use luoshi_engine::{About, Delegation, Network, Organisation, Person, Post, SystemRole, UnitId};
use luoshi_when::Certainty;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::model::{Listed, Part, UnitBody, word};
use super::organise::AboutBody;
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::pages::directory_file;
use crate::state::Web;

/// Who keeps the directory.
const KEEPERS: [SystemRole; 2] = [SystemRole::SystemAdmin, SystemRole::SecurityAdmin];

/// A unit with its past.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitKeptBody {
    #[serde(flatten)]
    unit: UnitBody,
    about: AboutBody,
    /// An outside party without accounts.
    outside: bool,
    /// The first day.
    from: String,
    /// The last day.
    to: Option<String>,
    /// The unit that took over what it owed.
    into: Option<i64>,
    /// Its names, each with its first day.
    names: Vec<SinceBody<String>>,
    /// The units above, each with its first day.
    parents: Vec<SinceBody<Option<i64>>>,
}

/// Something that holds from a day on.
#[derive(Serialize, ToSchema)]
pub(crate) struct SinceBody<T> {
    from: String,
    is: T,
}

impl<T> SinceBody<T> {
    fn of((from, is): (Date, T)) -> Self {
        Self { from: from.to_string(), is }
    }
}

/// 一个单位的编码、简称和沿革
#[utoipa::path(get, path = "/api/v1/units/{unit}", params(("unit" = i64, Path)),
    responses((status = 200, body = UnitKeptBody), Problems))]
pub(crate) async fn unit(caller: Caller, Path(unit): Path<i64>) -> Result<Json<UnitKeptBody>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be_one_of(&KEEPERS)?;
    let unit = caller.reader.context.org.unit(UnitId(unit)).ok_or(WebError::NoPage)?;
    Ok(Json(UnitKeptBody {
        unit: UnitBody::of(&caller.reader, unit.id),
        about: About::of(unit).into(),
        outside: unit.outside,
        from: unit.from.to_string(),
        to: unit.to.map(|to| to.to_string()),
        into: unit.into.map(|into| into.0),
        names: unit.names.iter().cloned().map(SinceBody::of).collect(),
        parents: (unit.parents.iter())
            .map(|(from, above)| SinceBody::of((*from, above.map(|above| above.0))))
            .collect(),
    }))
}

/// A person.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonBody {
    id: i64,
    name: String,
    mobile: String,
    /// Posts, present, past and to come.
    posts: Vec<PostBody>,
}

/// A post.
#[derive(Serialize, ToSchema)]
pub(crate) struct PostBody {
    id: i64,
    unit: UnitBody,
    title: String,
    roles: Vec<String>,
    /// `system_admin`, `security_admin`, `audit_admin`.
    system: Option<String>,
    /// The first day.
    from: String,
    /// The last day.
    to: Option<String>,
    /// What it is in charge of.
    division: Option<DivisionBody>,
}

/// What a leader is in charge of.
#[derive(Serialize, ToSchema)]
pub(crate) struct DivisionBody {
    units: Vec<i64>,
    fields: Vec<String>,
}

impl PostBody {
    fn of(caller: &Caller, post: &Post) -> Self {
        let division = caller.reader.context.org.divisions.get(&post.id);
        Self {
            id: post.id.0,
            unit: UnitBody::of(&caller.reader, post.unit),
            title: post.title.clone(),
            roles: post.roles.iter().map(|role| role.word().to_owned()).collect(),
            system: post.system.map(|system| word(&system)),
            from: post.from.to_string(),
            to: post.to.map(|to| to.to_string()),
            division: division.map(|division| DivisionBody {
                units: division.units.iter().map(|unit| unit.0).collect(),
                fields: division.fields.clone(),
            }),
        }
    }
}

/// Which people.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// With these words in name or number.
    q: Option<String>,
    /// With a post in this unit.
    unit: Option<i64>,
}

/// 人员和他们的岗位、角色、分工
#[utoipa::path(get, path = "/api/v1/people", params(Sought, Part),
    responses((status = 200, body = Listed<PersonBody>), Problems))]
pub(crate) async fn people(
    caller: Caller,
    Query(sought): Query<Sought>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<PersonBody>>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be_one_of(&KEEPERS)?;
    let org = &caller.reader.context.org;
    let words = sought.q.as_deref().map(str::trim).unwrap_or_default();
    let there = |person: &Person| match sought.unit.map(UnitId) {
        Some(unit) => org.posts.values().any(|post| post.person == person.id && post.unit == unit),
        None => true,
    };
    let named = |person: &Person| person.name.contains(words) || person.mobile.contains(words);
    let found: Vec<&Person> = org.people.values().filter(|person| named(person) && there(person)).collect();
    Ok(Json(part.of(found, |person| PersonBody {
        id: person.id.0,
        name: person.name.clone(),
        mobile: person.mobile.clone(),
        posts: posts(org, person).map(|post| PostBody::of(&caller, post)).collect(),
    })))
}

fn posts<'o>(org: &'o Organisation, person: &Person) -> impl Iterator<Item = &'o Post> {
    let id = person.id;
    org.posts.values().filter(move |post| post.person == id)
}

/// Somebody who stands in.
#[derive(Serialize, ToSchema)]
pub(crate) struct DelegationBody {
    /// The post.
    post: i64,
    /// Who holds it.
    holder: String,
    /// Who stands in.
    to: i64,
    name: String,
    from: String,
    until: String,
    reason: String,
}

/// 正在和将要代理的岗位；安全管理员看全部，其他人看与自己有关的
#[utoipa::path(get, path = "/api/v1/delegations",
    responses((status = 200, body = Vec<DelegationBody>), Problems))]
pub(crate) async fn delegations(caller: Caller) -> Result<Json<Vec<DelegationBody>>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let org = &reader.context.org;
    let body = |of: &Delegation| DelegationBody {
        post: of.post.0,
        holder: org.posts.get(&of.post).map(|post| org.person_name(post.person)).unwrap_or_default(),
        to: of.to.0,
        name: org.person_name(of.to),
        from: of.from.to_string(),
        until: of.until.to_string(),
        reason: of.reason.clone(),
    };
    Ok(Json(reader.delegations().map(body).collect()))
}

/// Which year.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OfYear {
    /// This year if not said.
    #[param(minimum = 1950, maximum = 2198)]
    year: Option<i16>,
}

/// The days of a year.
#[derive(Serialize, ToSchema)]
pub(crate) struct YearBody {
    year: i16,
    /// `known`: by the notice of that year; `provisional`: by the law alone; `unknown`: by weekends alone.
    certainty: &'static str,
    days: Vec<DayBody>,
}

/// A day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DayBody {
    day: String,
    working: bool,
    /// Whether the office has set it itself.
    own: bool,
}

/// 一年里哪天上班、哪天放假
#[utoipa::path(get, path = "/api/v1/workdays", params(OfYear),
    responses((status = 200, body = YearBody), Problems))]
pub(crate) async fn workdays(caller: Caller, Query(of): Query<OfYear>) -> Result<Json<YearBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    let year = of.year.unwrap_or(reader.now.date().year());
    let none = || WebError::Malformed(format!("没有{year}年的日历，请写1950至2198之间的年份"));
    let first = Date::new(year, 1, 1).ok().filter(|_| (1950..=2198).contains(&year)).ok_or_else(none)?;
    let calendar = &reader.context.calendar;
    let days = first.series(jiff::Span::new().days(1)).take_while(|day| day.year() == year);
    Ok(Json(YearBody {
        year,
        certainty: match calendar.workday(first).certainty {
            Certainty::Known => "known",
            Certainty::Provisional => "provisional",
            Certainty::Unknown => "unknown",
        },
        days: days
            .map(|day| DayBody {
                day: day.to_string(),
                working: calendar.workday(day).working,
                own: reader.context.org.workdays.contains_key(&day),
            })
            .collect(),
    }))
}

/// How administrators come in.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdministratorsBody {
    /// From where; from anywhere where none is given.
    networks: Vec<String>,
    /// Whether they need a second factor.
    second_factor: bool,
    /// From where the caller comes.
    here: String,
}

/// 管理岗位从哪些地址、凭什么登录
#[utoipa::path(get, path = "/api/v1/administrators",
    responses((status = 200, body = AdministratorsBody), Problems))]
pub(crate) async fn administrators(caller: Caller) -> Result<Json<AdministratorsBody>> {
    caller.needs(Scope::Read)?;
    let reader = &caller.reader;
    reader.must_be(SystemRole::SecurityAdmin)?;
    Ok(Json(AdministratorsBody {
        networks: reader.context.org.networks.iter().map(Network::to_string).collect(),
        second_factor: reader.context.org.second_factor,
        here: reader.actor.address.clone(),
    }))
}

/// Which file.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Which {
    /// Units and people, a workbook.
    Directory,
    /// Units as plain rows.
    Units,
    /// People as plain rows.
    People,
}

/// Which file is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileOf {
    /// The workbook if not said.
    which: Option<Which>,
}

/// 导出单位和人员名录
#[utoipa::path(get, path = "/api/v1/directory", params(FileOf),
    responses((status = 200, content(
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (String = "text/csv; charset=utf-8"))), Problems))]
pub(crate) async fn file(caller: Caller, Query(of): Query<FileOf>) -> Result<Response> {
    caller.needs(Scope::Read)?;
    let name = match of.which.unwrap_or(Which::Directory) {
        Which::Directory => "directory.xlsx",
        Which::Units => "units.csv",
        Which::People => "people.csv",
    };
    Ok(directory_file(&caller.reader, name).await?)
}

/// A list that comes in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Incoming {
    /// Its name with its ending: xlsx, xls, csv.
    name: String,
    /// Only tell what would become of each row.
    #[serde(default)]
    #[param(required = false)]
    rehearse: bool,
}

/// What became of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListTakenBody {
    /// How many events it made; 0 in a rehearsal.
    events: usize,
    rows: Vec<ListRowBody>,
    /// What concerns the list as a whole.
    notices: Vec<String>,
}

/// What became of a row, or would.
#[derive(Serialize, ToSchema)]
pub(crate) struct ListRowBody {
    /// The row as the spreadsheet counts it.
    row: u32,
    /// The sheet, from 1, where there are several.
    sheet: Option<u32>,
    /// Whom or what it is about.
    about: String,
    /// `added`, `updated`, `unchanged`, `skipped`, `faulty`.
    fate: &'static str,
    /// What changes, or why not.
    notes: Vec<String>,
}

impl From<Row> for ListRowBody {
    fn from(row: Row) -> Self {
        let fate = match row.fate {
            Fate::Added => "added",
            Fate::Updated => "updated",
            Fate::Unchanged => "unchanged",
            Fate::Skipped => "skipped",
            Fate::Faulty => "faulty",
        };
        Self { row: row.place.row, sheet: row.place.sheet, about: row.about, fate, notes: row.notes }
    }
}

/// 导入单位和人员名单；先试导入，看过每一行的结果再办。单位、人员、岗位由系统管理员导入，角色由安全管理员导入
#[utoipa::path(post, path = "/api/v1/directory", params(Incoming, KeyHeader),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = ListTakenBody), Problems))]
pub(crate) async fn take(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Query(of): Query<Incoming>,
    bytes: Bytes,
) -> Result<Json<ListTakenBody>> {
    caller.needs(Scope::Manage)?;
    let reader = &caller.reader;
    reader.must_be_one_of(&KEEPERS)?;
    let rehearsal = web.app().rehearse_directory(&of.name, bytes.into()).await?;
    let commands = rehearsal.of_administrator(reader);
    let events = if of.rehearse || commands.is_empty() {
        0
    } else {
        web.app().organise(&caller.own(&key), &reader.actor, &commands).await?
    };
    let rows = rehearsal.rows.into_iter().map(ListRowBody::from).collect();
    Ok(Json(ListTakenBody { events, rows, notices: rehearsal.notices }))
}
