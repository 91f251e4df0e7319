//! Development tasks of the workspace, as a library so that the tests can call them too.
#![allow(clippy::print_stdout)]

pub mod accuracy;
pub mod bench;
pub mod docs;
pub mod fuzz;
mod packages;
pub mod samples;
pub mod score;
mod shell;
pub mod soup;
pub mod test;
pub mod tidy;
pub mod torture;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
