//! The number of a document in a form that is no longer right.

use luoshi_text::Level;

use super::text::{after, before, is_han, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "document-number-form",
    level: Level::Warning,
    title: "发文字号写法不规范",
    what: "发文字号的年份没有用六角括号，或者序号前加了“第”、补了0。",
    why: "GB/T 9704—2012 规定年份用六角括号“〔〕”，序号不编虚位、不加“第”；写法不一，查不到原件。",
    fix: "写成“机关代字〔年份〕序号号”，如“云政办发〔2025〕7号”。",
    faults: &[
        "一、主要任务\n按照《关于开展排查的通知》（⟦云政办发[2025]7号⟧）执行。",
        "一、主要任务\n按照《关于开展排查的通知》（⟦云政办发（2025）7号⟧）执行。",
        "一、主要任务\n按照《关于开展排查的通知》（⟦云政办发〔2025〕第7号⟧）和⟦云安发〔2025〕07号⟧文件执行。",
    ],
    near: &[
        "一、主要任务\n按照《关于开展排查的通知》（云政办发〔2025〕7号）执行。",
        "一、主要任务\n依据国务院令第393号、《安全管理办法（2025年修订）》和附件（2025）执行。",
        "一、主要任务\n本方案（2025年版）自2025年7月1日起施行，会议室在（2025）号楼7号门。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        for (at, open) in text.match_indices(['〔', '[', '［', '（', '(', '【']) {
            let Some(found) = number(text, at, open) else { continue };
            let mut start = at;
            while let Some(c) =
                before(text, start).filter(|c| is_han(*c) && !"按照据由和与及以的".contains(*c))
            {
                start -= c.len_utf8();
                if at - start > 30 {
                    break;
                }
            }
            let code = text[start..at].chars().count();
            if code < 2 {
                continue;
            }
            let words = &text[start..found.end];
            let what = match (open, found.numbered) {
                ("〔", false) => continue,
                ("〔", true) => "序号不加“第”、不补0",
                _ => "年份应当用六角括号“〔〕”",
            };
            out.add(line.span(start..found.end), format!("{}写法不规范：{what}。", quote(words)));
        }
    }
}

struct Number {
    end: usize,
    /// The number has 第 before it or a zero at its start.
    numbered: bool,
}

/// A year in brackets followed by a number and 号.
fn number(text: &str, at: usize, open: &str) -> Option<Number> {
    let year = at + open.len();
    let rest = text.get(year..)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, 'x' | 'X' | '×'))?;
    let token = &rest[..digits];
    if token.chars().count() != 4 || !(token.starts_with("20") || token.starts_with("19")) {
        return None;
    }
    let close = after(text, year + digits).filter(|c| matches!(c, '〕' | ']' | '］' | '）' | ')' | '】'))?;
    let mut n = year + digits + close.len_utf8();
    let with_word = text[n..].starts_with('第');
    if with_word {
        n += '第'.len_utf8();
    }
    let length = text[n..].find(|c: char| !c.is_ascii_digit()).filter(|l| (1..=5).contains(l))?;
    let zero = text[n..].starts_with('0');
    let end = n + length;
    let tail = text[end..].strip_prefix('号')?;
    if tail.starts_with(['楼', '门', '线', '机', '院']) {
        return None;
    }
    Some(Number { end: end + '号'.len_utf8(), numbered: with_word || zero })
}
