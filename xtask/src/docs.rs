//! `cargo xtask docs`: the pages that are made from the code.

use std::path::PathBuf;

use anyhow::Result;

/// The pages and what stands in them.
pub fn pages() -> Vec<(PathBuf, String)> {
    vec![(PathBuf::from("docs/checks.md"), luoshi_plan::check::catalogue())]
}

/// Writes the pages.
pub fn run() -> Result<()> {
    for (path, text) in pages() {
        std::fs::write(crate::root().join(&path), text)?;
        println!("{}", path.display());
    }
    Ok(())
}
