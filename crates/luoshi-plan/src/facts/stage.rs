//! Named phases of the schedule.

use std::ops::Range;

use jiff::civil::Date;
use luoshi_when::{Found, When};

use super::Line;
use crate::lexicon::lists;

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
    let named = names_phase(title);
    if title.is_empty() || title.chars().count() > 45 || !may_be_phase(line, title, named, in_schedule) {
        return None;
    }
    let inside = time_inside(line, title_end);
    let led = inside.is_some_and(|f| f.range.start == line.marker);
    if named
        && !led
        && title.chars().count() <= 6
        && title.starts_with('第')
        && let Some(fact) = numbered(line, title_end)
    {
        return Some(fact);
    }
    let after = inside.is_none().then(|| time_after(line, title_end)).flatten();
    let mut end = title_end;
    if let Some(f) = after {
        let close = text[f.range.end..].chars().next().filter(|c| matches!(c, '）' | ')'));
        end = f.range.end + close.map_or(0, char::len_utf8);
    }
    let mut name = title;
    if led && let Some(words) = behind_colon(line, title_end, 20).filter(|words| !words.is_empty()) {
        // "三月：拟定方案阶段": the name follows the colon.
        name = &text[words.clone()];
        end = words.end;
    }
    let (start, stop) = inside.or(after).map_or((None, None), |f| bounds(&f.when));
    let tail_bracket = text[..end].ends_with(['（', '(']);
    let range = line.marker..if tail_bracket { end - '（'.len_utf8() } else { end };
    Some(StageFact { range, name: bare_name(name), start, end: stop })
}

/// 动员部署阶段, 第一步; 阶段安排 only announces phases.
fn names_phase(title: &str) -> bool {
    let general = lists().phase_plans.end(title);
    (title.contains("阶段") || title.starts_with('第') && title.contains('步')) && !general
}

/// Whether a line may name a phase by its place: an item or a dated line of a schedule, elsewhere only
/// a heading that ends like one.
fn may_be_phase(line: &Line<'_>, title: &str, named: bool, in_schedule: bool) -> bool {
    let begins = line.marker > 0 || starts_with_time(line);
    if in_schedule {
        return named || begins;
    }
    named && (begins || title.starts_with('第')) && lists().phase_ends.end(title)
}

/// The days that stand in the title.
fn time_inside<'a>(line: &'a Line<'_>, title_end: usize) -> Option<&'a Found> {
    let inside = |f: &&Found| f.range.start >= line.marker && f.range.end <= title_end;
    line.times.iter().find(|f| inside(f) && is_phase(&f.when))
}

/// The days that stand right after the title.
fn time_after<'a>(line: &'a Line<'_>, title_end: usize) -> Option<&'a Found> {
    let near = line.text[title_end..].char_indices().nth(4).map_or(line.text.len(), |(at, _)| title_end + at);
    let next = line.times.partition_point(|f| f.range.start < title_end);
    line.times[next..].iter().take_while(|f| f.range.start <= near).find(|f| is_phase(&f.when))
}

/// The sentence behind the colon that ends a title, where it is no longer than so many characters.
fn behind_colon(line: &Line<'_>, title_end: usize, longest: usize) -> Option<Range<usize>> {
    let colon = line.text[title_end..].chars().next().filter(|c| matches!(c, '：' | ':'))?;
    let from = title_end + colon.len_utf8();
    let stop = from + crate::words::sentence_end(&line.text[from..]);
    (line.text[from..stop].chars().count() <= longest).then_some(from..stop)
}

/// "第一阶段：宣传发动（3月1日至10日）": the name with its days follows the number.
fn numbered(line: &Line<'_>, title_end: usize) -> Option<StageFact> {
    let words = behind_colon(line, title_end, 40)?;
    let inside = |f: &&Found| f.range.start >= words.start && f.range.end <= words.end;
    let found = line.times.iter().find(|f| inside(f) && is_phase(&f.when));
    let (start, end) = found.map_or((None, None), |f| bounds(&f.when));
    let name = bare_name(&line.text[words.clone()]);
    Some(StageFact { range: line.marker..words.end, name, start, end })
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
