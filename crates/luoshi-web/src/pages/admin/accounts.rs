//! Accounts: opened, reset, closed and unlocked by the security administrator; a one-time code is shown
//! once and kept nowhere.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::AccountRow;
use luoshi_engine::{Person, PersonId, SystemRole};
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::export::{self, open_address};
use crate::pages::me::{SessionLine, TokenLine, hash_of, session_lines, token_lines};
use crate::pages::plan::{Choice, choices};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, Pager, minute, paged};

#[derive(Template)]
#[template(path = "admin/accounts.html")]
struct AccountsPage {
    frame: Frame,
    words: String,
    state: String,
    states: [(&'static str, &'static str); 5],
    sorts: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
    files: String,
}

/// A person and their account.
struct Line {
    id: PersonId,
    name: String,
    posts: Vec<String>,
    login: String,
    state: &'static str,
    factor: bool,
    seen: String,
}

/// Which accounts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    q: String,
    state: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

/// The orders in which the list can stand.
const SORTS: [(&str, &str); 4] =
    [("", "先登记的在前"), ("name", "姓名"), ("seen", "最近使用的在前"), ("idle", "最久没有使用的在前")];

/// The states by which the list can be narrowed.
const STATES: [(&str, &str); 5] =
    [("", "全部"), ("open", "已开通"), ("none", "未开通"), ("locked", "已锁定"), ("closed", "已停用")];

/// Where an account stands: the word and its title.
pub(crate) fn account_state(row: Option<&AccountRow>) -> (&'static str, &'static str) {
    match row {
        None => ("none", "未开通"),
        Some(row) if !row.open => ("closed", "已停用"),
        Some(row) if row.locked_until.is_some() => ("locked", "已锁定"),
        Some(_) => ("open", "已开通"),
    }
}

/// The list.
pub(in crate::pages) async fn page(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SecurityAdmin)?;
    let rows: BTreeMap<PersonId, AccountRow> =
        web.app().accounts().await?.into_iter().map(|row| (row.person, row)).collect();
    let words = wanted.q.trim();
    let named = |person: &&Person| {
        let login = rows.get(&person.id).map(|row| row.login.as_str()).unwrap_or_default();
        [&*person.name, &*person.mobile, login].iter().any(|told| told.contains(words))
    };
    let stands =
        |person: &&Person| wanted.state.is_empty() || account_state(rows.get(&person.id)).0 == wanted.state;
    let people = reader.context.org.people.values();
    let mut found: Vec<&Person> = people.filter(stands).filter(named).collect();
    let seen = |person: &&Person| rows.get(&person.id).and_then(|row| row.last_seen);
    match wanted.sort.as_str() {
        "name" => found.sort_by(|one, other| one.name.cmp(&other.name)),
        "seen" => found.sort_by_key(|person| std::cmp::Reverse(seen(person))),
        // Who has no account has none to clear away.
        "idle" => found.sort_by_key(|person| (!rows.contains_key(&person.id), seen(person))),
        _ => {}
    }
    let kept = [("q", words), ("state", &*wanted.state), ("sort", &wanted.sort)];
    let files = open_address("/admin/accounts", &kept);
    let line = |person: &&Person| {
        let row = rows.get(&person.id);
        Line {
            id: person.id,
            name: person.name.clone(),
            posts: super::people::posts(&signed, person.id),
            login: row.map(|row| row.login.clone()).unwrap_or_default(),
            state: account_state(row).1,
            factor: row.is_some_and(|row| row.second_factor),
            seen: row.and_then(|row| row.last_seen).map(minute).unwrap_or_default(),
        }
    };
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(found.iter().map(line))).await;
    }
    let (found, total) = paged(found, wanted.page);
    Ok(rendered(&AccountsPage {
        frame: Frame::of(&signed, "账号", "/admin/accounts").await?,
        words: words.to_owned(),
        state: wanted.state,
        states: STATES,
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        lines: found.iter().map(line).collect(),
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        files,
    }))
}

/// The list as a table.
fn table(lines: impl Iterator<Item = Line>) -> Table {
    let heads =
        [("人员", 8.0), ("岗位", 24.0), ("登录名", 8.0), ("状态", 5.0), ("动态口令", 5.0), ("最近使用", 8.0)];
    let mut table = Table::new("账号", "账号清单", export::columns(&heads));
    let row = |line: Line| {
        let factor = if line.factor { "已启用" } else { "" };
        let posts = line.posts.join("；");
        [&*line.name, &*posts, &*line.login, line.state, factor, &*line.seen].map(Cell::words).to_vec()
    };
    table.rows = lines.map(row).collect();
    table
}

#[derive(Template)]
#[template(path = "admin/account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    posts: Vec<String>,
    login: String,
    state: &'static str,
    locked: String,
    factor: bool,
    seen: String,
    code: String,
    sheets: Vec<Sheet>,
    sessions: Vec<SessionLine>,
    tokens: Vec<TokenLine>,
    to: String,
}

/// One account.
pub(in crate::pages) async fn one(
    State(web): State<Web>,
    signed: Signed,
    Path(person): Path<i64>,
) -> Result<Response> {
    shown(&web, &signed, PersonId(person), String::new(), None).await
}

async fn shown(
    web: &Web,
    signed: &Signed,
    person: PersonId,
    code: String,
    refused: Option<Refused<'_>>,
) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SecurityAdmin)?;
    let known = reader.context.org.people.get(&person).ok_or(WebError::NoPage)?;
    let row = web.app().account_of(person).await?;
    let row = row.as_ref();
    let to = format!("/admin/accounts/{person}");
    let mut sheets = sheets(known, row, &to);
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&AccountPage {
        frame: Frame::of(signed, format!("{}的账号", known.name), "/admin/accounts").await?,
        name: known.name.clone(),
        posts: super::people::posts(signed, person),
        login: row.map(|row| row.login.clone()).unwrap_or_default(),
        state: account_state(row).1,
        locked: row.and_then(|row| row.locked_until).map(minute).unwrap_or_default(),
        factor: row.is_some_and(|row| row.second_factor),
        seen: row.and_then(|row| row.last_seen).map(minute).unwrap_or_default(),
        code,
        sheets,
        sessions: session_lines(web, signed, person).await?,
        tokens: token_lines(web, person).await?,
        to,
    }))
}

/// What can be done to an account.
fn sheets(person: &Person, row: Option<&AccountRow>, to: &str) -> Vec<Sheet> {
    let open = row.is_some_and(|row| row.open);
    if !open {
        let login = row.map(|row| row.login.clone()).unwrap_or_else(|| person.mobile.clone());
        let login = Field::new("text", "login", "登录名", login).must().hint("手机号、工号或姓名");
        let hint = "开通后给出一次性口令，七天内有效，请当面或另行告知本人；本人首次登录须自设密码。";
        return vec![Sheet::new("open", "开通账号", to, vec![login]).hint(hint).open()];
    }
    let reset = "收回密码、动态口令、已登录的设备和接口令牌，另给一次性口令。";
    let mut sheets = Vec::new();
    if row.is_some_and(|row| row.locked_until.is_some()) {
        sheets.push(Sheet::new("unlock", "解除锁定", to, Vec::new()).open());
    }
    sheets.push(Sheet::new("reset", "重置账号", to, Vec::new()).hint(reset).harsh());
    sheets.push(Sheet::new("close", "停用账号", to, Vec::new()).hint("停用后不能登录，记录保留。").harsh());
    sheets
}

/// Changes an account. What gives a code shows it at once, on this answer and nowhere else.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Path(person): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SecurityAdmin)?;
    let (sent, person) = (Sent(pairs), PersonId(person));
    match done(&web, &signed, person, &sent).await {
        Ok(Some(code)) => shown(&web, &fresh(&web, signed)?, person, code, None).await,
        Ok(None) => Ok(Redirect::to(&format!("/admin/accounts/{person}")).into_response()),
        Err(error) if error.refusal().is_some() => {
            let refused = Some(Refused::new(&sent, &error));
            let page = shown(&web, &signed, person, String::new(), refused).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// The same person, who sees what has just been changed.
fn fresh(web: &Web, signed: Signed) -> Result<Signed> {
    let reader = web.app().reader(&signed.reader.actor)?;
    Ok(Signed { reader, ..signed })
}

async fn done(web: &Web, signed: &Signed, person: PersonId, sent: &Sent) -> Result<Option<String>> {
    let (app, actor, key) = (web.app(), &signed.reader.actor, sent.get("key"));
    match sent.act() {
        "open" => return Ok(Some(app.open_account(key, actor, person, sent.get("login")).await?)),
        "reset" => return Ok(Some(app.reset_account(key, actor, person).await?)),
        "close" => app.close_account(key, actor, person).await?,
        "unlock" => app.unlock_account(key, actor, person).await?,
        "end-session" => app.revoke_session(actor, hash_of(sent)?).await?,
        "drop-token" => app.revoke_token(actor, hash_of(sent)?).await?,
        other => return Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    }
    Ok(None)
}
