//! A few rounds of every kind of harm; `cargo xtask torture` does many. What was acknowledged outlasts
//! each of them.

#![allow(clippy::print_stdout, reason = "a test without a harness tells its own result")]

#[path = "../examples/torture/harm/mod.rs"]
mod harm;

use std::process::ExitCode;

use harm::{COLUMNS, KINDS, World};

/// With which the rounds can be done once more: `cargo xtask torture --seed 1`.
const SEED: u64 = 1;

/// One kind after the other, always in the same order: they share two cores and a server. With `child`
/// it is the program that the rounds start and harm. Words that filter tests by name leave it out.
fn main() -> ExitCode {
    let word = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    match word.as_deref() {
        Some("child") => {
            harm::child::run();
            return ExitCode::SUCCESS;
        }
        Some(filter) if !"faults".contains(filter) => return ExitCode::SUCCESS,
        _ => {}
    }
    let world = World::new(SEED);
    let mut good = true;
    println!("seed {SEED}\n{:<32}{COLUMNS}", "kind");
    for kind in KINDS {
        let begun = std::time::Instant::now();
        let tally = (kind.run)(&world, kind.few);
        println!("{:<32}{tally}\n    {:.1} s", kind.name, begun.elapsed().as_secs_f64());
        good &= tally.good();
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
