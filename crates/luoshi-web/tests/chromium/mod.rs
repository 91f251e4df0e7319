//! A real Chromium without a window, and pages served to it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use luoshi_web::{Settings, Web, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::office::{PASSWORD, Site};

/// How wide a telephone is.
pub(crate) const PHONE: u32 = 360;
/// How wide an office screen is.
pub(crate) const WIDE: u32 = 1280;

/// The driver; it ends with the test.
pub(crate) struct Driver {
    process: Child,
    address: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Driver {
    /// Starts the driver on a free port.
    pub(crate) fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: `cargo xtask test` installs it");
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()))
            .unwrap();
        let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
        Self { process, address }
    }

    /// A window of a width.
    pub(crate) async fn window(&self, width: u32) -> Client {
        let flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--hide-scrollbars",
        ];
        let options = json!({
            "args": flags,
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": 800, "pixelRatio": 1.0, "touch": width == PHONE } },
        });
        let mut wanted = Capabilities::new();
        wanted.insert(String::from("goog:chromeOptions"), options);
        ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&self.address).await.unwrap()
    }
}

/// Serves a county and tells where.
pub(crate) async fn served(site: &Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let web = Web::new(site.county.app.clone(), Settings::default());
    tokio::spawn(serve(listener, web, std::future::pending()));
    address
}

/// Signs somebody in by the page.
pub(crate) async fn sign_in(client: &Client, base: &str, login: &str) {
    client.goto(&format!("{base}/sign-in")).await.unwrap();
    fill(client, "input[name=login]", login).await;
    fill(client, "input[name=password]", PASSWORD).await;
    press(client, "form.stack button").await;
    client.wait().for_element(Locator::Css("header.top")).await.unwrap();
}

/// Types into a field.
pub(crate) async fn fill(client: &Client, css: &str, words: &str) {
    client.find(Locator::Css(css)).await.unwrap().send_keys(words).await.unwrap();
}

/// Presses a button or follows a link.
pub(crate) async fn press(client: &Client, css: &str) {
    client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}

/// The script of axe.
fn axe() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let pythons =
        std::fs::read_dir(target.join("axe/lib")).expect("axe is there: `cargo xtask test` installs it");
    let scripts =
        pythons.map(|python| python.unwrap().path().join("site-packages/axe_playwright_python/axe.min.js"));
    std::fs::read_to_string(scripts.into_iter().find(|script| script.exists()).unwrap()).unwrap()
}

/// Looks a page over: nothing serious for those who see or move otherwise, and no scrolling sideways.
pub(crate) async fn look_over(client: &Client, base: &str, path: &str) {
    client.goto(&format!("{base}{path}")).await.unwrap();
    let wide =
        client.execute("return [document.documentElement.scrollWidth, innerWidth]", vec![]).await.unwrap();
    assert!(wide[0].as_i64() <= wide[1].as_i64(), "{path} scrolls sideways: {wide}");
    client.execute(&axe(), vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'] }).then(found => done(found.violations \
        .filter(v => v.impact === 'serious' || v.impact === 'critical') \
        .map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary).slice(0, 3)])))";
    let found: Value = client.execute_async(run, vec![]).await.unwrap();
    assert_eq!(found, json!([]), "{path}");
}
