use jiff::civil::Date;

use crate::charset::CharSet;
use crate::compound::compound;
use crate::numeral::{digit, is_numeral};
use crate::when::Readings;
use crate::{Context, Found, Reading, When, dated, every, within};

/// Characters that an expression can begin with.
static START: CharSet = CharSet::of(
    "0123456789０１２３４５６７８９零〇○一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾两每按逐隔分从自截到至不最赶务即今本明来\
     后次翌去前当同上下首第年月季周日旬春国清端中劳元农寒暑新秋开学提半全长常持这“\"《〔［[",
);

/// Characters that make a time of a number before them; blanks are looked through.
static LEADS_ON: CharSet = CharSet::of(
    "年月日号號周天个星季小工自分钟半旬一学上下“\"劳国.．-/／－—–―─~～〜至到、,，和xXｘＸ×ХхⅩⅹ╳*＊?？_某OoОо〇○零 \u{3000}\u{a0}",
);

/// Characters that a time behind 自, 从, 到 or 至 begins with: 自印发之日起, 至今, 至迟.
static BEHIND_PREFIX: CharSet = CharSet::of(
    "0123456789０１２３４５６７８９零〇○一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾两百千万亿今本明来后次翌去前当同上下首\
     第年月季这春国清端中劳元农寒暑新秋开学即现方通文印发公颁迟“\" \u{3000}\u{a0}",
);

/// Every time expression of a text, in order, not overlapping.
///
/// What stands inside 《…》 or in a document's number is passed over.
///
/// ```
/// use jiff::civil::date;
/// use luoshi_when::{Context, When, find};
///
/// let found = find("各单位于6月底前完成整改。", &Context::new(date(2026, 3, 9)));
/// assert_eq!(found[0].range, 12..22);
/// assert_eq!(found[0].when, When::By { end: date(2026, 6, 30) });
/// ```
pub fn find(text: &str, context: &Context) -> Vec<Found> {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // The text is UTF-8: the length of a character follows from its first byte.
        let (code, length) = match (bytes[at], bytes.get(at + 1..at + 3)) {
            (b @ 0..0x80, _) => (u32::from(b), 1),
            (0x80..0xE0, _) => (0, 2),
            (b @ 0xE0..0xF0, Some(&[second, third])) => {
                let tail = (u32::from(second) & 0x3F) << 6 | u32::from(third) & 0x3F;
                ((u32::from(b) & 0x0F) << 12 | tail, 3)
            }
            _ => (0, 4),
        };
        if !START.has(code) {
            at += length;
            continue;
        }
        let c = char::from_u32(code).unwrap_or(' ');
        if !promising(c, &text[at + length..]) {
            at += length;
            continue;
        }
        at = attempt(text, at, c, context, &mut out).unwrap_or_else(|| pass(text, at, c));
    }
    out
}

/// Tries the expressions that can begin with a character; gives the end of what was read.
fn attempt(text: &str, at: usize, c: char, context: &Context, out: &mut Vec<Found>) -> Option<usize> {
    match c {
        '《' => title(text, at),
        '〔' | '［' | '[' => number_of_document(text, at),
        '每' => every::each(text, at, out),
        '按' | '逐' | '隔' | '分' => every::by_unit(text, at, out),
        '提' | '不' if ["提前", "不超过", "不得超过"].iter().any(|w| text[at..].starts_with(w)) => {
            within::worded(text, at, out)
        }
        '长' | '常' | '持' => within::ongoing(text, at, out),
        '全' => whole_year(text, at, context, out),
        '日' | '旬' | '周' => compound(text, at, out),
        '月' | '季' | '年' => compound(text, at, out).or_else(|| dated::read(text, at, context, out)),
        '半' => compound(text, at, out)
            .or_else(|| every::so_often(text, at, out))
            .or_else(|| within::limit(text, at, out)),
        '当' | '次' | '下' => within::same_day(text, at, out)
            .or_else(|| every::in_the_next(text, at, out))
            .or_else(|| dated::read(text, at, context, out)),
        '第' => {
            within::same_day(text, at, out).or_else(|| dated::read(text, at, context, out)).or_else(|| {
                // 第三天内 is no limit: the number goes with its 第.
                let next = at + c.len_utf8();
                let end = pass_number(text, next);
                (end > next).then_some(end)
            })
        }
        '五' if text[at..].starts_with("五一") => dated::read(text, at, context, out),
        _ if is_numeral(c) && !leads_on(text, at) => None,
        _ if is_numeral(c) => dated::read(text, at, context, out)
            .or_else(|| within::limit(text, at, out))
            .or_else(|| every::so_often(text, at, out)),
        _ => dated::read(text, at, context, out),
    }
}

/// Whether the next character lets a frequent one begin an expression: 中 is mostly not 中秋.
fn promising(c: char, rest: &str) -> bool {
    let follows = |set: &str| rest.starts_with(|next| set.contains(next));
    match c {
        '中' => follows("秋"),
        '国' => follows("庆"),
        '元' => follows("旦"),
        '清' => follows("明"),
        '端' => follows("午"),
        '劳' => follows("动"),
        '农' => follows("历"),
        '开' => follows("学"),
        '学' => follows("期"),
        '新' => follows("春学"),
        '春' => follows("季节"),
        '秋' => follows("季"),
        '全' | '同' | '去' | '前' | '后' | '来' | '翌' => follows("年"),
        '今' | '明' => follows("年日天"),
        '本' => follows("年月周季学星"),
        '这' => follows("个周"),
        '上' => follows("年半"),
        '下' => follows("月个周季半学星一"),
        '首' => follows("季"),
        '不' => follows("迟晚超得"),
        '最' => follows("迟晚"),
        '赶' => follows("在"),
        '即' => follows("日"),
        '提' => follows("前"),
        '务' => follows("必于"),
        '“' | '"' => follows("五十"),
        '从' | '自' | '到' | '至' => rest.starts_with(|next| BEHIND_PREFIX.has(u32::from(next))),
        '长' | '常' => follows("期年"),
        '持' => follows("续"),
        _ => true,
    }
}

/// Whether something behind a number could make a time of it.
fn leads_on(text: &str, at: usize) -> bool {
    let mut behind = text[pass_number(text, at)..].chars();
    behind.next().is_some_and(|c| match c {
        // 一、, 1.: a mark of a list unless another number follows.
        '、' | ',' | '，' | '和' | '.' | '．' => {
            behind.next().is_some_and(|n| is_numeral(n) || matches!(n, ' ' | '\u{3000}' | '\u{a0}'))
        }
        c => LEADS_ON.has(u32::from(c)) || is_numeral(c),
    })
}

/// Where to go on after nothing was read: behind the character, and behind all of a number.
fn pass(text: &str, at: usize, c: char) -> usize {
    if is_numeral(c) { pass_number(text, at) } else { at + c.len_utf8() }
}

/// The end of a run of digits or of a Chinese numeral.
fn pass_number(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut arabic = None;
    for c in text[at..].chars() {
        let is_digit = digit(c).is_some();
        if !is_numeral(c) || *arabic.get_or_insert(is_digit) != is_digit {
            break;
        }
        end += c.len_utf8();
    }
    end
}

/// A document's title in 《…》, titles inside it included, on one line and not too long.
fn title(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, c) in text[at..].char_indices().take(160) {
        match c {
            '《' => depth += 1,
            '》' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + i + c.len_utf8());
                }
            }
            '\n' => return None,
            _ => {}
        }
    }
    None
}

/// 〔2026〕14号: a document's number.
fn number_of_document(text: &str, at: usize) -> Option<usize> {
    let mut c = crate::cursor::Cursor::new(text, at);
    c.eat_of("〔［[")?;
    crate::year::token(&mut c)?;
    c.eat_of("〕］]")?;
    c.eat("第");
    c.number();
    c.eat("号");
    Some(c.at)
}

/// 全年 as a stretch, where it stands as the time of a task.
fn whole_year(text: &str, at: usize, context: &Context, out: &mut Vec<Found>) -> Option<usize> {
    let end = at + text[at..].strip_prefix("全年").map(|_| "全年".len())?;
    if !within::stands_as_time(text, at, end) {
        return None;
    }
    let year = context.anchor.year();
    let (start, last) = (Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?);
    let when = When::Span { start, end: last };
    out.push(Found::new(at..end, when, Readings::of(Reading::FromIssue)));
    Some(end)
}
