//! Money and points of a consequence, and for each what.

use luoshi_when::numeral::parse_number;

use crate::lexicon::lists;

/// Ranks listed in a condition, as written: 一、二、三名; 前三名 stands for the same.
pub(super) fn ranks(when: &str) -> Vec<String> {
    if let Some(last) = first_ranks(when) {
        return "一二三四五".chars().take(last).map(String::from).collect();
    }
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

/// 排名前三, 前3名: how many ranks.
fn first_ranks(when: &str) -> Option<usize> {
    let rest = &when[when.rfind('前')? + '前'.len_utf8()..];
    let (number, len) = parse_number(rest)?;
    let ranked = rest[len..].starts_with(['名', '位', '的']) || rest[len..].is_empty();
    (ranked && (2.0..=5.0).contains(&number)).then_some(number as usize)
}

/// A sum of money or points in a consequence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Amount {
    /// Yuan or points; of a range the lower end.
    pub(super) value: f64,
    /// The upper end of a range (100元至500元).
    pub(super) to: Option<f64>,
    /// The number as written.
    pub(super) words: String,
}

/// Amounts of money or points in a consequence; a range is one amount.
pub(super) fn amounts(effect: &str) -> Vec<Amount> {
    let mut out = Vec::new();
    let begins = |c: char| is_digit(c) || is_han(c);
    let mut at = effect.find(begins).unwrap_or(effect.len());
    while let Some(c) = effect[at..].chars().next() {
        let rest = &effect[at..];
        let Some((value, len)) = parse_number(rest).filter(|_| begins(c)) else {
            at += c.len_utf8();
            continue;
        };
        at += len;
        let after = &rest[len..];
        let words = rest[..len].to_owned();
        // 十分重视: in characters only money is a sum.
        let unit = sum_unit(after).filter(|_| is_digit(c) || !after.starts_with('分'));
        if is_han(c) && unit.is_none() {
            continue;
        }
        if let Some((to, scale, width)) = upper_end(after) {
            // 2至5万元: the unit of the second number is that of both.
            let own = unit.map_or(if words.ends_with('万') { 1.0 } else { scale }, |(own, _)| own);
            if value * own < to {
                out.push(Amount { value: value * own, to: Some(to), words });
                at += width;
                continue;
            }
        }
        if unit.is_some() || listed_money(after) {
            out.push(Amount { value: value * unit.map_or(1.0, |(scale, _)| scale), to: None, words });
        }
    }
    out
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c)
}

fn is_han(c: char) -> bool {
    "一二两三四五六七八九十百千万".contains(c)
}

/// 元, 万元, 分 right after a number: what one of it is in yuan or points, and its bytes.
fn sum_unit(after: &str) -> Option<(f64, usize)> {
    for (word, scale) in [("万元", 10_000.0), ("元", 1.0)] {
        if after.starts_with(word) {
            return Some((scale, word.len()));
        }
    }
    let points = after.starts_with('分') && !after.starts_with("分钟") && !after.starts_with("分别");
    points.then_some((1.0, '分'.len_utf8()))
}

/// What follows the lower end of a range (元至500元, -500元, 元以上5000元以下): the upper end, what
/// a lower end without a unit of its own counts in, and the bytes up to the end of its unit.
fn upper_end(after: &str) -> Option<(f64, f64, usize)> {
    let unit = sum_unit(after).map_or(0, |(_, width)| width);
    let rest = &after[unit..];
    let above = rest.strip_prefix("以上").filter(|_| unit > 0);
    let number = match above {
        Some(tail) => tail.trim_start_matches(['、', '，', ',', '至', '到']),
        None => lists().range_dashes.iter().find_map(|dash| rest.strip_prefix(dash))?,
    };
    let (to, len) = parse_number(number).filter(|_| number.starts_with(|c| is_digit(c) || is_han(c)))?;
    let (scale, width) = sum_unit(&number[len..])?;
    let tail = &number[len + width..];
    // The number takes 万 along.
    let lower = if number[..len].ends_with('万') { 10_000.0 } else { scale };
    (above.is_none() || tail.starts_with("以下")).then_some((to * scale, lower, after.len() - tail.len()))
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
