//! Time expressions that schedule the work: all that were found, less history, names and slogans.

use luoshi_when::{Found, When};

use super::Line;
use crate::lexicon::lists;
use crate::model::Role;

/// The time expressions of a line that bind somebody.
pub(crate) fn dates(line: &Line<'_>, role: Role) -> Vec<Found> {
    line.times.iter().filter(|f| schedules(line, role, f)).cloned().collect()
}

fn schedules(line: &Line<'_>, role: Role, found: &Found) -> bool {
    // The words around it decide; a sentence is bounded where a line is not.
    let sentence = line.clause_at(found.range.start).map_or(0..line.text.len(), |i| {
        let clauses = line.clauses_of(i);
        line.clauses[clauses.start].range.start..line.clauses[clauses.end - 1].range.end
    });
    let before = line.slice(sentence.start.min(found.range.start)..found.range.start);
    let after = line.slice(found.range.end..sentence.end.max(found.range.end));
    let words = line.slice(found.range.clone());
    if line.in_quotes(found.range.start) && !matches!(found.when, When::Every { .. }) {
        return false;
    }
    // 自印发之日起施行: of the document, not of the work.
    if ["印发之日", "发布之日", "公布之日"].iter().any(|w| words.contains(w))
        || before.ends_with("有效期")
        || before.ends_with("有效期限")
    {
        return false;
    }
    // 季度调度时间: a heading word, the days follow.
    if matches!(found.when, When::Every { .. }) && after.starts_with("时间") {
        return false;
    }
    // 年末盲目抢进度: a season, not a deadline.
    if matches!(found.when, When::By { .. })
        && (words.ends_with('末') || words.ends_with('底'))
        && words.chars().count() <= 2
    {
        let led =
            ["到", "至", "今年", "本年", "明年", "于", "在", "当年"].iter().any(|w| before.ends_with(w));
        let bound = after.is_empty()
            || after.starts_with(['，', ',', '。', '、', '）', ')', '；', ';', '：', '】'])
            || ["完成", "实现", "达", "建", "全", "力", "基本", "形成"].iter().any(|w| after.starts_with(w));
        if !(led || bound) {
            return false;
        }
    }
    // A number of a document: 〔2026〕5号, and dates of a document's own issue.
    if after.starts_with('〕') || before.ends_with('〔') || before.ends_with('[') {
        return false;
    }
    let bare_year = matches!(found.when, When::Span { start, end } if start.month() == 1 && start.day() == 1 && end.month() == 12 && end.day() == 31)
        && (words.ends_with('年') || words.ends_with("年度") || words == "全年");
    if bare_year {
        return year_bounds(role, before, after, words);
    }
    // 到2027年底，…达到…: a target told in the general part.
    let target = words.starts_with(['到', '至']) && after.chars().take(60).any(|c| c.is_ascii_digit());
    if role == Role::Noise || role == Role::Guidance && !target {
        return false;
    }
    if lists().history_follows.begin(after) {
        return false;
    }
    // 3月份历来是高发期: a remark on a season.
    if ["份历来", "历来", "份是", "是我", "是全国", "为全国"].iter().any(|w| after.starts_with(w))
    {
        return false;
    }
    if matches!(found.when, When::Ongoing) {
        return ["完成时限", "时限", "时间", "坚持"].iter().any(|w| {
            before.ends_with(w) || before.trim_end_matches([':', '：']).ends_with(w) || words.contains(w)
        });
    }
    if role == Role::Preamble {
        return preamble_binds(before, after, &found.when);
    }
    true
}

/// A year alone is a date where it bounds a number (2026年全镇招工任务383人), not where it names a campaign.
fn year_bounds(role: Role, before: &str, after: &str, words: &str) -> bool {
    if !matches!(role, Role::Goal | Role::Task) || words.ends_with("年度") {
        return false;
    }
    let clause_start = before
        .rfind(['，', ',', '。', '；', ';', '：', ':'])
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let lead = before[clause_start..].trim_start_matches(|c: char| !c.is_alphanumeric());
    let at_start = lead.is_empty() || lead == "到" || lead == "至";
    let clause_end = after.find(['。', '；', ';']).unwrap_or(after.len());
    let number = after[..clause_end].chars().any(|c| c.is_ascii_digit());
    at_start
        && number
        && ["任务", "指标", "目标", "完成", "招", "达到", "全"]
            .iter()
            .any(|w| after[..clause_end].contains(w))
}

/// In an opening only the time of the whole campaign counts (决定从即日起至…开展).
fn preamble_binds(before: &str, after: &str, when: &When) -> bool {
    let span = matches!(when, When::Span { .. } | When::From { .. });
    span && (lists().campaign_work.lie_in(&after.chars().take(20).collect::<String>())
        || before.ends_with("决定"))
}
