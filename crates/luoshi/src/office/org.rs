//! `luoshi org`: the organisation.

use anyhow::Result;
use luoshi_engine::{Actor, Administrators, Newcomer, OrgCommand, Organisation, Unit, UnitId};
use luoshi_pack::Role;

use super::args::Org;
use super::{place, show, tell};
use crate::output::Screen;

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
        }
        Org::List { data } => {
            let app = place::open(data, true).await?;
            list(&app.context().org, app.now().date(), screen)?;
        }
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
    if unit.outside { "外部" } else { &unit.kind }
}
