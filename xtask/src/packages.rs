//! What the tests need from the system, installed on Debian and Ubuntu.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::shell::{answers, run};

/// A package that tests need.
struct Need {
    /// Names that do, the first one is installed where none is there.
    names: &'static [&'static str],
    why: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        names: &["libreoffice-writer-nogui", "libreoffice-writer"],
        why: "reads old Word files as an office would; opens the documents that are written",
    },
    Need {
        names: &["libreoffice-calc-nogui", "libreoffice-calc"],
        why: "opens the workbooks that are written",
    },
    Need { names: &["poppler-utils"], why: "pdftotext, the second opinion on PDF files" },
    Need { names: &["postgresql"], why: "a PostgreSQL of the tests' own, started and stopped by them" },
    Need { names: &["python3-venv"], why: "an S3-compatible server, moto, in a folder of its own" },
    Need { names: &["chromium"], why: "shows the pages as an office sees them" },
    Need { names: &["chromium-driver"], why: "drives Chromium" },
    Need { names: &["chromium-l10n"], why: "Chinese words on Chromium's own dates and buttons, in pictures" },
    Need { names: &["libnss3-tools"], why: "gives Chromium the office's own certificate to trust" },
    Need { names: &["iproute2"], why: "a network of the tests' own, for pages over plain HTTP" },
    Need { names: &["fonts-noto-cjk", "fonts-wqy-zenhei"], why: "Chinese characters in converted files" },
];

/// Installs what is missing, after saying what and why. Nothing is asked.
pub(crate) fn install() -> Result<()> {
    if !answers("apt-get", "--version") {
        println!("no apt-get here: install these by hand where tests miss them");
        for need in NEEDS {
            println!("  {}: {}", need.names[0], need.why);
        }
        return Ok(());
    }
    let missing: Vec<&Need> = NEEDS.iter().filter(|n| !n.names.iter().any(|name| installed(name))).collect();
    if missing.is_empty() {
        println!("packages: all there");
        return Ok(());
    }
    println!("installing with apt-get:");
    for need in &missing {
        println!("  {}: {}", need.names[0], need.why);
    }
    run(apt().arg("update"))?;
    let names = missing.iter().map(|n| n.names[0]);
    run(apt().args(["install", "--yes", "--no-install-recommends"]).args(names))
}

/// The components of the toolchain that a minimal installation leaves out.
pub(crate) fn components() -> Result<()> {
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        if !answers(program, "--version") {
            println!("adding {component} to the toolchain");
            run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

fn installed(package: &str) -> bool {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output();
    query.is_ok_and(|out| out.stdout == b"installed")
}

/// `apt-get` that asks nothing, through sudo for those who are not root.
fn apt() -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0");
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    if !root {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]);
    command
}
