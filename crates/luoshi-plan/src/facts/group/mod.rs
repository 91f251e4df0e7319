//! Composition of leading groups.

mod office;
mod people;

use std::ops::Range;

use super::Line;
use crate::lexicon::class;
use crate::model::GroupRole;
use office::{office_director, offices};
use people::{is_person, people};

/// A name and its place in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupFact {
    pub(crate) range: Range<usize>,
    pub(crate) role: GroupRole,
}

const POSTS: [(&str, GroupRole); 26] = [
    ("常务副组长", GroupRole::Deputy),
    ("副组长", GroupRole::Deputy),
    ("副总指挥", GroupRole::Deputy),
    ("副指挥长", GroupRole::Deputy),
    ("副召集人", GroupRole::Deputy),
    ("办公室主任", GroupRole::Office),
    ("办公室副主任", GroupRole::Office),
    ("第一组长", GroupRole::Head),
    ("双组长", GroupRole::Head),
    ("组长", GroupRole::Head),
    ("总指挥", GroupRole::Head),
    ("指挥长", GroupRole::Head),
    ("召集人", GroupRole::Head),
    ("成员单位", GroupRole::Member),
    ("小组成员", GroupRole::Member),
    ("成员", GroupRole::Member),
    ("组员", GroupRole::Member),
    ("副主任委员", GroupRole::Deputy),
    ("主任委员", GroupRole::Head),
    ("名誉组长", GroupRole::Head),
    ("执行组长", GroupRole::Deputy),
    ("副主任", GroupRole::Deputy),
    ("主任", GroupRole::Head),
    ("队长", GroupRole::Head),
    ("副队长", GroupRole::Deputy),
    ("队员", GroupRole::Member),
];

/// The names that a line places in a group. `in_group`: the line stands in a section about a group.
pub(crate) fn groups(line: &Line<'_>, in_group: bool) -> Vec<GroupFact> {
    let mut out: Vec<GroupFact> = Vec::new();
    let spaced = line.text[line.marker..].trim_start().starts_with(['组', '副', '成', '总']);
    let about = in_group
        || line.classes & class::GROUP != 0
        || spaced && post_at(line.text[line.marker..].trim_start()).is_some()
        || line.text.contains("设在")
        || line.text.contains("下设");
    if !about {
        return out;
    }
    labelled(line, in_group, &mut out);
    if in_group && out.is_empty() {
        listed(line, &mut out);
    }
    by_clause(line, &mut out);
    offices(line, &mut out);
    out.sort_by_key(|g| g.range.start);
    out.dedup();
    out
}

/// The post that a stretch begins with, blanks inside it allowed (组　长): role and bytes.
fn post_at(text: &str) -> Option<(&'static str, GroupRole, usize)> {
    POSTS
        .iter()
        .filter_map(|(word, role)| {
            let mut at = 0;
            for (i, c) in word.chars().enumerate() {
                if i > 0 {
                    at += text[at..].len() - text[at..].trim_start_matches([' ', '\u{3000}']).len();
                }
                if !text[at..].starts_with(c) {
                    return None;
                }
                at += c.len_utf8();
            }
            Some((*word, *role, at))
        })
        .max_by_key(|(w, _, _)| w.len())
}

/// 组长：张三（镇长）; 成员：李四、王五.
fn labelled(line: &Line<'_>, in_group: bool, out: &mut Vec<GroupFact>) {
    let text = line.text;
    let mut at = 0;
    while at < text.len() {
        let here = post_at(&text[at..]);
        let Some((word, role, len)) = here else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        let end = at + len;
        let rest = &text[end..];
        let trimmed_rest = rest.trim_start_matches([' ', '\u{3000}']);
        let blank = rest.len() - trimmed_rest.len();
        let weak = matches!(word, "主任" | "副主任" | "队长" | "副队长" | "队员");
        let colon = trimmed_rest.chars().next().filter(|c| matches!(c, ':' | '：'));
        let wide = in_group && at <= line.marker && blank >= 2;
        if (colon.is_none() && !wide) || weak && !in_group && !text[..at].contains("组长") {
            at = end;
            continue;
        }
        let from = end + blank + colon.map_or(0, char::len_utf8);
        let to = from + value_end(&text[from..]);
        let office = role == GroupRole::Head && (word == "主任" || text[..at].ends_with("办公室"));
        let role = if office || text[..at].ends_with("办公室") { GroupRole::Office } else { role };
        let names = people(line, from..to);
        let persons = names.iter().filter(|r| is_person(line, (*r).clone())).count();
        for r in names {
            // 组长：党组书记、局长张三: the first post has no name of its own.
            let bare_post = role != GroupRole::Member && persons > 0 && !is_person(line, r.clone());
            if !bare_post {
                out.push(GroupFact { range: r, role });
            }
        }
        at = to.max(end);
    }
}

/// A line of a list of members below 成员：: a post, a blank, a name.
fn listed(line: &Line<'_>, out: &mut Vec<GroupFact>) {
    let text = line.text[line.marker..].trim_end();
    let plain = text.chars().count() <= 30 && !text.contains(['。', '，', '：', ':', '；']);
    let Some(i) = text.rfind([' ', '\u{3000}', '\t']) else { return };
    let at = line.marker + i + text[i..].chars().next().map_or(1, char::len_utf8);
    let end = line.marker + text.len();
    let first_end = line.marker + text.find([' ', '\u{3000}', '\t']).unwrap_or(i);
    let ends_post =
        |at: usize| line.token_before(at).is_some_and(|t| t.is(class::POST | class::HEAD | class::GROUP));
    if !plain {
        return;
    }
    if ends_post(line.marker + text[..i].trim_end().len()) && is_person(line, at..end) {
        out.push(GroupFact { range: at..end, role: GroupRole::Member });
    } else if ends_post(end) && is_person(line, line.marker..first_end) {
        out.push(GroupFact { range: line.marker..first_end, role: GroupRole::Member });
    }
}

/// Where a list of people ends: a stop or the next post.
fn value_end(text: &str) -> usize {
    let mut depth = 0;
    for (i, c) in text.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth -= 1,
            '。' | '；' | ';' | '\t' => return i,
            _ if depth <= 0 && i > 0 => {
                if let Some((_, _, len)) = post_at(&text[i..]) {
                    let after = text[i + len..].trim_start_matches([' ', '\u{3000}']);
                    if after.starts_with([':', '：']) {
                        return i;
                    }
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// 由镇长张三任组长, 组长由…担任, 李四为副组长, 王五等为成员.
fn by_clause(line: &Line<'_>, out: &mut Vec<GroupFact>) {
    for clause in &line.clauses {
        let text = line.slice(clause.range.clone());
        let base = clause.range.start;
        // 组长由X担任 / 成员由X组成
        if let Some((_, role, len)) = post_at(text.trim_start_matches([' ', '\u{3000}'])) {
            let skip = text.len() - text.trim_start_matches([' ', '\u{3000}']).len() + len;
            // 成员为张三、李四
            if let Some(rest) = text[skip..].strip_prefix('为').or_else(|| text[skip..].strip_prefix('是'))
            {
                let from = text.len() - rest.len();
                for r in people(line, base + from..base + text.len()) {
                    out.push(GroupFact { range: r, role });
                }
                continue;
            }
            if let Some(rest) = text[skip..].strip_prefix('由') {
                let from = skip + '由'.len_utf8();
                let end = ["担任", "兼任", "组成", "任"]
                    .iter()
                    .filter_map(|w| rest.find(w))
                    .min()
                    .unwrap_or(rest.len());
                for r in people(line, base + from..base + from + end) {
                    out.push(GroupFact { range: r, role });
                }
                continue;
            }
        }
        // (由)X(担)任组长 / X为组长
        office_director(line, clause.range.clone(), out);
        for link in ["担任", "兼任", "任", "为", "当"] {
            let mut from = 0;
            while let Some(i) = text[from..].find(link) {
                let at = from + i;
                from = at + link.len();
                let rest = &text[from..];
                let rest = rest.strip_prefix("领导小组").unwrap_or(rest);
                let office_post = rest.starts_with("办公室主任") || rest.starts_with("办公室副主任");
                let Some((word, role, len)) = post_at(rest) else { continue };
                let of_office = matches!(word, "主任" | "副主任")
                    && ["办公室设", "下设"].iter().any(|w| line.text.contains(w));
                let office_post = office_post || of_office;
                if matches!(word, "主任" | "副主任" | "队长" | "副队长" | "队员") && !office_post
                {
                    continue;
                }
                let tail = &rest[len..];
                if tail.starts_with("负责") || tail.starts_with("单位负责") {
                    continue;
                }
                let head = &text[..at];
                let start = head.rfind('由').map_or_else(|| lead(head), |p| p + '由'.len_utf8());
                for r in people(line, base + start..base + at) {
                    if !out.iter().any(|g| g.range == r) {
                        out.push(GroupFact {
                            range: r,
                            role: if office_post { GroupRole::Office } else { role },
                        });
                    }
                }
                break;
            }
        }
    }
}

/// Where the names begin in "成立以校长张三": after 以.
fn lead(head: &str) -> usize {
    let head_start = head.len() - head.trim_start_matches([' ', '\u{3000}']).len();
    match head.rfind('以') {
        Some(p) if head[..p].chars().count() < 12 => p + '以'.len_utf8(),
        _ => head_start,
    }
}
