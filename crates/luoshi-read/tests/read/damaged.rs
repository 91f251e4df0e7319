//! Files cut short or with flipped bytes, always the same ones: each ends in a document or an
//! error, soon and without a panic that leaves the reader.

use std::time::{Duration, Instant};

use crate::any_bytes::check_any;
use crate::support::pdf::{Page, pdf as pages};

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// Cuts the file at `cuts` places and flips a few bytes in `flips` copies.
fn check_damaged(bytes: &[u8], cuts: usize, flips: usize) {
    let begun = Instant::now();
    for i in 0..cuts {
        check_any(&bytes[..bytes.len() * i / cuts]);
    }
    let mut numbers = Numbers(7);
    for i in 0..flips {
        let mut copy = bytes.to_vec();
        for _ in 0..1 + i % 16 {
            let at = numbers.next(copy.len());
            copy[at] = numbers.next(256) as u8;
        }
        check_any(&copy);
    }
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}

#[test]
fn pdf() {
    check_damaged(include_bytes!("../fixtures/plan.pdf"), 20, 60);
    check_damaged(include_bytes!("../fixtures/restricted-rc4.pdf"), 40, 400);
    check_damaged(include_bytes!("../fixtures/restricted-aes256.pdf"), 10, 40);
    let page =
        Page::new().paragraph(100.0, &["特此通知。"]).grid(&[90.0, 200.0, 300.0], &[200.0, 230.0, 260.0]);
    check_damaged(&pages(&[page.clone(), page]), 60, 800);
}

#[test]
fn workbooks() {
    check_damaged(include_bytes!("../fixtures/tasks.xlsx"), 20, 150);
    check_damaged(include_bytes!("../fixtures/tasks.xls"), 20, 150);
}

#[test]
fn old_word() {
    check_damaged(include_bytes!("../fixtures/clinic.doc"), 20, 150);
}

#[test]
fn opendocument() {
    check_damaged(include_bytes!("../fixtures/clinic.odt"), 20, 100);
}

#[test]
fn rules_and_text_without_measure() {
    for number in ["1e999", "99999999999999999999", "-0.0000001", "NaN"] {
        let page = Page::new()
            .raw(&format!("BT /F1 {number} Tf {number} 0 0 {number} {number} 9 Tm <B8BD> Tj ET\n"))
            .raw(&format!("{number} 0 m 0 {number} l S {number} {number} {number} {number} re f\n"))
            .raw(&format!("{number} 0 0 {number} 0 0 cm /X Do\n"));
        check_any(&pages(&[page]));
    }
}
