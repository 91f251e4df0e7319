//! Punctuation written twice in a row.

use luoshi_text::Level;

use super::text::quote;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "mark-repeated",
    level: Level::Warning,
    title: "标点连用",
    what: "两个点号连在一起，如“3、、”“，，”“；。”。",
    why: "多为改稿留下的残字；编号后面多一个顿号，自动排序和读取编号时会出错。",
    fix: "删去多余的标点。",
    faults: &[
        "一、主要任务\n1、整修水渠。\n2⟦、、⟧清理淤泥。",
        "一、主要任务\n各村要加强领导⟦，，⟧落实责任⟦；。⟧",
        "一、主要任务\n由水利站⟦、，⟧各村按期完成⟦。。⟧",
    ],
    near: &[
        "一、主要任务\n各村要做到“日清、周结”，按期完成！！",
        "一、主要任务\n加强领导……，落实责任；（一）按期完成。",
        "一、主要任务\n时间为17:00，网址为http://a.cn，比例1：1。",
    ],
    run,
};

fn is_point(c: char) -> bool {
    matches!(c, '、' | '，' | '；' | '：' | '。')
}

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        let mut rest = line.text;
        while let Some(at) = rest.find(is_point) {
            let start = line.text.len() - rest.len() + at;
            let marks = &rest[at..];
            let length = marks.find(|c| !is_point(c)).unwrap_or(marks.len());
            let marks = &marks[..length];
            let mut each = marks.chars();
            // 。。。。。。 stands for an ellipsis.
            let dots = marks.chars().count() >= 3 && marks.chars().all(|c| c == '。');
            if each.next().is_some() && each.next().is_some() && !dots {
                out.add(line.span(start..start + length), format!("标点{}连用。", quote(marks)));
            }
            rest = &rest[at + length..];
        }
    }
}
