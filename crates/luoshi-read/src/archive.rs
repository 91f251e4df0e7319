use std::collections::HashMap;
use std::io::{Cursor, Read};

use luoshi_text::Format;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Limits, ReadError};

/// Entries below this size may be packed as tightly as they like.
const SMALL_ENTRY: u64 = 4 << 20;

/// A zip archive that can be read only within bounds: the number of entries, how far each entry
/// may grow, and how far all entries read so far may grow together. Archives inside it are bytes
/// like any other; nothing here opens them.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    names: HashMap<String, usize>,
    format: Format,
    limits: &'a Limits,
    expanded: u64,
}

impl<'a> Archive<'a> {
    /// Opens an archive; `format` is only used to say what is damaged.
    pub(crate) fn open(bytes: &'a [u8], format: Format, limits: &'a Limits) -> Result<Self, ReadError> {
        let too_many = ReadError::TooComplex { what: "压缩条目", limit: limits.entries as u64 };
        if declared_entries(bytes).is_some_and(|n| n > limits.entries) {
            return Err(too_many);
        }
        let zip =
            ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::damaged(format, "压缩目录不完整"))?;
        if zip.len() > limits.entries {
            return Err(too_many);
        }
        let names = zip.file_names_raw().map(|name| canonical(&String::from_utf8_lossy(name)));
        // Directories need no entry of their own.
        let names = names.zip(0..).filter(|(name, _)| !name.ends_with('/')).collect();
        Ok(Self { zip, names, format, limits, expanded: 0 })
    }

    /// Whether an entry of this name exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&canonical(name))
    }

    /// The names of all files, lower-case, with forward slashes, in no particular order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Whether any entry is locked by a password.
    pub(crate) fn locked(&mut self) -> bool {
        (0..self.zip.len()).any(|i| self.zip.by_index_raw(i).is_ok_and(|f| f.encrypted()))
    }

    /// The bytes of an entry, or `None` where there is none of this name. Case, a leading slash
    /// and the direction of slashes do not matter, as programs differ in them.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(&index) = self.names.get(&canonical(name)) else {
            return Ok(None);
        };
        let damaged = || ReadError::damaged(self.format, format!("“{name}”无法解压"));
        let bomb = || ReadError::ZipBomb { entry: name.to_owned() };
        let mut file = match self.zip.by_index(index) {
            Ok(file) => file,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword) => {
                return Err(ReadError::Encrypted);
            }
            Err(_) => return Err(damaged()),
        };
        let allowed = self.limits.ratio.saturating_mul(file.compressed_size().max(1)).max(SMALL_ENTRY);
        let mut out = Vec::with_capacity(file.size().min(SMALL_ENTRY) as usize);
        let mut chunk = [0; 32 << 10];
        loop {
            let n = file.read(&mut chunk).map_err(|_| damaged())?;
            if n == 0 {
                return Ok(Some(out));
            }
            self.expanded += n as u64;
            if self.expanded > self.limits.expanded || (out.len() + n) as u64 > allowed {
                return Err(bomb());
            }
            out.extend_from_slice(&chunk[..n]);
        }
    }

    /// An entry that must be there.
    pub(crate) fn need(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        self.read(name)?.ok_or_else(|| ReadError::damaged(self.format, format!("缺少“{name}”")))
    }
}

fn canonical(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

/// The number of entries that the end of the central directory declares, so that a directory of
/// millions is refused before it is read.
fn declared_entries(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let tail = &bytes[from..];
    let at = tail.windows(4).rposition(|w| w == b"PK\x05\x06")?;
    let count = tail.get(at + 10..at + 12)?;
    Some(usize::from(u16::from_le_bytes([count[0], count[1]])))
}
