//! Speed of reading the samples' Word and PDF files: `cargo bench -p luoshi-read`.
#![allow(clippy::print_stdout, missing_docs)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use luoshi_read::{Limits, read};

/// Measurements of which the median counts.
const RUNS: usize = 31;

fn main() {
    for end in ["txt", "docx", "pdf"] {
        let files = files(end);
        let limits = Limits::default();
        let read_all = || -> usize {
            let texts = files.iter().filter_map(|f| read(black_box(f), None, &limits).ok());
            texts.map(|doc| doc.text().len()).sum()
        };
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| {
                let began = Instant::now();
                black_box(read_all());
                began.elapsed().as_secs_f64()
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let each = times[RUNS / 2] / files.len().max(1) as f64;
        println!("read {end:<5} {:>8.3} ms a file ({} files)", each * 1e3, files.len());
    }
}

fn files(end: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == end));
    paths.sort();
    paths.iter().filter_map(|p| std::fs::read(p).ok()).collect()
}
