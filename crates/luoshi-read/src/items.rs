//! What the beginning or shape of a line says about it: an item with a number, a title, a date.
//! Readers need no more than this to tell where a paragraph begins; the outline of a plan is read
//! elsewhere.

/// Whether a line begins with the mark of an item, so that it begins a paragraph.
pub(crate) fn starts_item(text: &str) -> bool {
    item_mark(text).is_some()
}

/// The length in bytes of the mark that an item begins with, e.g. `一、`, `（一）`, `1.`, `①`,
/// `第一条`, `一是`, `附件`.
pub(crate) fn item_mark(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    match first {
        '①'..='⒛' | '㈠'..='㈩' | '❶'..='❿' | '•' | '●' | '■' | '◆' | '★' | '▲' | '※' | '○' => {
            Some(first.len_utf8())
        }
        '（' | '(' | '〔' | '[' | '【' => {
            let number = numeral(&text[first.len_utf8()..])?;
            let at = first.len_utf8() + number;
            text[at..]
                .chars()
                .next()
                .filter(|c| matches!(c, '）' | ')' | '〕' | ']' | '】'))
                .map(|c| at + c.len_utf8())
        }
        '第' => {
            let at = first.len_utf8() + numeral(&text[first.len_utf8()..])?;
            ["章", "节", "条", "款", "项", "部分", "阶段", "步"]
                .iter()
                .find(|unit| text[at..].starts_with(**unit))
                .map(|unit| at + unit.len())
        }
        _ => worded(text).or_else(|| numbered(text)),
    }
}

/// `附件`, `首先`, and their like.
fn worded(text: &str) -> Option<usize> {
    const WORDS: &[&str] = &[
        "附件",
        "附表",
        "附：",
        "附:",
        "首先，",
        "首先,",
        "其次，",
        "其次,",
        "再次，",
        "最后，",
        "注：",
        "注:",
    ];
    WORDS.iter().find(|word| text.starts_with(**word)).map(|word| word.len())
}

/// `一、` `1.` `1、` `1）` `A.` `一是`.
fn numbered(text: &str) -> Option<usize> {
    let letter = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let at = if letter { 1 } else { numeral(text)? };
    let rest = &text[at..];
    let mark = rest.chars().next()?;
    let after = rest[mark.len_utf8()..].chars().next();
    let chinese = !letter && !text.starts_with(|c: char| c.is_ascii_digit());
    let is_mark = match mark {
        '、' | '）' | ')' => true,
        // 1.5万 is a figure, a.com a name.
        '.' | '．' => !letter && !after.is_some_and(|c| c.is_ascii_digit()) || letter && after == Some(' '),
        '是' | '要' => chinese,
        '，' | ',' => chinese && after.is_some() && !letter,
        _ => false,
    };
    is_mark.then(|| at + mark.len_utf8())
}

/// The length of a numeral that begins the text: Chinese or Arabic figures, also `1.2.3`.
fn numeral(text: &str) -> Option<usize> {
    let han = |c: char| "一二三四五六七八九十百〇零".contains(c);
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let end = |is: &dyn Fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let mut at = end(&han);
    if at == 0 {
        at = end(&digit);
        while at > 0 && text[at..].starts_with(['.', '．']) {
            let dot = if text[at..].starts_with('.') { 1 } else { '．'.len_utf8() };
            let more = text[at + dot..].find(|c| !digit(c)).unwrap_or(text.len() - at - dot);
            if more == 0 {
                break;
            }
            at += dot + more;
        }
    }
    // Longer rows of figures are telephone numbers, amounts or document numbers.
    (at > 0 && text[..at].chars().count() <= 8).then_some(at)
}

/// A title: no sentence, and the last word names a kind of document or table.
pub(crate) fn is_title(text: &str) -> bool {
    const KINDS: &[&str] = &[
        "方案",
        "通知",
        "意见",
        "办法",
        "计划",
        "安排",
        "措施",
        "细则",
        "要点",
        "规定",
        "制度",
        "预案",
        "决定",
        "通告",
        "公告",
        "通报",
        "报告",
        "总结",
        "条例",
        "规则",
        "规程",
        "规范",
        "指南",
        "纲要",
        "规划",
        "清单",
        "名单",
        "目录",
        "一览表",
        "登记表",
        "汇总表",
        "统计表",
        "分工表",
        "任务表",
        "台账",
    ];
    let bare = text.trim_end_matches(['）', ')']);
    // 实施方案（试行）, 实施方案（2023年）
    let bare =
        if bare.len() < text.len() { bare.rfind(['（', '(']).map_or(bare, |at| &bare[..at]) } else { bare };
    !text.contains(['。', '，', ',', '；']) && KINDS.iter().any(|kind| bare.ends_with(kind))
}

/// A line that is only a date or a stretch of dates, or ends a letter with one.
pub(crate) fn is_date_line(text: &str) -> bool {
    let text = text.trim();
    text.contains('年')
        && text.ends_with(['日', '月', '年'])
        && text.chars().all(|c| {
            c.is_ascii_digit()
                || c.is_whitespace()
                || "年月日至到—-~～xX×*〇零一二三四五六七八九十○Ｏ".contains(c)
        })
}
