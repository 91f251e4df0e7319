//! Words of a web page that came along with the text.

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};
use crate::letters::Letters;
use crate::model::Role;

pub(super) const CHECK: Check = Check {
    name: "web-residue",
    level: Level::Warning,
    title: "混入网页残留文字",
    what: "文中混有“相关推荐”“责任编辑”“打印本页”一类网页上的文字。",
    why: "残留文字会印进正式文件，也可能被当成任务或者单位。",
    fix: "删去这一行。",
    faults: &[
        "一、主要任务\n各村要在6月底前完成排查。\n⟦相关推荐 更多 +⟧",
        "一、主要任务\n各村要在6月底前完成排查。\n⟦责任编辑：小王⟧",
        "一、主要任务\n⟦扫一扫在手机打开当前页⟧\n各村要在6月底前完成排查。",
    ],
    near: &[
        "一、主要任务\n各村要在6月底前完成排查，并通过扫一扫二维码的方式登记，汇总后由镇安监办逐户核对、逐户建档。",
        "一、主要任务\n办公室负责网站编辑工作，责任到人。",
        "一、主要任务\n各单位要推荐先进典型，相关推荐材料于6月20日前报县文明办，逾期不再受理，材料不退还。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut places: Vec<luoshi_text::Span> = Vec::new();
    for line in &context.lines {
        if line.role == Role::Noise || crate::roles::is_noise(line.text, &Letters::of(line.text)) {
            places.push(line.node.span);
        }
    }
    // What stands between plans belongs to none: the first plan speaks for it.
    if context.index == 0 {
        let blocks = context.doc.blocks();
        places.extend(context.compiled.noise.iter().filter_map(|i| blocks.get(*i as usize)).map(|b| b.span));
    }
    for span in places {
        let words = context.doc.slice(span);
        if !words.trim().is_empty() && !super::suppress::is_setting(words) {
            out.add(span, format!("{}像是网页残留，不是方案内容。", quote(words)));
        }
    }
}
