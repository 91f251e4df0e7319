//! Who is answerable: labels (牵头单位：…), 由…牵头, subjects of duties, receivers, reviewers.

use std::collections::HashSet;
use std::ops::Range;

use super::{Line, touches};
use crate::lexicon::{Token, class};
use crate::model::{Collective, Role, UnitRole};
use crate::words::{split_list, trimmed};

/// A unit and what it is made answerable for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnitFact {
    pub(crate) range: Range<usize>,
    pub(crate) role: UnitRole,
    pub(crate) collective: Option<Collective>,
    /// Named under a label for leaders (责任领导), not for units.
    pub(crate) leader: bool,
}

/// All units of a line, in order, each name once a role.
pub(crate) fn units(line: &Line<'_>, role: Role, rules: &[Range<usize>]) -> Vec<UnitFact> {
    let mut found: Vec<UnitFact> = Vec::new();
    let labels = labels(line);
    for label in &labels {
        for range in names(line, label.value.clone(), true) {
            push(line, &mut found, range, label.role, label.leader);
        }
    }
    let in_label = |at: usize| labels.iter().any(|l| l.start <= at && at < l.value.end);
    for i in 0..line.clauses.len() {
        if !in_label(line.clauses[i].range.start) {
            let ruled = rules.iter().any(|r| touches(r, &line.clauses[i].range));
            clause_units(line, i, role, ruled, &mut found);
        }
    }
    headed(line, role == Role::Group, &mut found);
    // Who is said to certify (X认定后) is no doer of the same words.
    let approving: HashSet<Range<usize>> =
        found.iter().filter(|u| u.role == UnitRole::Approve).map(|u| u.range.clone()).collect();
    found.retain(|u| u.role != UnitRole::Responsible || !approving.contains(&u.range));
    found.sort_by_key(|u| (u.range.start, u.range.end));
    let mut once: Vec<UnitFact> = Vec::new();
    let mut seen = HashSet::new();
    for unit in found {
        if seen.insert((unit.role, line.slice(unit.range.clone()))) {
            once.push(unit);
        }
    }
    once
}

/// The units of a table cell below a head such as 责任单位.
pub(crate) fn cell_units(line: &Line<'_>, role: UnitRole) -> Vec<UnitFact> {
    let mut found = Vec::new();
    if ["合计", "总计", "小计", "/", "—", "无"].contains(&line.text.trim()) {
        return found;
    }
    for range in names(line, 0..line.text.len(), true) {
        push(line, &mut found, range, role, false);
    }
    found
}

/// 总务处：每周检查…: an item headed by the name of a body.
fn headed(line: &Line<'_>, blank: bool, found: &mut Vec<UnitFact>) {
    let Some(clause) = line.clauses.first() else { return };
    let range = trimmed(line.text, clause.range.start.max(line.marker)..clause.range.end);
    let colon = line.text[clause.range.end..].starts_with([':', '：']);
    let n = line.slice(range.clone()).chars().count();
    if !colon || !(2..=24).contains(&n) || !blank && range.end + 3 >= line.text.len() {
        return;
    }
    let labelled = line.token_before(range.end).is_some_and(|t| t.is(class::LABEL | class::GROUP));
    if !labelled && valid_names(line, range.clone()) && !line.slice(range.clone()).starts_with("附件") {
        for r in names(line, range, false) {
            push(line, found, r, UnitRole::Responsible, false);
        }
    }
}

fn push(line: &Line<'_>, found: &mut Vec<UnitFact>, range: Range<usize>, role: UnitRole, leader: bool) {
    let range = trimmed(line.text, range);
    if range.is_empty()
        || matches!(&line.text[range.clone()], "专人" | "每人" | "人人" | "群众" | "媒体" | "社会")
    {
        return;
    }
    let collective = collective(&line.text[range.clone()]);
    found.push(UnitFact { range, role, collective, leader });
}

/// A label for parties and where its value stands.
#[derive(Clone, Debug)]
pub(crate) struct PartyLabel {
    /// Where the label begins.
    pub(crate) start: usize,
    /// The words of the label.
    pub(crate) label: Range<usize>,
    /// The words of its value; empty where it was left blank.
    pub(crate) value: Range<usize>,
    pub(crate) role: UnitRole,
    pub(crate) leader: bool,
}

/// The labels for parties in a line, blank ones too.
pub(crate) fn labels(line: &Line<'_>) -> Vec<PartyLabel> {
    let mut out: Vec<PartyLabel> = Vec::new();
    for token in line.tokens.iter().filter(|t| t.is(class::LABEL)) {
        let rest = &line.text[token.end as usize..];
        let Some(colon) = rest.chars().next().filter(|c| matches!(c, ':' | '：')) else {
            continue;
        };
        let words = line.slice(token.range());
        let from = token.end as usize + colon.len_utf8();
        let value = trimmed(line.text, from..label_end(line, from));
        let role = if token.is(class::LEAD_LABEL) {
            UnitRole::Lead
        } else if token.is(class::SUPPORT_LABEL) {
            UnitRole::Support
        } else if token.is(class::APPROVE_LABEL) {
            UnitRole::Approve
        } else {
            UnitRole::Responsible
        };
        let leader = words.contains("领导");
        out.push(PartyLabel { start: token.start as usize, label: token.range(), value, role, leader });
    }
    out
}

/// Where the value of a label ends: a stop, the end of its bracket, or the next label.
fn label_end(line: &Line<'_>, from: usize) -> usize {
    let mut depth = 0i32;
    for (i, c) in line.text[from..].char_indices() {
        let at = from + i;
        match c {
            '（' | '(' | '《' => depth += 1,
            '）' | ')' | '》' if depth > 0 => depth -= 1,
            '）' | ')' | '】' | ']' | '。' | '；' | ';' | '\t' | '|' => return at,
            '，' | ',' | ' ' | '\u{3000}' | '、' => {
                let next = at + c.len_utf8();
                let next = next + (line.text[next..].len() - line.text[next..].trim_start().len());
                if line.token_at(next).is_some_and(|t| t.is(class::LABEL | class::TIME_LABEL))
                    || line.time_at(next).is_some()
                    || line.text[next..].starts_with("完成")
                {
                    return at;
                }
            }
            _ => {
                if line.token_at(at).is_some_and(|t| {
                    t.is(class::LABEL | class::TIME_LABEL)
                        && line.text[t.end as usize..].starts_with([':', '：'])
                        && depth == 0
                }) {
                    return at;
                }
            }
        }
    }
    line.text.len()
}

/// Splits a list of parties into names; takes 等部门 off; keeps 和 inside a name.
pub(crate) fn names(line: &Line<'_>, range: Range<usize>, label: bool) -> Vec<Range<usize>> {
    let range = without_tail(line, trimmed(line.text, range));
    let mut out: Vec<Range<usize>> = Vec::new();
    for item in split_list(line.text, range, true) {
        split_joined(line, item, label, &mut out);
    }
    // 省、市安办: the first is no name of its own.
    let mut merged: Vec<Range<usize>> = Vec::new();
    for item in out {
        if let Some(last) = merged.last_mut() {
            let words = &line.text[last.clone()];
            let single = words.chars().count() == 1 && "省市县区乡镇".contains(words);
            let next = &line.text[item.clone()];
            if single
                && next.starts_with(['省', '市', '县', '区', '乡', '镇'])
                && next.chars().count() > 2
                && line.text[last.end..item.start].starts_with('、')
            {
                last.end = item.end;
                continue;
            }
        }
        merged.push(item);
    }
    merged
        .into_iter()
        .map(|r| without_tail(line, r))
        .filter(|r| {
            let words = &line.text[r.clone()];
            !words.is_empty()
                && words.chars().count() <= 40
                && !matches!(words, "无" | "略" | "等" | "另行通知" | "/" | "—" | "-" | "详见附件")
        })
        .collect()
}

/// Splits at 和 与 及 where both sides end like names, and before an inner 各.
fn split_joined(line: &Line<'_>, item: Range<usize>, label: bool, out: &mut Vec<Range<usize>>) {
    let words = &line.text[item.clone()];
    let mut depth = 0i32;
    for (i, c) in words.char_indices() {
        match c {
            '（' | '(' | '“' => depth += 1,
            '）' | ')' | '”' => depth -= 1,
            _ => {}
        }
        if i == 0 || depth > 0 {
            continue;
        }
        let at = item.start + i;
        if line.inside_token(at) {
            continue;
        }
        let joint = if words[i..].starts_with("以及") {
            "以及".len()
        } else if matches!(c, '和' | '与' | '及' | '暨') {
            c.len_utf8()
        } else if c == '各'
            && !["政府", "党委", "县委", "市委", "区委", "直", "系统", "辖区", "全县", "全市", "全区"]
                .iter()
                .any(|w| words[..i].ends_with(w))
        {
            0
        } else {
            continue;
        };
        let left = item.start..at;
        let right = at + joint..item.end;
        if right.is_empty() || !ends_like_name(line, &left) || !(label || ends_like_name(line, &right)) {
            continue;
        }
        if !ends_like_name(line, &right) && line.text[right.clone()].chars().count() > 4 {
            continue;
        }
        out.push(left);
        split_joined(line, right, label, out);
        return;
    }
    out.push(item);
}

/// Whether the words of a range end with the end of a name.
fn ends_like_name(line: &Line<'_>, range: &Range<usize>) -> bool {
    let end = line.text[range.clone()].trim_end_matches(['"', '”']).len() + range.start;
    [range.end, end].into_iter().any(|e| {
        line.token_before(e).is_some_and(|t| t.is(class::NAME_END) && t.start as usize >= range.start)
            || bracket_start(line.text, e).is_some_and(|s| {
                s > range.start && line.token_before(s).is_some_and(|t| t.is(class::NAME_END))
            })
    })
}

/// The start of a bracket that ends at `end`.
fn bracket_start(text: &str, end: usize) -> Option<usize> {
    let head = &text[..end];
    head.ends_with([')', '）']).then(|| head.rfind(['(', '（']))?
}

/// Takes off what stands for "and others": 等, 等部门, 等相关单位.
fn without_tail(line: &Line<'_>, range: Range<usize>) -> Range<usize> {
    let words = &line.text[range.clone()];
    let mut cut = words;
    if let Some(at) = cut.rfind('等') {
        let after = &cut[at + '等'.len_utf8()..];
        let tails = [
            "",
            "部门",
            "单位",
            "相关部门",
            "相关单位",
            "有关部门",
            "有关单位",
            "部门单位",
            "各部门",
            "科室",
            "处室",
            "各单位",
            "单位和部门",
            "部门和单位",
            "职能部门",
            "力量",
            "人员",
            "机构",
            "站所",
            "部门（单位）",
            "县直部门",
            "成员单位",
            "相关科室",
            "责任单位",
            "职能科室",
            "组织",
            "各方",
        ];
        let words_before = &cut[..at];
        if tails.contains(&after)
            && !words_before.is_empty()
            && !words_before.ends_with(['高', '中', '初', '一', '同'])
        {
            cut = words_before;
        }
    }
    let cut = cut.trim_end_matches(['、', ',', '，', ' ', '\u{3000}']);
    range.start..range.start + cut.len()
}

/// What a collective word stands for; none for a single unit.
pub(crate) fn collective(name: &str) -> Option<Collective> {
    let each = [
        "各", "每", "全体", "所有", "其余", "其他", "有关", "相关", "全县", "全区", "全镇", "全乡", "全市",
        "辖区", "驻村", "负有",
    ]
    .iter()
    .any(|p| name.starts_with(p))
        || name.contains("各")
        || name.contains("等")
        || name.contains("全体")
        || name.contains("所有");
    let kind = if name.ends_with(['村', '居', '社'])
        || name.contains("社区")
        || name.contains("村委会")
        || name.contains("村(")
        || name.contains("村（")
    {
        Collective::Village
    } else if name.contains("乡镇") || name.contains("街道") || name.ends_with(['镇', '乡']) {
        Collective::Township
    } else if [
        "书记",
        "领导",
        "干部",
        "主任",
        "教师",
        "老师",
        "人员",
        "员",
        "医生",
        "负责人",
        "专干",
        "校长",
        "长",
    ]
    .iter()
    .any(|p| name.ends_with(p))
    {
        Collective::Post
    } else if name.contains("学校")
        || name.contains("校")
        || name.contains("班级")
        || name.contains("幼儿园")
        || name.ends_with('园')
    {
        Collective::School
    } else if name.contains("企业") || name.contains("公司") {
        Collective::Enterprise
    } else if name.contains("部门")
        || name.contains("科室")
        || name.contains("处室")
        || name.ends_with(['局', '科', '办', '所'])
    {
        Collective::Department
    } else {
        Collective::Unit
    };
    let bare = matches!(
        name,
        "村" | "乡镇"
            | "村居"
            | "村委会"
            | "乡镇政府"
            | "社区"
            | "村(居)"
            | "村（居）"
            | "街道"
            | "成员单位"
            | "班主任"
            | "司法所"
    ) || name.starts_with("村\"")
        || name.starts_with("村“")
        || (name.ends_with("单位") && name.starts_with("驻"));
    (each || bare).then_some(kind)
}

/// The units of one clause.
fn clause_units(line: &Line<'_>, index: usize, role: Role, ruled: bool, found: &mut Vec<UnitFact>) {
    let clause = line.clauses[index].range.clone();
    by_you(line, index, found);
    // Who is sanctioned by a rule is no doer; who will judge is.
    let judged = |s: &Subject| !ruled || line.text[s.predicate..].starts_with('将');
    if let Some(subject) = subject(line, index).filter(judged) {
        let role = role_of_subject(line, index, role, &subject);
        let mut items = Vec::new();
        if subject.whole {
            split_joined(line, subject.names.clone(), false, &mut items);
        } else {
            items = names(line, subject.names.clone(), false);
        }
        for range in items {
            let other =
                line.text[..range.start].ends_with(['与', '和']) && is_counterpart(line.slice(range.clone()));
            if !other {
                push(line, found, range, role, false);
            }
        }
    }
    partners(line, clause.clone(), found);
    let words = line.slice(clause.clone());
    if let Some(rest) = words.strip_prefix("依靠") {
        // 依靠乡镇政府和村委会等力量，制定…
        let from = clause.end - rest.len();
        if without_tail(line, from..clause.end).end < clause.end && valid_names(line, from..clause.end) {
            for range in names(line, from..clause.end, false) {
                push(line, found, range, UnitRole::Responsible, false);
            }
        }
    }
    if words.starts_with("负责")
        && let Some(at) = line.text[..clause.start].rfind("领导小组")
        && line.text[..at].contains("成立")
    {
        // 成立领导小组，…，负责…: the group is told what to do.
        push(line, found, at..at + "领导小组".len(), UnitRole::Responsible, false);
    }
    receivers(line, index, found);
    reviewers(line, index, found);
    bearers(line, clause, found);
}

/// 与家长签订: the other side of an agreement, not told what to do.
fn is_counterpart(name: &str) -> bool {
    ["每名", "每个", "每家", "全体"].iter().any(|p| name.starts_with(p))
        || ["农户", "供货商", "商户", "家长", "学生", "教职工", "业主", "群众", "企业"]
            .iter()
            .any(|t| name.ends_with(t))
}

/// 会同X, 协同X: those who help; X牵头、Y配合 within one clause.
fn partners(line: &Line<'_>, clause: Range<usize>, found: &mut Vec<UnitFact>) {
    if line.classes & class::MODAL == 0 {
        return;
    }
    for word in ["会同", "协同"] {
        let Some(i) = line.slice(clause.clone()).find(word) else { continue };
        let from = clause.start + i + word.len();
        let tokens = line.tokens_in(from..clause.end);
        let stop = tokens.iter().enumerate().find(|(k, t)| {
            t.is(class::VERB | class::MODAL | class::STOP)
                && !t.is(class::NAME_END)
                && !part_of_name(line, tokens, *k)
        });
        let time = line.times_in(from + 1..clause.end).first().map(|f| f.range.start);
        let mut end = stop.map_or(clause.end, |(_, t)| t.start as usize);
        end = time.map_or(end, |at| end.min(at));
        let range = from..strip_tail(line, from, end);
        if !range.is_empty()
            && line.slice(range.clone()).chars().count() <= 40
            && valid_names(line, range.clone())
        {
            for r in names(line, range, false) {
                push(line, found, r, UnitRole::Support, false);
            }
        }
    }
    let words = line.slice(clause.clone());
    if let Some(i) = words.find("牵头、").or_else(|| words.find("牵头,")) {
        let from = clause.start + i + "牵头、".len();
        if let Some(j) =
            line.text[from..clause.end].find("配合").or_else(|| line.text[from..clause.end].find("协助"))
        {
            let range = from..strip_tail(line, from, from + j);
            if valid_names(line, range.clone()) {
                for r in names(line, range, false) {
                    push(line, found, r, UnitRole::Support, false);
                }
            }
        }
    }
}

/// A subject: its names and where the predicate begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) names: Range<usize>,
    pub(crate) predicate: usize,
    /// One name that holds commas of its own (负有…职责的部门).
    pub(crate) whole: bool,
}

/// Words that may stand before a subject.
const LEAD_INS: [&str; 22] = [
    "同时",
    "另外",
    "此外",
    "其中",
    "并由",
    "并",
    "且",
    "确保",
    "保证",
    "要求",
    "请",
    "今后",
    "原则上",
    "期间",
    "随后",
    "最后",
    "即",
    "依靠",
    "对此",
    "为此",
    "届时",
    "同时由",
];

/// Where the words proper of a clause begin: after a number, time words and joints.
fn words_start(line: &Line<'_>, clause: &Range<usize>) -> usize {
    let mut at = clause.start.max(if clause.start < line.marker { line.marker } else { 0 });
    loop {
        let rest = &line.text[at..clause.end.max(at)];
        let blank = rest.len() - rest.trim_start_matches([' ', '\u{3000}', '\t', '-', '•']).len();
        let mut next = at + blank;
        if let Some(m) = crate::outline::find_marker(&line.text[next..clause.end]) {
            next += m.len;
        }
        if let Some(f) = line.time_at(next).filter(|f| f.range.end <= clause.end) {
            next = f.range.end;
            next += line.text[next..clause.end]
                .chars()
                .next()
                .filter(|c| matches!(c, '前' | '、' | '和'))
                .map_or(0, char::len_utf8);
        }
        for word in LEAD_INS {
            if line.text[next..clause.end].starts_with(word) {
                next += word.len();
                break;
            }
        }
        if next == at {
            return at;
        }
        at = next;
    }
}

/// Suffixes that turn a verb before them into part of a name (检查组, 宣传部).
const BODY: &[&str] = &[
    "部",
    "股",
    "馆",
    "社",
    "办事处",
    "股室",
    "科室",
    "分局",
    "大队",
    "支队",
    "局",
    "办",
    "科",
    "室",
    "处",
    "站",
    "所",
    "组",
    "队",
    "中心",
    "委",
    "委员会",
    "办公室",
    "部门",
    "单位",
    "机构",
    "人员",
];

/// The grammatical subject of a clause, where it is somebody that can be made answerable.
pub(crate) fn subject(line: &Line<'_>, index: usize) -> Option<Subject> {
    let clause = line.clauses[index].range.clone();
    let start = words_start(line, &clause);
    if start >= clause.end {
        return None;
    }
    if let Some(s) = long_subject(line, start, clause.end) {
        return Some(s);
    }
    let tokens = line.tokens_in(start..clause.end);
    let stop = tokens.iter().enumerate().find(|(i, t)| {
        t.is(class::MODAL | class::VERB | class::STOP)
            && (!t.is(class::NAME_END) || t.is(class::MODAL))
            && !line.in_quotes(t.start as usize)
            && !part_of_name(line, tokens, *i)
            && !listed(line, **t)
            && !makes_noun(line, **t, clause.end)
    });
    let token = stop.map(|(_, t)| *t);
    // 各部门10月16日前提交: the time stands between.
    let time = line.times_in(start + 1..clause.end).first().map(|f| f.range.start);
    let token = match (token, time) {
        (Some(t), Some(at)) if at < t.start as usize => {
            Token { start: at as u32, end: at as u32, class: class::MODAL }
        }
        (None, Some(at)) => Token { start: at as u32, end: at as u32, class: class::MODAL },
        (Some(t), _) => t,
        (None, None) => {
            return each_subject(line, start, clause.end).or_else(|| person_subject(line, start, clause.end));
        }
    };
    if token.start as usize == start {
        return None;
    }
    if !token.is(class::MODAL | class::VERB)
        && line.slice(token.range()) != "自"
        && !is_bearer(line, token, clause.end)
    {
        return each_subject(line, start, clause.end);
    }
    if is_title(line, index, &clause) && !token.is(class::MODAL) {
        return None;
    }
    let names = start..strip_tail(line, start, token.start as usize);
    let words = line.slice(names.clone());
    if words.starts_with(['与', '向', '对', '把'])
        || words.is_empty()
        || words.chars().count() > 60
        || !valid_names(line, names.clone())
    {
        return each_subject(line, start, clause.end).or_else(|| person_subject(line, start, clause.end));
    }
    // A single place word needs a word of duty after it, or a list.
    if words.chars().count() == 1 && !token.is(class::MODAL) {
        return None;
    }
    let predicate = &line.text[token.start as usize..clause.end];
    // X认定的名单: a remark on an object, not a duty.
    if line.text[token.end as usize..clause.end].starts_with('的') {
        return None;
    }
    if predicate.starts_with('为') && !is_bearer(line, token, clause.end) {
        return None;
    }
    if predicate.starts_with("成立") && predicate.contains('组')
        || predicate.starts_with("设在")
        || predicate.starts_with("设于")
    {
        return None;
    }
    if predicate.starts_with("在") && words.chars().count() <= 2 {
        return None;
    }
    Some(Subject { names, predicate: token.start as usize, whole: false })
}

/// X为第一责任人, X是直接责任人.
fn is_bearer(line: &Line<'_>, token: Token, end: usize) -> bool {
    let predicate = line.slice(token.start as usize..end);
    let bears =
        ["责任人", "责任单位", "责任主体", "牵头", "成员单位", "责任部门", "管理人", "负责人", "联系人"];
    predicate.starts_with(['为', '是']) && bears.iter().any(|w| predicate.contains(w))
}

/// 配备率, 检查点: a verb that is the beginning of a noun.
fn makes_noun(line: &Line<'_>, token: Token, end: usize) -> bool {
    let after = line.slice(token.end as usize..end);
    token.is(class::VERB) && after.starts_with(['率', '度', '数', '费', '证', '牌', '点', '日'])
}

/// "（二）教师管班。": the words of an item's heading, the work follows.
fn is_title(line: &Line<'_>, index: usize, clause: &Range<usize>) -> bool {
    index == 0
        && line.marker > 0
        && line.text[clause.end..].starts_with('。')
        && clause.end + '。'.len_utf8() < line.text.len()
        && line.slice(line.marker..clause.end).chars().count() <= 12
}

/// 各村补齐短板, 每校一名: a collective name before words that the lexicon does not know.
fn each_subject(line: &Line<'_>, start: usize, end: usize) -> Option<Subject> {
    let words = line.slice(start..end);
    if !words.starts_with(['各', '每']) {
        return None;
    }
    let head = line.tokens_in(start..end).iter().find(|t| t.is(class::NAME_END) && !t.is(class::EACH))?;
    let names = start..head.end as usize;
    let after = line.slice(head.end as usize..end);
    let n = line.slice(names.clone()).chars().count();
    let closed = after.is_empty()
        || after.starts_with([
            '的', '、', '和', '与', '之', '及', '间', '内', '中', '级', '（', '(', '率', '等', '为', '有',
        ]);
    let noun = ["任务", "工作", "情况", "指标", "名额", "分配", "年度", "实际", "负责同志", "职责", "责任"]
        .iter()
        .any(|w| after.starts_with(w));
    (n <= 12 && !closed && !noun && valid_names(line, names.clone())).then_some(Subject {
        names,
        predicate: head.end as usize,
        whole: false,
    })
}

/// 张某某负责排班: a personal name before a word of duty.
fn person_subject(line: &Line<'_>, start: usize, end: usize) -> Option<Subject> {
    let words = line.slice(start..end);
    let n = ["负责", "承办", "牵头", "协助", "指挥", "执笔", "督办"]
        .iter()
        .filter_map(|w| words.find(w))
        .min()?;
    let name = &words[..n];
    let chars = name.chars().count();
    let plain = line.tokens_in(start..start + n).is_empty()
        && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    ((2..=3).contains(&chars)
        && plain
        && !name.starts_with(['具', '要', '主', '并', '且', '由', '共', '统', '全', '明', '分']))
    .then_some(Subject { names: start..start + n, predicate: start + n, whole: false })
}

/// A word that stands as one item of a list (扶贫、教育、健康等部门).
fn listed(line: &Line<'_>, token: Token) -> bool {
    let before = line.text[..token.start as usize].chars().next_back();
    let after = line.text[token.end as usize..].chars().next();
    matches!(after, Some('、' | '等')) && matches!(before, Some('、'))
}

/// Whether a stretch is a list of names: each ends like one, or the list ends in 等部门.
fn valid_names(line: &Line<'_>, names: Range<usize>) -> bool {
    let plain = without_tail(line, names.clone());
    let tail = &line.text[plain.end..names.end];
    let tailed = tail.trim_start_matches('、').chars().count() >= 3;
    let items = split_list(line.text, plain, true);
    !items.is_empty()
        && items.iter().all(|r| {
            let inner = line.tokens_in(r.clone());
            let short = line.text[r.clone()].chars().count() <= 5;
            let level = short && r.len() == 3 && line.token_at(r.start).is_some_and(|t| t.is(class::LEVEL));
            (ends_like_name(line, r) || tailed && short || level)
                && !inner.iter().enumerate().any(|(k, t)| {
                    t.is(class::STOP | class::MODAL)
                        && !t.is(class::NAME_END)
                        && !line.in_quotes(t.start as usize)
                        || t.is(class::VERB)
                            && !t.is(class::NAME_END)
                            && !part_of_name(line, inner, k)
                            && !(t.start as usize == r.start && t.end as usize == r.end)
                })
        })
}

/// 负有…职责的部门要…, 重点领域监管部门要…: a name that holds verbs, right before a word of duty.
fn long_subject(line: &Line<'_>, start: usize, end: usize) -> Option<Subject> {
    let tokens = line.tokens_in(start..end);
    let modal = tokens.iter().find(|t| {
        t.is(class::MODAL)
            && ["要", "应", "须", "必须", "应当", "需", "务必", "将"].contains(&line.slice(t.range()))
    })?;
    let names = start..modal.start as usize;
    let words = line.slice(names.clone());
    let first = tokens.first()?;
    let n = words.chars().count();
    if n == 0 || n > 45 || words.contains(['、', '，']) && !words.contains('的') {
        return None;
    }
    let opens = [
        "对",
        "在",
        "把",
        "将",
        "按",
        "督促",
        "指导",
        "组织",
        "确保",
        "由",
        "经",
        "要求",
        "通过",
        "向",
        "从",
        "以",
        "各级各部门",
    ];
    if opens.iter().any(|w| words.starts_with(w)) {
        return None;
    }
    let body = [
        "办公室",
        "领导小组",
        "委员会",
        "工作组",
        "部门",
        "单位",
        "学校",
        "乡镇",
        "科室",
        "村",
        "街道",
        "班级",
        "机构",
        "人员",
        "企业",
    ];
    let tail_ok = body.iter().any(|w| words.ends_with(w));
    let of = words.rfind('的').is_some_and(|i| {
        let tail = &words[i + '的'.len_utf8()..];
        i > 0 && tail.chars().count() <= 8
    });
    let compact = n <= 16
        && !words.contains('的')
        && !(first.is(class::VERB | class::STOP | class::MODAL)
            && first.start as usize == start
            && !words.starts_with("重点"));
    let inner_stop = tokens.iter().any(|t| {
        (t.end as usize) <= names.end
            && t.is(class::STOP)
            && !t.is(class::VERB)
            && line.slice(t.range()) != "的"
            && line.slice(t.range()) != "有"
    });
    (tail_ok && !inner_stop && (of || compact)).then_some(Subject {
        names,
        predicate: modal.start as usize,
        whole: of,
    })
}

/// A verb that is part of a name: followed at once by the end of a name.
fn part_of_name(line: &Line<'_>, tokens: &[Token], i: usize) -> bool {
    let mut j = i;
    while let Some(next) = tokens.get(j + 1) {
        if next.start != tokens[j].end {
            return false;
        }
        if next.is(class::NAME_END) {
            let word = line.slice(next.range());
            let tight = BODY.contains(&word);
            let charge =
                ["分管", "主管", "驻村", "包联", "带班", "值班", "管理", "监管", "帮扶", "挂点", "联系"];
            if next.is(class::POST) && charge.contains(&line.slice(tokens[i].range())) {
                return true;
            }
            if tokens[i].is(class::MODAL) {
                return false;
            }
            let after_name =
                i > 0 && tokens[i - 1].is(class::NAME_END) && tokens[i - 1].end == tokens[i].start;
            if after_name && !tight {
                return false;
            }
            // The end of the name must be followed by something other than more of an object.
            return tight;
        }
        if !next.is(class::VERB) {
            return false;
        }
        j += 1;
    }
    false
}

/// Takes adverbs between a name and its verb off the name's end.
fn strip_tail(line: &Line<'_>, start: usize, end: usize) -> usize {
    let mut end = end;
    loop {
        let words = line.text[start..end].trim_end();
        let cut = [
            "都",
            "均",
            "再",
            "还",
            "也",
            "同时",
            "全部",
            "一定",
            "本身",
            "作",
            "各自",
            "则",
            "又",
            "重点",
            "主要",
            "着重",
            "坚决",
            "直接",
            "不断",
            "重点要",
            "最终",
            "再次",
            "按照",
            "事先",
            "结合",
            "普遍",
            "应",
            "要",
            "每",
        ]
        .iter()
        .find_map(|w| words.strip_suffix(w));
        match cut {
            Some(rest) if !rest.is_empty() => end = start + rest.len(),
            _ => return start + words.len(),
        }
    }
}

/// What a subject is answerable for: leads, helps, reviews or does.
fn role_of_subject(line: &Line<'_>, index: usize, role: Role, subject: &Subject) -> UnitRole {
    let clause = line.clauses[index].range.clone();
    let predicate = &line.text[subject.predicate..clause.end];
    let verb = predicate.trim_start_matches(['要', '应', '将', '须', '负', '责']).trim_start_matches("负责");
    if predicate.starts_with("牵头") || predicate.starts_with("负责牵头") || predicate.starts_with("总牵头")
    {
        return UnitRole::Lead;
    }
    for word in [
        "配合",
        "积极配合",
        "密切配合",
        "协助",
        "协同",
        "做好配合",
        "重点协助",
        "予以配合",
        "全力配合",
        "给予配合",
    ] {
        if verb.starts_with(word) && !verb.starts_with("协同作战") && !verb.starts_with("协同推进") {
            return UnitRole::Support;
        }
    }
    if reviews(line, index, role, subject) { UnitRole::Approve } else { UnitRole::Responsible }
}

/// X将对…进行督导检查, X审定结果, 领导小组每季度督查: judging the work of others.
fn reviews(line: &Line<'_>, index: usize, role: Role, subject: &Subject) -> bool {
    let clause = line.clauses[index].range.clone();
    let predicate = &line.text[subject.predicate..clause.end];
    let names = line.slice(subject.names.clone());
    if names.contains('各') || names.contains('每') || names.contains("全体") {
        return false;
    }
    let decides = [
        "审定", "审核", "核验", "验收", "考核", "考评", "复核", "评定", "审批", "签批", "评审", "复评",
        "评比", "认定", "核查", "复查",
    ];
    let looks = ["督导", "检查", "督查", "抽查", "评估", "调研", "督办", "巡查", "通报", "抽取"];
    let decides = decides.iter().any(|w| {
        predicate.find(w).is_some_and(|i| {
            let after = &predicate[i + w.len()..];
            !["小组", "办法", "制度", "细则", "标准", "准备", "材料", "体系", "领导"]
                .iter()
                .any(|t| after.starts_with(t))
        })
    });
    let looks = looks.iter().any(|w| predicate.contains(w));
    let others = predicate.contains('对') || predicate.contains('各') || predicate.contains("情况");
    if predicate.starts_with('将') {
        let work = ["情况", "工作", "活动", "进展", "各", "单位", "部门", "村", "成效", "督促"];
        let above = ["政府", "督查室", "督导室", "领导小组", "委员会", "指挥部", "纪委", "党委"]
            .iter()
            .any(|w| names.ends_with(w));
        return decides || looks && (above || work.iter().any(|w| predicate.contains(w)));
    }
    if predicate.starts_with("负责") || predicate.starts_with("要") || predicate.starts_with("应") {
        return false;
    }
    let above = [
        "领导小组",
        "政府",
        "指挥部",
        "委员会",
        "办公室",
        "督导室",
        "督查室",
        "纪委",
        "党委",
        "工作组",
        "专班",
        "督查组",
        "考核组",
        "验收组",
    ];
    let above = above.iter().any(|w| names.ends_with(w));
    let steering = matches!(role, Role::Requirement | Role::Incentive | Role::Stage | Role::Group);
    decides && (above || steering || others)
        || looks
            && above
            && steering
            && (others || predicate.starts_with(['每', '定', '不', '适', '随', '组']))
}

/// Verbs of judging the work of others.
const APPROVES: &[&str] = &[
    "审核",
    "验收",
    "考核",
    "核查",
    "认定",
    "审批",
    "评定",
    "审定",
    "考评",
    "评审",
    "复核",
    "核定",
    "组织考核",
    "审查",
    "抽查",
    "复查",
    "评分",
    "核验",
    "批准",
    "签批",
    "组织验收",
];

/// 由X牵头, 由X负责, 由X审核.
fn by_you(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    let clause = line.clauses[index].range.clone();
    let mut from = clause.start;
    while let Some(i) = line.text[from..clause.end].find('由') {
        let at = from + i;
        from = at + '由'.len_utf8();
        if line.token_at(at).is_none_or(|t| !t.is(class::STOP)) || line.in_quotes(at) {
            continue;
        }
        let tokens = line.tokens_in(from..clause.end);
        let stop = tokens.iter().enumerate().find(|(k, t)| {
            (t.is(class::VERB | class::MODAL | class::LEAD_LABEL) && !t.is(class::NAME_END))
                && !part_of_name(line, tokens, *k)
                && t.start as usize > from
        });
        let Some((_, verb)) = stop else { continue };
        let verb_words = &line.text[verb.start as usize..clause.end];
        if verb_words.starts_with("担任") || verb_words.starts_with("兼任") || verb_words.starts_with("任")
        {
            continue;
        }
        // 由领导小组下设的工作小组负责: the latter.
        let inner = line.slice(from..verb.start as usize).find("下设的");
        let from = inner.map_or(from, |i| from + i + "下设的".len());
        let names_range = from..strip_tail(line, from, verb.start as usize);
        let plain = without_tail(line, names_range.clone());
        let short = plain.len() <= 60;
        if !(valid_names(line, names_range.clone()) || verb_words.starts_with("牵头") && short) {
            continue;
        }
        let duty =
            verb_words.trim_start_matches("负责").trim_start_matches("具体").trim_start_matches("统一");
        let role = if duty.starts_with("牵头") || verb_words.starts_with("牵头") {
            UnitRole::Lead
        } else if duty.starts_with("配合") || duty.starts_with("协助") {
            UnitRole::Support
        } else if APPROVES.iter().any(|w| {
            duty.starts_with(w)
                || duty.find(w).is_some_and(|at| {
                    duty[..at].chars().count() <= 12 && duty[at + w.len()..].chars().count() <= 4
                })
        }) {
            UnitRole::Approve
        } else {
            UnitRole::Responsible
        };
        for range in names(line, names_range, false) {
            push(line, found, range, role, false);
        }
    }
}

/// 报送至X, 报X备案, 向X报告: who receives.
fn receivers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    for receiver in super::report::receivers(line, index) {
        if line.token_before(receiver.end).is_some_and(|t| t.is(class::NAME_END)) {
            for range in names(line, receiver, false) {
                push(line, found, range, UnitRole::ReportTo, false);
            }
        }
    }
}

/// 经X审核, 以X认定…为准, X核查.
fn reviewers(line: &Line<'_>, index: usize, found: &mut Vec<UnitFact>) {
    let clause = line.clauses[index].range.clone();
    let acts = [
        "认定", "核定", "审定", "审核", "验收", "签批", "核查", "评定", "审批", "批准", "同意", "审查",
        "确认", "复核", "核实", "鉴定", "考核", "评审", "签字", "审签",
    ];
    for token in line.tokens_in(clause.clone()) {
        let word = line.slice(token.range());
        if !acts.contains(&word) && word != "负责" {
            continue;
        }
        let head = &line.text[clause.start..token.start as usize];
        let mut opener = None;
        for (mark, len) in
            [("并经", 6), ("须经", 6), ("经", 3), ("以", 3), ("报请", 6), ("提请", 6), ("报", 3)]
        {
            if let Some(i) = head.rfind(mark) {
                let from = clause.start + i + len;
                if opener.is_none_or(|o| from > o)
                    && !line
                        .tokens
                        .iter()
                        .any(|t| t.is(class::NONE) && (t.start as usize) < from && from <= t.end as usize)
                {
                    opener = Some(from);
                }
            }
        }
        let starts_clause = acts.contains(&word) && word == "认定";
        let from = match opener {
            Some(from) => from,
            None if starts_clause => words_start(line, &clause),
            None => continue,
        };
        let names_range = from..strip_tail(line, from, token.start as usize);
        if names_range.is_empty() || line.slice(names_range.clone()).chars().count() > 24 {
            continue;
        }
        let inner = line.tokens_in(names_range.clone());
        if inner.iter().enumerate().any(|(k, t)| {
            t.is(class::STOP)
                || t.is(class::VERB | class::MODAL) && !t.is(class::NAME_END) && !part_of_name(line, inner, k)
        }) {
            continue;
        }
        if ends_like_name(line, &names_range) {
            for range in names(line, names_range, false) {
                push(line, found, range, UnitRole::Approve, false);
            }
        }
    }
}

/// 压实乡、村主体责任: bearers of a responsibility; 发挥X的…作用.
fn bearers(line: &Line<'_>, clause: Range<usize>, found: &mut Vec<UnitFact>) {
    let text = line.slice(clause.clone());
    if !text.contains("责任") && !text.contains("负总责") {
        return;
    }
    for open in ["压实", "落实", "夯实", "强化", "压紧压实", "严格落实", "厘清"] {
        let mut from = 0;
        while let Some(i) = text[from..].find(open) {
            let at = from + i + open.len();
            from = at;
            let rest = &text[at..];
            let Some(end) = rest.find("责任").or_else(|| rest.find("负总责")) else {
                continue;
            };
            if rest[..end].chars().count() > 24 {
                continue;
            }
            let mut stop = end;
            for word in [
                "主体", "监管", "领导", "属地", "管理", "帮扶", "扶贫", "工作", "第一", "直接", "安全",
                "岗位", "的", "防控", "防火", "整治", "治理",
            ] {
                loop {
                    let head = &rest[..stop];
                    match head.strip_suffix(word) {
                        Some(h) => stop = h.len(),
                        None => break,
                    }
                }
            }
            for word in ["主体", "监管", "扶贫", "属地", "的"] {
                while let Some(h) = rest[..stop].strip_suffix(word) {
                    stop = h.len();
                }
            }
            let range = clause.start + at..clause.start + at + stop;
            let items = split_list(line.text, range.clone(), true);
            let all = !items.is_empty()
                && items.iter().all(|r| {
                    ends_like_name(line, r) && {
                        let inner = line.tokens_in(r.clone());
                        !inner.iter().enumerate().any(|(k, t)| {
                            t.is(class::VERB | class::STOP | class::MODAL)
                                && !t.is(class::NAME_END)
                                && !part_of_name(line, inner, k)
                        })
                    }
                });
            if all {
                for r in names(line, range, false) {
                    push(line, found, r, UnitRole::Responsible, false);
                }
            }
        }
    }
}
