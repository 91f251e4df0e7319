//! Named phases of the schedule.

use std::ops::Range;

use jiff::civil::Date;
use luoshi_when::When;

use super::Line;

/// A phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StageFact {
    pub(crate) range: Range<usize>,
    pub(crate) name: String,
    pub(crate) start: Option<Date>,
    pub(crate) end: Option<Date>,
}

/// The phase that a line names. `in_schedule`: it stands in a section about steps or phases.
pub(crate) fn stage(line: &Line<'_>, in_schedule: bool) -> Option<StageFact> {
    let text = line.text;
    if !in_schedule && !line.letters.may_hold("阶段") && !line.letters.may_hold("第步") {
        return None;
    }
    let title_end = line.marker + crate::words::sentence_end(&text[line.marker..]);
    let title = &text[line.marker..title_end];
    let general = ["安排", "步骤", "进度", "时间", "计划", "划分"].iter().any(|w| title.ends_with(w));
    let names_phase = (title.contains("阶段") || title.starts_with("第") && title.contains('步')) && !general;
    if !names_phase && !(in_schedule && (line.marker > 0 || starts_with_time(line))) {
        return None;
    }
    if title.is_empty() || title.chars().count() > 45 {
        return None;
    }
    if names_phase && !in_schedule && line.marker == 0 && !starts_with_time(line) && !title.starts_with('第')
    {
        return None;
    }
    if names_phase
        && !in_schedule
        && !["阶段", "）", ")", "日", "月", "底"].iter().any(|w| title.ends_with(w))
    {
        return None;
    }
    // The dates stand in the title, or right after it.
    let inside = line
        .times
        .iter()
        .find(|f| f.range.start >= line.marker && f.range.end <= title_end && is_phase(&f.when));
    let near = text[title_end..].char_indices().nth(4).map_or(text.len(), |(at, _)| title_end + at);
    let next = line.times.partition_point(|f| f.range.start < title_end);
    let after = line.times[next..].iter().take_while(|f| f.range.start <= near).find(|f| is_phase(&f.when));
    let (when, mut end) = match (inside, after) {
        (Some(f), _) => (Some(&f.when), title_end),
        (None, Some(f)) => {
            let mut end = f.range.end;
            end += text[end..].chars().next().filter(|c| matches!(c, '）' | ')')).map_or(0, char::len_utf8);
            (Some(&f.when), end)
        }
        (None, None) => (None, title_end),
    };
    // "三月：拟定方案阶段": the name follows the colon.
    let mut name = title.to_owned();
    if inside.is_some_and(|f| f.range.start == line.marker) && text[title_end..].starts_with(['：', ':']) {
        let from = title_end + text[title_end..].chars().next().map_or(0, char::len_utf8);
        let stop = from + crate::words::sentence_end(&text[from..]);
        let words = &text[from..stop];
        if words.chars().count() <= 20 && !words.is_empty() {
            name = words.to_owned();
            end = stop;
        }
    } else if names_phase
        && text[title_end..].starts_with(['：', ':'])
        && title.chars().count() <= 6
        && title.starts_with('第')
    {
        // "第一阶段：宣传发动（3月1日至10日）"
        let from = title_end + text[title_end..].chars().next().map_or(0, char::len_utf8);
        let stop = from + crate::words::sentence_end(&text[from..]);
        if text[from..stop].chars().count() <= 40 {
            name = text[from..stop].to_owned();
            let found =
                line.times.iter().find(|f| f.range.start >= from && f.range.end <= stop && is_phase(&f.when));
            let (s, e) = found.map_or((None, None), |f| bounds(&f.when));
            return Some(StageFact { range: line.marker..stop, name: bare_name(&name), start: s, end: e });
        }
    }
    if when.is_none() && !names_phase && !in_schedule {
        return None;
    }
    let (start, stop) = when.map_or((None, None), bounds);
    let tail_bracket = text[..end].ends_with(['（', '(']);
    let range = line.marker..if tail_bracket { end - '（'.len_utf8() } else { end };
    Some(StageFact { range, name: bare_name(&name), start, end: stop })
}

fn starts_with_time(line: &Line<'_>) -> bool {
    line.times.first().is_some_and(|f| f.range.start <= line.marker)
}

fn is_phase(when: &When) -> bool {
    matches!(when, When::Span { .. } | When::By { .. } | When::From { .. } | When::On { .. })
}

/// First and last day.
pub(crate) fn bounds(when: &When) -> (Option<Date>, Option<Date>) {
    match when {
        When::Span { start, end } => (Some(*start), Some(*end)),
        When::By { end } => (None, Some(*end)),
        When::From { start } => (Some(*start), None),
        When::On { day } => (Some(*day), Some(*day)),
        _ => (None, None),
    }
}

/// The name without the dates in brackets after it.
fn bare_name(name: &str) -> String {
    let cut = name.find(['（', '(']).unwrap_or(name.len());
    let bare = name[..cut].trim();
    if bare.is_empty() { name.trim().to_owned() } else { bare.to_owned() }
}
