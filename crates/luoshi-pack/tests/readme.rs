//! `packs/README.md` says what is true: its pack loads, and it tells every key.

use luoshi_pack::{Library, read_pack, render};

const README: &str = include_str!("../../../packs/README.md");

/// The pack that the page shows.
fn shown() -> &'static str {
    let block = README.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
    block.expect("the page shows a pack")
}

#[test]
fn the_pack_that_it_shows_is_sound() {
    let library = Library::of([("README.toml".to_owned(), shown().to_owned())]);
    let file = &library.files()[0];
    let found: Vec<_> = file.diagnostics.iter().map(|found| render(&file.name, &file.text, found)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!(library.packs().count(), 1);
}

#[test]
fn it_tells_every_key() {
    // The reader lists the keys of a table when it meets one that it does not know.
    let tables = [
        ("name = \"signboard\"", "zzzzzzzz = 1"),
        ("version = 1", "hours = { zzzzzzzz = 1 }"),
        ("colour = \"green\"", "colour = \"green\"\nzzzzzzzz = 1"),
        ("day = -1", "day = -1\nzzzzzzzz = 1"),
        ("nil = true", "zzzzzzzz = 1"),
        ("add = [\"handler@lead\"]", "zzzzzzzz = 1"),
        ("add = [\"handler@lead\"]", "certified = { zzzzzzzz = 1 }"),
        ("kind = \"place\"", "zzzzzzzz = 1"),
        ("start = \"open\"", "zzzzzzzz = 1"),
        ("limit = { amount = 3", "limit = { zzzzzzzz = 3"),
        ("title = \"待验\"", "zzzzzzzz = 1"),
        ("title = \"报修复\"", "zzzzzzzz = 1"),
        ("opened = 2026-03-02", "zzzzzzzz = 1"),
        ("on = 2026-03-04", "zzzzzzzz = 1"),
    ];
    for (from, to) in tables {
        assert!(shown().contains(from), "{from}");
        let (_, found) = read_pack(&shown().replacen(from, to, 1));
        let help =
            found.iter().find(|found| found.code == "unknown-key").and_then(|found| found.help.clone());
        let help = help.unwrap_or_else(|| panic!("{to}: {found:?}"));
        let keys = help.split_once('：').unwrap().1.trim_end_matches('。');
        for key in keys.split('、') {
            let told = [format!("`{key}`"), format!("`{key} ="), format!("[[{key}]]")];
            assert!(told.iter().any(|told| README.contains(told)), "README tells nothing of {key}");
        }
    }
}
