//! A weekday that does not fit its date.

use luoshi_text::Level;
use luoshi_when::When;

use super::text::day;
use super::{Check, Context, Findings};

pub(super) const CHECK: Check = Check {
    name: "weekday-wrong",
    level: Level::Error,
    title: "日期与星期不符",
    what: "日期后面括注的星期与日历不一致。",
    why: "一个写日子、一个写星期，两者不一致时参加的人会分成两拨。",
    fix: "对照日历更正日期或者星期。",
    faults: &[
        "一、主要任务\n2025年3月12日（⟦星期二⟧）召开启动会。",
        "一、主要任务\n各村于3月14日（⟦周四⟧）前报送名单。",
        "一、主要任务\n5月9日(⟦星期日⟧)上午组织考试。",
    ],
    near: &[
        "一、主要任务\n2025年3月12日（星期三）召开启动会。",
        "一、主要任务\n3月14日（周五）前报送名单，每周四调度。",
        "一、主要任务\n5月9日（星期五）上午、5月10日（星期六）下午组织考试。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    for line in &context.lines {
        for (at, word, len) in weekdays(line.text) {
            let head = line.text[..at].trim_end_matches(['（', '(']);
            if head.len() == at {
                continue;
            }
            let date = line.times.iter().find_map(|f| {
                let touches = f.range.end == head.len() || f.range.contains(&at);
                match (&f.when, touches) {
                    (When::On { day } | When::By { end: day }, true) => Some(*day),
                    _ => None,
                }
            });
            let Some(date) = date else { continue };
            let real = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
            if real != word {
                let name = ["一", "二", "三", "四", "五", "六", "日"][real.min(6)];
                out.add(line.span(at..at + len), format!("{}是星期{name}。", day(date)));
            }
        }
    }
}

/// 星期X, 周X: offset, weekday from Monday 0, length.
fn weekdays(text: &str) -> Vec<(usize, usize, usize)> {
    let mut out = Vec::new();
    for head in ["星期", "周"] {
        for (at, _) in text.match_indices(head) {
            let rest = &text[at + head.len()..];
            let Some(c) = rest.chars().next() else { continue };
            if let Some(n) = "一二三四五六日".chars().position(|d| d == c || (c == '天' && d == '日'))
            {
                out.push((at, n, head.len() + c.len_utf8()));
            }
        }
    }
    out
}
