//! Who receives a report, or where it is published.

use std::ops::Range;

use crate::facts::Line;
use crate::lexicon::{class, lists};

/// Where reports of a clause go: 报送至X, 报送名单至X, 向X报告, 报X备案.
pub(crate) fn receivers(line: &Line<'_>, index: usize) -> Vec<Range<usize>> {
    let clause = line.clauses[index].range.clone();
    let mut out = Vec::new();
    for token in line.tokens_in(clause.clone()) {
        if !token.is(class::REPORT)
            || line.in_quotes(token.start as usize)
            || line.slice(token.range()) == "通知"
        {
            continue;
        }
        let after = line.slice(token.end as usize..clause.end);
        let from = token.end as usize;
        // 向X报告
        let before = &line.text[clause.start..token.start as usize];
        let toward = before.rfind('向').and_then(|i| {
            let from = clause.start + i + '向'.len_utf8();
            let verb = token.start as usize;
            Some(from..whole_name(line, from, verb).or_else(|| name_end(line, from, verb))?)
        });
        // 将自查报告报县局: behind the paper stands the verb, not who receives.
        let direct = || {
            receiver_after(line, from, clause.end)
                .filter(|r| !line.tokens_in(r.clone()).iter().any(|t| t.is(class::REPORT)))
        };
        let noun = lists().report_nouns.begin(after);
        let found = toward.or_else(|| receiver_at_end(line, from, clause.end));
        out.extend(found.or_else(|| if noun { None } else { direct() }));
    }
    out
}

/// 报送名单至X: the body that ends a clause behind 至.
fn receiver_at_end(line: &Line<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let at = from + line.slice(from..end).rfind('至')? + '至'.len_utf8();
    (name_end(line, at, end) == Some(end)).then_some(at..end)
}

/// The body named right after a verb of reporting (with 至 到 给 between).
pub(super) fn receiver_after(line: &Line<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let rest = &line.text[from..end];
    let mut at = from;
    for link in lists().receiver_links.iter() {
        if rest.starts_with(link) {
            at += link.len();
            break;
        }
    }
    // 报 alone takes nothing but a receiver.
    let alone = line.token_before(from).is_some_and(|t| line.slice(t.range()) == "报");
    let whole = if alone { whole_name(line, at, end) } else { None };
    Some(at..whole.or_else(|| name_end(line, at, end))?)
}

/// The end of a stretch that is one name as it stands, verbs and all: 向项目推进和督导科报送.
fn whole_name(line: &Line<'_>, from: usize, end: usize) -> Option<usize> {
    let words = line.slice(from..end);
    let tokens = line.tokens_in(from..end);
    let closed = tokens.last().is_some_and(|t| t.end as usize == end && t.is(class::NAME_END));
    let stopped = || tokens.iter().any(|t| t.is(class::STOP | class::MODAL | class::REPORT));
    let spread = || !words.chars().all(char::is_alphanumeric) || words.contains(['的', '由', '并', '后']);
    ((2..=14).contains(&words.chars().count()) && closed && !stopped() && !spread()).then_some(end)
}

/// The end of a body's name that begins at an offset: the last end of a name before a verb or mark.
fn name_end(line: &Line<'_>, from: usize, end: usize) -> Option<usize> {
    let tokens = line.tokens_in(from..end);
    let mut best: Option<usize> = None;
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        let gap = &line.text[best.unwrap_or(from)..token.start as usize];
        let listed = !gap.is_empty() && gap.chars().all(|c| matches!(c, '、' | '（' | '）' | '(' | ')'));
        let broken =
            gap.contains(['，', ',', '。', '“', '"']) || gap.contains('、') && !listed && best.is_some();
        if broken || gap.chars().count() > if best.is_some() { 6 } else { 14 } {
            break;
        }
        if token.is(class::NAME_END) {
            best = Some(token.end as usize);
        } else if token.is(class::STOP | class::MODAL | class::REPORT) && !token.is(class::VERB) {
            break;
        } else if token.is(class::VERB | class::NONE) {
            // A verb inside a name (督查室, 平安建设办, 应急管理局) leads to the end of a name at once.
            let mut j = i;
            while tokens.get(j + 1).is_some_and(|n| {
                n.start == tokens[j].end && n.is(class::VERB | class::NONE) && !n.is(class::NAME_END)
            }) {
                j += 1;
            }
            let tight = tokens
                .get(j + 1)
                .is_some_and(|n| n.start == tokens[j].end && n.is(class::HEAD | class::POST));
            if !tight {
                break;
            }
            i = j;
        }
        i += 1;
    }
    let stop = best?;
    let words = line.text[from..stop].trim();
    let n = words.chars().count();
    ((2..=30).contains(&n) && !words.starts_with(['的', '了'])).then_some(stop)
}

/// 向社会公布, 在公开栏公示: to whom something is told.
pub(super) fn published_to(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
    let clause = line.clauses[index].range.clone();
    let words = line.slice(clause.clone());
    for to in ["向社会", "向全社会", "向公众", "向群众", "向师生", "向家长"] {
        if let Some(i) = words.find(to) {
            let from = clause.start + i + '向'.len_utf8();
            return Some(from..from + to.len() - '向'.len_utf8());
        }
    }
    let i = words.find('在')?;
    let from = i + '在'.len_utf8();
    let rest = &words[from..];
    let end = lists().place_ends.iter().filter_map(|w| rest.find(w)).min()?;
    let place = &rest[..end];
    lists().public_places.end(place).then_some(clause.start + from..clause.start + from + end)
}
