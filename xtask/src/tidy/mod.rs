//! `cargo xtask tidy`: rules of the workspace that no compiler knows. Each rule gives the places
//! where it is broken.

mod browsers;
mod docs;
mod files;
mod rooms;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell::output;

/// A file of the project.
struct File {
    /// From the root, with slashes.
    path: String,
    /// Its text; none for binary files.
    text: Option<String>,
}

impl File {
    fn is(&self, end: &str) -> bool {
        self.path.ends_with(end)
    }
}

type Rule = (&'static str, fn(&[File]) -> Result<Vec<String>>);

const RULES: &[Rule] = &[
    ("a text file ends with a line feed", files::final_feed),
    ("a Rust file stays under 600 lines", files::length),
    ("no path of a machine and no host of a registry", files::machines),
    ("no note of work left undone", files::unfinished),
    ("a library prints nothing", files::printing),
    ("every sample is there as text, as docx and annotated", files::samples),
    ("a crate depends only on rows above it", rooms::downward),
    ("outside crates stay in their room", rooms::guarded),
    ("a crate has a description and the workspace's lints", rooms::described),
    ("a dependency of the workspace is used", rooms::used),
    ("a crate uses what it depends on", rooms::named),
    ("pages work in the browsers of offices", browsers::old_browsers),
    ("both readmes have the same headings and commands", docs::readmes),
    ("a page made from the code is up to date", docs::pages),
    ("a command in a page is one that the program takes", docs::commands),
    ("links between the project's pages lead somewhere", docs::links),
];

/// Applies every rule; the error lists all that is broken.
pub fn run() -> Result<()> {
    let files = project_files()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        for place in rule(&files)? {
            println!("tidy: {name}: {place}");
            broken += 1;
        }
    }
    if broken > 0 {
        bail!("{broken} rules broken");
    }
    println!("tidy: {} rules hold over {} files", RULES.len(), files.len());
    Ok(())
}

/// All files that are tracked or would be.
fn project_files() -> Result<Vec<File>> {
    let root = crate::root();
    let list = output(Command::new("git").current_dir(&root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut paths: Vec<&str> = list.split('\0').filter(|p| !p.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    let files = paths.into_iter().filter_map(|path| {
        let bytes = std::fs::read(root.join(PathBuf::from(path))).ok()?;
        let text = if bytes.contains(&0) { None } else { String::from_utf8(bytes).ok() };
        Some(File { path: path.to_owned(), text })
    });
    Ok(files.collect())
}
