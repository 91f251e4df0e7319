//! A plan as one ZIP that is read without Luoshi: documents, registers, events, attachments, and what
//! proves that nothing in it was changed.
//!
//! The chain of events proves itself: each line is hashed with the hash before it, and the chain notes
//! that it was archived, so that a cut tail is seen. Everything else is held by a list of hashes. Who
//! changes the archive can write a new list and even a new chain: against that helps only a witness, an
//! anchor that was kept elsewhere.

mod chain;
mod files;
mod pack;
mod report;
mod story;
mod verify;
mod words;

pub use pack::{Archived, Begun};
pub use report::ArchiveReport;
pub use verify::{ArchiveLimits, verify_archive, verify_archive_within};

use luoshi_engine::{Hash, Moment};
use luoshi_store::Anchor;
use serde::{Deserialize, Serialize};

/// The events, a line each.
const EVENTS: &str = "事件.jsonl";
/// What happened in words, without ending.
const STORY: &str = "办理经过";
/// The hashes of all other files.
const MANIFEST: &str = "清单.sm3";
/// Where the chain stood.
const ANCHOR: &str = "锚.json";
/// What is in it and how to check it.
const ABOUT: &str = "说明.txt";

/// How the archive is laid out; a later layout counts on.
const FORMAT: u32 = 1;

/// What `锚.json` holds, on one line: an anchor like those that are appended daily to a file elsewhere,
/// and the counts of what is in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    #[serde(flatten)]
    anchor: Anchor,
    format: u32,
    title: String,
    number: String,
    events: i64,
    entries: i64,
    attachments: usize,
    /// Files that events name and that were not to be had when the archive was made.
    missing: Vec<Hash>,
}

/// A moment as people write it.
fn said(at: Moment) -> String {
    let civil = at.civil();
    format!("{} {:02}:{:02}", at.date().strftime("%Y年%-m月%-d日"), civil.hour(), civil.minute())
}
