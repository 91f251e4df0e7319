//! A duty to report without a receiver.

use luoshi_text::Level;

use super::text::{any, clause_at, quote, sentence_at};
use super::{Check, Context, Findings, Line};
use crate::lexicon::lists;
use crate::model::{Role, UnitRole, Value};

pub(super) const CHECK: Check = Check {
    name: "report-without-receiver",
    level: Level::Warning,
    title: "报送没有写明报给谁",
    what: "要求报送材料，没有写明报送给哪个单位。",
    why: "材料不知道往哪里送，各单位乱报、漏报，收件单位也无从催收。",
    fix: "写明收件单位，如“报镇安全办”。",
    faults: &[
        "一、工作要求\n（一）按时报送。各村要在每月25日前⟦报送工作进展⟧。",
        "一、工作要求\n（一）信息报送。各村每周五⟦上报排查情况⟧，做到不迟报、不漏报。",
        "一、主要任务\n1.整修水渠。各村6月30日前⟦提交整修总结⟧。",
    ],
    near: &[
        "一、工作要求\n（一）按时报送。各村要在每月25日前向镇安全办报送工作进展。",
        "一、工作要求\n（一）信息报送。各村每周五上报排查情况，6月30日前上报总结，材料一并报送镇安全办。",
        "一、奖惩办法\n（一）扣分。迟报、漏报材料的，每次扣1分；报送制度由镇安全办制定。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in context.lines.iter().filter(|l| plain(l)) {
        let duties = duties(line);
        let told =
            duties.is_empty() || names_receiver(line) || any(line.text, &["报送地点", "联系人", "收件"]);
        for duty in duties.into_iter().filter(|_| !told) {
            let sentence = &line.text[sentence_at(line.text, duty.start)];
            if !any(sentence, &["向", "送至", "发至", "报至", "报送至", "邮箱", "给"]) {
                let words = quote(&line.text[duty.clone()]);
                out.add(line.span(duty), format!("{words}没有写明报给哪个单位。"));
            }
        }
    }
}

/// Lines in which a duty to report can stand; elsewhere where it was read as one.
pub(super) fn plain(line: &Line<'_>) -> bool {
    let reads = || line.facts.iter().any(|fact| matches!(fact.value, Value::Report { .. }));
    !line.cell && (matches!(line.role, Role::Task | Role::Requirement | Role::Stage) || reads())
}

/// Whether the line names somebody who receives something.
fn names_receiver(line: &Line<'_>) -> bool {
    line.facts.iter().any(|f| match &f.value {
        Value::Unit { role, .. } => *role == UnitRole::ReportTo,
        Value::Report { to, .. } => to.is_some(),
        _ => false,
    })
}

/// Verb and paper of each duty to report: 报送工作进展.
pub(super) fn duties(line: &Line<'_>) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for verb in lists().sending_verbs.iter() {
        for (at, _) in line.text.match_indices(verb) {
            let clause = clause_at(line.text, at);
            let after = &line.text[at + verb.len()..clause.end];
            let before = &line.text[clause.start..at];
            // 报送总结的, 逾期报送: conditions; 可, 经…后方可: permissions; 报送制度: names.
            let condition = after.ends_with('的')
                || after.starts_with(['的', '至', '给'])
                || any(
                    before,
                    &[
                        "逾期",
                        "未",
                        "方可",
                        "不",
                        "迟",
                        "拒",
                        "后",
                        "按规定",
                        "已",
                        "所",
                        "进行",
                        "做好",
                        "加强",
                        "完善",
                    ],
                )
                || any(after, &["制度", "机制", "要求", "工作网络"]);
            let paper = lists()
                .sent_papers
                .iter()
                .filter_map(|w| after.find(w).map(|i| i + w.len()))
                .filter(|end| after[..*end].chars().count() <= 14)
                .min();
            let Some(end) = paper.filter(|_| !condition) else { continue };
            let own = line.marker() > 0
                && line.title().len() >= at.saturating_sub(line.marker())
                && at < line.marker() + line.title().len();
            // "按时报送情况。" as a heading.
            if own
                && line.text[line.local(line.node.title).end..].starts_with('。')
                && line.times.iter().all(|t| t.range.start > at)
            {
                continue;
            }
            let range = at..at + verb.len() + end;
            out.push(range);
        }
    }
    out.sort_by_key(|r| r.start);
    let mut end = 0;
    out.retain(|r| {
        let apart = r.start >= end;
        end = end.max(r.end);
        apart
    });
    out
}
