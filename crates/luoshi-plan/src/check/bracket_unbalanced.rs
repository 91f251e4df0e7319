//! Brackets and quotation marks without their other half.

use luoshi_text::Level;

use super::text::{before, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "bracket-unbalanced",
    level: Level::Warning,
    title: "括号或者引号不成对",
    what: "一段之内括号、书名号、引号只有一半，或者交叉。",
    why: "缺一半的括号常把责任单位、时限和正文混在一起，文件名称也会读错。",
    fix: "补上缺的一半，或者删去多余的一半。",
    faults: &[
        "一、主要任务\n1.排查隐患。⟦（⟧责任单位：各村；完成时限：5月30日前",
        "一、主要任务\n依据⟦《⟧安全生产法开展检查，做到“四个到位”。",
        "一、主要任务\n做到“四个到位⟦（⟧责任到人”，不留死角。",
        "一、主要任务\n开展⟦\"⟧回头看活动，各村⟦）⟧要报送总结。",
    ],
    near: &[
        "一、主要任务\n1)排查隐患。a）登记造册；（1）整改（含复查）。",
        "一、主要任务\n按照《关于印发〈排查方案〉的通知》（云办发〔2025〕7号）开展“回头看”。",
        "一、主要任务\n做好\"回头看\"，桌面尺寸不超过24\"的显示器优先（由后勤保障中心'统一'配置）。",
    ],
    run,
};

const PAIRS: [(char, char); 9] = [
    ('（', '）'),
    ('《', '》'),
    ('〈', '〉'),
    ('〔', '〕'),
    ('【', '】'),
    ('「', '」'),
    ('“', '”'),
    ('‘', '’'),
    ('[', ']'),
];

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let text = line.text;
        let mut open: Vec<(usize, char)> = Vec::new();
        // How many of each kind are open, so that a lone right half need not search for its left.
        let mut waiting = [0usize; PAIRS.len()];
        let mut lone: Vec<(usize, char)> = Vec::new();
        let mut straight: Vec<usize> = Vec::new();
        for (at, raw) in text.char_indices() {
            let c = match raw {
                '(' => '（',
                ')' => '）',
                other => other,
            };
            // 24" is a measure, unless a quotation is open.
            let inches =
                before(text, at).is_some_and(|b| b.is_ascii_digit()) && straight.len().is_multiple_of(2);
            if c == '"' && !inches {
                straight.push(at);
            }
            if let Some(kind) = PAIRS.iter().position(|(a, _)| *a == c) {
                open.push((at, c));
                waiting[kind] += 1;
            } else if let Some(kind) = PAIRS.iter().position(|(_, b)| *b == c) {
                if waiting[kind] == 0 {
                    if !is_item_mark(text, at, c) {
                        lone.push((at, raw));
                    }
                    continue;
                }
                // What was opened after the other half has none of its own.
                while let Some((from, o)) = open.pop() {
                    if let Some(other) = PAIRS.iter().position(|(a, _)| *a == o) {
                        waiting[other] -= 1;
                    }
                    if o == PAIRS[kind].0 {
                        break;
                    }
                    lone.push((from, o));
                }
            }
        }
        lone.append(&mut open);
        if straight.len() % 2 == 1 {
            lone.extend(straight.first().map(|at| (*at, '"')));
        }
        lone.sort_unstable();
        for (at, c) in lone {
            let width = text[at..].chars().next().map_or(1, char::len_utf8);
            out.add(line.span(at..at + width), format!("{}没有另一半与它成对。", quote(&c.to_string())));
        }
    }
}

/// 1) and a) number an item; ’ stands in an abbreviated year or a foreign word.
fn is_item_mark(text: &str, at: usize, c: char) -> bool {
    let b = before(text, at);
    match c {
        '）' => {
            b.is_some_and(|b| b.is_ascii_alphanumeric()) && {
                let head = text[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                head.is_empty() || head.ends_with(['。', '；', ';', '：', ':', '，', ',', ' ', '\u{3000}'])
            }
        }
        '’' => b.is_none_or(|b| b.is_ascii_alphanumeric()),
        _ => false,
    }
}
