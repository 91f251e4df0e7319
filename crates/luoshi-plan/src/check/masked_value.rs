//! Masks and blanks left from a template.

use luoshi_text::Level;

use super::text::{after, before, is_han, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "masked-value",
    level: Level::Warning,
    title: "留有替代符号或者空白",
    what: "文中留有20xx、XX、××、某某、____等替代符号，或者“年　月　日”之间没有填数。",
    why: "替代符号多是套用模板时漏填的内容，年份、单位、人名不定，任务落不到人和日子上。",
    fix: "把替代符号换成真实的年份、单位、姓名或者数字。",
    faults: &[
        "一、主要任务\n各村要在⟦20xx年⟧6月30日前完成排查。",
        "一、组织领导\n成立领导小组，组长由⟦××⟧担任。",
        "一、主要任务\n由⟦某某⟧镇人民政府牵头，资金⟦____⟧万元。",
        "一、主要任务\n按照⟦XX⟧会议要求开展排查，于⟦年　月　日⟧前完成。",
    ],
    near: &[
        "一、主要任务\n健全“3+X”产业体系，配备X光机1台，面积5×5米。",
        "一、主要任务\n统一使用XXL号防护服，登录www.xxx.gov.cn查询。",
        "一、主要任务\n某单位瞒报的，由镇纪委约谈。2025年6月30日前完成。",
    ],
    run,
};

fn is_mask(c: char) -> bool {
    matches!(c, 'x' | 'X' | '×' | 'ｘ' | 'Ｘ' | '＊' | '*' | '某' | '_' | '＿' | '□' | '○')
}

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        let mut end = 0;
        for (at, c) in text.char_indices() {
            if at < end {
                continue;
            }
            if is_mask(c) {
                end = at + text[at..].find(|d| !is_mask(d)).unwrap_or(text.len() - at);
                let count = text[at..end].chars().count();
                let mut start = at;
                while let Some(d) = before(text, start).filter(char::is_ascii_digit) {
                    start -= d.len_utf8();
                }
                let latin =
                    |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '.' | '/'));
                let digits = at - start;
                let tied = latin(before(text, start)) || latin(after(text, end));
                if count < 2 || tied || !(digits == 0 || digits == 2) || markdown(text, at, end) {
                    continue;
                }
                if digits == 2
                    && let Some(y) = after(text, end).filter(|c| *c == '年')
                {
                    end += y.len_utf8();
                }
                let words = &text[start..end];
                out.add(line.span(start..end), format!("{}是没有填写的替代符号。", quote(words)));
            } else if c == '年'
                && !before(text, at).is_some_and(|c| c.is_ascii_alphanumeric())
                && let Some(stop) = blank_day(text, at)
            {
                out.add(line.span(at..stop), "日期的年、月、日没有填写。");
                end = stop;
            }
        }
    }
}

/// A rule or emphasis of Markdown, not a blank to fill in.
fn markdown(text: &str, start: usize, end: usize) -> bool {
    let whole = text.trim().len() == end - start;
    let stars = text[start..end].chars().all(|c| c == '*');
    whole || stars && !(before(text, start).is_some_and(is_han) && after(text, end).is_some_and(is_han))
}

/// 年　月　日 with only blanks between: where it ends.
fn blank_day(text: &str, at: usize) -> Option<usize> {
    let rest = text[at..].strip_prefix('年')?;
    let month = rest.trim_start_matches([' ', '\u{3000}']);
    let rest = (month.len() < rest.len()).then(|| month.strip_prefix('月'))??;
    let day = rest.trim_start_matches([' ', '\u{3000}']);
    let rest = (day.len() < rest.len()).then(|| day.strip_prefix('日'))??;
    Some(text.len() - rest.len())
}
