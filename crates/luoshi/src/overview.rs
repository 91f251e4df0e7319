//! What a person sees at a terminal: every task with who, what, by when, and what is not said.

use luoshi_plan::model::{GroupRole, Party, Plan, Quantity, Role, Task, Value};
use luoshi_report::{Cell, Column, Part, Report, Table, Tone};
use luoshi_text::{BlockKind, Diagnostic, Level};

use crate::input::STDIN;
use crate::source::{Source, harmless, role_of, short};
use crate::{tables, wording};

/// Characters of a task's title.
const TITLE: usize = 60;
/// Numbers shown on one task.
const NUMBERS: usize = 6;

/// The report on one plan.
pub(crate) fn report(source: &Source, plan: &Plan) -> Report {
    let mut report = Report::new(wording::title(source, plan));
    report.subtitle = Some(tables::subtitle(plan));
    let targets = targets(source, plan);
    report.parts.push(Part::Paragraph(counts(source, plan, targets.rows.len())));
    if !plan.tasks.is_empty() {
        report.parts.push(Part::Table(tasks(source, plan)));
    }
    if !targets.rows.is_empty() {
        report.parts.push(Part::Table(targets));
    }
    if !plan.stages.is_empty() {
        report.parts.push(Part::Table(stages(source, plan)));
    }
    let mut duties = tables::duties(source, plan);
    let mut rewards = tables::rewards(source, plan);
    duties.title = "报送".to_owned();
    rewards.title = "奖惩".to_owned();
    let group = group(source, plan);
    report.parts.extend([group, duties, rewards].into_iter().filter(|t| !t.rows.is_empty()).map(Part::Table));
    report
}

/// One line of numbers; those of the targets are the ones that the tables show.
fn counts(source: &Source, plan: &Plan, targets: usize) -> String {
    let numbers = plan.tasks.iter().map(|t| number_lines(source, &t.quantities).len()).sum::<usize>();
    let of = |test: fn(&Value) -> bool| plan.facts.iter().filter(|f| test(&f.value)).count();
    let parts = [
        ("任务", plan.tasks.len(), "项"),
        ("阶段", plan.stages.len(), "个"),
        ("指标", numbers + targets, "个"),
        ("报送", of(|v| matches!(v, Value::Report { .. })), "项"),
        ("奖惩", of(|v| matches!(v, Value::Rule { .. })), "条"),
        ("引用文件", of(|v| matches!(v, Value::Reference { .. })), "份"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(_, n, _)| *n > 0).map(|(name, n, unit)| format!("{name} {n} {unit}")).collect();
    if said.is_empty() {
        "没有读出任务、时限和责任单位。".to_owned()
    } else {
        said.join("，") + "。"
    }
}

/// Counts of findings, and where to see them.
pub(crate) fn findings(source: &Source, findings: &[Diagnostic]) -> String {
    let of = |level| findings.iter().filter(|d| d.level == level).count();
    let (errors, warnings, hints) = (of(Level::Error), of(Level::Warning), of(Level::Hint));
    if errors + warnings + hints == 0 {
        return "检查：没有发现问题。".to_owned();
    }
    let parts = [("错误", errors), ("警告", warnings), ("提示", hints)];
    let said: Vec<String> =
        parts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name} {n} 个")).collect();
    let more = match source.name.as_str() {
        STDIN => String::from("再从标准输入给一遍，运行 luoshi check -"),
        name => format!("请运行 luoshi check \"{}\"", harmless(name)),
    };
    format!("检查：{}。详情{more}", said.join("，"))
}

fn tasks(source: &Source, plan: &Plan) -> Table {
    let columns = vec![
        Column::new("序号", 2.0).centred(),
        Column::new("任务", 18.0),
        Column::new("牵头", 8.0),
        Column::new("责任、配合", 10.0),
        Column::new("完成时限", 9.0),
        Column::new("指标", 10.0),
        Column::new("出处", 5.0),
    ];
    let mut table = Table::new("任务", "任务", columns);
    let (mut above, mut silent) = (false, false);
    for task in &plan.tasks {
        let unowned = task.lead.is_empty() && task.responsible.is_empty() && task.leader.is_empty();
        silent |= unowned || task.times.is_empty();
        above |= is_inherited(task);
        let lead = if unowned {
            unsaid(task)
        } else {
            let people: Vec<Party> = task.lead.iter().chain(&task.leader).cloned().collect();
            party_cell(&people)
        };
        let with: Vec<Party> = task.responsible.iter().chain(&task.support).cloned().collect();
        let times = if task.times.is_empty() {
            unsaid(task)
        } else {
            let words = wording::times(source, &task.times, Some(plan.issued.year()));
            let taken = task.times.iter().all(|t| t.inherited);
            Cell::words(words).tone(if taken { Tone::Faint } else { Tone::Plain })
        };
        table.rows.push(vec![
            Cell::number(f64::from(task.number)),
            Cell::words(short(&task.title, TITLE)).tone(Tone::Strong),
            lead,
            party_cell(&with),
            times,
            Cell::words(numbers(source, &task.quantities)),
            Cell::words(source.place(task.span.start)).tone(Tone::Faint),
        ]);
    }
    if silent {
        table.notes.push("“未写明”：方案没有写出这一项的单位或时限。".to_owned());
    }
    if above {
        table
            .notes
            .push("部分单位、时限沿用上级标题或统一规定，详见 --format json 的 inherited。".to_owned());
    }
    table
}

fn is_inherited(task: &Task) -> bool {
    task.times.iter().any(|t| t.inherited)
        || [&task.lead, &task.support, &task.responsible].into_iter().flatten().any(|p| p.inherited)
}

/// What the plan does not say matters for work, less for a general requirement.
fn unsaid(task: &Task) -> Cell {
    let tone = if task.role == Role::Task { Tone::Warning } else { Tone::Faint };
    Cell::words("未写明").tone(tone)
}

fn party_cell(parties: &[Party]) -> Cell {
    let taken = !parties.is_empty() && parties.iter().all(|p| p.inherited);
    Cell::words(wording::names(parties)).tone(if taken { Tone::Faint } else { Tone::Plain })
}

fn number_lines(source: &Source, quantities: &[Quantity]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for q in quantities {
        let words = source.words(q.span);
        let of = q.of.trim();
        let line = if of.is_empty() || words.contains(of) {
            words.to_owned()
        } else {
            format!("{} {words}", short(of, 10))
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn numbers(source: &Source, quantities: &[Quantity]) -> String {
    let mut lines = number_lines(source, quantities);
    if lines.len() > NUMBERS {
        let more = lines.len() - NUMBERS;
        lines.truncate(NUMBERS);
        lines.push(format!("另有 {more} 个"));
    }
    lines.join("\n")
}

/// Numbers that the goals set and that belong to no task.
fn targets(source: &Source, plan: &Plan) -> Table {
    let columns = vec![Column::new("指标", 18.0), Column::new("数值", 12.0), Column::new("出处", 5.0)];
    let mut table = Table::new("目标指标", "目标指标", columns);
    for fact in &plan.facts {
        let Value::Quantity { of, .. } = &fact.value else { continue };
        let Some(at) = source.doc.block_at(fact.span.start as usize) else { continue };
        // Cells of quota tables say little without their row.
        let running = !matches!(source.doc.blocks()[at].kind, BlockKind::Cell { .. });
        let owned = plan.tasks.iter().flat_map(|t| &t.quantities).any(|q| q.span == fact.span);
        if role_of(plan, at as u32) != Role::Goal || !running || owned {
            continue;
        }
        table.rows.push(vec![
            Cell::words(short(of, TITLE)),
            Cell::words(source.words(fact.span)),
            Cell::words(source.place(fact.span.start)).tone(Tone::Faint),
        ]);
    }
    table
}

/// Who leads the work: heads, deputies, members, office.
fn group(source: &Source, plan: &Plan) -> Table {
    let columns = vec![Column::new("职务", 5.0), Column::new("人员或单位", 30.0), Column::new("出处", 5.0)];
    let mut table = Table::new("领导小组", "领导小组", columns);
    let mut rows: Vec<(GroupRole, Vec<&str>, u32)> = Vec::new();
    for fact in &plan.facts {
        let Value::Group { role, name } = &fact.value else { continue };
        match rows.last_mut() {
            Some((last, names, _)) if last == role => {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            _ => rows.push((*role, vec![name], fact.span.start)),
        }
    }
    for (role, names, at) in rows {
        table.rows.push(vec![
            Cell::words(wording::group_role(role)),
            Cell::words(names.join("、")),
            Cell::words(source.place(at)).tone(Tone::Faint),
        ]);
    }
    table
}

fn stages(source: &Source, plan: &Plan) -> Table {
    let columns = vec![Column::new("阶段", 20.0), Column::new("时间", 14.0), Column::new("出处", 5.0)];
    let mut table = Table::new("阶段", "阶段", columns);
    for stage in &plan.stages {
        let period = wording::period(stage.start, stage.end, Some(plan.issued.year()));
        let period = if period.is_empty() {
            Cell::words("未写明").tone(Tone::Warning)
        } else {
            Cell::words(period)
        };
        table.rows.push(vec![
            Cell::words(short(&stage.name, TITLE)),
            period,
            Cell::words(source.place(stage.span.start)).tone(Tone::Faint),
        ]);
    }
    table
}
