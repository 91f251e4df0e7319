//! A paragraph that breaks off in the middle of a sentence.

use luoshi_text::{Level, Origin, Piece, Span};

use super::text::{is_han, quote};
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "sentence-broken",
    level: Level::Warning,
    title: "句子被截断",
    what: "一段以逗号、顿号结束，或者一句话被硬换行拆成两行。",
    why: "断开的句子常丢掉后半句的单位、时限，也会使后面的编号错位。",
    fix: "补全句子，或者删去多余的换行。",
    faults: &[
        "一、主要任务\n增强师生的法制观念、安全防范意识⟦，⟧\n二、工作要求\n各班要按时完成。",
        "一、主要任务\n各村要组织人员逐户登记、逐户核对⟦、⟧\n二、工作要求\n各村要按时完成。",
        "一、主要任务\n各村要组织人员逐户登记⟦,⟧",
    ],
    near: &[
        "一、主要任务\n各村要做到：\n1.逐户登记；\n2.逐户核对。",
        "各村民委员会，乡直各单位：\n为做好排查，制定本方案。\n一、主要任务\n各村要逐户登记。",
        "一、主要任务\n抓好以下工作，\n（一）逐户登记\n各村要在6月底前登记完毕。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for (i, line) in context.lines.iter().enumerate() {
        let text = line.text;
        let block = &context.doc.blocks()[line.node.block as usize];
        // The lines of a page are nobody's breaks: the reader joined them into the paragraph that was written.
        let written = |piece: &&Piece| !matches!(piece.origin, Origin::Page { .. });
        for piece in block.pieces.iter().skip(1).filter(written) {
            let at = (piece.at as usize).saturating_sub(line.base);
            let left = text.get(..at).and_then(|t| t.chars().next_back());
            let right = text.get(at..).and_then(|t| t.chars().next());
            if left.is_some_and(is_han) && right.is_some_and(is_han) {
                let start = at - left.map_or(0, char::len_utf8);
                let end = at + right.map_or(0, char::len_utf8);
                out.add_at(
                    Level::Hint,
                    Span::new(line.base + start, line.base + end),
                    format!("{}之间被硬换行断开。", quote(&text[start..end])),
                );
            }
        }
        let Some(last) = text.chars().next_back().filter(|c| matches!(c, '，' | ',' | '、')) else {
            continue;
        };
        if line.cell || text.chars().count() < 10 {
            continue;
        }
        // 抓好以下工作， before a list leads it in.
        let tail = text.rsplit(['。', '；', ';']).next().unwrap_or(text);
        let below = context
            .lines
            .get(i + 1)
            .is_some_and(|next| next.node.marker.is_some() && next.node.depth > line.node.depth);
        let leads = below || super::text::any(tail, &["以下", "如下", "下列"]);
        if !leads {
            let start = text.len() - last.len_utf8();
            out.add(line.span(start..text.len()), format!("这一段以“{last}”结束，句子没有写完。"));
        }
    }
}
