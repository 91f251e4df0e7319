//! Evidence that a piece of work asks for.

use luoshi_text::Span;

use crate::facts::Line;
use crate::model::Sourced;

/// Things that prove work done, the longer before those they contain.
const THINGS: [&str; 26] = [
    "影像资料",
    "照片视频",
    "图片资料",
    "现场照片",
    "活动照片",
    "前后对比照片",
    "照片",
    "图片",
    "影像",
    "签到册",
    "签到表",
    "佐证材料",
    "佐证",
    "问题台账",
    "隐患台账",
    "台账",
    "问题清单",
    "清单",
    "会议记录",
    "会议纪要",
    "检查记录",
    "工作记录",
    "送达回证",
    "回执",
    "截图",
    "视频",
];

/// Words that ask for them.
const ASKS: [&str; 27] = [
    "留存", "保存", "保留", "报送", "上报", "提供", "附", "上传", "提交", "建立", "建好", "填写", "填报",
    "形成", "存档", "归档", "备查", "收齐", "收回", "核验", "登记", "拍摄", "更新", "报", "整理", "汇总",
    "填入",
];

/// The evidence asked for in a part of a line that begins at `base` in the document.
pub(super) fn evidence(line: &Line<'_>, base: usize, out: &mut Vec<Sourced<String>>) {
    for clause in &line.clauses {
        let words = &line.text[clause.range.clone()];
        if !ASKS.iter().any(|w| words.contains(w)) {
            continue;
        }
        let mut taken = 0;
        let mut found: Vec<(usize, &str)> = THINGS.iter().flat_map(|w| words.match_indices(w)).collect();
        found.sort_by_key(|(at, w)| (*at, std::cmp::Reverse(w.len())));
        for (at, word) in found {
            let before = &words[..at];
            let after = &words[at + word.len()..];
            let product = before.ends_with('短')
                || after.starts_with("监控")
                || after.starts_with("会议")
                || after.starts_with("制作")
                || after.starts_with("拍摄")
                || after.starts_with("管理")
                || before.ends_with("卫星");
            if at < taken || product {
                continue;
            }
            taken = at + word.len();
            if !out.iter().any(|e| e.value == word) {
                let from = base + clause.range.start + at;
                out.push(Sourced { value: word.to_owned(), span: Span::new(from, from + word.len()) });
            }
        }
    }
}
