//! A task that nobody is given.

use std::collections::HashMap;

use luoshi_text::{Level, Span};

use super::text::{any, blank_labels, quote};
use super::{Check, Context, Findings};
use crate::lexicon::{class, lexicon, lists};
use crate::model::{Party, Role, Task};

pub(super) const CHECK: Check = Check {
    name: "task-without-unit",
    level: Level::Warning,
    title: "任务没有责任单位",
    what: "同一节里别的任务都写明了牵头、责任单位或者责任人，唯独这一项没有。全文任务都没有单位的，只提示一处。",
    why: "没有单位的任务下达不出去，最后没有人做。",
    fix: "写明牵头单位或者责任单位。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站）\n⟦2.清理淤泥。⟧\n3.建好护栏。（责任单位：各村）\n4.立好界桩。（责任单位：各村）",
        "一、主要任务\n（一）抓好排查。\n1.登记造册。（牵头单位：水利站；完成时限：5月30日前）\n2.逐户核对。（牵头单位：财政所；完成时限：6月30日前）\n⟦3.张榜公布。（完成时限：7月31日前）⟧",
        "一、主要任务\n1.整修水渠。（责任领导：周文）\n2.建好护栏。（责任领导：李明）\n⟦3.清理淤泥，做到日产日清。⟧",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站）\n2.各村要清理淤泥。\n3.建好护栏。（责任单位：各村）\n4.立好界桩。（责任单位：各村）",
        "一、主要任务\n以下各项由镇水利站负责。\n1.整修水渠。\n2.清理淤泥。\n3.建好护栏。",
        "一、主要任务\n1.整修水渠。（责任领导：周文）\n2.建好护栏。（责任领导：李明）\n3.清理淤泥。（责任领导：）",
        "一、宣传内容\n1.森林法。\n2.防火条例。\n3.火灾案例。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let tasks = told(context);
    let mut sections: HashMap<&[String], Section> = HashMap::new();
    for task in &tasks {
        let section = sections.entry(task.path.as_slice()).or_default();
        section.tasks += 1;
        section.given += u32::from(has_unit(task));
        section.labelled += u32::from(lists().given_labels.lie_in(context.doc.slice(task.span)));
    }
    for task in tasks.iter().filter(|t| !is_blank(context, t)) {
        let Some(section) = sections.get(task.path.as_slice()) else { continue };
        // 各责任人 above a list of tasks that name their own person is no unit for one that does not.
        let labelled = section.labelled * 2 >= section.tasks;
        if parties(task).any(|p| !labelled || !p.inherited || p.collective.is_none()) {
            continue;
        }
        let words = context.doc.slice(task.span);
        // Where the section has no labels, a name that was not read as a party is still a name.
        let named = !labelled
            && lexicon().tokens(words).iter().any(|t| t.is(class::EACH | class::LEVEL | class::HEAD));
        if section.given >= 2 && section.given * 2 >= section.tasks && !named {
            out.add_at(
                level(context, task),
                task.span,
                format!("{}没有写明责任单位，同一节的其他任务都写明了。", quote(&task.title)),
            );
        }
    }
    let long = tasks.iter().filter(|t| context.doc.slice(t.span).chars().count() > 12).count();
    if long >= 3
        && !context.plan.tasks.iter().any(has_unit)
        && let Some(first) = tasks.first()
    {
        out.add_at(Level::Hint, first.span, format!("全文{}项任务都没有写明责任单位。", tasks.len()));
    }
}

/// A norm (人数控制在30人以内, 举报奖励) that names no work is only worth a hint.
pub(super) fn level(context: &Context<'_>, task: &Task) -> Level {
    let words = context.doc.slice(task.span);
    let norm = any(words, &["控制在", "不超过", "不得超过", "以内", "举报", "奖励", "标准为"]);
    let works = any(
        words,
        &[
            "开展", "组织", "完成", "整治", "排查", "整改", "建立", "建成", "报送", "清理", "修", "制定",
            "落实", "检查", "登记", "宣传", "培训", "推进",
        ],
    );
    if norm && !works { Level::Hint } else { Level::Warning }
}

/// Whether a label stands there with nothing behind it: another check speaks of that.
fn is_blank(context: &Context<'_>, task: &Task) -> bool {
    let words = context.doc.slice(task.span);
    !blank_labels(words, ["单位", "领导", "责任人", "负责人", "科室", "部门"], true).is_empty()
}

/// What the tasks under one heading have in common.
#[derive(Default)]
struct Section {
    tasks: u32,
    /// Those with a unit or a person.
    given: u32,
    /// Those that give it behind a label.
    labelled: u32,
}

fn has_unit(task: &Task) -> bool {
    parties(task).next().is_some()
}

/// Everybody who has a part in a task.
fn parties(task: &Task) -> impl Iterator<Item = &Party> {
    [&task.lead, &task.responsible, &task.leader, &task.support, &task.approve].into_iter().flatten()
}

/// The tasks that the running text before the annexes tells.
pub(super) fn told<'a>(context: &Context<'a>) -> Vec<&'a Task> {
    let own = |t: &&Task| t.role == Role::Task && !t.from_table && !in_annex(context, t.span);
    context.plan.tasks.iter().filter(own).collect()
}

/// Whether a place lies in an annex.
fn in_annex(context: &Context<'_>, span: Span) -> bool {
    context.annexes().first().is_some_and(|l| l.base <= span.start as usize)
}
