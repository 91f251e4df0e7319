//! Parts of a quota that do not add up to its total.

use luoshi_text::Level;

use super::text::{quote, sentence_at};
use super::{Check, Context, Findings, Line};

pub(super) const CHECK: Check = Check {
    name: "quota-sum",
    level: Level::Error,
    title: "分项与合计不符",
    what: "任务分解表各行相加不等于合计，或者“其中”各项相加超过总数。",
    why: "分到各单位的任务加起来不是总任务，完成了分项也完不成总数。",
    fix: "逐项核对，更正分项或者合计。",
    faults: &[
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t⟦55人⟧",
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n1.东村：选派7名。\n2.西村：选派9名。\n3.南村：选派5名。\n合计：选派⟦22名⟧。",
        "一、工作目标\n选派文化工作者⟦48名⟧，其中资源发掘18名、院团下派22名、自主招募18名。",
    ],
    near: &[
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t50人",
        "一、工作目标\n选派文化工作者48名，其中资源发掘18名、院团下派12名、自主招募18名。",
        "一、工作目标\n全镇输送新员工383人，其中6月30日前累计完成306人，9月30日前累计完成350人。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for table in &context.plan.quota_tables {
        let Some(total) = &table.total else { continue };
        if table.shares.len() < 2 {
            continue;
        }
        let sum: f64 = table.shares.iter().map(|s| s.value.value).sum();
        if (sum - total.value).abs() > 1e-6 {
            let unit = table.unit.as_deref().unwrap_or("");
            out.add(
                total.span,
                format!(
                    "“{}”各项相加是{}{unit}，合计写的是{}{unit}。",
                    table.of.value,
                    number(sum),
                    number(total.value)
                ),
            );
        }
    }
    for line in context.lines.iter().filter(|l| !l.cell) {
        for (at, _) in line.text.match_indices("其中") {
            among(line, at, out);
        }
    }
}

/// 48名，其中甲18名、乙12名、丙18名。
fn among(line: &Line<'_>, at: usize, out: &mut Findings) {
    let text = line.text;
    let sentence = sentence_at(text, at);
    let head = text[sentence.start..at].trim_end_matches(['，', ',', '（', '(', '；', '。']);
    let Some((value, unit, start)) = last_number(head) else { return };
    let stop = text[at..sentence.end].find(['；', ';', '）', ')']).map_or(sentence.end, |i| at + i);
    let mut parts = Vec::new();
    for part in text[at..stop].split(['、', '，', ',']) {
        if super::text::any(part, &["累计", "以上", "不少于", "不低于", "率", "前"]) {
            return;
        }
        match last_number(part.trim_end_matches(['。', ' '])) {
            Some((n, u, _)) if u == unit => parts.push(n),
            _ => break,
        }
    }
    let sum: f64 = parts.iter().sum();
    if parts.len() >= 2 && sum > value + 1e-6 {
        let base = sentence.start + start;
        let end = sentence.start + head.len();
        out.add(
            line.span(base..end),
            format!("“其中”各项相加是{}{unit}，超过了{}。", number(sum), quote(&text[base..end])),
        );
    }
}

/// The number that a text ends with: value, unit of one or two characters, and where it begins.
fn last_number(text: &str) -> Option<(f64, &str, usize)> {
    let unit_at =
        text.char_indices().rev().take(3).find(|(_, c)| c.is_ascii_digit()).map(|(i, c)| i + c.len_utf8())?;
    let unit = &text[unit_at..];
    let start = text[..unit_at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let value = text[start..unit_at].parse().ok()?;
    (!unit.is_empty() && !unit.contains(['%', '％'])).then_some((value, unit, start))
}

/// A number without a needless fraction.
pub(super) fn number(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 { format!("{value:.0}") } else { format!("{value}") }
}
