//! The directory written out, in the columns that reading it back looks for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_engine::{Organisation, Post, SystemRole, Unit, UnitId, UnitKind};
use luoshi_pack::Role;
use luoshi_report::{Cell, Column, Part, Report, Table};

use super::cell::{NOTHING, show};
use super::columns::{Field, PEOPLE, UNITS};

/// Units and people as they are on a day, one table each. A writer of csv takes the first table
/// only; give it a report of one.
pub fn report(org: &Organisation, day: Date) -> Report {
    let parts = vec![Part::Table(units_table(org, day)), Part::Table(people_table(org, day))];
    Report { title: "单位和人员名录".to_owned(), subtitle: None, parts }
}

/// The units that have not ended by a day, each below the one above it.
pub fn units_table(org: &Organisation, day: Date) -> Table {
    let heads = UNITS.iter().map(|(field, heads)| Column::new(heads[0], width(*field)));
    let mut table = Table::new("单位", "单位名录", heads.collect());
    for unit in in_order(org, day) {
        let cells = UNITS.iter().map(|(field, _)| Cell::words(unit_words(org, unit, *field, day)));
        table.rows.push(cells.collect());
    }
    table
}

/// Units in the order of the tree; those that are yet to begin stand with the others.
fn in_order(org: &Organisation, day: Date) -> Vec<&Unit> {
    let mut below: BTreeMap<Option<UnitId>, Vec<&Unit>> = BTreeMap::new();
    for unit in org.units.values().filter(|unit| !unit.ended(day)) {
        below.entry(unit.parent_on(day.max(unit.from))).or_default().push(unit);
    }
    let mut out = Vec::new();
    descend(&mut below, None, &mut out);
    out
}

/// Each is taken once: a damaged table must not hang.
fn descend<'o>(
    below: &mut BTreeMap<Option<UnitId>, Vec<&'o Unit>>,
    upper: Option<UnitId>,
    out: &mut Vec<&'o Unit>,
) {
    let mut units = below.remove(&upper).unwrap_or_default();
    units.sort_by_key(|unit| (unit.sort == 0, unit.sort, unit.id));
    for unit in units {
        out.push(unit);
        descend(below, Some(unit.id), out);
    }
}

fn width(field: Field) -> f64 {
    match field {
        Field::Name | Field::Parent | Field::Credit | Field::Unit => 14.0,
        Field::Short | Field::Roles | Field::Title => 10.0,
        Field::Sort | Field::Outside => 4.0,
        _ => 8.0,
    }
}

fn unit_words(org: &Organisation, unit: &Unit, field: Field, day: Date) -> String {
    match field {
        Field::Name => unit.name().to_owned(),
        Field::Code => unit.code.clone(),
        Field::Short => unit.short.join("、"),
        Field::Parent => unit.parent().map(|id| path(org, id, day)).unwrap_or_default(),
        Field::UnitKind => UnitKind::title_of(&unit.kind).to_owned(),
        Field::Region => unit.region.clone(),
        Field::Credit => unit.credit.clone(),
        Field::Sort if unit.sort == 0 => String::new(),
        Field::Sort => unit.sort.to_string(),
        Field::From => show(unit.from),
        Field::To => unit.to.map(show).unwrap_or_default(),
        Field::Outside => if unit.outside { "是" } else { "" }.to_owned(),
        _ => String::new(),
    }
}

/// A unit's name; the whole path where others bear the same name.
fn path(org: &Organisation, id: UnitId, day: Date) -> String {
    let Some(unit) = org.unit(id) else { return String::new() };
    let twin = |other: &Unit| other.id != id && !other.ended(day) && other.name() == unit.name();
    if !org.units.values().any(twin) {
        return unit.name().to_owned();
    }
    let mut names: Vec<String> = org.line(id).into_iter().map(|id| org.unit_name(id)).collect();
    names.reverse();
    names.join("/")
}

/// The posts that have not ended by a day, one row each.
pub fn people_table(org: &Organisation, day: Date) -> Table {
    // What is held part-time has a row of its own, with its roles and days.
    let columns = || PEOPLE.iter().filter(|(field, _)| *field != Field::PartTime);
    let heads = columns().map(|(field, heads)| Column::new(heads[0], width(*field)));
    let mut table = Table::new("人员", "人员名录", heads.collect());
    for unit in in_order(org, day) {
        let here = |post: &&Post| post.unit == unit.id && post.to.is_none_or(|to| day <= to);
        for post in org.posts.values().filter(here) {
            let cells = columns().map(|(field, _)| Cell::words(post_words(org, post, *field, day)));
            table.rows.push(cells.collect());
        }
    }
    table
}

fn post_words(org: &Organisation, post: &Post, field: Field, day: Date) -> String {
    match field {
        Field::Name => org.person_name(post.person),
        Field::Mobile => org.people.get(&post.person).map(|person| person.mobile.clone()).unwrap_or_default(),
        Field::Unit => path(org, post.unit, day),
        Field::Title => post.title.clone(),
        Field::Roles if post.roles.is_empty() && post.system.is_none() => String::new(),
        Field::Roles => rights(&post.roles, post.system),
        Field::From => show(post.from),
        Field::To => post.to.map(show).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Roles as a list has them.
pub(super) fn rights(roles: &[Role], system: Option<SystemRole>) -> String {
    let titles: Vec<&str> =
        system.map(SystemRole::title).into_iter().chain(roles.iter().map(|role| role.title())).collect();
    if titles.is_empty() { NOTHING.to_owned() } else { titles.join("、") }
}
