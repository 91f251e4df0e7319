//! `cargo xtask test`: everything that must hold before a change lands.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::shell::{self, cargo};
use crate::{packages, tidy};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("packages", || packages::install().and_then(|()| packages::components())),
    ("format", || shell::run(cargo().args(["fmt", "--all", "--check"]))),
    ("lints", || {
        shell::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
    }),
    ("docs", || {
        shell::run(cargo().env("RUSTDOCFLAGS", "-D warnings").args([
            "doc",
            "--workspace",
            "--no-deps",
            "--quiet",
        ]))
    }),
    ("tests", || shell::run(cargo().args(["test", "--workspace"]))),
    ("attachments on S3", s3),
    ("tidy", tidy::run),
];

/// Runs the steps up to the first that fails, and says which passed.
fn run_steps(steps: &[Step]) -> Result<()> {
    let mut passed: Vec<String> = Vec::new();
    for (i, (name, step)) in steps.iter().enumerate() {
        println!("\n==> {name}");
        let began = Instant::now();
        if let Err(error) = step() {
            let rest: Vec<&str> = steps[i + 1..].iter().map(|(n, _)| *n).collect();
            println!("\n==> {name} FAILED: {error:#}");
            println!("    passed: {}", or_none(&passed.join(", ")));
            println!("    not run: {}", or_none(&rest.join(", ")));
            bail!("{name} failed");
        }
        passed.push(format!("{name} ({} s)", began.elapsed().as_secs()));
    }
    println!("\n==> all passed: {}", passed.join(", "));
    Ok(())
}

/// The version of the S3-compatible server that attachments are tested against.
const MOTO: &str = "moto[server]==5.2.5";

/// Attachments on a real S3-compatible server, which is installed under `target` where it is missing.
fn s3() -> Result<()> {
    let home = shell::target()?.join("moto");
    if !home.join("bin/moto_server").exists() {
        println!("installing {MOTO} into {}", home.display());
        shell::run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        let pip = home.join("bin/pip");
        shell::run(Command::new(pip).args(["install", "--quiet", "--disable-pip-version-check", MOTO]))?;
    }
    let lints = ["clippy", "-p", "luoshi-store", "--features", "s3", "--all-targets", "--", "-D", "warnings"];
    shell::run(cargo().args(lints))?;
    shell::run(cargo().args(["test", "-p", "luoshi-store", "--features", "s3", "--test", "s3"]))
}

/// The whole test command.
pub fn run() -> Result<()> {
    run_steps(STEPS)
}

fn or_none(words: &str) -> &str {
    if words.is_empty() { "none" } else { words }
}
