//! The compiler does not fall behind what it once read right in the samples.
#![allow(clippy::unwrap_used)]

use xtask::accuracy::{samples, score_here};

const MACRO: f64 = 0.95;
const MICRO: f64 = 0.95;
const ROLES: f64 = 0.94;

#[test]
fn the_samples_are_read_as_careful_readers_read_them() {
    let plans = samples().unwrap();
    assert_eq!(plans.len(), 16);
    let score = score_here(&plans).unwrap();
    assert!(score.macro_f1() >= MACRO, "macro:\n{score}");
    assert!(score.micro_f1() >= MICRO, "micro:\n{score}");
    assert!(score.role_share() >= ROLES, "roles:\n{score}");
}
