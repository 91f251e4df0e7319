//! Somebody else holds the database or the folder.

use sqlx::Executor;

use super::check::reckon;
use super::disk::expect;
use super::load::{Dice, Line};
use super::parent::{Manner, Promises, Running};
use super::{Tally, World};

/// A program past ours holds the database for a while; a second of ours finds the folder taken.
pub(crate) fn run(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 5);
    let site = world.site(false);
    let mut promises = Promises::default();
    let mut orders = site.orders("locked", dice.below(u64::MAX), 4);
    // Long enough to open the database on a machine that has much else to do.
    orders.patience = 500;
    let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
    for round in 0..rounds {
        child.until_done(&mut promises, 1 + dice.below(60));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let mut connection = runtime.block_on(site.sqlite()).expect("a connection");
        runtime
            .block_on(connection.execute("PRAGMA busy_timeout = 30000; BEGIN EXCLUSIVE"))
            .expect("the lock");
        let told = child.until(&mut promises, |_, line| matches!(line, Line::Told(..)));
        runtime.block_on(connection.execute("ROLLBACK")).expect("the lock goes");
        if !(told && child.until_done(&mut promises, 20)) {
            tally.fault(format!("round {round}: the program did not go on: {:?}", child.last));
            break;
        }
        let second = Running::start(&site.orders("second", 0, 1), &Manner::default(), site.aside.path());
        let end = second.ended(&mut Promises::default());
        expect(&end.last, &format!("数据目录正由另一个程序使用（进程 {}）", child.id()), &mut tally);
        tally.rounds += 1;
    }
    tally.end(&child.stop(&mut promises));
    for words in promises.told.keys().filter(|words| !words.contains("正被他人修改，本次未保存"))
    {
        tally.untrue.push(format!("locked, and told: {words}"));
    }
    reckon(&site, &mut promises, &mut tally);
    tally.count(&promises);
    tally
}
