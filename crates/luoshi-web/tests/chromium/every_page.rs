//! Every page that there is can be read and used by everybody: with a screen reader in mind, light and dark,
//! on a telephone, on an office screen and enlarged to 200 %, by the keyboard alone.

use fantoccini::Client;

use crate::driver::{Driver, PHONE, WIDE, belong};
use crate::look::{look_over_everywhere, walk_by_keyboard};
use crate::office::served_as;
use crate::walk::{County, Stop, Who, settings};

/// Comes to every page, in the window of who has a reason to look at it.
async fn walk(look: impl AsyncFn(&Client, &Stop) -> Vec<String>) {
    let place = tempfile::tempdir().unwrap();
    let county = County::open(place.path()).await;
    let base = served_as(&county.app, settings()).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    let mut who = Who::Nobody;
    let mut found = Vec::new();
    for stop in county.stops() {
        if stop.who != who {
            who = stop.who;
            belong(&window, &base, county.cookie(who).await).await;
        }
        window.goto(&format!("{base}{}", stop.path)).await.unwrap();
        found.extend(look(&window, &stop).await);
    }
    window.close().await.unwrap();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn every_page_can_be_read_by_everybody() {
    walk(async |window, stop| look_over_everywhere(window, &stop.path).await).await;
}

#[tokio::test]
async fn every_page_can_be_used_by_the_keyboard_alone() {
    walk(async |window, stop| {
        let mut found = walk_by_keyboard(window, &stop.path, WIDE).await;
        found.extend(walk_by_keyboard(window, &stop.path, PHONE).await);
        found
    })
    .await;
}
