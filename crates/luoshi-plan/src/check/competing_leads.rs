//! One task with two units that lead.

use luoshi_text::Level;

use super::text::{any, quote, sentence_at};
use super::{Check, Context, Findings};
use crate::model::{UnitRole, Value};

pub(super) const CHECK: Check = Check {
    name: "competing-leads",
    level: Level::Warning,
    title: "多个单位同时牵头",
    what: "同一项任务并列写了两个以上牵头单位，又没有说明以谁为主。",
    why: "都牵头等于没人牵头，推诿时找不到第一责任单位。",
    fix: "只留一个牵头单位，其余列为配合单位；或者写明“排在第一位的为牵头单位”。",
    faults: &[
        "一、主要任务\n1.整修水渠。（牵头单位：⟦镇水利站、镇财政所⟧；配合单位：各村；完成时限：5月30日前）",
        "一、主要任务\n1.整修水渠。由⟦镇水利站、镇农业站⟧牵头，各村配合。",
        "一、主要任务\n1.整修水渠。【牵头科室：⟦工程科、财务科⟧；责任单位：各站所】",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（牵头单位：镇水利站；配合单位：镇财政所、各村）",
        "一、主要任务\n责任单位中排在第一位的为牵头单位，下同。\n1.整修水渠。（牵头单位：镇水利站、镇财政所）",
        "一、主要任务\n1.治理交通。陆上由镇道安办牵头，派出所配合。水上由镇海管办牵头，派出所配合。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    if context
        .lines
        .iter()
        .any(|l| any(l.text, &["排在第一位", "排在首位", "排名第一的为牵头", "列第一位的"]))
    {
        return;
    }
    for line in context.lines.iter().filter(|l| !l.cell) {
        let leads: Vec<_> = line
            .facts
            .iter()
            .filter(|f| matches!(f.value, Value::Unit { role: UnitRole::Lead, .. }))
            .map(|f| line.local(f.span))
            .collect();
        let mut i = 0;
        while i < leads.len() {
            let mut last = i;
            while let Some(next) = leads.get(last + 1) {
                let between = line.text.get(leads[last].end..next.start).unwrap_or("。");
                if !matches!(between.trim(), "、" | "和" | "与" | "及" | "，" | ",") {
                    break;
                }
                last += 1;
            }
            if last > i {
                let range = leads[i].start..leads[last].end;
                let sentence = &line.text[sentence_at(line.text, range.start)];
                if !any(sentence, &["分别牵头", "按职责", "按照职责", "共同牵头", "联合牵头"])
                {
                    let words = quote(&line.text[range.clone()]);
                    out.add(line.span(range), format!("{words}同时牵头，没有说明以谁为主。"));
                }
            }
            i = last + 1;
        }
    }
}
