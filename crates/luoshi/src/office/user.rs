//! `luoshi user`: accounts, from the server itself.

use anyhow::{Context as _, Result, bail};
use luoshi_app::App;
use luoshi_engine::{Actor, Moment, Organisation, PersonId};

use super::args::User;
use super::{place, show, tell};
use crate::output::Screen;

/// Runs `luoshi user`. Whoever holds the server may do this for anybody; the record says that it was done
/// there.
pub(super) async fn run(command: &User, screen: Screen) -> Result<u8> {
    let system = Actor::system();
    match command {
        User::Open { person, login, data } => {
            let app = place::open(data, false).await?;
            let found = find(&app.context().org, person, app.now())?;
            let login = match login {
                Some(login) => login.clone(),
                None => usual_login(&app.context().org, found)?,
            };
            open(&app, &place::once(None), found, &login).await?;
        }
        User::Reset { person, data } => {
            let app = place::open(data, false).await?;
            let found = find(&app.context().org, person, app.now())?;
            let code = app.reset_account(&place::once(None), &system, found).await?;
            told(&app, found, "已重置", &code)?;
        }
        User::Close { person, data } => {
            let app = place::open(data, false).await?;
            let found = find(&app.context().org, person, app.now())?;
            app.close_account(&place::once(None), &system, found).await?;
            tell(&format!("已停用：{}的账号，其登录和令牌一并失效", app.context().org.person_name(found)))?;
        }
        User::Unlock { person, data } => {
            let app = place::open(data, false).await?;
            let found = find(&app.context().org, person, app.now())?;
            app.unlock_account(&place::once(None), &system, found).await?;
            tell(&format!("已解除锁定：{}的账号", app.context().org.person_name(found)))?;
        }
        User::List { data } => list(&place::open(data, true).await?, screen).await?,
    }
    Ok(0)
}

/// Opens an account and says the code with which its holder begins.
pub(super) async fn open(app: &App, key: &str, person: PersonId, login: &str) -> Result<()> {
    let code = app.open_account(key, &Actor::system(), person, login).await?;
    told(app, person, "已开通", &code)
}

/// The name to sign in with where none is given: the mobile number, or else the name.
pub(super) fn usual_login(org: &Organisation, person: PersonId) -> Result<String> {
    let known = org.people.get(&person).context("机构名录中没有这个人员：luoshi org list 可查看名录。")?;
    Ok(if known.mobile.is_empty() { known.name.clone() } else { known.mobile.clone() })
}

fn told(app: &App, person: PersonId, what: &str, code: &str) -> Result<()> {
    let context = app.context();
    let login = context.org.open_account(person).map_or("", |account| &account.login);
    let name = context.org.person_name(person);
    tell(&format!("{what}：{name}，登录名 {login}，一次性代码 {code}（7天内登录并设置密码，只显示这一次）"))
}

/// A person by words: a login name, a name, or 姓名@单位 where several bear it.
fn find(org: &Organisation, words: &str, now: Moment) -> Result<PersonId> {
    let login = luoshi_engine::login_name(words);
    if let Some((person, _)) = org.accounts.iter().find(|(_, account)| account.login == login) {
        return Ok(*person);
    }
    let (name, unit) = words.split_once('@').unwrap_or((words, ""));
    let there = |person: PersonId| {
        let units = org.named(unit, now.date());
        unit.is_empty() || org.posts.values().any(|post| post.person == person && units.contains(&post.unit))
    };
    let found: Vec<PersonId> =
        org.people.values().filter(|known| known.name == name && there(known.id)).map(|k| k.id).collect();
    match found.as_slice() {
        [person] => Ok(*person),
        [] => bail!("机构名录中没有“{words}”：请核对姓名和单位，luoshi org list 可查看名录。"),
        _ => bail!("有多人叫“{name}”：请写成“{name}@单位”。"),
    }
}

async fn list(app: &App, screen: Screen) -> Result<()> {
    let context = app.context();
    let time =
        |at: Option<Moment>| at.map_or_else(String::new, |at| at.civil().strftime("%F %H:%M").to_string());
    let mut rows = Vec::new();
    for row in app.accounts().await? {
        let state = match row.locked_until {
            _ if !row.open => String::from("停用"),
            Some(until) => format!("锁定至{}", time(Some(until))),
            None => String::from("正常"),
        };
        let factor = if row.second_factor { "启用" } else { "" };
        rows.push(vec![
            context.org.person_name(row.person),
            row.login,
            state,
            factor.to_owned(),
            time(row.last_seen),
        ]);
    }
    let heads = [("姓名", 12.0), ("登录名", 16.0), ("状态", 20.0), ("动态口令", 10.0), ("最近登录", 18.0)];
    show("账号", &heads, rows, "", screen)
}
