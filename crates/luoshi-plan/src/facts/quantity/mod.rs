//! Numbers that are targets, quotas, norms, prices or thresholds.

mod bound;
mod norm;

use std::ops::Range;
use std::sync::OnceLock;

use luoshi_when::numeral::parse_number;

use super::{Line, overlaps};
use crate::letters::Letters;
use crate::lexicon::{Words, class, lists};
use crate::model::Op;
use bound::{bound_after, bound_before};
use norm::counts;

/// A number and what it bounds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct QuantityFact {
    pub(crate) range: Range<usize>,
    pub(crate) op: Op,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) of: String,
}

/// Characters that a Chinese number begins with.
const HAN: [char; 15] =
    ['一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '千', '万', '半'];

/// Whether a number may begin with a character: in digits, or in characters.
fn begins_number(c: char) -> Option<bool> {
    let digit = c.is_ascii_digit() || ('０'..='９').contains(&c);
    (digit || HAN.contains(&c)).then_some(digit)
}

/// The characters that numbers begin with.
fn number_letters() -> &'static Letters {
    static LETTERS: OnceLock<Letters> = OnceLock::new();
    LETTERS.get_or_init(|| {
        let digits = ('0'..='9').chain('０'..='９').chain(HAN);
        Letters::of(&digits.collect::<String>())
    })
}

/// Measure words and units, longest first.
fn units() -> &'static Words {
    static UNITS: OnceLock<Words> = OnceLock::new();
    UNITS.get_or_init(|| {
        let lines = include_str!("../../lexicon/units.txt").lines().filter(|l| !l.starts_with('#'));
        let mut words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        Words::new(words)
    })
}

/// The quantities of a line outside `taken` (times and rules, in order, not overlapping).
pub(crate) fn quantities(line: &Line<'_>, taken: &[Range<usize>]) -> Vec<QuantityFact> {
    let text = line.text;
    let mut out = Vec::new();
    if !line.digits && !HAN.iter().any(|c| line.letters.has(*c)) {
        return out;
    }
    let letters = number_letters();
    let mut from = line.marker;
    while let Some((at, c)) = text[from..].char_indices().find(|(_, c)| letters.has(*c)) {
        let at = from + at;
        from = at + c.len_utf8();
        let Some(digit) = begins_number(c).filter(|digit| starts_number(&text[line.marker..at], *digit))
        else {
            continue;
        };
        match number_at(line, at) {
            Some((facts, end)) => {
                let range = facts[0].range.clone();
                if !overlaps(taken, &range) && counts(line, &facts[0], digit) {
                    out.extend(facts);
                }
                from = end;
            }
            // Skip the whole run of digits, so that 12345热线 is not read from its middle.
            None => from = from.max(at + parse_number(&text[at..]).map_or(0, |(_, n)| n)),
        }
    }
    out
}

/// Whether a number, in digits or not, can begin behind some words.
fn starts_number(before: &str, digit: bool) -> bool {
    let Some(previous) = before.chars().next_back() else { return true };
    !(previous.is_ascii_alphanumeric()
        || matches!(previous, '第' | '.' | '〔' | '[' | '·' | '+' | '＋' | '/' | '－')
        || digit && previous == '-')
}

/// A number with its unit at an offset; a range gives two facts with one place.
fn number_at(line: &Line<'_>, at: usize) -> Option<(Vec<QuantityFact>, usize)> {
    let text = line.text;
    let (op_before, start) = bound_before(line, at);
    let (first, len) = parse_number(&text[at..])?;
    let after_first = at + len + first_percent(&text[at + len..]);
    let joined = second_number(text, after_first);
    let end = joined.map_or(at + len, |(_, end)| end);
    let (unit, mut stop, spread) = unit_at(text, end)?;
    let (op_after, tail) = bound_after(&text[stop..]);
    stop += tail;
    let op = op_after.or(spread.then_some(Op::Ge)).or(op_before);
    let mut second = joined.map(|(n, _)| n);
    if second.is_none()
        && let Some((n, end)) = second_number(text, stop)
        && text[end..].starts_with(unit)
    {
        // 1项至2项: the unit stands behind both.
        second = Some(n);
        stop = end + unit.len();
    }
    let (shown, scale) = base_unit(unit);
    let of = counted(line, start, stop);
    let fact = |op: Op, value: f64| QuantityFact {
        range: start..stop,
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

/// Bytes of the sign behind the first of two shares (80%至100%).
fn first_percent(rest: &str) -> usize {
    rest.chars().next().filter(|c| matches!(c, '%' | '％')).map_or(0, char::len_utf8)
}

/// The second number of a range behind its dash, and where it ends: 1-2项, 6至15周岁.
fn second_number(text: &str, at: usize) -> Option<(f64, usize)> {
    let dash = lists().range_dashes.opening(&text[at..])?;
    let from = at + dash.len();
    let (n, len) = parse_number(&text[from..])?;
    Some((n, from + len))
}

/// The unit behind a number, with 余 or 以上 between, where it ends, and whether 以上 was said.
fn unit_at(text: &str, end: usize) -> Option<(&'static str, usize, bool)> {
    let rest = &text[end..];
    let more = ["余", "多", "几"].iter().find(|w| rest.starts_with(**w)).map_or(0, |w| w.len());
    let spread = rest[more..].starts_with("以上");
    let at = end + more + if spread { "以上".len() } else { 0 };
    let unit = units().opening(&text[at..])?;
    Some((unit, at + unit.len(), spread))
}

/// The unit in which a number is given to the reader, and what one of the unit written is in it.
fn base_unit(unit: &str) -> (&str, f64) {
    match unit {
        "%" | "％" => ("%", 0.01),
        "‰" => ("‰", 0.001),
        "成" => ("成", 0.1),
        "万元" => ("元", 10_000.0),
        "亿元" => ("元", 100_000_000.0),
        "周岁" => ("岁", 1.0),
        other => (other, 1.0),
    }
}

/// Takes off what scaling adds below the ninth place.
fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// The words that say what is counted: the noun before the number without time, subject and verb,
/// else what follows.
fn counted(line: &Line<'_>, start: usize, stop: usize) -> String {
    let text = line.text;
    let mark = ['，', ',', '。', '；', ';', '、', '：', ':', '）', ')', '（', '(', '的', '“', '”', '"'];
    // Clauses are bounded, lines are not.
    let clause = line.clause_at(start).map_or(start..stop, |i| line.clauses[i].range.clone());
    let (low, high) = (clause.start.min(start), clause.end.max(stop));
    let before = &text[low..start];
    let mut from =
        low + before.rfind(mark).map_or(0, |i| i + before[i..].chars().next().map_or(0, char::len_utf8));
    from = from.max(line.marker.min(start));
    let time = line.times_in(from..start).last().map_or(from, |f| f.range.end);
    from = from.max(time);
    let mut end = start;
    for token in line.tokens_in(from..start).iter().rev() {
        if token.end as usize == end && token.is(class::VERB | class::MODAL) {
            end = token.start as usize;
        } else if token.is(class::MODAL | class::VERB | class::STOP)
            && !token.is(class::NAME_END)
            && line.slice(token.range()) != "不"
        {
            from = token.end as usize;
            break;
        }
    }
    let noun = text
        .get(from..end)
        .unwrap_or("")
        .trim_matches([' ', '到', '为', '达', '按', '约', '有', '共', '其', '中', '前']);
    let after = &text[stop..high];
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
