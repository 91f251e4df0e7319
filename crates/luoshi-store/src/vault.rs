//! Keys of the people whose personal fields are kept encrypted (SM4-GCM, RFC 8998).
//!
//! Every data subject has a key of its own, kept beside the data but wrapped by a master key that
//! lives in a file outside database and backup. To forget somebody is to delete the one row that
//! holds the wrapped key: events, tables and old copies keep bytes that nothing opens any more, and
//! the chain of hashes still holds. A master key that is lost has the same effect for everybody, so
//! its file is to be kept twice, apart from the data.

mod cipher;
mod fields;
mod master;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};

pub use fields::Seal;

use cipher::{KEY, Key, NONCE, TAG, gcm_open, gcm_seal};
use master::Ring;

/// Where random bytes come from: the operating system, or a generator given for a simulation.
type Random = Box<dyn FnMut(&mut [u8]) -> std::io::Result<()> + Send>;

/// A data subject's key as it is kept: only a master key makes it readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedKey {
    /// Which master key wrapped it.
    pub master: u32,
    /// Nonce, ciphertext and tag, base64.
    pub wrapped: String,
}

/// What a master key wraps, as GCM's additional data: a wrapped key is good for nothing else.
fn wrapping(master: u32) -> Vec<u8> {
    format!("luoshi subject key, master {master}").into_bytes()
}

/// The master keys, opened.
pub struct Vault {
    path: PathBuf,
    ring: RwLock<Ring>,
    random: Mutex<Random>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the file of master keys.
    ///
    /// # Errors
    /// Where it is missing, is no file of master keys, or other users of the machine may read it.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let ring = Ring::read(path)?;
        Ok(Self { path: path.to_owned(), ring: RwLock::new(ring), random: Mutex::new(Box::new(from_system)) })
    }

    /// Makes a file with a first master key. One that is there is never written over: it may be the
    /// only thing that opens somebody's data.
    ///
    /// # Errors
    /// Where a file is there or cannot be written.
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        Self::create_after(path, 0)
    }

    /// [`Vault::create`] after the master keys up to a number were lost: the new one has the next number, so
    /// that nothing that they wrapped is taken for its own.
    ///
    /// # Errors
    /// Where a file is there or cannot be written.
    pub fn create_after(path: &Path, lost: u32) -> Result<Self, VaultError> {
        Self::made(path, lost, from_system)
    }

    /// [`Vault::create`] with a generator of random bytes, so that a simulation comes out the same
    /// each time.
    ///
    /// # Errors
    /// Where a file is there or cannot be written.
    pub fn create_with(
        path: &Path,
        random: impl FnMut(&mut [u8]) -> std::io::Result<()> + Send + 'static,
    ) -> Result<Self, VaultError> {
        Self::made(path, 0, random)
    }

    /// A file with one master key, the next after so many.
    fn made(
        path: &Path,
        after: u32,
        mut random: impl FnMut(&mut [u8]) -> std::io::Result<()> + Send + 'static,
    ) -> Result<Self, VaultError> {
        let mut ring = Ring::default();
        ring.add_after(after, new_key(&mut random)?);
        ring.write_first(path)?;
        Ok(Self { path: path.to_owned(), ring: RwLock::new(ring), random: Mutex::new(Box::new(random)) })
    }

    /// The master key that wraps new keys.
    pub fn current(&self) -> u32 {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).current()
    }

    /// Whether a master key is in the file.
    pub fn holds(&self, master: u32) -> bool {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).find(master).is_some()
    }

    /// A key for a new data subject.
    ///
    /// # Errors
    /// Where the system gives no random bytes.
    pub fn new_subject_key(&self) -> Result<WrappedKey, VaultError> {
        let key = new_key(&mut *self.random())?;
        // Another server may have rotated, and the older key may be out of use by now. Where the file was put
        // away once the server ran, what it held is kept to.
        if let Ok(ring) = Ring::read(&self.path) {
            self.replace(ring);
        }
        self.wrap(&key)
    }

    /// Encrypts a text for a data subject. The context (see [`Seal`]) has to be told again to open
    /// it: what was sealed in one place opens in no other.
    ///
    /// # Errors
    /// Where the key does not open, or the system gives no random bytes.
    pub fn seal(&self, key: &WrappedKey, context: &[u8], text: &str) -> Result<String, VaultError> {
        let key = self.unwrap(key)?;
        self.encrypt(&key, context, text.as_bytes())
    }

    /// Decrypts what [`Vault::seal`] made.
    ///
    /// # Errors
    /// Where the key does not open, the text was changed, or the context is another.
    pub fn unseal(&self, key: &WrappedKey, context: &[u8], sealed: &str) -> Result<String, VaultError> {
        let key = self.unwrap(key)?;
        decrypt(&key, context, sealed)
    }

    /// Encrypts a file for a data subject, into base64. The same file in the same place gives the same
    /// bytes: its nonce is made of key, context and content, so that a command that comes twice is the
    /// same command, and no nonce serves two contents.
    ///
    /// # Errors
    /// Where the key does not open.
    pub fn seal_file(&self, key: &WrappedKey, context: &[u8], bytes: &[u8]) -> Result<String, VaultError> {
        let key = self.unwrap(key)?;
        let mut digest = Sm3::new();
        digest.update(b"luoshi nonce of a file");
        digest.update(key.bytes());
        digest.update((context.len() as u64).to_be_bytes());
        digest.update(context);
        digest.update(bytes);
        let mut nonce = [0; NONCE];
        nonce.copy_from_slice(&digest.finalize()[..NONCE]);
        Ok(STANDARD.encode(gcm_seal(&key, nonce, context, bytes)))
    }

    /// Decrypts what [`Vault::seal_file`] made.
    ///
    /// # Errors
    /// Where the key does not open, the file was changed, or the context is another.
    pub fn open_file(&self, key: &WrappedKey, context: &[u8], sealed: &str) -> Result<Vec<u8>, VaultError> {
        let key = self.unwrap(key)?;
        let sealed = STANDARD.decode(sealed.trim_end()).map_err(|_| VaultError::BrokenData)?;
        gcm_open(&key, context, &sealed).ok_or(VaultError::BrokenData)
    }

    /// Whether a subject's key opens.
    ///
    /// # Errors
    /// Where its master key is not in the file or is another than it was, or the wrapped key is broken.
    pub fn opens(&self, key: &WrappedKey) -> Result<(), VaultError> {
        self.unwrap(key).map(drop)
    }

    /// The same key, wrapped by the current master key; none where it already is.
    ///
    /// # Errors
    /// Where the key does not open.
    pub fn rewrap(&self, key: &WrappedKey) -> Result<Option<WrappedKey>, VaultError> {
        let plain = self.unwrap(key)?;
        if key.master == self.current() { Ok(None) } else { self.wrap(&plain).map(Some) }
    }

    /// Adds a master key, which wraps from now on; the older ones still open what they wrapped.
    /// Other servers with the same file learn of it when they meet a key that it wrapped.
    ///
    /// # Errors
    /// Where the file cannot be written or another rotation is under way.
    pub fn rotate(&self) -> Result<u32, VaultError> {
        let key = new_key(&mut *self.random())?;
        let ring = Ring::change(&self.path, |ring| {
            ring.add(key);
            Ok(())
        })?;
        let current = ring.current();
        self.replace(ring);
        Ok(current)
    }

    /// Takes a master key out of the file for good. The caller has re-wrapped every key that it
    /// wrapped; a backup from before then can only be read with a copy of the old file.
    ///
    /// # Errors
    /// Where it is the current one or the file cannot be written.
    pub fn retire(&self, master: u32) -> Result<(), VaultError> {
        let ring = Ring::change(&self.path, |ring| ring.remove(master))?;
        self.replace(ring);
        Ok(())
    }

    fn replace(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
    }

    fn random(&self) -> std::sync::MutexGuard<'_, Random> {
        self.random.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrap(&self, key: &Key) -> Result<WrappedKey, VaultError> {
        let (master, with) = self.ring.read().unwrap_or_else(PoisonError::into_inner).newest()?;
        let wrapped = self.encrypt(&with, &wrapping(master), key.bytes())?;
        Ok(WrappedKey { master, wrapped })
    }

    /// A subject's key in the clear, for as long as the value lives.
    fn unwrap(&self, key: &WrappedKey) -> Result<Key, VaultError> {
        let with = self.master(key.master)?;
        let sealed = STANDARD.decode(&key.wrapped).map_err(|_| VaultError::BrokenKey)?;
        if sealed.len() != NONCE + KEY + TAG {
            return Err(VaultError::BrokenKey);
        }
        let plain = gcm_open(&with, &wrapping(key.master), &sealed);
        let mut plain = plain.ok_or(VaultError::OtherMaster(key.master))?;
        let key = Key::from_slice(&plain);
        cipher::wipe(&mut plain);
        key.ok_or(VaultError::BrokenKey)
    }

    fn master(&self, id: u32) -> Result<Key, VaultError> {
        if let Some(key) = self.ring.read().unwrap_or_else(PoisonError::into_inner).find(id) {
            return Ok(key);
        }
        // Another server may have rotated since this one read the file.
        let ring = Ring::read(&self.path)?;
        let key = ring.find(id).ok_or_else(|| VaultError::NoMaster { id, path: self.path.clone() })?;
        self.replace(ring);
        Ok(key)
    }

    fn encrypt(&self, key: &Key, context: &[u8], plain: &[u8]) -> Result<String, VaultError> {
        let mut nonce = [0; NONCE];
        (self.random())(&mut nonce).map_err(VaultError::NoRandom)?;
        Ok(STANDARD.encode(gcm_seal(key, nonce, context, plain)))
    }
}

fn decrypt(key: &Key, context: &[u8], sealed: &str) -> Result<String, VaultError> {
    let sealed = STANDARD.decode(sealed).map_err(|_| VaultError::BrokenData)?;
    let plain = gcm_open(key, context, &sealed).ok_or(VaultError::BrokenData)?;
    String::from_utf8(plain).map_err(|_| VaultError::BrokenData)
}

fn from_system(bytes: &mut [u8]) -> std::io::Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(std::io::Error::other)
}

fn new_key(random: &mut impl FnMut(&mut [u8]) -> std::io::Result<()>) -> Result<Key, VaultError> {
    let mut key = Key::empty();
    random(key.bytes_mut()).map_err(VaultError::NoRandom)?;
    Ok(key)
}

/// Why something cannot be sealed or opened.
#[derive(Debug)]
pub enum VaultError {
    /// The file of master keys is not there.
    Lost(PathBuf),
    /// A file of master keys is there already.
    Exists(PathBuf),
    /// Other users of the machine may read the file.
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A line of the file is no master key.
    BadFile {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1; 0 where the file holds no key at all.
        line: usize,
    },
    /// The file cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another rotation is under way, or one was broken off.
    Rotating(PathBuf),
    /// The master key that wrapped a key is not in the file.
    NoMaster {
        /// The master key asked for.
        id: u32,
        /// The file.
        path: PathBuf,
    },
    /// The current master key may not be taken out.
    StillCurrent(u32),
    /// The master key of that number is another than the one that wrapped the key.
    OtherMaster(u32),
    /// A wrapped key is no wrapped key.
    BrokenKey,
    /// A sealed value was changed, belongs elsewhere or to somebody else.
    BrokenData,
    /// The system gives no random bytes.
    NoRandom(std::io::Error),
}

impl std::fmt::Display for VaultError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lost(path) => write!(
                f,
                "找不到主密钥文件 {}，已加密的个人信息打不开。请把另行保管的主密钥文件放回原处再启动；\
                 不要新建一个，新的主密钥打不开旧的数据",
                path.display()
            ),
            Self::Exists(path) => {
                write!(f, "主密钥文件 {} 已经存在，不会覆盖。要换用新的主密钥，请做轮换", path.display())
            }
            Self::Exposed { path, mode } => write!(
                f,
                "主密钥文件 {path} 的权限是 {mode:o}，本机其他用户能读到它。请执行 chmod 600 {path} 后再启动",
                path = path.display()
            ),
            Self::BadFile { path, line: 0 } => {
                write!(f, "主密钥文件 {} 里一个主密钥也没有。请换回另行保管的那一份", path.display())
            }
            Self::BadFile { path, line } => write!(
                f,
                "主密钥文件 {} 第 {line} 行不是完好的主密钥。请与另行保管的那一份核对",
                path.display()
            ),
            Self::File { path, .. } => write!(f, "主密钥文件 {} 读写不了", path.display()),
            Self::Rotating(path) => write!(
                f,
                "主密钥正在轮换，或者上一次轮换没有做完。确认没有别的轮换在进行后，删除 {} 再试",
                path.display()
            ),
            Self::NoMaster { id, path } => write!(
                f,
                "这些数据用 {id} 号主密钥加密，主密钥文件 {} 里没有它。请换回含有 {id} 号的那一份",
                path.display()
            ),
            Self::StillCurrent(id) => write!(f, "{id} 号主密钥正在使用，不能停用。请先轮换"),
            Self::OtherMaster(id) => write!(
                f,
                "{id} 号主密钥与数据不符：不是当初加密用的那一个，或者密钥记录被改动过。\
                 请换回与这份数据配套的主密钥文件"
            ),
            Self::BrokenKey => f.write_str("个人信息的密钥记录已损坏，请从备份恢复"),
            Self::BrokenData => f.write_str("加密的内容被改动过，或者不属于这个位置，不能显示"),
            Self::NoRandom(_) => f.write_str("系统没有给出随机数，没有加密，也没有保存"),
        }
    }
}

impl std::error::Error for VaultError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::NoRandom(source) => Some(source),
            _ => None,
        }
    }
}
