//! Where attachments lie: the folder of the data, or a bucket that a file names.
//!
//! ```toml
//! endpoint = "https://s3.office.example:9000"
//! bucket = "luoshi"
//! key = "…"
//! secret = "…"
//! # Where needed: prefix, region, authority (a file in PEM), allow_http
//! ```

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use luoshi_store::attachment::{Bucket, Place};
use serde::Deserialize;

use super::args::DataArgs;
use super::place::small_text;
use crate::output::shown;

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    endpoint: String,
    bucket: String,
    key: String,
    secret: String,
    #[serde(default)]
    prefix: String,
    #[serde(default = "usual")]
    region: String,
    authority: Option<PathBuf>,
    #[serde(default)]
    allow_http: bool,
}

/// The region of servers that have none.
fn usual() -> String {
    String::from("us-east-1")
}

/// Where attachments lie.
pub(super) fn place(data: &DataArgs) -> Result<Place> {
    let Some(file) = &data.attachments else {
        return Ok(Place::Folder(data.data.join("attachments")));
    };
    guarded(file)?;
    let written: Written = toml::from_str(&small_text(file)?).with_context(|| {
        format!("对象存储的设置“{}”不对，须写明 endpoint、bucket、key、secret，写法见用户指南", shown(file))
    })?;
    // A path in the file is one beside the file.
    let beside = |name: PathBuf| file.parent().map_or(name.clone(), |folder| folder.join(&name));
    let authority = written.authority.map(beside).map(|file| small_text(&file)).transpose()?;
    Ok(Place::S3(Bucket {
        endpoint: written.endpoint,
        name: written.bucket,
        prefix: written.prefix,
        region: written.region,
        key: written.key,
        secret: written.secret,
        authority,
        allow_http: written.allow_http,
    }))
}

/// The file holds a secret: nobody else may read it.
#[cfg(unix)]
fn guarded(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(file).map(|about| about.permissions().mode() & 0o777);
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        let name = shown(file);
        bail!("“{name}”里有对象存储的密钥，本机其他用户能读到它。请执行 chmod 600 {name} 后再试。");
    }
    Ok(())
}

#[cfg(not(unix))]
fn guarded(_: &Path) -> Result<()> {
    Ok(())
}
