//! An archive checked on a machine that has nothing else. The file may come from anybody: nothing in it
//! is unpacked to disk, and nothing it says of itself decides how much memory is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use luoshi_engine::Hash;
use luoshi_store::Anchor;
use sm3::{Digest, Sm3};
use zip::ZipArchive;

use super::chain::Chain;
use super::report::ArchiveReport;
use super::{ABOUT, ANCHOR, EVENTS, FORMAT, MANIFEST, Stamp};

/// Entries below this size may be packed as tightly as they like.
const SMALL: u64 = 16 << 20;

/// How much checking an archive may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Files in it.
    pub entries: u64,
    /// Bytes that all files grow to together.
    pub expanded: u64,
    /// How many times its packed size a file may grow to.
    pub ratio: u64,
    /// Bytes of one event, and of list and anchor.
    pub held: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { entries: 500_000, expanded: 1 << 40, ratio: 1_000, held: 64 << 20 }
    }
}

/// Checks an archive within the usual limits. `witnesses` are anchors that were kept elsewhere; those of
/// other chains do not matter.
pub fn verify_archive(reader: impl Read + Seek, witnesses: &[Anchor]) -> ArchiveReport {
    verify_archive_within(reader, witnesses, &ArchiveLimits::default())
}

/// Checks an archive. Whatever the bytes are, the answer is a report.
pub fn verify_archive_within(
    mut reader: impl Read + Seek,
    witnesses: &[Anchor],
    limits: &ArchiveLimits,
) -> ArchiveReport {
    let mut report = ArchiveReport::default();
    let declared = match declared_entries(&mut reader) {
        Ok(Some(declared)) => declared,
        Ok(None) => {
            report.fault("这不是归档包，或文件不完整：找不到压缩目录，请重新取得一份");
            return report;
        }
        Err(error) => {
            report.fault(format!("文件读不出来（{error}），请检查磁盘或重新取得一份"));
            return report;
        }
    };
    // A directory of millions is refused before it is read.
    if declared > limits.entries {
        report.fault(format!("包内有{declared}个文件，超过上限{}个，不是正常的归档包", limits.entries));
        return report;
    }
    match ZipArchive::new(reader) {
        Ok(zip) => Checking { zip, limits, expanded: 0, report, found: BTreeMap::new() }.run(witnesses),
        Err(_) => {
            report.fault("压缩目录损坏，归档包打不开，请重新取得一份");
            report
        }
    }
}

/// The number of entries that the end of the directory declares; none where there is no end.
fn declared_entries(reader: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let size = reader.seek(SeekFrom::End(0))?;
    let from = size.saturating_sub(22 + 20 + u64::from(u16::MAX));
    reader.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    reader.by_ref().take(size - from).read_to_end(&mut tail)?;
    let Some(at) = tail.windows(4).rposition(|bytes| bytes == b"PK\x05\x06") else { return Ok(None) };
    let Some(count) = tail.get(at + 10..at + 12) else { return Ok(None) };
    let count = u64::from(u16::from_le_bytes([count[0], count[1]]));
    let locator = at.checked_sub(20).and_then(|from| tail.get(from..at));
    let Some(locator) = locator.filter(|locator| locator.starts_with(b"PK\x06\x07")) else {
        return Ok(Some(count));
    };
    let mut offset = [0; 8];
    offset.copy_from_slice(&locator[8..16]);
    let mut end = [0; 40];
    reader.seek(SeekFrom::Start(u64::from_le_bytes(offset)))?;
    if reader.read_exact(&mut end).is_err() || !end.starts_with(b"PK\x06\x06") {
        return Ok(None);
    }
    let mut total = [0; 8];
    total.copy_from_slice(&end[32..40]);
    Ok(Some(u64::from_le_bytes(total).max(count)))
}

struct Checking<'l, R> {
    zip: ZipArchive<R>,
    limits: &'l ArchiveLimits,
    expanded: u64,
    report: ArchiveReport,
    /// The hashes of the files that were read.
    found: BTreeMap<String, Hash>,
}

impl<R: Read + Seek> Checking<'_, R> {
    fn run(mut self, witnesses: &[Anchor]) -> ArchiveReport {
        if !self.well_named() {
            return self.report;
        }
        let (mut manifest, mut stamp) = (Vec::new(), Vec::new());
        let mut lines = Lines { chain: Chain::new(witnesses), rest: Vec::new(), lost: false };
        for index in 0..self.zip.len() {
            let name = self.name(index);
            let read = match name.as_str() {
                EVENTS => self.read(index, &name, |bytes, report, limits| lines.take(bytes, report, limits)),
                MANIFEST => self
                    .read(index, &name, |bytes, report, limits| hold(&mut manifest, bytes, report, limits)),
                ANCHOR => {
                    self.read(index, &name, |bytes, report, limits| hold(&mut stamp, bytes, report, limits))
                }
                _ => self.read(index, &name, |_, _, _| true),
            };
            if !read && self.expanded > self.limits.expanded {
                return self.report;
            }
        }
        lines.finish(&mut self.report);
        self.listed(&String::from_utf8_lossy(&manifest));
        self.proved(&lines.chain, &stamp);
        self.report
    }

    fn name(&self, index: usize) -> String {
        let name = self.zip.name_for_index(index).and_then(Result::ok);
        name.map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    /// Whether all names are names that this program writes: whoever unpacks it must not be led astray.
    fn well_named(&mut self) -> bool {
        if self.zip.has_duplicate_names() {
            self.report.fault("包内有重名的文件，不同的程序会读到不同的内容，归档包被改动过");
            return false;
        }
        for index in 0..self.zip.len() {
            let name = self.name(index);
            let parts: Vec<&str> = name.split('/').collect();
            let bad = |part: &&str| part.is_empty() || *part == "." || *part == "..";
            let strange = name.contains(['\\', ':']) || name.contains(char::is_control);
            let locked = self.zip.by_index_raw(index);
            let locked = locked.map_or(true, |file| file.encrypted() || file.is_symlink() || file.is_dir());
            if parts.iter().any(bad) || parts.len() > 2 || strange || locked {
                let shown = luoshi_press::visible(&name).into_owned();
                self.report.fault(format!("包内的“{shown}”不是归档包应有的文件，解压可能有害，请勿解压"));
                return false;
            }
        }
        true
    }

    /// Reads one file to its end, its hash on the way; `take` says whether to go on.
    fn read(
        &mut self,
        index: usize,
        name: &str,
        mut take: impl FnMut(&[u8], &mut ArchiveReport, &ArchiveLimits) -> bool,
    ) -> bool {
        let damaged = format!("“{name}”损坏，解压不出来");
        let Ok(mut file) = self.zip.by_index(index) else {
            self.report.fault(damaged);
            return false;
        };
        let allowed = self.limits.ratio.saturating_mul(file.compressed_size().max(1)).max(SMALL);
        let (mut hash, mut size, mut chunk) = (Sm3::new(), 0_u64, vec![0; 64 << 10]);
        loop {
            let Ok(count) = file.read(&mut chunk) else {
                self.report.fault(damaged);
                return false;
            };
            if count == 0 {
                break;
            }
            size += count as u64;
            self.expanded += count as u64;
            if size > allowed || self.expanded > self.limits.expanded {
                self.report.fault(format!("“{name}”解压后大得不正常，已停止读取，不是正常的归档包"));
                return false;
            }
            hash.update(&chunk[..count]);
            if !take(&chunk[..count], &mut self.report, self.limits) {
                return false;
            }
        }
        self.report.files += 1;
        self.found.insert(name.to_owned(), Hash(hash.finalize().into()));
        true
    }

    /// Holds what is there against the list of hashes.
    fn listed(&mut self, manifest: &str) {
        if !self.found.contains_key(MANIFEST) {
            return self.report.fault(format!("缺少{MANIFEST}，无法核对包内文件"));
        }
        let mut listed: BTreeSet<&str> = BTreeSet::from([MANIFEST]);
        for (number, line) in (1..).zip(manifest.lines()) {
            let read = line.split_once("  ").and_then(|(hash, name)| Some((Hash::parse(hash)?, name)));
            let Some((hash, name)) = read else {
                self.report.fault(format!("{MANIFEST}第{number}行不是“散列值  文件名”"));
                continue;
            };
            if !listed.insert(name) {
                self.report.fault(format!("{MANIFEST}中“{name}”出现两次"));
            }
            match self.found.get(name) {
                Some(found) if *found == hash => {}
                Some(_) => self.report.fault(format!("“{name}”的内容与{MANIFEST}中的散列值不符，被改动过")),
                None => self.report.fault(format!("缺少“{name}”：{MANIFEST}中有，包内没有或读不出来")),
            }
        }
        for name in [EVENTS, ANCHOR, ABOUT] {
            if !listed.contains(name) {
                self.report.fault(format!("{MANIFEST}中没有“{name}”"));
            }
        }
        let extra: Vec<&String> = self.found.keys().filter(|name| !listed.contains(name.as_str())).collect();
        for name in extra {
            self.report.fault(format!("“{name}”不在{MANIFEST}中，是后来放进去的"));
        }
    }

    /// Holds the chain against the anchor, and the files against the chain.
    fn proved(&mut self, chain: &Chain<'_>, stamp: &[u8]) {
        let report = &mut self.report;
        report.entries = chain.entries;
        report.attachments = chain.files.len();
        if chain.unmet() > 0 {
            report.fault("别处留存的锚点比归档包里最后一条事件更晚：这是较早的归档包，或者末尾的事件被截去");
        }
        let there: BTreeSet<Hash> = self.found.values().copied().collect();
        let stamp = serde_json::from_slice::<Stamp>(stamp);
        let gone = |hash: &Hash| stamp.as_ref().is_ok_and(|stamp| stamp.missing.contains(hash));
        for hash in chain.files.difference(&there) {
            let when = if gone(hash) {
                "制作归档包时就已找不到"
            } else {
                "包内没有，被删去或改动"
            };
            report.fault(format!("事件中登记的附件 {hash} {when}"));
        }
        let Ok(stamp) = &stamp else {
            return report.fault(format!("{ANCHOR}读不出来，无法核对事件链的末端"));
        };
        report.title.clone_from(&stamp.title);
        report.anchor = Some(stamp.anchor);
        if stamp.format > FORMAT {
            report.fault("归档包由更新的版本制作，请用新版本核对");
        }
        let Anchor { seq, hash, .. } = stamp.anchor;
        if chain.seq < seq {
            report.fault(format!("事件只到第{}条，{ANCHOR}记到第{seq}条：末尾的事件被截去", chain.seq));
        } else if chain.seq > seq || chain.hash != hash {
            report.fault(format!("事件链的末端与{ANCHOR}不符：事件或{ANCHOR}被改动过"));
        }
        if !chain.ends_archived {
            report.fault("最后一条事件不是制作归档包的记录：末尾的事件被截去或替换");
        }
        let counts = [(stamp.events, report.events, "事件"), (stamp.entries, chain.entries, "条目")];
        for (said, found, what) in counts.into_iter().filter(|(said, found, _)| said != found) {
            report.fault(format!("{ANCHOR}记有{said}个{what}，事件中是{found}个"));
        }
    }
}

/// Keeps a small file whole.
fn hold(held: &mut Vec<u8>, bytes: &[u8], report: &mut ArchiveReport, limits: &ArchiveLimits) -> bool {
    if (held.len() + bytes.len()) as u64 > limits.held {
        report.fault("清单或锚大得不正常，已停止读取，不是正常的归档包");
        return false;
    }
    held.extend_from_slice(bytes);
    true
}

/// Bytes cut into lines for the chain.
struct Lines<'w> {
    chain: Chain<'w>,
    rest: Vec<u8>,
    lost: bool,
}

impl Lines<'_> {
    fn take(&mut self, mut bytes: &[u8], report: &mut ArchiveReport, limits: &ArchiveLimits) -> bool {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end + 1..];
            self.chain.take(&self.rest, report);
            self.rest.clear();
        }
        self.rest.extend_from_slice(bytes);
        if self.rest.len() as u64 > limits.held {
            report.fault("事件中有一行长得不正常，已停止读取，不是正常的归档包");
            (self.lost, self.rest) = (true, Vec::new());
            return false;
        }
        true
    }

    fn finish(&mut self, report: &mut ArchiveReport) {
        if !self.rest.is_empty() && !self.lost {
            let rest = std::mem::take(&mut self.rest);
            self.chain.take(&rest, report);
        }
    }
}
