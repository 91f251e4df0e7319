//! A total in the text that is not the one of the quota table.

use std::ops::Range;

use luoshi_text::Level;

use super::quota_sum::number;
use super::text::{any, clause_at, quote};
use super::{Check, Context, Findings, Line};
use crate::model::QuotaTable;

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
        "一、目标任务\n全镇输送新员工⟦300人⟧，各村任务见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t160人\n2\t西村\t150人",
        "一、目标任务\n全镇输送新员工⟦300人⟧，各村任务见下表。\n单位\t任务数\n东村\t160人\n西村\t150人\n合计\t310人",
    ],
    near: &[
        "一、目标任务\n全镇输送新员工310人，各村任务见下表。\n单位\t任务数\n东村\t160人\n西村\t150人",
        "一、目标任务\n全镇输送新员工50人，任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t50人",
        "一、主要任务\n每个村增设警示牌2块，东乡增设警示牌70块。\n附件　物资分配表\n1.东乡：警示牌70块。\n2.西乡：警示牌50块。\n合计：警示牌120块。",
        "一、目标任务\n选派48名，其中发掘18名、下派30名，名额见附件1。\n附件1　名额分配表\n1.东乡：选派20名。\n2.西乡：选派28名。\n合计：选派48名。",
    ],
    run,
};

/// The total of a table, written or summed up.
struct Total<'a> {
    value: f64,
    unit: &'a str,
    of: &'a str,
    /// The largest share.
    most: f64,
    /// The number of the annex that it stands in; 0 for a table in the text or an unnumbered annex.
    annex: u32,
}

/// How a table without a number is spoken of.
const TABLE: [&str; 8] = ["见下表", "如下表", "下表所示", "见附件", "附件所示", "见附表", "附表所示", "附后"];

fn run(context: &Context<'_>, out: &mut Findings) {
    let total = |table: &'_ QuotaTable| -> Option<(f64, u32)> {
        match &table.total {
            Some(total) => Some((total.value, total.span.start)),
            // Shares of one thing add up to it; rates do not.
            None if table.shares.len() >= 2 => {
                let sum = table.shares.iter().map(|share| share.value.value).sum();
                Some((sum, table.shares.first()?.value.span.start))
            }
            None => None,
        }
    };
    let totals: Vec<Total<'_>> = (context.plan.quota_tables.iter())
        .filter_map(|table| {
            let unit =
                table.unit.as_deref().filter(|unit| !unit.is_empty() && !unit.contains(['%', '％']))?;
            let (value, at) = total(table)?;
            let most = table.shares.iter().map(|s| s.value.value).fold(0.0, f64::max);
            Some(Total { value, unit, of: &table.of.value, most, annex: annex_of(context, at) })
        })
        .take(40)
        .collect();
    if totals.is_empty() {
        return;
    }
    for line in context.body() {
        let numbers = numbers(line.text);
        for annex in 0..=9u32 {
            cited(line, &numbers, &totals, annex, out);
        }
        for total in &totals {
            named(line, &numbers, total, out);
        }
    }
}

/// Numbers of the paragraph that speaks of the annex: one total left over on each side differs.
fn cited(
    line: &Line<'_>,
    numbers: &[(f64, Range<usize>)],
    totals: &[Total<'_>],
    annex: u32,
    out: &mut Findings,
) {
    let text = line.text;
    let cited = match annex {
        0 => any(text, &TABLE) && (1..=9).all(|n| !text.contains(&format!("附件{n}"))),
        _ => text.contains(&format!("附件{annex}")),
    };
    let unit = totals.iter().find(|t| t.annex == annex).map(|t| t.unit);
    let Some(unit) = unit.filter(|_| cited && !any(text, &["评分", "分值"])) else { return };
    let theirs = || totals.iter().filter(|t| t.annex == annex && t.unit == unit);
    let own: Vec<_> = numbers.iter().filter(|n| text[n.1.end..].starts_with(unit)).collect();
    let lost = theirs().find(|t| !own.iter().any(|n| n.0 == t.value));
    let part = text.find("其中");
    let odd = own.iter().find(|n| {
        !totals.iter().any(|t| t.value == n.0)
            && !any(&text[clause_at(text, n.1.start)], &["每", "各", "其中", "单", "至少"])
            && part.is_none_or(|at| n.1.start <= at)
    });
    if let (Some(odd), Some(lost)) = (odd, lost)
        && own.len() >= theirs().count()
    {
        let range = odd.1.start..odd.1.end + unit.len();
        let words = quote(&text[range.clone()]);
        let place = if annex == 0 { String::from("附表") } else { format!("附件{annex}") };
        out.add(line.span(range), format!("{words}与{place}的合计{}{unit}不一致。", number(lost.value)));
    }
}

/// The same thing by name: 警示牌130块 beside a table of 警示牌.
fn named(line: &Line<'_>, numbers: &[(f64, Range<usize>)], total: &Total<'_>, out: &mut Findings) {
    let Total { value: whole, unit, of, most, .. } = total;
    let text = line.text;
    for (at, _) in text.match_indices(of) {
        let from = at + of.len();
        let Some((value, range)) = numbers.iter().find(|n| n.1.start == from) else { continue };
        let counted = text[range.end..].starts_with(unit);
        let each = any(&text[clause_at(text, at)], &["每", "各", "至少", "其中"]);
        if counted && !each && value != whole && value > most {
            let place = at..range.end + unit.len();
            let words = quote(&text[place.clone()]);
            out.add(line.span(place), format!("{words}与附表的合计{}{unit}不一致。", number(*whole)));
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
fn numbers(text: &str) -> Vec<(f64, Range<usize>)> {
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
