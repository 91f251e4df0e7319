//! `cargo xtask TASK`.
#![allow(clippy::print_stderr)]

use std::process::ExitCode;

use xtask::{accuracy, bench, docs, fuzz, samples, test, tidy, torture};

const USAGE: &str = "\
cargo xtask TASK

  test               install what the tests need, then format, lints, docs, tests, tidy
  tidy               the rules that no compiler knows
  accuracy           build the binary and score it on the annotated plans
                     [--misses TYPE] also list what was missed, invented or wrong
  bench              the benches, beside other tools where they can be had
  torture [--rounds N] [--seed S] [--database]
                     harm of every kind under load: nothing acknowledged may be lost or doubled
  fuzz [SECONDS]     every fuzz target for so long (60 by default)
  samples [--office] make samples/*.docx again, and the pdf and doc ones through LibreOffice
  docs [--pages]     write the pages that are made from the code; or the pictures of every page of the
                     web, in Chromium";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let done = match task.as_str() {
        "test" => test::run(),
        "tidy" => tidy::run(),
        "accuracy" => accuracy::run(&rest),
        "bench" => bench::run(),
        "torture" => torture::run(&rest),
        "fuzz" => fuzz::run(&rest),
        "samples" => samples::run(&rest),
        "docs" => docs::run(&rest),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask {task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
