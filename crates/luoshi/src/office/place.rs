//! Where an office keeps its data, and who acts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use luoshi_app::{App, AppError, Outcome, Request, Sealer, Settings};
use luoshi_engine::{
    Actor, Command, FieldValue, Moment, Organisation, Plan, PlanId, Post, SystemRole, UnitId, World,
};
use luoshi_pack::{Pack, Register};
use luoshi_store::attachment::{Attachments, Limits};
use luoshi_store::vault::Vault;
use luoshi_store::{DATABASE_FILE, Options, Store, StoreError, Target};

use super::args::{Acting, DataArgs};
use crate::clock;
use crate::input;
use crate::output::{io_sentence, shown};
use crate::source::harmless;

/// The largest file of a pack.
const PACK: u64 = 4 << 20;

/// How long a command waits for another one that writes into the same folder.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the data lies.
pub(super) fn target(data: &DataArgs) -> Result<Target> {
    if data.data.exists() && !data.data.is_dir() {
        bail!("“{}”不是文件夹：--data 应写数据目录。", shown(&data.data));
    }
    let Some(url) = &data.database else { return Ok(Target::Folder(data.data.clone())) };
    match Target::parse(url) {
        Target::Url(url) => Ok(Target::Url(url)),
        Target::Folder(_) => {
            bail!("数据库地址应写成 postgres://用户@主机/库 的样子；不用 PostgreSQL 的不必写 --database。")
        }
    }
}

/// Opens the application of an office that was founded. A slip in `--data` makes no new one.
pub(super) async fn open(data: &DataArgs, read_only: bool) -> Result<App> {
    let target = target(data)?;
    let there = match &target {
        Target::Folder(folder) => folder.join(DATABASE_FILE).exists(),
        Target::Url(_) if read_only => true,
        Target::Url(_) => {
            let look = Options { read_only: true, ..Options::default() };
            !matches!(Store::open(&target, &look).await, Err(StoreError::Missing))
        }
    };
    if !there {
        bail!(
            "“{}”还没有数据：请检查 --data 或 --database；新启用的单位先运行 luoshi org found。",
            lies(data)
        );
    }
    let app = opened(data, &target, read_only).await?;
    if app.context().org.units.is_empty() {
        bail!(
            "“{}”还没有启用：请检查 --data 或 --database；新启用的单位先运行 luoshi org found。",
            lies(data)
        );
    }
    Ok(app)
}

/// Where the data lies, in words.
fn lies(data: &DataArgs) -> String {
    // An address may hold a password.
    if data.database.is_some() { String::from("数据库") } else { shown(&data.data) }
}

/// Opens the application where there is no office yet, for one that begins there.
pub(super) async fn begin(data: &DataArgs) -> Result<App> {
    opened(data, &target(data)?, false).await
}

/// The number of the newest master key that anything here was sealed with.
pub(super) async fn lost_master(data: &DataArgs) -> Result<Option<u32>> {
    let store = store(&target(data)?, true).await?;
    Ok(store.newest_subject_key().await?.map(|row| row.key.master))
}

/// Opens the store. Another command that writes there is waited for.
async fn store(target: &Target, read_only: bool) -> Result<Store> {
    let options = Options { read_only, ..Options::default() };
    let began = Instant::now();
    loop {
        match Store::open(target, &options).await {
            Err(StoreError::Locked { .. }) if began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            done => return Ok(done?),
        }
    }
}

async fn opened(data: &DataArgs, target: &Target, read_only: bool) -> Result<App> {
    let store = store(target, read_only).await?;
    let keys = key_file(data);
    let vault = if keys.exists() { Some(Vault::open(&keys)?) } else { None };
    let settings = Settings {
        clock: Arc::new(clock::now),
        packs: packs(data.packs.as_deref())?,
        sealer: Sealer::new(vault),
        attachments: Attachments::open(&super::bucket::place(data)?, Limits::default())?,
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
    let files = std::fs::read_dir(folder).map_err(|error| unread(folder, &error))?;
    let mut texts = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            texts.push((input::name(&path), small_text(&path)?));
        }
    }
    texts.sort();
    Ok(texts)
}

/// The text of a small file: a pack, a setting.
pub(super) fn small_text(path: &Path) -> Result<String> {
    let (_, bytes) = bounded(path, PACK)?;
    String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("“{}”不是 UTF-8 文本，请另存为 UTF-8", shown(path)))
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

/// Whoever holds the data may act for the administrators, for a certain one or else the first: the record
/// says that it was at the console.
pub(super) fn administrator(app: &App, role: SystemRole, person: Option<&str>) -> Result<Actor> {
    if let Some(person) = person {
        return hand(app, person);
    }
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

/// The bytes of a file and its name. No more is read than an office keeps.
pub(super) fn file(path: &Path) -> Result<(String, Vec<u8>)> {
    bounded(path, Limits::default().film)
}

/// The bytes of a file that is not larger than a limit, and its name.
fn bounded(path: &Path, bytes: u64) -> Result<(String, Vec<u8>)> {
    let limits = luoshi_read::Limits { bytes, ..luoshi_read::Limits::default() };
    let unread = |unread: input::Unread| anyhow::anyhow!("{}：{}", harmless(&unread.name), unread.sentence);
    let read = input::bytes(path, &limits).map_err(unread)?;
    // Of a device or a pipe nobody knows the size before.
    if read.len() as u64 > bytes {
        let error = luoshi_read::ReadError::TooLarge { size: read.len() as u64, limit: bytes };
        bail!("{}：{error}", shown(path));
    }
    // What is kept bears the name of the file: where it lay on somebody's machine is nobody's matter.
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((name.unwrap_or_else(|| input::name(path)), read))
}

/// What is wrong with a file is told with its name.
pub(super) fn about(name: &str, error: AppError) -> anyhow::Error {
    match error {
        AppError::Read(_) | AppError::Attachment(_) => anyhow::anyhow!("{}：{error}", harmless(name)),
        error => error.into(),
    }
}

/// What the user named cannot be read.
pub(super) fn unread(path: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!("{}：{}", shown(path), io_sentence(error))
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
