//! A total in the text that is not the one of the quota table.

use luoshi_text::Level;

use super::quota_sum::number;
use super::text::{any, clause_at, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "quota-text-differs",
    level: Level::Warning,
    title: "正文数字与附表不符",
    what: "引用附件的那段正文写的总数，或者与附表同名的数，和附表的合计不一致。",
    why: "正文和附表各说一个数，考核以哪个为准会起争议。",
    fix: "核对后使正文与附表一致。",
    faults: &[
        "一、目标任务\n全镇输送新员工⟦60人⟧，任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t50人",
        "一、主要任务\n区林业局要增设⟦警示牌130块⟧。\n附件　物资分配表\n1.东乡：警示牌70块。\n2.西乡：警示牌50块。\n合计：警示牌120块。",
        "一、目标任务\n全年化解纠纷⟦1200件⟧以上，各所任务数见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t城关所\t600件\n2\t东湖所\t500件\n合计\t\t1100件",
    ],
    near: &[
        "一、目标任务\n全镇输送新员工50人，任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t50人",
        "一、主要任务\n每个村增设警示牌2块，东乡增设警示牌70块。\n附件　物资分配表\n1.东乡：警示牌70块。\n2.西乡：警示牌50块。\n合计：警示牌120块。",
        "一、目标任务\n选派48名，其中发掘18名、下派30名，名额见附件1。\n附件1　名额分配表\n1.东乡：选派20名。\n2.西乡：选派28名。\n合计：选派48名。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let tables = &context.plan.quota_tables;
    let totals: Vec<(f64, &str, &str, f64, u32)> = tables
        .iter()
        .filter_map(|t| {
            let most = t.shares.iter().map(|s| s.value.value).fold(0.0, f64::max);
            let total = t.total.as_ref()?;
            Some((
                total.value,
                t.unit.as_deref()?,
                t.of.value.as_str(),
                most,
                annex_of(context, total.span.start),
            ))
        })
        .filter(|(_, unit, ..)| !unit.is_empty())
        .take(40)
        .collect();
    if totals.is_empty() {
        return;
    }
    for line in context.body() {
        let text = line.text;
        let numbers = numbers(text);
        let part = text.find("其中");
        // Numbers of the paragraph that speaks of the annex: one total left over on each side differs.
        for annex in 1..=9u32 {
            let cited = text.contains(&format!("附件{annex}"));
            let unit = totals.iter().find(|t| t.4 == annex).map(|t| t.1);
            let Some(unit) = unit.filter(|_| cited && !any(text, &["评分", "分值"])) else { continue };
            let own: Vec<_> = numbers.iter().filter(|n| text[n.1.end..].starts_with(unit)).collect();
            let lost: Vec<f64> = totals
                .iter()
                .filter(|t| t.4 == annex && t.1 == unit && !own.iter().any(|n| n.0 == t.0))
                .map(|t| t.0)
                .collect();
            let odd = own.iter().find(|n| {
                !totals.iter().any(|t| t.0 == n.0)
                    && !any(&text[clause_at(text, n.1.start)], &["每", "各", "其中", "单", "至少"])
                    && part.is_none_or(|at| n.1.start <= at)
            });
            if let (Some(odd), [total, ..]) = (odd, lost.as_slice())
                && own.len() >= totals.iter().filter(|t| t.4 == annex && t.1 == unit).count()
            {
                let range = odd.1.start..odd.1.end + unit.len();
                let words = quote(&text[range.clone()]);
                out.add(
                    line.span(range),
                    format!("{words}与附件{annex}的合计{}{unit}不一致。", number(*total)),
                );
            }
        }
        // The same thing by name: 警示牌130块 beside a table of 警示牌.
        for (total, unit, of, most, _) in &totals {
            for (at, _) in text.match_indices(of) {
                let from = at + of.len();
                let Some((value, range)) = numbers.iter().find(|n| n.1.start == from) else { continue };
                let whole = text[range.end..].starts_with(unit);
                let each = any(&text[clause_at(text, at)], &["每", "各", "至少", "其中"]);
                if whole && !each && value != total && value > most {
                    let place = at..range.end + unit.len();
                    let words = quote(&text[place.clone()]);
                    let message = format!("{words}与附表的合计{}{unit}不一致。", number(*total));
                    out.add(line.span(place), message);
                }
            }
        }
    }
}

/// The number of the annex that an offset lies in; 0 for an unnumbered one.
fn annex_of(context: &Context<'_>, at: u32) -> u32 {
    context
        .annexes()
        .iter()
        .take_while(|l| l.base <= at as usize)
        .filter_map(|l| super::context::annex_head(l.text))
        .last()
        .unwrap_or(0)
}

/// The plain numbers of a text.
fn numbers(text: &str) -> Vec<(f64, std::ops::Range<usize>)> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(i) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + i;
        let end = start
            + text[start..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len() - start);
        if let Ok(value) = text[start..end].parse() {
            out.push((value, start..end));
        }
        at = end;
    }
    out
}
