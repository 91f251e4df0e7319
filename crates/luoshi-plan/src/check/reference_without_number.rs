//! A cited notice without its number.

use std::collections::HashSet;

use luoshi_text::Level;

use super::text::{any, quote};
use super::{Check, Context, Findings};
use crate::model::Value;

pub(super) const CHECK: Check = Check {
    name: "reference-without-number",
    level: Level::Hint,
    title: "引用文件没有文号",
    what: "引用的通知、意见、方案等文件后面没有发文字号。法律、条例、标准和本单位的制度不需要。",
    why: "同名文件每年都有，没有文号查不到原件，上级要求对不上号。",
    fix: "在书名号后面注明发文字号，如“（云政办发〔2025〕7号）”。",
    faults: &[
        "根据⟦《关于开展安全生产大检查的通知》⟧，制定本方案。\n一、主要任务\n各村要开展排查。",
        "一、主要任务\n按照⟦《县人民政府办公室关于做好防汛工作的意见》⟧要求，各村要落实值守。",
        "一、主要任务\n落实⟦《关于印发2025年工作要点的通知》⟧精神，各村要按时报送。",
    ],
    near: &[
        "根据《关于开展安全生产大检查的通知》（云安发〔2025〕7号），制定本方案。\n一、主要任务\n各村要开展排查。",
        "一、主要任务\n依据《中华人民共和国安全生产法》《森林防火条例》《校车安全管理办法》执行。",
        "一、主要任务\n张贴《关于禁止野外用火的通告》，发放《致家长的一封信》。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut seen = HashSet::new();
    for line in &context.lines {
        for fact in line.facts {
            let Value::Reference { title, number: None } = &fact.value else { continue };
            let at = line.local(fact.span);
            let cited = any(title, &["关于"]) && !any(title, &["通告", "公告", "倡议", "公约", "法〉"]);
            // The number may stand before the title or a few words behind it.
            let sentence = super::text::sentence_at(line.text, at.start);
            let near = &line.text[at.end..sentence.end.max(at.end)];
            let near: String = near.chars().take(30).collect();
            let head = line.text[..at.start].chars().rev().take(2).collect::<String>();
            if cited
                && !near.contains('号')
                && !head.starts_with('号')
                && !any(&head, &["贴", "放", "发"])
                && seen.insert(title.clone())
            {
                out.add(fact.span, format!("{}没有注明发文字号。", quote(&format!("《{title}》"))));
            }
        }
    }
}
