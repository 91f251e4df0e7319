//! Which blocks are only headings.

use luoshi_text::Document;

use super::section::section_of;
use crate::model::{MarkerKind, Node};
use crate::words::{has_dot_stop, is_dot_stop, is_stop};

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

/// The longest heading, in characters.
const LONGEST_HEADING: usize = 45;

/// Whether a block is only a heading: numbered or section-like, short, without a sentence of its own.
pub(crate) fn is_heading(doc: &Document, nodes: &[Node], i: usize, has_child: bool) -> bool {
    let node = &nodes[i];
    let text = doc.slice(node.span);
    let body = &text[node.marker_span.len().min(text.len())..];
    let n = body.chars().count();
    if n > LONGEST_HEADING {
        return false;
    }
    let dot = body.ends_with('.') && is_dot_stop(body, body.len() - 1);
    let ends = dot || body.chars().next_back().is_some_and(|c| is_stop(c) || matches!(c, '，' | ',' | '、'));
    let inner_stop = body.trim_end_matches(['。', '；', '：', ':']).contains(['。', '；', ';', '！'])
        || has_dot_stop(body);
    if inner_stop || n == 0 {
        return n == 0;
    }
    match node.marker {
        None => {
            let next_is_child = nodes.get(i + 1).is_some_and(|next| next.marker.is_some());
            n <= 25
                && !ends
                && next_is_child
                && section_of(body).is_some()
                && !body.contains(['，', ',', '、'])
                || crate::outline::is_annex_heading(text)
        }
        Some(MarkerKind::Annex) => n <= 40 && !ends,
        Some(kind) => {
            if ends && !dot && !body.ends_with(['。', '：', ':']) {
                return false;
            }
            if has_child {
                // A heading may end with a full stop where something stands below it.
                let plain = !body.contains(['：', '、']) && !body.contains(|c: char| c.is_ascii_digit());
                return !ends || n <= 30 && plain || body.ends_with(['：', ':']) && n <= 24;
            }
            // At the end of a plan only a heading of the first depth may have nothing below it.
            matches!(kind, MarkerKind::Han | MarkerKind::Chapter)
                && node.depth == 0
                && !ends
                && section_of(body).is_some()
                && n <= 25
        }
    }
}

/// Whether the next node stands below a node.
pub(crate) fn has_child(nodes: &[Node], i: usize) -> bool {
    nodes.get(i + 1).is_some_and(|n| n.parent == Some(i as u32))
}
