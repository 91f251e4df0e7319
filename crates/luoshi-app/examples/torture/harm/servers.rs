//! Two servers on one database, with the same keys at once.

use super::check::reckon;
use super::load::Dice;
use super::parent::{Manner, Promises, Running};
use super::{Tally, World};

/// Both carry out the same; then one is killed and the other goes on.
pub(crate) fn run(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 6);
    let site = world.site(true);
    let mut promises = Promises::default();
    for round in 0..rounds {
        let orders = site.orders(&format!("both{round}"), dice.below(u64::MAX), 8);
        let manner = Manner { together: true, ..Manner::default() };
        let mut children = [0, 1].map(|_| Running::start(&orders, &manner, site.aside.path()));
        for child in &mut children {
            child.until_done(&mut promises, 30 + dice.below(60));
        }
        let [one, mut other] = children;
        tally.end(&one.kill(&mut promises));
        if !other.until_done(&mut promises, 30) {
            tally.fault(format!("round {round}: the other server did not go on"));
        }
        tally.end(&other.stop(&mut promises));
        reckon(&site, &mut promises, &mut tally);
        tally.rounds += 1;
    }
    tally.count(&promises);
    tally
}
