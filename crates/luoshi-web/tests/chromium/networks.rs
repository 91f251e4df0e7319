//! The form without a signal where the office has a certificate of its own, and where it has none.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use fantoccini::Locator;
use jiff::civil::date;
use luoshi_engine::EntryNo;
use luoshi_pack::Role;
use luoshi_testkit::Place;
use luoshi_web::{Authority, Doors, Settings, Tls, Trust, Web};
use serde_json::json;
use tokio::net::TcpListener;

use crate::driver::{Driver, PHONE, WIDE, all_sent, fill, keep, offline, press, see, sign_in};
use crate::line::Line;
use crate::look::look_over;
use crate::office::{BUREAU, Site, served, who};

/// What the office is called on its own network.
const NAME: &str = "office.test";

/// A county whose bureau has signed for a task; where its report is handed in.
async fn signed_for(place: &Place) -> (Site, String) {
    let site = Site::open(place).await;
    let plan = site.plan("task").await;
    let handler = who(Role::Handler, BUREAU);
    let body = luoshi_engine::StepBody::default();
    let step = crate::office::step(EntryNo(1), "acknowledge", body);
    site.county.run(&handler, plan, step).await;
    (site, format!("/plans/{plan}/entries/1/report"))
}

/// Serves a county over TLS; gives where, where the page that helps to trust it is, and its authority.
async fn served_safely(site: &Site, folder: &Path) -> (String, String, Arc<Authority>) {
    let authority = Arc::new(Authority::open(folder, vec![NAME.into()], date(2026, 9, 1)).unwrap());
    let tls = Tls::own(Arc::clone(&authority)).unwrap();
    let safe = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, aside) = (safe.local_addr().unwrap(), plain.local_addr().unwrap());
    let trust = Trust { authority: Some(Arc::clone(&authority)), secure: at.port(), plain: aside.port() };
    let settings = Settings { secure: true, trust: Some(trust), ..Settings::default() };
    let web = Web::new(site.county.app.clone(), settings);
    let doors = Doors { main: safe, tls: Some((tls, Some(plain))), status: None };
    tokio::spawn(doors.serve(web, std::future::pending()));
    (at.to_string(), aside.port().to_string(), authority)
}

/// Has a Chromium whose home is this folder trust a certificate, as the page `/trust` tells people to do.
fn trust(home: &Path, authority: &Authority) {
    let store = home.join(".pki/nssdb");
    std::fs::create_dir_all(&store).unwrap();
    let file = home.join("luoshi-ca.crt");
    std::fs::write(&file, authority.certificate()).unwrap();
    let store = format!("sql:{}", store.display());
    let certutil = |args: &[&str]| {
        let done = Command::new("certutil").args(["-d", &store]).args(args).status();
        let done = done.expect("certutil is there: `cargo xtask test` installs it");
        assert!(done.success(), "certutil {args:?}");
    };
    certutil(&["-N", "--empty-password"]);
    certutil(&["-A", "-n", "luoshi", "-t", "C,,", "-i", file.to_str().unwrap()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_with_a_certificate_of_the_offices_own_the_form_is_there_without_a_signal() {
    let place = Place::folder();
    let (site, form) = signed_for(&place).await;
    let (office, plain, authority) = served_safely(&site, &place.files().join("tls")).await;
    let line = Line::to(&office).await;
    let port = line.address.rsplit_once(':').unwrap().1;
    let base = format!("https://{NAME}:{port}");
    let resolve = format!("--host-resolver-rules=MAP {NAME} 127.0.0.1");

    // Whoever has not installed the certificate is not let through.
    let stranger = tempfile::tempdir().unwrap();
    let driver = Driver::at_home(stranger.path());
    let window = driver.window_with(WIDE, &[&resolve]).await;
    // A driver may tell of it in an error or show the page that the browser shows instead.
    let gone = window.goto(&format!("{base}/sign-in")).await.err().map(|error| error.to_string());
    let told = gone.unwrap_or(window.source().await.unwrap());
    assert!(told.contains("ERR_CERT_AUTHORITY_INVALID"), "{told}");
    look_over(&window, &format!("http://{NAME}:{plain}"), "/trust").await;
    window.close().await.unwrap();

    let home = tempfile::tempdir().unwrap();
    trust(home.path(), &authority);
    let driver = Driver::at_home(home.path());
    let phone = driver.window_with(PHONE, &[&resolve]).await;
    sign_in(&phone, &base, &who(Role::Handler, BUREAU).person.to_string()).await;
    phone.goto(&format!("{base}{form}")).await.unwrap();
    assert_eq!(phone.execute("return isSecureContext", vec![]).await.unwrap(), true);
    keep(&phone).await;
    line.cut();
    offline(&phone, true).await;
    phone.refresh().await.unwrap();
    see(&phone, "//p[@class='away']").await;
    fill(&phone, "input[name=actual]", "55").await;
    press(&phone, "form.sheet-form button.primary").await;
    see(&phone, "//p[contains(., '已存在本机')]").await;
    line.mend();
    offline(&phone, false).await;
    phone.goto(&format!("{base}/")).await.unwrap();
    all_sent(&phone).await;
    assert_eq!(progress(&site).await, Some(55.0));
    phone.close().await.unwrap();
}

async fn progress(site: &Site) -> Option<f64> {
    let entry = site.county.app.store().entry(luoshi_engine::PlanId(1), EntryNo(1)).await.unwrap().unwrap();
    entry.progress.map(|progress| progress.actual)
}

/// A network of two: this machine, and a namespace in which a browser runs. It goes with the value.
struct Network {
    name: String,
    here: String,
    there: String,
}

impl Network {
    /// Makes it, with addresses that are set aside for measuring networks.
    fn make() -> Self {
        let id = std::process::id();
        let name = format!("luoshi-{id}");
        let (third, fourth) = (id / 64 % 256, id % 64 * 4);
        let (here, there) =
            (format!("198.18.{third}.{}", fourth + 1), format!("198.18.{third}.{}", fourth + 2));
        let (ours, theirs) = (format!("ls{id}a"), format!("ls{id}b"));
        ip(&["netns", "add", &name]);
        let network = Self { name, here, there };
        let name = &network.name;
        ip(&["link", "add", &ours, "type", "veth", "peer", "name", &theirs, "netns", name]);
        ip(&["address", "add", &format!("{}/30", network.here), "dev", &ours]);
        ip(&["link", "set", &ours, "up"]);
        ip(&["-n", name, "address", "add", &format!("{}/30", network.there), "dev", &theirs]);
        ip(&["-n", name, "link", "set", &theirs, "up"]);
        ip(&["-n", name, "link", "set", "lo", "up"]);
        network
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // The pair of devices goes with the namespace.
        let _ = Command::new("ip").args(["netns", "delete", &self.name]).status();
    }
}

fn ip(args: &[&str]) {
    let done = Command::new("ip").args(args).output();
    let done = done.expect("ip is there: `cargo xtask test` installs iproute2");
    assert!(
        done.status.success(),
        "no network of the test's own can be made here: run this test as root, or with CAP_NET_ADMIN and \
        CAP_SYS_ADMIN (ip {args:?}: {})",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_plain_http_on_a_network_the_form_keeps_its_draft_and_says_how() {
    let place = Place::folder();
    let (site, form) = signed_for(&place).await;
    let network = Network::make();
    let office = served(&site).await;
    let line = Line::from(&network.here, office.trim_start_matches("http://")).await;
    let base = format!("http://{}", line.address);
    let inside = ["ip", "netns", "exec", &network.name];
    let driver = Driver::elsewhere(&inside, &network.there, &network.here);
    let phone = driver.window(PHONE).await;
    sign_in(&phone, &base, &who(Role::Handler, BUREAU).person.to_string()).await;
    phone.goto(&format!("{base}{form}")).await.unwrap();
    let context = "return [isSecureContext, 'serviceWorker' in navigator]";
    assert_eq!(phone.execute(context, vec![]).await.unwrap(), json!([false, false]));
    see(&phone, "//p[@data-keeping][contains(., '没有启用安全连接')]").await;

    // A page that was closed by mistake is filled in as far as it was.
    fill(&phone, "input[name=actual]", "40").await;
    see(&phone, "//p[@data-keeping][text()='草稿已存在本机']").await;
    phone.refresh().await.unwrap();
    see(&phone, "//p[contains(@class, 'said')][contains(., '已接着上次没交的填')]").await;
    let actual = phone.find(Locator::Css("input[name=actual]")).await.unwrap();
    assert_eq!(actual.prop("value").await.unwrap().unwrap(), "40");

    // Handed in without a signal it waits here, and goes when there is one, while the page is open.
    line.cut();
    offline(&phone, true).await;
    press(&phone, "form.sheet-form button.primary").await;
    see(&phone, "//p[contains(., '已存在本机，没有信号')]").await;
    line.mend();
    offline(&phone, false).await;
    phone.goto(&format!("{base}/")).await.unwrap();
    all_sent(&phone).await;
    assert_eq!(progress(&site).await, Some(40.0));
    phone.close().await.unwrap();
}
