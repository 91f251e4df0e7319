//! The rules of the workspace hold.
#![allow(clippy::unwrap_used)]

#[test]
fn the_workspace_is_tidy() {
    xtask::tidy::run().unwrap();
}
