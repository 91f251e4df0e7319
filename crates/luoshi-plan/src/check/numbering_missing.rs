//! An item whose number is gone and only its mark is left.

use luoshi_text::Level;

use super::text::{before, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "numbering-missing",
    level: Level::Warning,
    title: "编号缺失",
    what: "编号的数字丢了，只剩顿号或者点号，如“。、做好贫困学生帮扶”“、校园周边环境”。",
    why: "这一条没有编号，下达和引用都指不到它，多条任务会并成一条。",
    fix: "补上编号的数字。",
    faults: &[
        "一、主要任务\n抓好以下工作：1.排查隐患。2.整改隐患。⟦、⟧报送总结。",
        "一、主要任务\n1、排查隐患。\n⟦、⟧整改隐患。\n3、报送总结。",
        "一、主要任务\n抓好以下工作：1.排查隐患；⟦．⟧整改隐患。",
    ],
    near: &[
        "一、主要任务\n抓好排查、整改、报送等工作。1、登记造册。2、逐户核对。",
        "一、主要任务\n落实“四个到位”、“三个不放过”，按时报送。",
        "一、主要任务\n做好排查（含整改）、报送工作。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        for (at, mark) in line.text.match_indices(['、', '．']) {
            let lone = match before(line.text, at) {
                None => !line.cell,
                Some(c) => matches!(c, '。' | '；' | ';' | '：' | ':'),
            };
            if lone {
                let rest = &line.text[at + mark.len()..];
                let end = rest.find(['。', '；', '，', ',']).unwrap_or(rest.len());
                out.add(line.span(at..at + mark.len()), format!("{}前面的编号不见了。", quote(&rest[..end])));
            }
        }
    }
}
