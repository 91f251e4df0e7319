//! Looking a page over: axe, scrolling sideways.

use std::path::PathBuf;

use fantoccini::Client;
use serde_json::{Value, json};

/// The script of axe.
fn axe() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let pythons =
        std::fs::read_dir(target.join("axe/lib")).expect("axe is there: `cargo xtask test` installs it");
    let scripts =
        pythons.map(|python| python.unwrap().path().join("site-packages/axe_playwright_python/axe.min.js"));
    std::fs::read_to_string(scripts.into_iter().find(|script| script.exists()).unwrap()).unwrap()
}

/// Looks a page over: nothing serious for those who see or move otherwise, and no scrolling sideways.
pub(super) async fn look_over(client: &Client, base: &str, path: &str) {
    client.goto(&format!("{base}{path}")).await.unwrap();
    let wide =
        client.execute("return [document.documentElement.scrollWidth, innerWidth]", vec![]).await.unwrap();
    assert!(wide[0].as_i64() <= wide[1].as_i64(), "{path} scrolls sideways: {wide}");
    client.execute(&axe(), vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(found => done(found.violations \
        .filter(v => v.impact === 'serious' || v.impact === 'critical') \
        .map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3)])))";
    let found: Value = client.execute_async(run, vec![]).await.unwrap();
    assert_eq!(found, json!([]), "{path}");
}
