//! What a section is about, as its heading says.

use luoshi_text::Document;

use super::annex::annex_head;
use super::heading::children;
use crate::letters::Few;
use crate::lexicon::{Words, lists};
use crate::model::Node;

/// What a section is about, as its heading says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Guidance,
    Goal,
    Scope,
    /// An annex that distributes numbers.
    AnnexQuota,
    /// An annex that lists names.
    AnnexList,
    Schedule,
    Requirement,
    Group,
    Incentive,
    Task,
}

/// The words of headings, in the order in which they decide.
fn titles() -> [(Section, &'static Words); 12] {
    let l = lists();
    [
        (Section::Incentive, &l.title_incentive),
        (Section::Group, &l.title_group),
        (Section::Guidance, &l.title_guidance),
        (Section::Task, &l.title_breakdown),
        (Section::Goal, &l.title_goal),
        (Section::Schedule, &l.title_schedule),
        (Section::Scope, &l.title_scope),
        (Section::Requirement, &l.title_requirement),
        (Section::Task, &l.title_task),
        (Section::Incentive, &l.title_assessment),
        (Section::Requirement, &l.title_oversight),
        (Section::Guidance, &l.title_opening),
    ]
}

/// What a heading announces.
pub(crate) fn section_of(title: &str) -> Option<Section> {
    let letters = Few::of(title);
    titles().into_iter().find(|(_, words)| words.lie_among(title, &letters)).map(|(section, _)| section)
}

/// The section of each node: its own heading's or that of the nearest heading above; an annex is a
/// section of its own.
pub(crate) fn sections(doc: &Document, nodes: &[Node]) -> Vec<Option<Section>> {
    let mut out: Vec<Option<Section>> = Vec::with_capacity(nodes.len());
    let has_child = children(nodes);
    let mut annex: Option<Option<Section>> = None;
    for (i, node) in nodes.iter().enumerate() {
        let text = doc.slice(node.span);
        if annex_head(doc, nodes, i) {
            annex = Some(annex_section(text));
            out.push(annex.flatten());
            continue;
        } else if annex == Some(None) && node.marker.is_none() && text.chars().count() <= 45 {
            // The title on the line after 附件1.
            annex = Some(annex_section(text));
        }
        let above = node.parent.and_then(|p| out[p as usize]);
        let own = own_section(doc, node, above, has_child[i]);
        out.push(own.or(above).or(annex.flatten()));
    }
    out
}

/// What an annex holds, as its title says.
fn annex_section(title: &str) -> Option<Section> {
    let has = |words: &[&str]| words.iter().any(|w| title.contains(w));
    if has(&["领导小组", "工作组名单", "成员名单", "指挥部"]) {
        Some(Section::Group)
    } else if has(&["分配", "指标", "名额", "评分", "任务数", "考核表", "目标任务表", "任务表"])
    {
        Some(Section::AnnexQuota)
    } else if has(&["名录", "企业名单", "名单", "一览"]) {
        Some(Section::AnnexList)
    } else if has(&["表", "清单", "方案", "安排"]) {
        Some(Section::Task)
    } else {
        None
    }
}

fn own_section(doc: &Document, node: &Node, above: Option<Section>, has_child: bool) -> Option<Section> {
    node.marker?;
    let title = doc.slice(node.title);
    // A sentence that others follow is no title.
    let sentence = node.title.end + 3 < node.span.end && title.contains(['，', ',']);
    if sentence || title.chars().count() > 30 {
        return None;
    }
    let found = section_of(title)?;
    match above {
        None => Some(found),
        // Below a section only a telling heading of another kind changes it.
        Some(above) => {
            let short = title.chars().count() <= 12;
            match (above, found) {
                (Section::Requirement | Section::Task, Section::Group)
                    if title.contains("组成") || title.contains("机构") =>
                {
                    Some(found)
                }
                (Section::Requirement | Section::Task, Section::Incentive) if has_child && short => {
                    Some(found)
                }
                (Section::Guidance, Section::Goal)
                    if short
                        && (title.contains("工作目标")
                            || title.contains("总体目标")
                            || title.contains("主要目标")
                            || title.contains("目标任务")) =>
                {
                    Some(found)
                }
                (Section::Task, Section::Schedule)
                    if short && has_child && (title.contains("步骤") || title.contains("阶段")) =>
                {
                    Some(found)
                }
                (Section::Guidance, Section::Scope) if short => Some(found),
                _ => None,
            }
        }
    }
}
