//! Heads of annexes and the list of annexes below the text.

use luoshi_text::Document;

use crate::model::Node;

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
