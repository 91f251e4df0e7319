//! A few rounds of every kind of harm; `cargo xtask torture` does many.

#[path = "../examples/torture/harm/mod.rs"]
mod harm;

use harm::{COLUMNS, KINDS, World};

/// The child that the rounds start; by itself it does nothing.
#[test]
#[ignore = "started by the rounds, with orders on its standard input"]
fn child() {
    harm::child::run();
}

/// One after the other, always in the same order: they share two cores and a server.
#[test]
fn what_was_acknowledged_outlasts_every_harm() {
    let world = World::new(1);
    let mut bad = Vec::new();
    println!("{:<32}{COLUMNS}", "kind");
    for kind in KINDS {
        let begun = std::time::Instant::now();
        let tally = (kind.run)(&world, kind.few);
        println!("{:<32}{tally}\n    {:.1} s", kind.name, begun.elapsed().as_secs_f64());
        if !tally.good() {
            bad.push(format!("{}: {tally}", kind.name));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
