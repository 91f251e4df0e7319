//! Decisions on units: the tree keeps its form and its history on every day.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::command::{About, NewUnit};
use super::{OrgEvent, Organisation, Unit, UnitKind, code, people};
use crate::Refusal;
use crate::id::UnitId;
use crate::refusal::refuse;

type Decided = Result<Vec<OrgEvent>, Refusal>;

/// The longest name, in characters.
const LONGEST: usize = 80;
/// How many names a refusal tells.
const TOLD: usize = 5;

/// A day as a user reads it.
pub(super) fn say(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// A day that may be meant; others are slips of the pen (0206年, 2206年).
pub(super) fn plausible(day: Date) -> Result<Date, Refusal> {
    if (date(1949, 1, 1)..=date(2199, 12, 31)).contains(&day) {
        return Ok(day);
    }
    Err(refuse!(OutOfTime, "日期“{}”不合常理，请核对年份。", say(day)))
}

fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn day_before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// A name without blanks around it, refused where it cannot be one.
pub(super) fn clean_name(name: &str, what: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(refuse!(Incomplete, "{what}没有名称，请填写。"));
    }
    if name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(refuse!(Incomplete, "{what}名称过长（最多{LONGEST}字）或含有换行，请改短写在一行。"));
    }
    Ok(name.to_owned())
}

fn find(org: &Organisation, id: UnitId) -> Result<&Unit, Refusal> {
    org.unit(id).ok_or_else(|| refuse!(NotFound, "没有编号为{id}的单位，请刷新名录后重新选择。"))
}

/// A unit that is still to change: not closed, and not about to be where the change has no end.
fn find_open(org: &Organisation, id: UnitId, from: Date) -> Result<&Unit, Refusal> {
    let unit = find(org, id)?;
    let name = unit.name();
    if let Some(to) = unit.to.filter(|to| *to < from) {
        return Err(refuse!(WrongState, "“{name}”已于{}撤销，不能再改动；请选择现有单位。", say(to)));
    }
    if from < unit.from {
        return Err(refuse!(OutOfTime, "“{name}”自{}起设立，日期不能早于这一天。", say(unit.from)));
    }
    Ok(unit)
}

/// Refuses what would only come true later: names and places are shown as of today.
fn not_ahead(from: Date, today: Date) -> Result<(), Refusal> {
    plausible(from)?;
    if from > today {
        return Err(refuse!(OutOfTime, "{}还没有到，请在当日或之后办理；日期可填实际生效日。", say(from)));
    }
    Ok(())
}

/// A unit that exists through all the days of another, as the one above it must.
pub(super) fn find_through(
    org: &Organisation,
    id: UnitId,
    from: Date,
    to: Option<Date>,
) -> Result<&Unit, Refusal> {
    let unit = find_open(org, id, from)?;
    match unit.to {
        Some(end) if to.is_none_or(|to| to > end) => Err(refuse!(
            OutOfTime,
            "“{}”到{}撤销，请把截止日期定在这一天或之前，或选择其他单位。",
            unit.name(),
            say(end)
        )),
        _ => Ok(unit),
    }
}

/// The days from one on when something about a unit begins to be otherwise.
fn turns(unit: &Unit, from: Date) -> impl Iterator<Item = Date> + '_ {
    let dated = unit.names.iter().map(|(day, _)| *day).chain(unit.parents.iter().map(|(day, _)| *day));
    [from, unit.from].into_iter().chain(dated).filter(move |day| *day >= from)
}

/// Names are unique among siblings on every day from one on.
fn name_is_free(org: &Organisation, unit: &Unit, from: Date) -> Result<(), Refusal> {
    let last = |other: &&Unit| other.id != unit.id;
    for other in org.units.values().filter(last) {
        let bears = |(_, name): &(Date, String)| unit.names.iter().any(|(_, own)| own == name);
        // Most units never bore such a name; only the others are looked at day by day.
        if !other.names.iter().any(bears) {
            continue;
        }
        let same = |day: &Date| {
            unit.exists(*day)
                && other.exists(*day)
                && unit.parent_on(*day) == other.parent_on(*day)
                && unit.name_on(*day) == other.name_on(*day)
        };
        if let Some(day) = turns(unit, from).chain(turns(other, from)).find(same) {
            let above =
                unit.parent_on(day).map_or_else(String::new, |id| format!("“{}”下", org.unit_name(id)));
            let name = unit.name_on(day);
            return Err(refuse!(
                Incomplete,
                "{above}已有“{name}”（{}），请换一个名称或改用已有单位。",
                say(day)
            ));
        }
    }
    Ok(())
}

fn check_about(
    org: &Organisation,
    id: Option<UnitId>,
    about: &About,
    outside: bool,
) -> Result<About, Refusal> {
    let mut about = about.clone();
    for text in [&mut about.code, &mut about.region, &mut about.credit] {
        *text = text.trim().to_owned();
    }
    about.short = about.short.iter().map(|short| short.trim().to_owned()).collect();
    about.short.retain(|short| !short.is_empty());
    if about.short.iter().chain([&about.code]).any(|text| text.chars().count() > LONGEST) {
        return Err(refuse!(Incomplete, "简称或编码过长（最多{LONGEST}字），请改短。"));
    }
    let Some(kind) = UnitKind::find(&about.kind) else {
        let titles: Vec<&str> = UnitKind::ALL.iter().map(|kind| kind.title).collect();
        return Err(refuse!(Incomplete, "不认识类别“{}”，请从{}中选一个。", about.kind, titles.join("、")));
    };
    about.kind = kind.word.to_owned();
    let region = (!about.region.is_empty()).then(|| code::region_code_fault(&about.region)).flatten();
    let credit = (!about.credit.is_empty()).then(|| code::credit_code_fault(&about.credit)).flatten();
    // What other bodies write in their own books is not ours to refuse.
    if let Some(fault) = region.or(credit).filter(|_| !outside) {
        return Err(refuse!(Incomplete, "{fault}"));
    }
    for other in org.units.values().filter(|other| Some(other.id) != id && other.to.is_none()) {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let taken = if same(&about.code, &other.code) {
            format!("单位编码“{}”", about.code)
        } else if same(&about.credit, &other.credit) {
            format!("统一社会信用代码“{}”", about.credit)
        } else {
            continue;
        };
        return Err(refuse!(Incomplete, "{taken}已用于“{}”，请核对后改正其中一个。", other.name()));
    }
    Ok(about)
}

/// The number of a new unit, person or post: the next one, and the one that was counted on.
pub(super) fn number(last: Option<i64>, wanted: Option<i64>) -> Result<i64, Refusal> {
    let next = last.unwrap_or(0) + 1;
    match wanted {
        Some(wanted) if wanted != next => {
            Err(refuse!(Stale, "名录在此期间有了新的变动，请重新核对（导入的请再试导入一次）后提交。"))
        }
        _ => Ok(next),
    }
}

fn assemble(id: UnitId, name: String, parent: Option<UnitId>, about: About, new: &NewUnit) -> Unit {
    Unit {
        id,
        names: vec![(new.from, name)],
        short: about.short,
        code: about.code,
        kind: about.kind,
        region: about.region,
        credit: about.credit,
        sort: about.sort,
        parents: vec![(new.from, parent)],
        from: new.from,
        to: new.to,
        into: None,
        outside: new.outside,
    }
}

/// The unit at the top. It stands since before anything that is recorded below it.
pub(super) fn first(name: &str, about: &About, today: Date) -> Result<Unit, Refusal> {
    plausible(today)?;
    let name = clean_name(name, "单位")?;
    let about = check_about(&Organisation::default(), None, about, false)?;
    let new = NewUnit {
        name: name.clone(),
        parent: None,
        about: about.clone(),
        from: date(1949, 10, 1),
        to: None,
        outside: false,
    };
    Ok(assemble(UnitId(1), name, None, about, &new))
}

pub(super) fn add(org: &Organisation, id: Option<UnitId>, new: &NewUnit) -> Decided {
    let id = number(org.units.keys().next_back().map(|id| id.0), id.map(|id| id.0)).map(UnitId)?;
    let name = clean_name(&new.name, "单位")?;
    plausible(new.from)?;
    if let Some(to) = new.to {
        plausible(to)?;
        if to < new.from {
            return Err(refuse!(OutOfTime, "“{name}”的撤销日期早于设立日期，请改正。"));
        }
    }
    match new.parent {
        Some(parent) => {
            find_through(org, parent, new.from, new.to)?;
        }
        None if new.outside => {}
        None => return Err(refuse!(Incomplete, "“{name}”没有上级单位，请选择；只有外部单位可以没有上级。")),
    }
    let about = check_about(org, None, &new.about, new.outside)?;
    let unit = assemble(id, name, new.parent, about, new);
    name_is_free(org, &unit, new.from)?;
    Ok(vec![OrgEvent::UnitAdded(unit)])
}

pub(super) fn rename(org: &Organisation, id: UnitId, name: &str, from: Date, today: Date) -> Decided {
    not_ahead(from, today)?;
    let unit = find_open(org, id, from)?;
    let name = clean_name(name, "单位")?;
    if name == unit.name() {
        return Err(refuse!(Incomplete, "新名称与现名称“{name}”相同，无需改名。"));
    }
    in_order(unit.names.last().map(|(day, _)| *day), from, "改名")?;
    let mut changed = unit.clone();
    changed.names.push((from, name.clone()));
    name_is_free(org, &changed, from)?;
    Ok(vec![OrgEvent::UnitRenamed { unit: id, name, from }])
}

/// History is written forward: what comes later stays later.
fn in_order(last: Option<Date>, from: Date, what: &str) -> Result<(), Refusal> {
    match last {
        Some(last) if from < last => Err(refuse!(
            OutOfTime,
            "{}已登记过{what}，新的{what}日期不能更早，请改为这一天或之后。",
            say(last)
        )),
        _ => Ok(()),
    }
}

pub(super) fn describe(org: &Organisation, id: UnitId, about: &About) -> Decided {
    let unit = find(org, id)?;
    let about = check_about(org, Some(id), about, unit.outside)?;
    if about == About::of(unit) {
        return Err(refuse!(Incomplete, "“{}”的信息没有变化，无需保存。", unit.name()));
    }
    let About { kind, short, code, region, credit, sort } = about;
    Ok(vec![OrgEvent::UnitDescribed { unit: id, short, code, kind, region, credit, sort }])
}

pub(super) fn relocate(
    org: &Organisation,
    id: UnitId,
    parent: Option<UnitId>,
    from: Date,
    today: Date,
) -> Decided {
    not_ahead(from, today)?;
    let unit = find_open(org, id, from)?;
    if parent == unit.parent() {
        return Err(refuse!(Incomplete, "“{}”的上级单位没有变化，无需调整。", unit.name()));
    }
    in_order(unit.parents.last().map(|(day, _)| *day), from, "隶属调整")?;
    match parent {
        None if !unit.outside => {
            return Err(refuse!(Incomplete, "请为“{}”选择上级单位；只有外部单位可以没有上级。", unit.name()));
        }
        None => {}
        Some(parent) => {
            find_through(org, parent, from, unit.to)?;
            no_circle(org, unit, parent, from)?;
        }
    }
    let mut changed = unit.clone();
    changed.parents.push((from, parent));
    name_is_free(org, &changed, from)?;
    Ok(vec![OrgEvent::UnitMoved { unit: id, parent, from }])
}

/// A unit must not come to stand above itself, on any day from one on: other units may have moved
/// on days that lie later.
fn no_circle(org: &Organisation, unit: &Unit, parent: UnitId, from: Date) -> Result<(), Refusal> {
    let mut days: BTreeSet<Date> = BTreeSet::from([from]);
    let moves = org.units.values().flat_map(|unit| unit.parents.iter().skip(1).map(|(day, _)| *day));
    days.extend(moves.filter(|day| *day > from));
    if days.iter().any(|day| org.line_on(parent, *day).contains(&unit.id)) {
        let (lower, upper) = (org.unit_name(parent), unit.name());
        return Err(refuse!(
            Incomplete,
            "“{lower}”就是“{upper}”或其下级，不能作“{upper}”的上级；请选择其他单位，或先调整“{lower}”的隶属。"
        ));
    }
    Ok(())
}

/// The first day after one on which a unit stands below another.
fn below_after(unit: &Unit, upper: UnitId, last: Date) -> Option<Date> {
    turns(unit, day_after(last)).filter(|day| unit.exists(*day) && unit.parent_on(*day) == Some(upper)).min()
}

pub(super) fn close(
    org: &Organisation,
    id: UnitId,
    last: Date,
    into: Option<UnitId>,
    today: Date,
) -> Decided {
    plausible(last)?;
    let unit = find_open(org, id, last)?;
    let name = unit.name();
    if let Some(to) = unit.to.filter(|to| *to < today || (*to == last && unit.into == into)) {
        return Err(refuse!(WrongState, "“{name}”已定于{}撤销，无需再办。", say(to)));
    }
    if unit.parent().is_none() && !unit.outside {
        return Err(refuse!(WrongState, "“{name}”是最上一级单位，不能撤销；名称有变请用“改名”。"));
    }
    in_order(unit.names.last().map(|(day, _)| *day), last, "改名")?;
    in_order(unit.parents.last().map(|(day, _)| *day), last, "隶属调整")?;
    let lower: Vec<&Unit> =
        org.units.values().filter(|lower| below_after(lower, id, last).is_some()).collect();
    let mut events = match into {
        None if lower.is_empty() => Vec::new(),
        None => {
            let names = some_names(lower.iter().map(|unit| unit.name()));
            return Err(refuse!(
                WrongState,
                "“{name}”还有下级单位：{names}。请先撤销或调整这些单位，或用“合并”并入其他单位。"
            ));
        }
        Some(into) => {
            takes_over(org, unit, into, last, today)?;
            hand_over(org, &lower, into, day_after(last), today)?
        }
    };
    events.extend(people::end_posts_of(org, id, last)?);
    events.push(OrgEvent::UnitClosed { unit: id, last, into });
    Ok(events)
}

fn some_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let told: Vec<&str> = names.take(TOLD).collect();
    let more = if count > TOLD { format!("等{count}个") } else { String::new() };
    told.join("、") + &more
}

/// Whether a unit can take over from another that ends on a day.
fn takes_over(org: &Organisation, unit: &Unit, into: UnitId, last: Date, today: Date) -> Result<(), Refusal> {
    let name = unit.name();
    if into == unit.id {
        return Err(refuse!(Incomplete, "“{name}”不能并入自己，请选择另一个单位。"));
    }
    if last > today {
        return Err(refuse!(OutOfTime, "合并还没有生效，请在{}之后办理。", say(last)));
    }
    let next = find_through(org, into, day_after(last), None)?;
    if next.outside && !unit.outside {
        return Err(refuse!(
            Incomplete,
            "“{}”是外部单位，不能接收“{name}”的事项，请选择本级单位。",
            next.name()
        ));
    }
    if org.line_on(into, last).contains(&unit.id) || org.line(into).contains(&unit.id) {
        return Err(refuse!(
            Incomplete,
            "“{}”是“{name}”的下级，不能接收上级；请先把它调整到其他上级之下。",
            next.name()
        ));
    }
    Ok(())
}

/// Puts units under another one by one; each must fit in among those that came before it.
fn hand_over(org: &Organisation, lower: &[&Unit], into: UnitId, from: Date, today: Date) -> Decided {
    let mut org = org.clone();
    let mut events = Vec::new();
    for unit in lower {
        let given = relocate(&org, unit.id, Some(into), from.max(unit.from), today)?;
        given.iter().for_each(|event| org.apply(event));
        events.extend(given);
    }
    Ok(events)
}

pub(super) fn merge(org: &Organisation, units: &[UnitId], into: UnitId, from: Date, today: Date) -> Decided {
    plausible(from)?;
    not_ahead(from, today)?;
    if units.is_empty() {
        return Err(refuse!(Incomplete, "请选择要并入“{}”的单位。", org.unit_name(into)));
    }
    let mut org = org.clone();
    let mut events = Vec::new();
    for unit in units {
        let given = close(&org, *unit, day_before(from), Some(into), today)?;
        given.iter().for_each(|event| org.apply(event));
        events.extend(given);
    }
    Ok(events)
}
