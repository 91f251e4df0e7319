//! Page headers, footers and numbers, which are no part of the text.

use std::collections::HashMap;

use super::measure::PageItems;
use super::{Item, Line};

/// How far from the edge of the page, in parts of its height, a header may stand.
const ZONE: f64 = 0.13;

/// Lines at each edge of a page that may be headers.
const DEPTH: usize = 3;

/// Removes page numbers, and lines that stand at the same edge and height of most pages.
pub(super) fn remove(pages: &mut [PageItems]) {
    let mut seen: HashMap<(bool, i64, String), usize> = HashMap::new();
    for page in pages.iter() {
        for (_, key) in candidates(page) {
            *seen.entry(key).or_default() += 1;
        }
    }
    let count = pages.iter().filter(|page| !page.items.is_empty()).count();
    // Headers of left and right pages may differ.
    let needed = (count * 2).div_ceil(5).max(2);
    for page in pages {
        let repeated = candidates(page)
            .into_iter()
            .filter(|(_, key)| seen.get(key).is_some_and(|&n| n >= needed))
            .map(|(i, _)| i);
        let mut gone: Vec<usize> = repeated.collect();
        gone.extend(page_numbers(page));
        let mut i = 0;
        page.items.retain(|_| {
            i += 1;
            !gone.contains(&(i - 1))
        });
    }
}

/// The outermost lines of a page with what makes them the same on other pages: edge, height and
/// text, whatever its figures.
fn candidates(page: &PageItems) -> Vec<(usize, (bool, i64, String))> {
    let key = |low: bool, line: &Line| {
        let figures = |c: char| if c.is_ascii_digit() { '#' } else { c };
        let mut text: String = line.text.chars().filter(|c| *c != ' ').map(figures).collect();
        while text.contains("##") {
            text = text.replace("##", "#");
        }
        (low, (line.base / 4.0).round() as i64, text)
    };
    let mut out = Vec::new();
    for low in [false, true] {
        let edge = edge_lines(page, low);
        out.extend(edge.into_iter().map(|(i, line)| (i, key(low, line))));
    }
    out
}

/// Indices of the lines of a page that are its number.
fn page_numbers(page: &PageItems) -> Vec<usize> {
    let mut out = Vec::new();
    for low in [false, true] {
        let edge = edge_lines(page, low);
        let is_number = |(_, line): &&(usize, &Line)| is_page_number(&line.text);
        out.extend(edge.iter().take(1).filter(is_number).map(|(i, _)| *i));
    }
    out
}

/// The lines at an edge of a page, outermost first.
fn edge_lines(page: &PageItems, low: bool) -> Vec<(usize, &Line)> {
    let zone = page.height * ZONE;
    let in_zone = |line: &Line| {
        if low { line.base > page.height - zone } else { line.base < zone }
    };
    let pick = |(i, item): (usize, &'_ Item)| match item {
        Item::Line(_) => Some(i),
        Item::Table(_) => None,
    };
    let items = page.items.iter().enumerate();
    let indices: Vec<usize> = if low {
        items.rev().map_while(pick).take(DEPTH).collect()
    } else {
        items.map_while(pick).take(DEPTH).collect()
    };
    let line = |i: usize| match &page.items[i] {
        Item::Line(line) => Some((i, line)),
        Item::Table(_) => None,
    };
    let lines = indices.into_iter().filter_map(line);
    lines.take_while(|(_, line)| in_zone(line)).collect()
}

/// Whether a line says nothing but the number of a page: `— 3 —`, `第3页`, `第 3 页 共 9 页`, `3/9`.
fn is_page_number(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.trim_matches(['—', '-', '–', '－', '―', '─', '·', '~', '一', '～']);
    let figures = |s: &str| !s.is_empty() && s.len() <= 4 && s.bytes().all(|b| b.is_ascii_digit());
    if figures(bare) {
        return true;
    }
    if let Some((page, all)) = bare.split_once('/') {
        let page = page.trim_start_matches('第').trim_end_matches('页');
        let all = all.trim_start_matches(['共', '第']).trim_end_matches('页');
        return figures(page) && figures(all);
    }
    let Some((page, rest)) = bare.strip_prefix('第').and_then(|s| s.split_once('页')) else {
        return false;
    };
    let rest = rest.trim_start_matches(['，', ',', '、', '（', '(', '/']);
    let all = rest.strip_prefix('共').and_then(|s| s.split_once('页'));
    figures(page) && (rest.is_empty() || all.is_some_and(|(n, _)| figures(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_in_their_usual_forms() {
        for text in ["— 1 —", "-12-", "第3页", "第 3 页 共 9 页", "第3页，共9页", "1/5", "27", "第1页/共5页"]
        {
            assert!(is_page_number(text), "{text}");
        }
        for text in ["第3条", "2026年", "共9人", "附件1", "13812345678", "一"] {
            assert!(!is_page_number(text), "{text}");
        }
    }
}
