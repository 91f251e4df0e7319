//! The tables that an office passes on: 任务分解表, 报送任务, 奖惩规则, 指标分配, 检查结果.

use luoshi_plan::model::{
    Compiled, Fact, IssuedBy, Party, Plan, QuotaTable, ReportDuty, Task, UnitRole, Value,
};
use luoshi_report::{Cell, Column, Part, Report, Table, Tone};
use luoshi_text::{Diagnostic, Level, Span};

use crate::measure::measure;
use crate::people::is_person;
use crate::source::{Source, short};
use crate::wording;

/// Characters of a heading that stands for a group of tasks.
const GROUP: usize = 60;

/// A file's tables, one workbook's worth.
pub(crate) fn report(source: &Source, compiled: &Compiled, findings: Option<&[Diagnostic]>) -> Report {
    let mut report = Report::default();
    for plan in &compiled.plans {
        if report.title.is_empty() {
            report.title = wording::title(source, plan).to_owned();
            report.subtitle = Some(subtitle(plan));
        }
        let mut tables = vec![breakdown(source, plan), duties(source, plan), rewards(source, plan)];
        tables.extend(plan.quota_tables.iter().map(|t| quotas(source, plan, t)));
        // The first table stays even when it is empty: a file without a sheet says nothing.
        let first = tables.remove(0);
        report.parts.push(Part::Table(first));
        report.parts.extend(tables.into_iter().filter(|t| !t.rows.is_empty()).map(Part::Table));
    }
    if let Some(findings) = findings {
        report.parts.push(Part::Table(checks(source, compiled, findings)));
    }
    report
}

/// Number and day of issue.
pub(crate) fn subtitle(plan: &Plan) -> String {
    let mut words: Vec<String> = plan.document_number.iter().map(|n| n.value.clone()).collect();
    words.push(wording::issued(plan));
    words.join("　")
}

/// Number and day of issue as a table that is passed on says them.
fn under_title(plan: &Plan) -> Option<String> {
    let mut words: Vec<String> = plan.document_number.iter().map(|n| n.value.clone()).collect();
    if plan.issued_by != IssuedBy::Today {
        words.push(format!("{}印发", wording::day(plan.issued, None)));
    }
    (!words.is_empty()).then(|| words.join("　"))
}

/// 任务分解表.
fn breakdown(source: &Source, plan: &Plan) -> Table {
    let columns = vec![
        Column::new("序号", 3.0).centred(),
        Column::new("重点任务", 8.5),
        Column::new("工作举措/目标", 25.0),
        Column::new("牵头单位", 7.0).centred(),
        Column::new("配合（责任）单位", 8.0).centred(),
        Column::new("牵头领导", 5.0).centred(),
        Column::new("责任人", 5.5).centred(),
        Column::new("完成时限", 7.5).centred(),
        Column::new("备注", 6.5),
    ];
    let title = format!("{}任务分解表", wording::title(source, plan));
    let mut table = Table::new("任务分解表", title, columns);
    table.subtitle = under_title(plan);
    for task in &plan.tasks {
        table.rows.push(breakdown_row(source, plan, task));
    }
    if plan.tasks.is_empty() {
        table.notes.push("未从文稿中读出任务。".to_owned());
    } else {
        table.notes.push("注：“工作举措/目标”一栏的批注为方案原文。".to_owned());
    }
    if plan.issued_by == IssuedBy::Today {
        let day = wording::day(plan.issued, None);
        table.notes.push(format!("文稿没有写明印发日期，未写年份的时限按{day}以后推算，请核对。"));
    }
    table
}

fn breakdown_row(source: &Source, plan: &Plan, task: &Task) -> Vec<Cell> {
    let split = |list: &[Party]| -> (Vec<Party>, Vec<Party>) { list.iter().cloned().partition(is_person) };
    let (posts, responsible) = split(&task.responsible);
    let (lead_posts, lead) = split(&task.lead);
    let (helping_posts, mut with) = split(&task.support);
    with.extend(responsible);
    let people = [lead_posts, posts, helping_posts].concat();
    let own = source.words(task.span).trim();
    let note = format!("{}：{own}", source.place(task.span.start));
    vec![
        Cell::number(f64::from(task.number)),
        Cell::words(group(task)),
        Cell::words(measure(source, plan, task)).note(note),
        Cell::words(wording::names(&lead)),
        Cell::words(wording::names(&with)),
        Cell::words(wording::names(&task.leader)),
        Cell::words(wording::names(&people)),
        // A stretch takes two lines, cut where a reader would.
        Cell::words(wording::times(source, &task.times, None).replace("日至", "日\n至")),
        Cell::words(remarks(plan, task)),
    ]
}

/// What a task belongs to: the nearest heading below the top one, else its own title.
fn group(task: &Task) -> String {
    match task.path.as_slice() {
        [_, .., last] => short(last, GROUP),
        _ => short(&task.title, GROUP),
    }
}

fn remarks(plan: &Plan, task: &Task) -> String {
    let mut lines = Vec::new();
    let mut above = Vec::new();
    if [&task.lead, &task.support, &task.responsible].into_iter().flatten().any(|p| p.inherited) {
        above.push("单位");
    }
    if task.times.iter().any(|t| t.inherited) {
        above.push("时限");
    }
    if !above.is_empty() {
        lines.push(format!("{}沿用上文统一规定", above.join("、")));
    }
    if let Some(stage) = task.stage.and_then(|i| plan.stages.get(i as usize)) {
        let said = task.title.contains(&stage.name) || task.path.iter().any(|p| p.contains(&stage.name));
        if !said {
            lines.push(short(&stage.name, 20));
        }
    }
    if !task.approve.is_empty() {
        lines.push(format!("审核验收：{}", wording::names(&task.approve)));
    }
    if !task.evidence.is_empty() {
        let mut names: Vec<&str> = Vec::new();
        for e in &task.evidence {
            if !names.contains(&e.value.as_str()) {
                names.push(&e.value);
            }
        }
        lines.push(format!("佐证：{}", names.join("、")));
    }
    if task.from_table {
        lines.push("出自附表".to_owned());
    }
    for twin in &plan.twins {
        if twin.text == task.number {
            lines.push(format!("与附表中第{}项为同一事项", twin.table));
        } else if twin.table == task.number {
            lines.push(format!("与正文中第{}项为同一事项", twin.text));
        }
    }
    lines.join("\n")
}

/// Duties to report: those of the tasks with who answers for them, then the rest.
pub(crate) fn duties(source: &Source, plan: &Plan) -> Table {
    let columns = vec![
        Column::new("序号", 3.0).centred(),
        Column::new("报送内容", 22.0),
        Column::new("报送单位", 13.0).centred(),
        Column::new("接收单位", 12.0).centred(),
        Column::new("报送时间", 11.0).centred(),
        Column::new("对应任务", 6.0).centred(),
        Column::new("出处", 7.0).centred(),
    ];
    let title = format!("{}报送任务", wording::title(source, plan));
    let mut table = Table::new("报送任务", title, columns);
    let mut row = |duty: &ReportDuty, task: Option<&Task>| {
        let n = table.rows.len() + 1;
        let by = reporters(source, plan, duty.span);
        let by = if by.is_empty() { task.map(answering).unwrap_or_default() } else { by };
        table.rows.push(vec![
            Cell::number(n as f64),
            Cell::words(duty.what.trim()).note(source.sentence(duty.span)),
            Cell::words(by),
            Cell::words(duty.to.clone().unwrap_or_default()),
            Cell::words(duty.when.clone().unwrap_or_default()),
            Cell::words(task.map(|t| format!("任务{}", t.number)).unwrap_or_default()),
            Cell::words(source.place(duty.span.start)).tone(Tone::Faint),
        ]);
    };
    for fact in &plan.facts {
        let Value::Report { what, to, when } = &fact.value else { continue };
        let task = plan.tasks.iter().find(|t| t.reports.iter().any(|r| r.span == fact.span));
        let duty = task.and_then(|t| t.reports.iter().find(|r| r.span == fact.span)).cloned();
        let own = || ReportDuty { what: what.clone(), to: to.clone(), when: when.clone(), span: fact.span };
        row(&duty.unwrap_or_else(own), task);
    }
    table
}

/// Who answers for a task.
fn answering(task: &Task) -> String {
    wording::names(if task.responsible.is_empty() { &task.lead } else { &task.responsible })
}

/// Who is told to report: the units in the words of the duty, else the last ones before it in the
/// same sentence.
fn reporters(source: &Source, plan: &Plan, duty: Span) -> String {
    let told =
        |f: &&Fact| matches!(f.value, Value::Unit { role: UnitRole::Responsible | UnitRole::Lead, .. });
    let from = plan.facts.partition_point(|f| f.span.start < duty.start);
    let inside = plan.facts[from..].iter().take_while(|f| f.span.start < duty.end).filter(told);
    let mut spans: Vec<Span> = inside.map(|f| f.span).filter(|s| duty.covers(*s)).collect();
    if spans.is_empty() {
        let mut next = duty.start;
        for fact in plan.facts[..from].iter().rev().filter(told).filter(|f| f.span.end <= duty.start) {
            let gap = source.words(Span { start: fact.span.end.min(next), end: next });
            let near =
                if spans.is_empty() { !gap.contains(['。', '\n']) } else { gap == "、" || gap == "和" };
            if !near {
                break;
            }
            spans.insert(0, fact.span);
            next = fact.span.start;
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for span in spans {
        let name = source.words(span);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

/// 奖惩规则.
pub(crate) fn rewards(source: &Source, plan: &Plan) -> Table {
    let columns = vec![
        Column::new("序号", 3.0).centred(),
        Column::new("类别", 7.0).centred(),
        Column::new("适用条件", 26.0),
        Column::new("处理结果", 25.0),
        Column::new("数额", 7.0).centred(),
        Column::new("出处", 7.0).centred(),
    ];
    let title = format!("{}奖惩规则", wording::title(source, plan));
    let mut table = Table::new("奖惩规则", title, columns);
    for fact in &plan.facts {
        let Value::Rule { kind, when, effect, amount, amount_to, per } = &fact.value else { continue };
        let to = amount_to.map(|n| format!("至{n}")).unwrap_or_default();
        let per = per.as_ref().map(|p| format!("/{p}")).unwrap_or_default();
        let amount = amount.map(|n| format!("{n}{to}{per}")).unwrap_or_default();
        table.rows.push(vec![
            Cell::number(table.rows.len() as f64 + 1.0),
            Cell::words(wording::rule_kind(*kind)),
            Cell::words(when.trim()).note(source.sentence(fact.span)),
            Cell::words(effect.trim()),
            Cell::words(amount),
            Cell::words(source.place(fact.span.start)).tone(Tone::Faint),
        ]);
    }
    table
}

/// A quota table with the sum of its shares.
fn quotas(source: &Source, plan: &Plan, quotas: &QuotaTable) -> Table {
    // The head may name a measure of its own (资金（万元）) beside that of the numbers (元).
    let head = match &quotas.unit {
        Some(unit) => format!("{}（{unit}）", without_measure(&quotas.of.value)),
        None => quotas.of.value.clone(),
    };
    let columns = vec![
        Column::new("序号", 3.0).centred(),
        Column::new("单位", 34.0),
        Column::new(head, 20.0).centred(),
        Column::new("出处", 16.0).centred(),
    ];
    let title = match &quotas.title {
        Some(title) => title.value.clone(),
        None => format!("{}{}分配表", wording::title(source, plan), quotas.of.value),
    };
    let mut table = Table::new("指标分配", title, columns);
    for share in &quotas.shares {
        table.rows.push(vec![
            Cell::number(table.rows.len() as f64 + 1.0),
            Cell::words(share.unit.value.trim()),
            Cell::number(share.value.value),
            Cell::words(source.place(share.value.span.start)).tone(Tone::Faint),
        ]);
    }
    if let Some(total) = &quotas.total {
        let sum: f64 = quotas.shares.iter().map(|s| s.value.value).sum();
        let wrong = (sum - total.value).abs() > 1e-6;
        table.rows.push(vec![
            Cell::words(""),
            Cell::words("合计").tone(Tone::Strong),
            Cell::number(total.value).tone(if wrong { Tone::Error } else { Tone::Strong }),
            Cell::words(source.place(total.span.start)).tone(Tone::Faint),
        ]);
        if wrong {
            table.notes.push(format!("各单位相加为 {sum}，与合计 {} 不一致。", total.value));
        }
    }
    table
}

/// 里程（公里）: 里程.
fn without_measure(head: &str) -> &str {
    let bare = head.strip_suffix(['）', ')']).and_then(|inner| Some(&inner[..inner.rfind(['（', '('])?]));
    bare.filter(|bare| !bare.trim().is_empty()).unwrap_or(head)
}

/// 检查结果.
pub(crate) fn checks(source: &Source, compiled: &Compiled, findings: &[Diagnostic]) -> Table {
    let columns = vec![
        Column::new("序号", 3.0).centred(),
        Column::new("级别", 4.5).centred(),
        Column::new("位置", 7.0).centred(),
        Column::new("所在部分", 12.0),
        Column::new("原文", 12.0),
        Column::new("问题", 15.0),
        Column::new("修改建议", 14.0),
        Column::new("检查名称", 8.0),
    ];
    let mut table = Table::new("检查结果", "检查结果", columns);
    for finding in findings {
        let tone = match finding.level {
            Level::Error => Tone::Error,
            Level::Warning => Tone::Warning,
            Level::Hint => Tone::Hint,
        };
        table.rows.push(vec![
            Cell::number(table.rows.len() as f64 + 1.0),
            Cell::words(wording::level(finding.level)).tone(tone),
            Cell::words(source.place(finding.span.start)),
            Cell::words(source.path(compiled, finding.span.start).join(" › ")),
            Cell::words(short(source.words(finding.span), 60)).note(source.sentence(finding.span)),
            Cell::words(finding.message.clone()),
            Cell::words(finding.help.clone().unwrap_or_default()),
            Cell::words(finding.code.clone()).tone(Tone::Faint),
        ]);
    }
    if findings.is_empty() {
        table.notes.push("没有发现问题。".to_owned());
    }
    table
}
