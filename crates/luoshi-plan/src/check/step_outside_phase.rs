//! A step with a date outside the phase that it belongs to.

use luoshi_text::Level;
use luoshi_when::When;

use super::stages::schedules;
use super::text::{day, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "step-outside-phase",
    level: Level::Warning,
    title: "步骤的日期不在所属阶段内",
    what: "一个阶段里的具体步骤，日期早于阶段开始或者晚于阶段结束。",
    why: "阶段和步骤对不上，照哪个执行都会误事。",
    fix: "更正步骤的日期或者阶段的起止，使步骤落在阶段之内。",
    faults: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村⟦5月20日前⟧召开动员会。\n（二）集中整治阶段（5月1日至6月30日）。各村开展整治。",
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案。\n（二）集中整治阶段（5月1日至6月30日）。镇政府于⟦4月10日⟧组织抽查。",
        "一、进度安排\n1.筹备（4月1日至4月15日）：⟦4月25日前⟧印制资料。\n2.铺开（4月16日至5月15日）：各村组织活动。",
    ],
    near: &[
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村4月20日前召开动员会。\n（二）集中整治阶段（5月1日至6月30日）。各村6月30日前整治到位。",
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村按照3月20日会议精神制定方案。\n（二）集中整治阶段（5月1日至6月30日）。各村每月5日前报送进度。",
        "一、实施步骤\n（一）动员部署阶段（4月1日至4月30日）。各村制定方案，为5月20日前完成整治做好准备。\n（二）集中整治阶段（5月1日至6月30日）。各村开展整治。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for phase in schedules(context).into_iter().flatten() {
        let Some((start, end)) = phase.days().filter(|(s, e)| s <= e) else { continue };
        for line in &context.lines[phase.line..phase.end_line] {
            for found in &line.times {
                let span = line.span(found.range.clone());
                let date = match found.when {
                    When::By { end } => end,
                    When::On { day } => day,
                    _ => continue,
                };
                let head = &line.text[..found.range.start];
                let tail = &line.text[found.range.end..];
                let remark = ["会议", "文件", "讲话", "通知"].iter().any(|w| tail.starts_with(w))
                    || super::text::clause_at(line.text, found.range.start).start < found.range.start
                        && super::text::any(
                            &head[super::text::clause_at(line.text, found.range.start).start..],
                            &["为", "截至", "自", "按照", "根据"],
                        );
                if span == phase.dates || phase.dates.covers(span) || remark || (start..=end).contains(&date)
                {
                    continue;
                }
                let name = quote(&phase.stage.name);
                let words = quote(&line.text[found.range.clone()]);
                let message = if date > end {
                    format!("{words}晚于所属的{name}（到{}结束）。", day(end))
                } else {
                    format!("{words}早于所属的{name}（从{}开始）。", day(start))
                };
                out.add(span, message);
            }
        }
    }
}
