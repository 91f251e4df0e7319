//! `luoshi org`: the organisation.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use luoshi_app::App;
use luoshi_app::directory::{self, Fate};
use luoshi_engine::{
    Actor, Administrators, Newcomer, OrgCommand, Organisation, Person, Post, SystemRole, Unit, UnitId,
    UnitKind,
};
use luoshi_pack::Role;
use luoshi_read::Limits;
use luoshi_report::Writer;

use super::args::{DataArgs, Day, Org, Switch};
use super::place::Session;
use super::{place, present, show, tell, user};
use crate::output::{Screen, Target};
use crate::run::FOUND;

/// Runs `luoshi org`.
pub(super) async fn run(command: &Org, screen: Screen) -> Result<u8> {
    match command {
        Org::Found { name, kind, system, security, audit, data } => {
            let app = place::begin(data).await?;
            let person = |name: &String| Newcomer { name: name.clone(), mobile: String::new() };
            let administrators =
                Administrators { system: person(system), security: person(security), audit: person(audit) };
            let found = OrgCommand::Found { name: name.clone(), kind: kind.clone(), administrators };
            app.organise(&place::once(None), &Actor::system(), &[found]).await?;
            tell(&format!("已启用：{name}，系统管理员{system}、安全管理员{security}、审计管理员{audit}"))?;
            // No default password: each begins with a code of their own.
            let context = app.context();
            for (role, ..) in SystemRole::ALL {
                for holder in context.org.administrators(role, app.now().date()) {
                    let login = user::usual_login(&context.org, holder.person)?;
                    let key = format!("{}-{}", place::once(None), holder.person);
                    user::open(&app, &key, holder.person, &login).await?;
                }
            }
        }
        Org::Import { file, carry_out, system, security, data } => {
            let by = [system.as_deref(), security.as_deref()];
            return import(file, *carry_out, by, data, screen).await;
        }
        Org::Export { out, data } => {
            let device = out.as_os_str() == "-" || (out.exists() && !out.is_file());
            if !device && out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("xlsx")) {
                bail!("导出的文件名须以 .xlsx 结尾。");
            }
            let app = place::open(data, true).await?;
            let report = directory::report(&app.context().org, app.now().date());
            let mut bytes = Vec::new();
            luoshi_press::Xlsx { stamp: app.now().date() }.write(&report, &mut bytes)?;
            Target::new(Some(out)).write(&bytes)?;
        }
        Org::List { data } => {
            let app = place::open(data, true).await?;
            list(&app.context().org, app.now().date(), screen)?;
        }
        Org::Delegate { post, to, from, until, reason, acting } => {
            let session = Session::begin(acting).await?;
            let (post, to) = pair(&session.app, post, to)?;
            let from = from.unwrap_or_else(|| session.app.now().date());
            let reason = reason.clone();
            let delegate = OrgCommand::Delegate { post: post.id, to: to.id, from, until: *until, reason };
            session.app.organise(&session.key, &session.actor, &[delegate]).await?;
            let whose = session.app.context().org.person_name(post.person);
            tell(&format!("{from}至{until}由{}代行{whose}的岗位", to.name))?;
        }
        Org::Undelegate { post, to, last, acting } => {
            let session = Session::begin(acting).await?;
            let (post, to) = pair(&session.app, post, to)?;
            let today = session.app.now().date();
            let context = session.app.context();
            let given = context.org.delegations.iter().filter(|d| d.post == post.id && d.to == to.id);
            let given = given.filter(|d| d.until >= today).min_by_key(|d| d.from);
            let given = given.with_context(|| format!("{}没有在代行或将要代行这一岗位", to.name))?;
            let last = last.unwrap_or(today);
            let end = OrgCommand::EndDelegation { post: post.id, to: to.id, from: given.from, last };
            session.app.organise(&session.key, &session.actor, &[end]).await?;
            tell(&format!("{}的代理到{last}为止", to.name))?;
        }
        Org::Divide { post, unit, field, person, data } => {
            let app = place::open(data, false).await?;
            let context = app.context();
            let post = place::post_of(&context.org, post, app.now())?;
            let units = unit.iter().map(|name| place::unit(&context.org, name, app.now()));
            let units: Vec<UnitId> = units.collect::<Result<_>>()?;
            let divide = OrgCommand::SetDivision { post: post.id, units, fields: field.clone() };
            by_system(&app, person.as_deref(), divide).await?;
            let all: Vec<&str> = unit.iter().chain(field).map(String::as_str).collect();
            tell(&format!("{}分管：{}", context.org.person_name(post.person), all.join("、")))?;
        }
        Org::Workday { day, to, reason, person, data } => {
            let app = place::open(data, false).await?;
            let (day, reason) = (*day, reason.clone());
            let command = match to {
                Day::Clear => OrgCommand::ClearWorkday { day, reason },
                Day::Work | Day::Rest => OrgCommand::SetWorkday { day, working: *to == Day::Work, reason },
            };
            by_system(&app, person.as_deref(), command).await?;
            let working = app.context().calendar.workday(day).working;
            tell(&format!("{day}现为{}", if working { "工作日" } else { "休息日" }))?;
        }
        Org::Addresses { networks, clear, data } => addresses(networks, *clear, data).await?,
        Org::SecondFactor { required, data } => second_factor(*required, data).await?,
    }
    Ok(0)
}

/// From where administrators act. Whoever holds the server may set it: it is the way back in.
async fn addresses(networks: &[String], clear: bool, data: &DataArgs) -> Result<()> {
    let change = clear || !networks.is_empty();
    let app = place::open(data, !change).await?;
    if change {
        let limit = OrgCommand::LimitAddresses { networks: networks.to_vec() };
        app.organise(&place::once(None), &Actor::system(), &[limit]).await?;
    }
    let context = app.context();
    let all: Vec<String> = context.org.networks.iter().map(ToString::to_string).collect();
    tell(&if all.is_empty() {
        String::from("管理岗位没有限定网络地址")
    } else {
        format!("管理岗位只能在这些网络地址使用：{}", all.join("、"))
    })
}

/// Whether administrators need a second factor. Whoever holds the server may set it: it is the way back in.
async fn second_factor(required: Option<Switch>, data: &DataArgs) -> Result<()> {
    let app = place::open(data, required.is_none()).await?;
    if let Some(switch) = required {
        let command = OrgCommand::RequireSecondFactor { required: switch == Switch::On };
        app.organise(&place::once(None), &Actor::system(), &[command]).await?;
    }
    let required = app.context().org.second_factor;
    tell(if required { "管理岗位须用动态口令" } else { "管理岗位可以不用动态口令" })
}

/// A post and the person who stands in for it.
fn pair(app: &App, post: &str, to: &str) -> Result<(Post, Person)> {
    let context = app.context();
    let post = place::post_of(&context.org, post, app.now())?;
    let to = place::post_of(&context.org, to, app.now())?.person;
    let person = context.org.people.get(&to).context("机构名录中没有此人")?;
    Ok((post, person.clone()))
}

/// Something that is the system administrator's to do.
async fn by_system(app: &App, person: Option<&str>, command: OrgCommand) -> Result<()> {
    let actor = place::administrator(app, SystemRole::SystemAdmin, person)?;
    app.organise(&place::once(None), &actor, &[command]).await?;
    Ok(())
}

/// Shows what would become of every row, and carries it out where that was asked for.
async fn import(
    file: &Path,
    carry_out: bool,
    [system, security]: [Option<&str>; 2],
    data: &DataArgs,
    screen: Screen,
) -> Result<u8> {
    let app = place::open(data, !carry_out).await?;
    let (name, bytes) = place::file(file)?;
    let rehearsal =
        directory::rehearse(&app.context().org, &bytes, Some(&name), app.now(), &Limits::default())?;
    present(&rehearsal.report(), screen)?;
    if rehearsal.count(Fate::Faulty) > 0 {
        if carry_out {
            bail!("名单中有出错的行，没有导入：请改正后再导入。");
        }
        return Ok(FOUND);
    }
    if carry_out {
        let key = place::once(None);
        let system = place::administrator(&app, SystemRole::SystemAdmin, system)?;
        let security = place::administrator(&app, SystemRole::SecurityAdmin, security)?;
        app.organise(&key, &system, &rehearsal.commands).await?;
        app.organise(&format!("{key}-roles"), &security, &rehearsal.roles).await?;
        tell("已导入")?;
    }
    Ok(0)
}

/// The tree with its posts.
fn list(org: &Organisation, day: jiff::civil::Date, screen: Screen) -> Result<()> {
    let mut rows = Vec::new();
    let tops: Vec<UnitId> =
        org.units.values().filter(|unit| unit.parent_on(day).is_none()).map(|unit| unit.id).collect();
    for top in tops {
        branch(org, top, 0, day, &mut rows);
    }
    let heads = [("编号", 6.0), ("单位", 30.0), ("类别", 10.0), ("岗位", 50.0)];
    show("机构名录", &heads, rows, "", screen)
}

fn branch(
    org: &Organisation,
    unit: UnitId,
    depth: usize,
    day: jiff::civil::Date,
    rows: &mut Vec<Vec<String>>,
) {
    let Some(found) = org.unit(unit).filter(|unit| unit.exists(day)) else { return };
    let posts = org.posts.values().filter(|post| post.unit == unit && post.held(day)).map(|post| {
        let name = org.people.get(&post.person).map_or("", |person| &person.name);
        let roles: Vec<&str> = post.roles.iter().copied().map(Role::title).collect();
        let words = if roles.is_empty() { post.title.clone() } else { roles.join("、") };
        format!("{name}（{words}）")
    });
    let posts: Vec<String> = posts.collect();
    rows.push(vec![
        unit.to_string(),
        format!("{}{}", "　".repeat(depth), found.name_on(day)),
        kind(found).to_owned(),
        posts.join("、"),
    ]);
    for child in org.children(Some(unit), day) {
        branch(org, child, depth + 1, day, rows);
    }
}

fn kind(unit: &Unit) -> &str {
    if unit.outside { "外部" } else { UnitKind::title_of(&unit.kind) }
}
