//! A real Chromium without a window.

#![allow(dead_code, reason = "each test takes what it needs")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::Method;
use fantoccini::wd::{Capabilities, TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use crate::office::PASSWORD;

/// What somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Screen {
    pub(super) width: u32,
    pub(super) height: u32,
    /// How many points of the screen make one of the page, each way.
    pub(super) ratio: u32,
    pub(super) touch: bool,
}

/// A small telephone.
pub(super) const PHONE: Screen = Screen { width: 360, height: 800, ratio: 1, touch: true };
/// An office screen.
pub(super) const WIDE: Screen = Screen { width: 1280, height: 800, ratio: 1, touch: false };
/// An office screen whose pages are enlarged to 200 %.
pub(super) const ZOOMED: Screen = Screen { width: 640, height: 400, ratio: 2, touch: false };

/// How long anything may take before it is held to have failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// The driver; it ends with the test.
pub(super) struct Driver {
    process: Child,
    address: String,
    /// What its windows keep: in memory where there is room for that, so that a disk that is full or busy with
    /// other work is no reason for a browser to keep nothing.
    profiles: TempDir,
    windows: AtomicU32,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Asked to, it ends the windows as well that a test which failed has left open.
        let host = self.address.trim_start_matches("http://");
        if let Ok(mut line) = TcpStream::connect(host) {
            let _ = write!(line, "GET /shutdown HTTP/1.1\r\nhost: {host}\r\n\r\n");
            // It answers when the windows have ended, or at once where it takes this from nobody elsewhere.
            let _ = line.read(&mut [0; 64]);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Driver {
    /// Starts the driver on a free port.
    pub(super) fn start() -> Self {
        Self::run(Command::new("chromedriver"), "127.0.0.1")
    }

    /// Starts the driver for a Chromium with a home of its own, where it finds whom to trust.
    pub(super) fn at_home(home: &Path) -> Self {
        let mut command = Command::new("chromedriver");
        command.env("HOME", home).env_remove("XDG_CONFIG_HOME");
        Self::run(command, "127.0.0.1")
    }

    /// Starts the driver behind other words of a command; it is reached at an address from another.
    pub(super) fn elsewhere<S: AsRef<OsStr>>(before: &[S], at: &str, from: &str) -> Self {
        let mut command = Command::new(before[0].as_ref());
        command.args(&before[1..]).arg("chromedriver");
        command.arg(format!("--allowed-ips={from}"));
        Self::run(command, at)
    }

    fn run(mut command: Command, at: &str) -> Self {
        // Chromium takes the language of its own controls from here.
        command.envs([("LANG", "C.UTF-8"), ("LANGUAGE", "zh_CN")]).arg("--port=0");
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        // A port that was free when it was chosen may be taken a moment later: then it ends, and is asked again.
        let (process, port) =
            (0..5).find_map(|_| started(&mut command)).expect("chromedriver tells its port");
        let address = format!("http://{at}:{port}");
        let memory = Path::new("/dev/shm");
        let profiles = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { process, address, profiles: profiles.unwrap(), windows: AtomicU32::new(0) }
    }

    /// A window on a screen.
    pub(super) async fn window(&self, screen: Screen) -> Client {
        self.window_with(screen, &[]).await
    }

    /// A window on a screen, of a Chromium that is told more.
    pub(super) async fn window_with(&self, screen: Screen, more: &[&str]) -> Client {
        let mut flags = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
            "--lang=zh-CN",
        ];
        flags.extend(more);
        let number = self.windows.fetch_add(1, Ordering::Relaxed).to_string();
        let profile = format!("--user-data-dir={}", self.profiles.path().join(number).display());
        flags.push(&profile);
        let options = json!({ "args": flags });
        let mut wanted = Capabilities::new();
        wanted.insert(String::from("goog:chromeOptions"), options);
        // A certificate that nobody vouches for is refused, as it is in an office.
        wanted.insert(String::from("acceptInsecureCerts"), json!(false));
        let mut client = ClientBuilder::new(HttpConnector::new());
        let client = client.capabilities(wanted).connect(&self.address).await.unwrap();
        // Patience for a machine that has other work: nothing here is measured in time.
        let patience = TimeoutConfiguration::new(Some(PATIENCE), Some(PATIENCE), None);
        client.update_timeouts(patience).await.unwrap();
        show_on(&client, screen).await;
        client
    }
}

/// Starts a driver, and gives it with its port.
fn started(command: &mut Command) -> Option<(Child, String)> {
    let mut process = command.spawn().expect("chromedriver is there: `cargo xtask test` installs it");
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
    if port.is_none() {
        let _ = process.wait();
    }
    Some((process, port?.trim_end_matches('.').to_owned()))
}

/// A command of the DevTools protocol, which the driver passes on.
#[derive(Debug)]
struct DevTools(&'static str, Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

/// Tells the DevTools of a window to do something, and gives what they answer.
pub(super) async fn tell(client: &Client, what: &'static str, how: Value) -> Value {
    client.issue_cmd(DevTools(what, how)).await.unwrap()
}

/// Shows the page on another screen, without loading it anew.
pub(super) async fn show_on(client: &Client, screen: Screen) {
    let metrics = json!({
        "width": screen.width,
        "height": screen.height,
        "deviceScaleFactor": screen.ratio,
        "mobile": screen.touch,
    });
    tell(client, "Emulation.setDeviceMetricsOverride", metrics).await;
    tell(client, "Emulation.setTouchEmulationEnabled", json!({ "enabled": screen.touch })).await;
}

/// Takes the signal from a window, or gives it back. A service worker has a line of its own, which is cut apart.
pub(super) async fn offline(client: &Client, gone: bool) {
    let how = json!({ "offline": gone, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    tell(client, "Network.emulateNetworkConditions", how).await;
}

/// Lets the window be that of whom a cookie belongs to, or of nobody.
pub(super) async fn belong(client: &Client, base: &str, cookie: Option<(String, String)>) {
    tell(client, "Network.clearBrowserCookies", json!({})).await;
    if let Some((name, value)) = cookie {
        let cookie = json!({ "name": name, "value": value, "url": base, "httpOnly": true });
        tell(client, "Network.setCookie", cookie).await;
    }
}

/// Signs somebody in by the page.
pub(super) async fn sign_in(client: &Client, base: &str, login: &str) {
    client.goto(&format!("{base}/sign-in")).await.unwrap();
    fill(client, "input[name=login]", login).await;
    fill(client, "input[name=password]", PASSWORD).await;
    press(client, "form.stack button").await;
    client.wait().for_element(Locator::Css("header.top")).await.unwrap();
}

/// Waits for something on the page.
pub(super) async fn see(client: &Client, xpath: &str) {
    let there = client.wait().at_most(PATIENCE).for_element(Locator::XPath(xpath)).await;
    if let Err(error) = there {
        let text = client.find(Locator::Css("body")).await.unwrap().text().await.unwrap();
        panic!("{xpath}: {error}\n{text}");
    }
}

/// Presses what leads to another page, or to the same anew, and waits until it is there.
pub(super) async fn follow(client: &Client, css: &str) {
    client.execute("document.documentElement.dataset.left = 'yes'", vec![]).await.unwrap();
    press(client, css).await;
    see(client, "/html[not(@data-left)]/body//main").await;
}

/// Has the service worker keep the page that is shown, and waits until it is kept.
pub(super) async fn keep(client: &Client) {
    let controlled = "const done = arguments[arguments.length - 1]; \
        navigator.serviceWorker.ready.then(function look() { \
        navigator.serviceWorker.controller ? done(true) : setTimeout(look, 50); })";
    client.execute_async(controlled, vec![]).await.expect("a worker stands between");
    client.refresh().await.unwrap();
    let kept = "const done = arguments[arguments.length - 1]; (function look() { \
        caches.match(location.href).then(found => found ? done(true) : setTimeout(look, 50)); })()";
    client.execute_async(kept, vec![]).await.expect("the worker keeps the page");
}

/// Waits until a window keeps nothing any more that was to be sent.
pub(super) async fn all_sent(client: &Client) {
    let nothing = "const done = arguments[arguments.length - 1]; \
        const person = document.querySelector('meta[name=\"luoshi-person\"]').content; \
        (function look() { luoshiQueue.waiting(person) \
        .then(items => items.length ? setTimeout(look, 50) : done(true)); })()";
    client.execute_async(nothing, vec![]).await.expect("all is sent");
}

/// Types into a field.
pub(super) async fn fill(client: &Client, css: &str, words: &str) {
    client.find(Locator::Css(css)).await.unwrap().send_keys(words).await.unwrap();
}

/// Presses a button or follows a link.
pub(super) async fn press(client: &Client, css: &str) {
    client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

/// Taps on what an XPath names. A list that follows what happens may put a fresh line in place of the one that
/// was found: then that is tapped.
pub(super) async fn tap(client: &Client, xpath: &str) {
    loop {
        let found = client.wait().for_element(Locator::XPath(xpath)).await.unwrap();
        match found.click().await {
            Err(error) if error.is_stale_element_reference() => {}
            tapped => return tapped.unwrap(),
        }
    }
}

/// The root of the project.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
