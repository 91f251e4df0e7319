//! What checking an archive found.

use std::fmt::{self, Display};

use luoshi_store::Anchor;

/// No more faults than this are kept; the rest is counted.
const MOST: usize = 200;

/// What was looked at in an archive and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveReport {
    /// The plan's title.
    pub title: String,
    /// Where the chain stood by the archive's own word; none where it says none.
    pub anchor: Option<Anchor>,
    /// Events, each hash computed again.
    pub events: i64,
    /// Entries that the events open.
    pub entries: i64,
    /// Files, each hash computed again.
    pub files: usize,
    /// Files that the events name, looked for by hash.
    pub attachments: usize,
    /// Anchors from elsewhere that the chain was held against.
    pub witnesses: usize,
    /// What is wrong, a sentence each.
    pub faults: Vec<String>,
    /// How many more faults there are than are told.
    pub untold: u64,
}

impl ArchiveReport {
    /// Whether nothing is wrong.
    pub fn sound(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn fault(&mut self, sentence: impl Into<String>) {
        if self.faults.len() < MOST {
            self.faults.push(sentence.into());
        } else {
            self.untold += 1;
        }
    }
}

impl Display for ArchiveReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { title, events, entries, files, attachments, witnesses, .. } = self;
        writeln!(f, "归档包：{}", if title.is_empty() { "（不明）" } else { title })?;
        writeln!(
            f,
            "核对 {files} 个文件、{events} 条事件、{entries} 个条目、{attachments} 个附件、{witnesses} 个外部锚点"
        )?;
        if !self.sound() {
            writeln!(f, "发现 {} 处问题：", self.faults.len() as u64 + self.untold)?;
            for fault in &self.faults {
                writeln!(f, "  {fault}")?;
            }
            if self.untold > 0 {
                writeln!(f, "  另有 {} 处未列出", self.untold)?;
            }
            return f
                .write_str("归档包不完整或被改动过，不能作为凭证；请向制作单位另取一份，并保留这一份备查");
        }
        writeln!(f, "包内文件、事件链、附件全部一致")?;
        if let Some(anchor) = &self.anchor {
            writeln!(f, "链的末端：第 {} 条，散列值 {}", anchor.seq, anchor.hash)?;
        }
        if *witnesses == 0 {
            f.write_str("包内自证一致；要确认没有整包重做，请再与别处留存的锚点对照")
        } else {
            f.write_str("与别处留存的锚点一致")
        }
    }
}
