//! One unit twice in the list of a task.

use std::collections::HashMap;

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings, Line};
use crate::model::{UnitRole, Value};

pub(super) const CHECK: Check = Check {
    name: "party-listed-twice",
    level: Level::Warning,
    title: "同一单位重复列出",
    what: "同一项任务的单位名单里一个单位出现两次，或者同一单位既牵头又配合。",
    why: "多为复制留下的错误，被挤掉的可能正是应当负责的单位。",
    fix: "删去重复的单位，核对是否漏列了其他单位。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站、镇财政所、⟦镇水利站⟧；完成时限：5月30日前）",
        "一、主要任务\n1.整修水渠。（牵头单位：镇水利站；配合单位：镇财政所、⟦镇水利站⟧）",
        "一、主要任务\n1.整修水渠。【牵头科室：工程科；配合科室：⟦工程科⟧、财务科】",
        "一、主要任务\n1.整修水渠。由镇水利站牵头，镇财政所、⟦镇水利站⟧配合，5月30日前完成。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。由镇水利站牵头，镇财政所配合。由镇财政所牵头，镇水利站配合，核定经费。",
        "一、主要任务\n1.整修水渠。（牵头单位：镇水利站；责任单位：镇水利站、各村）",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇水利站）",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站、镇水利站东片管理组；配合单位：各村）",
    ],
    run,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lead,
    Support,
    Duty,
}

const LABELS: [(&str, Kind); 12] = [
    ("牵头单位", Kind::Lead),
    ("牵头部门", Kind::Lead),
    ("牵头科室", Kind::Lead),
    ("牵头股室", Kind::Lead),
    ("主办单位", Kind::Lead),
    ("配合单位", Kind::Support),
    ("配合部门", Kind::Support),
    ("配合科室", Kind::Support),
    ("协办单位", Kind::Support),
    ("责任单位", Kind::Duty),
    ("责任部门", Kind::Duty),
    ("责任科室", Kind::Duty),
];

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in context.lines.iter().filter(|l| !l.cell) {
        let text = line.text;
        let mut lists: Vec<(usize, usize, Kind)> = Vec::new();
        for (label, kind) in LABELS {
            for (at, _) in text.match_indices(label) {
                let from = at + label.len();
                let Some(colon) = text[from..].chars().next().filter(|c| matches!(c, '：' | ':')) else {
                    continue;
                };
                let from = from + colon.len_utf8();
                let to = text[from..]
                    .find(['；', ';', '）', ')', '】', '。', '：', ':'])
                    .map_or(text.len(), |i| from + i);
                lists.push((from, to, kind));
            }
        }
        if lists.is_empty() {
            prose(line, out);
            continue;
        }
        lists.sort_unstable_by_key(|l| l.0);
        // Lead and support of one task are compared; another lead begins another task.
        let mut leads: HashMap<&str, ()> = HashMap::new();
        for (from, to, kind) in lists {
            let mut seen: HashMap<&str, ()> = HashMap::new();
            if kind == Kind::Lead {
                leads.clear();
            }
            let mut at = from;
            for piece in text[from..to].split_inclusive(['、', '，', ',']) {
                let name = piece.trim_end_matches(['、', '，', ',']).trim();
                let start = at + piece.len() - piece.trim_start().len();
                at += piece.len();
                if name.chars().count() < 2 {
                    continue;
                }
                let twice = seen.insert(name, ()).is_some();
                let both = kind == Kind::Support && leads.contains_key(name);
                if kind == Kind::Lead {
                    leads.insert(name, ());
                }
                if twice || both {
                    let why = if twice { "在同一名单里列了两次" } else { "既牵头又配合" };
                    out.add(line.span(start..start + name.len()), format!("{}{why}。", quote(name)));
                }
            }
        }
    }
}

/// 由镇林业站牵头，镇林业站配合: in one sentence the same name leads and helps.
fn prose(line: &Line<'_>, out: &mut Findings) {
    let base = line.base;
    let mut leads: HashMap<&str, usize> = HashMap::new();
    for fact in line.facts {
        let Value::Unit { role, .. } = fact.value else { continue };
        let range = fact.span.start as usize - base..fact.span.end as usize - base;
        let Some(name) = line.text.get(range.clone()) else { continue };
        match role {
            UnitRole::Lead => drop(leads.insert(name, range.end)),
            UnitRole::Support => {
                let from = leads.get(name).filter(|end| **end <= range.start);
                if from.is_some_and(|end| !line.text[*end..range.start].contains('。')) {
                    out.add(line.span(range), format!("{}既牵头又配合。", quote(name)));
                }
            }
            _ => {}
        }
    }
}
