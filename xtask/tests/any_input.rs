//! Promises that hold for any input, on inputs that are the same in every run.
#![allow(clippy::unwrap_used)]

use xtask::samples::texts;
use xtask::soup::{any_bytes, any_text, any_time, soup};

/// Numbers without a pattern (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        n ^ (n >> 31)
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let many = self.next() % most + 1;
        (0..many).map(|_| self.next() as u8).collect()
    }
}

fn sample_texts() -> Vec<String> {
    texts().unwrap().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn every_prefix_of_whole_lines_compiles() {
    for text in sample_texts() {
        for (end, _) in text.match_indices('\n') {
            any_text(&text[..end]);
        }
    }
}

#[test]
fn every_prefix_of_the_last_line_of_a_prefix_compiles() {
    // Every prefix at every character would compile each sample two thousand times. What comes
    // before the open line is settled by the other test, so the open line stands behind a few.
    for text in sample_texts() {
        let lines: Vec<&str> = text.lines().collect();
        for window in lines.windows(3) {
            let before = format!("{}\n{}\n", window[0], window[1]);
            for (end, _) in window[2].char_indices() {
                any_text(&format!("{before}{}", &window[2][..end]));
            }
        }
    }
}

#[test]
fn every_prefix_of_a_short_sample_compiles() {
    let mut texts = sample_texts();
    texts.sort_by_key(String::len);
    for (end, _) in texts[0].char_indices() {
        any_text(&texts[0][..end]);
    }
}

/// Thirty thousand texts: a minute in a release build, `cargo test --release -p xtask --test any_input -- --ignored`.
#[test]
#[ignore = "takes a release build"]
fn every_prefix_of_every_sample_compiles() {
    for text in sample_texts() {
        for (end, _) in text.char_indices() {
            any_text(&text[..end]);
        }
    }
}

#[test]
fn words_of_the_grammar_in_any_order_compile() {
    let mut numbers = Numbers(9704);
    for _ in 0..600 {
        let text = soup(&numbers.bytes(300));
        any_text(&text);
        any_time(&text);
    }
}

#[test]
fn damaged_samples_are_read_or_refused() {
    let mut numbers = Numbers(33190);
    for path in texts().unwrap() {
        for end in ["txt", "docx", "doc", "pdf"] {
            let Ok(bytes) = std::fs::read(path.with_extension(end)) else { continue };
            for _ in 0..6 {
                let mut bytes = bytes.clone();
                for _ in 0..numbers.next() % 12 + 1 {
                    let at = numbers.next() as usize % bytes.len();
                    bytes[at] = numbers.next() as u8;
                }
                if numbers.next().is_multiple_of(3) {
                    bytes.truncate(numbers.next() as usize % bytes.len());
                }
                any_bytes(&bytes);
            }
        }
    }
}
