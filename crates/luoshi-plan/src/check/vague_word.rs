//! Vague words where a measure is due.

use luoshi_text::Level;

use super::text::{before, quote};
use super::{Check, Context, Findings};
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "vague-word",
    level: Level::Hint,
    title: "用词含糊",
    what: "任务和要求里用“适时”“择机”“酌情”“有关部门”“相关单位”代替了时间和单位。",
    why: "没有时间、没有单位的要求无法下达，也无法判断是否完成。",
    fix: "换成具体的日期、频次和单位名称。",
    faults: &[
        "一、主要任务\n1.整修水渠。镇水利站⟦适时⟧组织现场观摩。",
        "一、主要任务\n1.整修水渠。由⟦有关部门⟧负责解决资金，⟦相关单位⟧予以协助。",
        "一、工作要求\n（一）加强督查。镇政府将⟦择机⟧开展督查。",
    ],
    near: &[
        "一、主要任务\n1.整修水渠。镇水利站于5月20日组织现场观摩，各有关部门按照附件分工负责。",
        "一、指导思想\n坚持因地制宜，适时推进，凝聚有关部门力量。\n二、主要任务\n1.整修水渠。",
        "一、主要任务\n1.调处纠纷。对相关部门委托移交的纠纷逐件登记。",
        "一、主要任务\n1.整修水渠。按照有关规定办理手续，落实相关政策。",
    ],
    run,
};

const WORDS: &[(&str, &str)] = &[
    ("适时", "什么时候"),
    ("择机", "什么时候"),
    ("酌情", "按什么标准"),
    ("视情况", "按什么标准"),
    ("有关部门", "哪个部门"),
    ("有关单位", "哪个单位"),
    ("相关部门", "哪个部门"),
    ("相关单位", "哪个单位"),
];

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        if !matches!(line.role, Role::Task | Role::Requirement | Role::Stage | Role::Incentive) {
            continue;
        }
        for (word, what) in WORDS {
            let place = line.text.match_indices(word).find(|(at, _)| {
                !before(line.text, *at).is_some_and(|c| "各等直级到与".contains(c))
                    && (what.starts_with('什')
                        || what.starts_with('按')
                        || acts(line.text, *at, at + word.len()))
                    && !line.in_quotes(*at)
            });
            if let Some((at, _)) = place {
                out.add(line.span(at..at + word.len()), format!("{}没有说明是{what}。", quote(word)));
            }
        }
    }
}

/// Whether units without a name are given something to do: 由有关部门负责, 相关单位予以协助.
fn acts(text: &str, start: usize, end: usize) -> bool {
    let given = ["由", "会同", "联合", "商请", "协调", "请"].iter().any(|w| text[..start].ends_with(w));
    let tail: String = text[end..].chars().take(4).collect();
    given
        || super::text::any(
            &tail,
            &["要", "应", "须", "负责", "牵头", "配合", "协助", "予以", "给予", "抓好", "承担"],
        )
}
