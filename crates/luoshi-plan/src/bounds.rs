//! Where plans begin and end in a file that may hold several, titled or not.

use luoshi_text::Document;

use crate::letters::Letters;
use crate::model::MarkerKind;
use crate::outline::find_marker;
use crate::roles::{is_noise, is_title_like};

/// The stretches of blocks that are plans, in order; what lies between belongs to none.
pub(crate) fn plans(doc: &Document) -> Vec<std::ops::Range<u32>> {
    let n = doc.blocks().len() as u32;
    let mut starts: Vec<u32> = Vec::new();
    let text = |i: u32| doc.slice(doc.blocks()[i as usize].span);
    let mut sections = 0u32; // first-level numbers since the last start
    let mut annex = false;
    let mut last_section = 0u32;
    for i in 0..n {
        let words = text(i);
        let marker = find_marker(words);
        if crate::outline::is_annex_heading(words) {
            annex = true;
        }
        if let Some(m) = marker {
            if m.kind == MarkerKind::Han || m.kind == MarkerKind::Chapter {
                // 一、 again after a whole plan, with an opening before it: another plan without title.
                if m.number == 1 && sections >= 3 && last_section >= 3 && !annex {
                    let from = opening_before(doc, i);
                    if from < i && starts.last() != Some(&from) && starts.last().is_none_or(|s| from > *s) {
                        starts.push(from);
                        sections = 0;
                    }
                }
                sections += 1;
                last_section = m.number;
            }
            continue;
        }
        let head = is_collection_head(words);
        let title = is_title_like(words) && is_plan_title(words) && !annex;
        if head || title && sections >= 2 && has_plan_after(doc, i) {
            // Several title lines in a row are one title.
            if starts
                .last()
                .is_some_and(|s| (*s..i).all(|j| is_title_like(text(j)) || is_collection_head(text(j))))
            {
                continue;
            }
            starts.push(i);
            sections = 0;
            last_section = 0;
            annex = false;
        }
    }
    if n == 0 {
        return Vec::new();
    }
    // Everything before the first found start is the first plan, unless it is only residue.
    let first = starts.first().copied().unwrap_or(n);
    let only_residue = (0..first).all(|i| {
        is_noise(text(i), &Letters::of(text(i)))
            || find_marker(text(i)).is_none() && text(i).chars().count() < 40
    });
    if first > 0 && !(only_residue && !starts.is_empty() && !has_numbers(doc, 0, first)) {
        starts.insert(0, 0);
    }
    let mut out = Vec::with_capacity(starts.len());
    for (k, start) in starts.iter().enumerate() {
        out.push(*start..starts.get(k + 1).copied().unwrap_or(n));
    }
    out
}

fn has_numbers(doc: &Document, from: u32, to: u32) -> bool {
    (from..to).any(|i| find_marker(doc.slice(doc.blocks()[i as usize].span)).is_some())
}

/// 篇一：, 【第二篇】, 范文三 as collections of plans on the web head them.
fn is_collection_head(text: &str) -> bool {
    let t = text.trim_matches(['【', '】', '(', ')', '（', '）', ' ', '\u{3000}', '★']);
    if t.chars().count() > 40 {
        return false;
    }
    for mark in ["篇", "范文", "模板"] {
        if let Some(rest) = t.strip_prefix(mark).or_else(|| t.strip_prefix('第').filter(|_| mark == "篇"))
            && let Some((n, len)) = crate::outline::number(rest)
        {
            let tail = &rest[len..];
            return n <= 50 && (tail.is_empty() || tail.starts_with(['：', ':', '篇', ' ', '】', '、']));
        }
    }
    // 平安校园实施方案3
    if let Some(at) = t.rfind("方案") {
        let tail = &t[at + "方案".len()..];
        let tail = tail.trim_matches(['（', '）', '(', ')', ' ', '篇', '【', '】', '第']);
        return !tail.is_empty()
            && crate::outline::number(tail).is_some_and(|(n, len)| len == tail.len() && n <= 50)
            && !t.contains(['。', '，', '、']);
    }
    false
}

fn is_plan_title(text: &str) -> bool {
    text.contains("方案")
        || text.ends_with("行动计划")
        || text.ends_with("工作计划")
        || text.ends_with("的通知")
}

/// Whether a plan of its own follows a title: numbers begin at one again soon.
fn has_plan_after(doc: &Document, at: u32) -> bool {
    let n = doc.blocks().len() as u32;
    (at + 1..n.min(at + 12)).any(|i| {
        find_marker(doc.slice(doc.blocks()[i as usize].span))
            .is_some_and(|m| m.number == 1 && matches!(m.kind, MarkerKind::Han | MarkerKind::Chapter))
    })
}

/// The first of the running paragraphs right before a block that open a plan.
fn opening_before(doc: &Document, at: u32) -> u32 {
    let mut from = at;
    while from > 0 && at - from < 4 {
        let words = doc.slice(doc.blocks()[from as usize - 1].span);
        if find_marker(words).is_some() {
            break;
        }
        let opens = ["制定本方案", "制定如下", "特制定", "特制订", "制订本方案", "方案如下"]
            .iter()
            .any(|w| words.contains(w))
            || is_title_like(words);
        if !opens && from < at {
            break;
        }
        if !opens {
            return at;
        }
        from -= 1;
    }
    from
}
