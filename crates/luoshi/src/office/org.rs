//! `luoshi org`: the organisation.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use luoshi_app::App;
use luoshi_app::directory::{self, Fate};
use luoshi_engine::{
    Actor, Administrators, Newcomer, OrgCommand, Organisation, SystemRole, Unit, UnitId, UnitKind,
};
use luoshi_pack::Role;
use luoshi_read::Limits;
use luoshi_report::Writer;

use super::args::{DataArgs, Org};
use super::{place, present, show, tell, user};
use crate::output::{Screen, Target};
use crate::run::FOUND;

/// Runs `luoshi org`.
pub(super) async fn run(command: &Org, screen: Screen) -> Result<u8> {
    match command {
        Org::Found { name, kind, system, security, audit, data } => {
            let app = place::open(data, false).await?;
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
        Org::Import { file, carry_out, data } => return import(file, *carry_out, data, screen).await,
        Org::Export { out, data } => {
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
    }
    Ok(0)
}

/// Shows what would become of every row, and carries it out where that was asked for.
async fn import(file: &Path, carry_out: bool, data: &DataArgs, screen: Screen) -> Result<u8> {
    let app = place::open(data, !carry_out).await?;
    let bytes = std::fs::read(file).with_context(|| format!("读不了“{}”", file.display()))?;
    let name = crate::input::name(file);
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
        let by = |role| administrator(&app, role);
        app.organise(&key, &by(SystemRole::SystemAdmin)?, &rehearsal.commands).await?;
        app.organise(&format!("{key}-roles"), &by(SystemRole::SecurityAdmin)?, &rehearsal.roles).await?;
        tell("已导入")?;
    }
    Ok(0)
}

/// Whoever holds the data may act for the administrators: the record says that it was at the console.
fn administrator(app: &App, role: SystemRole) -> Result<Actor> {
    let context = app.context();
    let holders = context.org.administrators(role, app.now().date());
    let holder = holders.first().context("机构名录还没有启用：请先运行 luoshi org found。")?;
    Ok(Actor { person: holder.person, post: holder.post, address: String::from("console") })
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
