//! Looking a page over: axe, scrolling sideways, the keyboard.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::path::PathBuf;
use std::sync::LazyLock;

use fantoccini::Client;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::{Value, json};

use crate::driver::{PHONE, Screen, WIDE, ZOOMED, show_on, tell};

/// The script of axe.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let pythons =
        std::fs::read_dir(target.join("axe/lib")).expect("axe is there: `cargo xtask test` installs it");
    let scripts =
        pythons.map(|python| python.unwrap().path().join("site-packages/axe_playwright_python/axe.min.js"));
    std::fs::read_to_string(scripts.into_iter().find(|script| script.exists()).unwrap()).unwrap()
});

/// Looks a page over: nothing serious for those who see or move otherwise, and no scrolling sideways.
pub(super) async fn look_over(client: &Client, base: &str, path: &str) {
    client.goto(&format!("{base}{path}")).await.unwrap();
    client.execute(&AXE, vec![]).await.unwrap();
    let mut found = fits(client, path).await;
    found.extend(ask_axe(client, path, &ALL).await);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The rules of axe that are asked for.
const ALL: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/// What is wrong with the page that is shown on any screen, light or dark.
pub(super) async fn look_over_everywhere(client: &Client, path: &str) -> Vec<String> {
    client.execute(&AXE, vec![]).await.unwrap();
    show_on(client, ZOOMED).await;
    let mut found = fits(client, &format!("{path} at 200 %")).await;
    for screen in [PHONE, WIDE] {
        show_on(client, screen).await;
        // What is not a matter of colour is the same in the dark.
        for (theme, rules) in [("dark", &["wcag2aa"][..]), ("light", &ALL)] {
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
            tell(client, "Emulation.setEmulatedMedia", media).await;
            let place = format!("{path} {theme} {}", screen.width);
            found.extend(fits(client, &place).await);
            found.extend(ask_axe(client, &place, rules).await);
        }
    }
    found
}

/// What stands beside the screen.
async fn fits(client: &Client, place: &str) -> Vec<String> {
    let wide =
        client.execute("return [document.documentElement.scrollWidth, innerWidth]", vec![]).await.unwrap();
    let fits = wide[0].as_i64() <= wide[1].as_i64();
    (!fits).then(|| format!("{place} scrolls sideways: {wide}")).into_iter().collect()
}

async fn ask_axe(client: &Client, place: &str, tags: &[&str]) -> Vec<String> {
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run({ runOnly: arguments[0] }).then(found => done(found.violations \
        .filter(v => v.impact === 'serious' || v.impact === 'critical') \
        .map(v => v.id + ': ' + v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3).join('; '))))";
    told(place, &client.execute_async(run, vec![json!(tags)]).await.unwrap())
}

/// What a script lists, with the place.
fn told(place: &str, list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|line| format!("{place}: {line}")).collect()
}

/// Notes what the keyboard comes to, and whether it can be seen there.
const WATCH: &str = "window.reached = new Set(); window.unseen = []; \
    document.addEventListener('focusin', function (event) { \
        const at = event.target; if (window.reached.has(at)) return; window.reached.add(at); \
        const style = getComputedStyle(at.closest('.pick') || at); \
        if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) \
            window.unseen.push('nobody sees the keyboard at ' + at.outerHTML.slice(0, 160)); }); \
    document.activeElement.blur();";

/// What can be acted on and was not come to; of choices one of which is taken, one is enough.
const MISSED: &str = "const all = Array.from(document.querySelectorAll( \
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex=\"0\"]')); \
    const groups = new Set(Array.from(window.reached).filter(e => e.type === 'radio').map(e => e.name)); \
    return all.filter(e => e.tabIndex >= 0 && !e.disabled && e.getClientRects().length > 0 \
        && e.checkVisibility() && !(e.type === 'radio' && groups.has(e.name)) && !window.reached.has(e)) \
        .map(e => 'the keyboard does not come to ' + e.outerHTML.slice(0, 160));";

/// Goes over the page that is shown with the Tab key alone, and tells what it does not come to and where it
/// cannot be seen.
pub(super) async fn walk_by_keyboard(client: &Client, path: &str, screen: Screen) -> Vec<String> {
    show_on(client, screen).await;
    client.execute(WATCH, vec![]).await.unwrap();
    let mut missed = json!([]);
    // A date has a stop for each of its parts.
    for _ in 0..40 {
        let mut tabs = KeyActions::new(String::from("keyboard"));
        for _ in 0..30 {
            tabs = tabs.then(KeyAction::Down { value: TAB }).then(KeyAction::Up { value: TAB });
        }
        client.perform_actions(tabs).await.unwrap();
        missed = client.execute(MISSED, vec![]).await.unwrap();
        if missed == json!([]) {
            break;
        }
    }
    let unseen = client.execute("return window.unseen", vec![]).await.unwrap();
    let place = format!("{path} {}", screen.width);
    let mut found = told(&place, &missed);
    found.extend(told(&place, &unseen));
    found
}

/// The Tab key.
const TAB: char = '\u{e004}';
