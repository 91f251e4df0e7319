//! Every check on its own examples, on the clean samples, and on faults planted in them.

use jiff::civil::Date;
use luoshi_text::{BlockKind, Builder, Cell, Diagnostic, Document, Format, Level, Origin, Span, Table};

use super::*;
use crate::model::Options;

mod planted;
mod planting;

/// A document from plain text as the reader of text files gives it: lines with tabs are tables.
pub(super) fn document(text: &str) -> Document {
    let mut builder = Builder::new(Format::Text);
    let lines: Vec<(u32, &str)> = text
        .lines()
        .enumerate()
        .map(|(i, l)| (i as u32 + 1, l.trim_matches([' ', '\u{3000}', '\r'])))
        .filter(|(_, l)| !l.trim().is_empty())
        .collect();
    let mut i = 0;
    while i < lines.len() {
        let rows = lines[i..].iter().take_while(|(_, l)| l.contains('\t')).count();
        if rows < 2 {
            builder.paragraph(lines[i].1.trim(), Origin::Line(lines[i].0));
            i += 1;
            continue;
        }
        let number = builder.next_table();
        let mut table = Table { rows: rows as u32, ..Table::default() };
        for row in 0..rows as u32 {
            let (line, words) = lines[i + row as usize];
            for (col, cell) in words.split('\t').enumerate() {
                let col = col as u32;
                table.cols = table.cols.max(col + 1);
                let kind = BlockKind::Cell { table: number, row, col };
                let block = builder.block(kind, [(cell.trim(), Origin::Line(line))]);
                table.cells.push(Cell { block, blocks: 1, row, col, height: 1, width: 1 });
            }
        }
        builder.table(table);
        i += rows;
    }
    builder.finish()
}

/// What is found in a text.
pub(super) fn run(text: &str, issued: Option<Date>, today: Option<Date>) -> (Document, Vec<Diagnostic>) {
    let doc = document(text);
    let options = Options::new(issued, today.unwrap_or(Date::constant(2024, 1, 2)));
    let compiled = crate::compile(&doc, &options);
    let found = check(&doc, &compiled, &CheckOptions { today, ..CheckOptions::default() });
    (doc, found)
}

/// Settings and text of an example.
fn example(source: &str) -> (Option<Date>, Option<Date>, String) {
    let mut issued = Some(Date::constant(2025, 3, 3));
    let mut today = None;
    let mut text = String::new();
    for line in source.lines() {
        match line.trim().split_once(' ') {
            Some(("@issued", "none")) => issued = None,
            Some(("@issued", day)) => issued = Some(day.parse().unwrap()),
            Some(("@today", day)) => today = Some(day.parse().unwrap()),
            _ => {
                text.push_str(line.trim_matches(' '));
                text.push('\n');
            }
        }
    }
    (issued, today, text)
}

/// Takes the marks out of a text; gives it with the stretches they marked, as of the document made
/// from it.
fn unmark(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans, mut open) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '⟦' => open = text.len(),
            '⟧' => spans.push(Span::new(open, text.len())),
            _ => text.push(c),
        }
    }
    (text, spans)
}

/// The text of an example with its marks moved to offsets of the document.
fn marked_document(source: &str) -> (String, Vec<Span>) {
    let with_marks = document(source);
    let (text, spans) = unmark(with_marks.text());
    let (plain, _) = unmark(source);
    assert_eq!(document(&plain).text(), text, "marks change the shape of {source}");
    (plain, spans)
}

fn show(doc: &Document, found: &[&Diagnostic]) -> String {
    found.iter().map(|d| format!("{}: ⟦{}⟧ {}\n", d.code, doc.slice(d.span), d.message)).collect()
}

#[test]
fn every_example_of_every_check() {
    let mut wrong = String::new();
    for check in CHECKS {
        for source in check.faults {
            let (issued, today, text) = example(source);
            let (plain, expect) = marked_document(&text);
            assert!(!expect.is_empty(), "{}: nothing marked in {source}", check.name);
            let (doc, found) = run(&plain, issued, today);
            let own: Vec<&Diagnostic> = found.iter().filter(|d| d.code == check.name).collect();
            let got: Vec<Span> = own.iter().map(|d| d.span).collect();
            if got != expect {
                wrong += &format!(
                    "== {} must find\n{}\n-- found\n{}",
                    check.name,
                    source.trim(),
                    show(&doc, &own)
                );
            }
        }
        for source in check.near {
            let (issued, today, text) = example(source);
            let (doc, found) = run(&text, issued, today);
            let own: Vec<&Diagnostic> = found.iter().filter(|d| d.code == check.name).collect();
            if !own.is_empty() {
                wrong += &format!(
                    "== {} must be silent on\n{}\n-- found\n{}",
                    check.name,
                    source.trim(),
                    show(&doc, &own)
                );
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_check_has_a_name_three_faults_and_three_near_misses() {
    let mut names = std::collections::HashSet::new();
    for c in CHECKS {
        assert!(names.insert(c.name), "{} twice", c.name);
        assert!(c.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", c.name);
        assert!(c.faults.len() >= 3 && c.near.len() >= 3, "{}: too few examples", c.name);
        for words in [c.title, c.what, c.why, c.fix] {
            assert!(!words.is_empty() && words.chars().any(text::is_han), "{}", c.name);
        }
        assert!(c.fix.ends_with('。'), "{}: advice is a sentence", c.name);
    }
    assert!(CHECKS.is_sorted_by_key(|c| c.name));
}

/// The text of the clean samples.
pub(super) fn samples() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
    let mut out: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .map(|p| (p.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&p).unwrap()))
        .collect();
    out.sort();
    assert!(out.len() >= 16);
    out
}

#[test]
fn the_clean_samples_give_no_error_no_warning_and_few_hints() {
    let mut wrong = String::new();
    for (name, text) in samples() {
        let (doc, found) = run(&text, None, None);
        let loud: Vec<&Diagnostic> = found.iter().filter(|d| d.level > Level::Hint).collect();
        let hints: Vec<&Diagnostic> = found.iter().filter(|d| d.level == Level::Hint).collect();
        if !loud.is_empty() {
            wrong += &format!("== {name}\n{}", show(&doc, &loud));
        }
        if hints.len() > 4 {
            wrong += &format!("== {name}: {} hints\n{}", hints.len(), show(&doc, &hints));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_catalogue_is_the_one_in_the_repository() {
    let kept = std::fs::read_to_string(CATALOGUE).unwrap_or_default();
    assert!(kept == catalogue(), "docs/checks.md has drifted: cargo xtask docs");
}

const CATALOGUE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/checks.md");

fn said(text: &str, name: &str) -> Vec<(Level, String)> {
    let (_, found) = run(text, Some(Date::constant(2025, 3, 3)), None);
    found.into_iter().filter(|d| d.code == name).map(|d| (d.level, d.message.to_string())).collect()
}

#[test]
fn a_tier_that_takes_in_the_end_of_its_neighbour_overlaps() {
    let text = "一、奖惩办法\n（一）得分75分至90分的，奖励500元；90分（含）以上的，奖励800元。";
    assert_eq!(said(text, "reward-boundary-open"), []);
    assert_eq!(said(text, "reward-boundary-overlap").len(), 1);
}

#[test]
fn not_all_tasks_lack_a_deadline_where_a_table_gives_some() {
    let body = "一、主要任务\n1.整修水渠。各村要整修水渠。\n2.清理淤泥。各村要清理淤泥。\n3.建好护栏。各村要建好护栏。";
    assert_eq!(said(body, "task-without-deadline").len(), 1);
    let table = "\n附件\n任务表\n任务\t责任单位\t完成时限\n修路\t各村\t5月30日前\n修桥\t各村\t6月30日前";
    assert_eq!(said(&format!("{body}{table}"), "task-without-deadline"), []);
}

#[test]
fn a_norm_among_tasks_is_worth_a_hint() {
    let text = "一、主要任务\n1.整修水渠。各村要在5月30日前完成。\n2.清理淤泥。各村每月清理一次。\n3.参会人数控制在30人以内。";
    for (level, message) in said(text, "task-without-deadline") {
        assert_eq!(level, Level::Hint, "{message}");
    }
}
