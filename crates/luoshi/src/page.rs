//! A plan as an annotated text: marks where facts stand, cards of tasks beside, findings below.

use luoshi_plan::model::{Compiled, Fact, Plan, Role, Task, Value};
use luoshi_report::{Annotated, Card, Legend, Line, Mark, Note};
use luoshi_text::{BlockKind, Diagnostic, Origin, Span};
use luoshi_when::When;

use crate::source::{Source, file_name, role_of, short};
use crate::{tables, wording};

const KINDS: [(&str, &str); 8] = [
    ("date", "时间"),
    ("unit", "单位"),
    ("quantity", "指标"),
    ("report", "报送"),
    ("rule", "奖惩"),
    ("stage", "阶段"),
    ("reference", "引用文件"),
    ("group", "领导小组"),
];

/// The pages of a file, one a plan.
pub(crate) fn pages(source: &Source, compiled: &Compiled, findings: Option<&[Diagnostic]>) -> Vec<Annotated> {
    if compiled.plans.is_empty() {
        return vec![Annotated {
            title: file_name(&source.name).to_owned(),
            lead: vec!["文件中没有读出方案。".to_owned()],
            ..Annotated::default()
        }];
    }
    compiled.plans.iter().map(|plan| page(source, plan, findings)).collect()
}

fn page(source: &Source, plan: &Plan, findings: Option<&[Diagnostic]>) -> Annotated {
    let mut lead = vec![format!("文件：{}　任务 {} 项", file_name(&source.name), plan.tasks.len())];
    if let Some(findings) = findings {
        let own: Vec<Diagnostic> = findings.iter().filter(|d| plan.span.touches(d.span)).cloned().collect();
        lead.push(crate::overview::findings(source, &own).split("详情").next().unwrap_or("").to_owned());
    }
    let legend = KINDS
        .iter()
        .map(|(kind, name)| Legend {
            kind,
            name: (*name).to_owned(),
            count: plan.facts.iter().filter(|f| f.value.kind() == *kind).count(),
        })
        .collect();
    let lines = plan.outline.iter().map(|node| {
        let block = &source.doc.blocks()[node.block as usize];
        let role = role_of(plan, node.block);
        // Facts and findings stand in the order of the text.
        let facts = between(&plan.facts, block.span, |f| f.span);
        let here = between(findings.unwrap_or_default(), block.span, |d| d.span);
        Line {
            label: label(source, block.span.start),
            words: source.words(block.span).to_owned(),
            depth: node.depth,
            heading: role == Role::Heading,
            cell: matches!(block.kind, BlockKind::Cell { .. }),
            marks: facts.iter().filter_map(|f| mark(source, f, block.span)).collect(),
            notes: here.iter().map(|d| note(d, block.span)).collect(),
        }
    });
    let lines: Vec<Line> = lines.collect();
    let cards = plan
        .tasks
        .iter()
        .map(|task| {
            let block = source.doc.block_at(task.span.start as usize).unwrap_or(0);
            let line = plan.outline.partition_point(|n| n.block as usize <= block).saturating_sub(1);
            card(source, plan, task, line)
        })
        .collect();
    let tables = [tables::duties(source, plan), tables::rewards(source, plan)];
    Annotated {
        title: wording::title(source, plan).to_owned(),
        subtitle: Some(tables::subtitle(plan)),
        lead,
        legend,
        lines,
        cards,
        tables: tables.into_iter().filter(|t| !t.rows.is_empty()).collect(),
    }
}

/// Those of a sorted list that begin in a block.
fn between<T>(list: &[T], block: Span, span: impl Fn(&T) -> Span) -> &[T] {
    let from = list.partition_point(|x| span(x).start < block.start);
    let to = list.partition_point(|x| span(x).start <= block.end);
    &list[from..to.max(from)]
}

/// A short label of a line for the margin.
fn label(source: &Source, at: u32) -> String {
    match source.doc.origin_at(at as usize) {
        Some(Origin::Line(n) | Origin::Paragraph(n)) => n.to_string(),
        Some(Origin::Page { page, .. }) => format!("{page}页"),
        Some(Origin::Cell { .. } | Origin::Sheet { .. }) => "表".to_owned(),
        None => String::new(),
    }
}

/// The part of a span that lies in a block, in bytes of the block.
fn within(span: Span, block: Span) -> Option<std::ops::Range<usize>> {
    if !block.touches(span) {
        return None;
    }
    let start = span.start.max(block.start) - block.start;
    let end = span.end.min(block.end) - block.start;
    Some(start as usize..end as usize)
}

fn mark(source: &Source, fact: &Fact, block: Span) -> Option<Mark> {
    let range = within(fact.span, block)?;
    Some(Mark { range, kind: fact.value.kind(), hint: hint(&fact.value, source.words(fact.span)) })
}

/// What a fact says, in a few words.
fn hint(value: &Value, words: &str) -> String {
    match value {
        Value::Date { when: When::Every { rrule } } => format!("时间：{}", wording::rule(rrule, words)),
        Value::Date { when } => format!("时间：{}", wording::when(when, "", None)),
        Value::Unit { role, collective: None } => wording::unit_role(*role).to_owned(),
        Value::Unit { role, .. } => format!("{}（统称）", wording::unit_role(*role)),
        Value::Quantity { op, value, unit, of } => {
            let (value, unit) = match unit.as_str() {
                "%" | "％" => (format!("{:.4}", value * 100.0), unit.as_str()),
                _ => (value.to_string(), unit.as_str()),
            };
            let value =
                if value.contains('.') { value.trim_end_matches('0').trim_end_matches('.') } else { &value };
            format!("指标：{of}{}{value}{unit}", wording::op(*op))
        }
        Value::Report { what, to, when } => {
            let mut words = format!("报送：{what}");
            if let Some(to) = to {
                words.push_str(&format!("，报{to}"));
            }
            if let Some(when) = when {
                words.push_str(&format!("，{when}"));
            }
            words
        }
        Value::Rule { kind, effect, .. } => format!("{}：{effect}", wording::rule_kind(*kind)),
        Value::Stage { name, start, end } => {
            let period = wording::period(*start, *end, None);
            if period.is_empty() { format!("阶段：{name}") } else { format!("阶段：{name}，{period}") }
        }
        Value::Reference { title, number } => {
            format!("引用文件：《{title}》{}", number.as_deref().unwrap_or(""))
        }
        Value::Group { role, .. } => format!("领导小组{}", wording::group_role(*role)),
    }
}

fn note(finding: &Diagnostic, block: Span) -> Note {
    Note {
        level: finding.level,
        range: within(finding.span, block).unwrap_or(0..0),
        code: finding.code.clone(),
        message: finding.message.clone(),
        help: finding.help.clone(),
    }
}

fn card(source: &Source, plan: &Plan, task: &Task, line: usize) -> Card {
    let mut fields = Vec::new();
    let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
    let unowned = task.lead.is_empty() && task.responsible.is_empty() && task.leader.is_empty();
    let important = task.role == Role::Task;
    if !task.lead.is_empty() || (unowned && important) {
        put("牵头", wording::names(&task.lead));
    }
    for (name, list) in [
        ("领导", &task.leader),
        ("责任", &task.responsible),
        ("配合", &task.support),
        ("审核", &task.approve),
    ] {
        if !list.is_empty() {
            put(name, wording::names(list));
        }
    }
    if !task.times.is_empty() || important {
        put("时限", wording::times(source, &task.times, Some(plan.issued.year())).replace('\n', "；"));
    }
    if !task.quantities.is_empty() {
        // Both ends of a range stand in the same words.
        let mut words: Vec<&str> = task.quantities.iter().map(|q| source.words(q.span)).collect();
        words.dedup();
        put("指标", words.join("；"));
    }
    if !task.evidence.is_empty() {
        let words: Vec<&str> = task.evidence.iter().map(|e| e.value.as_str()).collect();
        put("佐证", words.join("、"));
    }
    Card { title: format!("{}. {}", task.number, short(&task.title, 40)), fields, line }
}
