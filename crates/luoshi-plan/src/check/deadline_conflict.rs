//! Two deadlines for the same work that do not agree.

use jiff::civil::Date;
use luoshi_text::Level;
use luoshi_when::When;

use super::text::{any, clause_at, day, quote};
use super::{Check, Context, Findings, Line};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "deadline-conflict",
    level: Level::Warning,
    title: "同一任务的时限不一致",
    what: "同一项任务正文写的完成日期晚于“完成时限”，或者单项时限晚于这一节统一规定的时限。",
    why: "两个时限都有效，到哪一天算逾期，承办单位和督办单位各执一词。",
    fix: "统一为一个时限；确有例外的，写明“另有规定的除外”。",
    faults: &[
        "一、主要任务\n1.整修水渠。各村要在⟦8月29日前⟧完成整修。（责任单位：各村；完成时限：6月30日前）",
        "一、主要任务\n1.整修水渠。完成时限：5月30日前。（责任单位：各村；完成时限：⟦6月20日前⟧）",
        "一、主要任务\n下列各项一律于2025年6月30日前完成。\n1.整修水渠。各村7月前动工。\n2.清理淤泥。各村⟦8月15日前⟧完成清理。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。各村4月30日前完成设计，5月30日前开工。（责任单位：各村；完成时限：6月30日前）",
        "一、主要任务\n下列各项没有另行写明时间的，一律于2025年6月30日前完成。\n1.整修水渠。各村8月15日前完成整修。",
        "一、主要任务\n1.整修水渠。各村7月10日前报送验收资料。（责任单位：各村；完成时限：6月30日前）",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    // The common limit of a section, and the line it stands in.
    let mut common: Option<(Date, usize)> = None;
    for (i, line) in context.lines.iter().enumerate() {
        if common.is_some_and(|(_, at)| left(context, at, line)) {
            common = None;
        }
        if let Some(limit) = common_limit(line) {
            common = Some((limit, i));
            continue;
        }
        let mut labelled: Option<Date> = None;
        for (date, range) in deadlines(line) {
            if lists().due_labels.end(&line.text[..range.start]) {
                match labelled {
                    Some(first) if first != date => {
                        let words = quote(&line.text[range.clone()]);
                        out.add(line.span(range), format!("{words}与前面写的完成时限{}不一致。", day(first)));
                    }
                    _ => labelled = Some(date),
                }
            }
        }
        let limit = labelled.map(|d| (d, "完成时限")).or(common.map(|(d, _)| (d, "这一节统一规定的时限")));
        let Some((limit, name)) = limit else { continue };
        for (date, range) in deadlines(line) {
            let clause = &line.text[clause_at(line.text, range.start)];
            let finishes = any(clause, &["完成", "到位", "建成", "办结", "整改", "竣工"])
                && !any(clause, &["完成时", "资料", "总结", "验收", "首轮", "复查", "评估"]);
            if date > limit && finishes && !lists().due_labels.end(&line.text[..range.start]) {
                let words = quote(&line.text[range.clone()]);
                out.add(line.span(range), format!("{words}晚于{name}{}。", day(limit)));
            }
        }
    }
}

fn deadlines(line: &Line<'_>) -> impl Iterator<Item = (Date, std::ops::Range<usize>)> {
    line.times.iter().filter_map(|f| match f.when {
        When::By { end } => Some((end, f.range.clone())),
        _ => None,
    })
}

/// 下列各项一律于…前完成: the day.
fn common_limit(line: &Line<'_>) -> Option<Date> {
    let found = line.node.marker.is_none()
        && any(line.text, &["下列", "以下", "本节"])
        && any(line.text, &["一律", "均", "全部", "须", "务必", "本节"])
        && !any(line.text, &["另行", "没有写明", "除", "未写明", "未注明", "另有"]);
    let mut dates = deadlines(line).map(|d| d.0);
    let first = dates.next().filter(|_| found && !line.cell)?;
    dates.next().is_none().then_some(first)
}

/// Whether a line stands outside the section that a common limit was given in.
fn left(context: &Context<'_>, at: usize, line: &Line<'_>) -> bool {
    let depth = context.lines[at].node.depth;
    line.node.depth < depth || line.node.depth == 0
}
