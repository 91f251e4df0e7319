//! Carrying data away and back: archives, backups, and a county that is made up.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Result, bail};
use luoshi_app::simulate::{Simulation, open_simulated, simulate};
use luoshi_engine::{Hash, PlanId};
use luoshi_store::{StoreError, Target};

use super::args::{Acting, DataArgs};
use super::place::Session;
use super::{place, tell};
use crate::output::{Whole, save, say, unmade};
use crate::run::FOUND;

/// The file of a backup that holds events and all else that cannot be made again.
const LINES: &str = "数据.jsonl";
/// The folder of a backup that holds attachments, each under its hash.
const FILES: &str = "附件";
/// How many attachments are listed at a time.
const PAGE: i64 = 500;

/// `luoshi archive`
pub(super) async fn archive(plan: i64, out: &Path, acting: &Acting) -> Result<u8> {
    let Session { app, actor, key } = Session::begin(acting).await?;
    // Whole or not at all: an archive that was torn off must not lie about under its name.
    let whole = Whole::begin(out)?;
    let archived = app.archive(&key, &actor, PlanId(plan), BufWriter::new(whole.file()?)).await?;
    whole.file()?.sync_all()?;
    whole.finish()?;
    tell(&format!(
        "已归档到“{}”：{}个条目、{}个文件；链头为第{}条事件 {}，请另处保存",
        out.display(),
        archived.entries,
        archived.files,
        archived.anchor.seq,
        archived.anchor.hash
    ))?;
    for hash in &archived.missing {
        tell(&format!("缺附件：{hash}"))?;
    }
    Ok(if archived.missing.is_empty() { 0 } else { FOUND })
}

/// `luoshi backup`
pub(super) async fn backup(out: &Path, data: &DataArgs) -> Result<u8> {
    let app = place::open(data, true).await?;
    let files = out.join(FILES);
    std::fs::create_dir_all(&files).map_err(|error| unmade(out, error))?;
    let within = |folder: &Path| Some(out.canonicalize().ok()?.starts_with(folder.canonicalize().ok()?));
    if within(&data.data) == Some(true) {
        say("提示：备份在数据目录里面，硬盘坏了会一起丢失：请另备一份到别的磁盘或机器。");
    }
    let whole = Whole::begin(&out.join(LINES))?;
    let mut writer = BufWriter::new(whole.file()?);
    let copied = app.store().backup(&mut writer, app.now()).await?;
    writer.flush()?;
    whole.file()?.sync_all()?;
    whole.finish()?;
    let (mut after, mut kept, mut missing) = (None, 0_u64, 0_u64);
    loop {
        let rows = app.store().attachments(after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.hash);
        for row in rows {
            let path = files.join(row.hash.to_string());
            if path.exists() {
                continue;
            }
            match app.attachment(row.hash).await {
                Ok(bytes) => save(&path, &bytes)?,
                Err(_) => missing += 1,
            }
            kept += 1;
        }
    }
    let events = copied.get("event").copied().unwrap_or(0);
    tell(&format!("已备份{events}条事件，补存附件{kept}个，缺{missing}个；主密钥不在备份中，请另存"))?;
    Ok(if missing == 0 { 0 } else { FOUND })
}

/// `luoshi restore`. Attachments come first and events last: where it is cut short, nothing is there yet
/// that a second attempt would be refused for.
pub(super) async fn restore(from: &Path, data: &DataArgs) -> Result<u8> {
    let lines = from.join(LINES);
    let file = File::open(&lines).map_err(|error| place::unread(&lines, &error))?;
    let folder = from.join(FILES);
    let files = std::fs::read_dir(&folder).map_err(|error| place::unread(&folder, &error))?;
    let app = place::begin(data).await?;
    if !app.context().org.units.is_empty() {
        return Err(StoreError::NotEmpty.into());
    }
    let mut kept = 0;
    for file in files {
        let file = file?;
        let Some(hash) = file.file_name().to_str().and_then(Hash::parse) else { continue };
        let (_, bytes) = place::file(&file.path())?;
        if Hash::of(&bytes) != hash {
            bail!("备份中的附件 {hash} 内容已被改动，没有恢复：请换一份备份。");
        }
        app.bring_back(bytes).await?;
        kept += 1;
    }
    app.restore(&mut BufReader::new(file)).await?;
    let report = app.verify(&[]).await?;
    for fault in &report.faults {
        tell(&fault.to_string())?;
    }
    tell(&format!(
        "已恢复{}条事件、{}个方案、{}个条目、{kept}个附件",
        report.events, report.plans, report.entries
    ))?;
    Ok(if report.sound() { 0 } else { FOUND })
}

/// `luoshi simulate`
pub(super) async fn simulated(simulation: &Simulation, data: &DataArgs) -> Result<u8> {
    let target = match &data.database {
        Some(url) => Target::Url(url.clone()),
        None => Target::Folder(data.data.clone()),
    };
    std::fs::create_dir_all(&data.data)?;
    let (app, clock) = open_simulated(&target, &data.data, simulation.seed).await?;
    let told = simulate(&app, &clock, simulation).await?;
    tell(told.to_string().trim_end())?;
    Ok(0)
}
