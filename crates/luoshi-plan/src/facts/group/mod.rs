//! Composition of leading groups.

mod office;
mod people;

use std::ops::Range;
use std::sync::OnceLock;

use super::Line;
use crate::letters::Letters;
use crate::lexicon::class;
use crate::model::GroupRole;
use office::{office_director, offices};
pub(crate) use people::begins_with_surname;
use people::{is_person, people};

/// A name and its place in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GroupFact {
    pub(crate) range: Range<usize>,
    pub(crate) role: GroupRole,
}

/// Posts of a group, and the place that each gives.
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

/// The characters with which those posts begin.
fn post_starts() -> &'static Letters {
    static STARTS: OnceLock<Letters> = OnceLock::new();
    STARTS.get_or_init(|| Letters::first(POSTS.iter().map(|(word, _)| *word)))
}

/// The names that a line places in a group. `in_group`: the line stands in a section about a group;
/// `above`: the place of the last name in the line before.
pub(crate) fn groups(line: &Line<'_>, in_group: bool, above: Option<GroupRole>) -> Vec<GroupFact> {
    let mut out: Vec<GroupFact> = Vec::new();
    if let Some(role) = above {
        continued(line, role, &mut out);
        if !out.is_empty() {
            return out;
        }
    }
    let spaced = line.text[line.marker..].trim_start().starts_with(['组', '副', '成', '总']);
    let about = in_group
        || line.classes & class::GROUP != 0
        || spaced && post_at(line.text[line.marker..].trim_start()).is_some()
        || line.holds_one(&["设在", "下设"]);
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
    let first = text.chars().next().filter(|c| post_starts().has(*c))?;
    POSTS
        .iter()
        .filter(|(word, _)| word.starts_with(first))
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
    let leader = line.find("组长").map(|at| at + "组长".len());
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
        let weak = is_weak(word);
        let colon = trimmed_rest.chars().next().filter(|c| matches!(c, ':' | '：'));
        let wide = in_group && at <= line.marker && blank >= 2;
        if (colon.is_none() && !wide) || weak && !in_group && leader.is_none_or(|end| at < end) {
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

/// A line of nothing but persons below 副组长：张三（…）: they have the place of the one before.
fn continued(line: &Line<'_>, role: GroupRole, out: &mut Vec<GroupFact>) {
    let names = people(line, line.marker..line.text.len());
    let person = |r: &Range<usize>| is_person(line, r.clone()) && begins_with_surname(line.slice(r.clone()));
    if !line.text.contains(['：', ':', '。']) && names.iter().all(person) {
        out.extend(names.into_iter().map(|range| GroupFact { range, role }));
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

/// Names placed by a verb, clause by clause.
fn by_clause(line: &Line<'_>, out: &mut Vec<GroupFact>) {
    let office = line.holds_one(&["办公室设", "下设"]);
    for clause in line.clauses {
        if post_first(line, clause.range.clone(), out) {
            continue;
        }
        office_director(line, clause.range.clone(), out);
        for link in ["担任", "兼任", "任", "为", "当"].into_iter().filter(|w| clause.letters.may_hold(w))
        {
            post_last(line, clause.range.clone(), link, office, out);
        }
    }
}

/// 成员为张三、李四, 组长由X担任, 成员由X组成: whether the clause begins with a post and its verb.
fn post_first(line: &Line<'_>, clause: Range<usize>, out: &mut Vec<GroupFact>) -> bool {
    let text = line.slice(clause.clone());
    let bare = text.trim_start_matches([' ', '\u{3000}']);
    let Some((_, role, len)) = post_at(bare) else { return false };
    let rest = &bare[len..];
    let (names, end) = if let Some(names) = rest.strip_prefix(['为', '是']) {
        (names, names.len())
    } else if let Some(names) = rest.strip_prefix('由') {
        let verbs = ["担任", "兼任", "组成", "任"];
        (names, verbs.iter().filter_map(|w| names.find(w)).min().unwrap_or(names.len()))
    } else {
        return false;
    };
    let from = clause.end - names.len();
    out.extend(people(line, from..from + end).into_iter().map(|range| GroupFact { range, role }));
    true
}

/// 由镇长张三任组长, 李四为副组长, 王五等为成员: the names before the first `link` with a post after it.
/// `office`: the line sets up an office.
fn post_last(line: &Line<'_>, clause: Range<usize>, link: &str, office: bool, out: &mut Vec<GroupFact>) {
    let text = line.slice(clause.clone());
    for (at, _) in text.match_indices(link) {
        let rest = &text[at + link.len()..];
        let rest = rest.strip_prefix("领导小组").unwrap_or(rest);
        let Some((word, role, len)) = post_at(rest) else { continue };
        let of_office = rest.starts_with("办公室主任")
            || rest.starts_with("办公室副主任")
            || office && matches!(word, "主任" | "副主任");
        if is_weak(word) && !of_office {
            continue;
        }
        if rest[len..].starts_with("负责") || rest[len..].starts_with("单位负责") {
            continue;
        }
        let head = &text[..at];
        let start = head.rfind('由').map_or_else(|| lead(head), |p| p + '由'.len_utf8());
        let role = if of_office { GroupRole::Office } else { role };
        for range in people(line, clause.start + start..clause.start + at) {
            if !out.iter().any(|g| g.range == range) {
                out.push(GroupFact { range, role });
            }
        }
        return;
    }
}

/// Posts that are found outside leading groups too.
fn is_weak(post: &str) -> bool {
    matches!(post, "主任" | "副主任" | "队长" | "副队长" | "队员")
}

/// Where the names begin in "成立以校长张三": after 以.
fn lead(head: &str) -> usize {
    let head_start = head.len() - head.trim_start_matches([' ', '\u{3000}']).len();
    match head.rfind('以') {
        Some(p) if head[..p].chars().count() < 12 => p + '以'.len_utf8(),
        _ => head_start,
    }
}
