//! What a point says together with the words around it.

use crate::anchor::Days;
use crate::cursor::{Cursor, head};
use crate::numeral::{digit, is_numeral, parse_number};
use crate::point::{Grain, Point};
use crate::when::Readings;
use crate::words::{Prefix, Suffix};
use crate::{Reading, When};

/// What a point with its words says; `None` where it schedules nothing.
pub(crate) fn value(
    point: &Point,
    days: Days,
    prefix: Prefix,
    suffix: Suffix,
    after: &Cursor<'_>,
    start_at: usize,
) -> Option<(When, Readings)> {
    let Days { start, end, mut readings } = days;
    let by = |mut readings: Readings| {
        if point.grain > Grain::Day && !point.edge {
            readings.add(Reading::PeriodEnd);
        }
        Some((When::By { end }, readings))
    };
    match (suffix, prefix) {
        (Suffix::Since, _) => None,
        (Suffix::Start, _) => Some((When::From { start }, readings)),
        (Suffix::Around, _) => {
            readings.add(Reading::Approximate);
            Some(if start == end {
                (When::On { day: start }, readings)
            } else {
                (When::Span { start, end }, readings)
            })
        }
        (Suffix::Before | Suffix::Within, _) => by(readings),
        (Suffix::During, _) => Some((When::Span { start, end }, readings)),
        (Suffix::None, Prefix::By | Prefix::To) => by(readings),
        (Suffix::None, Prefix::From) => {
            (point.grain < Grain::Year).then_some((When::From { start }, readings))
        }
        (Suffix::None, Prefix::None) if point.edge => by(readings),
        (Suffix::None, Prefix::None) => match point.grain {
            Grain::Day => Some((When::On { day: start }, readings)),
            Grain::Year => {
                readings.add(Reading::BareYear);
                bounds_something(after, start_at, &readings).then_some((When::Span { start, end }, readings))
            }
            _ => phase(after).then_some((When::Span { start, end }, readings)),
        },
    }
}

/// Whether a bare month, quarter or half stands for a stretch of work and not for a habit of
/// nature: 3月份历来是火灾高发期.
fn phase(after: &Cursor<'_>) -> bool {
    let rest = after.rest();
    !["历来", "是", "正值", "正是", "属", "以来", "的", "一直", "已", "我", "奖惩"]
        .iter()
        .any(|word| rest.starts_with(word))
}

/// Whether a bare year bounds a quota: a count stands in the same clause, and the line is no title.
fn bounds_something(after: &Cursor<'_>, start: usize, readings: &Readings) -> bool {
    if readings.list().contains(&Reading::BeforeIssue) {
        return false;
    }
    let before = after.text[..start].chars().next_back();
    if before.is_some_and(|p| "较比自从由按对与截同照据以在".contains(p)) {
        return false;
    }
    let rest = after.rest().trim_start_matches([',', '，', ' ']);
    if ["的", "是", "以来", "度", "第", "春", "秋", "夏", "冬", "版"].iter().any(|w| rest.starts_with(w))
    {
        return false;
    }
    let clause = head(rest, 40);
    let clause = clause.split(['。', '；', ';', '\n', '，', ',', '：', ':']).next().unwrap_or(clause);
    if ["方案", "计划", "通知", "办法", "意见", "要点", "规划"].iter().any(|w| clause.trim_end().ends_with(w))
    {
        return false;
    }
    let mut quoted = false;
    let mut counted = false;
    let chars = clause.char_indices();
    for (at, c) in chars {
        quoted = match c {
            '“' | '《' | '〔' => true,
            '”' | '》' | '〕' => false,
            '"' => !quoted,
            _ => quoted,
        };
        if !quoted && (digit(c).is_some() || is_numeral(c)) {
            let Some((_, length)) = parse_number(&clause[at..]) else {
                continue;
            };
            let measure = &clause[at + length..];
            if !measure.starts_with("周年")
                && measure.starts_with(|m| {
                    "人名户亩个项家村所件份场次篇条元万%％吨公米株头座处间套台批期户对支辆".contains(m)
                })
                && (digit(c).is_some() || length > c.len_utf8())
            {
                counted = true;
                break;
            }
        }
    }
    counted
}
