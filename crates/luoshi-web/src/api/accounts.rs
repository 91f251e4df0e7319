//! Accounts, for the security administrator: who has one, with which devices and tokens, opened and closed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use luoshi_app::{AccountRow, ApiToken, Scope, Session};
use luoshi_engine::{Hash, Person, PersonId, SystemRole};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::model::{Listed, Part, moment};
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::pages::account_state;
use crate::state::Web;

/// A person's account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountBody {
    person: i64,
    name: String,
    /// The name to sign in with.
    login: Option<String>,
    /// `none`, `open`, `locked`, `closed`.
    state: &'static str,
    /// Until when it is locked.
    locked_until: Option<String>,
    second_factor: bool,
    last_seen: Option<String>,
}

impl AccountBody {
    fn of(person: &Person, row: Option<&AccountRow>) -> Self {
        let locked = row.and_then(|row| row.locked_until);
        Self {
            person: person.id.0,
            name: person.name.clone(),
            login: row.map(|row| row.login.clone()),
            state: account_state(row).0,
            locked_until: locked.map(moment),
            second_factor: row.is_some_and(|row| row.second_factor),
            last_seen: row.and_then(|row| row.last_seen).map(moment),
        }
    }
}

/// Which accounts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// With these words in the person's name or the name to sign in with.
    q: Option<String>,
    /// `none`, `open`, `locked`, `closed`.
    state: Option<String>,
}

/// 账号
#[utoipa::path(get, path = "/api/v1/accounts", params(Sought, Part),
    responses((status = 200, body = Listed<AccountBody>), Problems))]
pub(crate) async fn list(
    State(web): State<Web>,
    caller: Caller,
    Query(sought): Query<Sought>,
    Query(part): Query<Part>,
) -> Result<Json<Listed<AccountBody>>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be(SystemRole::SecurityAdmin)?;
    let rows = web.app().accounts().await?.into_iter().map(|row| (row.person, row));
    let rows: BTreeMap<PersonId, AccountRow> = rows.collect();
    let words = sought.q.as_deref().map(str::trim).unwrap_or_default();
    let people = caller.reader.context.org.people.values();
    let mut bodies: Vec<AccountBody> =
        people.map(|person| AccountBody::of(person, rows.get(&person.id))).collect();
    bodies.retain(|body| {
        let named =
            body.name.contains(words) || body.login.as_ref().is_some_and(|login| login.contains(words));
        named && sought.state.as_ref().is_none_or(|state| state == body.state)
    });
    Ok(Json(part.of(bodies, |body| body)))
}

/// A device on which somebody is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionBody {
    /// Its mark, by which it is ended.
    id: String,
    /// What the browser calls itself.
    agent: String,
    address: String,
    created: String,
    seen: String,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            agent: session.agent,
            address: session.address,
            created: moment(session.created),
            seen: moment(session.seen),
        }
    }
}

/// A token of a program.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenBody {
    /// Its mark, by which it is taken back.
    id: String,
    /// What it is for.
    title: String,
    /// The post in which it acts.
    post: i64,
    /// `read`, `report`, `manage`.
    scopes: Vec<&'static str>,
    created: String,
    expires: String,
}

impl From<ApiToken> for TokenBody {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            post: token.post.0,
            scopes: token.scopes.iter().map(|scope| scope.word()).collect(),
            created: moment(token.created),
            expires: moment(token.expires),
            title: token.title,
        }
    }
}

/// An account with what is open on it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountKeptBody {
    account: AccountBody,
    sessions: Vec<SessionBody>,
    tokens: Vec<TokenBody>,
}

/// 一个账号：已登录的设备和接口令牌
#[utoipa::path(get, path = "/api/v1/accounts/{person}", params(("person" = i64, Path)),
    responses((status = 200, body = AccountKeptBody), Problems))]
pub(crate) async fn one(
    State(web): State<Web>,
    caller: Caller,
    Path(person): Path<i64>,
) -> Result<Json<AccountKeptBody>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be(SystemRole::SecurityAdmin)?;
    let person = caller.reader.context.org.people.get(&PersonId(person)).ok_or(WebError::NoPage)?;
    let row = web.app().account_of(person.id).await?;
    let sessions = web.app().sessions_of(person.id).await?;
    let tokens = web.app().tokens_of(person.id).await?;
    Ok(Json(AccountKeptBody {
        account: AccountBody::of(person, row.as_ref()),
        sessions: sessions.into_iter().map(SessionBody::from).collect(),
        tokens: tokens.into_iter().map(TokenBody::from).collect(),
    }))
}

/// Something to be done to an account.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(crate) enum AccountIn {
    /// Opens it, and gives a one-time code for seven days.
    Open {
        /// The name to sign in with.
        login: String,
    },
    /// Takes password, second factor, devices and tokens away, and gives a one-time code.
    Reset,
    /// Lets somebody in again who was locked out.
    Unlock,
    /// Closes it.
    Close,
    /// Ends a session.
    EndSession {
        /// Its mark.
        id: String,
    },
    /// Takes a token back.
    DropToken {
        /// Its mark.
        id: String,
    },
}

/// What became of an account.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountDoneBody {
    /// The one-time code, told here and nowhere else.
    code: Option<String>,
}

/// 开通、重置、解锁、停用账号，退出设备，收回令牌
#[utoipa::path(post, path = "/api/v1/accounts/{person}", params(("person" = i64, Path), KeyHeader),
    request_body = AccountIn, responses((status = 200, body = AccountDoneBody), Problems))]
pub(crate) async fn change(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    Path(person): Path<i64>,
    Json(given): Json<AccountIn>,
) -> Result<Json<AccountDoneBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be(SystemRole::SecurityAdmin)?;
    let (app, actor, key) = (web.app(), &caller.reader.actor, caller.own(&key));
    let person = caller.reader.context.org.people.get(&PersonId(person)).ok_or(WebError::NoPage)?.id;
    let marked = |id: &str| {
        Hash::parse(id).ok_or_else(|| WebError::Malformed(String::from("编号不对，应为账号中列出的 id")))
    };
    let code = match given {
        AccountIn::Open { login } => Some(app.open_account(&key, actor, person, &login).await?),
        AccountIn::Reset => Some(app.reset_account(&key, actor, person).await?),
        AccountIn::Unlock => app.unlock_account(&key, actor, person).await.map(|()| None)?,
        AccountIn::Close => app.close_account(&key, actor, person).await.map(|()| None)?,
        AccountIn::EndSession { id } => app.revoke_session(actor, marked(&id)?).await.map(|()| None)?,
        AccountIn::DropToken { id } => app.revoke_token(actor, marked(&id)?).await.map(|()| None)?,
    };
    Ok(Json(AccountDoneBody { code }))
}
