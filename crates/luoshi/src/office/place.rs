//! Where an office keeps its data, and who acts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use luoshi_app::{App, Outcome, Request, Sealer, Settings};
use luoshi_engine::{
    Actor, Command, FieldValue, Moment, Organisation, Plan, PlanId, Post, SystemRole, UnitId, World,
};
use luoshi_pack::{Pack, Register};
use luoshi_store::attachment::{Attachments, Limits, Place};
use luoshi_store::vault::Vault;
use luoshi_store::{Options, Store, Target};

use super::args::{Acting, DataArgs};
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

/// An office opened for somebody who does something.
pub(super) struct Session {
    pub(super) app: App,
    pub(super) actor: Actor,
    /// The key that what is done is done once under.
    pub(super) key: String,
}

impl Session {
    /// Opens the office for whoever acts.
    pub(super) async fn begin(acting: &Acting) -> Result<Self> {
        let app = open(&acting.by.data, false).await?;
        let actor = hand(&app, &acting.by.person)?;
        Ok(Self { app, actor, key: once(acting.once.as_deref()) })
    }

    /// Carries a command of a plan out.
    pub(super) async fn execute(&self, plan: i64, command: Command) -> Result<Outcome> {
        let (key, actor) = (self.key.clone(), self.actor.clone());
        Ok(self.app.execute(Request { key, actor, plan: Some(PlanId(plan)), command }).await?)
    }

    /// The unit that the actor acts in.
    pub(super) fn unit(&self) -> UnitId {
        let context = self.app.context();
        let post = context.org.hand(self.actor.person, self.actor.post, self.app.now().date());
        post.map_or(UnitId(0), |post| post.unit)
    }
}

/// What is said behind a result that a repeated command gives once more.
pub(super) fn again(outcome: &Outcome) -> &'static str {
    if outcome.repeated { "（此前已办，未重复办理）" } else { "" }
}

/// Who acts: a person by name, told apart by the unit where several bear it, in the one post there or
/// the first that has a role.
pub(super) fn hand(app: &App, person: &str) -> Result<Actor> {
    let post = post_of(&app.context().org, person, app.now())?;
    Ok(Actor { person: post.person, post: post.id, address: String::from("console") })
}

/// Whoever holds the data may act for the administrators: the record says that it was at the console.
pub(super) fn administrator(app: &App, role: SystemRole) -> Result<Actor> {
    let context = app.context();
    let holders = context.org.administrators(role, app.now().date());
    let holder = holders.first().context("机构名录还没有启用：请先运行 luoshi org found。")?;
    Ok(Actor { person: holder.person, post: holder.post, address: String::from("console") })
}

/// A plan that must be there.
pub(super) async fn plan(app: &App, plan: i64) -> Result<Plan> {
    app.store().plan(PlanId(plan)).await?.with_context(|| format!("没有编号为{plan}的方案"))
}

/// The register that words mean, by its title or key.
pub(super) fn register<'p>(pack: &'p Pack, words: &str) -> Result<&'p Register> {
    let found = pack.registers.iter().find(|register| register.key == words || register.title == words);
    let all = || pack.registers.iter().map(|register| register.title.as_str()).collect::<Vec<_>>().join("、");
    found.with_context(|| format!("方案包“{}”没有“{words}”，有：{}", pack.title, all()))
}

/// Fields as they were typed: 栏目=内容.
pub(super) fn fields(
    world: &World<'_>,
    register: &Register,
    set: &[(String, String)],
) -> Result<BTreeMap<String, FieldValue>> {
    let mut out = BTreeMap::new();
    for (key, words) in set {
        let field = register.fields.iter().find(|field| field.key == *key || field.title == *key);
        let field = field.with_context(|| format!("{}没有“{key}”这一栏", register.title))?;
        out.insert(field.key.clone(), world.parse_field(field, words)?);
    }
    Ok(out)
}

/// The bytes of a file and its name.
pub(super) fn file(path: &Path) -> Result<(String, Vec<u8>)> {
    let bytes = std::fs::read(path).with_context(|| format!("读不了“{}”", path.display()))?;
    Ok((input::name(path), bytes))
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
