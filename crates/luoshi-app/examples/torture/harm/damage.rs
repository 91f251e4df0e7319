//! What lies on the disk is removed, cut or changed: it is told as damage, and never a panic.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use luoshi_engine::Hash;

use super::check::{TABLES, dump, reckon};
use super::child::{call, open, slow_clock};
use super::load::{Dice, Line, Sink};
use super::parent::{End, Manner, Promises, Running};
use super::site::Site;
use super::{Tally, World};

/// The tables that events are not made into.
const OTHERS: [&str; 6] = ["event", "head", "command", "message", "outbox", "attachment"];

/// A county in which callers worked for a while; the child ended well, or was killed.
fn worked(site: &Site, dice: &mut Dice, kill: bool, tally: &mut Tally) -> Promises {
    let mut promises = Promises::default();
    let orders = site.orders("damage", dice.below(u64::MAX), 16);
    let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
    let mut enough = 0;
    child.until(&mut promises, |promises, line| {
        enough += u32::from(matches!(line, Line::Done(_)));
        enough > 60 && promises.kept.len() > 3
    });
    let end = if kill { child.kill(&mut promises) } else { child.stop(&mut promises) };
    tally.end(&end);
    tally.acknowledged += promises.done.len() + promises.kept.len();
    promises
}

/// Verifies in a process of its own.
fn look(site: &Site, anchors: Option<&Path>, tally: &mut Tally) -> Option<Line> {
    let mut orders = site.orders("look", 0, 0);
    orders.anchors = anchors.map(Path::to_owned);
    let child = Running::start(&orders, &Manner::default(), site.aside.path());
    let end: End = child.ended(&mut Promises::default());
    tally.end(&end);
    end.last
}

/// Appends where the chains stand to a new file.
fn anchor(site: &Site) -> PathBuf {
    let file = site.aside.path().join("anchors.jsonl");
    anchor_to(site, &file);
    file
}

/// Appends where the chains stand to a file.
fn anchor_to(site: &Site, file: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let app = open(&site.orders("anchor", 0, 0), slow_clock(site.now)).await.expect("a server");
        app.anchor(file).await.expect("anchors");
        app.store().clone().close().await;
    });
}

/// A file is removed, cut or changed; verifying tells which and what.
pub(crate) fn attachments(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 8);
    let site = world.site(false);
    let mut promises = worked(&site, &mut dice, false, &mut tally);
    reckon(&site, &mut promises, &mut tally);
    let kept: Vec<String> = promises.kept.iter().map(ToString::to_string).collect();
    for round in 0..rounds {
        let hash = &kept[usize::try_from(dice.below(kept.len() as u64)).unwrap_or(0)];
        let file = site.files.join("attachments").join(&hash[..2]).join(hash);
        let bytes = fs::read(&file).expect("the file");
        let words = match round % 3 {
            0 => fs::remove_file(&file).map(|()| "附件不见了"),
            1 => fs::write(&file, changed(bytes.clone(), 1, &mut dice).1).map(|()| "附件内容已被改动"),
            _ => fs::write(&file, &bytes[..bytes.len() / 2]).map(|()| "附件内容已被改动"),
        };
        let words = words.expect("the harm");
        match look(&site, None, &mut tally) {
            Some(Line::Found(faults)) => {
                let told = |fault: &String| fault.contains(hash) && fault.contains(words);
                if !faults.iter().any(told) || !faults.iter().all(|fault| fault.contains(hash)) {
                    tally.fault(format!("{words} {hash}, and found: {faults:?}"));
                }
            }
            other => tally.fault(format!("{words}, and {other:?}")),
        }
        fs::write(&file, bytes).expect("the file is put back");
        tally.rounds += 1;
    }
    tally
}

/// The last line of the anchors is torn, a byte is no text, an anchor says something else.
pub(crate) fn anchors(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 9);
    let site = world.site(false);
    let file = anchor(&site);
    let whole = fs::read(&file).expect("anchors");
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let torn = file.with_extension("torn");
    for _ in 0..rounds {
        let last = lines[lines.len() - 1];
        let cut = 1 + usize::try_from(dice.below(last.len() as u64 - 2)).unwrap_or(0);
        fs::write(&torn, &whole[..whole.len() - last.len() + cut]).expect("the harm");
        let words = format!("锚点文件第 {} 行", lines.len());
        let words = [format!("{words}不完整")];
        for goes_on in [false, true] {
            // With the line in it or not, the file is written on and proves what it can.
            match look(&site, Some(&torn), &mut tally) {
                Some(Line::Found(found)) if found == words => {}
                other => tally.fault(format!("a torn line, written on: {goes_on}, and {other:?}")),
            }
            anchor_to(&site, &torn);
        }
        let (mended, torn_before) = (fs::read(&torn).expect("anchors"), whole.len() - last.len() + cut);
        if !mended[torn_before..].starts_with(b"\n{") {
            tally.fault(String::from("the torn line was written on within the line"));
        }

        let mut bytes = whole.clone();
        bytes[cut] = 0xff;
        fs::write(&torn, &bytes).expect("the harm");
        failed(look(&site, Some(&torn), &mut tally), "锚点文件第 1 行", &mut tally);

        let text = String::from_utf8_lossy(&whole);
        let at = text.find("\"hash\":\"").expect("a hash") + 8 + usize::try_from(dice.below(64)).unwrap_or(0);
        let mut bytes = whole.clone();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        fs::write(&torn, &bytes).expect("the harm");
        match look(&site, Some(&torn), &mut tally) {
            Some(Line::Found(faults)) if faults.iter().any(|fault| fault.contains("锚点不符")) => {}
            other => tally.fault(format!("an anchor says something else, and {other:?}")),
        }
        tally.rounds += 1;
    }
    tally
}

fn failed(last: Option<Line>, words: &str, tally: &mut Tally) {
    match last {
        Some(Line::Failed(told)) if told.contains(words) => {}
        other => tally.fault(format!("not “{words}” but {other:?}")),
    }
}

/// The log that was not yet taken over into the database is cut or changed: what stood there is lost,
/// and the anchors tell it.
pub(crate) fn wal(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 10);
    for round in 0..rounds {
        let site = world.site(false);
        worked(&site, &mut dice, true, &mut tally);
        let whole = Site::folder_of(&site.files);
        let anchors = anchor(&whole);
        let log = site.files.join("luoshi.db-wal");
        let bytes = fs::read(&log).expect("the log");
        let harmed = if round % 2 == 0 {
            bytes[..usize::try_from(dice.below(bytes.len() as u64)).unwrap_or(0)].to_vec()
        } else {
            changed(bytes, 3, &mut dice).1
        };
        fs::write(&log, harmed).expect("the harm");
        let same = tables(&site) == tables(&whole);
        match look(&site, Some(&anchors), &mut tally) {
            Some(Line::Found(faults)) if faults.is_empty() == same => {
                for fault in faults.iter().filter(|fault| !fault.contains("锚点")) {
                    tally.fault(format!("a shorter log, and found: {fault}"));
                }
            }
            other => tally.fault(format!("a harmed log, the same tables: {same}, and {other:?}")),
        }
        let mut promises = Promises::default();
        let orders = site.orders("after", dice.below(u64::MAX), 8);
        let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
        if !child.until_done(&mut promises, 10) {
            tally.fault(String::from("after a harmed log the program did not go on"));
        }
        tally.end(&child.stop(&mut promises));
        reckon(&site, &mut promises, &mut tally);
        tally.rounds += 1;
    }
    tally
}

/// What stands before the key of a command in its events: their numbers, moment and author.
const BEFORE_KEY: u64 = 40;

/// A county whose file is the same for the same seed, so that the harm falls on the same bytes: one
/// caller who waits for each answer.
fn worked_alone(site: &Site, seed: u64, tally: &mut Tally) -> Promises {
    const ENOUGH: usize = 90;
    let promises = Arc::new(Mutex::new(Promises::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let (heard, over) = (Arc::clone(&promises), Arc::clone(&stop));
    let sink: Sink = Arc::new(move |line| {
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.take(&line, true);
        over.store(heard.done.len() >= ENOUGH && heard.kept.len() > 3, Ordering::SeqCst);
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let orders = site.orders("damage", seed, 1);
        let app = open(&orders, slow_clock(site.now)).await.expect("a server");
        call(&app, &orders, &stop, &sink).await;
        app.store().clone().close().await;
    });
    let promises = std::mem::take(&mut *promises.lock().unwrap_or_else(PoisonError::into_inner));
    tally.acknowledged += promises.done.len() + promises.kept.len();
    promises
}

/// Bytes of the database are changed, somewhere or in the columns of an event that indexes hold as well, a
/// page is emptied, the end is cut off.
pub(crate) fn database(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 11);
    let site = world.site(false);
    let mut promises = worked_alone(&site, dice.below(u64::MAX), &mut tally);
    reckon(&site, &mut promises, &mut tally);
    let before = tables(&site);
    let bytes = fs::read(site.database_file()).expect("the database");
    let (mut told, mut harmless) = (0, 0);
    for round in 0..rounds {
        let harmed = Site::folder_of(&site.files);
        let (at, changed) = match round % 5 {
            0 | 1 => changed(bytes.clone(), 1 + dice.below(8), &mut dice),
            2 => before_key(bytes.clone(), &mut dice),
            3 => emptied(bytes.clone(), &mut dice),
            _ => {
                let end = usize::try_from(dice.below(bytes.len() as u64)).unwrap_or(0);
                (end, bytes[..end].to_vec())
            }
        };
        fs::write(harmed.database_file(), changed).expect("the harm");
        let place = format!("seed {}, round {round}, at {at} of {} bytes", world.seed, bytes.len());
        match look(&harmed, None, &mut tally) {
            Some(Line::Failed(words)) if words.contains("损坏") => told += 1,
            Some(Line::Found(faults)) if !faults.is_empty() => told += 1,
            Some(Line::Found(_)) if tables(&harmed) == before => harmless += 1,
            Some(Line::Found(_)) => {
                let tables = first_difference(&before, &tables(&harmed));
                tally.fault(format!("{place}: not found: {tables}"));
            }
            other => tally.fault(format!("{place}: {other:?}")),
        }
        tally.rounds += 1;
    }
    let file = Hash::of(&bytes).to_string();
    tally.note(&format!("{told} told as damage, {harmless} where nothing is kept; the file: {}", &file[..8]));
    tally
}

/// All that is kept; none where it cannot be read.
fn tables(site: &Site) -> Option<super::check::Rows> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let all: Vec<&'static str> = TABLES.into_iter().chain(OTHERS).collect();
    // Reading a log takes it over into the database and so changes the place: a copy is read.
    let copy = Site::folder_of(&site.files);
    runtime.block_on(dump(&copy, &all)).ok()
}

fn first_difference(one: &Option<super::check::Rows>, two: &Option<super::check::Rows>) -> String {
    let (Some(one), Some(two)) = (one, two) else { return String::from("cannot be read") };
    let different = one.iter().filter(|(table, rows)| two[*table] != **rows);
    different.map(|(table, _)| *table).collect::<Vec<_>>().join(", ")
}

/// Some bytes changed, near one another; where.
fn changed(mut bytes: Vec<u8>, count: u64, dice: &mut Dice) -> (usize, Vec<u8>) {
    let at = dice.below(bytes.len() as u64);
    for _ in 0..count {
        let place = usize::try_from(at + dice.below(64)).unwrap_or(0) % bytes.len();
        bytes[place] ^= u8::try_from(1 + dice.below(255)).unwrap_or(1);
    }
    (usize::try_from(at).unwrap_or(0), bytes)
}

/// One byte changed shortly before the key of a command, wherever one stands.
fn before_key(mut bytes: Vec<u8>, dice: &mut Dice) -> (usize, Vec<u8>) {
    let keys: Vec<usize> =
        bytes.windows(9).enumerate().filter(|(_, here)| here == b"damage-0-").map(|(at, _)| at).collect();
    let key = keys[usize::try_from(dice.below(keys.len() as u64)).unwrap_or(0)];
    let at = key - usize::try_from(1 + dice.below(BEFORE_KEY)).unwrap_or(1);
    bytes[at] ^= u8::try_from(1 + dice.below(255)).unwrap_or(1);
    (at, bytes)
}

/// A page without anything in it; where.
fn emptied(mut bytes: Vec<u8>, dice: &mut Dice) -> (usize, Vec<u8>) {
    const PAGE: usize = 4096;
    let page = usize::try_from(dice.below((bytes.len() / PAGE) as u64)).unwrap_or(0);
    bytes[page * PAGE..(page + 1) * PAGE].fill(0);
    (page * PAGE, bytes)
}
