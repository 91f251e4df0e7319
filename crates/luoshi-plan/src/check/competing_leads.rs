//! One task with two units that lead.

use luoshi_text::Level;

use super::text::{after, any, clause_at, quote, sentence_at};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

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
        for range in lead_lists(line.text) {
            let names: Vec<&str> = line.text[range.clone()].split('、').map(str::trim).collect();
            let plain = names.len() > 1 && names.iter().all(|n| (2..=20).contains(&n.chars().count()));
            let sentence = &line.text[sentence_at(line.text, range.start)];
            if plain && !any(sentence, &["分别牵头", "按职责", "按照职责", "共同牵头", "联合牵头"])
            {
                let words = quote(&line.text[range.clone()]);
                out.add(line.span(range), format!("{words}同时牵头，没有说明以谁为主。"));
            }
        }
    }
}

/// The names that lead: behind a label, and between 由 and 牵头.
fn lead_lists(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    for label in lists().leading_labels.iter() {
        for (at, _) in text.match_indices(label) {
            let from = at + label.len();
            let Some(colon) = after(text, from).filter(|c| matches!(c, '：' | ':')) else { continue };
            let from = from + colon.len_utf8();
            let stop = |c: char| {
                matches!(c, '；' | ';' | '）' | ')' | '】' | '。' | '，' | ',' | '：' | ':' | '（' | '(')
            };
            out.push(from..text[from..].find(stop).map_or(text.len(), |i| from + i));
        }
    }
    for (at, _) in text.match_indices("牵头") {
        let clause = clause_at(text, at);
        if let Some(by) = text[clause.start..at].rfind('由') {
            out.push(clause.start + by + '由'.len_utf8()..at);
        }
    }
    out.sort_by_key(|r| r.start);
    out
}
