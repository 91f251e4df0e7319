//! Duties to submit, file or publish something.

mod receiver;
mod time;
mod verb;

use std::collections::HashMap;
use std::ops::Range;

use super::{Line, overlaps};
use crate::lexicon::{class, lists};
use crate::words::trimmed;
use receiver::published_to;
use time::time_words;
use verb::{once_each, report_verb};

pub(crate) use receiver::receivers;

/// A duty to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportFact {
    pub(crate) range: Range<usize>,
    pub(crate) what: String,
    pub(crate) to: Option<Range<usize>>,
    pub(crate) when: Option<Range<usize>>,
}

/// The duties of a line.
pub(crate) fn reports(line: &Line<'_>, rules: &[Range<usize>]) -> Vec<ReportFact> {
    let mut out: Vec<ReportFact> = Vec::new();
    if line.classes & class::REPORT == 0 {
        return out;
    }
    for i in 0..line.clauses.len() {
        let clause = line.clauses[i].range.clone();
        let Some(verb) = report_verb(line, i) else {
            continue;
        };
        let word = line.slice(verb.clone());
        let ruled = overlaps(rules, &verb);
        let condition = line.slice(clause.clone()).ends_with('的') || bad_report(line.slice(clause.clone()));
        if ruled && (lists().publishing.hold(word) || condition) {
            continue;
        }
        let mut range = with_lead(line, i, clause.clone());
        // Neither the number of a line nor 并 is part of what is asked.
        range.start = range.start.max(line.marker).min(verb.start);
        if line.slice(range.start..verb.start).starts_with('并') {
            range.start += '并'.len_utf8();
        }
        if let Some(time) = once_each(line, verb.start) {
            range = time.start..verb.end;
        }
        if let Some(last) = out.last()
            && last.range.end >= range.start
        {
            continue;
        }
        let to = receivers(line, i).into_iter().next().or_else(|| published_to(line, i));
        let when = time_words(line, range.clone(), i, &verb);
        let what = what(line, &clause, &verb);
        out.push(ReportFact { range: trimmed(line.text, range), what, to, when });
    }
    if out.is_empty() {
        return out;
    }
    // A receiver named once in a sentence holds for the other reports of that sentence, else for the line.
    let mut named: HashMap<u32, Range<usize>> = HashMap::new();
    for (i, clause) in line.clauses.iter().enumerate() {
        if let Some(r) = receivers(line, i).into_iter().next() {
            named.entry(clause.sentence).or_insert(r);
        }
    }
    for fact in &mut out {
        if fact.to.is_some() {
            continue;
        }
        let Some(c) = line.clause_at(fact.range.start) else {
            continue;
        };
        let words = &line.text[fact.range.clone()];
        if lists().publishing.lie_in(words) {
            continue;
        }
        let sentence = line.clauses[c].sentence;
        fact.to = named.get(&sentence).cloned();
    }
    // A clause that only names where "the material" goes is not another duty.
    out.retain(|f| !is_pointer(&line.text[f.range.clone()]) || out_is_single(line, f));
    out
}

/// 逾期报送, 拒不提交: what is punished, not asked for.
fn bad_report(words: &str) -> bool {
    lists().bad_reports.lie_in(words)
}

fn out_is_single(line: &Line<'_>, fact: &ReportFact) -> bool {
    // Keep it where no other report verb stands in its sentence.
    let Some(i) = line.clause_at(fact.range.start) else {
        return true;
    };
    !line
        .clauses_of(i)
        .any(|j| j != i && line.clauses[j].range.start < fact.range.start && report_verb(line, j).is_some())
}

/// 相关资料上报至…, 材料报…: says only where.
fn is_pointer(words: &str) -> bool {
    lists().report_pointers.begin(words)
}

/// A clause that begins with 将, 把, 向 or is the tail of a time goes with the clause before it;
/// one that begins with 由 goes with the 对… before it.
fn with_lead(line: &Line<'_>, index: usize, clause: Range<usize>) -> Range<usize> {
    let words = line.slice(clause.clone());
    let first = line.clauses_of(index).start;
    if ["由", "应及时", "要及时", "须及时"].iter().any(|w| words.starts_with(w))
        && let Some(open) =
            (first..index).rev().find(|i| line.slice(line.clauses[*i].range.clone()).starts_with('对'))
    {
        return line.clauses[open].range.start..clause.end;
    }
    let lean = lists().leaning.begin(words);
    if index == 0 || !lean || !matches!(line.clauses[index].before, '，' | ',') {
        return clause;
    }
    let before = &line.clauses[index - 1];
    if before.sentence != line.clauses[index].sentence {
        return clause;
    }
    let ends = before.range.end;
    let has_lead = super::unit::subject(line, index - 1).is_some()
        || line.times_in(before.range.start..ends + 3).iter().any(|t| t.range.end + 3 >= ends);
    if has_lead { before.range.start..clause.end } else { clause }
}

/// What is submitted: the object between 将 and the verb, else what follows the verb, else the papers
/// named before the time (进展情况于6月底前报县安办).
fn what(line: &Line<'_>, clause: &Range<usize>, verb: &Range<usize>) -> String {
    let before = &line.text[clause.start..verb.start];
    for open in ["将", "把"] {
        if let Some(i) = before.rfind(open) {
            let words = untimed(line, clause.start + i + open.len()..verb.start);
            if !words.is_empty() {
                return words.to_owned();
            }
        }
    }
    let to = line.clause_at(verb.start).and_then(|i| receivers(line, i).into_iter().next());
    let after = match to.filter(|to| to.start >= verb.end) {
        Some(to) if to.end == clause.end => line.slice(verb.end..to.start).trim_end_matches('至'),
        Some(to) => line.slice(to.end..clause.end),
        None => line.slice(verb.end..clause.end),
    };
    let after = after.trim();
    if !after.is_empty() {
        return after.to_owned();
    }
    let papers = untimed(line, clause.start..verb.start);
    if lists().sent_papers.end(papers) { papers } else { line.slice(verb.clone()) }.to_owned()
}

/// The words of a range before its first time, less the preposition of that time.
fn untimed<'a>(line: &Line<'a>, range: Range<usize>) -> &'a str {
    let Some(time) = line.times_in(range.clone()).first() else {
        return line.slice(range).trim();
    };
    let mut words = line.slice(range.start..time.range.start).trim();
    while let Some(lead) = lists().time_leads.closing(words) {
        words = words[..words.len() - lead.len()].trim_end();
    }
    // A time at the beginning says of which time the object tells (本周进展).
    if words.is_empty() { line.slice(range).trim() } else { words }
}
