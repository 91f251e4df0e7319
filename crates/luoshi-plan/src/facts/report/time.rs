//! When a duty to report falls due: all its time words, wherever in the sentence they stand.

use std::ops::Range;

use luoshi_when::{Found, When};

use super::verb::report_verb;
use crate::facts::Line;
use crate::lexicon::{class, lists};

/// The time words of a duty: its dates, or 及时, 定期. Several days are one stretch of words.
pub(super) fn time_words(
    line: &Line<'_>,
    range: Range<usize>,
    index: usize,
    verb: &Range<usize>,
) -> Option<Range<usize>> {
    let inside = line.times_in(range.clone());
    let own = stretch(inside);
    // 将本周进展报…: the time tells of what the report speaks, the day stands before it.
    let object = object_start(line, range.start, verb);
    let told = inside.iter().all(|f| f.range.start >= object && matches!(f.when, When::Span { .. }));
    if let Some(own) = own
        && !(told && before(line, index).is_some())
    {
        return Some(own);
    }
    let words = line.slice(range.clone());
    let loose = lists().loose_times.iter().find_map(|word| {
        let at = range.start + words.find(word)?;
        Some(at..at + word.len())
    });
    before(line, index)
        .filter(|_| loose.is_none())
        .or_else(|| behind(line, index))
        .or(loose)
        .or_else(|| taken_over(line, index, verb))
}

/// Where the object of a verb begins: after 将 or 把, else after the verb.
fn object_start(line: &Line<'_>, from: usize, verb: &Range<usize>) -> usize {
    let lead = line.slice(from..verb.start);
    lead.rfind(['将', '把']).map_or(verb.end, |at| from + at)
}

/// From the first of several times to the last.
fn stretch(times: &[Found]) -> Option<Range<usize>> {
    Some(times.first()?.range.start..times.last()?.range.end)
}

/// Times that close a clause before, in the same sentence: "6月15日、12月15日前，各村将…报送".
fn before(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
    let from = line.clauses_of(index).start;
    (from..index).rev().take(2).find_map(|i| {
        let clause = line.clauses[i].range.clone();
        let times = line.times_in(clause.clone());
        let last = times.iter().rposition(|f| f.range.end + 3 >= clause.end)?;
        // Those that are listed with it.
        let joined = |pair: &[Found]| is_joint(line.slice(pair[0].range.end..pair[1].range.start));
        let first = times[..=last].windows(2).rposition(|pair| !joined(pair)).map_or(0, |at| at + 1);
        report_verb(line, i).is_none().then(|| stretch(&times[first..=last]))?
    })
}

/// What stands between the times of one list.
fn is_joint(words: &str) -> bool {
    words.trim_end_matches(['于', '在']).chars().all(|c| "、，,；;和与及以 ".contains(c))
}

/// Times that follow in clauses of their own: "…报送进展：第一次4月10日前，第二次5月10日前".
fn behind(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    for i in index + 1..line.clauses_of(index).end {
        let clause = line.clauses[i].range.clone();
        let times = line.times_in(clause.clone());
        let others = line.tokens_in(clause.clone()).iter().any(|t| {
            t.is(class::VERB | class::REPORT | class::NAME_END)
                && !times.iter().any(|f| f.range.start <= t.start as usize && t.end as usize <= f.range.end)
                && !lists().time_leads.hold(line.slice(t.range()))
        });
        let rest: usize = line.slice(clause).chars().count()
            - times.iter().map(|f| line.slice(f.range.clone()).chars().count()).sum::<usize>();
        let Some(own) = stretch(times).filter(|_| !others && rest <= 8) else { break };
        found = Some(found.map_or(own.start, |f| f.start)..own.end);
    }
    found
}

/// "每周汇总进展，报县政府": a clause without a subject is done at the time of the one before.
fn taken_over(line: &Line<'_>, index: usize, verb: &Range<usize>) -> Option<Range<usize>> {
    let clause = &line.clauses[index];
    let lead = line.slice(clause.range.start..verb.start);
    // 形成简报报县政府: what is made of the work before.
    let made =
        lead.starts_with("形成") && line.token_before(verb.start).is_none_or(|t| !t.is(class::NAME_END));
    let bare = lead.is_empty() || made || lists().report_leads.hold(lead);
    if !bare || !matches!(clause.before, '，' | ',') {
        return None;
    }
    let before = index.checked_sub(1).filter(|i| line.clauses_of(index).contains(i))?;
    let binds = |f: &&Found| matches!(f.when, When::Every { .. } | When::By { .. });
    let time = line.times_in(line.clauses[before].range.clone()).iter().rfind(binds)?;
    report_verb(line, before).is_none().then(|| time.range.clone())
}
