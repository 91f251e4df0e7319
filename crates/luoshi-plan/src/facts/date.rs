//! Time expressions that schedule the work: all that were found, less history, names and slogans.

use luoshi_when::{Found, When};

use super::Line;
use crate::lexicon::{class, lists};
use crate::model::Role;

/// The time expressions of a line that bind somebody.
pub(crate) fn dates(line: &Line<'_>, role: Role) -> Vec<Found> {
    line.times.iter().filter(|f| schedules(line, role, f)).map(|f| labelled(line, f)).collect()
}

/// 完成时限：6月30日 names the last day, whatever the words of the day say.
fn labelled(line: &Line<'_>, found: &Found) -> Found {
    let bare = line.text[..found.range.start].trim_end_matches([' ', '\u{3000}']);
    let label = bare.strip_suffix(['：', ':']).and_then(|bare| line.token_before(bare.len()));
    let limits = label.is_some_and(|t| {
        let words = line.slice(t.range());
        t.is(class::TIME_LABEL) && (words.contains('限') || words.starts_with("完成"))
    });
    match found.when {
        When::On { day } if limits => Found { when: When::By { end: day }, ..found.clone() },
        _ => found.clone(),
    }
}

fn schedules(line: &Line<'_>, role: Role, found: &Found) -> bool {
    let quoted = line.in_quotes(found.range.start) && !matches!(found.when, When::Every { .. });
    let around = Around::of(line, found);
    if quoted || around.dates_a_document() || around.heads_days() || around.is_season() {
        return false;
    }
    if around.is_bare_year() {
        return year_bounds(role, around.before, around.after, around.words);
    }
    if role == Role::Noise || role == Role::Guidance && !around.is_target() || around.is_remark() {
        return false;
    }
    match (role, &found.when) {
        (_, When::Ongoing) => around.lasts(),
        (Role::Preamble, when) => preamble_binds(around.before, around.after, when),
        _ => true,
    }
}

/// 到2027年，…, 力争到2030年，…: a line that tells what is to be reached by then.
pub(crate) fn begins_with_target(line: &Line<'_>) -> bool {
    line.times.first().is_some_and(|f| {
        let lead = line.slice(line.marker..f.range.start).trim();
        matches!(lead, "" | "力争" | "确保") && line.slice(f.range.clone()).starts_with(['到', '至'])
    })
}

/// A time expression and the words of its sentence on both sides: they decide whether it binds.
struct Around<'a> {
    before: &'a str,
    words: &'a str,
    after: &'a str,
    when: &'a When,
}

impl<'a> Around<'a> {
    fn of(line: &Line<'a>, found: &'a Found) -> Self {
        // A sentence is bounded where a line is not.
        let sentence = line.clause_at(found.range.start).map_or(0..line.text.len(), |i| {
            let clauses = line.clauses_of(i);
            line.clauses[clauses.start].range.start..line.clauses[clauses.end - 1].range.end
        });
        Self {
            before: line.slice(sentence.start.min(found.range.start)..found.range.start),
            words: line.slice(found.range.clone()),
            after: line.slice(found.range.end..sentence.end.max(found.range.end)),
            when: &found.when,
        }
    }

    /// 自印发之日起施行, 〔2026〕5号: of a document, not of the work.
    fn dates_a_document(&self) -> bool {
        lists().validity_words.lie_in(self.words)
            || lists().validity_heads.end(self.before)
            || self.is_validity()
            || self.after.starts_with('〕')
            || self.before.ends_with(['〔', '['])
    }

    /// 本方案自2026年5月1日起施行.
    fn is_validity(&self) -> bool {
        let holds = ["施行", "实施", "执行", "生效"].iter().any(|w| self.after.starts_with(w));
        let itself = self.before.strip_prefix("本").filter(|rest| rest.chars().count() <= 4);
        holds && itself.is_some_and(|rest| lists().plan_kinds.end(rest))
    }

    /// 季度调度时间: a heading word, the days follow.
    fn heads_days(&self) -> bool {
        matches!(self.when, When::Every { .. }) && self.after.starts_with("时间")
    }

    /// 年末盲目抢进度: a season, not a deadline.
    fn is_season(&self) -> bool {
        let edge = self.words.ends_with(['末', '底']) && self.words.chars().count() <= 2;
        let closed = ['，', ',', '。', '、', '）', ')', '；', ';', '：', '】'];
        matches!(self.when, When::By { .. })
            && edge
            && !lists().season_leads.end(self.before)
            && !self.after.is_empty()
            && !self.after.starts_with(closed)
            && !lists().season_results.begin(self.after)
    }

    /// 2026年, 2026年度, 全年.
    fn is_bare_year(&self) -> bool {
        let When::Span { start, end } = self.when else { return false };
        let whole = (start.month(), start.day(), end.month(), end.day()) == (1, 1, 12, 31);
        whole && (self.words.ends_with('年') || self.words.ends_with("年度") || self.words == "全年")
    }

    /// 到2027年底，…达到…: a target told in the general part.
    fn is_target(&self) -> bool {
        self.words.starts_with(['到', '至']) && self.after.chars().take(60).any(|c| c.is_ascii_digit())
    }

    /// 3月份历来是高发期, 5月事故以来: a remark on a season or on the past.
    fn is_remark(&self) -> bool {
        lists().history_follows.begin(self.after) || lists().season_remarks.begin(self.after)
    }

    /// 完成时限：长期, 长期坚持.
    fn lasts(&self) -> bool {
        let bare = self.before.trim_end_matches([':', '：']);
        lists().lasting_heads.end(self.before)
            || lists().lasting_heads.end(bare)
            || lists().lasting_heads.lie_in(self.words)
    }
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
