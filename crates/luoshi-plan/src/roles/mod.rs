//! What each line of a plan holds, from the headings above it and from its own content.

mod annex;
mod heading;
mod place;
mod section;

use luoshi_text::Document;

use crate::letters::Letters;
use crate::lexicon::lists;
use crate::model::{MarkerKind, Node, Role};
use annex::annex_head;
use heading::is_heading;
use place::says_why;

pub(crate) use annex::annex_notes;
pub(crate) use heading::has_child;
pub(crate) use place::{Place, is_date_line, is_title_like, places};
pub(crate) use section::{Section, sections};

/// What the content of a block says about its role.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Content {
    /// Its characters.
    pub(crate) letters: Letters,
    /// Share of the words that rules cover, 0 to 1.
    pub(crate) rules: f32,
    /// It belongs to the list of annexes.
    pub(crate) annex_note: bool,
    /// It holds a time.
    pub(crate) dated: bool,
    /// Names placed in a leading group.
    pub(crate) group: usize,
    /// It names a phase with dates.
    pub(crate) dated_stage: bool,
    /// It names a phase.
    pub(crate) stage: bool,
    /// It begins with the time of a target (到2027年).
    pub(crate) target: bool,
    /// Something stands below it.
    pub(crate) has_child: bool,
}

/// Residue of web pages and office suites.
pub(crate) fn is_noise(text: &str, letters: &Letters) -> bool {
    let n = text.chars().count();
    text.len() <= 900 && lists().web_intros.lie_among(text, letters)
        || n <= 40 && (lists().web_residue.lie_among(text, letters) || text.contains("更多 +"))
        || n <= 30
            && (text.starts_with("来源：") || text.starts_with("来源:") || text.starts_with("发布时间"))
        || text.starts_with("http")
        || text.starts_with("www.")
}

/// The role of a block.
pub(crate) fn role(
    doc: &Document,
    nodes: &[Node],
    i: usize,
    section: Option<Section>,
    content: Content,
    place: Place,
) -> Role {
    let text = doc.slice(nodes[i].span);
    if is_noise(text, &content.letters) {
        return Role::Noise;
    }
    if place != Place::Body || nodes[i].marker == Some(MarkerKind::Article) && says_why(text) {
        return Role::Preamble;
    }
    if content.annex_note || annex_head(doc, nodes, i) || is_annex_title(doc, nodes, i) {
        return Role::Heading;
    }
    if is_heading(doc, nodes, i, content.has_child) && !content.dated_stage && content.group == 0 {
        return Role::Heading;
    }
    match section {
        Some(Section::Guidance) if content.target => Role::Goal,
        Some(Section::Guidance) => Role::Guidance,
        Some(Section::Goal) => Role::Goal,
        Some(Section::Scope) => Role::Scope,
        Some(Section::AnnexQuota | Section::AnnexList) if content.dated => Role::Task,
        Some(Section::AnnexQuota) => Role::Goal,
        Some(Section::AnnexList) => Role::Scope,
        Some(Section::Schedule) if overall_time(doc, nodes, i) => Role::Scope,
        Some(Section::Schedule) => by_content(text, content, Role::Stage),
        Some(Section::Group) if content.group == 0 && text.chars().count() > 60 => {
            by_content(text, content, Role::Requirement)
        }
        Some(Section::Group) => by_content(text, content, Role::Group),
        Some(Section::Incentive) => by_content(text, content, Role::Incentive),
        Some(Section::Requirement) => by_content(text, content, Role::Requirement),
        Some(Section::Task) | None => by_content(text, content, Role::Task),
    }
}

/// The title on the line after 附件1.
fn is_annex_title(doc: &Document, nodes: &[Node], i: usize) -> bool {
    let text = doc.slice(nodes[i].span);
    i > 0
        && nodes[i].marker.is_none()
        && text.chars().count() <= 45
        && !text.contains(['。', '；', '，'])
        && annex_head(doc, nodes, i - 1)
        && crate::outline::is_annex_heading(doc.slice(nodes[i - 1].span))
}

/// The role that a line's own content gives it against its section: a group, rules or a phase.
fn by_content(text: &str, content: Content, section: Role) -> Role {
    if names_group(text, &content, section) {
        Role::Group
    } else if content.rules > 0.55 && matches!(section, Role::Requirement | Role::Task) {
        Role::Incentive
    } else if section == Role::Task && content.dated_stage && content.stage {
        Role::Stage
    } else {
        section
    }
}

/// Whether a line sets up a leading group or names its people.
fn names_group(text: &str, content: &Content, section: Role) -> bool {
    if names_member(text) {
        return true;
    }
    if content.group == 0 {
        return false;
    }
    let n = text.chars().count();
    let opening = text.char_indices().nth(40).map_or(text, |(at, _)| &text[..at]);
    let set_up = opening.contains("成立") && opening.contains("领导小组") && n <= 120;
    let telling = text.contains("组长") || text.contains("办公室设在") || text.contains("成员");
    set_up || content.group >= 2 && section != Role::Stage || content.group == 1 && n <= 60 && telling
}

/// "二、时间安排" with one line below that only gives the time of the whole.
fn overall_time(doc: &Document, nodes: &[Node], i: usize) -> bool {
    let node = &nodes[i];
    let text = doc.slice(node.span);
    let Some(parent) = node.parent else {
        return false;
    };
    let alone = |j: Option<usize>| j.and_then(|j| nodes.get(j)).is_none_or(|n| n.parent != Some(parent));
    let siblings = usize::from(alone(i.checked_sub(1)) && alone(Some(i + 1)));
    siblings == 1
        && node.marker.is_none()
        && text.chars().count() <= 60
        && doc.slice(nodes[parent as usize].title).contains("时间")
}

/// 组长：…, 成　员：…: a line of a leading group, blank or not.
fn names_member(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_whitespace() || matches!(c, '组' | '副' | '成')) {
        return false;
    }
    let bare: String = text.chars().take(8).filter(|c| !c.is_whitespace()).collect();
    ["组长：", "组长:", "副组长：", "副组长:", "成员：", "成员:", "组员：", "组员:"]
        .iter()
        .any(|w| bare.starts_with(w))
}
