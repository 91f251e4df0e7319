//! Tiers of a rule: stretches of a score or a rate with a consequence each.

use std::ops::Range;

use super::text::any;
use super::{Context, Line};
use crate::model::Role;

/// Whether an end of a tier belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// It does: 含, 以上.
    In,
    /// It does not: 不含, 低于, 高于, 不足.
    Out,
    /// The words leave it open: 60分至90分.
    Unsaid,
}

/// A stretch of numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tier {
    pub(super) range: Range<usize>,
    pub(super) low: Option<(f64, Edge)>,
    pub(super) high: Option<(f64, Edge)>,
    pub(super) unit: String,
    /// Whether 含 is written at one of its ends.
    pub(super) included: bool,
}

/// A number with its unit and what is said right behind it about its end.
struct Point {
    range: Range<usize>,
    value: f64,
    unit: String,
    edge: Edge,
}

const UNITS: [&str; 6] = ["%", "％", "分", "个百分点", "天", "日"];

/// The tiers of a text, in order.
pub(super) fn tiers(text: &str) -> Vec<Tier> {
    let points = points(text);
    let mut out = Vec::new();
    let mut i = 0;
    while i < points.len() {
        let point = &points[i];
        let rest = &text[point.range.end..];
        let head = text[..point.range.start].trim_end();
        let joined = points
            .get(i + 1)
            .filter(|next| next.unit == point.unit && is_joint(&text[point.range.end..next.range.start]));
        if let Some(next) = joined {
            let joint = &text[point.range.end..next.range.start];
            let worded = |edge, word: &[&str], said| {
                if edge == Edge::Unsaid && word.iter().any(|w| joint.contains(w)) { said } else { edge }
            };
            out.push(Tier {
                range: point.range.start..next.range.end,
                low: Some((point.value, worded(point.edge, &["以上"], Edge::In))),
                high: Some((next.value, worded(next.edge, &["不足", "不满", "低于"], Edge::Out))),
                unit: point.unit.clone(),
                included: point.edge == Edge::In || next.edge == Edge::In,
            });
            i += 2;
            continue;
        }
        i += 1;
        let end = |word: &str| point.range.end + word.len();
        let start = |word: &str| head.len() - word.len();
        let tier = |range: Range<usize>, low, high| {
            let included = point.edge == Edge::In
                || text[range.clone()].contains('含') && !text[range.clone()].contains("不含");
            Tier { range, low, high, unit: point.unit.clone(), included }
        };
        let said = |edge| if point.edge == Edge::Unsaid { edge } else { point.edge };
        if let Some(w) = ["及以上", "以上"].iter().find(|w| rest.starts_with(**w)) {
            let (edge, width) = bracket(&rest[w.len()..]).unwrap_or((Edge::In, 0));
            let edge = if point.edge == Edge::Unsaid { edge } else { point.edge };
            out.push(tier(point.range.start..end(w) + width, Some((point.value, edge)), None));
        } else if let Some(w) = ["及以下", "以下", "以内"].iter().find(|w| rest.starts_with(**w)) {
            let (edge, width) = bracket(&rest[w.len()..]).unwrap_or((Edge::In, 0));
            let edge = if point.edge == Edge::Unsaid { edge } else { point.edge };
            out.push(tier(point.range.start..end(w) + width, None, Some((point.value, edge))));
        } else if let Some(w) = ["不低于", "不少于", "达到", "不小于"].iter().find(|w| head.ends_with(**w))
        {
            out.push(tier(start(w)..point.range.end, Some((point.value, said(Edge::In))), None));
        } else if let Some(w) = ["不超过", "不高于", "不大于"].iter().find(|w| head.ends_with(**w)) {
            out.push(tier(start(w)..point.range.end, None, Some((point.value, said(Edge::In)))));
        } else if let Some(w) =
            ["低于", "不足", "不满", "未达到", "小于"].iter().find(|w| head.ends_with(**w))
        {
            out.push(tier(start(w)..point.range.end, None, Some((point.value, said(Edge::Out)))));
        } else if let Some(w) = ["高于", "超过", "大于"].iter().find(|w| head.ends_with(**w)) {
            out.push(tier(start(w)..point.range.end, Some((point.value, said(Edge::Out))), None));
        }
    }
    out
}

fn is_joint(words: &str) -> bool {
    let words = words.trim_start_matches(['以', '上']).trim();
    matches!(
        words,
        "至" | "到"
            | "—"
            | "-"
            | "－"
            | "~"
            | "～"
            | "–"
            | "——"
            | "、不足"
            | "，不足"
            | "不足"
            | "以上不足"
            | "不满"
            | "、低于"
            | "以上、低于"
    )
}

fn points(text: &str) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::new();
    let mut at = 0;
    while let Some(i) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + i;
        let length =
            text[start..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len() - start);
        let stop = start + length;
        at = stop;
        let Ok(value) = text[start..stop].parse::<f64>() else { continue };
        let rest = &text[stop..];
        // 60至80分: the unit stands behind the second number.
        let unit = UNITS.iter().find(|u| rest.starts_with(**u)).map(|u| (*u).to_owned());
        let unit = unit.or_else(|| {
            let joint =
                ["至", "到", "—", "-", "－", "~", "～", "–"].iter().find(|j| rest.starts_with(**j))?;
            let next = &rest[joint.len()..];
            let digits = next.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            UNITS.iter().find(|u| digits > 0 && next[digits..].starts_with(**u)).map(|u| format!(" {u}"))
        });
        let Some(unit) = unit else { continue };
        let mut end = stop;
        if !unit.starts_with(' ') {
            end += unit.len();
        }
        let mut edge = Edge::Unsaid;
        if let Some((e, width)) = bracket(&text[end..]) {
            edge = e;
            end += width;
        }
        out.push(Point { range: start..end, value, unit: unit.trim().replace('％', "%"), edge });
        at = end;
    }
    out
}

/// （含）, （不含80%）: what it says and how long it is.
fn bracket(text: &str) -> Option<(Edge, usize)> {
    let inner = text.strip_prefix('（').or_else(|| text.strip_prefix('('))?;
    let close = inner.find(['）', ')'])?;
    let words = &inner[..close];
    let edge = if words.starts_with("不含") || words.starts_with("不包括") {
        Edge::Out
    } else if words.starts_with('含') || words.starts_with("包括") || words.starts_with("包含") {
        Edge::In
    } else {
        return None;
    };
    let open = text.len() - inner.len();
    let width = inner[close..].chars().next().map_or(1, char::len_utf8);
    Some((edge, open + close + width))
}

/// The paragraphs of a plan whose tiers bring something.
pub(super) fn tiered<'a>(context: &'a Context<'a>) -> impl Iterator<Item = &'a Line<'a>> {
    context.lines.iter().filter(|line| {
        let general = matches!(line.role, Role::Goal | Role::Guidance | Role::Preamble);
        !general && !line.cell && paid(line.text)
    })
}

/// Whether something follows from the tiers.
fn paid(text: &str) -> bool {
    any(
        text,
        &[
            "奖", "补贴", "补助", "扣", "约谈", "加分", "取消", "罚", "通报", "称号", "资格", "优秀", "等次",
            "不予",
        ],
    )
}

/// How two neighbouring tiers meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meeting {
    /// One ends where the other begins and the number belongs to exactly one.
    Clean,
    /// The number, or a stretch, belongs to both.
    Both,
    /// The number, or a stretch, belongs to none.
    None,
    /// The words do not say to which of them the number belongs.
    Unsaid,
}

/// The tiers of a paragraph that follow each other on one scale, lowest first, with how each meets
/// the next above it.
pub(super) fn ladder(text: &str) -> Vec<(Tier, Tier, f64, Meeting)> {
    let mut out = Vec::new();
    for unit in UNITS {
        let mut scale: Vec<Tier> = tiers(text).into_iter().filter(|t| t.unit == unit).collect();
        scale.sort_by(|a, b| key(a).total_cmp(&key(b)));
        // A ladder has a closed middle tier, or two tiers that open away from each other at a number.
        for pair in scale.windows(2) {
            let [a, b] = pair else { continue };
            let (Some((top, below)), Some((bottom, above))) = (a.high, b.low) else { continue };
            let meeting = if top == bottom {
                match (below, above) {
                    (Edge::In, Edge::In) => Meeting::Both,
                    // 75分至90分 beside 90分（含）以上: the words between two numbers take both in.
                    (Edge::Unsaid, Edge::In) if b.included => Meeting::Both,
                    (Edge::In, Edge::Unsaid) if a.included => Meeting::Both,
                    (Edge::Out, Edge::Out) => Meeting::None,
                    // Beside an end that is said, an unsaid one is its counterpart.
                    (Edge::Unsaid, Edge::Unsaid) => Meeting::Unsaid,
                    (Edge::Unsaid, Edge::In) | (Edge::In, Edge::Unsaid) => Meeting::Unsaid,
                    _ => Meeting::Clean,
                }
            } else if top > bottom {
                Meeting::Both
            } else if bottom - top <= 1.0 && unit == "分" {
                // 80至89分, 90分以上: whole marks.
                Meeting::Clean
            } else {
                Meeting::None
            };
            out.push((a.clone(), b.clone(), bottom, meeting));
        }
    }
    out
}

fn key(tier: &Tier) -> f64 {
    match (tier.low, tier.high) {
        (Some((low, _)), _) => low,
        (None, Some(_)) => f64::NEG_INFINITY,
        (None, None) => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_and_their_edges() {
        let text =
            "低于80%（不含）的，不予补贴；80%（含）至100%（含）的，补贴400元；高于100%（不含）的，补贴600元";
        let got: Vec<&str> = tiers(text).into_iter().map(|t| &text[t.range]).collect();
        assert_eq!(got, ["低于80%（不含）", "80%（含）至100%（含）", "高于100%（不含）"]);
        assert!(ladder(text).iter().all(|l| l.3 == Meeting::Clean));
        let meetings = |t: &str| ladder(t).into_iter().map(|l| l.3).collect::<Vec<_>>();
        assert_eq!(meetings("80分以下的扣分，80分以上的加分"), [Meeting::Both]);
        assert_eq!(meetings("低于80分的扣分，高于80分的加分"), [Meeting::None]);
        assert_eq!(meetings("60至80分的加1分，80至90分的加2分"), [Meeting::Unsaid]);
        assert_eq!(meetings("75分至90分的加1分，90分（含）以上的加2分"), [Meeting::Both]);
        assert_eq!(meetings("75分至90分（不含）的加1分，90分（含）以上的加2分"), [Meeting::Clean]);
        assert_eq!(meetings("80分以上不足90分的加1分，90分以上的加2分"), [Meeting::Clean]);
    }
}
