//! Appraisals and reports named by how often they come: 月考核, 季度通报, 日调度.

use crate::Found;
use crate::cursor::{Cursor, tail};
use crate::cycle::Cycle;
use crate::every::push;
use crate::numeral::is_numeral;
use crate::when::Readings;

/// 月考核, 季度通报, 日调度: an appraisal or report named by how often it comes.
pub(crate) fn compound(text: &str, at: usize, out: &mut Vec<Found>) -> Option<usize> {
    let mut c = Cursor::new(text, at);
    let before = c.before();
    let words = [
        ("半年度", Cycle::Months(6), true),
        ("半年", Cycle::Months(6), true),
        ("年度", Cycle::Years, true),
        ("季度", Cycle::Months(3), true),
        ("月度", Cycle::Months(1), true),
        ("年", Cycle::Years, false),
        ("季", Cycle::Months(3), false),
        ("月", Cycle::Months(1), false),
        ("旬", Cycle::Tens, false),
        ("周", Cycle::Weeks(1), false),
        ("日", Cycle::Days, false),
    ];
    let (word, cycle, long) = words.into_iter().find(|(word, ..)| c.eat(word))?;
    // One character is a word of its own only after a few others.
    let stands = match before {
        None => true,
        Some(p) if long => !(is_numeral(p) || "第本上下今全前年xX×".contains(p)),
        Some(p) => !p.is_alphanumeric() || "行立持照展施和与及了以织制实格用推抓".contains(p),
    };
    if !stands {
        return None;
    }
    let acts: &[&str] = if long {
        &["考核", "考评", "通报", "调度", "例会", "报告制", "研判", "会商", "点评", "排名", "督查", "述职"]
    } else {
        &[
            "考核", "考评", "通报", "调度", "例会", "报告", "报表", "报制", "研判", "会商", "督查", "总结",
            "小结", "巡查", "检查", "排查", "抽查", "评估", "点评", "排名", "会议", "督导", "述职", "评比",
            "报",
        ]
    };
    let act = acts[c.eat_one(acts)?];
    if act == "报" && (matches!(word, "日" | "年") || c.sees("道纸名社刊送备请警到考废")) {
        return None;
    }
    // 年度考核一票否决, 季度调度时间, 年度考核分: a thing of that name, not how often.
    let noun = [
        "一票",
        "分",
        "时间",
        "优秀",
        "等次",
        "等级",
        "结果",
        "评优",
        "成绩",
        "指标",
        "得分",
        "合格",
        "不合格",
    ];
    if noun.iter().any(|word| c.rest().starts_with(word)) {
        return None;
    }
    if long {
        let clause = tail(&text[..at], 24);
        let clause = clause.rsplit(['。', '；', ';', '\n', '，', ',']).next().unwrap_or(clause);
        if ["纳入", "列入", "作为", "当年", "记入", "计入"].iter().any(|word| clause.contains(word))
        {
            return None;
        }
    }
    let end = match act {
        "报告制" | "报制" => c.at - "制".len(),
        _ => c.at,
    };
    push(out, at..end, &cycle.rule(), Readings::default(), None);
    Some(end)
}
