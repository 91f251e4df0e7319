//! A numbered heading with nothing under it.

use std::collections::HashMap;

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::MarkerKind;

pub(super) const CHECK: Check = Check {
    name: "section-empty",
    level: Level::Warning,
    title: "标题下没有内容",
    what: "编了号的标题下面没有任何内容，后面直接是同级标题或者全文结束。",
    why: "多为漏粘了一段，漏掉的可能正是人员名单、任务或者时限。",
    fix: "补上内容，或者删去这个标题。",
    faults: &[
        "一、主要任务\n各村要开展排查。\n⟦二、组织机构⟧\n三、工作要求\n各村要按时报送总结。",
        "一、主要任务\n⟦（一）排查隐患⟧\n（二）整改隐患\n各村要在6月底前整改完毕。",
        "一、主要任务\n各村要开展排查。\n⟦二、组织机构（领导小组名单）⟧",
    ],
    near: &[
        "一、主要任务\n（一）排查隐患\n各村要开展排查。\n（二）整改隐患\n各村要整改。",
        "一、主要任务\n1.登记造册；\n2.逐户核对；\n3.张榜公布。",
        "一、活动时间：2025年3月1日至3月31日\n二、活动主题：管住火、护好山\n三、主要任务\n各村要开展宣传。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let lines = context.body();
    // Per run of siblings: how many there are, how many of them hold something.
    let mut runs: HashMap<(Option<u32>, MarkerKind), (u32, u32)> = HashMap::new();
    let mut bare = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let Some(kind) = line.node.marker else { continue };
        if !matches!(kind, MarkerKind::Han | MarkerKind::HanParen | MarkerKind::Chapter) {
            continue;
        }
        let body = line.body();
        let holds = match lines.get(i + 1) {
            // Annexes below may be what the heading announces.
            None => !context.annexes().is_empty(),
            Some(next) => next.node.depth > line.node.depth,
        } || body.contains(['。', '；', ';', '：', ':', '，', ','])
            || body.chars().count() > 24;
        let run = runs.entry((line.node.parent, kind)).or_default();
        run.0 += 1;
        run.1 += u32::from(holds);
        if !holds && !body.is_empty() {
            bare.push((line, kind));
        }
    }
    for (line, kind) in bare {
        // Where siblings are bare words too, the run is a list and not a row of headings.
        let (all, full) = runs.get(&(line.node.parent, kind)).copied().unwrap_or_default();
        if full > 0 && full * 2 >= all {
            out.add(line.node.span, format!("{}下面没有内容。", quote(line.body())));
        }
    }
}
