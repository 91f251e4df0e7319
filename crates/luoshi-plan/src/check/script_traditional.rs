//! A plan in the traditional script, whose words the grammar does not know.

use std::collections::HashSet;

use luoshi_text::Level;

use super::text::is_han;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "script-traditional",
    level: Level::Warning,
    title: "全文为繁体字",
    what: "文件用繁体字写成。本工具只认简体字的词语，繁体字的单位、时限、任务会大量漏读。全文只报一处。",
    why: "漏读的任务不会进入清单和日历，其余各项检查也不可靠。",
    fix: "先把文件转换为简体字（如用文字处理软件的“繁转简”），再重新读取。",
    faults: &[
        "⟦一、主要任務⟧\n各鄉鎮要組織人員開展檢查，按時報送結果。\n責任單位：縣應急管理局；完成時限：6月30日前。",
        "⟦一、總體要求⟧\n各單位要認真學習，統一領導，層層負責，確保實際效果。",
        "⟦一、責任分工⟧\n由縣農業農村局牽頭，各鄉鎮與財政部門協同辦理，對問題較多的單位進行約談。",
    ],
    near: &[
        "一、主要任务\n各乡镇要组织人员开展检查，按时报送结果，学习《論語》选段。",
        "一、主要任务\n由於某负责对接台湾同胞，印发繁體字宣传页，其余各单位按期完成检查。",
        "一、主要任务\n各村要在6月30日前完成排查。",
    ],
    run,
};

/// Fewer are names and quotations.
const LEAST: usize = 5;

/// Of so many characters at least one is traditional in a text of that script.
const SHARE: usize = 12;

fn run(context: &Context<'_>, out: &mut Findings) {
    if context.index > 0 {
        return;
    }
    let known = include_str!("../lexicon/traditional.txt").lines().filter(|l| !l.starts_with('#'));
    let known: HashSet<char> = known.flat_map(str::chars).collect();
    let (mut han, mut traditional) = (0, 0);
    for c in context.doc.text().chars().filter(|c| is_han(*c)) {
        han += 1;
        traditional += usize::from(known.contains(&c));
    }
    if traditional < LEAST || traditional * SHARE < han {
        return;
    }
    let first = context.lines.iter().find(|l| l.text.contains(|c| known.contains(&c)));
    if let Some(line) = first {
        let message = format!("全文有{traditional}个繁体字，词语认不出来，单位、时限和任务会大量漏读。");
        out.add(line.span(0..line.text.len()), message);
    }
}
