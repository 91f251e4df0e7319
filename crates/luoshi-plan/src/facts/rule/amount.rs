//! Money and points of a consequence, and for each what.

use luoshi_when::numeral::parse_number;

use crate::lexicon::lists;

/// Ranks listed in a condition, as written: 一、二、三名.
pub(super) fn ranks(when: &str) -> Vec<String> {
    let digit = |c: char| matches!(c, '一' | '二' | '三' | '四' | '五');
    let last = when.char_indices().rev().find(|(_, c)| digit(*c)).map(|(i, c)| i + c.len_utf8());
    let named = when.rfind('名').filter(|i| when[..*i].ends_with(digit));
    let Some(end) = named.or(last) else { return Vec::new() };
    let head = &when[..end];
    let from = head
        .rfind(|c: char| !"一二三四五六七八九十123456789、第名,，".contains(c))
        .map_or(0, |i| i + head[i..].chars().next().map_or(0, char::len_utf8));
    let items: Vec<String> = head[from..]
        .split(['、', ',', '，'])
        .map(|s| s.trim_matches(['第', '名']).to_owned())
        .filter(|s| !s.is_empty())
        .collect();
    if items.len() > 1 { items } else { Vec::new() }
}

/// Amounts of money or points in a consequence, with their words.
pub(super) fn amounts(effect: &str) -> Vec<(f64, String)> {
    let mut out: Vec<(f64, String)> = Vec::new();
    let mut at =
        effect.find(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c)).unwrap_or(effect.len());
    while at < effect.len() {
        let rest = &effect[at..];
        let c = rest.chars().next().unwrap_or(' ');
        if !(c.is_ascii_digit() || ('０'..='９').contains(&c)) {
            at += c.len_utf8();
            continue;
        }
        let Some((n, len)) = parse_number(rest) else {
            at += c.len_utf8();
            continue;
        };
        let after = &rest[len..];
        if after.starts_with('元')
            || after.starts_with("万元")
            || after.starts_with('分') && !after.starts_with("分钟") && !after.starts_with("分别")
            || listed_money(after)
        {
            let scale = if after.starts_with("万元") { 10_000.0 } else { 1.0 };
            out.push((n * scale, rest[..len].to_owned()));
        }
        at += len;
    }
    out
}

/// 1000、800、500元: the unit stands after the last.
fn listed_money(after: &str) -> bool {
    let Some(rest) = after.strip_prefix(['、', ',']) else {
        return false;
    };
    let Some((_, len)) = parse_number(rest) else {
        return false;
    };
    let tail = &rest[len..];
    tail.starts_with('元') || tail.starts_with('分') || listed_money(tail)
}

/// For each what an amount counts.
pub(super) fn per(effect: &str, when: &str) -> Option<String> {
    for mark in ["元/", "分/"] {
        if let Some(i) = effect.find(mark) {
            let word: String = effect[i + mark.len()..]
                .chars()
                .take_while(|c| !"奖补的给标发，,。；".contains(*c))
                .take(2)
                .collect();
            return (!word.is_empty()).then_some(word);
        }
    }
    for source in [effect, when] {
        let Some(i) = source.find('每') else { continue };
        let words = &source[i + '每'.len_utf8()..];
        if let Some(rest) = words.strip_prefix('个') {
            // 每个处室奖励: the body itself; of a longer name its last word.
            let end = ["奖", "扣", "加", "补", "给", "罚", "发"].iter().filter_map(|v| rest.find(v)).min();
            let digit = rest.find(|c: char| c.is_ascii_digit());
            let end = end.into_iter().chain(digit).min().unwrap_or(rest.len());
            let name = &rest[..end];
            let n = name.chars().count();
            if n > 0 {
                let last: String = name.chars().skip(n.saturating_sub(2)).collect();
                return Some(last);
            }
        }
        let near: String = words.chars().take(8).collect();
        if let Some(m) = lists().measures.iter().find(|m| near.starts_with(m)) {
            return Some(m.to_owned());
        }
        if let Some((_, m)) = lists().measures.iter().filter_map(|m| near.find(m).map(|at| (at, m))).min() {
            return Some(m.to_owned());
        }
    }
    // 各扣300元, 分别处以…: for each of those that the condition describes.
    let body = lists().ruled_bodies.iter().find(|w| when.ends_with(w) || when.contains(&format!("的{w}")));
    if effect.contains("分别")
        || effect.starts_with('各')
        || effect.contains("并各")
        || when.ends_with("的村")
        || effect.starts_with("对该村")
    {
        return body.map(str::to_owned).or_else(|| when.contains('村').then(|| "村".to_owned()));
    }
    // 漏报1件扣2分
    let counted =
        when.char_indices().rev().find(|(_, c)| c.is_ascii_digit()).map(|(i, c)| &when[i + c.len_utf8()..]);
    counted.filter(|m| m.chars().count() == 1 && "件次处项起例人户篇条".contains(*m)).map(str::to_owned)
}
