//! Harm of every kind, and what it leaves. The same rounds run few at a time in a test and many at a
//! time in `cargo xtask torture`.

mod check;
pub(crate) mod child;
mod clock;
mod damage;
mod disk;
mod kill;
mod load;
mod locked;
mod parent;
mod servers;
mod site;

#[path = "../../../tests/common/mod.rs"]
mod common;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::sync::OnceLock;

use luoshi_testkit::{Place, Postgres};

/// No more words than this of each sort are shown.
const SHOWN: usize = 5;

/// What came of a kind of harm.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rounds: u64,
    /// Commands and files.
    pub(crate) acknowledged: usize,
    /// What was acknowledged and is not there.
    pub(crate) lost: Vec<String>,
    /// What is there more than once.
    pub(crate) doubled: Vec<String>,
    /// What verifying found, and everything else that should not be.
    pub(crate) faults: Vec<String>,
    /// Sentences that were not true.
    pub(crate) untrue: Vec<String>,
    /// Sentences that callers got, and how often.
    pub(crate) told: BTreeMap<String, u32>,
    /// How it was done, where that depends on the machine.
    pub(crate) notes: Vec<String>,
}

impl Tally {
    pub(crate) fn fault(&mut self, words: String) {
        self.faults.push(words);
    }

    pub(crate) fn note(&mut self, words: &str) {
        if !self.notes.iter().any(|known| known == words) {
            self.notes.push(words.to_owned());
        }
    }

    /// Whether everything is as it should be.
    pub(crate) fn good(&self) -> bool {
        [&self.lost, &self.doubled, &self.faults, &self.untrue].iter().all(|list| list.is_empty())
            && self.rounds > 0
    }

    /// Notes how a child ended.
    fn end(&mut self, end: &parent::End) {
        if let Some(words) = &end.panicked {
            self.fault(format!("a child panicked: {words}"));
        }
    }

    /// Counts what a site was promised, once it is done with.
    fn count(&mut self, promises: &parent::Promises) {
        self.acknowledged += promises.done.len() + promises.kept.len();
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, acknowledged, lost, doubled, faults, untrue, .. } = self;
        let (lost_count, doubled_count, fault_count, untrue_count) =
            (lost.len(), doubled.len(), faults.len(), untrue.len());
        write!(
            f,
            "{rounds:>6} {acknowledged:>12} {lost_count:>6} {doubled_count:>8} {fault_count:>7} {untrue_count:>7}"
        )?;
        for words in &self.notes {
            write!(f, "\n    {words}")?;
        }
        for (words, count) in &self.told {
            write!(f, "\n    told {count} times: {words}")?;
        }
        for (sort, list) in [("lost", lost), ("doubled", doubled), ("fault", faults), ("untrue", untrue)] {
            for words in list.iter().take(SHOWN) {
                write!(f, "\n    {sort}: {words}")?;
            }
        }
        Ok(())
    }
}

/// The heads of the columns of a tally.
pub(crate) const COLUMNS: &str = "rounds acknowledged   lost  doubled  faults  untrue";

/// What all kinds share.
pub(crate) struct World {
    pub(crate) seed: u64,
    template: Place,
    server: OnceLock<Postgres>,
}

impl World {
    /// Founds the county that is copied.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, template: site::template(), server: OnceLock::new() }
    }

    /// A PostgreSQL that may be killed: with everything written through to the disk.
    fn server(&self) -> &Postgres {
        self.server.get_or_init(|| Postgres::start("-c max_connections=100"))
    }

    /// A place of its own.
    fn site(&self, postgres: bool) -> site::Site {
        if postgres { site::Site::database(self.server()) } else { site::Site::folder(&self.template) }
    }
}

/// A kind of harm.
#[allow(dead_code, reason = "the test and the long run each read their own part")]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Whether it needs PostgreSQL.
    pub(crate) postgres: bool,
    /// Of how many rounds of a long run this kind does one.
    pub(crate) share: u64,
    /// How many rounds the test does.
    pub(crate) few: u64,
    pub(crate) run: fn(&World, u64) -> Tally,
}

/// All kinds, in the order in which they are run.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "kill -9, SQLite", postgres: false, share: 1, few: 4, run: |w, n| kill::child(w, n, false) },
    Kind {
        name: "kill -9, PostgreSQL",
        postgres: true,
        share: 2,
        few: 2,
        run: |w, n| kill::child(w, n, true),
    },
    Kind { name: "PostgreSQL stopped and killed", postgres: true, share: 5, few: 2, run: kill::server },
    Kind { name: "disk full", postgres: false, share: 10, few: 2, run: disk::full },
    Kind { name: "read-only", postgres: false, share: 20, few: 3, run: disk::read_only },
    Kind { name: "locked by another", postgres: false, share: 20, few: 1, run: locked::run },
    Kind { name: "two servers, same keys", postgres: true, share: 5, few: 1, run: servers::run },
    Kind { name: "clock, SQLite", postgres: false, share: 20, few: 1, run: |w, n| clock::run(w, n, false) },
    Kind { name: "clock, PostgreSQL", postgres: true, share: 20, few: 1, run: |w, n| clock::run(w, n, true) },
    Kind {
        name: "attachment removed or changed",
        postgres: false,
        share: 10,
        few: 2,
        run: damage::attachments,
    },
    Kind { name: "anchors torn", postgres: false, share: 10, few: 1, run: damage::anchors },
    Kind { name: "WAL cut or changed", postgres: false, share: 5, few: 2, run: damage::wal },
    Kind { name: "database file changed", postgres: false, share: 1, few: 5, run: damage::database },
];
