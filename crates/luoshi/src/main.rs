//! The `luoshi` command.
fn main() {}
