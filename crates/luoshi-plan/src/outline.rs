//! The outline: numbered headings and paragraphs, nested, nothing lost.
//!
//! No order of levels is assumed: a numbering that is already open closes what is below it, a new
//! one opens a deeper level. Real plans skip and mix levels (一、 then 1. then （一）).

use luoshi_text::{Document, Span};

use crate::model::{MarkerKind, Node};
use crate::words::{is_close_quote, sentence_end};

/// A number at the beginning of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) kind: MarkerKind,
    pub(crate) number: u32,
    /// Bytes of the marker, with the blanks that follow it.
    pub(crate) len: usize,
}

/// The outline of the blocks `first..end` of a document: one node a block.
pub(crate) fn outline(doc: &Document, first: u32, end: u32) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity((end - first) as usize);
    // Open levels: kind, index of the node, its number.
    let mut open: Vec<(MarkerKind, u32, u32)> = Vec::new();
    for block in first..end {
        let span = doc.blocks()[block as usize].span;
        let text = doc.slice(span);
        let at = span.start as usize;
        let marker = find_marker(text);
        if let Some(m) = marker {
            let same = open.iter().rposition(|(kind, ..)| *kind == m.kind);
            // 8.… then 9、…: the mark changes, the count goes on.
            let goes_on = open.last().is_some_and(|(kind, _, n)| alike(*kind, m.kind) && m.number == n + 1);
            match same.filter(|_| !goes_on).or_else(|| goes_on.then(|| open.len() - 1)) {
                Some(i) => open.truncate(i),
                None if m.kind == MarkerKind::Annex || m.kind == MarkerKind::Chapter => open.clear(),
                None => {}
            }
        } else if begins_annex(text) {
            open.clear();
        }
        let parent = open.last().map(|(_, i, _)| *i);
        let depth = open.len() as u32;
        let len = marker.map_or(0, |m| m.len);
        if let Some(m) = marker {
            open.push((m.kind, nodes.len() as u32, m.number));
        }
        let title_end = len + sentence_end(&text[len..]);
        nodes.push(Node {
            block,
            marker: marker.map(|m| m.kind),
            number: marker.map_or(0, |m| m.number),
            depth,
            parent,
            marker_span: Span::new(at, at + len),
            title: Span::new(at + len, at + title_end),
            span,
        });
    }
    nodes
}

/// Whether two kinds of numbers are written one for the other.
fn alike(a: MarkerKind, b: MarkerKind) -> bool {
    let plain = |k| matches!(k, MarkerKind::ArabicDot | MarkerKind::ArabicComma);
    plain(a) && plain(b)
}

/// Whether a line is only the word 附件 with or without a number: the head of an annex.
pub(crate) fn is_annex_heading(text: &str) -> bool {
    annex_number(text)
        .is_some_and(|(_, len)| text[len..].trim_matches([':', '：', ' ', '\u{3000}']).is_empty())
}

/// Whether a line begins an annex: 附件 alone, or with its title on the line.
pub(crate) fn begins_annex(text: &str) -> bool {
    let Some((_, len)) = annex_number(text) else { return false };
    let rest = &text[len..];
    is_annex_heading(text)
        || rest.starts_with([' ', '\u{3000}', '\t', ':', '：'])
            && text.chars().count() <= 45
            && !text.contains(['。', '；'])
}

/// `附件`, `附件1`, `附件 二` at the start: its number (0 without one) and the bytes it takes.
pub(crate) fn annex_number(text: &str) -> Option<(u32, usize)> {
    let rest = text.strip_prefix("附件").or_else(|| text.strip_prefix("附表"))?;
    let blank = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
    let at = "附件".len() + blank;
    match number(&text[at..]) {
        Some((n, len)) => Some((n, at + len)),
        None => Some((0, "附件".len())),
    }
}

/// The marker that a paragraph begins with.
pub(crate) fn find_marker(text: &str) -> Option<Marker> {
    let first = text.chars().next()?;
    let found = match first {
        // Nearly all paragraphs and clauses begin with a word.
        c if is_word(c) => None,
        '第' => chapter(text),
        '(' | '（' => in_parens(text),
        '①'..='⑳' => Some((MarkerKind::Circled, first as u32 - '①' as u32 + 1, first.len_utf8())),
        '⑴'..='⒇' => Some((MarkerKind::ArabicParen, first as u32 - '⑴' as u32 + 1, first.len_utf8())),
        '⒈'..='⒛' => Some((MarkerKind::ArabicDot, first as u32 - '⒈' as u32 + 1, first.len_utf8())),
        '㈠'..='㈩' => Some((MarkerKind::HanParen, first as u32 - '㈠' as u32 + 1, first.len_utf8())),
        '首' | '其' | '再' | '最' | '附' => ordinal(text),
        _ => plain(text),
    };
    let (kind, number, mut len) = found?;
    len += text[len..].len() - text[len..].trim_start_matches([' ', '\u{3000}', '\t']).len();
    if matches!(kind, MarkerKind::HanParen | MarkerKind::ArabicParen) {
        // （一）、 is common and means the same.
        len +=
            text[len..].chars().next().filter(|c| matches!(c, '、' | '.' | '．')).map_or(0, char::len_utf8);
    }
    Some(Marker { kind, number, len })
}

/// A Chinese character that no number mark begins with.
fn is_word(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
        && !matches!(
            c,
            '第' | '首'
                | '其'
                | '再'
                | '最'
                | '附'
                | '零'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '十'
                | '百'
        )
}

fn chapter(text: &str) -> Option<(MarkerKind, u32, usize)> {
    let rest = text.strip_prefix('第')?;
    let (n, len) = number(rest)?;
    let tail = &rest[len..];
    for (word, kind) in [
        ("部分", MarkerKind::Chapter),
        ("章", MarkerKind::Chapter),
        ("编", MarkerKind::Chapter),
        ("节", MarkerKind::Article),
        ("条", MarkerKind::Article),
    ] {
        if let Some(after) = tail.strip_prefix(word) {
            let mut end = text.len() - after.len();
            end += after.chars().next().filter(|c| matches!(c, '、' | '：' | ':')).map_or(0, char::len_utf8);
            return Some((kind, n, end));
        }
    }
    None
}

fn in_parens(text: &str) -> Option<(MarkerKind, u32, usize)> {
    let open = text.chars().next()?.len_utf8();
    let inner = &text[open..];
    let (n, len) = number(inner)?;
    let close = inner[len..].chars().next().filter(|c| matches!(c, ')' | '）'))?;
    let kind = if inner.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c)) {
        MarkerKind::ArabicParen
    } else {
        MarkerKind::HanParen
    };
    Some((kind, n, open + len + close.len_utf8()))
}

fn plain(text: &str) -> Option<(MarkerKind, u32, usize)> {
    let (n, len) = number(text)?;
    let mut after = text[len..].chars();
    let sep = after.next()?;
    let arabic = text.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
    if arabic {
        let kind = match sep {
            '.' | '．' => {
                // 3.5% or 2026.3.1 is no marker.
                if after.next().is_some_and(|c| c.is_ascii_digit()) || n > 99 {
                    return None;
                }
                MarkerKind::ArabicDot
            }
            '、' if n <= 99 => MarkerKind::ArabicComma,
            ')' | '）' if n <= 99 => MarkerKind::ArabicParen,
            _ => return None,
        };
        return Some((kind, n, len + sep.len_utf8()));
    }
    match sep {
        '、' | '.' | '．' => Some((MarkerKind::Han, n, len + sep.len_utf8())),
        '是' if n <= 20 && text[..len].chars().count() <= 2 => {
            Some((MarkerKind::HanIs, n, len + sep.len_utf8()))
        }
        _ => None,
    }
}

fn ordinal(text: &str) -> Option<(MarkerKind, u32, usize)> {
    for (word, n) in [("首先", 1), ("其次", 2), ("再次", 3), ("最后", 4)] {
        if let Some(rest) = text.strip_prefix(word) {
            let sep = rest.chars().next().filter(|c| matches!(c, '，' | ',' | '、' | '：' | ':'))?;
            return Some((MarkerKind::Ordinal, n, word.len() + sep.len_utf8()));
        }
    }
    let (n, len) = annex_number(text)?;
    let rest = &text[len..];
    (n > 0 && rest.starts_with([':', '：', ' ', '\u{3000}', '.'])).then_some((MarkerKind::Annex, n, len))
}

/// Whether a character belongs to a number.
pub(crate) fn is_number(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c) || "〇零一二三四五六七八九十百".contains(c)
}

/// A small number in ASCII, full-width or Chinese digits: its value and length.
pub(crate) fn number(text: &str) -> Option<(u32, usize)> {
    let mut value = 0u32;
    let mut len = 0;
    for c in text.chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            _ => break,
        };
        if len > 16 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(digit)?;
        len += c.len_utf8();
    }
    if len > 0 {
        return Some((value, len));
    }
    let (mut total, mut unit) = (0u32, 0u32);
    for c in text.chars() {
        match c {
            '〇' | '零' => {}
            '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' => {
                unit = "一二三四五六七八九".chars().position(|d| d == c)? as u32 + 1;
            }
            '十' => {
                total += unit.max(1) * 10;
                unit = 0;
            }
            '百' => {
                total += unit.max(1) * 100;
                unit = 0;
            }
            _ => break,
        }
        len += c.len_utf8();
        if len > 21 {
            return None;
        }
    }
    (len > 0 && total + unit > 0).then_some((total + unit, len))
}

/// Whether the mark at an offset is the colon of a clock (12:30、): it begins no item.
pub(crate) fn is_clock(text: &str, at: usize) -> bool {
    text[at..].starts_with([':', '：']) && text[..at].ends_with(|c: char| c.is_ascii_digit())
}

/// Items that run on inside one paragraph (一是…；二是… or 1.…2.…): the offsets at which items
/// begin, with their markers; empty where there are fewer than two in order.
pub(crate) fn inline_items(text: &str) -> Vec<(usize, Marker)> {
    let mut found: Vec<(usize, Marker)> = Vec::new();
    let mut boundary = true;
    let mut depth = 0i32;
    for (at, c) in text.char_indices() {
        if boundary && depth <= 0 {
            let rest = &text[at..];
            if let Some(m) = find_marker(rest) {
                let expected =
                    found.last().is_none_or(|(_, last)| last.kind == m.kind && m.number == last.number + 1);
                if m.kind != MarkerKind::Annex && expected && (m.number == 1 || !found.is_empty()) {
                    found.push((at, m));
                }
            }
        }
        match c {
            '（' | '(' | '《' => depth += 1,
            '）' | ')' | '》' => depth -= 1,
            _ => {}
        }
        boundary = matches!(c, '。' | '；' | ';' | '：' | ':' | '，' | ',') && !is_clock(text, at)
            || (is_close_quote(c) && boundary);
    }
    if found.len() < 2 { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_of_all_kinds() {
        let check = |text: &str, kind: MarkerKind, number: u32, marker: &str| {
            let m = find_marker(text).unwrap_or_else(|| panic!("no marker in {text}"));
            assert_eq!((m.kind, m.number, &text[..m.len]), (kind, number, marker), "{text}");
        };
        check("一、总体要求", MarkerKind::Han, 1, "一、");
        check("十二、附则", MarkerKind::Han, 12, "十二、");
        check("(一)提高认识。", MarkerKind::HanParen, 1, "(一)");
        check("（二）、广泛宣传", MarkerKind::HanParen, 2, "（二）、");
        check("1.开展排查", MarkerKind::ArabicDot, 1, "1.");
        check("3、落实责任", MarkerKind::ArabicComma, 3, "3、");
        check("（4）建台账", MarkerKind::ArabicParen, 4, "（4）");
        check("５．全角", MarkerKind::ArabicDot, 5, "５．");
        check("③复查", MarkerKind::Circled, 3, "③");
        check("第一章 总则", MarkerKind::Chapter, 1, "第一章 ");
        check("第十条 各村", MarkerKind::Article, 10, "第十条 ");
        check("二是压实责任", MarkerKind::HanIs, 2, "二是");
        check("其次，抓整改", MarkerKind::Ordinal, 2, "其次，");
        check("附件2：任务表", MarkerKind::Annex, 2, "附件2");
    }

    #[test]
    fn what_only_looks_like_a_marker() {
        for text in [
            "2026.3.1印发",
            "3.5%以上",
            "一个都不能少",
            "三月：宣传",
            "第一次调度",
            "2026年",
            "(含影像)",
            "十分重要",
        ] {
            assert_eq!(find_marker(text), None, "{text}");
        }
    }

    #[test]
    fn levels_nest_as_they_come() {
        let doc = Document::from_lines("一、任务\n1.甲\n（一）乙\n（二）丙\n2.丁\n二、要求\n（一）戊");
        let depths: Vec<u32> = outline(&doc, 0, 7).iter().map(|n| n.depth).collect();
        assert_eq!(depths, [0, 1, 2, 2, 1, 0, 1]);
    }

    #[test]
    fn items_inside_a_paragraph() {
        let text = "抓好三件事：一是排查；二是整改。三是复查。";
        let items: Vec<&str> = inline_items(text).iter().map(|(at, m)| &text[*at..at + m.len]).collect();
        assert_eq!(items, ["一是", "二是", "三是"]);
        assert!(inline_items("十一月：自查").is_empty());
    }
}
