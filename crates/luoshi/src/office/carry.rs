//! Carrying data away and back: archives, backups, and a county that is made up.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use luoshi_app::simulate::{Simulation, open_simulated, simulate};
use luoshi_engine::{Hash, PlanId};
use luoshi_store::Target;

use super::args::{Acting, DataArgs};
use super::place::Session;
use super::{place, tell};
use crate::output::save;
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
    let told = |error| format!("写不了“{}”：{error}", out.display());
    // Whole or not at all: an archive that was torn off must not lie about under its name.
    let half = out.with_extension("zip.part");
    let file = File::create(&half).map_err(|error| anyhow::anyhow!(told(error)))?;
    let done = app.archive(&key, &actor, PlanId(plan), BufWriter::new(file)).await;
    let archived = match done {
        Ok(archived) => archived,
        Err(error) => {
            let _ = std::fs::remove_file(&half);
            return Err(error.into());
        }
    };
    File::open(&half)?.sync_all()?;
    std::fs::rename(&half, out).map_err(|error| anyhow::anyhow!(told(error)))?;
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
    std::fs::create_dir_all(&files).with_context(|| format!("建不了文件夹“{}”", out.display()))?;
    let half = out.join(format!("{LINES}.part"));
    let mut writer = BufWriter::new(File::create(&half)?);
    let copied = app.store().backup(&mut writer, app.now()).await?;
    writer.flush()?;
    writer.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    std::fs::rename(&half, out.join(LINES))?;
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

/// `luoshi restore`
pub(super) async fn restore(from: &Path, data: &DataArgs) -> Result<u8> {
    let app = place::open(data, false).await?;
    let lines = from.join(LINES);
    let file = File::open(&lines).with_context(|| format!("打不开备份“{}”", lines.display()))?;
    app.restore(&mut BufReader::new(file)).await?;
    let mut kept = 0;
    for file in std::fs::read_dir(from.join(FILES))? {
        let file = file?;
        let Some(hash) = file.file_name().to_str().and_then(Hash::parse) else { continue };
        if app.attach(&hash.to_string(), std::fs::read(file.path())?).await?.hash != hash {
            bail!("备份中的附件 {hash} 内容已被改动：请换一份备份。");
        }
        kept += 1;
    }
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
