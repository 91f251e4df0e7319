//! A task that stands only in the text or only in the table, where nearly all others stand in both.

use std::collections::{HashMap, HashSet};

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::Task;

pub(super) const CHECK: Check = Check {
    name: "task-one-side",
    level: Level::Hint,
    title: "任务只写在正文或者附表一边",
    what: "正文与附表的任务大都一一对应，个别任务只在其中一边。",
    why: "附表漏列的任务没有人领，正文没有写的任务没有依据。",
    fix: "两边补齐；有意只写一边的，可以不改。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n4.⟦核查低保⟧。（责任单位：镇民政所）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办\n4\t⟦核查低保⟧\t镇民政所",
        "一、主要任务\n（一）整修水渠。镇水利站要在5月30日前完成。\n（二）清理淤泥。镇农业站要在5月30日前完成。\n（三）⟦核查低保⟧。镇民政所要在5月30日前完成。\n（四）更换路灯。镇城建办要在5月30日前完成。\n附件\n任务分解表\n任务\t责任单位\t完成时限\n整修水渠\t镇水利站\t5月30日前\n清理淤泥\t镇农业站\t5月30日前\n更换路灯\t镇城建办\t5月30日前\n⟦修补校舍⟧\t镇中心学校\t5月30日前",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n4.核查低保。（责任单位：镇民政所）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办\n4\t困难群众保障\t镇民政所",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n4.核查低保。（责任单位：镇民政所）\n附件\n工程任务表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n二、工作要求\n1.加强领导。各村要明确专人。\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办",
        "一、主要任务\n1.整修水渠。（责任单位：镇水利站）\n2.清理淤泥。（责任单位：镇农业站）\n3.更换路灯。（责任单位：镇城建办）\n4.核查低保。（责任单位：镇民政所）\n附件\n任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t镇水利站\n2\t清理淤泥\t镇农业站\n3\t更换路灯\t镇城建办\n4\t低保核查\t镇民政所",
    ],
    run,
};

/// So many pairs at least, and three in four of a list, show that its two sides are meant to be the same.
const PAIRS: usize = 3;

fn run(context: &Context<'_>, out: &mut Findings) {
    let twins = &context.plan.twins;
    if twins.len() < PAIRS {
        return;
    }
    let paired: HashSet<u32> = twins.iter().flat_map(|t| [t.text, t.table]).collect();
    let lonely: Vec<&Task> = lists(&context.plan.tasks)
        .into_values()
        .filter(|list| {
            let pairs = list.iter().filter(|t| paired.contains(&t.number)).count();
            pairs >= PAIRS && pairs * 4 >= list.len() * 3
        })
        .flatten()
        .filter(|t| !paired.contains(&t.number))
        .collect();
    let text = Words::of(lonely.iter().filter(|t| !t.from_table));
    let table = Words::of(lonely.iter().filter(|t| t.from_table));
    for task in &lonely {
        // What the other side has left over may be the same work under another name.
        let (here, there, other) =
            if task.from_table { ("附表", "正文", &text) } else { ("正文", "附表", &table) };
        if other.akin(task) {
            continue;
        }
        let message = format!("{}只在{here}里有，{there}没有这项任务。", quote(&task.title));
        out.add(context.title_of(task), message);
    }
}

/// The tasks of one section or one table, by the headings above them.
fn lists(tasks: &[Task]) -> HashMap<(bool, &[String]), Vec<&Task>> {
    let mut out: HashMap<(bool, &[String]), Vec<&Task>> = HashMap::new();
    for task in tasks {
        out.entry((task.from_table, &task.path)).or_default().push(task);
    }
    out
}

/// The parties of some tasks, and each two characters in a row of their names.
struct Words<'a> {
    parties: HashSet<&'a str>,
    pairs: HashSet<(char, char)>,
}

impl<'a> Words<'a> {
    fn of<'t>(tasks: impl Iterator<Item = &'t &'a Task>) -> Self
    where
        'a: 't,
    {
        let mut out = Self { parties: HashSet::new(), pairs: HashSet::new() };
        for task in tasks {
            out.parties.extend(parties(task));
            out.pairs.extend(pairs(task));
        }
        out
    }

    /// Whether a task shares any of them.
    fn akin(&self, task: &Task) -> bool {
        parties(task).any(|p| self.parties.contains(p)) || pairs(task).any(|p| self.pairs.contains(&p))
    }
}

fn parties(task: &Task) -> impl Iterator<Item = &str> {
    [&task.lead, &task.responsible].into_iter().flatten().map(|p| p.name.as_str())
}

fn pairs(task: &Task) -> impl Iterator<Item = (char, char)> {
    task.title.chars().zip(task.title.chars().skip(1))
}
