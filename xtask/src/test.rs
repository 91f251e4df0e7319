//! `cargo xtask test`: everything that must hold before a change lands.

use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::packages;
use crate::shell::{self, OUTSIDE, cargo};

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("packages", || packages::install().and_then(|()| packages::components())),
    ("format", || shell::run(cargo().args(["fmt", "--all", "--check"]))),
    ("lints", || {
        let lints = ["clippy", "--workspace", "--all-targets", "--features", OUTSIDE, "--", "-D", "warnings"];
        shell::run(cargo().args(lints))
    }),
    ("docs", || {
        let docs = ["doc", "--workspace", "--no-deps", "--quiet", "--features", OUTSIDE];
        shell::run(cargo().env("RUSTDOCFLAGS", "-D warnings").args(docs))
    }),
    ("programs from elsewhere", programs),
    // What must be tidy is looked at by a test of this crate.
    ("tests", || shell::run(cargo().args(["test", "--workspace", "--features", OUTSIDE]))),
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

/// Programs from elsewhere, with versions that do not change under us: folder, package, what it brings.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("moto", "moto[server]==5.2.5", "bin/moto_server"),
    ("axe", "axe-playwright-python==0.1.8", "lib"),
    ("schemathesis", "schemathesis==4.32.5", "bin/schemathesis"),
];

/// A real S3-compatible server, the script by which axe looks over pages, and schemathesis, which tries the API:
/// installed under `target` where they are missing.
fn programs() -> Result<()> {
    for (name, package, there) in PROGRAMS {
        let home = shell::target()?.join(name);
        if home.join(there).exists() && home.join("done").exists() {
            continue;
        }
        println!("installing {package} into {}", home.display());
        shell::run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
        let mut pip = Command::new(home.join("bin/pip"));
        // Of axe only the script is wanted, not the browser that the package would drive.
        let alone: &[&str] = if *name == "axe" { &["--no-deps"] } else { &[] };
        shell::run(pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(alone).arg(package))?;
        std::fs::write(home.join("done"), package)?;
    }
    Ok(())
}

/// The whole test command.
pub fn run() -> Result<()> {
    run_steps(STEPS)
}

fn or_none(words: &str) -> &str {
    if words.is_empty() { "none" } else { words }
}
