//! `cargo xtask samples`: the samples as Word files, made from their texts.
//!
//! The Word files number their items by Word's own lists, so that they test what a reader of Word
//! files must be able to do. Two samples are also kept as PDF and as old binary Word, converted by
//! LibreOffice; those are made only on request, because each release converts a little differently.

mod body;
mod lists;
mod office;
mod package;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

pub use package::docx;

/// Samples that are also kept as PDF and as old Word.
pub const CONVERTED: &[&str] = &["04-recruitment", "08-peace-month"];

/// The texts of the samples, in the order of their names.
pub fn texts() -> Result<Vec<PathBuf>> {
    let folder = crate::root().join("samples");
    let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let paths = entries.filter_map(|e| Some(e.ok()?.path()));
    let mut out: Vec<PathBuf> = paths.filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    out.sort();
    Ok(out)
}

/// Writes the Word files, and with `--office` the converted ones.
pub fn run(args: &[String]) -> Result<()> {
    for path in texts()? {
        let text = std::fs::read_to_string(&path)?;
        std::fs::write(path.with_extension("docx"), docx(&text)?)?;
        println!("{}", shown(&path.with_extension("docx")));
    }
    if args.iter().any(|a| a == "--office") {
        for name in CONVERTED {
            let docx = crate::root().join("samples").join(name).with_extension("docx");
            for made in office::convert(&docx)? {
                println!("{}", shown(&made));
            }
        }
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    path.strip_prefix(crate::root()).unwrap_or(path).display().to_string()
}
