//! Duties to submit, file or publish something.

use std::ops::Range;

use super::Line;
use crate::lexicon::class;
use crate::words::trimmed;

/// A duty to report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportFact {
    pub(crate) range: Range<usize>,
    pub(crate) what: String,
    pub(crate) to: Option<Range<usize>>,
    pub(crate) when: Option<Range<usize>>,
}

/// Verbs by which something is told to everybody below or to the public.
const PUBLISH: [&str; 7] = ["通报", "公布", "公示", "公开", "公告", "发布", "抄送"];

/// What makes a verb part of a noun: 报告制度, 报送机制, 举报电话.
const NOUN_TAILS: &[&str] = &[
    "制度",
    "机制",
    "会",
    "电话",
    "工作制",
    "程序",
    "流程",
    "体系",
    "网络",
    "书",
    "单位",
    "人员",
    "要求",
    "渠道",
    "平台",
    "表彰",
    "批评",
    "表扬",
    "期",
    "牌",
    "岗位",
    "表",
    "材料",
    "条件",
    "阶段",
    "与",
    "资格",
    "资料",
    "方式",
    "时间",
    "栏",
    "系统",
    "率",
];

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
        let ruled = rules.iter().any(|r| r.start < verb.end && verb.start < r.end);
        let condition = line.slice(clause.clone()).ends_with('的') || bad_report(line.slice(clause.clone()));
        if ruled && (PUBLISH.contains(&word) || condition) {
            continue;
        }
        let mut range = with_lead(line, i, clause.clone());
        if once_each(line, verb.start)
            && let Some(t) = line.times.iter().find(|t| t.range.end + '一'.len_utf8() == verb.start)
        {
            range = t.range.start..verb.end;
        }
        if let Some(last) = out.last()
            && last.range.end >= range.start
        {
            continue;
        }
        let to = receivers(line, i).into_iter().next().or_else(|| published_to(line, i));
        let when = time_words(line, range.clone(), i);
        let what = what(line, &clause, &verb);
        out.push(ReportFact { range: trimmed(line.text, range), what, to, when });
    }
    // A receiver named once in a sentence holds for the other reports of that sentence, else for the line.
    let named: Vec<(u32, Range<usize>)> = (0..line.clauses.len())
        .flat_map(|i| receivers(line, i).into_iter().map(move |r| (i, r)))
        .map(|(i, r)| (line.clauses[i].sentence, r))
        .collect();
    for fact in &mut out {
        if fact.to.is_some() {
            continue;
        }
        let Some(c) = line.clause_at(fact.range.start) else {
            continue;
        };
        let words = &line.text[fact.range.clone()];
        if PUBLISH.iter().any(|w| words.contains(w)) {
            continue;
        }
        let sentence = line.clauses[c].sentence;
        fact.to = named.iter().find(|(s, _)| *s == sentence).map(|(_, r)| r.clone());
    }
    // A clause that only names where "the material" goes is not another duty.
    out.retain(|f| !is_pointer(&line.text[f.range.clone()]) || out_is_single(line, f));
    out
}

/// 逾期报送, 拒不提交: what is punished, not asked for.
fn bad_report(words: &str) -> bool {
    ["逾期", "迟报", "漏报", "瞒报", "拒不", "未按时", "不按时", "未报", "虚报", "不报"]
        .iter()
        .any(|w| words.contains(w))
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
    [
        "相关资料",
        "有关资料",
        "资料",
        "材料",
        "相关材料",
        "电子版",
        "纸质版",
        "以上材料",
        "上述材料",
        "总结材料报",
    ]
    .iter()
    .any(|w| words.starts_with(w))
}

/// The verb of a clause that submits or publishes.
pub(crate) fn report_verb(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
    let clause = line.clauses[index].range.clone();
    for token in line.tokens_in(clause.clone()) {
        if !token.is(class::REPORT)
            || line.in_quotes(token.start as usize) && !once_each(line, token.start as usize)
        {
            continue;
        }
        let word = line.slice(token.range());
        let after = line.slice(token.end as usize..clause.end);
        let before = &line.text[clause.start..token.start as usize];
        let kept_up = word == "通报" && before.contains("实行") && before.contains("定期");
        if NOUN_TAILS.iter().any(|w| after.starts_with(w)) && !kept_up && !after.starts_with("表彰对象") {
            continue;
        }
        if [
            "举", "检查", "调研", "总结", "情况", "审计", "书面", "工作", "自查", "专题", "评估", "验收",
            "的",
        ]
        .iter()
        .any(|w| before.ends_with(w))
            && word == "报告"
        {
            continue;
        }
        if matches!(word, "通知" | "上传" | "反馈") {
            continue;
        }
        if word == "报" {
            // 报 alone needs a receiver after it.
            if !receiver_after(line, token.end as usize, clause.end).is_some_and(|r| !r.is_empty()) {
                continue;
            }
        }
        if word == "交"
            && (!(after.starts_with(['至', '到', '由']) || before.contains('将'))
                || receiver_after(line, token.end as usize, clause.end).is_none())
        {
            continue;
        }
        if word == "申报"
            && receiver_after(line, token.end as usize, clause.end).is_none()
            && !["材料", "表", "书"].iter().any(|w| after.contains(w))
            && line.times_in(clause.clone()).is_empty()
        {
            continue;
        }
        // "（三）及时上报进展。": the words of a heading, not a duty of their own.
        if index == 0
            && line.marker > 0
            && (matches!(line.text[clause.end..].chars().next(), Some('。' | '：' | ':') | None)
                || after.starts_with(['（', '(']))
            && clause.end < line.text.len()
            && (line.text[line.marker..clause.end].chars().count() <= 14 || after.starts_with(['（', '(']))
            && receiver_after(line, token.end as usize, clause.end).is_none()
            && (after.starts_with(['（', '(']) || line.times_in(0..clause.end).is_empty())
        {
            continue;
        }
        // 作法制报告: a talk.
        if word == "报告" && before.chars().rev().take(6).any(|c| c == '作' || c == '做') {
            continue;
        }
        if PUBLISH.contains(&word) && !publishes(line, index, token.start as usize, word) {
            continue;
        }
        if word == "备案"
            && !(before.contains("报")
                || before.contains("送")
                || before.contains("向")
                || before.contains("登记"))
        {
            continue;
        }
        if before.ends_with("建立")
            || before.ends_with("健全")
            || before.ends_with("完善")
            || before.ends_with("信息") && after.starts_with('、')
        {
            continue;
        }
        if after.starts_with('、')
            && NOUN_TAILS.iter().any(|w| after.contains(w))
            && after.chars().count() <= 10
        {
            continue;
        }
        return Some(token.range());
    }
    None
}

/// 每季一通报: a recurring duty in a slogan's form.
fn once_each(line: &Line<'_>, at: usize) -> bool {
    line.text[..at].ends_with('一') && line.times.iter().any(|t| t.range.end + '一'.len_utf8() == at)
}

/// A duty to publish has a time, a subject or an object of its own; a method of pressure has not.
fn publishes(line: &Line<'_>, index: usize, at: usize, word: &str) -> bool {
    let clause = line.clauses[index].range.clone();
    let before = &line.text[clause.start..at];
    let after = &line.text[at + word.len()..clause.end];
    if word == "公开" {
        let object = ["举报电话", "监督电话", "信息", "名单", "结果", "承诺", "电话", "联系方式"]
            .iter()
            .any(|w| after.contains(w));
        let adjective = ["课", "信", "栏", "曝光", "透明", "、", "公平", "公正", "招聘", "捐赠", "栏目"]
            .iter()
            .any(|w| after.starts_with(w));
        return (object || before.contains("向社会") || before.ends_with("予以")) && !adjective;
    }
    if word == "通报" {
        let list = after.starts_with('、') || before.ends_with('、');
        let timed =
            ["每", "定期", "按月", "按季", "及时", "将", "适时", "对", "予以", "进行", "半年", "季度", "一"]
                .iter()
                .any(|w| before.contains(w));
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

/// Where reports of a clause go: 报送至X, 向X报告, 报X备案.
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
        if NOUN_TAILS.iter().any(|w| after.starts_with(w)) {
            continue;
        }
        if let Some(r) = receiver_after(line, token.end as usize, clause.end) {
            out.push(r);
            continue;
        }
        // 向X报告
        let before = &line.text[clause.start..token.start as usize];
        if let Some(i) = before.rfind('向') {
            let from = clause.start + i + '向'.len_utf8();
            let end = name_end(line, from, token.start as usize);
            if let Some(end) = end {
                out.push(from..end);
            }
        }
    }
    out
}

/// The body named right after a verb of reporting (with 至 到 给 between).
fn receiver_after(line: &Line<'_>, from: usize, end: usize) -> Option<Range<usize>> {
    let rest = &line.text[from..end];
    let mut at = from;
    for link in ["送至", "送到", "送给", "送", "至", "到", "给", "请"] {
        if rest.starts_with(link) {
            at += link.len();
            break;
        }
    }
    let stop = name_end(line, at, end)?;
    Some(at..stop)
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
fn published_to(line: &Line<'_>, index: usize) -> Option<Range<usize>> {
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
    let end = ["等", "上", "公开", "公布", "公示", "公告", "发布", "加强", "进行", "予以"]
        .iter()
        .filter_map(|w| rest.find(w))
        .min()?;
    let place = &rest[..end];
    let media = ["媒体", "平台", "网站", "公众号", "公示栏", "公开栏", "显示屏", "门户", "栏"];
    media.iter().any(|w| place.ends_with(w)).then_some(clause.start + from..clause.start + from + end)
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
    let lean = ["将", "把", "向", "以书面", "按", "由", "及时", "统一"].iter().any(|w| words.starts_with(w));
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

/// The time words of a duty: its dates, or 及时, 定期.
fn time_words(line: &Line<'_>, range: Range<usize>, index: usize) -> Option<Range<usize>> {
    let inside: Vec<&Range<usize>> = line
        .times
        .iter()
        .map(|f| &f.range)
        .filter(|r| r.start >= range.start && r.end <= range.end)
        .collect();
    if let (Some(first), Some(last)) = (inside.first(), inside.last()) {
        return Some(first.start..last.end);
    }
    let words = line.slice(range.clone());
    for word in ["及时", "第一时间", "定期", "立即", "适时", "随时", "按期", "按时", "同步", "不定期"]
    {
        if let Some(i) = words.find(word) {
            return Some(range.start + i..range.start + i + word.len());
        }
    }
    // A time in the clause before, in the same sentence: "每月25日前，各村将…报送".
    let from = line.clauses_of(index).start;
    (from..index).rev().take(2).find_map(|i| {
        let c = &line.clauses[i].range;
        let has_verb = report_verb(line, i).is_some();
        line.times
            .iter()
            .filter(|_| !has_verb)
            .map(|f| f.range.clone())
            .find(|r| r.start >= c.start && r.end <= c.end && r.end + 3 >= c.end)
    })
}

/// What is submitted: the object between 将 and the verb, else what follows the verb.
fn what(line: &Line<'_>, clause: &Range<usize>, verb: &Range<usize>) -> String {
    let before = &line.text[clause.start..verb.start];
    for open in ["将", "把"] {
        if let Some(i) = before.rfind(open) {
            let words = before[i + open.len()..].trim();
            if !words.is_empty() {
                return words.to_owned();
            }
        }
    }
    let mut after = line.text[verb.end..clause.end].trim();
    if let Some(r) = receiver_after(line, verb.end, clause.end) {
        after = line.text[r.end..clause.end].trim();
    }
    if after.is_empty() { line.slice(verb.clone()).to_owned() } else { after.to_owned() }
}
