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
    ("pages in Chromium, API by its description", outside),
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

/// What looks at pages and API from outside, with versions that do not change under us.
const OUTSIDE: &[(&str, &str, &str)] = &[
    ("axe", "axe-playwright-python==0.1.8", "lib"),
    ("schemathesis", "schemathesis==4.32.5", "bin/schemathesis"),
];

/// Pages in a real Chromium, looked over by axe, and the API tried by schemathesis.
fn outside() -> Result<()> {
    for (name, package, there) in OUTSIDE {
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
    let lints =
        ["clippy", "-p", "luoshi-web", "--features", "outside", "--all-targets", "--", "-D", "warnings"];
    shell::run(cargo().args(lints))?;
    let tests =
        ["test", "-p", "luoshi-web", "--features", "outside", "--test", "chromium", "--test", "schema"];
    shell::run(cargo().args(tests))
}

/// The whole test command.
pub fn run() -> Result<()> {
    run_steps(STEPS)
}

fn or_none(words: &str) -> &str {
    if words.is_empty() { "none" } else { words }
}
