//! What must hold for any input: the bodies of the fuzz targets, called by ordinary tests too. They
//! panic where a promise is broken.

use std::sync::OnceLock;

use jiff::civil::date;
use luoshi_plan::check::{CheckOptions, check};
use luoshi_plan::{Options, compile, stream};
use luoshi_read::{Limits, read};
use luoshi_text::Document;
use luoshi_when::Context;

/// The words of the grammar.
const LEXICON: &str = include_str!("../../crates/luoshi-plan/src/lexicon/words.txt");

/// What the grammar reads beside its words: marks, numbers, times, and a few characters that join
/// them.
const GLUE: &[&str] = &[
    "。",
    "，",
    "；",
    "：",
    "、",
    "\n",
    "\n一、",
    "\n（一）",
    "\n1.",
    "（",
    "）",
    "《",
    "》",
    "“",
    "”",
    "〔2026〕",
    "号",
    "\t",
    "的",
    "在",
    "对",
    "将",
    "由",
    "要",
    "完成",
    "不少于",
    "以上",
    "6月底前",
    "3月22-30日",
    "每月25日",
    "即日起至",
    "20xx年",
    "12月20日",
    "5个工作日内",
    "每周四",
    "383人",
    "80%",
    "1000元",
    "二十",
    "第一",
    "附件1",
    "附件：",
    "\n附件2\n",
    "合计",
    " ",
    "　",
    "x",
    "0",
];

fn options() -> Options {
    Options::new(None, date(2026, 3, 9))
}

/// Any bytes are a document or a refusal; a document compiles.
pub fn any_bytes(bytes: &[u8]) {
    let limits = Limits { bytes: 1 << 20, expanded: 16 << 20, soffice: None, ..Limits::default() };
    if let Ok(doc) = read(bytes, None, &limits) {
        compiles(&doc);
    }
}

/// Any text compiles.
pub fn any_text(text: &str) {
    compiles(&Document::from_lines(text));
}

/// Words of the grammar in any order: each pair of bytes picks the next one.
pub fn soup(bytes: &[u8]) -> String {
    let words: Vec<&str> = LEXICON
        .lines()
        .filter_map(|line| line.split_once(": "))
        .flat_map(|(_, words)| words.split_whitespace())
        .collect();
    let mut out = String::new();
    for pair in bytes.chunks(2) {
        let n = pair.iter().fold(0, |n, b| n << 8 | usize::from(*b));
        // Half of the picks are marks and times.
        let list = if n & 1 == 0 { GLUE } else { &words };
        out.push_str(list[(n >> 1) % list.len()]);
    }
    out
}

/// Times are found in any text, in order, inside it, on character boundaries.
pub fn any_time(text: &str) {
    let mut last = 0;
    for found in luoshi_when::find(text, &Context::new(date(2026, 3, 9))) {
        assert!(
            found.range.start >= last && found.range.start < found.range.end,
            "{:?} in {text:?}",
            found.range
        );
        assert!(text.get(found.range.clone()).is_some(), "{:?} in {text:?}", found.range);
        last = found.range.end;
    }
}

fn compiles(doc: &Document) {
    let compiled = compile(doc, &options());
    for plan in &compiled.plans {
        let inside = |start: u32, end: u32| doc.text().get(start as usize..end as usize).is_some();
        assert_eq!(plan.roles.len(), (plan.end_block - plan.first_block) as usize);
        assert!(
            plan.facts.iter().all(|f| inside(f.span.start, f.span.end)),
            "a fact points outside the text"
        );
        assert!(
            plan.outline.iter().all(|n| inside(n.span.start, n.span.end)),
            "a node points outside the text"
        );
    }
    let facts = stream::facts(doc, &compiled);
    assert!(facts.lines().all(|l| l.starts_with('{') && l.ends_with('}')), "a fact is broken over lines");
    static CHECKS: OnceLock<CheckOptions> = OnceLock::new();
    let options =
        CHECKS.get_or_init(|| CheckOptions { today: Some(date(2026, 3, 9)), ..CheckOptions::default() });
    let found = check(doc, &compiled, options);
    assert!(
        found.iter().all(|d| doc.text().get(d.span.range()).is_some()),
        "a finding points outside the text"
    );
}
