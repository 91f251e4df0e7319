//! A label for units with nothing after it.

use luoshi_text::Level;

use super::text::{blank_labels, quote};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "unit-blank",
    level: Level::Error,
    title: "责任单位空缺",
    what: "“牵头单位”“责任单位”“配合单位”等后面没有填写单位。",
    why: "任务没有单位承接，无法下达、催办和考核。",
    fix: "填写单位名称，确实不需要的删去这一项。",
    faults: &[
        "一、主要任务\n1.整修水渠。（⟦牵头单位：⟧；配合单位：财政所；完成时限：5月30日前）",
        "一、主要任务\n1.整修水渠。（责任领导：周文；⟦责任单位：⟧）",
        "一、主要任务\n1.整修水渠。【⟦牵头科室：⟧，责任单位：各司法所】",
        "一、主要任务\n1.整修水渠。⟦责任单位：⟧\n2.清理淤泥。责任单位：各村",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（牵头单位：水利站；配合单位：财政所）",
        "一、主要任务\n1.整修水渠。\n责任单位：\n水利站、财政所",
        "一、主要任务\n1.整修水渠，由水利站承担。责任单位要按月报送进度；配合单位，要主动协助。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for (i, line) in context.lines.iter().enumerate() {
        let end_counts = context.lines.get(i + 1).is_none_or(|next| next.node.marker.is_some());
        for range in blank_labels(line.text, lists().blank_unit_labels.iter(), end_counts) {
            let label = line.text[range.clone()].trim_end_matches(['：', ':']);
            out.add(line.span(range.clone()), format!("{}后面是空的，任务没有单位承接。", quote(label)));
        }
    }
}
