//! A slogan that counts more or fewer items than its list has.

use luoshi_text::Level;

use super::text::{any, before, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "slogan-count",
    level: Level::Warning,
    title: "数目与所列条数不符",
    what: "标题或者提示语说的条数与下面列出的条数不一致，如“九个一”只列了八项。",
    why: "少的一项可能漏印，也可能是数目没有跟着改；按数目考核会缺项。",
    fix: "补上漏列的一项，或者更正数目。",
    faults: &[
        "一、主要任务\n（一）办好“⟦三个一⟧”\n1.举办一期培训。各村要组织。\n2.张贴一道禁令。各村要张贴。\n（二）加强巡查。各村要巡查。",
        "一、主要任务\n（一）健全⟦四项⟧机制\n1.组织机制。各村要建立。\n2.联动机制。各村要建立。\n3.整改机制。各村要建立。",
        "一、宣传内容\n宣传内容共⟦五个⟧方面：国家安全、反邪教、扫黑除恶、耕地保护。",
    ],
    near: &[
        "一、主要任务\n（一）办好“两个一”\n1.举办一期培训。各村要组织。\n2.张贴一道禁令。各村要张贴。\n（二）加强巡查。各村要巡查。",
        "一、宣传内容\n宣传内容共四个方面：国家安全、反邪教、扫黑除恶、耕地保护。",
        "一、主要任务\n（一）织密三级管理网络。两个月内完成。\n1.镇级。\n2.村级。\n二、落实第三项机制\n1.登记。\n2.核对。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    // Per line its numbered children: how many, and the numbering they use.
    let mut children: Vec<(u32, u32)> = vec![(0, 0); context.plan.outline.len()];
    for line in context.lines.iter().filter(|l| !l.cell) {
        if let (Some(parent), Some(_)) = (line.node.parent, line.node.marker)
            && let Some(count) = children.get_mut(parent as usize)
        {
            count.0 += 1;
            count.1 = count.1.max(line.node.number);
        }
    }
    // Lines keep the order of the outline, but settings may be left out.
    for (i, node) in context.plan.outline.iter().enumerate() {
        let at = context.lines.partition_point(|l| l.base < node.span.start as usize);
        let Some(line) = context.lines.get(at).filter(|l| l.base == node.span.start as usize && !l.cell)
        else {
            continue;
        };
        let (count, highest) = children[i];
        let title = line.title();
        let offset = line.marker();
        // Numbers that run on from the section before show only that the count cannot be told.
        if count >= 2 && highest == count && title.chars().count() <= 30 {
            for (range, number) in counts(title) {
                if number != count {
                    let range = range.start + offset..range.end + offset;
                    let words = quote(&line.text[range.clone()]);
                    out.add(line.span(range), format!("{words}下面列了{count}条。"));
                }
            }
        }
        listed(line, out);
    }
}

/// 共五个方面：甲、乙、丙。
fn listed(line: &super::Line<'_>, out: &mut Findings) {
    for (at, colon) in line.text.match_indices(['：', ':']) {
        let head_start = line.text[..at]
            .rfind(['。', '；', '，', ',', '：', ':'])
            .map_or(0, |i| i + line.text[i..].chars().next().map_or(1, char::len_utf8));
        let head = &line.text[head_start..at];
        let found = counts(head);
        let [(range, number)] = found.as_slice() else { continue };
        let tail_words = &head[range.end..];
        if tail_words.chars().count() > 6 || any(head, &["以上", "至少", "不少于"]) {
            continue;
        }
        let rest = &line.text[at + colon.len()..];
        let stop = rest.find(['。', '；', ';', '，', ',', '：', ':']).unwrap_or(rest.len());
        let list = &rest[..stop];
        // A plain list of short names to the end of the sentence, and nothing after a comma.
        let plain = rest[stop..].is_empty() || rest[stop..].starts_with('。');
        let items: Vec<&str> = list.split('、').collect();
        let short = items.iter().all(|i| (1..=12).contains(&i.chars().count()));
        let joined = any(list, &["和", "及", "与", "或者", "等", "（", "("]);
        let count = items.len() as u32;
        // 30座：东村12座、西村18座 shares a number out.
        let shared = super::quota_sum::is_sum(line.text, at, at + colon.len());
        if plain && !shared && short && !joined && count >= 3 && count != *number {
            let place = head_start + range.start..head_start + range.end;
            let words = quote(&line.text[place.clone()]);
            out.add(line.span(place), format!("{words}后面列了{count}项。"));
        }
    }
}

/// 九个一, 六项, 十三条: where and how many.
fn counts(text: &str) -> Vec<(std::ops::Range<usize>, u32)> {
    const MEASURES: &[&str] = &["个一", "项", "条", "个", "类", "件", "大", "有", "进"];
    let mut out = Vec::new();
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip || !"一二三四五六七八九十两123456789".contains(c) {
            continue;
        }
        let rest = &text[at..];
        let (number, len) = if let Some(tail) = rest.strip_prefix('两') {
            (2, rest.len() - tail.len())
        } else {
            match crate::outline::number(rest) {
                Some(found) => found,
                None => continue,
            }
        };
        skip = at + len;
        let ordinal = before(text, at).is_some_and(|c| "第前后每逐头近一.".contains(c) || c.is_ascii_digit());
        let tail = &rest[len..];
        let Some(measure) = MEASURES.iter().find(|m| tail.starts_with(**m)) else { continue };
        let after = &tail[measure.len()..];
        // 两个月, 三个工作日, 三大队, 三条河村: time and names.
        let other = any(
            after.get(..after.len().min(9)).unwrap_or(""),
            &["月", "工作日", "小时", "学期", "季度", "队", "年"],
        ) || after.starts_with(['以', '左', '村', '镇', '人', '重']);
        let quoted = before(text, at).is_some_and(|c| matches!(c, '“' | '"' | '「'));
        let slogan = matches!(*measure, "大" | "有" | "进");
        if (2..=30).contains(&number) && !ordinal && !other && (!slogan || quoted) {
            out.push((at..at + len + measure.len(), number));
        }
    }
    out
}
