//! A real Chromium without a window.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::office::PASSWORD;

/// How wide a telephone is.
pub(super) const PHONE: u32 = 360;
/// How wide an office screen is.
pub(super) const WIDE: u32 = 1280;

/// The driver; it ends with the test.
pub(super) struct Driver {
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
    pub(super) fn start() -> Self {
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
    pub(super) async fn window(&self, width: u32) -> Client {
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

/// Signs somebody in by the page.
pub(super) async fn sign_in(client: &Client, base: &str, login: &str) {
    client.goto(&format!("{base}/sign-in")).await.unwrap();
    fill(client, "input[name=login]", login).await;
    fill(client, "input[name=password]", PASSWORD).await;
    press(client, "form.stack button").await;
    client.wait().for_element(Locator::Css("header.top")).await.unwrap();
}

/// Types into a field.
pub(super) async fn fill(client: &Client, css: &str, words: &str) {
    client.find(Locator::Css(css)).await.unwrap().send_keys(words).await.unwrap();
}

/// Presses a button or follows a link.
pub(super) async fn press(client: &Client, css: &str) {
    client.find(Locator::Css(css)).await.unwrap().click().await.unwrap();
}
