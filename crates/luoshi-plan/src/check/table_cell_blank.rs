//! A cell of a table of tasks that is left empty, where the other rows are filled.

use std::collections::HashMap;

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::Task;

pub(super) const CHECK: Check = Check {
    name: "table-cell-blank",
    level: Level::Warning,
    title: "任务表里有空格",
    what: "任务分解表、责任清单中，个别行的责任单位、责任领导或者完成时限空着，其他行都填了。",
    why: "空着的一格没有人认领，也不会到期；是漏填还是不需要，看表的人分不清。",
    fix: "补填；确实不需要的画“/”或者写“无”。",
    faults: &[
        "附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t5月30日前\n2\t⟦清理淤泥⟧\t\t6月30日前\n3\t更换路灯\t镇城建办\t7月30日前",
        "附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t5月30日前\n2\t清理淤泥\t镇农业站\t6月30日前\n3\t⟦更换路灯⟧\t镇城建办\t",
        "附件\n任务分解表\n序号\t任务\t责任领导\t责任单位\n1\t整修水渠\t周明远\t镇水利站\n2\t⟦清理淤泥⟧\t\t镇农业站\n3\t更换路灯\t李海清\t镇城建办",
    ],
    near: &[
        "附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t5月30日前\n2\t清理淤泥\t/\t6月30日前\n3\t更换路灯\t镇城建办\t长期坚持",
        "附件\n任务分解表\n序号\t任务\t责任单位\t完成时限\n1\t整修水渠\t镇水利站\t\n2\t清理淤泥\t镇农业站\t\n3\t更换路灯\t镇城建办\t7月30日前",
        "附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办",
    ],
    run,
};

/// So many rows at least show what a column is for.
const ROWS: usize = 3;

/// A column of the tables of tasks: what it is called, and whether a task has it.
type Column = (&'static str, fn(&Task) -> bool);

const COLUMNS: [Column; 3] = [
    ("责任单位", |task| {
        [&task.lead, &task.responsible, &task.support].into_iter().any(|list| !list.is_empty())
    }),
    ("责任领导", |task| !task.leader.is_empty()),
    ("完成时限", |task| !task.times.is_empty()),
];

/// What stands in a cell that is left empty on purpose, or for a time without an end.
const MEANT: [&str; 9] = ["/", "／", "-", "—", "——", "无", "略", "长期", "常年"];

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut tables: HashMap<&[String], Vec<&Task>> = HashMap::new();
    for task in context.plan.tasks.iter().filter(|task| task.from_table) {
        tables.entry(&task.path).or_default().push(task);
    }
    for (column, has) in COLUMNS {
        for rows in tables.values().filter(|rows| rows.len() >= ROWS) {
            let filled = rows.iter().filter(|task| has(task)).count();
            if filled * 3 < rows.len() * 2 {
                continue;
            }
            for task in rows.iter().filter(|task| !has(task) && !is_meant(context, task)) {
                let message = format!("{}的{column}空着，表里其他行都填了。", quote(&task.title));
                out.add(context.title_of(task), message);
            }
        }
    }
}

fn is_meant(context: &Context<'_>, task: &Task) -> bool {
    let words = context.doc.slice(task.span).split_whitespace();
    let mut words = words.flat_map(|word| word.split(['\t', '|']));
    words.any(|word| MEANT.contains(&word) || word.starts_with("长期"))
}
