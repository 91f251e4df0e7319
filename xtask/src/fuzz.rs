//! `cargo xtask fuzz`: every fuzz target in turn.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell::{answers, run as run_command};

/// The targets of `fuzz/`.
const TARGETS: &[&str] = &["read", "compile", "soup", "when"];

/// Inputs may be long from the start; soup has no seeds that tell the fuzzer how long.
fn lengths(target: &str) -> &'static [&'static str] {
    if target == "soup" { &["-len_control=0", "-max_len=600"] } else { &["-len_control=0"] }
}

/// Seconds for each target where none are given.
const SECONDS: u32 = 60;

/// Runs each target for so many seconds; a finding ends the task with the input that makes it.
pub fn run(args: &[String]) -> Result<()> {
    let seconds = match args.first() {
        Some(words) => words.parse().with_context(|| format!("{words} is no number of seconds"))?,
        None => SECONDS,
    };
    if !answers("cargo-fuzz", "--version") {
        println!("installing cargo-fuzz, which drives the fuzzer");
        run_command(Command::new("cargo").args(["install", "cargo-fuzz", "--locked"]))?;
    }
    for target in TARGETS {
        println!("\n==> {target}, {seconds} s");
        let seeds = seeds(target)?;
        // Without a sanitizer the stable toolchain does; the crates hold no unsafe code.
        let mut command = Command::new("cargo");
        command.current_dir(crate::root());
        command.args(["fuzz", "run", "--sanitizer", "none", target, &seeds, "--"]);
        command.arg(format!("-max_total_time={seconds}"));
        command.args(lengths(target));
        command.args(["-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]);
        run_command(&mut command)?;
    }
    Ok(())
}

/// The corpus of a target, begun with the samples.
fn seeds(target: &str) -> Result<String> {
    let corpus = crate::root().join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    for entry in std::fs::read_dir(crate::root().join("samples"))? {
        let path = entry?.path();
        let whole = target == "read" && path.is_file();
        let text = path.extension().is_some_and(|e| e == "txt") && target != "soup";
        if let (true, Some(name)) = (whole || text, path.file_name()) {
            std::fs::copy(&path, corpus.join(name))?;
        }
    }
    Ok(corpus.to_string_lossy().into_owned())
}
