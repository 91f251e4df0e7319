//! The program killed, and the database killed under the program.

use super::check::reckon;
use super::load::{Dice, Line};
use super::parent::{Manner, Promises, Running};
use super::{Tally, World};

/// After so many rounds a new place: what is checked grows with what was done there.
const ROUNDS_A_SITE: u64 = 10;

/// How many callers.
const CALLERS: u32 = 16;

/// The program is killed at moments that the seed gives: before it is open, while it works, while it
/// stops.
pub(crate) fn child(world: &World, rounds: u64, postgres: bool) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed);
    let mut place = (world.site(postgres), Promises::default());
    for round in 0..rounds {
        if round > 0 && round % ROUNDS_A_SITE == 0 {
            tally.count(&place.1);
            place = (world.site(postgres), Promises::default());
        }
        let (site, promises) = &mut place;
        let orders = site.orders(&format!("r{round}"), dice.below(u64::MAX), CALLERS);
        let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
        // One in eight dies while it opens what the one before left.
        if dice.below(8) > 0 {
            child.until_done(promises, dice.below(150));
        }
        // The moment of a line is always the one after a commit: the harm comes some time after it.
        std::thread::sleep(std::time::Duration::from_micros(dice.below(8000)));
        let end = child.kill(promises);
        tally.end(&end);
        reckon(site, promises, &mut tally);
        tally.rounds += 1;
    }
    tally.count(&place.1);
    tally
}

/// PostgreSQL is stopped or killed while the program works, and started again; the program goes on.
pub(crate) fn server(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 2);
    let (server, site) = (world.server(), world.site(true));
    let mut promises = Promises::default();
    let orders = site.orders("away", dice.below(u64::MAX), CALLERS);
    let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
    for round in 0..rounds {
        child.until_done(&mut promises, 1 + dice.below(150));
        if round % 2 == 0 {
            server.kill();
        } else {
            server.stop();
        }
        let told = child.until(&mut promises, |_, line| matches!(line, Line::Told(..)));
        server.start_again();
        if !(told && child.until_done(&mut promises, 20)) {
            tally.fault(format!("round {round}: the program did not go on"));
            break;
        }
        tally.rounds += 1;
    }
    let end = child.stop(&mut promises);
    tally.end(&end);
    for words in promises.told.keys().filter(|words| !words.contains("不会重复保存")) {
        tally.untrue.push(format!("PostgreSQL away, and told: {words}"));
    }
    reckon(&site, &mut promises, &mut tally);
    tally.count(&promises);
    tally
}
