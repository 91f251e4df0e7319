//! `luoshi explain`.

use anyhow::{Result, bail};
use luoshi_plan::check::{CHECKS, find_check, page};
use luoshi_press::Terminal;
use luoshi_report::{Cell, Column, Part, Report, Table, Tone, Writer};
use luoshi_text::Level;

use crate::args::Colour;
use crate::output::{Screen, Target};
use crate::wording;

pub(super) fn run(name: Option<&str>) -> Result<u8> {
    let Some(name) = name else {
        return list();
    };
    if let Some(text) = super::units::explain(name).or_else(|| suppressed(name)) {
        Target::Stdout.write(text.as_bytes())?;
        return Ok(0);
    }
    let Some(check) = find_check(name) else {
        let like = nearest(name).map(|n| format!("，是不是“{n}”")).unwrap_or_default();
        bail!("没有名为“{name}”的检查{like}：请用 luoshi explain 查看全部名称。");
    };
    Target::Stdout.write(page(check).as_bytes())?;
    Ok(0)
}

/// What a line of the document that turns checks off may be told.
fn suppressed(name: &str) -> Option<&'static str> {
    match name {
        "suppression-without-reason" => Some(
            "## suppression-without-reason\n\n**关闭检查没有写明理由**（警告）\n\n\
             是什么：文稿中“落实检查：关闭 …”一行没有写理由，关闭不起作用。\n\n\
             为什么：过后没有人知道为什么不查。\n\n\
             怎么改：在名称后面写“（理由：…）”。\n",
        ),
        "suppression-unknown" => Some(
            "## suppression-unknown\n\n**要关闭的检查不存在**（警告）\n\n\
             是什么：文稿中“落实检查：关闭 …”一行写的名称不在检查目录中，这一项关闭不起作用。\n\n\
             为什么：以为关了，其实没有关。\n\n\
             怎么改：用 luoshi explain 查看全部名称，更正这一行。\n",
        ),
        _ => None,
    }
}

fn list() -> Result<u8> {
    let columns = vec![Column::new("名称", 16.0), Column::new("级别", 2.0), Column::new("查什么", 20.0)];
    let mut table = Table::new("检查", "", columns);
    for check in CHECKS {
        let tone = match check.level {
            Level::Error => Tone::Error,
            Level::Warning => Tone::Warning,
            Level::Hint => Tone::Hint,
        };
        table.rows.push(vec![
            Cell::words(check.name),
            Cell::words(wording::level(check.level)).tone(tone),
            Cell::words(check.title),
        ]);
    }
    table.notes.push(format!("共 {} 项。看其中一项：luoshi explain 名称", CHECKS.len()));
    let mut report = Report::default();
    report.parts.push(Part::Table(table));
    let screen = Screen::new(Colour::Auto, None, false);
    let mut out = Vec::new();
    Terminal { width: screen.width, colour: screen.colour }.write(&report, &mut out)?;
    Target::Stdout.write(&out)?;
    Ok(0)
}

/// The check whose name shares the most words.
fn nearest(name: &str) -> Option<&'static str> {
    let words: Vec<&str> = name.split(['-', '_']).collect();
    let shared = |n: &str| n.split('-').filter(|w| words.contains(w)).count();
    CHECKS.iter().map(|c| c.name).max_by_key(|n| shared(n)).filter(|n| shared(n) > 0)
}
