//! Which blocks make one piece of work.

use std::ops::Range;

use luoshi_text::BlockKind;

use crate::compile::Reading;
use crate::facts::Line;
use crate::facts::unit::labels;
use crate::lexicon::class;
use crate::model::{Fact, Role, UnitRole, Value};
use crate::roles::Place;
use crate::table::Known;

/// Blocks that together say one thing to do: a numbered item with its continuation paragraphs, a
/// bare heading with the paragraph below it, or a paragraph by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its blocks, as indices of the outline.
    pub(super) blocks: Range<usize>,
    /// The block that gives the title and the place in the outline.
    pub(super) head: usize,
    /// The role of its content.
    pub(super) role: Role,
    /// The node from which headings above are counted; none at the top.
    pub(super) above: Option<usize>,
}

/// The shape of the outline that the walk needs.
#[derive(Debug)]
pub(super) struct Shape {
    /// Whether a numbered node stands below.
    pub(super) marked_child: Vec<bool>,
    /// For an unnumbered paragraph between a heading and its first numbered item: the heading.
    pub(super) intro: Vec<Option<usize>>,
    /// Paragraphs that speak of what stands above them (以上由X负责).
    pub(super) closing: Vec<bool>,
    /// The annex that holds the node.
    pub(super) annex: Vec<Option<usize>>,
    /// Whether it is part of a table, or of the list of annexes: no running text.
    pub(super) apart: Vec<bool>,
}

/// Reads the shape in one pass forward and one back.
pub(super) fn shape(reading: &Reading<'_>, tables: &[Known]) -> Shape {
    let n = reading.nodes.len();
    let mut apart = vec![false; n];
    for known in tables {
        apart[known.grid.nodes.clone()].fill(true);
    }
    for line in crate::annex::listed(reading) {
        apart[line.node] = true;
    }
    let mut marked_child = vec![false; n];
    let mut first_marked = vec![usize::MAX; n];
    for (i, node) in reading.nodes.iter().enumerate() {
        if let (Some(p), Some(_)) = (node.parent, node.marker) {
            marked_child[p as usize] = true;
            first_marked[p as usize] = first_marked[p as usize].min(i);
        }
    }
    let mut intro = vec![None; n];
    let mut closing = vec![false; n];
    let mut annex = vec![None; n];
    let mut current = None;
    // The head of an annex whose first numbered item has not come yet.
    let mut opening = None;
    for (i, node) in reading.nodes.iter().enumerate() {
        let text = reading.lines[i].text;
        if crate::annex::is_head(reading, i) {
            current = Some(i);
            opening = current;
        } else if node.marker.is_some() {
            opening = None;
        }
        annex[i] = current;
        if node.marker.is_none() && opening != Some(i) {
            let above = node.parent.map(|p| p as usize).filter(|p| {
                let first = first_marked[*p];
                first != usize::MAX && i < first
            });
            let listed = reading.nodes.get(i + 1).is_some_and(|next| next.number == 1);
            intro[i] = above.or(opening.filter(|_| listed));
            closing[i] = intro[i].is_none()
                && ["以上", "上述", "前述"].iter().any(|w| text.starts_with(w))
                && text.chars().count() <= 80;
        }
    }
    Shape { marked_child, intro, closing, annex, apart }
}

/// Whether a text speaks of other items instead of saying what to do.
pub(super) fn covers(text: &str) -> bool {
    crate::lexicon::lists().covering.lie_in(text)
}

/// The pieces of work of a plan, in order.
pub(super) fn items(reading: &Reading<'_>, shape: &Shape) -> Vec<Item> {
    let mut out = Vec::new();
    let n = reading.nodes.len();
    let mut i = 0;
    while i < n {
        let end = walk(reading, shape, i, &mut out);
        i = end.max(i + 1);
    }
    out
}

/// Takes the piece of work that begins at a node, if one does; gives the node after it.
fn walk(reading: &Reading<'_>, shape: &Shape, i: usize, out: &mut Vec<Item>) -> usize {
    let node = &reading.nodes[i];
    if !running(reading, shape, i) || shape.closing[i] {
        return i + 1;
    }
    let role = reading.roles[i];
    if shape.marked_child[i] || shape.intro[i].is_some() {
        // A sentence above items is work of its own only where it does not speak of them.
        let says = node.marker.is_none() || node.title.end + 3 < node.span.end;
        let told =
            has_report(&reading.facts[i]) || says && named(&reading.facts[i]) && dated(&reading.facts[i]);
        if role != Role::Heading
            && told
            && !covers(reading.lines[i].text)
            && worth(reading, shape, i..i + 1, role)
        {
            out.push(Item { blocks: i..i + 1, head: i, role, above: node.parent.map(|p| p as usize) });
        }
        return i + 1;
    }
    if role == Role::Heading {
        return under_heading(reading, shape, i, out);
    }
    let end = continued(reading, shape, i, i);
    let standalone = node.marker.is_none();
    if worth(reading, shape, i..end, role) {
        let above = node.parent.map(|p| p as usize);
        out.push(Item {
            blocks: i..end,
            head: i,
            role,
            above: if standalone { beside(reading, above) } else { above },
        });
    }
    end
}

/// A paragraph after the last item of a list stands beside it, not below it.
fn beside(reading: &Reading<'_>, above: Option<usize>) -> Option<usize> {
    match above {
        Some(p) if reading.roles[p] != Role::Heading => reading.nodes[p].parent.map(|q| q as usize),
        other => other,
    }
}

/// A heading without numbered items: the paragraphs below it are its content.
fn under_heading(reading: &Reading<'_>, shape: &Shape, i: usize, out: &mut Vec<Item>) -> usize {
    let deep = reading.nodes[i].parent.is_some();
    let mut at = i + 1;
    let mut first = true;
    while at < reading.nodes.len()
        && reading.nodes[at].parent == Some(i as u32)
        && reading.nodes[at].marker.is_none()
    {
        if !running(reading, shape, at) || shape.closing[at] || reading.roles[at] == Role::Heading {
            at += 1;
            continue;
        }
        let end = if deep { continued(reading, shape, i, at) } else { at + 1 };
        let role = reading.roles[at];
        if worth(reading, shape, at..end, role) {
            let own_stage = reading.facts[at].iter().any(|f| matches!(f.value, Value::Stage { .. }));
            let titled = deep && first && !own_stage;
            out.push(Item {
                blocks: if titled { i..end } else { at..end },
                head: if titled { i } else { at },
                role,
                above: if titled { reading.nodes[i].parent.map(|p| p as usize) } else { Some(i) },
            });
            first = false;
        }
        at = end;
    }
    // 3.植树。 and below it 以上任务由…负责: the last of a list, no heading of what speaks of it.
    let closed = (i + 1..at).any(|k| shape.closing[k]);
    if first && closed && reading.nodes[i].marker.is_some() && deep {
        let above = reading.nodes[i].parent.map(|p| p as usize);
        out.push(Item { blocks: i..i + 1, head: i, role: Role::Task, above });
    }
    at
}

/// The end of the paragraphs that continue the item begun at `from` (its outline parent is `owner`).
fn continued(reading: &Reading<'_>, shape: &Shape, owner: usize, from: usize) -> usize {
    let mut end = from + 1;
    while end < reading.nodes.len() {
        let node = &reading.nodes[end];
        let below = node.parent == Some(owner as u32) && node.marker.is_none();
        if !below || !running(reading, shape, end) || shape.closing[end] {
            break;
        }
        let facts = &reading.facts[end];
        let stage = facts.iter().any(|f| matches!(f.value, Value::Stage { .. }));
        // 建筑施工：由甲站牵头…。 and below it 交通：由乙办牵头…。: each who leads has work of its own.
        let another = || leads(facts) && reading.facts.of(from..end).iter().any(is_bearer);
        let own = !labels(&reading.lines[end]).iter().any(|l| l.start <= reading.lines[end].marker)
            && named(facts)
            && (dated(facts) || has_report(facts) || another());
        if stage || own || is_aside(reading.lines[end].text) {
            break;
        }
        end += 1;
    }
    end
}

/// Running text of the body, not a cell of a table.
fn running(reading: &Reading<'_>, shape: &Shape, i: usize) -> bool {
    let block = &reading.doc.blocks()[reading.nodes[i].block as usize];
    reading.places[i] == Place::Body
        && !shape.apart[i]
        && !matches!(block.kind, BlockKind::Cell { .. })
        && reading.roles[i] != Role::Noise
}

/// Whether the content is something that a unit can be given.
fn worth(reading: &Reading<'_>, shape: &Shape, blocks: Range<usize>, role: Role) -> bool {
    let facts = || reading.facts.of(blocks.clone()).iter();
    let text = reading.lines[blocks.start].text;
    if blocks.len() == 1
        && is_convention(&reading.lines[blocks.start])
        && labels(&reading.lines[blocks.start]).is_empty()
    {
        return false;
    }
    if blocks.clone().all(|i| is_aside(&reading.lines[i].text[reading.lines[i].marker..])) {
        return false;
    }
    let any = |test: &dyn Fn(&Fact) -> bool| facts().any(test);
    let unit = any(&|f| is_bearer(f));
    let date = any(&|f| matches!(f.value, Value::Date { .. }));
    let report = any(&|f| matches!(f.value, Value::Report { .. }));
    match role {
        // A list of things in an annex, each with somebody to see to it by a day.
        Role::Scope if shape.annex[blocks.start].is_some() => unit && date,
        Role::Task if shape.annex[blocks.start].is_some() => {
            let number = any(&|f| matches!(f.value, Value::Quantity { .. }));
            date || report || unit && !(number && is_share(reading, blocks.start))
        }
        Role::Task if blocks.len() == 1 && only_ranks(text) => date || report,
        Role::Task | Role::Stage => true,
        Role::Requirement => {
            let singled = any(&|f| singled_out(reading, f));
            let rank = ["责任人", "负总责", "兼任", "日常事务", "日常工作", "设在", "成立"]
                .iter()
                .any(|w| text.contains(w));
            let rule = any(&|f| matches!(f.value, Value::Rule { .. }));
            unit && (date || report) || report && date || singled && !rank && !rule
        }
        Role::Incentive => unit && (date || report),
        _ => false,
    }
}

/// `松坪乡：图书室5个`: a share of a quota, the unit before the colon.
fn is_share(reading: &Reading<'_>, i: usize) -> bool {
    let line = &reading.lines[i];
    let body = &line.text[line.marker..];
    body.find(['：', ':'])
        .is_some_and(|colon| line.token_before(line.marker + colon).is_some_and(|t| t.is(class::NAME_END)))
}

/// Whether one unit, not a crowd, answers.
fn singled_out(reading: &Reading<'_>, fact: &Fact) -> bool {
    let name = reading.doc.slice(fact.span);
    let crowd =
        ["人员", "职工", "干部", "教师", "师生", "党员", "企业", "家长", "学生", "群众", "部门", "单位"]
            .iter()
            .any(|w| name.ends_with(w));
    !crowd && is_bearer(fact) && matches!(fact.value, Value::Unit { collective: None, .. })
}

fn is_bearer(fact: &Fact) -> bool {
    matches!(fact.value, Value::Unit { role: UnitRole::Lead | UnitRole::Responsible, .. })
}

/// Whether somebody leads or is responsible.
pub(super) fn named(facts: &[Fact]) -> bool {
    facts.iter().any(is_bearer)
}

/// Whether somebody leads.
fn leads(facts: &[Fact]) -> bool {
    facts.iter().any(|f| matches!(f.value, Value::Unit { role: UnitRole::Lead, .. }))
}

/// Whether a time is given.
pub(super) fn dated(facts: &[Fact]) -> bool {
    facts.iter().any(|f| matches!(f.value, Value::Date { .. }))
}

fn has_report(facts: &[Fact]) -> bool {
    facts.iter().any(|f| matches!(f.value, Value::Report { .. }))
}

/// X为第一责任人, X负总责: says who answers, not what to do.
fn only_ranks(text: &str) -> bool {
    let text = text.trim_end_matches('。');
    text.ends_with("责任人") || text.ends_with("负总责")
}

/// Whom to call, whom the plan is for, from when it holds: nothing to do.
fn is_aside(text: &str) -> bool {
    let text = text.trim();
    let told = text.trim_end_matches('。');
    let calls = ["联系人", "联系电话", "咨询电话", "举报电话", "监督电话", "联系方式", "电子邮箱"]
        .iter()
        .any(|w| text.strip_prefix(w).is_some_and(|rest| rest.starts_with(['：', ':', '及', '、'])));
    let receives = text.ends_with(['：', ':'])
        && text.starts_with(['各', '县', '市', '区', '镇', '乡', '机'])
        && text.chars().count() <= 60
        && !["要", "应", "须", "下", "做", "完成", "负责", "职责", "任务", "工作", "措施"]
            .iter()
            .any(|w| text.contains(w));
    let holds = ["本方案", "本通知", "本办法", "本细则", "本意见", "自印发之日", "自发布之日", "自公布之日"]
        .iter()
        .any(|w| text.starts_with(w))
        && told.chars().count() <= 60
        && ["起施行", "起实施", "起执行", "负责解释", "施行"].iter().any(|w| told.contains(w))
        && !["报送", "完成", "牵头"].iter().any(|w| told.contains(w));
    calls || receives || holds
}

/// Whether a text only says how the plan is to be read.
pub(super) fn is_convention(line: &Line<'_>) -> bool {
    says_who_leads(line) || unsaid_time(line) || for_all(line)
}

/// Whether a line says that the first of a list leads.
pub(super) fn says_who_leads(line: &Line<'_>) -> bool {
    line.letters.may_hold("为牵头") && leads_first(line.text)
}

/// 排在第一位的为牵头单位.
pub(super) fn leads_first(text: &str) -> bool {
    text.contains("为牵头")
        && ["第一位", "首位", "第一个", "排名第一", "排第一", "列第一", "在前的"]
            .iter()
            .any(|w| text.contains(w))
}

/// 未注明完成时限的: a time for whatever has none.
pub(super) fn unsaid_time(line: &Line<'_>) -> bool {
    let text = line.text;
    if !line.holds_one(&["时间", "时限", "期限"]) {
        return false;
    }
    let Some(at) = ["未", "没有", "无"].iter().find_map(|w| {
        let at = line.find(w)?;
        let rest: String = text[at..].chars().take(12).collect();
        ["注明", "写明", "明确", "标明", "规定", "列明", "说明", "载明"]
            .iter()
            .any(|w| rest.contains(w))
            .then_some(at)
    }) else {
        return false;
    };
    let rest: String = text[at..].chars().take(20).collect();
    rest.contains("时间") || rest.contains("时限") || rest.contains("期限")
}

/// 各项任务由…负责: a sentence about all tasks of the plan.
pub(super) fn for_all(line: &Line<'_>) -> bool {
    let given = line.letters.has('由') && (line.holds("负责") || line.holds("牵头"));
    let all = ["各项任务", "所有任务", "全部任务", "各项工作任务", "本方案各项", "本方案所列"];
    given
        && all.iter().any(|w| {
            line.find(w).is_some_and(|at| {
                let rest: String = line.text[at + w.len()..].chars().take(24).collect();
                rest.starts_with(['由', '均', '，'])
                    && rest.contains('由')
                    && (rest.contains("负责") || rest.contains("牵头"))
            })
        })
}
