//! Decisions on people, posts, roles, stand-ins and the division of work.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::Role;

use super::command::Newcomer;
use super::tree::{clean_name, find_through, number, plausible, say};
use super::{Delegation, Division, OrgEvent, Organisation, Person, Post, SystemRole, code};
use crate::id::{PersonId, PostId, UnitId};
use crate::refusal::refuse;
use crate::{Actor, Refusal};

type Decided = Result<Vec<OrgEvent>, Refusal>;

fn find_person(org: &Organisation, id: PersonId) -> Result<&Person, Refusal> {
    org.people.get(&id).ok_or_else(|| refuse!(NotFound, "没有编号为{id}的人员，请刷新名录后重新选择。"))
}

fn find_post(org: &Organisation, id: PostId) -> Result<&Post, Refusal> {
    org.posts.get(&id).ok_or_else(|| refuse!(NotFound, "没有编号为{id}的岗位，请刷新名录后重新选择。"))
}

/// A post as a user knows it: 张建国（松坪镇 镇长）.
fn tell(org: &Organisation, post: &Post) -> String {
    let (person, unit) = (org.person_name(post.person), org.unit_name(post.unit));
    if post.title.is_empty() {
        format!("{person}（{unit}）")
    } else {
        format!("{person}（{unit} {}）", post.title)
    }
}

fn check_person(org: &Organisation, id: Option<PersonId>, given: &Newcomer) -> Result<Newcomer, Refusal> {
    let name = clean_name(&given.name, "人员")?;
    let mobile = given.mobile.trim().to_owned();
    if !mobile.is_empty() {
        if let Some(fault) = code::mobile_fault(&mobile) {
            return Err(refuse!(Incomplete, "{fault}"));
        }
        let other = org.people.values().find(|person| person.mobile == mobile && Some(person.id) != id);
        if let Some(other) = other {
            return Err(refuse!(
                Incomplete,
                "手机号{mobile}已登记在“{}”名下，请核对；同一人请直接增加岗位。",
                other.name
            ));
        }
    }
    Ok(Newcomer { name, mobile })
}

pub(super) fn add(org: &Organisation, id: Option<PersonId>, given: &Newcomer) -> Decided {
    let id = number(org.people.keys().next_back().map(|id| id.0), id.map(|id| id.0)).map(PersonId)?;
    let Newcomer { name, mobile } = check_person(org, None, given)?;
    Ok(vec![OrgEvent::PersonSet(Person { id, name, mobile })])
}

pub(super) fn set(org: &Organisation, id: PersonId, given: &Newcomer) -> Decided {
    let known = find_person(org, id)?;
    let Newcomer { name, mobile } = check_person(org, Some(id), given)?;
    if known.name == name && known.mobile == mobile {
        return Err(refuse!(Incomplete, "“{name}”的信息没有变化，无需保存。"));
    }
    Ok(vec![OrgEvent::PersonSet(Person { id, name, mobile })])
}

fn check_days(from: Date, to: Option<Date>, what: &str) -> Result<(), Refusal> {
    plausible(from)?;
    match to.map(plausible).transpose()? {
        Some(to) if to < from => {
            Err(refuse!(OutOfTime, "{what}的截止日期（{}）早于起始日期（{}），请改正。", say(to), say(from)))
        }
        _ => Ok(()),
    }
}

/// Whether two spans of days, the second perhaps without an end, share a day.
fn overlap((a, a_end): (Date, Option<Date>), (b, b_end): (Date, Option<Date>)) -> bool {
    a_end.is_none_or(|end| b <= end) && b_end.is_none_or(|end| a <= end)
}

fn clean_title(title: &str) -> Result<String, Refusal> {
    if title.trim().is_empty() { Ok(String::new()) } else { clean_name(title, "职务") }
}

/// The same person twice in the same place under the same title is a slip.
fn not_twice(org: &Organisation, post: &Post) -> Result<(), Refusal> {
    let same = |other: &&Post| {
        other.id != post.id
            && (other.person, other.unit, &other.title) == (post.person, post.unit, &post.title)
            && other.to.is_none_or(|to| other.from <= to)
            && overlap((other.from, other.to), (post.from, post.to))
    };
    match org.posts.values().find(same) {
        Some(_) => Err(refuse!(Incomplete, "{}已有这个岗位，请直接修改原岗位。", tell(org, post))),
        None => Ok(()),
    }
}

pub(super) fn add_post(
    org: &Organisation,
    id: Option<PostId>,
    person: PersonId,
    unit: UnitId,
    title: &str,
    (from, to): (Date, Option<Date>),
) -> Decided {
    let id = number(org.posts.keys().next_back().map(|id| id.0), id.map(|id| id.0)).map(PostId)?;
    find_person(org, person)?;
    let title = clean_title(title)?;
    check_days(from, to, "任职")?;
    let place = find_through(org, unit, from, to)?;
    if place.outside {
        let name = place.name();
        return Err(refuse!(
            WrongState,
            "“{name}”是外部单位，不设岗位和账号；需要对接的请登记为本级单位的岗位。"
        ));
    }
    let post = Post { id, person, unit, title, roles: Vec::new(), system: None, from, to };
    not_twice(org, &post)?;
    Ok(vec![OrgEvent::PostSet(post)])
}

pub(super) fn set_post(
    org: &Organisation,
    id: PostId,
    title: &str,
    to: Option<Date>,
    today: Date,
) -> Decided {
    let post = find_post(org, id)?;
    let title = clean_title(title)?;
    if post.to.is_some_and(|to| to < today) {
        return Err(refuse!(
            WrongState,
            "{}的任职已经结束，不能再改动；重新任职请新增岗位。",
            tell(org, post)
        ));
    }
    if post.title == title && post.to == to {
        return Err(refuse!(Incomplete, "{}没有变化，无需保存。", tell(org, post)));
    }
    if to != post.to {
        check_days(post.from, to, "任职")?;
        find_through(org, post.unit, post.from, to)?;
        shortened(org, post, to, today)?;
    }
    let changed = Post { title, to, ..post.clone() };
    not_twice(org, &changed)?;
    Ok(vec![OrgEvent::PostSet(changed)])
}

/// Nobody makes their own time in a post with rights longer.
pub(super) fn not_longer_for_oneself(
    org: &Organisation,
    actor: &Actor,
    post: PostId,
    to: Option<Date>,
) -> Result<(), Refusal> {
    let post = find_post(org, post)?;
    let longer = post.to.is_some_and(|end| to.is_none_or(|to| to > end));
    let rights = post.system.is_some() || !post.roles.is_empty();
    if post.person == actor.person && longer && rights {
        return Err(refuse!(SameHand, "不能延长自己的任职期限，请由另一名系统管理员办理。"));
    }
    Ok(())
}

/// What a new last day must not bring about: that days already served are taken away without a
/// trace of it, or that nobody looks after the system.
fn shortened(org: &Organisation, post: &Post, to: Option<Date>, today: Date) -> Result<(), Refusal> {
    let Some(to) = to else { return Ok(()) };
    match post.system {
        Some(role) => somebody_remains(org, post, role, to.max(today)),
        None => Ok(()),
    }
}

/// Another post of an administrator without an end, or the system could lock itself out.
fn somebody_remains(org: &Organisation, post: &Post, role: SystemRole, after: Date) -> Result<(), Refusal> {
    let other = |other: &&Post| other.id != post.id && other.system == Some(role) && other.to.is_none();
    if org.posts.values().any(|post| other(&post)) {
        return Ok(());
    }
    let title = role.title();
    Err(refuse!(
        WrongState,
        "{}是最后一名{title}，{}后将无人履职；请先另行指定一名{title}（任期不限）。",
        tell(org, post),
        say(after)
    ))
}

pub(super) fn end_post(org: &Organisation, id: PostId, last: Date, today: Date) -> Decided {
    let post = find_post(org, id)?;
    plausible(last)?;
    let told = tell(org, post);
    if let Some(to) = post.to.filter(|to| *to <= last) {
        return Err(refuse!(WrongState, "{told}的任职到{}已经结束，无需再办。", say(to)));
    }
    // One that has not begun is called off.
    if last < post.from && post.from <= today {
        return Err(refuse!(OutOfTime, "{told}自{}起任职，结束日期不能更早，请改正。", say(post.from)));
    }
    shortened(org, post, Some(last), today)?;
    Ok(vec![OrgEvent::PostSet(Post { to: Some(last), ..post.clone() })])
}

/// The posts of a unit end with it.
pub(super) fn end_posts_of(org: &Organisation, unit: UnitId, last: Date) -> Decided {
    let open = |post: &&Post| post.unit == unit && post.to.is_none_or(|to| to > last);
    let mut events = Vec::new();
    for post in org.posts.values().filter(open) {
        if let Some(role) = post.system {
            let (told, title) = (tell(org, post), role.title());
            return Err(refuse!(
                WrongState,
                "{told}是{title}，请先在其他单位另行指定{title}并结束该岗位，再撤销“{}”。",
                org.unit_name(unit)
            ));
        }
        events.push(OrgEvent::PostSet(Post { to: Some(last), ..post.clone() }));
    }
    Ok(events)
}

pub(super) fn set_roles(
    org: &Organisation,
    id: PostId,
    roles: &[Role],
    system: Option<SystemRole>,
    today: Date,
) -> Decided {
    let post = find_post(org, id)?;
    let told = tell(org, post);
    if post.to.is_some_and(|to| to < today) {
        return Err(refuse!(WrongState, "{told}的任职已经结束，不能再授予角色；请为新岗位授权。"));
    }
    let mut roles = roles.to_vec();
    roles.sort_unstable();
    roles.dedup();
    if let Some(system) = system {
        if !roles.is_empty() {
            let title = system.title();
            return Err(refuse!(SameHand, "{title}不能同时承担业务角色；请为{told}另设一个岗位，分别授权。"));
        }
        one_system_role(org, post.person, system, (post.from, post.to), id)?;
        for d in org.delegations.iter().filter(|d| d.post == id && d.until >= today) {
            one_system_role(org, d.to, system, (d.from, Some(d.until)), id)?;
        }
    }
    let mut old = post.roles.clone();
    old.sort_unstable();
    if old == roles && post.system == system {
        return Err(refuse!(Incomplete, "{told}的角色没有变化，无需保存。"));
    }
    if let Some(role) = post.system.filter(|role| system != Some(*role)) {
        somebody_remains(org, post, role, today)?;
    }
    Ok(vec![OrgEvent::PostSet(Post { roles, system, ..post.clone() })])
}

/// Three administrators are three people: nobody has two of these roles on one day, stand-ins
/// counted.
fn one_system_role(
    org: &Organisation,
    person: PersonId,
    role: SystemRole,
    days: (Date, Option<Date>),
    post: PostId,
) -> Result<(), Refusal> {
    let other = |other: &Post| other.id != post && other.system.is_some_and(|system| system != role);
    let held = org.posts.values().find(|p| p.person == person && other(p) && overlap((p.from, p.to), days));
    let stood = || {
        let standing = |d: &&Delegation| d.to == person && overlap((d.from, Some(d.until)), days);
        org.delegations.iter().filter(standing).filter_map(|d| org.posts.get(&d.post)).find(|p| other(p))
    };
    match held.or_else(stood).and_then(|post| post.system) {
        None => Ok(()),
        Some(system) => Err(refuse!(
            SameHand,
            "{}在此期间是{}，不能兼任或代理{}；系统、安全、审计管理员须由三个人分别担任，请另选一人。",
            org.person_name(person),
            system.title(),
            role.title()
        )),
    }
}

pub(super) fn delegate(
    org: &Organisation,
    id: PostId,
    to: PersonId,
    (from, until): (Date, Date),
    reason: &str,
    today: Date,
) -> Decided {
    let post = find_post(org, id)?;
    let person = find_person(org, to)?;
    let told = tell(org, post);
    check_days(from, Some(until), "代理")?;
    if post.person == to {
        return Err(refuse!(Incomplete, "{told}不能由本人代理，请选择另一个人。"));
    }
    if from < today {
        return Err(refuse!(OutOfTime, "代理不能补办到过去，请从今天（{}）或以后开始。", say(today)));
    }
    // `until` is the last day: a year from 1 March ends with the last day of February.
    if from.checked_add(1.year()).is_ok_and(|end| until >= end) {
        return Err(refuse!(OutOfTime, "代理最长一年，请把截止日期提前；到期仍需代理的再办一次。"));
    }
    if from < post.from || post.to.is_some_and(|end| until > end) {
        let end = post.to.map_or_else(|| "长期".to_owned(), say);
        return Err(refuse!(
            OutOfTime,
            "{told}的任职期是{}至{end}，代理须在此期间内，请改日期。",
            say(post.from)
        ));
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refuse!(Incomplete, "请写明由“{}”代理的原因（出差、休假、学习等）。", person.name));
    }
    let span = (from, Some(until));
    let known = org.delegations.iter().find(|d| d.post == id && overlap((d.from, Some(d.until)), span));
    if let Some(known) = known {
        let name = org.person_name(known.to);
        return Err(refuse!(
            WrongState,
            "{told}在{}至{}已由“{name}”代理，请先结束该代理或错开日期。",
            say(known.from),
            say(known.until)
        ));
    }
    if let Some(role) = post.system {
        one_system_role(org, to, role, span, id)?;
    }
    let delegation = Delegation { post: id, to, from, until, reason: reason.to_owned() };
    Ok(vec![OrgEvent::Delegated(delegation)])
}

pub(super) fn end_delegation(
    org: &Organisation,
    post: PostId,
    to: PersonId,
    from: Date,
    last: Date,
    today: Date,
) -> Decided {
    let known = org.delegations.iter().find(|d| (d.post, d.to, d.from) == (post, to, from));
    let Some(known) = known else {
        return Err(refuse!(NotFound, "没有这项代理，可能已被取消，请刷新后再看。"));
    };
    if last >= known.until {
        return Err(refuse!(OutOfTime, "该代理到{}即结束；要延长请另办代理。", say(known.until)));
    }
    // What the stand-in did until yesterday was done with the right to do it.
    if last < from.max(today).yesterday().unwrap_or(last) {
        return Err(refuse!(OutOfTime, "代理不能从过去的日期起取消，请选择昨天、今天或以后。"));
    }
    Ok(vec![OrgEvent::DelegationEnded { post, to, from, last }])
}

pub(super) fn set_division(
    org: &Organisation,
    id: PostId,
    units: &[UnitId],
    fields: &[String],
    today: Date,
) -> Decided {
    let post = find_post(org, id)?;
    if post.to.is_some_and(|to| to < today) {
        return Err(refuse!(
            WrongState,
            "{}的任职已经结束，不能再安排分工；请选择在任的岗位。",
            tell(org, post)
        ));
    }
    if post.system.is_some() {
        return Err(refuse!(WrongState, "{}是管理员岗位，不安排业务分工；请选择领导岗位。", tell(org, post)));
    }
    if !post.roles.is_empty() && !post.roles.iter().any(|role| matches!(role, Role::Leader | Role::Inspector))
    {
        return Err(refuse!(
            WrongState,
            "{}不是领导或督查员，不安排分工；请选择领导岗位，或先由安全管理员调整角色。",
            tell(org, post)
        ));
    }
    let mut seen: Vec<UnitId> = Vec::new();
    for unit in units {
        let found =
            find_through(org, *unit, today.max(org.unit(*unit).map_or(today, |u| u.from)), Some(today))?;
        if found.outside {
            let name = found.name();
            return Err(refuse!(Incomplete, "“{name}”是外部单位，不能列入分工，请去掉。"));
        }
        if !seen.contains(unit) {
            seen.push(*unit);
        }
    }
    let mut words: Vec<String> = fields.iter().map(|field| field.trim().to_owned()).collect();
    words.retain(|field| !field.is_empty());
    let division = Division { post: id, units: seen, fields: words };
    if org.divisions.get(&id) == Some(&division) {
        return Err(refuse!(Incomplete, "{}的分工没有变化，无需保存。", tell(org, post)));
    }
    Ok(vec![OrgEvent::DivisionSet(division)])
}
