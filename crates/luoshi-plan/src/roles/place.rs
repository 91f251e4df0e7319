//! Front, body and back of a plan.

use luoshi_text::{Document, Span};

use crate::lexicon::lists;
use crate::model::Node;

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
        // A plan in one paragraph (…如下：一、…；二、…) is not only its opening.
        let opens = |t: &str| {
            is_opening(t) && crate::outline::inline_items(t).is_empty() || is_title_like(t) || is_recipient(t)
        };
        nodes.iter().take_while(|n| opens(doc.slice(n.span))).count()
    });
    out[..first].fill(Place::Front);
    // Signature lines: short, without a stop, at the end or right before an annex.
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
    }
    out
}

/// 各村（社区）：, the line that a notice begins with.
fn is_recipient(text: &str) -> bool {
    text.ends_with(['：', ':']) && text.chars().count() <= 60 && !text.contains(['。', '；'])
}

fn is_opening(text: &str) -> bool {
    ["制定本方案", "制定如下", "特制定", "特制订", "制订本方案", "方案如下", "通知如下"]
        .iter()
        .any(|w| text.contains(w))
}

pub(crate) fn is_title_like(text: &str) -> bool {
    let n = text.chars().count();
    (4..=60).contains(&n)
        && !text.contains(['。', '；', '，', ','])
        && lists().plan_kinds.end(without_note(text.trim_end_matches(['》', '”'])))
}

/// A title without the remark in brackets at its end: （试行）, （征求意见稿）, （方案）.
fn without_note(title: &str) -> &str {
    let inner = title.strip_suffix(['）', ')']).and_then(|head| {
        let open = head.rfind(['（', '('])?;
        let note = head[open..].trim_start_matches(['（', '(']);
        (lists().title_notes.end(note) && note.chars().count() <= 12).then_some(open)
    });
    inner.map_or(title, |open| title[..open].trim_end())
}

/// 第一条 为…，制定本办法: the article that says why there is a plan.
pub(super) fn says_why(text: &str) -> bool {
    ["制定本", "制订本", "特制定"].iter().any(|w| {
        text.find(w).is_some_and(|at| {
            let rest = text[at + w.len()..].trim_end_matches('。');
            rest.chars().count() <= 8 && lists().plan_kinds.end(rest)
        })
    })
}

fn is_signature(text: &str) -> bool {
    let n = text.chars().count();
    (2..=30).contains(&n)
        && !text.contains(['。', '；', '：', ':', '，', ',', '、'])
        && lists().signature_ends.end(text)
}

/// Whether a block is nothing but a full date.
pub(crate) fn is_date_line(doc: &Document, span: Span) -> bool {
    let words = doc.slice(span);
    if words.len() > 120 || !['年', '月', '日'].iter().all(|c| words.contains(*c)) {
        return false;
    }
    // 2026 年 3 月 2 日 is a date too.
    let text: String = words.chars().filter(|c| !c.is_whitespace() && !"（）()".contains(*c)).collect();
    let text = text.strip_suffix("印发").unwrap_or(&text);
    let n = text.chars().count();
    (7..=14).contains(&n)
        && text.ends_with('日')
        && text.contains('年')
        && text.contains('月')
        && text.chars().all(|c| {
            c.is_ascii_digit() || "年月日一二三四五六七八九十〇零○０１２３４５６７８９ xX×".contains(c)
        })
}
