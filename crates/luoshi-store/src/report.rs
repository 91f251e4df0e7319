//! What verifying found.

use std::fmt::{self, Display};

use luoshi_engine::{EntryNo, PlanId};

/// No more faults than this are kept; the rest is counted.
const MOST: usize = 1000;

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
        write!(f, "：{}", self.what)
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

    pub(crate) fn at_event(&mut self, chain: PlanId, seq: i64, what: impl Into<String>) {
        self.fault(Fault { chain: Some(chain), seq: Some(seq), entry: None, what: what.into() });
    }

    pub(crate) fn at_entry(&mut self, chain: PlanId, entry: EntryNo, what: impl Into<String>) {
        self.fault(Fault { chain: Some(chain), seq: None, entry: Some(entry), what: what.into() });
    }

    pub(crate) fn at_plan(&mut self, chain: PlanId, what: impl Into<String>) {
        self.fault(Fault { chain: Some(chain), seq: None, entry: None, what: what.into() });
    }

    pub(crate) fn at_table(&mut self, what: impl Into<String>) {
        self.fault(Fault { chain: None, seq: None, entry: None, what: what.into() });
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
        writeln!(f, "发现 {count} 处不一致：")?;
        for fault in &self.faults {
            writeln!(f, "  {fault}")?;
        }
        if self.untold > 0 {
            writeln!(f, "  另有 {} 处未列出", self.untold)?;
        }
        f.write_str(
            "事件不一致说明记录被改动，请保留现场并从备份恢复；只是数据表不一致，可停止服务后运行 rebuild 重建",
        )
    }
}
