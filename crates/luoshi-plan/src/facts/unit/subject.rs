//! The grammatical subject of a clause.

use std::ops::Range;

use super::names::{listed, part_of_name, strip_tail, valid_names};
use crate::facts::Line;
use crate::facts::group::begins_with_surname;
use crate::lexicon::{Token, class, lists};

/// A subject: its names and where the predicate begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) names: Range<usize>,
    pub(crate) predicate: usize,
    /// One name that holds commas of its own (负有…职责的部门).
    pub(crate) whole: bool,
}

/// Where the words proper of a clause begin: after a number, time words and joints.
pub(super) fn words_start(line: &Line<'_>, clause: &Range<usize>) -> usize {
    let mut at = clause.start.max(line.marker).min(clause.end);
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
        next += lists().lead_ins.opening(&line.text[next..clause.end]).map_or(0, str::len);
        if next == at {
            return at;
        }
        at = next;
    }
}

/// The grammatical subject of a clause, where it is somebody that can be made answerable.
pub(crate) fn subject(line: &Line<'_>, index: usize) -> Option<Subject> {
    let clause = line.clauses[index].range.clone();
    let start = words_start(line, &clause);
    if start >= clause.end {
        return None;
    }
    if line.clauses[index].classes & class::DUTY != 0
        && let Some(s) = long_subject(line, start, clause.end)
    {
        return Some(s);
    }
    let bare = || each_subject(line, start, clause.end).or_else(|| person_subject(line, index, start));
    let Some(token) = predicate(line, start, clause.end) else { return bare() };
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
    let object = words.starts_with(['与', '向', '对', '把']);
    if object || words.is_empty() || words.chars().count() > 60 || !valid_names(line, names.clone()) {
        return bare();
    }
    let counts = bounds_count(words, line.slice(names.end..clause.end));
    let predicate = token.start as usize;
    (!counts && !is_remark(line, words, token, clause.end)).then_some(Subject {
        names,
        predicate,
        whole: false,
    })
}

/// Where the predicate begins: the first word of duty, verb or joint that is no part of a name, or a
/// time before it (各部门10月16日前提交).
fn predicate(line: &Line<'_>, start: usize, end: usize) -> Option<Token> {
    let tokens = line.tokens_in(start..end);
    let stop = tokens.iter().enumerate().find(|(i, t)| {
        t.is(class::MODAL | class::VERB | class::STOP)
            && (!t.is(class::NAME_END) || t.is(class::MODAL))
            && !line.in_quotes(t.start as usize)
            && !part_of_name(line, tokens, *i)
            && !listed(line, **t)
            && !makes_noun(line, **t, end)
            && !tells_part(line, **t)
    });
    let token = stop.map(|(_, t)| *t);
    let time = line.times_in(start + 1..end).first().map(|f| f.range.start);
    let earlier = time.filter(|at| token.is_none_or(|t| *at < t.start as usize));
    earlier.map(|at| Token { start: at as u32, end: at as u32, class: class::MODAL }).or(token)
}

/// 每队不少于10人, 每所学校不超过3名: how many each has, not what it must do.
fn bounds_count(names: &str, after: &str) -> bool {
    let each = names.starts_with('每') && lists().count_bounds.begin(after);
    let number = |c: char| c.is_numeric() || "一二两三四五六七八九十百".contains(c);
    each && after.chars().take(8).any(number)
}

/// Whether names and a verb after them tell something other than a duty.
fn is_remark(line: &Line<'_>, names: &str, verb: Token, end: usize) -> bool {
    let predicate = line.slice(verb.start as usize..end);
    let few = names.chars().count();
    // A single place word needs a word of duty after it, or a list.
    few == 1 && !verb.is(class::MODAL)
        // X认定的名单: a remark on an object.
        || line.slice(verb.end as usize..end).starts_with('的')
        || predicate.starts_with('为') && !is_bearer(line, verb, end)
        || predicate.starts_with("成立") && predicate.contains('组')
        || names.starts_with('每') && ["奖励", "奖补", "补助", "补贴"].iter().any(|w| predicate.starts_with(w))
        || predicate.starts_with("设在")
        || predicate.starts_with("设于")
        || predicate.starts_with("在") && few <= 2
}

/// X为第一责任人, X是直接责任人.
fn is_bearer(line: &Line<'_>, token: Token, end: usize) -> bool {
    let predicate = line.slice(token.start as usize..end);
    predicate.starts_with(['为', '是']) && lists().bearing.lie_in(predicate)
}

/// 配备率, 检查点: a verb that is the beginning of a noun.
fn makes_noun(line: &Line<'_>, token: Token, end: usize) -> bool {
    let after = line.slice(token.end as usize..end);
    token.is(class::VERB) && after.starts_with(['率', '度', '数', '费', '证', '牌', '点', '日'])
}

/// 县水利局（牵头）、县财政局负责: a bracket behind a name, not what the names do.
fn tells_part(line: &Line<'_>, token: Token) -> bool {
    let after = &line.text[token.end as usize..];
    line.text[..token.start as usize].ends_with(['（', '('])
        && after.strip_prefix("单位").unwrap_or(after).starts_with(['）', ')'])
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
    let noun = lists().counted_nouns.begin(after);
    let bounded = bounds_count(line.slice(names.clone()), after);
    (n <= 12 && !closed && !noun && !bounded && valid_names(line, names.clone())).then_some(Subject {
        names,
        predicate: head.end as usize,
        whole: false,
    })
}

/// 张某某负责排班: a personal name before a word of duty.
fn person_subject(line: &Line<'_>, index: usize, start: usize) -> Option<Subject> {
    let clause = &line.clauses[index];
    let words = line.slice(start..clause.range.end);
    let duties = lists().person_duties.among(&clause.letters);
    let duty = start + duties.filter_map(|w| words.find(w)).min()?;
    // 副镇长张某某同志负总责: the bare name.
    let post = line.token_at(start).filter(|t| t.is(class::POST) && (t.end as usize) < duty);
    let from = post.map_or(start, |t| t.end as usize);
    let called = line.slice(from..duty);
    let title = lists().person_titles.iter().find_map(|w| called.strip_suffix(w));
    let name = title.unwrap_or(called);
    let to = from + name.len();
    // A name may hold a word that the grammar knows (张建国): behind a post its surname tells.
    let known = (post.is_some() || title.is_some()) && begins_with_surname(name);
    let plain = (known || line.tokens_in(from..to).is_empty())
        && name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c) || matches!(c, 'X' | '×'));
    ((2..=3).contains(&name.chars().count())
        && plain
        && (known || !name.starts_with(['具', '要', '主', '并', '且', '由', '共', '统', '全', '明', '分'])))
    .then_some(Subject { names: from..to, predicate: duty, whole: false })
}

/// 负有…职责的部门要…, 重点领域监管部门要…: a name that holds verbs, right before a word of duty.
fn long_subject(line: &Line<'_>, start: usize, end: usize) -> Option<Subject> {
    let tokens = line.tokens_in(start..end);
    let modal = tokens.iter().find(|t| t.is(class::MODAL) && t.is(class::DUTY))?;
    let names = start..modal.start as usize;
    let words = line.slice(names.clone());
    let first = tokens.first()?;
    let n = words.chars().count();
    if n == 0 || n > 45 || words.contains(['、', '，']) && !words.contains('的') {
        return None;
    }
    if lists().non_subjects.begin(words) {
        return None;
    }
    let tail_ok = lists().subject_bodies.end(words);
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
