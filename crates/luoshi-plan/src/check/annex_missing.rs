//! Annexes that the text cites and the file does not have.

use luoshi_text::Level;

use super::context::{annex_number, head_at};
use super::text::{before, places};
use super::{Check, Context, Findings, Line};

pub(super) const CHECK: Check = Check {
    name: "annex-missing",
    level: Level::Error,
    title: "引用的附件不存在",
    what: "正文说“见附件2”，附件说明和文后都没有附件2；或者附件说明列了附件，文后没有内容。",
    why: "任务数、名单、清单都在附件里，附件缺了，正文的任务就没有内容。",
    fix: "补上附件，或者更正附件序号；附件另成文件的，用 --annex 一并检查。",
    faults: &[
        "一、目标任务\n全镇招工任务383人，各村任务见⟦附件1⟧。\n二、工作要求\n各村要抓紧落实。",
        "一、目标任务\n各村任务见附件1，企业名录见⟦附件2⟧。\n二、工作要求\n各村要抓紧落实。\n附件：1.任务分解表\n附件1　任务分解表\n1.东村：20人。\n2.西村：30人。",
        "一、主要任务\n将登记表（⟦见附件⟧）报县民政局。\n二、工作要求\n各村要抓紧落实。",
    ],
    near: &[
        "一、目标任务\n各村任务见附件1。\n二、工作要求\n各村要抓紧落实。\n附件：1.任务分解表\n附件1　任务分解表\n1.东村：20人。",
        "一、目标任务\n具体标准按《安全标准化评分细则》附件3执行。\n二、工作要求\n各村要抓紧落实。",
        "一、目标任务\n任务见附件。\n二、工作要求\n各村要抓紧落实。\n附件\n任务分解表\n1.东村：20人。",
        "一、目标任务\n任务见附件。\n二、工作要求\n各村要抓紧落实。\n附件：任务分解表\n序号\t任务\t责任单位\n1\t整修水渠\t东村\n2\t清理淤泥\t西村",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let annexes = context.annexes();
    let heads: Vec<u32> = (0..annexes.len()).filter_map(|i| head_at(annexes, i)).collect();
    let listed = listed(context.body());
    let single = heads == [0] || listed.len() == 1;
    for line in context.body().iter().filter(|l| !is_list_line(l)) {
        for place in places(line.text, "附件") {
            let Some((number, len)) = annex_number(&line.text[place.start..]) else {
                continue;
            };
            let foreign = line.in_quotes(place.start)
                || matches!(before(line.text, place.start), Some('》' | '）' | ')' | '号'));
            let end = place.start + len;
            let there = heads.contains(&number)
                || listed.iter().any(|l| l.number == number)
                || number <= 1 && (single || heads.contains(&0) && heads.len() == 1)
                || number == 0 && !(heads.is_empty() && listed.is_empty());
            if foreign || there {
                continue;
            }
            let start = if number == 0 {
                let head = &line.text[..place.start];
                match ["详见", "见", "填写"].iter().find(|w| head.ends_with(**w)) {
                    Some(w) => place.start - w.len(),
                    None => continue,
                }
            } else {
                place.start
            };
            let words = &line.text[place.start..end];
            out.add(line.span(start..end), format!("正文引用了{words}，文中没有这个附件。"));
        }
    }
    for item in &listed {
        let there = heads.contains(&item.number) || single && !heads.is_empty();
        if there {
            continue;
        }
        // Annexes are often files of their own: only a gap among annexes that are here is a fault.
        let level = if heads.is_empty() { Level::Hint } else { Level::Warning };
        let title = item.title.trim();
        out.add_at(
            level,
            item.line.span(item.range.clone()),
            format!("附件说明列有“{title}”，文后没有这个附件的内容。"),
        );
    }
}

/// An annex named in the list before the signature.
struct Listed<'a> {
    number: u32,
    title: &'a str,
    line: &'a Line<'a>,
    range: std::ops::Range<usize>,
}

/// Whether a line begins or goes on with the list of annexes.
fn is_list_line(line: &Line<'_>) -> bool {
    ["附件：", "附件:"].iter().any(|w| line.text.starts_with(w)) && line.text.chars().count() > 3
}

/// The list 附件：1.… and the numbered lines that follow it.
fn listed<'a>(lines: &'a [Line<'a>]) -> Vec<Listed<'a>> {
    let Some(first) = lines.iter().rposition(is_list_line) else { return Vec::new() };
    let mut out = Vec::new();
    for (i, line) in lines.iter().enumerate().skip(first) {
        let skip = if i == first {
            "附件".len() + line.text["附件".len()..].chars().next().map_or(0, char::len_utf8)
        } else {
            0
        };
        let rest = &line.text[skip..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\u{3000}']).len();
        let at = skip + blank;
        match crate::outline::find_marker(&line.text[at..]) {
            Some(m) if m.number as usize == out.len() + 1 => out.push(Listed {
                number: m.number,
                title: &line.text[at + m.len..],
                line,
                range: at..line.text.len(),
            }),
            None if i == first => {
                out.push(Listed { number: 0, title: &line.text[at..], line, range: at..line.text.len() });
                break;
            }
            _ => break,
        }
    }
    if out.len() == 1 && out[0].number == 1 {
        // One annex with a number is cited with or without it.
        out[0].number = 1;
    }
    out
}
