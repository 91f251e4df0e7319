//! Every page that there is: it answers, no route is left out, and none is heavy.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;
mod walk;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use axum::http::StatusCode;
use walk::{County, NO_PAGES, routes};

/// What a page may weigh over the wire with all that it is made of, in bytes; photographs apart.
const HEAVIEST: usize = 150_000;

/// What the head of an answer weighs at most.
const HEAD: usize = 900;

#[tokio::test]
async fn every_page_answers_and_none_is_heavy() {
    let place = tempfile::tempdir().unwrap();
    let county = County::open(place.path()).await;
    let stops = county.stops();
    let walked: BTreeSet<String> = stops.iter().map(|stop| stop.route.to_owned()).collect();
    let known: BTreeSet<String> = NO_PAGES.iter().map(|route| (*route).to_owned()).chain(walked).collect();
    let left_out: Vec<_> = routes().difference(&known).cloned().collect();
    assert!(left_out.is_empty(), "give these a line in tests/walk/pages.rs: {left_out:?}");
    let mut browsers = BTreeMap::new();
    let mut assets = BTreeMap::new();
    let mut heavy = Vec::new();
    for stop in stops {
        if let Entry::Vacant(slot) = browsers.entry(stop.who) {
            slot.insert(county.browser(stop.who).await);
        }
        let browser = &browsers[&stop.who];
        let page = browser.get(&stop.path).await;
        let wanted = if stop.route.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(page.status, wanted, "{} {:?} {}", stop.path, stop.who, page.text());
        let text = page.text();
        let made_of: BTreeSet<&str> = text.split('"').filter(|part| part.starts_with("/assets/")).collect();
        let mut weight = squeezed(&page.bytes) + HEAD;
        for asset in made_of {
            if let Entry::Vacant(slot) = assets.entry(asset.to_owned()) {
                let answer = browser.get(asset).await;
                assert_eq!(answer.status, StatusCode::OK, "{asset} of {}", stop.path);
                slot.insert(squeezed(&answer.bytes) + HEAD);
            }
            weight += assets[asset];
        }
        if weight > HEAVIEST {
            heavy.push((stop.path, weight));
        }
    }
    assert!(heavy.is_empty(), "{heavy:?}");
}

fn squeezed(bytes: &[u8]) -> usize {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    out.write_all(bytes).unwrap();
    out.finish().unwrap().len()
}
