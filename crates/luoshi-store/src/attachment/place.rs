//! Where attachments lie: a folder, or a bucket of an S3-compatible server.

// Named for its feature alone: the client of object_store speaks through it.
use reqwest as _;
use std::path::{Path, PathBuf};

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use super::AttachmentError;

/// Where attachments lie.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder of this machine, `DATA/attachments`.
    Folder(PathBuf),
    /// A bucket of an S3-compatible server.
    S3(Bucket),
}

/// A bucket and how it is reached.
#[derive(Clone)]
pub struct Bucket {
    /// `https://s3.office.example:9000`; the bucket's name follows it in the path.
    pub endpoint: String,
    /// The bucket, which is there already.
    pub name: String,
    /// What is put before every key, where the bucket is shared; empty for nothing.
    pub prefix: String,
    /// The region, `us-east-1` for most servers that have none.
    pub region: String,
    /// The access key's name.
    pub key: String,
    /// The access key's secret.
    pub secret: String,
    /// The certificate in PEM of an office's own authority that signed the server's.
    pub authority: Option<String>,
    /// Whether the endpoint may be `http://`: anybody on the way reads the files.
    pub allow_http: bool,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Bucket");
        shown.field("endpoint", &self.endpoint).field("name", &self.name).field("prefix", &self.prefix);
        shown.finish_non_exhaustive()
    }
}

/// How many shards there are: a hash begins with one of so many pairs of digits.
const SHARDS: u16 = 256;

/// Opens a folder, making it where it is not there.
///
/// All shards are made at once and their names brought to the disk. Were a shard made when the
/// first file comes into it, a second file that finds it there could be acknowledged before the
/// shard's own name is safe, and a power cut would take both. What is written into the shards
/// later, `object_store` brings to the disk: a file in the same folder, synced, renamed, the folder
/// synced.
pub(super) fn open_folder(folder: &Path) -> Result<Box<dyn ObjectStore>, AttachmentError> {
    let failed = |source| AttachmentError::Folder { path: folder.to_owned(), source };
    make_path(folder).map_err(failed)?;
    for shard in 0..SHARDS {
        make_folder(&folder.join(format!("{shard:02x}"))).map_err(failed)?;
    }
    sync(folder).map_err(failed)?;
    let store = LocalFileSystem::new_with_prefix(folder);
    Ok(Box::new(store.map_err(AttachmentError::Unavailable)?.with_fsync(true)))
}

/// Makes a folder and those above it, and brings their names to the disk.
fn make_path(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_path(above)?;
    }
    make_folder(folder)?;
    above.map_or(Ok(()), sync)
}

/// Makes a folder for its owner alone, where it is not there.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        done => done,
    }
}

/// Brings to the disk what a file holds, or which names a folder holds.
#[cfg(unix)]
pub(super) fn sync(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

/// Folders cannot be synced here; renaming is written through.
#[cfg(not(unix))]
pub(super) fn sync(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Opens a bucket; nothing is asked of the server yet.
pub(super) fn open_bucket(bucket: &Bucket) -> Result<Box<dyn ObjectStore>, AttachmentError> {
    use object_store::aws::AmazonS3Builder;
    use object_store::prefix::PrefixStore;
    use object_store::{Certificate, ClientOptions, RetryConfig};
    use std::time::Duration;

    if bucket.endpoint.starts_with("http://") && !bucket.allow_http {
        return Err(AttachmentError::Plain(bucket.endpoint.clone()));
    }
    let mut client = ClientOptions::new()
        .with_allow_http(bucket.allow_http)
        .with_connect_timeout(Duration::from_secs(5))
        .with_timeout(Duration::from_secs(60));
    if let Some(pem) = &bucket.authority {
        let roots = Certificate::from_pem_bundle(pem.as_bytes()).unwrap_or_default();
        if roots.is_empty() {
            return Err(AttachmentError::Authority);
        }
        client = roots.into_iter().fold(client, ClientOptions::with_root_certificate);
    }
    // The one cryptography that there is. Installed twice it stays the first.
    drop(rustls::crypto::ring::default_provider().install_default());
    // Somebody waits for the answer: a server that is away is told within half a minute.
    let retry =
        RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
    let store = AmazonS3Builder::new()
        .with_endpoint(&bucket.endpoint)
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.key)
        .with_secret_access_key(&bucket.secret)
        .with_virtual_hosted_style_request(false)
        .with_client_options(client)
        .with_retry(retry)
        .build()
        .map_err(AttachmentError::Unavailable)?;
    Ok(match bucket.prefix.trim_matches('/') {
        "" => Box::new(store),
        prefix => Box::new(PrefixStore::new(store, prefix)),
    })
}
