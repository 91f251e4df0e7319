//! Parts of a quota that do not add up to its total.

use std::ops::Range;

use luoshi_text::Level;

use super::text::{quote, sentence_at};
use super::{Check, Context, Findings, Line};

pub(super) const CHECK: Check = Check {
    name: "quota-sum",
    level: Level::Error,
    title: "分项与合计不符",
    what: "任务分解表各行相加不等于合计，“其中”各项相加超过总数，或者总数后面逐项列出的数加起来不等于总数。",
    why: "分到各单位的任务加起来不是总任务，完成了分项也完不成总数。",
    fix: "逐项核对，更正分项或者合计。",
    faults: &[
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t⟦55人⟧",
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n1.东村：选派7名。\n2.西村：选派9名。\n3.南村：选派5名。\n合计：选派⟦22名⟧。",
        "一、工作目标\n选派文化工作者⟦48名⟧，其中资源发掘18名、院团下派22名、自主招募18名。",
        "一、工作目标\n建设⟦30个⟧文化室，其中东村 12 个、西村 10 个、南村 10 个。",
        "一、工作目标\n新建水窖共⟦30座⟧：东村12座、西村10座、南村6座。",
        "一、工作目标\n安排岗位⟦30个⟧，分别为东村12个、西村10个、南村10个。",
    ],
    near: &[
        "一、目标任务\n任务分解见附件1。\n附件1　任务分解表\n序号\t单位\t任务数\n1\t东村\t20人\n2\t西村\t30人\n合计\t\t50人",
        "一、工作目标\n选派文化工作者48名，其中资源发掘18名、院团下派12名、自主招募18名。",
        "一、工作目标\n新建水窖共28座：东村12座、西村10座、南村6座，每座补助300元。",
        "一、工作目标\n选派工作者48名，其中资源发掘18名、院团下派12名。",
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
        for (at, word) in line.text.match_indices("其中") {
            parted(line, at, at + word.len(), false, out);
        }
        for (at, word) in line.text.match_indices("分别为") {
            parted(line, at, at + word.len(), true, out);
        }
        for (at, colon) in line.text.match_indices(['：', ':']) {
            if !line.text[..at].ends_with("其中") {
                parted(line, at, at + colon.len(), true, out);
            }
        }
    }
}

/// A total and its parts in one sentence.
struct Sum<'t> {
    /// Where the total stands.
    range: Range<usize>,
    value: f64,
    parts: Vec<f64>,
    unit: &'t str,
}

/// 48名，其中甲18名、乙12名、丙18名: the parts behind `from` of the total before `at`. With 其中 some may
/// be left out; where the list is told to be whole they must add up.
fn parted(line: &Line<'_>, at: usize, from: usize, whole: bool, out: &mut Findings) {
    let Some(Sum { range, value, parts, unit }) = sum(line.text, at, from) else { return };
    let all: f64 = parts.iter().sum();
    let total = quote(&line.text[range.clone()]);
    if all > value + 1e-6 {
        let list = if whole { "后面" } else { "“其中”" };
        out.add(line.span(range), format!("{list}各项相加是{}{unit}，超过了{total}。", number(all)));
    } else if whole && parts.len() >= 3 && all < value - 1e-6 {
        out.add(line.span(range), format!("后面各项相加是{}{unit}，不足{total}。", number(all)));
    }
}

/// The total before `at` and the parts from `from` on, where both are counted in one unit.
pub(super) fn is_sum(text: &str, at: usize, from: usize) -> bool {
    sum(text, at, from).is_some()
}

fn sum(text: &str, at: usize, from: usize) -> Option<Sum<'_>> {
    let sentence = sentence_at(text, at);
    let stop = text[from..sentence.end].find(['；', ';', '）', ')']).map_or(sentence.end, |i| from + i);
    let mut parts = Vec::new();
    let mut unit = "";
    for part in text[from..stop].split(['、', '，', ',']) {
        if super::text::any(part, &["累计", "以上", "不少于", "不低于", "率", "前", "每"]) {
            return None;
        }
        match last_number(part.trim_end_matches(['。', ' '])) {
            Some((n, u)) if unit.is_empty() || u == unit => {
                unit = u;
                parts.push(n);
            }
            _ => break,
        }
    }
    let head = text[sentence.start..at].trim_end_matches(['，', ',', '（', '(', '；', ' ']);
    let clause = sentence.start + head.rfind(['，', ',', '；', ';', '：', ':']).unwrap_or(0);
    let (range, value) = total(text, clause..sentence.start + head.len(), unit)?;
    (parts.len() >= 2).then_some(Sum { range, value, parts, unit })
}

/// The last number of a stretch that is counted in a unit: 建设30个文化室.
fn total(text: &str, range: Range<usize>, unit: &str) -> Option<(Range<usize>, f64)> {
    let words = text.get(range.clone())?;
    let at = words.match_indices(unit).map(|(i, _)| i).filter(|i| digits_before(words, *i)).last();
    let end = at.filter(|_| !unit.is_empty())?;
    let number = words[..end].trim_end_matches(' ');
    let start = number.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let value = number[start..].parse().ok()?;
    let each = words[..start].ends_with(['每', '各', '第']) || words[end + unit.len()..].starts_with("以上");
    (!each).then_some((range.start + start..range.start + end + unit.len(), value))
}

fn digits_before(words: &str, at: usize) -> bool {
    words[..at].trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit())
}

/// The number that a text ends with: value and unit of up to three characters.
fn last_number(text: &str) -> Option<(f64, &str)> {
    let unit_at =
        text.char_indices().rev().take(5).find(|(_, c)| c.is_ascii_digit()).map(|(i, c)| i + c.len_utf8())?;
    let unit = text[unit_at..].trim_start();
    let start = text[..unit_at].trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let value = text[start..unit_at].parse().ok()?;
    let plain = (1..=3).contains(&unit.chars().count()) && unit.chars().all(super::text::is_han);
    let dated = unit.contains(['月', '日', '年', '时', '号']);
    (plain && !dated).then_some((value, unit))
}

/// A number without a needless fraction.
pub(super) fn number(value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 { format!("{value:.0}") } else { format!("{value}") }
}
