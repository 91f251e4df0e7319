//! What the organisation keeps besides units and people: packs, days, columns of sheets, readings.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{OrgEvent, Organisation, tree};
use crate::Actor;
use crate::id::{EntryNo, PlanId, UnitId};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The most heads that are remembered of one register in one unit.
const HEADS: usize = 500;

/// The longest purpose of a reading, in characters.
const PURPOSE: usize = 200;

/// Whoever acts in a post.
pub(super) fn in_a_post(org: &Organisation, actor: &Actor, today: Date) -> Result<(), Refusal> {
    let post = org.hand(actor.person, actor.post, today);
    post.map(|_| ()).ok_or_else(|| {
        refuse!(NotAllowed, "您目前不在所选的岗位上，也没有受托代行，请换一个岗位或联系管理员")
    })
}

/// Whoever acts in a post of a unit.
pub(super) fn of_unit(org: &Organisation, actor: &Actor, unit: UnitId, today: Date) -> Result<(), Refusal> {
    in_a_post(org, actor, today)?;
    let own = org.hand(actor.person, actor.post, today).is_some_and(|post| post.unit == unit);
    own.then_some(()).ok_or_else(|| refuse!(NotAllowed, "表头的对应关系由本单位的人员确认"))
}

pub(super) fn columns(
    org: &Organisation,
    unit: UnitId,
    register: &str,
    columns: &BTreeMap<String, String>,
) -> Result<Vec<OrgEvent>, Refusal> {
    check_words("台账", register, Lines::One)?;
    for words in columns.iter().flat_map(|(head, meaning)| [head, meaning]) {
        check_words("表头", words, Lines::One)?;
    }
    let known = org.columns.get(&(unit, register.to_owned()));
    let mut fresh = columns.clone();
    fresh.retain(|head, meaning| known.and_then(|known| known.get(head)) != Some(meaning));
    if fresh.is_empty() {
        return Ok(Vec::new());
    }
    if known.map_or(0, BTreeMap::len) + fresh.len() > HEADS {
        return Err(refuse!(Incomplete, "记住的表头已超过{HEADS}个，请统一本单位表格的表头"));
    }
    Ok(vec![OrgEvent::ColumnsKept { unit, register: register.to_owned(), columns: fresh }])
}

pub(super) fn reading(
    plan: PlanId,
    entry: EntryNo,
    fields: &[String],
    purpose: &str,
) -> Result<Vec<OrgEvent>, Refusal> {
    let purpose = purpose.trim();
    if purpose.is_empty() || purpose.chars().count() > PURPOSE {
        return Err(refuse!(Incomplete, "查看保密内容须写明用途，且不超过{PURPOSE}字"));
    }
    check_words("用途", purpose, Lines::One)?;
    Ok(vec![OrgEvent::ConfidentialRead { plan, entry, fields: fields.to_vec(), purpose: purpose.to_owned() }])
}

pub(super) fn publish(
    org: &Organisation,
    name: &str,
    version: u32,
    text: &str,
) -> Result<Vec<OrgEvent>, Refusal> {
    let last = org.packs.iter().filter(|(known, ..)| known == name).max_by_key(|(_, version, _)| *version);
    // The first that is published may follow a version that came with the program.
    let wanted = last.map_or(version.max(1), |(_, version, _)| version + 1);
    if name.trim().is_empty() || text.trim().is_empty() {
        return Err(refuse!(Incomplete, "方案包没有名称或内容，请重新选择文件。"));
    }
    if version != wanted {
        return Err(refuse!(
            Stale,
            "方案包“{name}”的下一版应为第{wanted}版，不是第{version}版；请改好版本号后再发布。"
        ));
    }
    if last.is_some_and(|(_, _, known)| known == text) {
        return Err(refuse!(Incomplete, "方案包“{name}”与上一版内容相同，无需再次发布。"));
    }
    Ok(vec![OrgEvent::PackPublished { name: name.to_owned(), version, text: text.to_owned() }])
}

pub(super) fn set_workday(
    org: &Organisation,
    day: Date,
    working: bool,
    reason: &str,
) -> Result<Vec<OrgEvent>, Refusal> {
    tree::plausible(day)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(refuse!(Incomplete, "请写明依据（通知名称或文号），以便日后查考。"));
    }
    if org.workdays.get(&day) == Some(&working) {
        let state = if working { "工作日" } else { "休息日" };
        return Err(refuse!(Incomplete, "{}已设为{state}，无需再设。", tree::say(day)));
    }
    Ok(vec![OrgEvent::WorkdaySet { day, working, reason: reason.to_owned() }])
}

pub(super) fn clear_workday(org: &Organisation, day: Date, reason: &str) -> Result<Vec<OrgEvent>, Refusal> {
    if !org.workdays.contains_key(&day) {
        return Err(refuse!(NotFound, "{}没有单独设置过，现按国家放假安排计算，无需恢复。", tree::say(day)));
    }
    Ok(vec![OrgEvent::WorkdayCleared { day, reason: reason.trim().to_owned() }])
}
