//! Attachments: files named by the hash (SM3) of their bytes, in a folder or on an S3-compatible
//! server.
//!
//! The hash stands in the event, so that a file cannot be exchanged unseen; the same content is kept
//! once however often it comes; and since a place is made from a hash alone, no name that a user
//! gives reaches a path. A file is acknowledged when it would outlast a power cut.

mod kind;
mod package;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use luoshi_engine::Hash;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt as _};

pub use kind::{Kind, Refused};
pub use place::Bucket;
pub use place::Place;

/// Files above this go to an S3-compatible server in pieces of this size: each is tried again alone.
const PIECE: usize = 8 << 20;

/// How large files may be, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Photographs, documents and all else.
    pub file: u64,
    /// Films.
    pub film: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 50 << 20, film: 100 << 20 }
    }
}

impl Limits {
    /// Whether so many bytes of that beginning are still within the limits.
    fn admit(&self, size: u64, kind: Option<Kind>) -> Result<(), Refused> {
        let limit = if kind.is_some_and(Kind::is_film) { self.film } else { self.file };
        if size > limit { Err(Refused::TooLarge(limit)) } else { Ok(()) }
    }
}

/// A file on its way in, piece by piece, refused as soon as it grows too large.
#[derive(Debug)]
pub struct Incoming {
    limits: Limits,
    bytes: Vec<u8>,
}

impl Incoming {
    /// Takes the next piece.
    ///
    /// # Errors
    /// It is too large by now; what came so far is let go.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), Refused> {
        let size = (self.bytes.len() + piece.len()) as u64;
        // The first piece may be shorter than what tells a film: it is within any limit then.
        let head = if self.bytes.len() < 12 { piece } else { &self.bytes };
        self.limits.admit(size, kind::by_head(head)).inspect_err(|_| self.bytes = Vec::new())?;
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// All of it, for [`Attachments::put`].
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// A file that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The hash of its bytes: its name from now on.
    pub hash: Hash,
    /// How large it is, in bytes.
    pub size: u64,
    /// What it is, by its content.
    pub kind: Kind,
    /// Whether the same content was there before.
    pub already: bool,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there as it was put.
    Whole,
    /// It is there with other bytes.
    Damaged,
    /// It is not there.
    Missing,
}

/// The attachments of an installation.
#[derive(Debug)]
pub struct Attachments {
    store: Box<dyn ObjectStore>,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
    limits: Limits,
}

impl Attachments {
    /// Opens a place. Of a server nothing is asked yet, see [`Attachments::reach`].
    ///
    /// # Errors
    /// The folder cannot be made, or the settings of the server make no sense.
    pub fn open(place: &Place, limits: Limits) -> Result<Self, AttachmentError> {
        match place {
            Place::Folder(folder) => {
                let store = place::open_folder(folder)?;
                Ok(Self { store, folder: Some(folder.clone()), limits })
            }
            Place::S3(bucket) => Ok(Self { store: place::open_bucket(bucket)?, folder: None, limits }),
        }
    }

    /// Asks the place for something small, so that a wrong address, key or bucket is told at the
    /// start and not at the first upload.
    ///
    /// # Errors
    /// The place does not answer as it should.
    pub async fn reach(&self) -> Result<(), AttachmentError> {
        self.shard("00").await.map(drop)
    }

    /// A file that comes in pieces.
    pub fn incoming(&self) -> Incoming {
        Incoming { limits: self.limits, bytes: Vec::new() }
    }

    /// Keeps a file. When this returns, the file outlasts a power cut.
    ///
    /// # Errors
    /// The file is of no kind that is kept or too large, or the place fails: then it is not kept.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Stored, AttachmentError> {
        let limits = self.limits;
        let size = bytes.len() as u64;
        // A large file takes a while to look at and to hash: other users do not wait for it.
        let looked = apart(move || {
            limits.admit(size, kind::by_head(&bytes))?;
            let kind = Kind::tell(&bytes)?;
            Ok::<_, Refused>((kind, Hash::of(&bytes), bytes))
        });
        let (kind, hash, bytes) = looked.await.map_err(AttachmentError::Refused)?;
        // Content that was damaged since is mended by putting it again.
        let already = self.check(hash).await? == Presence::Whole;
        if already {
            self.settle(hash).await?;
        } else {
            self.write(hash, bytes).await?;
        }
        Ok(Stored { hash, size, kind, already })
    }

    /// A whole file, with its bytes held against the hash.
    ///
    /// # Errors
    /// It is missing or damaged, or the place fails.
    pub async fn get(&self, hash: Hash) -> Result<Vec<u8>, AttachmentError> {
        let bytes = self.fetch(hash).await?.ok_or(AttachmentError::Missing(hash))?;
        let (right, bytes) = apart(move || (Hash::of(&bytes) == hash, bytes)).await;
        if right { Ok(bytes) } else { Err(AttachmentError::Damaged(hash)) }
    }

    /// How large a file is.
    ///
    /// # Errors
    /// It is missing, or the place fails.
    pub async fn size(&self, hash: Hash) -> Result<u64, AttachmentError> {
        let found = self.store.head(&key(hash)).await.map(|meta| meta.size);
        found.map_err(|error| about(hash, error))
    }

    /// Some of a file's bytes, for films that are watched from the middle. They are not held against
    /// the hash; [`Attachments::get`] does that.
    ///
    /// # Errors
    /// It is missing or shorter, or the place fails.
    pub async fn part(&self, hash: Hash, range: Range<u64>) -> Result<Vec<u8>, AttachmentError> {
        let found = self.store.get_range(&key(hash), range).await;
        found.map(Into::into).map_err(|error| about(hash, error))
    }

    /// Whether a file is there and right.
    ///
    /// # Errors
    /// The place fails: then nothing is known of the file.
    pub async fn check(&self, hash: Hash) -> Result<Presence, AttachmentError> {
        let Some(bytes) = self.fetch(hash).await? else { return Ok(Presence::Missing) };
        let right = apart(move || Hash::of(&bytes) == hash).await;
        Ok(if right { Presence::Whole } else { Presence::Damaged })
    }

    /// Which of these files are not there, in the order of their hashes. It looks at names only:
    /// [`Attachments::check`] also reads.
    ///
    /// # Errors
    /// The place fails.
    pub async fn missing(
        &self,
        wanted: impl IntoIterator<Item = Hash>,
    ) -> Result<Vec<Hash>, AttachmentError> {
        let mut shards: BTreeMap<String, BTreeSet<Hash>> = BTreeMap::new();
        for hash in wanted {
            shards.entry(shard_of(hash)).or_default().insert(hash);
        }
        let mut missing = Vec::new();
        for (shard, wanted) in shards {
            // A question for each file would take hours on a server; a list takes 256 questions.
            if let Some(one) = wanted.first().filter(|_| wanted.len() == 1) {
                match self.size(*one).await {
                    Ok(_) => {}
                    Err(AttachmentError::Missing(hash)) => missing.push(hash),
                    Err(other) => return Err(other),
                }
            } else {
                let there = self.shard(&shard).await?;
                missing.extend(wanted.difference(&there));
            }
        }
        Ok(missing)
    }

    /// What lies in one shard. A file that is still being written, or anything else that lies there,
    /// has no hash for a name.
    async fn shard(&self, shard: &str) -> Result<BTreeSet<Hash>, AttachmentError> {
        let list = self.store.list_with_delimiter(Some(&Key::from(shard))).await;
        let list = list.map_err(AttachmentError::Unavailable)?.objects;
        let names = list.iter().filter_map(|object| object.location.filename());
        Ok(names.filter_map(Hash::parse).collect())
    }

    /// The bytes under a hash, whatever they are; none where nothing is there.
    async fn fetch(&self, hash: Hash) -> Result<Option<Vec<u8>>, AttachmentError> {
        match self.store.get(&key(hash)).await {
            Ok(found) => found.bytes().await.map(|bytes| Some(bytes.into())),
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(other) => Err(other),
        }
        .map_err(AttachmentError::Unavailable)
    }

    async fn write(&self, hash: Hash, bytes: Vec<u8>) -> Result<(), AttachmentError> {
        if self.folder.is_none() && bytes.len() > PIECE {
            return self.write_pieces(hash, &bytes).await;
        }
        let put = self.store.put(&key(hash), bytes.into()).await;
        put.map(drop).map_err(AttachmentError::Unavailable)
    }

    /// The file appears on the server with the last word only.
    async fn write_pieces(&self, hash: Hash, bytes: &[u8]) -> Result<(), AttachmentError> {
        let upload = self.store.put_multipart(&key(hash)).await;
        let mut upload = upload.map_err(AttachmentError::Unavailable)?;
        let mut done = Ok(());
        for piece in bytes.chunks(PIECE) {
            done = upload.put_part(piece.to_vec().into()).await;
            if done.is_err() {
                break;
            }
        }
        let done = match done {
            Ok(()) => upload.complete().await.map(drop),
            failed => failed,
        };
        if done.is_err() {
            // The server would keep the pieces. That it fails again changes nothing for the user.
            let _ = upload.abort().await;
        }
        done.map_err(AttachmentError::Unavailable)
    }

    /// Somebody else may have renamed the same file into place a moment ago and not yet synced it:
    /// what is acknowledged here must not hang on that.
    async fn settle(&self, hash: Hash) -> Result<(), AttachmentError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let shard = folder.join(shard_of(hash));
        apart(move || {
            let file = shard.join(hash.to_string());
            place::sync(&file).map_err(|source| AttachmentError::Folder { path: file, source })?;
            place::sync(&shard).map_err(|source| AttachmentError::Folder { path: shard, source })
        })
        .await
    }
}

/// The first two digits.
fn shard_of(hash: Hash) -> String {
    format!("{:02x}", hash.0[0])
}

/// Where a file lies, from its hash alone.
fn key(hash: Hash) -> Key {
    Key::from(format!("{}/{hash}", shard_of(hash)))
}

/// What a failure about one file means.
fn about(hash: Hash, error: object_store::Error) -> AttachmentError {
    match error {
        object_store::Error::NotFound { .. } => AttachmentError::Missing(hash),
        other => AttachmentError::Unavailable(other),
    }
}

/// Runs what takes long apart from the threads that serve users.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Work that has begun is not cancelled, and a runtime that ends asks for no answer.
            Err(error) => panic!("{error}"),
        },
    }
}

/// Why a file is not kept or not given.
#[derive(Debug)]
pub enum AttachmentError {
    /// It is a file that is not kept.
    Refused(Refused),
    /// It is not there.
    Missing(Hash),
    /// Its bytes are others than those that were put.
    Damaged(Hash),
    /// The address of the server is not encrypted, and nobody allowed that.
    Plain(String),
    /// What was given as the certificate of an authority is none.
    Authority,
    /// A folder cannot be made or written through to the disk.
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The place fails.
    Unavailable(object_store::Error),
}

impl AttachmentError {
    /// What the system said, however deep it lies.
    fn cause(&self) -> Option<std::io::ErrorKind> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = next {
            if let Some(io) = error.downcast_ref::<std::io::Error>() {
                return Some(io.kind());
            }
            next = error.source();
        }
        None
    }
}

impl std::fmt::Display for AttachmentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match self {
            Self::Refused(why) => why.fmt(f),
            Self::Missing(hash) => write!(f, "附件 {hash} 不在存放的地方。请管理员从备份中找回"),
            Self::Damaged(hash) => write!(
                f,
                "附件 {hash} 的内容与登记时不一致，已经损坏或被替换。请管理员从备份中找回，\
                 或由原上传人重新上传同一文件"
            ),
            Self::Plain(endpoint) => write!(
                f,
                "附件服务器地址 {endpoint} 没有加密。请改用 https 地址；确需不加密时，在设置中写明允许"
            ),
            Self::Authority => f.write_str(
                "附件服务器的根证书读不出来。请检查文件，应是以 BEGIN CERTIFICATE 开头的 PEM 格式",
            ),
            Self::Folder { .. } | Self::Unavailable(_) => f.write_str(match self.cause() {
                Some(StorageFull | QuotaExceeded) => "存放附件的磁盘已满，附件没有保存。请管理员清理后再上传",
                Some(ReadOnlyFilesystem) => "存放附件的磁盘是只读的，附件没有保存。请管理员检查磁盘",
                Some(PermissionDenied) => "没有权限读写存放附件的文件夹。请管理员检查文件夹的属主和权限",
                _ => "存放附件的地方暂时用不了。请稍后再试，还不行请告诉管理员",
            }),
        }
    }
}

impl std::error::Error for AttachmentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } => Some(source),
            Self::Unavailable(source) => Some(source),
            _ => None,
        }
    }
}
