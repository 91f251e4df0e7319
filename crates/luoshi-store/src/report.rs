//! What verifying found.

use std::fmt::{self, Display};

use luoshi_engine::{EntryNo, PlanId};

/// No more faults than this are kept; the rest is counted.
pub(crate) const MOST: usize = 1000;

/// What to do about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// What cannot be made again was changed: only a copy has it.
    Restore,
    /// Only tables that are made of events are wrong.
    Rebuild,
    /// A file is missing or is another.
    Refile,
}

impl Remedy {
    /// What to do, in Chinese.
    pub fn words(self) -> &'static str {
        match self {
            Self::Restore => "请停止使用、保留现场，从备份恢复",
            Self::Rebuild => "请停止服务后运行 luoshi rebuild 重建数据表",
            Self::Refile => "请从备份找回该文件，或由原上传人重新上传同一文件",
        }
    }
}

/// Something that is not as the record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which chain.
    pub chain: Option<PlanId>,
    /// At which event.
    pub seq: Option<i64>,
    /// At which entry.
    pub entry: Option<EntryNo>,
    /// What is wrong, in Chinese.
    pub what: String,
    /// What to do about it.
    pub remedy: Remedy,
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chain {
            Some(PlanId::ORGANISATION) => f.write_str("组织机构链")?,
            Some(plan) => write!(f, "方案 {plan}")?,
            None => f.write_str("数据表")?,
        }
        if let Some(seq) = self.seq {
            write!(f, "第 {seq} 条事件")?;
        }
        if let Some(entry) = self.entry {
            write!(f, "第 {entry} 号条目")?;
        }
        write!(f, "：{}。{}", self.what, self.remedy.words())
    }
}

/// What was looked at and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Chains.
    pub chains: u64,
    /// Events, each hash computed again.
    pub events: u64,
    /// Plans made again and compared.
    pub plans: u64,
    /// Entries made again and compared.
    pub entries: u64,
    /// Attachments looked for.
    pub attachments: u64,
    /// Anchors compared.
    pub anchors: u64,
    /// What is wrong, in the order it was found.
    pub faults: Vec<Fault>,
    /// How many more faults there are than are told.
    pub untold: u64,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(crate) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        } else {
            self.untold += 1;
        }
    }

    /// A chain does not hold.
    pub(crate) fn at_event(&mut self, chain: PlanId, seq: i64, what: impl Into<String>) {
        let what = what.into();
        self.fault(Fault { chain: Some(chain), seq: Some(seq), entry: None, what, remedy: Remedy::Restore });
    }

    /// The line of an entry is not as its events say.
    pub(crate) fn at_entry(&mut self, chain: PlanId, entry: EntryNo, what: impl Into<String>) {
        let what = what.into();
        self.fault(Fault {
            chain: Some(chain),
            seq: None,
            entry: Some(entry),
            what,
            remedy: Remedy::Rebuild,
        });
    }

    /// The lines of a plan are not as its events say.
    pub(crate) fn at_plan(&mut self, chain: PlanId, what: impl Into<String>) {
        let what = what.into();
        self.fault(Fault { chain: Some(chain), seq: None, entry: None, what, remedy: Remedy::Rebuild });
    }

    /// A table is not as it should be.
    pub(crate) fn at_table(&mut self, what: impl Into<String>, remedy: Remedy) {
        self.fault(Fault { chain: None, seq: None, entry: None, what: what.into(), remedy });
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chains, events, plans, entries, attachments, anchors, .. } = self;
        writeln!(
            f,
            "核对 {chains} 条链、{events} 条事件、{plans} 个方案、{entries} 个条目、{attachments} 个附件、{anchors} 个锚点"
        )?;
        if self.sound() {
            return f.write_str("全部一致");
        }
        let count = self.faults.len() as u64 + self.untold;
        write!(f, "发现 {count} 处不一致：")?;
        for fault in &self.faults {
            write!(f, "\n  {fault}")?;
        }
        if self.untold > 0 {
            write!(f, "\n  另有 {} 处未列出", self.untold)?;
        }
        Ok(())
    }
}
