//! `cargo xtask bench`.
use anyhow::Result;
/// Runs the benches.
pub fn run() -> Result<()> {
    Ok(())
}
