//! Conditions with consequences for those who do the work.

use std::ops::Range;

use luoshi_when::numeral::parse_number;

use super::Line;
use crate::lexicon::{Token, class};
use crate::model::RuleKind;

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleFact {
    pub(crate) range: Range<usize>,
    pub(crate) kind: RuleKind,
    pub(crate) when: String,
    pub(crate) effect: String,
    pub(crate) amount: Option<f64>,
    pub(crate) per: Option<String>,
}

/// The rules of a line.
pub(crate) fn rules(line: &Line<'_>) -> Vec<RuleFact> {
    let mut out = Vec::new();
    // No word of consequence, no points, no training: nothing to read.
    if line.classes & class::EFFECT == 0 && !line.digits && !line.text.contains("培训") {
        return out;
    }
    let mut i = 0;
    while i < line.clauses.len() {
        let sentence = line.clauses_of(i);
        sentence_rules(line, sentence.clone(), &mut out);
        i = sentence.end;
    }
    out
}

/// A condition that is open in a sentence.
#[derive(Clone, Debug)]
struct Condition {
    /// Its words.
    range: Range<usize>,
    /// Where the words of the consequence begin, where they follow in the same clause.
    effect_from: Option<usize>,
    /// Index of the last rule made of it.
    made: Option<usize>,
    /// Clauses since it was opened that held no consequence.
    idle: u32,
}

fn sentence_rules(line: &Line<'_>, clauses: Range<usize>, out: &mut Vec<RuleFact>) {
    let mut open: Option<Condition> = None;
    for i in clauses {
        let clause = line.clauses[i].range.clone();
        if matches!(line.clauses[i].before, '；' | ';') {
            open = None;
        }
        let again = open.as_ref().is_some_and(|o| o.made.is_some()) && speaks_of_same(line, &clause);
        // After 对…的， a further 对 belongs to the consequence.
        let closed = open.as_ref().is_some_and(|o| {
            o.made.is_none()
                && o.effect_from.is_none()
                && line.text[..clause.start].trim_end_matches(['，', ',']).ends_with('的')
        });
        let follows = closed
            && !line.slice(clause.clone()).ends_with('的')
            && de_split(line, &clause).is_none()
            && effect(line, clause.clone()).is_some();
        if !again
            && !follows
            && let Some(from) = condition_start(line, &clause, open.as_ref())
        {
            let split = condition_end(line, from, &clause);
            let start = match &open {
                Some(o) if o.made.is_none() && o.effect_from.is_none() => o.range.start,
                _ => from,
            };
            let end = split.unwrap_or(clause.end);
            let effect_from = (end < clause.end).then(|| skip_tail(line, end));
            let effect_from = effect_from.filter(|at| *at < clause.end);
            open = Some(Condition { range: start..end, effect_from, made: None, idle: 0 });
            if effect_from.is_none() {
                continue;
            }
        }
        if open.is_none()
            && let Some(at) = bare_score(line, &clause)
        {
            let from = skip_lead(line, &clause);
            open = Some(Condition { range: from..at, effect_from: Some(at), made: None, idle: 0 });
        }
        let bare = open
            .as_ref()
            .is_some_and(|o| o.effect_from.is_some_and(|at| clause.contains(&at)) && o.made.is_none());
        consequence(line, clause.clone(), &mut open, out);
        if bare && bare_score(line, &clause).is_some() {
            open = None;
        }
    }
}

/// 漏报1次扣2分, 一等奖奖励500元: condition and points in one clause without 的; where the points begin.
fn bare_score(line: &Line<'_>, clause: &Range<usize>) -> Option<usize> {
    let words = line.slice(clause.clone());
    if !line.digits || !words.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    for verb in ["扣", "加", "奖励", "每卷奖励", "罚", "每人奖励"] {
        let Some(i) = words.find(verb) else { continue };
        let after = &words[i + verb.len()..];
        let near = after.chars().take(12).any(|c| c.is_ascii_digit());
        let counted = words[..i].chars().any(|c| c.is_ascii_digit() || "一二三每".contains(c));
        let head = words[..i].chars().count();
        if near
            && counted
            && (2..=24).contains(&head)
            && !amounts(&words[i..]).is_empty()
            && !words.contains('的')
        {
            // 一等奖每卷奖励2000元: what it counts belongs to the consequence.
            let each = words[..i].rfind('每').filter(|e| *e > 0 && words[*e..i].chars().count() <= 4);
            return Some(clause.start + each.unwrap_or(i));
        }
    }
    None
}

/// 对该村…, 并…: a further consequence of the same condition.
fn speaks_of_same(line: &Line<'_>, clause: &Range<usize>) -> bool {
    let rest = line.slice(skip_lead(line, clause)..clause.end);
    ["对该", "对其", "并对该", "并对其", "该", "其"].iter().any(|w| rest.starts_with(w))
}

/// Reads a clause as the consequence of an open condition, or as a rule on scores of its own.
fn consequence(line: &Line<'_>, clause: Range<usize>, open: &mut Option<Condition>, out: &mut Vec<RuleFact>) {
    let own = open.as_ref().and_then(|o| o.effect_from).filter(|at| clause.contains(at));
    let from = own.unwrap_or(clause.start);
    let kind = effect(line, from..clause.end);
    let Some(kind) = kind else {
        if let Some(o) = open {
            if let Some(k) = o.made {
                if continues_effect(line, &clause) {
                    extend(line, &mut out[k], clause.end);
                }
            } else if o.effect_from.is_none() {
                o.range.end = clause.end;
            }
            o.idle += 1;
            if o.idle > 3 {
                *open = None;
            }
        }
        return;
    };
    if kind == RuleKind::Score {
        if let Some(k) = open.as_ref().and_then(|o| o.made)
            && line.slice(from..clause.end).contains("不超过")
        {
            extend(line, &mut out[k], clause.end);
            return;
        }
        if let Some(fact) = score_rule(line, from..clause.end, clause.start, open.as_ref()) {
            out.push(fact);
            if let Some(o) = open {
                o.made = Some(out.len() - 1);
            }
        }
        return;
    }
    let Some(condition) = open else { return };
    // The consequence may have begun in a clause before (要立即整改，该停产的…).
    let start = match condition.effect_from {
        Some(at) if condition.made.is_none() => at,
        _ => from,
    };
    let words = line.slice(start..clause.end);
    if let Some(k) = condition.made {
        if out[k].kind == kind && out[k].amount.is_none() && kind == RuleKind::Reward {
            // 授予称号，每班奖励200元: one reward.
            extend(line, &mut out[k], clause.end);
            out[k].amount = amounts(words).first().map(|(a, _)| *a);
            out[k].per = out[k].amount.and(per(words, &out[k].when));
            return;
        }
        let same = out[k].kind == kind && amounts(words).is_empty();
        let veto = kind == RuleKind::Veto && out[k].kind == RuleKind::Penalty;
        if same || veto {
            out[k].kind = kind;
            extend(line, &mut out[k], clause.end);
            return;
        }
    }
    let range = if condition.made.is_some() {
        clause.clone()
    } else {
        opening(line, condition.range.start)..clause.end
    };
    let when = condition_words(line, condition);
    condition.made = Some(out.len());
    let last_per = out.last().and_then(|r| r.per.clone());
    push_rules(out, range, kind, &when, words, last_per);
    condition.made = Some(out.len() - 1);
}

/// Lets a rule's consequence run on to `end`.
fn extend(line: &Line<'_>, fact: &mut RuleFact, end: usize) {
    let all = line.slice(fact.range.start..end);
    if let Some(at) = all.find(fact.effect.as_str()) {
        fact.effect = all[at..].to_owned();
        fact.range.end = end;
    }
}

/// One rule, or one for each rank where amounts are listed (排名一、二、三名…1000、800、500元).
fn push_rules(
    out: &mut Vec<RuleFact>,
    range: Range<usize>,
    kind: RuleKind,
    when: &str,
    effect: &str,
    last_per: Option<String>,
) {
    let found = amounts(effect);
    let per = per(effect, when);
    let ranks = ranks(when);
    if found.len() > 1 && ranks.len() == found.len() {
        for (rank, (amount, words)) in ranks.iter().zip(&found) {
            let stem = when.find(['一', '1']).map_or(when, |i| &when[..i]);
            let stem = stem.trim_end_matches("第");
            let list: Vec<&str> = found.iter().map(|(_, w)| w.as_str()).collect();
            let one = effect.replace(&list.join("、"), words).replace(&list.join("元、"), words);
            out.push(RuleFact {
                range: range.clone(),
                kind,
                when: format!("{stem}第{rank}名"),
                effect: one,
                amount: Some(*amount),
                per: per.clone().or_else(|| last_per.clone()),
            });
        }
        return;
    }
    let amount = found.first().map(|(a, _)| *a);
    let per = amount.and(per);
    out.push(RuleFact { range, kind, when: when.to_owned(), effect: effect.trim().to_owned(), amount, per });
}

/// Ranks listed in a condition, as written: 一、二、三名.
fn ranks(when: &str) -> Vec<String> {
    let digit = |c: char| "一二三四五".contains(c);
    let last = when.char_indices().rev().find(|(_, c)| digit(*c)).map(|(i, c)| i + c.len_utf8());
    let named = when.rfind('名').filter(|i| when[..*i].ends_with(digit));
    let Some(end) = named.or(last) else { return Vec::new() };
    let head = &when[..end];
    let from = head
        .rfind(|c: char| !"一二三四五六七八九十123456789、第名,，".contains(c))
        .map_or(0, |i| i + head[i..].chars().next().map_or(0, char::len_utf8));
    let items: Vec<String> = head[from..]
        .split(['、', ',', '，'])
        .map(|s| s.trim_matches(['第', '名']).to_owned())
        .filter(|s| !s.is_empty())
        .collect();
    if items.len() > 1 { items } else { Vec::new() }
}

/// Amounts of money or points in a consequence, with their words.
fn amounts(effect: &str) -> Vec<(f64, String)> {
    let mut out: Vec<(f64, String)> = Vec::new();
    let mut at =
        effect.find(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c)).unwrap_or(effect.len());
    while at < effect.len() {
        let rest = &effect[at..];
        let c = rest.chars().next().unwrap_or(' ');
        if !(c.is_ascii_digit() || ('０'..='９').contains(&c)) {
            at += c.len_utf8();
            continue;
        }
        let Some((n, len)) = parse_number(rest) else {
            at += c.len_utf8();
            continue;
        };
        let after = &rest[len..];
        if after.starts_with('元')
            || after.starts_with("万元")
            || after.starts_with('分') && !after.starts_with("分钟") && !after.starts_with("分别")
            || listed_money(after)
        {
            let scale = if after.starts_with("万元") { 10_000.0 } else { 1.0 };
            out.push((n * scale, rest[..len].to_owned()));
        }
        at += len;
    }
    out
}

/// 1000、800、500元: the unit stands after the last.
fn listed_money(after: &str) -> bool {
    let Some(rest) = after.strip_prefix(['、', ',']) else {
        return false;
    };
    let Some((_, len)) = parse_number(rest) else {
        return false;
    };
    let tail = &rest[len..];
    tail.starts_with('元') || tail.starts_with('分') || listed_money(tail)
}

/// For each what an amount counts.
fn per(effect: &str, when: &str) -> Option<String> {
    for mark in ["元/", "分/"] {
        if let Some(i) = effect.find(mark) {
            let word: String = effect[i + mark.len()..]
                .chars()
                .take_while(|c| !"奖补的给标发，,。；".contains(*c))
                .take(2)
                .collect();
            return (!word.is_empty()).then_some(word);
        }
    }
    for source in [effect, when] {
        let Some(i) = source.find('每') else { continue };
        let words = &source[i + '每'.len_utf8()..];
        if let Some(rest) = words.strip_prefix('个') {
            // 每个处室奖励: the body itself; of a longer name its last word.
            let end = ["奖", "扣", "加", "补", "给", "罚", "发"].iter().filter_map(|v| rest.find(v)).min();
            let digit = rest.find(|c: char| c.is_ascii_digit());
            let end = end.into_iter().chain(digit).min().unwrap_or(rest.len());
            let name = &rest[..end];
            let n = name.chars().count();
            if n > 0 {
                let last: String = name.chars().skip(n.saturating_sub(2)).collect();
                return Some(last);
            }
        }
        let measures = [
            "人次", "次", "人", "件", "处", "项", "起", "例", "座", "户", "篇", "条", "校", "班", "所", "份",
            "卷", "村", "天", "日", "名", "分", "辆", "场", "期", "家", "张", "亩",
        ];
        let near: String = words.chars().take(8).collect();
        if let Some(m) = measures.iter().find(|m| near.starts_with(**m)) {
            return Some((*m).to_owned());
        }
        if let Some((_, m)) = measures.iter().filter_map(|m| near.find(m).map(|at| (at, m))).min() {
            return Some((*m).to_owned());
        }
    }
    // 各扣300元, 分别处以…: for each of those that the condition describes.
    let body = ["村", "学校", "班级", "部门", "处室", "企业", "乡镇", "科室"]
        .iter()
        .find(|w| when.ends_with(**w) || when.contains(&format!("的{w}")));
    if effect.contains("分别")
        || effect.starts_with('各')
        || effect.contains("并各")
        || when.ends_with("的村")
        || effect.starts_with("对该村")
    {
        return body.map(|w| (*w).to_owned()).or_else(|| when.contains('村').then(|| "村".to_owned()));
    }
    // 漏报1件扣2分
    let counted =
        when.char_indices().rev().find(|(_, c)| c.is_ascii_digit()).map(|(i, c)| &when[i + c.len_utf8()..]);
    counted.filter(|m| m.chars().count() == 1 && "件次处项起例人户篇条".contains(*m)).map(str::to_owned)
}

/// Where a condition begins in a clause: after 对, 凡, 如; or the clause itself where it ends in 的.
fn condition_start(line: &Line<'_>, clause: &Range<usize>, open: Option<&Condition>) -> Option<usize> {
    let words = line.slice(clause.clone());
    let skip = skip_lead(line, clause);
    let rest = line.slice(skip..clause.end);
    let has_de = words.ends_with('的') || de_split(line, clause).is_some() || of_noun(words);
    let goes_on = open.is_some_and(|o| o.made.is_none());
    for word in ["对于", "对", "凡是", "凡", "如果", "如", "若"] {
        if rest.starts_with(word) {
            if line.token_at(skip).is_some_and(|t| t.is(class::NONE) && !matches!(word, "对于")) {
                return None;
            }
            let aside = ["对照", "对接", "对标", "对口", "对待", "对外", "对象", "对策", "对内", "对应"];
            if word == "对" && aside.iter().any(|w| rest.starts_with(w)) {
                return None;
            }
            // A condition that is still open takes the inner 对 in.
            return Some(if goes_on && open.is_some_and(|o| o.effect_from.is_none()) {
                skip
            } else {
                skip + word.len()
            });
        }
    }
    let clear = ["逾期", "一旦", "一经"].iter().any(|w| rest.starts_with(w));
    let bodies = ["企业", "单位", "个人", "学校"];
    let body = bodies.iter().any(|w| words.ends_with(w));
    let by_rule = body && (words.starts_with("依照") || words.starts_with("依规"));
    let more = goes_on && (body || words.starts_with("以及") || words.starts_with("但"));
    (has_de || clear || by_rule || more).then_some(skip)
}

/// 排名末位的村, 超过时限的企业: a clause that is nothing but a description of somebody.
fn of_noun(words: &str) -> bool {
    let Some(i) = words.rfind('的') else { return false };
    let tail = words[i + '的'.len_utf8()..].trim_end_matches(['）', ')']);
    let tail = tail.split(['（', '(']).next().unwrap_or(tail);
    let nouns = [
        "村",
        "企业",
        "单位",
        "学校",
        "班级",
        "部门",
        "处室",
        "科室",
        "个人",
        "教师",
        "人员",
        "乡镇",
        "街道",
        "社区",
        "集体",
        "站所",
        "责任人",
        "司法所",
        "干部",
        "供货商",
        "车辆",
        "商户",
        "农户",
        "党员",
        "职工",
        "教职工",
        "行为",
        "机构",
        "班主任",
        "家长",
        "调解员",
        "镇",
        "所",
        "幼儿园",
        "合作社",
    ];
    i > 0 && nouns.contains(&tail)
}

/// Skips a number and joints at the start of a clause.
fn skip_lead(line: &Line<'_>, clause: &Range<usize>) -> usize {
    let mut at = clause.start.max(if clause.start < line.marker { line.marker } else { 0 });
    if let Some(m) = crate::outline::find_marker(&line.text[at..clause.end]) {
        at += m.len;
    }
    for word in ["同时", "并", "其中", "且", "此外", "另外", " "] {
        if line.text[at..clause.end].starts_with(word) {
            at += word.len();
        }
    }
    at
}

/// Where a condition that begins at `from` ends in its clause.
fn condition_end(line: &Line<'_>, from: usize, clause: &Range<usize>) -> Option<usize> {
    if let Some(at) = de_split(line, clause) {
        return Some(at);
    }
    let words = line.slice(from..clause.end);
    if of_noun(words) {
        return Some(clause.end);
    }
    if let Some(bare) = words.strip_suffix('的') {
        return Some(from + bare.len());
    }
    // 对X要严厉打击 / 对X分别处以 / 对X要立查立改，…
    let verbs = [
        "要",
        "应",
        "须",
        "将",
        "分别",
        "予以",
        "给予",
        "依法",
        "严肃",
        "坚决",
        "进行",
        "一律",
        "实行",
        "责令",
        "处以",
        "由",
        "取消",
        "严格",
        "从严",
        "责成",
        "视情",
        "按",
        "每",
        "扣",
        "加",
        "追究",
        "约谈",
        "通报",
        "一次性",
    ];
    let nouns = [
        "企业",
        "单位",
        "个人",
        "问题",
        "行为",
        "人员",
        "村",
        "学校",
        "情形",
        "事故",
        "乡镇",
        "部门",
        "科室",
        "教师",
        "班级",
        "情况",
        "现象",
        "责任人",
        "同志",
        "站所",
        "处室",
        "司法所",
        "社区",
        "街道",
        "集体",
        "者",
        "员工",
        "干部",
        "负责人",
        "事件",
        "隐患",
    ];
    let mut best: Option<usize> = None;
    for verb in verbs {
        let mut at = 0;
        while let Some(i) = words[at..].find(verb) {
            let p = from + at + i;
            let head = &words[..at + i];
            at += i + verb.len();
            let inside = line.inside_token(p);
            let hidden = line.token_at(p).is_some_and(|t| t.is(class::NONE));
            if head.is_empty() || inside || hidden || line.in_quotes(p) {
                continue;
            }
            let noun = nouns.iter().any(|w| head.ends_with(w))
                || head.ends_with('的')
                || head.ends_with(['）', ')']);
            let strong = matches!(verb, "要" | "应" | "须" | "将" | "一律");
            if noun && (strong || effect(line, p..clause.end).is_some())
                || effect(line, p..clause.end).is_some() && !strong && verb.len() > 3
            {
                best = Some(best.map_or(p, |b: usize| b.min(p)));
                break;
            }
        }
    }
    if best.is_some() {
        return best;
    }
    nouns.iter().any(|w| words.ends_with(w)).then_some(clause.end)
}

/// 的 right before a word of consequence: 完成的按, 优秀的给予.
fn de_split(line: &Line<'_>, clause: &Range<usize>) -> Option<usize> {
    let words = line.slice(clause.clone());
    let mut at = 0;
    while let Some(i) = words[at..].find('的') {
        let p = at + i;
        at = p + '的'.len_utf8();
        let after = &words[at..];
        let starts = [
            "按",
            "给予",
            "予以",
            "由",
            "将",
            "要",
            "取消",
            "不予",
            "不给予",
            "一律",
            "扣",
            "加",
            "每",
            "严肃",
            "依法",
            "依规",
            "通报",
            "责令",
            "责成",
            "处以",
            "奖励",
            "视为",
            "实行",
            "追究",
            "约谈",
            "应",
            "进行",
            "优先",
            "记",
            "计",
            "不得",
            "分别",
        ];
        let starts_ok = starts.iter().any(|w| after.starts_with(w))
            && ![
                "要求",
                "应急",
                "应用",
                "分别情况",
                "计划",
                "加强",
                "按时",
                "加固",
                "记录",
                "进行的",
                "要点",
                "由来",
                "由于",
            ]
            .iter()
            .any(|w| after.starts_with(w));
        if starts_ok && effect(line, clause.start + at..clause.end).is_some() {
            return Some(clause.start + p);
        }
    }
    None
}

/// Skips 的 and marks after a condition.
fn skip_tail(line: &Line<'_>, at: usize) -> usize {
    let rest = &line.text[at..];
    at + (rest.len() - rest.trim_start_matches(['的', '，', ',']).len())
}

/// Where the words of a rule begin: with the 对 or 凡 before the condition.
fn opening(line: &Line<'_>, from: usize) -> usize {
    for word in ["对于", "对", "凡是", "凡", "如果", "如", "若"] {
        if line.text[..from].ends_with(word) {
            return from - word.len();
        }
    }
    from
}

fn condition_words(line: &Line<'_>, condition: &Condition) -> String {
    line.text[condition.range.clone()].trim_end_matches(['的', '，', ',']).trim().to_owned()
}

/// A clause that goes on with what the last consequence began.
fn continues_effect(line: &Line<'_>, clause: &Range<usize>) -> bool {
    let words = line.slice(clause.clone());
    ["该", "并", "直至", "情节", "及时"].iter().any(|w| words.starts_with(w)) && !words.starts_with("该项")
}

/// The kind of consequence in a stretch; none where there is none.
fn effect(line: &Line<'_>, range: Range<usize>) -> Option<RuleKind> {
    let mut best: Option<RuleKind> = None;
    for token in line.tokens_in(range.clone()) {
        if !token.is(class::EFFECT) {
            continue;
        }
        let Some(kind) = effect_of(line, *token, &range) else { continue };
        best = Some(match best {
            None => kind,
            // 取消奖补资格: the first word says which way it goes.
            Some(RuleKind::Penalty) if kind == RuleKind::Reward => RuleKind::Penalty,
            Some(b) if rank(kind) > rank(b) => kind,
            Some(b) => b,
        });
    }
    best.or_else(|| special(line.slice(range)))
}

/// Consequences that are said with words of no class of their own.
fn special(words: &str) -> Option<RuleKind> {
    if words.contains("培训")
        && (words.contains("负责人") || words.contains("责任人"))
        && words.contains("由")
    {
        return Some(RuleKind::Accountability);
    }
    if !amounts(words).is_empty() {
        if words.contains('加') {
            return Some(RuleKind::Score);
        }
        if words.contains("扣") && words.contains('分') {
            return Some(RuleKind::Score);
        }
        if words.contains("奖") {
            return Some(RuleKind::Reward);
        }
        if words.contains("罚") || words.contains("扣") {
            return Some(RuleKind::Penalty);
        }
    }
    None
}

fn rank(kind: RuleKind) -> u32 {
    match kind {
        RuleKind::Veto => 5,
        RuleKind::Reward => 4,
        RuleKind::Penalty => 3,
        RuleKind::Accountability => 2,
        RuleKind::Score => 1,
    }
}

fn effect_of(line: &Line<'_>, token: Token, range: &Range<usize>) -> Option<RuleKind> {
    let word = line.slice(token.range());
    let after = &line.text[token.end as usize..range.end];
    let before = &line.text[range.start..token.start as usize];
    if token.is(class::VETO) {
        return Some(RuleKind::Veto);
    }
    if token.is(class::SCORE) {
        let judged = [
            "考核",
            "考评",
            "绩效",
            "评价",
            "星级",
            "评优",
            "评先",
            "评比",
            "考评",
            "目标管理",
            "积分",
            "评定",
        ];
        let all = line.slice(range.clone());
        let ok = match word {
            "纳入" | "列入" | "计入" | "记入" => {
                judged.iter().any(|w| after.contains(w))
                    && !after.starts_with("国有")
                    && !after.starts_with("重要议事日程")
            }
            "依据" | "重要依据" | "重要内容" | "重点内容" | "重要参考" => {
                before.contains("作为") && (judged.iter().any(|w| all.contains(w)) || all.contains("年度"))
            }
            "挂钩" | "相挂钩" => true,
            "扣分" | "加分" | "考评分" | "赋分" => true,
            _ => false,
        };
        return ok.then_some(RuleKind::Score);
    }
    if token.is(class::ACCOUNTABILITY) {
        let noun =
            ["制", "机制", "制度", "办法", "处理机制"].iter().any(|w| after.starts_with(w)) && word != "表态";
        let ok = match word {
            "追究" => {
                after.contains("责任")
                    && !after.contains("制度")
                    && !after.contains("责任制")
                    && !before.ends_with("责任")
            }
            "谈话" => before.contains("诫勉") || before.contains("提醒") || before.contains("约"),
            "倒查" | "责任倒查" => true,
            _ => !noun,
        };
        return ok.then_some(RuleKind::Accountability);
    }
    if token.is(class::PENALTY) {
        let ok = match word {
            "取消" | "撤销" | "收回" | "暂停" => {
                ["资格", "称号", "评", "补", "奖", "荣誉", "命名", "牌", "优秀", "经费", "先进"]
                    .iter()
                    .any(|w| after.contains(w))
            }
            "不予" | "不给予" => ["补", "奖", "评", "表彰", "经费", "兑现", "认定", "命名", "推荐"]
                .iter()
                .any(|w| after.contains(w)),
            "批评" => before.contains("通报") || before.contains("点名"),
            "处分" => !after.starts_with('权'),
            "查处" => !before.ends_with("执法") && !before.ends_with('、'),
            _ => true,
        };
        return ok.then_some(RuleKind::Penalty);
    }
    if token.is(class::REWARD) {
        let noun = ["制度", "机制", "办法", "大会", "先进", "资金", "补助", "条例"]
            .iter()
            .any(|w| after.starts_with(w));
        let ok = match word {
            "授予" | "命名" => {
                before.contains("给予")
                    || before.contains("予以")
                    || after.contains("称号")
                    || word == "命名" && after.contains('“')
            }
            _ => !noun,
        };
        return ok.then_some(RuleKind::Reward);
    }
    None
}

/// 将X纳入Y考核; X作为Y的依据: condition and consequence around the verb.
fn score_rule(
    line: &Line<'_>,
    range: Range<usize>,
    clause_start: usize,
    open: Option<&Condition>,
) -> Option<RuleFact> {
    let token = line
        .tokens_in(range.clone())
        .iter()
        .find(|t| t.is(class::SCORE) && effect_of(line, **t, &range).is_some())
        .copied();
    let Some(token) = token else {
        // 每处扣2分: points for an open condition.
        let open = open?;
        let effect = line.slice(range.clone()).to_owned();
        let when = condition_words(line, open);
        let amount = amounts(&effect).first().map(|(a, _)| *a);
        let per = amount.and(per(&effect, &when));
        let start = if open.made.is_none() { opening(line, open.range.start) } else { clause_start };
        return Some(RuleFact { range: start..range.end, kind: RuleKind::Score, when, effect, amount, per });
    };
    let words = line.slice(range.clone());
    let mut verb = token.start as usize;
    let word = line.slice(token.range());
    if matches!(word, "依据" | "重要依据" | "重要内容" | "重点内容" | "重要参考") {
        verb = range.start + words.rfind("作为")?;
    }
    if matches!(word, "扣分" | "加分" | "考评分" | "赋分" | "挂钩" | "相挂钩") {
        let (when, effect) = match open {
            Some(c) => (condition_words(line, c), words.to_owned()),
            None if word == "考评分" && words.contains("依据") => {
                let at = words.find("依据")? + "依据".len();
                let end = words.find("进行").unwrap_or(words.len()).max(at);
                (words[at..end].to_owned(), "考评分".to_owned())
            }
            None if word.contains("挂钩") => {
                let at = words.rfind(['与', '和', '同'])?;
                (words[..at].trim_start_matches('将').to_owned(), words[at..].to_owned())
            }
            None => return None,
        };
        let start = open.map_or(clause_start, |c| opening(line, c.range.start).min(clause_start));
        let amount = amounts(&effect).first().map(|(a, _)| *a);
        let per = amount.and(per(&effect, &when));
        return Some(RuleFact { range: start..range.end, kind: RuleKind::Score, when, effect, amount, per });
    }
    let head = &line.text[range.start..verb];
    let from = head.rfind('将').or_else(|| head.rfind('把')).map_or(0, |i| i + '将'.len_utf8());
    let mut when = head[from..]
        .trim_end_matches(['要', '应', '并', '也', '均', '一', '并'])
        .trim_end_matches("一并")
        .trim()
        .to_owned();
    let start = if when.is_empty() {
        // "考核结果，纳入…": the subject stands in the clause before.
        let i = line.clause_at(range.start)?.checked_sub(1)?;
        let before = &line.clauses[i];
        when = line.slice(before.range.clone()).to_owned();
        if matches!(when.as_str(), "" | "同时") {
            return None;
        }
        before.range.start
    } else if let Some(c) = open.filter(|c| c.made.is_none()) {
        when = condition_words(line, c);
        opening(line, c.range.start)
    } else {
        clause_start
    };
    let effect = line.text[verb..range.end].to_owned();
    Some(RuleFact { range: start..range.end, kind: RuleKind::Score, when, effect, amount: None, per: None })
}
