//! A number stands twice in a run.

use luoshi_text::Level;

use super::numbering::{Fault, odd};
use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "numbering-repeated",
    level: Level::Warning,
    title: "编号重复",
    what: "同级编号重复或者倒退，如两个“（二）”。",
    why: "按号下达、按号引用时，一个号对应两条任务。",
    fix: "把重复处及其后面的编号依次改正。",
    faults: &[
        "一、主要任务\n各村要开展排查。\n二、时间安排\n分两步走。\n⟦二、⟧工作要求\n各村要按时报送。",
        "一、主要任务\n1.排查隐患。\n2.整改隐患。\n⟦2.⟧报送总结。",
        "一、主要任务\n做好以下工作：一是排查隐患；二是整改隐患；⟦二是⟧报送总结。",
    ],
    near: &[
        "一、主要任务\n（一）排查。\n1.登记造册。\n2.逐户核对。\n（二）整改。\n1.限期改正。",
        "一、主要任务\n1.排查隐患。\n2.整改隐患。\n附件1　名单\n1.东村\n附件2　清单\n1.东村",
        "一、主要任务\n一是排查隐患；二是整改隐患。\n二、工作要求\n一是严格要求；二是按时报送。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for odd in odd(context).into_iter().filter(|o| o.fault == Fault::Repeated) {
        out.add(odd.span, format!("{}与前面的编号重复或者倒退。", quote(&odd.words)));
    }
}
