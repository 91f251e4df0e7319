//! The rules of the workspace hold.

#[test]
fn the_workspace_is_tidy() {
    xtask::tidy::run().unwrap();
}
