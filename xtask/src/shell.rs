//! Running other programs.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The features that turn on tests with programs from elsewhere: attachments on S3, pages in Chromium, the API
/// by its description. One set for lints, docs and tests: nothing is built twice.
pub(crate) const OUTSIDE: &str = "luoshi-store/outside,luoshi-web/outside";

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    // Set by cargo for what it runs; not a setting of ours.
    #[allow(clippy::disallowed_methods)]
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let mut command = Command::new(cargo);
    command.current_dir(crate::root());
    command
}

/// The folder that cargo builds into: `target`, or wherever the user's settings put it.
pub(crate) fn target() -> Result<PathBuf> {
    let said = output(cargo().args(["metadata", "--no-deps", "--format-version", "1", "--offline"]))?;
    let said: serde_json::Value = serde_json::from_str(&said).context("cargo metadata")?;
    let folder = said["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(PathBuf::from(folder))
}

/// Runs a command to its end with its output shown; an exit that is not 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| format!("could not start {name}"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

/// Runs a command and gives what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("could not start {name}"))?;
    if !out.status.success() {
        bail!("{name}: {}: {}", out.status, String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Whether a program answers.
pub(crate) fn answers(program: &str, arg: &str) -> bool {
    let done = Command::new(program).arg(arg).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|s| s.success())
}

fn name(command: &Command) -> String {
    let mut words = vec![command.get_program()];
    words.extend(command.get_args());
    let words: Vec<_> = words.into_iter().map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_that_cargo_builds_into_holds_this_test() {
        let test = std::env::current_exe().unwrap();
        assert!(test.starts_with(target().unwrap()), "{}", test.display());
    }
}
