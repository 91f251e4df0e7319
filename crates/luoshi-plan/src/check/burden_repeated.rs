//! The same thing asked of the same units twice.

use std::collections::HashMap;

use luoshi_text::{Level, Span};

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::Value;

pub(super) const CHECK: Check = Check {
    name: "burden-repeated",
    level: Level::Hint,
    title: "同样的材料重复要",
    what: "文中两处要求向同一单位报送同样的材料。",
    why: "基层同一份材料报两次，徒增负担；时间不同的，还不知道以哪个为准。",
    fix: "合并为一处，一次报送、多处使用。",
    faults: &[
        "一、主要任务\n1.排查隐患。各村每月25日前向镇安全办报送隐患台账。\n二、工作要求\n（一）信息报送。⟦各村每月28日前向镇安全办报送隐患台账⟧。",
        "一、主要任务\n1.登记隐患。各村6月20日前向镇民政所报送整改方案。\n2.核对隐患。⟦各村7月20日前向镇民政所报送整改方案⟧。",
        "一、主要任务\n1.整修水渠。各村每周五向镇水利站报送工程进度。\n2.清理淤泥。⟦各村每月底前向镇水利站报送工程进度⟧。",
    ],
    near: &[
        "一、主要任务\n1.排查隐患。各村每月25日前向镇安全办报送隐患台账。\n二、工作要求\n（一）信息报送。各村12月28日前向镇安全办报送工作总结。",
        "一、主要任务\n1.登记隐患。各村6月20日前向镇民政所报送整改方案。\n2.核对隐患。各校7月20日前向镇中心校报送整改方案。",
        "一、主要任务\n1.整修水渠。各村每周五向镇水利站报送进度，镇水利站每月底前向镇政府报送进度。",
    ],
    run,
};

/// What is asked for, so that the same is told to be the same however it is written; none for words
/// that are too short to tell.
pub fn asked_for(what: &str) -> Option<String> {
    let what: String = what.chars().filter(|c| c.is_alphanumeric()).collect();
    (what.chars().count() >= 4).then_some(what)
}

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut seen: HashMap<(String, &str), Span> = HashMap::new();
    for line in &context.lines {
        for fact in line.facts {
            let Value::Report { what, to: Some(to), .. } = &fact.value else { continue };
            let Some(what) = asked_for(what).filter(|_| !to.starts_with("社会")) else { continue };
            match seen.get(&(what.clone(), to.as_str())) {
                Some(first)
                    if context.doc.block_at(first.start as usize)
                        != context.doc.block_at(fact.span.start as usize) =>
                {
                    out.add(fact.span, format!("向{}报送{}，前面已经要求过。", quote(to), quote(&what)))
                        .related
                        .push(luoshi_text::Label {
                            span: *first, message: "第一次要求在这里。".to_owned()
                        });
                }
                Some(_) => {}
                None => {
                    seen.insert((what, to.as_str()), fact.span);
                }
            }
        }
    }
}
