//! Many rounds of every kind of harm: `cargo xtask torture [--rounds N] [--seed S] [--database]`.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]

mod harm;

use std::process::ExitCode;
use std::time::Instant;

use harm::{COLUMNS, KINDS, World};

/// How many rounds of the kind that matters most.
const ROUNDS: u64 = 200;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (mut rounds, mut seed, mut database, mut only) = (ROUNDS, 1, false, None);
    while let Some(arg) = args.next() {
        let mut number = || args.next().and_then(|word| word.parse().ok());
        let understood = match arg.as_str() {
            "child" => {
                harm::child::run();
                return ExitCode::SUCCESS;
            }
            "--rounds" => number().map(|n| rounds = n),
            "--seed" => number().map(|n| seed = n),
            "--database" => {
                database = true;
                Some(())
            }
            "--only" => args.next().map(|words| only = Some(words)),
            _ => None,
        };
        if understood.is_none() {
            eprintln!("torture [--rounds N] [--seed S] [--database] [--only KIND]");
            return ExitCode::from(2);
        }
    }
    let world = World::new(seed);
    let mut good = true;
    println!("seed {seed}\n{:<32}{COLUMNS}", "kind");
    let wanted = |name: &str| only.as_ref().is_none_or(|words| name.contains(words.as_str()));
    for kind in KINDS.iter().filter(|kind| (kind.postgres || !database) && wanted(kind.name)) {
        let begun = Instant::now();
        let tally = (kind.run)(&world, (rounds / kind.share).max(1));
        println!("{:<32}{tally}\n    {:.0} s", kind.name, begun.elapsed().as_secs_f64());
        good &= tally.good();
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
