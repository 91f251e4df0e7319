//! The stories of every pack that comes with the program end as they say.

use luoshi_engine::run_example;
use luoshi_pack::Library;
use luoshi_when::Calendar;

#[test]
fn the_stories_of_every_pack_end_as_they_say() {
    let calendar = Calendar::china();
    let library = Library::built_in();
    let mut told = 0;
    let mut faults = Vec::new();
    for pack in library.packs() {
        for example in &pack.examples {
            told += 1;
            if let Err(why) = run_example(pack, example, &calendar) {
                faults.push(format!("{}：{}：{why}", pack.name, example.title));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(told >= 16, "only {told} stories");
}
