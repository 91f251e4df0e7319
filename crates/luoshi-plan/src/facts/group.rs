//! Composition of leading groups.

use std::ops::Range;
use std::sync::OnceLock;

use super::Line;
use crate::lexicon::class;
use crate::model::GroupRole;
use crate::words::{split_list, trimmed};

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

/// 张三任活动办公室主任, 张三兼安全办主任: who runs the office.
fn office_director(line: &Line<'_>, clause: Range<usize>, out: &mut Vec<GroupFact>) {
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

fn office(line: &Line<'_>, range: Range<usize>, out: &mut Vec<GroupFact>) {
    for r in people(line, range) {
        if is_person(line, r.clone()) && !out.iter().any(|g| g.range == r) {
            out.push(GroupFact { range: r, role: GroupRole::Office });
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

/// 领导小组下设办公室, 办公室设在应急办, 办公室主任由李四兼任.
fn offices(line: &Line<'_>, out: &mut Vec<GroupFact>) {
    for clause in &line.clauses {
        let text = line.slice(clause.range.clone());
        let base = clause.range.start;
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
                if text[..i].contains("办公室") || mark.starts_with("办公") {
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

/// The bare names in a list: posts before a name and brackets after it are taken off.
fn people(line: &Line<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    for item in split_list(line.text, range, false) {
        for part in joined(line, item) {
            let words = &line.text[part.clone()];
            // 张三（镇长）: cut; 各中心（室）负责人: kept.
            let open =
                words.find(['（', '(']).filter(|_| words.ends_with(['）', ')'])).unwrap_or(words.len());
            let mut r = trimmed(line.text, part.start..part.start + open);
            for lead in ["亲自", "均由", "由"] {
                if line.text[r.clone()].starts_with(lead) {
                    r.start += lead.len();
                }
            }
            for tail in ["等", "亲自", "亲自担", "担", "同志", "为", "兼", "等同志", "组成", "分别"]
            {
                if let Some(at) = line.text[r.clone()].strip_suffix(tail)
                    && !at.is_empty()
                {
                    r.end = r.start + at.len();
                }
            }
            r = bare_person(line, r);
            let run = run_of_names(line.text, r.clone());
            if run.len() > 1 {
                out.extend(run);
                continue;
            }
            if !r.is_empty() && line.text[r.clone()].chars().count() <= 24 {
                out.push(r);
            }
        }
    }
    out
}

/// 夏某尤某某汪某: names without a mark between them, told apart by their surnames.
fn run_of_names(text: &str, r: Range<usize>) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text[r.clone()].char_indices().collect();
    let n = chars.len();
    if !(5..=24).contains(&n) || chars.iter().any(|(_, c)| !('\u{4e00}'..='\u{9fff}').contains(c)) {
        return Vec::new();
    }
    // best[i]: the least number of names that cover the characters from i on, and the length of the first.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; n + 1];
    best[n] = Some((0, 0));
    for i in (0..n).rev() {
        let rest = &text[r.start + chars[i].0..r.end];
        let surname = surnames().iter().filter(|w| rest.starts_with(**w)).map(|w| w.chars().count()).max();
        let Some(surname) = surname else { continue };
        for len in [surname + 2, surname + 1] {
            let Some(Some((count, _))) = best.get(i + len).copied() else { continue };
            if best[i].is_none_or(|(c, _)| count + 1 < c) {
                best[i] = Some((count + 1, len));
            }
        }
    }
    let mut out = Vec::new();
    let mut i = 0;
    while i < n {
        let Some((_, len)) = best[i] else { return Vec::new() };
        let to = chars.get(i + len).map_or(r.end, |(at, _)| r.start + at);
        out.push(r.start + chars[i].0..to);
        i += len;
    }
    out
}

fn surnames() -> &'static [&'static str] {
    static SURNAMES: OnceLock<Vec<&'static str>> = OnceLock::new();
    SURNAMES.get_or_init(|| {
        let lines = include_str!("../lexicon/surnames.txt").lines().filter(|l| !l.starts_with('#'));
        lines.flat_map(str::split_whitespace).collect()
    })
}

/// 镇长张三, 镇长　张三: the personal name without the post before it.
fn bare_person(line: &Line<'_>, r: Range<usize>) -> Range<usize> {
    let words = &line.text[r.clone()];
    if let Some(i) = words.rfind([' ', '\u{3000}']) {
        let at = r.start + i + words[i..].chars().next().map_or(1, char::len_utf8);
        let (head, tail) = (words[..i].trim(), &line.text[at..r.end]);
        let first = r.start..r.start + words.find([' ', '\u{3000}']).unwrap_or(i);
        let post_last =
            line.token_before(r.end).is_some_and(|t| t.is(class::POST | class::HEAD | class::GROUP));
        // 张三　镇长: the name stands first.
        if post_last && is_person(line, first.clone()) {
            return first;
        }
        // 张　三 is one name of two characters.
        if head.chars().count() >= 2 && is_person(line, at..r.end) && tail.chars().count() >= 2 {
            return at..r.end;
        }
        return r;
    }
    let post = line
        .tokens_in(r.clone())
        .iter()
        .filter(|t| t.is(class::POST | class::HEAD | class::GROUP) && (t.end as usize) < r.end)
        .map(|t| t.end as usize)
        .max();
    match post {
        Some(at) if is_person(line, at..r.end) => trimmed(line.text, at..r.end),
        _ => r,
    }
}

/// Two to four Chinese characters that are no post or body of their own.
fn is_person(line: &Line<'_>, r: Range<usize>) -> bool {
    let name = line.text[r.clone()].trim();
    (2..=4).contains(&name.chars().count())
        && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, '×' | 'X' | 'x' | '·'))
        && !line.token_before(r.end).is_some_and(|t| t.is(class::NAME_END | class::EACH))
        && !["代表", "负责人", "成员", "人员", "各一", "一人", "骨干"].iter().any(|w| name.ends_with(w))
}

/// Splits "张三和李四" where both look like names of people.
fn joined(line: &Line<'_>, item: Range<usize>) -> Vec<Range<usize>> {
    let words = &line.text[item.clone()];
    for (i, c) in words.char_indices() {
        // 各处室负责人全体班主任: two collective names without a mark.
        if i > 0
            && (c == '各' || words[i..].starts_with("全体"))
            && line.token_before(item.start + i).is_some_and(|t| t.is(class::POST))
        {
            return vec![item.start..item.start + i, item.start + i..item.end];
        }
        if matches!(c, '和' | '及' | '与') && i > 0 {
            let right = item.start + i + c.len_utf8()..item.end;
            let n = line.text[right.clone()].chars().count();
            let left = &words[..i];
            if n >= 2 && left.chars().count() >= 2 && !left.contains(['（', '(']) {
                return vec![item.start..item.start + i, right];
            }
        }
    }
    vec![item]
}
