//! A number is missing in a run.

use luoshi_text::Level;

use super::numbering::{Fault, odd};
use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "numbering-skipped",
    level: Level::Warning,
    title: "编号跳号",
    what: "同级编号中间缺号，如“一、三、”，或者不从一开始。",
    why: "缺的号可能是漏印的一条任务；下文按号引用时会指错。",
    fix: "补上缺少的一条，或者把后面的编号依次改正。",
    faults: &[
        "一、主要任务\n各村要开展排查。\n⟦三、⟧工作要求\n各村要按时报送。",
        "一、主要任务\n1.排查隐患。\n2.整改隐患。\n⟦4.⟧报送总结。",
        "一、主要任务\n做好以下工作：一是排查隐患；二是整改隐患；⟦四是⟧报送总结。",
        "一、主要任务\n（一）排查。\n1.登记造册。\n2.逐户核对。\n（二）整改。\n⟦4.⟧限期改正。",
    ],
    near: &[
        "一、主要任务\n（一）排查。\n1.登记造册。\n2.逐户核对。\n（二）整改。\n3.限期改正。\n4.张榜公布。",
        "一、主要任务\n（一）排查。\n1.登记造册。\n2.逐户核对。\n（二）整改。\n1.限期改正。",
        "一、主要任务\n1、排查隐患。\n2.整改隐患。\n3、报送总结。\n二、工作要求\n做到：1.真；2.细；3.快。",
        "一、主要任务\n（一）建设平台。\n1.整合数据。\n2.完善标准。\n专栏1　重点工程\n1.平台工程。\n2.助餐工程。\n（二）强化保障。\n3.加大投入。",
        "一、主要任务\n1.阅览室每天中午12:30至13:30、下午4:30至5:30开放。\n2.各村要报送总结。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for odd in odd(context).into_iter().filter(|o| o.fault == Fault::Skipped) {
        let words = quote(&odd.words);
        let message = if odd.previous == 0 {
            format!("{words}前面没有编号为1的同级条目。")
        } else if odd.number == odd.previous + 2 {
            format!("{words}前面缺第{}条。", odd.previous + 1)
        } else {
            format!("{words}前面缺第{}至第{}条。", odd.previous + 1, odd.number - 1)
        };
        out.add(odd.span, message);
    }
}
