//! Pictures of every page on an office screen and on a telephone, from a county that is the same each time.
//! `cargo xtask docs --pages` writes them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what fails is told to who asked for pictures")]

#[path = "../tests/chromium/driver.rs"]
mod driver;
#[path = "../tests/office/mod.rs"]
mod office;
#[path = "../tests/walk/mod.rs"]
mod walk;

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use driver::{Driver, PHONE, Screen, WIDE, belong, show_on, tell};
use fantoccini::Client;
use serde_json::{Value, json};
use walk::{County, Stop, Who, settings};

/// The longest picture, in points.
const LONGEST: i64 = 2400;

/// `pages FOLDER [NAME]…`: pictures of all pages, or of those that are named.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder for the pictures"));
    let named: Vec<String> = args.collect();
    std::fs::create_dir_all(&folder).unwrap();
    let place = tempfile::tempdir().unwrap();
    let county = County::open(place.path()).await;
    let base = office::served_as(&county.app, settings()).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    let mut who = Who::Nobody;
    for stop in county.stops() {
        if !named.is_empty() && !named.iter().any(|name| name == stop.name) {
            continue;
        }
        if stop.who != who {
            who = stop.who;
            belong(&window, &base, county.cookie(who).await).await;
        }
        for (screen, suffix) in [(WIDE, ""), (PHONE, "-phone")] {
            let picture = taken(&window, &format!("{base}{}", stop.path), screen).await;
            std::fs::write(folder.join(format!("{}{suffix}.webp", stop.name)), picture).unwrap();
        }
        tell_done(&stop);
    }
    window.close().await.unwrap();
}

/// A picture of a page, from its head to its foot.
async fn taken(window: &Client, at: &str, screen: Screen) -> Vec<u8> {
    show_on(window, screen).await;
    window.goto(at).await.unwrap();
    let height = window.execute("return document.documentElement.scrollHeight", vec![]).await.unwrap();
    let height = height.as_i64().unwrap().clamp(i64::from(screen.height) / 2, LONGEST);
    // As high as the page, so that what sticks to an edge of the window sticks to that of the page.
    show_on(window, Screen { height: u32::try_from(height).unwrap(), ..screen }).await;
    let how = json!({
        "format": "webp",
        "quality": 60,
        "clip": { "x": 0, "y": 0, "width": screen.width, "height": height, "scale": 1 },
    });
    let picture: Value = tell(window, "Page.captureScreenshot", how).await;
    STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
}

#[allow(clippy::print_stdout, reason = "who asked for pictures is told which are made")]
fn tell_done(stop: &Stop) {
    println!("{} {}", stop.name, stop.path);
}
