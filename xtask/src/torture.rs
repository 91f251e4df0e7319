//! `cargo xtask torture`: harm of every kind, in as many rounds as asked for.

use anyhow::Result;

use crate::shell::{cargo, run as run_command};

/// Builds the program that does the harm as it would be shipped, and runs it.
///
/// # Errors
///
/// Something that was acknowledged was lost or doubled, or the record does not hold.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut command = cargo();
    command
        .args(["run", "--release", "--package", "luoshi-app", "--example", "torture", "--"])
        .args(arguments);
    run_command(&mut command)
}
