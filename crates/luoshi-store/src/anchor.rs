//! Heads of chains kept elsewhere: a chain proves something only with a witness.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use luoshi_engine::{Hash, Moment, PlanId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::store::Store;

/// Where a chain stood at a moment, as it was told to somebody outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The chain.
    pub chain: PlanId,
    /// Its last event then.
    pub seq: i64,
    /// The hash of that.
    pub hash: Hash,
    /// When it was told.
    #[serde(with = "written")]
    pub at: Moment,
}

/// A moment in words, for those who read the file.
mod written {
    use luoshi_engine::Moment;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Moment, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Store {
    /// Where all chains stand, but for those that stand as one of these anchors says.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn anchors(&self, known: &[Anchor], at: Moment) -> Result<Vec<Anchor>, StoreError> {
        const STRIDE: i64 = 1000;
        let known: std::collections::HashSet<_> = known.iter().map(|a| (a.chain, a.seq, a.hash)).collect();
        let mut anchors = Vec::new();
        let mut after = -1;
        loop {
            let heads = self.heads(after, STRIDE).await?;
            let Some((last, _)) = heads.last() else { return Ok(anchors) };
            after = last.0;
            let new = heads.into_iter().filter(|(_, head)| head.seq > 0);
            let new = new.map(|(chain, head)| Anchor { chain, seq: head.seq, hash: head.hash, at });
            anchors.extend(new.filter(|a| !known.contains(&(a.chain, a.seq, a.hash))));
        }
    }
}

/// Appends anchors to a file, a line each, and waits until they are on the disk.
///
/// # Errors
///
/// The file cannot be written.
pub fn append_anchors(file: &Path, anchors: &[Anchor]) -> Result<(), StoreError> {
    let mut lines = String::new();
    for anchor in anchors {
        lines += &serde_json::to_string(anchor)?;
        lines.push('\n');
    }
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(lines.as_bytes())?;
    Ok(file.sync_all()?)
}

/// Reads a file of anchors.
///
/// # Errors
///
/// The file cannot be read, or a line of it is no anchor.
pub fn read_anchors(file: &Path) -> Result<Vec<Anchor>, StoreError> {
    // By bytes: where a byte is no text, the line that it stands in is told.
    let bytes = std::fs::read(file)?;
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    lines
        .map(|(at, line)| {
            serde_json::from_slice(line)
                .map_err(|error| StoreError::Damaged(format!("锚点文件第 {} 行不是锚点（{error}）", at + 1)))
        })
        .collect()
}
