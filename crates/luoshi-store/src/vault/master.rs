//! The file of master keys: one a line, the last one wraps.
//!
//! ```text
//! # 落实主密钥 …
//! 1 0123456789abcdef0123456789abcdef 4f1c8a02
//! 2 fedcba9876543210fedcba9876543210 9b1d77e3
//! ```
//! The number, the key, and the first digits of the key's hash, so that a slip in copying it from
//! paper is told before data is said to be broken.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use luoshi_engine::Hash;

use super::cipher::{KEY, Key, wipe};
use super::{VaultError, VaultError::BadFile};

const HEAD: &str = "\
# 落实主密钥。个人信息只有用它才能打开：丢失不能找回，泄露等于没有加密。
# 请在数据库和备份之外另行保管一份，只让服务的运行用户读取（chmod 600）。
# 每行：编号、密钥、校验；最后一行用于新的加密。
";

/// The master keys, oldest first.
#[derive(Default)]
pub(super) struct Ring(Vec<(u32, Key)>);

impl Ring {
    /// The number of the key that wraps; 0 where there is none.
    pub(super) fn current(&self) -> u32 {
        self.0.last().map_or(0, |(id, _)| *id)
    }

    /// The key that wraps.
    pub(super) fn newest(&self) -> Result<(u32, Key), VaultError> {
        self.0.last().cloned().ok_or(VaultError::BrokenKey)
    }

    pub(super) fn find(&self, id: u32) -> Option<Key> {
        self.0.iter().find(|(known, _)| *known == id).map(|(_, key)| key.clone())
    }

    pub(super) fn add(&mut self, key: Key) {
        self.add_after(self.current(), key);
    }

    pub(super) fn add_after(&mut self, id: u32, key: Key) {
        self.0.push((id + 1, key));
    }

    pub(super) fn remove(&mut self, id: u32) -> Result<(), VaultError> {
        if id == self.current() {
            return Err(VaultError::StillCurrent(id));
        }
        self.0.retain(|(known, _)| *known != id);
        Ok(())
    }

    /// Reads the file, unless somebody else may read it too.
    pub(super) fn read(path: &Path) -> Result<Self, VaultError> {
        let mut text = match guarded(path).and_then(|()| Ok(std::fs::read(path)?)) {
            Ok(text) => text,
            Err(Guard::Exposed(mode)) => return Err(VaultError::Exposed { path: path.to_owned(), mode }),
            Err(Guard::Io(e)) if e.kind() == ErrorKind::NotFound => {
                return Err(VaultError::Lost(path.to_owned()));
            }
            Err(Guard::Io(e)) => return Err(failed(path)(e)),
        };
        let ring = parse(&text).map_err(|line| BadFile { path: path.to_owned(), line });
        wipe(&mut text);
        ring
    }

    /// Writes the file for the first time.
    pub(super) fn write_first(&self, path: &Path) -> Result<(), VaultError> {
        let file = new_file(path).map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => VaultError::Exists(path.to_owned()),
            _ => failed(path)(e),
        })?;
        let written = self.fill(file);
        if written.is_err() {
            // Half a file would keep the next try from making a whole one.
            let _ = std::fs::remove_file(path);
        }
        written.and_then(|()| keep_name(path)).map_err(failed(path))
    }

    /// Reads the file, changes the keys and puts a new file in its place at once: a power cut leaves
    /// the old one or the new one. The new one's name is the lock against a second rotation.
    pub(super) fn change(
        path: &Path,
        change: impl FnOnce(&mut Self) -> Result<(), VaultError>,
    ) -> Result<Self, VaultError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        let file = new_file(&new).map_err(|e| match e.kind() {
            ErrorKind::AlreadyExists => VaultError::Rotating(new.clone()),
            _ => failed(&new)(e),
        })?;
        let changed = Self::read(path).and_then(|mut ring| {
            change(&mut ring)?;
            ring.fill(file).and_then(|()| std::fs::rename(&new, path)).map_err(failed(path))?;
            Ok(ring)
        });
        if changed.is_err() {
            // Ours, since it was made above; once it has the other name it is not to be touched.
            let _ = std::fs::remove_file(&new);
        }
        let ring = changed?;
        keep_name(path).map_err(failed(path))?;
        Ok(ring)
    }

    fn fill(&self, mut file: File) -> std::io::Result<()> {
        let mut text = String::from(HEAD);
        for (id, key) in &self.0 {
            let _ = writeln!(text, "{id} {} {}", hex(key.bytes()), check_digits(key));
        }
        let mut text = text.into_bytes();
        let done = file.write_all(&text).and_then(|()| file.sync_all());
        wipe(&mut text);
        done
    }
}

/// The keys in the text, or the line that is none; 0 where there is no line at all.
fn parse(text: &[u8]) -> Result<Ring, usize> {
    let mut ring = Ring::default();
    for (n, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = std::str::from_utf8(line).map_err(|_| n + 1)?.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, key) = parse_line(line).filter(|(id, _)| *id > ring.current()).ok_or(n + 1)?;
        ring.0.push((id, key));
    }
    if ring.0.is_empty() { Err(0) } else { Ok(ring) }
}

fn parse_line(line: &str) -> Option<(u32, Key)> {
    let mut words = line.split_whitespace();
    let (id, digits, check) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || digits.len() != KEY * 2 || !digits.is_ascii() {
        return None;
    }
    let mut key = Key::empty();
    for (n, byte) in key.bytes_mut().iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[n * 2..n * 2 + 2], 16).ok()?;
    }
    Some((id.parse().ok()?, key)).filter(|(_, key)| check_digits(key) == check)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn check_digits(key: &Key) -> String {
    hex(&Hash::of(key.bytes()).0[..4])
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError::File { path, source }
}

enum Guard {
    Exposed(u32),
    Io(std::io::Error),
}

impl From<std::io::Error> for Guard {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}

#[cfg(unix)]
fn guarded(path: &Path) -> Result<(), Guard> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(Guard::Exposed(mode)) }
}

#[cfg(not(unix))]
fn guarded(_: &Path) -> Result<(), Guard> {
    Ok(())
}

/// A file that was not there, for its owner alone.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the file's name in its folder outlast a power cut.
#[cfg(unix)]
fn keep_name(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn keep_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}
