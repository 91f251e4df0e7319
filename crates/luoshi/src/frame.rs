//! Findings for people: the place, the words, what is wrong, what to do.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use luoshi_plan::model::Compiled;
use luoshi_press::{columns, visible, wrap};
use luoshi_text::{Diagnostic, Level, Origin, Span, excerpt};

use crate::output::Screen;
use crate::source::{Source, annex_name, harmless, short};
use crate::wording;

/// One finding in its frame.
pub(crate) fn finding(source: &Source, compiled: &Compiled, finding: &Diagnostic, screen: Screen) -> String {
    let paint = |words: &str, style: Style| {
        if screen.colour {
            format!("{}{words}{}", style.render(), style.render_reset())
        } else {
            words.to_owned()
        }
    };
    let tone = Style::new().bold().fg_color(Some(colour(finding.level).into()));
    let faint = Style::new().dimmed();
    let mut o = String::new();
    let head = format!("{}[{}]", wording::level(finding.level), finding.code);
    let message = wrap(&visible(&finding.message), screen.width.saturating_sub(columns(&head) + 1).max(10));
    let gap = " ".repeat(columns(&head) + 1);
    for (n, line) in message.iter().enumerate() {
        let lead = if n == 0 { format!("{} ", paint(&head, tone)) } else { gap.clone() };
        let _ = writeln!(o, "{lead}{}", paint(line, Style::new().bold()));
    }
    let bar = paint("│", faint);
    let _ = writeln!(o, " {} {}", paint("┌─", faint), visible(&place(source, finding.span.start)));
    let path = source.path(compiled, finding.span.start);
    if !path.is_empty() {
        let room = screen.width.saturating_sub(4).max(10);
        for line in wrap(&visible(&path.join(" › ")), room) {
            let _ = writeln!(o, " {bar} {}", paint(&line, faint));
        }
    }
    if let Some((words, at, width)) = window(source, finding.span, screen.width.saturating_sub(6)) {
        let _ = writeln!(o, " {bar} {words}");
        let _ = writeln!(o, " {bar} {}{}", " ".repeat(at), paint(&"^".repeat(width), tone));
    }
    for label in &finding.related {
        let words = short(source.words(label.span), 24);
        let line = format!("另见 {}“{words}”：{}", place(source, label.span.start), label.message);
        for line in wrap(&visible(&line), screen.width.saturating_sub(4).max(10)) {
            let _ = writeln!(o, " {bar} {line}");
        }
    }
    if let Some(help) = &finding.help {
        let lines = wrap(&visible(help), screen.width.saturating_sub(10).max(10));
        for (n, line) in lines.iter().enumerate() {
            let lead = if n == 0 { format!(" {} 建议：", paint("└─", faint)) } else { " ".repeat(10) };
            let _ = writeln!(o, "{lead}{line}");
        }
    }
    o
}

/// `方案.txt:14`, or the file with the paragraph or page.
pub(crate) fn place(source: &Source, at: u32) -> String {
    let file = harmless(source.file_at(at));
    match source.doc.origin_at(at as usize) {
        Some(Origin::Line(n)) => format!("{file}:{n}"),
        _ => {
            let place = source.place(at);
            // The place already begins with the annex's name.
            let bare = source
                .annex_at(at)
                .and_then(|a| place.strip_prefix(harmless(annex_name(a)).as_str()))
                .unwrap_or(&place);
            format!("{file} {bare}")
        }
    }
}

/// The words around a span in at most `room` columns, with the column and width of the span. What
/// steers a terminal is replaced before anything is measured.
fn window(source: &Source, span: Span, room: usize) -> Option<(String, usize, usize)> {
    let block = &source.doc.blocks()[source.doc.block_at(span.start as usize)?];
    let words = source.words(block.span);
    if words.trim().is_empty() {
        return None;
    }
    let base = block.span.start;
    let from = (span.start - base) as usize;
    let to = (span.end.min(block.span.end).max(span.start) - base) as usize;
    // A line may be as long as the file: only what can be shown is looked at.
    let reach = room.max(10) * 4;
    let low = floor(words, from.saturating_sub(reach));
    let high = floor(words, (to + reach).min(words.len()));
    let before = visible(words.get(low..from)?);
    let inside = visible(words.get(from..to)?);
    let after = visible(words.get(to..high)?);
    let (left, right) = (if low > 0 { "…" } else { "" }, if high < words.len() { "…" } else { "" });
    let range = left.len() + before.len()..left.len() + before.len() + inside.len();
    let line = format!("{left}{before}{inside}{after}{right}");
    Some(excerpt(&line, range, room.max(10)))
}

/// The character boundary at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

fn colour(level: Level) -> AnsiColor {
    match level {
        Level::Error => AnsiColor::Red,
        Level::Warning => AnsiColor::Yellow,
        Level::Hint => AnsiColor::Cyan,
    }
}

/// The last line: how many of each.
pub(crate) fn summary(files: usize, errors: usize, warnings: usize, hints: usize) -> String {
    if errors + warnings + hints == 0 {
        return format!("检查了 {files} 份文稿，没有发现问题。");
    }
    format!("检查了 {files} 份文稿：错误 {errors} 个，警告 {warnings} 个，提示 {hints} 个。")
}
