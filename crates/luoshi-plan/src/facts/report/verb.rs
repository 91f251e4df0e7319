//! The verb that makes a duty to report, told from nouns and threats.

use std::ops::Range;

use super::receiver::{receiver_after, receivers};
use crate::facts::Line;
use crate::lexicon::{Token, class, lists};

/// The verb of a clause that submits or publishes.
pub(crate) fn report_verb(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
    if line.clauses[index].classes & class::REPORT == 0 {
        return None;
    }
    for token in line.tokens_in(line.clauses[index].range.clone()) {
        if !token.is(class::REPORT)
            || line.in_quotes(token.start as usize) && once_each(line, token.start as usize).is_none()
        {
            continue;
        }
        if submits(line, index, *token) && !in_heading(line, index, *token) {
            return Some(token.range());
        }
    }
    None
}

/// Whether a word of reporting is the verb of a duty and not a noun, a talk or a method of pressure.
fn submits(line: &Line<'_>, index: usize, token: Token) -> bool {
    let clause = line.clauses[index].range.clone();
    let word = line.slice(token.range());
    let after = line.slice(token.end as usize..clause.end);
    let before = &line.text[clause.start..token.start as usize];
    let kept_up = word == "通报" && before.contains("实行") && before.contains("定期");
    let object = after.starts_with("表彰对象") || is_object(line, token, after);
    if lists().no_duties.end(before) || lists().bad_reports.end(before) {
        return false;
    }
    if lists().report_nouns.begin(after) && !kept_up && !object {
        return false;
    }
    let noun = ["建立", "健全", "完善"].iter().any(|w| before.ends_with(w))
        || before.ends_with("信息") && after.starts_with('、')
        || after.starts_with('、') && lists().report_nouns.lie_in(after) && after.chars().count() <= 10;
    if noun || lists().publishing.hold(word) && !publishes(line, index, token.start as usize, word) {
        return false;
    }
    let receiver = || receiver_after(line, token.end as usize, clause.end);
    match word {
        "通知" | "上传" | "反馈" => false,
        // 作法制报告: a talk.
        "报告" => {
            !lists().report_kinds.end(before)
                && !before.chars().rev().take(6).any(|c| matches!(c, '作' | '做'))
        }
        // 报 alone needs a receiver after it, or a day before it and a paper after it.
        "报" => {
            let dated = line.time_before(token.start as usize).is_some();
            receiver().is_some_and(|r| !r.is_empty()) || dated && lists().sent_papers.end(after)
        }
        "交" => {
            let dated = line.time_before(token.start as usize).is_some();
            (dated || after.starts_with(['至', '到', '由']) || before.contains('将')) && receiver().is_some()
        }
        "申报" => {
            receiver().is_some()
                || ["材料", "表", "书"].iter().any(|w| after.contains(w))
                || !line.times_in(clause.clone()).is_empty()
        }
        "提出" => lists().applications.end(after),
        // 推荐 reports only to a body, 向群众推荐 is publicity.
        "推荐" => !after.is_empty() && !receivers(line, index).is_empty(),
        "备案" => ["报", "送", "向", "登记"].iter().any(|w| before.contains(w)),
        _ => true,
    }
}

/// 提交书面报告, 报送人员名单, 6月底前报送材料: words that otherwise make a noun of the verb, as the
/// beginning of what is sent.
fn is_object(line: &Line<'_>, token: Token, after: &str) -> bool {
    if !lists().sending_verbs.hold(line.slice(token.range())) {
        return false;
    }
    let Some(head) = lists().report_objects.opening(after) else { return false };
    let tail = &after[head.len()..];
    let near = tail.char_indices().nth(12).map_or(tail, |(at, _)| &tail[..at]);
    let paper = lists().sent_papers.iter().filter_map(|w| near.find(w)).min();
    if paper.is_some_and(|at| !near[..at].contains(['的', '要', '须', '应', '不', '未'])) {
        return true;
    }
    let at = token.start as usize;
    let led = line.time_before(at).is_some() || line.token_before(at).is_some_and(|t| t.is(class::MODAL));
    led && lists().sent_papers.hold(head)
        && (tail.is_empty() || tail.starts_with(['至', '到', '给', '（', '(']))
}

/// "（三）及时上报进展。": the words of a heading, not a duty of their own.
fn in_heading(line: &Line<'_>, index: usize, token: Token) -> bool {
    let clause = line.clauses[index].range.clone();
    let bracket = line.slice(token.end as usize..clause.end).starts_with(['（', '(']);
    let rest = &line.text[clause.end..];
    index == 0
        && line.marker > 0
        && !rest.is_empty()
        && (bracket
            || rest.starts_with(['。', '：', ':'])
                && line.slice(line.marker..clause.end).chars().count() <= 14
                && line.times_in(0..clause.end).is_empty())
        && receiver_after(line, token.end as usize, clause.end).is_none()
}

/// 每季一通报: a recurring duty in a slogan's form; the time before it.
pub(super) fn once_each(line: &Line<'_>, at: usize) -> Option<Range<usize>> {
    let end = line.text[..at].strip_suffix('一')?.len();
    line.time_before(end).map(|f| f.range.clone())
}

/// A duty to publish has a time, a subject or an object of its own; a method of pressure has not.
fn publishes(line: &Line<'_>, index: usize, at: usize, word: &str) -> bool {
    let clause = line.clauses[index].range.clone();
    let before = &line.text[clause.start..at];
    let after = &line.text[at + word.len()..clause.end];
    if word == "公开" {
        let object = lists().published_objects.lie_in(after);
        let adjective = lists().open_nouns.begin(after);
        return (object || before.contains("向社会") || before.ends_with("予以")) && !adjective;
    }
    if word == "通报" {
        let list = after.starts_with('、') || before.ends_with('、');
        let timed = lists().notice_times.lie_in(before);
        return timed
            && !list
            && !after.starts_with("批评")
            && !before.ends_with("情况")
            && !before.ends_with("点名");
    }
    if word == "发布" {
        return before.contains("定期")
            || before.contains("及时")
            || before.contains("每")
            || before.contains("向社会");
    }
    if matches!(word, "公布" | "公示" | "公告") {
        return !after.starts_with('、') && !before.ends_with("的");
    }
    true
}
