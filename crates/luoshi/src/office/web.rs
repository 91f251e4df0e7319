//! `luoshi serve` and `luoshi demo`: the office on the web.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::ToSpan;
use luoshi_app::App;
use luoshi_app::simulate::{Simulation, open_simulated, simulate};
use luoshi_engine::{Organisation, Post};
use luoshi_store::Target;
use luoshi_web::{Doors, Settings, Trust, Web};
use tokio::net::TcpListener;

use super::args::{DataArgs, Form, TlsArgs, WatchArgs};
use super::{log, place, tell, tls};
use crate::clock;

/// The password of everybody in the county that is shown.
const SHOWN: &str = "luoshi-demo-2026";

/// How often the clock of the county that is shown is set.
const SECOND: Duration = Duration::from_millis(500);

/// How often it is looked whether a new day has begun.
const HOUR: Duration = Duration::from_secs(3600);

/// What is written down while a county is shown: failures.
const QUIET: &str = "error";

/// `luoshi serve`
pub(super) async fn serve(
    listen: SocketAddr,
    watch: &WatchArgs,
    how: &TlsArgs,
    data: &DataArgs,
) -> Result<u8> {
    log::begin(watch.log, &watch.level)?;
    let app = place::open(data, false).await?;
    place::top(&app.context().org)?;
    if let Some(file) = watch.anchors.clone() {
        // A file that cannot be written is told before anybody relies on it.
        super::keep::anchored(&app, &file).await?;
        tokio::spawn(anchor_daily(app.clone(), file));
    }
    let main = bound(listen, "--listen").await?;
    let local = main.local_addr()?;
    let status = match watch.status {
        Some(status) => Some(bound(status, "--status").await?),
        None => None,
    };
    if let Some(status) = &status {
        tell(&format!("监控的地址：http://{}/metrics", status.local_addr()?))?;
    }
    let settings = Settings { data: Some(data.data.clone()), ..Settings::default() };
    let Some(tls) = tls::of(how, data, local)? else {
        tell(&format!("落实已启动：http://{local}/　按 Ctrl+C 停止"))?;
        let settings = Settings { secure: how.behind_proxy, behind_proxy: how.behind_proxy, ..settings };
        return run(Doors { main, tls: None, status }, Web::new(app, settings)).await;
    };
    // A certificate of the office's own has to be offered somewhere; otherwise a second address is a choice.
    let aside = how.tls_plain.or_else(|| tls.authority().map(|_| tls::beside(local)));
    let plain = match aside {
        Some(aside) => Some(bound(aside, "--tls-plain").await?),
        None => None,
    };
    let port = plain.as_ref().map(TcpListener::local_addr).transpose()?.map_or(0, |plain| plain.port());
    let trust = Trust { authority: tls.authority().cloned(), secure: local.port(), plain: port };
    let names = tls.authority().map(|authority| authority.names());
    let host = names.and_then(|names| names.first().cloned()).unwrap_or_else(|| local.ip().to_string());
    tell(&format!("落实已启动：https://{host}:{}/　按 Ctrl+C 停止", local.port()))?;
    if let Some(authority) = tls.authority() {
        tell(&format!("电脑和手机装证书的地址：http://{host}:{port}/trust"))?;
        tell(&format!("证书的指纹（SHA-256），装证书时核对：{}", authority.fingerprint()))?;
    }
    let settings = Settings { secure: true, trust: Some(trust), ..settings };
    run(Doors { main, tls: Some((tls, plain)), status }, Web::new(app, settings)).await
}

/// Appends where the chains stand, once on each day that the server runs.
async fn anchor_daily(app: App, file: PathBuf) {
    let mut done = app.now().date();
    loop {
        tokio::time::sleep(HOUR).await;
        let today = app.now().date();
        if today == done {
            continue;
        }
        match app.anchor(&file).await {
            Ok(_) => done = today,
            Err(error) => tracing::error!(%error, "anchors not written; tried again within the hour"),
        }
    }
}

/// `luoshi demo`
pub(super) async fn demo(listen: SocketAddr, simulation: &Simulation) -> Result<u8> {
    log::begin(Form::Text, QUIET)?;
    let listener = bound(listen, "--listen").await?;
    let folder = tempfile::Builder::new().prefix("luoshi-demo-").tempdir()?;
    tell("正在模拟一个县的运行，约需十几秒……")?;
    let target = Target::Folder(folder.path().to_owned());
    let (app, time) = open_simulated(&target, folder.path(), simulation.seed).await?;
    let days = i64::from(simulation.days);
    let start = clock::today().checked_sub(days.days()).context("天数太多，请少模拟一些天")?;
    simulate(&app, &time, &Simulation { start, ..simulation.clone() }).await?;
    app.open_demo_accounts(SHOWN).await?;
    time.set(clock::now());
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(SECOND).await;
            time.set(clock::now());
        }
    });
    let shown = shown(&app);
    tell(&format!(
        "\n模拟的县已就绪：http://{}/　数据在临时文件夹，按 Ctrl+C 停止并删除",
        listener.local_addr()?
    ))?;
    tell(&format!("下列账号的密码都是 {SHOWN}"))?;
    for (person, post, login) in &shown {
        tell(&format!("  {login}　{person}（{post}）"))?;
    }
    let settings = Settings { shown, shown_password: SHOWN.to_owned(), ..Settings::default() };
    let code = run(Doors { main: listener, tls: None, status: None }, Web::new(app, settings)).await?;
    folder.close()?;
    Ok(code)
}

async fn bound(listen: SocketAddr, option: &str) -> Result<TcpListener> {
    TcpListener::bind(listen)
        .await
        .with_context(|| format!("不能在 {listen} 上监听：端口可能已被占用，请换一个（{option}）"))
}

async fn run(doors: Doors, web: Web) -> Result<u8> {
    doors.serve(web, stopped()).await?;
    Ok(0)
}

/// Comes when the program is told to stop.
async fn stopped() {
    // Where no signal can be waited for, the program is stopped from outside.
    let asked = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut told) = signal(SignalKind::terminate()) {
            tokio::select! { () = asked => {} , _ = told.recv() => {} }
            return;
        }
    }
    asked.await;
}

/// One person for each kind of post: name, post, login.
fn shown(app: &App) -> Vec<(String, String, String)> {
    let context = app.context();
    let org = &context.org;
    let today = app.now().date();
    let mut kinds = BTreeSet::new();
    let mut posts: Vec<&Post> = org.posts.values().filter(|post| post.held(today)).collect();
    posts.sort_by_key(|post| (post.roles.is_empty(), org.line(post.unit).len(), post.id));
    posts.retain(|post| kinds.insert(kind(org, post)));
    let line = |post: &Post| {
        let person = org.people.get(&post.person)?;
        let login = if person.mobile.is_empty() { person.id.to_string() } else { person.mobile.clone() };
        let words = format!("{} {}", org.unit_name(post.unit), post.title);
        Some((person.name.clone(), words.trim().to_owned(), login))
    };
    posts.into_iter().filter_map(line).collect()
}

/// What kind of post it is: what it may do, in what kind of unit.
fn kind(org: &Organisation, post: &Post) -> String {
    let unit = org.unit(post.unit).map(|unit| unit.kind.clone()).unwrap_or_default();
    format!("{unit} {:?} {:?}", post.roles, post.system)
}
