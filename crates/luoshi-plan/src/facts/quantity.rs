//! Numbers that are targets, quotas, norms, prices or thresholds.

use std::ops::Range;
use std::sync::OnceLock;

use luoshi_when::numeral::parse_number;

use super::{Line, touches};
use crate::lexicon::class;
use crate::model::Op;

/// A number and what it bounds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantityFact {
    pub(crate) range: Range<usize>,
    pub(crate) op: Op,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) of: String,
}

/// Measure words and units, longest first.
fn units() -> &'static [&'static str] {
    static UNITS: OnceLock<Vec<&'static str>> = OnceLock::new();
    UNITS.get_or_init(|| {
        let lines = include_str!("../lexicon/units.txt").lines().filter(|l| !l.starts_with('#'));
        let mut words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        words
    })
}

/// Units that only count as quantities with a word of bounding or a task around.
const TIME_UNITS: &[&str] =
    &["个工作日", "个月", "小时", "分钟", "天", "日", "周", "月", "年", "学时", "课时"];

/// The quantities of a line outside `taken` (times and rules, in order, not overlapping).
pub(crate) fn quantities(line: &Line<'_>, taken: &[Range<usize>]) -> Vec<QuantityFact> {
    let text = line.text;
    let mut out = Vec::new();
    let mut at = line.marker;
    let mut previous = '\n';
    while let Some(c) = text[at..].chars().next() {
        let width = c.len_utf8();
        let digit = c.is_ascii_digit() || ('０'..='９').contains(&c);
        let han = "一二两三四五六七八九十百千万半".contains(c);
        if !(digit || han) || !starts_number(previous, digit) {
            previous = c;
            at += width;
            continue;
        }
        match number_at(line, at) {
            Some((facts, end)) => {
                let range = facts[0].range.clone();
                if !overlaps(taken, &range) && counts(line, &facts[0], digit) {
                    out.extend(facts);
                }
                previous = text[..end].chars().next_back().unwrap_or('\n');
                at = end;
            }
            None => {
                // Skip the whole run of digits, so that 12345热线 is not read from its middle.
                let len = parse_number(&text[at..]).map_or(width, |(_, n)| n.max(width));
                previous = text[..at + len].chars().next_back().unwrap_or('\n');
                at += len;
            }
        }
    }
    out
}

/// Whether a range touches one of many that stand in order.
fn overlaps(taken: &[Range<usize>], range: &Range<usize>) -> bool {
    let n = taken.partition_point(|t| t.end <= range.start);
    taken.get(n).is_some_and(|t| touches(t, range))
}

fn starts_number(previous: char, digit: bool) -> bool {
    !(previous.is_ascii_alphanumeric()
        || matches!(previous, '第' | '.' | '〔' | '[' | '·' | '+' | '＋' | '/' | '－')
        || digit && previous == '-')
}

/// A number with its unit at an offset; a range gives two facts with one place.
fn number_at(line: &Line<'_>, at: usize) -> Option<(Vec<QuantityFact>, usize)> {
    let text = line.text;
    let (op_before, start) = bound_before(text, at);
    let (first, len) = parse_number(&text[at..])?;
    let mut end = at + len;
    let percent_first = text[end..].starts_with(['%', '％']);
    // 1-2项, 6至15周岁, 80%至100%
    let mut second = None;
    let after_first =
        end + if percent_first { text[end..].chars().next().map_or(0, char::len_utf8) } else { 0 };
    if let Some(dash) =
        ["—", "–", "-", "－", "~", "～", "至", "到"].iter().find(|d| text[after_first..].starts_with(**d))
    {
        let from = after_first + dash.len();
        if let Some((n, l)) = parse_number(&text[from..]) {
            second = Some(n);
            end = from + l;
        }
    }
    let rest = &text[end..];
    let more = ["余", "多", "几"].iter().find(|w| rest.starts_with(**w)).map_or(0, |w| w.len());
    let spread = rest[more..].starts_with("以上").then_some("以上".len());
    let unit_at = end + more + spread.unwrap_or(0);
    let unit = units().iter().find(|u| text[unit_at..].starts_with(**u))?;
    let mut stop = unit_at + unit.len();
    let (op_after, tail) = bound_after(&text[stop..]);
    let mut op = op_before;
    if spread.is_some() {
        op = Some(Op::Ge);
    }
    if tail > 0 {
        stop += tail;
        if op_after.is_some() {
            op = op_after;
        }
    }
    if second.is_none()
        && let Some(dash) =
            ["—", "–", "-", "－", "~", "～", "至", "到"].iter().find(|d| text[stop..].starts_with(**d))
        && let Some((n, l)) = parse_number(&text[stop + dash.len()..])
        && text[stop + dash.len() + l..].starts_with(unit)
    {
        second = Some(n);
        stop += dash.len() + l + unit.len();
    }
    let scale = match *unit {
        "%" | "％" => 0.01,
        "‰" => 0.001,
        "成" => 0.1,
        "万元" => 10_000.0,
        "亿元" => 100_000_000.0,
        _ => 1.0,
    };
    let shown = match *unit {
        "周岁" => "岁",
        "％" => "%",
        "万元" | "亿元" => "元",
        other => other,
    };
    let range = start..stop;
    let of = counted(line, start, stop);
    let fact = |op: Op, value: f64| QuantityFact {
        range: range.clone(),
        op,
        value: round(value * scale),
        unit: shown.to_owned(),
        of: of.clone(),
    };
    let facts = match second {
        Some(second) => vec![fact(Op::Ge, first), fact(Op::Le, second)],
        None => vec![fact(op.unwrap_or(Op::Eq), first)],
    };
    Some((facts, stop))
}

fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// Words that bound a number after them.
const BOUNDS: &[(&str, Op)] = &[
    ("不得少于", Op::Ge),
    ("不得低于", Op::Ge),
    ("不能少于", Op::Ge),
    ("不能低于", Op::Ge),
    ("不少于", Op::Ge),
    ("不低于", Op::Ge),
    ("不小于", Op::Ge),
    ("至少有", Op::Ge),
    ("至少", Op::Ge),
    ("最少", Op::Ge),
    ("达到", Op::Ge),
    ("达", Op::Ge),
    ("高于", Op::Gt),
    ("超过", Op::Gt),
    ("大于", Op::Gt),
    ("多于", Op::Gt),
    ("不得超过", Op::Le),
    ("不能超过", Op::Le),
    ("不超过", Op::Le),
    ("不得高于", Op::Le),
    ("不高于", Op::Le),
    ("不大于", Op::Le),
    ("不得多于", Op::Le),
    ("不多于", Op::Le),
    ("最多", Op::Le),
    ("最高", Op::Le),
    ("最低", Op::Ge),
    ("控制在", Op::Le),
    ("低于", Op::Lt),
    ("少于", Op::Lt),
    ("小于", Op::Lt),
    ("不足", Op::Lt),
    ("不满", Op::Lt),
    ("未满", Op::Lt),
];

/// 不少于, 至少: what the number is bounded by before it, and where those words begin.
fn bound_before(text: &str, at: usize) -> (Option<Op>, usize) {
    let head = &text[..at];
    if let Some((word, op)) = BOUNDS.iter().filter(|(w, _)| head.ends_with(w)).max_by_key(|(w, _)| w.len()) {
        return (Some(*op), at - word.len());
    }
    // 至少组织1场, 不超过投资额20%: a verb or a noun may stand between.
    let near = head.char_indices().rev().take(10).last().map_or(0, |(i, _)| i);
    for (word, op) in
        [("至少", Op::Ge), ("不少于", Op::Ge), ("不低于", Op::Ge), ("不超过", Op::Le), ("不高于", Op::Le)]
    {
        if let Some(i) = head[near..].rfind(word) {
            let between = &head[near + i + word.len()..];
            let n = between.chars().count();
            if (1..=5).contains(&n) && between.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
                return (Some(op), near + i);
            }
        }
    }
    (None, at)
}

/// 以上, 以内, 左右 after the unit: the bound and its bytes.
fn bound_after(rest: &str) -> (Option<Op>, usize) {
    for (word, op) in [
        ("(含)以上", Some(Op::Ge)),
        ("（含）以上", Some(Op::Ge)),
        ("及以上", Some(Op::Ge)),
        ("以上(含)", Some(Op::Ge)),
        ("以上", Some(Op::Ge)),
        ("以内", Some(Op::Le)),
        ("之内", Some(Op::Le)),
        ("及以下", Some(Op::Le)),
        ("(含)以下", Some(Op::Le)),
        ("（含）以下", Some(Op::Le)),
        ("以下", Some(Op::Le)),
        ("左右", Some(Op::Eq)),
        ("上下", Some(Op::Eq)),
    ] {
        if rest.starts_with(word) {
            return (op, word.len());
        }
    }
    (None, 0)
}

/// The words that say what is counted: the noun before the number without time, subject and verb,
/// else what follows.
fn counted(line: &Line<'_>, start: usize, stop: usize) -> String {
    let text = line.text;
    let mark = |c: char| "，,。；;、：:）)（(的“”\"".contains(c);
    let before = &text[..start];
    let mut from = before.rfind(mark).map_or(0, |i| i + before[i..].chars().next().map_or(0, char::len_utf8));
    from = from.max(line.marker.min(start));
    let time = line.times_in(from..start).last().map_or(from, |f| f.range.end);
    from = from.max(time);
    let mut end = start;
    for token in line.tokens_in(from..start).iter().rev() {
        if token.end as usize == end && token.is(class::VERB | class::MODAL) {
            end = token.start as usize;
        } else if token.is(class::MODAL | class::VERB | class::STOP) && !token.is(class::NAME_END) {
            from = token.end as usize;
            break;
        }
    }
    let noun = text
        .get(from..end)
        .unwrap_or("")
        .trim_matches([' ', '到', '为', '达', '按', '约', '有', '共', '其', '中', '前']);
    let after = &text[stop..];
    let following = after[..after.find(mark).unwrap_or(after.len())].trim_matches([' ', '的']);
    let short = |s: &str| (2..=12).contains(&s.chars().count());
    let chosen = match (short(noun), short(following)) {
        (_, true) if noun.chars().count() < 2 || noun.starts_with(['各', '每']) => following,
        (true, _) => noun,
        (_, true) => following,
        _ => noun,
    };
    let n = chosen.chars().count();
    chosen.chars().skip(n.saturating_sub(12)).collect()
}

/// Whether a number is a norm of the work and not a slogan, an ordinal or background.
fn counts(line: &Line<'_>, fact: &QuantityFact, digits: bool) -> bool {
    let text = line.text;
    let before = &text[..fact.range.start];
    let after = &text[fact.range.end..];
    let number_at = fact.range.start;
    if line.in_quotes(number_at) && !before.ends_with("不少于") {
        return false;
    }
    let unit = fact.unit.as_str();
    let near: String = before.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    // Ordinals and ranks, references to annexes, age of history, names.
    if near.ends_with('第')
        || near.ends_with("附件")
        || near.ends_with("附表")
        || near.ends_with('表')
        || near.ends_with("近") && matches!(unit, "年")
    {
        return false;
    }
    if after.starts_with("号") || after.starts_with("周年") || after.starts_with("计划") && unit == "年"
    {
        return false;
    }
    let bounded = fact.op != Op::Eq || text[fact.range.clone()].contains(['不', '至', '以', '左']);
    if TIME_UNITS.contains(&unit) {
        let per = [
            "每月",
            "每周",
            "每次",
            "每天",
            "每日",
            "每学期",
            "每年",
            "每学年",
            "累计",
            "为期",
            "时长",
            "留样",
            "保存",
            "保存期",
            "公示",
            "公示期",
            "培训",
            "不得少于",
            "间隔",
        ];
        return bounded && per.iter().any(|w| before.ends_with(w) || near.contains(w))
            || per.iter().any(|w| near.contains(w)) && !matches!(unit, "月" | "年" | "日")
            || bounded && matches!(unit, "学时" | "课时" | "小时" | "分钟") && !after.starts_with('内');
    }
    if matches!(
        unit,
        "级" | "类"
            | "度"
            | "部"
            | "口"
            | "面"
            | "起"
            | "对"
            | "门"
            | "头"
            | "把"
            | "组"
            | "年"
            | "处"
            | "支"
            | "村"
            | "镇"
            | "队"
            | "校"
            | "班"
            | "层"
    ) && !digits
    {
        return bounded || each_before(line, fact.range.start);
    }
    if matches!(unit, "度" | "级") && digits {
        return false;
    }
    // 每季度通报一次: how often is a date's business.
    if !digits && !bounded && matches!(unit, "次" | "遍" | "回") {
        return false;
    }
    if digits {
        // 3+X, 4个专题 inside a name are rare; a plain count of what the plan lists is no norm.
        return !(before.ends_with("等") || near.ends_with("以下") && matches!(unit, "个" | "项" | "类"));
    }
    // Chinese numerals: a norm only with a bound or a distributive word.
    bounded || each_before(line, fact.range.start) || matches!(unit, "%")
}

/// Whether 每, 各 or 至少 stands before the number in the same clause.
fn each_before(line: &Line<'_>, at: usize) -> bool {
    let Some(i) = line.clause_at(at) else {
        return false;
    };
    let head = line.slice(line.clauses[i].range.start..at);
    let slogan = ["“", "\"", "一次性"].iter().any(|w| head.ends_with(w));
    !slogan
        && (head.contains('每')
            || head.contains("至少")
            || head.contains("不少于")
            || head.contains("各村")
            || head.contains("各设")
            || head.contains("分别"))
}
