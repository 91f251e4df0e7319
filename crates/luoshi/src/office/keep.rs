//! Looking after what is kept: ticking, verifying, rebuilding, anchoring, keys.

use std::path::Path;

use anyhow::{Result, bail};
use luoshi_app::archive::verify_archive;
use luoshi_app::{Anchored, App, AppError};
use luoshi_store::vault::Vault;
use luoshi_store::{Anchor, Anchors, StoreError, read_anchors};

use super::args::{DataArgs, Key};
use super::{place, tell};
use crate::output::{shown, unmade};
use crate::run::FOUND;

/// `luoshi tick`
pub(super) async fn tick(data: &DataArgs) -> Result<u8> {
    let app = place::open(data, false).await?;
    let seen = app.tick().await?;
    let people = app.digest().await?;
    tell(&format!("办理到期事项{seen}件，汇总提醒{people}人"))?;
    Ok(0)
}

/// `luoshi verify`
pub(super) async fn verify(file: Option<&Path>, data: &DataArgs, anchors: Option<&Path>) -> Result<u8> {
    let told = |path| read_anchors(path).map_err(|error| of_file(path, error));
    let Anchors { list, torn } = anchors.map(told).transpose()?.unwrap_or_default();
    tell_torn(&torn)?;
    if let Some(path) = anchors.filter(|_| list.is_empty()) {
        bail!("锚点文件“{}”里没有锚点，没有可比对的：请核对文件，或先用 luoshi anchor 写入。", shown(path));
    }
    if let Some(file) = file {
        return archive(file, &list);
    }
    let app = place::open(data, true).await?;
    let report = app.verify(&list).await?;
    for fault in &report.faults {
        tell(&fault.to_string())?;
    }
    tell(&format!(
        "核验{}条链、{}条事件、{}个方案、{}个条目、{}个附件、{}个锚点：{}",
        report.chains,
        report.events,
        report.plans,
        report.entries,
        report.attachments,
        report.anchors,
        if report.sound() {
            String::from("无误")
        } else {
            format!("发现{}处问题", report.faults.len() as u64 + report.untold)
        }
    ))?;
    Ok(if report.sound() { 0 } else { FOUND })
}

/// An archive is checked with nothing but itself and the anchors that were kept elsewhere.
fn archive(file: &Path, anchors: &[Anchor]) -> Result<u8> {
    let reader = std::fs::File::open(file).map_err(|error| place::unread(file, &error))?;
    if file.is_dir() {
        bail!("{}：这是文件夹，不是归档包；核验数据目录用 --data。", shown(file));
    }
    let report = verify_archive(std::io::BufReader::new(reader), anchors);
    tell(report.to_string().trim_end())?;
    Ok(if report.sound() { 0 } else { FOUND })
}

/// What the user named, not the data itself, cannot be read or written.
fn of_file(path: &Path, error: StoreError) -> anyhow::Error {
    match error {
        StoreError::Io(error) => place::unread(path, &error),
        StoreError::Unfit(what) => anyhow::anyhow!("{}：{what}", shown(path)),
        error => error.into(),
    }
}

/// `luoshi rebuild`
pub(super) async fn rebuild(data: &DataArgs) -> Result<u8> {
    let app = place::open(data, false).await?;
    let rebuilt = app.rebuild().await?;
    tell(&format!("已由事件重建{}个方案、{}个条目", rebuilt.plans, rebuilt.entries))?;
    Ok(0)
}

/// `luoshi anchor`
pub(super) async fn anchor(file: &Path, data: &DataArgs) -> Result<u8> {
    let app = place::open(data, true).await?;
    let moved = anchored(&app, file).await?;
    tell(&format!("已追加{moved}条链的链头"))?;
    Ok(0)
}

/// Appends where the chains stand to a file, and tells of how many.
pub(super) async fn anchored(app: &App, file: &Path) -> Result<usize> {
    let Anchored { moved, torn } = app.anchor(file).await.map_err(|error| match error {
        AppError::Store(error) => of_file(file, error),
        error => error.into(),
    })?;
    tell_torn(&torn)?;
    Ok(moved)
}

/// Lines of a file of anchors that break off are told and left out.
fn tell_torn(lines: &[usize]) -> Result<()> {
    for line in lines {
        tell(&format!("锚点文件第{line}行不完整，应为写入时断电或中断所致，已略过；其后的锚点照常有效"))?;
    }
    Ok(())
}

/// `luoshi key`
pub(super) async fn key(command: &Key) -> Result<u8> {
    match command {
        Key::New { data, lost } => {
            let lost = if *lost { place::lost_master(data).await? } else { None };
            if lost.is_none() {
                place::open(data, true).await?;
            }
            let file = place::key_file(data);
            std::fs::create_dir_all(&data.data).map_err(|error| unmade(&data.data, error))?;
            Vault::create_after(&file, lost.unwrap_or(0))?;
            tell(&format!("已生成主密钥“{}”：请立即另存一份，丢失后个人信息无法恢复", file.display()))?;
        }
        Key::Retire { master, data } => {
            Vault::open(&place::key_file(data))?;
            let app = place::open(data, false).await?;
            app.retire_key(*master).await?;
            tell(&format!(
                "已停用第{master}号主密钥并从文件中去掉：更换之前的备份只能用另存的旧文件打开，不再需要的请一并销毁"
            ))?;
        }
        Key::Rotate { data } => {
            // Without a file there is nothing to rotate, and none is made in passing.
            Vault::open(&place::key_file(data))?;
            let app = place::open(data, false).await?;
            let (master, keys) = app.rotate_key().await?;
            tell(&format!(
                "已启用第{master}号主密钥，{keys}条个人信息的密钥已改由它保护；请另存新的主密钥文件"
            ))?;
        }
    }
    Ok(0)
}
