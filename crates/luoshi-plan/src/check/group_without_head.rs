//! A leading group without a head.

use luoshi_text::Level;

use super::{Check, Context, Findings};
use crate::model::{Fact, GroupRole, Value};

pub(super) const CHECK: Check = Check {
    name: "group-without-head",
    level: Level::Warning,
    title: "领导小组没有组长",
    what: "成立领导小组，列了副组长、成员，没有写组长。",
    why: "没有组长，重大事项没有人拍板，也没有第一责任人。",
    fix: "写明组长的姓名或者职务。",
    faults: &[
        "一、组织领导\n成立整治工作领导小组，副组长：⟦李明⟧；成员：王芳、陈立新。",
        "一、组织机构\n成立创建工作领导小组，人员组成如下：\n副组长：⟦李明⟧（副校长）\n成　员：王芳、陈立新、赵国强",
        "一、组织领导\n成立整治工作领导小组，成员：⟦李明⟧、王芳、陈立新。",
    ],
    near: &[
        "一、组织领导\n成立整治工作领导小组，组长：周文；副组长：李明；成员：王芳、陈立新。",
        "一、组织机构\n成立创建工作领导小组，人员组成如下：\n组　长：周文（校长）\n副组长：李明（副校长）\n成　员：王芳、陈立新、赵国强",
        "一、组织领导\n成立整治工作领导小组，由镇长周文任组长，副镇长李明任副组长，王芳、陈立新为成员。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut group: Vec<&Fact> = Vec::new();
    let mut last = 0;
    let close = |group: &mut Vec<&Fact>, last: usize, out: &mut Findings| {
        judge(context, group, last, out);
        group.clear();
    };
    for (i, line) in context.lines.iter().enumerate() {
        let people: Vec<&Fact> = line.facts.iter().filter(|f| role(f).is_some()).collect();
        if people.is_empty() {
            continue;
        }
        // The head of another group begins it.
        let anew = people.iter().any(|f| role(f) == Some(GroupRole::Head));
        if i > last + 3 || anew && i > last {
            close(&mut group, last, out);
        }
        group.extend(people);
        last = i;
    }
    close(&mut group, last, out);
}

/// The place in a group; the office is no part of the question.
pub(super) fn role(fact: &Fact) -> Option<GroupRole> {
    match &fact.value {
        Value::Group { role, .. } if *role != GroupRole::Office => Some(*role),
        _ => None,
    }
}

fn judge(context: &Context<'_>, group: &[&Fact], last: usize, out: &mut Findings) {
    let headed = group.iter().any(|f| role(f) == Some(GroupRole::Head));
    let Some(first) = group.first().filter(|_| !headed && group.len() >= 2) else { return };
    // The words around may name a head that was not read.
    let from = context.lines.partition_point(|l| l.base <= first.span.start as usize).saturating_sub(2);
    let text: String = context.lines[from..=last].iter().map(|l| l.text).collect::<Vec<_>>().join("\n");
    let text =
        text.replace(['　', ' '], "").replace("副组长", "").replace("副主任", "").replace("副总指挥", "");
    let committee = text.contains("委员会") && text.contains("主任");
    if !committee && !super::text::any(&text, &["组长", "总指挥", "召集人", "主任委员"]) {
        out.add(first.span, "领导小组只有副组长、成员，没有写明组长。");
    }
}
