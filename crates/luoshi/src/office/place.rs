//! Where an office keeps its data, and who acts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use luoshi_app::{App, Sealer, Settings};
use luoshi_engine::{Actor, Moment, Organisation, Post, UnitId};
use luoshi_store::attachment::{Attachments, Limits, Place};
use luoshi_store::vault::Vault;
use luoshi_store::{Options, Store, Target};

use super::args::{DataArgs, HandArgs};
use crate::clock;
use crate::input;

/// How many writers work on a PostgreSQL database.
const WRITERS: usize = 8;

/// Opens the office's application.
pub(super) async fn open(data: &DataArgs, read_only: bool) -> Result<App> {
    let target = match &data.database {
        Some(url) => Target::Url(url.clone()),
        None => Target::Folder(data.data.clone()),
    };
    let writers = if data.database.is_some() { WRITERS } else { 1 };
    let options = Options { read_only, ..Options::default() };
    let store = Store::open(&target, &options).await?;
    let keys = key_file(data);
    let vault = if keys.exists() { Some(Vault::open(&keys)?) } else { None };
    let settings = Settings {
        clock: Arc::new(clock::now),
        packs: packs(data.packs.as_deref())?,
        sealer: Sealer::new(vault),
        attachments: Attachments::open(&Place::Folder(data.data.join("attachments")), Limits::default())?,
        writers,
        accounts: luoshi_app::AccountSettings::default(),
    };
    Ok(App::open(store, settings).await?)
}

/// The file of master keys.
pub(super) fn key_file(data: &DataArgs) -> PathBuf {
    data.key.clone().unwrap_or_else(|| data.data.join("master.key"))
}

/// The packs of a folder: file name and text.
pub(super) fn packs(folder: Option<&Path>) -> Result<Vec<(String, String)>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let files =
        std::fs::read_dir(folder).with_context(|| format!("打不开方案包文件夹“{}”", folder.display()))?;
    let mut texts = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            texts.push((input::name(&path), pack_text(&path)?));
        }
    }
    texts.sort();
    Ok(texts)
}

/// The text of a pack's file.
pub(super) fn pack_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("读不了方案包“{}”", path.display()))?;
    String::from_utf8(bytes)
        .map_err(|_| anyhow::anyhow!("方案包“{}”不是 UTF-8 文本，请另存为 UTF-8", path.display()))
}

/// Who acts: a person by name, told apart by the unit where several bear it, in the one post there or
/// the first that has a role.
pub(super) fn hand(app: &App, hand: &HandArgs) -> Result<Actor> {
    let post = post_of(&app.context().org, &hand.person, app.now())?;
    Ok(Actor { person: post.person, post: post.id, address: String::from("console") })
}

/// The post that words mean: 姓名, 姓名@单位 or 姓名@单位/职务.
pub(super) fn post_of(org: &Organisation, words: &str, now: Moment) -> Result<Post> {
    let (name, place) = words.split_once('@').unwrap_or((words, ""));
    let (unit, title) = place.split_once('/').unwrap_or((place, ""));
    let day = now.date();
    let wanted = |post: &&Post| {
        let named = org.people.get(&post.person).is_some_and(|person| person.name == name);
        let there = unit.is_empty() || org.named(unit, day).contains(&post.unit);
        named && there && (title.is_empty() || post.title == title) && post.held(day)
    };
    let found: Vec<&Post> = org.posts.values().filter(wanted).collect();
    match found.as_slice() {
        [] => bail!("机构名录中没有在任的“{words}”：请核对姓名和单位，luoshi org list 可查看名录。"),
        [post] => Ok((*post).clone()),
        [first, rest @ ..] => {
            if rest.iter().any(|post| post.person != first.person) {
                bail!("有多人叫“{name}”：请写成“{name}@单位”。");
            }
            let places: Vec<String> = found
                .iter()
                .map(|post| format!("{name}@{}/{}", org.unit_name(post.unit), post.title))
                .collect();
            bail!("“{name}”有多个岗位，请写明：{}。", places.join("、"));
        }
    }
}

/// A unit by its name.
pub(super) fn unit(org: &Organisation, name: &str, now: Moment) -> Result<UnitId> {
    match org.named(name, now.date()).as_slice() {
        [unit] => Ok(*unit),
        [] => bail!("机构名录中没有“{name}”：请核对名称，luoshi org list 可查看名录。"),
        _ => bail!("“{name}”对应多个单位：请写全称。"),
    }
}

/// The unit at the top.
pub(super) fn top(org: &Organisation) -> Result<UnitId> {
    let top = org.units.values().find(|unit| unit.parent().is_none() && !unit.outside);
    top.map(|unit| unit.id).context("机构名录是空的：请先运行 luoshi org found 启用系统。")
}

/// A key for a command that is given once.
pub(super) fn once(given: Option<&str>) -> String {
    given.map_or_else(|| format!("console-{}-{}", clock::now().0, std::process::id()), str::to_owned)
}
