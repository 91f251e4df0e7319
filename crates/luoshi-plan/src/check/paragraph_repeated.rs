//! A paragraph or sentence that the text has twice.

use std::collections::HashMap;

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "paragraph-repeated",
    level: Level::Warning,
    title: "段落或者句子重复",
    what: "整段文字在文中出现两次，或者一句话紧接着又写了一遍。",
    why: "同一任务列两次，会下达两次、考核两次；只改了一处的，前后还会不一致。",
    fix: "删去重复的一处；两处本应不同的，改出差别。",
    faults: &[
        "一、主要任务\n1.各村要在6月30日前完成水渠整修并报镇水利站验收。\n2.各村要落实管护人员。\n⟦3.各村要在6月30日前完成水渠整修并报镇水利站验收。⟧",
        "一、主要任务\n1.推进致富带头人培育行动。⟦推进致富带头人培育行动⟧。各村要选好人员。",
        "一、主要任务\n各单位要按月报送工作进展和照片资料。\n二、工作要求\n⟦各单位要按月报送工作进展和照片资料。⟧",
    ],
    near: &[
        "一、主要任务\n1.新建校舍。责任单位：各村\n2.整修水渠。责任单位：各村",
        "附件1　登记表\n1.各村要在6月30日前完成水渠整修。\n2.各村要在7月30日前完成水渠整修。",
        "一、主要任务\n加强领导。加强领导是关键，各村要成立工作专班。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut seen: HashMap<&str, luoshi_text::Span> = HashMap::new();
    for line in &context.lines {
        let body = line.body().trim();
        if line.cell {
            continue;
        }
        if body.chars().count() >= 16 && body.contains(['。', '；', '，', ',', ';']) {
            if let Some(first) = seen.get(body) {
                out.add(line.node.span, format!("{}在前面已经写过一遍。", quote(body))).related.push(
                    luoshi_text::Label { span: *first, message: "第一次出现在这里。".to_owned() },
                );
                continue;
            }
            seen.insert(body, line.node.span);
        }
        let offset = line.text.len() - line.body().len();
        let mut last = "";
        let mut at = offset;
        for sentence in line.body().split('。') {
            let words = sentence.trim();
            if words == last && words.chars().count() >= 6 {
                let start = at + sentence.len() - sentence.trim_start().len();
                out.add(line.span(start..start + words.len()), format!("{}紧接着写了两遍。", quote(words)));
            }
            last = words;
            at += sentence.len() + '。'.len_utf8();
        }
    }
}
