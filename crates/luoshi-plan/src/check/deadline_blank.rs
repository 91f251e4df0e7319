//! A label for a time with nothing after it.

use luoshi_text::Level;

use super::text::{blank_labels, quote};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "deadline-blank",
    level: Level::Error,
    title: "时限空缺",
    what: "“完成时限”“整改时限”等后面没有填写时间。",
    why: "没有时限的任务不会到期，也就无从催办。",
    fix: "填写具体日期或者周期，长期工作写明“长期坚持”。",
    faults: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站；⟦完成时限：⟧）",
        "一、主要任务\n1.整修水渠。⟦完成时限：⟧。（责任领导：周文）",
        "一、主要任务\n1.整修水渠。（⟦完成时间:⟧；责任单位：水利站）",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。（责任单位：水利站；完成时限：5月30日前）",
        "一、主要任务\n1.整修水渠。（责任单位：水利站；完成时限：长期坚持）",
        "一、主要任务\n超过整改时限，仍未改正的，由镇纪委约谈。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for (i, line) in context.lines.iter().enumerate() {
        let end_counts = context.lines.get(i + 1).is_none_or(|next| next.node.marker.is_some());
        for range in blank_labels(line.text, lists().blank_time_labels.iter(), end_counts) {
            let label = line.text[range.clone()].trim_end_matches(['：', ':']);
            out.add(line.span(range.clone()), format!("{}后面是空的，到期无从认定。", quote(label)));
        }
    }
}
