//! What each line of a plan holds, from the headings above it and from its own content.

use luoshi_text::{Document, Span};

use crate::model::{MarkerKind, Node, Role};
use crate::words::is_stop;

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

/// What the content of a block says about its role.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Content {
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
}

/// The words of headings, in the order in which they decide.
const TITLES: [(Section, &[&str]); 12] = [
    (
        Section::Incentive,
        &[
            "奖惩",
            "奖励",
            "处罚",
            "责任追究",
            "问责",
            "激励",
            "考核评分",
            "考核办法",
            "计分",
            "评分",
            "奖罚",
            "考核与奖惩",
            "考核奖",
        ],
    ),
    (
        Section::Group,
        &[
            "组织机构",
            "健全机构",
            "成立组织",
            "健全组织",
            "工作机构",
            "领导机构",
            "领导小组",
            "组织结构",
            "组织架构",
            "领导机构",
            "机构设置",
            "工作专班",
            "人员组成",
            "组成人员",
        ],
    ),
    (
        Section::Guidance,
        &[
            "指导思想",
            "总体要求",
            "总体思路",
            "意义",
            "背景",
            "原则",
            "必要性",
            "工作思路",
            "指导方针",
            "目的意义",
            "编制依据",
            "工作依据",
        ],
    ),
    (Section::Task, &["具体要求", "目标任务分解", "任务分解", "工作措施", "活动要求"]),
    (Section::Goal, &["目标", "预期成效", "预期效果", "工作指标"]),
    (
        Section::Schedule,
        &[
            "步骤",
            "阶段",
            "进度",
            "时间安排",
            "日程",
            "工作安排",
            "时间节点",
            "推进计划",
            "工作流程安排",
            "实施安排",
        ],
    ),
    (
        Section::Scope,
        &[
            "范围",
            "对象",
            "宣传重点",
            "活动主题",
            "宣传主题",
            "活动时间",
            "实施时间",
            "起止时间",
            "时间",
            "用工企业",
            "适用",
            "宣传内容重点",
        ],
    ),
    (Section::Requirement, &["保障", "要求", "组织领导", "组织实施", "工作纪律", "组织管理", "纪律"]),
    (
        Section::Task,
        &[
            "任务", "重点", "措施", "内容", "活动", "做法", "策略", "排查", "整治", "形式", "职责", "分工",
            "机制", "方法", "举措", "工程", "行动", "管理", "工作", "流程", "方式", "程序",
        ],
    ),
    (Section::Incentive, &["考核", "监督考评"]),
    (Section::Requirement, &["督查", "督导", "监督", "宣传"]),
    (Section::Guidance, &["前言", "概况", "现状", "形势"]),
];

/// What a heading announces.
pub(crate) fn section_of(title: &str) -> Option<Section> {
    TITLES.iter().find(|(_, words)| words.iter().any(|w| title.contains(w))).map(|(s, _)| *s)
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

/// Whether a node is the head of an annex that stands in the file, not a line of the list of annexes.
pub(crate) fn annex_head(doc: &Document, nodes: &[Node], i: usize) -> bool {
    let text = doc.slice(nodes[i].span);
    crate::outline::begins_annex(text) && !is_annex_note(text)
}

/// 附件：1.任务分解表: the list of annexes below the text.
fn is_annex_note(text: &str) -> bool {
    let rest = text.strip_prefix("附件").unwrap_or("");
    rest.starts_with(['：', ':']) && rest.chars().count() > 2
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

/// Which blocks belong to the list of annexes between text and signature.
pub(crate) fn annex_notes(doc: &Document, nodes: &[Node]) -> Vec<bool> {
    let mut out: Vec<bool> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let text = doc.slice(node.span);
        let goes_on = out.last().copied().unwrap_or(false);
        let numbered =
            node.marker.is_some() && node.number > 1 && text.len() <= 135 && !text.contains(['。', '；']);
        out.push(is_annex_note(text) || goes_on && numbered);
    }
    out
}

fn own_section(doc: &Document, node: &Node, above: Option<Section>, has_child: bool) -> Option<Section> {
    node.marker?;
    let title = doc.slice(node.title);
    if title.chars().count() > 30 {
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

/// Whether each node has something below it: deeper nodes, or running text before the next number.
pub(crate) fn children(nodes: &[Node]) -> Vec<bool> {
    let mut out = vec![false; nodes.len()];
    for node in nodes {
        if let Some(p) = node.parent {
            out[p as usize] = true;
        }
    }
    out
}

/// Residue of web pages and office suites.
pub(crate) fn is_noise(text: &str) -> bool {
    let n = text.chars().count();
    let residue = [
        "相关推荐",
        "更多 +",
        "更多+",
        "责任编辑",
        "扫一扫",
        "分享到",
        "版权所有",
        "ICP备",
        "点击下载",
        "下一篇",
        "上一篇",
        "打印本页",
        "关闭窗口",
        "浏览次数",
        "字体：",
        "字体:",
        "返回顶部",
        "网站地图",
        "阅读次数",
        "查看更多",
        "本文来源",
        "免责声明",
        "下载文档",
        "收藏本站",
        "当前位置",
        "技术支持",
        "公网安备",
        "网站标识码",
        "点击数",
        "猜你喜欢",
        "热门推荐",
        "相关阅读",
        "扫描二维码",
    ];
    let intro = ["小编", "收藏本文", "欢迎阅读", "供大家参考", "为大家"];
    text.len() <= 900 && intro.iter().any(|w| text.contains(w))
        || n <= 40 && residue.iter().any(|w| text.contains(w))
        || n <= 30
            && (text.starts_with("来源：") || text.starts_with("来源:") || text.starts_with("发布时间"))
        || text.starts_with("http")
        || text.starts_with("www.")
}

/// Whether a block is only a heading: numbered or section-like, short, without a sentence of its own.
pub(crate) fn is_heading(doc: &Document, nodes: &[Node], i: usize, has_child: bool) -> bool {
    let node = &nodes[i];
    let text = doc.slice(node.span);
    let body = &text[node.marker_span.len().min(text.len())..];
    let n = body.chars().count();
    let ends = body.chars().next_back().is_some_and(|c| is_stop(c) || matches!(c, '，' | ',' | '、'));
    let inner_stop = body.trim_end_matches(['。', '；', '：', ':']).contains(['。', '；', ';', '！']);
    if inner_stop || n == 0 {
        return n == 0;
    }
    let deepest = matches!(
        node.marker,
        Some(MarkerKind::Circled | MarkerKind::HanIs | MarkerKind::Ordinal | MarkerKind::ArabicParen)
    );
    let followed = has_child;
    match node.marker {
        None => {
            let next_is_child = nodes.get(i + 1).is_some_and(|next| next.marker.is_some());
            let label = body.ends_with(['：', ':']) && n <= 14;
            n <= 25
                && !ends
                && next_is_child
                && section_of(body).is_some()
                && !body.contains(['，', ',', '、'])
                || crate::outline::is_annex_heading(text)
                || label && false
        }
        Some(MarkerKind::Annex) => n <= 40 && !ends,
        Some(kind) => {
            if n > 45 || ends && !body.ends_with(['。', '：', ':']) {
                return false;
            }
            if followed {
                // A heading may end with a full stop where something stands below it.
                let plain = !body.contains(['：', '、']) && !body.contains(|c: char| c.is_ascii_digit());
                return !ends || n <= 30 && plain || body.ends_with(['：', ':']) && n <= 24;
            }
            if deepest {
                return false;
            }
            let last_top = matches!(kind, MarkerKind::Han | MarkerKind::Chapter)
                && node.depth == 0
                && !ends
                && section_of(body).is_some()
                && n <= 25;
            last_top
        }
    }
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
    let node = &nodes[i];
    let text = doc.slice(node.span);
    if is_noise(text) {
        return Role::Noise;
    }
    if place == Place::Body {
        let titled = i > 0
            && nodes[i].marker.is_none()
            && text.chars().count() <= 45
            && !text.contains(['。', '；', '，'])
            && {
                let head = doc.slice(nodes[i - 1].span);
                annex_head(doc, nodes, i - 1) && crate::outline::is_annex_heading(head)
            };
        if content.annex_note || annex_head(doc, nodes, i) || titled {
            return Role::Heading;
        }
    }
    match place {
        Place::Front | Place::Back => return Role::Preamble,
        Place::Body => {}
    }
    if is_heading(doc, nodes, i, place_has_child(nodes, i)) && !content.dated_stage && content.group == 0 {
        return Role::Heading;
    }
    let base = match section {
        Some(Section::Guidance) => return Role::Guidance,
        Some(Section::Goal) => return Role::Goal,
        Some(Section::Scope) => return Role::Scope,
        Some(Section::AnnexQuota) => return if content.dated { Role::Task } else { Role::Goal },
        Some(Section::AnnexList) => return if content.dated { Role::Task } else { Role::Scope },
        Some(Section::Schedule) => {
            if overall_time(doc, nodes, i) {
                return Role::Scope;
            }
            Role::Stage
        }
        Some(Section::Group) if content.group == 0 && text.chars().count() > 60 => Role::Requirement,
        Some(Section::Group) => Role::Group,
        Some(Section::Incentive) => Role::Incentive,
        Some(Section::Requirement) => Role::Requirement,
        Some(Section::Task) | None => Role::Task,
    };
    if names_member(text) {
        return Role::Group;
    }
    let set_up = text.chars().take(40).collect::<String>();
    if set_up.contains("成立")
        && set_up.contains("领导小组")
        && content.group > 0
        && text.chars().count() <= 120
    {
        return Role::Group;
    }
    if content.group >= 2 && !matches!(base, Role::Stage)
        || content.group == 1
            && text.chars().count() <= 60
            && (text.contains("组长") || text.contains("办公室设在") || text.contains("成员"))
    {
        return Role::Group;
    }
    if content.rules > 0.55 && matches!(base, Role::Requirement | Role::Task) {
        return Role::Incentive;
    }
    if base == Role::Task && content.dated_stage && content.stage {
        return Role::Stage;
    }
    base
}

fn place_has_child(nodes: &[Node], i: usize) -> bool {
    nodes.get(i + 1).is_some_and(|n| n.parent == Some(i as u32))
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
    let bare: String = text.chars().take(8).filter(|c| !c.is_whitespace()).collect();
    ["组长：", "组长:", "副组长：", "副组长:", "成员：", "成员:", "组员：", "组员:"]
        .iter()
        .any(|w| bare.starts_with(w))
}

/// Which part of a plan a block stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Title, number, recipients, opening.
    Front,
    /// Between the opening and the signature.
    Body,
    /// Signature and date.
    Back,
}

/// The part of each block: the front ends at the first number (or section heading), the back is
/// the signature and its date.
pub(crate) fn places(doc: &Document, nodes: &[Node]) -> Vec<Place> {
    let mut out = vec![Place::Body; nodes.len()];
    let first = nodes.iter().position(|n| n.marker.is_some()).unwrap_or_else(|| {
        // No number at all: only a paragraph that says why is an opening.
        nodes.iter().take_while(|n| is_opening(doc.slice(n.span)) || is_title_like(doc.slice(n.span))).count()
    });
    out[..first].fill(Place::Front);
    // Signature lines: short, without a stop, at the end or right before an annex.
    let mut i = nodes.len();
    for j in first..nodes.len() {
        let text = doc.slice(nodes[j].span);
        if is_date_line(doc, nodes[j].span) {
            out[j] = Place::Back;
            let mut k = j;
            while k > first && is_signature(doc.slice(nodes[k - 1].span)) && nodes[k - 1].marker.is_none() {
                k -= 1;
                out[k] = Place::Back;
            }
        }
        if text.starts_with("（此件") || text.starts_with("(此件") || text.starts_with("抄送") {
            out[j] = Place::Back;
        }
        i = i.min(j + 1);
    }
    out
}

fn is_opening(text: &str) -> bool {
    ["制定本方案", "制定如下", "特制定", "特制订", "制订本方案", "方案如下", "通知如下"]
        .iter()
        .any(|w| text.contains(w))
}

pub(crate) fn is_title_like(text: &str) -> bool {
    let n = text.chars().count();
    let bare = text.trim_end_matches(['》', '”']);
    (4..=60).contains(&n)
        && !text.contains(['。', '；', '，', ','])
        && ["方案", "通知", "意见", "办法", "计划", "安排", "细则", "措施", "要点", "规定"].iter().any(|w| {
            bare.ends_with(w)
                || bare.ends_with(&format!("{w}（试行）"))
                || bare.ends_with(&format!("{w}(试行)"))
                || bare.ends_with(&format!("{w}（征求意见稿）"))
        })
}

fn is_signature(text: &str) -> bool {
    let n = text.chars().count();
    (2..=30).contains(&n)
        && !text.contains(['。', '；', '：', ':', '，', ',', '、'])
        && [
            "局",
            "府",
            "会",
            "办公室",
            "组",
            "校",
            "中学",
            "小学",
            "委",
            "处",
            "部",
            "园",
            "中心",
            "站",
            "室",
            "院",
            "所",
            "学",
            "办",
        ]
        .iter()
        .any(|w| text.ends_with(w))
}

/// Whether a block is nothing but a full date.
pub(crate) fn is_date_line(doc: &Document, span: Span) -> bool {
    let text = doc.slice(span).trim_matches(['（', '）', '(', ')', ' ', '\u{3000}']);
    let text = text.strip_suffix("印发").unwrap_or(text);
    let n = text.chars().count();
    (7..=14).contains(&n)
        && text.ends_with('日')
        && text.contains('年')
        && text.contains('月')
        && text.chars().all(|c| {
            c.is_ascii_digit() || "年月日一二三四五六七八九十〇零○０１２３４５６７８９ xX×".contains(c)
        })
}
