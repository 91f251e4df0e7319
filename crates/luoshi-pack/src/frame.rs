//! A finding shown with its line.

use std::fmt::Write as _;

use luoshi_text::{Diagnostic, Level, Span, excerpt};

/// How many columns of a line are shown.
const COLUMNS: usize = 100;

/// A finding as plain text: the sentence, the file with line and column, the line itself with the
/// place underlined, and what to do.
///
/// ```
/// let text = "name = \"x\"\ncolour = 3\n";
/// let (_, found) = luoshi_pack::read_pack(text);
/// let shown = luoshi_pack::render("我的包.toml", text, &found[0]);
/// assert!(shown.starts_with("错误[unknown-key]：不认识的键“colour”。\n  --> 我的包.toml:2:1\n"));
/// ```
pub fn render(file: &str, text: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.level {
        Level::Error => "错误",
        Level::Warning => "警告",
        Level::Hint => "提示",
    };
    let mut out = format!("{level}[{}]：{}\n", diagnostic.code, diagnostic.message);
    show(&mut out, file, text, diagnostic.span, "");
    for label in &diagnostic.related {
        show(&mut out, file, text, label.span, &label.message);
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(out, "   = {help}");
    }
    out
}

/// Line and column of a place, both from 1; the column counts characters.
pub fn line_and_column(text: &str, span: Span) -> (usize, usize) {
    let before = text.get(..span.range().start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

fn show(out: &mut String, file: &str, text: &str, span: Span, message: &str) {
    let (line, column) = line_and_column(text, span);
    let _ = writeln!(out, "  --> {file}:{line}:{column}");
    let words = text.lines().nth(line - 1).unwrap_or_default();
    let indent = words.len() - words.trim_start().len();
    let start = span.range().start.min(text.len());
    let from = start - text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let to = (from + span.len()).min(words.len());
    if from < indent || to < from || !words.is_char_boundary(to) {
        let _ = writeln!(out, "{line:>4} | {}", words.trim());
        return;
    }
    let (words, at, width) = excerpt(words.trim_start(), from - indent..to - indent, COLUMNS);
    let _ = writeln!(out, "{line:>4} | {words}");
    let _ = writeln!(out, "     | {}{} {message}", " ".repeat(at), "^".repeat(width));
}
