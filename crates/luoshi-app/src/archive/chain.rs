//! The chain of events read from its lines, every hash computed again.

use std::collections::{BTreeSet, HashMap};

use luoshi_engine::{EntryEvent, Event, Hash, Moment, PlanEvent};
use luoshi_store::Anchor;
use serde::Deserialize;

use super::files::named;
use super::report::ArchiveReport;

/// What stands between the canonical line and the hash: `,"hash":"` and `"}`.
const BEFORE: &[u8] = b",\"hash\":\"";
const AFTER: &[u8] = b"\"}";

/// The parts of a line that the chain rests on.
#[derive(Deserialize)]
struct Line {
    at: String,
    chain: i64,
    event: serde_json::Value,
    prev: Hash,
    seq: i64,
}

/// The chain as far as it was read.
pub(super) struct Chain<'w> {
    /// Anchors from elsewhere, by event.
    witnesses: HashMap<(i64, i64), Hash>,
    given: &'w [Anchor],
    line: u64,
    chain: Option<i64>,
    pub(super) seq: i64,
    pub(super) hash: Hash,
    at: Option<Moment>,
    pub(super) entries: i64,
    /// The files that events name.
    pub(super) files: BTreeSet<Hash>,
    /// Whether the last event notes the making of an archive.
    pub(super) ends_archived: bool,
}

impl<'w> Chain<'w> {
    pub(super) fn new(given: &'w [Anchor]) -> Self {
        Self {
            witnesses: given.iter().map(|anchor| ((anchor.chain.0, anchor.seq), anchor.hash)).collect(),
            given,
            line: 0,
            chain: None,
            seq: 0,
            hash: Hash::default(),
            at: None,
            entries: 0,
            files: BTreeSet::new(),
            ends_archived: false,
        }
    }

    /// Takes the next line, without its end.
    pub(super) fn take(&mut self, line: &[u8], report: &mut ArchiveReport) {
        self.line += 1;
        let number = self.line;
        let Some((canonical, hash)) = split(line) else {
            return report.fault(format!("事件第{number}行不是带散列值的事件，内容被改动或损坏"));
        };
        if Hash::of(&canonical) != hash {
            report.fault(format!("事件第{number}行的散列值与内容不符，这一条被改动过"));
        }
        let Ok(read) = serde_json::from_slice::<Line>(&canonical) else {
            self.hash = hash;
            return report.fault(format!("事件第{number}行读不出来，内容被改动或损坏"));
        };
        self.joins(&read, report);
        self.holds(&read, hash, report);
        (self.seq, self.hash, self.chain) = (read.seq, hash, Some(read.chain));
        report.events += 1;
        self.tells(read.event, report);
    }

    /// Whether a line goes on where the one before ended.
    fn joins(&mut self, read: &Line, report: &mut ArchiveReport) {
        let number = self.line;
        if self.chain.is_some_and(|chain| chain != read.chain) {
            report.fault(format!("事件第{number}行属于另一条链（{}）", read.chain));
        }
        if read.seq != self.seq + 1 {
            let wanted = self.seq + 1;
            report.fault(format!(
                "事件第{number}行的序号是{}，应为{wanted}：有事件被删去、插入或调换",
                read.seq
            ));
        } else if read.prev != self.hash {
            report.fault(format!("事件第{number}行接不上前一行的散列值：前面的事件被删去、替换或调换"));
        }
        let at = read.at.parse::<Moment>().ok();
        match at {
            None => report.fault(format!("事件第{number}行的时间“{}”不是时间", read.at)),
            Some(at) if self.at.is_some_and(|before| at < before) => {
                report.fault(format!("事件第{number}行早于前一行，先后不符"));
            }
            Some(_) => {}
        }
        self.at = at.or(self.at);
    }

    /// Whether a line is what somebody elsewhere was told that it is.
    fn holds(&self, read: &Line, hash: Hash, report: &mut ArchiveReport) {
        let Some(known) = self.witnesses.get(&(read.chain, read.seq)) else { return };
        report.witnesses += 1;
        if *known != hash {
            let seq = read.seq;
            report.fault(format!("第{seq}条事件的散列值与别处留存的锚点不符：整条链被重做过"));
        }
    }

    fn tells(&mut self, event: serde_json::Value, report: &mut ArchiveReport) {
        let Ok(event) = serde_json::from_value::<Event>(event) else {
            let number = self.line;
            return report.fault(format!(
                "事件第{number}行是本程序不认识的种类，请用制作归档包的版本或更新的版本核对"
            ));
        };
        self.entries += i64::from(matches!(event, Event::Entry(_, EntryEvent::Opened(_))));
        self.files.extend(named(&event).iter().flat_map(super::files::Named::hashes));
        self.ends_archived =
            matches!(&event, Event::Plan(PlanEvent::Anchored { into }) if into.starts_with("归档包"));
    }

    /// Anchors from elsewhere that lie before the end and were not met: the chain has a gap there, or is
    /// another one.
    pub(super) fn unmet(&self) -> usize {
        let own = |anchor: &&Anchor| Some(anchor.chain.0) == self.chain && anchor.seq > self.seq;
        self.given.iter().filter(own).count()
    }
}

/// The canonical line and the hash that stands at its end.
fn split(line: &[u8]) -> Option<(Vec<u8>, Hash)> {
    let rest = line.strip_suffix(AFTER)?;
    let (rest, digits) = rest.split_at_checked(rest.len().checked_sub(64)?)?;
    let mut canonical = rest.strip_suffix(BEFORE)?.to_vec();
    canonical.push(b'}');
    Some((canonical, Hash::parse(std::str::from_utf8(digits).ok()?)?))
}
