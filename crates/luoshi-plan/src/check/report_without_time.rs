//! A duty to report without a time.

use luoshi_text::Level;

use super::report_without_receiver::{duties, plain};
use super::text::{any, quote, sentence_at};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "report-without-time",
    level: Level::Warning,
    title: "报送没有写明时间",
    what: "要求报送材料，同一段里没有任何报送时间或者周期。",
    why: "没有时间的报送不会到期，既催不到也评不了。",
    fix: "写明日期或者周期，如“每月25日前”“6月30日前”。",
    faults: &[
        "一、工作要求\n（一）信息畅通。各村要向镇安全办⟦报送工作进展⟧。",
        "一、主要任务\n1.整修水渠。各村要向镇水利站⟦提交整修总结⟧，并张榜公布。",
        "一、工作要求\n（一）信息畅通。各村向镇安全办⟦上报排查情况⟧，由专人负责。",
    ],
    near: &[
        "一、工作要求\n（一）信息畅通。各村要在每月25日前向镇安全办报送工作进展。",
        "一、工作要求\n（一）信息畅通。各村6月30日前完成整修，并向镇安全办报送工作进展。",
        "一、工作要求\n（一）信息畅通。遇有险情，各村要立即向镇安全办上报情况。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in context.lines.iter().filter(|l| plain(l) && l.times.is_empty()) {
        for duty in duties(line) {
            let sentence = &line.text[sentence_at(line.text, duty.start)];
            let worded = any(
                sentence,
                &[
                    "及时",
                    "立即",
                    "随时",
                    "第一时间",
                    "按月",
                    "按季",
                    "按周",
                    "按时",
                    "按期",
                    "每",
                    "日报",
                    "周报",
                    "月报",
                    "同时",
                    "即时",
                    "定期",
                ],
            );
            if !worded {
                let words = quote(&line.text[duty.clone()]);
                out.add(line.span(duty), format!("{words}没有写明什么时候报。"));
            }
        }
    }
}
