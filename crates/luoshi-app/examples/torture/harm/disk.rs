//! No room, and no leave to write.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::check::reckon;
use super::load::{Dice, Line};
use super::parent::{Manner, Promises, Running};
use super::site::{Site, run};
use super::{Tally, World};

/// Who is nobody.
const NOBODY: (u32, u32) = (65534, 65534);

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

/// A small file system of its own, gone when it is dropped.
struct Small {
    folder: TempDir,
}

impl Small {
    fn mount(size: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut mount = Command::new("mount");
        run(mount.args(["-t", "tmpfs", "-o", size, "tmpfs"]).arg(folder.path()));
        Self { folder }
    }

    fn remount(&self, how: &str) {
        run(Command::new("mount").args(["-o", how]).arg(self.folder.path()));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        run(Command::new("umount").arg(self.folder.path()));
    }
}

/// The disk fills up while callers work; then there is room again. Every other time the program is
/// killed while the disk is full.
pub(crate) fn full(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 3);
    let root = is_root();
    for round in 0..rounds {
        let small = root.then(|| Small::mount("size=32m"));
        let site = match &small {
            Some(small) => Site::folder_in(&world.template, small.folder.path().to_owned(), None),
            None => world.site(false),
        };
        if root {
            fill(&site, round, &mut dice, &mut tally);
        } else {
            tally.note("not root: no file system that fills up; instead no file may grow above a size");
            limit(&site, round, &mut dice, &mut tally);
        }
        tally.rounds += 1;
    }
    tally
}

fn fill(site: &Site, round: u64, dice: &mut Dice, tally: &mut Tally) {
    let mut promises = Promises::default();
    let orders = site.orders(&format!("full{round}"), dice.below(u64::MAX), 16);
    let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
    child.until_done(&mut promises, 1 + dice.below(100));
    let ballast = site.files.join("ballast");
    let mut file = fs::File::create(&ballast).expect("room for the ballast");
    while file.write_all(&[7; 4096]).is_ok() {}
    // Held open it would keep its room beyond its name.
    drop(file);
    let mut more = 1 + dice.below(40);
    child.until(&mut promises, |_, line| {
        more -= u64::from(matches!(line, Line::Told(..) | Line::NotKept(_)));
        more == 0
    });
    let mut child = Some(child);
    if round % 2 == 1 {
        tally.end(&child.take().expect("a child").kill(&mut promises));
    }
    fs::remove_file(&ballast).expect("the ballast goes");
    if let Some(mut child) = child {
        if !child.until_done(&mut promises, 30) {
            tally.fault(format!("round {round}: with room again the program did not go on"));
        }
        tally.end(&child.stop(&mut promises));
    }
    for words in promises.told.keys().filter(|words| !words.contains("磁盘已满")) {
        tally.untrue.push(format!("the disk was full, and told: {words}"));
    }
    reckon(site, &mut promises, tally);
    tally.count(&promises);
}

/// No file may grow above a size: SQLite and the system call that a failure of the disk.
fn limit(site: &Site, round: u64, dice: &mut Dice, tally: &mut Tally) {
    let mut promises = Promises::default();
    let orders = site.orders(&format!("limit{round}"), dice.below(u64::MAX), 16);
    let size = fs::metadata(site.database_file()).expect("the database").len() / 1024;
    let manner = Manner { limit: Some(size + 200 + dice.below(400)), ..Manner::default() };
    let mut child = Running::start(&orders, &manner, site.aside.path());
    child.until(&mut promises, |_, line| matches!(line, Line::Told(..)));
    tally.end(&child.kill(&mut promises));
    for words in promises.told.keys().filter(|words| !words.contains("磁盘")) {
        tally.untrue.push(format!("the disk took no more, and told: {words}"));
    }
    go_on(site, &orders.name, dice, &mut promises, tally);
}

/// With everything in order again the program goes on, and all is there.
fn go_on(site: &Site, name: &str, dice: &mut Dice, promises: &mut Promises, tally: &mut Tally) {
    let orders = site.orders(&format!("{name}-after"), dice.below(u64::MAX), 16);
    let mut child = Running::start(&orders, &Manner::default(), site.aside.path());
    if !child.until_done(promises, 30) {
        tally.fault(format!("{name}: in order again the program did not go on"));
    }
    tally.end(&child.stop(promises));
    reckon(site, promises, tally);
    tally.count(promises);
}

/// The folder, the database's file or the whole file system may only be read.
pub(crate) fn read_only(world: &World, rounds: u64) -> Tally {
    let mut tally = Tally::default();
    let mut dice = Dice::new(world.seed ^ 4);
    for round in 0..rounds {
        match round % 3 {
            0 => forbidden(world, &mut dice, &mut tally, "没有读写数据目录的权限", |site| {
                set(&site.files, 0o555, 0o444);
            }),
            1 => forbidden(world, &mut dice, &mut tally, "数据只能读、不能写", |site| {
                fs::set_permissions(site.database_file(), Permissions::from_mode(0o444)).expect("a mode");
            }),
            _ if is_root() => frozen(world, &mut dice, &mut tally),
            _ => tally.note("not root: the round with a read-only file system is left out"),
        }
        tally.rounds += 1;
    }
    tally
}

/// A user that may not write: nobody, since root may everything.
fn forbidden(world: &World, dice: &mut Dice, tally: &mut Tally, words: &str, forbid: impl Fn(&Site)) {
    let site = world.site(false);
    let mut manner = Manner::default();
    if is_root() {
        tally.note("root may write everywhere: the program is run as nobody");
        // Where the program lies nobody may not come.
        let program = site.files.with_extension("program");
        fs::copy(std::env::current_exe().expect("this program"), &program).expect("a copy of the program");
        manner = Manner { user: Some(NOBODY), program: Some(program), ..manner };
        own(&site.files);
    }
    forbid(&site);
    let orders = site.orders("forbidden", dice.below(u64::MAX), 16);
    let mut child = Running::start(&orders, &manner, site.aside.path());
    // A database that may only be read is opened, and tells it to whoever wants to write.
    let mut promises = Promises::default();
    child.until(&mut promises, |_, line| matches!(line, Line::Failed(_) | Line::Told(..) | Line::Done(_)));
    let end = child.kill(&mut promises);
    let told = promises.told.keys().next().cloned().map(Line::Failed);
    expect(&end.last.clone().or(told), words, tally);
    tally.end(&end);
    set(&site.files, 0o700, 0o600);
    go_on(&site, "allowed", dice, &mut promises, tally);
    if let Some(program) = manner.program {
        fs::remove_file(program).expect("the copy goes");
    }
}

/// A file system that is mounted to be read only.
fn frozen(world: &World, dice: &mut Dice, tally: &mut Tally) {
    let small = Small::mount("size=64m");
    let site = Site::folder_in(&world.template, small.folder.path().to_owned(), None);
    small.remount("remount,ro");
    let orders = site.orders("frozen", dice.below(u64::MAX), 16);
    let child = Running::start(&orders, &Manner::default(), site.aside.path());
    let end = child.ended(&mut Promises::default());
    expect(&end.last, "数据只能读、不能写", tally);
    tally.end(&end);
    small.remount("remount,rw");
    go_on(&site, "thawed", dice, &mut Promises::default(), tally);
}

/// The sentence of a program that could not be opened.
pub(super) fn expect(last: &Option<Line>, words: &str, tally: &mut Tally) {
    match last {
        Some(Line::Failed(told)) => {
            *tally.told.entry(told.clone()).or_default() += 1;
            if !told.contains(words) {
                tally.untrue.push(format!("not “{words}” but: {told}"));
            }
        }
        other => tally.fault(format!("not “{words}” but {other:?}")),
    }
}

/// Sets the modes of a folder and all that lies in it.
fn set(folder: &Path, folders: u32, files: u32) {
    for path in below(folder) {
        let mode = if path.is_dir() { folders } else { files };
        fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
    }
}

/// Gives a folder and all that lies in it to nobody.
fn own(folder: &Path) {
    for path in below(folder) {
        chown(path, Some(NOBODY.0), Some(NOBODY.1)).expect("another owner");
    }
}

/// A folder and all that lies in it.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut at = 0;
    while let Some(path) = found.get(at).cloned() {
        if path.is_dir() {
            found.extend(fs::read_dir(&path).expect("a folder").flatten().map(|entry| entry.path()));
        }
        at += 1;
    }
    found
}
