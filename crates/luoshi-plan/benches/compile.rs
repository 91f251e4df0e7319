//! Speed and memory of compiling, as ratios measured in one run: `cargo bench -p luoshi-plan`.
//!
//! The texts are the shared plans where they lie beside the project, else the samples.
#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::civil::date;
use luoshi_plan::{Options, compile, lexicon_words};
use luoshi_read::{Limits, read};
use luoshi_text::Document;

/// Measurements of which the median counts.
const RUNS: usize = 15;

/// The argument by which this program calls itself to measure memory.
const MEMORY: &str = "--memory";

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == MEMORY) {
        let copies = args.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(1);
        compile_once(&document(&all().repeat(copies)));
        println!("{}", peak_bytes().unwrap_or(0));
        return;
    }
    let (once, tenfold) = (all(), all().repeat(10));
    let characters = once.chars().count();
    println!("{} texts, {characters} characters, {} bytes", texts().len(), once.len());
    let (small, large) = (document(&once), document(&tenfold));
    let apart: Vec<Document> = texts().iter().map(|t| document(t)).collect();

    let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(lexicon_words()).ok();
    let lexicon_pass = |text| automaton.as_ref().map_or(0, |a| a.find_iter(text).count());

    // One of each in turn, so that a busy machine slows all of them.
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..RUNS {
        times[0].push(seconds(10, || apart.iter().map(|d| lexicon_pass(d.text())).sum()));
        times[1].push(seconds(10, || apart.iter().map(compile_once).sum()));
        times[2].push(seconds(1, || compile_once(&small)));
        times[3].push(seconds(1, || compile_once(&large)));
    }
    let [lexicon, compiling, one, ten] = times.map(median);
    println!("lexicon pass       {:>9.3} ms", lexicon * 1e3);
    println!("compile            {:>9.3} ms", compiling * 1e3);
    println!("compile : lexicon  {:>9.2} times (aim: at most 10)", compiling / lexicon);
    println!("ten times the text {:>9.2} times the time (aim: 9 to 11)", ten / one);
    println!("characters/s       {:>9.0}", characters as f64 / compiling);
    memory(once.len());
}

/// Peak memory of a process that compiles 1, 10 and 50 times the text.
fn memory(bytes: usize) {
    let Ok(this) = std::env::current_exe() else { return };
    for copies in [1, 10, 50] {
        let out = Command::new(&this).args([MEMORY, &copies.to_string()]).output();
        let peak = out.ok().and_then(|o| String::from_utf8_lossy(&o.stdout).trim().parse::<f64>().ok());
        let Some(peak) = peak.filter(|p| *p > 0.0) else {
            println!("peak memory: not told by this system");
            return;
        };
        let text = (bytes * copies) as f64;
        let bound = 10.0 * text + 40e6;
        println!(
            "peak memory        {:>9.1} MB for {:.1} MB of text (aim: at most {:.1})",
            peak / 1e6,
            text / 1e6,
            bound / 1e6
        );
    }
}

/// The high-water mark of this process, where the system tells it.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb * 1024)
}

fn compile_once(doc: &Document) -> usize {
    let options = Options::new(Some(date(2026, 3, 1)), date(2026, 3, 1));
    compile(black_box(doc), &options).plans.iter().map(|p| p.facts.len()).sum()
}

/// Seconds of one call, from `calls` of them.
fn seconds(calls: u32, work: impl Fn() -> usize) -> f64 {
    let began = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    began.elapsed().as_secs_f64() / f64::from(calls)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn document(text: &str) -> Document {
    let limits = Limits { bytes: 1 << 30, blocks: usize::MAX, ..Limits::default() };
    read(text.as_bytes(), None, &limits).unwrap_or_else(|_| Document::from_lines(text))
}

/// All texts as one.
fn all() -> String {
    texts().join("\n\n") + "\n\n"
}

fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = root.join("../shared/plans");
    let folder = if shared.is_dir() { shared } else { root.join("samples") };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
    paths.sort();
    paths.iter().filter_map(|p| std::fs::read_to_string(p).ok()).collect()
}
