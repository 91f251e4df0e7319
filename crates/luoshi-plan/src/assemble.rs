//! Facts put together into tasks, stages and the plan.

use std::ops::Range;

use jiff::civil::Date;
use luoshi_text::Span;

use crate::compile::{Reading, sourced};
use crate::model::{Fact, IssuedBy, Plan, Role, Sourced, Stage, Timing, Value};
use crate::roles::{Place, is_title_like};
use crate::table;

/// The plan from all that was read.
pub(crate) fn plan(reading: Reading<'_>, blocks: Range<u32>, issued: Date, issued_by: IssuedBy) -> Plan {
    let span = match (reading.nodes.first(), reading.nodes.last()) {
        (Some(a), Some(b)) => Span { start: a.span.start, end: b.span.end },
        _ => Span::default(),
    };
    let stages = stages(&reading);
    let runs = runs(&reading);
    let tables = table::known(&reading);
    let tasks = crate::task::tasks(&reading, &stages, runs.as_ref(), &tables);
    let (title, document_number, issuer) = front(&reading);
    let quota_tables = table::quotas(&reading, &tables);
    let annexes = crate::annex::annexes(&reading);
    let cited_annexes = crate::annex::cited(&reading);
    let Reading { nodes, roles, facts, lines, .. } = reading;
    // What the plan no longer needs makes room for the twins.
    drop((lines, tables));
    let twins = crate::twin::twins(&tasks);
    Plan {
        title,
        document_number,
        issuer,
        issued,
        issued_by,
        span,
        first_block: blocks.start,
        end_block: blocks.end,
        outline: nodes,
        roles,
        facts: facts.into_all(),
        runs,
        stages,
        tasks,
        quota_tables,
        twins,
        annexes,
        cited_annexes,
    }
}

/// The phases; a step inside a phase is no phase of its own.
fn stages(reading: &Reading<'_>) -> Vec<Stage> {
    let mut out = Vec::new();
    let mut inside = vec![false; reading.nodes.len()];
    for (i, facts) in reading.facts.iter().enumerate() {
        let parent = reading.nodes[i].parent.map(|p| p as usize);
        let above = parent.is_some_and(|p| inside[p]);
        inside[i] = above;
        for fact in facts {
            if let Value::Stage { name, start, end } = &fact.value {
                if above && !name.contains("阶段") {
                    continue;
                }
                inside[i] = true;
                out.push(Stage { name: name.clone(), start: *start, end: *end, span: fact.span });
            }
        }
    }
    out
}

type Words = Option<Sourced<String>>;

/// Title, number and issuer from the lines before the body and after it.
fn front(reading: &Reading<'_>) -> (Words, Words, Words) {
    let doc = reading.doc;
    let mut title: Option<Span> = None;
    let mut number = None;
    let mut issuer = None;
    for (i, node) in reading.nodes.iter().enumerate() {
        let text = doc.slice(node.span);
        match reading.places[i] {
            Place::Front => {
                if number.is_none()
                    && text.ends_with('号')
                    && text.contains(['〔', '['])
                    && text.chars().count() < 30
                {
                    number = Some(sourced(doc, node.span));
                } else if is_title_like(text) {
                    // The last title line before the opening names the plan itself.
                    title = Some(match title {
                        Some(t)
                            if t.end + 1 == node.span.start
                                && !doc.slice(t).ends_with("方案")
                                && !doc.slice(t).ends_with("通知") =>
                        {
                            Span { start: t.start, end: node.span.end }
                        }
                        _ => node.span,
                    });
                } else if title.is_none()
                    && i + 1 < reading.nodes.len()
                    && text.chars().count() <= 40
                    && !text.contains(['。', '，', ',', '：', ':'])
                    && is_title_like(doc.slice(reading.nodes[i + 1].span))
                    && i == 0
                {
                    title = Some(node.span);
                }
            }
            Place::Back => {
                if issuer.is_none()
                    && !crate::roles::is_date_line(doc, node.span)
                    && text.chars().count() <= 30
                {
                    issuer = Some(sourced(doc, node.span));
                }
            }
            Place::Body => {}
        }
    }
    (title.map(|t| sourced(doc, t)), number, issuer)
}

/// The time of the whole campaign: a span in the opening or in a scope line.
fn runs(reading: &Reading<'_>) -> Option<Timing> {
    let span_of = |f: &Fact| match &f.value {
        Value::Date { when: when @ (luoshi_when::When::Span { .. } | luoshi_when::When::From { .. }) } => {
            Some(Timing { when: when.clone(), span: f.span, inherited: false })
        }
        _ => None,
    };
    let pick = |role: Role| {
        reading
            .roles
            .iter()
            .zip(reading.facts.iter())
            .filter(|(r, _)| **r == role)
            .flat_map(|(_, f)| f)
            .find_map(span_of)
    };
    pick(Role::Scope).or_else(|| pick(Role::Preamble))
}
