//! `cargo xtask docs`: the pages that are made from the code, and what commands print in the others.
//!
//! A page shows a command in a `sh` block and what it prints in a `text` block. A comment
//! `<!-- output N -->` between them says that the first N lines of the output are kept up to date.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::shell::{self, OUTSIDE, cargo};

/// Pages that show what commands print.
const SHOWING: &[&str] = &["README.md", "README.zh-CN.md", "docs/用户指南.md"];

/// The ways in which pages call the program.
const CALLS: &[&str] = &["cargo run --release -- ", "luoshi "];

/// The pages and what stands in them.
pub fn pages() -> Result<Vec<(PathBuf, String)>> {
    let mut out = vec![(PathBuf::from("docs/checks.md"), luoshi_plan::check::catalogue())];
    let program = program()?;
    let print = |args: &[String]| print(&program, args);
    for page in SHOWING {
        let path = Path::new(page);
        let old = std::fs::read_to_string(crate::root().join(path)).with_context(|| (*page).to_owned())?;
        out.push((path.to_owned(), shown(&old, print).with_context(|| (*page).to_owned())?));
    }
    Ok(out)
}

/// Where the pictures of the pages of the web are.
const PICTURES: &str = "docs/images/pages";

/// Writes the pages, or with `--pages` the pictures of the pages of the web.
pub fn run(args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--pages") {
        return pictures();
    }
    for (path, text) in pages()? {
        std::fs::write(crate::root().join(&path), text)?;
        println!("{}", path.display());
    }
    Ok(())
}

/// Makes the pictures of every page of the web anew: the same county at the same moment each time.
fn pictures() -> Result<()> {
    let folder = crate::root().join(PICTURES);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let example = ["run", "--quiet", "-p", "luoshi-web", "--features", "outside", "--example", "pages", "--"];
    shell::run(cargo().args(example).arg(&folder))
}

/// The commands of the pages that the program does not take: those that are shown but not run, too.
/// With `--help` behind it nothing is done, and yet every word before it must be known.
pub fn untaken() -> Result<Vec<String>> {
    let program = program()?;
    let mut out = Vec::new();
    for path in SHOWING {
        let page = std::fs::read_to_string(crate::root().join(path)).with_context(|| (*path).to_owned())?;
        for command in commands(&page) {
            let done = Command::new(&program).args(words(command)).arg("--help").output()?;
            if !done.status.success() {
                let why = String::from_utf8_lossy(&done.stderr);
                out.push(format!("{path}: {command}: {}", why.trim()));
            }
        }
    }
    Ok(out)
}

/// The calls of the program in the `sh` blocks of a page.
fn commands(page: &str) -> Vec<&str> {
    let mut inside = false;
    let line = |line| {
        if inside && line == "```" {
            inside = false;
        } else if line == "```sh" {
            inside = true;
        }
        CALLS.iter().filter(|_| inside).find_map(|call| str::strip_prefix(line, call))
    };
    page.lines().filter_map(line).collect()
}

/// The program, built as the tests build it: anything else would build half the workspace once more.
fn program() -> Result<PathBuf> {
    let build = ["test", "--quiet", "--workspace", "--features", OUTSIDE, "--test", "cli", "--no-run"];
    shell::run(cargo().args(build))?;
    Ok(shell::target()?.join("debug").join("luoshi"))
}

/// What the program prints. A check that finds errors ends with 1.
fn print(program: &Path, args: &[String]) -> Result<String> {
    let out = Command::new(program).current_dir(crate::root()).args(args).output()?;
    if !matches!(out.status.code(), Some(0 | 1)) {
        bail!("luoshi {}: {}", args.join(" "), String::from_utf8_lossy(&out.stderr).trim());
    }
    Ok(String::from_utf8(out.stdout)?)
}

/// A page with every marked output made anew.
fn shown(page: &str, print: impl Fn(&[String]) -> Result<String>) -> Result<String> {
    let mut out = String::new();
    let mut lines = page.lines();
    let mut command: Option<&str> = None;
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some(call) = CALLS.iter().find_map(|call| line.strip_prefix(call)) {
            command = Some(call);
        }
        let Some(most) = line.strip_prefix("<!-- output ").and_then(|l| l.strip_suffix(" -->")) else {
            continue;
        };
        let most: usize = most.parse().with_context(|| format!("{line}: no number"))?;
        let command = command.with_context(|| format!("{line}: no command stands before it"))?;
        let printed = print(&words(command))?;
        let printed: Vec<&str> = printed.trim_matches('\n').lines().map(str::trim_end).collect();
        if lines.next() != Some("```text") {
            bail!("{line}: no text block follows");
        }
        lines.by_ref().find(|l| *l == "```").with_context(|| format!("{line}: the block is not closed"))?;
        out.push_str("```text\n");
        for line in printed.iter().take(most) {
            out.push_str(line);
            out.push('\n');
        }
        if printed.len() > most {
            out.push_str("……\n");
        }
        out.push_str("```\n");
    }
    Ok(out)
}

/// The words of a command line, those in double quotes kept together.
fn words(command: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (n, part) in command.split('"').enumerate() {
        if n % 2 == 1 {
            out.push(part.to_owned());
        } else {
            out.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_blocks_of_the_shell_alone() {
        let page = "luoshi in words\n```sh\nluoshi desk --as 甲\ncd x\n```\n```text\nluoshi printed\n```\n";
        assert_eq!(commands(page), ["desk --as 甲"]);
    }

    #[test]
    fn marked_outputs_are_made_anew() {
        let page = "```sh\nluoshi when \"6月 底\" --on D\n```\n\n<!-- output 2 -->\n```text\nold\n```\nend\n";
        let print = |args: &[String]| {
            assert_eq!(args, ["when", "6月 底", "--on", "D"]);
            Ok("one\ntwo\nthree\n".to_owned())
        };
        let new = "```sh\nluoshi when \"6月 底\" --on D\n```\n\n<!-- output 2 -->\n```text\none\ntwo\n……\n```\nend\n";
        assert_eq!(shown(page, print).unwrap(), new);
        assert!(shown("<!-- output 2 -->\n", |_| Ok(String::new())).is_err());
    }
}
