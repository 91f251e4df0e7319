//! A day that the calendar does not have.

use luoshi_text::Level;
use luoshi_when::Reading;

use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "no-such-day",
    level: Level::Error,
    title: "日期不存在",
    what: "文中写的日子在日历上没有，如2月30日、6月31日、平年的2月29日。",
    why: "时限落在不存在的日子，承办单位各自理解，到期、逾期都无从认定。",
    fix: "核对原意，改为日历上存在的日期。",
    faults: &[
        "一、主要任务\n（一）排查隐患。各村要在⟦6月31日前⟧完成排查。",
        "@issued 2025-01-06\n一、主要任务\n1.签订责任书。（完成时限：⟦2月29日前⟧）",
        "一、实施步骤\n（一）动员部署阶段（⟦3月10日至4月31日⟧）。各单位制定方案。",
        "一、工作要求\n（一）按时报送。各镇于⟦2025年11月31日前⟧向县农业农村局报送总结。",
    ],
    near: &[
        "@issued 2024-01-08\n一、主要任务\n1.签订责任书。（完成时限：2月29日前）",
        "一、主要任务\n（一）排查隐患。各村要在6月30日前完成排查，7月31日前整改。",
        "一、主要任务\n（一）检修设备。每月31日前填报检修记录表，比例控制在2.30以内。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        for found in line.times.iter().filter(|f| f.reading.contains(&Reading::NoSuchDay)) {
            let words = &line.text[found.range.clone()];
            out.add(line.span(found.range.clone()), format!("{}中有日历上不存在的日子。", quote(words)));
        }
    }
}
