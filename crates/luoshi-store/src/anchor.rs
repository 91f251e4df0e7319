//! Heads of chains kept elsewhere: a chain proves something only with a witness.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::str::FromStr;

use luoshi_engine::{Hash, Moment, PlanId};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::store::Store;

/// No anchor's line is longer, in bytes.
const LONGEST: u64 = 4096;

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

/// The words before an anchor that stands in a document.
const STAMP: &str = "存证";

/// As it is stamped into a document that goes out: chain, number, hash and moment, `3-152-9f…-2026-12-01T09:30:00.000+08:00`.
impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STAMP} {}-{}-{}-{}", self.chain, self.seq, self.hash, self.at)
    }
}

/// An anchor that was copied out of a document, with or without the word before it.
impl FromStr for Anchor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let bare = text.strip_prefix(STAMP).unwrap_or(text).trim_start_matches([' ', '　', '：', ':']);
        let unfit = || StoreError::Unfit(format!("“{text}”不是存证，请从文件上完整抄录"));
        let mut parts = bare.splitn(4, '-');
        let mut part = || parts.next().ok_or_else(unfit);
        Ok(Self {
            chain: PlanId(part()?.parse().map_err(|_| unfit())?),
            seq: part()?.parse().map_err(|_| unfit())?,
            hash: Hash::parse(part()?).ok_or_else(unfit)?,
            at: part()?.parse().map_err(|_| unfit())?,
        })
    }
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

/// A file of anchors as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// The anchors.
    pub list: Vec<Anchor>,
    /// The lines, from 1, that break off: the power went while they were written. What they were to prove
    /// is not proved by them.
    pub torn: Vec<usize>,
}

/// Appends anchors to a file, a line each, and waits until they are on the disk. After a line that
/// breaks off they begin on a new one.
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
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(file)?;
    if ends_within_a_line(&mut file)? {
        lines.insert(0, '\n');
    }
    file.write_all(lines.as_bytes())?;
    Ok(file.sync_all()?)
}

fn ends_within_a_line(file: &mut File) -> std::io::Result<bool> {
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok(last != *b"\n")
}

/// Reads a file of anchors.
///
/// # Errors
///
/// The file cannot be read, or a line of it is neither an anchor nor the beginning of one.
pub fn read_anchors(file: &Path) -> Result<Anchors, StoreError> {
    let mut file = BufReader::new(File::open(file)?);
    let mut anchors = Anchors::default();
    // By bytes: where a byte is no text, the line that it stands in is told.
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if file.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        // Without its end: a word that breaks off is then the end of the text and no wrong character.
        let whole = line.strip_suffix(b"\n").unwrap_or(&line);
        let stamp = || std::str::from_utf8(whole).ok()?.parse().ok();
        match serde_json::from_slice(whole).or_else(|error| stamp().ok_or(error)) {
            _ if line.trim_ascii().is_empty() => {}
            Ok(anchor) => anchors.list.push(anchor),
            Err(error) if error.is_eof() => anchors.torn.push(number),
            Err(_) => {
                let what = format!("锚点文件第 {number} 行不是锚点；请核对是不是选对了文件，或改用另一份");
                return Err(StoreError::Unfit(what));
            }
        }
    }
    Ok(anchors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(seq: i64) -> Anchor {
        Anchor { chain: PlanId(1), seq, hash: Hash::of(b"x"), at: Moment(0) }
    }

    #[test]
    fn anchors_go_on_after_a_line_that_breaks_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors.jsonl");
        append_anchors(&file, &[anchor(1), anchor(2)]).unwrap();
        let whole = std::fs::read(&file).unwrap();
        let second = whole.len() / 2;
        for cut in second + 1..whole.len() {
            std::fs::write(&file, &whole[..cut]).unwrap();
            append_anchors(&file, &[anchor(3)]).unwrap();
            let Anchors { list, torn } = read_anchors(&file).unwrap();
            // Without its line feed alone, the line is whole.
            if cut == whole.len() - 1 {
                assert_eq!((list, torn), (vec![anchor(1), anchor(2), anchor(3)], vec![]));
            } else {
                assert_eq!((list, torn), (vec![anchor(1), anchor(3)], vec![2]), "cut at {cut}");
            }
        }
    }

    #[test]
    fn what_is_stamped_into_a_document_is_read_like_a_line_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors.txt");
        append_anchors(&file, &[anchor(1)]).unwrap();
        let stamp = anchor(2).to_string();
        assert!(stamp.starts_with("存证 1-2-") && stamp.ends_with("T08:00:00.000+08:00"), "{stamp}");
        let bare = stamp.strip_prefix("存证 ").unwrap();
        std::fs::write(&file, format!("{stamp}\n存证：{bare}\n{bare}\n")).unwrap();
        assert_eq!(read_anchors(&file).unwrap().list, [anchor(2); 3]);
        for cut in [bare.len() - 1, bare.len() / 2, 4] {
            std::fs::write(&file, &bare[..cut]).unwrap();
            assert!(read_anchors(&file).is_err(), "{}", &bare[..cut]);
        }
    }

    #[test]
    fn a_line_that_is_no_anchor_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors.jsonl");
        append_anchors(&file, &[anchor(1)]).unwrap();
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[5] = 0xff;
        std::fs::write(&file, bytes).unwrap();
        let told = read_anchors(&file).unwrap_err().to_string();
        assert!(told.contains("锚点文件第 1 行不是锚点"), "{told}");
    }
}
