//! A rate above one hundred per cent.

use luoshi_text::Level;

use super::text::{any, clause_at, quote};
use super::{Check, Context, Findings};
use crate::lexicon::lists;

pub(super) const CHECK: Check = Check {
    name: "rate-over-hundred",
    level: Level::Warning,
    title: "比率超过百分之百",
    what: "覆盖率、合格率、整改率一类不可能超过100%的比率写成了100%以上的数。",
    why: "这样的指标永远达不到，考核时无法计算。",
    fix: "核对数字，应为比上年增长的写明“增长”。",
    faults: &[
        "一、工作目标\n入户宣传覆盖率达到⟦110%⟧。",
        "一、工作目标\n隐患整改率不低于⟦980%⟧，群众满意率90%以上。",
        "一、工作目标\n水质抽检合格率保持在⟦105％⟧以上。",
    ],
    near: &[
        "一、工作目标\n入户宣传覆盖率达到100%，年度任务完成率超过120%的予以奖励。",
        "一、工作目标\n销售收入增长率达到150%，容积率为200%。",
        "一、工作目标\n合格率比上年翻番，产量达到上年的130%。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        for (at, sign) in text.match_indices(['%', '％']) {
            let head = &text[..at];
            let start = head.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
            let value: f64 = head[start..].parse().unwrap_or(0.0);
            let clause = clause_at(text, start);
            let subject = &text[clause.start..start];
            if value > 100.0
                && lists().whole_rates.lie_in(subject)
                && !any(subject, &["增长", "提高", "上年的", "同比"])
            {
                let end = at + sign.len();
                out.add(
                    line.span(start..end),
                    format!("{}超过了百分之百，无法达到。", quote(&text[start..end])),
                );
            }
        }
    }
}
