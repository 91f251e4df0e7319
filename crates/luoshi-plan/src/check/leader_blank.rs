//! A label for a person with nobody after it.

use luoshi_text::Level;

use super::text::{blank_labels, quote};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "leader-blank",
    level: Level::Error,
    title: "责任人空缺",
    what: "“责任领导”“责任人”“组长”等后面没有填写姓名或者职务。",
    why: "任务没有具体的人负责，督办和考核都找不到对象。",
    fix: "填写姓名或者职务，确无专人的删去这一项。",
    faults: &[
        "一、主要任务\n1.整修水渠。完成时限：5月底前。（⟦责任领导：⟧）",
        "一、主要任务\n1.整修水渠。（责任单位：水利站；⟦责任人：⟧；完成时限：5月30日前）",
        "一、组织领导\n成立整治工作领导小组，⟦组长：⟧；副组长：李明。",
        "一、主要任务\n1.整修水渠。【⟦牵头领导:⟧ 】",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。完成时限：5月底前。（责任领导：周文）",
        "一、主要任务\n1.整修水渠。（责任领导：各驻村领导）",
        "一、组织领导\n组　长：周文\n成　员：\n李明　水利站站长\n王芳　财政所所长",
    ],
    run,
};

/// Labels set wide, which a list of words cannot hold.
const SPREAD: [&str; 2] = ["副组　长", "组　长"];

fn run(context: &Context<'_>, out: &mut Findings) {
    for (i, line) in context.lines.iter().enumerate() {
        // A label that ends a paragraph may be filled by the paragraphs below it.
        let end_counts = context.lines.get(i + 1).is_none_or(|next| next.node.marker.is_some());
        for range in blank_labels(line.text, lists().blank_leader_labels.iter().chain(SPREAD), end_counts) {
            let label = line.text[range.clone()].trim_end_matches(['：', ':']);
            out.add(line.span(range.clone()), format!("{}后面是空的，没有人负责。", quote(label)));
        }
    }
}
