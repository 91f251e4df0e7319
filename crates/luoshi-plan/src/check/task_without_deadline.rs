//! A task that is never due.

use std::collections::HashMap;

use luoshi_text::Level;
use luoshi_when::When;

use super::task_without_unit::{level, told};
use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::Task;

pub(super) const CHECK: Check = Check {
    name: "task-without-deadline",
    level: Level::Warning,
    title: "任务没有时限",
    what: "同一节里别的任务都写明了完成时限或者周期，唯独这一项没有。全文任务都没有时限的，只提示一处。",
    why: "没有时限的任务不会到期，也就不会被催办。",
    fix: "写明完成日期或者周期，长期工作写明“长期坚持”。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站；完成时限：5月30日前）\n⟦2.清理淤泥。（责任单位：各村）⟧\n3.建好护栏。（责任单位：各村；完成时限：6月30日前）",
        "一、主要任务\n1.整修水渠。各村要在5月30日前完成。\n2.清理淤泥。各村每月清理一次。\n⟦3.建好护栏。各村要逐处建好护栏。⟧",
        "一、主要任务\n1.登记造册。（完成时限：5月30日前）\n2.逐户核对。（完成时限：6月30日前）\n⟦3.张榜公布。⟧",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站；完成时限：5月30日前）\n2.清理淤泥。（责任单位：各村；完成时限：长期坚持）\n3.建好护栏。（责任单位：各村；完成时限：6月30日前）",
        "一、主要任务\n下列各项一律于6月30日前完成。\n1.整修水渠。责任单位：水利站\n2.清理淤泥。责任单位：各村",
        "一、活动时间\n2025年4月1日至2025年6月30日\n二、主要任务\n1.整修水渠。各村要整修水渠。\n2.清理淤泥。各村要清理淤泥。\n3.建好护栏。各村要建好护栏。",
        "一、工作要求\n（一）提高认识。各村要高度重视。\n（二）按时报送。各村5月30日前向镇水利站报送总结。\n（三）严肃纪律。各村要遵守纪律。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let tasks = told(context);
    let mut sections: HashMap<&[String], (u32, u32)> = HashMap::new();
    for task in &tasks {
        let count = sections.entry(task.path.as_slice()).or_default();
        count.0 += 1;
        count.1 += u32::from(is_timed(context, task));
    }
    for task in &tasks {
        let words = context.doc.slice(task.span);
        let (all, with) = sections.get(task.path.as_slice()).copied().unwrap_or_default();
        let lasting =
            super::text::any(words, &["长期", "常年", "随时", "及时", "立即", "每次", "全程", "期间"]);
        if !is_timed(context, task) && !lasting && with >= 2 && with * 2 >= all {
            out.add_at(
                level(context, task),
                task.span,
                format!("{}没有写明时限，同一节的其他任务都写明了。", quote(&task.title)),
            );
        }
    }
    if tasks.len() >= 3
        && context.plan.tasks.iter().all(|t| t.times.is_empty())
        && let Some(first) = tasks.first()
    {
        out.add_at(Level::Hint, first.span, format!("全文{}项任务都没有写明时限。", tasks.len()));
    }
}

/// Whether a task is ever due. What stands above a whole list and only opens it (4月起), counts from
/// an event (3个工作日内) or bounds the whole plan makes no single item of it due.
fn is_timed(context: &Context<'_>, task: &Task) -> bool {
    let runs = context.plan.runs.as_ref().map(|t| t.span);
    task.times.iter().any(|t| {
        !t.inherited || !matches!(t.when, When::Within { .. } | When::From { .. }) && Some(t.span) != runs
    })
}
