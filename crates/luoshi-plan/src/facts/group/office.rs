//! The office of a group: where it is and who runs it.

use std::ops::Range;

use super::GroupFact;
use super::people::{is_person, people};
use crate::facts::Line;
use crate::model::GroupRole;
use crate::words::trimmed;

/// 张三任活动办公室主任, 张三兼安全办主任: who runs the office.
pub(super) fn office_director(line: &Line<'_>, clause: Range<usize>, out: &mut Vec<GroupFact>) {
    if !line.letters.may_hold("办主任") {
        return;
    }
    let text = line.slice(clause.clone());
    let Some(end) = text.find("办公室主任").or_else(|| text.find("办主任")) else { return };
    let Some(i) = ["兼任", "担任", "任", "兼"].iter().filter_map(|w| text[..end].find(w)).min() else {
        // 安全办主任由张三兼任
        let after = &text[end..];
        if let Some(j) = after.find('由') {
            let from = end + j + '由'.len_utf8();
            let to = ["兼任", "担任", "任"]
                .iter()
                .filter_map(|w| text[from..].find(w))
                .min()
                .map_or(text.len(), |k| from + k);
            office(line, clause.start + from..clause.start + to, out);
        }
        return;
    };
    let from = text[..i].rfind('由').map_or(0, |p| p + '由'.len_utf8());
    office(line, clause.start + from..clause.start + i, out);
}

pub(super) fn office(line: &Line<'_>, range: Range<usize>, out: &mut Vec<GroupFact>) {
    for r in people(line, range) {
        if is_person(line, r.clone()) && !out.iter().any(|g| g.range == r) {
            out.push(GroupFact { range: r, role: GroupRole::Office });
        }
    }
}

/// 领导小组下设办公室, 办公室设在应急办, 办公室主任由李四兼任.
pub(super) fn offices(line: &Line<'_>, out: &mut Vec<GroupFact>) {
    if !line.holds_one(&["下设", "设在", "办公室设于", "办公室主任由", "办公室副主任由"])
    {
        return;
    }
    for clause in line.clauses.iter().filter(|c| c.letters.has('设') || c.letters.may_hold("办公室")) {
        let text = line.slice(clause.range.clone());
        let base = clause.range.start;
        let before = line.text[..base].trim_end_matches(['，', ',']);
        let mut add = |from: usize, to: usize| {
            let r = trimmed(line.text, base + from..base + to);
            if !r.is_empty()
                && line.text[r.clone()].chars().count() <= 24
                && !out.iter().any(|g| g.range == r)
            {
                out.push(GroupFact { range: r, role: GroupRole::Office });
            }
        };
        if let Some(i) = text.find("下设") {
            let from = i + "下设".len();
            let rest = &text[from..];
            let rest_trim = rest.trim_start_matches("一个").trim_start_matches("1个");
            let from = from + rest.len() - rest_trim.len();
            let end = text[from..].find(['，', ',', '（', '(']).map_or(text.len(), |j| from + j);
            let name = &text[from..end];
            let office = ["办公室", "办", "专班", "工作组", "秘书处"]
                .iter()
                .filter_map(|w| name.find(w).map(|j| j + w.len()))
                .max();
            if let Some(len) = office {
                add(from, from + len);
            }
        }
        for mark in ["办公室设在", "办公室设于", "办公地点设在", "设在"] {
            if let Some(i) = text.find(mark) {
                let from = i + mark.len();
                let end =
                    text[from..].find(['，', ',', '（', '(', '）', ')']).map_or(text.len(), |j| from + j);
                let name = text[from..end].trim_end_matches('内');
                // 下设办公室，设在应急办: the clause before names it.
                let named = i == 0 && before.ends_with("办公室");
                if named || text[..i].contains("办公室") || mark.starts_with("办公") {
                    add(from, from + name.len());
                }
                break;
            }
        }
        if let Some(i) = text.find("办公室主任由").or_else(|| text.find("办公室副主任由")) {
            let from = i + text[i..].find('由').unwrap_or(0) + '由'.len_utf8();
            let end = ["担任", "兼任", "兼", "任"]
                .iter()
                .filter_map(|w| text[from..].find(w))
                .min()
                .map_or(text.len(), |j| from + j);
            for r in people(line, base + from..base + end) {
                if !out.iter().any(|g| g.range == r) {
                    out.push(GroupFact { range: r, role: GroupRole::Office });
                }
            }
        }
    }
}
